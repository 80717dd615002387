"""Clocks: the time of day jumps while songs are made; nothing is lost, nothing goes early, leases end."""
import os
import signal
import struct
import subprocess
import time

from facts import all_broken
from guest import CODE, CODE_CREDITS, PROMPTS, Guest
from house import ROOT, House
from page import Wrong

TEN_YEARS, HOUR = 3652 * 86400, 3600
SECONDS = 90  # of a song, so that it is being made when the clock jumps


class Clock:
    """An offset that all roles of a house share."""

    def __init__(self, house):
        self.path = os.path.join(house.folder, "clock")
        library = os.path.join(house.folder, "clock.so")
        source = os.path.join(ROOT, "tests", "faults", "clock.c")
        made = subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source], stderr=subprocess.PIPE, text=True,
                              check=False)
        if made.returncode != 0:
            raise Wrong("clock.c does not compile: %s" % made.stderr[:500])
        self.before = ["env", "LD_PRELOAD=" + library, "FAULTS_CLOCK=" + self.path]
        self.jump(0)

    def jump(self, seconds):
        mode = "r+b" if os.path.exists(self.path) else "wb"
        with open(self.path, mode) as file:  # in place, it is mapped
            file.write(struct.pack("=q", seconds))


def wait_running(house):
    house.wait(lambda: house.number("SELECT COUNT(*) FROM job WHERE state = 'running'") > 0, 20, "a running job")



def need(good, sentence):
    if not good:
        raise Wrong(sentence)


def need_all(sentences):
    need(not sentences, "; ".join(sentences))


def jumps(ground, _):
    """a clock that jumps ten years ahead, or an hour back, costs nobody a song, a bin or a sign-up"""
    house = House(ground)
    clock = Clock(house)
    try:
        house.start_serve(clock.before)
        house.start_work(clock.before)
        house.become_operator()
        guest = Guest(house)
        house.make_code(CODE, CODE_CREDITS)
        guest.go()
        guest.trash()
        Guest(house, "bea").sign_up()  # who does not confirm
        house.wait_rest()
        kept = "SELECT (SELECT COUNT(*) FROM song WHERE trashed > 0) + 10 * (SELECT COUNT(*) FROM account) + " \
               "100 * (SELECT COUNT(*) FROM session) + 1000 * (SELECT COUNT(*) FROM job WHERE state = 'done')"
        before = house.number(kept)

        ahead = guest.order(PROMPTS[1], SECONDS)
        wait_running(house)
        clock.jump(TEN_YEARS)
        house.wait_rest(90)
        house.work.end(signal.SIGTERM)
        house.start_work(clock.before)  # which sweeps at once
        house.work.wait_line("fuse.open")
        time.sleep(2)  # for all of its chores
        need(house.number(kept) == before + 1000, "something was destroyed while the clock was ahead")
        clock.jump(0)
        guest.tab.visit(guest.song)
        guest.see("Put back")

        back = guest.order(PROMPTS[2], SECONDS)
        wait_running(house)
        clock.jump(-HOUR)
        later = guest.order(PROMPTS[0])
        house.wait_rest(90)
        clock.jump(0)
        house.wait_rest()
        need(house.number(kept) == before + 3000, "a song was lost when the clock went back")
        guest.put_back()
        need_all(guest.broken_songs([guest.song, ahead, back, later]))
        house.stop()
        need_all(all_broken(house, True))
    finally:
        house.close()


def lease_back(ground, _):
    """a job whose worker died before the clock went back an hour is taken up again within a minute"""
    house = House(ground)
    clock = Clock(house)
    try:
        house.start_serve(clock.before)
        house.start_work(clock.before)
        house.become_operator()
        guest = Guest(house)
        for step in (Guest.sign_up, Guest.confirm, Guest.sign_in):
            step(guest)
        path = guest.order(PROMPTS[1], SECONDS)
        wait_running(house)
        house.work.end(signal.SIGKILL)
        clock.jump(-HOUR)
        house.start_work(clock.before)
        house.wait_rest(60)
        need_all(guest.broken_songs([path]))
    finally:
        house.close()


LONG = [jumps, lease_back]
SHORT = {"sqlite": [jumps], "postgres": []}
