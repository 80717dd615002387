"""Service: the real program, started as an operator would, and its mail folder."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from browser import Person
from page import Wrong

START_S = 30
MAIL_S = 20
WELCOME = 1000  # enough for what the journeys make, not for all they could
ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
OPERATOR = {"name": "Olga Operator", "mail": "operator@example.org", "password": "seven quiet lamps over water"}


class Process:
    """One role of the program; its lines are kept to be looked at and, after a failure, shown."""

    def __init__(self, command):
        self.lines, self.news = [], threading.Condition()
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, errors="replace")
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()

    def wait_line(self, pattern):
        until = time.monotonic() + START_S
        with self.news:
            while time.monotonic() < until:
                for line in self.lines:
                    found = re.search(pattern, line)
                    if found:
                        return found
                if self.process.poll() is not None:
                    break
                self.news.wait(0.1)
        raise Wrong("the program did not say %s; it said: %s" % (pattern, " | ".join(self.lines[-5:])))

    def end(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Wrong("the program does not end")


class Postgres:
    """A private server; its guard stops it when this process is gone, however that happens."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "pg")
        tool = os.path.join(ROOT, "tests", "pg")
        self.guard = subprocess.Popen([tool, "guard", self.folder], stdin=subprocess.PIPE)
        made = subprocess.run([tool, "start", self.folder], stdout=subprocess.PIPE, text=True, check=False)
        if made.returncode != 0:
            self.close()
            raise Wrong("PostgreSQL does not start (status %d)" % made.returncode)
        self.url = made.stdout.strip().splitlines()[-1]

    def close(self):
        self.guard.stdin.close()
        self.guard.wait()


class Service:
    """`shop`: what stands in for Stripe, made from a folder (tests/stripe/stripe.py); without one the shop is closed."""

    def __init__(self, engine, shop=None, welcome=WELCOME):
        self.welcome = welcome
        self.folder = tempfile.mkdtemp(prefix="sonicstacker-journeys-")
        os.chmod(self.folder, 0o711)  # PostgreSQL runs as somebody else
        self.data = os.path.join(self.folder, "data")
        self.config = os.path.join(self.folder, "sonicstacker.ini")
        self.program = os.path.join(ROOT, os.environ.get("OUT", "build"), "sonicstacker")
        self.postgres = self.serve = self.work = self.shop = None
        self.url, self.port, self.used_mails = None, 0, set()
        try:
            os.mkdir(self.data, 0o700)
            self.shop = shop(self.folder) if shop else None
            if engine == "postgres":
                self.postgres = Postgres(self.folder)
            self.start_serve()
            self.start_work()
            self.operator = self.make_operator()
        except BaseException:
            self.close()
            raise

    def write_config(self):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("[server]\nport = %d\ntrusted_proxies = 127.0.0.1\n" % self.port)
            file.write("[credits]\nwelcome = %d\n" % self.welcome)
            if self.postgres:
                file.write("[database]\nurl = %s\n" % self.postgres.url)
            if self.shop:
                file.write(self.shop.settings())

    def start(self, role):
        self.write_config()
        return Process([self.program, role, "--data", self.data, "--config", self.config])

    def start_serve(self):
        self.serve = self.start("serve")
        self.url = self.serve.wait_line(r"listening on (http://127\.0\.0\.1:\d+)")[1]
        self.port = int(self.url.rsplit(":", 1)[1])  # the same after a restart, or every link would break
        if self.shop:
            self.shop.attach(self.url)

    def start_work(self):
        self.work = self.start("work")
        self.work.wait_line("work.ready")

    def restart_serve(self):
        self.serve.end(signal.SIGTERM)
        self.start_serve()

    def kill_work(self):
        self.work.end(signal.SIGKILL)

    def base(self):
        return self.url

    def command(self, words):
        """Another call of the program, as the operator makes them beside the running service: (status, what it said)."""
        done = subprocess.run([self.program, *words, "--data", self.data, "--config", self.config], cwd=ROOT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        return done.returncode, done.stdout

    def make_operator(self):
        link = self.serve.wait_line(r"(/first/[A-Za-z0-9_-]+)")[1]
        tab = Person(self.base, "operator").tab("1")
        tab.visit(link)
        tab.page.fill("Name", OPERATOR["name"])
        tab.page.fill("Email", OPERATOR["mail"])
        tab.page.fill("Password", OPERATOR["password"])
        tab.press("Become the operator")
        if tab.page.status != 200:
            raise Wrong("the operator is not made: %s" % tab.page.text()[:300])
        return tab

    def mails(self):
        """(to, subject, time and text, link) of the mail folder, newest first."""
        self.operator.visit("/staff/mail")
        if "Is it you?" in self.operator.page.text():
            self.operator.page.fill("Password", OPERATOR["password"])
            self.operator.press("Go on")
        if self.operator.page.status != 200:
            raise Wrong("the mail folder does not open: %d" % self.operator.page.status)
        mails = []
        for article in self.operator.page.root.all("article"):
            to = [n.text() for n in article.all("span") if n.get("class") == "to"][0]
            links = [n.get("href") for n in article.all("a")]
            mails.append((to, article.all("h2")[0].text(), article.text(), links[0] if links else ""))
        return mails

    def mail(self, to, subject, count=1):
        """The newest of `count` mails of this kind that no journey has used; the worker may need a moment to send."""
        until = time.monotonic() + MAIL_S
        while True:
            mails = self.mails()
            fresh = [m for m in mails if m[0] == to and subject.lower() in m[1].lower() and m[2:] not in self.used_mails]
            if len(fresh) >= count:
                self.used_mails.update(m[2:] for m in fresh)
                return fresh[0]
            if time.monotonic() > until:
                raise Wrong('%d of %d mails "%s" came to %s; there are: %s' % (
                    len(fresh), count, subject, to, ", ".join("%s (%s)" % (m[1], m[0]) for m in mails[:8])))
            time.sleep(0.2)

    def close(self):
        for process in (self.work, self.serve):
            if process:
                try:
                    process.end(signal.SIGTERM)
                except Wrong:
                    pass
        if self.shop:
            self.shop.close()
        if self.postgres:
            self.postgres.close()
        shutil.rmtree(self.folder, ignore_errors=True)
