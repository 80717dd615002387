// Envelopes of eight lanes, moved once a block; in between their user draws lines.
//
//     attack ──> decay towards sustain ──> release
//     (a line)   (exponential)             (exponential)
//
// Times: attack is the whole rise; decay and release are the time to fall by 60 dB of the way,
// which is about when the ear calls it over.
#ifndef DSP_ENV_H
#define DSP_ENV_H

#include "dsp/curves.h"
#include "dsp/dsp.h"

typedef enum EnvStage {
    ENV_OFF,
    ENV_ATTACK,
    ENV_DECAY,
    ENV_RELEASE,
} EnvStage;

typedef struct Env {
    f8 level; // 0..1
    i8 stage;
    f8 rise;    // of the attack, each block
    f8 keep;    // of the way to the sustain level, each block
    f8 sustain; // 0..1
    f8 fade;    // kept in the release each block
} Env;

typedef struct EnvTimes {
    float attack_s, decay_s, sustain, release_s; // sustain 0..1
} EnvTimes;

float env_keep(float seconds); // share kept each block of what falls by 60 dB in `seconds`; 0 at once

void env_start(Env *env, int lane, const EnvTimes *times); // from the level where the lane is
void env_stop(Env *env, int lane);
void env_tick(Env *env); // one block further

#endif
