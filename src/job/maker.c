// What the kitchen makes goes into sealed files, and how far it is into the queue and the news.
//
//     kitchen_make ──composed──> song's facts, files of the three formats
//                  ──bytes─────> files
//                  ──progress──> news, four times a second at most; the moment to see whether to go on
//     then all files are synced, and one transaction settles files, song, credits, job and news
#include "job/maker.h"

#include "song/words.h"
#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>
#include <string.h>

enum {
    TELL_MS = 250,
    RING_MS = 100,    // for those who listen while it grows
    EAGER_CHUNKS = 8, // of a song's beginning are told at once: browsers want some before they begin to play
    LENGTH_OFF_MS = 1000,
};

static const char *const formats[] = { "mp3", "flac", "opus" };

static Grip grip_of(Making *m)
{
    return (Grip)atomic_load(&m->grip);
}

// Whatever was learnt last counts, but what is lost stays lost.
static void grip_set(Making *m, Grip grip)
{
    if (grip_of(m) != GRIP_LOST)
        atomic_store(&m->grip, (int)grip);
}

static bool go_on(Making *m, Fault *fault)
{
    if (grip_of(m) == GRIP_HELD && !atomic_load(&m->leave))
        return true;
    return fault_set(fault, FAULT_CONFLICT, "This song is not made any more.");
}

static bool tell(Making *m, const char *kind, const char *stage, int progress, Fault *fault)
{
    Grip grip = GRIP_HELD;
    m->told_ms = clock_ms();
    m->stage = stage;
    m->progress = progress;
    if (!queue_tell(m->people.db, m->people.arena, &m->claim, kind, str_of(stage), progress, &grip, fault))
        return false;
    grip_set(m, grip);
    return go_on(m, fault);
}

static bool file_make(Making *m, const char *kind, MadeFile **out, Fault *fault)
{
    BlobOwner owner = { m->claim.account, m->claim.song, m->claim.id, kind };
    if (m->file_count == FILES_MAX)
        return fault_set(fault, FAULT_BROKEN, "too many kinds of files");
    MadeFile *file = *out = &m->files[m->file_count];
    if (!blob_make(m->blobs, m->people.db, &owner, &file->writer, fault))
        return false;
    file->kind = kind;
    m->file_count++;
    return true;
}

static bool file_of(Making *m, const char *kind, MadeFile **out, Fault *fault)
{
    for (int i = 0; i < m->file_count; i++)
        if (strcmp(m->files[i].kind, kind) == 0) {
            *out = &m->files[i];
            return true;
        }
    return file_make(m, kind, out, fault);
}

static bool compose_inside(Making *m, Str title, Str brief, int64_t length_ms, Grip *grip, Fault *fault)
{
    return queue_hold(m->people.db, m->people.arena, &m->claim, grip, fault) &&
           (*grip == GRIP_LOST || song_composed(m->people.db, m->claim.song, title, brief, length_ms, fault));
}

static bool take_composed(void *self, const ComposedFacts *facts, Fault *fault)
{
    Making *m = self;
    SongFacts song = { facts->title, facts->brief, facts->length_ms, 0.0 };
    Str title, brief;
    Grip grip = GRIP_HELD;
    m->length_ms = facts->length_ms;
    if (m->claim.stems)
        return go_on(m, fault);
    if (!song_facts_seal(&m->people, m->claim.account, m->claim.song, &song, &title, &brief, fault) ||
        !db_begin(m->people.db, fault))
        return false;
    if (!compose_inside(m, title, brief, facts->length_ms, &grip, fault)) {
        db_rollback(m->people.db);
        return false;
    }
    if (!db_commit(m->people.db, fault))
        return false;
    grip_set(m, grip);
    MadeFile *file;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) // while the child plays the first bars
        if (!file_make(m, formats[i], &file, fault))
            return false;
    return go_on(m, fault);
}

