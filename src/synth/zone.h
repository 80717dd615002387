// Zones: where a preset's notes find their samples, and how each is to be played.
//
//     preset ──zone_list──> zones ──key and velocity──> zone_tune ──> Tuning ──> a voice
//
// The instrument's generators begin at the standard's values and are replaced by the global and then
// the local bag; the preset's are added. Modulators are worked out once, when the note begins, with
// all controllers at rest. Where the standard and FluidSynth differ, FluidSynth is followed, since
// that is what fonts are made by: attenuation counts four tenths, and velocity leaves the filter alone.
#ifndef SYNTH_ZONE_H
#define SYNTH_ZONE_H

#include "synth/sf2.h"

typedef struct Zone {
    uint8_t key_low, key_high, velocity_low, velocity_high;
    int sample;
    int preset_global, preset_bag, instrument_global, instrument_bag; // -1 = none
} Zone;

typedef struct Zones {
    Zone *list;
    int count;
} Zones;

// Zones of the preset with samples that can be played; `preset` -1 has none.
Zones zone_list(Arena *arena, const SoundFont *font, int preset);

bool zone_takes(const Zone *zone, int key, int velocity);

// Generators by number in the file's units (cents, timecents, centibels), within the standard's limits.
// Attenuation has its four tenths applied.
typedef struct Tuning {
    float value[GEN_COUNT];
    int key; // as played, or what the zone makes of it
} Tuning;

void zone_tune(const SoundFont *font, const Zone *zone, int key, int velocity, Tuning *out);

#endif
