#include "synth/zone.h"

#include "dsp/real.h"

#include <assert.h>

enum {
    MODS_MAX = 64, // of one zone and level; further ones are left out
    ZONES_MAX = 4096,
    SOURCE_NONE = 0,
    SOURCE_VELOCITY = 2,
    SOURCE_KEY = 3,
    SOURCE_WHEEL = 14,
    SOURCE_WHEEL_RANGE = 16,
    SOURCE_CONTROLLER = 0x80,
    SOURCE_FALLS = 0x100,   // from 1 to 0 as the source rises
    SOURCE_BIPOLAR = 0x200, // -1 .. 1
    SHAPE_LINEAR = 0,
    SHAPE_CONCAVE = 1,
    SHAPE_CONVEX = 2,
    SHAPE_SWITCH = 3,
    TRANSFORM_ABSOLUTE = 2,
};

typedef struct Limits {
    int16_t low, high, start;
} Limits;

#define LIMITS_TIME(high)                                                                                    \
    {                                                                                                        \
        -12000, high, -12000                                                                                 \
    }
#define LIMITS_PITCH                                                                                         \
    {                                                                                                        \
        -12000, 12000, 0                                                                                     \
    }
#define LIMITS_OFFSET                                                                                        \
    {                                                                                                        \
        -32768, 32767, 0                                                                                     \
    }
#define LIMITS_ENV(at)                                                                                       \
    [(at) + ENV_DELAY] = LIMITS_TIME(5000), [(at) + ENV_ATTACK] = LIMITS_TIME(8000),                         \
            [(at) + ENV_HOLD] = LIMITS_TIME(5000), [(at) + ENV_DECAY] = LIMITS_TIME(8000),                   \
            [(at) + ENV_SUSTAIN] = { 0, 1440, 0 }, [(at) + ENV_RELEASE] = LIMITS_TIME(8000),                 \
            [(at) + ENV_KEY_HOLD] = { -1200, 1200, 0 }, [(at) + ENV_KEY_DECAY] = { -1200, 1200, 0 }

static const Limits limits[GEN_COUNT] = {
    [GEN_START] = LIMITS_OFFSET,
    [GEN_END] = LIMITS_OFFSET,
    [GEN_LOOP_START] = LIMITS_OFFSET,
    [GEN_LOOP_END] = LIMITS_OFFSET,
    [GEN_START_COARSE] = LIMITS_OFFSET,
    [GEN_MOD_LFO_PITCH] = LIMITS_PITCH,
    [GEN_VIBRATO_PITCH] = LIMITS_PITCH,
    [GEN_MOD_ENV_PITCH] = LIMITS_PITCH,
    [GEN_FILTER_CENTS] = { 1500, 13500, 13500 },
    [GEN_FILTER_Q] = { 0, 960, 0 },
    [GEN_MOD_LFO_FILTER] = LIMITS_PITCH,
    [GEN_MOD_ENV_FILTER] = LIMITS_PITCH,
    [GEN_END_COARSE] = LIMITS_OFFSET,
    [GEN_MOD_LFO_VOLUME] = { -960, 960, 0 },
    [GEN_PAN] = { -500, 500, 0 },
    [GEN_MOD_LFO_DELAY] = LIMITS_TIME(5000),
    [GEN_MOD_LFO_CENTS] = { -16000, 4500, 0 },
    [GEN_VIBRATO_DELAY] = LIMITS_TIME(5000),
    [GEN_VIBRATO_CENTS] = { -16000, 4500, 0 },
    LIMITS_ENV(GEN_MOD_ENV),
    LIMITS_ENV(GEN_VOLUME_ENV),
    [GEN_LOOP_START_COARSE] = LIMITS_OFFSET,
    [GEN_KEY] = { -1, 127, -1 },
    [GEN_VELOCITY] = { -1, 127, -1 },
    [GEN_ATTENUATION] = { -40, 1440, 0 }, // players at rest keep so much in hand
    [GEN_LOOP_END_COARSE] = LIMITS_OFFSET,
    [GEN_COARSE_TUNE] = { -120, 120, 0 },
    [GEN_FINE_TUNE] = { -9900, 9900, 0 },
    [GEN_LOOP_MODE] = { 0, 3, 0 },
    [GEN_SCALE] = { 0, 1200, 100 },
    [GEN_EXCLUSIVE] = { 0, 127, 0 },
    [GEN_ROOT] = { -1, 127, -1 },
};

// A preset may not say these: they belong to the sample or are no amounts.
static bool instrument_only(int gen)
{
    switch (gen) {
    case GEN_START:
    case GEN_END:
    case GEN_LOOP_START:
    case GEN_LOOP_END:
    case GEN_START_COARSE:
    case GEN_END_COARSE:
    case GEN_INSTRUMENT:
    case GEN_KEYS:
    case GEN_VELOCITIES:
    case GEN_LOOP_START_COARSE:
    case GEN_KEY:
    case GEN_VELOCITY:
    case GEN_LOOP_END_COARSE:
    case GEN_SAMPLE:
    case GEN_LOOP_MODE:
    case GEN_EXCLUSIVE:
    case GEN_ROOT:
        return true;
    default:
        return false;
    }
}

