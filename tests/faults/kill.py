"""Kill: kill -9 at the N-th call of each system call that writes, in serve and in work.

strace counts calls for each thread, and the first thread that makes its N-th dies with its process. After that
the other role is killed as well, as when the machine stops. Then, in this order:

    the database is read as it lies
    leases run out, as the time of a crashed machine would let them (set in the database)
    both roles start as always; what was answered is there; what was not answered is asked again
    every job ends; every song decodes; both roles end; the database is read once more
"""
import collections
import concurrent.futures
import glob
import os
import random
import re
import signal
import time

from facts import all_broken, sound
from guest import PROMPTS, Died, Guest
from house import House, id_text
from page import Wrong

CALLS = ("pwrite64", "pwritev", "write", "writev", "fdatasync", "fsync", "ftruncate", "fallocate", "openat", "rename",
         "renameat", "renameat2", "unlink", "unlinkat", "link", "linkat", "mkdir", "mkdirat", "sendto", "sendmsg", "mmap")
SOME = {"openat": "O_CREAT", "mmap": "MAP_SHARED"}  # of these calls only those that make or write
UNHEARD = re.compile(r"write\([12],")  # log lines
PRICE, GIFT = 3, 100
MOST = 5000
ROLES = ("serve", "work")

Point = collections.namedtuple("Point", "engine role call number")


def strace(trace, calls, inject=None):
    """-D: the role is our own child, strace its grandchild. Not --seccomp-bpf: with it strace 6.1 counts no calls."""
    more = ["-e", "inject=%s:signal=SIGKILL:when=%d" % inject] if inject else []
    return ["strace", "-D", "-f", "-q", "-o", trace, "-e", "trace=" + ",".join(calls), "-e", "signal=none", *more]


def counted(trace):
    """{call: the numbers that some thread made of it and that matter}, and the threads."""
    numbers, made, threads = collections.defaultdict(set), collections.Counter(), set()
    with open(trace, encoding="utf-8", errors="replace") as file:
        for line in file:
            found = re.match(r"(\d+) +(?:([a-z0-9_]+)\(|([+<-]))", line)
            if not found:
                continue
            threads.add(int(found[1]))
            call = found[2]
            if call:
                made[found[1], call] += 1
                if SOME.get(call, "") in line and not UNHEARD.search(line):
                    numbers[call].add(made[found[1], call])
    return numbers, threads


