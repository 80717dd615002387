#include "synth/plucked.h"

#include "dsp/block.h"
#include "dsp/dsp.h"
#include "dsp/lanes.h"
#include "dsp/noise.h"
#include "dsp/real.h"

enum {
    VOICES = 32,
    LINE_FRAMES = 4096, // past of one string: a period of the lowest key, and room to move
    TAPS = 8,           // of the loop filter
    LOWEST_KEY = 21,
    HIGHEST_KEY = 103, // its period is just longer than eight frames and the taps
};

static const float SILENT = 1e-4f; // -80 dB: a string is drawn down to nothing and ends
static const float GAIN = 0.36f;
static const double PICK_AT = 0.17;      // of the string's length, from the bridge
static const double RING_S = 5.5;        // until an A2 has faded by 60 dB
static const double BRIGHT_HZ = 4000.0;  // where brightness is meant
static const double BRIGHT_RING_S = 0.9; // and how long it rings there
static const double DAMPED_S = 0.16;     // under the hand
static const double NOISE_SHARE = 0.18;  // of the finger, in the pluck

typedef struct Voice {
    bool on, released;
    int note, pitch;
    uint32_t order;
    double period; // frames
    float taps[TAPS];
    int delay;  // of the first tap
    int write;  // the next frame's place in the line
    float gain; // where the ramp stands: a pluck opens within its first block
    float loudness, left, right;
    float peak; // of the last block
    float line[LINE_FRAMES];
} Voice;

struct Plucked {
    uint32_t started;
    Voice voice[VOICES];
};

Plucked *plucked_open(Arena *arena)
{
    return ARENA_NEW(arena, Plucked);
}

void plucked_clear(Plucked *plucked)
{
    for (int i = 0; i < VOICES; i++)
        plucked->voice[i].on = false;
}

// Weight of point `k` of six, for a delay of `at` frames from the first (Lagrange).
static double lagrange(int k, double at)
{
    double weight = 1.0;
    for (int i = 0; i < TAPS - 2; i++)
        if (i != k)
            weight *= (at - i) / (k - i);
    return weight;
}

// Sets the loop so that the whole of it takes one period and fades in `ring_s`.
static void tune(Voice *voice, double ring_s, double bright_ring_s)
{
    double whole = real_floor(voice->period - 3.0); // 2..3 of the delay line, 1 of the loss
    double at = voice->period - whole - 1.0;        // 2 .. 3: the middle of the six points
    double keep = real_exp2(-9.96578428 * voice->period / (RATE_HZ * ring_s));
    double bright = real_exp2(-9.96578428 * voice->period / (RATE_HZ * bright_ring_s)) / keep;
    double b = (1.0 - bright) / (1.0 - real_cos_turns(BRIGHT_HZ / RATE_HZ));
    b = b < 0.0 ? 0.0 : b > 0.5 ? 0.5 : b;

    double loss[3] = { keep * b * 0.5, keep * (1.0 - b), keep * b * 0.5 }, taps[TAPS] = { 0 };
    for (int k = 0; k < TAPS - 2; k++)
        for (int i = 0; i < 3; i++)
            taps[k + i] += lagrange(k, at) * loss[i];
    for (int k = 0; k < TAPS; k++)
        voice->taps[k] = (float)taps[k];
    voice->delay = (int)whole;
}

// Fills the line with one period of a string pulled aside at the pick and let go: its slope is one
// rectangle, rounded by the finger (softer is duller), with a little of the finger's noise.
static void pluck(Voice *voice, float touch, uint32_t seed)
{
    int count = (int)voice->period + 1, edge = (int)(PICK_AT * voice->period) + 1;
    double cutoff_hz = 1100.0 + 6400.0 * (double)(touch * touch) + 1.5 * RATE_HZ / voice->period;
    double k = 1.0 - real_exp(-2.0 * REAL_PI * cutoff_hz / RATE_HZ), first = 0.0, second = 0.0, mean = 0.0;
    float *line = voice->line;
    for (int pass = 0; pass < 2; pass++) { // the second time round the filters are in their steady state
        for (int i = 0; i < count; i++) {
            double x = i < edge ? 1.0 / edge : -1.0 / (count - edge);
            x = x * edge + NOISE_SHARE * (double)noise_unit(seed + (uint32_t)i);
            first += k * (x - first);
            second += k * (first - second);
            line[i] = (float)second;
        }
    }
    for (int i = 0; i < count; i++)
        mean += (double)line[i] / count;
    for (int i = 0; i < count; i++)
        line[i] -= (float)mean;
    // The period before it, as the taps will read it.
    memmove(line + count, line, (size_t)count * sizeof *line);
    voice->write = 2 * count;
}

