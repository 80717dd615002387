#include "synth/drums.h"

#include "dsp/block.h"
#include "dsp/fold.h"
#include "dsp/noise.h"
#include "dsp/real.h"

enum {
    VOICES = 24,
    PLATE_GROUPS = 4, // eight modes each
};

static const float SILENT = 2.5e-4f; // -72 dB of the drum: a layer is drawn down to nothing and ends
static const float CHOKED = 0.72f;   // of the gain is left each block: 60 dB in 28 ms
static const f8 STEPS = { 0, 1, 2, 3, 4, 5, 6, 7 };

// Circular membrane (zeros of Bessel functions over the first), and a bar free at both ends.
static const float skin_ratio[8] = { 1.0f, 1.593f, 2.135f, 2.295f, 2.653f, 2.917f, 3.155f, 3.600f };
static const float skin_level[8] = { 1.0f, 0.55f, 0.35f, 0.3f, 0.2f, 0.16f, 0.12f, 0.1f };
static const float bar_ratio[8] = { 1.0f, 2.756f, 5.404f, 8.933f, 1.004f, 2.744f, 5.431f, 8.90f };
static const float bar_level[8] = { 0.6f, 0.3f, 0.18f, 0.1f, 0.4f, 0.2f, 0.1f, 0.05f };
// Oscillators of a classic drum machine's cymbal circuit; the first two are its cowbell.
static const float metal_hz[6] = { 800.0f, 540.0f, 522.7f, 369.6f, 304.4f, 205.3f };

typedef struct Fall { // exponential fall, eight frames at a time
    float now, by_eight;
    f8 powers;
} Fall;

typedef struct Modes {
    int groups;
    f8 x[PLATE_GROUPS], y[PLATE_GROUPS]; // turning vectors; y is heard
    f8 cosine[PLATE_GROUPS], sine[PLATE_GROUPS];
} Modes;

typedef struct Layer {
    const LayerDesign *design; // NULL: over
    float level;
    Fall fall;
    float rise, risen; // attack: each eight frames
    int burst_left, burst_wait, burst_gap;
    Fall tail;                 // what follows the bursts
    float phase, turns;        // of the tone, and turns per frame at the end of the sweeps
    Fall sweep, kick;          // turns per frame above
    f8 sweep_sums, kick_sums;  // of the powers before each lane
    float sweep_sum, kick_sum; // of all eight
    uint32_t shift;            // register
    Svf filter, high;
    w8 noise;
    Osc squares;
    Modes modes;
} Layer;

typedef struct Voice {
    const KitKey *key; // NULL: free
    bool choked;
    float gain, drive, left, right, peak;
    Layer layer[DRUM_LAYERS];
} Voice;

struct Drums {
    const Kit *kit;
    float gain;
    Voice voice[VOICES];
};

Drums *drums_open(Arena *arena, const Kit *kit)
{
    Drums *drums = ARENA_NEW(arena, Drums);
    drums->kit = kit;
    drums->gain = (float)real_gain((double)kit->gain_db);
    return drums;
}

void drums_clear(Drums *drums)
{
    for (int i = 0; i < VOICES; i++)
        drums->voice[i].key = NULL;
}

// ---- how a layer begins

static Fall fall_from(float start, float seconds)
{
    double keep = seconds > 0.0f ? real_exp2(-9.96578428 / ((double)seconds * RATE_HZ)) : 0.0, power = 1.0;
    Fall fall = { .now = start };
    for (int i = 0; i < 8; i++) {
        fall.powers[i] = (float)power;
        power *= keep;
    }
    fall.by_eight = (float)power;
    return fall;
}

LANES_INLINE f8 fall_tick(Fall *fall) // the next eight frames
{
    f8 y = fall->now * fall->powers;
    fall->now *= fall->by_eight;
    return y;
}

static f8 sums_before(const Fall *fall, float *all)
{
    f8 sums;
    float sum = 0.0f;
    for (int i = 0; i < 8; i++) {
        sums[i] = sum;
        sum += fall->powers[i];
    }
    *all = sum;
    return sums;
}

static void start_tone(Layer *layer, float hz)
{
    const LayerDesign *design = layer->design;
    layer->phase = 0.0f;
    layer->turns = hz / RATE_HZ;
    layer->sweep = fall_from(layer->turns * design->sweep, design->sweep_s);
    layer->kick = fall_from(layer->turns * design->kick, design->kick_s);
    layer->sweep_sums = sums_before(&layer->sweep, &layer->sweep_sum);
    layer->kick_sums = sums_before(&layer->kick, &layer->kick_sum);
}

