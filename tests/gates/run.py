#!/usr/bin/python3
"""Makes songs of every style and holds them against all gates.

    run.py                       every style: 4 seeds for sound, 20 for notes, 10 for likeness
    run.py --styles house,pop --sound 2 --music 8 --likeness 0 --seconds 120
    run.py --short               what fits into a test run, as "ok - name" lines

JUDGE=1 also asks the measuring programs in JUDGE_DIR (../shared/measure) and prints where they differ.
--json FILE writes every figure. Two songs are made at a time, each on one core.

Exit status 1: fewer than 95 % of the sound runs pass, or a style's notes or likeness do not.
Exit status 2: the detectors themselves fail on clicks and scales.
"""
import argparse
import collections
import dataclasses
import json
import multiprocessing
import os
import sys
import tempfile

import calibrate
import judge
import likeness
import music
import songs
import sound
from verdict import Check, failures, print_checks, table, within

WORKERS = 2
SOUND_PASS_SHARE = 0.95
REPORT_LUFS_NEAR = 0.2  # what the program says of itself against what ffmpeg measures
REPORT_PEAK_NEAR = 0.3
SHORT = {"house": (1, 4, 4), "lo-fi": (1, 4, 0), "rock": (1, 4, 0), "swing jazz": (1, 4, 0), "solo piano": (1, 4, 0),
         "cinematic": (1, 4, 0)}


@dataclasses.dataclass
class Task:
    style: str
    seed: int
    seconds: float
    sound: bool
    music: bool
    likeness: bool
    judge: str = None


@dataclasses.dataclass
class Result:
    task: Task
    why: str = ""  # the song was not made
    report: dict = None
    checks: list = None  # of the sound
    heard: object = None
    metrics: object = None
    fingerprint: object = None
    differences: list = dataclasses.field(default_factory=list)
    flac: str = None


def report_checks(report, heard):
    """The program does not flatter itself."""
    return [within("reported loudness off by, LU", abs(report["lufs"] - heard.lufs), None, REPORT_LUFS_NEAR),
            within("reported true peak off by, dB", abs(report["true_peak_db"] - heard.true_peak_db), None, REPORT_PEAK_NEAR)]


def same(gate, digests):
    """The same song whatever the file, the number of hands and the path through the processor."""
    return Check(gate, "%d different" % len(set(digests)), "all the same", len(set(digests)) == 1)


def sound_result(folder, result, song):
    """Makes the lossy files too, one with two hands and one without AVX2: they must hold the same song."""
    task = result.task
    mp3 = songs.make(folder, task.style, task.seed, task.seconds, "mp3", ("--threads", "2"))
    opus = songs.make(folder, task.style, task.seed, task.seconds, "opus", ("--portable",) if task.seed == 1 else ())
    want = song.expected()
    checks, heard = sound.check_file(song.files["flac"], want, (mp3.files["mp3"], opus.files["opus"]))
    checks.append(Check("style", song.style, task.style, song.style == task.style))
    checks += [same("audio digests", [s.report["digest"]["audio"] for s in (song, mp3, opus)]),
               same("score digests", [s.report["digest"]["score"] for s in (song, mp3, opus)])]
    if heard:
        checks += report_checks(song.report, heard)
        if task.judge:
            result.differences += judge.sound_differences(task.judge, song.files["flac"], want, checks)
    result.checks, result.heard = checks, heard
    for path in (mp3.files["mp3"], opus.files["opus"]):
        os.remove(path)


def work(task, folder):
    """Makes one song and measures what is asked; keeps the file only where a judge needs it once more."""
    result = Result(task)
    try:
        heard = "flac" if task.sound or task.likeness else "wav"  # which is quicker to write
        song = songs.make(folder, task.style, task.seed, task.seconds, heard)
        result.report = song.report
        if task.music:
            result.metrics = music.measure(song.files["mid"])
            result.metrics.file = "%s %d" % (task.style, task.seed)
            if task.judge:
                result.differences += judge.notes_differences(task.judge, song.files["mid"], result.metrics)
        if task.sound:
            sound_result(folder, result, song)
        if task.likeness:
            result.fingerprint = likeness.fingerprint(song.files["flac"])
            result.flac = song.files["flac"]
        if not (task.likeness and task.judge):
            os.remove(song.files[heard])
    except (songs.NotMade, ValueError, EOFError, OSError) as why:
        result.why = "%s: %s" % (type(why).__name__, why)
    return result


