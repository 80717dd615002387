// Echo: a ping-pong delay. The sound goes left, comes back right, left again, and so on; each time
// it is quieter by the feedback and loses treble through a symmetric nine-point mean (-3 dB at 4.5 kHz).
#ifndef DSP_ECHO_H
#define DSP_ECHO_H

#include "dsp/delay.h"

typedef struct Echo {
    Line left, right;
    int delay;      // frames
    float feedback; // 0..0.8
    int quiet;      // blocks since anything was heard
} Echo;

Echo echo_open(Arena *arena, float delay_s, float feedback);
void echo_clear(Echo *echo);
bool echo_run(Echo *echo, const float *const in[2], bool silent, float *const out[2]); // as fdn_run

#endif
