#include "master/bus.h"

#include "dsp/real.h"
#include "dsp/wide.h"

// By ear.
#define LOWEST_HZ         25.0
#define MONO_BELOW_HZ     90.0
#define TILT_HZ           1000.0
#define HIGHEST_HZ        20000.0f // a high cut above is none
#define GLUE_THRESHOLD_DB (-14.0f) // at no glue; full glue is GLUE_DEEPER_DB below
#define GLUE_DEEPER_DB    8.0f
#define GLUE_MOST_DB      3.0f
#define RELEASE_S         0.08f
#define CLIP_ROOM         0.6f // what the soft clip leaves above the ceiling, as a share of it
#define CRACKLE_DB        14.0 // above the hiss

// The end: silence for the last 20 ms, and 30 ms to get there.
enum { END_SILENT = 20 * RATE_HZ / 1000, END_FADE = 30 * RATE_HZ / 1000 };

static void tune_tone(Chain *tone, const MixPlan *plan)
{
    *tone = (Chain){ 0 };
    chain_add(tone, biquad_low_cut(LOWEST_HZ, BIQUAD_FLAT), biquad_low_cut(MONO_BELOW_HZ, BIQUAD_FLAT));
    if (plan->tilt_db < 0.0f || plan->tilt_db > 0.0f) {
        Biquad tilt = biquad_high_shelf(TILT_HZ, (double)plan->tilt_db);
        double down = real_gain(-0.5 * (double)plan->tilt_db); // half of it up, half of it down
        tilt.b0 *= down;
        tilt.b1 *= down;
        tilt.b2 *= down;
        chain_add(tone, tilt, tilt);
    }
    if (plan->high_cut_hz > 0.0f && plan->high_cut_hz < HIGHEST_HZ) {
        Biquad cut = biquad_high_cut((double)plan->high_cut_hz, BIQUAD_FLAT);
        chain_add(tone, cut, cut);
    }
}

void bus_tune(Bus *bus, const MixPlan *plan)
{
    bus->warmth_in = plan->warmth > 0.0f ? 0.3f + 1.7f * plan->warmth : 0.0f;
    bus->glues = plan->glue > 0.0f;
    CompressorSettings glue = {
        .threshold_db = GLUE_THRESHOLD_DB - GLUE_DEEPER_DB * plan->glue,
        .ratio = 2.0f,
        .most_db = GLUE_MOST_DB * plan->glue,
        .attack_s = 0.03f,
        .release_s = 0.2f,
    };
    compressor_tune(&bus->glue, &glue);
    bus->wow.amount = plan->wow;
    bus->hiss = plan->hiss_db < 0.0f ? (float)real_gain((double)plan->hiss_db) : 0.0f;
    bus->crackle = plan->hiss_db > CRACKLE_FROM_DB ? bus->hiss * (float)real_gain(CRACKLE_DB) : 0.0f;
    tune_tone(&bus->tone, plan);
    bus->width = plan->width;
    bus->gain = (float)real_gain((double)plan->gain_db);
    bus->ceiling = (float)real_gain((double)plan->ceiling_db);
    bus->fade_from = plan->fade_from;
    bus->fade_to = plan->fade_to;
    bus->frames = plan->frames;
    limiter_tune(&bus->limiter, plan->ceiling_db, RELEASE_S);
    bus_clear(bus);
}

void bus_clear(Bus *bus)
{
    compressor_clear(&bus->glue);
    wow_clear(&bus->wow);
    chain_clear(&bus->tone);
    limiter_clear(&bus->limiter);
    memset(bus->open, 0, sizeof bus->open);
    memset(bus->centre, 0, sizeof bus->centre);
}

// Softer the louder, by the same curve up and down; quiet sound passes as it is.
static void run_warmth(float in, float *left, float *right)
{
    float *const sides[2] = { left, right };
    float out = 1.0f / in;
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < BLOCK_FRAMES; i += WIDE)
            wide_store(sides[side] + i, out * wide_soft(in * wide_load(sides[side] + i)));
}

static void run_glue(Compressor *glue, float *left, float *right)
{
    float power[COMPRESSOR_LOOKS], gain[BLOCK_FRAMES];
    compressor_measure(left, right, power);
    compressor_run(glue, power, gain);
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide g = wide_load(gain + i);
        wide_store(left + i, g * wide_load(left + i));
        wide_store(right + i, g * wide_load(right + i));
    }
}

