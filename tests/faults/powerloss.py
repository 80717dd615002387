#!/usr/bin/python3
"""Power loss: the disk as a power cut may leave it, at any moment of a ledger's life.

    tests/faults/powerloss.py [--images N] [--draws N] [--seed N] [--fault normal|off|split] [--copies N]

A life of the ledger (ledger_life.c: the program's own code on SQLite and in the folder of files) is recorded by
strace: each write, change of length, sync, new name, lost name, and each promise it made. From this the disk is
built as it may be after a power cut behind any of these calls:

    what was synced is there. Of what was not, anything may be: nothing, all, any of the writes, each of them whole
    or only some of its sectors of 512 bytes, in any order. A name of a new, lost or renamed file is there for sure
    only once its folder was synced; a file's own sync is no help. The shared memory of the log (-shm) is never
    synced: it is gone, or garbage.

Of many unsynced writes not all combinations are tried but `--draws` of them, and of few ones all. Each different
disk is opened with the real code, which looks for what had been promised by then and for what must always hold,
lives on to the end and looks again (ledger_life check).
"""
import argparse
import collections
import concurrent.futures
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from house import Unable
from page import Wrong

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
CALLS = ("openat,close,dup,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,"
         "link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir")
SECTOR = 512
FEW = 4  # so many unsynced writes are tried in all combinations
SECONDS = 60  # for one check

Call = collections.namedtuple("Call", "name arguments result")
# A step of the disk. kind: write, length, name, sync, say
Step = collections.namedtuple("Step", "kind file name place data")


# ---- the record

def calls(path):
    """Each call, when it had returned."""
    begun = {}
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            thread, _, text = line.rstrip("\n").partition(" ")
            text = text.strip()
            half = re.fullmatch(r"(.*) <unfinished \.\.\.>", text)
            rest = re.fullmatch(r"<\.\.\. \w+ resumed>(.*)", text)
            if half:
                begun[thread] = half[1]
                continue
            if rest:
                text = begun.pop(thread) + rest[1]
            found = re.fullmatch(r"(\w+)\((.*)\) += (-?\d+).*", text)
            if found:
                yield Call(found[1], found[2], int(found[3]))


def parts(arguments):
    """The arguments of a call: numbers and flags as words, texts as bytes."""
    for quoted, word in re.findall(r'"((?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?|([^,"\s][^,"]*)', arguments):
        yield word.strip() if word else bytes.fromhex(quoted.replace("\\x", ""))


