// Each rule of reading a prompt, one at a time.
#include "tests/brief/brief.h"

#include <string.h>

TEST(understood_quotes_the_words_of_the_prompt)
{
    Brief brief = test_brief("A Very Sad song, No Drums, in F♯ minor, 92 BPM");
    CHECK_STR(test_understood(&brief, "mood")->words, "Very Sad");
    CHECK_STR(test_understood(&brief, "without")->words, "No Drums");
    CHECK_STR(test_understood(&brief, "key")->words, "F♯ minor");
    CHECK_STR(test_understood(&brief, "key")->value, "F# minor");
    CHECK_STR(test_understood(&brief, "bpm")->words, "92 BPM");
    CHECK_INT(test_understood(&brief, "bpm")->source, FROM_WORDS);
}

TEST(an_empty_prompt_asks_for_a_few_words)
{
    Fault fault = { 0 };
    Brief brief;
    CHECK_FAULT(brief_read(test_arena(), test_lexicon(), STR(" \n\t "), NULL, &brief, &fault), FAULT_INPUT);
    CHECK_STR(str_of(fault.text), "Describe the song in a few words.");
}

TEST(a_prompt_may_have_ten_thousand_characters_and_no_more)
{
    Fault fault = { 0 };
    Brief brief;
    char text[2 * PROMPT_CHARS_MAX + 4];
    for (int i = 0; i <= PROMPT_CHARS_MAX; i++)
        memcpy(text + 2 * i, "\303\251", 2); // two bytes, one character
    Str fits = { text, 2 * PROMPT_CHARS_MAX }, longer = { text, 2 * PROMPT_CHARS_MAX + 2 };
    CHECK_OK(brief_read(test_arena(), test_lexicon(), fits, NULL, &brief, &fault));
    CHECK_FAULT(brief_read(test_arena(), test_lexicon(), longer, NULL, &brief, &fault), FAULT_INPUT);
}

TEST(odd_text_never_fails_and_is_listed_as_ignored)
{
    Brief signs = test_brief("???"), junk = test_brief("asdf"), bytes = test_brief("\377\376 \300 jazz");
    CHECK_STR(signs.ignored[0], "???");
    CHECK_STR(junk.ignored[0], "asdf");
    CHECK_STR(bytes.genre, "swing jazz");
}

TEST(of_two_tempos_the_later_wins_and_a_sentence_says_so)
{
    Brief brief = test_brief("90 bpm, 120 bpm");
    CHECK_INT(brief.bpm_milli, 120000);
    CHECK_INT(brief.conflict_count, 1);
}

TEST(of_two_keys_the_later_wins_and_a_sentence_says_so)
{
    Brief brief = test_brief("in C major, no, in D minor");
    CHECK_STR(key_text(test_arena(), brief.key), "D minor");
    CHECK_INT(brief.conflict_count, 1);
}

TEST(a_number_beats_a_word_for_the_tempo)
{
    Brief brief = test_brief("adagio at 160 bpm");
    CHECK_INT(brief.bpm_milli, 160000);
    CHECK_INT(brief.conflict_count, 1);
    CHECK_INT(test_brief("160 bpm, adagio").bpm_milli, 160000);
    CHECK_INT(test_brief("allegro, 126 bpm").conflict_count, 0);
}

TEST(fast_and_slow_contradict)
{
    Brief brief = test_brief("a fast song, slow");
    CHECK(brief.tempo_push < 0);
    CHECK_INT(brief.conflict_count, 1);
}

TEST(of_a_wish_and_a_ban_the_later_wins)
{
    Brief banned = test_brief("with flute. no flute.");
    CHECK(test_want(&banned, "flute") == NULL && test_without(&banned, "flute"));
    CHECK_INT(banned.conflict_count, 1);
    Brief wanted = test_brief("no flute. with flute.");
    CHECK(test_want(&wanted, "flute") != NULL && !test_without(&wanted, "flute"));
    CHECK_INT(wanted.conflict_count, 1);
}

