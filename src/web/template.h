// Template: one HTML file with holes, read once and shown often. web/page.h says how it is written.
// Reading follows the HTML around each hole, so that a hole can only stand where an escaped value is safe.
#ifndef WEB_TEMPLATE_H
#define WEB_TEMPLATE_H

#include "base/buf.h"
#include "base/fault.h"

typedef enum NodeKind { NODE_TEXT, NODE_VALUE, NODE_ROWS, NODE_IF, NODE_UNLESS, NODE_PART } NodeKind;

typedef struct Node {
    NodeKind kind;
    Str text;         // of TEXT; else the name
    int end;          // of a section: the node after its last
    bool after_slash; // a value behind the single slash of a link: it may not begin with another
    bool digits;      // a port: nothing but digits is shown
} Node;

typedef struct Template {
    Str name; // pages/NAME.html: "NAME"
    Node *nodes;
    int count;
} Template;

enum { NODES_MAX = 2000, SECTIONS_MAX = 16 };

// INPUT names `path` and the line.
bool template_read(Arena *arena, const char *path, Str text, Template *out, Fault *fault);

#endif
