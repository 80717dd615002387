"""Told: what goes out to Stripe stands in policy/data-map, name by name."""
import os
import urllib.parse

from stripe import ROOT


def listed():
    with open(os.path.join(ROOT, "policy", "data-map"), encoding="utf-8") as file:
        rows = [line.split("\t") for line in file]
    return {row[1][len("stripe."):] for row in rows if row[0] == "out" and row[1].startswith("stripe.")}


def unlisted(requests):
    known, wrong = listed(), set()
    for one in requests:
        if one["method"] == "POST":
            wrong |= {name for name, _ in urllib.parse.parse_qsl(one["raw"], keep_blank_values=True)} - known
    return ["%s goes out and is not listed" % name for name in sorted(wrong)] + ([] if requests else ["nothing went out"])


def shouted(requests):
    """Every request says its version, and every one that changes something has a key."""
    wrong = ["%s %s has no version" % (one["method"], one["path"]) for one in requests if not one["version"]]
    return wrong + ["%s has no key" % one["path"] for one in requests if one["method"] == "POST" and not one["key"]]
