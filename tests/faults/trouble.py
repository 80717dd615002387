"""Trouble: what the program needs goes away and comes back.

Each time: the person is told in a sentence and may try again, the log says why, what was answered stays, what
is asked afterwards is made, and nobody has to do anything but take the cause away.
"""
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

from clocks import need, need_all, wait_running
from facts import all_broken
from guest import PROMPTS
from house import ROOT, House, Unable, Wrong
from stall import guest_of

DISK_MIB = 48
LOCKED_S = 10


def is_told(page):
    """A page that says in words that it did not work, and when to try again."""
    need(page.status == 503, "the person gets %d: %s" % (page.status, page.text()[:200]))
    need("again" in page.text(), "the person is not told to try again")
    need(page.headers.get("retry-after", "").isdigit(), "the person is not told when to try again")


def is_told_api(house):
    """The same for a program."""
    token = "ss_" + "A" * 43  # looked for in the database
    more = {"Authorization": "Bearer " + token, "Accept": "application/json"}
    answer = house.person("program").ask("GET", house.base() + "/api/v1/account", more=more)
    need(answer.status == 503, "a program gets %d" % answer.status)
    need(answer.headers.get("content-type", "").startswith("application/problem+json"), "a program gets a page")
    need("retry-after" in answer.headers, "a program is not told when to try again")


def said_why(role, words):
    """The log names the cause, at most once for each try."""
    until = time.monotonic() + 5
    while not any(word in line.lower() for line in list(role.lines) for word in words):
        need(time.monotonic() < until, "no line of the log says why: %s" % role.lines[-6:])
        time.sleep(0.05)


def asked_again(house, guest, form, paths):
    """The very form that was refused, then another song; all of them are made."""
    guest.tab.page = form
    guest.tab.press("Make")
    paths = paths + [guest.song_path(), guest.order(PROMPTS[2])]
    house.wait_rest(90)
    need_all(guest.broken_songs(paths))
    return paths


def at_rest(house):
    house.stop()
    need_all(all_broken(house, True))


# ---- the disk

