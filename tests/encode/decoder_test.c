// Files are heard again by decoders of ours: whole ones pass, and cut, changed, exchanged ones do not.
#include "encode/decode.h"

#include "tests/dsp/sounds.h"
#include "tests/encode/memory.h"

static const Format formats[] = { FORMAT_MP3, FORMAT_FLAC, FORMAT_OPUS };
static const char *const names[] = { "MP3", "FLAC", "Opus" };

enum { FORMATS = 3, SECONDS = 4 };

typedef struct File {
    Sound sound;
    Levels *levels;
    Memory bytes;
} File;

// Each second has another level, so that no second passes for another.
static Sound steps_make(double seconds)
{
    Sound s = sound_like_music(seconds, 0.5);
    for (int i = 0; i < s.frames; i++) {
        float gain = i / RATE_HZ % 3 == 0 ? 1.0f : i / RATE_HZ % 3 == 1 ? 0.5f : 0.25f;
        s.left[i] *= gain;
        s.right[i] *= gain;
    }
    return s;
}

static Memory encode(Sound s, Format format, bool seeks)
{
    Fault fault = { 0 };
    Memory memory = { 0 };
    Encoder *encoder = NULL;
    Sink sink = { &memory, memory_write, seeks ? memory_seek : NULL };
    CHECK_OK(encoder_open(test_arena(), format, s.frames, &song_tags, sink, &encoder, &fault));
    CHECK_OK(encoder_write(encoder, s.left, s.right, s.frames, &fault));
    CHECK_OK(encoder_close(encoder, &fault));
    return memory;
}

static File file_make(Sound sound, Format format)
{
    File file = { sound, ARENA_NEW(test_arena(), Levels), encode(sound, format, false) };
    levels_run(file.levels, sound.left, sound.right, sound.frames);
    return file;
}

static bool plays(Format format, const unsigned char *bytes, size_t length, size_t piece,
                  const Levels *source)
{
    Fault fault = { 0 };
    Decoder *decoder = NULL;
    Arena arena = { 0 };
    CHECK_OK(decoder_open(&arena, format, &decoder, &fault));
    for (size_t at = 0; at < length; at += piece)
        decoder_write(decoder, bytes + at, piece < length - at ? piece : length - at);
    bool is = decoder_close(decoder, source);
    arena_close(&arena);
    return is;
}

static bool file_plays(const File *file, Format format)
{
    return plays(format, file->bytes.bytes, file->bytes.length, 32768, file->levels);
}

TEST(what_was_encoded_is_heard_again_in_pieces_of_any_size)
{
    static const size_t pieces[] = { 1, 777, 32768, (size_t)1 << 30 };
    for (int f = 0; f < FORMATS; f++)
        for (int seeks = 0; seeks < 2; seeks++) {
            File file = file_make(steps_make(2.3), formats[f]);
            free(file.bytes.bytes);
            file.bytes = encode(file.sound, formats[f], seeks);
            for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++)
                CHECK(plays(formats[f], file.bytes.bytes, file.bytes.length, pieces[p], file.levels));
            free(file.bytes.bytes);
        }
}

TEST(songs_of_any_length_are_heard_to_the_frame)
{
    static const int frames[] = { 1, 100, 960, 1152, 4096, 47999, 48000, 48001, 143999 };
    Sound s = steps_make(3.0);
    for (int f = 0; f < FORMATS; f++)
        for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
            s.frames = frames[i];
            File file = file_make(s, formats[f]);
            CHECK(file_plays(&file, formats[f]));
            file.levels->frames++;
            CHECK(!file_plays(&file, formats[f]));
            file.levels->frames -= 2;
            CHECK(!file_plays(&file, formats[f]));
            free(file.bytes.bytes);
        }
}

TEST(silence_and_full_scale_are_heard_again)
{
    Sound loud = sound_make(3.0);
    sound_add_noise(loud, 1.0, 5);
    for (int f = 0; f < FORMATS; f++) {
        File none = file_make(sound_make(3.0), formats[f]), full = file_make(loud, formats[f]);
        CHECK(file_plays(&none, formats[f]));
        CHECK(file_plays(&full, formats[f]));
        CHECK(!plays(formats[f], none.bytes.bytes, none.bytes.length, 32768, full.levels));
        CHECK(!plays(formats[f], full.bytes.bytes, full.bytes.length, 32768, none.levels));
        free(none.bytes.bytes);
        free(full.bytes.bytes);
    }
}

