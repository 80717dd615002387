#include "dsp/delay.h"

#include <assert.h>
#include <string.h>

#include "dsp/wide.h"

enum { REPEATED = BLOCK_FRAMES + LINE_MARGIN };

Line line_open(Arena *arena, int longest)
{
    int blocks = (longest + 2 * LINE_MARGIN + BLOCK_FRAMES - 1) / BLOCK_FRAMES + 2;
    Line line = { .size = blocks * BLOCK_FRAMES };
    line.ring = ARENA_ARRAY(arena, float, (size_t)(LINE_MARGIN + line.size + REPEATED));
    return line;
}

void line_clear(Line *line)
{
    memset(line->ring, 0, (size_t)(LINE_MARGIN + line->size + REPEATED) * sizeof *line->ring);
    line->at = 0;
}

void line_turn(Line *line)
{
    float *start = line->ring + LINE_MARGIN;
    if (line->at < REPEATED) // the first block, or the margin's share of the second
        memcpy(start + line->size + line->at, start + line->at,
               (size_t)(line->at == 0 ? BLOCK_FRAMES : LINE_MARGIN) * sizeof *start);
    line->at += BLOCK_FRAMES;
    if (line->at == line->size) { // what ends there is also the past of the beginning
        memcpy(line->ring, start + line->size - LINE_MARGIN, LINE_MARGIN * sizeof *start);
        line->at = 0;
    }
}

void line_diffuse(Line *line, int delay, float g, float *samples)
{
    assert(delay >= BLOCK_FRAMES);
    float *now = line_now(line);
    const float *past = line_past(line, delay);
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide late = wide_load(past + i);
        wide v = wide_load(samples + i) + g * late;
        wide_store(now + i, v);
        wide_store(samples + i, late - g * v);
    }
    line_turn(line);
}
