// Group: eight voices of an analogue patch. What moves slowly is reckoned for all eight at once,
// once a block; oscillators and amplifier run for the voices that sound, eight frames at a time;
// the filter, where each frame waits for the last, runs all voices side by side.
#ifndef SYNTH_ANALOG_GROUP_H
#define SYNTH_ANALOG_GROUP_H

#include "dsp/svf.h"
#include "synth/sound.h"

enum { ANALOG_LANES = 8 };

typedef struct AnalogDesign { // the sound, and what follows from it
    const Sound *sound;
    int osc_count;
    bool stereo;
    float keep[SOUND_OSCS], index_keep[SOUND_OSCS], bend_keep;
} AnalogDesign;

typedef struct AnalogGroup {
    Osc osc[SOUND_OSCS];
    f8 ratio[SOUND_OSCS], mod_ratio[SOUND_OSCS];
    f8 level[SOUND_OSCS], floor[SOUND_OSCS]; // as the oscillators decay
    f8 index_floor[SOUND_OSCS];
    SvfLanes filter[4]; // left and right of the first, then of the second
    SvfSweep sweep[2];
    i8 jump; // lanes whose filter begins at its setting
    Env amp, tone;
    f8 gain;                             // where the amplifier stands
    f8 push, left, right;                // into the soft limit; loudness at the voice's place
    f8 push_from, left_from, right_from; // where they stand: a slide may bring another velocity
    f8 key, glide, glide_by, bend;
    f8 cutoff, k; // octaves above 1 Hz without what moves; 1/Q
    f8 age, sway; // blocks since the start; turn of the slow wave
    int note[ANALOG_LANES], pitch[ANALOG_LANES];
    uint32_t order[ANALOG_LANES]; // of the starts
} AnalogGroup;

// Adds one block; false: no voice sounds.
bool analog_group_run(AnalogGroup *group, const AnalogDesign *design, float *left, float *right);

#endif
