// What holds for every score, whatever was asked: over all styles, lengths, metres and endings.
#include "tests/score/songs.h"

#include <stdio.h>
#include <string.h>

static int64_t end_tick(const Score *s)
{
    return (int64_t)s->length_ms * TICKS_PER_BEAT * s->bpm_milli / 60000000;
}

static void check_sections(const Score *s)
{
    int bar = 0;
    HOLDS(s->section_count > 0, s);
    for (int i = 0; i < s->section_count; i++) {
        HOLDS(s->sections[i].bar == bar, s);
        HOLDS(s->sections[i].bars > 0, s);
        HOLDS(s->sections[i].energy >= 0 && s->sections[i].energy <= 100, s);
        bar += s->sections[i].bars;
    }
    HOLDS(s->ticks == bar * score_bar_ticks(s), s);
}

static void check_chords(const Score *s)
{
    int32_t tick = 0;
    for (int i = 0; i < s->chord_count; i++) {
        const Chord *chord = &s->chords[i];
        HOLDS(chord->tick == tick, s);
        HOLDS(chord->ticks > 0, s);
        HOLDS(chord->root < 12 && chord->bass < 12, s);
        HOLDS(chord->tones >> chord->bass & 1, s);
        HOLDS(chord->tones >> 12 == 0, s);
        tick += chord->ticks;
    }
    HOLDS(tick >= s->ticks, s);
}

static void check_range(const Score *s, const Part *part, const Note *n)
{
    bool drum = part->instrument.kit || part->role == ROLE_DRUMS;
    int low = drum ? 27 : part->instrument.low, high = drum ? 87 : part->instrument.high;
    if (n->pitch < low || n->pitch > high)
        print_error("%s on " STR_FMT ": key %d at %d, outside %d to %d\n", role_names[part->role],
                    STR_ARG(part->instrument.name), n->pitch, n->tick, low, high);
    HOLDS(n->pitch >= low && n->pitch <= high, s);
}

static void check_notes(const Score *s, const Part *part)
{
    int32_t free_from[128] = { 0 }; // of each key
    HOLDS(part->count > 0, s);
    for (int i = 0; i < part->count; i++) {
        const Note *n = &part->notes[i], *before = i ? n - 1 : NULL;
        HOLDS(before == NULL || before->tick < n->tick ||
                  (before->tick == n->tick && before->pitch < n->pitch),
              s);
        HOLDS(n->tick >= free_from[n->pitch], s);
        HOLDS(n->ticks > 0, s);
        HOLDS((int64_t)n->tick + n->ticks <= end_tick(s), s);
        HOLDS(n->velocity >= 1 && n->velocity <= 127, s);
        HOLDS(n->from < 128, s);
        check_range(s, part, n);
        free_from[n->pitch] = n->tick + n->ticks;
    }
}

static void check_score(const Score *s)
{
    bool at_once = false;
    check_sections(s);
    check_chords(s);
    HOLDS(s->part_count > 0 && s->part_count <= PART_MAX, s);
    for (int i = 0; i < s->part_count; i++) {
        check_notes(s, &s->parts[i]);
        at_once = at_once || s->parts[i].notes[0].tick == 0;
    }
    HOLDS(at_once, s);
}

// Composes and checks one song of each style.
static void check_styles(void (*wish)(Brief *brief, int seed), int seed, int length_ms)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Arena arena = { 0 };
        Brief *brief = brief_in(&arena, library()->styles.list[i]->name);
        brief->length_ms = length_ms;
        if (wish)
            wish(brief, seed + i);
        Score *s = score_of(&arena, brief, (uint64_t)(seed * 1000 + i));
        check_score(s);
        HOLDS(length_ms == 0 || s->length_ms == length_ms, s);
        HOLDS(brief->bpm_milli == 0 || s->bpm_milli == brief->bpm_milli, s);
        HOLDS(brief->beats == 0 || (s->beats == brief->beats && s->beat_unit == brief->beat_unit), s);
        arena_close(&arena);
    }
}

