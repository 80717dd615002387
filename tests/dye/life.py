"""Life: a person who leaves a dye in every place that she can reach, from signing up to signing out."""
import json
import os
import urllib.parse

from browser import Person
from cards import Cards
from page import Wrong
from run import play
from steps import Journey, one_time_code

YEAR = "1931"
EXTRA = 30
PARTS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "journeys", "parts")


class Dyed(Person):
    """Says of herself what browsers say, and more."""

    dyes = None

    def headers(self, method, path, site, more):
        dyes = Dyed.dyes
        headers = super().headers(method, path, site, {})
        cookies = [headers.get("Cookie", ""), "extra=" + dyes["cookie"]]
        headers.update({"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 " + dyes["user agent"],
                        "Referer": "https://example.org/" + dyes["referrer"], "X-Forwarded-For": "%s, %s" % (dyes["forwarded"], dyes.address),
                        "Accept-Language": "en, x-" + dyes["language"], "X-Anything": dyes["another header"], "From": dyes["from header"],
                        "Cookie": "; ".join(one for one in cookies if one)})
        headers.update(more)
        return {name: value for name, value in headers.items() if value is not None}


def id_of(path):
    return path.rsplit("/", 1)[1]


class Life:
    def __init__(self, service, dyes):
        self.service, self.dyes, self.cards, self.seen = service, dyes, Cards(dyes), []
        self.journey = Journey(service, "dye")
        self.email = dyes["email"] + "@example.org"
        self.new_email = dyes["new email"] + "@example.org"
        self.password = dyes["password"] + " by the river"

    def steps(self, *lines):
        for line in lines:
            try:
                self.journey.step(line)
            except Wrong as wrong:
                raise Wrong("%s: %s" % (line, wrong)) from None

    def post(self, path, fields):
        page = self.journey.page
        csrf = [node.get("value") for node in page.root.all("input") if node.get("name") == "csrf"][0]
        body = urllib.parse.urlencode({**fields, "csrf": csrf}).encode()
        return self.journey.tab.person.ask("POST", self.service.base() + path, body, "same-origin",
                                           {"Content-Type": "application/x-www-form-urlencoded"})

    def ask(self, path, **headers):
        return self.journey.tab.person.ask("GET", self.service.base() + path, None, "same-origin",
                                           {name.replace("_", "-"): value for name, value in headers.items()})

    def look(self, *paths):
        """Keeps what she is shown."""
        for path in paths:
            answer = self.ask(path)
            if answer.status != 200:
                raise Wrong("%s gets %d" % (path, answer.status))
            self.seen.append((path, answer.body))

    def keep_secrets(self):
        for name, cookie in self.journey.tab.person.jar.cookies.items():
            if len(cookie.value) >= 20:
                self.dyes.also("the cookie " + name, cookie.value)

    def signs_up(self):
        dyes = self.dyes
        self.steps("as ada", "visit /signup", "fill Year = " + YEAR, "fill Month = March", 'press "Go on"')
        self.post("/signup/age", {"year": dyes["year"], "month": dyes["month"]})
        extra = {"extra%d" % i: dyes["extra %d" % i] for i in range(EXTRA)}
        stranger = {"name": dyes["refused name"], "email": dyes["refused email"] + "@example.org", "password": dyes["refused password"]}
        for fields in (extra, {"phone": dyes["phone"]}):
            answer = self.post("/signup", {**stranger, **fields})
            if answer.status != 400:
                raise Wrong("%d more fields get %d" % (len(fields), answer.status))
        self.steps("visit /signup", "fill Name = Nora %s %s" % (dyes["name"], self.cards["name"]), "fill Email = " + self.email, "fill Password = " + self.password,
                   'press "Create account"', 'follow "Confirm" in mail to ' + self.email)
        self.dyes.also("the link to confirm", urllib.parse.urlsplit(self.journey.page.url).query.split("=")[1])
        self.steps('press "Confirm my address"')

    def signs_in(self, email, password, code=None):
        self.steps("visit /login", "fill Email = " + email, "fill Password = " + password, 'press "Sign in"')
        if code:
            self.steps("fill Password = " + password, "fill One-time code, or a recovery code = " + code, 'press "Sign in"')
        self.steps("at /studio")
        self.keep_secrets()

    def fails_to_sign_in(self):
        dyes = self.dyes
        self.steps("visit /login", "fill Email = " + self.email, "fill Password = " + dyes["wrong password"], 'press "Sign in"', "status 401",
                   "fill Email = %s@example.org" % dyes["unknown email"], "fill Password = " + dyes["stranger's password"], 'press "Sign in"',
                   "visit /login?next=/" + dyes["next"])
        for path in ("/" + dyes["path"], "/songs/" + dyes["song path"], "/s/" + dyes["slug"], "/first/" + dyes["first"],
                     "/confirm?token=" + dyes["confirm token"], "/library?%s=1" % dyes["field name"], "/api/v1/songs?q=" + dyes["api words"]):
            self.ask(path)
        self.ask("/api/v1/account", Authorization="Bearer ss_" + dyes["bad token"])
        self.ask("/studio", Cookie="__Host-sid=" + dyes["bad session"])

    def makes_songs(self):
        dyes, cards = self.dyes, self.cards
        self.steps("visit /studio", "fill Describe your song = a small waltz for piano %s %s" % (dyes["prompt"], cards["prompt"]),
                   "fill Lyrics = la la %s %s" % (dyes["lyrics"], cards["lyrics"]), "fill Title = %s %s" % (dyes["title"], cards["title"]),
                   "fill Length in seconds = 20", "fill Key = " + dyes["key"], 'press "Make"', "status 422",
                   'see "What looked like a card number was removed"', "fill Key = D minor", 'press "Make"', "save the address as song",
                   'wait until "Ready"')
        self.seed_is_refused()
        self.post("/studio", {"prompt": "a waltz", "style": dyes["style"], "once": dyes["once"]})
        song = self.journey.saved["song"]
        self.look(song, *[song + "/" + name for name in ("audio.mp3", "audio.flac", "audio.opus", "recipe.json", "lyrics.lrc", "song.mid")])
        self.steps("fill New tag = " + cards["tag"], 'press "Add tag"', 'see "What looked like a card number was removed"', "visit " + song,
                   "fill Title = %s %s" % (dyes["new title"], cards["new title"]), 'press "Rename"',
                   'see "What looked like a card number was removed"', "visit /folders", "fill New folder = %s %s" % (dyes["folder"], cards["folder"]),
                   'press "Add folder"', "fill New name = " + dyes["new folder"], 'press "Rename folder"', "visit " + song,
                   "fill Folder = " + dyes["new folder"], 'press "Move"', "visit /library?q=" + dyes["search"],
                   "visit /library?q=" + urllib.parse.quote(cards["search"]),
                   "visit /library?q=" + dyes["new title"], 'see "%s"' % dyes["new title"], "visit " + song, 'press "Make the stems"', 'press "Share"')
        self.steps('save the link that has "/s/" as shared', "as guest", "visit $shared", 'see "%s"' % dyes["new title"],
                   "asking for $shared/audio.mp3 gets 200", "as ada")
        dyes.also("the share link", self.journey.saved["shared"].rsplit("/", 1)[1])

    def seed_is_refused(self):
        self.post("/studio", {"prompt": "a waltz", "seed": self.cards.digits("seed")})
        self.post("/studio", {"prompt": "a waltz", "key": self.cards["key"], "style": self.cards["style"]})
        self.post("/credits/code", {"code": self.cards["code"]})

    def uses_the_api(self):
        dyes, cards = self.dyes, self.cards
        self.steps("visit /account", "fill What is it for? = %s %s" % (dyes["token name"], cards["token name"]), "tick make songs", 'press "Make a token"', "save code 1 as token",
                   "api token $token")
        dyes.also("the API token", self.journey.saved["token"].split("_")[-1])
        for order in ({"prompt": "a march " + dyes["api prompt"], "title": dyes["api title"], "lyrics": dyes["api lyrics"], "seconds": 20},
                      {"prompt": "x", dyes["api member"]: dyes["api value"]}, {"prompt": "x", "style": dyes["api style"]},
                      {"prompt": "x", "engine": dyes["api engine"]}, {"prompt": "x", "style": cards["api style"]},
                      {"prompt": "x", "seed": int(cards.digits("api seed"))}):
            self.steps("api POST /api/v1/songs with key %s %s" % (dyes["idempotency key"], json.dumps(order)))
        self.steps("api POST /api/v1/songs with key %s %s" % (cards.digits("idempotency key"),
                                                              json.dumps({"prompt": "a march " + cards["api prompt"], "title": cards["api title"],
                                                                          "lyrics": cards["api lyrics"], "seconds": 20})))
        song = id_of(self.journey.saved["song"])
        self.steps("api POST /api/v1/songs/%s/tags with key %s %s" % (song, dyes["idempotency key"], json.dumps({"name": cards["api tag"]})),
                   "api GET /api/v1/songs?q=" + dyes["api search"], "api GET /api/v1/songs?q=" + urllib.parse.quote(cards["api search"]), "api GET /api/v1/songs/" + dyes["api id"], "done with the api")

    def changes_the_account(self):
        dyes = self.dyes
        changed, reset = dyes["changed password"] + " at sea", dyes["reset password"] + " in town"
        self.steps("visit /account", "fill Name = Nora %s %s" % (dyes["new name"], self.cards["new name"]), 'press "Save name"', "fill Current password = " + self.password,
                   "fill New password = " + changed, 'press "Change password"', "visit /reset", "fill Email = " + self.email,
                   'press "Send me a link"', 'follow "Choose a new" in mail to ' + self.email)
        dyes.also("the link to reset", urllib.parse.urlsplit(self.journey.page.url).query.split("=")[1])
        self.steps("fill New password = " + reset, 'press "Set password"', 'see "Your password is set"')
        self.signs_in(self.email, reset)
        self.steps("visit /account", "fill Email = " + self.new_email, 'press "Change address"', "as mailbox",
                   'follow "Confirm your new" in mail to ' + self.new_email, 'press "I agree"',
                   'follow "Is your SonicStacker address to change" in mail to ' + self.email, 'press "I agree"',
                   'see "Your address is changed"', "as ada")
        self.signs_in(self.new_email, reset)
        self.steps("visit /account", 'press "Set up one-time codes"', "save code 1 as secret")
        secret = self.journey.saved["secret"].replace(" ", "")
        dyes.also("the secret of one-time codes", secret)
        self.steps("fill One-time code = " + one_time_code(secret), 'press "Turn on"', 'see "Your recovery codes"')
        for code in self.journey.page.root.all("code"):
            dyes.also("a recovery code", code.text())
        first = self.journey.page.root.all("code")[0].text()
        self.steps('press "Sign out"')
        self.signs_in(self.new_email, reset, first)
        self.steps("visit /account", "fill One-time code = " + dyes["code"], 'press "Turn off"', 'press "Sign out"')

    def gets_credits(self):
        """What an operator says of it goes the same way."""
        status, said = self.service.command(["admin", "credits", "grant", self.email, "5", "a present", self.cards["reason"]])
        if status != 0:
            raise Wrong("the operator gives nothing: " + said)

    def live(self):
        self.signs_up()
        self.fails_to_sign_in()
        self.signs_in(self.email, self.password)
        self.makes_songs()
        self.gets_credits()
        self.uses_the_api()
        self.look("/studio", "/library", "/folders", "/account", "/credits", "/api/v1/songs")
        self.changes_the_account()


def others_see(service):
    """All that a second person gets to see: pages, and the API."""
    journey, seen = Journey(service, "other"), []
    play(journey, os.path.join(PARTS, "sign-up.steps"), ["bob"], False)
    for line in ("visit /account", "fill What is it for? = bob", 'press "Make a token"', "save code 1 as token"):
        journey.step(line)
    token = {"Authorization": "Bearer " + journey.saved["token"], "Sec-Fetch-Site": None}
    for path in ("/", "/studio", "/library", "/library?bin=1", "/library?favourites=1", "/folders", "/account", "/cookies", "/nowhere",
                 "/metrics", "/robots.txt", "/healthz"):
        answer = journey.tab.person.ask("GET", service.base() + path, None, "same-origin")
        seen.append((path, str(answer.headers).encode() + answer.body))
    for path in ("/api/v1/songs", "/api/v1/account", "/api/v1/songs?q=waltz"):
        answer = journey.tab.person.ask("GET", service.base() + path, None, "none", token)
        seen.append((path, str(answer.headers).encode() + answer.body))
    return seen
