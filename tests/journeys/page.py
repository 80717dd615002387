"""Page: HTML as a browser without script sees it, read strictly.

What a browser would forgive is a failure here: tags that do not match, an id given twice, a label for
nothing, a control that nobody can name, a form inside a form. So every page that a journey passes is checked.
"""
import html.parser
import re
import urllib.parse

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"head", "script", "style", "template", "title"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "dt", "dd", "tr", "td", "th", "article", "form", "div", "section", "main", "ul",
          "ol", "nav", "header", "footer", "pre", "button", "option", "label", "summary", "legend"}
LABELLED = {"input", "select", "textarea"}
SILENT_TYPES = {"hidden", "submit", "button", "image", "reset"}


class Wrong(Exception):
    """A journey cannot go on: the sentence says why."""


class Node:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children = []  # nodes and texts

    def get(self, name, otherwise=""):
        value = self.attributes.get(name, otherwise)
        return "" if value is None else value

    def has(self, name):
        return name in self.attributes

    def walk(self):
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def all(self, *tags):
        return [node for node in self.walk() if node.tag in tags]

    def above(self, tag):
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node

    def raw_text(self):
        return "".join(c if isinstance(c, str) else c.raw_text() for c in self.children)

    def text(self):
        """What is seen of it, blanks as one space."""
        return " ".join(seen(self).split())


def seen(node):
    if node.tag in UNSEEN or node.has("hidden"):
        return ""
    inner = "".join(c if isinstance(c, str) else seen(c) for c in node.children)
    return " " + inner + " " if node.tag in BLOCKS else inner


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("", {}, None)
        self.now = self.root

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            raise Wrong("<%s> has an attribute twice" % tag)
        node = Node(tag, dict(attributes), self.now)
        self.now.children.append(node)
        if tag not in VOID:
            self.now = node

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.now = self.now.parent

    def handle_endtag(self, tag):
        if tag in VOID or self.now.tag != tag:
            raise Wrong("<%s> is ended by </%s> (line %d)" % (self.now.tag, tag, self.getpos()[0]))
        self.now = self.now.parent

    def handle_data(self, data):
        self.now.children.append(data)


def name_of(root, control):
    """The accessible name: aria-label, label, or a button's own words."""
    if control.get("aria-label"):
        return control.get("aria-label")
    if control.tag == "button" or control.tag == "a":
        return control.text()
    if control.tag == "input" and control.get("type") == "submit":
        return control.get("value")
    for label in root.all("label"):
        if control.has("id") and label.get("for") == control.get("id"):
            return label.text()
    label = control.above("label")
    return label.text() if label else ""


