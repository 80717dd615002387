"""Kill: kill -9 at the N-th call of each system call that writes, in serve, in work and in the operator's command.

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
import sys
import time

from facts import all_broken, sound
from guest import CODE, CODE_CREDITS, GIVEN, PROMPTS, WHY, Buyer, Died, Guest
from house import House, id_text
from page import Wrong

sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "stripe"))

from stripe import Stripe  # noqa: E402

CALLS = ("pwrite64", "pwritev", "write", "writev", "fdatasync", "fsync", "ftruncate", "fallocate", "openat", "rename",
         "renameat", "renameat2", "unlink", "unlinkat", "link", "linkat", "mkdir", "mkdirat", "sendto", "sendmsg", "mmap")
SOME = {"openat": "O_CREAT", "mmap": "MAP_SHARED"}  # of these calls only those that make or write
UNHEARD = re.compile(r"write\([12],")  # log lines
UNABLE = "the kitchen did not begin"  # since its children are killed again and again
MOST = 5000
MAILS = "SELECT COUNT(*) FROM mail WHERE state = 'waiting'"

Point = collections.namedtuple("Point", "engine scene call number")


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
    """{scene: a house at rest, with what this scene's rounds begin with}"""
    made = []

    def model(before=None):
        made.append(House(ground, before))
        return made[-1]

    try:
        empty = model()
        empty.start_serve()
        empty.become_operator()
        empty.make_code(CODE, CODE_CREDITS)
        empty.stop()
        member = model(empty)
        member.start_both()
        guest = Guest(member)
        for step in (Guest.sign_up, Guest.confirm, Guest.sign_in):
            step(guest)
        member.wait_rest()
        member.stop()
        songs = model(member)
        songs.start_serve()
        guest = Guest(songs)
        for prompt in PROMPTS:
            guest.order(prompt)
        Guest(songs, "bea").sign_up()  # her mail waits
        songs.stop()
        bad = all_broken(songs, False)
        if bad:
            raise Wrong("the house is not furnished well: %s" % bad)
    except BaseException:
        for house in made:
            house.close()
        raise
    return {"serve": empty, "work": songs, "buy": member, "cashier": member, "admin": member}


# ---- rounds

class Round:
    """One role under strace; the other as always."""
    role, sells, guest_of = None, False, Guest
    thin = 1  # one of so many points in the short form

    def __init__(self, model, inject=None):
        self.inject = inject
        self.house = House(model.ground, model)
        self.trace = os.path.join(self.house.folder, "trace")
        self.bad, self.died, self.answered = [], False, False
        try:
            if self.sells:
                self.house.shop = Stripe(self.house.folder)
        except BaseException:
            self.house.close()
            raise
        self.guest = self.guest_of(self.house)

    def traced(self):
        calls = [self.inject[0]] if self.inject else CALLS
        return strace(self.trace, calls, self.inject)

    def begin(self):
        raise NotImplementedError

    def killed_one(self):
        return getattr(self.house, self.role)

    def play(self):
        """Until the end, or until the role is dead."""
        role = None
        try:
            self.begin()
        except (Died, Wrong) as error:
            role = self.killed_one()
            if not (role and self.inject and gone_soon(role)):
                self.bad.append("while it ran: %s" % error)
        role = self.killed_one()
        if role and role.process.poll() is None:
            role.end(signal.SIGTERM)  # may be hit while it ends
        self.died = role is not None and role.process.returncode == -signal.SIGKILL
        if role and not self.died and role.process.returncode != 0 and not any(UNABLE in line for line in role.lines):
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

    def after(self):
        """With both roles up again."""
        raise NotImplementedError

    def recover(self):
        house = self.house
        house.pass_leases()
        house.sign_ups += "sign_up" in self.guest.tried
        house.start_both()
        if house.shop:
            house.shop.deliver()  # what was not taken comes again
        self.after()
        house.stop()

    def live_on(self):
        """What was answered is there; what was not is done again; then there is each line once."""
        self.note("after it", self.guest.broken_promises())
        self.guest.go()
        if self.house.shop:
            self.house.shop.settled()  # what Stripe still tells has arrived
        self.house.wait_rest()
        self.note("after it", self.guest.broken_promises())
        self.note("after it", self.guest.broken_lines())

    def broken_songs(self):
        ready = self.house.sql("SELECT id FROM song WHERE state = 'ready'")
        self.note("after it", self.guest.broken_songs("/songs/" + id_text(int(row[0])) for row in ready))
        return len(ready)

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


class Serving(Round):
    """serve, while somebody signs up, makes a song and gets credits in all ways that cost nothing"""
    role = "serve"

    def begin(self):
        self.house.start_work()
        self.house.start_serve(self.traced())
        self.guest.go(self.house.serve)

    def after(self):
        self.live_on()
        ready = self.broken_songs()
        if ready != 1 or self.house.number("SELECT COUNT(*) FROM job") != 1:
            self.note("after it", ["one song was asked for; there are %d" % self.house.number("SELECT COUNT(*) FROM job")])


class Working(Round):
    """work, while it makes songs, one of which is cancelled as soon as it is begun"""
    role = "work"

    def begin(self):
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

    def after(self):
        self.house.wait_rest()
        self.broken_songs()
        states = sorted(row[0] for row in self.house.sql("SELECT state FROM job"))
        # A child of the kitchen that dies at each try is a song that cannot be made.
        allowed = {"cancelled", "done"} if self.died else {"cancelled", "done", "failed"}
        if len(states) != len(PROMPTS) or not set(states) <= allowed or states.count("cancelled") > 1:
            self.note("after it", ["the three songs are %s" % ", ".join(states)])


class Buying(Round):
    """serve, while somebody buys credits and has some of them paid back"""
    role, sells, guest_of = "serve", True, Buyer
    thin = 3

    def begin(self):
        self.house.start_work()
        self.house.start_serve(self.traced())
        self.guest.go(self.house.serve)

    def after(self):
        self.live_on()
        shop = self.house.shop
        session = shop.by_reference(reference=self.guest.purchase.rsplit("/", 1)[1])  # there is one
        known = shop.session(session=session["id"])
        theirs = [("sale", one["amount"]) for one in known["charges"]] + [("refund", one["amount"]) for one in known["refunds"]]
        ours = [(kind, int(amount)) for kind, amount in self.house.sql("SELECT kind, amount FROM receipt ORDER BY number")]
        if ours != theirs or len(ours) != 2:
            self.note("after it", ["the receipts are %s, at Stripe it is %s" % (ours, theirs)])


class Cashing(Buying):
    """work, while it sees to what somebody buys and has paid back"""
    role = "work"

    def begin(self):
        self.house.start_serve()
        self.house.start_work(self.traced())
        self.guest.go(self.house.work)
        self.house.wait(lambda: gone_now(self.house.work) or self.house.number(MAILS) == 0, 30, "the end of the mails")


class Granting(Round):
    """the operator's command, while it gives credits"""
    role = "command"
    thin = 3
    WORDS = ["admin", "credits", "grant", "ada@example.org", str(GIVEN), *WHY.split()]
    COUNT = "SELECT COUNT(*) FROM credit_line WHERE kind = 'grant' AND why = 'staff' AND amount = %d" % GIVEN
    command = None

    def killed_one(self):
        return self.command

    def begin(self):
        self.command = self.house.begin(self.WORDS, self.traced())
        self.command.process.wait(60)
        self.answered = self.command.process.returncode == 0

    def after(self):
        """Who had no answer looks before giving again."""
        status, said = self.house.command(["admin", "credits", "show", "ada@example.org"])
        if self.answered and WHY not in said:
            self.note("after it", ["what was given is not there: %d %s" % (status, said[-300:])])
        if WHY not in said:
            self.note("after it", [said for status, said in [self.house.command(self.WORDS)] if status])
        self.house.wait_rest()
        if self.house.number(self.COUNT) != 1:
            self.note("after it", ["it was given %d times" % self.house.number(self.COUNT)])


SCENES = {"serve": Serving, "work": Working, "buy": Buying, "cashier": Cashing, "admin": Granting}


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
    this = SCENES[point.scene](model, (point.call, point.number))
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


def count_points(model, scene):
    """What a whole run does. Nobody is killed, so it must also be right."""
    this = SCENES[scene](model)
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


def run(ground, model, scene, args):
    """(points that were reached, violations)"""
    def play(call, number):
        return one(model, Point(ground.engine, scene, call, number), args.verbose)

    points = {call: numbers for call, numbers in count_points(model, scene).items() if call in (args.call or CALLS)}
    pool = concurrent.futures.ThreadPoolExecutor(args.copies)
    try:
        if args.every:
            hits = list(all_of(pool, points, play))
        else:
            some = list(spread(points, args.points, args.seed))[args.seed % SCENES[scene].thin::SCENES[scene].thin]
            hits = list(pool.map(lambda point: play(*point), some))
    finally:
        pool.shutdown(cancel_futures=True)
    return sum(hit for hit, _ in hits), sum(bool(wrong) for _, wrong in hits)