static const int lengths_s[] = { 5, 15, 40, 60, 180, 600 };
enum { LENGTHS = sizeof lengths_s / sizeof *lengths_s };

TEST(a_song_of_any_style_has_the_length_that_was_asked)
{
    for (int k = 0; k < LENGTHS; k++)
        for (int seed = 0; seed < (lengths_s[k] < 100 ? 4 : 2); seed++)
            check_styles(NULL, seed, lengths_s[k] * 1000);
}

TEST(a_song_has_a_length_of_its_own_when_none_was_asked)
{
    for (int seed = 0; seed < 3; seed++)
        check_styles(NULL, 100 + seed, 0);
}

static void wish_tempo(Brief *brief, int seed)
{
    static const int tempos[] = { 30000, 61500, 92000, 127125, 174000, 300000 };
    brief->bpm_milli = tempos[seed % 6];
}

TEST(a_stated_tempo_and_length_are_both_exact)
{
    for (int k = 0; k < LENGTHS; k++)
        for (int seed = 0; seed < (lengths_s[k] < 100 ? 4 : 1); seed++)
            check_styles(wish_tempo, seed, lengths_s[k] * 1000);
}

static void wish_metre(Brief *brief, int seed)
{
    static const struct {
        int beats, unit;
    } metres[] = { { 3, 4 }, { 5, 4 }, { 6, 8 }, { 7, 8 }, { 12, 8 },
                   { 2, 4 }, { 4, 4 }, { 9, 8 }, { 2, 2 }, { 7, 4 } };
    brief->beats = metres[seed % 10].beats;
    brief->beat_unit = metres[seed % 10].unit;
}

TEST(any_metre_can_be_had_in_any_style)
{
    for (int seed = 0; seed < 10; seed++)
        for (int k = 0; k < 4; k++)
            check_styles(wish_metre, seed, lengths_s[k] * 1000);
    check_styles(wish_metre, 3, 600000);
}

static void wish_ending(Brief *brief, int seed)
{
    brief->ending = (Ending)(ENDING_RING + seed % 4);
    if (seed % 3 == 0)
        wish_tempo(brief, seed / 3);
    if (seed % 5 == 0)
        wish_metre(brief, seed / 5);
}

TEST(a_song_may_ring_fade_stop_or_loop)
{
    for (int k = 0; k < 5; k++)
        for (int seed = 0; seed < 4; seed++)
            check_styles(wish_ending, seed, lengths_s[k] * 1000);
}

TEST(a_song_that_loops_is_whole_bars_when_its_tempo_is_free)
{
    Brief *brief = brief_in(test_arena(), STR("house"));
    brief->ending = ENDING_LOOP;
    Score *s = score_of(test_arena(), brief, 4);
    int64_t off_ms = (int64_t)s->ticks * 62500 / s->bpm_milli - s->length_ms;
    HOLDS(off_ms >= -40 && off_ms <= 40, s);
}

static void wish_form(Brief *brief, int seed)
{
    static const FormWish form[] = { { SECTION_INTRO, 4 }, { SECTION_VERSE, 0 },  { SECTION_CHORUS, 8 },
                                     { SECTION_VERSE, 0 }, { SECTION_BRIDGE, 0 }, { SECTION_SOLO, 3 },
                                     { SECTION_OUTRO, 0 } };
    memcpy(brief->form, form, sizeof form);
    brief->form_count = 1 + seed % 7;
    brief->form_whole = true;
}

TEST(a_form_that_was_asked_makes_a_whole_song_of_any_length)
{
    for (int k = 0; k < 5; k++)
        for (int seed = 0; seed < 7; seed += 2)
            check_styles(wish_form, seed, k ? lengths_s[k] * 1000 : 0);
}

static void wish_bars(Brief *brief, int seed)
{
    brief->bars = 1 + seed * 5 % 64;
}

