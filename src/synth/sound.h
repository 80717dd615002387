// Sound: what an analogue patch is made of, as data. Oscillators go through one filter and one
// amplifier in each voice; all voices together go through the finish. Zero leaves a thing out.
#ifndef SYNTH_SOUND_H
#define SYNTH_SOUND_H

#include <stdbool.h>

#include "dsp/env.h"
#include "dsp/osc.h"
#include "dsp/resonators.h"

enum { SOUND_OSCS = 9 };

typedef struct SoundOsc {
    OscWave wave;
    float level;                // 0..1
    float ratio;                // to the key's frequency; 0 is 1
    float cents;                // detuned by
    float pan;                  // -1..1
    float decay_s, floor;       // the level falls to floor * level within this time; 0 stays
    float width, width_sway;    // pulse: turns high, and how far the slow wave moves it
    float mod_ratio;            // FM: of the modulator to the key's frequency
    float index, touch_index;   // FM: deviation in turns at velocity 0, and what full velocity adds
    float index_s, index_floor; // FM: falls to floor * index within this time
} SoundOsc;

typedef enum SoundFilter {
    FILTER_NONE,
    FILTER_LOW12,
    FILTER_LOW24,
} SoundFilter;

typedef struct SoundFinish { // for all voices together
    float chorus_hz, chorus_s, chorus_delay_s, chorus_mix;
    float tremolo_hz, tremolo;      // swings between the sides; depth 0..1
    float mono_below_hz;            // what lies lower is the same on both sides
    float dry;                      // beside the resonances; they are used when one has a gain
    Resonance peaks[RESONATORS];    //
    Resonance peaks_to[RESONATORS]; // where the resonances wander to and back
    float wander_hz;
    float dust_hz, dust_drive, dust_steps; // low pass, drive into a soft limit, levels up to full scale
} SoundFinish;

typedef struct Sound {
    const char *name;
    float gain_db;
    SoundOsc osc[SOUND_OSCS];
    bool phase_free; // notes begin anywhere in the wave; else at its start
    float drift_cents;

    SoundFilter filter;
    float cutoff_hz;    // at key 60
    float q;            // of the peak; 0 is flat
    float track;        // octaves an octave of the keyboard
    float sweep;        // octaves the tone envelope adds
    float touch;        // octaves between the lowest and the highest velocity
    float accent;       // octaves more from velocity 110 on
    EnvTimes tone, amp; //
    float decay_track;  // octaves shorter an octave up, of the amp's decay
    float drive;        // into a soft limit; 0 is clean

    float vibrato_hz, vibrato_cents, vibrato_delay_s;
    float sway_hz, sway; // slow wave of its own phase in each voice: octaves of the cutoff
    float glide_s;
    float bend, bend_s; // semitones above at the start, and the time to come down
    float scatter;      // voices placed across the sides, 0..1
    bool legato;        // a glide goes on with the voice that sounds
    SoundFinish finish;
} Sound;

extern const Sound sounds[];
extern const int sound_count;

#endif