TEST(an_exception_from_a_ban_is_no_contradiction)
{
    Brief brief = test_brief("no guitars but a nylon guitar");
    const PartWish *want = test_want(&brief, "nylon guitar");
    CHECK(want && test_without(&brief, "guitar"));
    CHECK_INT(brief.conflict_count, 0);
    CHECK(!brief_bans(&brief, want->instrument, ROLE_LEAD));
}

TEST(a_ban_covers_name_family_and_role)
{
    const Instruments *all = lexicon_instruments(test_lexicon());
    Brief brief = test_brief("no strings, no drums, no bass, no trumpet");
    CHECK(brief_bans(&brief, instrument_find(all, STR("violin")), ROLE_LEAD));
    CHECK(brief_bans(&brief, instrument_find(all, STR("synth strings")), ROLE_PAD));
    CHECK(brief_bans(&brief, instrument_find(all, STR("jazz kit")), ROLE_DRUMS));
    CHECK(brief_bans(&brief, instrument_find(all, STR("tuba")), ROLE_BASS));
    CHECK(brief_bans(&brief, instrument_find(all, STR("muted trumpet")), ROLE_LEAD));
    CHECK(!brief_bans(&brief, instrument_find(all, STR("tuba")), ROLE_COMP));
    CHECK(!brief_bans(&brief, instrument_find(all, STR("flute")), ROLE_LEAD));
}

TEST(a_ban_runs_over_a_list_and_stops_at_but)
{
    Brief brief = test_brief("no drums, bass, guitar or brass but a flute");
    CHECK_INT(brief.without_count, 4);
    CHECK_INT(brief.want_count, 1);
    Brief comma = test_brief("no drums, but flute");
    CHECK(comma.without_count == 1 && comma.want_count == 1);
}

TEST(a_ban_for_one_section_bans_nothing_everywhere)
{
    Brief brief = test_brief("techno, no drums in the intro");
    CHECK_INT(brief.without_count, 0);
    CHECK(test_ignored(&brief, "no drums"));
}

TEST(two_negations_cancel)
{
    Brief brief = test_brief("funk, not without drums");
    CHECK_INT(brief.without_count, 0);
    CHECK(test_want(&brief, "standard kit") != NULL);
}

TEST(not_too_halves_and_not_turns_round)
{
    int plain = test_brief("fast").tempo_push, soft = test_brief("not too fast").tempo_push;
    CHECK(soft > 0 && soft == plain / 2);
    CHECK(test_brief("not fast").tempo_push < 0);
    CHECK(test_brief("not sad").mood.valence > 0);
}

TEST(degree_words_weigh_moods)
{
    int slightly = test_brief("slightly dark").mood.tension, plain = test_brief("dark").mood.tension,
        very = test_brief("very dark").mood.tension, extremely = test_brief("extremely dark").mood.tension;
    CHECK(slightly > 0 && slightly < plain && plain < very && very < extremely);
    CHECK(test_brief("darker").mood.tension == plain);
}

TEST(only_holds_for_the_instruments_it_names)
{
    Brief duet = test_brief("a duet for cello and piano");
    CHECK(duet.only && duet.want_count == 2);
    Brief after = test_brief("harp and flute only");
    CHECK(after.only && after.want_count == 2);
    CHECK(!test_brief("just a happy pop song with piano").only);
    CHECK(!test_brief("not only piano but also flute").only);
    CHECK(!test_brief("drums only in the chorus").only);
}

TEST(roles_go_to_the_instrument_beside_them)
{
    Brief brief = test_brief("flute lead, piano chords, bass line on tuba, arpeggios played by a harp");
    CHECK_INT(test_want(&brief, "flute")->role, ROLE_LEAD);
    CHECK_INT(test_want(&brief, "grand piano")->role, ROLE_COMP);
    CHECK_INT(test_want(&brief, "tuba")->role, ROLE_BASS);
    CHECK_INT(test_want(&brief, "harp")->role, ROLE_ARP);
    CHECK_INT(brief.want_count, 4);
}

