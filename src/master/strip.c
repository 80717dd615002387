#include "master/strip.h"

#include "dsp/real.h"
#include "dsp/wide.h"

// By ear.
#define LOWEST_HZ     22.0 // below is not music: direct current and rumble
#define MONO_BELOW_HZ 120.0
#define HIGHEST_HZ    20000.0f // a high cut above is none
#define LEVEL_DB      -18.0f   // squeeze and drive keep a lane of this level as loud as it was
#define SQUEEZE_RATIO 3.0f
#define DRIVE_LEVEL   0.25f // -12 dB: peaks of a lane at LEVEL_DB

static double at_least(float hz, double lowest)
{
    return (double)hz > lowest ? (double)hz : lowest;
}

static void tune_tone(Chain *tone, const MixLane *lane)
{
    *tone = (Chain){ 0 };
    double low = at_least(lane->low_cut_hz, LOWEST_HZ), side_low = lane->mono_low ? MONO_BELOW_HZ : low;
    chain_add(tone, biquad_low_cut(low, BIQUAD_FLAT),
              biquad_low_cut(side_low > low ? side_low : low, BIQUAD_FLAT));
    if (lane->high_cut_hz > 0.0f && lane->high_cut_hz < HIGHEST_HZ) {
        Biquad cut = biquad_high_cut((double)lane->high_cut_hz, BIQUAD_FLAT);
        chain_add(tone, cut, cut);
    }
    for (int i = 0; i < STRIP_BELLS; i++)
        if (lane->bells[i].gain_db < 0.0f || lane->bells[i].gain_db > 0.0f) {
            const Bell *b = &lane->bells[i];
            Biquad bell = biquad_bell((double)b->hz, (double)b->gain_db, (double)b->q);
            chain_add(tone, bell, bell);
        }
    if (lane->shelf_db < 0.0f || lane->shelf_db > 0.0f) {
        Biquad shelf = biquad_high_shelf((double)lane->shelf_hz, (double)lane->shelf_db);
        chain_add(tone, shelf, shelf);
    }
}

static void tune_squeeze(Compressor *squeeze, float amount)
{
    CompressorSettings settings = {
        .threshold_db = LEVEL_DB + 6.0f - 18.0f * amount,
        .ratio = SQUEEZE_RATIO,
        .most_db = 24.0f,
        .attack_s = 0.010f,
        .release_s = 0.120f,
    };
    compressor_tune(squeeze, &settings);
    squeeze->makeup_db = compressor_reduction_db(squeeze, LEVEL_DB);
}

void strip_tune(LaneStrip *strip, const MixLane *lane, const MixPlan *plan)
{
    tune_tone(&strip->tone, lane);
    strip->squeezes = lane->squeeze > 0.0f;
    if (strip->squeezes)
        tune_squeeze(&strip->squeeze, lane->squeeze);
    strip->drives = lane->drive > 0.0f;
    strip->drive_in = 1.0f + 9.0f * lane->drive * lane->drive;
    strip->drive_out = DRIVE_LEVEL / wide_soft(wide_set(DRIVE_LEVEL * strip->drive_in))[0];
    strip->duck_depth = lane->duck;
    duck_tune(&strip->duck, plan->kicks, plan->kick_count, plan->duck_release_s);
    strip_gain(strip, lane);
    strip_seek(strip, 0);
}

void strip_gain(LaneStrip *strip, const MixLane *lane)
{
    double turns = ((double)lane->pan + 1.0) / 8.0, gain = real_gain((double)lane->gain_db);
    double right = real_sin_turns(turns), left = real_cos_turns(turns);
    strip->left = (float)(gain * left);
    strip->right = (float)(gain * right);
    strip->side = (float)(gain * left * right * real_sqrt(2.0) * (double)lane->width);
}

void strip_seek(LaneStrip *strip, int64_t frame)
{
    chain_clear(&strip->tone);
    compressor_clear(&strip->squeeze);
    duck_seek(&strip->duck, frame);
    strip->frame = frame;
    strip->asleep = true;
}

// What comes back is middle and side.
static void run_tone(Chain *tone, float *left, float *right)
{
    d2 pairs[BLOCK_FRAMES];
    for (int i = 0; i < BLOCK_FRAMES; i += 4) {
        f4 l = f4_load(left + i), r = f4_load(right + i);
        pairs_weave(0.5f * (l + r), 0.5f * (l - r), pairs + i);
    }
    chain_run(tone, pairs, BLOCK_FRAMES);
    for (int i = 0; i < BLOCK_FRAMES; i += 4) {
        f4 middle, side;
        pairs_part(pairs + i, &middle, &side);
        f4_store(left + i, middle);
        f4_store(right + i, side);
    }
}

static void run_squeeze(Compressor *squeeze, float *middle, float *side)
{
    float power[COMPRESSOR_LOOKS], gain[BLOCK_FRAMES];
    compressor_measure(middle, side, power);
    for (int i = 0; i < COMPRESSOR_LOOKS; i++)
        power[i] *= 2.0f; // left and right have twice the power of middle and side
    compressor_run(squeeze, power, gain);
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide g = wide_load(gain + i);
        wide_store(middle + i, g * wide_load(middle + i));
        wide_store(side + i, g * wide_load(side + i));
    }
}

static void run_drive(const LaneStrip *strip, float *middle, float *side)
{
    float in = strip->drive_in, out = 0.5f * strip->drive_out;
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide m = in * wide_load(middle + i), s = in * wide_load(side + i);
        wide left = wide_soft(m + s), right = wide_soft(m - s);
        wide_store(middle + i, out * (left + right));
        wide_store(side + i, out * (left - right));
    }
}

static void place(LaneStrip *strip, float *left, float *right)
{
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide middle = wide_load(left + i), side = strip->side * wide_load(right + i);
        wide_store(left + i, strip->left * middle + side);
        wide_store(right + i, strip->right * middle - side);
    }
}

static void duck(LaneStrip *strip, float *left, float *right)
{
    float depth[BLOCK_FRAMES];
    if (!duck_run(&strip->duck, strip->frame, depth))
        return;
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide gain = 1.0f - strip->duck_depth * wide_load(depth + i);
        wide_store(left + i, gain * wide_load(left + i));
        wide_store(right + i, gain * wide_load(right + i));
    }
}

bool strip_run(LaneStrip *strip, float *left, float *right, bool sounding)
{
    if (!sounding) {
        memset(left, 0, BLOCK_FRAMES * sizeof *left);
        memset(right, 0, BLOCK_FRAMES * sizeof *right);
    }
    if (sounding || !strip->asleep) {
        run_tone(&strip->tone, left, right);
        if (strip->squeezes)
            run_squeeze(&strip->squeeze, left, right);
        if (strip->drives)
            run_drive(strip, left, right);
        place(strip, left, right);
        if (strip->duck_depth > 0.0f)
            duck(strip, left, right);
        bool settled = chain_settle(&strip->tone);
        strip->asleep = settled && !sounding;
        if (strip->asleep)
            compressor_clear(&strip->squeeze);
    }
    strip->frame += BLOCK_FRAMES;
    return !strip->asleep;
}
