#include "tests/encode/memory.h"

#include "base/buf.h"

static const char *const names[] = { "WAV 16", "WAV 24", "WAV float", "FLAC", "MP3", "Opus" };

static void check_found(const char *name, Format wanted)
{
    Format format = FORMAT_WAV16;
    CHECK(format_find(str_of(name), &format));
    CHECK_INT(format, wanted);
}

TEST(a_format_is_found_by_the_ending_of_a_name)
{
    Format format;
    check_found("song.wav", FORMAT_WAV24);
    check_found("a/b.c/Song.FLAC", FORMAT_FLAC);
    check_found("x.Mp3", FORMAT_MP3);
    check_found("x.tar.opus", FORMAT_OPUS);
    CHECK(!format_find(STR("song.ogg"), &format));
    CHECK(!format_find(STR("songwav"), &format));
    CHECK(!format_find(STR(".wav"), &format));
    CHECK(!format_find(STR("songs/.wav"), &format));
    CHECK(!format_find(STR(""), &format));
}

TEST(an_encoder_gives_the_same_bytes_whatever_the_size_of_the_calls)
{
    Song *song = song_make(0.7f);
    for (int format = FORMAT_WAV16; format <= FORMAT_OPUS; format++) {
        Memory a = song_encode(song, (Format)format, SOME, true),
               b = song_encode(song, (Format)format, 1, true);
        Memory c = song_encode(song, (Format)format, SONG_FRAMES, true);
        if (!memory_same(&a, &b) || !memory_same(&a, &c))
            print_error("%s differs\n", names[format]);
        CHECK(memory_same(&a, &b));
        CHECK(memory_same(&a, &c));
        free(a.bytes);
        free(b.bytes);
        free(c.bytes);
    }
}

TEST(every_sound_file_says_that_it_is_ai_generated_and_how)
{
    Song *song = song_make(0.7f);
    for (int format = FORMAT_WAV16; format <= FORMAT_OPUS; format++) {
        Memory file = song_encode(song, (Format)format, SOME, true);
        CHECK(memory_has(&file, str_of(ai_label)));
        CHECK(memory_has(&file, song_tags.title));
        CHECK(memory_has(&file, song_tags.prompt));
        CHECK(memory_has(&file, STR("18446744073709551615")));
        CHECK(memory_has(&file, song_tags.engine));
        free(file.bytes);
    }
}

TEST(a_full_disk_is_a_broken_fault_in_every_format)
{
    Song *song = song_make(0.7f);
    static const size_t rooms[] = { 1, 5000, 12000 };
    for (int format = FORMAT_WAV16; format <= FORMAT_OPUS; format++)
        for (int r = 0; r < 3; r++) {
            Fault fault = { 0 };
            Memory memory = { .room = rooms[r] };
            Encoder *encoder = NULL;
            Sink sink = { &memory, memory_write, memory_seek };
            bool done =
                encoder_open(test_arena(), (Format)format, SONG_FRAMES, &song_tags, sink, &encoder, &fault);
            if (done) {
                encoder_write(encoder, song->left, song->right, SONG_FRAMES, &fault);
                done = encoder_close(encoder, &fault);
            }
            CHECK_FAULT(done, FAULT_BROKEN);
            CHECK_STR(str_of(fault.text), "Could not write the file: is the disk full?");
            CHECK(memory.length <= rooms[r]);
            free(memory.bytes);
        }
}

TEST(a_song_that_stops_early_is_a_fault_and_gives_everything_back)
{
    Song *song = song_make(0.7f);
    for (int format = FORMAT_WAV16; format <= FORMAT_OPUS; format++) {
        Fault fault = { 0 };
        Memory memory = { 0 };
        Encoder *encoder = NULL;
        Sink sink = { &memory, memory_write, NULL };
        CHECK_OK(encoder_open(test_arena(), (Format)format, SONG_FRAMES, &song_tags, sink, &encoder, &fault));
        CHECK_OK(encoder_write(encoder, song->left, song->right, 5000, &fault));
        size_t before = memory.length;
        CHECK_FAULT(encoder_close(encoder, &fault), FAULT_BROKEN);
        CHECK_INT(memory.length, before); // nothing more is written
        free(memory.bytes);
    }
}

TEST(a_song_without_frames_makes_a_file_in_every_format)
{
    for (int format = FORMAT_WAV16; format <= FORMAT_OPUS; format++) {
        Fault fault = { 0 };
        Memory memory = { 0 };
        Encoder *encoder = NULL;
        Sink sink = { &memory, memory_write, memory_seek };
        CHECK_OK(encoder_open(test_arena(), (Format)format, 0, &song_tags, sink, &encoder, &fault));
        CHECK_OK(encoder_close(encoder, &fault));
        CHECK(memory.length > 40);
        free(memory.bytes);
    }
}

// --- WAV, read by hand ---

static uint32_t number_at(const Memory *file, size_t at, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)file->bytes[at + (size_t)i] << (8 * i);
    return value;
}

// Walks the chunks; the sound's offset, and checks that sizes add up.
static size_t find_sound(const Memory *file, uint32_t *bytes)
{
    CHECK(memcmp(file->bytes, "RIFF", 4) == 0);
    CHECK_INT(number_at(file, 4, 4), file->length - 8);
    for (size_t at = 12; at + 8 <= file->length;) {
        uint32_t size = number_at(file, at + 4, 4);
        if (memcmp(file->bytes + at, "data", 4) == 0) {
            *bytes = size;
            CHECK_INT(at + 8 + size, file->length);
            return at + 8;
        }
        at += 8 + size + size % 2;
    }
    fail();
    return 0;
}

