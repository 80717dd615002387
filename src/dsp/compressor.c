#include "dsp/compressor.h"

#include "dsp/real.h"
#include "dsp/wide.h"

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
    compressor->quick = compressor->power = compressor->gain = 0.0f;
}

// 10 log10(x), error below 0.001 dB: the exponent, and a series of the mantissa around one.
WIDE_INLINE wide power_db(wide x)
{
    wide_int exponent = ((wide_int)x - 0x3f3504f3) >> 23; // mantissa within 0.707 .. 1.414
    wide mantissa = (wide)((wide_int)x - (exponent << 23));
    wide t = (mantissa - 1.0f) / (mantissa + 1.0f), s = t * t;
    wide series = t * (2.88539008f + s * (0.961796694f + s * (0.577078016f + s * 0.412198583f)));
    return 3.01029996f * (__builtin_convertvector(exponent, wide) + series);
}

// 10^(x / 20) for -300 .. 300 dB, relative error below 1e-6: whole octaves, and a series of the rest.
WIDE_INLINE wide db_gain(wide db)
{
    wide octaves = db * 0.166096405f;
    wide_int whole = __builtin_convertvector(octaves + 127.5f, wide_int) - 127;
    wide y = (octaves - __builtin_convertvector(whole, wide)) * 0.693147181f;
    wide series =
        1.0f + y * (1.0f + y * (0.5f + y * (1.66666672e-1f + y * (4.16666679e-2f + y * 8.33333377e-3f))));
    return series * (wide)((whole + 127) << 23);
}

WIDE_INLINE wide reduction_db(const Compressor *c, wide level)
{
    wide over = level - c->threshold_db, inside = over + 0.5f * KNEE_DB, none = wide_set(0.0f);
    wide bent = inside * inside * (1.0f / (2.0f * KNEE_DB));
    wide above = wide_pick(over > 0.5f * KNEE_DB, over, wide_pick(inside > 0.0f, bent, none));
    return wide_min(c->slope * above, wide_set(c->most_db));
}

float compressor_reduction_db(const Compressor *compressor, float level_db)
{
    return reduction_db(compressor, wide_set(level_db))[0];
}

void compressor_measure(const float *left, const float *right, float power[COMPRESSOR_LOOKS])
{
    float squares[BLOCK_FRAMES];
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide l = wide_load(left + i), r = wide_load(right + i);
        wide_store(squares + i, l * l + r * r);
    }
    for (int i = 0; i < COMPRESSOR_LOOKS; i++) {
        const float *s = squares + i * COMPRESSOR_FRAMES;
        float sum = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
        power[i] = sum / (2 * COMPRESSOR_FRAMES);
    }
}

// The smoothed power at each look.
static void smooth(Compressor *compressor, const float power[COMPRESSOR_LOOKS], float out[COMPRESSOR_LOOKS])
{
    float quick = compressor->quick, now = compressor->power;
    for (int i = 0; i < COMPRESSOR_LOOKS; i++) {
        quick += compressor->rise * (power[i] - quick);
        float slow = now + compressor->fall * (quick - now);
        now = quick > slow ? quick : slow;
        out[i] = now;
    }
    compressor->quick = quick > LOWEST_POWER ? quick : 0.0f;
    compressor->power = now > LOWEST_POWER ? now : 0.0f;
}

void compressor_run(Compressor *compressor, const float power[COMPRESSOR_LOOKS], float gain[BLOCK_FRAMES])
{
    float at[COMPRESSOR_LOOKS];
    smooth(compressor, power, at);
    for (int i = 0; i < COMPRESSOR_LOOKS; i += WIDE) {
        wide level = power_db(wide_max(wide_load(at + i), wide_set(LOWEST_POWER)));
        wide_store(at + i, db_gain(compressor->makeup_db - reduction_db(compressor, level)));
    }
    float from = compressor->gain > 0.0f ? compressor->gain : at[0];
    for (int i = 0; i < COMPRESSOR_LOOKS; i++) {
        float step = (at[i] - from) / COMPRESSOR_FRAMES;
        for (int k = 0; k < COMPRESSOR_FRAMES; k += WIDE)
            wide_store(gain + i * COMPRESSOR_FRAMES + k, from + step * ((float)(k + 1) + wide_count()));
        from = at[i];
    }
    compressor->gain = from;
}
