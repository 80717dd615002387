"""Routes: the table of the service, read out of its source, so that no route is forgotten here."""
import glob
import os
import re

WEB = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "src", "web")
ENTRY = re.compile(r'\{\s*METHOD_([A-Z]+),\s*"([^"]+)",\s*WHO_([A-Z]+),\s*(\w+),\s*((?:"[^"]*"\s*)+),\s*(?:true|false),'
                   r'\s*([^,]+),\s*([^}]+?)\s*\}')
FILE = re.compile(r'METHOD_GET, prefix "([^"]+)"')
FILES = re.compile(r'FILE_ROUTES\("([^"]+)", WHO_([A-Z]+), (\w+)\)')
ANY = re.compile(r'METHOD_[A-Z]+,\s*(?:prefix\s*)?"')


class Route:
    def __init__(self, method, path, who, fields, scope):
        self.method, self.path, self.who, self.fields = method, path, who, fields.split()
        self.scopes = set(re.findall(r"SCOPE_([A-Z]+)", scope))

    def __str__(self):
        return "%s %s" % (self.method, self.path)

    @property
    def changes(self):
        return self.method not in ("GET", "HEAD")

    @property
    def api(self):
        return self.path.startswith("/api/")


def read():
    routes, written = [], 0
    for path in sorted(glob.glob(os.path.join(WEB, "*.c"))):
        with open(path, encoding="utf-8") as file:
            text = file.read().replace("\\\n", "\n")
        written += len(ANY.findall(text))
        for method, where, who, _, fields, _, scope in ENTRY.findall(text):
            routes.append(Route(method, where, who, "".join(re.findall(r'"([^"]*)"', fields)), scope))
        names = FILE.findall(text)
        written += len(names) * (len(FILES.findall(text)) - 1) if names else 0
        for prefix, who, scope in FILES.findall(text):
            routes.extend(Route("GET", prefix + name, who, "", scope) for name in names)
    if len(routes) != written or len(routes) < 50:
        raise ValueError("%d routes were read, %d are written" % (len(routes), written))
    return routes
