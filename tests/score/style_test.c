// The style reader: every wrong line is refused with file, line and reason.
#include "tests/score/songs.h"

#include <stdio.h>
#include <string.h>

static const char head[] = "style tiny\n"
                           "tempo 80 100 120\n"
                           "meter 4/4\n"
                           "grid 16\n"
                           "mode major 5 minor 5\n"
                           "form 1 verse 8\n"
                           "harm any major 1 I IV V I\n"
                           "harm any minor 1 i iv v i\n"
                           "kit standard kit\n"
                           "part comp grand piano : pat 8...\n"
                           "mix lufs10 -140\n";
enum { HEAD_LINES = 11 };

static bool read(const char *text, Styles *all, Fault *fault)
{
    return style_read(test_arena(), library()->lexicon, STR("styles/tiny.style"), str_of(text), all, fault);
}

TEST(a_small_style_is_enough_for_a_song)
{
    Styles all = { 0 };
    Fault fault = { 0 };
    CHECK_OK(read(head, &all, &fault));
    CHECK_INT(all.count, 1);
    const Style *s = style_find(&all, STR("tiny"));
    CHECK(s != NULL);
    CHECK_INT(s->bpm_typical, 100);
    CHECK_INT(s->mix.lufs10, -140);
    Brief *brief = brief_in(test_arena(), STR("pop"));
    brief->genre = STR("tiny");
    Score score;
    CHECK_OK(score_compose(test_arena(), library()->lexicon, &all, brief, 1, &score, &fault));
    CHECK_INT(score.part_count, 1);
    CHECK_INT(score.length_ms, 60000);
}

// `line` behind a good style is refused: its own number, and the reason.
static void refused(const char *line, const char *why)
{
    char text[4000], where[60];
    Styles all = { 0 };
    Fault fault = { 0 };
    snprintf(text, sizeof text, "%s%s\n", head, line);
    snprintf(where, sizeof where, "styles/tiny.style:%d: ", HEAD_LINES + 1);
    bool done = read(text, &all, &fault);
    if (done || !strstr(fault.text, where) || !strstr(fault.text, why))
        print_error("\"%s\": done %d, fault \"%s\", wanted \"%s\"\n", line, done, fault.text, why);
    CHECK_FAULT(done, FAULT_INPUT);
    CHECK(strstr(fault.text, where) == fault.text);
    CHECK(strstr(fault.text, why) != NULL);
}

TEST(wrong_lines_of_a_style_are_refused_with_file_line_and_reason)
{
    refused("colour blue", "unknown directive \"colour\"");
    refused("style", "a style needs a name");
    refused("tempo 20 100 120", "the lowest tempo must be a whole number from 30 to 300");
    refused("tempo 100 90 120", "the typical tempo");
    refused("tempo 100 110 105", "the highest tempo");
    refused("tempo 100", "the typical tempo");
    refused("meter 4", "a metre is written like 4/4");
    refused("meter 4/3", "a metre is written like 4/4");
    refused("meter 13/4", "a metre is written like 4/4");
    refused("grid 3", "the grid must be");
    refused("grid x", "the grid must be");
    refused("swing 40 60", "the lowest swing");
    refused("swing 60 55", "the highest swing");
    refused("length 601", "the length in seconds");
    refused("mode lunar 3", "\"lunar\" is no mode");
    refused("mode major 0", "a mode's weight");
    refused("form 0 verse 8", "a form's weight");
    refused("form 1", "a form needs sections");
    refused("form 1 refrain 8", "\"refrain\" is no section");
    refused("form 1 verse 65", "a section's bars");
    refused("form 1 verse", "a section's bars");
    refused("energy verse 101", "an energy");
    refused("energy nowhere 50", "\"nowhere\" is no section");
    refused("harm", "harm needs");
    refused("harm verse major 1", "no chords");
    refused("harm verse major 1 I Q", "is no Roman numeral");
    refused("harm verse major 0 I", "a progression's weight");
    refused("harm somewhere major 1 I", "is no section");
    refused("drums 4 kick 9...", "a drum level");
    refused("drums 1", "no drums named");
    refused("drums 1 gong 9...", "\"gong\" is no drum");
    refused("drums 1 kick", "\"kick\" has no steps");
    refused("drums 1 kick 9..x", "none of");
    refused("fill kick 9................", "more than 16 steps");
    refused("kit tin can", "there is no instrument \"tin can\"");
    refused("kit standard kit : early 3", "a kit has no \"early\"");
    refused("kit standard kit : late 99", "milliseconds");
    refused("part", "a part needs a role");
    refused("part singer flute : low 60", "\"singer\" is no role of a part");
    refused("part drums flute : low 60", "\"drums\" is no role of a part");
    refused("part lead flute", "a part is written");
    refused("part lead kazoo : low 60", "there is no instrument \"kazoo\"");
    refused("part lead flute : low 60 high 65", "an octave");
    refused("part lead flute : pat R...", "none of");
    refused("part lead flute : pat", "pat needs steps");
    refused("part bass double bass : pat 9...", "none of");
    refused("part lead flute : loud 3", "a part has no \"loud\"");
    refused("part lead flute : vel 128", "vel");
    refused("part lead flute : in", "sections are missing");
    refused("part lead flute : not nowhere", "is no section");
    refused("mix loud 3", "mix has no \"loud\"");
    refused("mix lufs10 0", "lufs10");
    refused("mix hall", "hall");
    refused("melody phrase 9", "the phrase in bars");
    refused("melody riff 101", "the chance of a riff");
    refused("melody tune 3", "melody has no \"tune\"");
}