static void start_metal(Layer *layer, float tune, uint32_t seed)
{
    f8 turns = f8_set(0.01f), gain = f8_set(0.0f);
    w8 phase = w8_set(0);
    for (int i = 0; i < layer->design->squares; i++) {
        turns[i] = metal_hz[i] * layer->design->hz * tune / RATE_HZ;
        gain[i] = 1.0f / (float)layer->design->squares;
        phase[i] = noise_mix(seed + (uint32_t)i);
    }
    layer->squares = (Osc){ .phase = phase, .left = gain };
    osc_tune(&layer->squares, &turns);
}

static void set_mode(Modes *modes, int index, float hz, float level, float decay_s)
{
    int group = index / 8, lane = index % 8;
    double keep = hz < 21000.0f ? real_exp2(-9.96578428 / ((double)decay_s * RATE_HZ)) : 0.0;
    modes->x[group][lane] = hz < 21000.0f ? level : 0.0f;
    modes->y[group][lane] = 0.0f;
    modes->cosine[group][lane] = (float)(keep * real_cos_turns((double)hz / RATE_HZ));
    modes->sine[group][lane] = (float)(keep * real_sin_turns((double)hz / RATE_HZ));
}

static void start_modes(Layer *layer, float hz)
{
    const LayerDesign *design = layer->design;
    Modes *modes = &layer->modes;
    modes->groups = design->kind == LAYER_PLATE ? PLATE_GROUPS : 1;
    for (int i = 0; i < modes->groups * 8; i++) {
        float ratio, level;
        if (design->kind == LAYER_PLATE) { // no two alike, closer together the higher
            float u = ((float)i + 0.5f + 0.45f * noise_unit(0x51ed27u + (uint32_t)i)) * (1.0f / 32.0f);
            ratio = (float)real_exp2((double)u * 4.2);
            level =
                0.11f * (0.6f + 0.4f * noise_unit(0x9b1u + (uint32_t)i)) * ((i * 7) % 3 == 1 ? -1.0f : 1.0f);
        } else {
            ratio = design->kind == LAYER_SKIN ? skin_ratio[i] : bar_ratio[i];
            level = design->kind == LAYER_SKIN ? skin_level[i] : bar_level[i];
        }
        float shorter = (float)real_exp2(-(double)design->tilt * real_log2((double)ratio));
        set_mode(modes, i, hz * ratio, level, design->decay_s * shorter);
    }
}

static void start_layer(Layer *layer, const LayerDesign *design, const KitKey *key, float touch,
                        uint32_t seed)
{
    float power = (float)real_exp2((double)design->touch * real_log2((double)touch));
    *layer =
        (Layer){ .design = design, .level = design->level * power, .shift = 1, .noise = noise_seed(seed) };
    layer->fall = fall_from(1.0f, design->decay_s);
    layer->rise = design->attack_s > 0.0f ? 8.0f / (design->attack_s * RATE_HZ) : 1.0f;
    layer->burst_left = design->bursts;
    layer->burst_gap = layer->burst_wait = (int)(design->gap_s * RATE_HZ) / 8;
    if (design->bursts > 0) {
        layer->tail = layer->fall;
        layer->fall = fall_from(1.0f, design->burst_s);
    }
    if (design->filter_hz > 0.0f)
        svf_tune(&layer->filter, design->mode, design->filter_hz * key->tune,
                 design->q > 0.0f ? design->q : 0.7f);
    if (design->high_hz > 0.0f)
        svf_tune(&layer->high, SVF_HIGH, design->high_hz * key->tune, 0.7f);
    if (design->kind == LAYER_METAL)
        start_metal(layer, key->tune, seed);
    else if (design->kind == LAYER_SKIN || design->kind == LAYER_BAR || design->kind == LAYER_PLATE)
        start_modes(layer, design->hz * key->tune);
    else
        start_tone(layer, design->hz * key->tune);
}

// ---- how a layer sounds: each makes one block, before its fall

static f8 tone_turns(Layer *layer) // phases of the next eight frames, -0.5 .. 0.5
{
    f8 at = layer->phase + layer->turns * STEPS + layer->sweep.now * layer->sweep_sums +
            layer->kick.now * layer->kick_sums;
    float next = layer->phase + (layer->turns * 8.0f + layer->sweep.now * layer->sweep_sum +
                                 layer->kick.now * layer->kick_sum);
    layer->phase = next - (float)(int)next;
    layer->sweep.now *= layer->sweep.by_eight;
    layer->kick.now *= layer->kick.by_eight;
    return at - f8_from_int(f8_to_int(at + 0.5f));
}

