// Asking: what is wrong with it is said here; then song, job, credits and news come to be in one transaction.
#include "job/event.h"
#include "job/row.h"

#include "base/jsonout.h"
#include "brief/brief.h"
#include "credit/credit.h"
#include "sys/clock.h"
#include "sys/secret.h"

enum { REQUEST_BYTES_MAX = 400000, KEY_BYTES_MAX = 255, COL_REQUEST = 13 };

typedef struct Asked {
    Job job;            // as it will be
    SealedSong *sealed; // NULL: the song is there
    Str once, request;  // hashes; "" = none
    int64_t token;
} Asked;

static bool number_fits(int value, int low, int high)
{
    return value == 0 || (value >= low && value <= high);
}

// What the engine would refuse is refused here already, as far as it can be seen without composing.
static bool fits(Arena *arena, const NewSong *song, Fault *fault)
{
    const SongSettings *settings = &song->settings;
    Lyrics lyrics;
    Key key;
    if (str_trim(song->prompt).length == 0)
        return fault_set(fault, FAULT_INPUT, "Describe the song in a few words.");
    if (song->prompt.length > PROMPT_BYTES_MAX)
        return fault_set(fault, FAULT_INPUT, "A description can be %d characters at most.", PROMPT_CHARS_MAX);
    if (!number_fits(settings->seconds, SECONDS_MIN, SECONDS_MAX))
        return fault_set(fault, FAULT_INPUT, "A song can be %d to %d seconds long.", SECONDS_MIN,
                         SECONDS_MAX);
    if (!number_fits(settings->bpm, BPM_MIN, BPM_MAX))
        return fault_set(fault, FAULT_INPUT, "A tempo can be %d to %d beats per minute.", BPM_MIN, BPM_MAX);
    if (settings->key.length && !key_read(settings->key, &key))
        return fault_set(fault, FAULT_INPUT, "This is not a key; try \"F# minor\" or \"Bb major\".");
    return lyrics_read(arena, song->lyrics, &lyrics, fault);
}

static Str hash_of(People *people, const char *purpose, Str text)
{
    unsigned char hash[HASH_BYTES];
    vault_hash(people->vault, purpose, text, hash);
    return arena_copy(people->arena, (Str){ (const char *)hash, sizeof hash });
}

// What was asked, as one text, so that the same request can be known again. Keyed, since it holds words.
static Str request_hash(People *people, const JobOrder *order)
{
    const NewSong *song = &order->song;
    Buf buf = buf_make(people->arena, REQUEST_BYTES_MAX);
    JsonOut json = { .buf = &buf };
    jsonout_open(&json, '[');
    jsonout_int(&json, song->parent.n);
    jsonout_str(&json, song->title);
    jsonout_str(&json, song->prompt);
    jsonout_str(&json, song->lyrics);
    jsonout_str(&json, song->settings.style);
    jsonout_str(&json, song->settings.key);
    jsonout_int(&json, song->settings.seconds);
    jsonout_int(&json, song->settings.bpm);
    jsonout_bool(&json, song->settings.instrumental);
    jsonout_int(&json, order->variants);
    jsonout_int(&json, order->seed_given ? (int64_t)(song->seed & INT64_MAX) : -1);
    jsonout_str(&json, song->engine);
    jsonout_close(&json, ']');
    return hash_of(people, "job request", buf_str(&buf));
}

// The job this key made before, if it did.
static bool once_find(People *people, AccountId account, Str once, Str request, Job *out, bool *again,
                      Fault *fault)
{
    DbRows row;
    *again = false;
    if (once.length == 0)
        return true;
    if (!db_find(people->db, people->arena, SQL_JOB_ONCE, DB_ARGS(DB_INT(account.n), DB_BLOB(once)), &row,
                 again, fault))
        return fault_while(fault, "looking for an earlier request");
    if (!*again)
        return true;
    if (!str_equal(db_text(&row, 0, COL_REQUEST), request))
        return fault_set(fault, FAULT_CONFLICT,
                         "This key was used for another request before. Use a new key.");
    *out = row_job(&row, 0);
    return row_ahead(people->db, people->arena, out, fault);
}

