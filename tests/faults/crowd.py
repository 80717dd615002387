"""Crowd: sixteen who use one account at once, by the API and on pages. Sums come out exactly, on both databases.

Each is a connection of its own to the real service. What one of them was answered counts; in the end the ledger must
say the same.
"""
import collections
import http.client
import json
import threading
import urllib.parse

from browser import FORM
from clocks import need, need_all
from facts import all_broken
from guest import CODE, CODE_CREDITS
from house import PRICE, House, id_text
from stall import guest_of

CLIENTS, GIVEN = 16, 100
SONGS = GIVEN // PRICE
ENOUGH = 400  # more tries than there can be successes
MIXING, MIXED = 4, 2


class Client(threading.Thread):
    """Does `work(client)` on a connection of its own; `wrong` says why it broke off."""

    def __init__(self, crowd, number, work):
        super().__init__(daemon=True)
        self.crowd, self.number, self.work, self.wrong = crowd, number, work, None
        self.answers = collections.Counter()  # (what, status) -> how often
        self.made = []
        self.link = http.client.HTTPConnection("127.0.0.1", crowd.house.port, timeout=60)

    def run(self):
        try:
            self.crowd.barrier.wait()
            self.work(self)
        except Exception as error:  # pylint: disable=broad-except
            self.wrong = "%s: %s" % (type(error).__name__, error)
        finally:
            self.link.close()

    def ask(self, what, method, path, body=None, more=None):
        headers = {"X-Forwarded-For": "10.8.0.%d" % self.number, "Accept": "application/json", **(more or {})}
        self.link.request(method, path, body, headers)
        answer = self.link.getresponse()
        text = answer.read().decode()
        self.answers[what, answer.status] += 1
        return answer.status, text

    def api(self, what, method, path, body=None, more=None):
        headers = {"Authorization": "Bearer " + self.crowd.token, **(more or {})}
        if body is not None:
            headers["Content-Type"] = "application/json"
        status, text = self.ask(what, method, "/api/v1" + path, json.dumps(body) if body is not None else None, headers)
        return status, json.loads(text) if text else None

    def order(self, what="order", more=None):
        status, said = self.api(what, "POST", "/songs", {"prompt": "a small waltz for piano", "seconds": 5}, more)
        if status == 202:
            self.made.append((said["job"], said["song"]))
        return status