static void run_sine(Layer *layer, float *out)
{
    for (int i = 0; i < BLOCK_FRAMES; i += 8)
        f8_store(out + i, f8_sin_turns(tone_turns(layer)));
}

static void run_steps(Layer *layer, float *out)
{
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8 q = tone_turns(layer), a = f8_abs(q);
        f8 y = f8_sign(f8_min(a, 0.5f - a) * 32.0f, q); // -8 .. 8
        f8_store(out + i, f8_from_int(f8_to_int(y + 8.5f) - 8) * (1.0f / 8.0f));
    }
}

static void run_noise(Layer *layer, float *out)
{
    for (int i = 0; i < BLOCK_FRAMES; i += 8)
        f8_store(out + i, noise_tick(&layer->noise));
}

static void run_shift(Layer *layer, float *out)
{
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        layer->phase += layer->turns;
        if (layer->phase >= 1.0f) {
            layer->phase -= 1.0f;
            uint32_t bit = (layer->shift ^ (layer->shift >> 1)) & 1u;
            layer->shift = (layer->shift >> 1) | (bit << 14);
        }
        out[i] = layer->shift & 1u ? 0.6f : -0.6f;
    }
}

static void run_metal(Layer *layer, float *out)
{
    block_clear(out);
    for (int i = 0; i < layer->design->squares; i++)
        osc_add(&layer->squares, OSC_SQUARE, i, out, NULL);
    osc_move(&layer->squares);
}

// All groups in one loop: their rotations overlap in time, one alone would wait for itself.
LANES_INLINE void ring(Modes *modes, int groups, f8 *rows)
{
    Modes m = *modes;
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        f8 sum = f8_set(0.0f);
        for (int g = 0; g < groups; g++) {
            f8 x = m.cosine[g] * m.x[g] - m.sine[g] * m.y[g];
            m.y[g] = m.sine[g] * m.x[g] + m.cosine[g] * m.y[g];
            m.x[g] = x;
            sum += m.y[g];
        }
        rows[i] = sum;
    }
    *modes = m;
}

// One group alone, as two that are a frame apart.
static void ring_alone(Modes *modes, f8 *rows)
{
    f8 c = modes->cosine[0], s = modes->sine[0], c2 = c * c - s * s, s2 = 2.0f * c * s;
    f8 x = c * modes->x[0] - s * modes->y[0], y = s * modes->x[0] + c * modes->y[0];
    f8 next_x = c * x - s * y, next_y = s * x + c * y, last_x = x, last_y = y;
    for (int i = 0; i < BLOCK_FRAMES; i += 2) {
        rows[i] = y;
        rows[i + 1] = next_y;
        last_x = next_x;
        last_y = next_y;
        f8 turned = c2 * x - s2 * y, next_turned = c2 * next_x - s2 * next_y;
        y = s2 * x + c2 * y;
        next_y = s2 * next_x + c2 * next_y;
        x = turned;
        next_x = next_turned;
    }
    modes->x[0] = last_x;
    modes->y[0] = last_y;
}

static void run_modes(Layer *layer, float *out)
{
    f8 rows[BLOCK_FRAMES];
    if (layer->modes.groups == 1)
        ring_alone(&layer->modes, rows);
    else
        ring(&layer->modes, PLATE_GROUPS, rows);
    fold_run(rows, out, BLOCK_FRAMES);
}

static void make(Layer *layer, float *out)
{
    switch (layer->design->kind) {
    case LAYER_SINE:
        run_sine(layer, out);
        break;
    case LAYER_STEPS:
        run_steps(layer, out);
        break;
    case LAYER_NOISE:
        run_noise(layer, out);
        break;
    case LAYER_SHIFT:
        run_shift(layer, out);
        break;
    case LAYER_METAL:
        run_metal(layer, out);
        break;
    case LAYER_SKIN:
    case LAYER_BAR:
    case LAYER_PLATE:
        run_modes(layer, out);
        break;
    case LAYER_NONE:
        break;
    }
    if (layer->design->filter_hz > 0.0f)
        svf_run(&layer->filter, out, BLOCK_FRAMES);
    if (layer->design->high_hz > 0.0f)
        svf_run(&layer->high, out, BLOCK_FRAMES);
}

static void next_burst(Layer *layer) // called every eight frames
{
    if (layer->burst_left == 0 || --layer->burst_wait > 0)
        return;
    layer->burst_wait = layer->burst_gap;
    if (--layer->burst_left == 0)
        layer->fall = layer->tail;
    else
        layer->fall.now = 1.0f;
}