TEST(a_group_is_a_loose_wish_and_its_member_a_firm_one)
{
    Brief group = test_brief("guitars"), member = test_brief("guitars, a nylon guitar");
    CHECK(group.want_count == 1 && group.wants[0].loose);
    CHECK(member.want_count == 1 && !member.wants[0].loose);
    CHECK_STR(member.wants[0].instrument->name, "nylon guitar");
}

TEST(drums_and_bass_are_two_instruments_and_drum_and_bass_is_a_style)
{
    Brief two = test_brief("drums and bass"), style = test_brief("drum and bass");
    CHECK(two.want_count == 2 && two.genre.length == 0);
    CHECK(style.want_count == 0);
    CHECK_STR(style.genre, "drum and bass");
}

TEST(the_last_genre_heads_and_earlier_ones_colour)
{
    Brief brief = test_brief("jazz house");
    CHECK_STR(brief.genre, "house");
    CHECK_STR(brief.colors[0], "swing jazz");
    CHECK_STR(test_brief("techno with jazz influences").genre, "techno");
    CHECK_STR(test_brief("jazzy").genre, "swing jazz");
}

TEST(a_decade_is_no_length)
{
    CHECK_INT(test_brief("80s synthwave").length_ms, 0);
    CHECK_INT(test_brief("80 s of synthwave").length_ms, 80000);
    CHECK_INT(test_brief("synthwave, 30s").length_ms, 30000);
    CHECK_INT(test_brief("the '60s").length_ms, 0);
    CHECK_INT(test_brief("1980s pop").length_ms, 0);
    CHECK_INT(test_brief("808s and claps").length_ms, 0);
}

TEST(a_time_inside_the_song_is_no_length)
{
    CHECK_INT(test_brief("drop at 0:45").length_ms, 0);
    CHECK_INT(test_brief("fade out over the last 10 seconds").length_ms, 0);
    CHECK_INT(test_brief("2 minutes in D minor").length_ms, 120000);
    CHECK_INT(test_brief("it should last 1min30").length_ms, 90000);
}

TEST(numbers_out_of_range_are_clamped_and_said)
{
    Brief brief = test_brief("999 bpm, 3 hours");
    CHECK_INT(brief.bpm_milli, BPM_MAX * 1000);
    CHECK_INT(brief.length_ms, SECONDS_MAX * 1000);
    CHECK_INT(brief.conflict_count, 2);
}

TEST(an_article_before_minor_is_no_key)
{
    CHECK_INT(test_brief("a minor key waltz").key.tonic, -1);
    CHECK_INT(test_brief("in a minor mood").key.tonic, -1);
    CHECK_INT(test_brief("I am happy").key.tonic, -1);
    CHECK_INT(test_brief("a waltz in A minor").key.tonic, 9);
    CHECK_INT(test_brief("key of A minor").key.tonic, 9);
}

TEST(a_form_of_three_sections_or_letters_is_whole)
{
    CHECK(test_brief("verse, chorus, verse").form_whole);
    CHECK(test_brief("AABA").form_whole);
    Brief brief = test_brief("with an 8 bar intro");
    CHECK(!brief.form_whole && brief.form_count == 1 && brief.form[0].bars == 8);
    CHECK_INT(brief.bars, 0);
}

TEST(lyrics_in_the_prompt_are_split_off_first)
{
    Brief brief = test_brief("a folk song\n[Verse 1]\nno drums tonight\nthe jazz is gone\n[Chorus]\nhey hey");
    CHECK_INT(brief.lyrics.count, 3);
    CHECK_INT(brief.without_count, 0);
    CHECK_STR(brief.genre, "folk");
    CHECK_INT(brief.vocal, CHOICE_YES);
    CHECK_INT(test_brief("pop, lyrics: I love the rain").lyrics.count, 1);
    CHECK_INT(test_brief("[Intro] [Verse] [Chorus]").form_count, 3);
}

