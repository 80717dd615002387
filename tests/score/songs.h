// Songs for tests: the built-in words and styles, and short ways to compose.
#ifndef TESTS_SCORE_SONGS_H
#define TESTS_SCORE_SONGS_H

#include "music/song.h"
#include "tests/test.h"

enum { SCORE_TEXT_MOST = 16 << 20 };

// Opened once in each test file and kept to the end.
static inline const Library *library(void)
{
    static Arena arena;
    static Library all;
    static bool open;
    Fault fault = { 0 };
    if (!open)
        CHECK_OK(library_open(&arena, &all, &fault));
    open = true;
    return &all;
}

static inline const Instrument *instrument(const char *name)
{
    const Instrument *found = instrument_find(lexicon_instruments(library()->lexicon), str_of(name));
    if (found == NULL)
        print_error("there is no instrument \"%s\"\n", name);
    CHECK(found != NULL);
    return found;
}

static inline Song *song_of(Arena *arena, const SongOrder *order)
{
    Song *song = ARENA_NEW(arena, Song);
    Fault fault = { 0 };
    CHECK_OK(song_compose(arena, library(), order, song, &fault));
    return song;
}

static inline Song *song_said(const char *prompt, uint64_t seed)
{
    return song_of(test_arena(), &(SongOrder){ .prompt = str_of(prompt), .seed = seed });
}

// A brief that says only its style; the test writes its wishes into it.
static inline Brief *brief_in(Arena *arena, Str style)
{
    Brief *brief = ARENA_NEW(arena, Brief);
    Fault fault = { 0 };
    BriefOptions options = { .style = style, .length_ms = 60000 };
    CHECK_OK(brief_read(arena, library()->lexicon, STR("music"), &options, brief, &fault));
    return brief;
}

static inline bool compose(Arena *arena, const Brief *brief, uint64_t seed, Score *out, Fault *fault)
{
    return score_compose(arena, library()->lexicon, &library()->styles, brief, seed, out, fault);
}

static inline Score *score_of(Arena *arena, const Brief *brief, uint64_t seed)
{
    Score *score = ARENA_NEW(arena, Score);
    Fault fault = { 0 };
    CHECK_OK(compose(arena, brief, seed, score, &fault));
    return score;
}

static inline Str score_text(Arena *arena, const Score *score)
{
    Buf buf = buf_make(arena, SCORE_TEXT_MOST);
    score_write(score, &buf);
    CHECK(!buf.full);
    return buf_str(&buf);
}

// What does not hold is said with the song it was seen in.
#define HOLDS(condition, score) holds((condition), (score), #condition, __FILE__, __LINE__)

static inline void holds(bool condition, const Score *s, const char *what, const char *file, int line)
{
    if (condition)
        return;
    print_error("%s\n  in " STR_FMT ", seed %llu, %d/%d, %d milli-bpm, %d ms, ending %d\n", what,
                STR_ARG(s->style), (unsigned long long)s->seed, s->beats, s->beat_unit, s->bpm_milli,
                s->length_ms, s->ending);
    _fail(file, line);
}

#endif
