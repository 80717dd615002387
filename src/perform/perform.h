// Performance: a score as players play it. Times are frames at RATE_HZ; every note has found its
// exact start, end and loudness. Drums are parted into lanes (kick, snare, cymbals, toms) so that
// each can be mixed by itself; the lanes of one part make one stem.
#ifndef PERFORM_PERFORM_H
#define PERFORM_PERFORM_H

#include "base/buf.h"
#include "score/score.h"

typedef struct PlayedNote {
    int64_t start, end; // frames; end > start; the key is held in between, the sustain pedal included
    uint8_t pitch;      // MIDI key
    uint8_t velocity;   // 1..127
    uint8_t from;       // key that a glide begins at, 0 = none
} PlayedNote;

// Points of a loudness curve, linear in between, as crescendos of bowed and blown instruments.
typedef struct Swell {
    int64_t frame;
    int16_t level; // 0..1000, times the lane's gain
} Swell;

typedef struct Lane {
    Str name;     // "kick", "nylon guitar"
    int part;     // index in the score's parts: lanes of one part are one stem
    Instrument voice; // what plays it
    PlayedNote *notes; // by start, then pitch
    int count;
    Swell *swells; // by frame; none = always 1000
    int swell_count;
} Lane;

typedef struct Performance {
    int64_t frames; // whole length; everything has faded by then
    Lane *lanes;
    int lane_count;
} Performance;

void perform_render(Arena *arena, const Score *score, Performance *out);

// As text, one line a note, and back. Read fails with INPUT naming the line.
void perform_write(const Performance *performance, Buf *out);
bool perform_read(Arena *arena, const Instruments *instruments, Str text, Performance *out, Fault *fault);

#endif
