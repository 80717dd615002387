"""TLS: the service with a certificate of its own making, looked at by programs that others wrote."""
import csv
import os
import re
import shutil
import subprocess

from service import ROOT, Process

HERE = os.path.dirname(os.path.realpath(__file__))
SCAN_S = 150  # 25 on a machine that has nothing else to do
ANSWERS = {"OK", "INFO", "LOW"}
# A certificate of nobody's making, for a name of nobody's, that lives a day.
OURS = {"cert_chain_of_trust", "cert_trust", "cert_revocation", "cert_expirationStatus", "cert_notAfter", "cert_extlifeSpan", "DNS_CAArecord",
        "OCSP_stapling", "cert_commonName", "certificate_transparency", "overall_grade"}
# It takes an orderly end of the connection for consent; `renegotiates` looks more closely.
OURS |= {"engine_problem", "secure_client_renego"}


class Secure:
    def __init__(self, folder):
        self.folder = folder
        self.cert, self.key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
        data, config = os.path.join(folder, "tls-data"), os.path.join(folder, "tls.ini")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.key, "-out", self.cert],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.chmod(self.key, 0o600)
        os.mkdir(data, 0o700)
        with open(config, "w", encoding="utf-8") as file:
            file.write("[server]\nport = 0\npublic_url = https://localhost\ntls_cert = %s\ntls_key = %s\n" % (self.cert, self.key))
        program = os.path.join(ROOT, os.environ.get("OUT", "build"), "sonicstacker")
        self.process = Process([program, "serve", "--data", data, "--config", config])
        self.port = int(self.process.wait_line(r"web\.start port=(\d+)")[1])

    def close(self):
        self.process.end(15)

    def grade(self, report):
        done = subprocess.run(["node", os.path.join(HERE, "obs.mjs"), "localhost", str(self.port)], cwd=ROOT, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "NODE_EXTRA_CA_CERTS": self.cert})
        found = re.search(r"^score (\d+) (\S+)$", done.stdout, re.M)
        if found:
            report.say("Observatory: %s, %s; 5 more are for names on the browsers' own lists, 5 for cookies, of which a first visit sets none"
                       % (found[2], found[1]))
        return [] if found and found[2] == "A+" else done.stdout.splitlines()

    def renegotiates(self):
        """A client that asks for a new handshake within the connection is hung up on."""
        script = "sleep 0.5; echo R; sleep 0.5; printf 'GET /healthz HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; sleep 0.5"
        wanted = {"without": script.replace("echo R; ", ""), "with": script}
        said = {}
        for name, line in wanted.items():
            done = subprocess.run(["bash", "-c", "(%s) | openssl s_client -tls1_2 -connect 127.0.0.1:%d" % (line, self.port)], check=False,
                                  text=True, timeout=20, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            said[name] = done.stdout
        if "200 OK" not in said["without"]:
            return ["without it the answer is: " + said["without"][-200:]]
        return ["it was answered"] if "200 OK" in said["with"] or "RENEGOTIATING" not in said["with"] else []

    def scan(self, report):
        """Protocols, ciphers, forward secrecy, headers of old attacks; nothing above "low"."""
        out = os.path.join(self.folder, "scan.csv")
        tool = shutil.which("testssl") or shutil.which("testssl.sh")
        try:
            subprocess.run([tool, "--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1", "--nodns", "none", "--csvfile", out,
                            "--connect-timeout", "10", "--openssl-timeout", "10", "-p", "-s", "-f", "-U", "localhost:%d" % self.port],
                           check=False, timeout=SCAN_S, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return ["it did not end within %d seconds" % SCAN_S]
        with open(out, encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["id"] not in OURS]
        report.say("testssl.sh: %d findings, %d of them low" % (len(rows), sum(row["severity"] == "LOW" for row in rows)))
        if len(rows) < 30:
            return ["only %d findings: it did not see the server" % len(rows)]
        return ["%(severity)s %(id)s: %(finding)s" % row for row in rows if row["severity"] not in ANSWERS]
