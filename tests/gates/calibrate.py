#!/usr/bin/python3
"""Shows that the detectors themselves work, on sounds whose tempo and key are beyond doubt.

Clicks at three tempi, made by sox, and scales with their chords in two keys. Exit status 2 when a
detector fails: then a song's failed gate says nothing, and no gates are run.
"""
import os
import subprocess
import sys
import tempfile

import hearing
from sound import TEMPO_JUDGES, key_score, tempo_factor
from verdict import Check, failures, print_checks

TEMPI = (90, 120, 140)
KEY_NEED = 0.5  # of each; a scale leaves room for a fifth
SCALES = {"C": (60, 62, 64, 65, 67, 69, 71, 72), "Am": (57, 59, 60, 62, 64, 65, 67, 69)}
CHORDS = {"C": ((48, 60, 64, 67), (53, 60, 65, 69), (55, 59, 62, 67), (48, 60, 64, 67)),
          "Am": ((45, 57, 60, 64), (50, 57, 62, 65), (52, 56, 59, 64), (45, 57, 60, 64))}


def sox(*words):
    subprocess.run(["sox", "-q", "-V1"] + [str(w) for w in words], check=True)


def clicks(path, bpm, seconds=40):
    """A short noise on every beat, a stronger one on every fourth."""
    beat = path + ".beat.wav"
    rate, length = 44100, 60 / bpm
    sox("-R", "-n", "-r", rate, "-c", 2, "-b", 16, beat, "synth", 0.03, "whitenoise", "fade", "l", 0, 0.03, 0.028,
        "gain", -6, "pad", 0, length - 0.03)
    sox(beat, path, "repeat", int(seconds / length))
    os.remove(beat)


def tones(path, keys, seconds):
    """Plucked strings together, MIDI keys."""
    words = []
    for key in keys:
        words += ["pluck", "%.3f" % (440 * 2 ** ((key - 69) / 12))]
    sox("-R", "-r", 44100, "-c", len(keys), "-n", "-c", 1, "-b", 16, path, "synth", seconds, *words, "remix", "-", "gain", -9)


def scale(path, name, folder):
    """The scale up, then tonic, subdominant, dominant and tonic as chords, four times over."""
    parts = []
    for keys in [(key,) for key in SCALES[name]] + list(CHORDS[name]):
        parts.append(os.path.join(folder, "tone%d.wav" % len(parts)))
        tones(parts[-1], keys, 0.5 if len(keys) == 1 else 1.5)
    sox(*parts, "-c", 2, path, "repeat", 3)


def heard(path):
    tempi, keys, _ = hearing.trackers(hearing.decode(path, hearing.DETECTOR_RATE)[0])
    return tempi, keys


def tempo_checks(folder):
    checks = []
    for bpm in TEMPI:
        path = os.path.join(folder, "clicks.wav")
        clicks(path, bpm)
        tempi, _ = heard(path)
        for name in TEMPO_JUDGES:
            found = tempi.get(name)
            ok = found is not None and tempo_factor(found, bpm) is not None
            checks.append(Check("%s hears clicks" % name, str(found), "%d" % bpm, ok))
    return checks


def key_checks(folder):
    checks = []
    for want in SCALES:
        path = os.path.join(folder, "scale.wav")
        scale(path, want, folder)
        _, keys = heard(path)
        for detector in ("qm-dsp", "chroma"):
            found = keys.get(detector)
            score = key_score(found, want) if found else 0.0
            checks.append(Check("%s hears a scale" % detector, str(found), want, score >= KEY_NEED))
    return checks


def calibrate():
    with tempfile.TemporaryDirectory() as folder:
        return tempo_checks(folder) + key_checks(folder)


def main():
    checks = calibrate()
    print_checks(checks)
    return 2 if failures(checks) else 0


if __name__ == "__main__":
    sys.exit(main())
