"""Sweep: where a dye is found, in whatever form it was written down.

All dyes of a run have the same beginning and the same end, so that one look for these finds any of them, cut in
two by a database's pages or not. What else must not lie about (tokens, links, codes) is looked for as it is.
"""
import base64
import os
import random
import re
import string
import zlib

LETTERS = string.ascii_lowercase + string.digits
STEM, MARK, TAIL = 10, 6, 10
UNPACKED_MAX = 4 << 20
STREAMS = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04")
SHOWN = 60


def plain(count):
    return "".join(random.SystemRandom().choice(LETTERS) for _ in range(count))


def in_base64(text):
    """What stands for sure in the base64 of a text with this in it, at each of three places."""
    for skip in range(3):
        bits = 8 * skip
        first, last = -(-bits // 6), (bits + 8 * len(text)) // 6
        for alphabet in (None, b"-_"):
            coded = base64.b64encode(b"\0" * skip + text + b"\0\0\0", alphabet)
            yield coded[first:last]


def forms(text):
    """Each way in which this could be written."""
    raw = text.encode()
    yield raw
    yield raw.upper()
    yield raw[::-1]
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield text.encode("utf-32-le")
    for pattern in ("%%%02x", "%%%02X", "=%02X", "\\u%04x", "\\x%02x", "&#%d;", "\\%03o"):
        yield "".join(pattern % byte for byte in raw).encode()
    yield from in_base64(raw)
    coded = base64.b32encode(raw).rstrip(b"=")
    yield coded[:len(coded) - 1]


class Dyes:
    def __init__(self):
        self.stem, self.tail = plain(STEM), plain(TAIL)
        self.marks, self.names, self.needles = {}, [], {}
        for end in (self.stem, self.tail):
            for form in forms(end):
                self.needles[form] = "a dye"

    def __getitem__(self, name):
        """The dye of this name: a word of small letters and digits."""
        if name not in self.marks:
            self.marks[name] = plain(MARK)
            self.names.append(name)
        return self.stem + self.marks[name] + self.tail

    def also(self, name, secret):
        """Something the service made that must not lie in the open either."""
        for form in (secret.encode(), secret.encode().hex().encode(), *list(in_base64(secret.encode()))[::2]):
            self.needles[form] = name

    def what(self, around):
        """Which dye it is, when that can be seen."""
        for name, mark in self.marks.items():
            if mark.encode() in around or mark.encode().hex().encode() in around:
                return name
        return "a dye"

    def find(self, data, deep=True):
        """The names of what is in these bytes."""
        found = set()
        for needle, name in self.needles.items():
            at = data.find(needle)
            if at >= 0:
                found.add(self.what(data[max(0, at - SHOWN):at + SHOWN]) if name == "a dye" else name)
        return found | (self.unpacked(data) if deep else set())

    def unpacked(self, data):
        found = set()
        for match in STREAMS.finditer(data):
            at, bits = match.start(), 47
            if data[at:at + 2] == b"PK":
                head = data[at:at + 30]
                if len(head) < 30:
                    continue
                at, bits = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), -15
            try:
                inner = zlib.decompressobj(bits).decompress(data[at:at + UNPACKED_MAX], UNPACKED_MAX)
            except zlib.error:
                continue
            if len(inner) > STEM:
                found |= {name + ", packed" for name in self.find(inner, False)}
        return found


def files_below(folder, skip=()):
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(root, name) not in skip]
        for name in files:
            path = os.path.join(root, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


def sweep_files(dyes, folder, skip=()):
    """("where: what", ...) and how many files and bytes were looked at."""
    wrong, count, size = [], 0, 0
    for path in files_below(folder, skip):
        try:
            with open(path, "rb") as file:
                data = file.read()
        except FileNotFoundError:
            continue  # it was swept away meanwhile
        where = os.path.relpath(path, folder)
        wrong += ["%s: %s" % (where, name) for name in sorted(dyes.find(data) | dyes.find(where.encode()))]
        count, size = count + 1, size + len(data)
    return wrong, count, size


def sweep_processes(dyes, pids):
    wrong = []
    for pid in pids:
        for name in ("environ", "cmdline"):
            try:
                with open("/proc/%d/%s" % (pid, name), "rb") as file:
                    wrong += ["%s of a process: %s" % (name, one) for one in dyes.find(file.read())]
            except OSError:
                continue
    return wrong


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % entry, encoding="utf-8", errors="replace") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid:
            found += [int(entry)] + children(int(entry))
    return found
