#include "web/page.h"

#include "base/data.h"
#include "web/assets.h"
#include "web/template.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PARTS_DEEP = 8 };

typedef struct Value Value;
typedef struct Row Row;

struct Page {
    Arena *arena;
    const Page *around;
    Value *values; // the newest first, so that a value set again counts
};

struct Row {
    Page page;
    Row *next;
};

struct Value {
    const char *name;
    Str text;
    Row *rows, *last;
    Value *next;
};

// ---- values

Page *page_make(Arena *arena)
{
    Page *page = ARENA_NEW(arena, Page);
    page->arena = arena;
    return page;
}

void page_surround(Page *page, const Page *around)
{
    page->around = around;
}

static Value *add(Page *page, const char *name)
{
    Value *value = ARENA_NEW(page->arena, Value);
    *value = (Value){ .name = name, .next = page->values };
    page->values = value;
    return value;
}

void page_text(Page *page, const char *name, Str value)
{
    add(page, name)->text = value;
}

void page_int(Page *page, const char *name, int64_t value)
{
    add(page, name)->text = arena_print(page->arena, "%" PRId64, value);
}

void page_flag(Page *page, const char *name, bool on)
{
    add(page, name)->text = on ? STR("1") : STR("");
}

void page_print(Page *page, const char *name, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length >= 0) {
        char *text = arena_take(page->arena, (size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
        add(page, name)->text = (Str){ text, (size_t)length };
    }
    va_end(again);
}

static const Value *find_here(const Page *page, Str name)
{
    for (const Value *value = page->values; value; value = value->next)
        if (strncmp(value->name, name.data, name.length) == 0 && value->name[name.length] == 0)
            return value;
    return NULL;
}

static const Value *find(const Page *page, Str name)
{
    for (; page; page = page->around) {
        const Value *value = find_here(page, name);
        if (value)
            return value;
    }
    return NULL;
}

Page *page_row(Page *page, const char *name)
{
    Value *value = page->values;
    while (value && strcmp(value->name, name) != 0)
        value = value->next;
    if (value == NULL)
        value = add(page, name);
    Row *row = ARENA_NEW(page->arena, Row);
    row->page = (Page){ .arena = page->arena, .around = page };
    *(value->last ? &value->last->next : &value->rows) = row;
    value->last = row;
    return &row->page;
}

// ---- templates

static struct {
    pthread_mutex_t lock;
    Arena arena;
    Template *list;
    int count;
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

static const Template *template_find(Str name)
{
    for (int i = 0; i < all.count; i++)
        if (str_equal(all.list[i].name, name))
            return &all.list[i];
    return NULL;
}

static bool parts_fit(const Template *template, int deep, Fault *fault)
{
    if (deep > PARTS_DEEP)
        return fault_set(fault, FAULT_INPUT, "pages/" STR_FMT ".html: a part contains itself",
                         STR_ARG(template->name));
    for (int i = 0; i < template->count; i++) {
        if (template->nodes[i].kind != NODE_PART || str_equal(template->nodes[i].text, STR("page")))
            continue;
        const Template *part = template_find(template->nodes[i].text);
        if (part == NULL)
            return fault_set(fault, FAULT_INPUT, "pages/" STR_FMT ".html: there is no pages/" STR_FMT ".html",
                             STR_ARG(template->name), STR_ARG(template->nodes[i].text));
        if (!parts_fit(part, deep + 1, fault))
            return false;
    }
    return true;
}

static bool is_page(Str name)
{
    return str_starts(name, STR("pages/")) && str_ends(name, STR(".html")) &&
           memchr(name.data + 6, '/', name.length - 6) == NULL;
}

static bool read_all(Fault *fault)
{
    all.list = ARENA_ARRAY(&all.arena, Template, (size_t)data_count);
    for (int64_t i = 0; i < data_count; i++) {
        Str name = data_files[i].name;
        if (!is_page(name))
            continue;
        Template *template = &all.list[all.count];
        template->name = str_slice(name, 6, name.length - 5);
        if (!template_read(&all.arena, arena_copy(&all.arena, name).data, data_files[i].text, template,
                           fault))
            return false;
        all.count++;
    }
    for (int i = 0; i < all.count; i++)
        if (!parts_fit(&all.list[i], 0, fault))
            return false;
    return true;
}

bool pages_open(Fault *fault)
{
    pthread_mutex_lock(&all.lock);
    bool done = all.count > 0 || read_all(fault);
    if (!done) {
        arena_close(&all.arena);
        all.count = 0;
    }
    pthread_mutex_unlock(&all.lock);
    return done;
}

// ---- showing

typedef struct Show {
    Buf *out;
    const Template *page; // what {>page} stands for
    Fault *fault;
    int deep;
} Show;

static void escape(Buf *out, Str text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.length; i++) {
        Str entity;
        switch (text.data[i]) {
        case '&':
            entity = STR("&amp;");
            break;
        case '<':
            entity = STR("&lt;");
            break;
        case '>':
            entity = STR("&gt;");
            break;
        case '"':
            entity = STR("&quot;");
            break;
        case '\'':
            entity = STR("&#39;");
            break;
        default:
            continue;
        }
        buf_bytes(out, text.data + from, i - from);
        buf_text(out, entity);
        from = i + 1;
    }
    buf_bytes(out, text.data + from, text.length - from);
}

static bool only_digits(Str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return true;
}

static void show_value(Show *show, const Page *page, const Node *node)
{
    const Value *value = find(page, node->text);
    Str text = value ? value->text : asset_value(node->text);
    while (node->after_slash && text.length && (text.data[0] == '/' || text.data[0] == '\\'))
        text = str_slice(text, 1, text.length);
    if (text.length && !(node->digits && !only_digits(text)))
        escape(show->out, text);
}

static bool is_on(const Page *page, Str name)
{
    const Value *value = find(page, name);
    if (value == NULL)
        return asset_value(name).length > 0;
    return value->rows || (value->text.length > 0 && !str_equal(value->text, STR("0")));
}

static bool show_nodes(Show *show, const Page *page, const Template *template, int from, int to);

static bool show_part(Show *show, const Page *page, Str name)
{
    const Template *part = show->page && str_equal(name, STR("page")) ? show->page : template_find(name);
    if (part == NULL || show->deep > PARTS_DEEP)
        return fault_set(show->fault, FAULT_BROKEN, "there is no template " STR_FMT, STR_ARG(name));
    show->deep++;
    bool done = show_nodes(show, page, part, 0, part->count);
    show->deep--;
    return done;
}

static bool show_section(Show *show, const Page *page, const Template *template, int at)
{
    const Node *node = &template->nodes[at];
    if (node->kind != NODE_ROWS)
        return is_on(page, node->text) != (node->kind == NODE_IF) ||
               show_nodes(show, page, template, at + 1, node->end);
    const Value *value = find(page, node->text);
    for (const Row *row = value ? value->rows : NULL; row; row = row->next)
        if (!show_nodes(show, &row->page, template, at + 1, node->end))
            return false;
    return true;
}

static bool show_nodes(Show *show, const Page *page, const Template *template, int from, int to)
{
    for (int i = from; i < to; i++) {
        const Node *node = &template->nodes[i];
        switch (node->kind) {
        case NODE_TEXT:
            buf_text(show->out, node->text);
            break;
        case NODE_VALUE:
            show_value(show, page, node);
            break;
        case NODE_PART:
            if (!show_part(show, page, node->text))
                return false;
            break;
        default:
            if (!show_section(show, page, template, i))
                return false;
            i = node->end - 1;
        }
    }
    return true;
}

static bool show_template(const Page *page, Str frame, const Template *inner, Buf *out, Fault *fault)
{
    Show show = { .out = out, .page = inner, .fault = fault };
    if (!show_part(&show, page, frame))
        return false;
    return !out->full || fault_set(fault, FAULT_BROKEN, "the page is too long");
}

bool page_show(const Page *page, const char *name, Buf *out, Fault *fault)
{
    return show_template(page, str_of(name), NULL, out, fault);
}

bool page_show_framed(const Page *page, const char *frame, const char *name, Buf *out, Fault *fault)
{
    const Template *inner = template_find(str_of(name));
    if (inner == NULL)
        return fault_set(fault, FAULT_BROKEN, "there is no template %s", name);
    return show_template(page, str_of(frame), inner, out, fault);
}

static bool uses(const Template *template, Str value)
{
    for (int i = 0; template && i < template->count; i++) {
        const Node *node = &template->nodes[i];
        if (node->kind == NODE_VALUE && str_equal(node->text, value))
            return true;
        if (node->kind == NODE_PART && uses(template_find(node->text), value))
            return true;
    }
    return false;
}

bool page_uses(const char *name, const char *value)
{
    return uses(template_find(str_of(name)), str_of(value));
}
