// One sounding zone of one note: a sample, two envelopes, two slow oscillators and a low pass.
//
//     delay ──> attack ──> hold ──> decay to the sustain level ──key released──> release ──> over
//
// The volume envelope rises in amplitude and falls in decibels; the other one (on pitch and cutoff)
// falls in a straight line. Everything slow is worked out once a block, and gains move linearly in it.
#ifndef SYNTH_SAMPLER_VOICE_H
#define SYNTH_SAMPLER_VOICE_H

#include "synth/sampler_kernel.h"
#include "synth/zone.h"

typedef enum Stage { STAGE_DELAY, STAGE_ATTACK, STAGE_HOLD, STAGE_DECAY, STAGE_RELEASE } Stage;

typedef struct Envelope {
    Stage stage;
    int delay, hold;     // blocks left
    float level;         // 0..1
    float rise;          // a block, in the attack; 1 and more = at once
    float fall, release; // factor (volume) or difference (the other) a block
    float sustain;
} Envelope;

typedef struct SlowWave { // a triangle, -1..1, beginning at 0 upwards
    int delay;            // blocks left
    float phase, step;    // turns, a block
} SlowWave;

typedef struct SamplerVoice {
    int note;
    int exclusive; // class of sounds that cut each other off, 0 = none
    bool released;
    bool loop_ends; // the loop is left when the key is
    bool hurried;
    bool begun;    // a block has been played
    bool ramps_in; // begins at gain 0, not at once
    SampleReader reader;
    uint64_t step; // 32.32, at present
    double pitch;  // frames of the sample to a frame, without what moves it
    Envelope volume, bend;
    SlowWave vibrato, wobble;
    float vibrato_pitch, wobble_pitch, bend_pitch; // cents
    float cutoff, wobble_cutoff, bend_cutoff;      // cents
    float wobble_volume;                           // dB
    float cents_now, cutoff_now;                   // what step and filter are tuned to
    double q;                                      // of the filter
    bool filtered;
    bool moves; // a slow wave or the second envelope is heard in anything
    SamplerFilter filter;
    float left, right;         // gains at level 1, from file counts to 0..1
    float left_now, right_now; // at the end of the last block
    float heard;               // mean of what it adds to both sides, in the last block
} SamplerVoice;

// False when nothing would be heard.
bool sampler_voice_start(SamplerVoice *voice, const SoundFont *font, const Zone *zone, int key, int velocity);

void sampler_voice_release(SamplerVoice *voice);
void sampler_voice_choke(SamplerVoice *voice); // another sound of its class begins
void sampler_voice_hurry(SamplerVoice *voice); // released, and others drown it: fades away faster

// Adds one block; false when the voice is over.
bool sampler_voice_run(SamplerVoice *voice, float *left, float *right);

float sampler_voice_loudness(const SamplerVoice *voice); // gain at present

#endif
