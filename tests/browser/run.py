#!/usr/bin/python3
"""Browser: a real Chromium, and the API's description, against the real service.

    tests/browser/run.py [SCRIPT ...]       journey plain pages studio shop api; all of them
                                            besides: shots, lighthouse, first-sound

Starts the service with its shop, then node with what the scripts need to know in WORLD. SHOTS=FOLDER keeps pictures of
pages.
"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
for folder in ("journeys", "stripe"):
    sys.path.insert(1, os.path.join(HERE, "..", folder))

from page import Wrong  # noqa: E402
from service import OPERATOR, ROOT, Service  # noqa: E402
import stripe  # noqa: E402

SECONDS = 300
SCRIPTS = ("journey", "plain", "pages", "studio", "shop", "api")


def listed(kind):
    """The names that policy/data-map lists for what may stay in a browser."""
    with open(os.path.join(ROOT, "policy", "data-map"), encoding="utf-8") as file:
        return [line.split("\t")[1] for line in file if line.startswith(kind + "\t")]


def run(service, script):
    world = {"url": service.url, "operator": OPERATOR, "cookies": listed("cookie"), "storage": listed("storage"),
             "shop": service.shop and service.shop.url}
    command = ["node", os.path.join(HERE, script + ".mjs")]
    try:
        status = subprocess.run(command, env={**os.environ, "WORLD": json.dumps(world)}, cwd=ROOT, timeout=SECONDS,
                                stdin=subprocess.DEVNULL, check=False).returncode
    except subprocess.TimeoutExpired:
        status = -1
    if status not in (0, 1):
        print("not ok - %s runs to its end (status %d)" % (script, status), flush=True)
    return status == 0


def main():
    try:
        service = Service("sqlite", None if stripe.unable() else stripe.Stripe)
    except (Wrong, OSError) as wrong:
        print("not ok - the service starts\n    %s" % wrong)
        return 1
    try:
        scripts = [script for script in sys.argv[1:] or SCRIPTS if script != "shop" or service.shop]
        if not service.shop:
            print("skipped - buying in a real browser: " + stripe.unable())
        good = [run(service, script) for script in scripts]
        if not all(good):
            print("\n".join("    serve: " + line for line in service.serve.lines[-15:]))
            print("\n".join("    work: " + line for line in service.work.lines[-15:]))
        return 0 if all(good) else 1
    finally:
        service.close()


if __name__ == "__main__":
    sys.exit(main())
