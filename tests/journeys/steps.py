"""Steps: what a line of a journey does. The pattern before each function is how it is written."""
import base64
import hashlib
import hmac
import json
import re
import shlex
import struct
import threading
import time
import urllib.parse

from browser import Person
from page import Page, Wrong

WAIT_S = 150  # for a long song on a busy machine
CODE_S = 30  # RFC 6238
STEPS = []
BEGINNINGS = {"flac": b"fLaC", "opus": b"OggS", "wav": b"RIFF", "midi": b"MThd", "zip": b"PK", "json": b"{", "text": b"["}


def written(pattern):
    def keep(function):
        STEPS.append((re.compile(pattern), function))
        return function
    return keep


def one_time_code(secret, steps_ahead=0, now=None):
    key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret.replace(" ", "")) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() if now is None else now) // CODE_S + steps_ahead), hashlib.sha1).digest()
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


def is_sound(kind, body):
    if kind == "mp3":
        return body[:3] == b"ID3" or (len(body) > 1 and body[0] == 0xFF and body[1] & 0xE0 == 0xE0)
    return body.startswith(BEGINNINGS[kind])


class Listening:
    """A song that is heard while it is made."""

    def __init__(self, person, url):
        self.body, self.wrong, self.first = b"", None, None
        self.got = threading.Event()
        self.thread = threading.Thread(target=self.listen, args=(person, url), daemon=True)
        self.thread.start()

    def listen(self, person, url):
        try:
            connection, response = person.begin("GET", url, more={"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "audio",
                                                                  "Sec-Fetch-Site": "same-origin", "Range": "bytes=0-"})
            if response.status not in (200, 206):
                raise Wrong("the song answers %d" % response.status)
            while True:
                block = response.read1(65536)
                if not block:
                    break
                self.body += block
                if self.first is None:
                    self.first = time.monotonic()
                    self.got.set()
            connection.close()
        except Exception as error:  # pylint: disable=broad-except
            self.wrong = error
        self.got.set()


class Journey:
    def __init__(self, service, name):
        self.service, self.people, self.saved = service, {}, {"journey": name}
        self.tab, self.pressed, self.listening, self.api_answer, self.token = None, 0.0, None, None, None
        self.take_person("visitor", "1")

    def take_person(self, name, tab):
        person = self.people.setdefault(name, Person(self.service.base, name + "." + self.saved["journey"]))
        self.tab = person.tab(tab)

    @property
    def page(self):
        if self.tab.page is None:
            raise Wrong("no page is open yet")
        return self.tab.page

    def spell(self, text):
        def value(found):
            if found[1] not in self.saved:
                raise Wrong("nothing was saved as %s" % found[1])
            return self.saved[found[1]]
        return re.sub(r"\$([a-z][a-z0-9_]*)", value, text)

    def step(self, line):
        line = self.spell(line)
        for pattern, function in STEPS:
            found = pattern.fullmatch(line)
            if found:
                function(self, *found.groups())
                if self.tab.page is not None and self.tab.page.status >= 500:
                    raise Wrong("the service failed with %d" % self.tab.page.status)
                return
        raise Wrong("nobody knows this step")

    def look(self):
        if self.api_answer is not None:
            yield "the API's last answer: %d %s" % (self.api_answer.status, self.api_answer.body[:600])
        if self.tab.page is not None:
            yield "the page: %d %s" % (self.tab.page.status, self.tab.page.url)
            yield self.tab.page.text()[:1200]

    def end(self):
        if self.listening:
            self.listening.thread.join(WAIT_S)


# ---- who, and where

@written(r"as (\S+)(?: in tab (\S+))?")
def as_person(j, name, tab):
    j.take_person(name, tab or "1")


@written(r"cookies (blocked|allowed)")
def cookies(j, how):
    j.tab.person.jar.blocked = how == "blocked"
    j.tab.person.jar.cookies.clear()


@written(r"lose the cookie (\S+)")
def lose_cookie(j, name):
    if not j.tab.person.jar.cookies.pop(name, None):
        raise Wrong("there is no cookie %s; there are %s" % (name, sorted(j.tab.person.jar.cookies)))


@written(r"visit (\S+)")
def visit(j, url):
    j.tab.visit(url)


@written(r'follow "(.+)" in (?:the last of (\d+) mails|mail) to (\S+)')
def follow_mail(j, subject, count, to):
    j.tab.visit(j.service.mail(to, subject, int(count or 1))[3] or "/no-link-in-the-mail", "cross-site")


