#include "synth/soundfont.h"

#include "dsp/dsp.h"
#include "synth/sampler.h"
#include "tests/synth/small_font.h"
#include "tests/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

TEST(a_soundfont_says_which_programs_and_kits_it_has)
{
    Fault fault;
    SoundFont *font;
    CHECK_OK(soundfont_open(test_arena(), small_font(test_arena()), &font, &fault));
    for (int i = 0; i < 5; i++)
        CHECK(soundfont_has(font, i, false));
    CHECK(!soundfont_has(font, 5, false));
    CHECK(soundfont_has(font, 0, true));
    CHECK(!soundfont_has(font, 1, true));
    CHECK(!soundfont_has(font, -1, false));
    CHECK(!soundfont_has(font, 128, false));
}

TEST(a_missing_program_is_played_by_program_0_and_a_missing_kit_by_kit_0)
{
    Fault fault;
    SoundFont *font;
    CHECK_OK(soundfont_open(test_arena(), small_font(test_arena()), &font, &fault));
    CHECK_INT(sf2_find_preset(font, 99, false), sf2_find_preset(font, 0, false));
    CHECK_INT(sf2_find_preset(font, 25, true), sf2_find_preset(font, 0, true));
    CHECK(sf2_find_preset(font, 0, true) != sf2_find_preset(font, 0, false));
}

// Opens a copy in memory of just this size, so that reading past its end is seen; when it opens, all of it
// is played.
static bool opens(const char *data, size_t length)
{
    char *copy = malloc(length ? length : 1);
    memcpy(copy, data, length);
    Arena arena = { 0 };
    Fault fault = { 0 };
    SoundFont *font;
    bool opened = soundfont_open(&arena, (Str){ copy, length }, &font, &fault);
    for (int i = 0; opened && i < 6; i++) {
        Sampler *sampler = sampler_open(&arena, font, i % 5, i == 5);
        float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
        for (int key = 36; key < 128; key += 10)
            sampler_start(sampler, key, key, 100);
        for (int block = 0; block < 8; block++)
            sampler_run(sampler, left, right);
    }
    if (!opened)
        CHECK(fault.kind == FAULT_INPUT && fault.text[0] != 0);
    arena_close(&arena);
    free(copy);
    return opened;
}

TEST(a_soundfont_cut_short_anywhere_is_refused)
{
    Str bytes = small_font(test_arena());
    CHECK(opens(bytes.data, bytes.length));
    for (size_t length = 0; length < bytes.length; length += length < 200 || length > 14000 ? 1 : 97)
        CHECK(!opens(bytes.data, length));
}

static void put_length(char *data, size_t at, size_t length)
{
    for (int i = 0; i < 4; i++)
        data[at + (size_t)i] = (char)(length >> 8 * i & 0xff);
}

TEST(a_soundfont_cut_short_that_says_it_is_whole_is_refused)
{
    Str bytes = small_font(test_arena());
    char *copy = arena_take(test_arena(), bytes.length);
    memcpy(copy, bytes.data, bytes.length);
    for (size_t length = 12; length<bytes.length - 1; length += length> 14000 ? 1 : 97) {
        put_length(copy, 4, length - 8);
        CHECK(!opens(copy, length));
    }
}

TEST(a_soundfont_with_any_byte_of_its_lists_changed_is_refused_or_harmless)
{
    Str bytes = small_font(test_arena());
    char *copy = arena_take(test_arena(), bytes.length);
    memcpy(copy, bytes.data, bytes.length);
    static const unsigned char changes[] = { 0x01, 0x80, 0x7f, 0xff };
    int refused = 0;
    for (size_t at = small_chunk(bytes, "pdta") - 8; at < bytes.length; at++)
        for (size_t i = 0; i < sizeof changes; i++) {
            copy[at] = (char)(copy[at] ^ changes[i]);
            refused += !opens(copy, bytes.length);
            copy[at] = bytes.data[at];
        }
    CHECK(refused > 100);
}

// Changes two bytes of the record at `at` behind the head of chunk `name`.
static bool opens_with(const char *name, size_t at, int value)
{
    Str bytes = small_font(test_arena());
    char *copy = arena_take(test_arena(), bytes.length);
    memcpy(copy, bytes.data, bytes.length);
    size_t place = small_chunk(bytes, name) + 8 + at;
    copy[place] = (char)(value & 0xff);
    copy[place + 1] = (char)(value >> 8 & 0xff);
    return opens(copy, bytes.length);
}

