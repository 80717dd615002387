// Oscillators: eight of one wave side by side. Their settings move together, once a block; each
// that sounds is made by itself, eight frames at a time, and added to a stereo pair of signals.
//
// Edges are smoothed by the residuals of a cubic B-spline, four frames wide: with x the distance
// from an edge in frames, a = max(2-|x|, 0), b = max(1-|x|, 0),
//     a step of height h is corrected by   -+ h (a^4 - 4 b^4) / 24
//     a bend of slope  m is corrected by       m (a^5 - 4 b^5) / 120
// Aliases of a saw of 1 kHz stay more than 60 dB below it up to 16 kHz.
// Phases are words that wrap by themselves. Frequencies must stay below a quarter of the rate.
#ifndef DSP_OSC_H
#define DSP_OSC_H

#include "dsp/curves.h"
#include "dsp/dsp.h"

typedef enum OscWave {
    OSC_NONE,
    OSC_SAW,   // rises
    OSC_PULSE, // `width` of the turn high; no constant part at any width
    OSC_SQUARE,
    OSC_TRIANGLE,
    OSC_STEPS, // a triangle of 16 levels, as old game consoles had
    OSC_SINE,
    OSC_FM,    // a sine, its phase moved by another sine
    OSC_NOISE, // white: the phase well mixed; with a step of 1 each frame is its own
} OscWave;

typedef struct Osc {
    w8 phase;
    w8 step;              // turns each frame, times 2^32
    f8 turns, frames;     // each frame; and its inverse, what a turn takes
    f8 left, right;       // gains
    f8 left_by, right_by; // added to the gains each frame
    w8 width;             // pulse: turns high, times 2^32
    w8 mod_phase, mod_step;
    f8 index, index_by; // FM: phase deviation in turns, below 0.5; and what is added each frame
} Osc;

void osc_tune(Osc *osc, const f8 *turns); // frequencies in turns per frame

// Adds one block of one lane; `right` may be NULL. The lanes stay where they are until `osc_move`,
// which brings all of them to the next block.
void osc_add(const Osc *osc, OscWave wave, int lane, float *left, float *right);
void osc_move(Osc *osc);

#endif