@written(r'get the mail "(.+)" to (\S+)')
def get_mail(j, subject, to):
    j.service.mail(to, subject)


@written(r'no mail "(.+)" to (\S+)')
def no_mail(j, subject, to):
    for mail in j.service.mails():
        if mail[0] == to and subject.lower() in mail[1].lower() and mail[2:] not in j.service.used_mails:
            raise Wrong("there is such a mail")


@written(r'save link of mail "(.+)" to (\S+) as (\S+)')
def save_mail_link(j, subject, to, name):
    j.saved[name] = j.service.mail(to, subject)[3]


@written(r'follow "(.+)"')
def follow(j, name):
    j.tab.visit(j.page.link(name), "same-origin")


@written(r"back")
def back(j):
    j.tab.back(False)


@written(r"back as it was")
def back_as_it_was(j):
    j.tab.back(True)


@written(r"reload")
def reload(j):
    j.tab.reload()


# ---- forms

@written(r"fill (.+?) =(?: (.*))?")
def fill(j, name, value):
    value = value or ""
    code = re.fullmatch(r"(next )?code of (\S+)", value)
    long = re.fullmatch(r"(\d+) times (.+)", value)
    if code:
        value = one_time_code(code[2], 1 if code[1] else 0)
    elif long:
        value = long[2] * int(long[1])
    j.page.fill(name, value)


@written(r"(tick|untick) (?!each )(.+)")
def tick(j, how, name):
    j.page.tick(name, how == "tick")


@written(r"tick each (.+)")
def tick_each(j, start):
    j.page.tick_each(start)


@written(r'press "(.+)"( without checks)?')
def press(j, name, unchecked):
    j.pressed = time.monotonic()
    j.tab.press(name, not unchecked)


@written(r'press twice "(.+)"')
def press_twice(j, name):
    j.pressed = time.monotonic()
    for page in j.tab.press_times(name, 2):
        if page.status >= 400:
            raise Wrong("one of two presses got %d: %s" % (page.status, page.text()[:300]))


@written(r'press twice "(.+)", one gets (\d+)(?: or (\d+))?')
def press_twice_one(j, name, early, late):
    """Only one can win; the other is told so. How depends on how close they were."""
    pages = sorted(j.tab.press_times(name, 2), key=lambda page: page.status)
    j.tab.page = pages[0]
    if pages[0].status >= 400 or str(pages[1].status) not in (early, late):
        raise Wrong("the presses got %d and %d: %s" % (pages[0].status, pages[1].status, pages[1].text()[:300]))


@written(r'press twice "(.+)", one may get (\d+)')
def press_twice_maybe(j, name, status):
    pages = sorted(j.tab.press_times(name, 2), key=lambda page: page.status)
    j.tab.page = pages[0]
    if pages[0].status >= 400 or pages[1].status >= 400 and pages[1].status != int(status):
        raise Wrong("the presses got %d and %d: %s" % (pages[0].status, pages[1].status, pages[1].text()[:300]))


@written(r'a browser refuses to press "(.+)"')
def refuses(j, name):
    try:
        j.page.submission(j.page.button(name))
    except Wrong:
        return
    raise Wrong("it does not refuse")


@written(r'field (.+) is "(.*)"')
def field_is(j, name, value):
    actual = j.page.value(j.page.control(name))
    if actual != value:
        raise Wrong('it is "%s"' % actual)


# ---- what is seen

@written(r"status (\d+)")
def status(j, number):
    actual = j.api_answer.status if j.api_answer is not None else j.page.status
    if actual != int(number):
        raise Wrong("it is %d" % actual)


@written(r"at (\S+)")
def at(j, path):
    actual = urllib.parse.urlsplit(j.page.url)
    whole = actual.path + ("?" + actual.query if actual.query else "")
    if not re.fullmatch(re.escape(path).replace(r"\*", ".*"), whole):
        raise Wrong("it is %s" % whole)


@written(r'see "(.+)"')
def see(j, text):
    if text not in j.page.text():
        raise Wrong("it is not there")


@written(r'not see "(.+)"')
def not_see(j, text):
    if text in j.page.text():
        raise Wrong("it is there")


@written(r'see (\d+) times "(.+)"')
def see_times(j, number, text):
    actual = j.page.text().count(text)
    if actual != int(number):
        raise Wrong("it is there %d times" % actual)


@written(r'row "(.+)" ends with "(.+)"')
def row_ends(j, start, end):
    rows = [row.text() for row in j.page.root.all("tr") if row.text().startswith(start)]
    if not rows or not rows[0].endswith(" " + end):
        raise Wrong("it is not there" if not rows else "it is: %s" % rows[0])


