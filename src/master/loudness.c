// Loudness: filters, and the energy of each tenth of a second; the gates work on those alone.
#include "master/loudness.h"

#include "dsp/chain.h"
#include "dsp/real.h"

enum {
    TENTH = RATE_HZ / 10,
    GATED_TENTHS = 4, // 400 ms
};

#define OFFSET_DB     -0.691 // a 997 Hz sine of 0 dB in one channel is -3.01
#define ABSOLUTE_LUFS -70.0
#define RELATIVE_LU   -10.0
#define NOTHING_LUFS  -99.0

// The K weighting at 48 kHz, from tables 1 and 2 of BS.1770-4: a shelf for the head, and a low cut.
static const Biquad head = { 1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241,
                             0.73248077421585 };
static const Biquad low_cut = { 1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621 };

struct Loudness {
    Chain weighting;
    double energy;  // of the tenth that is being filled
    int filled;     // frames in it
    double *tenths; // mean square, both channels added
    int64_t count, most;
};

Loudness *loudness_open(Arena *arena, int64_t frames)
{
    Loudness *meter = ARENA_NEW(arena, Loudness);
    chain_add(&meter->weighting, head, head);
    chain_add(&meter->weighting, low_cut, low_cut);
    meter->most = frames / TENTH;
    meter->tenths = ARENA_ARRAY(arena, double, (size_t)meter->most + 1);
    return meter;
}

// At most BLOCK_FRAMES, within one tenth.
static void run_piece(Loudness *meter, const float *left, const float *right, int frames)
{
    d2 pairs[BLOCK_FRAMES], sums[4] = { { 0.0, 0.0 } };
    for (int i = 0; i < frames; i++)
        pairs[i] = (d2){ (double)left[i], (double)right[i] };
    chain_run(&meter->weighting, pairs, frames);
    for (int i = 0; i < frames; i++)
        sums[i & 3] += pairs[i] * pairs[i];
    d2 sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    meter->energy += sum[0] + sum[1];
    meter->filled += frames;
    if (meter->filled < TENTH)
        return;
    if (meter->count < meter->most)
        meter->tenths[meter->count++] = meter->energy / TENTH;
    meter->energy = 0.0;
    meter->filled = 0;
    chain_settle(&meter->weighting);
}

void loudness_run(Loudness *meter, const float *left, const float *right, int frames)
{
    while (frames > 0) {
        int piece = TENTH - meter->filled;
        piece = piece < BLOCK_FRAMES ? piece : BLOCK_FRAMES;
        piece = piece < frames ? piece : frames;
        run_piece(meter, left, right, piece);
        left += piece;
        right += piece;
        frames -= piece;
    }
}

static double lufs(double power)
{
    return power > 1e-12 ? OFFSET_DB + 0.5 * real_db(power) : NOTHING_LUFS; // real_db counts amplitudes
}

// The mean power of all 400 ms blocks louder than `gate`; 0 when there are none.
static double gated_mean(const Loudness *meter, double gate_lufs)
{
    double sum = 0.0;
    int64_t blocks = 0;
    for (int64_t i = 0; i + GATED_TENTHS <= meter->count; i++) {
        const double *t = meter->tenths + i;
        double power = (t[0] + t[1] + t[2] + t[3]) / GATED_TENTHS;
        if (lufs(power) > gate_lufs) {
            sum += power;
            blocks++;
        }
    }
    return blocks > 0 ? sum / (double)blocks : 0.0;
}

double loudness_integrated(const Loudness *meter)
{
    double ungated = gated_mean(meter, ABSOLUTE_LUFS);
    if (ungated <= 0.0)
        return NOTHING_LUFS;
    double gate = lufs(ungated) + RELATIVE_LU;
    return lufs(gated_mean(meter, gate > ABSOLUTE_LUFS ? gate : ABSOLUTE_LUFS));
}

double loudness_stretch(const Loudness *meter, int64_t from, int64_t to)
{
    double sum = 0.0;
    to = to < meter->count ? to : meter->count;
    for (int64_t i = from; i < to; i++)
        sum += meter->tenths[i];
    return to > from ? lufs(sum / (double)(to - from)) : NOTHING_LUFS;
}