TEST(lyrics_for_an_instrumental_are_a_contradiction)
{
    Brief brief = test_brief("instrumental folk\nlyrics: la la la");
    CHECK_INT(brief.vocal, CHOICE_NO);
    CHECK_INT(brief.conflict_count, 1);
}

TEST(a_title_in_quotes_says_nothing_about_the_music)
{
    Brief brief = test_brief("a tune called \"Sad Drums\" for harp");
    CHECK_INT(brief.mood.valence, 0);
    CHECK_INT(brief.want_count, 1);
    CHECK_STR(brief.ignored[0], "Sad Drums");
}

TEST(names_of_musicians_are_ignored_whole)
{
    Brief brief = test_brief("a ballad like Daft Punk");
    CHECK_STR(brief.ignored[0], "Daft Punk");
    CHECK(!str_equal(brief.genre, STR("rock")));
    Brief unknown = test_brief("something in the style of Purple Jazz Wombat please");
    CHECK_STR(unknown.ignored[0], "Purple Jazz Wombat");
    CHECK_INT(unknown.genre.length, 0);
}

TEST(a_typing_slip_in_a_long_word_is_taken_and_reported)
{
    Brief brief = test_brief("saxaphone and acordion");
    CHECK(test_want(&brief, "tenor sax") && test_want(&brief, "accordion"));
    CHECK_STR(test_understood(&brief, "instrument")->words, "saxaphone");
    CHECK(test_ignored(&(Brief[]){ test_brief("France") }[0], "France"));
    CHECK(test_ignored(&(Brief[]){ test_brief("boring") }[0], "boring"));
}

TEST(options_beat_the_words)
{
    Fault fault = { 0 };
    Brief brief;
    BriefOptions options = { .style = STR("techno"),
                             .bpm_milli = 131000,
                             .length_ms = 61000,
                             .key = STR("Bb minor"),
                             .lyrics = STR("la la"),
                             .vocal = CHOICE_NO };
    CHECK_OK(brief_read(test_arena(), test_lexicon(), STR("jazz, 90 bpm, 2 minutes, D major, vocals"),
                        &options, &brief, &fault));
    CHECK_STR(brief.genre, "techno");
    CHECK_STR(brief.colors[0], "swing jazz");
    CHECK_INT(brief.bpm_milli, 131000);
    CHECK_INT(brief.length_ms, 61000);
    CHECK_STR(key_text(test_arena(), brief.key), "Bb minor");
    CHECK_INT(brief.lyrics.count, 1);
    CHECK_INT(brief.vocal, CHOICE_NO);
    CHECK_INT(brief.understood[brief.understood_count - 1].source, FROM_OPTION);
}

static void check_refused(BriefOptions options, const char *part)
{
    Fault fault = { 0 };
    Brief brief;
    size_t at;
    CHECK_FAULT(brief_read(test_arena(), test_lexicon(), STR("jazz"), &options, &brief, &fault), FAULT_INPUT);
    CHECK(str_find(str_of(fault.text), str_of(part), &at));
}

TEST(options_out_of_range_are_refused_with_the_range)
{
    check_refused((BriefOptions){ .bpm_milli = 29999 }, "30 to 300");
    check_refused((BriefOptions){ .bpm_milli = 300001 }, "30 to 300");
    check_refused((BriefOptions){ .length_ms = 4999 }, "5 to 600");
    check_refused((BriefOptions){ .length_ms = 600001 }, "5 to 600");
    check_refused((BriefOptions){ .key = STR("H sharp") }, "not a key");
    check_refused((BriefOptions){ .style = STR("blorp") }, "no style");
}
