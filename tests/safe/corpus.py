"""Corpus: bytes that two programs could read as different requests. Each is refused, and the connection with it.

After each comes a second request; were it answered, somebody would have smuggled it in.
"""
import socket
import struct

WAIT_S = 5
SECOND = b"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n"


def post(*lines, body=b"", path=b"/login"):
    return b"POST " + path + b" HTTP/1.1\r\nHost: a\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def get(*lines, start=b"GET / HTTP/1.1"):
    return start + b"\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def chunked(body):
    return post(b"Transfer-Encoding: chunked", body=body)


END = b"0\r\n\r\n"
REFUSED = [  # name, bytes, status
    ("length and chunks", post(b"Content-Length: 4", b"Transfer-Encoding: chunked", body=END), 400),
    ("chunks and length", post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=END), 400),
    ("two lengths", post(b"Content-Length: 1", b"Content-Length: 2", body=b"AB"), 400),
    ("the same length twice", post(b"Content-Length: 1", b"Content-Length: 1", body=b"A"), 400),
    ("a length with a plus", post(b"Content-Length: +1", body=b"A"), 400),
    ("a length below nothing", post(b"Content-Length: -1", body=b"A"), 400),
    ("a length in hexadecimals", post(b"Content-Length: 0x1", body=b"A"), 400),
    ("a list of lengths", post(b"Content-Length: 1, 1", body=b"A"), 400),
    ("an empty length", post(b"Content-Length: ", body=b"A"), 400),
    ("a length with a blank within", post(b"Content-Length: 1 0", body=b"A" * 10), 400),
    ("a length past all counting", post(b"Content-Length: 99999999999999999999999999", body=b"A"), (400, 413)),
    ("a length that wraps", post(b"Content-Length: 18446744073709551617", body=b"A"), (400, 413)),
    ("an unknown coding", post(b"Transfer-Encoding: xchunked", b"Content-Length: 1", body=b"A"), (400, 501)),
    ("an unknown coding alone", post(b"Transfer-Encoding: gzip", body=END), 501),
    ("two codings", post(b"Transfer-Encoding: gzip, chunked", body=END), 501),
    ("chunks not at the end", post(b"Transfer-Encoding: chunked, identity", body=END), 501),
    ("chunks twice", post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=END), (400, 501)),
    ("chunks with a quote", post(b'Transfer-Encoding: "chunked"', body=END), 501),
    ("chunks with a control byte", post(b"Transfer-Encoding: \x0bchunked", body=END), 400),
    ("chunks with a null", post(b"Transfer-Encoding: chunked\x00", body=END), 400),
    ("a coding in HTTP/1.0", b"POST /login HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + END, 400),
    ("a blank before the colon", post(b"Content-Length : 1", body=b"A"), 400),
    ("a tab before the colon", post(b"Transfer-Encoding\t: chunked", body=END), 400),
    ("bare line feeds", b"GET / HTTP/1.1\nHost: a\n\n", 400),
    ("one bare line feed", b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
    ("a bare carriage return", b"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400),
    ("a bare carriage return in a value", get(b"Host: a", b"X: a\rContent-Length: 5"), 400),
    ("a folded field", get(b"Host: a", b"X: a", b" b"), 400),
    ("a folded first field", get(b" Host: a"), 400),
    ("a folded coding", post(b"Transfer-Encoding:", b" chunked", body=END), (400, 501)),
    ("an empty field name", get(b"Host: a", b": b"), 400),
    ("a field without a colon", get(b"Host: a", b"nothing"), 400),
    ("a field name with a bracket", get(b"Host: a", b"X[1]: b"), 400),
    ("a field name beyond ASCII", get(b"Host: a", "Ünïcode: b".encode()), 400),
    ("a null in a value", get(b"Host: a", b"X: a\x00b"), 400),
    ("two hosts", get(b"Host: a", b"Host: b"), 400),
    ("the same host twice", get(b"Host: a", b"Host: a"), 400),
    ("no host", get(), 400),
    ("an empty host", get(b"Host:"), 400),
    ("a host with a user", get(b"Host: user@a"), 400),
    ("a host with a path", get(b"Host: a/b"), 400),
    ("two hosts in one", get(b"Host: a, b"), 400),
    ("an absolute address", get(b"Host: a", start=b"GET http://b/ HTTP/1.1"), 400),
    ("a target that is no path", get(b"Host: a", start=b"OPTIONS * HTTP/1.1"), 400),
    ("a tunnel", get(b"Host: a", start=b"CONNECT a:80 HTTP/1.1"), (400, 501)),
    ("a target with a blank", get(b"Host: a", start=b"GET /a b HTTP/1.1"), 400),
    ("a target with a null", get(b"Host: a", start=b"GET /\x00 HTTP/1.1"), 400),
    ("a target with a fragment", get(b"Host: a", start=b"GET /#a HTTP/1.1"), 400),
    ("a target beyond ASCII", get(b"Host: a", start="GET /ä HTTP/1.1".encode()), 400),
    ("two blanks before the target", get(b"Host: a", start=b"GET  / HTTP/1.1"), 400),
    ("two blanks after the target", get(b"Host: a", start=b"GET /  HTTP/1.1"), 400),
    ("tabs in the first line", get(b"Host: a", start=b"GET\t/\tHTTP/1.1"), 400),
    ("a blank at the end of the first line", get(b"Host: a", start=b"GET / HTTP/1.1 "), 400),
    ("a small method", get(b"Host: a", start=b"get / HTTP/1.1"), 501),
    ("an unknown method", get(b"Host: a", start=b"SMUGGLE / HTTP/1.1"), 501),
    ("no version", b"GET /\r\n\r\n", 400),
    ("a small version", get(b"Host: a", start=b"GET / http/1.1"), 400),
    ("version 2", get(b"Host: a", start=b"GET / HTTP/2.0"), 505),
    ("version 1.10", get(b"Host: a", start=b"GET / HTTP/1.10"), 400),
    ("an empty line first", b"\r\n" + get(b"Host: a"), 400),
    ("a body of a GET", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 400),
    ("chunks of a GET", b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + END, 400),
    ("a chunk size with a line feed", chunked(b"1\nA\r\n" + END), 400),
    ("a chunk that ends with a line feed", chunked(b"1\r\nA\n" + END), 400),
    ("a chunk longer than it says", chunked(b"1\r\nAB\r\n" + END), 400),
    ("a chunk size past all counting", chunked(b"fffffffffffffffff\r\nA"), (400, 413)),
    ("a chunk size with a sign", chunked(b"+1\r\nA\r\n" + END), 400),
    ("a chunk size with 0x", chunked(b"0x1\r\nA\r\n" + END), 400),
    ("a chunk size with a blank", chunked(b"1 \r\nA\r\n" + END), 400),
    ("an empty chunk size", chunked(b"\r\nA\r\n" + END), 400),
    ("a chunk's extension", chunked(b"1;a=b\r\nA\r\n" + END), 400),
    ("a trailer", chunked(b"0\r\nContent-Length: 5\r\n\r\n"), 400),
    ("a long address", get(b"Host: a", start=b"GET /" + b"a" * 10000 + b" HTTP/1.1"), 414),
    ("100 kB of fields", get(b"Host: a", b"X: " + b"a" * 100000), 431),
    ("10,000 fields", get(b"Host: a", *[b"X: a"] * 10000), 431),
    ("another expectation", post(b"Expect: 200-maybe", b"Content-Length: 1", body=b"A"), 417),
    ("a session of another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 501)),
    ("TLS on a plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40, 400),
]
TAKEN = [  # name, bytes, statuses of all that comes back
    ("a plain request", get(b"Host: a") + SECOND, [200, 200]),
    ("a small coding", post(b"transfer-encoding: chunked", body=b"5\r\nhello\r\n" + END) + SECOND, [415, 200]),
    ("a request without a body", post(b"Content-Length: 0", b"Content-Type: text/plain") + SECOND, [415, 200]),
    ("an old request", b"GET /healthz HTTP/1.0\r\n\r\n", [200]),
    ("a wish to change the protocol", get(b"Host: a", b"Connection: Upgrade", b"Upgrade: h2c") + SECOND, [200, 200]),
    ("a request and then nonsense", get(b"Host: a") + b"\x00\x01\x02\r\n\r\n", [200, 400]),
    ("a request and then a half", get(b"Host: a") + b"\r\nX", [200, 400]),
    ("tracing", get(b"Host: a", start=b"TRACE / HTTP/1.1") + SECOND, [405, 200]),
]


def talk(port, sent, quick_end):
    """All that comes back, and whether the server closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as link:
        closed = True
        try:
            link.sendall(sent)
            if quick_end:
                link.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has hung up already; its answer may still be there
        got = b""
        while True:
            try:
                block = link.recv(65536)
            except socket.timeout:
                closed = False
                break
            except ConnectionResetError:
                break
            if not block:
                break
            got += block
        return got, closed


def statuses(got):
    found, rest = [], got
    while rest.startswith(b"HTTP/1."):
        head, _, body = rest.partition(b"\r\n\r\n")
        found.append(int(head[9:12]))
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        rest = body[length:]
    return found + ([-1] if rest else [])


def refused(port):
    wrong = []
    for name, sent, status in REFUSED:
        got, closed = talk(port, sent + SECOND, False)
        found = statuses(got)
        if len(found) != 1 or found[0] not in (status if isinstance(status, tuple) else (status,)) or not closed:
            wrong.append("%s: %s instead of %s%s" % (name, found, status, "" if closed else ", and it stays open"))
        elif b"connection: close" not in got.lower():
            wrong.append("%s: the answer does not say that the connection ends" % name)
    return wrong


def taken(port):
    wrong = []
    for name, sent, wanted in TAKEN:
        found = statuses(talk(port, sent, True)[0])
        if found != wanted:
            wrong.append("%s: %s instead of %s" % (name, found, wanted))
    return wrong


def hung_up(port):
    """Half requests of people who hang up at once leave nothing behind."""
    for _, sent, _ in REFUSED:
        for part in (sent[:1], sent[:len(sent) // 2]):
            link = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            try:
                link.sendall(part)
            except OSError:
                pass
            link.close()
    found = statuses(talk(port, get(b"Host: a", b"Connection: close"), False)[0])
    return [] if found == [200] else ["afterwards a plain request gets %s" % found]
