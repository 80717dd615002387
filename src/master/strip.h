// One lane's strip: from what was played to what stands in the mix, one block at a time, in place.
//
//     left, right ──> middle, side ──> cuts, bells, shelf ──> squeeze ──> drive
//        ──> width, pan, gain, duck ──> left, right
//
// Cuts and tone work on middle and side, so lows can be made mono by cutting the side higher up.
// Pan is of constant power: a lane in the middle leaves 3 dB lower, at a side all of its middle is there
// at full level, and its width closes as it leaves the middle.
#ifndef MASTER_STRIP_H
#define MASTER_STRIP_H

#include "dsp/chain.h"
#include "dsp/compressor.h"
#include "dsp/duck.h"
#include "master/mixer.h"

typedef struct LaneStrip {
    Chain tone;
    bool squeezes, drives;
    Compressor squeeze;
    float drive_in, drive_out; // before and behind the bend
    float left, right, side;   // gains of the middle at the left and right, and of the side
    float duck_depth;          // 0..1
    Duck duck;
    int64_t frame; // of the next block
    bool asleep;   // nothing rings
} LaneStrip;

void strip_tune(LaneStrip *strip, const MixLane *lane, const MixPlan *plan);
void strip_gain(LaneStrip *strip, const MixLane *lane); // after a change of gain or pan
void strip_seek(LaneStrip *strip, int64_t frame);
bool strip_run(LaneStrip *strip, float *left, float *right, bool sounding); // false: all silence comes out

#endif
