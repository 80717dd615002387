#!/usr/bin/python3
"""Dye: what a person enters lies nowhere in the open.

    tests/dye/dye.py [sqlite|postgres ...]

A dye goes into every place that she can reach, she lives a normal life, and then all bytes that are left are looked
through: files of the data folder, logs, mail, the database's own files, environments of processes. On SQLite mail
goes out by SMTP, on PostgreSQL it lies in the mail folder.
"""
import gzip
import base64
import ipaddress
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(1, os.path.join(HERE, "..", "safe"))
sys.path.insert(1, os.path.join(HERE, "..", "journeys"))

import steps  # noqa: E402
from page import Wrong  # noqa: E402
from report import Report  # noqa: E402
from service import Service  # noqa: E402

import life  # noqa: E402
import sweep  # noqa: E402
from sink import SmtpService  # noqa: E402


def dyes_with_address():
    """Her address on the net is a dye of its own: as text and as the bytes of it."""
    dyes = sweep.Dyes()
    parts = [random.SystemRandom().randrange(0x1000, 0x10000) for _ in range(6)]
    dyes.address = "2001:db8:" + ":".join("%x" % part for part in parts)
    dyes.also("the address on the net", dyes.address)
    network = ipaddress.ip_address(dyes.address).packed
    dyes.needles[network] = dyes.needles[network[:8]] = "the address on the net, in bytes"
    dyes.also("the network", dyes.address.rsplit(":", 4)[0])
    return dyes


def pids_of(service):
    roots = [service.serve.process.pid, service.work.process.pid]
    return roots + [child for pid in roots for child in sweep.children(pid)]


def templates(service):
    return [os.path.join(service.folder, "pg", "data", "base", one) for one in ("1", "4")]


def at_rest(report, dyes, service, when):
    """All files of the service, and of PostgreSQL without its templates."""
    wrong, count, size = sweep.sweep_files(dyes, os.path.dirname(service.folder), templates(service))
    report.say("%s: %d files, %.1f MB" % (when, count, size / 1e6))
    return wrong + ([] if count >= 8 else ["there were only %d files" % count])


def in_logs(dyes, service):
    lines = service.serve.lines + service.work.lines
    found = ["%s: %s" % (name, line[:200]) for line in lines for name in dyes.find(line.encode())]
    return found + ([] if len(lines) > 5 else ["there are only %d lines" % len(lines)])


def in_mail(dyes, service):
    """Addresses stand in the head of a mail to them; no other dye stands in any mail."""
    wrong, own = [], {"email", "new email"}
    for one in service.sink.sent:
        if not one["tls"]:
            wrong.append("a mail went out without TLS")
        head, _, body = one["data"].partition("\r\n\r\n")
        to = {name for name in own if dyes[name] in one["to"][0]}
        wrong += ["the head of a mail: " + name for name in dyes.find(head.encode()) if name not in to]
    for mail in service.sink.mails():
        wrong += ["the mail \"%s\": %s" % (mail[1], name) for name in dyes.find((mail[1] + mail[2]).encode()) if not name.startswith("the link to")]
    return wrong + ([] if len(service.sink.sent) >= 8 else ["only %d mails went out" % len(service.sink.sent)])


