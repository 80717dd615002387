"""Leaks: of all that Stripe tells of a buyer, name and address are kept, sealed; the rest lies nowhere.

Every word of the buyer at the stand-in is made up, so each is looked for in whatever form it could be written.
"""
import os

import sweep

OPEN = ("name", "line1", "line2", "city", "state", "postal_code")  # what the buyer sees on a receipt
TOO_SHORT = ("country",)
EACH = 8  # links and secrets of single payments, of each kind


def words_of(buyer):
    """(name, word) of all that a buyer enters at Stripe, or Stripe adds."""
    for name, word in {**buyer, **buyer["address"]}.items():
        if isinstance(word, str) and name not in TOO_SHORT:
            yield name, word


def needles(shop):
    """Whatever must lie nowhere in the open: the buyer's words, our keys, links and secrets of single payments."""
    dyes = sweep.Dyes()
    for name, word in words_of(shop.buyer):
        dyes.also("the buyer's " + name, word)
    for name, word in [("the key", shop.key)] + [("a signing secret", secret) for secret in shop.secrets]:
        dyes.also(name, word)
    for name in ("url", "client_secret", "receipt_url"):
        for thing in [one for one in shop.state()["things"] if one.get(name)][:EACH]:
            dyes.also("%s of a %s" % (name, thing["object"]), thing[name][-40:])
    return dyes


def in_files(till, dyes):
    """All files of the service, but those in which the operator keeps its keys, and PostgreSQL's templates."""
    skip = [till.shop.folder] + [os.path.join(till.service.folder, "pg", "data", "base", one) for one in ("1", "4")]
    wrong, count, _ = sweep.sweep_files(dyes, till.service.folder, skip)
    return wrong + ([] if count >= 5 else ["there were only %d files" % count])


def in_logs(till, dyes):
    lines = till.said()
    found = ["%s: %s" % (name, line[:200]) for line in lines for name in dyes.find(line.encode())]
    return found + ([] if len(lines) > 20 else ["there are only %d lines" % len(lines)])


def in_processes(till, dyes):
    roots = [till.service.serve.process.pid, till.service.work.process.pid]
    return sweep.sweep_processes(dyes, roots + [child for pid in roots for child in sweep.children(pid)])


def in_mail(till, dyes):
    mails = till.service.mails()
    found = ['the mail "%s": %s' % (mail[1], name) for mail in mails for name in dyes.find((mail[1] + mail[2]).encode())]
    return found + ([] if any("receipt" in mail[1].lower() for mail in mails) else ["there is no receipt among %d mails" % len(mails)])


def on_receipt(shop, page):
    """Name and address, and nothing more of the buyer."""
    wrong = []
    for name, word in words_of(shop.buyer):
        if (word in page) != (name in OPEN):
            wrong.append("%s %s" % (name, "stands there" if word in page else "is missing"))
    return wrong


def control(till, dyes):
    """A word that lies in the open is found, in a file and in the database."""
    word = till.shop.buyer["email"]
    path = os.path.join(till.service.data, "planted")
    with open(path, "w", encoding="utf-8") as file:
        file.write(word)
    till.sql("CREATE TABLE planted AS SELECT '%s' AS x" % till.shop.buyer["fingerprint"])
    found = in_files(till, dyes)
    till.sql("DROP TABLE planted")
    os.remove(path)
    missing = [name for name in ("email", "fingerprint") if not any(line.endswith("the buyer's " + name) for line in found)]
    return ["the %s is not found" % name for name in missing]