TEST(a_wav_header_is_right_before_the_sound_comes)
{
    static const uint32_t sizes[] = { 2, 3, 4 };
    Song *song = song_make(0.7f);
    for (int format = FORMAT_WAV16; format <= FORMAT_WAVF; format++) {
        Memory file = song_encode(song, (Format)format, SOME, false);
        uint32_t bytes = 0;
        find_sound(&file, &bytes);
        CHECK_INT(bytes, SONG_FRAMES * 2 * sizes[format]);
        CHECK_INT(number_at(&file, 20, 2), format == FORMAT_WAVF ? 3 : 1);
        CHECK_INT(number_at(&file, 22, 2), 2);
        CHECK_INT(number_at(&file, 24, 4), 48000);
        CHECK_INT(number_at(&file, 34, 2), sizes[format] * 8);
        free(file.bytes);
    }
}

// Each text ends with a 0, starts at an even place, and together they fill the list.
TEST(wav_tags_are_padded_to_even_places)
{
    static const char *const ids[] = { "INAM", "ICMT", "ISFT", "IKEY" };
    Song *song = song_make(0.7f);
    Memory file = song_encode(song, FORMAT_WAV24, SOME, true);
    size_t at = 12 + 8 + 16;
    CHECK(memcmp(file.bytes + at, "LIST", 4) == 0);
    size_t end = at + 8 + number_at(&file, at + 4, 4);
    CHECK(memcmp(file.bytes + end, "data", 4) == 0);
    at += 12;
    for (int i = 0; i < 4; i++) {
        size_t size = number_at(&file, at + 4, 4);
        CHECK_INT(at % 2, 0);
        CHECK(memcmp(file.bytes + at, ids[i], 4) == 0);
        CHECK_INT(file.bytes[at + 8 + size - 1], 0);
        at += 8 + size + size % 2;
    }
    CHECK_INT(at, end);
    free(file.bytes);
}

TEST(wav_24_rounds_to_the_nearest_step_and_clips)
{
    Song *song = song_make(0.7f);
    float odd[] = { 1.0f,
                    -1.0f,
                    2.0f,
                    -2.0f,
                    0.5f,
                    -0.5f,
                    1.4f / 8388608,
                    1.6f / 8388608,
                    -1.6f / 8388608,
                    __builtin_nanf(""),
                    __builtin_inff(),
                    -__builtin_inff() };
    int32_t wanted[] = { 8388607, -8388608, 8388607, -8388608, 4194304, -4194304,
                         1,       2,        -2,      0,        8388607, -8388608 };
    memcpy(song->left + 1000, odd, sizeof odd);
    memcpy(song->right + 1001, odd, sizeof odd);
    Memory file = song_encode(song, FORMAT_WAV24, SOME, true);
    uint32_t bytes;
    size_t sound = find_sound(&file, &bytes);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        int32_t left = (int32_t)(number_at(&file, sound + (1000 + i) * 6, 3) << 8) >> 8;
        int32_t right = (int32_t)(number_at(&file, sound + (1001 + i) * 6 + 3, 3) << 8) >> 8;
        CHECK_INT(left, wanted[i]);
        CHECK_INT(right, wanted[i]);
    }
    free(file.bytes);
}

TEST(wav_float_keeps_every_bit_of_what_is_in_range)
{
    Song *song = song_make(0.7f);
    Memory file = song_encode(song, FORMAT_WAVF, SOME, true);
    uint32_t bytes;
    size_t sound = find_sound(&file, &bytes);
    for (size_t i = 0; i < SONG_FRAMES; i++) {
        CHECK(memcmp(file.bytes + sound + i * 8, &song->left[i], 4) == 0);
        CHECK(memcmp(file.bytes + sound + i * 8 + 4, &song->right[i], 4) == 0);
    }
    free(file.bytes);
}

// Triangular dither makes the error's mean zero and its power a quarter of a step squared (1/6 of
// the dither, 1/12 of the rounding), whatever the signal.
TEST(wav_16_is_dithered_so_that_the_error_does_not_follow_the_music)
{
    Song *song = song_make(0.0f);
    for (int i = 0; i < SONG_FRAMES; i++) {
        song->left[i] = 0.3f / 32768;
        song->right[i] = 1.0f - 0.25f / 32768; // the top must clip, not wrap
    }
    Memory file = song_encode(song, FORMAT_WAV16, SOME, true);
    uint32_t bytes;
    size_t sound = find_sound(&file, &bytes);
    double sum = 0, power = 0, product = 0, last = 0;
    for (size_t i = 0; i < SONG_FRAMES; i++) {
        double error = (int16_t)number_at(&file, sound + i * 4, 2) - 0.3;
        CHECK((int16_t)number_at(&file, sound + i * 4 + 2, 2) >= 32766);
        sum += error;
        power += error * error;
        product += error * last;
        last = error;
    }
    CHECK_NEAR(sum / SONG_FRAMES, 0.0, 0.01);
    CHECK_NEAR(power / SONG_FRAMES, 0.25, 0.01);
    CHECK_NEAR(product / SONG_FRAMES, 0.0, 0.01);
    free(file.bytes);
}
