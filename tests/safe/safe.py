#!/usr/bin/python3
"""Safe: the service in the hands of people who mean it ill, and of programs that look for known weaknesses."""
import os
import shutil
import sys
import threading

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(1, os.path.join(HERE, "..", "journeys"))

from page import Wrong  # noqa: E402
from run import play  # noqa: E402
from service import ROOT, Service  # noqa: E402
from steps import Journey  # noqa: E402

import corpus  # noqa: E402
import matrix  # noqa: E402
from report import Report  # noqa: E402
from slow import HEAD_S, Slow  # noqa: E402
from tls import Secure  # noqa: E402

PARTS = os.path.join(HERE, "..", "journeys", "parts")


def settle(journey, name, private):
    """A person with a song, a folder, tokens; `private` words of hers nobody else may see."""
    play(journey, os.path.join(PARTS, "sign-up.steps"), [name], False)
    for line in ("visit /studio", "fill Describe your song = %s" % private[0], "fill Title = %s" % private[1],
                 "fill Length in seconds = 20", 'press "Make"', "save the address as song", 'wait until "Ready"',
                 "visit /folders", "fill New folder = %s" % private[2], 'press "Add folder"'):
        journey.step(line)
    who = matrix.Someone(journey.service, name)
    who.person = journey.tab.person
    who.has = {"song": journey.saved["song"].rsplit("/", 1)[1], "words": private, "tokens": {}}
    folders = [n.get("href") for n in journey.page.root.all("a") if "folder=" in n.get("href")]
    who.has["folder"] = folders[0].split("=")[1]
    for scope, box in (("read", "read songs"), ("make", "make songs"), ("delete", "delete songs"), ("buy", "buy credits")):
        for line in ("visit /account", "fill What is it for? = %s" % scope, "untick read songs", "tick %s" % box, 'press "Make a token"',
                     "save code 1 as token"):
            journey.step(line)
        who.has["tokens"][scope] = journey.saved["token"]
    for line in ("visit /account", "fill What is it for? = all", "tick make songs", "tick delete songs", "tick buy credits", 'press "Make a token"',
                 "save code 1 as token", "visit /account"):
        journey.step(line)
    who.has["token"] = journey.saved["token"]
    actions = [form.get("action") for form in journey.page.root.all("form")]
    who.has["token_id"] = [a for a in actions if a.startswith("/account/tokens/")][0].split("/")[3]
    who.take_csrf("/studio")
    return who


def ids_of_jobs_and_sessions(ada):
    """Her job, and a second session whose id the first one sees."""
    page = ada.page("/songs/" + ada.has["song"])
    ada.has["job"] = [n.get("data-job") for n in page.root.walk() if n.has("data-job")][0]
    actions = [form.get("action") for form in ada.page("/account").root.all("form")]
    ada.has["session"] = [a for a in actions if a.startswith("/account/sessions/") and a.count("/") == 4][0].split("/")[3]


def share_once(journey, ada):
    """A link that is dead again."""
    for line in ("visit /songs/%s" % ada.has["song"], 'press "Share"', 'save the link that has "/s/" as shared', 'press "Stop sharing"'):
        journey.step(line)
    ada.has["dead_slug"] = journey.saved["shared"].rsplit("/", 1)[1]


def second_device(journey):
    for line in ("as ada.phone", "visit /login", "fill Email = ada.safe@example.org", "fill Password = a long walk by the river",
                 'press "Sign in"', "as ada"):
        journey.step(line)


def people_of(service):
    journey = Journey(service, "safe")
    ada = settle(journey, "ada", ["a secret waltz for zither", "Zitherwalzer", "Zitherfolder"])
    share_once(journey, ada)
    second_device(journey)
    ids_of_jobs_and_sessions(ada)
    bob = settle(journey, "bob", ["a loud march for tuba", "Tubamarsch", "Tubafolder"])
    nobody = matrix.Someone(service, "nobody")
    nobody.take_csrf("/login")
    for who in (ada, bob, nobody):
        who.has["file"] = matrix.asset_of(nobody.page("/"))
        who.has["used"] = service.serve.wait_line(r"/first/([A-Za-z0-9_-]+)")[1]
    return ada, bob, nobody


