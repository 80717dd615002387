#!/usr/bin/python3
"""Shop: the real service against a stand-in for Stripe that keeps what it is told.

    tests/stripe/run.py [--engine sqlite|postgres] [--shuffles N] [--seed N] [--verbose] [PART ...]

Parts: stand-in, signatures, journeys, trouble, shuffles, outside, leaks; all of them.
"""
import argparse
import glob
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from till import Till, Wrong, id_text, journeys
import contract
import leaks
import lives
import told
import troubles
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
    wrong, kept = [], set()
    for case in cases:
        status = hook(till, case["body"], case["header"])
        if status != case["status"]:
            wrong.append("%s gets %d instead of %d" % (case["name"], status, case["status"]))
        if case["status"] == 200:
            kept.add(json.loads(case["body"])["id"])
    there = {row[0] for row in till.sql("SELECT id FROM stripe_event WHERE id LIKE 'evt_signature%'")}
    return wrong + ["%s is %s" % (one, "kept" if one in there else "not kept") for one in sorted(there ^ kept)]


def signatures(till, _args, report):
    cases = json.loads(node("signatures.mjs", {"secrets": till.shop.secrets})[0])
    report.test("an event is taken when it is signed as the official package signs, else refused and not kept (%d cases)" % len(cases), answers, till, cases)


# ---- journeys

def walk(till, path, verbose):
    journey = till.journey(os.path.splitext(os.path.basename(path))[0])
    try:
        journeys.play(journey, path, [], verbose)
        journey.end()
        return []
    except Wrong as wrong:
        return str(wrong).splitlines() + ["| " + line for line in journey.look()]
    finally:
        till.shop.hold(False)


def walks(till, args, report):
    for path in sorted(glob.glob(os.path.join(HERE, "journeys", "*.journey"))):
        if args.journey in (None, os.path.basename(path).split(".")[0]):
            report.test("%s (%s)" % (journeys.title_of(path), till.engine), walk, till, path, args.verbose and args.journey is not None)


def trouble(till, args, report):
    troubles.run_all(till, report, args.trouble)


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


# ---- what went out and what lies about

def outside(till, _args, report):
    requests = till.shop.requests()
    report.test("what goes out to Stripe is listed in policy/data-map, and says its version (%s)" % till.engine,
                lambda: told.unlisted(requests) + told.shouted(requests))
    if contract.unable():
        report.skip("Stripe's own description knows all that is asked (%s)" % till.engine, contract.unable())
    else:
        report.test("Stripe's own description knows all that is asked (%d requests, %s)" % (len(requests), till.engine), contract.refused, requests)


def leaking(till, _args, report):
    """The last part: it ends the service."""
    dyes = leaks.needles(till.shop)
    report.test("of what Stripe tells of a buyer nothing stands in the environment or command line of a process (%s)" % till.engine,
                leaks.in_processes, till, dyes)
    report.test("nothing of it stands in a mail (%s)" % till.engine, leaks.in_mail, till, dyes)
    for process in (till.service.work, till.service.serve):
        process.end(signal.SIGTERM)
    report.test("nothing of it lies in a file (%s)" % till.engine, leaks.in_files, till, dyes)
    report.test("nothing of it stands in a log (%s)" % till.engine, leaks.in_logs, till, dyes)
    report.test("what lies in the open is found (%s)" % till.engine, leaks.control, till, dyes)


PARTS = {"stand-in": stand_in, "signatures": signatures, "journeys": walks, "trouble": trouble, "shuffles": shuffles, "outside": outside, "leaks": leaking}


def main():
    parser = argparse.ArgumentParser(description="The real service against a stand-in for Stripe.")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--shuffles", type=int, default=60, help="lives of purchases, with their events in any order")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--journey", help="only this one of them")
    parser.add_argument("--trouble", help="only these of them, as troubles.py calls them")
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
