"""Lives: purchases that are paid, paid back and disputed while their events come late, twice, in any order or never.

However they come, ledger and receipts must end the same: as Stripe's own books say in the end.
"""
import random
import signal

from page import Wrong

# What happens to a purchase, in its order. A step is a control of the stand-in; "settle" and the like say how.
BUY = ("complete", {})
LIVES = {
    "partly refunded, disputed, won": [BUY, ("refund", {"amount": 100}), ("dispute", {}), ("move_dispute", {"status": "under_review"}),
                                       ("move_dispute", {"status": "won"})],
    "partly refunded, disputed, lost": [BUY, ("refund", {"amount": 100}), ("dispute", {}), ("move_dispute", {"status": "under_review"}),
                                        ("move_dispute", {"status": "lost"})],
    "asked about, then all refunded": [BUY, ("dispute", {"warning": True}), ("move_dispute", {"status": "warning_closed"}), ("refund", {})],
    "asked about, partly refunded": [BUY, ("dispute", {"warning": True}), ("refund", {"amount": 50}), ("move_dispute", {"status": "warning_under_review"})],
    "asked about, which is over": [BUY, ("dispute", {"warning": True}), ("refund", {"amount": 50}), ("move_dispute", {"status": "warning_closed"})],
    "partly refunded, disputed, undecided": [BUY, ("refund", {"amount": 100}), ("dispute", {}), ("move_dispute", {"status": "under_review"})],
    "asked about, disputed, lost, won in the end": [BUY, ("dispute", {"warning": True}), ("move_dispute", {"status": "needs_response"}),
                                                    ("move_dispute", {"status": "lost"}), ("move_dispute", {"status": "won"})],
    "paid after days, refunded, which fails": [("complete", {"method": "debit"}), ("settle", {"good": True}), ("refund", {"amount": 250, "status": "pending"}),
                                               ("move_refund", {"status": "failed"})],
    "never paid": [("complete", {"method": "debit"}), ("settle", {"good": False})],
    "closed": [("expire", {})],
    "declined, paid, refunded in three": [("decline", {}), BUY, ("refund", {"amount": 1}), ("refund", {"amount": 1}), ("refund", {})],
    "refunded in part, dispute prevented": [BUY, ("refund", {"amount": 200}), ("dispute", {}), ("move_dispute", {"status": "prevented"})],
    "paid in another currency, partly refunded, lost": [("complete", {"converted": {"currency": "eur", "amount": 463, "rate": "0.9279"}}),
                                                        ("refund", {"amount": 100}), ("dispute", {}), ("move_dispute", {"status": "lost"})],
    "warned of, refunded": [BUY, ("warn", {}), ("refund", {})],
}
HURRIED = 40  # purchases that are lived through at a time
LATE, TWICE = 0.4, 0.3  # shares of events
LATE_MS = 20  # answers of Stripe come up to so much later


class Life:
    def __init__(self, name, purchase, session):
        self.name, self.purchase, self.session = name, purchase, session
        self.steps, self.last = list(LIVES[name]), {}

    def go_on(self, shop):
        control, words = self.steps.pop(0)
        words = {"session": self.session, **words}
        if control == "move_dispute":
            words["dispute"] = self.last["dispute"]
        if control == "move_refund":
            words["refund"] = self.last["refund"]
        made = shop.ask(control, **words)
        if made.get("object") in ("dispute", "refund"):
            self.last[made["object"]] = made["id"]


def deliver(till, rng, share, since):
    """Such a share of what was held since then, in any order, some of it twice."""
    waiting = till.shop.ids(waiting=True, since=since)
    rng.shuffle(waiting)
    chosen = waiting[:round(len(waiting) * share)]
    chosen += [one for one in chosen if rng.random() < TWICE]
    rng.shuffle(chosen)
    for attempt in till.shop.deliver(events=chosen, at_once=6):
        if attempt["status"] != 200:
            raise Wrong("an event %s was answered with %d: %s" % (attempt["type"], attempt["status"], attempt["said"]))


def live_through(till, rng, lives):
    """One step of each, then some of the events; until all are lived."""
    before = len(till.shop.ids())
    while any(life.steps for life in lives):
        rng.shuffle(lives)
        for life in lives:
            if life.steps:
                life.go_on(till.shop)
        deliver(till, rng, 1 - LATE, before)
    deliver(till, rng, 1, before)
    done = till.shop.ids(since=before)
    till.shop.deliver(events=rng.sample(done, min(len(done), len(lives))), at_once=6)  # long since applied


def differences(till, lives, credits):
    wrong, known = [], till.facts_of([life.purchase for life in lives])
    for life in lives:
        facts, wanted = known[life.purchase], till.expected(life.session, credits)
        if facts != wanted:
            wrong.append("%s (%s): %s instead of %s" % (life.name, life.purchase, {k: v for k, v in facts.items() if v != wanted[k]},
                                                        {k: v for k, v in wanted.items() if v != facts[k]}))
    return wrong


def shuffle(till, buy, count, seed, credits):
    """`buy` begins so many purchases and returns their ids."""
    rng, wrong, names = random.Random(seed), [], list(LIVES)
    till.shop.hold()
    till.shop.ask("settings", late_ms=LATE_MS)
    second = till.service.start("work")  # who asks Stripe first may be answered last
    second.wait_line("work.ready")
    try:
        for start in range(0, count, HURRIED):
            size = min(HURRIED, count - start)
            lives = [Life(names[(start + i) % len(names)], purchase, till.session_of(purchase)) for i, purchase in enumerate(buy(size))]
            live_through(till, rng, lives)
            till.quiet()
            wrong += differences(till, lives, credits)
    finally:
        till.shop.ask("settings", late_ms=0)
        till.shop.hold(False)
        second.end(signal.SIGTERM)
    return wrong + till.books()