// Beside the jobs of others: see job.h.
static bool place_find(Db *db, Arena *arena, Job *job, int64_t last_turn, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_JOB_PLACE, DB_ARGS(DB_INT(job->account.n), DB_INT(JOB_HOUR_MAX - 1)), &row,
                 &found, fault))
        return fault_while(fault, "finding a place in the queue");
    int64_t next = db_int(&row, 0, 0), open = db_int(&row, 0, 1), waiting = db_int(&row, 0, 2),
            many_ago = db_int(&row, 0, 3); // when the last JOB_HOUR_MAX of them began
    if (open >= JOB_OPEN_MAX)
        return fault_set(fault, FAULT_LIMIT,
                         "%d of your songs are being made or wait. Ask again when some are ready.",
                         JOB_OPEN_MAX);
    if (many_ago > clock_now() - MS_HOUR)
        return fault_set(fault, FAULT_LIMIT,
                         "You have asked for %d songs within an hour. Please wait a little.", JOB_HOUR_MAX);
    job->turn = waiting > 0 && last_turn + 1 > next ? last_turn + 1 : next;
    return db_run(db, SQL_JOB_TURN, DB_ARGS(DB_INT(job->account.n), DB_INT(job->turn)), NULL, fault);
}

static DbValue blob_or_null(Str bytes)
{
    return bytes.length ? DB_BLOB(bytes) : DB_NULL;
}

static bool add(Db *db, Arena *arena, Asked *asked, int64_t number, int64_t last_turn, Fault *fault)
{
    Job *job = &asked->job;
    News news = { job->account, job->id, job->song, "queued", STR("waiting"), STR(""), 0 };
    if (!place_find(db, arena, job, last_turn, fault) ||
        (asked->sealed && !song_insert(db, asked->sealed, fault)))
        return false;
    if (!db_run(db, SQL_JOB_ADD,
                DB_ARGS(DB_INT(job->id.n), DB_INT(job->account.n), DB_INT(job->song.n), DB_TEXT(job->kind),
                        DB_INT(job->turn), DB_INT(job->credits), blob_or_null(asked->once),
                        blob_or_null(asked->request), DB_INT(asked->token), DB_INT(job->created)),
                NULL, fault))
        return fault_while(fault, "adding a job");
    db_ring(db, "job", 0);
    return credit_hold(db, job->account, job->id, job->credits, fault) &&
           (asked->token == 0 || api_token_spend(db, asked->token, job->credits, fault)) &&
           news_write(db, &news, number, fault);
}

static Job job_new(AccountId account, SongId song, Str kind)
{
    return (Job){ .id = { id_make() },
                  .song = song,
                  .account = account,
                  .state = JOB_QUEUED,
                  .kind = kind,
                  .stage = STR("waiting"),
                  .created = clock_now() };
}

// Another tab may have been quicker with the same key: known only when the person's row is locked.
static bool submit_inside(People *people, Asked *asked, int variants, bool *again, Fault *fault)
{
    AccountId account = asked->job.account;
    for (int i = 0; i < variants; i++) {
        int64_t number, turn;
        if (!news_number(people->db, people->arena, account, &number, &turn, fault) ||
            (i == 0 && !once_find(people, account, asked->once, asked->request, &asked->job, again, fault)))
            return false;
        if (*again)
            return true;
        if (!add(people->db, people->arena, &asked[i], number, turn, fault))
            return false;
    }
    return true;
}

