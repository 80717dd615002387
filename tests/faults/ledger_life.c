// Ledger life: what may happen to one person's credits, through the program's own code; for powerloss.py.
//
//     ledger_life run FOLDER      lives it, and says after each commit which lines of the ledger are promised
//                                 from now on: "line KIND CAUSE STEP"; in the end "end" and what there is
//     ledger_life check FOLDER    after a crash: reads such promises, looks for each and for what must always
//                                 hold, lives on to the end, looks again and says "end"; or what is not so
//
// Each step looks whether it was done before, as a person would who presses again.
// LEDGER_LIFE_FAULT=normal or off opens SQLite as it must not be, split charges apart from the job's end:
// so that powerloss.py is seen to find it.
#include "blob/blob.h"
#include "db/sqlite.h"
#include "job/queue.h"
#include "pay/part.h"
#include "sys/clock.h"
#include "sys/secret.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HANDS = 4, EACH = 5, FILE_BYTES = 40000, WAL_PAGES = 60, PATH_MOST = 400 };

static const AccountId ada = { 7 }, olga = { 1 }, pavel = { 2 };
static const PurchaseId pack = { 1000 };

typedef struct Life {
    char folder[PATH_MOST];
    const char *seeded; // the fault
    bool tells;
    int64_t told; // number of the newest line that was promised
    Database *data, *keys;
    Vault *vault;
    Blobs *blobs;
    People people;
    Arena arena;
} Life;

static _Noreturn void stop(const char *what, const char *why)
{
    printf("cannot live on: %s: %s\n", what, why);
    exit(3);
}

#define MUST(call) ((call) ? (void)0 : stop(#call, fault.text))

// ---- promises

static void promise(const char *kind, int64_t cause, int64_t step)
{
    char line[100];
    int length = snprintf(line, sizeof line, "line %s %" PRId64 " %" PRId64 "\n", kind, cause, step);
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        exit(2);
}

static void tell(Life *life)
{
    Fault fault = { 0 };
    CreditLine *list;
    int count;
    MUST(credit_lines(life->people.db, &life->arena, ada, 0, CREDIT_LINES_MAX, &list, &count, &fault));
    for (int i = count - 1; i >= 0; i--)
        if (life->tells && list[i].number > life->told)
            promise(credit_kind_name(list[i].kind).data, list[i].cause, list[i].step);
    life->told = count ? list[0].number : 0;
}

// ---- opening

static Database *opened(Life *life, DbStore store, const char *name)
{
    Fault fault = { 0 };
    Database *database;
    char path[PATH_MOST + 20], pragma[100];
    snprintf(path, sizeof path, "%s/%s", life->folder, name);
    MUST(database_open(&(DatabaseOptions){ store, path, 0 }, &database, &fault));
    // A log that soon begins again from its start has more ways to go wrong.
    snprintf(pragma, sizeof pragma, "PRAGMA wal_autocheckpoint = %d; PRAGMA synchronous = %s", WAL_PAGES,
             *life->seeded && strcmp(life->seeded, "split") != 0 ? life->seeded : "full");
    if (sqlite3_exec(((const Writer *)database->own)->lite.handle, pragma, NULL, NULL, NULL) != SQLITE_OK)
        stop("opening", pragma);
    return database;
}

static void life_open(Life *life)
{
    Fault fault = { 0 };
    VaultOptions options = { 0 };
    char path[PATH_MOST + 20];
    life->data = opened(life, STORE_DATA, "data.db");
    life->keys = options.keys = opened(life, STORE_KEYS, "keys.db");
    memset(options.master, 7, sizeof options.master);
    MUST(vault_open(&options, &life->vault, &fault));
    snprintf(path, sizeof path, "%s/blobs", life->folder);
    MUST(blobs_open(path, life->vault, &life->blobs, &fault));
    life->people =
        (People){ .vault = life->vault, .arena = &life->arena, .public_url = STR("http://127.0.0.1") };
    MUST(db_take(life->data, &life->people.db, &fault));
}

