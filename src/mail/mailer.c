// The sending side of the outbox: takes one mail at a time under a lease, sends or shows it, and writes
// down how it ended. Nothing is held open while the network is waited for.
#include "mail/part.h"

#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/private_file.h"

#include <assert.h>

// Longer than the longest SMTP conversation, so that no second sender comes while the first still talks.
enum { LEASE_MS = 5 * MS_MINUTE, SHOWN_MAX = 1 << 17 };

static const int64_t waits[] = { MS_MINUTE, 5 * MS_MINUTE, 30 * MS_MINUTE, 2 * MS_HOUR, 8 * MS_HOUR, MS_DAY };
static const int64_t give_up_ms = 7 * (int64_t)MS_DAY;

typedef struct Task {
    MailId id;
    AccountId account;
    Str kind, sealed;
    int64_t attempts, created;
} Task;

static const char *kept(Arena *arena, const char *text)
{
    return text ? arena_copy(arena, str_of(text)).data : NULL;
}

bool mailer_open(const MailerOptions *options, Mailer **out, Fault *fault)
{
    assert(options->folder && options->from && options->support && options->public_url);
    if (!templates_check(fault) || !smtp_start(fault) || !folder_make(options->folder, fault))
        return false;
    Arena arena = { 0 };
    Mailer *mailer = ARENA_NEW(&arena, Mailer);
    MailerOptions *kept_options = &mailer->options;
    *kept_options = *options;
    const char **texts[] = { &kept_options->folder,   &kept_options->url,       &kept_options->user,
                             &kept_options->password, &kept_options->ca_file,   &kept_options->from,
                             &kept_options->support,  &kept_options->public_url };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = kept(&arena, *texts[i]);
    mailer->arena = arena;
    *out = mailer;
    return true;
}

void mailer_close(Mailer *mailer)
{
    if (!mailer)
        return;
    Arena arena = mailer->arena; // the mailer itself lives in it
    arena_close(&arena);
}

static bool lease(Db *db, Arena *arena, Task *out, bool *found, Fault *fault)
{
    DbRows row;
    int64_t now = clock_now();
    if (!db_find(db, arena, SQL_MAIL_LEASE, DB_ARGS(DB_INT(now), DB_INT(now + LEASE_MS)), &row, found, fault))
        return fault_while(fault, "taking a mail");
    if (*found)
        *out = (Task){ { db_int(&row, 0, 0) }, { db_int(&row, 0, 1) }, db_text(&row, 0, 2),
                       db_text(&row, 0, 3),    db_int(&row, 0, 4),     db_int(&row, 0, 5) };
    return true;
}

static bool end(Db *db, const Task *task, const char *state, int64_t status, int *ended, Fault *fault)
{
    int64_t changed = 0;
    if (!db_run(db, SQL_MAIL_END,
                DB_ARGS(DB_INT(task->id.n), DB_INT(task->attempts), DB_TEXT(str_of(state)), DB_INT(status),
                        DB_INT(clock_now())),
                &changed, fault))
        return fault_while(fault, "ending a mail");
    *ended += changed == 1;
    return true;
}

static bool later(Db *db, const Task *task, int64_t status, int *ended, Fault *fault)
{
    size_t last = sizeof waits / sizeof *waits - 1,
           which = task->attempts > 0 ? (size_t)task->attempts - 1 : 0;
    int64_t due = clock_now() + waits[which < last ? which : last];
    if (due > task->created + give_up_ms)
        return end(db, task, "bounced", status, ended, fault);
    return db_run(db, SQL_MAIL_LATER,
                  DB_ARGS(DB_INT(task->id.n), DB_INT(task->attempts), DB_INT(due), DB_INT(status)), NULL,
                  fault);
}

// The values every template may use stand beside those of the order.
static bool letter_make(const Mailer *mailer, Arena *arena, const Task *task, Body *body, Letter *letter,
                        Fault *fault)
{
    Str plain;
    if (!vault_unseal(mailer->options.vault, arena, task->account, KEY_ACCOUNT,
                      (Place){ "mail", "body", task->id.n }, task->sealed, &plain, fault) ||
        !body_read(arena, plain, body, fault))
        return false;
    MailValue values[MAIL_VALUES_MAX + 2];
    int count = 0;
    for (; count < body->count; count++)
        values[count] = body->values[count];
    values[count++] = (MailValue){ "support", str_of(mailer->options.support) };
    values[count++] = (MailValue){ "public_url", str_of(mailer->options.public_url) };
    return template_fill(arena, arena_copy(arena, task->kind).data, values, count, letter, fault);
}