// Those who listen are told that there is more; first of all, that there is something.
static bool tell_listeners(Making *m, Fault *fault)
{
    int64_t chunks = (m->mp3_bytes - 1) / BLOB_CHUNK; // a chunk can be read when the next one begins
    bool early = chunks <= EAGER_CHUNKS && chunks > m->told_chunks;
    if (m->mp3_bytes <= BLOB_CHUNK)
        return true;
    m->told_chunks = chunks;
    if (!m->audible) {
        m->audible = true;
        m->audible_ms = clock_ms();
        if (!tell(m, "audio", "playing", m->progress, fault))
            return false;
    } else if (!early && clock_ms() - m->rung_ms < RING_MS) {
        return true;
    }
    m->rung_ms = clock_ms();
    db_ring(m->people.db, "audio", m->claim.song.n);
    return true;
}

static bool take_bytes(void *self, const char *kind, Str bytes, Fault *fault)
{
    Making *m = self;
    MadeFile *file;
    if (!file_of(m, kind, &file, fault) || !blob_write(file->writer, bytes.data, bytes.length, fault))
        return false;
    if (strcmp(kind, formats[0]) == 0) {
        m->mp3_bytes += (int64_t)bytes.length;
        return tell_listeners(m, fault);
    }
    return go_on(m, fault);
}

static bool take_progress(void *self, const char *stage, int thousandths, Fault *fault)
{
    Making *m = self;
    bool new_stage = strcmp(stage, m->stage) != 0;
    if (!new_stage && clock_ms() - m->told_ms < TELL_MS)
        return go_on(m, fault);
    return tell(m, new_stage ? "stage" : "progress", stage, thousandths, fault);
}

static bool take_done(void *self, const DoneFacts *facts, Fault *fault)
{
    Making *m = self;
    m->facts = *facts;
    return go_on(m, fault);
}

// The order, from what the person wrote.
static bool order_read_song(Making *m, Fault *fault)
{
    LibrarySong song;
    if (!song_read(&m->people, m->claim.account, m->claim.song, &song, fault))
        return false;
    Str made_up = words_title(m->people.arena, song.prompt); // until the engine makes a better one
    m->order = (ProviderOrder){
        .prompt = song.prompt,
        .lyrics = song.lyrics,
        .title = str_equal(song.title, made_up) ? STR("") : song.title,
        .style = song.settings.style,
        .key = song.settings.key,
        .seconds = song.settings.seconds,
        .bpm = song.settings.bpm,
        .instrumental = song.settings.instrumental,
        .seed = song.seed,
        .stems = m->claim.stems,
    };
    return true;
}

static bool is_off(const Making *m, int64_t wanted_ms)
{
    int64_t off = m->facts.length_ms - wanted_ms;
    return off > LENGTH_OFF_MS || off < -LENGTH_OFF_MS;
}

// NULL, or why what came out is not a song.
static const char *bad_render(const Making *m)
{
    static const char *const words[VERDICT_COUNT] = {
        [VERDICT_SILENT] = "silent",
        [VERDICT_CLIPPED] = "clipped",
        [VERDICT_ABRUPT] = "abrupt",
        [VERDICT_UNDECODABLE] = "undecodable",
    };
    int64_t wanted = m->order.seconds > 0 ? (int64_t)m->order.seconds * MS_SECOND : m->length_ms;
    if (words[m->facts.verdict])
        return words[m->facts.verdict];
    return is_off(m, wanted) || is_off(m, m->length_ms) ? "length" : NULL;
}

// The engine gives the same sound for the same order, bit for bit, so what is wrong with it stays wrong. What
// cannot be decoded may be one machine's fault, and a process that died anything's: those are worth another
// try.
static bool is_final(const char *reason)
{
    static const char *const finals[] = { "refused", "silent", "clipped", "length", "abrupt" };
    for (size_t i = 0; i < sizeof finals / sizeof *finals; i++)
        if (strcmp(finals[i], reason) == 0)
            return true;
    return false;
}

static bool settle_inside(Making *m, Grip *grip, Fault *fault)
{
    Db *db = m->people.db;
    if (!queue_done(db, m->people.arena, &m->claim, grip, fault))
        return false;
    for (int i = 0; *grip == GRIP_HELD && i < m->file_count; i++)
        if (!blob_settle(m->files[i].writer, db, fault))
            return false;
    return *grip != GRIP_HELD || m->claim.stems ||
           song_ended(db, m->claim.song, SONG_READY, m->facts.lufs, fault);
}

