"""Troubles: each way in which a call of Stripe can end, and what people, ledger and operators see of it.

A function's first line says what must come of it. LIST has the troubles: what is done, in words, as the stand-in is told.
"""
import copy
import signal
import threading
import time
import urllib.parse

from page import Page, Wrong

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CHECKOUT, SESSIONS, REFUNDS = "^/v1/checkout/sessions$", "^/v1/checkout/sessions/", "^/v1/refunds$"


def order_form(page, pack):
    """The fields of the form that buys this pack."""
    for form in page.root.all("form"):
        fields = {node.get("name"): node.get("value") for node in form.walk() if node.tag in ("input", "button") and node.get("name")}
        if form.get("action") == "/credits/checkout" and fields.get("pack") == pack:
            return fields
    raise Wrong("no form buys %s" % pack)


class Customer:
    """Somebody who buys with one form, as often as she presses."""

    def __init__(self, till, journey, pack="starter"):
        self.till, self.journey = till, journey
        self.base = till.service.base()
        journey.tab.visit("/credits")
        self.fields = order_form(journey.page, pack)
        self.pressed_at = time.time()
        self.purchase = None

    def ask(self, method, path, fields=None, site="same-origin"):
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        return self.journey.tab.person.ask(method, self.base + path, body, site, FORM if fields is not None else {})

    def press(self):
        """Buys, or goes on with what was begun; the state that the page tells."""
        if self.purchase is None:
            answer = self.ask("POST", "/credits/checkout", self.fields)
            same(answer.status, 303, "pressing Buy")
            self.purchase = urllib.parse.urlsplit(answer.headers["location"]).path.rsplit("/", 1)[1]
        else:
            same(self.ask("POST", "/credits/purchases/%s/resume" % self.purchase, {"csrf": self.fields["csrf"]}).status, 303, "pressing Go on")
        return self.state()

    def page(self):
        answer = self.ask("GET", "/credits/purchases/" + self.purchase)
        return Page(answer.url, answer.status, answer.headers, answer.body)

    def state(self):
        return self.till.sql("SELECT state FROM purchase WHERE id = %d" % self.till.id_number(self.purchase))[0][0]

    def comes_back(self):
        self.ask("GET", "/credits/return?purchase=" + self.purchase, site="cross-site")

    def session(self):
        return self.till.session_of(self.purchase)

    def calls(self, method, path):
        """What the service asked of Stripe since this customer looked at the shop."""
        return [one for one in self.till.shop.calls(method, path, self.pressed_at) if one["path"] == path]

    def link(self):
        """To Stripe's page, as the purchase page has it."""
        links = [node.get("href") for node in self.page().root.all("a") if node.get("href").startswith(self.till.shop.url)]
        return links[0] if links else None

    def pays(self, **words):
        self.till.shop.complete(session=self.session(), **words)


def expect(fact, words):
    if not fact:
        raise Wrong(words)


def same(actual, wanted, words):
    expect(actual == wanted, "%s: %r instead of %r" % (words, actual, wanted))


# ---- a purchase begins

def goes_on_by_itself(till, journey, **trouble):
    """The buyer notices nothing, and Stripe makes one page"""
    till.shop.fail(path=CHECKOUT, **trouble)
    customer = Customer(till, journey)
    same(customer.press(), "open", "the purchase")
    calls = customer.calls("POST", "/v1/checkout/sessions")
    expect(len(calls) >= 2, "it was asked once only")
    same(len({(one["key"], one["raw"]) for one in calls}), 1, "different requests")
    same(customer.link(), till.shop.session(session=customer.session())["session"]["url"], "the link")


def goes_on_when_pressed_again(till, journey, **trouble):
    """The buyer is told, and goes on with the same purchase later"""
    till.shop.fail(path=CHECKOUT, times=100, **trouble)
    customer = Customer(till, journey)
    same(customer.press(), "new", "the purchase")
    expect("Stripe did not answer" in customer.page().text(), "the page says nothing of it")
    till.shop.calm()
    same(customer.press(), "open", "the purchase when Stripe answers")
    same(len({(one["key"], one["raw"]) for one in customer.calls("POST", "/v1/checkout/sessions")}), 1, "different requests")
    expect(customer.link(), "there is no link")
    customer.session()


def wants_the_operator(till, journey, **trouble):
    """Asked once, told to the operator, and it goes on when it is good again"""
    till.sql("DELETE FROM attention WHERE kind = 'key'")
    till.shop.fail(path=CHECKOUT, times=100, **trouble)
    customer = Customer(till, journey)
    same(customer.press(), "new", "the purchase")
    same(len(customer.calls("POST", "/v1/checkout/sessions")), 1, "calls")
    same(till.number("SELECT COUNT(*) FROM attention WHERE kind = 'key'"), 1, "told to the operator")
    till.shop.calm()
    same(customer.press(), "open", "the purchase when it is good again")


