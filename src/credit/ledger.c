// One line: the wallet first, which locks it, then the line; a line that was there before takes the wallet's
// change back.
#include "credit/ledger.h"

#include "sys/clock.h"

#include <assert.h>
#include <inttypes.h>

#define PERSON STR_INIT("person")
#define HELD   STR_INIT("held")
#define SPENT  STR_INIT("spent")

const Movement movements[CREDIT_KINDS] = {
    [CREDIT_HOLD] = { STR_INIT("hold"), PERSON, HELD, -1, 1 },
    [CREDIT_CHARGE] = { STR_INIT("charge"), HELD, SPENT, 0, -1 },
    [CREDIT_RETURN] = { STR_INIT("return"), HELD, PERSON, 1, -1 },
    [CREDIT_GIVE_BACK] = { STR_INIT("give-back"), SPENT, PERSON, 1, 0 },
    [CREDIT_PURCHASE] = { STR_INIT("purchase"), STR_INIT("purchased"), PERSON, 1, 0 },
    [CREDIT_REFUND] = { STR_INIT("refund"), PERSON, STR_INIT("refunded"), -1, 0 },
    [CREDIT_REFUND_REVERSED] = { STR_INIT("refund-reversed"), STR_INIT("refunded"), PERSON, 1, 0 },
    [CREDIT_DISPUTE] = { STR_INIT("dispute"), PERSON, STR_INIT("disputed"), -1, 0 },
    [CREDIT_DISPUTE_RELEASED] = { STR_INIT("dispute-released"), STR_INIT("disputed"), PERSON, 1, 0 },
    [CREDIT_GRANT] = { STR_INIT("grant"), STR_INIT("granted"), PERSON, 1, 0 },
};

Str credit_kind_name(CreditKind kind)
{
    return movements[kind].name;
}

// `*fits` false: a hold is more than may be spent, or what is settled is more than what is held.
static bool wallet_change(Db *db, Arena *arena, const CreditMove *move, int64_t *balance, int64_t *number,
                          bool *fits, Fault *fault)
{
    const Movement *way = &movements[move->kind];
    DbRows row;
    // Looks and takes in one statement, so two open tabs cannot spend the same credit.
    Sql statement = move->kind == CREDIT_HOLD ? SQL_CREDIT_TAKE
                    : way->held < 0           ? SQL_CREDIT_SETTLE
                                              : SQL_CREDIT_CHANGE;
    if (!db_find(db, arena, statement,
                 DB_ARGS(DB_INT(move->account.n), DB_INT(way->credits * move->amount),
                         DB_INT(way->held * move->amount)),
                 &row, fits, fault))
        return fault_while(fault, "changing a wallet");
    if (*fits) {
        *balance = db_int(&row, 0, 0);
        *number = db_int(&row, 0, 1);
    }
    return true;
}

static bool line_add(Db *db, const CreditMove *move, int64_t balance, int64_t number, bool *added,
                     Fault *fault)
{
    const Movement *way = &movements[move->kind];
    int64_t changed = 0;
    if (!db_run(db, SQL_CREDIT_LINE_ADD,
                DB_ARGS(DB_INT(move->account.n), DB_INT(number), DB_TEXT(way->name), DB_INT(move->cause),
                        DB_INT(move->step), DB_TEXT(way->source), DB_TEXT(way->target), DB_INT(move->amount),
                        DB_INT(balance), DB_TEXT(move->why), DB_INT(clock_now())),
                &changed, fault))
        return fault_while(fault, "writing the ledger");
    *added = changed == 1;
    return true;
}

static bool wallet_undo(Db *db, const CreditMove *move, Fault *fault)
{
    const Movement *way = &movements[move->kind];
    return db_run(db, SQL_CREDIT_UNDO,
                  DB_ARGS(DB_INT(move->account.n), DB_INT(way->credits * move->amount),
                          DB_INT(way->held * move->amount)),
                  NULL, fault);
}

// What does not fit may have been done before: then it has used up what it would need now.
static bool was_before(Db *db, Arena *arena, const CreditMove *move, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_CREDIT_LINE_THERE,
                 DB_ARGS(DB_TEXT(movements[move->kind].name), DB_INT(move->cause), DB_INT(move->step)), &row,
                 &found, fault))
        return fault_while(fault, "looking for a line of the ledger");
    if (found)
        return true;
    if (move->kind != CREDIT_HOLD)
        return fault_set(fault, FAULT_BROKEN, "so much is not held for account %" PRId64, move->account.n);
    return fault_set(fault, FAULT_CREDIT,
                     "This costs %" PRId64 " %s, and you have fewer. The credits page shows how to get more.",
                     move->amount, move->amount == 1 ? "credit" : "credits");
}

bool credit_move(Db *db, const CreditMove *move, bool *moved, Fault *fault)
{
    assert(db_inside(db)); // the line and its cause live or die together
    assert(move->amount > 0);
    Arena arena = { 0 };
    int64_t balance = 0, number = 0;
    bool fits = false, added = false;
    bool good = wallet_change(db, &arena, move, &balance, &number, &fits, fault);
    if (good && fits)
        good = line_add(db, move, balance, number, &added, fault) && (added || wallet_undo(db, move, fault));
    else if (good)
        good = was_before(db, &arena, move, fault);
    arena_close(&arena);
    if (moved)
        *moved = added;
    return good;
}
