# Reads a message as a mail program would: read_message.py FILE LINK, where FILE is a line of smtp_server.py.
import email.policy
import email.utils
import json
import sys
import time

path, link = sys.argv[1:3]
with open(path, encoding="utf-8") as file:
    raw = json.load(file)["data"].encode("latin-1")
message = email.message_from_bytes(raw, policy=email.policy.default)
assert not message.defects, message.defects
assert message.get_content_type() == "multipart/alternative"
for name in "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version":
    assert len(message.get_all(name)) == 1, name
assert abs(email.utils.parsedate_to_datetime(message["Date"]).timestamp() - time.time()) < 60
plain, rich = message.iter_parts()
assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
assert link in plain.get_content()
page = rich.get_content()
escaped = link.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
assert f'<a href="{escaped}">{escaped}</a>' in page, page
assert link not in page
assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
