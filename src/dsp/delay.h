// Line: what one signal was. A ring of whole blocks; its beginning is repeated behind its end, so that
// any block of the past lies in one piece and can be read eight frames at a time.
//
//     float *now = line_now(&line);            // the block to fill
//     const float *then = line_past(&line, d); // then[i] is the frame d before now[i], then[-2..] its past
//     ... line_turn(&line);                    // the next block
//
// A feedback needs d >= BLOCK_FRAMES + 8 to read nothing that is not there yet.
#ifndef DSP_DELAY_H
#define DSP_DELAY_H

#include "base/arena.h"
#include "dsp/dsp.h"

enum { LINE_MARGIN = 8 }; // frames that may be read before and behind the block that was asked for

typedef struct Line {
    float *ring; // LINE_MARGIN frames, the ring, its beginning again
    int size;    // frames in the ring, whole blocks
    int at;      // where the block that is being filled begins
} Line;

Line line_open(Arena *arena, int longest); // delays up to `longest` frames
void line_clear(Line *line);
void line_turn(Line *line);

static inline float *line_now(const Line *line)
{
    return line->ring + LINE_MARGIN + line->at;
}

static inline const float *line_past(const Line *line, int delay)
{
    int from = line->at - delay;
    return line->ring + LINE_MARGIN + (from < 0 ? from + line->size : from);
}

// An all-pass in the shape of Schroeder: every frequency as loud as before, spread over time.
//
//     v[n] = x[n] + g v[n-d],   y[n] = v[n-d] - g v[n]
//
// Runs one block in place; `delay` of at least BLOCK_FRAMES.
void line_diffuse(Line *line, int delay, float g, float *samples);

#endif
