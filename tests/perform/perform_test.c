// Performances: when notes are played, how they scatter, swell and are let go.
#include "tests/score/songs.h"

#include <string.h>

enum { RATE = 48000, FRAMES_PER_MS = RATE / 1000 };

// A score of one part by hand: 120 bpm, so that a beat is 24,000 frames.
static Score *score_with(const char *name, Role role, const Note *notes, int count)
{
    Score *s = ARENA_NEW(test_arena(), Score);
    *s = (Score){ .seed = 5,
                  .bpm_milli = 120000,
                  .beats = 4,
                  .beat_unit = 4,
                  .length_ms = 8000,
                  .ticks = 15360,
                  .part_count = 1 };
    s->parts[0] = (Part){ .role = role, .instrument = *instrument(name) };
    s->parts[0].notes = ARENA_ARRAY(test_arena(), Note, (size_t)count);
    memcpy(s->parts[0].notes, notes, (size_t)count * sizeof *notes);
    s->parts[0].count = count;
    return s;
}

static Performance played(const Score *score)
{
    Performance out;
    perform_render(test_arena(), score, &out);
    return out;
}

TEST(a_note_is_played_at_its_tick)
{
    static const Note notes[] = { { 0, 480, 60, 90, 0, -1 },
                                  { 960, 480, 62, 80, 60, -1 },
                                  { 1920, 960, 64, 70, 0, -1 } };
    Performance p = played(score_with("grand piano", ROLE_COMP, notes, 3));
    CHECK_INT(p.frames, 8 * RATE);
    CHECK_INT(p.lane_count, 1);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(p.lanes[0].notes[i].start, notes[i].tick * 25);
        CHECK_INT(p.lanes[0].notes[i].end, (notes[i].tick + notes[i].ticks) * 25);
        CHECK_INT(p.lanes[0].notes[i].pitch, notes[i].pitch);
        CHECK_INT(p.lanes[0].notes[i].velocity, notes[i].velocity);
        CHECK_INT(p.lanes[0].notes[i].from, notes[i].from);
    }
}

TEST(a_player_who_is_late_is_always_late)
{
    static const Note notes[] = { { 960, 480, 60, 90, 0, -1 }, { 1920, 480, 62, 90, 0, -1 } };
    Score *s = score_with("grand piano", ROLE_COMP, notes, 2);
    s->parts[0].late_ms = 12;
    Performance p = played(s);
    for (int i = 0; i < 2; i++)
        CHECK_INT(p.lanes[0].notes[i].start, notes[i].tick * 25 + 12 * FRAMES_PER_MS);
}

TEST(nobody_plays_before_the_song_begins)
{
    static const Note notes[] = { { 0, 480, 60, 90, 0, -1 } };
    Score *s = score_with("grand piano", ROLE_COMP, notes, 1);
    s->parts[0].late_ms = -15;
    CHECK_INT(played(s).lanes[0].notes[0].start, 0);
}

static Score *scattered(Note *notes, int count)
{
    for (int i = 0; i < count; i++)
        notes[i] = (Note){ 960 + i * 96, 60, (uint8_t)(60 + i % 2), 90, 0, -1 };
    return score_with("grand piano", ROLE_COMP, notes, count);
}

TEST(scatter_stays_within_19_ms_and_is_not_nothing)
{
    enum { COUNT = 400 };
    static Note notes[COUNT];
    for (int loose = 1; loose <= 15; loose += 7) {
        Score *s = scattered(notes, COUNT);
        s->parts[0].loose_ms = loose;
        Performance p = played(s);
        double sum = 0.0;
        for (int i = 0; i < COUNT; i++) { // they are 50 ms apart, so nobody overtakes
            double off = (double)(p.lanes[0].notes[i].start - notes[i].tick * 25) / FRAMES_PER_MS;
            CHECK(off >= -19.0 && off <= 19.0);
            sum += off * off;
        }
        CHECK(sum / COUNT > 0.05 * loose * loose);
        CHECK(sum / COUNT < 3.0 * loose * loose);
    }
}

TEST(no_note_of_any_style_is_off_by_more_than_its_habit_and_19_ms)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Score *s = score_of(test_arena(), brief_in(test_arena(), library()->styles.list[i]->name), 3);
        for (int k = 0; k < s->part_count; k++)
            s->parts[k].strum_ms = 0;
        Performance p = played(s);
        for (int l = 0; l < p.lane_count; l++) {
            const Part *part = &s->parts[p.lanes[l].part];
            int64_t most = (19 + (part->late_ms < 0 ? -part->late_ms : part->late_ms)) * FRAMES_PER_MS;
            int at = 0;
            for (int n = 0; n < p.lanes[l].count; n++) { // each has a written note of its key that near
                const PlayedNote *note = &p.lanes[l].notes[n];
                while (at < part->count && score_frame(s, part->notes[at].tick, RATE) < note->start - most)
                    at++;
                bool near = false;
                for (int w = at;
                     w < part->count && score_frame(s, part->notes[w].tick, RATE) <= note->start + most; w++)
                    near = near || part->notes[w].pitch == note->pitch;
                HOLDS(near, s);
            }
        }
    }
}