def wait_gone(threads):
    """Whatever belonged to a killed role goes with it. None, or what stayed."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        left = [t for t in threads if os.path.exists("/proc/%d/status" % t)]
        if not left:
            return None
        time.sleep(0.02)
    return "%d processes outlive the role that was killed" % len(left)


# ---- furnishing

def furnish(ground):
    """{role: a house at rest, with what this role's rounds begin with}"""
    models = {"serve": House(ground), "work": None}
    try:
        house = models["serve"]
        house.start_serve()
        house.become_operator()
        house.stop()
        house = models["work"] = House(ground, models["serve"])
        house.start_both()
        guest = Guest(house)
        for step in (Guest.sign_up, Guest.confirm, Guest.sign_in):
            step(guest)
        house.wait_rest()
        house.work.end(signal.SIGTERM)
        for prompt in PROMPTS:
            guest.order(prompt)
        Guest(house, "bea").sign_up()  # her mail waits
        house.stop()
        house.sql("UPDATE job SET credits = %d" % PRICE)
        house.sql("UPDATE credit_line SET amount = -%d WHERE kind = 'hold'" % PRICE)
        house.sql("INSERT INTO credit_line (id, account, job, kind, amount, at) "
                  "SELECT 1, account, 0, 'gift', %d, 0 FROM job LIMIT 1" % GIFT)
        house.sql("UPDATE account SET credits = %d WHERE id = (SELECT account FROM job LIMIT 1)" % (
            GIFT - len(PROMPTS) * PRICE))
        bad = all_broken(house, False)
        if bad:
            raise Wrong("the house is not furnished well: %s" % bad)
    except BaseException:
        for house in models.values():
            if house:
                house.close()
        raise
    return models


# ---- rounds

class Round:
    """One role under strace; the other as always."""

    def __init__(self, model, role, inject=None):
        self.role, self.inject = role, inject
        self.house = House(model.ground, model)
        self.trace = os.path.join(self.house.folder, "trace")
        self.guest = Guest(self.house)
        self.bad, self.died = [], False

    def traced(self):
        calls = [self.inject[0]] if self.inject else CALLS
        return strace(self.trace, calls, self.inject)

    def play_serve(self):
        self.house.start_work()
        self.house.start_serve(self.traced())
        self.guest.go(self.house.serve)

    def play_work(self):
        """The first song is cancelled as soon as it is begun."""
        house = self.house
        house.start_serve()
        house.start_work(self.traced())
        first = house.sql("SELECT id, song FROM job ORDER BY id LIMIT 1")[0]
        state = "SELECT state FROM job WHERE id = " + first[0]
        house.wait(lambda: gone_now(house.work) or house.sql(state) != [["queued"]], 30, "a claim")
        self.guest.tab.visit("/songs/" + id_text(int(first[1])))
        if "Cancel" in self.guest.tab.page.text():
            self.guest.tab.press("Cancel")
        left = "SELECT (SELECT COUNT(*) FROM job WHERE ended = 0) + (SELECT COUNT(*) FROM mail WHERE state = 'waiting')"
        house.wait(lambda: gone_now(house.work) or house.number(left) == 0, 60, "the end of the songs")

    def play(self):
        """Until the end, or until the role is dead."""
        role = None
        try:
            self.play_serve() if self.role == "serve" else self.play_work()
        except (Died, Wrong) as error:
            role = getattr(self.house, self.role)
            if not (role and self.inject and gone_soon(role)):
                self.bad.append("while it ran: %s" % error)
        role = getattr(self.house, self.role)
        if role and role.process.poll() is None:
            role.end(signal.SIGTERM)  # may be hit while it ends
        self.died = role is not None and role.process.returncode == -signal.SIGKILL
        if role and not self.died and role.process.returncode != 0:
            self.bad.append("%s ended with %d" % (self.role, role.process.returncode))
        self.house.stop(signal.SIGKILL)

    def hit(self):
        """Whether some thread came as far as the point."""
        most = max(counted_all(self.trace, self.inject[0]).values(), default=0)
        if most > self.inject[1]:
            self.bad.append("nobody was killed")
        return most >= self.inject[1]

    def note(self, when, sentences):
        self.bad.extend("%s: %s" % (when, sentence) for sentence in sentences)

    def recover(self):
        house = self.house
        house.pass_leases()
        house.sign_ups += "sign_up" in self.guest.tried
        house.start_both()
        if self.role == "serve":
            self.note("after it", self.guest.broken_promises())
            self.guest.go()
        house.wait_rest()
        ready = house.sql("SELECT id FROM song WHERE state = 'ready'")
        self.note("after it", self.guest.broken_songs("/songs/" + id_text(int(row[0])) for row in ready))
        if self.role == "serve":
            self.note("after it", self.guest.broken_promises())
            if len(ready) != 1 or house.number("SELECT COUNT(*) FROM job") != 1:
                self.note("after it", ["one song was asked for; there are %d" % house.number("SELECT COUNT(*) FROM job")])
        else:
            states = sorted(row[0] for row in house.sql("SELECT state FROM job"))
            # A child of the kitchen that dies at each try is a song that cannot be made.
            allowed = {"cancelled", "done"} if self.died else {"cancelled", "done", "failed"}
            if len(states) != len(PROMPTS) or not set(states) <= allowed or states.count("cancelled") > 1:
                self.note("after it", ["the three songs are %s" % ", ".join(states)])
        house.stop()

    def run(self):
        """Whether the point was reached."""
        try:
            self.play()
            threads = counted(self.trace)[1] if os.path.exists(self.trace) else []
            left = wait_gone(threads)
            self.note("as it lies", [left] if left else [])
            self.note("as it lies", all_broken(self.house, False))
            self.recover()
            self.note("at rest", all_broken(self.house, True))
        except (Wrong, OSError, IndexError) as error:
            self.bad.append("%s: %s" % (type(error).__name__, error))
        return bool(self.inject) and os.path.exists(self.trace) and self.hit()

    def close(self):
        self.house.close()


def counted_all(trace, call):
    made = collections.Counter()
    with open(trace, encoding="utf-8", errors="replace") as file:
        for line in file:
            found = re.match(r"(\d+) +%s\(" % call, line)
            if found:
                made[found[1]] += 1
    return made


def gone_now(role):
    return role.process.poll() is not None


def gone_soon(role):
    until = time.monotonic() + 1
    while role.process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return gone_now(role)


# ---- all of them

def one(model, point, verbose):
    """(reached, what was wrong)"""
    begun = time.monotonic()
    this = Round(model, point.role, (point.call, point.number))
    try:
        reached = this.run()
        if verbose or this.bad:
            end = "killed" if this.died else "child killed" if reached else "not reached"
            print("    %s %s %s %d: %s in %.1f s" % (*point, end, time.monotonic() - begun))
            print("".join("        %s\n" % sentence for sentence in this.bad), end="", flush=True)
            if this.bad:
                print("\n".join("        | " + line for line in this.house.said()[-12:]), flush=True)
        return reached, this.bad
    finally:
        this.close()


def count_points(model, role):
    """What a whole run does. Nobody is killed, so it must also be right."""
    this = Round(model, role)
    try:
        this.run()
        if this.bad:
            raise Wrong("without a fault: %s" % "; ".join(this.bad))
        return {call: sorted(numbers) for call, numbers in counted(this.trace)[0].items()}
    finally:
        this.close()


def spread(points, most, seed):
    """`most` of them: of each call at least one, and more of those that are made often."""
    draw = random.Random(seed)
    weights = {call: len(numbers) ** 0.5 for call, numbers in points.items()}
    whole = sum(weights.values())
    for call, numbers in sorted(points.items()):
        count = min(len(numbers), max(1, round(most * weights[call] / whole)))
        for i in range(count):
            low, high = i * len(numbers) // count, (i + 1) * len(numbers) // count
            yield call, numbers[draw.randrange(low, max(high, low + 1))]


def all_of(pool, points, play):
    """Every number of each call, and on, until a round ends without having come so far. (reached, bad) of each call."""
    for call, numbers in sorted(points.items()):
        hits = list(pool.map(lambda n, c=call: play(c, n), numbers))
        number = numbers[-1]
        while hits[-1][0] and number < MOST and call not in SOME:
            number += 1
            hits.append(play(call, number))
        print("    %s: %d points, %d violations" % (call, sum(h for h, _ in hits), sum(bool(w) for _, w in hits)),
              flush=True)
        yield from hits


def run(ground, models, role, args):
    """(points that were reached, violations)"""
    def play(call, number):
        return one(models[role], Point(ground.engine, role, call, number), args.verbose)

    points = {call: numbers for call, numbers in count_points(models[role], role).items() if call in (args.call or CALLS)}
    pool = concurrent.futures.ThreadPoolExecutor(args.copies)
    try:
        if args.every:
            hits = list(all_of(pool, points, play))
        else:
            hits = list(pool.map(lambda point: play(*point), spread(points, args.points, args.seed)))
    finally:
        pool.shutdown(cancel_futures=True)
    return sum(hit for hit, _ in hits), sum(bool(wrong) for _, wrong in hits)
