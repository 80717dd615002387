#!/usr/bin/python3
"""Journeys through the real service, as a browser without script would make them.

    tests/journeys/run.py [--engine sqlite|postgres] [--verbose] [JOURNEY ...]

A journey is a file NAME.journey, one step a line; its first line, a comment, is the name of the test. Steps are
the functions of steps.py: each says how it is written. Words may hold $name, which stands for what was saved
before; $journey is the file's name. `do PART words` runs parts/PART.steps, in which $1, $2 ... are the words.

Prints "ok - ..." or "not ok - ..." for each journey and engine.
"""
import argparse
import glob
import os
import re
import sys
import time

from page import Wrong
from service import Service
from steps import Journey

HERE = os.path.dirname(os.path.realpath(__file__))


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if line and not line.startswith("#"):
                yield number, line


def title_of(path):
    with open(path, encoding="utf-8") as file:
        first = file.readline()
    if not first.startswith("# "):
        raise SystemExit("%s does not begin with its name" % path)
    return first[2:].strip()


def play(journey, path, words, verbose):
    """Runs a file's steps; a failure says where it happened."""
    for number, line in lines_of(path):
        for index, word in enumerate(words, 1):
            line = line.replace("$%d" % index, word)
        place = "%s:%d: %s" % (os.path.relpath(path, HERE), number, line)
        if verbose:
            print("    " + place, flush=True)
        part = re.fullmatch(r"do (\S+)(.*)", line)
        try:
            if part:
                inner = [journey.spell(word) for word in part[2].split()]
                play(journey, os.path.join(HERE, "parts", part[1] + ".steps"), inner, verbose)
            else:
                journey.step(line)
        except Wrong as wrong:
            raise Wrong("%s\n      %s" % (place, wrong)) from None
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise Wrong("%s\n      %s: %s" % (place, type(error).__name__, error)) from None


def one(service, path, engine, verbose):
    journey = Journey(service, os.path.splitext(os.path.basename(path))[0])
    name = "%s (%s)" % (title_of(path), engine)
    start = time.monotonic()
    try:
        play(journey, path, [], verbose)
        journey.end()
        print("ok - %s" % name)
        if verbose:
            print("    %.1f s" % (time.monotonic() - start))
        return True
    except Wrong as wrong:
        print("not ok - %s\n    %s" % (name, wrong))
        print("\n".join("    | " + line for line in journey.look()))
        return False
    finally:
        sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description="Journeys through the real service.")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("journeys", nargs="*", help="names of files without their ending; all of them")
    args = parser.parse_args()
    names = args.journeys or sorted(os.path.splitext(os.path.basename(p))[0]
                                    for p in glob.glob(os.path.join(HERE, "*.journey")))
    paths = [os.path.join(HERE, name + ".journey") for name in names]
    try:
        service = Service(args.engine)
    except (Wrong, OSError) as wrong:
        print("not ok - the service starts and gets its operator (%s)\n    %s" % (args.engine, wrong))
        return 1
    try:
        good = [one(service, path, args.engine, args.verbose) for path in paths]
        if not all(good):
            print("\n".join("    serve: " + line for line in service.serve.lines[-15:]))
            print("\n".join("    work: " + line for line in service.work.lines[-15:]))
        return 0 if all(good) else 1
    finally:
        service.close()


if __name__ == "__main__":
    sys.exit(main())
