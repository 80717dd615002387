// Duck: the dip that a kick drum presses into other sounds. Down within 4 ms, back over the release:
//
//     depth(t) = rise(t / 4 ms) (1 - (t - 4 ms) / release)^2,   rise(u) = u^2 (3 - 2 u)
//
// Where dips overlap the deeper one counts. It follows from the frame alone, so it may begin anywhere.
#ifndef DSP_DUCK_H
#define DSP_DUCK_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/dsp.h"

typedef struct Duck {
    const int64_t *kicks; // frames, ascending
    int count;
    int next; // the first kick that is not over
    float release_frames;
} Duck;

void duck_tune(Duck *duck, const int64_t *kicks, int count, float release_s);
void duck_seek(Duck *duck, int64_t frame);

// The dips from `frame` on, 0 none .. 1 deepest, for each frame of one block. `frame` may only go forward.
// False when there is none: then `depth` is left alone.
bool duck_run(Duck *duck, int64_t frame, float depth[BLOCK_FRAMES]);

#endif