def pressed_twice(till, journey, **trouble):
    """Two presses at once while Stripe is slow: one purchase, one page, and both lead there"""
    till.shop.fail(path=CHECKOUT, **trouble)
    customer = Customer(till, journey)
    twin = copy.copy(customer)
    second = threading.Thread(target=twin.press)
    second.start()
    customer.press()
    second.join()
    same(twin.purchase, customer.purchase, "the other's purchase")
    customer.press()
    same(customer.state(), "open", "the purchase")
    customer.session()


# ---- it is looked at

def looked_at_later(till, journey, **trouble):
    """Asked again later, when the buyer is long back: the credits come as soon as Stripe answers"""
    customer = Customer(till, journey)
    customer.press()
    till.shop.hold()
    customer.pays()
    till.shop.fail(path=SESSIONS, times=100, **trouble)
    customer.comes_back()
    till.wait(lambda: till.number("SELECT attempts FROM purchase WHERE id = %d" % till.id_number(customer.purchase)) > 0, "an attempt")
    same(till.facts(customer.purchase)["purchased"], 0, "credits before Stripe could be asked")
    till.shop.calm()
    till.hurry()
    till.quiet()
    same(till.facts(customer.purchase), till.expected(customer.session(), 100), "the purchase")
    till.shop.hold(False)


# ---- money goes back

def bought(till, journey):
    customer = Customer(till, journey)
    customer.press()
    customer.pays()
    till.quiet()
    same(till.facts(customer.purchase)["purchased"], 100, "credits")
    return customer


def refund_form(page):
    for form in page.root.all("form"):
        if form.get("action").endswith("/refund"):
            return form.get("action"), {node.get("name"): node.get("value") for node in form.walk() if node.tag in ("input", "button") and node.get("name")}
    raise Wrong("nothing can be paid back here")


def asks_back(customer, credits):
    action, fields = refund_form(customer.page())
    return customer.ask("POST", action, {**fields, "credits": str(credits)}).status


def refunded_once(till, journey, **trouble):
    """The money goes back once"""
    customer = bought(till, journey)
    till.shop.fail(path=REFUNDS, method="POST", **trouble)
    asks_back(customer, 40)
    till.hurry()
    till.quiet()
    known = till.shop.session(session=customer.session())
    same([one["amount"] for one in known["refunds"]], [199], "refunds at Stripe")
    same(till.facts(customer.purchase), till.expected(customer.session(), 100), "the purchase")
    same(till.sql("SELECT state FROM refund WHERE purchase = %d" % till.id_number(customer.purchase)), [["done"]], "our refund")
    same(len({(one["key"], one["raw"]) for one in customer.calls("POST", "/v1/refunds")}), 1, "different requests")


def refund_refused(till, journey, **trouble):
    """The credits of the refund are back, and the operator is told"""
    customer = bought(till, journey)
    till.sql("DELETE FROM attention WHERE kind = 'refund-failed'")
    till.shop.fail(path=REFUNDS, method="POST", **trouble)
    asks_back(customer, 40)
    till.quiet()
    same(till.facts(customer.purchase), till.expected(customer.session(), 100), "the purchase")
    same(till.facts(customer.purchase)["refunded"], 0, "credits that are gone")
    same(till.number("SELECT COUNT(*) FROM attention WHERE kind = 'refund-failed'"), 1, "told to the operator")


def refund_waits(till, journey, **trouble):
    """The refund stands, and is made when the operator has seen to it"""
    customer = bought(till, journey)
    till.shop.fail(path=REFUNDS, method="POST", times=100, **trouble)
    asks_back(customer, 40)
    time.sleep(1.5)
    same(till.facts(customer.purchase)["refunded"], 40, "credits that are gone")
    till.shop.calm()
    till.hurry()
    till.quiet()
    same(till.facts(customer.purchase), till.expected(customer.session(), 100), "the purchase")


# ---- events that are not as they should be

def foreign(till, _journey):
    """A payment of the same Stripe account that did not begin here is told to the operator, and nothing else"""
    before = till.sql("SELECT COUNT(*), MAX(number) FROM credit_line")
    made = till.shop.begin(reference="order-7", name="A shirt", amount=2500)
    till.shop.complete(session=made["id"])
    till.shop.settled()
    waiting = "SELECT COUNT(*) FROM stripe_event WHERE state = 'waiting'"
    until = time.monotonic() + 30
    while till.number(waiting) and time.monotonic() < until:
        till.hurry()
        time.sleep(0.1)
    same(till.number(waiting), 0, "events that still wait")
    same(till.sql("SELECT COUNT(*), MAX(number) FROM credit_line"), before, "the ledger")
    expect(till.number("SELECT COUNT(*) FROM attention WHERE kind = 'foreign'"), "no operator is told")


