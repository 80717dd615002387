// Judge: is what came out a song? It hears the finished sound as it leaves, and finds what nobody should pay
// for. Numbers and their reasons are at the top of judge.c.
//
//     silent    nothing is heard in it; or pauses of more than 4 s are more than half of it; or one inside it
//     is
//               longer than 20 s. A pause is made of pieces of 50 ms in which nothing is heard, which is
//
//                   (highest - lowest sample) / 2 < -60 dBFS on both sides: a constant is silence, too
//
//     clipped   three neighbours at full scale, a true peak above 0 dBTP, or what is no number
//     abrupt    it is cut off at its own level: of the mean powers (l^2 + r^2) / 2 over
//
//                   the last 20 ms  and  the last 2 ms
//
//               neither is 12 dB below that of the whole. A line down to silence over 20 ms is 25 dB down in
//               its last 2 ms, so no fade, no decay and no release is taken for a cut. What is asked to be a
//               loop may be cut.
#ifndef MASTER_JUDGE_H
#define MASTER_JUDGE_H

#include "dsp/levels.h"

enum { JUDGE_PIECE = RATE_HZ / 20, JUDGE_TAIL = RATE_HZ / 50 };

typedef enum Verdict {
    VERDICT_GOOD,
    VERDICT_SILENT,
    VERDICT_CLIPPED,
    VERDICT_ABRUPT,
    VERDICT_UNDECODABLE, // said by whoever decodes what was written
    VERDICT_COUNT,
} Verdict;

typedef struct JudgeSide {
    float lowest, highest;      // of the piece being heard
    int at_top, longest_at_top; // neighbours at full scale: now, and at most
    float tail[JUDGE_TAIL];     // the newest frames, in a ring
} JudgeSide;

typedef struct Judge {
    Levels levels;
    JudgeSide sides[2];
    int filled;            // frames of the piece
    bool begun;            // something was heard
    int64_t pieces, quiet; // in all, and those in long pauses
    int64_t pause;         // pieces since the last sound
    int64_t longest_hole;  // the longest pause between two sounds
} Judge;

void judge_run(Judge *judge, const float *left, const float *right, int frames);
Verdict judge_verdict(const Judge *judge, double true_peak_db, bool loops); // of what it has heard so far

#endif