def operator_of(service):
    service.mails()  # gives the password again when it was long ago
    operator = matrix.Someone(service, "operator")
    operator.person, operator.operator = service.operator.person, True
    operator.take_csrf("/staff/credits")
    operator.has["song"] = matrix.NOBODY
    return operator


def walk(report, service):
    ada, bob, nobody = people_of(service)
    table = matrix.read_routes()
    report.say("%d routes" % len(table))
    report.test("what is another's is not there, by any route", matrix.foreign, table, ada, bob)
    report.test("another's ids in one's own forms and queries open nothing", matrix.smuggled, ada, bob)
    report.test("signed out, no route gives what is private, and none fails inside", matrix.visitor, table, ada, nobody)
    report.test("members are no operators", matrix.members_are_no_operators, table, bob)
    report.test("a token reaches as far as its scope", matrix.scopes, table, ada)
    report.test("a token opens no page, and a wrong one opens nothing", matrix.tokens_are_no_cookies, table, ada)
    report.test("a member's forms work only from our own pages", matrix.forged, table, ada, bob.csrf)
    report.test("a visitor's forms work only from our own pages", matrix.forged, table, nobody, ada.csrf)
    staff = [route for route in table if route.who == "OPERATOR"]
    report.test("an operator's forms work only from our own pages", matrix.forged, staff, operator_of(service), ada.csrf)
    report.test("the API with a cookie asks for the page's token", matrix.forged_api, table, ada)
    report.test("pages of others read nothing private", matrix.read_elsewhere, table, ada)
    report.test("what is not there is 404, for everybody", matrix.unknown, ada, nobody)
    report.test("a wrong method is told which are right", matrix.wrong_methods, table, ada)
    report.test("after all this everything is as its owner left it", matrix.unharmed, ada)


def bytes_tests(report, service):
    port = service.port
    report.test("%d ambiguous requests are refused, and nothing behind them is answered" % len(corpus.REFUSED), corpus.refused, port)
    report.test("what is plain is taken", corpus.taken, port)
    report.test("people who hang up in the middle leave nothing behind", corpus.hung_up, port)


def quiet(service):
    lines = [line for line in service.serve.lines + service.work.lines if " error " in line or "Sanitizer" in line]
    return lines + ([] if service.serve.process.poll() is None else ["serve has ended"])


def tls_tests(report, secure):
    report.test("nobody makes the server shake hands again", secure.renegotiates)
    if shutil.which("node") and os.path.isdir(os.path.join(ROOT, "node_modules", "@mdn")):
        report.test("the Observatory's rules give A+", secure.grade, report)
    else:
        report.skip("the Observatory's rules give A+", "scripts/setup has not installed it")


def main():
    report, folder = Report(), None
    try:
        service = Service("sqlite")
    except (Wrong, OSError) as wrong:
        print("not ok - the service starts\n    %s" % wrong)
        return 1
    secure, scan = None, None
    try:
        folder = service.folder
        if shutil.which("openssl"):
            secure = Secure(folder)
        else:
            report.skip("a certificate of one's own", "openssl is not installed")
        if secure and (shutil.which("testssl") or shutil.which("testssl.sh")):
            scan = threading.Thread(target=lambda: report.test("testssl.sh finds nothing above low", secure.scan, report), daemon=True)
            scan.start()
        else:
            report.skip("testssl.sh finds nothing above low", "testssl.sh is not installed")
        bytes_tests(report, service)
        slow = Slow(service.port)
        if secure:
            tls_tests(report, secure)
        walk(report, service)
        slow.end()
        report.test("a slow head is dropped", slow.wrong, "head", HEAD_S - 2, HEAD_S)
        report.test("a slow body is dropped", slow.wrong, "body", HEAD_S - 2, HEAD_S + 3)
        report.test("others are served meanwhile", slow.others_wrong)
        report.test("nothing failed inside", quiet, service)
        if scan:
            scan.join()
    finally:
        if secure:
            secure.close()
        service.close()
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