TEST(a_strummed_chord_is_rolled_from_below)
{
    static const Note notes[] = { { 960, 480, 60, 90, 0, -1 },
                                  { 960, 480, 64, 90, 0, -1 },
                                  { 960, 480, 67, 90, 0, -1 } };
    Score *s = score_with("nylon guitar", ROLE_COMP, notes, 3);
    s->parts[0].strum_ms = 20;
    s->parts[0].loose_ms = 8;
    Performance p = played(s);
    for (int i = 1; i < 3; i++)
        CHECK_INT(p.lanes[0].notes[i].start - p.lanes[0].notes[i - 1].start, 20 * FRAMES_PER_MS);
}

TEST(drums_are_parted_into_lanes_of_one_part)
{
    static const Note notes[] = { { 0, 100, 36, 90, 0, -1 },    { 0, 100, 42, 60, 0, -1 },
                                  { 480, 100, 42, 60, 0, -1 },  { 960, 100, 38, 90, 0, -1 },
                                  { 1440, 100, 45, 90, 0, -1 }, { 1920, 100, 35, 90, 0, -1 },
                                  { 2400, 100, 39, 90, 0, -1 } };
    Performance p = played(score_with("standard kit", ROLE_DRUMS, notes, 7));
    static const char *const names[] = { "kick", "snare", "cymbals", "toms" };
    static const int counts[] = { 2, 2, 2, 1 };
    CHECK_INT(p.lane_count, 4);
    for (int i = 0; i < 4; i++) {
        CHECK_STR(p.lanes[i].name, names[i]);
        CHECK_INT(p.lanes[i].count, counts[i]);
        CHECK_INT(p.lanes[i].part, 0);
    }
}

TEST(every_stroke_of_a_kit_is_in_one_lane)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Score *s = score_of(test_arena(), brief_in(test_arena(), library()->styles.list[i]->name), 8);
        Performance p = played(s);
        int written = 0, heard = 0;
        for (int k = 0; k < s->part_count; k++)
            written += s->parts[k].count;
        for (int l = 0; l < p.lane_count; l++)
            heard += p.lanes[l].count;
        HOLDS(written == heard, s);
    }
}

static void check_lane(const Score *s, const Performance *p, const Lane *lane)
{
    HOLDS(lane->part >= 0 && lane->part < s->part_count, s);
    for (int i = 0; i < lane->count; i++) {
        const PlayedNote *n = &lane->notes[i];
        HOLDS(i == 0 || n->start >= n[-1].start, s);
        HOLDS(n->start >= 0 && n->end > n->start, s);
        HOLDS(n->start < p->frames, s);
        HOLDS(n->velocity >= 1 && n->velocity <= 127, s);
    }
    for (int i = 0; i < lane->swell_count; i++) {
        HOLDS(i == 0 || lane->swells[i].frame > lane->swells[i - 1].frame, s);
        HOLDS(lane->swells[i].level >= 0 && lane->swells[i].level <= 1000, s);
    }
}

TEST(lanes_are_in_order_and_swells_ascend)
{
    bool swells = false;
    for (int i = 0; i < library()->styles.count; i++) {
        for (int ending = ENDING_RING; ending <= ENDING_LOOP; ending++) {
            Arena arena = { 0 };
            Performance p;
            Brief *brief = brief_in(&arena, library()->styles.list[i]->name);
            brief->ending = (Ending)ending;
            Score *s = score_of(&arena, brief, 9);
            perform_render(&arena, s, &p);
            CHECK_INT(p.frames, s->length_ms * FRAMES_PER_MS);
            for (int l = 0; l < p.lane_count; l++) {
                check_lane(s, &p, &p.lanes[l]);
                swells = swells || p.lanes[l].swell_count > 0;
            }
            arena_close(&arena);
        }
    }
    CHECK(swells);
}

