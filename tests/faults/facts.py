"""Facts: what is true of a house whatever happened to it.

LIES holds at any moment, so also of a database as a crash left it, before anybody opened it. RESTS holds when
no job is open. Each fact is a sentence and the query of the rows that break it.
"""
import glob
import hashlib
import json
import os
import shutil
import subprocess
import tempfile

from house import id_text

CHANGE = "CASE WHEN l.target = 'person' THEN l.amount WHEN l.source = 'person' THEN -l.amount ELSE 0 END"
HELD = "CASE WHEN l.target = 'held' THEN l.amount WHEN l.source = 'held' THEN -l.amount ELSE 0 END"

LIES = [
    ("each job has its hold", """
        SELECT id FROM job WHERE credits > 0 AND (SELECT COUNT(*) FROM credit_line l WHERE l.cause = job.id AND l.kind = 'hold'
            AND l.account = job.account AND l.amount = job.credits) <> 1"""),
    ("each hold, charge, return and give-back has its job", """
        SELECT cause FROM credit_line WHERE kind IN ('hold', 'charge', 'return', 'give-back') AND NOT EXISTS
            (SELECT 1 FROM job WHERE job.id = credit_line.cause AND job.account = credit_line.account)"""),
    ("charged is what is done", """
        SELECT id FROM job WHERE credits > 0 AND (SELECT COUNT(*) FROM credit_line l WHERE l.cause = job.id AND l.kind = 'charge'
            AND l.amount = job.credits) <> CASE WHEN state = 'done' THEN 1 ELSE 0 END"""),
    ("returned is what failed or was cancelled", """
        SELECT id FROM job WHERE credits > 0 AND (SELECT COUNT(*) FROM credit_line l WHERE l.cause = job.id AND l.kind = 'return'
            AND l.amount = job.credits) <> CASE WHEN state IN ('failed', 'cancelled') THEN 1 ELSE 0 END"""),
    ("given back is what was charged, once", """
        SELECT g.cause FROM credit_line g WHERE g.kind = 'give-back' AND (SELECT COUNT(*) FROM credit_line l WHERE l.cause = g.cause
            AND (l.kind = 'charge' OR l.kind = 'give-back') AND l.amount = g.amount) <> 2"""),
    ("a wallet is the sum of its lines, which are numbered without a gap", """
        SELECT w.account FROM wallet w LEFT JOIN (SELECT l.account, SUM(%s) AS credits, SUM(%s) AS held, COUNT(*) AS lines,
            MIN(l.number) AS low, MAX(l.number) AS high FROM credit_line l GROUP BY l.account) s ON s.account = w.account
            WHERE w.credits <> COALESCE(s.credits, 0) OR w.held <> COALESCE(s.held, 0) OR w.lines <> COALESCE(s.lines, 0)
            OR w.lines <> COALESCE(s.high, 0) OR s.low <> 1 OR w.credits < 0 OR w.held < 0""" % (CHANGE, HELD)),
    ("every line belongs to a wallet", """
        SELECT account FROM credit_line WHERE NOT EXISTS (SELECT 1 FROM wallet w WHERE w.account = credit_line.account)"""),
    ("each line says the balance after it", """
        SELECT l.account FROM credit_line l WHERE l.balance <> (%s) +
            COALESCE((SELECT b.balance FROM credit_line b WHERE b.account = l.account AND b.number = l.number - 1), 0)""" % CHANGE),
    ("nobody is welcomed twice", """
        SELECT account FROM credit_line WHERE kind = 'grant' AND why = 'welcome' GROUP BY account HAVING COUNT(*) > 1"""),
    ("what was given has its line, and nothing else", """
        SELECT id FROM credit_grant g WHERE (SELECT COUNT(*) FROM credit_line l WHERE l.kind = 'grant' AND l.cause = g.id
            AND l.account = g.account AND l.amount = g.amount) <> CASE WHEN g.state = 'given' THEN 1 ELSE 0 END"""),
    ("each gift has its grant", """
        SELECT cause FROM credit_line WHERE kind = 'grant' AND NOT EXISTS (SELECT 1 FROM credit_grant g WHERE g.id = credit_line.cause)"""),
    ("a code counts its uses", """
        SELECT id FROM credit_code c WHERE used <> (SELECT COUNT(*) FROM credit_grant g WHERE g.kind = 'code' AND g.origin = c.id)
            OR used > uses"""),
    ("what is paid has one line and one receipt, what is not has none", """
        SELECT id FROM purchase p WHERE (SELECT COUNT(*) FROM credit_line l WHERE l.kind = 'purchase' AND l.cause = p.id
            AND l.account = p.account AND l.amount = p.credits) <> CASE WHEN p.state = 'paid' THEN 1 ELSE 0 END
            OR (SELECT COUNT(*) FROM receipt r WHERE r.kind = 'sale' AND r.purchase = p.id AND r.amount = p.paid_amount)
            <> CASE WHEN p.state = 'paid' THEN 1 ELSE 0 END"""),
    ("receipts are numbered without a gap", """
        SELECT value FROM counter WHERE name = 'receipt' AND (value <> (SELECT COUNT(*) FROM receipt)
            OR value <> (SELECT COALESCE(MAX(number), 0) FROM receipt))"""),
    ("a receipt is one mail", """
        SELECT r.account FROM receipt r WHERE (SELECT COUNT(*) FROM mail m WHERE m.account = r.account AND m.kind IN ('receipt', 'refund'))
            <> (SELECT COUNT(*) FROM receipt s WHERE s.account = r.account)"""),
    ("of a purchase goes back what was asked back, and no more", """
        SELECT id FROM purchase p WHERE COALESCE((SELECT SUM(CASE WHEN l.kind = 'refund' THEN l.amount ELSE -l.amount END)
            FROM credit_line l WHERE l.cause = p.id AND l.kind IN ('refund', 'refund-reversed')), 0) <>
            COALESCE((SELECT SUM(f.credits) FROM refund f WHERE f.purchase = p.id AND f.state <> 'failed'), 0)"""),
    ("an open job is open, an ended one has ended", """
        SELECT id FROM job WHERE (state IN ('queued', 'running')) <> (ended = 0)"""),
    ("a song is made while its job is open", """
        SELECT id FROM job WHERE kind = 'song' AND (SELECT s.state FROM song s WHERE s.id = job.song) <>
            CASE WHEN state = 'done' THEN 'ready' WHEN ended > 0 THEN 'failed' ELSE 'making' END"""),
    ("each song has its words and its job", """
        SELECT id FROM song WHERE NOT EXISTS (SELECT 1 FROM song_words w WHERE w.song = song.id)
            OR NOT EXISTS (SELECT 1 FROM job WHERE job.song = song.id)"""),
    ("what is done has its files whole", """
        SELECT id FROM job WHERE state = 'done' AND kind = 'song' AND
            (SELECT COUNT(DISTINCT b.kind) FROM blob b WHERE b.job = job.id AND b.state = 'whole'
             AND b.bytes > 0 AND b.digest IS NOT NULL AND b.kind IN ('mp3', 'flac', 'opus', 'mid', 'recipe')) <> 5"""),
    ("a song has each file once", "SELECT song FROM blob WHERE state = 'whole' GROUP BY song, kind HAVING COUNT(*) > 1"),
    ("what is not done has no whole file", """
        SELECT b.id FROM blob b JOIN job j ON j.id = b.job WHERE b.state = 'whole' AND j.state <> 'done'"""),
    ("a file belongs to a song and a job", """
        SELECT id FROM blob WHERE state <> 'condemned' AND (NOT EXISTS (SELECT 1 FROM song s WHERE s.id = blob.song AND
            s.account = blob.account)
            OR NOT EXISTS (SELECT 1 FROM job j WHERE j.id = blob.job AND j.song = blob.song))"""),
    ("no file is damaged", "SELECT id FROM blob WHERE state = 'damaged'"),
    ("news have no gap", """
        SELECT a.id FROM account a JOIN event e ON e.account = a.id GROUP BY a.id, a.news
            HAVING MAX(e.number) <> a.news OR MAX(e.number) - MIN(e.number) + 1 <> COUNT(*)"""),
    ("each end is told once, as it was", """
        SELECT id FROM job WHERE (SELECT COUNT(*) FROM event e WHERE e.job = job.id AND e.kind = job.state
            AND e.kind IN ('done', 'failed', 'cancelled')) <> (CASE WHEN ended > 0 THEN 1 ELSE 0 END)
            OR EXISTS (SELECT 1 FROM event e WHERE e.job = job.id AND e.kind IN ('done', 'failed', 'cancelled')
            AND e.kind <> job.state)"""),
    ("each person has keys and an address", """
        SELECT id FROM account WHERE (SELECT COUNT(*) FROM keystore.person_key k WHERE k.account = account.id) <> 3
            OR NOT EXISTS (SELECT 1 FROM keystore.address d WHERE d.account = account.id)"""),
    ("a link that is shared is of a song", """
        SELECT song FROM share WHERE NOT EXISTS (SELECT 1 FROM song s WHERE s.id = share.song)"""),
    ("who waits for a mail has one link for it", """
        SELECT account FROM token WHERE purpose = 'confirm' GROUP BY account HAVING COUNT(*) > 1"""),
    ("a mail that is over is forgotten", "SELECT id FROM mail WHERE (state = 'waiting') = (body IS NULL)"),
    ("one sign-up is one mail", """
        SELECT account FROM mail WHERE kind = 'confirm' GROUP BY account HAVING COUNT(*) > SIGN_UPS"""),
]

