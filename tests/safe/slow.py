"""Slow: who dawdles is dropped, and nobody else waits for it."""
import socket
import threading
import time

SLOW = 20  # connections of each kind
HEAD_S = 10  # the most a head may take
SPARE_S = 6  # it is looked at once a second, on a machine that is busy
OTHERS_MS = 250
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\nX: "
BODY = b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n"


class Slow:
    """Runs beside other tests; `wrong` is asked for at the end."""

    def __init__(self, port):
        self.port, self.taken, self.others = port, {}, []
        self.threads = [threading.Thread(target=self.dawdle, args=(name, start), daemon=True)
                        for name, start in (("head", HEAD), ("body", BODY)) for _ in range(SLOW)]
        self.threads.append(threading.Thread(target=self.ask, daemon=True))
        self.begun = time.monotonic()
        for thread in self.threads:
            thread.start()

    def dawdle(self, name, start):
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(start)
            link.settimeout(0.5)
            got = b""
            while time.monotonic() - begun < 3 * HEAD_S:
                try:
                    block = link.recv(4096)
                    if not block:
                        break
                    got += block
                except socket.timeout:
                    try:
                        link.sendall(b"a")
                    except OSError:
                        break
                except OSError:
                    break
            self.taken.setdefault(name, []).append((time.monotonic() - begun, got))

    def ask(self):
        while time.monotonic() - self.begun < HEAD_S:
            start = time.monotonic()
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
                link.sendall(b"GET /login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                while link.recv(65536):
                    pass
            self.others.append((time.monotonic() - start) * 1000)
            time.sleep(0.1)

    def end(self):
        for thread in self.threads:
            thread.join()

    def wrong(self, name, least, most):
        found = self.taken.get(name, [])
        late = ["after %.1f s" % s for s, _ in found if not least <= s <= most + SPARE_S]
        silent = ["without a word" for _, got in found if not got.startswith(b"HTTP/1.1 408")]
        return late + silent + (["%d of %d were seen" % (len(found), SLOW)] if len(found) != SLOW else [])

    def others_wrong(self):
        self.others.sort()
        middle = self.others[len(self.others) // 2]
        return ["they waited %.0f ms in the middle" % middle] if middle > OTHERS_MS else []
