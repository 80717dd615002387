#include "encode/midi.h"
#include "tests/encode/score_by_hand.h"

static Str write_lrc(const Score *score)
{
    Buf out = buf_make(test_arena(), 10000);
    lrc_write(score, &hand_tags, &out);
    return buf_str(&out);
}

TEST(lrc_times_each_line_of_the_lyrics)
{
    Score *score = hand_score();
    hand_lyrics(score);
    CHECK_STR(write_lrc(score), "[ti:Night (Train)]\n[by:SonicStacker test (AI-generated)]\n[length:00:07]\n"
                                "[00:00.00]Morning comes slowly\n[00:02.59]over the h\xc3\xaells\n");
}

TEST(lrc_names_the_sections_when_there_are_no_lyrics)
{
    Score *score = hand_score();
    score->sections[2] = (Section){ .kind = SECTION_VERSE, .bar = 30 };
    score->section_count = 3;
    CHECK_STR(write_lrc(score), "[ti:Night (Train)]\n[by:SonicStacker test (AI-generated)]\n[length:00:07]\n"
                                "[00:00.00]Verse 1\n[00:02.59]Chorus\n[01:17.84]Verse 2\n");
}