// The first has the key; the others are versions beside it, in the same tree.
static bool variant_seal(People *people, const JobOrder *order, NewSong song, int variant, Asked *out,
                         Fault *fault)
{
    if (variant > 0) {
        song.root.n = song.parent.n ? 0 : song.id.n;
        song.parent = song.parent.n ? song.parent : song.id;
        song.id.n = id_make();
        song.seed = (song.seed + (uint64_t)variant) & INT64_MAX;
    }
    *out = (Asked){ .job = job_new(song.account, song.id, STR("song")), .token = order->token };
    out->job.credits = order->credits;
    return song_seal(people, &song, &out->sealed, fault);
}

static bool close_with(Db *db, bool good, bool again, Fault *fault)
{
    if (good && !again)
        return db_commit(db, fault);
    db_rollback(db); // with the number that was counted
    return good;
}

bool job_submit(People *people, const JobOrder *order, Job *out, bool *again, Fault *fault)
{
    NewSong song = order->song;
    Asked asked[JOB_VARIANTS_MAX];
    int variants = order->variants > 0 ? order->variants : 1;
    *again = false;
    if (!fits(people->arena, &song, fault))
        return false;
    if (variants > JOB_VARIANTS_MAX)
        return fault_set(fault, FAULT_INPUT, "A song can have %d variants at a time.", JOB_VARIANTS_MAX);
    if (order->once.length > KEY_BYTES_MAX)
        return fault_set(fault, FAULT_INPUT, "The key of a request can have %d characters at most.",
                         KEY_BYTES_MAX);
    Str once = order->once.length ? hash_of(people, "job once", order->once) : STR("");
    Str request = once.length ? request_hash(people, order) : STR("");
    if (!once_find(people, song.account, once, request, out, again, fault))
        return false;
    if (*again)
        return true;

    song.id.n = song.id.n ? song.id.n : id_make();
    song.seed = song.seed ? song.seed : secret_number() >> 33;
    for (int i = 0; i < variants; i++) {
        if (!variant_seal(people, order, song, i, &asked[i], fault))
            return false;
        asked[i].job.created = asked[0].job.created; // by which they are found again
    }
    asked[0].once = once;
    asked[0].request = request;
    if (!db_begin(people->db, fault))
        return false;
    bool good = submit_inside(people, asked, variants, again, fault);
    if (!close_with(people->db, good, *again, fault))
        return false;
    *out = asked[0].job;
    return true;
}

// One that is open, or done with its file still there.
static bool stems_find(People *people, SongId song, Job *out, bool *found, Fault *fault)
{
    DbRows row;
    BlobFacts blob;
    bool there;
    if (!db_find(people->db, people->arena, SQL_JOB_STEMS_OF_SONG, DB_ARGS(DB_INT(song.n)), &row, found,
                 fault) ||
        !blob_find(people->db, people->arena, song, "stems", &blob, &there, fault))
        return fault_while(fault, "looking for a song's stems");
    if (*found)
        *out = row_job(&row, 0);
    *found = *found && (out->state != JOB_DONE || (there && blob.whole));
    return true;
}

static bool stems_inside(People *people, Asked *asked, bool *again, Fault *fault)
{
    int64_t number, turn;
    Job earlier = { 0 };
    if (!news_number(people->db, people->arena, asked->job.account, &number, &turn, fault) ||
        !stems_find(people, asked->job.song, &earlier, again, fault))
        return false;
    if (!*again)
        return add(people->db, people->arena, asked, number, turn, fault);
    asked->job = earlier;
    return true;
}

bool job_submit_stems(People *people, AccountId account, SongId song, Job *out, Fault *fault)
{
    LibrarySong its;
    bool again = false;
    if (!song_read(people, account, song, &its, fault))
        return false;
    if (its.state != SONG_READY)
        return fault_set(fault, FAULT_CONFLICT, "Stems can be made when the song is ready.");
    if (!db_begin(people->db, fault))
        return false;
    Asked asked = { .job = job_new(account, song, STR("stems")) };
    bool good = stems_inside(people, &asked, &again, fault);
    if (!close_with(people->db, good, again, fault))
        return false;
    *out = asked.job;
    return row_ahead(people->db, people->arena, out, fault);
}
