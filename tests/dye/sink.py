"""Sink: a service whose mail goes out by SMTP, to a server of ours that keeps what it is sent."""
import email
import email.policy
import json
import os
import re
import subprocess
import sys
import threading

from service import ROOT, Service

SERVER = os.path.join(ROOT, "tests", "mail", "smtp_server.py")


class Sink:
    def __init__(self, folder):
        self.cert, self.sent = os.path.join(folder, "cert.pem"), []
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
                        os.path.join(folder, "key.pem"), "-out", self.cert], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process = subprocess.Popen([sys.executable, SERVER, folder, "accept"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline())
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.sent.append(json.loads(line))

    def mails(self):
        """(to, subject, text, link), newest first."""
        for one in reversed(list(self.sent)):
            message = email.message_from_string(one["data"], policy=email.policy.default)
            text = message.get_body(("plain",)).get_content()
            link = re.search(r"https?://\S+", text)
            yield one["to"][0], str(message["subject"]), text, link[0] if link else ""

    def close(self):
        self.process.terminate()
        self.process.wait()


class SmtpService(Service):
    def __init__(self, engine, folder):
        self.sink = Sink(folder)
        self.secret = os.path.join(folder, "smtp.password")
        with open(os.open(self.secret, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write("s3cret\n")
        super().__init__(engine)

    def write_config(self):
        super().write_config()
        with open(self.config, "a", encoding="utf-8") as file:
            file.write("[mail]\nsmtp_url = smtp://localhost:%d\nsmtp_user = mailer\nsmtp_password = %s\nsmtp_ca = %s\n" % (
                self.sink.port, self.secret, self.sink.cert))

    def mails(self):
        return list(self.sink.mails())

    def close(self):
        super().close()
        self.sink.close()
