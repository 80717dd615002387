"""Verdicts and tables that all gates print alike."""
from dataclasses import dataclass


@dataclass
class Check:
    gate: str
    value: str
    want: str
    ok: bool


def within(gate, value, low, high, digits=2):
    """A number between two limits; None leaves a side open. What is not a number fails."""
    want = " to ".join("%.*f" % (digits, x) for x in (low, high) if x is not None)
    want = "at least " + want if high is None else "at most " + want if low is None else want
    ok = value == value and (low is None or value >= low) and (high is None or value <= high)
    return Check(gate, "%.*f" % (digits, value), want, bool(ok))


def failures(checks):
    return [c for c in checks if not c.ok]


def table(heads, rows):
    """Columns as wide as they need be: words to the left, numbers to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(heads)] + rows) for i in range(len(heads))]
    right = [bool(rows) and all(row[i][:1] in "+-.0123456789" for row in rows) for i in range(len(heads))]

    def line(cells):
        return "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right)).rstrip()

    return "\n".join([line(heads)] + [line(row) for row in rows])


def print_checks(checks):
    print(table(("gate", "measured", "wanted", "verdict"), [(c.gate, c.value, c.want, "ok" if c.ok else "FAIL") for c in checks]))
