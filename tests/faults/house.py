"""House: one data folder with its database, whose roles start alone, under strace or with another clock.

A house is furnished once (people, songs that wait) and then copied for each round, so a round begins in less
than a second. Its port stays the same, as the links of its mails must.
"""
import glob
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "journeys"))

from browser import Person  # noqa: E402
from page import Wrong  # noqa: E402
from service import Postgres, Process, Service  # noqa: E402

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
FIELD, LINE = "\x1f", "\x1e"
OPEN = "SELECT COUNT(*) FROM job WHERE ended = 0"
DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
WELCOME, PRICE = 1000, 3


class Unable(Exception):
    """A test cannot be made on this machine: the sentence says why."""


def id_text(number):
    return "".join(DIGITS[number >> 5 * place & 31] for place in range(12, -1, -1))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Ground:
    """Where houses stand: a folder, and one PostgreSQL for all of them."""

    def __init__(self, engine):
        self.engine, self.postgres, self.count, self.lock = engine, None, 0, threading.Lock()
        self.folder = tempfile.mkdtemp(prefix="sonicstacker-faults-")
        os.chmod(self.folder, 0o711)  # PostgreSQL runs as somebody else
        if engine == "postgres":
            try:
                self.postgres = Postgres(self.folder)
            except BaseException:
                self.close()
                raise

    def name(self):
        with self.lock:
            self.count += 1
            return "house%d" % self.count

    def sql(self, text, database="postgres"):
        """Each row as a list of words; PostgreSQL only."""
        made = subprocess.run(["psql", "-XqAt", "-F", FIELD, "-R", LINE, "-v", "ON_ERROR_STOP=1", "-c", text,
                               self.address(database)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)
        if made.returncode != 0:
            raise Wrong("psql: %s" % made.stderr.strip()[-300:])
        return [line.split(FIELD) for line in made.stdout.rstrip("\n").split(LINE) if line]

    def address(self, database):
        return self.postgres.url.rsplit("/", 1)[0] + "/" + database

    def close(self):
        if self.postgres:
            self.postgres.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class House(Service):
    def __init__(self, ground, model=None, data=None):  # pylint: disable=super-init-not-called
        self.ground, self.name = ground, ground.name()
        self.folder = os.path.join(ground.folder, self.name)
        self.data = data or os.path.join(self.folder, "data")
        self.config = os.path.join(self.folder, "sonicstacker.ini")
        self.program = os.path.join(ROOT, os.environ.get("OUT", "build"), "sonicstacker")
        self.postgres = None  # the ground's
        self.shop = None
        # Of the configuration: section -> its lines.
        self.settings = {"credits": ["welcome = %d" % WELCOME], "prices": ["built-in = %d" % PRICE]}
        self.serve = self.work = self.operator = None
        self.ended, self.used_mails, self.people = [], set(), {}
        self.sign_ups = 1  # the most that anybody tried
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        os.makedirs(self.folder)
        if model:
            self.copy(model)
            return
        os.makedirs(self.data, mode=0o700, exist_ok=True)
        if ground.postgres:
            ground.sql("CREATE DATABASE %s" % self.name)

    def copy(self, model):
        """`model` must have no roles running."""
        shutil.copytree(model.data, self.data, dirs_exist_ok=True, ignore=shutil.ignore_patterns("bell"))
        os.chmod(self.data, 0o700)
        if self.ground.postgres:
            with self.ground.lock:  # one copy at a time
                self.ground.sql("CREATE DATABASE %s TEMPLATE %s" % (self.name, model.name))
        for name, person in model.people.items():
            self.person(name).jar.cookies = dict(person.jar.cookies)
        self.operator = self.person("operator").tab("1")
        self.used_mails = set(model.used_mails)

    def person(self, name):
        return self.people.setdefault(name, Person(self.base, name))

    # ---- roles

    def write_config(self):
        sections = {"server": ["port = %d" % self.port, "trusted_proxies = 127.0.0.1"]}
        if self.ground.postgres:
            sections["database"] = ["url = %s" % self.ground.address(self.name)]
        for section, lines in self.settings.items():
            sections.setdefault(section, []).extend(lines)
        with open(self.config, "w", encoding="utf-8") as file:
            for section, lines in sections.items():
                file.write("[%s]\n%s\n" % (section, "\n".join(lines)))
            if self.shop:
                file.write(self.shop.settings())

    def start(self, role, before=(), alone=True):
        return self.begin([role, *(["--alone"] if alone and role == "serve" else [])], before)

    def begin(self, words, before=()):
        self.write_config()
        return Process([*before, self.program, *words, "--data", self.data, "--config", self.config])

    def start_serve(self, before=(), alone=True):
        self.serve = self.start("serve", before, alone)
        self.serve.wait_line("listening on ")
        if self.shop:
            self.shop.attach(self.url)

    def start_work(self, before=()):
        self.work = self.start("work", before)
        self.work.wait_line("work.ready")

    def start_both(self):
        self.start_serve()
        self.start_work()

    def stop(self, number=signal.SIGTERM):
        """Both roles; after SIGKILL as after a power cut of the processor."""
        roles, self.serve, self.work = [self.serve, self.work], None, None
        for role in roles:
            if role and role.process.poll() is None:
                role.process.send_signal(number)
        for role in roles:
            if role:
                role.end(number)
                self.ended.append(role)

    def said(self):
        return [line for role in self.ended + [self.serve, self.work] if role for line in role.lines]

    def become_operator(self):
        self.operator = self.make_operator()
        self.people["operator"] = self.operator.person

    def command(self, words, data=None):
        """Another call of the program: (status, what it said)."""
        self.write_config()
        done = subprocess.run([self.program, *words, "--data", data or self.data, "--config", self.config], cwd=ROOT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              timeout=60, check=False)
        return done.returncode, done.stdout

    def make_code(self, word, credits):
        status, said = self.command(["admin", "codes", "make", word, str(credits), "1000"])
        if status != 0:
            raise Wrong("no code: %s" % said)

    # ---- the database

    def sql(self, text):
        """Rows as lists of words, on both engines. Keys stand in the schema keystore."""
        if self.ground.postgres:
            return self.ground.sql(text, self.name)
        return sqlite_rows(self.data, text)

    def number(self, text):
        return int(self.sql(text)[0][0])

    def look(self, text):
        """As `sql`, of a resting database that must not be touched: opening one of SQLite repairs it."""
        if self.ground.postgres:
            return self.sql(text)
        with tempfile.TemporaryDirectory(dir=self.ground.folder) as folder:
            for path in glob.glob(os.path.join(self.data, "*.db*")):
                shutil.copy2(path, folder)
            return sqlite_rows(folder, text)

    def pass_leases(self):
        """What a crashed machine's time does: leases of jobs and mails run out, what was put off is due. No role may be running."""
        if self.ground.postgres or os.path.exists(os.path.join(self.data, "data.db")):
            self.sql("UPDATE job SET lease = 1 WHERE state = 'running'")
            self.sql("UPDATE mail SET lease = 1 WHERE state = 'waiting' AND lease > 0")
            self.sql("UPDATE purchase SET due = 0 WHERE asked > seen")
            self.sql("UPDATE refund SET created = created - 60000 WHERE state IN ('asked', 'sent')")
            self.sql("UPDATE stripe_event SET due = 0 WHERE state = 'waiting'")

    def wait(self, condition, seconds, what):
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise Wrong("%s did not come in %d seconds" % (what, seconds))
            time.sleep(0.05)

    def wait_rest(self, seconds=60):
        """Nothing is made, no mail waits, nor anything of the shop."""
        nothing = OPEN + """ UNION ALL SELECT COUNT(*) FROM mail WHERE state = 'waiting'
            UNION ALL SELECT COUNT(*) FROM purchase WHERE asked > seen UNION ALL SELECT COUNT(*) FROM stripe_event WHERE state = 'waiting'
            UNION ALL SELECT COUNT(*) FROM refund WHERE state IN ('asked', 'sent')"""
        self.wait(lambda: all(row[0] == "0" for row in self.sql(nothing)), seconds, "the end of all jobs and mails")

    def close(self):
        for role in (self.work, self.serve):
            if role and role.process.poll() is None:
                role.process.kill()
                role.process.wait()
        if self.shop:
            self.shop.close()
        if self.ground.postgres:
            try:
                self.ground.sql("DROP DATABASE IF EXISTS %s WITH (FORCE)" % self.name)
            except Wrong:
                pass  # it goes with its server
        shutil.rmtree(self.folder, ignore_errors=True)


def sqlite_rows(folder, text):
    link = sqlite3.connect(os.path.join(folder, "data.db"), timeout=15, isolation_level=None)
    try:
        if "keystore." in text:
            link.execute("ATTACH ? AS keystore", (os.path.join(folder, "keys.db"),))
        return [["" if value is None else str(value) for value in row] for row in link.execute(text)]
    finally:
        link.close()
