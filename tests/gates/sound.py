#!/usr/bin/python3
"""The hard gates of a song's sound.

    sound.py FILE [--seconds N] [--plan N] [--lufs N] [--bpm N] [--key NAME] [--encoded FILE ...] [--json]

Without an expectation its gate is left out. A key is "Gb", "F#m" or "C dorian". Exit status 1 when a
gate fails. The detectors must be calibrated (calibrate.py) before a failed tempo or key is ours.
"""
import argparse
import dataclasses
import json
import sys

import hearing
from hearing import TONICS
from verdict import Check, failures, print_checks, within

TEMPO_TOLERANCE = 0.02
TEMPO_FACTORS = {"": 1, "half": 0.5, "double": 2, "two thirds": 2 / 3, "dotted": 1.5}
TEMPO_JUDGES = ("qm-dsp", "bpm-tools")  # aubio is told but not asked: it needs hard drums
SPELLINGS = {"C#": 1, "D#": 3, "E#": 5, "F#": 6, "G#": 8, "A#": 10, "B#": 0, "Cb": 11, "Fb": 4}
SPELLINGS.update((name, i) for i, name in enumerate(TONICS))
MINOR_MODES = ("minor", "m", "dorian", "phrygian", "locrian", "harmonic minor")
MAJOR_MODES = ("major", "", "lydian", "mixolydian")


@dataclasses.dataclass
class Expected:
    seconds: float = None  # as asked
    plan: float = None  # as the program said it would be
    lufs: float = None
    bpm: float = None
    keys: tuple = ()  # any of them, as in key_names


def key_names(tonic, mode):
    """As detectors spell it: they know major and minor. The blues has both thirds."""
    name = TONICS[SPELLINGS[tonic]]
    if mode == "blues":
        return (name, name + "m")
    if mode not in MINOR_MODES + MAJOR_MODES:
        raise ValueError("no mode is called " + mode)
    return (name + ("m" if mode in MINOR_MODES else ""),)


def read_key(text):
    tonic = text[:2] if text[1:2] in ("#", "b") else text[:1]
    return key_names(tonic, text[len(tonic) :].strip())


def tempo_factor(bpm, wanted):
    """The name of the ratio at which a tracker agrees, or None."""
    for name, factor in TEMPO_FACTORS.items():
        if abs(bpm / (wanted * factor) - 1) < TEMPO_TOLERANCE:
            return name
    return None


def key_score(found, wanted):
    """As MIREX weighs keys: 1 the same, 0.5 a fifth off, 0.3 relative, 0.2 parallel."""
    a, a_minor = TONICS.index(found.rstrip("m")), found.endswith("m")
    b, b_minor = TONICS.index(wanted.rstrip("m")), wanted.endswith("m")
    if a_minor == b_minor:
        return 1.0 if a == b else 0.5 if (a - b) % 12 in (5, 7) else 0.0
    if a == b:
        return 0.2
    return 0.3 if (a - b) % 12 == (3 if b_minor else 9) else 0.0


def tempo_gate(tempi, wanted):
    agree = {name: tempo_factor(bpm, wanted) for name, bpm in tempi.items()}
    value = ", ".join("%s %.1f%s" % (n, t, " (%s)" % agree[n] if agree[n] else "" if agree[n] == "" else " (no)")
                      for n, t in tempi.items())
    return Check("tempo", value or "none", "%.1f by %s" % (wanted, " or ".join(TEMPO_JUDGES)),
                 any(agree.get(name) is not None for name in TEMPO_JUDGES))


def key_gate(keys, wanted):
    """Two detectors reach 0.6, three 1.0, in sum."""
    need = 1.0 if len(keys) > 2 else 0.6
    best = max(sum(key_score(found, key) for found in keys.values()) for key in wanted)
    value = ", ".join("%s %s" % item for item in keys.items())
    return Check("key", "%s: %.1f" % (value or "none", best), "%s: %.1f" % (" or ".join(wanted), need), best > need - 1e-9)


def shape_gates(heard):
    """What needs no expectation."""
    return [
        within("true peak, dBTP", heard.true_peak_db, None, -1.0),
        within("clipped runs", heard.clipped, None, 0, 0),
        Check("constant offset", "%.5f" % heard.dc, "below 0.001", heard.dc < 0.001),
        Check("leading silence, ms", "%.0f" % heard.lead_ms, "below 60", heard.lead_ms < 60),
        Check("last 20 ms, dB", "%.1f" % heard.last_20ms_db, "below -60", heard.last_20ms_db < -60),
        within("correlation", heard.correlation, 0.0, None),
        within("correlation below 150 Hz", heard.bass_correlation, 0.5, None),
    ]


def gates(heard, want):
    checks = shape_gates(heard)
    if want.plan is not None:
        checks.append(within("off the plan, ms", abs(heard.seconds - want.plan) * 1000, None, 50, 1))
    if want.seconds is not None:
        checks.append(within("off the asked length, %", abs(heard.seconds / want.seconds - 1) * 100, None, 0.5))
    if want.lufs is not None:
        checks.append(within("loudness, LUFS", heard.lufs, want.lufs - 1, want.lufs + 1))
    if want.bpm is not None:
        checks.append(tempo_gate(heard.tempi, want.bpm))
    if want.keys:
        checks.append(key_gate(heard.keys, want.keys))
    return checks


def encoded_gates(name, encoded, want):
    checks = [within(name + ": true peak, dBTP", encoded.true_peak_db, None, -1.0)]
    if want.lufs is not None:
        checks.append(within(name + ": loudness, LUFS", encoded.lufs, want.lufs - 1, want.lufs + 1))
    if want.plan is not None:
        checks.append(within(name + ": off the plan, ms", abs(encoded.seconds - want.plan) * 1000, None, 50, 1))
    return checks


def check_file(path, want, encoded=()):
    """All gates of a file, and what was heard (None when it does not decode)."""
    try:
        heard = hearing.hear(path)
    except hearing.Undecodable as why:
        return [Check("decodes", str(why), "to its end", False)], None
    checks = [Check("decodes", "%.2f s" % heard.seconds, "to its end", True)] + gates(heard, want)
    for other in encoded:
        name = other.rsplit(".", 1)[-1]
        try:
            checks += encoded_gates(name, hearing.hear_encoded(other), want)
        except hearing.Undecodable as why:
            checks.append(Check(name + ": decodes", str(why), "to its end", False))
    return checks, heard


def main():
    parser = argparse.ArgumentParser(description="The hard gates of a song's sound.")
    parser.add_argument("file")
    for name in ("seconds", "plan", "lufs", "bpm"):
        parser.add_argument("--" + name, type=float)
    parser.add_argument("--key")
    parser.add_argument("--encoded", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    want = Expected(args.seconds, args.plan, args.lufs, args.bpm, read_key(args.key) if args.key else ())
    checks, heard = check_file(args.file, want, args.encoded)
    if args.json:
        print(json.dumps({"file": args.file, "heard": heard and dataclasses.asdict(heard),
                          "checks": [dataclasses.asdict(c) for c in checks]}))
    else:
        print_checks(checks)
        print("%s: %s" % (args.file, "FAIL" if failures(checks) else "pass"))
    return 1 if failures(checks) else 0


if __name__ == "__main__":
    sys.exit(main())
