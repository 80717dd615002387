#!/usr/bin/python3
"""Shop: the real service against a stand-in for Stripe that keeps what it is told.

    tests/stripe/run.py [--engine sqlite|postgres] [--shuffles N] [--seed N] [--verbose] [PART ...]

Parts: stand-in, signatures, shuffles; all of them.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

from till import Till, Wrong, id_text
import lives
from report import Report
from stripe import HERE, ROOT, Stripe, unable


CREDITS = 100  # of the pack starter


def node(script, world):
    """What a script printed, and whether it ended well."""
    made = subprocess.run(["node", os.path.join(HERE, script)], env={**os.environ, "WORLD": json.dumps(world)}, cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, timeout=120, check=False)
    return made.stdout, made.returncode == 0


def stand_in(_till, _args, report):
    """One of its own, that no service listens to."""
    with tempfile.TemporaryDirectory() as folder:
        alone = Stripe(folder)
        try:
            said, good = node("sdk.mjs", {"port": alone.port, "key": alone.key})
        finally:
            alone.close()
    print(said, end="", flush=True)
    report.good &= good


# ---- signatures

def hook(till, body, header):
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)"}
    if header is not None:
        headers["Stripe-Signature"] = header
    connection = till.connect()
    try:
        connection.request("POST", "/hooks/stripe", body.encode(), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def answers(till, cases):
    wrong, kept = [], "SELECT COUNT(*) FROM stripe_event"
    for case in cases:
        before = till.number(kept)
        status, more = hook(till, case["body"], case["header"]), till.number(kept) - before
        if status != case["status"] or more != (status == 200):
            wrong.append("%s gets %d instead of %d, %d kept" % (case["name"], status, case["status"], more))
    return wrong


def signatures(till, _args, report):
    cases = json.loads(node("signatures.mjs", {"secrets": till.shop.secrets})[0])
    report.test("an event is taken when it is signed as the official package signs, else refused and not kept (%d cases)" % len(cases), answers, till, cases)


# ---- events in any order

def begin(till, count):
    """So many purchases of packs that are open at Stripe, as the shop leaves them; quicker than through its pages."""
    owner, now, made = till.number("SELECT id FROM account LIMIT 1"), int(time.time() * 1000), []
    for _ in range(count):
        number = random.getrandbits(60)
        purchase = id_text(number)
        session = till.shop.begin(reference=purchase, name="Starter", amount=499)
        till.sql("""INSERT INTO purchase (id, account, state, pack, title, credits, price, currency, live, session, intent, charge, paid_amount,
                    paid_currency, refunded, dispute, dispute_state, evidence_due, step, fence, asked, seen, due, attempts, trouble, created, expires, paid)
                    VALUES (%d, %d, 'open', 'starter', 'Starter', %d, 499, 'usd', 0, '%s', '', '', 0, '', 0, '', '', 0, 0, 0, 0, 0, 0, 0, '', %d, %d, 0)"""
                 % (number, owner, CREDITS, session["id"], now, session["expires_at"] * 1000))
        made.append(purchase)
    return made


def shuffles(till, args, report):
    report.test("%d lives of purchases end as Stripe's books say, however their events come (seed %d, %s)" % (args.shuffles, args.seed, till.engine),
                lives.shuffle, till, lambda count: begin(till, count), args.shuffles, args.seed, CREDITS)


PARTS = {"stand-in": stand_in, "signatures": signatures, "shuffles": shuffles}


def main():
    parser = argparse.ArgumentParser(description="The real service against a stand-in for Stripe.")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--shuffles", type=int, default=60, help="lives of purchases, with their events in any order")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all of them")
    args, report = parser.parse_args(), Report()
    if unable():
        report.skip("the shop", unable())
        return 0
    till = None
    try:
        till = Till(args.engine)
        for part in args.parts or PARTS:
            begun = time.monotonic()
            PARTS[part](till, args, report)
            if args.verbose:
                report.say("%s: %.1f s" % (part, time.monotonic() - begun))
        if not report.good:
            print("\n".join("    | " + line for line in till.said()[-30:] + till.shop.said[-15:]))
    except (Wrong, OSError) as wrong:
        report.test("the shop opens (%s)" % args.engine, lambda: [str(wrong)])
    finally:
        if till:
            till.close()
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