// The list of a preset's zones.

typedef struct Range {
    int low, high;
} Range;

static Range range_of(const Sf2Level *level, int global, int bag, int gen)
{
    int amount;
    if (sf2_find_gen(level, bag, gen, &amount) || (global >= 0 && sf2_find_gen(level, global, gen, &amount)))
        return (Range){ amount & 0xff, amount >> 8 };
    return (Range){ 0, 127 };
}

static Range range_both(Range a, Range b)
{
    return (Range){ a.low > b.low ? a.low : b.low, a.high < b.high ? a.high : b.high };
}

// A first bag that leads nowhere holds what is true for all others.
static int global_bag(const Sf2Level *level, int head, int link)
{
    int first = sf2_first_bag(level, head), amount;
    bool leads = first == sf2_first_bag(level, head + 1) || sf2_find_gen(level, first, link, &amount);
    return leads ? -1 : first;
}

static bool zone_of(const SoundFont *font, Zone *zone)
{
    const Sf2Level *presets = &font->presets, *instruments = &font->instruments;
    if (!sf2_find_gen(instruments, zone->instrument_bag, GEN_SAMPLE, &zone->sample) ||
        font->samples[zone->sample].rate_hz == 0)
        return false;

    Range keys = range_both(range_of(presets, zone->preset_global, zone->preset_bag, GEN_KEYS),
                            range_of(instruments, zone->instrument_global, zone->instrument_bag, GEN_KEYS));
    Range velocities =
        range_both(range_of(presets, zone->preset_global, zone->preset_bag, GEN_VELOCITIES),
                   range_of(instruments, zone->instrument_global, zone->instrument_bag, GEN_VELOCITIES));
    zone->key_low = (uint8_t)keys.low;
    zone->key_high = (uint8_t)keys.high;
    zone->velocity_low = (uint8_t)velocities.low;
    zone->velocity_high = (uint8_t)velocities.high;
    return keys.low <= keys.high && velocities.low <= velocities.high;
}

static int add_instrument(const SoundFont *font, Zone zone, int instrument, Zone *list, int count)
{
    const Sf2Level *level = &font->instruments;
    zone.instrument_global = global_bag(level, instrument, GEN_SAMPLE);
    int end = sf2_first_bag(level, instrument + 1);
    for (zone.instrument_bag = sf2_first_bag(level, instrument); zone.instrument_bag < end;
         zone.instrument_bag++)
        if (count < ZONES_MAX && zone_of(font, &zone)) {
            if (list)
                list[count] = zone;
            count++;
        }
    return count;
}

// Writes the zones to `list` unless it is NULL, and returns how many there are.
static int collect(const SoundFont *font, int preset, Zone *list)
{
    const Sf2Level *level = &font->presets;
    Zone zone = { .preset_global = global_bag(level, preset, GEN_INSTRUMENT) };
    int count = 0, instrument;
    int end = sf2_first_bag(level, preset + 1);
    for (zone.preset_bag = sf2_first_bag(level, preset); zone.preset_bag < end; zone.preset_bag++)
        if (sf2_find_gen(level, zone.preset_bag, GEN_INSTRUMENT, &instrument))
            count = add_instrument(font, zone, instrument, list, count);
    return count;
}

Zones zone_list(Arena *arena, const SoundFont *font, int preset)
{
    Zones zones = { 0 };
    if (preset < 0)
        return zones;
    zones.count = collect(font, preset, NULL);
    zones.list = ARENA_ARRAY(arena, Zone, (size_t)zones.count);
    collect(font, preset, zones.list);
    return zones;
}

bool zone_takes(const Zone *zone, int key, int velocity)
{
    return key >= zone->key_low && key <= zone->key_high && velocity >= zone->velocity_low &&
           velocity <= zone->velocity_high;
}

// Modulators: what velocity and key do to the generators of one note.

typedef struct Mod {
    int source, gen, amount, amount_source, transform;
} Mod;

typedef struct Mods {
    Mod list[MODS_MAX];
    int count;
} Mods;

static const Mod velocity_to_attenuation = { SHAPE_CONCAVE << 10 | SOURCE_FALLS | SOURCE_VELOCITY,
                                             GEN_ATTENUATION, 960, SOURCE_NONE, 0 };

static void put_mod(Mods *mods, Mod mod)
{
    int at = 0;
    while (at < mods->count && (mods->list[at].source != mod.source || mods->list[at].gen != mod.gen ||
                                mods->list[at].amount_source != mod.amount_source))
        at++;
    if (at == MODS_MAX)
        return;
    mods->list[at] = mod;
    if (at == mods->count)
        mods->count++;
}

static void put_bag(Mods *mods, const Sf2Level *level, int bag)
{
    if (bag < 0)
        return;
    int end = sf2_first_mod(level, bag + 1);
    for (int i = sf2_first_mod(level, bag); i < end; i++) {
        const unsigned char *at = sf2_mod(level, i);
        put_mod(mods,
                (Mod){ sf2_u16(at), sf2_u16(at + 2), sf2_i16(at + 4), sf2_u16(at + 6), sf2_u16(at + 8) });
    }
}

