// The writing side of the outbox.
#include "mail/part.h"

#include "sys/clock.h"

#include <assert.h>

bool mail_seal(Vault *vault, Arena *arena, const MailOrder *order, MailDraft *out, Fault *fault)
{
    Str body;
    *out = (MailDraft){ { id_make() }, order->account, order->kind, order->cause, { 0 } };
    return body_write(arena, order->to, order->values, order->count, &body, fault) &&
           vault_seal(vault, arena, order->account, KEY_ACCOUNT, (Place){ "mail", "body", out->id.n }, body,
                      &out->sealed, fault);
}

bool mail_post(Db *db, const MailDraft *draft, Fault *fault)
{
    assert(db_inside(db)); // the mail and its cause live or die together
    if (!db_run(db, SQL_MAIL_POST,
                DB_ARGS(DB_INT(draft->id.n), DB_INT(draft->account.n), DB_TEXT(str_of(draft->kind)),
                        DB_TEXT(draft->cause), DB_BLOB(draft->sealed), DB_INT(clock_now())),
                NULL, fault))
        return fault_while(fault, "posting a mail");
    db_ring(db, "mail", 0);
    return true;
}

bool mail_counts(Db *db, MailCounts *out, Fault *fault)
{
    *out = (MailCounts){ 0 };
    const struct {
        const char *state;
        int64_t *count;
    } states[] = { { "waiting", &out->waiting },
                   { "sent", &out->sent },
                   { "shown", &out->shown },
                   { "bounced", &out->bounced },
                   { "dropped", &out->dropped } };
    Arena arena = { 0 };
    DbRows rows;
    bool read = db_list(db, &arena, SQL_MAIL_COUNT, DB_NO_ARGS, &rows, fault);
    for (int row = 0; read && row < rows.count; row++)
        for (size_t i = 0; i < sizeof states / sizeof *states; i++)
            if (str_equal(db_text(&rows, row, 0), str_of(states[i].state)))
                *states[i].count = db_int(&rows, row, 1);
    arena_close(&arena);
    return read;
}
