#include "synth/analog.h"

#include "dsp/fold.h"
#include "dsp/noise.h"
#include "dsp/real.h"
#include "dsp/svf.h"

enum {
    LANES = 8,
    GROUPS = 4,
    VOICES = LANES * GROUPS,
    ACCENT_VELOCITY = 110,
};

static const float SILENT = 2e-5f;          // -94 dB: a fading voice ends here
static const float HIGHEST_TURNS = 0.23f;   // of an oscillator: its edges need four frames a turn
static const float HIGHEST_START_HZ = 9500; // leaves room for bends and vibrato
static const float HIGHEST_INDEX = 0.49f;   // of FM, in turns
static const float HIGHEST_SIDE_HZ = 20000; // where the side waves of FM may reach

typedef struct Group {
    Osc osc[SOUND_OSCS];
    f8 ratio[SOUND_OSCS], mod_ratio[SOUND_OSCS];
    f8 level[SOUND_OSCS], floor[SOUND_OSCS]; // as the oscillators decay
    f8 index_floor[SOUND_OSCS];
    SvfLanes filter[4];
    SvfSweep sweep[2];
    i8 jump; // lanes whose filter begins at its setting
    Env amp, tone;
    f8 gain;                             // where the amplifier stands
    f8 push, left, right;                // into the soft limit; loudness at the voice's place
    f8 push_from, left_from, right_from; // where they stand: a slide may bring another velocity
    f8 key, glide, glide_by, bend;
    f8 cutoff, k; // octaves above 1 Hz without what moves; 1/Q
    f8 age, sway; // blocks since the start; turn of the slow wave
    int note[LANES], pitch[LANES];
    uint32_t order[LANES]; // of the starts
} Group;

struct Analog {
    const Sound *sound;
    int osc_count;
    bool stereo;
    float keep[SOUND_OSCS], index_keep[SOUND_OSCS], bend_keep;
    uint32_t started;
    Group group[GROUPS];
};

typedef struct Place {
    Group *group;
    int lane;
} Place;

static Place place(Analog *analog, int voice)
{
    return (Place){ &analog->group[voice / LANES], voice % LANES };
}

static bool is_free(Place at)
{
    return at.group->amp.stage[at.lane] == ENV_OFF;
}

void analog_clear(Analog *analog)
{
    memset(analog->group, 0, sizeof analog->group);
    for (int i = 0; i < GROUPS; i++) { // empty lanes compute something harmless
        Group *g = &analog->group[i];
        g->key = f8_set(60.0f);
        g->k = f8_set(1.4f);
        g->cutoff = f8_set(9.0f);
        for (int o = 0; o < SOUND_OSCS; o++) {
            g->ratio[o] = f8_set(1.0f);
            g->osc[o].phase = w8_set(1);
        }
    }
}

Analog *analog_open(Arena *arena, const Sound *sound)
{
    Analog *analog = ARENA_NEW(arena, Analog);
    analog->sound = sound;
    analog->bend_keep = env_keep(sound->bend_s);
    for (int o = 0; o < SOUND_OSCS && sound->osc[o].wave != OSC_NONE; o++) {
        const SoundOsc *osc = &sound->osc[o];
        analog->osc_count = o + 1;
        analog->stereo |= osc->pan != 0.0f;
        analog->keep[o] = osc->decay_s > 0.0f ? env_keep(osc->decay_s) : 1.0f;
        analog->index_keep[o] = osc->index_s > 0.0f ? env_keep(osc->index_s) : 1.0f;
    }
    analog_clear(analog);
    return analog;
}

// The newest voice that sounds `pitch`: the one a slide begins at.
static bool find_pitch(Analog *analog, int pitch, Place *out)
{
    uint32_t newest = 0;
    for (int i = 0; i < VOICES; i++) {
        Place at = place(analog, i);
        if (!is_free(at) && at.group->pitch[at.lane] == pitch && at.group->order[at.lane] > newest) {
            newest = at.group->order[at.lane];
            *out = at;
        }
    }
    return newest > 0;
}

// A free lane; else the quietest of the released; else the oldest.
static Place find_place(Analog *analog)
{
    Place best = place(analog, 0);
    float best_rank = 1e30f;
    for (int i = 0; i < VOICES; i++) {
        Place at = place(analog, i);
        if (is_free(at))
            return at;
        bool released = at.group->amp.stage[at.lane] == ENV_RELEASE;
        float age = (float)(analog->started - at.group->order[at.lane]);
        float rank = released ? at.group->gain[at.lane] * at.group->left[at.lane] : 1e6f - age;
        if (rank < best_rank) {
            best_rank = rank;
            best = at;
        }
    }
    return best;
}