class Disk:
    """A small one, which only this process and its children see."""

    def __init__(self, ground, mib):
        if os.environ.get("FAULTS_MOUNTS") != "own":
            raise Unable("mounting needs root and a name space of one's own")
        self.path = os.path.join(ground.folder, "disk")
        os.makedirs(self.path, exist_ok=True)
        self.mount("-t", "tmpfs", "-o", "size=%dm,mode=0700" % mib, "tmpfs", self.path)

    def mount(self, *words):
        if subprocess.run(["mount", *words], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            raise Unable("this machine does not mount")

    def fill(self):
        with open(os.path.join(self.path, "filler"), "ab", buffering=0) as file:
            size = 1 << 20
            while size >= 1:
                try:
                    file.write(b"\0" * size)
                except OSError:
                    size //= 2

    def free(self):
        os.unlink(os.path.join(self.path, "filler"))

    def close(self):
        subprocess.run(["umount", "-l", self.path], check=False)


def disk_full(ground, _):
    """a full disk refuses politely, keeps what there is, and is over when there is room"""
    disk = Disk(ground, DISK_MIB)
    house = House(ground, data=os.path.join(disk.path, "data"))
    try:
        house.start_both()
        guest = guest_of(house)
        paths = [guest.order(PROMPTS[0])]
        house.wait_rest()
        form, accepted, refused = guest.filled(PROMPTS[1]), [], None
        disk.fill()
        for _try in range(40):  # a log that was written once has room for some more
            guest.tab.page = form
            guest.tab.press("Make")
            if guest.tab.page.status != 200:
                refused = guest.tab.page
                break
            accepted.append(guest.song_path())
            disk.fill()
            form = guest.filled(PROMPTS[1])
        if refused:
            is_told(refused)
            said_why(house.serve, ("full", "no space"))
        else:
            need(ground.postgres, "a full disk refuses nothing")  # its database lies elsewhere
        guest.tab.visit(paths[0])
        need(guest.tab.page.status == 200, "reading gets %d while the disk is full" % guest.tab.page.status)
        need_all(guest.broken_songs(paths))
        if accepted:
            time.sleep(3)  # tries that fail
        disk.free()
        house.wait_rest(90)
        need(house.number("SELECT COUNT(*) FROM job") == 1 + len(accepted), "a song that was accepted is lost")
        asked_again(house, guest, form, paths)
        at_rest(house)
    finally:
        house.close()
        disk.close()


def read_only(ground, _):
    """a data folder that can only be read is refused at the start, in words, and serves when it can be written"""
    disk = Disk(ground, DISK_MIB)
    house = House(ground, data=os.path.join(disk.path, "data"))
    try:
        house.start_both()
        guest = guest_of(house)
        paths = [guest.order(PROMPTS[0])]
        house.wait_rest()
        house.stop()
        disk.mount("-o", "remount,ro", disk.path)
        for role in ("serve", "work"):
            refused(house, role, ("read-only",))
        disk.mount("-o", "remount,rw", disk.path)
        house.start_both()
        asked_again(house, guest, guest.filled(PROMPTS[1]), paths)
        at_rest(house)
    finally:
        house.close()
        disk.close()


def refused(house, role, words):
    """The role ends with an error, soon, and its last words name the cause."""
    started = house.start(role)
    try:
        status = started.process.wait(30)
    except subprocess.TimeoutExpired:
        raise Wrong("%s starts all the same, or hangs" % role)
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.wait()
    time.sleep(0.1)  # its last line
    need(status not in (0, -signal.SIGSEGV, -signal.SIGABRT), "%s ends with %d" % (role, status))
    said = any(word in line.lower() for line in started.lines for word in words)
    need(said, "%s does not say why: %s" % (role, started.lines[-3:]))


# ---- the database

def hold_lock(house, seconds, holding):
    """Another process that writes for a long time."""
    if house.ground.postgres:
        holding.set()
        house.sql("BEGIN; LOCK TABLE account IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(%d); COMMIT" % seconds)
        return
    link = sqlite3.connect(os.path.join(house.data, "data.db"), timeout=15, isolation_level=None)
    link.execute("BEGIN IMMEDIATE")
    holding.set()
    time.sleep(seconds)
    link.execute("COMMIT")
    link.close()


def locked(ground, _):
    """a database that another process locks for ten seconds makes people wait or try again, and loses nothing"""
    house = House(ground)
    try:
        house.start_both()
        guest = guest_of(house)
        paths = [guest.order(PROMPTS[0])]
        house.wait_rest()
        paths.append(guest.order(PROMPTS[2], 30))
        form = guest.filled(PROMPTS[1])
        wait_running(house)
        holding = threading.Event()
        holder = threading.Thread(target=hold_lock, args=(house, LOCKED_S, holding))
        holder.start()
        holding.wait()
        time.sleep(0.3)
        guest.tab.page = form
        begun = time.monotonic()
        guest.tab.press("Make")
        if guest.tab.page.status != 200:
            is_told(guest.tab.page)
        print("    locked: %d after %.1f s" % (guest.tab.page.status, time.monotonic() - begun))
        holder.join()
        asked_again(house, guest, form, paths)
        need(house.number("SELECT COUNT(*) FROM job WHERE state = 'done'") == 4, "the songs are not all made, or twice")
        at_rest(house)
    finally:
        house.close()


def stopped(ground, _):
    """a PostgreSQL that is stopped and started again interrupts, and nothing more"""
    if not ground.postgres:
        raise Unable("SQLite is a part of the program")
    house = House(ground)
    tool = [os.path.join(ROOT, "tests", "pg")]
    try:
        house.start_both()
        guest = guest_of(house)
        paths = [guest.order(PROMPTS[0])]
        house.wait_rest()
        paths.append(guest.order(PROMPTS[2], 60))
        form = guest.filled(PROMPTS[1])
        wait_running(house)
        subprocess.run(tool + ["stop", ground.postgres.folder], check=True)
        try:
            guest.tab.page = form
            guest.tab.press("Make")
            is_told(guest.tab.page)
            guest.tab.visit(paths[0])
            is_told(guest.tab.page)
            is_told_api(house)
            need(guest.tab.person.ask("GET", house.base() + "/healthz").status == 200, "it is not alive")
            need(guest.tab.person.ask("GET", house.base() + "/readyz").status == 503, "it says that it is ready")
            said_why(house.serve, ("refused", "database"))
            time.sleep(1)
        finally:
            subprocess.run(tool + ["again", ground.postgres.folder], check=True)
        until = time.monotonic() + 20
        while guest.tab.person.ask("GET", house.base() + "/readyz").status != 200:
            need(time.monotonic() < until, "it does not find the database again")
            time.sleep(0.1)
        if any("job.left_to_its_lease" in line for line in house.work.lines):
            house.sql("UPDATE job SET lease = 1 WHERE state = 'running' AND attempt = 1")  # the time passes
        asked_again(house, guest, form, paths)
        need(house.number("SELECT COUNT(*) FROM job WHERE state = 'done'") == 4, "the songs are not all made, or twice")
        at_rest(house)
    finally:
        house.close()


# ---- keys and files

def keys_gone(ground, _):
    """a missing keystore or a wrong master key is refused at the start, and nothing new is made in its place"""
    house = House(ground)
    try:
        house.start_both()
        guest = guest_of(house)
        paths = [guest.order(PROMPTS[0])]
        house.wait_rest()
        house.stop()
        key, safe = os.path.join(house.data, "master.key"), os.path.join(house.folder, "safe")
        os.mkdir(safe)

        shutil.copy2(key, safe)
        os.chmod(key, 0o600)
        with open(key, "w", encoding="ascii") as file:
            file.write("00112233445566778899aabbccddeeff" * 2 + "\n")
        refused(house, "serve", ("master key", "key"))
        refused(house, "work", ("master key", "key"))
        os.unlink(key)
        refused(house, "serve", ("master key", "key"))
        need(not os.path.exists(key), "another master key was made")
        shutil.copy2(os.path.join(safe, "master.key"), key)

        move_keys(house, safe, True)
        refused(house, "serve", ("keys.db", "keystore", "keys"))
        refused(house, "work", ("keys.db", "keystore", "keys"))
        move_keys(house, safe, False)

        house.start_both()
        asked_again(house, guest, guest.filled(PROMPTS[1]), paths)
        at_rest(house)
    finally:
        house.close()


def move_keys(house, safe, away):
    if house.ground.postgres:
        if not away:
            house.sql("DROP SCHEMA keystore CASCADE")  # what the refused start left
        house.sql("ALTER SCHEMA %s RENAME TO %s" % (("keystore", "away") if away else ("away", "keystore")))
        return
    source, target = (house.data, safe) if away else (safe, house.data)
    for name in os.listdir(target):  # what the refused start left
        if name.startswith("keys.db"):
            os.unlink(os.path.join(target, name))
    for name in os.listdir(source):
        if name.startswith("keys.db"):
            os.rename(os.path.join(source, name), os.path.join(target, name))


def files_gone(ground, _):
    """a folder of songs that is away for a while says so, and its songs are heard again when it is back"""
    house = House(ground)
    blobs, away = os.path.join(house.data, "blobs"), os.path.join(house.data, "away")
    try:
        house.start_both()
        guest = guest_of(house)
        paths = [guest.order(PROMPTS[0])]
        house.wait_rest()
        house.stop()
        os.rename(blobs, away)  # as when its disk is not mounted
        house.start_both()
        answer = guest.tab.person.ask("GET", "%s%s/audio.mp3" % (house.base(), paths[0]))
        need(answer.status in (404, 500, 503) or len(answer.body) < int(answer.headers["content-length"]),
             "a song whose file is away gets %d" % answer.status)  # the transfer fails, or does not begin
        guest.tab.visit(paths[0])
        need(guest.tab.page.status == 200, "the page of a song whose file is away gets %d" % guest.tab.page.status)
        house.work.wait_line("blob.all_away")
        house.stop()
        shutil.rmtree(blobs, ignore_errors=True)
        os.rename(away, blobs)
        house.start_both()
        house.wait(lambda: house.number("SELECT COUNT(*) FROM blob WHERE state = 'damaged'") == 0, 20, "the whole files")
        asked_again(house, guest, guest.filled(PROMPTS[1]), paths)
        at_rest(house)
    finally:
        house.close()


LONG = [disk_full, read_only, locked, stopped, keys_gone, files_gone]
SHORT = {"sqlite": [disk_full, read_only, locked, keys_gone], "postgres": [disk_full, stopped, keys_gone, files_gone]}
