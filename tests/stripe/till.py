"""Till: the service with its shop, and what lies behind the pages: ledger, receipts, what waits."""
import http.client
import importlib.util
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
for folder in ("journeys", "faults", "dye", "safe"):
    sys.path.insert(1, os.path.join(HERE, "..", folder))

from house import FIELD, LINE, id_text, sqlite_rows  # noqa: E402
from page import Wrong  # noqa: E402
from service import Service  # noqa: E402
from steps import Journey  # noqa: E402

from stripe import Stripe  # noqa: E402
import shop_steps  # noqa: E402,F401  pylint: disable=unused-import

PARTS = os.path.join(HERE, "..", "journeys", "parts")


def load_journeys():
    """The journeys' own runner, which is called like ours."""
    spec = importlib.util.spec_from_file_location("journeys_run", os.path.join(HERE, "..", "journeys", "run.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


journeys = load_journeys()
QUIET_S = 60
DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
WAITING = """SELECT (SELECT COUNT(*) FROM stripe_event WHERE state = 'waiting') + (SELECT COUNT(*) FROM purchase WHERE asked > seen)
             + (SELECT COUNT(*) FROM refund WHERE state IN ('asked', 'sent'))"""
NETS = (("purchased", "purchase", None), ("refunded", "refund", "refund-reversed"), ("disputed", "dispute", "dispute-released"))


def id_number(text):
    number = 0
    for letter in text:
        number = number << 5 | DIGITS.index(letter)
    return number


class Till:
    def __init__(self, engine):
        self.engine, self.service, self.buyers = engine, Service(engine, Stripe, 0), 0
        self.shop = self.service.shop

    def close(self):
        self.service.close()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=60)

    # ---- the database

    def sql(self, text):
        """Rows as lists of words, on both engines."""
        if not self.service.postgres:
            return sqlite_rows(self.service.data, text)
        made = subprocess.run(["psql", "-XqAt", "-F", FIELD, "-R", LINE, "-v", "ON_ERROR_STOP=1", "-c", text, self.service.postgres.url],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if made.returncode != 0:
            raise Wrong("psql: %s" % made.stderr.strip()[-300:])
        return [line.split(FIELD) for line in made.stdout.rstrip("\n").split(LINE) if line]

    def number(self, text):
        return int(self.sql(text)[0][0] or 0)

    def wait(self, condition, what, seconds=QUIET_S):
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise Wrong("%s did not come within %d seconds" % (what, seconds))
            time.sleep(0.05)

    def hurry(self):
        """What waits for its time, its time has come."""
        self.sql("UPDATE purchase SET due = 0 WHERE asked > seen")
        self.sql("UPDATE stripe_event SET due = 0 WHERE state = 'waiting'")
        self.sql("UPDATE refund SET created = created - 60000 WHERE state = 'asked'")

    id_number = staticmethod(id_number)

    def quiet(self, seconds=QUIET_S):
        """All that was told is done."""
        self.shop.settled()
        self.wait(lambda: self.number(WAITING) == 0, "the end of all events and looks", seconds)

    def longer_ago(self):
        """The hour in which so many may be bought is over."""
        self.sql("UPDATE purchase SET created = created - 7200000")

    def night(self):
        """The nightly comparison, now. (compared, events that had not come, differences)"""
        last = self.number("SELECT MAX(id) FROM reconciliation")
        self.sql("UPDATE counter SET value = 0 WHERE name = 'night'")
        done = "SELECT purchases, events, differences FROM reconciliation WHERE finished > 0 AND id > %d" % last
        self.wait(lambda: self.sql(done), "the nightly comparison")
        return [int(one) for one in self.sql(done)[0]]

    # ---- what should hold

    def facts(self, purchase):
        """What of a purchase must not depend on how its events came. `purchase`: its id as people see it."""
        return self.facts_of([purchase])[purchase]

    def facts_of(self, purchases):
        numbers = {str(id_number(one)): one for one in purchases}
        chosen = ", ".join(numbers) or "0"
        facts = {}
        for number, state, refunded in self.sql("SELECT id, state, refunded FROM purchase WHERE id IN (%s)" % chosen):
            facts[number] = dict(purchased=0, refunded=0, disputed=0, state=state, money_back=int(refunded), sales=0, sold_for=0, receipts_back=0)
        for number, kind, amount in self.sql("SELECT cause, kind, SUM(amount) FROM credit_line WHERE cause IN (%s) GROUP BY cause, kind" % chosen):
            for name, to, fro in NETS:
                facts[number][name] += int(amount) if kind == to else -int(amount) if kind == fro else 0
        for number, kind, count, amount in self.sql(
                "SELECT purchase, kind, COUNT(*), SUM(amount) FROM receipt WHERE purchase IN (%s) GROUP BY purchase, kind" % chosen):
            facts[number].update({"sales": int(count), "sold_for": int(amount)} if kind == "sale" else {"receipts_back": int(amount)})
        return {numbers[number]: one for number, one in facts.items()}

    def expected(self, session, credits):
        """The same, from nothing but what Stripe knows in the end."""
        known = self.shop.session(session=session)
        charge = [one for one in known["charges"] if one["status"] == "succeeded"]
        wanted = dict(purchased=0, refunded=0, disputed=0, money_back=0, sales=0, sold_for=0, receipts_back=0)
        status = known["session"]["status"]
        if not charge:
            failed = status == "complete" and known["intent"]["status"] == "requires_payment_method"
            wanted["state"] = "failed" if failed else {"complete": "awaiting"}.get(status, status)
            return wanted
        amount = charge[0]["amount"]
        back = sum(one["amount"] for one in known["refunds"] if one["status"] not in ("failed", "canceled"))
        frozen = any(one["status"] in ("needs_response", "under_review", "lost") for one in known["disputes"])
        refunded = min(credits, -(-credits * back // amount))
        wanted.update(state="paid", purchased=credits, refunded=refunded, disputed=credits - refunded if frozen else 0, money_back=back,
                      sales=1, sold_for=amount, receipts_back=back)
        return wanted

    def books(self):
        """What is wrong with all books together: the service's own promises, looked at from outside."""
        wrong = ["%s: the wallet of %s says %s, its lines %s" % tuple(row) for row in self.sql("""
            SELECT 'wallet', w.account, w.credits, COALESCE(SUM(CASE WHEN l.target = 'person' THEN l.amount WHEN l.source = 'person' THEN -l.amount
                ELSE 0 END), 0) FROM wallet w LEFT JOIN credit_line l ON l.account = w.account GROUP BY w.account, w.credits
            HAVING w.credits <> COALESCE(SUM(CASE WHEN l.target = 'person' THEN l.amount WHEN l.source = 'person' THEN -l.amount ELSE 0 END), 0)""")]
        wrong += ["receipt %s is missing" % row[0] for row in self.sql(
            "SELECT r.number - 1 FROM receipt r WHERE r.number > 1 AND NOT EXISTS (SELECT 1 FROM receipt b WHERE b.number = r.number - 1)")]
        wrong += ["receipt %s is of nothing" % row[0] for row in self.sql("SELECT number FROM receipt WHERE amount = 0")]
        return wrong

    # ---- people

    def journey(self, name):
        made = Journey(self.service, name)
        made.till = self
        return made

    def buyer(self):
        """Somebody new, signed in; a journey of theirs."""
        self.buyers += 1
        journey = self.journey("shop%d" % self.buyers)
        journeys.play(journey, os.path.join(PARTS, "sign-up.steps"), ["ada"], False)
        return journey

    def session_of(self, purchase):
        """What Stripe calls a purchase."""
        return self.shop.by_reference(reference=purchase)["id"]

    def said(self):
        return self.service.serve.lines + self.service.work.lines