static void start_osc(const Analog *analog, Place at, int o, float touch, uint32_t seed)
{
    const SoundOsc *osc = &analog->sound->osc[o];
    Group *g = at.group;
    float cents = osc->cents + analog->sound->drift_cents * noise_unit(seed + (uint32_t)o);
    double hz = real_key_hz((double)g->key[at.lane]);
    double ratio = (osc->ratio > 0.0f ? (double)osc->ratio : 1.0) * real_exp2((double)cents / 1200.0);
    while (ratio * hz > (double)HIGHEST_START_HZ)
        ratio *= 0.5; // as organs do: the highest ranks fold back an octave

    float side_hz = (float)hz * osc->mod_ratio + 1.0f;
    float most = ((HIGHEST_SIDE_HZ - (float)(ratio * hz)) / side_hz - 1.0f) * (float)(0.5 / REAL_PI);
    float index = osc->index + osc->touch_index * touch * touch;
    index = index < most ? index : most > 0.0f ? most : 0.0f;
    index = index < HIGHEST_INDEX ? index : HIGHEST_INDEX;

    g->ratio[o][at.lane] = (float)ratio;
    g->mod_ratio[o][at.lane] = osc->mod_ratio * (float)real_exp2((double)cents / 1200.0); // stays in step
    g->level[o][at.lane] = osc->level;
    g->floor[o][at.lane] = osc->level * osc->floor;
    g->osc[o].left[at.lane] = osc->pan > 0.0f ? osc->level * (1.0f - osc->pan) : osc->level;
    g->osc[o].right[at.lane] = osc->pan < 0.0f ? osc->level * (1.0f + osc->pan) : osc->level;
    g->osc[o].index[at.lane] = index;
    g->index_floor[o][at.lane] = index * osc->index_floor;
}

// What only a voice from silence needs: where its waves begin, and a filter at rest.
static void start_fresh(const Analog *analog, Place at, uint32_t seed)
{
    Group *g = at.group;
    for (int o = 0; o < analog->osc_count; o++) {
        bool noise = analog->sound->osc[o].wave == OSC_NOISE;
        uint32_t mixed = noise_mix(seed + 977u * (uint32_t)o) | 1;
        g->osc[o].phase[at.lane] = analog->sound->phase_free || noise ? mixed : 0;
        g->osc[o].mod_phase[at.lane] = 0;
    }
    for (int i = 0; i < 4; i++)
        g->filter[i].s1[at.lane] = g->filter[i].s2[at.lane] = 0.0f;
    g->jump[at.lane] = -1;
    g->gain[at.lane] = g->amp.level[at.lane] = g->tone.level[at.lane] = 0.0f;
}

static void start_times(const Analog *analog, Place at)
{
    const Sound *sound = analog->sound;
    EnvTimes amp = sound->amp;
    amp.decay_s *= (float)real_exp2((double)((60.0f - at.group->key[at.lane]) / 12.0f * sound->decay_track));
    env_start(&at.group->amp, at.lane, &amp);
    env_start(&at.group->tone, at.lane, &sound->tone);
}

static void start_tone(const Analog *analog, Place at, int velocity, uint32_t seed)
{
    const Sound *sound = analog->sound;
    Group *g = at.group;
    float touch = (float)velocity * (1.0f / 127.0f);
    float octaves = (g->key[at.lane] - 60.0f) / 12.0f * sound->track + (touch - 0.75f) * sound->touch;
    bool accent = velocity >= ACCENT_VELOCITY && sound->accent > 0.0f;
    float q = sound->q > 0.0f ? sound->q : 0.7071f;
    float side = noise_unit(seed + 77) * sound->scatter;

    g->cutoff[at.lane] =
        (float)real_log2((double)sound->cutoff_hz + 1.0) + octaves + (accent ? sound->accent : 0.0f);
    g->k[at.lane] = 1.0f / (accent ? q * 1.4f : q);
    float push = sound->drive * (0.55f + 0.45f * touch);
    float loudness = touch * touch;
    if (push > 0.0f) // so that a wave of 1 comes out as 1, and drive is timbre alone
        loudness *= (27.0f + 9.0f * push * push) / (push * (27.0f + push * push));
    g->push[at.lane] = push;
    g->left[at.lane] = side > 0.0f ? loudness * (1.0f - side) : loudness;
    g->right[at.lane] = side < 0.0f ? loudness * (1.0f + side) : loudness;
    g->sway[at.lane] = 0.5f * noise_unit(seed + 99);
}

static void start_glide(const Analog *analog, Place at, int from)
{
    Group *g = at.group;
    float blocks = analog->sound->glide_s * ((float)RATE_HZ / BLOCK_FRAMES) + 1.0f;
    g->glide[at.lane] = from > 0 ? (float)from - g->key[at.lane] : 0.0f;
    g->glide_by[at.lane] = (g->glide[at.lane] < 0.0f ? -g->glide[at.lane] : g->glide[at.lane]) / blocks;
}