def work_star(pair):
    return work(*pair)


def plan(counts, seconds, place):
    """counts: style -> (seeds for sound, notes, likeness)."""
    return [Task(style, seed, seconds or songs.seconds_of(seed), seed <= s, seed <= m, seed <= l, place)
            for style, (s, m, l) in counts.items() for seed in range(1, max(s, m, l) + 1)]


def run_all(tasks, folder, progress=True):
    results = []
    with multiprocessing.Pool(WORKERS) as pool:
        for done, result in enumerate(pool.imap(work_star, [(task, folder) for task in tasks]), 1):
            results.append(result)
            if progress and sys.stderr.isatty():
                print("\r%d of %d songs" % (done, len(tasks)), end="", file=sys.stderr, flush=True)
    return results


def by_style(results):
    styles = collections.OrderedDict()
    for result in results:
        styles.setdefault(result.task.style, []).append(result)
    return styles


def failed_gates(result):
    return [Check("made", result.why, "a song", False)] if result.why else failures(result.checks or [])


def sound_verdict(results):
    """A row for each run, and whether enough of them pass."""
    runs = [r for r in results if r.task.sound]
    rows = []
    for r in runs:
        bad = failed_gates(r)
        h, report = r.heard, r.report
        told = ("%.1f" % h.lufs, "%+.1f" % (h.lufs - report["lufs_target"]), "%.2f" % h.true_peak_db, "%.1f" % h.lra, "%.1f" % h.slope_db,
                "%.2f" % h.correlation, "%.1f" % report["brief"]["bpm"]) if h else ("-",) * 7
        rows.append((r.task.style, r.task.seed) + told + ("FAIL: " + ", ".join(c.gate for c in bad) if bad else "pass",))
    passed = sum(not failed_gates(r) for r in runs)
    if runs:
        print(table(("style", "seed", "LUFS", "off", "dBTP", "LRA", "dB/oct", "corr.", "bpm", "verdict"), rows))
        for r in runs:
            for c in failed_gates(r):
                print("%s %d: %s is %s, wanted %s" % (r.task.style, r.task.seed, c.gate, c.value, c.want))
        most = collections.Counter(c.gate for r in runs for c in failed_gates(r)).most_common()
        print("failed: " + (", ".join("%s %d" % gate for gate in most) or "none"))
        print("sound: %d of %d runs pass, %.1f %% (at least %.0f %% must)\n" % (passed, len(runs), 100 * passed / len(runs), 100 * SOUND_PASS_SHARE))
    return not runs or passed >= SOUND_PASS_SHARE * len(runs)


def style_notes(results):
    """The checks of a style's notes; a song that was not made counts against it."""
    runs = [r for r in results if r.task.music]
    known = [r.metrics for r in runs if r.metrics]
    if not runs:
        return []
    lost = within("songs not made", len(runs) - len(known), None, 0, 0)
    return [lost] + (music.gates(known) if known else [])


def style_likeness(results, place=None):
    prints = {str(r.task.seed): r.fingerprint for r in results if r.fingerprint is not None}
    if len(prints) < 2:
        return [], []
    pairs = likeness.pairs(prints)
    paths = [r.flac for r in results if r.flac]
    return likeness.gates(pairs), judge.likeness_differences(place, paths, pairs) if place else []


