#include "encode/midi.h"
#include "tests/encode/score_by_hand.h"
#include "tests/encode/tool.h"

enum { EVENTS_MAX = 2000, FILE_MAX = 1 << 20 };

typedef struct Seen {
    int track, tick;
    unsigned char status, data1, data2; // of a meta event 0xff, its type
    Str text;                           // of a meta event
} Seen;

typedef struct Reader {
    Str file;
    size_t at;
    Seen list[EVENTS_MAX];
    int count, tracks;
} Reader;

static uint32_t take(Reader *r, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++) {
        CHECK(r->at < r->file.length);
        value = value << 8 | (unsigned char)r->file.data[r->at++];
    }
    return value;
}

static uint32_t take_length(Reader *r)
{
    uint32_t value = 0, byte;
    do {
        byte = take(r, 1);
        value = value << 7 | (byte & 0x7f);
    } while (byte & 0x80);
    return value;
}

static void take_event(Reader *r, Seen *seen)
{
    seen->status = (unsigned char)take(r, 1);
    CHECK(seen->status & 0x80); // we write no running status
    seen->data1 = (unsigned char)take(r, 1);
    if (seen->status == 0xff) {
        uint32_t length = take_length(r);
        CHECK(r->at + length <= r->file.length);
        seen->text = str_slice(r->file, r->at, r->at + length);
        r->at += length;
    } else if ((seen->status & 0xf0) != 0xc0) {
        seen->data2 = (unsigned char)take(r, 1);
        CHECK(seen->data2 < 128);
    }
    CHECK(seen->status == 0xff || seen->data1 < 128);
}

static void take_track(Reader *r)
{
    CHECK(str_starts(str_slice(r->file, r->at, r->file.length), STR("MTrk")));
    r->at += 4;
    uint32_t length = take(r, 4);
    size_t end = r->at + length;
    int tick = 0;
    bool ended = false;
    while (r->at < end) {
        CHECK(!ended && r->count < EVENTS_MAX);
        Seen *seen = &r->list[r->count++];
        seen->track = r->tracks;
        seen->tick = tick += (int)take_length(r);
        take_event(r, seen);
        ended = seen->status == 0xff && seen->data1 == 0x2f;
    }
    CHECK(ended);
    CHECK_INT(r->at, end);
    r->tracks++;
}

static Reader *read_midi(Str file)
{
    Reader *r = ARENA_NEW(test_arena(), Reader);
    r->file = file;
    CHECK(str_starts(file, STR("MThd")));
    r->at = 4;
    CHECK_INT(take(r, 4), 6);
    CHECK_INT(take(r, 2), 1);
    int tracks = (int)take(r, 2);
    CHECK_INT(take(r, 2), TICKS_PER_BEAT);
    while (r->at < file.length)
        take_track(r);
    CHECK_INT(r->tracks, tracks);
    return r;
}

static Str write_midi(const Score *score)
{
    Buf out = buf_make(test_arena(), FILE_MAX);
    midi_write(score, &hand_tags, &out);
    CHECK(!out.full);
    return buf_str(&out);
}

static const Seen *find(const Reader *r, int track, int status, int data1)
{
    for (int i = 0; i < r->count; i++)
        if (r->list[i].track == track && r->list[i].status == status && r->list[i].data1 == data1)
            return &r->list[i];
    print_error("no event %x %d in track %d\n", (unsigned)status, data1, track);
    fail();
    return NULL;
}

static int count_of(const Reader *r, int track, int status)
{
    int count = 0;
    for (int i = 0; i < r->count; i++)
        count += r->list[i].track == track && r->list[i].status == status;
    return count;
}

// Plays all tracks together in both orders of tracks: no key is pressed twice, none stays down.
static void check_keys(const Reader *r, bool backwards)
{
    int down[16][128] = { { 0 } };
    int last = 0;
    for (int i = 0; i < r->count; i++)
        last = r->list[i].tick > last ? r->list[i].tick : last;
    for (int tick = 0; tick <= last; tick++)
        for (int t = 0; t < r->tracks; t++)
            for (int i = 0; i < r->count; i++) {
                const Seen *s = &r->list[i];
                if (s->tick != tick || s->track != (backwards ? r->tracks - 1 - t : t))
                    continue;
                int *key = &down[s->status & 15][s->data1];
                if ((s->status & 0xf0) == 0x90) {
                    CHECK(s->data2 > 0);
                    CHECK_INT(*key, 0);
                    *key = 1;
                } else if ((s->status & 0xf0) == 0x80) {
                    CHECK_INT(s->data2, 64);
                    CHECK_INT(*key, 1);
                    *key = 0;
                }
            }
    for (int c = 0; c < 16; c++)
        for (int k = 0; k < 128; k++)
            CHECK_INT(down[c][k], 0);
}

