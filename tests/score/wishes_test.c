// Wishes and bans: who was asked for plays, who was not wanted does not, and "only" means only.
#include "tests/score/songs.h"

#include <stdio.h>
#include <string.h>

static int parts_named(const Score *s, Str name)
{
    int count = 0;
    for (int i = 0; i < s->part_count; i++)
        count += str_equal(s->parts[i].instrument.name, name);
    return count;
}

static const Style *style_at(int i)
{
    return library()->styles.list[i % library()->styles.count];
}

static void wish(Brief *brief, const Instrument *in, Role role)
{
    brief->wants[brief->want_count++] = (PartWish){ .instrument = in, .role = role };
}

TEST(every_instrument_plays_when_it_is_asked_for)
{
    const Instruments *all = lexicon_instruments(library()->lexicon);
    for (int i = 0; i < all->count; i++) {
        for (int k = 0; k < 3; k++) {
            Arena arena = { 0 };
            Brief *brief = brief_in(&arena, style_at(i * 3 + k * 7)->name);
            wish(brief, &all->list[i], ROLE_NONE);
            Score *s = score_of(&arena, brief, (uint64_t)i);
            if (parts_named(s, all->list[i].name) == 0)
                print_error("no " STR_FMT "\n", STR_ARG(all->list[i].name));
            HOLDS(parts_named(s, all->list[i].name) > 0, s);
            arena_close(&arena);
        }
    }
}

TEST(only_means_nothing_else)
{
    const Instruments *all = lexicon_instruments(library()->lexicon);
    for (int i = 0; i < all->count; i++) {
        Arena arena = { 0 };
        Brief *brief = brief_in(&arena, style_at(i)->name);
        wish(brief, &all->list[i], ROLE_NONE);
        brief->only = true;
        Score *s = score_of(&arena, brief, (uint64_t)i);
        HOLDS(s->part_count > 0, s);
        HOLDS(parts_named(s, all->list[i].name) == s->part_count, s);
        arena_close(&arena);
    }
}

TEST(two_wishes_alone_are_both_heard_and_nobody_else)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Brief *brief = brief_in(test_arena(), style_at(i)->name);
        wish(brief, instrument("flute"), ROLE_NONE);
        wish(brief, instrument("cello"), ROLE_NONE);
        brief->only = true;
        Score *s = score_of(test_arena(), brief, 5);
        HOLDS(parts_named(s, STR("flute")) > 0, s);
        HOLDS(parts_named(s, STR("cello")) > 0, s);
        HOLDS(parts_named(s, STR("flute")) + parts_named(s, STR("cello")) == s->part_count, s);
    }
}

TEST(an_instrument_plays_the_role_it_was_given)
{
    static const Role roles[] = { ROLE_LEAD, ROLE_COMP, ROLE_PAD, ROLE_ARP, ROLE_BASS, ROLE_COUNTER };
    for (int i = 0; i < library()->styles.count; i++) {
        for (int r = 0; r < 6; r++) {
            Arena arena = { 0 };
            Brief *brief = brief_in(&arena, style_at(i)->name);
            wish(brief, instrument("grand piano"), roles[r]);
            Score *s = score_of(&arena, brief, 3);
            bool found = false;
            for (int p = 0; p < s->part_count; p++)
                found = found || (s->parts[p].role == roles[r] &&
                                  str_equal(s->parts[p].instrument.name, STR("grand piano")));
            if (!found)
                print_error("no grand piano as %s\n", role_names[roles[r]]);
            HOLDS(found, s);
            arena_close(&arena);
        }
    }
}

// Composes each style without what `name` names; `fits` says which parts it means.
static void check_ban(const char *name, bool (*means)(const Part *part))
{
    for (int i = 0; i < library()->styles.count; i++) {
        for (uint64_t seed = 0; seed < 2; seed++) {
            Arena arena = { 0 };
            Brief *brief = brief_in(&arena, style_at(i)->name);
            brief->without[brief->without_count++] = str_of(name);
            Score s;
            Fault fault = { 0 };
            bool done = compose(&arena, brief, seed, &s, &fault);
            CHECK(done || fault.kind == FAULT_INPUT); // "solo piano" without piano is nothing
            for (int p = 0; done && p < s.part_count; p++)
                HOLDS(!means(&s.parts[p]), &s);
            arena_close(&arena);
        }
    }
}