TEST(bars_that_were_counted_are_that_many)
{
    for (int seed = 0; seed < 8; seed++)
        check_styles(wish_bars, seed, 0);
    for (int bars = 4; bars <= 32; bars += 4) {
        Brief *brief = brief_in(test_arena(), STR("blues"));
        brief->length_ms = 0;
        brief->bars = bars;
        Score *s = score_of(test_arena(), brief, 9);
        CHECK_INT(s->ticks / score_bar_ticks(s), bars);
    }
}

static void wish_mode(Brief *brief, int seed)
{
    brief->key = (Key){ seed % 12, seed % 2, (Mode)(seed % MODE_COUNT) };
    brief->mood = (Mood){ seed * 37 % 201 - 100, seed * 53 % 201 - 100, 0, 0, seed % 100, 0 };
    brief->tempo_push = seed * 71 % 201 - 100;
}

TEST(a_stated_key_is_the_songs_key)
{
    for (int seed = 0; seed < 36; seed++)
        check_styles(wish_mode, seed, 20000);
    Brief *brief = brief_in(test_arena(), STR("pop"));
    brief->key = (Key){ 6, false, MODE_LYDIAN };
    Score *s = score_of(test_arena(), brief, 1);
    CHECK_INT(s->key.tonic, 6);
    CHECK_INT(s->key.mode, MODE_LYDIAN);
}

// Most of what is heard belongs to the chord of its moment or to the key.
TEST(notes_belong_to_the_chord_or_the_key)
{
    int in = 0, all = 0;
    for (int i = 0; i < library()->styles.count; i++) {
        Score *s = score_of(test_arena(), brief_in(test_arena(), library()->styles.list[i]->name), 77);
        uint16_t scale = mode_tones(s->key.mode, s->key.tonic);
        for (int p = 0; p < s->part_count; p++) {
            int chord = 0;
            for (int k = 0; !s->parts[p].instrument.kit && k < s->parts[p].count; k++) {
                const Note *n = &s->parts[p].notes[k];
                while (chord + 1 < s->chord_count && s->chords[chord + 1].tick <= n->tick)
                    chord++;
                in += (s->chords[chord].tones | scale) >> n->pitch % 12 & 1;
                all++;
            }
        }
    }
    CHECK(all > 10000);
    CHECK_NEAR(100.0 * in / all, 98.5, 1.5);
}

TEST(a_song_without_any_instrument_is_refused)
{
    Fault fault = { 0 };
    Score score;
    Brief *brief = brief_in(test_arena(), STR("pop"));
    brief->only = true;
    CHECK_FAULT(compose(test_arena(), brief, 1, &score, &fault), FAULT_INPUT);
    CHECK(strlen(fault.text) > 10);
}

// Comping and held chords play the chord of their moment, whichever sections a song has.
TEST(chords_are_the_chords_of_their_moment)
{
    static const FormWish form[] = { { SECTION_VERSE, 6 },
                                     { SECTION_CHORUS, 9 },
                                     { SECTION_VERSE, 3 },
                                     { SECTION_CHORUS, 5 },
                                     { SECTION_VERSE, 12 } };
    for (int i = 0; i < library()->styles.count; i++) {
        Brief *brief = brief_in(test_arena(), library()->styles.list[i]->name);
        memcpy(brief->form, form, sizeof form);
        brief->form_count = 5;
        brief->form_whole = true;
        brief->length_ms = 0;
        Score *s = score_of(test_arena(), brief, 6);
        for (int p = 0; p < s->part_count; p++) {
            bool chordal =
                s->parts[p].role == ROLE_COMP || s->parts[p].role == ROLE_PAD || s->parts[p].role == ROLE_ARP;
            int chord = 0;
            for (int k = 0; chordal && k < s->parts[p].count; k++) {
                while (chord + 1 < s->chord_count && s->chords[chord + 1].tick <= s->parts[p].notes[k].tick)
                    chord++;
                HOLDS(s->chords[chord].tones >> s->parts[p].notes[k].pitch % 12 & 1, s);
            }
        }
    }
}