@written(r'wait until "(.+)"')
def wait_until(j, text):
    until = time.monotonic() + WAIT_S
    while text not in j.page.text():
        if time.monotonic() > until:
            raise Wrong("it did not come in %d seconds" % WAIT_S)
        time.sleep(0.2)
        j.tab.reload()


@written(r"(?:wait|rest) (\d+(?:\.\d+)?) s")
def wait(_, seconds):
    time.sleep(float(seconds))


@written(r"header (\S+) is (.+)")
def header(j, name, value):
    headers = j.api_answer.headers if j.api_answer is not None else j.page.headers
    if headers.get(name.lower(), "") != value:
        raise Wrong('it is "%s"' % headers.get(name.lower(), ""))


@written(r'header (\S+) has "(.+)"')
def header_has(j, name, value):
    headers = j.api_answer.headers if j.api_answer is not None else j.page.headers
    if value not in headers.get(name.lower(), ""):
        raise Wrong('it is "%s"' % headers.get(name.lower(), ""))


# ---- saving

@written(r'save link "(.+)" as (\S+)')
def save_link(j, name, where):
    j.saved[where] = j.page.link(name)


@written(r"save the address as (\S+)")
def save_address(j, where):
    j.saved[where] = urllib.parse.urlsplit(j.page.url).path


@written(r"save the id in the address as (\S+)")
def save_id(j, where):
    j.saved[where] = urllib.parse.urlsplit(j.page.url).path.rsplit("/", 1)[1]


@written(r'save the link that has "(.+)" as (\S+)')
def save_link_like(j, part, where):
    nodes = [n for n in j.page.root.all("a") if part in n.get("href")]
    j.saved[where] = urllib.parse.urljoin(j.page.url, j.page.one(nodes, "link with " + part).get("href"))


@written(r"save code (\d+) as (\S+)")
def save_code(j, number, where):
    codes = j.page.root.all("code")
    if len(codes) < int(number):
        raise Wrong("there are %d codes" % len(codes))
    j.saved[where] = codes[int(number) - 1].text()


@written(r"save next code of (\S+) as (\S+)")
def save_next_code(j, secret, where):
    j.saved[where] = one_time_code(secret, 1)


# ---- songs

@written(r"audio begins within (\d+(?:\.\d+)?) s")
def audio_begins(j, seconds):
    """Counted from the press that ordered the song; and the song must not be done yet."""
    players = j.page.root.all("audio")
    url = urllib.parse.urljoin(j.page.url, j.page.one(players, "player").get("src"))
    j.listening = Listening(j.tab.person, url)
    if not j.listening.got.wait(float(seconds) + 10):
        raise Wrong("nothing is heard")
    if j.listening.wrong:
        raise Wrong(str(j.listening.wrong))
    took = j.listening.first - j.pressed if j.listening.first else 0
    if not j.listening.body:
        raise Wrong("the song is empty")
    if took > float(seconds):
        raise Wrong("it took %.2f s" % took)
    again = j.tab.fetch("GET", j.page.url)
    if not again.root.all("progress"):
        raise Wrong("the song was done already: it was not heard while it was made")


@written(r"audio ends")
def audio_ends(j):
    j.listening.thread.join(WAIT_S)
    if j.listening.thread.is_alive() or j.listening.wrong:
        raise Wrong("the song does not end: %s" % j.listening.wrong)
    if not is_sound("mp3", j.listening.body) or len(j.listening.body) < 10000:
        raise Wrong("what was heard is no song (%d bytes)" % len(j.listening.body))


@written(r"what was heard is (\S+)")
def heard_is(j, url):
    answer = j.tab.person.ask("GET", j.tab.absolute(url))
    if answer.status != 200 or answer.body != j.listening.body:
        raise Wrong("they differ: %d bytes were heard, %d are kept" % (len(j.listening.body), len(answer.body)))


@written(r"download (\S+) is (\S+)")
def download(j, name, kind):
    nodes = [n for n in j.page.root.all("a") if urllib.parse.urlsplit(n.get("href")).path.endswith("/" + name)]
    url = urllib.parse.urljoin(j.page.url, j.page.one(nodes, "link to " + name).get("href"))
    answer = j.tab.person.ask("GET", url, site="same-origin")
    if answer.status != 200 or not is_sound(kind, answer.body):
        raise Wrong("it is %d, %r" % (answer.status, answer.body[:20]))
    if not answer.headers.get("content-disposition", "").startswith("attachment"):
        raise Wrong("a browser would not keep it: %s" % answer.headers.get("content-disposition"))