class Page:
    def __init__(self, url, status, headers, body):
        self.url, self.status, self.headers, self.body = url, status, headers, body
        self.entered = {}  # control -> text, True, False: what the person changed
        self.root = None
        kind = headers.get("content-type", "")
        if kind.startswith("text/html"):
            if "charset=utf-8" not in kind.lower():
                raise Wrong("%s does not say that it is UTF-8" % url)
            self.read(body.decode("utf-8"))

    def read(self, text):
        if not text.lstrip().lower().startswith("<!doctype html>"):
            raise Wrong("%s has no doctype" % self.url)
        reader = Reader()
        reader.feed(text)
        reader.close()
        if reader.now is not reader.root:
            raise Wrong("%s: <%s> is not ended" % (self.url, reader.now.tag))
        self.root = reader.root
        self.check()

    def check(self):
        ids = [node.get("id") for node in self.root.walk() if node.has("id")]
        for one in ids:
            if ids.count(one) > 1:
                raise Wrong("%s: the id %s is there twice" % (self.url, one))
        for label in self.root.all("label"):
            if label.has("for") and label.get("for") not in ids:
                raise Wrong('%s: the label "%s" is for nothing' % (self.url, label.text()))
        for node in self.root.all("input", "select", "textarea", "button", "a"):
            if node.get("type") != "hidden" and not name_of(self.root, node):
                raise Wrong("%s: a <%s name=%s> has no name" % (self.url, node.tag, node.get("name")))
        for form in self.root.all("form"):
            if form.above("form"):
                raise Wrong("%s: a form stands in a form" % self.url)
            if form.get("method").lower() not in ("get", "post") or not form.get("action").startswith("/"):
                raise Wrong("%s: a form does not say where and how" % self.url)
        if len(self.root.all("h1")) != 1:
            raise Wrong("%s has %d first headings" % (self.url, len(self.root.all("h1"))))

    def text(self):
        return self.root.text() if self.root else self.body[:2000].decode("utf-8", "replace")

    def one(self, nodes, what):
        """The only one, or the one meant by "Name #2"."""
        if not nodes:
            raise Wrong("there is no %s" % what)
        if len(nodes) > 1:
            raise Wrong("there are %d of %s" % (len(nodes), what))
        return nodes[0]

    def pick(self, tags, wanted, what):
        number = re.fullmatch(r"(.*) #(\d+)", wanted)
        name = number[1] if number else wanted
        nodes = [n for n in self.root.all(*tags) if name_of(self.root, n) == name and n.get("type") != "hidden"]
        if number:
            nodes = nodes[int(number[2]) - 1:int(number[2])]
        return self.one(nodes, '%s "%s"' % (what, wanted))

    def link(self, name):
        return urllib.parse.urljoin(self.url, self.pick(("a",), name, "link").get("href"))

    def control(self, name):
        nodes = [n for n in self.root.all(*LABELLED) if n.get("type") not in SILENT_TYPES]
        number = re.fullmatch(r"(.*) #(\d+)", name)
        label = number[1] if number else name
        nodes = [n for n in nodes if name_of(self.root, n) == label]
        if number:
            nodes = nodes[int(number[2]) - 1:int(number[2])]
        return self.one(nodes, 'field "%s"' % name)

    def button(self, name):
        return self.pick(("button",), name, "button")

    def fill(self, name, value):
        control = self.control(name)
        if control.tag == "select":
            for option in control.all("option"):
                if option.text() == value:
                    self.entered[control] = option.get("value") if option.has("value") else option.text()
                    return
            raise Wrong('"%s" cannot be chosen for "%s"' % (value, name))
        if control.get("type") in ("checkbox", "radio"):
            raise Wrong('"%s" is ticked, not filled' % name)
        self.entered[control] = value

    def tick(self, name, on):
        control = self.control(name)
        if control.get("type") != "checkbox":
            raise Wrong('"%s" cannot be ticked' % name)
        self.entered[control] = on

    def tick_each(self, start):
        """Every box whose name begins so; at least one."""
        boxes = [node for node in self.root.all("input")
                 if node.get("type") == "checkbox" and name_of(self.root, node).startswith(start)]
        if not boxes:
            raise Wrong('no box begins with "%s"' % start)
        self.entered.update((box, True) for box in boxes)

    def value(self, control):
        """As it would be sent; None: not sent."""
        if control in self.entered:
            value = self.entered[control]
            if isinstance(value, bool):
                return (control.get("value") or "on") if value else None
            return value
        if control.tag == "textarea":
            return re.sub(r"\A\r?\n", "", control.raw_text())
        if control.tag == "select":
            options = control.all("option")
            chosen = [o for o in options if o.has("selected")] or options[:1]
            return (chosen[0].get("value") if chosen[0].has("value") else chosen[0].text()) if chosen else None
        if control.get("type") in ("checkbox", "radio"):
            return (control.get("value") or "on") if control.has("checked") else None
        return control.get("value")

    def refusal(self, control):
        """Why a browser would not send the form; None: it would."""
        value, name = self.value(control), name_of(self.root, control)
        if control.has("required") and not value:
            return '"%s" is not filled' % name
        if not value or control.get("type") in ("checkbox", "hidden", "radio") or control.tag == "select":
            return None
        units = len(value.encode("utf-16-le")) // 2
        if control.has("maxlength") and control in self.entered and units > int(control.get("maxlength")):
            return '"%s" is too long' % name
        if control.has("minlength") and control in self.entered and units < int(control.get("minlength")):
            return '"%s" is too short' % name
        if control.has("pattern") and not re.fullmatch(control.get("pattern"), value):
            return '"%s" does not fit its pattern' % name
        if control.get("type") == "email" and not re.fullmatch(r"[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
            return '"%s" is no address' % name
        return None

    def form_of(self, node):
        """The form of a control: the one that its attribute names, else the one around it."""
        name = node.get("form")
        if name:
            return next((form for form in self.root.all("form") if form.get("id") == name), None)
        return node.above("form")

    def submission(self, button, checks=True):
        """(method, url, fields) of the form that the button belongs to."""
        form = self.form_of(button)
        if form is None or button.get("type", "submit") != "submit" or button.has("disabled"):
            raise Wrong("the button does nothing")
        fields = []
        for node in self.root.walk():
            if self.form_of(node) is not form:
                continue
            if node.tag not in LABELLED and node is not button or not node.get("name") or node.has("disabled"):
                continue
            if node.get("type") in ("submit", "button", "image", "reset") and node is not button:
                continue
            refusal = self.refusal(node) if checks and not form.has("novalidate") and node.tag != "button" else None
            if refusal:
                raise Wrong("a browser would not send it: " + refusal)
            value = node.get("value") if node is button else self.value(node)
            if value is not None:
                fields.append((node.get("name"), re.sub(r"\r\n|\r|\n", "\r\n", value)))
        return form.get("method").lower(), urllib.parse.urljoin(self.url, form.get("action")), fields
