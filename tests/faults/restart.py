"""Restart: new programs take over from old ones while people ask."""
import http.client
import signal
import threading
import time

from clocks import need, need_all
from facts import all_broken
from guest import PROMPTS
from house import House, Wrong
from stall import guest_of

ASKERS, TIMES = 8, 20
PATHS = ("/", "/login", "/healthz", "/signup", "/studio")


class Asker(threading.Thread):
    """One request after the other, each on a connection of its own, or all on one that is made anew when it is closed."""

    def __init__(self, house, number, cookies):
        super().__init__(daemon=True)
        self.port, self.number, self.cookies = house.port, number, cookies
        self.ending, self.count, self.failed, self.link = False, 0, [], None

    def run(self):
        while not self.ending:
            try:
                self.ask(PATHS[self.count % len(PATHS)])
            except (OSError, http.client.HTTPException) as error:
                self.failed.append("%s: %s" % (type(error).__name__, error))
                self.link = None
            self.count += 1
            time.sleep(0.005)

    def ask(self, path):
        kept = self.number % 2 == 1
        fresh = self.link is None
        if fresh:
            self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookies, "X-Forwarded-For": "10.9.0.%d" % self.number, "Sec-Fetch-Site": "none"}
        try:
            self.link.request("GET", path, headers=headers if kept else {**headers, "Connection": "close"})
            answer = self.link.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            # A kept connection may be closed as we ask; RFC 9112 9.3.1: then a client asks again on another.
            self.link = None
            if fresh:
                raise
            return self.ask(path)
        answer.read()
        if answer.status >= 400:
            self.failed.append("%s gets %d" % (path, answer.status))
        if not kept or answer.getheader("Connection", "").lower() == "close":
            self.link.close()
            self.link = None
        return None


def hand_over(ground, _):
    """twenty restarts fail no request, and the song that is made meanwhile is made"""
    house = House(ground)
    try:
        house.serve = house.start("run")
        house.serve.wait_line("work.ready")
        guest = guest_of(house)
        cookies = guest.tab.person.jar.header("/", "none", "GET")
        askers = [Asker(house, number, cookies) for number in range(ASKERS)]
        for asker in askers:
            asker.start()
        path = guest.order(PROMPTS[0], 60)
        begun = time.monotonic()
        for number in range(1, TIMES + 1):
            house.serve.process.send_signal(signal.SIGHUP)
            for word in ("listening on", "work.ready"):
                house.wait(lambda n=number, w=word: sum(w in line for line in house.serve.lines) > n, 30,
                           "restart %d" % number)
        took = time.monotonic() - begun
        house.wait_rest()
        for asker in askers:
            asker.ending = True
        for asker in askers:
            asker.join(30)
        failed = [wrong for asker in askers for wrong in asker.failed]
        count = sum(asker.count for asker in askers)
        print("    %d restarts in %.1f s, %d requests, %d failed" % (TIMES, took, count, len(failed)))
        need(not failed, "%d of %d requests failed: %s" % (len(failed), count, "; ".join(sorted(set(failed))[:5])))
        need(count > TIMES * ASKERS, "only %d requests were made" % count)
        need(house.sql("SELECT state FROM job") == [["done"]], "the song was lost")
        need_all(guest.broken_songs([path]))
        house.stop()
        need_all(all_broken(house, True))
    finally:
        house.close()


def drain(ground, _):
    """a service that is asked to end lets a slow download finish first"""
    house = House(ground)
    try:
        house.start_both()
        guest = guest_of(house)
        path = guest.order(PROMPTS[0], 60)
        house.wait_rest()
        url = "%s%s/audio.flac" % (house.base(), path)
        whole = guest.tab.person.ask("GET", url).body
        link, answer = guest.tab.person.begin("GET", url)
        got = answer.read(100000)
        house.serve.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        try:
            guest.tab.person.ask("GET", house.base() + "/healthz")
            raise Wrong("it answers new requests still")
        except OSError:
            pass
        while True:
            block = answer.read(200000)
            if not block:
                break
            got += block
            time.sleep(0.01)
        link.close()
        need(got == whole, "the download was cut off: %d of %d bytes" % (len(got), len(whole)))
        house.serve.end(signal.SIGTERM)
        need(house.serve.process.returncode == 0, "it ended with %d" % house.serve.process.returncode)
    finally:
        house.close()


LONG = [hand_over, drain]
SHORT = {"sqlite": [drain], "postgres": [hand_over]}
