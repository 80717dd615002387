// Our sampler beside FluidSynth, the reference of SoundFont players: the same notes of the same font
// must have the same third-octave spectrum but for one constant gain. Skipped where either is missing.
#include "base/buf.h"
#include "dsp/dsp.h"
#include "dsp/real.h"
#include "synth/sampler.h"
#include "tests/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FONT_PATH "/usr/share/sounds/sf2/FluidR3_GM.sf2"

enum {
    NOTE_MS = 250,
    GAP_MS = 50,
    NOTES = 24,
    FRAMES = NOTES * (NOTE_MS + GAP_MS) * RATE_HZ / 1000,
    WINDOW = 8192,
    BANDS = 24, // third octaves from 50 Hz up
};

static int key_of(int note)
{
    return 38 + note * 7 % 46;
}

static int velocity_of(int note)
{
    return 40 + note * 29 % 80;
}

static void byte(Buf *buf, int value)
{
    char c = (char)value;
    buf_bytes(buf, &c, 1);
}

// Milliseconds as two bytes of a MIDI delta time.
static void event(Buf *buf, int wait_ms, int status, int a, int b)
{
    byte(buf, 0x80 | wait_ms >> 7);
    byte(buf, wait_ms & 0x7f);
    byte(buf, status);
    byte(buf, a);
    if (b >= 0)
        byte(buf, b);
}

static bool write_midi(const char *path, int program)
{
    Buf track = buf_make(test_arena(), 4096);
    event(&track, 0, 0xc0, program, -1);
    for (int i = 0; i < NOTES; i++) {
        event(&track, i ? GAP_MS : 0, 0x90, key_of(i), velocity_of(i));
        event(&track, NOTE_MS, 0x80, key_of(i), 0);
    }
    event(&track, 1000, 0xff, 0x2f, 0);
    static const unsigned char head[] = {
        'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0, 0, 1, 500 >> 8, 500 & 0xff, 'M', 'T', 'r', 'k', 0, 0
    }; // 500 ticks to a beat of 0.5 s
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return false;
    fwrite(head, 1, sizeof head, file);
    fputc((int)(track.length >> 8), file);
    fputc((int)(track.length & 0xff), file);
    fwrite(track.data, 1, track.length, file);
    return fclose(file) == 0;
}

// Left and right interleaved, FRAMES of them; NULL when FluidSynth is not there.
static float *play_by_fluidsynth(int program)
{
    char folder[] = "/tmp/agreementXXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    Arena *arena = test_arena();
    Str midi = arena_print(arena, "%s/a.mid", folder), sound = arena_print(arena, "%s/a.raw", folder);
    Str command = arena_print(arena,
                              "fluidsynth -n -i -q -R 0 -C 0 -g 1 -r %d -O float -T raw -F %s " FONT_PATH
                              " %s >/dev/null 2>&1",
                              RATE_HZ, sound.data, midi.data);
    CHECK(write_midi(midi.data, program));
    float *samples = ARENA_ARRAY(arena, float, (size_t)FRAMES * 2);
    int done = system(command.data);
    FILE *file = fopen(sound.data, "rb");
    size_t count = file ? fread(samples, sizeof *samples, (size_t)FRAMES * 2, file) : 0;
    if (file)
        fclose(file);
    unlink(midi.data);
    unlink(sound.data);
    rmdir(folder);
    return done == 0 && count == (size_t)FRAMES * 2 ? samples : NULL;
}

static float *play_by_sampler(const SoundFont *font, int program)
{
    Sampler *sampler = sampler_open(test_arena(), font, program, false);
    float *samples = ARENA_ARRAY(test_arena(), float, (size_t)FRAMES * 2);
    const int every = (NOTE_MS + GAP_MS) * RATE_HZ / 1000, length = NOTE_MS * RATE_HZ / 1000;
    for (int frame = 0; frame + BLOCK_FRAMES <= FRAMES; frame += BLOCK_FRAMES) {
        float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
        for (int i = 0; i < NOTES; i++) {
            if (i * every / BLOCK_FRAMES * BLOCK_FRAMES == frame)
                sampler_start(sampler, i, key_of(i), velocity_of(i));
            if ((i * every + length) / BLOCK_FRAMES * BLOCK_FRAMES == frame)
                sampler_stop(sampler, i);
        }
        sampler_run(sampler, left, right);
        for (int i = 0; i < BLOCK_FRAMES; i++) {
            samples[2 * (frame + i)] = left[i];
            samples[2 * (frame + i) + 1] = right[i];
        }
    }
    return samples;
}

