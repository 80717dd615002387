"""Report: a test's one line, and what was found when it failed."""
import sys
import traceback

SHOWN = 30


class Report:
    def __init__(self):
        self.good = True

    def test(self, name, run, *words):
        """`run` returns a list of what is wrong; an empty one is a pass."""
        try:
            wrong = run(*words) or []
        except Exception:  # pylint: disable=broad-except
            wrong = traceback.format_exc().splitlines()[-8:]
        print("%s - %s" % ("not ok" if wrong else "ok", name))
        for line in wrong[:SHOWN]:
            print("    %s" % line)
        if len(wrong) > SHOWN:
            print("    ... and %d more" % (len(wrong) - SHOWN))
        self.good = self.good and not wrong
        sys.stdout.flush()

    def skip(self, name, why):
        print("skipped - %s: %s" % (name, why), flush=True)

    def say(self, text):
        print("    " + text, flush=True)
