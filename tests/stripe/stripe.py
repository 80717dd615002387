"""Stripe: the stand-in for it, started beside the service, and what a test may ask of it.

    service = Service(engine, Stripe)     starts fake.mjs, puts settings() into the configuration, tells where it listens
    service.shop.complete(session=...)    each control of control.mjs is a method
"""
import http.client
import json
import os
import shutil
import subprocess
import threading

from page import Wrong

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "..", ".."))
SELLER = "Sample Sounds | 1 Example Street | 12345 Sampletown"
TAX_LINE = "No value added tax is charged."
PACKS = {"starter": ("Starter", 100, "4.99", "USD"), "studio": ("Studio", 500, "19.00", "USD")}
WAIT_S = 60


def unable():
    """Why there can be no stand-in here; None: there can."""
    if not shutil.which("node"):
        return "node is not installed"
    for name in ("stripe", "qs"):
        if not os.path.isdir(os.path.join(ROOT, "node_modules", name)):
            return "scripts/setup has not installed %s" % name
    return None


class Stripe:
    def __init__(self, folder):
        self.folder, self.said = os.path.join(folder, "shop"), []
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        self.process = subprocess.Popen(["node", os.path.join(HERE, "fake.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, cwd=ROOT)
        first = self.process.stdout.readline().strip()
        if not first.isdigit():
            self.close()
            raise Wrong("the stand-in for Stripe does not start: %s" % self.process.stderr.read()[-500:])
        threading.Thread(target=self.listen, daemon=True).start()
        self.port = int(first)
        self.url = "http://127.0.0.1:%d" % self.port
        state = self.ask("settings")
        self.key, self.secrets, self.buyer = state["keys"][0], state["webhook"]["secrets"], state["buyer"]

    def listen(self):
        for line in self.process.stderr:
            self.said.append(line.rstrip("\n"))

    # ---- the service's side

    def write_files(self):
        for name, words in (("stripe.key", [self.key]), ("stripe.webhook", self.secrets)):
            path = os.path.join(self.folder, name)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write("\n".join(words) + "\n")

    def settings(self):
        """The part of the configuration that opens the shop."""
        self.write_files()
        lines = ["[stripe]", "secret_key = %s/stripe.key" % self.folder, "webhook_secret = %s/stripe.webhook" % self.folder, "mode = test",
                 "api = " + self.url, "[shop]", "seller = " + SELLER, "tax_line = " + TAX_LINE]
        for name, (title, credits, price, currency) in PACKS.items():
            lines += ["[pack %s]" % name, "title = " + title, "credits = %d" % credits, "price = " + price, "currency = " + currency]
        return "\n".join(lines) + "\n"

    def attach(self, url):
        """Events go to this service from now on."""
        self.ask("settings", webhook={"url": url + "/hooks/stripe", "secrets": self.secrets})

    # ---- the test's side

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, dict((n.lower(), v) for n, v in answer.getheaders()), answer.read()
        finally:
            connection.close()

    def ask(self, control, **words):
        status, _, body = self.request("POST", "/_control/" + control, json.dumps(words))
        answer = json.loads(body)
        if status != 200:
            raise Wrong("the stand-in refuses %s %s: %s" % (control, words, answer.get("wrong")))
        return answer

    def __getattr__(self, control):
        if control.startswith("_"):
            raise AttributeError(control)
        return lambda **words: self.ask(control, **words)

    def hold(self, held=True):
        """Held events wait until they are delivered by hand."""
        self.ask("settings", webhook={"hold": held})

    def calls(self, method, path, since=0):
        """What the service asked for so far."""
        return self.ask("requests", method=method, path=path, since=since)

    def close(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