TEST(a_file_that_is_cut_anywhere_does_not_play)
{
    static const int percent[] = { 0, 1, 10, 33, 50, 75, 90, 97 };
    for (int f = 0; f < FORMATS; f++) {
        File file = file_make(steps_make(SECONDS), formats[f]);
        for (size_t i = 0; i < sizeof percent / sizeof *percent; i++) {
            size_t length = file.bytes.length * (size_t)percent[i] / 100;
            if (plays(formats[f], file.bytes.bytes, length, 4096, file.levels))
                fail_msg("%s plays when %d %% of it are there", names[f], percent[i]);
        }
        free(file.bytes.bytes);
    }
}

static Memory copy_of(const Memory *memory)
{
    Memory copy = *memory;
    copy.bytes = arena_take(test_arena(), memory->length);
    memcpy(copy.bytes, memory->bytes, memory->length);
    return copy;
}

// With `deed` done to it at each tenth of its length.
static void check_never_plays(int f, void (*deed)(Memory *file, size_t at))
{
    File file = file_make(steps_make(SECONDS), formats[f]);
    for (size_t part = 1; part < 9; part++) {
        Memory worse = copy_of(&file.bytes);
        deed(&worse, worse.length * part / 10);
        if (plays(formats[f], worse.bytes, worse.length, 32768, file.levels))
            fail_msg("%s plays, changed at %d0 %%", names[f], (int)part);
    }
    free(file.bytes.bytes);
}

static void take_out(Memory *file, size_t at)
{
    const size_t gone = 5000;
    memmove(file->bytes + at, file->bytes + at + gone, file->length - at - gone);
    file->length -= gone;
}

static void fill_with_zeros(Memory *file, size_t at)
{
    memset(file->bytes + at, 0, 3000);
}

TEST(a_file_without_a_piece_from_its_middle_does_not_play)
{
    for (int f = 0; f < FORMATS; f++)
        check_never_plays(f, take_out);
}

TEST(a_file_with_zeros_in_its_middle_does_not_play)
{
    for (int f = 0; f < FORMATS; f++)
        check_never_plays(f, fill_with_zeros);
}

// MP3 carries no sums: a single bit may change a sound so little that nobody hears it.
TEST(one_changed_bit_is_found_in_flac_and_opus)
{
    for (int f = 1; f < FORMATS; f++) {
        File file = file_make(steps_make(SECONDS), formats[f]);
        size_t sound = file.bytes.length / 20;
        for (size_t i = 0; i < 40; i++) {
            size_t at = sound + (file.bytes.length - sound) * i / 40;
            file.bytes.bytes[at] ^= (unsigned char)(1 << i % 8);
            if (file_plays(&file, formats[f]))
                fail_msg("%s plays with a changed bit at %zu of %zu", names[f], at, file.bytes.length);
            file.bytes.bytes[at] ^= (unsigned char)(1 << i % 8);
        }
        CHECK(file_plays(&file, formats[f]));
        free(file.bytes.bytes);
    }
}

TEST(another_song_of_the_same_length_is_told_apart)
{
    Sound other = steps_make(6.0);
    for (int i = 4 * RATE_HZ; i < 5 * RATE_HZ; i++) // one second of it is silent
        other.left[i] = other.right[i] = 0.0f;
    for (int f = 0; f < FORMATS; f++) {
        File one = file_make(steps_make(6.0), formats[f]), two = file_make(other, formats[f]);
        CHECK(!plays(formats[f], one.bytes.bytes, one.bytes.length, 32768, two.levels));
        CHECK(!plays(formats[f], two.bytes.bytes, two.bytes.length, 32768, one.levels));
        free(one.bytes.bytes);
        free(two.bytes.bytes);
    }
}

TEST(what_is_no_file_of_this_format_does_not_play)
{
    for (int f = 0; f < FORMATS; f++)
        for (int other = 0; other < FORMATS; other++) {
            File file = file_make(steps_make(2.0), formats[other]);
            CHECK_INT(file_plays(&file, formats[f]), f == other);
            for (size_t i = 0; i < file.bytes.length; i++)
                file.bytes.bytes[i] = (unsigned char)((uint32_t)i * 2654435761u >> 13);
            CHECK(!file_plays(&file, formats[f]));
            free(file.bytes.bytes);
        }
}

TEST(a_decoder_that_is_not_wanted_any_more_gives_back_what_it_holds)
{
    for (int f = 0; f < FORMATS; f++) {
        File file = file_make(steps_make(2.0), formats[f]);
        CHECK(!plays(formats[f], file.bytes.bytes, file.bytes.length / 2, 1000, NULL));
        CHECK(!plays(formats[f], NULL, 0, 1, NULL));
        free(file.bytes.bytes);
    }
}