// The attack, and the last block's way down to nothing.
static f8 edge_gain(Layer *layer, bool last, int i)
{
    f8 gain = f8_set(1.0f);
    if (layer->risen < 1.0f) {
        gain = f8_min(layer->risen + layer->rise * (STEPS * 0.125f), gain);
        layer->risen += layer->rise;
    }
    return last ? gain * (1.0f - (STEPS + (float)i) * (1.0f / BLOCK_FRAMES)) : gain;
}

static void run_layer(Layer *layer, float *out)
{
    float raw[BLOCK_FRAMES];
    bool last = layer->fall.now * layer->level < SILENT && layer->burst_left == 0;
    make(layer, raw);
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8 gain = fall_tick(&layer->fall) * layer->level;
        if (last || layer->risen < 1.0f)
            gain *= edge_gain(layer, last, i);
        f8_store(out + i, f8_load(out + i) + f8_load(raw + i) * gain);
        next_burst(layer);
    }
    if (last)
        layer->design = NULL;
}

// ---- voices

static const KitKey *find_key(const Kit *kit, int key)
{
    const KitKey *lists[2] = { kit->keys, kit->more };
    const KitKey *rim = kit->keys;
    for (int i = 0; i < 2; i++) {
        for (const KitKey *at = lists[i]; at->key != 0; at++) {
            if (at->key == key)
                return at;
            if (at->key == 37)
                rim = at;
        }
    }
    return rim; // never silence
}

static Voice *find_voice(Drums *drums)
{
    Voice *best = &drums->voice[0];
    for (int i = 0; i < VOICES; i++) {
        Voice *voice = &drums->voice[i];
        if (!voice->key)
            return voice;
        if (voice->peak < best->peak)
            best = voice;
    }
    return best;
}

void drums_start(Drums *drums, int note, int key_number, int velocity)
{
    const KitKey *key = find_key(drums->kit, key_number);
    for (int i = 0; i < VOICES; i++)
        if (drums->voice[i].key && key->choke != 0 && drums->voice[i].key->choke == key->choke)
            drums->voice[i].choked = true;

    Voice *voice = find_voice(drums);
    float touch = (float)(velocity > 0 ? velocity : 1) * (1.0f / 127.0f);
    voice->key = key;
    voice->choked = false;
    voice->peak = 1.0f;
    voice->gain = touch * touch;
    voice->drive = key->drum->drive;
    float gain = drums->gain * (float)real_gain((double)(key->drum->gain_db + key->gain_db));
    voice->left = gain * (key->pan > 0.0f ? 1.0f - key->pan : 1.0f);
    voice->right = gain * (key->pan < 0.0f ? 1.0f + key->pan : 1.0f);
    uint32_t seed = noise_mix((uint32_t)note * 131u + (uint32_t)key_number);
    for (int i = 0; i < DRUM_LAYERS; i++) {
        if (key->drum->layer[i].kind == LAYER_NONE)
            voice->layer[i].design = NULL;
        else
            start_layer(&voice->layer[i], &key->drum->layer[i], key, touch, seed + (uint32_t)i * 7919u);
    }
}

static void run_voice(Voice *voice, float *left, float *right)
{
    float mono[BLOCK_FRAMES], peak = 0.0f;
    bool any = false;
    block_clear(mono);
    for (int i = 0; i < DRUM_LAYERS; i++) {
        if (voice->layer[i].design) {
            run_layer(&voice->layer[i], mono);
            any |= voice->layer[i].design != NULL;
        }
    }
    float target = voice->choked ? voice->gain * CHOKED : voice->gain;
    if (voice->choked && target < SILENT)
        target = 0.0f;
    float by = (target - voice->gain) * (1.0f / BLOCK_FRAMES);
    f8 gain = voice->gain + by * STEPS;
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8 y = f8_load(mono + i);
        if (voice->drive > 0.0f)
            y = f8_soft(y * voice->drive);
        y *= gain;
        gain += by * 8.0f;
        f8_store(left + i, f8_load(left + i) + y * voice->left);
        f8_store(right + i, f8_load(right + i) + y * voice->right);
        f8 size = f8_abs(y);
        for (int k = 0; k < 8; k += 4)
            peak = size[k] > peak ? size[k] : peak;
    }
    voice->gain = target;
    voice->peak = peak;
    if (!any || target == 0.0f)
        voice->key = NULL;
}

bool drums_run(Drums *drums, float *left, float *right)
{
    bool any = false;
    block_clear(left);
    block_clear(right);
    for (int i = 0; i < VOICES; i++) {
        if (drums->voice[i].key) {
            any = true;
            run_voice(&drums->voice[i], left, right);
        }
    }
    return any;
}
