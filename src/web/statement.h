// Statement: a person's lines, newest first, for pages and files.
#ifndef WEB_STATEMENT_H
#define WEB_STATEMENT_H

#include "web/request.h"

enum { STATEMENT_LINES = 25, STATEMENT_BYTES_MAX = 64 << 20 };

// Fills what pages/statement.html shows; `before` is the number of a line, 0: from the newest. `own` false:
// for the operator, who sees no title.
bool statement_fill(Request *request, Page *page, AccountId account, bool own, int64_t before, Fault *fault);

typedef enum StatementForm { STATEMENT_CSV, STATEMENT_JSON } StatementForm;

// All lines of the request's account. LIMIT when they are asked for too often, or are more than fit.
bool statement_write(Request *request, StatementForm form, Buf *out, Fault *fault);

#endif