class Recorder:
    """Turns calls into steps. Files and folders are numbers, so that a name may come to mean another one."""

    def __init__(self, folder):
        self.root, self.steps, self.count = os.path.realpath(folder), [], 1
        self.names = {(0, "."): 0}  # (folder, name) -> file, as a running program sees them; 0 is `folder`
        self.folders, self.sizes, self.open = {0}, {}, {}  # open: descriptor -> [file, place, appends]

    def new(self, is_folder):
        number, self.count = self.count, self.count + 1
        if is_folder:
            self.folders.add(number)
        else:
            self.sizes[number] = 0
        return number

    def find(self, at, path):
        """(folder, name) of a path, or None when it is elsewhere."""
        path = path.decode()
        if path.startswith("/"):
            if path != self.root and not path.startswith(self.root + "/"):
                return None
            folder, words = 0, path[len(self.root):].split("/")
        elif at in self.open:
            folder, words = self.open[at][0], path.split("/")
        else:
            return None
        words = [word for word in words if word not in ("", ".")]
        for word in words[:-1]:
            folder = self.names[folder, word]
        return folder, words[-1] if words else "."

    def name(self, spot, file):
        if file is None:
            self.names.pop(spot, None)
        else:
            self.names[spot] = file
        self.steps.append(Step("name", file, spot[1], spot[0], None))

    def opened(self, at, path, flags, result):
        self.open.pop(result, None)
        spot = self.find(at, path)
        if spot is None or spot[1].endswith("-shm"):
            return
        if spot not in self.names:
            self.name(spot, self.new(False))
        file = self.names[spot]
        self.open[result] = [file, 0, "O_APPEND" in flags]
        if "O_TRUNC" in flags:
            self.length(file, 0)

    def length(self, file, size):
        self.sizes[file] = size
        self.steps.append(Step("length", file, None, size, None))

    def wrote(self, descriptor, data, place=None):
        if descriptor not in self.open:
            return
        entry = self.open[descriptor]
        at = self.sizes[entry[0]] if entry[2] else entry[1] if place is None else place
        if place is None:
            entry[1] = at + len(data)
        self.sizes[entry[0]] = max(self.sizes[entry[0]], at + len(data))
        self.steps.append(Step("write", entry[0], None, at, data))

    def take(self, call):
        if call.result < 0:
            return
        got = list(parts(call.arguments))
        number = int(got[0]) if isinstance(got[0], str) and got[0].isdigit() else None
        if call.name == "openat":
            self.opened(number, got[1], got[2], call.result)
        elif call.name == "close":
            self.open.pop(number, None)
        elif call.name == "dup":
            if number in self.open:
                self.open[call.result] = self.open[number]
        elif call.name == "write" and number == 1:
            self.steps.append(Step("say", None, None, None, got[1].decode()))
        elif call.name == "write":
            self.wrote(number, got[1][:call.result])
        elif call.name == "pwrite64":
            self.wrote(number, got[1][:call.result], int(got[3]))
        elif call.name in ("fsync", "fdatasync"):
            if number in self.open:
                self.steps.append(Step("sync", self.open[number][0], None, None, None))
        elif call.name == "ftruncate":
            if number in self.open:
                self.length(self.open[number][0], int(got[1]))
        else:
            self.take_name(call, got, number)

    def take_name(self, call, got, number):
        if call.name in ("mkdir", "mkdirat"):
            spot = self.find(number, got[1] if call.name.endswith("at") else got[0])
            if spot:
                self.name(spot, self.new(True))
        elif call.name in ("unlink", "unlinkat"):
            spot = self.find(number, got[1] if call.name.endswith("at") else got[0])
            if spot:
                self.name(spot, None)
        elif any(self.touches(word, number) for word in got):
            raise Wrong("%s(%s)" % (call.name, call.arguments[:200]))  # the ledger does not use it

    def touches(self, word, number):
        return isinstance(word, bytes) and self.find(number, word) is not None or number in self.open


def record(program, folder, fault):
    trace = os.path.join(folder, "trace")
    house = os.path.join(folder, "house")
    os.mkdir(house)
    command = ["strace", "-f", "-xx", "-s", "200000", "-e", "trace=" + CALLS, "-e", "signal=none", "-o", trace,
               program, "run", house]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env=dict(os.environ, LEDGER_LIFE_FAULT=fault))
    if made.returncode != 0:
        raise Wrong("the life was not lived: %s" % made.stdout[-500:])
    recorder = Recorder(house)
    for call in calls(trace):
        recorder.take(call)
    os.unlink(trace)
    shutil.rmtree(house)
    return recorder.steps, recorder.folders


# ---- the disk

def put(content, place, data):
    if len(content) < place + len(data):
        content.extend(bytes(place + len(data) - len(content)))
    content[place:place + len(data)] = data


def whole(content, step):
    if step.kind == "write":
        put(content, step.place, step.data)
    elif len(content) > step.place:
        del content[step.place:]
    else:
        content.extend(bytes(step.place - len(content)))


def torn(content, step, draw):
    """Some of its sectors; a length is there or not."""
    if step.kind == "length":
        if draw.random() < 0.5:
            whole(content, step)
        return
    for at in range(0, len(step.data), SECTOR):
        if draw.random() < 0.5:
            put(content, step.place + at, step.data[at:at + SECTOR])


