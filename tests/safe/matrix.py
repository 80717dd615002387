"""Matrix: every route of the table, asked by those who may not. Nothing of another person is seen or changed, no
form works that did not come from a page of ours, and nothing fails inside.
"""
import json
import os
import urllib.parse

from browser import Person
from page import Page

import routes

NOBODY = "0000000000001"
FORM = "application/x-www-form-urlencoded"
FIELDS = {"name": "Taken over", "title": "Taken over", "on": "1", "days": "30", "folder": "", "email": "eve@example.org",
          "password": "a long walk by the sea", "current": "a long walk by the sea", "year": "1990", "month": "3",
          "prompt": "a waltz", "code": "000000", "token": "x" * 43, "read": "1"}
UNKNOWN = ["/nowhere", "/songs", "/songs/", "/songs/x/y", "/Studio", "/studio/", "//studio", "/./studio", "/x/../studio", "/%2e%2e/etc/passwd",
           "/static/../data.db", "/static/..%2fdata.db", "/static/%00", "/.git/config", "/.env", "/master.key", "/data.db", "/admin",
           "/api", "/api/", "/api/v1", "/api/v2/songs", "/api/v1/songs/x/audio.exe", "/%ff", "/a%00b", "/s/", "/first/", "/index.html"]


class Someone:
    """A person with what she has, or a visitor."""

    def __init__(self, service, name):
        self.person, self.service, self.tab = Person(service.base, name), service, None
        self.csrf = ""
        self.has = {}
        self.operator = False

    def ask(self, method, path, fields=None, **more):
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        body = None
        if method == "POST":
            headers.setdefault("Content-Type", FORM)
            body = fields if isinstance(fields, bytes) else urllib.parse.urlencode(fields or {}).encode()
        answer = self.person.ask(method, self.service.base() + path, body, "same-origin", headers)
        if any(name.startswith("access-control-") for name in answer.headers):
            raise ValueError("%s lets pages of others read it" % path)
        return answer

    def page(self, path):
        answer = self.ask("GET", path)
        return Page(answer.url, answer.status, answer.headers, answer.body)

    def take_csrf(self, path):
        page = self.page(path)
        self.csrf = [node.get("value") for node in page.root.all("input") if node.get("name") == "csrf"][0]

    def api(self, method, path, token, body=None):
        body = json.dumps(body).encode() if body is not None else None
        headers = {"Authorization": "Bearer " + token, "Sec-Fetch-Site": None, "Origin": None}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return Person(self.service.base, "program").ask(method, self.service.base() + path, body, "none", headers)


def fill(path, has):
    """The route's path with what this person has in its {places}."""
    for start, name in (("/songs/", "song"), ("/api/v1/songs/", "song"), ("/folders/", "folder"), ("/api/v1/jobs/", "job"),
                        ("/account/sessions/", "session"), ("/account/tokens/", "token_id"), ("/s/", "dead_slug"),
                        ("/static/", "file"), ("/first/", "used")):
        if path.startswith(start) and "{" in path:
            return path[:path.index("{")] + has.get(name, NOBODY) + path[path.index("}") + 1:]
    return path


def fields_of(route, csrf):
    fields = {name: FIELDS.get(name, "x") for name in route.fields}
    return {**fields, **({} if csrf is None else {"csrf": csrf})}


def inside(answer, route):
    return ["%s failed with %d" % (route, answer.status)] if answer.status >= 500 else []


def foreign(table, ada, bob):
    """Bob, signed in and with right tokens of forms, asks for what is Ada's."""
    wrong = []
    for route in table:
        if "{" not in route.path or route.who not in ("MEMBER", "PROVED", "API", "OPERATOR"):
            continue
        path = fill(route.path, ada.has)
        if route.api:
            answer = bob.api(route.method, path, bob.has["token"], {} if route.method == "POST" else None)
        else:
            answer = bob.ask(route.method, path, fields_of(route, bob.csrf))
        # Ending a session that is not one's own is like ending one that has ended: `unharmed` sees that it lives.
        if answer.status != (303 if route.path == "/account/sessions/{id}/end" else 404):
            wrong.append("%s answers %d" % (route, answer.status))
        if any(word.encode() in answer.body for word in ada.has["words"]):
            wrong.append("%s shows what is not his" % route)
    return wrong


