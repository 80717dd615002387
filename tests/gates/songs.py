"""Makes songs with the program, as a person would: a sentence, a seed, a length."""
import json
import os
import subprocess
from dataclasses import dataclass

from sound import Expected, key_names

MAKE_SECONDS_MAX = 120  # of waiting


class NotMade(Exception):
    pass


def program():
    path = os.path.join(os.environ.get("OUT", "build"), "sonicstacker")
    if not os.path.exists(path):
        raise SystemExit("%s is missing: make all builds it" % path)
    return path


def styles():
    told = subprocess.run([program(), "styles", "--json"], capture_output=True, text=True, check=True)
    return [style["name"] for style in json.loads(told.stdout)]


def seconds_of(seed):
    """40 to 60, by the seed: lengths that fit no bar must work as well."""
    return 40 + seed * 7.3 % 20


@dataclass
class Song:
    prompt: str
    style: str
    seed: int
    seconds: float
    report: dict  # what --json says
    files: dict  # ending -> path

    def expected(self):
        brief = self.report["brief"]
        return Expected(seconds=self.seconds, plan=self.report["seconds"], lufs=self.report["lufs_target"],
                        bpm=brief["bpm"], keys=key_names(brief["key"]["tonic"], brief["key"]["mode"]))


def make(folder, prompt, seed, seconds=None, ending="flac", options=()):
    """One file and its MIDI. Renders on one core unless told otherwise."""
    base = os.path.join(folder, "%s-%d" % (prompt.replace(" ", "-")[:40], seed))
    files = {ending: "%s.%s" % (base, ending), "mid": base + ".mid"}
    command = [program(), "make", prompt, "--seed", str(seed), "-o", files[ending], "--midi", files["mid"], "--json"]
    if seconds is not None:
        command += ["--seconds", "%g" % seconds]
    if "--threads" not in options:
        command += ["--threads", "1"]
    try:
        run = subprocess.run(command + list(options), capture_output=True, text=True, timeout=MAKE_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        raise NotMade("not done after %d s" % MAKE_SECONDS_MAX) from None
    if run.returncode != 0:
        told = run.stderr.strip().split("\n")[-1]
        raise NotMade("exit status %d: %s" % (run.returncode, told))
    return Song(prompt, json.loads(run.stdout)["brief"]["genre"], seed, seconds, json.loads(run.stdout), files)