class Disk:
    """What is on it for sure, and what may be."""

    def __init__(self, folders):
        self.folders, self.content, self.names = folders, {}, {}
        self.writes = collections.defaultdict(list)  # file -> what was done to it since its last sync
        self.renames = collections.defaultdict(list)  # (folder, name) -> what it has come to mean since then

    def take(self, step):
        if step.kind in ("write", "length"):
            self.writes[step.file].append(step)
        elif step.kind == "name":
            self.renames[step.place, step.name].append(step.file)
        elif step.kind == "sync":
            for one in self.writes.pop(step.file, ()):
                whole(self.content.setdefault(step.file, bytearray()), one)
            for spot in [spot for spot in self.renames if spot[0] == step.file]:
                self.names[spot] = self.renames.pop(spot)[-1]

    def unsure(self):
        return [one for writes in self.writes.values() for one in writes] + list(self.renames)

    def image(self, fate):
        """{path: bytes, or None of a folder}. fate(content, step) does to a content what became of a write;
        fate(None, spot) says whether the names' changes came through."""
        names = dict(self.names)
        for spot, files in self.renames.items():
            if fate(None, spot):
                names[spot] = files[-1]
        image = {}
        self.add(image, names, 0, "", fate)
        return image

    def add(self, image, names, folder, path, fate):
        for (where, name), file in names.items():
            if where != folder or file is None:
                continue
            if file in self.folders:
                image[path + name] = None
                self.add(image, names, file, path + name + "/", fate)
                continue
            content = bytearray(self.content.get(file, b""))
            for step in self.writes.get(file, ()):
                fate(content, step)
            image[path + name] = bytes(content)


def nothing(_content, _step):
    return False


def everything(content, step):
    if content is not None:
        whole(content, step)
    return True


def only(chosen):
    def fate(content, step):
        return id(step) in chosen and everything(content, step)
    return fate


def drawn(draw):
    """Each write by itself: lost, whole, or torn. Now and then all of one kind, so that few are lost, or few are left."""
    lost = draw.choice((0.1, 0.35, 0.8))

    def fate(content, step):
        if draw.random() < lost:
            return False
        if content is None or draw.random() < 0.5:
            return everything(content, step)
        torn(content, step, draw)
        return True
    return fate


def fates(disk, draws, draw):
    unsure = disk.unsure()
    if len(unsure) <= FEW:
        for bits in range(1 << len(unsure)):
            yield only({id(one) for i, one in enumerate(unsure) if bits >> i & 1})
    else:
        yield nothing
        yield everything
    for _ in range(draws if unsure else 0):
        yield drawn(draw)


def moments(steps, folders, draws, seed):
    """(disk, fate, what was promised by then, number of the step, draw) for each fate behind each step."""
    disk, said = Disk(folders), []
    for number, step in enumerate([Step("begin", None, None, None, None), *steps]):
        if step.kind == "say":
            said.append(step.data)
        disk.take(step)
        draw = random.Random("%d %d" % (seed, number))
        for fate in fates(disk, draws, draw):
            yield disk, fate, said, number, draw


def images(steps, folders, draws, seed, most=None):
    """(image, what had been promised, number of the step): each different disk once; of `most` evenly spread fates only."""
    count = sum(1 for _ in moments(steps, folders, draws, seed)) if most else 0
    seen = set()
    for i, (disk, fate, said, number, draw) in enumerate(moments(steps, folders, draws, seed)):
        if most and (i + 1) * most // count == i * most // count:
            continue
        image, words = disk.image(fate), "".join(said)
        if draw.random() < 0.3 and "data.db" in image:
            image["data.db-shm"] = draw.randbytes(32768)
        digest = hashlib.blake2b(words.encode(), digest_size=16)
        for path in sorted(image):
            digest.update(path.encode() + b"\0" + hashlib.blake2b(image[path] or b"").digest())
        if digest.digest() not in seen:
            seen.add(digest.digest())
            yield image, words, number


