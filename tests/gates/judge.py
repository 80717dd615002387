"""A second opinion: measuring programs that nobody here wrote, run on the same files.

Where they and our gates disagree, one of both is wrong, and it is worth finding out which. They live
outside of this project; without their folder nothing is asked.
"""
import os
import re
import subprocess


GATES = {"integrated_LUFS": "loudness, LUFS", "true_peak_dBTP": "true peak, dBTP", "tempo_gate": "tempo", "key_gate": "key"}
NOTES = {"mel_4gram_rep": "lead_repetition", "bar_recurrence": "bar_recurrence"}
NEAR = 0.002  # our figures and theirs are printed with three digits


def folder():
    """Where they are, or None when they are not wanted or not there."""
    wanted = os.environ.get("JUDGE", "0") not in ("", "0")
    place = os.environ.get("JUDGE_DIR", "../shared/measure")
    return place if wanted and os.path.exists(os.path.join(place, "measure.sh")) else None


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, errors="replace").stdout


def sound_differences(place, path, want, checks):
    told = run(os.path.join(place, "measure.sh"), path, "%g" % want.bpm, want.keys[0], "%g" % want.lufs)
    ours = {c.gate: c for c in checks}
    found = []
    for row, gate in GATES.items():
        line = re.search(r"^%s\s+(.*)$" % row, told, re.M)
        theirs = bool(line) and "FAIL" not in line.group(1)
        if gate not in ours or theirs != ours[gate].ok:
            found.append("%s: ours %s, theirs %s" % (gate, ours[gate].value if gate in ours else "missing",
                                                     line.group(1).strip() if line else "missing"))
    return found


def notes_differences(place, path, metrics):
    told = dict(re.findall(r"^(\w+)\s+(\S+)$", run("/usr/bin/python3", os.path.join(place, "midimetrics.py"), path), re.M))
    found = []
    for row, name in NOTES.items():
        ours, theirs = getattr(metrics, name), float(told.get(row, "nan"))
        if not (abs(ours - theirs) < NEAR or (ours != ours and theirs != theirs)):
            found.append("%s: ours %.3f, theirs %.3f" % (name.replace("_", " "), ours, theirs))
    return found


def likeness_differences(place, paths, pairs):
    told = re.search(r"mean (\S+)\s+max (\S+)", run("/usr/bin/python3", os.path.join(place, "fpsim.py"), *paths))
    mean, most = sum(p[0] for p in pairs) / len(pairs), pairs[0][0]
    if told and abs(float(told[1]) - mean) < NEAR and abs(float(told[2]) - most) < NEAR:
        return []
    return ["likeness: ours %.3f and %.3f, theirs %s" % (mean, most, told.group(0) if told else "missing")]
