#!/usr/bin/python3
"""The gates of a song's notes, measured in its MIDI file.

    music.py FILE.mid ... [--json]

Every file must be sound as a file: no duplicate, stuck or orphaned note, no error found by midi2abc.
The files together, best twenty seeds of one style, must repeat as much as people's songs do, in the
median: how often the lead's figures come again, and how many bars have a twin. Exit status 1 else.

The limits are the 10th and 90th percentile of 31 songs written by people.
"""
import argparse
import collections
import dataclasses
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

import mido

from verdict import Check, failures, print_checks, table, within

LEAD_REPETITION = (0.68, 0.99)
BAR_RECURRENCE = (0.47, 0.95)
DRUM_CHANNEL = 9
STEPS = 16  # to a whole note
FIGURE = 4  # moves of the lead that make a figure
LEAD_NOTES_MIN = 16
LEAD_OVERLAP_MAX = 0.25  # share of notes that begin before the last one ended
TWIN = 0.8  # share of all notes that two bars must have in common

Note = collections.namedtuple("Note", "start end pitch velocity channel")


@dataclasses.dataclass
class Written:
    notes: list
    ticks_per_beat: int
    beats: int  # of the first metre: 3 of 3/4
    unit: int
    duplicates: int  # begun while the same key still sounds
    stuck: int  # never ended
    orphans: int  # ended without a beginning

    @property
    def bar(self):
        return self.ticks_per_beat * 4 * self.beats // self.unit


@dataclasses.dataclass
class Metrics:
    file: str
    notes: int
    bars: int
    lead_repetition: float  # nan when there is no lead
    bar_recurrence: float
    duplicates: int
    stuck: int
    orphans: int
    midi2abc_errors: int


def events(midi):
    """All events of all tracks in the order they sound; at one moment, ends come before beginnings."""
    found = []
    for number, track in enumerate(midi.tracks):
        tick = 0
        for event in track:
            tick += event.time
            begins = event.type == "note_on" and event.velocity > 0
            found.append((tick, begins, number, event))
    return sorted(found, key=lambda e: e[:3])


def read(path):
    midi = mido.MidiFile(path)
    written = Written([], midi.ticks_per_beat, 4, 4, 0, 0, 0)
    open_notes = {}  # (channel, key) -> (start, velocity): a channel is one instrument, whatever the track

    def end(key, tick):
        start, velocity = open_notes.pop(key)
        written.notes.append(Note(start, tick, key[1], velocity, key[0]))

    tick = 0
    for tick, begins, _, event in events(midi):
        if event.type == "time_signature" and tick == 0:
            written.beats, written.unit = event.numerator, event.denominator
        if event.type not in ("note_on", "note_off"):
            continue
        key = (event.channel, event.note)
        if begins:
            if key in open_notes:
                written.duplicates += 1
                end(key, tick)
            open_notes[key] = (tick, event.velocity)
        elif key in open_notes:
            end(key, tick)
        else:
            written.orphans += 1
    written.stuck = len(open_notes)
    for key in list(open_notes):
        end(key, tick)
    written.notes.sort()
    return written