static bool of_family(const Part *part, const char *family)
{
    return str_equal(part->instrument.family, str_of(family));
}
static bool is_drums(const Part *part)
{
    return part->role == ROLE_DRUMS || (part->instrument.kit && of_family(part, "drums"));
}
static bool is_piano(const Part *part)
{
    return of_family(part, "piano");
}
static bool is_guitar(const Part *part)
{
    return of_family(part, "guitar");
}
static bool is_strings(const Part *part)
{
    return of_family(part, "strings");
}
static bool is_synth(const Part *part)
{
    return of_family(part, "synth");
}
static bool is_brass(const Part *part)
{
    return of_family(part, "brass");
}
static bool is_bass(const Part *part)
{
    return part->role == ROLE_BASS;
}
static bool is_pad(const Part *part)
{
    return part->role == ROLE_PAD;
}
static bool is_percussion(const Part *part)
{
    return part->role == ROLE_PERC;
}
static bool is_flute(const Part *part)
{
    return str_equal(part->instrument.name, STR("flute"));
}

TEST(what_is_banned_is_not_heard)
{
    check_ban("drums", is_drums);
    check_ban("piano", is_piano);
    check_ban("guitar", is_guitar);
    check_ban("strings", is_strings);
    check_ban("synth", is_synth);
    check_ban("brass", is_brass);
    check_ban("bass", is_bass);
    check_ban("pad", is_pad);
    check_ban("percussion", is_percussion);
    check_ban("flute", is_flute);
}

TEST(bans_hold_when_they_are_said_in_words)
{
    static const struct {
        const char *prompt;
        bool (*means)(const Part *part);
    } said[] = { { "a rock song without drums", is_drums }, { "pop, no piano please", is_piano },
                 { "funk but no guitars", is_guitar },      { "cinematic without any strings", is_strings },
                 { "house with no bass", is_bass },         { "swing jazz, no brass", is_brass } };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        for (uint64_t seed = 0; seed < 4; seed++) {
            const Score *s = &song_said(said[i].prompt, seed)->score;
            for (int p = 0; p < s->part_count; p++)
                HOLDS(!said[i].means(&s->parts[p]), s);
        }
    }
}

TEST(a_song_that_is_sung_has_a_voice)
{
    Brief *brief = brief_in(test_arena(), STR("pop"));
    brief->vocal = CHOICE_YES;
    Score *s = score_of(test_arena(), brief, 2);
    bool sung = false;
    for (int p = 0; p < s->part_count; p++)
        sung = sung || of_family(&s->parts[p], "voice");
    CHECK(sung);
}

TEST(drums_are_heard_when_asked_for_even_where_the_style_has_none)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Brief *brief = brief_in(test_arena(), style_at(i)->name);
        wish(brief, instrument("standard kit"), ROLE_NONE);
        Score *s = score_of(test_arena(), brief, 11);
        HOLDS(s->parts[0].role == ROLE_DRUMS, s);
        int32_t heard = 0, last = -1, bar = score_bar_ticks(s);
        for (int k = 0; k < s->parts[0].count; k++) {
            heard += s->parts[0].notes[k].tick / bar != last;
            last = s->parts[0].notes[k].tick / bar;
        }
        HOLDS(heard * bar * 2 > s->ticks, s); // in more than half of the bars
    }
}

TEST(congas_are_percussion_beside_the_kit)
{
    Brief *brief = brief_in(test_arena(), STR("house"));
    wish(brief, instrument("congas"), ROLE_NONE);
    Score *s = score_of(test_arena(), brief, 11);
    bool kit = false, congas = false;
    for (int p = 0; p < s->part_count; p++) {
        kit =
            kit || (s->parts[p].role == ROLE_DRUMS && !str_equal(s->parts[p].instrument.name, STR("congas")));
        congas = congas ||
                 (s->parts[p].role == ROLE_PERC && str_equal(s->parts[p].instrument.name, STR("congas")));
    }
    CHECK(kit);
    CHECK(congas);
}
