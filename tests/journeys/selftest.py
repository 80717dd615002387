#!/usr/bin/python3
"""The journeys' own browser, tested: what it must refuse, and what it must send."""
import base64
import sys

from browser import Cookie, Jar, Person
from page import Page, Wrong
from steps import one_time_code

HEAD = "<!doctype html><html><head><title>T</title></head><body><h1>T</h1>%s</body></html>"
BASE = "http://127.0.0.1:1"
failures = 0


def page(body, status=200):
    return Page(BASE + "/here?x=1", status, {"content-type": "text/html; charset=utf-8"}, (HEAD % body).encode())


def form(inside):
    return page('<form method="post" action="/do">%s<button name="b" value="1">Go</button></form>' % inside)


def check(name, good):
    global failures  # pylint: disable=global-statement
    failures += not good
    print(("ok - " if good else "not ok - ") + "the journeys' browser " + name)


def refused(make, part=""):
    try:
        make()
    except Wrong as wrong:
        return part in str(wrong)
    return False


def sent(inside, change=None):
    made = form(inside)
    if change:
        change(made)
    return made.submission(made.button("Go"))[2]


def cookie(text):
    return lambda: Cookie(text)


def test_pages():
    check("refuses tags that do not match", refused(lambda: page("<p><b>x</p></b>"), "ended by"))
    check("refuses tags that are not ended", refused(lambda: page("<p>x"), "ended"))
    check("refuses ids that are there twice", refused(lambda: page('<p id="a"></p><p id="a"></p>'), "twice"))
    check("refuses labels for nothing", refused(lambda: page('<label for="a">A</label>'), "for nothing"))
    check("refuses fields without a label", refused(lambda: page('<input name="a">'), "no name"))
    check("refuses forms in forms", refused(lambda: form('<form method="get" action="/x"></form>'), "in a form"))
    check("refuses forms without a method", refused(lambda: page('<form action="/x"></form>'), "where and how"))
    check("refuses pages without a doctype", refused(
        lambda: Page(BASE, 200, {"content-type": "text/html; charset=utf-8"}, b"<p>x</p>"), "doctype"))
    check("sees no text of scripts and hidden parts", page('<script>a</script><p hidden>b</p><p>c</p>').text() == "T c")
    check("tells two links of one name apart", refused(lambda: page('<a href="/a">A</a><a href="/b">A</a>').link("A"), "2 of")
          and page('<a href="/a">A</a><a href="/b">A</a>').link("A #2") == BASE + "/b")


def test_forms():
    check("sends hidden fields, ticks and the button", sent(
        '<input type="hidden" name="h" value="1"><input type="checkbox" aria-label="c" name="c" value="2" checked>'
        '<input type="checkbox" aria-label="d" name="d" value="3"><input aria-label="e" name="e" value="4" disabled>')
        == [("h", "1"), ("c", "2"), ("b", "1")])
    check("sends what is chosen, or the first", sent(
        '<select aria-label="s" name="s"><option value="x">X</option><option value="y" selected>Y</option></select>'
        '<select aria-label="t" name="t"><option>Z</option></select>') == [("s", "y"), ("t", "Z"), ("b", "1")])
    check("sends lines of text as browsers do", sent(
        '<textarea aria-label="t" name="t">\na\nb</textarea>') == [("t", "a\r\nb"), ("b", "1")])
    check("does not send what is required and empty", refused(lambda: sent('<input aria-label="r" name="r" required>'), "not filled"))
    check("does not send what is too long", refused(
        lambda: sent('<input aria-label="r" name="r" maxlength="2">', lambda p: p.fill("r", "abc")), "too long"))
    check("does not send what is no address", refused(
        lambda: sent('<input aria-label="r" type="email" name="r">', lambda p: p.fill("r", "abc")), "no address"))
    check("keeps an action's own address", form("").submission(form("").button("Go"))[1] == BASE + "/do")


def test_cookies():
    good = "__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax"
    check("refuses cookies that script could read", refused(cookie("sid=1; Path=/; Secure; SameSite=Lax"), "httponly"))
    check("refuses cookies that go out in the clear", refused(cookie("sid=1; Path=/; HttpOnly; SameSite=Lax"), "secure"))
    check("refuses a host cookie of a part", refused(cookie(good.replace("Path=/", "Path=/a")), "refuses"))
    jar = Jar()
    jar.take([good, good.replace("sid", "two").replace("Lax", "Strict")])
    check("keeps strict cookies from other sites", jar.header("/", "cross-site", "GET") == "__Host-sid=1"
          and jar.header("/", "cross-site", "POST") == "" and "two" in jar.header("/", "none", "GET"))
    jar.take([good + "; Max-Age=0"])
    check("drops cookies that are over", "sid" not in jar.header("/", "none", "GET"))
    jar.blocked = True
    jar.take([good.replace("sid", "new")])
    check("keeps no cookie when they are blocked", "new" not in jar.header("/", "none", "GET"))
    check("does not leave the service", refused(
        lambda: Person(lambda: BASE, "x").tab("1").absolute("https://evil.example/"), "leads away"))


def test_codes():
    secret = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B
    check("computes one-time codes as RFC 6238 does", [one_time_code(secret, 0, now) for now in (
        59, 1111111109, 20000000000)] == ["287082", "081804", "353130"])


test_pages()
test_forms()
test_cookies()
test_codes()
sys.exit(failures > 0)