TEST(a_grid_that_does_not_fit_its_bar_is_refused)
{
    Styles all = { 0 };
    Fault fault = { 0 };
    CHECK_FAULT(read(arena_print(test_arena(), "%sgrid 7\n", head).data, &all, &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "styles/tiny.style:") == fault.text);
    CHECK(strstr(fault.text, "7 steps do not fit into a bar of 4/4") != NULL);
}

TEST(what_a_style_must_say_is_named_when_it_is_missing)
{
    static const char *const words[] = { "style", "tempo", "mode", "form", "harm", "part", "mix" };
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        char text[1000] = "", wanted[60];
        Str rest = str_of(head), line;
        while (str_cut(&rest, '\n', &line))
            if (!str_starts(line, str_of(words[w])))
                strncat(text, line.data, line.length + 1);
        Styles all = { 0 };
        Fault fault = { 0 };
        CHECK_FAULT(read(text, &all, &fault), FAULT_INPUT);
        snprintf(wanted, sizeof wanted, "the style has no \"%s", words[w]);
        if (!strstr(fault.text, wanted))
            print_error("\"%s\" does not say \"%s\"\n", fault.text, wanted);
        CHECK(strstr(fault.text, wanted) != NULL);
    }
}

TEST(too_many_of_a_thing_are_refused)
{
    static const struct {
        const char *line, *why;
        int count;
    } things[] = { { "form 1 verse 8", "more than 6 forms", 6 },
                   { "harm any major 1 I", "more than 32 progressions", 31 },
                   { "drums 1 kick 9", "more than 16 drum patterns", 17 },
                   { "part lead flute : low 60", "more than 14 parts", 14 } };
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        Buf buf = buf_make(test_arena(), 100000);
        buf_text(&buf, str_of(head));
        for (int k = 0; k < things[i].count; k++)
            buf_print(&buf, "%s\n", things[i].line);
        buf_bytes(&buf, "", 1);
        Styles all = { 0 };
        Fault fault = { 0 };
        CHECK_FAULT(read(buf.data, &all, &fault), FAULT_INPUT);
        if (!strstr(fault.text, things[i].why))
            print_error("\"%s\" does not say \"%s\"\n", fault.text, things[i].why);
        CHECK(strstr(fault.text, things[i].why) != NULL);
    }
}

TEST(two_styles_of_one_name_are_refused)
{
    Styles all = { 0 };
    Fault fault = { 0 };
    CHECK_OK(read(head, &all, &fault));
    CHECK_FAULT(read(head, &all, &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "there is a style \"tiny\" already") != NULL);
}

TEST(every_built_in_style_can_make_what_it_promises)
{
    const Styles *all = &library()->styles;
    CHECK(all->count >= 28);
    for (int i = 0; i < all->count; i++) {
        const Style *s = all->list[i];
        Str own;
        CHECK(s->bpm_low <= s->bpm_typical && s->bpm_typical <= s->bpm_high);
        CHECK(style_find(all, s->name) == s);
        CHECK(lexicon_genre(library()->lexicon, s->name, &own));
        CHECK(str_equal(own, s->name));
        CHECK(s->drum_count == 0 || s->kit_count > 0);
    }
    CHECK(style_find(all, STR("polka from the moon")) == NULL);
}
