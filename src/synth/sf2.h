// The lists of an SF2 file, for the files that play one. soundfont.c has checked them: indices are
// in order and in range, the last record of each list only ends it, and samples lie inside the file.
//
//     program ──> preset ──bags──> instrument ──bags──> sample
//
// Presets and instruments are alike: a head names its first bag, and the next head ends them; a bag
// names its first generator and modulator, and the next bag ends them.
#ifndef SYNTH_SF2_H
#define SYNTH_SF2_H

#include "synth/soundfont.h"

enum { PROGRAM_COUNT = 128 };

typedef struct Sf2List {
    const unsigned char *data;
    int count; // records
} Sf2List;

typedef struct Sf2Level {
    Sf2List heads, bags, mods, gens;
    int head_bytes, bag_at; // size of a head, and where in it the first bag stands
} Sf2Level;

typedef struct Sf2Sample {
    uint32_t start, end;           // frames of `pcm`; end is one past the last
    uint32_t loop_start, loop_end; // as in the file: not checked, for generators may move them
    int rate_hz;                   // 0 = cannot be played
    int root;                      // MIDI key
    int correction;                // cents
} Sf2Sample;

struct SoundFont {
    const unsigned char *pcm; // 16-bit little-endian frames, at any address
    uint32_t frames;
    Sf2Level presets, instruments;
    Sf2Sample *samples;
    int sample_count;
    int programs[PROGRAM_COUNT], kits[PROGRAM_COUNT]; // index of the preset, -1 = none
};

enum { BAG_BYTES = 4, MOD_BYTES = 10, GEN_BYTES = 4, SAMPLE_BYTES = 46 };

// Generators, by their numbers in the file.
enum {
    GEN_START = 0,
    GEN_END = 1,
    GEN_LOOP_START = 2,
    GEN_LOOP_END = 3,
    GEN_START_COARSE = 4, // of 32768 frames, as the other coarse ones
    GEN_MOD_LFO_PITCH = 5,
    GEN_VIBRATO_PITCH = 6,
    GEN_MOD_ENV_PITCH = 7,
    GEN_FILTER_CENTS = 8,
    GEN_FILTER_Q = 9,
    GEN_MOD_LFO_FILTER = 10,
    GEN_MOD_ENV_FILTER = 11,
    GEN_END_COARSE = 12,
    GEN_MOD_LFO_VOLUME = 13,
    GEN_PAN = 17,
    GEN_MOD_LFO_DELAY = 21,
    GEN_MOD_LFO_CENTS = 22,
    GEN_VIBRATO_DELAY = 23,
    GEN_VIBRATO_CENTS = 24,
    GEN_MOD_ENV = 25, // delay, attack, hold, decay, sustain, release, then the key's pull on hold and decay
    GEN_VOLUME_ENV = 33, // likewise
    GEN_INSTRUMENT = 41,
    GEN_KEYS = 43,
    GEN_VELOCITIES = 44,
    GEN_LOOP_START_COARSE = 45,
    GEN_KEY = 46,
    GEN_VELOCITY = 47,
    GEN_ATTENUATION = 48,
    GEN_LOOP_END_COARSE = 50,
    GEN_COARSE_TUNE = 51,
    GEN_FINE_TUNE = 52,
    GEN_SAMPLE = 53,
    GEN_LOOP_MODE = 54,
    GEN_SCALE = 56,
    GEN_EXCLUSIVE = 57,
    GEN_ROOT = 58,
    GEN_COUNT = 61,
};

// The six stages of an envelope from its first generator on.
enum { ENV_DELAY, ENV_ATTACK, ENV_HOLD, ENV_DECAY, ENV_SUSTAIN, ENV_RELEASE, ENV_KEY_HOLD, ENV_KEY_DECAY };

static inline int sf2_u16(const unsigned char *at)
{
    return at[0] | at[1] << 8;
}

static inline int sf2_i16(const unsigned char *at)
{
    return (int16_t)sf2_u16(at);
}

static inline uint32_t sf2_u32(const unsigned char *at)
{
    return (uint32_t)sf2_u16(at) | (uint32_t)sf2_u16(at + 2) << 16;
}

static inline int sf2_first_bag(const Sf2Level *level, int head)
{
    return sf2_u16(level->heads.data + (ptrdiff_t)head * level->head_bytes + level->bag_at);
}

static inline int sf2_first_gen(const Sf2Level *level, int bag)
{
    return sf2_u16(level->bags.data + (ptrdiff_t)bag * BAG_BYTES);
}

static inline int sf2_first_mod(const Sf2Level *level, int bag)
{
    return sf2_u16(level->bags.data + (ptrdiff_t)bag * BAG_BYTES + 2);
}

static inline const unsigned char *sf2_gen(const Sf2Level *level, int gen)
{
    return level->gens.data + (ptrdiff_t)gen * GEN_BYTES;
}

static inline const unsigned char *sf2_mod(const Sf2Level *level, int mod)
{
    return level->mods.data + (ptrdiff_t)mod * MOD_BYTES;
}

// The amount of a bag's generator `number` as unsigned; false when the bag has none.
bool sf2_find_gen(const Sf2Level *level, int bag, int number, int *amount);

// The preset for a program or kit, or what General MIDI players put in its place; -1 = nothing.
int sf2_find_preset(const SoundFont *font, int program, bool kit);

#endif
