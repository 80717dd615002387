"""Guest: somebody who uses the service and remembers what it answered.

What was answered with success is promised, and must be there after any crash. What was not answered is done
again, as a person would, and must then be there once.
"""
import http.client
import re
import time
import urllib.parse

from browser import Person
from facts import sound
from page import Wrong

PASSWORD = "a long walk by the river"
PROMPTS = ["A small waltz for piano and flute", "Slow blues with an organ", "Minimal techno, 128 bpm"]
TITLE = "The tune of the crash"


class Died(Exception):
    """The service went away while it was asked."""


class Guest:
    def __init__(self, house, name="ada"):
        self.house, self.name, self.mail = house, name, name + "@example.org"
        self.tab = house.person(name).tab("1")
        self.promised, self.link, self.form, self.song = [], None, None, None

    # ---- what a guest does

    def sign_up(self):
        self.link = None
        self.tab.visit("/signup")
        if "When were you born?" in self.tab.page.text():  # asked once
            self.tab.page.fill("Year", "1990")
            self.tab.page.fill("Month", "March")
            self.tab.press("Go on")
        self.tab.page.fill("Name", "Ada Example")
        self.tab.page.fill("Email", self.mail)
        self.tab.page.fill("Password", PASSWORD)
        self.tab.press("Create account")
        self.see("Check your mail")

    def confirm(self):
        """Of two mails, after a sign-up that had to be repeated, the newer one holds."""
        until = time.monotonic() + 10
        while True:
            self.link = self.link or self.house.mail(self.mail, "Confirm")[3]
            self.tab.visit(self.link, "cross-site")
            if self.tab.page.status == 200:
                self.tab.press("Confirm my address")
                if "Your address is confirmed" in self.tab.page.text():
                    return
            if "confirm" in self.tried and self.is_active():
                return  # that was us, unanswered
            self.expect(time.monotonic() < until, "the address is not confirmed")
            self.link = None

    def sign_in(self):
        self.tab.visit("/login")
        self.tab.page.fill("Email", self.mail)
        self.tab.page.fill("Password", PASSWORD)
        self.tab.press("Sign in")
        self.expect(urllib.parse.urlsplit(self.tab.page.url).path == "/studio", "it did not sign in")

    def make(self):
        """The same form again, with the same key, when it was not answered."""
        if self.form is None:
            self.form = self.filled(PROMPTS[0])
        self.tab.page = self.form
        self.tab.press("Make")
        self.song = self.song_path()

    def rename(self):
        self.tab.visit(self.song)
        self.tab.page.fill("Title", TITLE)
        self.tab.press("Rename")
        self.see(TITLE)

    def trash(self):
        self.tab.visit(self.song)
        if "Put back" in self.tab.page.text():
            return  # that was us, unanswered
        self.tab.press("Delete")
        self.see("Put back")

    def put_back(self):
        self.tab.visit(self.song)
        if "Put back" in self.tab.page.text():
            self.tab.press("Put back")
        self.see("Change it")

    def share(self):
        self.tab.visit(self.song)
        if "Stop sharing" not in self.tab.page.text():
            self.tab.press("Share")
        self.see("Stop sharing")

    ALL = [sign_up, confirm, sign_in, make, rename, trash, put_back, share]
    tried = ()

    # ---- how

    def see(self, text):
        self.expect(text in self.tab.page.text(), 'there is no "%s"' % text)

    def expect(self, good, what):
        if not good:
            raise Wrong("%s: %d %s: %s" % (what, self.tab.page.status, self.tab.page.url, self.tab.page.text()[:300]))

    def filled(self, prompt, seconds=5):
        self.tab.visit("/studio")
        self.tab.page.fill("Describe your song", prompt)
        self.tab.page.fill("Length in seconds", str(seconds))
        return self.tab.page

    def song_path(self):
        path = urllib.parse.urlsplit(self.tab.page.url).path
        self.expect(self.tab.page.status == 200 and re.fullmatch(r"/songs/[0-9a-z]+", path), "no song was ordered")
        return path

    def order(self, prompt, seconds=5):
        """One more song; its path."""
        self.tab.page = self.filled(prompt, seconds)
        self.tab.press("Make")
        return self.song_path()

    def is_active(self):
        return self.house.number("SELECT COUNT(*) FROM account WHERE role = 'member' AND state = 'active'") > 0

    def go(self, role=None):
        """All steps that are not promised yet. Died: `role`, which may be killed, is gone."""
        for step in self.ALL:
            name = step.__name__
            if name in self.promised:
                continue
            try:
                step(self)
                self.promised.append(name)
            except (OSError, http.client.HTTPException, Wrong) as error:
                self.tried += (name,)
                if role and gone(role):
                    raise Died(name) from error
                if isinstance(error, Wrong):
                    raise Wrong("%s: %s" % (name, error)) from error
                raise Wrong("%s: %s: %s" % (name, type(error).__name__, error)) from error

    def broken_promises(self):
        """Asked as soon as the service is up again, before anything is repeated."""
        house, bad = self.house, []

        def need(step, good, text):
            if step in self.promised and not good():
                bad.append("%s was answered, but %s" % (step, text))

        def page():
            self.tab.visit(self.song)
            return self.tab.page.text()

        def shared():
            links = [n.get("href") for n in self.tab.page.root.all("a") if n.get("href").startswith("/s/")]
            stranger = Person(house.base, "stranger").tab("1")
            stranger.visit(links[0] if links else "/s/none")
            return stranger.page.status == 200

        members = "SELECT COUNT(*) FROM account WHERE role = 'member'"
        need("sign_up", lambda: house.number(members) == 1, "there is nobody")
        need("confirm", self.is_active, "the address is not confirmed")
        need("make", lambda: "Describe" not in page() and self.tab.page.status == 200, "the song is not there")
        need("rename", lambda: TITLE in page(), "the title is another")
        if "put_back" not in self.promised and "put_back" not in self.tried:
            need("trash", lambda: "Put back" in page(), "the song is not in the bin")
        need("put_back", lambda: "Put back" not in page(), "the song is in the bin")
        need("share", lambda: "Stop sharing" in page() and shared(), "the link does not open")
        return bad

    def broken_songs(self, paths):
        """Songs that are ready and do not decode whole."""
        bad = []
        for path in paths:
            for kind in ("mp3", "flac"):
                answer = self.tab.person.ask("GET", "%s%s/audio.%s" % (self.house.base(), path, kind))
                wrong = sound(kind, answer.body) if answer.status == 200 else "its %s gets %d" % (kind, answer.status)
                if wrong:
                    bad.append(wrong)
        return bad


def gone(role):
    """Whether a role ended, now or within a second."""
    until = time.monotonic() + 1
    while role.process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return role.process.poll() is not None