TEST(a_long_bowed_note_grows_and_falls)
{
    static const Note notes[] = { { 0, 3840, 60, 90, 0, -1 } };
    Performance p = played(score_with("violin", ROLE_LEAD, notes, 1));
    const Lane *lane = &p.lanes[0];
    CHECK_INT(lane->swell_count, 3);
    CHECK(lane->swells[1].level > lane->swells[0].level);
    CHECK(lane->swells[1].level > lane->swells[2].level);
    CHECK_INT(lane->swells[0].frame, 0);
    CHECK(lane->swells[2].frame < lane->notes[0].end);
    CHECK_INT(played(score_with("grand piano", ROLE_LEAD, notes, 1)).lanes[0].swell_count, 0);
}

TEST(lines_are_slurred_on_what_rings_and_lifted_on_what_does_not)
{
    static const Note notes[] = { { 0, 960, 60, 90, 0, -1 }, { 960, 960, 62, 90, 0, -1 } };
    Performance flute = played(score_with("flute", ROLE_LEAD, notes, 2)),
                guitar = played(score_with("nylon guitar", ROLE_LEAD, notes, 2));
    CHECK(flute.lanes[0].notes[0].end > flute.lanes[0].notes[1].start);
    CHECK(guitar.lanes[0].notes[0].end < guitar.lanes[0].notes[1].start);
}

TEST(the_pedal_holds_notes_to_the_end_of_their_chord)
{
    static const Note notes[] = { { 0, 240, 60, 90, 0, -1 }, { 3840, 240, 62, 90, 0, -1 } };
    Score *s = score_with("grand piano", ROLE_COMP, notes, 2);
    Chord chords[] = { { .tick = 0, .ticks = 3840, .tones = 1 },
                       { .tick = 3840, .ticks = 1920, .tones = 1 } };
    s->chords = chords;
    s->chord_count = 2;
    s->parts[0].pedal = true;
    Performance p = played(s);
    CHECK_INT(p.lanes[0].notes[0].end, 3840 * 25);
    CHECK_INT(p.lanes[0].notes[1].end, 5760 * 25);
}

TEST(a_performance_is_read_as_it_was_written)
{
    for (int i = 0; i < library()->styles.count; i += 3) {
        Score *s = score_of(test_arena(), brief_in(test_arena(), library()->styles.list[i]->name), 10);
        Performance p = played(s), again;
        Buf once = buf_make(test_arena(), SCORE_TEXT_MOST), twice = buf_make(test_arena(), SCORE_TEXT_MOST);
        Fault fault = { 0 };
        perform_write(&p, &once);
        CHECK_OK(perform_read(test_arena(), lexicon_instruments(library()->lexicon), buf_str(&once), &again,
                              &fault));
        perform_write(&again, &twice);
        HOLDS(str_equal(buf_str(&once), buf_str(&twice)), s);
    }
}

TEST(wrong_lines_of_a_performance_are_refused_with_their_number)
{
    static const char *const lines[] = { "n 0 0 60 90 0",  "n 5 4 60 90 0",
                                         "n 0 9 128 90 0", "n 0 9 60 0 0",
                                         "n 0 9 60 90",    "lane 0 a | nobody",
                                         "lane 0 flute",   "lane 99 a | flute",
                                         "s 0 1001",       "s 0",
                                         "hello" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        Performance p;
        Fault fault = { 0 };
        Str text =
            arena_print(test_arena(), "performance 1\nframes 100\nlane 0 flute | flute\n%s\n", lines[i]);
        CHECK_FAULT(perform_read(test_arena(), lexicon_instruments(library()->lexicon), text, &p, &fault),
                    FAULT_INPUT);
        CHECK(strncmp(fault.text, "line 4: ", 8) == 0);
    }
}

// Bans must not change how the others play, as they do not change what they play.
TEST(without_drums_everybody_else_plays_at_the_same_moments)
{
    int kept = 0;
    for (int i = 0; i < library()->styles.count; i++) {
        Brief *brief = brief_in(test_arena(), library()->styles.list[i]->name);
        Performance before = played(score_of(test_arena(), brief, 7));
        brief->without[brief->without_count++] = STR("drums");
        Score *s = score_of(test_arena(), brief, 7);
        Performance after = played(s);
        for (int b = 0; b < before.lane_count; b++) {
            for (int a = 0; a < after.lane_count; a++) {
                const Lane *x = &before.lanes[b], *y = &after.lanes[a];
                if (!str_equal(x->name, y->name) || x->count != y->count || x->count < 20)
                    continue;
                bool same_keys = true;
                for (int n = 0; n < x->count; n++)
                    same_keys = same_keys && x->notes[n].pitch == y->notes[n].pitch;
                for (int n = 12; same_keys && n < x->count; n++)
                    HOLDS(x->notes[n].start == y->notes[n].start, s);
                kept += same_keys;
            }
        }
    }
    CHECK(kept > 50);
}
