#include "synth/analog.h"

#include "dsp/block.h"
#include "dsp/noise.h"
#include "dsp/real.h"
#include "synth/analog_group.h"

enum {
    GROUPS = 4,
    VOICES = ANALOG_LANES * GROUPS,
    ACCENT_VELOCITY = 110,
};

static const float HIGHEST_START_HZ = 9500; // leaves room for bends and vibrato
static const float HIGHEST_INDEX = 0.49f;   // of FM, in turns
static const float HIGHEST_SIDE_HZ = 20000; // where the side waves of FM may reach

struct Analog {
    AnalogDesign design;
    uint32_t started;
    AnalogGroup group[GROUPS];
};

typedef struct Place {
    AnalogGroup *group;
    int lane;
} Place;

static Place place(Analog *analog, int voice)
{
    return (Place){ &analog->group[voice / ANALOG_LANES], voice % ANALOG_LANES };
}

static bool is_free(Place at)
{
    return at.group->amp.stage[at.lane] == ENV_OFF;
}

void analog_clear(Analog *analog)
{
    memset(analog->group, 0, sizeof analog->group);
    for (int i = 0; i < GROUPS; i++) { // empty lanes compute something harmless
        AnalogGroup *g = &analog->group[i];
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
    analog->design.sound = sound;
    analog->design.bend_keep = env_keep(sound->bend_s);
    for (int o = 0; o < SOUND_OSCS && sound->osc[o].wave != OSC_NONE; o++) {
        const SoundOsc *osc = &sound->osc[o];
        analog->design.osc_count = o + 1;
        analog->design.stereo |= osc->pan != 0.0f;
        analog->design.keep[o] = osc->decay_s > 0.0f ? env_keep(osc->decay_s) : 1.0f;
        analog->design.index_keep[o] = osc->index_s > 0.0f ? env_keep(osc->index_s) : 1.0f;
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
    const SoundOsc *osc = &analog->design.sound->osc[o];
    AnalogGroup *g = at.group;
    float cents = osc->cents + analog->design.sound->drift_cents * noise_unit(seed + (uint32_t)o);
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
    AnalogGroup *g = at.group;
    for (int o = 0; o < analog->design.osc_count; o++) {
        bool noise = analog->design.sound->osc[o].wave == OSC_NOISE;
        uint32_t mixed = noise_mix(seed + 977u * (uint32_t)o) | 1;
        g->osc[o].phase[at.lane] = analog->design.sound->phase_free || noise ? mixed : 0;
        g->osc[o].mod_phase[at.lane] = 0;
    }
    for (int i = 0; i < 4; i++)
        g->filter[i].s1[at.lane] = g->filter[i].s2[at.lane] = 0.0f;
    g->jump[at.lane] = -1;
    g->gain[at.lane] = g->amp.level[at.lane] = g->tone.level[at.lane] = 0.0f;
}

static void start_times(const Analog *analog, Place at)
{
    const Sound *sound = analog->design.sound;
    EnvTimes amp = sound->amp;
    amp.decay_s *= (float)real_exp2((double)((60.0f - at.group->key[at.lane]) / 12.0f * sound->decay_track));
    env_start(&at.group->amp, at.lane, &amp);
    env_start(&at.group->tone, at.lane, &sound->tone);
}

static void start_tone(const Analog *analog, Place at, int velocity, uint32_t seed)
{
    const Sound *sound = analog->design.sound;
    AnalogGroup *g = at.group;
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
    AnalogGroup *g = at.group;
    float blocks = analog->design.sound->glide_s * ((float)RATE_HZ / BLOCK_FRAMES) + 1.0f;
    g->glide[at.lane] = from > 0 ? (float)from - g->key[at.lane] : 0.0f;
    g->glide_by[at.lane] = (g->glide[at.lane] < 0.0f ? -g->glide[at.lane] : g->glide[at.lane]) / blocks;
}

void analog_start(Analog *analog, int note, int pitch, int velocity, int from)
{
    uint32_t seed = noise_mix((uint32_t)note * 131u + (uint32_t)pitch);
    Place at;
    bool slides = from > 0 && analog->design.sound->legato && find_pitch(analog, from, &at);
    if (!slides)
        at = find_place(analog);
    bool fresh = is_free(at);
    AnalogGroup *g = at.group;
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
    for (int o = 0; o < analog->design.osc_count; o++)
        start_osc(analog, at, o, (float)velocity * (1.0f / 127.0f), seed);
    start_times(analog, at);
    g->bend[at.lane] = analog->design.sound->bend;
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

bool analog_run(Analog *analog, float *left, float *right)
{
    bool any = false;
    block_clear(left);
    block_clear(right);
    for (int i = 0; i < GROUPS; i++)
        any |= analog_group_run(&analog->group[i], &analog->design, left, right);
    return any;
}