void analog_start(Analog *analog, int note, int pitch, int velocity, int from)
{
    uint32_t seed = noise_mix((uint32_t)note * 131u + (uint32_t)pitch);
    Place at;
    bool slides = from > 0 && analog->sound->legato && find_pitch(analog, from, &at);
    if (!slides)
        at = find_place(analog);
    bool fresh = is_free(at);
    Group *g = at.group;
    g->note[at.lane] = note;
    g->pitch[at.lane] = pitch;
    g->order[at.lane] = ++analog->started;
    g->key[at.lane] = (float)pitch;
    if (fresh)
        start_fresh(analog, at, seed);
    start_tone(analog, at, velocity, seed);
    if (fresh) {
        g->push_from[at.lane] = g->push[at.lane];
        g->left_from[at.lane] = g->left[at.lane];
        g->right_from[at.lane] = g->right[at.lane];
    }
    start_glide(analog, at, from);
    if (slides) {
        g->amp.stage[at.lane] = ENV_ATTACK; // from where it is; the tone goes on as it was
        return;
    }
    for (int o = 0; o < analog->osc_count; o++)
        start_osc(analog, at, o, (float)velocity * (1.0f / 127.0f), seed);
    start_times(analog, at);
    g->bend[at.lane] = analog->sound->bend;
    g->age[at.lane] = 0.0f;
}

void analog_stop(Analog *analog, int note)
{
    for (int i = 0; i < VOICES; i++) {
        Place at = place(analog, i);
        if (!is_free(at) && at.group->note[at.lane] == note && at.group->amp.stage[at.lane] != ENV_RELEASE) {
            env_stop(&at.group->amp, at.lane);
            env_stop(&at.group->tone, at.lane);
        }
    }
}

// Turns per frame of the key, with all that bends it.
static f8 move_pitch(const Analog *analog, Group *g)
{
    const Sound *s = analog->sound;
    const float block_s = (float)BLOCK_FRAMES / RATE_HZ;
    f8 zero = f8_set(0.0f), one = f8_set(1.0f);
    g->age += 1.0f;
    g->glide = f8_sign(f8_max(f8_abs(g->glide) - g->glide_by, zero), g->glide);
    g->bend *= analog->bend_keep;

    f8 time = g->age * block_s;
    f8 turn = time * s->vibrato_hz + 0.5f;
    f8 swing = f8_sin_turns(turn - f8_from_int(f8_to_int(turn)) - 0.5f);
    f8 fade = f8_min(f8_max((time - s->vibrato_delay_s) * 3.0f, zero), one);
    f8 key = g->key + g->glide + g->bend + swing * fade * (s->vibrato_cents * 0.01f);
    return f8_exp2((key - 69.0f) * (1.0f / 12.0f)) * (440.0f / RATE_HZ);
}

static void move_osc(const Analog *analog, Group *g, int o, f8 turns, f8 swing)
{
    const SoundOsc *sound = &analog->sound->osc[o];
    const float share = 1.0f / BLOCK_FRAMES;
    Osc *osc = &g->osc[o];
    f8 own = f8_min(turns * g->ratio[o], f8_set(HIGHEST_TURNS));
    osc_tune(osc, &own);
    if (sound->wave == OSC_FM)
        osc->mod_step = w8_step(f8_min(turns * g->mod_ratio[o], f8_set(0.45f)));
    osc->width = w8_step(sound->width + sound->width_sway * swing);

    g->level[o] = g->floor[o] + (g->level[o] - g->floor[o]) * analog->keep[o];
    float pan = sound->pan;
    osc->left_by = (g->level[o] * (pan > 0.0f ? 1.0f - pan : 1.0f) - osc->left) * share;
    osc->right_by = (g->level[o] * (pan < 0.0f ? 1.0f + pan : 1.0f) - osc->right) * share;
    f8 index = g->index_floor[o] + (osc->index - g->index_floor[o]) * analog->index_keep[o];
    osc->index_by = (index - osc->index) * share;
}

static void move_filter(const Analog *analog, Group *g, f8 swing)
{
    const Sound *s = analog->sound;
    f8 octaves = g->cutoff + g->tone.level * s->sweep + swing * s->sway;
    f8 turns = f8_min(f8_exp2(octaves) * (1.0f / RATE_HZ), f8_set(0.44f));
    f8 flat = f8_set(s->q > 0.75f ? 1.2f : 1.8478f); // the first of a steep pair; 1.85 and 0.77: Butterworth
    f8 second = s->q > 0.75f ? g->k : f8_set(0.7654f);
    bool steep = s->filter == FILTER_LOW24;
    svf_sweep(&g->sweep[0], &turns, steep ? &flat : &g->k, &g->jump);
    if (steep)
        svf_sweep(&g->sweep[1], &turns, &second, &g->jump);
}

