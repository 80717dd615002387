// The score as pages draw it: what is in it, when, and that a dense long song stays a small file.
#include "encode/encode.h"
#include "encode/notes.h"

#include "tests/encode/score_by_hand.h"
#include "tests/score/songs.h"

#include <jansson.h>

static Str written(const Score *score)
{
    Buf out = buf_make(test_arena(), 8 << 20);
    notes_write(score, &out);
    CHECK(!out.full);
    return buf_str(&out);
}

TEST(notes_of_a_score_stand_in_milliseconds)
{
    Score *score = hand_score();
    score->chords[0].tones = 1 << 6 | 1 << 9 | 1 << 1;
    CHECK_STR(
        written(score),
        "{\"bpm\":92.500,\"key\":{\"tonic\":\"F#\",\"mode\":\"minor\"},\"beats\":4,\"beat_unit\":4,\"bars\":"
        "2,"
        "\"bars_end_ms\":5189,\"length_ms\":7200,\"style\":\"\",\"sections\":["
        "{\"section\":\"verse\",\"start_ms\":0,\"bar\":0,\"bars\":1,\"label\":0,\"energy\":0},"
        "{\"section\":\"chorus\",\"start_ms\":2595,\"bar\":1,\"bars\":1,\"label\":0,\"energy\":0}],"
        "\"chords\":[0,2595,6,578,2595,2594,2,0],\"parts\":["
        "{\"name\":\"grand piano\",\"role\":\"comp\",\"family\":\"\",\"notes\":[0,1297,66,80,649,1297,66,70,"
        "2595,648,62,90,2595,1297,62,60,3243,649,62,0]},"
        "{\"name\":\"finger bass\",\"role\":\"bass\",\"family\":\"\",\"notes\":[0,649,30,100,649,648,30,100,"
        "2595,3243,26,100]},"
        "{\"name\":\"drums\",\"role\":\"drums\",\"family\":\"\",\"notes\":[0,162,36,110,649,162,38,110]}]}");
}

TEST(notes_of_ten_dense_minutes_fit_and_none_is_lost)
{
    static const char *const dense[] = { "a dense fast drum and bass track, 10 minutes",
                                         "an epic orchestral film score with everything, 10 minutes",
                                         "fast samba with full band, 200 bpm, 10 minutes" };
    for (size_t i = 0; i < sizeof dense / sizeof *dense; i++) {
        const Score *score = &song_said(dense[i], 7)->score;
        Str text = written(score);
        HOLDS(text.length < 1 << 20, score);
        json_t *root = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, NULL);
        CHECK(root != NULL);
        const json_t *parts = json_object_get(root, "parts");
        CHECK_INT(json_array_size(parts), score->part_count);
        for (int p = 0; p < score->part_count; p++)
            CHECK_INT(json_array_size(json_object_get(json_array_get(parts, (size_t)p), "notes")),
                      4 * score->parts[p].count);
        json_decref(root);
    }
}
