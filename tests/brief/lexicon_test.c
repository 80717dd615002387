// The data itself: whole, without contradictions, and naming only what exists.
#include "base/data.h"
#include "brief/lexicon.h"
#include "tests/brief/brief.h"

TEST(every_instrument_has_a_fallback_that_is_a_patch)
{
    static const char *const patches =
        " sawbass subbass reese acid bass808 supersaw sawlead squarelead sinelead pluck stab "
        "fmpiano fmbell warmpad glasspad voxpad organ synthbrass chipsquare chiptri string keys arp "
        "kit808 kit909 kitacoustic kitlofi kitchip strings ";
    const Instruments *all = lexicon_instruments(test_lexicon());
    CHECK(all->count >= 90);
    for (int i = 0; i < all->count; i++) {
        const Instrument *instrument = &all->list[i];
        size_t at;
        CHECK(str_find(str_of(patches),
                       arena_print(test_arena(), " " STR_FMT " ", STR_ARG(instrument->fallback)), &at));
        if (instrument->patch.length)
            CHECK(str_find(str_of(patches),
                           arena_print(test_arena(), " " STR_FMT " ", STR_ARG(instrument->patch)), &at));
        CHECK(instrument->high >= instrument->low);
    }
}

TEST(every_instrument_is_found_by_its_own_name)
{
    const Lexicon *lexicon = test_lexicon();
    const Instruments *all = lexicon_instruments(lexicon);
    for (int i = 0; i < all->count; i++) {
        Brief brief =
            test_brief(arena_print(test_arena(), "a song for " STR_FMT, STR_ARG(all->list[i].name)).data);
        CHECK(brief.want_count == 1);
        CHECK_STR(brief.wants[0].instrument->name, arena_copy(test_arena(), all->list[i].name).data);
    }
}

static bool style_exists(Str name)
{
    int64_t styles = 0;
    for (int64_t i = 0; i < data_count; i++) {
        Str rest = data_files[i].text, line;
        if (!str_ends(data_files[i].name, STR(".style")))
            continue;
        styles++;
        while (str_cut(&rest, '\n', &line)) {
            Str word;
            if (str_word(&line, &word) && str_equal(word, STR("style")) && str_equal(str_trim(line), name))
                return true;
        }
    }
    return styles == 0;
}

TEST(every_genre_leads_to_a_style_that_exists)
{
    const Lexicon *lexicon = test_lexicon();
    int missing = 0;
    for (int i = 0; i < lexicon->term_count; i++) {
        const Str names[] = { lexicon->terms[i].style, lexicon->terms[i].color, lexicon->terms[i].hint };
        for (int k = 0; k < 3; k++) {
            if (names[k].length && !style_exists(names[k])) {
                print_message("no style \"" STR_FMT "\"\n", STR_ARG(names[k]));
                missing++;
            }
        }
    }
    CHECK_INT(missing, 0);
}

TEST(a_broken_lexicon_names_file_and_line)
{
    static const char *const texts[] = {
        "instrument x\nfamily piano\n",
        "instrument x\nfamily piano\nvoice program 200\n",
        "family piano\n",
        "instrument x\nfamily piano\nvoice program 1\nfallback keys\nrange 9 4\n",
        "instrument x\nfamily piano\nvoice patch keys\nfallback keys\nrange 1 4\nrings no\n",
        "instrument x\nfamily piano\nvoice program 1\nfallback keys\nrange 1 4\nrings maybe\n",
        "instrument x\nblorp\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Fault fault = { 0 };
        Instruments all;
        CHECK_FAULT(instruments_read(test_arena(), STR("a.txt"), str_of(texts[i]), &all, &fault),
                    FAULT_INPUT);
        size_t at;
        CHECK(str_find(str_of(fault.text), STR("a.txt line "), &at));
    }
}

TEST(genres_are_found_in_any_spelling)
{
    static const char *const names[] = { "Lo-Fi", "lofi", "drum & bass", "D'n'B",
                                         "R&B",   "EDM",  "Hip-Hop",     "synthwaves" };
    static const char *const styles[] = { "lo-fi",   "lo-fi", "drum and bass", "drum and bass",
                                          "hip hop", "house", "hip hop",       "synthwave" };
    const Lexicon *lexicon = test_lexicon();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        Str style;
        CHECK(lexicon_genre(lexicon, str_of(names[i]), &style));
        CHECK_STR(style, styles[i]);
    }
    Str style;
    CHECK(!lexicon_genre(lexicon, STR("blorp"), &style));
    CHECK(!lexicon_genre(lexicon, STR(""), &style));
}
