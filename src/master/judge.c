// Judge: counts while it hears, weighs at the end.
#include "master/judge.h"

#include "dsp/lanes.h"

// A wrong "good" is paid for, a wrong "bad" throws a song away: each limit leaves room for everything that
// is meant, and catches what an engine makes when it fails.
static const float quiet_swing = 0.001f; // -60 dBFS: nothing that anybody hears behind a song
static const int long_pause_s = 4;       // slow music may rest for three seconds, again and again
static const int hole_s = 20;            // longer than any rest that is meant
static const float full_scale = 0.9999f; // what 16 bits round to their last step
static const int clipped_run = 3;        // a wave whose top happens to lie there touches it once or twice
static const double near_power = 0.063;  // -12 dB: what has lost nine tenths of its power has begun to end
enum { EDGE = RATE_HZ / 500 };           // 2 ms: a low note does not hide in its own zero

enum { PIECES_PER_S = RATE_HZ / JUDGE_PIECE, LANES = 8 };

static float swing_of(const JudgeSide *side)
{
    return (side->highest - side->lowest) / 2.0f;
}

static bool is_long(int64_t pause)
{
    return pause > long_pause_s * PIECES_PER_S;
}

// A pause that ends, or that the song ends in. Between two sounds it is a hole.
static void end_pause(Judge *judge, bool between)
{
    if (is_long(judge->pause))
        judge->quiet += judge->pause;
    if (between && judge->pause > judge->longest_hole)
        judge->longest_hole = judge->pause;
    judge->pause = 0;
}

static void end_piece(Judge *judge)
{
    float left = swing_of(&judge->sides[0]), right = swing_of(&judge->sides[1]);
    bool quiet = left < quiet_swing && right < quiet_swing;
    if (!quiet) {
        end_pause(judge, judge->begun);
        judge->begun = true;
    }
    judge->pause += quiet;
    judge->pieces++;
    judge->filled = 0;
}

static void count_top(JudgeSide *side, const float *samples, int frames)
{
    for (int i = 0; i < frames; i++) {
        side->at_top = samples[i] < full_scale && samples[i] > -full_scale ? 0 : side->at_top + 1;
        side->longest_at_top = side->at_top > side->longest_at_top ? side->at_top : side->longest_at_top;
    }
}

static void hear_side(JudgeSide *side, bool first, const float *samples, int frames)
{
    float low = samples[0], high = samples[0];
    f8 lows = f8_set(low), highs = f8_set(high);
    int i = 0;
    for (; i + LANES <= frames; i += LANES) {
        lows = f8_min(f8_load(samples + i), lows);
        highs = f8_max(f8_load(samples + i), highs);
    }
    for (int lane = 0; lane < LANES; lane++) {
        low = lows[lane] < low ? lows[lane] : low;
        high = highs[lane] > high ? highs[lane] : high;
    }
    for (; i < frames; i++) {
        low = samples[i] < low ? samples[i] : low;
        high = samples[i] > high ? samples[i] : high;
    }
    side->lowest = first || low < side->lowest ? low : side->lowest;
    side->highest = first || high > side->highest ? high : side->highest;
    if (low > -full_scale && high < full_scale)
        side->at_top = 0;
    else
        count_top(side, samples, frames);
}

static void keep_tail(JudgeSide *side, int64_t at, const float *samples, int frames)
{
    for (int i = frames > JUDGE_TAIL ? frames - JUDGE_TAIL : 0; i < frames; i++)
        side->tail[(at + i) % JUDGE_TAIL] = samples[i];
}

void judge_run(Judge *judge, const float *left, const float *right, int frames)
{
    while (frames > 0) {
        int room = JUDGE_PIECE - judge->filled, step = frames < room ? frames : room;
        for (int s = 0; s < 2; s++) {
            hear_side(&judge->sides[s], judge->filled == 0, s ? right : left, step);
            keep_tail(&judge->sides[s], judge->levels.frames, s ? right : left, step);
        }
        levels_run(&judge->levels, left, right, step);
        judge->filled += step;
        if (judge->filled == JUDGE_PIECE)
            end_piece(judge);
        left += step;
        right += step;
        frames -= step;
    }
}

static bool is_silent(const Judge *judge)
{
    return !judge->begun || judge->quiet * 2 > judge->pieces || judge->longest_hole > hole_s * PIECES_PER_S;
}

static bool is_clipped(const Judge *judge, double true_peak_db, double power)
{
    return judge->sides[0].longest_at_top >= clipped_run || judge->sides[1].longest_at_top >= clipped_run ||
           true_peak_db > 0.0 || !(power < 1e9);
}

static double power_of_last(const Judge *judge, int frames)
{
    double sum = 0.0;
    for (int64_t at = judge->levels.frames - frames; at < judge->levels.frames; at++) {
        double l = (double)judge->sides[0].tail[at % JUDGE_TAIL],
               r = (double)judge->sides[1].tail[at % JUDGE_TAIL];
        sum += (l * l + r * r) / 2.0;
    }
    return sum / frames;
}

static bool is_abrupt(const Judge *judge, double power)
{
    return judge->levels.frames >= JUDGE_TAIL && power_of_last(judge, JUDGE_TAIL) > power * near_power &&
           power_of_last(judge, EDGE) > power * near_power;
}

Verdict judge_verdict(const Judge *judge, double true_peak_db, bool loops)
{
    Judge whole = *judge;
    if (whole.filled > 0)
        end_piece(&whole);
    end_pause(&whole, false);
    double power = levels_power(&whole.levels);
    if (is_silent(&whole))
        return VERDICT_SILENT;
    if (is_clipped(&whole, true_peak_db, power))
        return VERDICT_CLIPPED;
    return !loops && is_abrupt(&whole, power) ? VERDICT_ABRUPT : VERDICT_GOOD;
}