// Where a source stands, 0..1. Controllers rest: volume and expression open, balance and pan centred.
static double source_rest(int source, int key, int velocity)
{
    int number = source & 0x7f;
    if (source & SOURCE_CONTROLLER)
        return number == 7 || number == 11 ? 1.0 : number == 8 || number == 10 ? 0.5 : 0.0;
    switch (number) {
    case SOURCE_VELOCITY:
        return velocity / 127.0;
    case SOURCE_KEY:
        return key / 127.0;
    case SOURCE_WHEEL:
        return 0.5;
    case SOURCE_WHEEL_RANGE:
        return 2.0 / 127.0;
    default:
        return 0.0;
    }
}

// 0..1 to 0..1, both ends kept, as if heard in decibels: the last quarter of `x` does most.
static double concave(double x)
{
    if (x >= 1.0)
        return 1.0;
    double y = -(40.0 / 96.0) * 0.30102999566398119521 * real_log2(1.0 - x);
    return y < 1.0 ? y : 1.0;
}

static double shaped(int shape, double x)
{
    switch (shape) {
    case SHAPE_CONCAVE:
        return concave(x);
    case SHAPE_CONVEX:
        return 1.0 - concave(1.0 - x);
    case SHAPE_SWITCH:
        return x >= 0.5 ? 1.0 : 0.0;
    default:
        return x;
    }
}

static double source_value(int source, int key, int velocity)
{
    double x = source_rest(source, key, velocity);
    int shape = source >> 10;
    if (source & SOURCE_FALLS)
        x = 1.0 - x;
    if (!(source & SOURCE_BIPOLAR))
        return shaped(shape, x);
    if (shape == SHAPE_SWITCH)
        return x >= 0.5 ? 1.0 : -1.0;
    return x >= 0.5 ? shaped(shape, 2.0 * x - 1.0) : -shaped(shape, 1.0 - 2.0 * x);
}

static void add_mods(const Mods *mods, int key, int velocity, float *value)
{
    for (int i = 0; i < mods->count; i++) {
        const Mod *mod = &mods->list[i];
        if (mod->gen >= GEN_COUNT || mod->source == SOURCE_NONE || mod->amount == 0)
            continue;
        double amount = mod->amount * source_value(mod->source, key, velocity);
        if (mod->amount_source != SOURCE_NONE)
            amount *= source_value(mod->amount_source, key, velocity);
        if (mod->transform == TRANSFORM_ABSOLUTE && amount < 0.0)
            amount = -amount;
        value[mod->gen] += (float)amount;
    }
}

// Generators.

static void replace_gens(const Sf2Level *level, int bag, int *value)
{
    if (bag < 0)
        return;
    int end = sf2_first_gen(level, bag + 1);
    for (int i = sf2_first_gen(level, bag); i < end; i++) {
        const unsigned char *gen = sf2_gen(level, i);
        int number = sf2_u16(gen);
        if (number < GEN_COUNT)
            value[number] = sf2_i16(gen + 2);
    }
}

static void sum_gens(const SoundFont *font, const Zone *zone, int *sum)
{
    int added[GEN_COUNT] = { 0 };
    for (int i = 0; i < GEN_COUNT; i++)
        sum[i] = limits[i].start;
    replace_gens(&font->instruments, zone->instrument_global, sum);
    replace_gens(&font->instruments, zone->instrument_bag, sum);
    replace_gens(&font->presets, zone->preset_global, added);
    replace_gens(&font->presets, zone->preset_bag, added);
    for (int i = 0; i < GEN_COUNT; i++)
        if (!instrument_only(i))
            sum[i] += added[i];
}

void zone_tune(const SoundFont *font, const Zone *zone, int key, int velocity, Tuning *out)
{
    int sum[GEN_COUNT];
    sum_gens(font, zone, sum);
    key = sum[GEN_KEY] >= 0 && sum[GEN_KEY] <= 127 ? sum[GEN_KEY] : key;
    velocity = sum[GEN_VELOCITY] >= 1 && sum[GEN_VELOCITY] <= 127 ? sum[GEN_VELOCITY] : velocity;
    for (int i = 0; i < GEN_COUNT; i++)
        out->value[i] = (float)sum[i];
    out->value[GEN_ATTENUATION] *= 0.4f;
    out->key = key;

    Mods instrument = { .count = 0 }, preset = { .count = 0 };
    put_mod(&instrument, velocity_to_attenuation);
    put_bag(&instrument, &font->instruments, zone->instrument_global);
    put_bag(&instrument, &font->instruments, zone->instrument_bag);
    put_bag(&preset, &font->presets, zone->preset_global);
    put_bag(&preset, &font->presets, zone->preset_bag);
    add_mods(&instrument, key, velocity, out->value);
    add_mods(&preset, key, velocity, out->value);

    for (int i = 0; i < GEN_COUNT; i++) {
        float *value = &out->value[i];
        *value = *value < limits[i].low ? limits[i].low : *value > limits[i].high ? limits[i].high : *value;
    }
}
