"""Browser: requests, redirects, cookies and history, without script.

A person has one jar of cookies and any number of tabs. Each person comes from a network of their own, through
a proxy that the service trusts, so that limits for one network do not meet in one test machine.
"""
import hashlib
import http.client
import threading
import urllib.parse

from page import Page, Wrong

REDIRECTS_MAX = 5
BODY_MAX = 200 << 20
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


class Cookie:
    def __init__(self, header):
        parts = [part.strip() for part in header.split(";")]
        self.name, _, self.value = parts[0].partition("=")
        self.attributes = {}
        for part in parts[1:]:
            name, _, value = part.partition("=")
            self.attributes[name.lower()] = value
        self.path = self.attributes.get("path", "/")
        self.check(header)

    def check(self, header):
        short = header.split("=")[0]
        for needed in ("secure", "httponly", "samesite"):
            if needed not in self.attributes:
                raise Wrong("the cookie %s is not %s" % (short, needed))
        if self.attributes["samesite"].lower() not in ("lax", "strict"):
            raise Wrong("the cookie %s goes to other sites" % short)
        if self.name.startswith("__Host-") and ("domain" in self.attributes or self.path != "/"):
            raise Wrong("a browser refuses the cookie %s" % short)

    def gone(self):
        return self.attributes.get("max-age", "1").lstrip("-").isdigit() and int(self.attributes.get("max-age", "1")) <= 0

    def fits(self, path):
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")


class Jar:
    def __init__(self):
        self.cookies, self.blocked, self.lock = {}, False, threading.Lock()

    def take(self, headers):
        with self.lock:
            for header in headers:
                cookie = Cookie(header)
                self.cookies.pop(cookie.name, None)
                if not self.blocked and not cookie.gone():
                    self.cookies[cookie.name] = cookie

    def header(self, path, site, method):
        """What is sent along. From other sites a lax cookie comes only with links, a strict one never."""
        with self.lock:
            sent = [c for c in self.cookies.values() if c.fits(path) and (
                site != "cross-site" or c.attributes["samesite"].lower() == "lax" and method == "GET")]
        return "; ".join("%s=%s" % (c.name, c.value) for c in sent)


class Answer:
    def __init__(self, url, response, body):
        self.url, self.status, self.body = url, response.status, body
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]


class Person:
    def __init__(self, base, name):
        self.base, self.name, self.jar = base, name, Jar()
        digest = hashlib.sha256(name.encode()).digest()
        self.network = "10.%d.%d.%d" % (digest[0], digest[1], digest[2])
        self.tabs = {}

    def tab(self, name):
        return self.tabs.setdefault(name, Tab(self))

    def connect(self):
        return http.client.HTTPConnection(urllib.parse.urlsplit(self.base()).netloc, timeout=60)

    def headers(self, method, path, site, more):
        headers = {"User-Agent": AGENT, "Accept": "text/html,*/*;q=0.8", "X-Forwarded-For": self.network,
                   "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        cookies = self.jar.header(path, site, method)
        if cookies:
            headers["Cookie"] = cookies
        if method == "POST":
            headers["Origin"] = "null"  # our pages send no referrer
        headers.update(more)
        return {name: value for name, value in headers.items() if value is not None}

    def begin(self, method, url, body=None, site="none", more=None):
        """Sends a request and reads the head of the answer."""
        parts = urllib.parse.urlsplit(url)
        path = parts.path + ("?" + parts.query if parts.query else "")
        connection = self.connect()
        connection.request(method, path, body, self.headers(method, parts.path, site, more or {}))
        return connection, connection.getresponse()

    def ask(self, method, url, body=None, site="none", more=None, keep=True):
        connection, response = self.begin(method, url, body, site, more)
        try:
            answer = Answer(url, response, response.read(BODY_MAX))
        except http.client.IncompleteRead:
            raise Wrong("%s was cut off" % url)
        finally:
            connection.close()
        if keep:
            self.jar.take(answer.cookies)
        return answer


class Tab:
    def __init__(self, person):
        self.person, self.history, self.page = person, [], None

    def absolute(self, url):
        whole = urllib.parse.urljoin(self.page.url if self.page else self.person.base(), url)
        if urllib.parse.urlsplit(whole)[:2] != urllib.parse.urlsplit(self.person.base())[:2]:
            raise Wrong("%s leads away from the service" % url)
        return whole

    def fetch(self, method, url, body=None, site="none"):
        """The page at the end of the redirects."""
        return self.arrive(self.person.ask(method, self.absolute(url), body, site, dict(FORM) if body is not None else {}), site)

    def arrive(self, answer, site="same-origin"):
        for _ in range(REDIRECTS_MAX):
            if answer.status not in (301, 302, 303):
                break
            answer = self.person.ask("GET", self.absolute(urllib.parse.urljoin(answer.url, answer.headers["location"])), None, site)
        if 300 <= answer.status < 400:
            raise Wrong("%d too many redirects, the last to %s" % (answer.status, answer.headers.get("location")))
        return Page(answer.url, answer.status, answer.headers, answer.body)

    def show(self, page):
        if self.page is not None:
            self.history.append(self.page)
        self.page = page

    def visit(self, url, site="none"):
        self.show(self.fetch("GET", url, None, site))

    def submit(self, button, checks=True):
        method, url, fields = self.page.submission(self.page.button(button), checks)
        form = urllib.parse.urlencode(fields)
        if method == "get":
            return self.fetch("GET", urllib.parse.urlsplit(url)._replace(query=form).geturl(), None, "same-origin")
        return self.fetch("POST", url, form.encode(), "same-origin")

    def press(self, button, checks=True):
        self.show(self.submit(button, checks))

    def press_times(self, button, times):
        """The same form several times at once, as impatient people do; a browser shows the last answer. All pages."""
        method, url, fields = self.page.submission(self.page.button(button))
        answers, wrong, barrier = [None] * times, [], threading.Barrier(times)
        form = urllib.parse.urlencode(fields)
        if method == "get":
            raise Wrong("asking twice changes nothing")

        def one(index):
            barrier.wait()
            try:
                answers[index] = self.person.ask("POST", url, form.encode(), "same-origin", dict(FORM), keep=False)
            except Exception as error:  # pylint: disable=broad-except
                wrong.append(error)

        threads = [threading.Thread(target=one, args=(i,)) for i in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if wrong:
            raise wrong[0]
        for answer in answers:
            self.person.jar.take(answer.cookies)
        pages = [self.arrive(answer) for answer in answers]
        self.show(pages[-1])
        return pages

    def reload(self):
        self.page = self.fetch("GET", self.page.url)

    def back(self, as_it_was):
        """`as_it_was`: from memory, with what was entered; otherwise as the caching rules say."""
        if not self.history:
            raise Wrong("there is no page to go back to")
        page = self.history.pop()
        if not as_it_was and "no-store" in page.headers.get("cache-control", ""):
            self.page = page
            self.page = self.fetch("GET", page.url)
        else:
            self.page = page
