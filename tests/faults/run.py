#!/usr/bin/python3
"""Faults: what people were promised must hold whatever happens to the program, the disk, the database, the clock.

    tests/faults/run.py [--every] [--engine sqlite|postgres] [--points N] [--copies N] [--seed N] [--call NAME]
                        [--scene NAME] [--verbose] [PART ...]

Parts: kill, trouble, clock, stall, restart, crowd, powerloss; all of them. `--every` kills at every call instead of at N
points, and tries all disks that a power cut may leave.
Prints "ok - ..." or "not ok - ..." for each test.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import time

from house import Ground, Unable, Wrong
import clocks
import crowd
import kill
import powerloss
import restart
import stall
import trouble
from stripe import unable


def say(good, name, wrong=""):
    print("%s - %s%s" % ("ok" if good else "not ok", name, "\n    " + wrong if wrong and not good else ""), flush=True)
    return good


def can_trace():
    """Some machines forbid to trace."""
    command = ["strace", "-D", "-f", "-o", os.devnull, "true"]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def run_kill(ground, args):
    if not shutil.which("strace") or not can_trace():
        print("skipped - a kill while something is written loses nothing (%s): strace cannot trace here" % ground.engine)
        return True
    models, good = kill.furnish(ground), True
    try:
        for name, scene in kill.SCENES.items():
            if name not in (args.scene or kill.SCENES):
                continue
            what = "%s, is killed at %s system calls that write: nothing is lost and nothing is there twice (%s)" % (
                scene.__doc__, "all" if args.every else "some", ground.engine)
            if scene.sells and unable():
                print("skipped - %s: %s" % (what, unable()))
                continue
            begun = time.monotonic()
            reached, bad = kill.run(ground, models[name], name, args)
            if args.call and not reached and not bad:
                print("skipped - %s: it makes no such call" % what)
                continue
            good &= say(not bad and reached > 0, what, "%d of %d points" % (bad, reached))
            print("    %d points, %d violations, %.0f s" % (reached, bad, time.monotonic() - begun), flush=True)
    finally:
        for house in set(models.values()):
            house.close()
    return good


def run_part(part):
    """Its functions; their first line is the test's name."""
    def run(ground, args):
        good = True
        for test in part.LONG if args.every else part.SHORT[ground.engine]:
            name, begun, wrong = "%s (%s)" % (test.__doc__.strip(), ground.engine), time.monotonic(), ""
            try:
                test(ground, args)
            except Unable as unable:
                print("skipped - %s: %s" % (name, unable), flush=True)
                continue
            except (Wrong, OSError, IndexError) as error:
                wrong = "%s: %s" % (type(error).__name__, error)
            good &= say(not wrong, name, wrong)
            if args.verbose:
                print("    %.1f s" % (time.monotonic() - begun), flush=True)
        return good
    return run


PARTS = {"kill": run_kill, "trouble": run_part(trouble), "clock": run_part(clocks), "stall": run_part(stall),
         "restart": run_part(restart), "crowd": run_part(crowd), "powerloss": run_part(powerloss)}


def own_mounts():
    """Disks that are mounted here are seen by nobody else, and go with us."""
    if os.geteuid() == 0 and "FAULTS_MOUNTS" not in os.environ:
        private = ["unshare", "--mount", "--propagation", "private"]
        if subprocess.run([*private, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.environ["FAULTS_MOUNTS"] = "own"
            os.execvp(private[0], [*private, sys.executable, "-B", *sys.argv])


def main():
    parser = argparse.ArgumentParser(description="Faults of all kinds, and what must hold through them.")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--points", type=int, default=8, help="for each scene and database")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of points")
    parser.add_argument("--call", action="append", choices=kill.CALLS, help="kill only at these")
    parser.add_argument("--scene", action="append", choices=kill.SCENES, help="of the kills only these")
    parser.add_argument("--copies", type=int, default=2, help="points at a time")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all of them")
    args = parser.parse_args()
    own_mounts()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is ended and removed
    good = True
    for engine in args.engine or ("sqlite", "postgres"):
        try:
            ground = Ground(engine)
        except Wrong as wrong:
            print("skipped - faults on PostgreSQL: %s" % wrong)
            continue
        try:
            for part in args.parts or PARTS:
                try:
                    good &= PARTS[part](ground, args)
                except (Wrong, OSError) as wrong:
                    good &= say(False, "%s (%s)" % (part, engine), "%s: %s" % (type(wrong).__name__, wrong))
        finally:
            ground.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