static void life_close(Life *life)
{
    db_give(life->people.db);
    blobs_close(life->blobs);
    vault_close(life->vault);
    database_close(life->keys);
    database_close(life->data);
}

static void restart(Life *life)
{
    life_close(life);
    life_open(life);
}

// ---- people, gifts

static void person(Life *life, AccountId id)
{
    Fault fault = { 0 };
    if (!vault_keys_add(life->vault, id, &fault) && fault.kind != FAULT_CONFLICT)
        stop("keys", fault.text);
    MUST(db_run(life->people.db, SQL_PERSON_ADD,
                DB_ARGS(DB_INT(id.n), DB_TEXT(STR("member")), DB_TEXT(STR("active")), DB_NULL, DB_NULL,
                        DB_NULL, DB_TEXT(STR("1")), DB_TEXT(STR("1")), DB_INT(1), DB_INT(1)),
                NULL, &fault));
}

static void people_come(Life *life)
{
    Fault fault = { 0 };
    person(life, ada);
    person(life, olga);
    person(life, pavel);
    MUST(credit_welcome(life->people.db, ada, 40, &fault));
}

static void code_is_used(Life *life)
{
    Fault fault = { 0 };
    Code *list;
    int count;
    int64_t amount;
    MUST(code_list(life->people.db, &life->arena, &list, &count, &fault));
    if (count == 0)
        MUST(code_make(life->people.db, &life->arena, olga, STR("SPRING26"), 9, 3, 0, &fault));
    if (!code_use(&life->people, ada, STR("spring-26"), &amount, &fault) && fault.kind != FAULT_CONFLICT)
        stop("a code", fault.text);
}

static void staff_gives(Life *life)
{
    const GrantWish small = { olga, ada, 3, STR("for the waltz"), 100, 81 },
                    large = { olga, ada, 300, STR("for the march"), 100, 82 };
    Fault fault = { 0 };
    Grant *list;
    int count;
    bool waits;
    MUST(grant_make(&life->people, &small, &waits, &fault));
    tell(life);
    MUST(grant_make(&life->people, &large, &waits, &fault));
    MUST(grant_list_waiting(&life->people, &list, &count, &fault));
    if (count > 0)
        MUST(grant_decide(&life->people, pavel, list[0].id, true, &fault));
}

// ---- songs

typedef enum SongEnd { MADE, CANCELLED, SILENT, WAITING } SongEnd;

static bool settle(Life *life, const Claim *claim, BlobWriter *mp3, Fault *fault)
{
    Db *db = life->people.db;
    Grip grip;
    Claim free = *claim;
    bool split = strcmp(life->seeded, "split") == 0;
    free.credits = split ? 0 : claim->credits;
    if (!db_begin(db, fault) || !queue_done(db, &life->arena, &free, &grip, fault) || grip != GRIP_HELD ||
        !blob_settle(mp3, db, fault) || !song_ended(db, claim->song, SONG_READY, -14.0, fault) ||
        !db_commit(db, fault))
        return false;
    return !split || (db_begin(db, fault) && credit_charge(db, ada, claim->id, claim->credits, fault) &&
                      db_commit(db, fault));
}

static void make(Life *life, const Claim *claim)
{
    static char bytes[FILE_BYTES];
    Fault fault = { 0 };
    BlobWriter *mp3;
    memset(bytes, 'a', sizeof bytes);
    BlobOwner owner = { ada, claim->song, claim->id, "mp3" };
    MUST(blob_make(life->blobs, life->people.db, &owner, &mp3, &fault));
    MUST(blob_write(mp3, bytes, sizeof bytes, &fault) && blob_finish(mp3, &fault));
    MUST(settle(life, claim, mp3, &fault));
    blob_close(mp3);
}

