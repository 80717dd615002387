// Statement: lines are read in portions, each with an arena of its own, so that a long one needs little
// memory beside its text.
#include "web/statement.h"

#include "sys/clock.h"
#include "web/explain.h"
#include "web/show.h"

#include <inttypes.h>

enum { TIMES = 10 }; // one may take it, then one a minute

static void fill_line(Arena *arena, Page *row, const CreditLine *line, const Explained *words)
{
    page_text(row, "line_at", show_time(arena, line->at));
    page_text(row, "line_before", words->before);
    page_text(row, "line_name", words->name);
    page_text(row, "line_after", words->after);
    page_text(row, "line_href", words->href);
    page_text(row, "line_change", change_text(arena, line->change));
    page_int(row, "line_balance", line->balance);
}

bool statement_fill(Request *request, Page *page, AccountId account, bool own, int64_t before, Fault *fault)
{
    CreditLine *lines;
    int count;
    Explainer *explainer = explainer_make(&request->people, request->arena, account, own);
    if (!credit_lines(request->db, request->arena, account, before, STATEMENT_LINES + 1, &lines, &count,
                      fault))
        return false;
    for (int i = 0; i < count && i < STATEMENT_LINES; i++) {
        Explained words;
        if (!explain_line(explainer, &lines[i], &words, fault))
            return false;
        fill_line(request->arena, page_row(page, "lines"), &lines[i], &words);
    }
    page_flag(page, "any_lines", count > 0);
    if (count > STATEMENT_LINES)
        page_int(page, "older", lines[STATEMENT_LINES - 1].number);
    return true;
}

// ---- all of it

typedef struct Writing {
    Request *request;
    StatementForm form;
    JsonOut json;
    int64_t before;
} Writing;

static bool write_portion(Writing *w, Arena *arena, int *count, Fault *fault)
{
    CreditLine *lines;
    Explained words;
    AccountId account = w->request->account;
    Explainer *explainer = explainer_make(&w->request->people, arena, account, true);
    if (!credit_lines(w->request->db, arena, account, w->before, CREDIT_LINES_MAX, &lines, count, fault))
        return false;
    for (int i = 0; i < *count; i++) {
        if (!explain_line(explainer, &lines[i], &words, fault))
            return false;
        if (w->form == STATEMENT_CSV)
            line_csv(w->json.buf, arena, &lines[i], &words);
        else
            line_json(&w->json, arena, &lines[i], &words);
        w->before = lines[i].number;
    }
    return true;
}

static bool write_lines(Writing *w, Fault *fault)
{
    int count = CREDIT_LINES_MAX;
    while (count == CREDIT_LINES_MAX) {
        Arena arena = { 0 };
        bool good = write_portion(w, &arena, &count, fault);
        arena_close(&arena);
        if (!good)
            return false;
        if (w->json.buf->full)
            return fault_set(fault, FAULT_LIMIT,
                             "These are more lines than fit into one file. The API gives them in pages.");
    }
    return true;
}

static bool may_take(Request *request, Fault *fault)
{
    int64_t wait_ms;
    return throttle_take(request->db, request->site->vault, request->arena, "statement",
                         id_text(request->arena, request->account.n), TIMES, MS_MINUTE, &wait_ms, fault) &&
           (wait_ms == 0 ||
            fault_set(fault, FAULT_LIMIT, "You have just downloaded this. Please wait a minute."));
}

bool statement_write(Request *request, StatementForm form, Buf *out, Fault *fault)
{
    Writing w = { request, form, { .buf = out }, 0 };
    Wallet wallet;
    if (!may_take(request, fault) || !show_wallet(request, &wallet, fault))
        return false;
    if (form == STATEMENT_CSV) {
        buf_text(out, line_csv_head);
        return write_lines(&w, fault);
    }
    jsonout_open(&w.json, '{');
    jsonout_key(&w.json, "balance");
    jsonout_int(&w.json, wallet.credits);
    jsonout_key(&w.json, "held");
    jsonout_int(&w.json, wallet.held);
    jsonout_key(&w.json, "lines");
    jsonout_open(&w.json, '[');
    if (!write_lines(&w, fault))
        return false;
    jsonout_close(&w.json, ']');
    jsonout_close(&w.json, '}');
    return true;
}
