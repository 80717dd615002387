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
from house import PRICE, WELCOME
from page import Wrong

PASSWORD = "a long walk by the river"
PROMPTS = ["A small waltz for piano and flute", "Slow blues with an organ", "Minimal techno, 128 bpm"]
TITLE = "The tune of the crash"
CODE, CODE_CREDITS, GIVEN, WHY = "CRASH-26", 25, 7, "For the crash"
PACK, CREDITS, BACK = "Buy Starter: 100 credits for 4.99 USD", 100, 40
WAIT_S = 20


class Died(Exception):
    """The service went away while it was asked."""


class Guest:
    def __init__(self, house, name="ada"):
        self.house, self.name, self.mail = house, name, name + "@example.org"
        self.tab = house.person(name).tab("1")
        self.promised, self.link, self.form, self.song, self.gift = [], None, None, None, None
        self.role = None  # that may be killed meanwhile

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

    def use_code(self):
        self.tab.visit("/credits")
        self.tab.page.fill("Code of a campaign", CODE)
        self.tab.press("Use code")
        if "use_code" in self.tried and "You have used this code before." in self.tab.page.text():
            return  # that was us, unanswered
        self.see("The code is used.")

    def be_given(self):
        """The operator presses the same form again when it was not answered."""
        tab = self.house.operator
        if self.gift is None:
            tab.visit("/staff/credits")
            tab.page.fill("Mail address or id", self.mail)
            tab.press("Find")
            tab.page.fill("Credits", str(GIVEN))
            tab.page.fill("Reason, which the person sees", WHY)
            self.gift = tab.page
        tab.page = self.gift
        tab.press("Give")
        if "Given by the operator: " + WHY not in tab.page.text():
            raise Wrong("nothing was given: %d %s" % (tab.page.status, tab.page.text()[:300]))

    def not_asked(self):
        """As soon as the song is there."""
        def came_back():
            self.tab.visit(self.song)
            if "Not what I asked" in self.tab.page.text():
                self.tab.press("Not what I asked: give the credits back")
                return "Credits that came back" in self.tab.page.text()
            return "not_asked" in self.tried and "is not what was asked for" in self.text_of("/credits")
        self.wait(came_back, "the credits do not come back")

    ALL = [sign_up, confirm, sign_in, use_code, be_given, make, rename, trash, put_back, share, not_asked]
    LINES = [("charge", PRICE), ("give-back", PRICE), ("grant", GIVEN), ("grant", CODE_CREDITS), ("grant", WELCOME), ("hold", PRICE)]
    tried = ()

    # ---- how

    def see(self, text):
        self.expect(text in self.tab.page.text(), 'there is no "%s"' % text)

    def expect(self, good, what):
        if not good:
            raise Wrong("%s: %d %s: %s" % (what, self.tab.page.status, self.tab.page.url, self.tab.page.text()[:300]))

    def text_of(self, path):
        self.tab.visit(path)
        return self.tab.page.text()

    def wait(self, condition, what):
        """Not longer than the role lives that may be killed."""
        until = time.monotonic() + WAIT_S
        while not condition():
            self.expect(time.monotonic() < until and not (self.role and self.role.process.poll() is not None), what)
            time.sleep(0.05)

    def broken_lines(self):
        """Every line of the ledger, each once."""
        rows = self.house.sql("SELECT kind, amount FROM credit_line WHERE account = (SELECT MAX(id) FROM account WHERE role = 'member')")
        lines = sorted((kind, int(amount)) for kind, amount in rows)
        return [] if lines == sorted(self.LINES) else ["the ledger has %s instead of %s" % (lines, sorted(self.LINES))]

    def filled(self, prompt, seconds=5):
        self.tab.visit("/studio")
        self.tab.page.fill("Describe your song", prompt)
        self.tab.page.fill("Length in seconds", str(seconds))
        return self.tab.page

    def path(self, pattern):
        path = urllib.parse.urlsplit(self.tab.page.url).path
        self.expect(self.tab.page.status == 200 and re.fullmatch(pattern, path), "nothing was ordered")
        return path

    def song_path(self):
        return self.path(r"/songs/[0-9a-z]+")

    def order(self, prompt, seconds=5):
        """One more song; its path."""
        self.tab.page = self.filled(prompt, seconds)
        self.tab.press("Make")
        return self.song_path()

    def is_active(self):
        return self.house.number("SELECT COUNT(*) FROM account WHERE role = 'member' AND state = 'active'") > 0

    def go(self, role=None):
        """All steps that are not promised yet. Died: `role`, which may be killed, is gone."""
        self.role = role
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
        need("use_code", lambda: "Code CRASH26" in self.text_of("/credits"), "the code gave nothing")
        need("be_given", lambda: WHY in self.text_of("/credits"), "nothing was given")
        need("not_asked", lambda: "is not what was asked for" in self.text_of("/credits"), "nothing came back")
        need("make", lambda: PROMPTS[0] in page() and self.tab.page.status == 200, "the song is not there")
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


class Buyer(Guest):
    """Somebody with an account, who buys credits and has some of them paid back."""

    def __init__(self, house, name="ada"):
        super().__init__(house, name)
        self.purchase = self.refund = None

    def buy(self):
        if self.form is None:
            self.tab.visit("/credits")
            self.form = self.tab.page
        self.tab.page = self.form
        self.tab.press(PACK)
        self.purchase = self.path(r"/credits/purchases/[0-9a-z]+")
        if "Go on" in self.tab.page.text():
            self.tab.press("Go on")
        self.see("Pay 4.99 USD at Stripe")

    def pay(self):
        session = self.house.shop.by_reference(reference=self.purchase.rsplit("/", 1)[1])
        if session["status"] == "open":
            self.house.shop.complete(session=session["id"])
        self.tab.visit("/credits/return?purchase=" + self.purchase.rsplit("/", 1)[1])
        self.wait(lambda: "Have credits paid back" in self.text_of(self.purchase), "the payment is not seen")

    def pay_back(self):
        """The same form again when it was not answered."""
        if self.refund is None:
            self.tab.visit(self.purchase)
            self.tab.page.fill("Credits to be paid back", str(BACK))
            self.refund = self.tab.page
        self.tab.page = self.refund
        self.tab.press("Pay back")
        self.expect(self.tab.page.status == 200, "it is not paid back")
        self.wait(lambda: "partly paid back" in self.text_of(self.purchase), "it is not paid back")

    ALL = [buy, pay, pay_back]
    LINES = [("grant", WELCOME), ("purchase", CREDITS), ("refund", BACK)]

    def broken_promises(self):
        bad = []
        for step, words in (("buy", "Starter: 100 credits"), ("pay", "Have credits paid back"), ("pay_back", "partly paid back")):
            if step in self.promised and words not in self.text_of(self.purchase):
                bad.append("%s was answered, but its page says: %s" % (step, self.tab.page.text()[:300]))
        return bad


def gone(role):
    """Whether a role ended, now or within a second."""
    until = time.monotonic() + 1
    while role.process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return role.process.poll() is not None