def smuggled(ada, bob):
    """Ids of Ada's in Bob's own queries and forms."""
    wrong = []
    wanted = [("GET", "/studio?from=" + ada.has["song"], None, (404,)),
              ("GET", "/library?folder=" + ada.has["folder"], None, (200, 404)),
              ("GET", "/library?before=" + ada.has["song"], None, (200, 404)),
              ("POST", "/studio", {"prompt": "a waltz", "parent": ada.has["song"], "once": "1"}, (404,)),
              ("POST", "/songs/%s/move" % bob.has["song"], {"folder": ada.has["folder"]}, (404, 422))]
    for method, path, fields, statuses in wanted:
        answer = bob.ask(method, path, {**fields, "csrf": bob.csrf} if fields is not None else None)
        if answer.status not in statuses:
            wrong.append("%s %s answers %d" % (method, path, answer.status))
        if any(word.encode() in answer.body for word in ada.has["words"]):
            wrong.append("%s %s shows what is not his" % (method, path))
    answer = bob.api("POST", "/api/v1/songs", bob.has["token"], {"prompt": "a waltz", "parent": ada.has["song"]})
    return wrong + ([] if answer.status == 404 else ["a version of another's song: %d" % answer.status])


def visitor(table, ada, nobody):
    wrong = []
    for route in table:
        path = fill(route.path, ada.has)
        answer = nobody.ask(route.method, path, b"{}" if route.api else fields_of(route, nobody.csrf),
                            **({"Content_Type": "application/json"} if route.api and route.method == "POST" else {}))
        wrong += inside(answer, route)
        if route.who in ("MEMBER", "PROVED"):
            if answer.status != 303 or not answer.headers["location"].startswith("/login"):
                wrong.append("%s answers %d" % (route, answer.status))
        elif route.who == "API" and answer.status != 401:
            wrong.append("%s answers %d" % (route, answer.status))
        elif route.who in ("OPERATOR", "LOCAL") and answer.status != 404:
            wrong.append("%s answers %d" % (route, answer.status))
        if any(word.encode() in answer.body for word in ada.has["words"]):
            wrong.append("%s shows what is Ada's" % route)
    return wrong


def members_are_no_operators(table, bob):
    return ["%s answers %d" % (route, answer.status) for route in table if route.who in ("OPERATOR", "LOCAL")
            for answer in [bob.ask(route.method, route.path)] if answer.status != 404]


def scopes(table, ada):
    """Each token of one scope at each route of the API: 403 where it does not reach."""
    wrong = []
    for route in table:
        if route.who != "API":
            continue
        if not route.scopes:
            wrong.append("%s asks for no scope" % route)
        for scope, token in ada.has["tokens"].items():
            if route.scopes <= {scope.upper()}:
                continue
            answer = ada.api(route.method, fill(route.path, ada.has), token, {"prompt": "x"} if route.method == "POST" else None)
            if answer.status != 403:
                wrong.append("%s answers %d to a token that may only %s" % (route, answer.status, scope))
    return wrong


