// Explain: which line is put into which words.
#include "web/explain.h"

#include "base/money.h"
#include "sys/clock.h"

#include <inttypes.h>
#include <time.h>

typedef struct Seen { // a song that was looked up
    int64_t job;
    SongId song; // 0: it is gone
    Str title;
} Seen;

enum { SEEN_MAX = 64 };

struct Explainer {
    People people;
    AccountId account;
    bool own;
    Seen seen[SEEN_MAX];
    int count;
};

Explainer *explainer_make(const People *people, Arena *arena, AccountId account, bool own)
{
    Explainer *explainer = ARENA_NEW(arena, Explainer);
    *explainer = (Explainer){ .people = *people, .account = account, .own = own };
    explainer->people.arena = arena;
    return explainer;
}

// ---- songs

static bool look_up(Explainer *e, int64_t id, Seen *out, Fault *fault)
{
    Job job;
    LibrarySong song;
    *out = (Seen){ .job = id };
    if (!job_read(e->people.db, e->people.arena, e->account, (JobId){ id }, &job, fault) ||
        !song_read(&e->people, e->account, job.song, &song, fault))
        return fault->kind == FAULT_MISSING;
    out->song = job.song;
    out->title = song.title;
    return true;
}

static bool song_of_job(Explainer *e, int64_t job, Seen *out, Fault *fault)
{
    for (int i = 0; i < e->count && i < SEEN_MAX; i++)
        if (e->seen[i].job == job) {
            *out = e->seen[i];
            return true;
        }
    if (!look_up(e, job, out, fault))
        return false;
    e->seen[e->count++ % SEEN_MAX] = *out;
    return true;
}

static bool name_song(Explainer *e, const CreditLine *line, Explained *out, Fault *fault)
{
    Seen seen;
    out->name = STR("a song");
    if (!e->own)
        return true;
    if (!song_of_job(e, line->cause, &seen, fault))
        return false;
    out->song = seen.song;
    out->name = STR("a song you deleted");
    if (seen.song.n == 0)
        return true;
    out->name = arena_print(e->people.arena, "“" STR_FMT "”", STR_ARG(seen.title));
    out->href =
        arena_print(e->people.arena, "songs/" STR_FMT, STR_ARG(id_text(e->people.arena, seen.song.n)));
    return true;
}

