#include "dsp/compressor.h"

#include "dsp/curves.h"
#include "dsp/real.h"

#define KNEE_DB      6.0f
#define LOWEST_POWER 1e-12f // -120 dB: below is silence

static float share(float seconds)
{
    return (float)(1.0 - real_exp(-(double)COMPRESSOR_FRAMES / (RATE_HZ * (double)seconds)));
}

void compressor_tune(Compressor *compressor, const CompressorSettings *settings)
{
    compressor->threshold_db = settings->threshold_db;
    compressor->slope = 1.0f - 1.0f / settings->ratio;
    compressor->most_db = settings->most_db;
    compressor->makeup_db = settings->makeup_db;
    compressor->rise = share(settings->attack_s);
    compressor->fall = share(settings->release_s);
}

void compressor_clear(Compressor *compressor)
{
    compressor->power = 0.0f;
    compressor->gain = 0.0f;
}

// 10 log10(x), error below 0.001 dB: the exponent, and a series of the mantissa around one.
LANES_INLINE f8 power_db(f8 x)
{
    i8 exponent = ((i8)x - 0x3f3504f3) >> 23; // mantissa within 0.707 .. 1.414
    f8 mantissa = (f8)((i8)x - (exponent << 23));
    f8 t = (mantissa - 1.0f) / (mantissa + 1.0f), s = t * t;
    f8 log2 = f8_from_int(exponent) +
              t * (2.88539008f + s * (0.961796694f + s * (0.577078016f + s * 0.412198583f)));
    return 3.01029996f * log2;
}

LANES_INLINE f8 reduction_db(const Compressor *c, f8 level)
{
    f8 over = level - c->threshold_db, inside = over + 0.5f * KNEE_DB;
    f8 bent = inside * inside * (1.0f / (2.0f * KNEE_DB));
    f8 above = f8_pick(over > 0.5f * KNEE_DB, over, f8_pick(inside > 0.0f, bent, f8_set(0.0f)));
    return f8_min(c->slope * above, f8_set(c->most_db));
}

float compressor_reduction_db(const Compressor *compressor, float level_db)
{
    return reduction_db(compressor, f8_set(level_db))[0];
}

void compressor_run(Compressor *compressor, const float power[COMPRESSOR_LOOKS], float gain[BLOCK_FRAMES])
{
    static const f8 ramp = { 0.125f, 0.25f, 0.375f, 0.5f, 0.625f, 0.75f, 0.875f, 1.0f };
    float now = compressor->power, smooth[COMPRESSOR_LOOKS], at[COMPRESSOR_LOOKS];
    for (int i = 0; i < COMPRESSOR_LOOKS; i++) {
        now += (power[i] > now ? compressor->rise : compressor->fall) * (power[i] - now);
        smooth[i] = now;
    }
    compressor->power = now > LOWEST_POWER ? now : 0.0f;

    f8 level = power_db(f8_max(f8_load(smooth), f8_set(LOWEST_POWER)));
    f8_store(at, f8_exp2((compressor->makeup_db - reduction_db(compressor, level)) * 0.166096405f));
    float from = compressor->gain > 0.0f ? compressor->gain : at[0];
    for (int i = 0; i < COMPRESSOR_LOOKS; i++) {
        f8_store(gain + i * COMPRESSOR_FRAMES, from + (at[i] - from) * ramp);
        from = at[i];
    }
    compressor->gain = from;
}
