#include "music/ride.h"

#include "dsp/dsp.h"
#include "dsp/real.h"

enum {
    LISTEN_S = 4, // before this the gain stays as it was found
    RECENT_S = 6, // how far back the comparison looks
    HALVINGS = 12,
};

static const double trust = 0.7;    // how far recent errors are taken to go on, as a power
static const double response = 0.7; // of the loudness to the gain: the limiter takes the rest
static const double most_db = 3.0;
static const double calm_db_per_s = 0.08, hurry_db_per_s = 0.24; // the second when it is 2 dB off: still too slow to notice
static const double ratio_most = 2.5;

double lufs_of(double power)
{
    return real_log2(power + 1e-12) * 3.0102999566398120;
}

double power_of(double lufs)
{
    return real_exp2(lufs * 0.33219280948873623);
}

double gated_lufs(const double *power, int count)
{
    double gate = 0.0, mean = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        double sum = 0.0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (power[i] >= gate) {
                sum += power[i];
                kept++;
            }
        }
        mean = kept ? sum / kept : 0.0;
        gate = mean * 0.1; // 10 LU below
    }
    return lufs_of(mean);
}

void ride_open(Arena *arena, const double *foretold, int seconds, double target, Ride *out)
{
    *out = (Ride){ .target = target, .foretold = foretold, .seconds = seconds };
    out->meter = loudness_open(arena, (int64_t)(seconds + 2) * RATE_HZ);
    out->heard = ARENA_ARRAY(arena, double, (size_t)seconds);
    out->model = ARENA_ARRAY(arena, double, (size_t)seconds);
}

// How the last seconds came out beside the forecast.
static double recent_ratio(const Ride *ride)
{
    double heard = 1e-12, model = 1e-12;
    for (int i = ride->now > RECENT_S ? ride->now - RECENT_S : 0; i < ride->now; i++) {
        heard += ride->heard[i];
        model += ride->model[i];
    }
    double ratio = real_pow(heard / model, trust);
    return ratio > ratio_most ? ratio_most : ratio < 1.0 / ratio_most ? 1.0 / ratio_most : ratio;
}

// How loud the whole will be when the rest is played at this offset. Uses `heard` behind now as scratch.
static double outlook(Ride *ride, double ratio, double offset_db)
{
    double gain = ratio * power_of(offset_db * response);
    for (int i = ride->now; i < ride->seconds; i++)
        ride->heard[i] = ride->foretold[i] * gain;
    return gated_lufs(ride->heard, ride->seconds);
}

static void decide(Ride *ride)
{
    double low = -most_db, high = most_db, ratio = recent_ratio(ride);
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2.0;
        if (outlook(ride, ratio, middle) < ride->target)
            low = middle;
        else
            high = middle;
    }
    ride->wanted_db = (low + high) / 2.0;
}

void ride_listen(Ride *ride, const float *left, const float *right, int frames)
{
    loudness_run(ride->meter, left, right, frames);
    ride->frames += frames;
    if (ride->frames / RATE_HZ <= ride->now || ride->now >= ride->seconds)
        return;
    ride->heard[ride->now] = power_of(loudness_stretch(ride->meter, ride->now * 10, ride->now * 10 + 10));
    ride->model[ride->now] = ride->foretold[ride->now] * power_of(ride->offset_db * response);
    ride->now++;
    if (ride->now >= LISTEN_S)
        decide(ride);
}

double ride_offset(Ride *ride)
{
    double way = ride->wanted_db - ride->offset_db, far = way < 0.0 ? -way : way;
    double share = far > 2.0 ? 1.0 : far / 2.0;
    double step = (calm_db_per_s + (hurry_db_per_s - calm_db_per_s) * share) * BLOCK_FRAMES / RATE_HZ;
    ride->offset_db += way > step ? step : way < -step ? -step : way;
    return ride->offset_db;
}

double ride_loudness(const Ride *ride)
{
    return loudness_integrated(ride->meter);
}
