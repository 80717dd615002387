// Words without meaning change nothing: junk is put between the words of prompts.
#include "tests/brief/brief.h"

static const char *const prompts[] = {
    "happy folk song with banjo and fiddle",
    "techno, 132 bpm, no vocals",
    "sad piano ballad in A minor",
    "flute lead, piano chords, no drums",
    "verse, chorus, verse, chorus, outro",
    "a waltz, 90 seconds, accordion",
    "dark ambient, fade out",
    "rock, 3/4, electric guitar",
    "drum and bass at 174",
    "without guitars, but with harp",
};

static const char *const junk[] = { "blorp", "xyzzy", "qwfp", "🦄", "zzz" };

TEST(junk_before_and_behind_a_prompt_changes_no_wish)
{
    for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++) {
        Brief plain = test_brief(prompts[i]);
        for (size_t k = 0; k < sizeof junk / sizeof junk[0]; k++) {
            Str text = arena_print(test_arena(), "%s. %s. %s", junk[k], prompts[i], junk[k]);
            Brief mixed = test_brief(text.data);
            CHECK(test_same_wishes(&plain, &mixed));
            CHECK_INT(mixed.ignored_count, plain.ignored_count + 2);
        }
    }
}

TEST(a_junk_phrase_at_any_comma_changes_no_wish)
{
    for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++) {
        if (i == 4)
            continue; // a form is one phrase
        Brief plain = test_brief(prompts[i]);
        Str rest = str_of(prompts[i]), piece;
        Buf text = buf_make(test_arena(), 1000);
        while (str_cut(&rest, ',', &piece))
            buf_print(&text, STR_FMT ", blorp,", STR_ARG(piece));
        buf_bytes(&text, "", 1);
        Brief mixed = test_brief(buf_str(&text).data);
        CHECK(test_same_wishes(&plain, &mixed));
    }
}

TEST(capitals_and_accents_change_no_wish)
{
    Brief plain = test_brief("sad guitar and violin, no drums, 80 bpm, in d minor");
    Brief loud = test_brief("SAD GUITAR AND VIOLIN, NO DRUMS, 80 BPM, IN D MINOR");
    Brief marked = test_brief("säd güitar and víolin, nö drüms, 80 bpm, in d mínor");
    CHECK(test_same_wishes(&plain, &loud));
    CHECK(test_same_wishes(&plain, &marked));
}