def styles_verdict(name, checks_of):
    """A row for each style; True when none fails."""
    checks_of = {style: checks for style, checks in checks_of.items() if checks}
    if not checks_of:
        return True
    heads = max((list(c.gate for c in checks) for checks in checks_of.values()), key=len)
    rows = []
    for style, checks in checks_of.items():
        told = {c.gate: c.value for c in checks}
        bad = failures(checks)
        rows.append([style] + [told.get(head, "-") for head in heads] + ["FAIL: " + ", ".join(c.gate for c in bad) if bad else "pass"])
    print(table(["style"] + heads + ["verdict"], rows))
    passed = sum(not failures(checks) for checks in checks_of.values())
    print("%s: %d of %d styles pass (all must)\n" % (name, passed, len(checks_of)))
    return passed == len(checks_of)


def print_differences(results, more):
    found = ["%s %d: %s" % (r.task.style, r.task.seed, d) for r in results for d in r.differences] + more
    print("\n".join(found) if found else "The judges agree on every verdict.")
    return found


def write_json(path, results, notes, alike):
    songs_json = []
    for r in results:
        songs_json.append({"style": r.task.style, "seed": r.task.seed, "why": r.why, "report": r.report,
                           "heard": r.heard and dataclasses.asdict(r.heard), "notes": r.metrics and dataclasses.asdict(r.metrics),
                           "checks": [dataclasses.asdict(c) for c in r.checks or []], "differences": r.differences})
    plain = {name: {style: [dataclasses.asdict(c) for c in checks] for style, checks in of.items()}
             for name, of in (("music", notes), ("likeness", alike))}
    with open(path, "w") as file:
        json.dump({"songs": songs_json, **plain}, file, indent=1)


def full(args, counts):
    place = judge.folder()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        results = run_all(plan(counts, args.seconds, place), folder)
        notes = {style: style_notes(of) for style, of in by_style(results).items()}
        alike, differences = {}, []
        for style, of in by_style(results).items():
            alike[style], found = style_likeness(of, place)
            differences += ["%s %s" % (style, d) for d in found]
    good = sound_verdict(results)
    good = styles_verdict("notes", notes) and good
    good = styles_verdict("likeness", alike) and good
    if place:
        print_differences(results, differences)
    if args.json:
        write_json(args.json, results, notes, alike)
    print("gates: " + ("pass" if good else "FAIL"))
    return 0 if good else 1


def tap(name, checks):
    bad = failures(checks)
    print("%s - %s" % ("not ok" if bad else "ok", name))
    for c in bad:
        print("    %s is %s, wanted %s" % (c.gate, c.value, c.want))
    return not bad


def short(args):
    known = songs.styles()
    counts = {style: count for style, count in SHORT.items() if style in known}
    good = tap("every style of the short gates exists", [Check("missing", ", ".join(set(SHORT) - set(counts)), "none", len(counts) == len(SHORT))])
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        results = run_all(plan(counts, args.seconds, None), folder, progress=False)
    for style, of in by_style(results).items():
        sounds = [c for r in of if r.task.sound for c in failed_gates(r)]
        good = tap("a song in the style %s sounds as it must" % style, sounds) and good
        good = tap("songs in the style %s repeat themselves as songs do" % style, style_notes(of)) and good
        alike, _ = style_likeness(of)
        if alike:
            good = tap("songs in the style %s are not the same song" % style, alike) and good
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description="Songs of every style against all gates.")
    parser.add_argument("--styles", help="with commas; all when left out")
    parser.add_argument("--sound", type=int, default=4, help="seeds")
    parser.add_argument("--music", type=int, default=20, help="seeds")
    parser.add_argument("--likeness", type=int, default=10, help="seeds")
    parser.add_argument("--seconds", type=float, help="of each song; 40 to 60 by the seed when left out")
    parser.add_argument("--folder", help="where songs lie for a moment")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--short", action="store_true")
    args = parser.parse_args()
    bad = failures(calibrate.calibrate())
    if args.short:
        tap("the detectors hear clicks and scales", bad)
    if bad:
        print_checks(bad)
        return 2
    if args.short:
        return short(args)
    names = args.styles.split(",") if args.styles else songs.styles()
    return full(args, {name: (args.sound, args.music, args.likeness) for name in names})


if __name__ == "__main__":
    sys.exit(main())