def other_mode(till, journey):
    """An event of real money is refused by a shop that tests"""
    customer = bought(till, journey)
    till.shop.hold()
    before = len(till.shop.ids())
    till.shop.ask("settings", live=True)
    try:
        till.shop.refund(session=customer.session())
        same({one["status"] for one in till.shop.deliver(events=till.shop.ids(since=before))}, {400}, "answers")
        same(till.facts(customer.purchase)["refunded"], 0, "credits that are gone")
    finally:
        till.shop.ask("settings", live=False)
    till.night()
    till.quiet()
    same(till.facts(customer.purchase), till.expected(customer.session(), 100), "the purchase after the nightly comparison")


def away(till, journey):
    """Events that nobody could take are fetched by the nightly comparison"""
    customer = bought(till, journey)
    till.service.serve.end(signal.SIGTERM)
    till.shop.refund(session=customer.session(), amount=100)
    till.shop.settled()
    till.service.start_serve()
    _, events, differences = till.night()
    expect(events >= 2 and differences >= 1, "%d events and %d differences were found" % (events, differences))
    till.quiet()
    same(till.facts(customer.purchase), till.expected(customer.session(), 100), "the purchase")


LIST = [
    (goes_on_by_itself, "one 500", dict(status=500)),
    (goes_on_by_itself, "one 503 with Retry-After", dict(status=503, headers={"Retry-After": "1"})),
    (goes_on_by_itself, "one 429", dict(status=429)),
    (goes_on_by_itself, "one 409", dict(status=409)),
    (goes_on_by_itself, "a connection that breaks before the effect", dict(how="reset")),
    (goes_on_by_itself, "a connection that breaks after the effect", dict(how="reset", when="after")),
    (goes_on_by_itself, "an answer that is cut off", dict(how="cut", when="after")),
    (goes_on_by_itself, "an answer that is no JSON", dict(how="garbage", when="after")),
    (goes_on_by_itself, "a 500 after the effect", dict(status=500, when="after")),
    (goes_on_by_itself, "a 400 that says it should be tried again", dict(status=400, headers={"Stripe-Should-Retry": "true"})),
    (goes_on_when_pressed_again, "500", dict(status=500)),
    (goes_on_when_pressed_again, "no answer at all", dict(how="hang")),
    (goes_on_when_pressed_again, "broken connections after the effect", dict(how="reset", when="after")),
    (pressed_twice, "before it begins", dict(how="slow", delay_ms=700)),
    (pressed_twice, "after it began", dict(how="slow", delay_ms=700, when="after")),
    (wants_the_operator, "401", dict(status=401)),
    (wants_the_operator, "403", dict(status=403)),
    (wants_the_operator, "400", dict(status=400, error={"code": "parameter_unknown"})),
    (wants_the_operator, "an idempotency error", dict(status=400, error={"type": "idempotency_error"})),
    (wants_the_operator, "a 500 that says it should not be tried again", dict(status=500, headers={"Stripe-Should-Retry": "false"})),
    (looked_at_later, "500", dict(status=500)),
    (looked_at_later, "a broken connection", dict(how="reset")),
    (looked_at_later, "401", dict(status=401)),
    (looked_at_later, "404", dict(status=404)),
    (refunded_once, "a broken connection after the effect", dict(how="reset", when="after")),
    (refunded_once, "two of 500", dict(status=500, times=2)),
    (refunded_once, "a 429", dict(status=429)),
    (refund_refused, "400", dict(status=400, error={"code": "charge_disputed"})),
    (refund_refused, "402", dict(status=402)),
    (refund_waits, "401", dict(status=401)),
    (refund_waits, "403", dict(status=403)),
    (refund_waits, "an idempotency error", dict(status=400, error={"type": "idempotency_error"})),
    (foreign, "not ours", {}),
    (other_mode, "not of this mode", {}),
    (away, "not here", {}),
]


def run(till, journey, test, words):
    try:
        test(till, journey, **words)
        return []
    except Wrong as wrong:
        return str(wrong).splitlines()
    finally:
        till.shop.calm()
        till.shop.hold(False)
        till.longer_ago()


def run_all(till, report, only):
    journey = till.buyer()
    for test, name, words in [one for one in LIST if only in (None, one[0].__name__)]:
        report.test("%s: %s (%s)" % (name, test.__doc__[0].lower() + test.__doc__[1:], till.engine), run, till, journey, test, words)
