#include "job/guest.h"

#include "sys/clock.h"

#include <assert.h>

static const AccountId guest = { 1 }; // real ones count from the clock, and are far above

enum { SWEPT_AT_ONCE = 500 };

const Example examples[EXAMPLE_COUNT] = {
    { "Kitchen at Midnight", "A warm lo-fi beat with electric piano and a soft flute melody, 78 bpm", 40 },
    { "Seven Bridges", "Bossa nova with nylon guitar, upright bass and a muted trumpet in D minor, 126 bpm",
      40 },
    { "Glass Harbour", "Driving synthwave with a bright lead and big drums, 104 bpm, in A minor", 40 },
};

// Keys first: an account whose keys are not there could not seal. Whoever else begins at the same moment
// makes the same.
static bool open_account(People *people, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(people->db, people->arena, SQL_GUEST_FIND, DB_ARGS(DB_INT(guest.n)), &row, &found, fault))
        return false;
    if (found)
        return true;
    return (vault_keys_add(people->vault, guest, fault) || fault->kind == FAULT_CONFLICT) &&
           db_run(people->db, SQL_GUEST_ADD, DB_ARGS(DB_INT(guest.n), DB_INT(clock_now())), NULL, fault);
}

static bool busy(Fault *fault)
{
    return fault_set(
        fault, FAULT_LIMIT,
        "Many people are trying it just now. Please come back in a few minutes, or create an account.");
}

static bool ask(People *people, const NewSong *song, bool seeded, Job *job, Fault *fault)
{
    JobOrder order = { .song = *song, .seed_given = seeded };
    bool again;
    order.song.account = guest;
    order.song.engine = STR("built-in");
    if (open_account(people, fault) && job_submit(people, &order, job, &again, fault))
        return true;
    return fault->kind == FAULT_LIMIT ? busy(fault) : false;
}

static bool fits(Str prompt, Fault *fault)
{
    int count = 0;
    for (size_t i = 0; i < prompt.length; i++)
        count += ((unsigned char)prompt.data[i] & 0xc0) != 0x80;
    return count <= GUEST_CHARS_MAX ||
           fault_set(fault, FAULT_INPUT, "Without an account a description can have %d characters at most.",
                     GUEST_CHARS_MAX);
}

bool guest_make(People *people, Str prompt, Str *secret, Fault *fault)
{
    NewSong song = { .prompt = prompt, .settings = { .seconds = GUEST_SECONDS } };
    Job job;
    Share share;
    if (!fits(prompt, fault) || !ask(people, &song, false, &job, fault) ||
        !share_make(people, guest, job.song, 1, &share, fault))
        return false;
    *secret = share.slug;
    return true;
}

bool guest_find(People *people, Str secret, LibrarySong *out, Fault *fault)
{
    if (!share_open(people, secret, out, fault))
        return false;
    return out->account.n == guest.n
               ? song_read(people, guest, out->id, out, fault)
               : fault_set(fault, FAULT_MISSING,
                           "This song is not there any more. Songs of guests are kept for an hour.");
}

static bool example_read(People *people, SongId id, LibrarySong *out, bool *found, Fault *fault)
{
    *found = song_read(people, guest, id, out, fault);
    if (*found && out->state == SONG_FAILED) // it is made again
        return song_purge(people->db, guest, id, fault) && !(*found = false);
    return *found || fault->kind == FAULT_MISSING;
}

static bool fixed_song(People *people, const NewSong *song, LibrarySong *out, Fault *fault)
{
    Job job;
    bool found;
    if (!example_read(people, song->id, out, &found, fault))
        return false;
    if (found)
        return true;
    // Somebody else may have asked at the same moment.
    if (!ask(people, song, true, &job, fault) && fault->kind != FAULT_CONFLICT)
        return false;
    return song_read(people, guest, song->id, out, fault);
}

bool guest_example(People *people, int number, LibrarySong *out, Fault *fault)
{
    assert(number >= 1 && number <= EXAMPLE_COUNT);
    const Example *example = &examples[number - 1];
    NewSong song = { .id = { number },
                     .title = str_of(example->title),
                     .prompt = str_of(example->prompt),
                     .settings = { .seconds = example->seconds },
                     .seed = (uint64_t)number };
    return fixed_song(people, &song, out, fault);
}

// The name's number (FNV-1a), so that a style keeps its song when others come.
static SongId style_song(Str style)
{
    enum { FIRST = 1000 };
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < style.length; i++)
        hash = (hash ^ (unsigned char)style.data[i]) * 16777619u;
    return (SongId){ FIRST + (int64_t)(hash % (GUEST_FIXED - FIRST)) };
}

bool guest_style(People *people, Str style, LibrarySong *out, Fault *fault)
{
    NewSong song = { .id = style_song(style),
                     .title = style,
                     .prompt = style,
                     .settings = { .style = style, .seconds = GUEST_STYLE_SECONDS },
                     .seed = 1 };
    return fixed_song(people, &song, out, fault);
}

bool guest_sweep(People *people, int64_t *swept, Fault *fault)
{
    DbRows rows;
    *swept = 0;
    if (!db_list(people->db, people->arena, SQL_GUEST_OVER,
                 DB_ARGS(DB_INT(guest.n), DB_INT(GUEST_FIXED), DB_INT(clock_now() - GUEST_KEPT_MS),
                         DB_INT(SWEPT_AT_ONCE)),
                 &rows, fault))
        return fault_while(fault, "listing songs of guests");
    for (int i = 0; i < rows.count; i++) {
        bool gone = song_purge(people->db, guest, (SongId){ db_int(&rows, i, 0) }, fault);
        if (!gone && fault->kind != FAULT_MISSING && fault->kind != FAULT_CONFLICT)
            return fault_while(fault, "removing a song of a guest");
        *swept += gone;
    }
    return true;
}