TEST(midi_says_what_the_song_is)
{
    Score *score = hand_score();
    hand_lyrics(score);
    Reader *r = read_midi(write_midi(score));
    CHECK_INT(r->tracks, 4);
    CHECK_STR(find(r, 0, 0xff, 3)->text, "Night [Train]");
    CHECK_STR(find(r, 0, 0xff, 1)->text, "AI-generated");
    CHECK(memcmp(find(r, 0, 0xff, 0x51)->text.data, "\x09\xe5\xc9", 3) == 0); // 60 s / 92.5 = 648648.6 us
    CHECK(memcmp(find(r, 0, 0xff, 0x58)->text.data, "\4\2\30\10", 4) == 0);
    CHECK(memcmp(find(r, 0, 0xff, 0x59)->text.data, "\3\1", 2) == 0); // F sharp minor: three sharps
    CHECK_STR(find(r, 0, 0xff, 6)->text, "Verse");
    CHECK_STR(find(r, 0, 0xff, 5)->text, "Morning comes slowly");
    CHECK_INT(count_of(r, 0, 0xff), 1 + 4 + 3 + 2 + 2 + 1);
    size_t at;
    CHECK(str_find(r->file, STR("Seed: 7"), &at));
    CHECK(str_find(r->file, STR("Engine: SonicStacker test"), &at));
    CHECK(str_find(r->file, STR("Prompt: a small song"), &at));
}

TEST(midi_tempo_is_rounded_to_the_nearest_microsecond)
{
    Score *score = hand_score();
    score->bpm_milli = 92500; // 648648.648...
    Reader *r = read_midi(write_midi(score));
    const unsigned char *t = (const unsigned char *)find(r, 0, 0xff, 0x51)->text.data;
    CHECK_INT(t[0] << 16 | t[1] << 8 | t[2], 648649);
    score->bpm_milli = 30000;
    r = read_midi(write_midi(score));
    t = (const unsigned char *)find(r, 0, 0xff, 0x51)->text.data;
    CHECK_INT(t[0] << 16 | t[1] << 8 | t[2], 2000000);
}

TEST(midi_parts_have_their_program_volume_pan_and_reverb)
{
    Reader *r = read_midi(write_midi(hand_score()));
    CHECK_STR(find(r, 1, 0xff, 3)->text, "grand piano");
    CHECK_INT(find(r, 1, 0xc0, 0)->data1, 0);
    CHECK_INT(find(r, 1, 0xb0, 7)->data2, 110); // as loud as any
    CHECK_INT(find(r, 1, 0xb0, 10)->data2, 32);
    CHECK_INT(find(r, 1, 0xb0, 91)->data2, 30 * 127 / 100);
    CHECK_INT(find(r, 2, 0xc1, 33)->data1, 33);
    CHECK_INT(find(r, 2, 0xb1, 7)->data2, 93); // 3 dB less: 110 * 10^(-3/40)
    CHECK_INT(find(r, 2, 0xb1, 10)->data2, 64);
    CHECK_INT(find(r, 3, 0xc9, 8)->data1, 8);
    CHECK_INT(find(r, 3, 0xb9, 10)->data2, 127);
    CHECK_INT(count_of(r, 3, 0x99), 2);
}

TEST(midi_never_presses_a_key_that_is_down)
{
    Reader *r = read_midi(write_midi(hand_score()));
    check_keys(r, false);
    check_keys(r, true);
    CHECK_INT(count_of(r, 1, 0x90), 4); // the doubled note is one
    CHECK_INT(find(r, 1, 0x80, 66)->tick, 960);
    CHECK_INT(find(r, 1, 0x90, 62)->data2, 90); // and the louder one's
}

TEST(midi_lifts_the_pedal_with_each_chord_and_at_the_end)
{
    Reader *r = read_midi(write_midi(hand_score()));
    int last = -1, changes = 0;
    for (int i = 0; i < r->count; i++)
        if (r->list[i].status == 0xb0 && r->list[i].data1 == 64) {
            last = r->list[i].data2;
            changes++;
        }
    CHECK_INT(changes, 4);
    CHECK_INT(last, 0);
    CHECK_INT(count_of(r, 2, 0xb1), 3); // the bass has no pedal
}