// Why the credits of a song came back, by the reason of its job.
static Str return_words(Str why)
{
    static const struct {
        Str why, words;
    } reasons[] = {
        { STR_INIT("silent"), STR_INIT(" came out silent") },
        { STR_INIT("clipped"), STR_INIT(" came out distorted") },
        { STR_INIT("length"), STR_INIT(" came out too long or too short") },
        { STR_INIT("abrupt"), STR_INIT(" broke off instead of ending") },
        { STR_INIT("undecodable"), STR_INIT(" could not be played") },
        { STR_INIT("refused"), STR_INIT(" cannot be made as it was described") },
        { STR_INIT("cancelled"), STR_INIT(" was cancelled") },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (str_equal(reasons[i].why, why))
            return reasons[i].words;
    return STR(" could not be made in three tries");
}

// ---- grants

static bool explain_grant(Explainer *e, const CreditLine *line, Explained *out, Fault *fault)
{
    Grant grant;
    Code code;
    bool found;
    out->before = STR("Welcome");
    if (str_equal(line->why, STR("welcome")))
        return true;
    out->before = STR("Given by the operator");
    if (!grant_find(&e->people, line->cause, &grant, &found, fault))
        return fault->kind == FAULT_MISSING; // its words went with a key
    if (found && str_equal(grant.kind, STR("staff")) && grant.reason.length > 0)
        out->before = arena_print(e->people.arena, "Given by the operator: " STR_FMT, STR_ARG(grant.reason));
    if (!found || !str_equal(grant.kind, STR("code")))
        return true;
    out->before = STR("Code");
    if (!code_find(e->people.db, e->people.arena, grant.origin, &code, &found, fault))
        return false;
    if (found)
        out->before = arena_print(e->people.arena, "Code " STR_FMT, STR_ARG(code.word));
    return true;
}

// ---- purchases

// The pack's title, which leads to the purchase.
static bool name_pack(Explainer *e, const CreditLine *line, Explained *out, Fault *fault)
{
    Purchase purchase;
    bool found;
    out->name = STR("a pack");
    if (!purchase_find(&e->people, (PurchaseId){ line->cause }, &purchase, &found, fault))
        return fault->kind == FAULT_MISSING; // sealed with a key that is gone
    if (!found)
        return true;
    out->name = purchase.title;
    out->href =
        arena_print(e->people.arena, e->own ? "credits/purchases/" STR_FMT : "staff/purchases/" STR_FMT,
                    STR_ARG(id_text(e->people.arena, line->cause)));
    return true;
}

// "Bought: Starter, 4.99 USD, receipt R-000012"
static bool explain_purchase(Explainer *e, const CreditLine *line, Explained *out, Fault *fault)
{
    Receipt *list;
    int count;
    out->before = STR("Bought: ");
    if (!name_pack(e, line, out, fault) ||
        !receipt_list_of(&e->people, (PurchaseId){ line->cause }, &list, &count, fault))
        return false;
    if (count > 0)
        out->after = arena_print(e->people.arena, ", " STR_FMT ", receipt " STR_FMT,
                                 STR_ARG(money_text(e->people.arena, list[0].amount, list[0].currency)),
                                 STR_ARG(receipt_name(e->people.arena, list[0].number)));
    return true;
}

// ---- all

bool explain_line(Explainer *e, const CreditLine *line, Explained *out, Fault *fault)
{
    *out = (Explained){ 0 };
    switch (line->kind) {
    case CREDIT_HOLD:
        out->before = STR("Held for ");
        return name_song(e, line, out, fault);
    case CREDIT_CHARGE:
        out->before = STR("Paid: ");
        out->after = STR(" is ready");
        return name_song(e, line, out, fault);
    case CREDIT_RETURN:
        out->before = STR("Came back: ");
        out->after = return_words(line->why);
        return name_song(e, line, out, fault);
    case CREDIT_GIVE_BACK:
        out->before = STR("Came back: ");
        out->after = STR(" is not what was asked for");
        return name_song(e, line, out, fault);
    case CREDIT_GRANT:
        return explain_grant(e, line, out, fault);
    case CREDIT_PURCHASE:
        return explain_purchase(e, line, out, fault);
    case CREDIT_REFUND:
        out->before = STR("Paid back: credits of ");
        return name_pack(e, line, out, fault);
    case CREDIT_REFUND_REVERSED:
        out->before = STR("The money for ");
        out->after = STR(" could not be paid back, so the credits are here again");
        return name_pack(e, line, out, fault);
    case CREDIT_DISPUTE:
        out->before = STR("Disputed: the bank asks the money for ");
        out->after = STR(" back");
        return name_pack(e, line, out, fault);
    case CREDIT_DISPUTE_RELEASED:
        out->before = STR("The dispute about ");
        out->after = STR(" is over, and the credits are here again");
        return name_pack(e, line, out, fault);
    case CREDIT_KINDS:
        break;
    }
    return true;
}

Str explained_words(Arena *arena, const Explained *explained)
{
    return arena_print(arena, STR_FMT STR_FMT STR_FMT, STR_ARG(explained->before), STR_ARG(explained->name),
                       STR_ARG(explained->after));
}

Str change_text(Arena *arena, int64_t change)
{
    return arena_print(arena, change == 0 ? "%" PRId64 : "%+" PRId64, change);
}

Str credits_text(Arena *arena, int64_t credits)
{
    return arena_print(arena, credits == 1 ? "%" PRId64 " credit" : "%" PRId64 " credits", credits);
}

// ---- for programs

static Str iso_time(Arena *arena, int64_t at)
{
    char text[40];
    time_t seconds = (time_t)(at / MS_SECOND);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    return arena_copy(arena, (Str){ text, strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) });
}

void line_json(JsonOut *json, Arena *arena, const CreditLine *line, const Explained *explained)
{
    jsonout_open(json, '{');
    jsonout_key(json, "number");
    jsonout_int(json, line->number);
    jsonout_key(json, "at_ms");
    jsonout_int(json, line->at);
    jsonout_key(json, "kind");
    jsonout_str(json, credit_kind_name(line->kind));
    jsonout_key(json, "words");
    jsonout_str(json, explained_words(arena, explained));
    jsonout_key(json, "song");
    if (explained->song.n == 0)
        jsonout_null(json);
    else
        jsonout_str(json, id_text(arena, explained->song.n));
    jsonout_key(json, "amount");
    jsonout_int(json, line->amount);
    jsonout_key(json, "change");
    jsonout_int(json, line->change);
    jsonout_key(json, "balance");
    jsonout_int(json, line->balance);
    jsonout_close(json, '}');
}

const Str line_csv_head = STR_INIT("number,at,kind,words,amount,change,balance\r\n");

// RFC 4180. The words begin with words of ours, so no program takes a title for a formula.
static void csv_text(Buf *buf, Str text)
{
    buf_text(buf, STR("\""));
    for (size_t i = 0; i < text.length; i++)
        buf_text(buf, text.data[i] == '"' ? STR("\"\"") : str_slice(text, i, i + 1));
    buf_text(buf, STR("\""));
}

void line_csv(Buf *buf, Arena *arena, const CreditLine *line, const Explained *explained)
{
    buf_print(buf, "%" PRId64 "," STR_FMT "," STR_FMT ",", line->number, STR_ARG(iso_time(arena, line->at)),
              STR_ARG(credit_kind_name(line->kind)));
    csv_text(buf, explained_words(arena, explained));
    buf_print(buf, ",%" PRId64 ",%" PRId64 ",%" PRId64 "\r\n", line->amount, line->change, line->balance);
}