static void filter_group(const Analog *analog, Group *g, f8 *left, f8 *right)
{
    switch (analog->sound->filter) {
    case FILTER_NONE:
        break;
    case FILTER_LOW24:
        svf_run_steep(g->filter, g->sweep, left, right);
        break;
    case FILTER_LOW12:
        svf_run_lanes(g->filter, SVF_LOW, g->sweep, left, right);
        break;
    }
}

// The amplifier, the soft limit and the places: adds a group's block to the sum of all.
static void amplify(const Analog *analog, Group *g, const f8 *left, const f8 *right, f8 *sum_left,
                    f8 *sum_right)
{
    const float share = 1.0f / BLOCK_FRAMES;
    bool drive = analog->sound->drive > 0.0f, stereo = left != right;
    f8 gain = g->gain, by = (g->amp.level - gain) * share;
    f8 push = g->push_from, push_by = (g->push - push) * share;
    f8 to_left = g->left_from, left_by = (g->left - to_left) * share;
    f8 to_right = g->right_from, right_by = (g->right - to_right) * share;
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        f8 l = left[i] * gain, r = right[i] * gain;
        if (drive) {
            l = f8_soft(l * push);
            r = stereo ? f8_soft(r * push) : l;
        }
        sum_left[i] += l * to_left;
        sum_right[i] += r * to_right;
        gain += by;
        push += push_by;
        to_left += left_by;
        to_right += right_by;
    }
    g->gain = g->amp.level;
    g->push_from = g->push;
    g->left_from = g->left;
    g->right_from = g->right;
}

static void end_silent(Group *g)
{
    i8 fading = (g->amp.stage == ENV_RELEASE) | ((g->amp.stage == ENV_DECAY) & (g->amp.sustain == 0.0f));
    i8 over = fading & (g->gain < SILENT);
    g->amp.stage &= ~over;
    g->tone.stage &= ~over;
    g->gain = f8_pick(over, f8_set(0.0f), g->gain);
    g->amp.level = f8_pick(over, f8_set(0.0f), g->amp.level);
}

static void run_group(const Analog *analog, Group *g, f8 *sum_left, f8 *sum_right)
{
    f8 buffer_left[BLOCK_FRAMES], buffer_right[BLOCK_FRAMES];
    f8 *right = analog->stereo ? buffer_right : NULL;
    memset(buffer_left, 0, sizeof buffer_left);
    if (right)
        memset(buffer_right, 0, sizeof buffer_right);

    env_tick(&g->amp);
    env_tick(&g->tone);
    f8 turns = move_pitch(analog, g);
    g->sway += analog->sound->sway_hz * BLOCK_FRAMES / RATE_HZ;
    g->sway -= f8_from_int(f8_to_int(g->sway + 0.5f));
    f8 swing = f8_sin_turns(g->sway);
    for (int o = 0; o < analog->osc_count; o++) {
        move_osc(analog, g, o, turns, swing);
        if (right)
            osc_run(&g->osc[o], analog->sound->osc[o].wave, buffer_left, right);
        else
            osc_run_mono(&g->osc[o], analog->sound->osc[o].wave, buffer_left);
    }
    move_filter(analog, g, swing);
    filter_group(analog, g, buffer_left, right);
    g->jump = (i8)w8_set(0);
    amplify(analog, g, buffer_left, right ? right : buffer_left, sum_left, sum_right);
    end_silent(g);
}

static bool group_sounds(const Group *g)
{
    int any = 0;
    for (int i = 0; i < LANES; i++)
        any |= g->amp.stage[i];
    return any != 0;
}

bool analog_run(Analog *analog, float *left, float *right)
{
    f8 sum_left[BLOCK_FRAMES], sum_right[BLOCK_FRAMES];
    bool any = false;
    for (int i = 0; i < GROUPS; i++) {
        if (!group_sounds(&analog->group[i]))
            continue;
        if (!any) {
            memset(sum_left, 0, sizeof sum_left);
            memset(sum_right, 0, sizeof sum_right);
        }
        any = true;
        run_group(analog, &analog->group[i], sum_left, sum_right);
    }
    if (any) {
        fold_run(sum_left, left, BLOCK_FRAMES);
        fold_run(sum_right, right, BLOCK_FRAMES);
    } else {
        memset(left, 0, BLOCK_FRAMES * sizeof *left);
        memset(right, 0, BLOCK_FRAMES * sizeof *right);
    }
    return any;
}
