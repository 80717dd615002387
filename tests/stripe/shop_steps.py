"""Steps of journeys that lead to the shop and to Stripe's page, which stands on another host.

The stand-in's page is read and its form sent as a browser would, without any cookie of ours.
"""
import http.client
import urllib.parse

import leaks
from page import Page, Wrong, name_of
from steps import written

CARD = {"Email": "somebody@example.com", "Card number": "4242 4242 4242 4242", "Expiry": "12 / 31", "CVC": "314", "Name on card": "Nanna Name"}
DECLINED = "4000 0000 0000 0002"


def shop(j):
    return j.service.shop


def purchase(j):
    path = urllib.parse.urlsplit(j.page.url).path.split("/")
    return path[-1] if path[-2] == "purchases" else j.saved.get("purchase")


def session(j):
    return shop(j).by_reference(reference=purchase(j))


def ask(j, method, url, body=None):
    parts = urllib.parse.urlsplit(url)
    if "http://" + parts.netloc != shop(j).url:
        raise Wrong("%s is not the shop's page" % url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request(method, parts.path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read()
    finally:
        connection.close()


def pay_link(j):
    """The one link to Stripe's page: plain, telling nobody where it stands."""
    nodes = [node for node in j.page.root.all("a") if node.get("href").startswith(shop(j).url + "/")]
    node = j.page.one(nodes, "link to the page where one pays")
    if "noopener" not in node.get("rel").split() or "noreferrer" not in node.get("rel").split():
        raise Wrong("the link is rel=%r" % node.get("rel"))
    if node.get("href") != session(j)["url"]:
        raise Wrong("the link is not Stripe's: %s" % node.get("href"))
    return node.get("href")


def pay_page(j):
    url = pay_link(j)
    status, headers, body = ask(j, "GET", url)
    return Page(url, status, headers, body)


def pays(j, **entered):
    """Fills the form of Stripe's page; where it leads to."""
    page = pay_page(j)
    for name, value in {**CARD, **entered}.items():
        if isinstance(value, bool):
            page.tick(name, value)
        else:
            page.fill(name, value)
    _, url, fields = page.submission(page.button("Pay"))
    status, headers, _ = ask(j, "POST", url, urllib.parse.urlencode(fields).encode())
    return status, headers.get("location")


@written(r"pay at the shop( by bank debit)?")
def pay(j, debit):
    status, location = pays(j, **({"By bank debit": True} if debit else {}))
    if status != 303:
        raise Wrong("paying got %d" % status)
    j.saved["purchase"] = purchase(j)
    j.tab.visit(location, "cross-site")


@written(r"pay at the shop and close the tab")
def pay_and_leave(j):
    j.saved["purchase"] = purchase(j)
    if pays(j)[0] != 303:
        raise Wrong("paying failed")


@written(r"be declined at the shop")
def declined(j):
    status, _ = pays(j, **{"Card number": DECLINED})
    if status != 402:
        raise Wrong("the card got %d" % status)


@written(r"go back from the shop")
def go_back(j):
    j.saved["purchase"] = purchase(j)
    j.tab.visit(pay_page(j).link("Back to the shop"), "cross-site")


@written(r"the bank (pays|does not pay)")
def bank(j, how):
    shop(j).settle(session=session(j)["id"], good=how == "pays")


@written(r"the page at the shop times out")
def times_out(j):
    shop(j).expire(session=session(j)["id"])


@written(r"the shop pays back (\d+) cents")
def pays_back(j, amount):
    shop(j).refund(session=session(j)["id"], amount=int(amount))


@written(r"the refund is (\S+)")
def refund_becomes(j, status):
    newest = shop(j).ask("session", session=session(j)["id"])["refunds"][0]
    shop(j).move_refund(refund=newest["id"], status=status)


@written(r"the bank (asks about|disputes) the payment")
def disputes(j, how):
    shop(j).dispute(session=session(j)["id"], warning=how == "asks about")


@written(r"the dispute is (\S+)")
def dispute_becomes(j, status):
    newest = shop(j).ask("session", session=session(j)["id"])["disputes"][0]
    shop(j).move_dispute(dispute=newest["id"], status=status)


@written(r"events are (held|sent)")
def events(j, how):
    shop(j).hold(how == "held")


def sent(j, path, chosen):
    """The last such request, as names and values; its headers are as they must be."""
    calls = [one for one in shop(j).calls("POST", path) if one["path"] == path and chosen(one["form"])]
    if not calls:
        raise Wrong("nothing was sent")
    headers = (calls[-1]["type"], calls[-1]["version"], bool(calls[-1]["key"]), calls[-1]["authorization"])
    if headers != ("application/x-www-form-urlencoded", "2026-10-28.endive", True, "Bearer " + shop(j).key):
        raise Wrong("its headers are %s" % (headers,))
    return urllib.parse.parse_qsl(calls[-1]["raw"], keep_blank_values=True, strict_parsing=True)


def exactly(pairs, wanted):
    """These names and values, each once, and nothing else."""
    if sorted(pairs) != sorted(wanted.items()):
        raise Wrong("what goes out differs: %s" % sorted(set(pairs) ^ set(wanted.items())))


@written(r"the order of (\d+) credits for (\d+) cents said what it must")
def golden_order(j, credits, price):
    number = purchase(j)
    back = "%s/credits/return?purchase=%s" % (j.service.base(), number)
    pairs = sent(j, "/v1/checkout/sessions", lambda form: form.get("client_reference_id") == number)
    title = dict(pairs).get("line_items[0][price_data][product_data][name]", "")
    if not title.endswith(": %s credits" % credits):
        raise Wrong("what is bought is called %s" % title)
    exactly(pairs, {
        "mode": "payment", "line_items[0][quantity]": "1", "line_items[0][price_data][currency]": "usd", "line_items[0][price_data][unit_amount]": price,
        "line_items[0][price_data][product_data][name]": title, "success_url": back, "cancel_url": back, "client_reference_id": number,
        "metadata[purchase]": number, "payment_intent_data[metadata][purchase]": number})


@written(r"the refund of (\d+) cents said what it must")
def golden_refund(j, amount):
    number = purchase(j)
    pairs = sent(j, "/v1/refunds", lambda form: form.get("metadata", {}).get("purchase") == number)
    exactly(pairs, {"payment_intent": session(j)["payment_intent"], "amount": amount, "reason": "requested_by_customer", "metadata[purchase]": number,
                    "metadata[refund_id]": dict(pairs).get("metadata[refund_id]", "")})


@written(r"nothing of a card is asked for here")
def no_card(j):
    for node in j.page.root.all("input", "select", "textarea"):
        if node.get("autocomplete").startswith("cc-") or "card" in (node.get("name") + node.get("id")).lower():
            raise Wrong("there is a field %s" % node.get("name"))


@written(r"the receipt names the buyer and nothing else of them")
def names_buyer(j):
    wrong = leaks.on_receipt(shop(j), j.page.body.decode())
    if wrong:
        raise Wrong(", ".join(wrong))


@written(r"stripe paid back (\d+) cents")
def paid_back(j, amount):
    j.till.quiet()
    known = shop(j).ask("session", session=shop(j).by_reference(reference=purchase(j))["id"])
    actual = sum(one["amount"] for one in known["refunds"])
    if actual != int(amount):
        raise Wrong("it paid back %d" % actual)


@written(r"the night comes")
def night(j):
    j.till.night()
    j.till.quiet()


@written(r"the held events come")
def come_late(j):
    for attempt in shop(j).deliver():
        if attempt["status"] != 200:
            raise Wrong("an event got %d" % attempt["status"])
    j.till.quiet()


@written(r"the operator is told of a dispute")
def told_of_dispute(j):
    j.service.mail("operator@example.org", "needs an operator")


@written(r"the purchases (\S+) and (\S+) are two")
def are_two(_, first, second):
    if first == second:
        raise Wrong("they are one")


@written(r"save the names of the purchase")
def save_names(j):
    known = session(j)
    intent = shop(j).ask("session", session=known["id"])["intent"]
    j.saved.update(session=known["id"], intent=intent["id"], charge=intent["latest_charge"])


@written(r"stripe warns of the card")
def warns(j):
    shop(j).warn(charge=j.saved["charge"])
    j.till.quiet()


@written(r'press the button that begins with "(.+)"')
def press_like(j, words):
    names = [name_of(j.page.root, node) for node in j.page.root.all("button")]
    j.tab.press(next((name for name in names if name.startswith(words)), words))