// The hiss has its level in the finished mix, so the gain that follows is taken out of it.
static void run_hiss(const Bus *bus, int64_t frame, float *left, float *right)
{
    hiss_run(frame, bus->hiss / bus->gain, bus->crackle / bus->gain, left, right);
}

static void run_tone(Bus *bus, float *left, float *right)
{
    d2 pairs[BLOCK_FRAMES];
    for (int i = 0; i < BLOCK_FRAMES; i += 4) {
        f4 l = f4_load(left + i), r = f4_load(right + i);
        pairs_weave(0.5f * (l + r), 0.5f * (l - r), pairs + i);
    }
    chain_run(&bus->tone, pairs, BLOCK_FRAMES);
    chain_settle(&bus->tone);
    for (int i = 0; i < BLOCK_FRAMES; i += 4) {
        f4 middle, side;
        pairs_part(pairs + i, &middle, &side);
        middle *= bus->gain;
        side *= bus->gain * bus->width;
        f4_store(left + i, middle + side);
        f4_store(right + i, middle - side);
    }
}

static float unit(float x)
{
    return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f;
}

// What is left of the gain `frame` frames into a fade of `length`: a cube is near to even steps in dB, and
// ends in true silence.
static float fade_gain(int64_t frame, int64_t length)
{
    float left = 1.0f - unit((float)frame / (float)length);
    return left * left * left;
}

static void run_fade(const Bus *bus, int64_t frame, float *left, float *right)
{
    if (bus->fade_to <= bus->fade_from || frame + BLOCK_FRAMES <= bus->fade_from)
        return;
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        float gain = fade_gain(frame + i - bus->fade_from, bus->fade_to - bus->fade_from);
        left[i] *= gain;
        right[i] *= gain;
    }
}

// Rounds off what stands above the ceiling, so that the limiter has less to do on short peaks:
// t + room u / (1 + u), u = (|x| - t) / room. Below the ceiling nothing changes.
static void run_clip(float ceiling, float *samples)
{
    float room = CLIP_ROOM * ceiling;
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide x = wide_load(samples + i), u = (wide_abs(x) - ceiling) / room;
        wide bent = wide_sign(ceiling + room * (u / (1.0f + u)), x);
        wide_store(samples + i, wide_pick(u > 0.0f, bent, x));
    }
}

static void run_end(const Bus *bus, int64_t frame, float *left, float *right)
{
    int64_t from = bus->frames - END_SILENT - END_FADE;
    if (frame + BLOCK_FRAMES <= from)
        return;
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        float turned = unit((float)(frame + i - from) / END_FADE);
        float gain = 1.0f - turned * turned * (3.0f - 2.0f * turned);
        left[i] *= gain;
        right[i] *= gain;
    }
}

// Clipping and limiting lopsided waves leaves a constant part. It is fed back, slowly (about a quarter
// of a hertz), until what comes out has none.
static void watch_centre(Bus *bus, int side, const float *out)
{
    const float share = 0.002f / BLOCK_FRAMES;
    float sum = 0.0f;
    for (int i = 0; i < BLOCK_FRAMES; i++)
        sum += out[i];
    bus->centre[side] += sum * share;
}

static void move_centre(const Bus *bus, float *left, float *right)
{
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        left[i] -= bus->centre[0];
        right[i] -= bus->centre[1];
    }
}

void bus_run(Bus *bus, int64_t frame, float *left, float *right)
{
    if (bus->warmth_in > 0.0f)
        run_warmth(bus->warmth_in, left, right);
    if (bus->glues)
        run_glue(&bus->glue, left, right);
    wow_run(&bus->wow, frame, left, right);
    frame -= WOW_LATENCY;
    if (bus->hiss > 0.0f)
        run_hiss(bus, frame, left, right);
    run_tone(bus, left, right);
    move_centre(bus, left, right);
    run_fade(bus, frame, left, right);
    memcpy(bus->open[0], left, sizeof bus->open[0]);
    memcpy(bus->open[1], right, sizeof bus->open[1]);
    run_clip(bus->ceiling, left);
    run_clip(bus->ceiling, right);
    limiter_run(&bus->limiter, left, right);
    watch_centre(bus, 0, left);
    watch_centre(bus, 1, right);
    run_end(bus, frame - LIMITER_LATENCY, left, right);
}
