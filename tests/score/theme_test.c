// Melodies: they stay in the singer's range, move mostly by step, breathe, and come home.
#include "tests/score/songs.h"

static const Part *lead_of(const Score *s)
{
    for (int i = 0; i < s->part_count; i++)
        if (s->parts[i].role == ROLE_LEAD)
            return &s->parts[i];
    return NULL;
}

static Score *flute_song(Str style, uint64_t seed)
{
    Brief *brief = brief_in(test_arena(), style);
    brief->wants[brief->want_count++] = (PartWish){ .instrument = instrument("flute"), .role = ROLE_LEAD };
    return score_of(test_arena(), brief, seed);
}

TEST(a_melody_stays_within_a_singable_range)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Score *s = flute_song(library()->styles.list[i]->name, 31);
        const Part *lead = lead_of(s);
        CHECK(lead != NULL);
        int low = 127, high = 0;
        for (int k = 0; k < lead->count; k++) {
            low = lead->notes[k].pitch < low ? lead->notes[k].pitch : low;
            high = lead->notes[k].pitch > high ? lead->notes[k].pitch : high;
        }
        HOLDS(high - low >= 5 && high - low <= 28, s);
    }
}

TEST(a_melody_moves_mostly_by_step_and_small_leap)
{
    int small = 0, wide = 0, all = 0;
    for (int i = 0; i < library()->styles.count; i++) {
        const Part *lead = lead_of(flute_song(library()->styles.list[i]->name, 32));
        for (int k = 1; k < lead->count; k++) {
            int leap = lead->notes[k].pitch - lead->notes[k - 1].pitch;
            leap = leap < 0 ? -leap : leap;
            small += leap <= 4;
            wide += leap > 12;
            all++;
        }
    }
    CHECK(all > 1000);
    CHECK_NEAR(100.0 * small / all, 88.0, 12.0);
    CHECK(wide * 100 < all * 2);
}

TEST(a_song_that_rings_ends_on_its_tonic)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Score *s = score_of(test_arena(), brief_in(test_arena(), library()->styles.list[i]->name), 33);
        const Chord *last = &s->chords[s->chord_count - 1];
        HOLDS(last->root == s->key.tonic, s);
        HOLDS(last->tick == s->ticks, s);
        for (int p = 0; p < s->part_count; p++) {
            const Part *part = &s->parts[p];
            const Note *n = &part->notes[part->count - 1];
            bool tone = !part->instrument.kit && part->role != ROLE_PERC && n->tick >= s->ticks;
            HOLDS(!tone || last->tones >> n->pitch % 12 & 1, s);
        }
    }
}

TEST(a_melody_leaves_rests_to_breathe)
{
    int resting = 0, songs = 0;
    for (int i = 0; i < library()->styles.count; i++) {
        const Part *lead = lead_of(flute_song(library()->styles.list[i]->name, 34));
        int rests = 0;
        for (int k = 1; k < lead->count; k++)
            rests += lead->notes[k].tick - lead->notes[k - 1].tick - lead->notes[k - 1].ticks >=
                     TICKS_PER_BEAT / 2;
        resting += rests >= 2;
        songs++;
    }
    CHECK(resting * 10 >= songs * 9);
}

// A verse that comes again is the same tune, but for the bars that turn.
TEST(a_tune_comes_back)
{
    int equal = 0, all = 0;
    for (int i = 0; i < library()->styles.count; i++) {
        Brief *brief = brief_in(test_arena(), library()->styles.list[i]->name);
        brief->length_ms = 0;
        static const FormWish form[] = { { SECTION_VERSE, 8 }, { SECTION_CHORUS, 8 }, { SECTION_VERSE, 8 } };
        for (int k = 0; k < 3; k++)
            brief->form[k] = form[k];
        brief->form_count = 3;
        brief->form_whole = true;
        brief->wants[brief->want_count++] =
            (PartWish){ .instrument = instrument("flute"), .role = ROLE_LEAD };
        Score *s = score_of(test_arena(), brief, 35);
        const Part *lead = lead_of(s);
        int32_t bar = score_bar_ticks(s), away = 16 * bar;
        for (int k = 0; k < lead->count; k++) {
            const Note *n = &lead->notes[k];
            if (n->tick >= 7 * bar)
                break;
            for (int j = k; j < lead->count; j++)
                equal += lead->notes[j].tick == n->tick + away && lead->notes[j].pitch == n->pitch;
            all++;
        }
    }
    CHECK(all > 200);
    CHECK(equal * 100 >= all * 95);
}