static Voice *find_voice(Plucked *plucked)
{
    Voice *best = &plucked->voice[0];
    float best_rank = 1e30f;
    for (int i = 0; i < VOICES; i++) {
        Voice *voice = &plucked->voice[i];
        if (!voice->on)
            return voice;
        float age = (float)(plucked->started - voice->order);
        float rank = voice->released ? voice->peak * voice->loudness : 1e6f - age;
        if (rank < best_rank) {
            best_rank = rank;
            best = voice;
        }
    }
    return best;
}

void plucked_start(Plucked *plucked, int note, int pitch, int velocity)
{
    Voice *voice = find_voice(plucked);
    int key = pitch < LOWEST_KEY ? LOWEST_KEY : pitch > HIGHEST_KEY ? HIGHEST_KEY : pitch;
    float touch = (float)velocity * (1.0f / 127.0f);
    float side = ((float)key - 60.0f) * (1.0f / 110.0f);
    voice->on = true;
    voice->released = false;
    voice->note = note;
    voice->pitch = pitch;
    voice->order = ++plucked->started;
    voice->period = RATE_HZ / real_key_hz((double)key);
    voice->gain = 0.0f;
    voice->peak = 1.0f;
    voice->loudness = touch * touch * GAIN;
    voice->left = side > 0.0f ? 1.0f - side : 1.0f;
    voice->right = side < 0.0f ? 1.0f + side : 1.0f;
    double shorter = real_exp2((45.0 - key) / 20.0);
    tune(voice, RING_S * shorter, BRIGHT_RING_S * shorter + 0.1);
    pluck(voice, touch, noise_mix((uint32_t)note * 131u + (uint32_t)pitch));
}

void plucked_stop(Plucked *plucked, int note)
{
    for (int i = 0; i < VOICES; i++) {
        Voice *voice = &plucked->voice[i];
        if (!voice->on || voice->released || voice->note != note)
            continue;
        voice->released = true;
        tune(voice, DAMPED_S, DAMPED_S * 0.5);
    }
}

// One block of the string at the end of its line.
static void vibrate(Voice *voice)
{
    int reach = voice->delay + TAPS;
    if (voice->write + BLOCK_FRAMES > LINE_FRAMES) {
        memmove(voice->line, voice->line + voice->write - reach, (size_t)reach * sizeof *voice->line);
        voice->write = reach;
    }
    f8 peak = f8_set(0.0f);
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        const float *past = voice->line + voice->write + i - voice->delay;
        f8 y = f8_load(past) * voice->taps[0];
        for (int k = 1; k < TAPS; k++)
            y += f8_load(past - k) * voice->taps[k];
        f8_store(voice->line + voice->write + i, y);
        peak = f8_max(peak, f8_abs(y));
    }
    float highest = 0.0f;
    for (int i = 0; i < 8; i++)
        highest = peak[i] > highest ? peak[i] : highest;
    voice->peak = highest;
}

static void run_voice(Voice *voice, float *left, float *right)
{
    vibrate(voice);
    const float *line = voice->line + voice->write;
    bool last = voice->peak * voice->loudness < SILENT;
    float to = last ? 0.0f : voice->loudness, by = (to - voice->gain) * (1.0f / BLOCK_FRAMES);
    f8 ramp = voice->gain + by * (f8){ 0, 1, 2, 3, 4, 5, 6, 7 };
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8 y = f8_load(line + i) * ramp;
        f8_store(left + i, f8_load(left + i) + y * voice->left);
        f8_store(right + i, f8_load(right + i) + y * voice->right);
        ramp += by * 8.0f;
    }
    voice->gain = to;
    voice->write += BLOCK_FRAMES;
    voice->on = !last;
}

bool plucked_run(Plucked *plucked, float *left, float *right)
{
    bool any = false;
    block_clear(left);
    block_clear(right);
    for (int i = 0; i < VOICES; i++) {
        if (plucked->voice[i].on) {
            any = true;
            run_voice(&plucked->voice[i], left, right);
        }
    }
    return any;
}
