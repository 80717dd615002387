// The operator's pages: how the service does, and the mail folder of a service without a mail server.
#include "web/routes.h"
#include "web/show.h"

static bool count(Request *request, Page *page, const char *name, Sql statement, DbArgs args, Fault *fault)
{
    DbRows row;
    bool found = false;
    if (!db_find(request->db, request->arena, statement, args, &row, &found, fault))
        return false;
    page_int(page, name, found ? db_int(&row, 0, 0) : 0);
    return true;
}

static bool staff_page(Request *request, Fault *fault)
{
    Page *page = show_page(request, "Operator");
    MailCounts mail;
    if (!count(request, page, "accounts", SQL_WEB_ACCOUNT_COUNT, DB_NO_ARGS, fault) ||
        !count(request, page, "songs", SQL_WEB_SONG_COUNT, DB_NO_ARGS, fault) ||
        !count(request, page, "queued", SQL_WEB_JOB_COUNT, DB_ARGS(DB_TEXT(STR("queued"))), fault) ||
        !count(request, page, "running", SQL_WEB_JOB_COUNT, DB_ARGS(DB_TEXT(STR("running"))), fault) ||
        !count(request, page, "attention_open", SQL_WEB_ATTENTION_OPEN, DB_NO_ARGS, fault) ||
        !count(request, page, "grants_waiting", SQL_WEB_GRANTS_WAITING, DB_NO_ARGS, fault) ||
        !mail_counts(request->db, &mail, fault))
        return false;
    page_int(page, "mail_waiting", mail.waiting);
    page_int(page, "mail_sent", mail.sent);
    page_int(page, "mail_shown", mail.shown);
    page_int(page, "mail_bounced", mail.bounced);
    return reply_page(request, 200, "staff", page);
}

// A link of ours, without the address of the service, so that it works however the operator came here.
static Str own_path(const Request *request, Str link)
{
    Str url = str_of(request->site->config->public_url);
    return str_starts(link, url) && link.length > url.length + 1
               ? str_slice(link, url.length + 1, link.length)
               : STR("");
}

static bool mail_page(Request *request, Fault *fault)
{
    enum { SHOWN = 50 };
    ShownMail *mails;
    int shown;
    Page *page = show_page(request, "Mail folder");
    // Written down before anything is seen.
    if (!audit_write(request->db, request->account, "mail-folder", (AccountId){ 0 }, fault) ||
        !mail_shown(request->site->mailer, request->db, request->arena, SHOWN, &mails, &shown, fault))
        return false;
    page_flag(page, "smtp", request->site->config->smtp_url != NULL);
    page_flag(page, "any", shown > 0);
    for (int i = 0; i < shown; i++) {
        Page *row = page_row(page, "mails");
        page_text(row, "subject", mails[i].subject);
        page_text(row, "to", mails[i].to);
        page_text(row, "at", show_time(request->arena, mails[i].at));
        page_text(row, "text", mails[i].text);
        page_text(row, "link", own_path(request, mails[i].link));
    }
    return reply_page(request, 200, "staff-mail", page);
}

const Route staff_routes[] = {
    { METHOD_GET, "/staff", WHO_OPERATOR, staff_page, "", false, 0, 0 },
    { METHOD_GET, "/staff/mail", WHO_OPERATOR, mail_page, "", false, 0, 0 },
};
const int staff_route_count = sizeof staff_routes / sizeof *staff_routes;