static Str file_of(const Mailer *mailer, Arena *arena, MailId id)
{
    return arena_print(arena, "%s/" STR_FMT ".mail", mailer->options.folder, STR_ARG(id_text(arena, id.n)));
}

// What lies in the folder: where to, and the letter, as values.
static bool show(const Mailer *mailer, Arena *arena, const Task *task, const Body *body, const Letter *letter,
                 Fault *fault)
{
    const MailValue values[] = { { "subject", letter->subject },
                                 { "text", letter->text },
                                 { "link", letter->link } };
    Str plain, sealed;
    if (!body_write(arena, body->to, values, 3, &plain, fault) ||
        !vault_seal(mailer->options.vault, arena, task->account, KEY_ACCOUNT,
                    (Place){ "mail", "file", task->id.n }, plain, &sealed, fault))
        return false;
    // There already: it was shown, and we were cut off before we could write that down.
    return private_file_make(file_of(mailer, arena, task->id).data, sealed.data, sealed.length, fault) ||
           fault->kind == FAULT_CONFLICT;
}

static bool deliver(Mailer *mailer, Db *db, Arena *arena, const Task *task, int *ended, Fault *fault)
{
    Body body;
    Letter letter;
    if (!letter_make(mailer, arena, task, &body, &letter, fault)) {
        if (fault->kind == FAULT_MISSING) // the person has been forgotten
            return end(db, task, "dropped", 0, ended, fault);
        log_error("mail.unreadable mail=" STR_FMT " fault=%d", STR_ARG(id_text(arena, task->id.n)),
                  (int)fault->kind);
        return later(db, task, 0, ended, fault);
    }
    if (!mailer->options.url) {
        if (show(mailer, arena, task, &body, &letter, fault))
            return end(db, task, "shown", 0, ended, fault);
        log_error("mail.unshown mail=" STR_FMT " %s", STR_ARG(id_text(arena, task->id.n)), fault->text);
        return later(db, task, 0, ended, fault);
    }
    const SmtpLetter out = { task->id, task->created, body.to, letter };
    SmtpEnd how = SMTP_LATER;
    int64_t status = 0;
    if (!smtp_send(&mailer->options, arena, &out, &how, &status, fault))
        log_error("mail.unsent mail=" STR_FMT " %s", STR_ARG(id_text(arena, task->id.n)), fault->text);
    if (how == SMTP_LATER)
        return later(db, task, status, ended, fault);
    return end(db, task, how == SMTP_TAKEN ? "sent" : "bounced", status, ended, fault);
}

bool mailer_run(Mailer *mailer, Db *db, int *sent, Fault *fault)
{
    *sent = 0;
    for (bool found = true; found;) {
        Arena arena = { 0 };
        Task task;
        bool done = lease(db, &arena, &task, &found, fault) &&
                    (!found || deliver(mailer, db, &arena, &task, sent, fault));
        arena_close(&arena);
        if (!done)
            return false;
    }
    return true;
}

static bool shown_read(Mailer *mailer, Arena *arena, ShownMail *mail, Fault *fault)
{
    Str sealed, plain;
    Body body;
    if (!file_read(arena, file_of(mailer, arena, mail->id).data, SHOWN_MAX, &sealed, fault) ||
        !vault_unseal(mailer->options.vault, arena, mail->account, KEY_ACCOUNT,
                      (Place){ "mail", "file", mail->id.n }, sealed, &plain, fault) ||
        !body_read(arena, plain, &body, fault))
        return false;
    mail->to = body.to;
    mail->subject = body.count > 0 ? body.values[0].value : (Str){ 0 };
    mail->text = body.count > 1 ? body.values[1].value : (Str){ 0 };
    mail->link = body.count > 2 ? body.values[2].value : (Str){ 0 };
    return true;
}

bool mail_shown(Mailer *mailer, Db *db, Arena *arena, int limit, ShownMail **list, int *count, Fault *fault)
{
    DbRows rows;
    *count = 0;
    if (!db_list(db, arena, SQL_MAIL_LIST_SHOWN, DB_ARGS(DB_INT(limit)), &rows, fault))
        return false;
    *list = ARENA_ARRAY(arena, ShownMail, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++) {
        ShownMail *mail = &(*list)[*count];
        *mail = (ShownMail){ .id = { db_int(&rows, i, 0) },
                             .account = { db_int(&rows, i, 1) },
                             .kind = arena_copy(arena, db_text(&rows, i, 2)).data,
                             .at = db_int(&rows, i, 3) };
        Fault gone; // a file that was removed, or of a person who was forgotten, is left out
        *count += shown_read(mailer, arena, mail, &gone);
    }
    return true;
}