// What a crash left running comes back when its lease is over, for which the clock goes on here.
static void claim_it(Life *life, Claim *claim)
{
    enum { TRIES = 5 };
    Fault fault = { 0 };
    bool found = false;
    for (int i = 0; i < TRIES && !found; i++) {
        int recovered;
        clock_shift(2 * JOB_LEASE_MS);
        MUST(queue_recover(life->people.db, &life->arena, &recovered, &fault));
        MUST(queue_claim(life->people.db, &life->arena, claim, &found, &fault));
    }
    if (!found)
        stop("claiming", "no song waits");
}

static void work(Life *life, SongEnd end)
{
    Fault fault = { 0 };
    Claim claim;
    Grip grip;
    claim_it(life, &claim);
    if (end == MADE)
        make(life, &claim);
    else
        MUST(queue_end(life->people.db, &life->arena, &claim, JOB_FAILED, "silent", QUEUE_ANY_LEASE, &grip,
                       &fault));
}

static Job song(Life *life, const char *key, int64_t credits, SongEnd end)
{
    Fault fault = { 0 };
    Job job;
    bool again;
    JobOrder order = { .song = { .account = ada,
                                 .prompt = STR("a calm piano tune"),
                                 .settings = { .seconds = 5 },
                                 .seed = 7,
                                 .engine = STR("built-in") },
                       .once = str_of(key),
                       .credits = credits };
    MUST(job_submit(&life->people, &order, &job, &again, &fault));
    tell(life);
    if (job.state > JOB_RUNNING || end == WAITING)
        return job;
    if (end == CANCELLED)
        MUST(job_cancel(life->people.db, &life->arena, ada, job.id, &job, &fault));
    else
        work(life, end);
    tell(life);
    return job;
}

static void not_asked(Life *life, Job job)
{
    Fault fault = { 0 };
    int64_t amount;
    if (!credit_give_back(life->people.db, ada, job.id, 5, &amount, &fault) && fault.kind != FAULT_CONFLICT)
        stop("giving back", fault.text);
}

// ---- money

static bool receipt(Db *db, Arena *arena, const char *kind, int64_t step, int64_t credits, int64_t amount,
                    Fault *fault)
{
    DbRows row;
    bool found;
    return db_find(db, arena, SQL_RECEIPT_NUMBER, DB_NO_ARGS, &row, &found, fault) && found &&
           db_run(db, SQL_RECEIPT_ADD,
                  DB_ARGS(DB_INT(db_int(&row, 0, 0)), DB_TEXT(str_of(kind)), DB_INT(pack.n), DB_INT(step),
                          DB_INT(ada.n), DB_TEXT(STR("Starter")), DB_INT(credits), DB_INT(amount),
                          DB_TEXT(STR("usd")), DB_TEXT(STR("Sample Sounds")), DB_TEXT(STR("")), DB_NULL,
                          DB_INT(0), DB_INT(1)),
                  NULL, fault);
}

// What purchase_reconcile writes: line, receipt and row together.
static bool money_moves(Db *db, Arena *arena, const CreditMove *move, const char *of, int64_t amount,
                        int64_t refunded, Fault *fault)
{
    bool moved;
    if (!credit_move(db, move, &moved, fault))
        return false;
    return !moved || ((!of || receipt(db, arena, of, move->step, move->amount, amount, fault)) &&
                      db_run(db, SQL_PURCHASE_WRITE,
                             DB_ARGS(DB_INT(pack.n), DB_TEXT(STR("paid")), DB_TEXT(STR("pi_1")),
                                     DB_TEXT(STR("ch_1")), DB_INT(500), DB_TEXT(STR("usd")), DB_INT(refunded),
                                     DB_TEXT(STR("")), DB_TEXT(STR("")), DB_INT(0), DB_NULL,
                                     DB_INT(move->step), DB_INT(0), DB_INT(1), DB_INT(0)),
                             NULL, fault));
}

static void money(Life *life, CreditKind kind, int64_t step, int64_t credits, const char *of, int64_t amount,
                  int64_t refunded)
{
    Fault fault = { 0 };
    CreditMove move = { ada, kind, pack.n, step, credits, STR("") };
    MUST(db_begin(life->people.db, &fault) &&
         money_moves(life->people.db, &life->arena, &move, of, amount, refunded, &fault) &&
         db_commit(life->people.db, &fault));
    tell(life);
}

