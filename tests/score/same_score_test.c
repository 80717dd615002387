// The same seed makes the same score, another seed another; and a change of one part leaves the
// others' notes as they were.
#include "tests/score/songs.h"

#include <stdio.h>
#include <string.h>

static Str style_name(int i)
{
    return library()->styles.list[i]->name;
}

TEST(the_same_brief_and_seed_make_the_same_score)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Str a = score_text(test_arena(), score_of(test_arena(), brief_in(test_arena(), style_name(i)), 12));
        Str b = score_text(test_arena(), score_of(test_arena(), brief_in(test_arena(), style_name(i)), 12));
        CHECK(str_equal(a, b));
    }
}

// The text behind its second line, which names the seed.
static Str body(Str text)
{
    Str line;
    str_cut(&text, '\n', &line);
    str_cut(&text, '\n', &line);
    return text;
}

TEST(another_seed_makes_another_score)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Str a = score_text(test_arena(), score_of(test_arena(), brief_in(test_arena(), style_name(i)), 12));
        Str b = score_text(test_arena(), score_of(test_arena(), brief_in(test_arena(), style_name(i)), 13));
        CHECK(!str_equal(body(a), body(b)));
    }
}

static const Part *part_like(const Score *s, const Part *part, int nth)
{
    for (int i = 0; i < s->part_count; i++)
        if (s->parts[i].role == part->role && str_equal(s->parts[i].instrument.name, part->instrument.name) &&
            nth-- == 0)
            return &s->parts[i];
    return NULL;
}

static int nth_of(const Score *s, int index)
{
    int nth = 0;
    for (int i = 0; i < index; i++)
        nth += s->parts[i].role == s->parts[index].role &&
               str_equal(s->parts[i].instrument.name, s->parts[index].instrument.name);
    return nth;
}

// Every note of `a` is played in `b`. There may be more: a section that would be left without anybody
// wakes a part. The first sounds may be moved to the song's start, so their times are not compared.
static bool same_notes(const Part *a, const Part *b)
{
    int at = 0;
    for (int i = 6; i < a->count; i++) {
        const Note *x = &a->notes[i];
        while (at < b->count && (b->notes[at].tick < x->tick ||
                                 (b->notes[at].tick == x->tick && b->notes[at].pitch < x->pitch)))
            at++;
        if (at == b->count || b->notes[at].tick != x->tick || b->notes[at].pitch != x->pitch ||
            b->notes[at].ticks != x->ticks || b->notes[at].velocity != x->velocity)
            return false;
    }
    return true;
}

// All parts that both songs have are the same, but for those that `depends` names.
static int check_kept(const Score *before, const Score *after, bool (*depends)(const Part *part))
{
    int kept = 0;
    for (int i = 0; i < before->part_count; i++) {
        const Part *twin = part_like(after, &before->parts[i], nth_of(before, i));
        if (twin == NULL || depends(&before->parts[i]))
            continue;
        if (!same_notes(&before->parts[i], twin))
            print_error("%s on " STR_FMT " changed\n", role_names[before->parts[i].role],
                        STR_ARG(before->parts[i].instrument.name));
        HOLDS(same_notes(&before->parts[i], twin), before);
        kept++;
    }
    return kept;
}

static bool none(const Part *part)
{
    (void)part;
    return false;
}

static void check_ban_keeps(const char *ban, bool (*depends)(const Part *part), int least)
{
    int kept = 0;
    for (int i = 0; i < library()->styles.count; i++) {
        for (uint64_t seed = 0; seed < 4; seed++) {
            Arena arena = { 0 };
            Fault fault;
            Score after;
            Brief *brief = brief_in(&arena, style_name(i));
            Score *before = score_of(&arena, brief, seed);
            brief->without[brief->without_count++] = str_of(ban);
            if (compose(&arena, brief, seed, &after, &fault))
                kept += check_kept(before, &after, depends);
            arena_close(&arena);
        }
    }
    CHECK(kept >= least);
}

// A counter melody is written against the lead's.
static bool hears_the_lead(const Part *part)
{
    return part->role == ROLE_LEAD || part->role == ROLE_COUNTER;
}

TEST(without_drums_everybody_else_plays_the_same)
{
    check_ban_keeps("drums", none, 200);
}

TEST(without_the_bass_everybody_else_plays_the_same)
{
    check_ban_keeps("bass", none, 200);
}

TEST(without_pads_everybody_else_plays_the_same)
{
    check_ban_keeps("pad", none, 200);
}

TEST(without_chords_everybody_else_plays_the_same)
{
    check_ban_keeps("comp", none, 150);
}

TEST(without_a_lead_all_but_the_counter_melody_stays)
{
    check_ban_keeps("lead", hears_the_lead, 150);
}

TEST(another_lead_leaves_the_accompaniment_as_it_was)
{
    int kept = 0;
    for (int i = 0; i < library()->styles.count; i++) {
        Brief *brief = brief_in(test_arena(), style_name(i));
        Score *before = score_of(test_arena(), brief, 8);
        brief->wants[brief->want_count++] = (PartWish){ .instrument = instrument("oboe"), .role = ROLE_LEAD };
        kept += check_kept(before, score_of(test_arena(), brief, 8), hears_the_lead);
    }
    CHECK(kept >= 60);
}

TEST(a_further_instrument_leaves_the_band_as_it_was)
{
    int kept = 0;
    for (int i = 0; i < library()->styles.count; i++) {
        Brief *brief = brief_in(test_arena(), style_name(i));
        Score *before = score_of(test_arena(), brief, 8);
        brief->wants[brief->want_count++] =
            (PartWish){ .instrument = instrument("shaker"), .role = ROLE_NONE };
        kept += check_kept(before, score_of(test_arena(), brief, 8), none);
    }
    CHECK(kept >= 80);
}

TEST(sections_of_one_label_have_the_same_chords)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Score *s = score_of(test_arena(), brief_in(test_arena(), style_name(i)), 21);
        int32_t bar = score_bar_ticks(s);
        for (int a = 0; a < s->section_count; a++) {
            for (int b = a + 1; b < s->section_count; b++) {
                if (s->sections[a].label != s->sections[b].label)
                    continue;
                int x = 0, y = 0;
                while (s->chords[x].tick < s->sections[a].bar * bar)
                    x++;
                while (s->chords[y].tick < s->sections[b].bar * bar)
                    y++;
                HOLDS(s->chords[x].tones == s->chords[y].tones && s->chords[x].root == s->chords[y].root, s);
            }
        }
    }
}
