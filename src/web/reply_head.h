// The header lines that every reply carries: those of the pages, of errors, of files, and the gate's own.
#ifndef WEB_REPLY_HEAD_H
#define WEB_REPLY_HEAD_H

#include <stdbool.h>

typedef enum HeadKind {
    HEAD_PAGE, // HTML that may load our own style sheets, scripts and songs
    HEAD_FILE, // everything else: may do nothing at all when a browser opens it
} HeadKind;

typedef struct HeadLine {
    const char *name; // NULL: the end
    const char *value;
} HeadLine;

const HeadLine *reply_head(HeadKind kind, bool secure);
const char *reply_reason(int status);

#endif