def tokens_are_no_cookies(table, ada):
    """Pages take no token of the API; the API takes none that is cut, changed or another's idea."""
    wrong = []
    token = ada.has["tokens"]["read"]
    for route in table:
        if route.who in ("MEMBER", "PROVED", "OPERATOR") and route.method == "GET":
            status = ada.api("GET", fill(route.path, ada.has), token).status
            if status not in (303, 404):
                wrong.append("%s answers %d to a token" % (route, status))
    for bad in (token[:-1], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B"), token.upper(), "", "x", "ss_", "'--"):
        status = ada.api("GET", "/api/v1/account", bad).status
        if status != 401:
            wrong.append("a bad token gets %d" % status)
    return wrong


def forged(table, who, other_csrf):
    """Every POST with no token, a wrong one, another person's, or from elsewhere."""
    elsewhere = {"a foreign origin": {"Origin": "https://evil.example"}, "a cross-site request": {"Sec_Fetch_Site": "cross-site"},
                 "a request of a neighbour": {"Sec_Fetch_Site": "same-site"},
                 "an unknown origin": {"Origin": "null", "Sec_Fetch_Site": None},
                 "an origin that begins like ours": {"Origin": who.service.base() + ".evil.example"}}
    wrong = []
    for route in table:
        if not route.changes or route.api or route.who == "SIGNED" or (route.who != "ANYBODY" and not who.has.get("song")):
            continue
        refused = 404 if route.who == "OPERATOR" and not who.operator else 403  # for members there is no such page
        path = fill(route.path, who.has)
        stale = route.path == "/logout" and not who.has.get("song")  # nobody is signed in: there is nothing to end
        for name, csrf in () if stale else (("no token", None), ("an empty token", ""), ("a wrong token", "A" * 32), ("another's token", other_csrf)):
            answer = who.ask(route.method, path, fields_of(route, csrf))
            if answer.status != refused:
                wrong.append("%s with %s answers %d" % (route, name, answer.status))
        for name, headers in elsewhere.items():
            answer = who.ask(route.method, path, fields_of(route, who.csrf), **headers)
            if answer.status != 403:
                wrong.append("%s: %s answers %d" % (route, name, answer.status))
    return wrong


def forged_api(table, ada):
    """The API with a session's cookie changes nothing without the token of a page in its header."""
    wrong = []
    for route in table:
        if not route.api or not route.changes:
            continue
        for headers in ({}, {"X_CSRF": "A" * 32}, {"X_CSRF": ada.csrf, "Origin": "https://evil.example"},
                        {"X_CSRF": ada.csrf, "Sec_Fetch_Site": "cross-site"}):
            answer = ada.ask(route.method, fill(route.path, ada.has), b'{"prompt": "x"}', Content_Type="application/json", **headers)
            if answer.status != 403:
                wrong.append("%s with %s answers %d" % (route, headers, answer.status))
    return wrong


def read_elsewhere(table, ada):
    """Pages of others cannot embed or fetch what is private."""
    wrong = []
    for route in table:
        if route.method != "GET" or route.who not in ("MEMBER", "PROVED", "API", "OPERATOR"):
            continue
        answer = ada.ask("GET", fill(route.path, ada.has), Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="image")
        if answer.status not in (403, 404):
            wrong.append("%s answers %d to a page of another site" % (route, answer.status))
    return wrong


def unknown(*people):
    wrong = []
    for who in people:
        for path in UNKNOWN:
            answer = who.ask("GET", path)
            kind = answer.headers.get("content-type", "")
            if answer.status != 404:
                wrong.append("%s answers %d" % (path, answer.status))
            elif path.startswith("/api/") and not kind.startswith("application/problem+json"):
                wrong.append("%s is %s" % (path, kind))
            if path.strip("/").encode() in answer.body and len(path) > 6:
                wrong.append("%s is repeated in the answer" % path)
    return wrong


def wrong_methods(table, who):
    wrong = []
    for path in sorted({route.path for route in table}):
        taken = {route.method for route in table if route.path == path}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - taken:
            answer = who.ask(method, fill(path, who.has), b"")
            if answer.status != 405 or not taken <= set(answer.headers.get("allow", "").split(", ")):
                wrong.append("%s %s answers %d, allow %s" % (method, path, answer.status, answer.headers.get("allow")))
    return wrong


def unharmed(ada):
    """What is Ada's is as she left it."""
    page = ada.page("/songs/" + ada.has["song"]).text() + ada.page("/folders").text() + ada.page("/account").text()
    wrong = ["%s is gone" % word for word in ada.has["words"] if word not in page]
    if "/account/sessions/%s/end" % ada.has["session"] not in [n.get("action") for n in ada.page("/account").root.all("form")]:
        wrong.append("her other session was ended")
    if "Taken over" in page:
        wrong.append("something was taken over")
    if ada.api("GET", "/api/v1/songs/" + ada.has["song"], ada.has["tokens"]["read"]).status != 200:
        wrong.append("her token is dead")
    return wrong


def read_routes():
    return routes.read()


def asset_of(page):
    return os.path.basename([n.get("href") for n in page.root.all("link") if n.get("rel") == "stylesheet"][0])
