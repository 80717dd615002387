#include "dsp/fdn.h"

#include "dsp/curves.h"
#include "dsp/real.h"
#include "dsp/wide.h"

// Lengths are primes, spread evenly in proportion; times by ear: a room answers at once, a hall late.
typedef struct Shape {
    int lengths[FDN_LINES];
    int diffusers[2][FDN_DIFFUSERS];
    int before;   // frames until the first answer enters
    float treble; // decay time at TREBLE_HZ as a share of the decay time
} Shape;

static const Shape shapes[] = {
    [FDN_ROOM] = { { 523, 613, 719, 839, 983, 1151, 1321, 1487 },
                   { { 89, 127, 193, 277 }, { 97, 139, 181, 263 } },
                   220,
                   0.55f },
    [FDN_HALL] = { { 1451, 1627, 1823, 2053, 2311, 2593, 2917, 3271 },
                   { { 127, 211, 337, 523 }, { 139, 197, 359, 499 } },
                   960,
                   0.5f },
};

enum {
    DRIFT_FRAMES = 5, // each way
    LOST = 1 << 20,   // `quiet` when there is nothing left inside
};
#define TREBLE_HZ 6000.0
#define DECAY_HZ  1000.0 // where T60 is exact
#define DIFFUSION 0.6f
#define SILENT    1e-7f // -140 dB

static const f8 drift_hz = { 0.31f, 0.37f, 0.43f, 0.53f, 0.61f, 0.71f, 0.79f, 0.89f };

Fdn fdn_open(Arena *arena, FdnSize size)
{
    const Shape *shape = &shapes[size];
    Fdn fdn = { .size = size };
    for (int i = 0; i < FDN_LINES; i++)
        fdn.lines[i] = line_open(arena, shape->lengths[i] + DRIFT_FRAMES + LINE_MARGIN);
    for (int side = 0; side < 2; side++) {
        fdn.before[side] = line_open(arena, shape->before);
        for (int i = 0; i < FDN_DIFFUSERS; i++)
            fdn.diffusers[side][i] = line_open(arena, shape->diffusers[side][i]);
    }
    fdn_clear(&fdn);
    return fdn;
}

// The gain at `hz` of a three-point mean that takes `side` from each neighbour.
static double mean_gain(double side, double hz)
{
    return 1.0 - 2.0 * side * (1.0 - real_cos_turns(hz / RATE_HZ));
}

void fdn_tune(Fdn *fdn, float t60_s)
{
    const Shape *shape = &shapes[fdn->size];
    double t60 = t60_s > 0.1f ? (double)t60_s : 0.1, power = 0.0;
    for (int i = 0; i < FDN_LINES; i++) {
        double seconds = (double)shape->lengths[i] / RATE_HZ;
        double gain = real_gain(-60.0 * seconds / t60);
        double treble = real_gain(-60.0 * seconds / t60 * (1.0 / (double)shape->treble - 1.0));
        double side = (1.0 - treble) / (1.0 - mean_gain(1.0, TREBLE_HZ));
        side = side < 0.25 ? side : 0.25; // at a quarter the highest frequency is gone
        // The mean also takes a little at DECAY_HZ; give that back.
        double exact = gain / mean_gain(side, DECAY_HZ);
        exact = exact < 0.9995 ? exact : 0.9995;
        fdn->taps[i] = (FdnTap){ (float)(exact * (1.0 - 2.0 * side)), (float)(exact * side) };
        power += gain * gain / FDN_LINES;
    }
    // What goes round sums to 1 / (1 - power) of what enters, and `power` of that is heard.
    fdn->out = (float)real_sqrt((1.0 - power) / power);
}

static void clear_lines(Fdn *fdn)
{
    for (int i = 0; i < FDN_LINES; i++)
        line_clear(&fdn->lines[i]);
    for (int side = 0; side < 2; side++) {
        line_clear(&fdn->before[side]);
        for (int i = 0; i < FDN_DIFFUSERS; i++)
            line_clear(&fdn->diffusers[side][i]);
    }
}

void fdn_clear(Fdn *fdn)
{
    if (fdn->quiet != LOST)
        clear_lines(fdn);
    fdn->turn = (f8){ 0.0f, 0.125f, 0.25f, 0.375f, -0.5f, -0.375f, -0.25f, -0.125f };
    fdn->drift = DRIFT_FRAMES * f8_sin_turns(fdn->turn);
    fdn->quiet = LOST;
}

typedef struct Reading { // of one line through one block
    const float *past;   // past[i - 1] is one frame older
    float share, step;   // of the older frame, and what each frame adds to it
    wide middle, side;
} Reading;

static void read_line(const Fdn *fdn, int line, float from, float to, Reading *out)
{
    float step = (to - from) / BLOCK_FRAMES;
    int whole = (int)(from + 64.0f) - 64; // downwards: the drift is far above -64
    *out = (Reading){
        .past = line_past(&fdn->lines[line], shapes[fdn->size].lengths[line] + whole),
        .share = from - (float)whole,
        .step = step,
        .middle = wide_set(fdn->taps[line].middle),
        .side = wide_set(fdn->taps[line].side),
    };
}