typedef struct Complex {
    double re, im;
} Complex;

static void transform(Complex *x, int count) // in place, halves first
{
    if (count == 1)
        return;
    int half = count / 2;
    for (int i = 0; i < half; i++) {
        Complex a = x[i], b = x[i + half];
        double c = real_cos_turns((double)i / count), s = -real_sin_turns((double)i / count);
        x[i] = (Complex){ a.re + b.re, a.im + b.im };
        x[i + half] =
            (Complex){ (a.re - b.re) * c - (a.im - b.im) * s, (a.re - b.re) * s + (a.im - b.im) * c };
    }
    transform(x, half);
    transform(x + half, half);
}

static int place_of(int i) // where frequency i comes out: its bits the other way round
{
    int place = 0;
    for (int bit = 1; bit < WINDOW; bit <<= 1)
        place = place << 1 | ((i & bit) != 0);
    return place;
}

// Levels of the bands in dB; left and right as one complex sound, which keeps their power.
static void spectrum(const float *samples, double bands[BANDS])
{
    static Complex x[WINDOW];
    for (int b = 0; b < BANDS; b++)
        bands[b] = 1e-20;
    for (int at = 0; at + WINDOW <= FRAMES; at += WINDOW / 2) {
        for (int i = 0; i < WINDOW; i++) {
            double w = 0.5 - 0.5 * real_cos_turns((double)i / WINDOW);
            x[i] = (Complex){ w * (double)samples[2 * (at + i)], w * (double)samples[2 * (at + i) + 1] };
        }
        transform(x, WINDOW);
        for (int i = 1; i < WINDOW / 2; i++) {
            int band = (int)real_floor(3.0 * real_log2((double)i * RATE_HZ / WINDOW / 50.0));
            Complex up = x[place_of(i)], down = x[place_of(WINDOW - i)];
            if (band >= 0 && band < BANDS)
                bands[band] += up.re * up.re + up.im * up.im + down.re * down.re + down.im * down.im;
        }
    }
    for (int b = 0; b < BANDS; b++)
        bands[b] = 0.5 * real_db(bands[b]);
}

// Mean of the bands' differences once their mean is taken away; bands 60 dB down do not count.
static double disagreement(const double *a, const double *b)
{
    double top = -1e9, mean = 0.0, sum = 0.0;
    int count = 0;
    for (int i = 0; i < BANDS; i++)
        top = b[i] > top ? b[i] : top;
    for (int i = 0; i < BANDS; i++)
        if (b[i] > top - 60.0) {
            mean += a[i] - b[i];
            count++;
        }
    mean /= count;
    for (int i = 0; i < BANDS; i++)
        if (b[i] > top - 60.0)
            sum += a[i] - b[i] > mean ? a[i] - b[i] - mean : mean - (a[i] - b[i]);
    return sum / count;
}

TEST(the_sampler_sounds_like_fluidsynth)
{
    int fd = open(FONT_PATH, O_RDONLY);
    if (fd < 0)
        skip();
    struct stat file;
    CHECK(fstat(fd, &file) == 0);
    void *data = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    CHECK(data != MAP_FAILED);
    Fault fault;
    SoundFont *font;
    CHECK_OK(soundfont_open(test_arena(), (Str){ data, (size_t)file.st_size }, &font, &fault));

    static const int programs[] = { 0, 24, 33, 48, 61, 81, 89 };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        float *theirs = play_by_fluidsynth(programs[i]);
        if (theirs == NULL)
            skip();
        double ours_db[BANDS], theirs_db[BANDS];
        spectrum(play_by_sampler(font, programs[i]), ours_db);
        spectrum(theirs, theirs_db);
        CHECK_NEAR(disagreement(ours_db, theirs_db), 0.0, 0.5);
    }
    munmap(data, (size_t)file.st_size);
}