@written(r"asking for (\S+) gets (\d+)")
def asking(j, url, number):
    answer = j.tab.person.ask("GET", j.tab.absolute(url))
    if answer.status != int(number):
        raise Wrong("it is %d" % answer.status)


@written(r"posting to (\S+) gets (\d+)")
def posting(j, url, number):
    """A form of somebody else's making: no token of ours in it."""
    answer = j.tab.person.ask("POST", j.tab.absolute(url), b"", "cross-site",
                              {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example"})
    if answer.status != int(number):
        raise Wrong("it is %d" % answer.status)


# ---- the API

@written(r"api token (\S+)")
def api_token(j, token):
    j.token = None if token == "none" else token


@written(r"api (GET|POST|DELETE) (\S+)(?: with key (\S+))?(?: (\{.*\}))?")
def api(j, method, path, key, body):
    more = {"Authorization": "Bearer " + j.token if j.token else None, "Idempotency-Key": key, "Accept": "application/json",
            "Content-Type": "application/json" if body else None, "Sec-Fetch-Site": None, "Sec-Fetch-Mode": None,
            "Sec-Fetch-Dest": None, "Origin": None, "User-Agent": "journey/1"}
    program = Person(j.service.base, "program." + j.saved["journey"])  # no cookies
    j.api_answer = program.ask(method, j.service.base() + path, body.encode() if body else None, "none", more)


@written(r"done with the api")
def api_done(j):
    j.api_answer = None


def member(j, path):
    value = json.loads(j.api_answer.body)
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


@written(r"json (\S+) is (.*)")
def json_is(j, path, wanted):
    actual = member(j, path)
    text = actual if isinstance(actual, str) else json.dumps(actual)
    if text != wanted:
        raise Wrong("it is %s" % text)


@written(r'json (\S+) has "(.+)"')
def json_has(j, path, wanted):
    if wanted not in str(member(j, path)):
        raise Wrong("it is %s" % member(j, path))


@written(r"save json (\S+) as (\S+)")
def save_json(j, path, where):
    j.saved[where] = str(member(j, path))


@written(r"api (\S+) until (\S+) is (\S+)")
def api_until(j, path, name, wanted):
    until = time.monotonic() + WAIT_S
    while True:
        api(j, "GET", path, None, None)
        if str(member(j, name)) == wanted:
            return
        if time.monotonic() > until:
            raise Wrong("it is still %s" % member(j, name))
        time.sleep(0.2)


# ---- the service itself

@written(r"(kill|start) work")
def work(j, how):
    if how == "kill":
        j.service.kill_work()
    else:
        j.service.start_work()


@written(r"restart serve")
def restart_serve(j):
    j.service.restart_serve()


@written(r'command (.+?) (ends with \d+|says "(.+)")')
def command(j, line, how, said):
    code, j.saved["said"] = j.service.command(shlex.split(line))
    if said is not None and (code != 0 or said not in j.saved["said"]):
        raise Wrong("it ends with %d and says: %s" % (code, j.saved["said"][:600]))
    if said is None and code != int(how.split()[-1]):
        raise Wrong("it ends with %d and says: %s" % (code, j.saved["said"][:600]))


@written(r'(?:and )?it said "(.+)"')
def it_said(j, text):
    if text not in j.saved["said"]:
        raise Wrong("it said: %s" % j.saved["said"][:600])


@written(r'the file at (\S+) has (\d+) times "(.+)"')
def file_has(j, url, number, text):
    answer = j.tab.person.ask("GET", j.tab.absolute(url))
    actual = answer.body.decode("utf-8").count(text)
    if answer.status != 200 or actual != int(number):
        raise Wrong("it is %d and has it %d times: %s" % (answer.status, actual, answer.body[:600]))


@written(r"page at (\S+) has type (\S+)")
def page_type(j, url, kind):
    answer = j.tab.person.ask("GET", j.tab.absolute(url))
    if not answer.headers.get("content-type", "").startswith(kind):
        raise Wrong("it is %s" % answer.headers.get("content-type"))
    Page(answer.url, answer.status, answer.headers, answer.body)


@written(r'press "(.+)" with (.+?) = (.+) until "(.+)", at most (\d+) times')
def press_until(j, button, field, value, text, most):
    for _ in range(int(most)):
        j.page.fill(field, value)
        j.tab.press(button)
        if text in j.page.text():
            return
    raise Wrong("it did not come: %s" % j.page.text()[:300])