RESTS = [
    ("no job is open", "SELECT id FROM job WHERE ended = 0"),
    ("no song is half made", "SELECT id FROM song WHERE state = 'making'"),
    ("no file grows", "SELECT id FROM blob WHERE state = 'growing'"),
    ("no mail waits", "SELECT id FROM mail WHERE state = 'waiting'"),
    ("nothing is held", "SELECT account FROM wallet WHERE held <> 0"),
    ("who was confirmed was welcomed", """
        SELECT id FROM account WHERE confirmed > 0 AND role = 'member' AND NOT EXISTS
            (SELECT 1 FROM credit_line l WHERE l.account = account.id AND l.why = 'welcome')"""),
    ("no purchase waits to be looked at", "SELECT id FROM purchase WHERE asked > seen"),
    ("no refund is on its way", "SELECT id FROM refund WHERE state IN ('asked', 'sent')"),
    ("no event waits", "SELECT id FROM stripe_event WHERE state = 'waiting'"),
    ("no key is without its person", """
        SELECT account FROM keystore.person_key WHERE NOT EXISTS
            (SELECT 1 FROM account a WHERE a.id = person_key.account)"""),
    ("no address is without its person", """
        SELECT account FROM keystore.address WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = address.account)"""),
]


def broken(house, facts):
    """The sentences that are not true. One query, since each costs PostgreSQL a process."""
    union = " UNION ALL ".join("SELECT %d, COUNT(*) FROM (%s) AS broken%d" % (i, query, i)
                               for i, (_, query) in enumerate(facts))
    rows = house.look(union.replace("SIGN_UPS", str(house.sign_ups)))
    return ["not so: %s (%s rows)" % (facts[int(number)][0], count) for number, count in rows if count != "0"]


