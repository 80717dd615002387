// Player: plays one lane of a performance, by the sampler or by a patch, block after block.
// Players share nothing, so each may run on a thread of its own with the same result.
#ifndef SYNTH_PLAYER_H
#define SYNTH_PLAYER_H

#include "perform/perform.h"
#include "synth/soundfont.h"

typedef struct Player Player;

// `font` may be NULL: then the lane's fallback patch plays. The lane must outlive the player.
Player *player_open(Arena *arena, const Lane *lane, const SoundFont *font);

// Goes to `frame` (a multiple of BLOCK_FRAMES) in silence; notes that sound across it begin anew there, but not struck
// ones (instruments that do not ring) of more than a quarter of a second ago.
void player_seek(Player *player, int64_t frame);

// The next block; false when it is all silence (then it is written all the same).
bool player_run(Player *player, float *left, float *right);

#endif
