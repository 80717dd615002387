#include "web/template.h"

#include <string.h>
#include <strings.h>

typedef enum Where {
    IN_TEXT,
    IN_TAG,
    IN_NAME,
    AFTER_NAME,
    BEFORE_QUOTE,
    IN_DOUBLE,
    IN_SINGLE,
    IN_BARE,
    IN_COMMENT,
    IN_RAW
} Where;

// Where in the HTML the reader is.
typedef struct Place {
    Where where;
    Str tag, attribute;
    size_t value_at; // where the attribute's value began
    bool rooted;     // the value of this link begins with a path of ours
    bool holes;      // the value has holes already
} Place;

typedef struct Section {
    int node;
    Place place;
} Section;

typedef struct Reader {
    const char *path;
    Str text;
    size_t at;
    Place place;
    Node *nodes;
    int count;
    Section open[SECTIONS_MAX];
    int depth;
    Fault *fault;
} Reader;

static bool wrong(Reader *r, const char *what)
{
    int line = 1;
    for (size_t i = 0; i < r->at && i < r->text.length; i++)
        line += r->text.data[i] == '\n';
    return fault_set(r->fault, FAULT_INPUT, "%s:%d: %s", r->path, line, what);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool same_word(Str a, const char *b)
{
    return a.length == strlen(b) && (a.length == 0 || strncasecmp(a.data, b, a.length) == 0);
}

static bool one_of(Str word, const char *const *words)
{
    for (; *words; words++)
        if (same_word(word, *words))
            return true;
    return false;
}

static bool is_link(Str attribute)
{
    static const char *const links[] = { "href", "src",  "action", "formaction", "poster",
                                         "cite", "data", "ping",   "manifest",   NULL };
    return one_of(attribute, links);
}

// Values there would be code, or would not be one link.
static bool is_closed(Str attribute)
{
    static const char *const closed[] = { "style",      "srcdoc",     "srcset", "content",
                                          "http-equiv", "xlink:href", NULL };
    return one_of(attribute, closed) || (attribute.length > 2 && strncasecmp(attribute.data, "on", 2) == 0);
}

// ---- following the HTML

static Str word_at(const Reader *r, size_t from)
{
    size_t to = from;
    while (to < r->text.length && (is_name(r->text.data[to]) || r->text.data[to] == ':'))
        to++;
    return str_slice(r->text, from, to);
}

static bool looking_at(const Reader *r, Str wanted)
{
    return str_starts(str_slice(r->text, r->at, r->text.length), wanted);
}

static void follow_text(Reader *r, char c)
{
    Place *p = &r->place;
    if (c != '<')
        return;
    if (looking_at(r, STR("<!--"))) {
        p->where = IN_COMMENT;
        return;
    }
    size_t name = r->at + 1 + (r->at + 1 < r->text.length && r->text.data[r->at + 1] == '/');
    if (name >= r->text.length || !(is_letter(r->text.data[name]) || r->text.data[name] == '!'))
        return;
    p->tag = word_at(r, name);
    p->where = IN_TAG;
    r->at = name + (p->tag.length ? p->tag.length - 1 : 0);
}

static void tag_ends(Place *p)
{
    bool closing = p->tag.length && p->tag.data[-1] == '/';
    bool raw = same_word(p->tag, "script") || same_word(p->tag, "style");
    p->where = raw && !closing ? IN_RAW : IN_TEXT;
}

static void follow_tag(Reader *r, char c)
{
    Place *p = &r->place;
    if (c == '>') {
        tag_ends(p);
    } else if (p->where == AFTER_NAME && c == '=') {
        p->where = BEFORE_QUOTE;
    } else if (p->where == BEFORE_QUOTE && (c == '"' || c == '\'')) {
        p->where = c == '"' ? IN_DOUBLE : IN_SINGLE;
        p->value_at = r->at + 1;
        p->rooted = p->holes = false;
    } else if (p->where == BEFORE_QUOTE && !is_blank(c)) {
        p->where = IN_BARE;
    } else if (p->where == IN_BARE) {
        p->where = is_blank(c) ? IN_TAG : IN_BARE;
    } else if (p->where != BEFORE_QUOTE && is_letter(c)) {
        p->attribute = word_at(r, r->at);
        r->at += p->attribute.length - 1;
        p->where = AFTER_NAME;
    }
}

static void follow(Reader *r)
{
    Place *p = &r->place;
    char c = r->text.data[r->at];
    switch (p->where) {
    case IN_TEXT:
        follow_text(r, c);
        break;
    case IN_COMMENT:
        if (looking_at(r, STR("-->")))
            p->where = IN_TEXT;
        break;
    case IN_RAW:
        if (looking_at(r, STR("</")) &&
            same_word(word_at(r, r->at + 2), same_word(p->tag, "script") ? "script" : "style"))
            follow_text(r, c);
        break;
    case IN_DOUBLE:
    case IN_SINGLE:
        if (c == (p->where == IN_DOUBLE ? '"' : '\''))
            p->where = IN_TAG;
        break;
    default:
        follow_tag(r, c);
    }
    r->at++;
}

// ---- holes

static bool quoted(const Place *p)
{
    return p->where == IN_DOUBLE || p->where == IN_SINGLE;
}

static bool is_anchor(const Place *p)
{
    return same_word(p->tag, "a") && same_word(p->attribute, "href");
}

// "https://HOST/" and what may follow: the host is written out, small letters, digits, points and hyphens.
static bool names_host(Str said)
{
    Str scheme = STR("https://");
    size_t i = scheme.length;
    if (!str_starts(said, scheme))
        return false;
    while (i < said.length && is_name(said.data[i]) + (said.data[i] == '.') && said.data[i] != '_')
        i++;
    return i > scheme.length && i < said.length && said.data[i] == '/';
}

// A link's value may follow once the template itself has said that it is a path, a query, a fragment, a mail
// address or, for <a href>, a host.
static bool link_is_rooted(Reader *r)
{
    Place *p = &r->place;
    Str said = str_slice(r->text, p->value_at, r->at);
    p->rooted =
        p->rooted ||
        (!p->holes && said.length &&
         (said.data[0] == '?' || said.data[0] == '#' || str_starts(said, STR("mailto:")) ||
          (said.data[0] == '/' && !(said.length > 1 && (said.data[1] == '/' || said.data[1] == '\\'))) ||
          (is_anchor(p) && names_host(said))));
    return p->rooted;
}

// "http://127.0.0.1:{port}/": a port of this machine, which shows nothing but digits.
static bool is_local_port(Reader *r, Str name)
{
    Place *p = &r->place;
    Str after = str_slice(r->text, (size_t)(name.data + name.length - r->text.data) + 1, r->text.length);
    return is_anchor(p) && !p->holes && str_starts(after, STR("/")) &&
           str_equal(str_slice(r->text, p->value_at, r->at), STR("http://127.0.0.1:"));
}

static bool value_may_stand(Reader *r, Node *node)
{
    Place *p = &r->place;
    if (p->where == IN_TEXT)
        return true;
    if (!quoted(p))
        return wrong(r, "a value may only stand in text, or in an attribute's quotes");
    if (is_closed(p->attribute))
        return wrong(r, "a value may not stand in this attribute");
    if (is_link(p->attribute)) {
        node->digits = is_local_port(r, node->text);
        p->rooted = p->rooted || node->digits;
        if (!link_is_rooted(r))
            return wrong(r, "a link must begin with a path written here, such as \"/songs/\"");
        node->after_slash = !p->holes && r->at == p->value_at + 1;
    }
    p->holes = true;
    return true;
}

static bool section_may_stand(Reader *r)
{
    Place *p = &r->place;
    if (p->where == IN_TEXT || p->where == IN_TAG || p->where == AFTER_NAME)
        return true;
    if (!quoted(p) || is_closed(p->attribute) || (is_link(p->attribute) && !link_is_rooted(r)))
        return wrong(r, "a section may not stand here");
    return true;
}

static bool same_place(const Place *a, const Place *b)
{
    Where x = a->where == AFTER_NAME ? IN_TAG : a->where, y = b->where == AFTER_NAME ? IN_TAG : b->where;
    return x == y && (x == IN_TEXT || str_equal(a->tag, b->tag)) &&
           (!quoted(a) || a->value_at == b->value_at);
}

static bool close_section(Reader *r, Str name)
{
    if (r->depth == 0)
        return wrong(r, "a section ends that has not begun");
    Section *section = &r->open[--r->depth];
    if (!str_equal(r->nodes[section->node].text, name))
        return wrong(r, "this section ends before the one inside it");
    if (!same_place(&section->place, &r->place))
        return wrong(r, "this section ends in another place of the HTML than it began");
    r->nodes[section->node].end = r->count;
    return true;
}

static bool open_section(Reader *r, Node node)
{
    if (r->depth == SECTIONS_MAX)
        return wrong(r, "too many sections inside each other");
    if (!section_may_stand(r))
        return false;
    r->open[r->depth++] = (Section){ r->count, r->place };
    r->nodes[r->count++] = node;
    return true;
}

static bool take_hole(Reader *r, char mark, Str name)
{
    Node node = { .text = name };
    if (r->count >= NODES_MAX)
        return wrong(r, "this template is too long");
    switch (mark) {
    case '/':
        return close_section(r, name);
    case '#':
    case '?':
    case '^':
        node.kind = mark == '#' ? NODE_ROWS : mark == '?' ? NODE_IF : NODE_UNLESS;
        return open_section(r, node);
    case '>':
        node.kind = NODE_PART;
        if (r->place.where != IN_TEXT)
            return wrong(r, "a part may only stand in text");
        break;
    default:
        node.kind = NODE_VALUE;
        if (!value_may_stand(r, &node))
            return false;
    }
    r->nodes[r->count++] = node;
    return true;
}

static bool cuts_tag(const Reader *r)
{
    char before = r->at > 0 ? r->text.data[r->at - 1] : ' ';
    char earlier = r->at > 1 ? r->text.data[r->at - 2] : ' ';
    return before == '<' || (earlier == '<' && (before == '/' || before == '!'));
}

// Inside a tag whole attributes come and go, never parts of their names.
static bool cuts_name(const Reader *r, size_t end)
{
    char next = end < r->text.length ? r->text.data[end] : ' ';
    return !is_blank(next) && next != '>' && next != '/' && next != '{';
}

static bool read_hole(Reader *r)
{
    if (r->place.where == IN_RAW || r->place.where == IN_COMMENT)
        return wrong(r, "there can be no brace in a script, a style or a comment");
    size_t at = r->at + 1;
    char mark =
        at < r->text.length && strchr("#?^/>", r->text.data[at]) && r->text.data[at] ? r->text.data[at] : 0;
    at += mark != 0;
    size_t end = at;
    while (end < r->text.length && is_name(r->text.data[end]))
        end++;
    if (end == at || end == r->text.length || r->text.data[end] != '}')
        return wrong(r, "a brace must begin {name}, {#rows}, {?flag}, {^flag}, {/end} or {>part}");
    if (r->place.where == IN_TEXT && cuts_tag(r))
        return wrong(r, "a tag's name must be written out");
    if ((r->place.where == IN_TAG || r->place.where == AFTER_NAME) && cuts_name(r, end + 1))
        return wrong(r, "inside a tag a section must be followed by a blank");
    if (!take_hole(r, mark, str_slice(r->text, at, end)))
        return false;
    r->at = end + 1;
    return true;
}

static bool read_text(Reader *r)
{
    size_t from = r->at;
    while (r->at < r->text.length && r->text.data[r->at] != '{')
        follow(r);
    // A word that the HTML reader took in one step cannot hold a brace, so nothing was stepped over.
    if (r->at == from)
        return true;
    if (r->count >= NODES_MAX)
        return wrong(r, "this template is too long");
    r->nodes[r->count++] = (Node){ .kind = NODE_TEXT, .text = str_slice(r->text, from, r->at) };
    return true;
}

bool template_read(Arena *arena, const char *path, Str text, Template *out, Fault *fault)
{
    size_t braces = 0;
    for (size_t i = 0; i < text.length; i++)
        braces += text.data[i] == '{';
    if (braces > NODES_MAX)
        return fault_set(fault, FAULT_INPUT, "%s:1: this template is too long", path);
    Reader r = { .path = path, .text = text, .fault = fault };
    r.nodes = ARENA_ARRAY(arena, Node, 2 * braces + 2);
    while (r.at < text.length)
        if (!read_text(&r) || (r.at < text.length && !read_hole(&r)))
            return false;
    if (r.depth > 0)
        return wrong(&r, "a section does not end");
    if (r.place.where != IN_TEXT)
        return wrong(&r, "a tag, a comment, a script or a style does not end");
    out->nodes = r.nodes;
    out->count = r.count;
    return true;
}