def find_lead(notes, ticks_per_beat):
    """The highest of the channels that play one note at a time, or None."""
    best = None
    for channel in sorted({n.channel for n in notes} - {DRUM_CHANNEL}):
        line = [n for n in notes if n.channel == channel]
        if len(line) < LEAD_NOTES_MIN:
            continue
        overlaps = sum(b.start < a.end - ticks_per_beat // 16 for a, b in zip(line, line[1:]))
        height = statistics.fmean(n.pitch for n in line)
        if overlaps < LEAD_OVERLAP_MAX * len(line) and (best is None or height > best[0]):
            best = (height, line)
    return best and best[1]


def lead_repetition(lead, ticks_per_beat):
    """The share of figures, each four moves (interval, sixteenths to the next note), that occur again."""
    moves = [(b.pitch - a.pitch, round((b.start - a.start) / ticks_per_beat * 4)) for a, b in zip(lead, lead[1:])]
    figures = [tuple(moves[i : i + FIGURE]) for i in range(len(moves) - FIGURE + 1)]
    count = collections.Counter(figures)
    return sum(count[f] > 1 for f in figures) / len(figures) if figures else math.nan


def bar_recurrence(written):
    """The share of bars that another bar nearly equals: 80 % of (pitch, step) in common. Without drums."""
    steps = max(4, written.beats * STEPS // written.unit)
    bars = collections.defaultdict(set)
    for note in written.notes:
        if note.channel != DRUM_CHANNEL:
            place = note.start % written.bar / written.bar * steps
            bars[note.start // written.bar].add((note.pitch, round(place)))
    sets = list(bars.values())
    twins = sum(any(i != j and len(a & b) >= TWIN * len(a | b) for j, b in enumerate(sets)) for i, a in enumerate(sets))
    return twins / len(sets) if sets else 0.0


def midi2abc_errors(path):
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(["midi2abc", path, "-o", os.path.join(folder, "x.abc")], capture_output=True, text=True, errors="replace")
    told = run.stdout + run.stderr
    return sum("Error" in line for line in told.splitlines()) + (run.returncode != 0)


def measure(path):
    written = read(path)
    lead = find_lead(written.notes, written.ticks_per_beat)
    return Metrics(
        file=os.path.basename(path),
        notes=len(written.notes),
        bars=-(-max((n.end for n in written.notes), default=0) // written.bar),
        lead_repetition=lead_repetition(lead, written.ticks_per_beat) if lead else math.nan,
        bar_recurrence=bar_recurrence(written),
        duplicates=written.duplicates,
        stuck=written.stuck,
        orphans=written.orphans,
        midi2abc_errors=midi2abc_errors(path),
    )


def file_gates(all_metrics):
    names = ("duplicates", "stuck", "orphans", "midi2abc_errors")
    counts = {name: sum(getattr(m, name) for m in all_metrics) for name in names}
    checks = [within(name.replace("_", " "), count, None, 0, 0) for name, count in counts.items()]
    return checks + [within("fewest notes", min(m.notes for m in all_metrics), 1, None, 0)]


def median(values):
    """Of what could be measured."""
    known = [v for v in values if not math.isnan(v)]
    return statistics.median(known) if known else math.nan


def median_gates(all_metrics):
    """A style without any lead has nothing that could repeat: its first gate says so and holds."""
    lead = median(m.lead_repetition for m in all_metrics)
    if math.isnan(lead):
        first = Check("lead repetition", "no lead", "%.2f to %.2f" % LEAD_REPETITION, True)
    else:
        first = within("lead repetition", lead, *LEAD_REPETITION, digits=3)
    return [first, within("bar recurrence", median(m.bar_recurrence for m in all_metrics), *BAR_RECURRENCE, digits=3)]


def gates(all_metrics):
    return file_gates(all_metrics) + median_gates(all_metrics)


def print_metrics(all_metrics):
    print(table(("file", "notes", "bars", "lead repetition", "bar recurrence", "duplicates", "stuck", "midi2abc"),
                [(m.file, m.notes, m.bars, "%.3f" % m.lead_repetition, "%.3f" % m.bar_recurrence, m.duplicates, m.stuck,
                  m.midi2abc_errors) for m in all_metrics]))


def main():
    parser = argparse.ArgumentParser(description="The gates of a song's notes.")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    all_metrics = [measure(path) for path in args.files]
    checks = gates(all_metrics)
    if args.json:
        print(json.dumps({"files": [dataclasses.asdict(m) for m in all_metrics],
                          "checks": [dataclasses.asdict(c) for c in checks]}))
    else:
        print_metrics(all_metrics)
        print_checks(checks)
        print("notes: %s" % ("FAIL" if failures(checks) else "pass"))
    return 1 if failures(checks) else 0


if __name__ == "__main__":
    sys.exit(main())