static bool finish(Making *m, Grip *grip, Fault *fault)
{
    Db *db = m->people.db;
    for (int i = 0; i < m->file_count; i++)
        if (!blob_finish(m->files[i].writer, fault))
            return false;
    if (!db_begin(db, fault))
        return false;
    db_ring(db, "audio", m->claim.song.n);
    bool good = settle_inside(m, grip, fault);
    if (good && *grip == GRIP_HELD)
        return db_commit(db, fault);
    db_rollback(db);
    return good;
}

static bool make(Making *m, Fault *fault)
{
    const Taker taker = { m, take_composed, take_bytes, take_progress, take_done };
    return order_read_song(m, fault) && kitchen_make(m->kitchen, &m->order, &taker, fault);
}

// It was stopped, or could not be made: the queue hears why.
static bool give_up(Making *m, const char *reason, const Fault *why, Grip *grip, Fault *fault)
{
    Db *db = m->people.db;
    Arena *arena = m->people.arena;
    if (m->length_ms == 0 && (why->kind == FAULT_INPUT || why->kind == FAULT_LIMIT))
        reason = "refused";
    db_rollback(db);
    switch (grip_of(m)) {
    case GRIP_LOST:
        return true;
    case GRIP_STOP:
        return queue_end(db, arena, &m->claim, JOB_CANCELLED, "cancelled", QUEUE_ANY_LEASE, grip, fault);
    case GRIP_HELD:
        break;
    }
    if (atomic_load(&m->leave))
        return queue_again(db, arena, &m->claim, clock_now(), QUEUE_ANY_LEASE, grip, fault);
    log_warn("job.attempt_failed job=%" PRId64 " attempt=%d why=\"%s\"", m->claim.id.n, m->claim.attempt,
             why->kind == FAULT_BROKEN || why->kind == FAULT_REMOTE ? why->text : reason);
    if (is_final(reason))
        return queue_end(db, arena, &m->claim, JOB_FAILED, reason, QUEUE_ANY_LEASE, grip, fault);
    return queue_failed(db, arena, &m->claim, reason, QUEUE_ANY_LEASE, grip, fault);
}

bool maker_settle(Making *m, Grip *grip, Fault *fault)
{
    Fault why = { 0 };
    const char *bad = bad_render(m);
    if (bad)
        return give_up(m, bad, &why, grip, fault);
    if (!finish(m, grip, &why))
        return give_up(m, "engine", &why, grip, fault);
    if (*grip == GRIP_HELD) {
        log_info("job.done job=%" PRId64 " attempt=%d took_ms=%.0f audible_ms=%.0f", m->claim.id.n,
                 m->claim.attempt, clock_ms() - m->began_ms, m->audible ? m->audible_ms - m->began_ms : 0.0);
        return true;
    }
    // Not done after all: its owner was quicker, or it is another's by now.
    return queue_end(m->people.db, m->people.arena, &m->claim, JOB_CANCELLED, "cancelled", QUEUE_ANY_LEASE,
                     grip, fault);
}

static bool run(Making *m, Grip *grip, Fault *fault)
{
    Fault why = { 0 };
    return make(m, &why) ? maker_settle(m, grip, fault) : give_up(m, "engine", &why, grip, fault);
}

void maker_run(Making *m)
{
    Fault fault = { 0 };
    Grip grip = GRIP_HELD;
    m->stage = "composing";
    m->began_ms = clock_ms();
    if (!run(m, &grip, &fault))
        log_error("job.left_to_its_lease job=%" PRId64 " why=\"%s\"", m->claim.id.n, fault.text);
    else if (grip == GRIP_LOST || grip_of(m) == GRIP_LOST)
        log_warn("job.lost job=%" PRId64 " attempt=%d", m->claim.id.n, m->claim.attempt);
    for (int i = 0; i < m->file_count; i++)
        blob_close(m->files[i].writer);
}