def lay(image, folder):
    for path in sorted(image):
        place = os.path.join(folder, path)
        if image[path] is None:
            os.mkdir(place, 0o700)
            continue
        with open(os.open(place, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(image[path])


# ---- looking

def looked(program, folder, image, said, end):
    """What is not so, as a list of sentences."""
    with tempfile.TemporaryDirectory(dir=folder) as house:
        lay(image, house)
        try:
            made = subprocess.run([program, "check", house], input=said, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, errors="replace", timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return ["it hangs"]
    lines = made.stdout.splitlines()
    if made.returncode == 0 and lines[-1:] == [end]:
        return []
    return [line for line in lines if line.startswith(("not so", "cannot"))] or \
        ["it ended with %d and %s instead of %s" % (made.returncode, lines[-1:], end)]


class Search:
    """All disks of one recorded life, or `most` of them, evenly spread."""

    def __init__(self, program, fault="", draws=6, seed=1, copies=2):
        self.program, self.draws, self.seed, self.copies = program, draws, seed, copies
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = tempfile.mkdtemp(prefix="sonicstacker-powerloss-", dir=memory)
        try:
            self.steps, self.folders = record(program, self.folder, fault)
        except BaseException:
            self.close()
            raise
        said = [step.data for step in self.steps if step.kind == "say"]
        self.end = said.pop().strip()
        if not self.end.startswith("end "):
            raise Wrong("the life has no end")

    def run(self, most=None, stop_at_first=False):
        """(how many disks, [(number of the step, sentences)])"""
        count, bad = 0, []
        with concurrent.futures.ThreadPoolExecutor(self.copies) as pool:
            waiting = collections.deque()
            for image, said, number in images(self.steps, self.folders, self.draws, self.seed, most):
                said = said.split("end ")[0]
                waiting.append((number, pool.submit(looked, self.program, self.folder, image, said, self.end)))
                count += 1
                if len(waiting) > 4 * self.copies:
                    bad += [(n, words) for n, words in [(waiting[0][0], waiting.popleft()[1].result())] if words]
                if stop_at_first and bad:
                    break
            bad += [(n, words) for n, words in ((n, made.result()) for n, made in waiting) if words]
        return count, bad

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- as a part of run.py

PROGRAM = os.path.join(ROOT, os.environ.get("OUT", "build"), "ledger_life")
SHORT_IMAGES, SEEN_IMAGES = 80, 200


def searched(ground, fault, most, stop_at_first=False):
    if ground.postgres:
        raise Unable("what PostgreSQL syncs is its own affair")
    if not shutil.which("strace"):
        raise Unable("strace is not installed")
    if not os.path.exists(PROGRAM):
        raise Wrong("there is no %s; make it" % PROGRAM)
    search = Search(PROGRAM, fault)
    try:
        return search.run(most, stop_at_first)
    finally:
        search.close()


def kept(ground, args):
    """whatever a power cut leaves of what was not synced, all that was promised is there, and every sum is right"""
    count, bad = searched(ground, "", None if args.every else SHORT_IMAGES)
    print("    %d disks, %d violations" % (count, len(bad)))
    if bad:
        raise Wrong("%d of %d disks; behind call %d: %s" % (len(bad), count, bad[0][0], "; ".join(bad[0][1][:3])))


def careless(ground, _):
    """where commits are not synced, the loss is seen"""
    for fault in ("normal", "off"):
        count, bad = searched(ground, fault, SEEN_IMAGES, True)
        if not bad:
            raise Wrong("none of %d disks of synchronous=%s lacks anything" % (count, fault))


SHORT = {"sqlite": [kept, careless], "postgres": []}
LONG = [kept, careless]


def main():
    parser = argparse.ArgumentParser(description="Disks as a power cut may leave them.")
    parser.add_argument("--images", type=int, help="so many, evenly spread, instead of all")
    parser.add_argument("--draws", type=int, default=6, help="combinations tried behind each call")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=("normal", "off", "split"), default="")
    parser.add_argument("--copies", type=int, default=2, help="disks looked at side by side")
    args = parser.parse_args()
    begun = time.monotonic()
    search = Search(PROGRAM, args.fault, args.draws, args.seed, args.copies)
    try:
        count, bad = search.run(args.images)
        for number, words in bad[:10]:
            print("    behind call %d: %s" % (number, "; ".join(words[:3])))
        print("%s: %d calls that write, %d different disks, %d violations, %.0f s" % (
            args.fault or "full", sum(step.kind != "say" for step in search.steps), count, len(bad), time.monotonic() - begun))
    finally:
        search.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