// Twenty parts: programs 0 to 17, and two more parts with program 3, the last half a beat late.
TEST(midi_with_more_parts_than_channels_shares_them)
{
    Score *score = hand_score();
    Note notes[] = { { .tick = 0, .ticks = 960, .pitch = 60, .velocity = 80 },
                     { .tick = 960, .ticks = 1440, .pitch = 60, .velocity = 80 },
                     { .tick = 1920, .ticks = 960, .pitch = 60, .velocity = 80 } };
    score->part_count = PART_MAX;
    for (int i = 0; i < PART_MAX; i++) {
        score->parts[i] =
            (Part){ .role = ROLE_PAD, .instrument = { .name = STR("pad"), .program = i < 18 ? i : 3 } };
        for (int k = 0; k < 3; k++)
            notes[k].tick = k * 960 + (i == PART_MAX - 1) * 480;
        hand_notes(&score->parts[i], notes, 3);
    }
    Reader *r = read_midi(write_midi(score));
    check_keys(r, false);
    check_keys(r, true);
    for (int i = 0; i < r->count; i++)
        CHECK(r->list[i].status == 0xff || (r->list[i].status & 15) != 9);
    CHECK_STR(find(r, 1, 0xff, 3)->text, "pad (pad)");
    CHECK_INT(find(r, 4, 0xc3, 3)->tick, 0);
    CHECK_INT(count_of(r, 19, 0x90 | 3), 0); // the same keys at the same time as part 4
    CHECK_INT(count_of(r, 20, 0x90 | 3), 3);
    CHECK_INT(find(r, 4, 0x80 | 3, 60)->tick,
              479); // up before the last part presses it, in any order of tracks
}

static void check_key(Key key, int sharps, int minor)
{
    Score *score = hand_score();
    score->key = key;
    Reader *r = read_midi(write_midi(score));
    Str text = find(r, 0, 0xff, 0x59)->text;
    CHECK_INT((signed char)text.data[0], sharps);
    CHECK_INT(text.data[1], minor);
}

TEST(midi_key_signatures_are_the_nearest_ones)
{
    check_key((Key){ 0, false, MODE_MAJOR }, 0, 0);
    check_key((Key){ 7, false, MODE_MAJOR }, 1, 0);
    check_key((Key){ 5, true, MODE_MAJOR }, -1, 0);
    check_key((Key){ 5, false, MODE_MAJOR }, -1, 0);
    check_key((Key){ 3, true, MODE_MAJOR }, -3, 0);
    check_key((Key){ 6, false, MODE_MAJOR }, 6, 0);
    check_key((Key){ 6, true, MODE_MAJOR }, -6, 0);
    check_key((Key){ 9, false, MODE_MINOR }, 0, 1);
    check_key((Key){ 0, true, MODE_MINOR }, -3, 1);
    check_key((Key){ 8, false, MODE_HARMONIC_MINOR }, 5, 1);
    check_key((Key){ 3, true, MODE_MINOR }, -6, 1);
    check_key((Key){ 2, false, MODE_DORIAN }, -1, 1); // D minor is one sign away
    check_key((Key){ 7, false, MODE_MIXOLYDIAN }, 1, 0);
    check_key((Key){ 4, false, MODE_BLUES }, 1, 1);
    check_key((Key){ 8, false, MODE_MAJOR }, -4, 0); // eight sharps do not exist
}

TEST(midi_of_a_score_without_notes_is_a_midi_file)
{
    Score *score = ARENA_NEW(test_arena(), Score);
    *score = (Score){ .bpm_milli = 120000, .beats = 3, .beat_unit = 8, .key = { .tonic = -1 } };
    Reader *r = read_midi(write_midi(score));
    CHECK_INT(r->tracks, 1);
    CHECK(memcmp(find(r, 0, 0xff, 0x58)->text.data, "\3\3\44\10", 4) == 0);
}

TEST(midi_is_the_same_bytes_each_time)
{
    Score *score = hand_score();
    CHECK(str_equal(write_midi(score), write_midi(score)));
}

TEST(midi2abc_finds_no_error)
{
    tool_need("midi2abc");
    Score *score = hand_score();
    hand_lyrics(score);
    Str midi = write_midi(score), path = tool_file(midi.data, midi.length, ".mid");
    Str said = tool_run(arena_print(test_arena(), "midi2abc %s -o /dev/null 2>&1", path.data));
    size_t at;
    if (str_find(said, STR("rror"), &at) || str_find(said, STR("arning"), &at))
        print_error(STR_FMT "\n", STR_ARG(said));
    CHECK(!str_find(said, STR("rror"), &at));
    CHECK(!str_find(said, STR("arning"), &at));
    tool_forget(path);
}

TEST(mido_reads_the_song)
{
    static const char script[] =
        "import mido,sys; m=mido.MidiFile(sys.argv[1]); print(m.type, m.ticks_per_beat, "
        "len(m.tracks), round(m.length,3), [e.key for e in m.tracks[0] if e.type=='key_signature'])";
    tool_need("/usr/bin/python3");
    if (system("/usr/bin/python3 -c 'import mido' 2>/dev/null") != 0) {
        print_message("skipped: python3-mido is not installed\n");
        skip();
    }
    Str midi = write_midi(hand_score()), path = tool_file(midi.data, midi.length, ".mid");
    Str said = tool_run(arena_print(test_arena(), "/usr/bin/python3 -c \"%s\" %s 2>&1", script, path.data));
    CHECK_STR(said, "1 960 4 5.838 ['F#m']\n"); // nine beats of 648.649 ms
    tool_forget(path);
}
