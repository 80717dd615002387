#include "synth/finish.h"

#include "dsp/block.h"
#include "dsp/real.h"

enum { TAIL_BLOCKS = 24 }; // of quiet until the tail is called over: more than the longest delay

static const float SILENT = 2e-5f;

void finish_open(Finish *finish, const SoundFinish *design)
{
    finish->design = design;
    bool chorus = design->chorus_mix > 0.0f, dust = design->dust_hz > 0.0f;
    bool resonant = design->peaks[0].gain > 0.0f;
    finish->empty =
        !chorus && !dust && !resonant && !(design->tremolo > 0.0f) && !(design->mono_below_hz > 0.0f);
    if (chorus)
        ensemble_tune(&finish->ensemble, design->chorus_hz, design->chorus_s, design->chorus_delay_s,
                      design->chorus_mix);
    if (dust)
        for (int i = 0; i < 2; i++)
            svf_tune(&finish->dust[i], SVF_LOW, design->dust_hz, 0.7f);
    if (design->mono_below_hz > 0.0f)
        svf_tune(&finish->sides_high, SVF_HIGH, design->mono_below_hz, 0.7f);
    finish_clear(finish);
}

void finish_clear(Finish *finish)
{
    ensemble_clear(&finish->ensemble);
    resonators_clear(&finish->resonators);
    if (finish->design->peaks[0].gain > 0.0f)
        resonators_tune(&finish->resonators, finish->design->peaks);
    finish->sides_high.s1 = finish->sides_high.s2 = 0.0f;
    for (int i = 0; i < 2; i++)
        finish->dust[i].s1 = finish->dust[i].s2 = 0.0f;
    finish->turn = finish->wander = 0.0;
    finish->side[0] = finish->side[1] = 1.0f;
    finish->quiet = TAIL_BLOCKS;
}

static void wander(Finish *finish)
{
    const SoundFinish *design = finish->design;
    finish->wander += (double)design->wander_hz * BLOCK_FRAMES / RATE_HZ;
    finish->wander -= real_floor(finish->wander);
    float there = 0.5f - 0.5f * (float)real_cos_turns(finish->wander);
    Resonance now[RESONATORS];
    for (int i = 0; i < RESONATORS; i++) {
        const Resonance *a = &design->peaks[i], *b = &design->peaks_to[i];
        now[i].hz = a->hz + there * (b->hz - a->hz);
        now[i].q = a->q + there * (b->q - a->q);
        now[i].gain = a->gain + there * (b->gain - a->gain);
    }
    resonators_tune(&finish->resonators, now);
}

// Dust: a worn tape and an early sampler. A soft limit, steps of 1/dust_steps, a dull low pass.
static void dust(Finish *finish, float *samples, Svf *low)
{
    const SoundFinish *design = finish->design;
    float into = design->dust_drive, steps = design->dust_steps;
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8 y = f8_soft(f8_load(samples + i) * into) * steps;
        y = f8_from_int(f8_to_int(y + f8_sign(f8_set(0.5f), y))); // the nearest step
        f8_store(samples + i, y * (1.0f / (steps * into)));
    }
    svf_run(low, samples, BLOCK_FRAMES);
}

static void swing(Finish *finish, float *left, float *right)
{
    const SoundFinish *design = finish->design;
    finish->turn += (double)design->tremolo_hz * BLOCK_FRAMES / RATE_HZ;
    finish->turn -= real_floor(finish->turn);
    float by = design->tremolo * (float)real_sin_turns(finish->turn);
    float target[2] = { 1.0f - design->tremolo + by, 1.0f - design->tremolo - by };
    float *sides[2] = { left, right };
    for (int s = 0; s < 2; s++) {
        float step = (target[s] - finish->side[s]) * (1.0f / BLOCK_FRAMES);
        for (int i = 0; i < BLOCK_FRAMES; i++)
            sides[s][i] *= finish->side[s] + step * (float)i;
        finish->side[s] = target[s];
    }
}

static void join_lows(Finish *finish, float *left, float *right)
{
    float middle[BLOCK_FRAMES], side[BLOCK_FRAMES];
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        middle[i] = 0.5f * (left[i] + right[i]);
        side[i] = 0.5f * (left[i] - right[i]);
    }
    svf_run(&finish->sides_high, side, BLOCK_FRAMES);
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        left[i] = middle[i] + side[i];
        right[i] = middle[i] - side[i];
    }
}

static bool is_quiet(const float *left, const float *right)
{
    float peak = 0.0f;
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        float l = left[i] < 0.0f ? -left[i] : left[i], r = right[i] < 0.0f ? -right[i] : right[i];
        peak = l > peak ? l : peak;
        peak = r > peak ? r : peak;
    }
    return peak < SILENT;
}

bool finish_run(Finish *finish, bool sounding, float *left, float *right)
{
    const SoundFinish *design = finish->design;
    if (finish->empty)
        return sounding;
    if (!sounding && finish->quiet >= TAIL_BLOCKS)
        return false;
    if (design->wander_hz > 0.0f)
        wander(finish);
    if (design->peaks[0].gain > 0.0f)
        resonators_run(&finish->resonators, design->dry, left, right);
    if (design->dust_hz > 0.0f) {
        dust(finish, left, &finish->dust[0]);
        dust(finish, right, &finish->dust[1]);
    }
    if (design->chorus_mix > 0.0f)
        ensemble_run(&finish->ensemble, left, right);
    if (design->tremolo > 0.0f)
        swing(finish, left, right);
    if (design->mono_below_hz > 0.0f)
        join_lows(finish, left, right);

    finish->quiet = sounding || !is_quiet(left, right) ? 0 : finish->quiet + 1;
    if (finish->quiet < TAIL_BLOCKS)
        return true;
    finish_clear(finish);
    block_clear(left);
    block_clear(right);
    return false;
}
