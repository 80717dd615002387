"""Stall: workers that stop answering, and parts of them that die."""
import os
import signal
import sqlite3
import time

from clocks import need, need_all, wait_running
from facts import all_broken
from guest import PROMPTS, Guest
from house import House

SECONDS = 120  # of a song, so that there is time to strike


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def guest_of(house):
    house.become_operator()
    guest = Guest(house)
    for step in (Guest.sign_up, Guest.confirm, Guest.sign_in):
        step(guest)
    return guest


def fenced(ground, _):
    """a worker that was stopped past its lease finds its song with another, or made, and changes nothing"""
    house = House(ground)
    second = None
    try:
        house.start_both()
        guest = guest_of(house)
        paths = []
        for goes_on_when in ("running", "done"):
            late = house.work
            paths.append(guest.order(PROMPTS[0], SECONDS))
            wait_running(house)
            late.process.send_signal(signal.SIGSTOP)
            if not ground.postgres:
                house.wait(lambda w=late: can_write(house, w), 20, "a moment at which it holds no lock")
            house.sql("UPDATE job SET lease = 1 WHERE state = 'running'")  # the time passes
            second = house.start("work")
            now = "SELECT attempt, state FROM job ORDER BY id DESC LIMIT 1"
            house.wait(lambda w=goes_on_when: house.sql(now) == [["2", w]], 60, "the second attempt, " + goes_on_when)
            late.process.send_signal(signal.SIGCONT)
            late.wait_line("job.lost")
            house.wait_rest()
            need(house.sql(now) == [["2", "done"]], "it was not the second attempt that made it: %s" % house.sql(now))
            late.end(signal.SIGTERM)
            house.ended.append(late)
            house.work, second = second, None
        need_all(guest.broken_songs(paths))
        house.stop()
        need_all(all_broken(house, True))
    finally:
        for role in (second, house.work):
            if role and role.process.poll() is None:
                role.process.kill()
                role.process.wait()
        house.close()


def can_write(house, role):
    """A stopped worker may hold SQLite's lock: then it goes on for a moment and stops again."""
    link = sqlite3.connect(os.path.join(house.data, "data.db"), timeout=0.2, isolation_level=None)
    try:
        link.execute("BEGIN IMMEDIATE")
        link.execute("ROLLBACK")
        return True
    except sqlite3.OperationalError:
        role.process.send_signal(signal.SIGCONT)
        time.sleep(0.01)
        role.process.send_signal(signal.SIGSTOP)
        return False
    finally:
        link.close()


def kitchen(ground, _):
    """a song's process that is killed costs an attempt, and so does a kitchen or a worker: each is there again"""
    house = House(ground)
    victims = {
        "its process": lambda work: children(children(children(work)[0])[0])[0],
        "the process that forks them": lambda work: children(children(work)[0])[0],
        "the kitchen": lambda work: children(work)[0],
        "the worker": lambda work: work,
    }
    try:
        house.serve = house.start("run")
        house.serve.wait_line("work.ready")
        guest = guest_of(house)
        paths = []
        for count, (what, pid_of) in enumerate(victims.items(), 1):
            work = worker_of(house)
            paths.append(guest.order(PROMPTS[count % len(PROMPTS)], SECONDS))
            house.wait(lambda w=work: children(children(children(w)[0])[0]), 20, "a song's process")
            os.kill(pid_of(work), signal.SIGKILL)
            if what in ("the kitchen", "the worker"):
                house.wait(lambda w=work: worker_of(house) not in (None, w), 20, "another worker")
                house.sql("UPDATE job SET lease = 1 WHERE state = 'running'")  # the time passes
            house.wait_rest()
            done = house.number("SELECT COUNT(*) FROM job WHERE state = 'done'")
            need(done == count, "%s was killed, and the song was not made again" % what)
        need_all(guest.broken_songs(paths))
        house.stop()
        need_all(all_broken(house, True))
    finally:
        house.close()


def worker_of(house):
    """The process that has the role work below the supervisor; None."""
    for pid in children(house.serve.process.pid):
        try:
            with open("/proc/%d/cmdline" % pid, "rb") as file:
                if file.read().split(b"\0")[1:2] == [b"work"]:
                    return pid
        except OSError:
            pass
    return None


LONG = [fenced, kitchen]
SHORT = {"sqlite": [kitchen], "postgres": [fenced]}