static void money_comes_and_goes(Life *life)
{
    Fault fault = { 0 };
    PurchaseRow row;
    bool found;
    MUST(purchase_row(life->people.db, &life->arena, pack, &row, &found, &fault));
    if (!found)
        MUST(db_run(life->people.db, SQL_PURCHASE_ADD,
                    DB_ARGS(DB_INT(pack.n), DB_INT(ada.n), DB_TEXT(STR("starter")), DB_TEXT(STR("Starter")),
                            DB_INT(100), DB_INT(500), DB_TEXT(STR("usd")), DB_INT(0), DB_NULL, DB_INT(1),
                            DB_INT(1), DB_INT(20)),
                    NULL, &fault));
    money(life, CREDIT_PURCHASE, 0, 100, "sale", 500, 0);
    money(life, CREDIT_REFUND, 1, 20, "refund", 100, 100);
    money(life, CREDIT_DISPUTE, 2, 80, NULL, 0, 100);
    money(life, CREDIT_DISPUTE_RELEASED, 3, 80, NULL, 0, 100);
}

// ---- several at once, so that groups form

typedef struct Hand {
    pthread_t thread;
    Life *life;
    int number;
} Hand;

static void *moves_many(void *self)
{
    Hand *hand = self;
    Fault fault = { 0 };
    Db *db;
    MUST(db_take(hand->life->data, &db, &fault));
    for (int i = 0; i < EACH; i++) {
        int64_t cause = 50000 + hand->number * 100 + i;
        bool moved = false;
        MUST(db_begin(db, &fault));
        MUST(credit_move(db, &(CreditMove){ ada, CREDIT_HOLD, cause, 0, 1, STR("") }, &moved, &fault));
        MUST(credit_move(db, &(CreditMove){ ada, CREDIT_CHARGE, cause, 0, 1, STR("") }, NULL, &fault));
        if (i == EACH - 1) { // and the last changes its mind
            db_rollback(db);
            continue;
        }
        MUST(db_commit(db, &fault));
        if (hand->life->tells) {
            promise("hold", cause, 0);
            promise("charge", cause, 0);
        }
    }
    db_give(db);
    return NULL;
}

static void many_at_once(Life *life)
{
    Hand hands[HANDS];
    for (int i = 0; i < HANDS; i++) {
        hands[i] = (Hand){ .life = life, .number = i };
        if (pthread_create(&hands[i].thread, NULL, moves_many, &hands[i]) != 0)
            stop("threads", "none");
    }
    for (int i = 0; i < HANDS; i++)
        pthread_join(hands[i].thread, NULL);
    Fault fault = { 0 };
    Wallet wallet;
    MUST(credit_wallet(life->people.db, ada, &wallet, &fault));
    life->told = wallet.lines; // by themselves
}

// ---- the whole

static void live(Life *life)
{
    people_come(life);
    tell(life);
    Job first = song(life, "first", 5, MADE);
    song(life, "second", 7, CANCELLED);
    restart(life);
    song(life, "third", 6, SILENT);
    money_comes_and_goes(life);
    code_is_used(life);
    tell(life);
    many_at_once(life);
    staff_gives(life);
    tell(life);
    restart(life);
    not_asked(life, first);
    tell(life);
    song(life, "fourth", 11, MADE);
    song(life, "fifth", 13, WAITING);
}

static void say_end(Life *life)
{
    Fault fault = { 0 };
    Wallet wallet;
    DbRows receipts;
    MUST(credit_wallet(life->people.db, ada, &wallet, &fault));
    MUST(db_list(life->people.db, &life->arena, SQL_RECEIPT_LIST, DB_ARGS(DB_INT(ada.n), DB_INT(200)),
                 &receipts, &fault));
    printf("end credits=%" PRId64 " held=%" PRId64 " lines=%" PRId64 " receipts=%d\n", wallet.credits,
           wallet.held, wallet.lines, receipts.count);
}