class Crowd:
    def __init__(self, ground):
        self.house = House(ground)
        self.house.settings["credits"] = ["welcome = %d" % GIVEN, "not_asked = 2"]
        self.barrier, self.token, self.guest = threading.Barrier(CLIENTS), None, None

    def open(self):
        self.house.start_both()
        self.guest = guest_of(self.house)
        self.house.wait_rest()
        self.house.work.end(15)  # songs wait until they are wanted
        self.house.ended.append(self.house.work)
        self.house.work = None
        self.token = self.api_token()

    def api_token(self, cap=""):
        tab = self.guest.tab
        tab.visit("/account")
        tab.page.fill("What is it for?", "Crowd")
        tab.page.fill("Most credits it may spend", cap)
        tab.page.tick("make songs", True)
        tab.press("Make a token")
        return tab.page.root.all("code")[0].text()

    def all(self, work):
        """All at once; their answers together, and what they made."""
        clients = [Client(self, number, work) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        need_all(["client %d: %s" % (c.number, c.wrong) for c in clients if c.wrong])
        return sum((c.answers for c in clients), collections.Counter()), [one for c in clients for one in c.made]

    def wallet(self):
        """(may be spent, held, lines)"""
        return tuple(int(word) for word in self.house.sql(
            "SELECT credits, held, lines FROM wallet WHERE account = (SELECT MAX(id) FROM account WHERE role = 'member')")[0])

    def must_have(self, credits, held, lines, when):
        need(self.wallet() == (credits, held, lines), "%s the wallet has %s instead of %s" % (
            when, self.wallet(), (credits, held, lines)))

    def form(self, path, button):
        """A form of a page as a browser would send it, and where."""
        tab = self.guest.tab
        method, url, fields = tab.page.submission(tab.page.button(button))
        need(method == "post", "%s is not sent" % path)
        cookies = tab.person.jar.header("/", "same-origin", "POST")
        headers = {**FORM, "Cookie": cookies, "Origin": "null", "Sec-Fetch-Site": "same-origin", "X-Forwarded-For": tab.person.network}
        return urllib.parse.urlsplit(url).path, urllib.parse.urlencode(fields), headers


def spends(client):
    """Until nothing is left. No other answer than these two may come."""
    for _ in range(ENOUGH):
        status = client.order()
        if status != 202:
            need(status == 402, "an order gets %d" % status)
            return


def cancels(jobs):
    def work(client):
        for job, _song in jobs[client.number:] + jobs[:client.number]:
            client.api("cancel", "DELETE", "/jobs/" + job)
    return work


def mixes(client):
    """Orders, and cancels every second one; the worker may be quicker."""
    for number in range(MIXED):
        need(client.order() == 202, "an order is refused")
        if number % 2:
            client.api("cancel", "DELETE", "/jobs/" + client.made[-1][0])


def spend_and_cancel(crowd):
    answers, made = crowd.all(spends)
    need(answers["order", 202] == SONGS and len(set(made)) == SONGS, "%d songs are ordered with %d credits" % (answers["order", 202], GIVEN))
    crowd.must_have(GIVEN - SONGS * PRICE, SONGS * PRICE, 1 + SONGS, "when all is spent")
    answers, _ = crowd.all(cancels(made))
    need(sum(answers.values()) == answers["cancel", 200] + answers["cancel", 202] + answers["cancel", 204], "cancelling gets %s" % dict(answers))
    crowd.must_have(GIVEN, 0, 1 + 2 * SONGS, "when all is cancelled")
    return 1 + 2 * SONGS


def one_key_and_one_form(crowd, lines):
    """The same key sixteen times, the same form sixteen times, the same code sixteen times."""
    answers, made = crowd.all(lambda client: client.order("key", {"Idempotency-Key": "the same for all"}))
    need(answers["key", 202] == CLIENTS and len(set(made)) == 1, "one key makes %d songs: %s" % (len(set(made)), dict(answers)))
    crowd.must_have(GIVEN - PRICE, PRICE, lines + 1, "after one key")

    crowd.guest.filled("a march for tuba")
    path, body, headers = crowd.form("/studio", "Make")
    crowd.all(lambda client: client.ask("form", "POST", path, body, headers))
    crowd.must_have(GIVEN - 2 * PRICE, 2 * PRICE, lines + 2, "after one form")

    crowd.guest.tab.visit("/credits")
    crowd.guest.tab.page.fill("Code of a campaign", CODE)
    path, body, headers = crowd.form("/credits", "Use code")
    crowd.all(lambda client: client.ask("code", "POST", path, body, headers))
    crowd.must_have(GIVEN - 2 * PRICE + CODE_CREDITS, 2 * PRICE, lines + 3, "after one code")
    return lines + 3


def with_a_cap(crowd, lines):
    cap = 4 * PRICE + 1
    whole, crowd.token = crowd.token, crowd.api_token(str(cap))
    answers, _ = crowd.all(spends)
    need(answers["order", 202] == 4, "a token of %d credits orders %d songs" % (cap, answers["order", 202]))
    crowd.token = whole
    return lines + 4


def while_songs_are_made(crowd, lines):
    """With the worker: who cancels in time gets credits back, for the rest there is a song."""
    house = crowd.house
    house.start_work()
    house.wait_rest()
    crowd.all(lambda client: mixes(client) if client.number < MIXING else None)
    house.wait_rest(120)
    done, ended = (house.number("SELECT COUNT(*) FROM job WHERE " + what) for what in ("state = 'done'", "ended > 0"))
    need(ended == SONGS + 6 + MIXING * MIXED, "%d songs have ended" % ended)
    credits = GIVEN + CODE_CREDITS - done * PRICE
    crowd.must_have(credits, 0, lines + 6 + 2 * MIXING * MIXED, "when all songs are made")
    return credits, lines + 6 + 2 * MIXING * MIXED


def not_asked(crowd, credits, lines):
    """Two may come back: sixteen ask for one song, then for all."""
    songs = [row[0] for row in crowd.house.sql("SELECT song FROM job WHERE state = 'done' ORDER BY id")][:CLIENTS]
    names = [id_text(int(song)) for song in songs]
    answers, _ = crowd.all(lambda client: client.api("one", "POST", "/songs/%s/not-asked" % names[0], {}))
    need(answers["one", 200] == 1, "one song comes back %d times: %s" % (answers["one", 200], dict(answers)))
    answers, _ = crowd.all(lambda client: client.api("all", "POST", "/songs/%s/not-asked" % names[client.number % len(names)], {}))
    need(answers["all", 200] == 1, "%d more come back where one may: %s" % (answers["all", 200], dict(answers)))
    crowd.must_have(credits + 2 * PRICE, 0, lines + 2, "when two came back")


def one_balance(ground, _):
    """sixteen clients who spend one balance at once spend what there is, to the last credit, and no credit twice"""
    crowd = Crowd(ground)
    try:
        crowd.open()
        crowd.house.make_code(CODE, CODE_CREDITS)
        lines = spend_and_cancel(crowd)
        lines = one_key_and_one_form(crowd, lines)
        lines = with_a_cap(crowd, lines)
        credits, lines = while_songs_are_made(crowd, lines)
        not_asked(crowd, credits, lines)
        crowd.house.stop()
        need_all(all_broken(crowd.house, True))
        begun = [line for line in crowd.house.said() if "text=" in line and "error" in line.lower()]
        need(not begun, "the log has faults: %s" % begun[:3])
    finally:
        crowd.house.close()


SHORT = {"sqlite": [one_balance], "postgres": [one_balance]}
LONG = [one_balance]
