#!/usr/bin/python3
"""How alike songs sound to a fingerprint that music services use: songs of one style must be songs, not takes.

    likeness.py FILE FILE ... [--json]

The agreement of two songs is the share of equal bits of their Chromaprints at the best offset, up to
ten seconds. 0.5 to 0.6 is what strangers have, 1 is the same recording. Mean and maximum over all
pairs are gated. Exit status 1 when one fails.
"""
import argparse
import dataclasses
import itertools
import json
import statistics
import subprocess
import sys

import numpy as np

from verdict import Check, failures, print_checks

MEAN_BELOW = 0.70
MAX_BELOW = 0.80
OFFSET_MAX = 80  # fingerprint frames, eight to a second
OVERLAP_MIN = 60


def fingerprint(path):
    """A row of 32 bits for each eighth of a second."""
    run = subprocess.run(["fpcalc", "-raw", "-length", "120", path], capture_output=True, text=True)
    lines = [line for line in run.stdout.splitlines() if line.startswith("FINGERPRINT=")]
    if not lines:
        raise ValueError("fpcalc hears nothing in %s: %s" % (path, run.stderr.strip()))
    words = np.array([int(word) & 0xFFFFFFFF for word in lines[0].split("=")[1].split(",")], ">u4")
    return np.unpackbits(words.view(np.uint8)).reshape(-1, 32)


def agreement(a, b):
    best = 0.0
    for offset in range(-OFFSET_MAX, OFFSET_MAX + 1):
        x, y = a[max(0, offset) :], b[max(0, -offset) :]
        count = min(len(x), len(y))
        if count > OVERLAP_MIN:
            best = max(best, float((x[:count] == y[:count]).mean()))
    return best


def pairs(fingerprints):
    """(agreement, name, name) of each pair, the most alike first. Takes a dict of name -> fingerprint."""
    found = [(agreement(fingerprints[a], fingerprints[b]), a, b) for a, b in itertools.combinations(fingerprints, 2)]
    return sorted(found, key=lambda p: -p[0])


def gates(found):
    mean, (most, a, b) = statistics.fmean(p[0] for p in found), found[0]
    return [
        Check("mean agreement", "%.3f" % mean, "below %.2f" % MEAN_BELOW, mean < MEAN_BELOW),
        Check("most agreement", "%.3f (%s, %s)" % (most, a, b), "below %.2f" % MAX_BELOW, most < MAX_BELOW),
    ]


def main():
    parser = argparse.ArgumentParser(description="How alike songs sound.")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if len(args.files) < 2:
        parser.error("likeness takes two files or more")
    checks = gates(pairs({path: fingerprint(path) for path in args.files}))
    if args.json:
        print(json.dumps({"checks": [dataclasses.asdict(c) for c in checks]}))
    else:
        print_checks(checks)
        print("likeness: %s" % ("FAIL" if failures(checks) else "pass"))
    return 1 if failures(checks) else 0


if __name__ == "__main__":
    sys.exit(main())
