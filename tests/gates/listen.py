#!/usr/bin/python3
"""Renders a song of every style into listen/, and index.md with what was measured, for ears.

    listen.py [--seconds 60] [--seed 1] [--styles house,waltz] [--folder listen]
"""
import argparse
import multiprocessing
import os
import sys

import hearing
import songs

HEADS = ("song", "bpm", "key", "LUFS", "wanted", "dBTP", "LRA", "dB/oct", "crest dB", "correlation", "x real time")


def render(task):
    folder, style, seed, seconds = task
    try:
        song = songs.make(folder, style, seed, seconds)
    except songs.NotMade as why:
        return (style, "not made: %s" % why) + ("",) * (len(HEADS) - 2)
    os.remove(song.files["mid"])
    heard, report = hearing.hear(song.files["flac"]), song.report
    brief = report["brief"]
    return ("[%s](%s)" % (style, os.path.basename(song.files["flac"])), "%.1f" % brief["bpm"],
            "%s %s" % (brief["key"]["tonic"], brief["key"]["mode"]), "%.1f" % heard.lufs, "%.1f" % report["lufs_target"],
            "%.2f" % heard.true_peak_db, "%.1f" % heard.lra, "%.1f" % heard.slope_db, "%.1f" % heard.crest_db,
            "%.2f" % heard.correlation, "%.0f" % report["realtime"])


def write_index(path, rows, seed):
    with open(path, "w") as file:
        file.write("# Songs to listen to\n\nOne of each style, seed %d. Loudness, range and true peak are measured by ffmpeg, and the\n"
                   "slope of the spectrum in third octaves from 100 Hz to 10 kHz. Speed is of one core.\n\n" % seed)
        for cells in [HEADS, ("---",) + ("---:",) * (len(HEADS) - 1)] + rows:
            file.write("| %s |\n" % " | ".join(cells))


def main():
    parser = argparse.ArgumentParser(description="Renders a song of every style, for ears.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--styles")
    parser.add_argument("--folder", default="listen")
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    names = args.styles.split(",") if args.styles else songs.styles()
    with multiprocessing.Pool(2) as pool:
        rows = pool.map(render, [(args.folder, style, args.seed, args.seconds) for style in names], chunksize=1)
    index = os.path.join(args.folder, "index.md")
    write_index(index, rows, args.seed)
    print(index)
    return 0


if __name__ == "__main__":
    sys.exit(main())