def broken_database(house):
    """Of SQLite: its own checks."""
    if house.ground.postgres:
        return []
    bad = [row[0] for row in house.look("PRAGMA integrity_check") if row[0] != "ok"]
    return ["the database is damaged: %s" % text for text in bad] + \
        ["a reference leads nowhere: %s" % row[0] for row in house.look("PRAGMA foreign_key_check")]


def broken_files(house, rested):
    digest = "encode(digest, 'hex')" if house.ground.postgres else "lower(hex(digest))"
    rows = {id_text(int(row[0])): row for row in house.look("SELECT id, state, %s FROM blob" % digest)}
    there = {os.path.basename(path): path for path in glob.glob(os.path.join(house.data, "blobs", "??", "*"))}
    bad = ["a file has no row" for name in there if name not in rows]
    for name, row in rows.items():
        if row[1] != "whole":
            continue
        if name not in there:
            bad.append("a whole file is not there")
            continue
        with open(there[name], "rb") as file:
            if hashlib.blake2b(file.read(), digest_size=len(row[2]) // 2).hexdigest() != row[2]:
                bad.append("a whole file is not what was written")
    shown = {id_text(int(row[0])) + ".mail" for row in house.look("SELECT id FROM mail WHERE state = 'shown'")}
    folder = os.path.join(house.data, "mail")
    mails = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    bad += ["a mail that was shown is not there" for name in shown - mails]
    bad += ["a file of the mail folder has no mail: %s" % name for name in mails - shown if rested]
    return bad


def broken_doctor(house):
    """What the program itself finds, in a copy where there are files, since opening them repairs them."""
    with tempfile.TemporaryDirectory(dir=house.ground.folder) as folder:
        data = house.data
        if not house.ground.postgres:
            data = os.path.join(folder, "data")
            shutil.copytree(house.data, data, ignore=shutil.ignore_patterns("bell", "blobs", "mail"))
        status, said = house.command(["doctor", "--json"], data)
    if status == 0:
        return []
    try:
        return ["doctor, %s: %s" % (one["check"], one["text"]) for one in json.loads(said) if not one["good"]]
    except ValueError:
        return ["doctor ends with %d: %s" % (status, said[-300:])]


def all_broken(house, rested):
    """Of a house without running roles."""
    facts = LIES + RESTS if rested else LIES
    if not rested and not house.ground.postgres and not os.path.exists(os.path.join(house.data, "data.db")):
        return []
    return broken_database(house) + broken(house, facts) + broken_files(house, rested) + broken_doctor(house)


# Its sum would stand before samples that are not made yet when it is written.
UNSUMMED = "-: WARNING, cannot check MD5 signature since it was unset in the STREAMINFO"


def sound(kind, body):
    """None, or why this is not a song that decodes from its first to its last sample."""
    tool = ["flac", "-t", "-s", "-"] if kind == "flac" else \
        ["ffmpeg", "-v", "error", "-nostdin", "-f", "mp3", "-i", "pipe:0", "-f", "null", "-"]
    made = subprocess.run(tool, input=body, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    words = made.stdout.decode("utf-8", "replace").replace(UNSUMMED, "").strip()
    if made.returncode != 0 or words:
        return "a %s does not decode: %s" % (kind, words[:200])
    return None if len(body) > 20000 else "a %s has %d bytes" % (kind, len(body))