TEST(a_soundfont_whose_indices_lead_outside_is_refused)
{
    CHECK(opens_with("phdr", 24, 0));
    CHECK(!opens_with("phdr", 24, 7));          // first bag behind that of the next preset
    CHECK(!opens_with("phdr", 6 * 38 + 24, 8)); // the end mark past the last bag
    CHECK(!opens_with("inst", 20, 9));
    CHECK(!opens_with("pbag", 4, 60000));
    CHECK(!opens_with("ibag", 2, 2));         // modulators, of which there is one and the end mark
    CHECK(!opens_with("pgen", 2, 6));         // instrument 6 of 6
    CHECK(!opens_with("igen", 2 * 4 + 2, 2)); // sample 2 of 2
}

TEST(a_sample_outside_the_file_is_silent_and_the_rest_plays)
{
    Str bytes = small_font(test_arena());
    char *copy = arena_take(test_arena(), bytes.length);
    memcpy(copy, bytes.data, bytes.length);
    put_length(copy, small_chunk(bytes, "shdr") + 8 + 24, 100000); // its end
    Fault fault;
    SoundFont *font;
    CHECK_OK(soundfont_open(test_arena(), (Str){ copy, bytes.length }, &font, &fault));
    CHECK_INT(font->samples[0].rate_hz, 0);
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    Sampler *sampler = sampler_open(test_arena(), font, 0, false);
    sampler_start(sampler, 1, 60, 100);
    CHECK(!sampler_run(sampler, left, right));
    Sampler *kit = sampler_open(test_arena(), font, 0, true);
    sampler_start(kit, 1, 36, 100);
    CHECK(sampler_run(kit, left, right));
}

TEST(a_soundfont_with_compressed_samples_is_refused_with_a_clear_sentence)
{
    Str bytes = small_font(test_arena());
    char *copy = arena_take(test_arena(), bytes.length);
    memcpy(copy, bytes.data, bytes.length);
    copy[small_chunk(bytes, "shdr") + 8 + 44] |= 0x10;
    Fault fault;
    SoundFont *font;
    CHECK_FAULT(soundfont_open(test_arena(), (Str){ copy, bytes.length }, &font, &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "SF3"));

    memcpy(copy, bytes.data, bytes.length);
    copy[small_chunk(bytes, "ifil") + 8] = 3;
    CHECK_FAULT(soundfont_open(test_arena(), (Str){ copy, bytes.length }, &font, &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "SF3"));
}

TEST(a_file_of_another_kind_is_refused_as_no_soundfont)
{
    Fault fault;
    SoundFont *font;
    CHECK_FAULT(soundfont_open(test_arena(), STR("RIFF....WAVEfmt and so on"), &font, &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "not a SoundFont"));
    CHECK_FAULT(soundfont_open(test_arena(), STR(""), &font, &fault), FAULT_INPUT);
}

TEST(the_general_midi_soundfont_opens_with_all_128_programs)
{
    int fd = open("/usr/share/sounds/sf2/FluidR3_GM.sf2", O_RDONLY);
    if (fd < 0)
        skip();
    struct stat file;
    CHECK(fstat(fd, &file) == 0);
    void *data = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    CHECK(data != MAP_FAILED);
    Fault fault;
    SoundFont *font;
    Str bytes = { data, (size_t)file.st_size };
    CHECK_OK(soundfont_open(test_arena(), bytes, &font, &fault)); // also to have its pages in memory
    struct timespec before, after;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    for (int i = 0; i < 10; i++)
        CHECK_OK(soundfont_open(test_arena(), bytes, &font, &fault));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    double ms =
        (double)(after.tv_sec - before.tv_sec) * 1e3 + (double)(after.tv_nsec - before.tv_nsec) * 1e-6;
    CHECK(ms < 10 * 20.0); // a wide margin: an idle machine takes 0.1 ms each
    for (int i = 0; i < PROGRAM_COUNT; i++)
        CHECK(soundfont_has(font, i, false));
    CHECK(soundfont_has(font, 0, true));
    munmap(data, bytes.length);
}
