"""Contract: what the service really asked for, held against Stripe's own descriptions of its parameters.

The programs and descriptions that check it lie beside the project, in ../shared or where SHARED says, and not
everywhere; without them there is nothing to hold it against.
"""
import http.client
import os
import re
import socket
import subprocess
import time
import urllib.parse

from page import Wrong
from stripe import ROOT

SHARED = os.path.join(ROOT, os.environ.get("SHARED", os.path.join("..", "shared")))
PROGRAM = os.path.join(SHARED, "counterparties", "stripe-form-mock.js")
NEW = os.path.join(SHARED, "specs", "stripe", "stripe-trim-current.openapi.json")
OLD = os.path.join(SHARED, "specs", "stripe", "stripe-trim-2023-08-16.openapi.json")  # has filters of lists that the newer one leaves out
FILTERS = re.compile(r"(^|&)(created|types|expand)(\[|%5B)", re.IGNORECASE)
START_S, WAIT_S = 30, 30


def unable():
    """Why nothing can be checked here; None: it can."""
    for path in (PROGRAM, NEW, OLD):
        if not os.path.exists(path):
            return "%s is not there" % os.path.relpath(path, ROOT)
    for name in ("express", "qs", "express-openapi-validator"):
        if not os.path.isdir(os.path.join(ROOT, "node_modules", name)):
            return "scripts/setup has not installed %s" % name
    return None


class Checker:
    def __init__(self, spec):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.process = subprocess.Popen(["node", PROGRAM, spec, str(self.port)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env={**os.environ, "NODE_PATH": os.path.join(ROOT, "node_modules")})
        until = time.monotonic() + START_S
        while not self.process.stdout.readline().startswith("listening"):
            if self.process.poll() is not None or time.monotonic() > until:
                raise Wrong("the program that checks requests does not start")

    def ask(self, request):
        """(status, what it said)"""
        headers = {"Authorization": request["authorization"], "Stripe-Version": request["version"], "Content-Type": request["type"],
                   "Idempotency-Key": request["key"]}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        try:
            connection.request(request["method"], request["path"] + request["search"], request["raw"].encode() or None,
                               {name: value for name, value in headers.items() if value})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def close(self):
        self.process.terminate()
        self.process.wait()


def is_filtered(request):
    return request["method"] == "GET" and FILTERS.search(request["search"].lstrip("?")) and not re.search(r"/[a-z]+_\w{14,}$", request["path"])


def differing(requests):
    """One of each that would be checked alike: ids, times and keys make no difference to the check, but which are there does."""
    seen = {}
    for one in requests:
        shape = re.sub(r"=[^&]*", "", one["search"] + "|" + one["raw"])
        seen.setdefault((one["method"], re.sub(r"_\w{14,}", "_ID", one["path"]), shape, len(one["raw"])), one)
    return list(seen.values())


def refused(requests):
    """What is wrong with them, a line each. Each description gets those that it knows, and an unknown name to refuse."""
    wrong, chosen = [], differing(requests)
    for spec, part in ((NEW, [one for one in chosen if not is_filtered(one)]), (OLD, [one for one in chosen if is_filtered(one)])):
        if not part:
            continue
        checker = Checker(spec)
        try:
            for one in part:
                status, said = checker.ask(one)
                if status != 200:
                    wrong.append("%s %s%s %s: %d %s" % (one["method"], one["path"], one["search"], urllib.parse.unquote(one["raw"]), status, said[:400]))
            wrong += watched(checker, part)
        finally:
            checker.close()
    return wrong


def watched(checker, requests):
    """The check must refuse a name that Stripe does not know."""
    for one in requests:
        spoilt = dict(one, key=(one["key"] or "") + "spoilt")
        spoilt["raw" if one["method"] == "POST" else "search"] += ("&" if one["raw"] or one["search"] else "?") + "colour=red"
        if checker.ask(spoilt)[0] == 200:
            return ["%s %s with an unknown name is taken" % (one["method"], one["path"])]
    return []