// The mean over three neighbours, between the frame and the one before it.
WIDE_INLINE wide read_some(const Reading *r, int i)
{
    const float *at = r->past + i;
    wide older = wide_load(at - 1), newer = wide_load(at);
    wide near = r->middle * newer + r->side * (older + wide_load(at + 1));
    wide far = r->middle * older + r->side * (newer + wide_load(at - 2));
    wide share = r->share + r->step * ((float)i + wide_count());
    return near + share * (far - near);
}

WIDE_INLINE void butterfly(wide *a, wide *b)
{
    wide sum = *a + *b;
    *b = *a - *b;
    *a = sum;
}

WIDE_INLINE void hadamard(wide y[FDN_LINES]) // eight to the half times an orthogonal matrix
{
    for (int i = 0; i < 4; i++)
        butterfly(&y[i], &y[i + 4]);
    for (int i = 0; i < 8; i += 4) {
        butterfly(&y[i], &y[i + 2]);
        butterfly(&y[i + 1], &y[i + 3]);
    }
    for (int i = 0; i < 8; i += 2)
        butterfly(&y[i], &y[i + 1]);
}

// Left goes to and comes from the even lines, right the odd ones, with signs that part the two.
static void run_lines(Fdn *fdn, const Reading *reading, float *const in[2], float *const out[2])
{
    const float mix = 0.35355339f, enter = 0.5f; // one over the root of eight; of four lines
    float *now[FDN_LINES];
    for (int k = 0; k < FDN_LINES; k++)
        now[k] = line_now(&fdn->lines[k]);
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide y[FDN_LINES];
        for (int k = 0; k < FDN_LINES; k++)
            y[k] = read_some(&reading[k], i);
        wide left = (y[0] - y[2]) + (y[4] - y[6]), right = (y[1] + y[3]) - (y[5] + y[7]);
        wide_store(out[0] + i, wide_load(out[0] + i) + fdn->out * left);
        wide_store(out[1] + i, wide_load(out[1] + i) + fdn->out * right);
        hadamard(y);
        wide a = enter * wide_load(in[0] + i), b = enter * wide_load(in[1] + i);
        for (int k = 0; k < FDN_LINES; k += 2) {
            wide_store(now[k] + i, k & 4 ? mix * y[k] - a : mix * y[k] + a);
            wide_store(now[k + 1] + i, k & 2 ? mix * y[k + 1] - b : mix * y[k + 1] + b);
        }
    }
    for (int k = 0; k < FDN_LINES; k++)
        line_turn(&fdn->lines[k]);
}

// Waits, then diffuses: fills `wet` from the input.
static void run_before(Fdn *fdn, const float *const in[2], float *const wet[2])
{
    const Shape *shape = &shapes[fdn->size];
    for (int side = 0; side < 2; side++) {
        Line *wait = &fdn->before[side];
        memcpy(line_now(wait), in[side], BLOCK_FRAMES * sizeof(float));
        memcpy(wet[side], line_past(wait, shape->before), BLOCK_FRAMES * sizeof(float));
        line_turn(wait);
        for (int i = 0; i < FDN_DIFFUSERS; i++)
            line_diffuse(&fdn->diffusers[side][i], shape->diffusers[side][i], DIFFUSION, wet[side]);
    }
}

static void drift(Fdn *fdn, Reading *reading)
{
    f8 turn = fdn->turn + drift_hz * ((float)BLOCK_FRAMES / RATE_HZ);
    turn = f8_pick(turn > 0.5f, turn - 1.0f, turn);
    f8 to = DRIFT_FRAMES * f8_sin_turns(turn), from = fdn->drift;
    for (int k = 0; k < FDN_LINES; k++)
        read_line(fdn, k, from[k], to[k], &reading[k]);
    fdn->turn = turn;
    fdn->drift = to;
}

// Quiet for as long as the longest way through means that nothing is left inside.
static bool died_away(Fdn *fdn, const Reading *reading)
{
    const Shape *shape = &shapes[fdn->size];
    wide highest = wide_set(0.0f);
    for (int k = 0; k < FDN_LINES; k++)
        for (int i = 0; i < BLOCK_FRAMES; i += WIDE)
            highest = wide_max(highest, wide_abs(wide_load(reading[k].past + i)));
    fdn->quiet = wide_highest(highest) > SILENT ? 0 : fdn->quiet + 1;
    int longest = shape->before + shape->lengths[FDN_LINES - 1];
    for (int i = 0; i < FDN_DIFFUSERS; i++)
        longest += 12 * shape->diffusers[0][i]; // an all-pass rings on for some of its own length
    return fdn->quiet > longest / BLOCK_FRAMES;
}

bool fdn_run(Fdn *fdn, const float *const in[2], bool silent, float *const out[2])
{
    if (silent && fdn->quiet == LOST)
        return false;
    float wet[2][BLOCK_FRAMES];
    float *const wets[2] = { wet[0], wet[1] };
    Reading reading[FDN_LINES];
    run_before(fdn, in, wets);
    drift(fdn, reading);
    run_lines(fdn, reading, wets, out);
    if (!silent)
        fdn->quiet = 0;
    else if (died_away(fdn, reading))
        fdn_clear(fdn);
    return true;
}