// ---- after a crash

static int broken;

static void not_so(const char *what, int64_t id)
{
    printf("not so: %s (%" PRId64 ")\n", what, id);
    broken++;
}

static void file_is_whole(Life *life)
{
    sqlite3_stmt *statement;
    const Writer *writers[] = { life->data->own, life->keys->own };
    for (int i = 0; i < 2; i++) {
        if (sqlite3_prepare_v2(writers[i]->lite.handle, "PRAGMA integrity_check", -1, &statement, NULL) !=
                SQLITE_OK ||
            sqlite3_step(statement) != SQLITE_ROW ||
            strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0)
            not_so("the database is whole", i);
        sqlite3_finalize(statement);
    }
}

static void songs_can_be_heard(Life *life)
{
    Fault fault = { 0 };
    Job job;
    bool found;
    CreditLine *list;
    int count;
    MUST(credit_lines(life->people.db, &life->arena, ada, 0, CREDIT_LINES_MAX, &list, &count, &fault));
    for (int i = 0; i < count; i++) {
        static char bytes[FILE_BYTES + 1];
        BlobFacts facts;
        BlobReader *reader;
        size_t got = 0;
        if (list[i].kind != CREDIT_CHARGE || list[i].amount == 1)
            continue;
        MUST(job_read(life->people.db, &life->arena, ada, (JobId){ list[i].cause }, &job, &fault));
        MUST(blob_find(life->people.db, &life->arena, job.song, "mp3", &facts, &found, &fault));
        if (!found || !facts.whole || !blob_open(life->blobs, &facts, &reader, &fault)) {
            not_so("a song that was paid for has its file", list[i].cause);
            continue;
        }
        if (!blob_read(reader, 0, bytes, sizeof bytes, &got, &fault) || got != FILE_BYTES)
            not_so("a song that was paid for can be heard", list[i].cause);
        blob_reader_close(reader);
    }
}

static void everything_holds(Life *life)
{
    Fault fault = { 0 };
    Checkup checkup = { .count = 0 };
    MUST(credit_check(life->people.db, &life->arena, &checkup, &fault));
    MUST(job_check(life->people.db, &life->arena, &checkup, &fault));
    MUST(pay_check(life->people.db, &life->arena, &checkup, &fault));
    for (int i = 0; i < checkup.count && i < 100; i++)
        not_so(checkup.list[i].rule, checkup.list[i].id);
    file_is_whole(life);
    songs_can_be_heard(life);
}

static void promises_are_kept(Life *life)
{
    char kind[30];
    int64_t cause, step;
    while (scanf("line %29s %" SCNd64 " %" SCNd64 "\n", kind, &cause, &step) == 3) {
        Fault fault = { 0 };
        DbRows row;
        bool found;
        MUST(db_find(life->people.db, &life->arena, SQL_CREDIT_LINE_THERE,
                     DB_ARGS(DB_TEXT(str_of(kind)), DB_INT(cause), DB_INT(step)), &row, &found, &fault));
        if (!found)
            not_so("what was promised is there", cause);
    }
}

static int check(Life *life)
{
    promises_are_kept(life);
    everything_holds(life);
    if (broken)
        return 1;
    live(life);
    everything_holds(life);
    say_end(life);
    return broken ? 1 : 0;
}

int main(int argc, char **argv)
{
    Fault fault = { 0 };
    const char *seeded = getenv("LEDGER_LIFE_FAULT");
    static Life life;
    if (argc != 3)
        return 2;
    life = (Life){ .seeded = seeded ? seeded : "", .tells = strcmp(argv[1], "run") == 0 };
    snprintf(life.folder, sizeof life.folder, "%s", argv[2]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    MUST(secret_start(&fault));
    life_open(&life);
    int status = 0;
    if (!life.tells)
        status = check(&life);
    else
        live(&life);
    if (life.tells)
        say_end(&life);
    life_close(&life);
    return status;
}