def year_is_kept(service):
    """No column of any table has the year of her birth."""
    wrong = []
    for name in ("data.db", "keys.db"):
        link = sqlite3.connect("file:%s?mode=ro" % os.path.join(service.data, name), uri=True)
        for (table,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in link.execute("SELECT * FROM \"%s\"" % table):
                wrong += ["%s in %s" % (value, table) for value in row if str(value) == life.YEAR]
        link.close()
    return wrong


def refused_are_gone(service, dyes):
    """Who was refused got no mail: there is no account."""
    to = [one["to"][0] for one in service.sink.sent]
    return ["a mail went to %s" % name for name in ("refused email", "unknown email") if any(dyes[name] in one for one in to)]


def others_see_nothing(dyes, service):
    return ["%s: %s" % (path, name) for path, body in life.others_see(service) for name in dyes.find(body)]


def comes_back(life_of):
    """She is shown stars where she typed a card's number."""
    seen = b"".join(body for _, body in life_of.seen)
    found = ["%s: the number in %s" % (path, name) for path, body in life_of.seen for name in life_of.cards.find(body)]
    stars = [] if b"****" in seen else ["there are no stars"]
    return found + stars + ([] if len(life_of.cards.numbers) > 15 else ["only %d were typed" % len(life_of.cards.numbers)])


def control(dyes, service, cards):
    """Dyes planted in the open are found, whatever they are wrapped in."""
    dye = dyes["planted"].encode()
    everything = os.path.dirname(service.folder)
    folder = os.path.join(everything, "planted")
    os.mkdir(folder)
    card = cards["planted"].encode()
    forms = {"card": b"x" * 77 + card, "card.64": base64.b64encode(b"ab" + card + b"c"), "raw": b"x" * 5000 + dye, "base64": base64.b64encode(b"a" + dye + b"b"), "base64.1": base64.b64encode(b"ab" + dye),
             "hex": dye.hex().encode(), "utf16": dye.decode().encode("utf-16"), "gzip": b"junk" + gzip.compress(b"a" * 999 + dye),
             "percent": "".join("%%%02X" % byte for byte in dye).encode(), "printable": "".join("=%02X" % byte for byte in dye).encode(),
             "json": "".join("\\u%04x" % byte for byte in dye).encode(), "cut": dye[:14], "cut.end": dye[12:]}
    for name, data in forms.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    with zipfile.ZipFile(os.path.join(folder, "zip"), "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inside", b"a" * 500 + dye)
    with open(os.path.join(folder, dye.decode()), "wb"):
        pass
    plant_in_database(service, dye.decode())
    found = {line.split(":")[0] for line in sweep.sweep_files(dyes, everything, templates(service))[0]}
    wanted = {"planted/" + name for name in [*forms, "zip", dye.decode()]}
    database = [name for name in found if re.search("/data/data.db|/pg/data/", name)]
    shown = [] if cards.find(b"<p>" + card) else ["the card on a page is not found"]
    return shown + ["%s is not found" % name for name in sorted(wanted - found)] + ([] if database else ["the one in the database is not found"])


def plant_in_database(service, text):
    if service.postgres:
        subprocess.run(["psql", "-q", "-X", service.postgres.url, "-c", "CREATE TABLE planted AS SELECT '%s' AS x" % text], check=True,
                       stdout=subprocess.DEVNULL)
        return
    link = sqlite3.connect(os.path.join(service.data, "data.db"), timeout=20)
    link.execute("CREATE TABLE planted (x TEXT)")
    link.execute("INSERT INTO planted VALUES (?)", (text,))
    link.commit()
    link.close()


def run(report, engine):
    folder = tempfile.mkdtemp(prefix="sonicstacker-dye-")
    before = os.environ.get("TMPDIR", "/tmp")
    os.environ["TMPDIR"] = tempfile.tempdir = folder  # what anybody writes beside the data folder is looked at, too
    os.chmod(folder, 0o711)
    dyes = dyes_with_address()
    life.Dyed.dyes, undyed = dyes, steps.Person
    service = None
    try:
        service = SmtpService(engine, folder) if engine == "sqlite" else Service(engine)
        steps.Person = life.Dyed
        her = life.Life(service, dyes)
        begun = time.monotonic()
        report.test("a person leaves a dye in every place she can reach (%s)" % engine, her.live)
        steps.Person = undyed
        report.say("%d dyes, %.0f s" % (len(dyes.names), time.monotonic() - begun))
        report.test("a card number does not even come back to who typed it (%s)" % engine, comes_back, her)
        report.test("another person sees none of them (%s)" % engine, others_see_nothing, dyes, service)
        report.test("none lies in a file while the service runs (%s)" % engine, at_rest, report, dyes, service, "running")
        report.test("none stands in a log (%s)" % engine, in_logs, dyes, service)
        report.test("none stands in the environment or command line of a process (%s)" % engine, sweep.sweep_processes, dyes, pids_of(service))
        if engine == "sqlite":
            report.test("mail goes out over TLS and names nothing but the address (%s)" % engine, in_mail, dyes, service)
            report.test("who was refused is not known (%s)" % engine, refused_are_gone, service, dyes)
            report.test("the year of birth is not kept (%s)" % engine, year_is_kept, service)
        for process in (service.work, service.serve):
            process.end(signal.SIGTERM)
        report.test("none lies in a file after the service has ended (%s)" % engine, at_rest, report, dyes, service, "ended")
        report.test("none stands in the log of its end (%s)" % engine, in_logs, dyes, service)
        report.test("dyes that lie in the open are found (%s)" % engine, control, dyes, service, her.cards)
    except (Wrong, OSError) as wrong:
        report.test("the service starts (%s)" % engine, lambda: [str(wrong)])
    finally:
        steps.Person = undyed
        if service:
            service.close()
        os.environ["TMPDIR"] = tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


def main():
    report = Report()
    for engine in sys.argv[1:] or ("sqlite", "postgres"):
        run(report, engine)
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
