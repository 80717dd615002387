// How a score is mixed: the mixer's plan from the score's whole numbers, and loudness found before
// the first block leaves. Inside music/ only.
#ifndef MUSIC_PLAN_H
#define MUSIC_PLAN_H

#include "master/mixer.h"
#include "music/song.h"
#include "synth/player.h"

// A song being rendered: one player a lane, one mixer for all.
typedef struct Studio {
    const Song *song;
    const Workers *workers;
    MixPlan plan;
    Mixer *mixer;
    Player *players[MIX_LANES_MAX];
    int lanes;
    double *foretold; // power of each second as it should come out, 10^(LUFS/10)
    int seconds;
} Studio;

void plan_mix(Arena *arena, const Song *song, MixPlan *out);

// Sets each lane's gain and the gain into the limiter so that the song meets its style's loudness:
// listens to short pieces of each lane, foretells every bar's loudness from them, and checks the
// forecast on a few bars of the whole mix.
void level_song(Arena *arena, Studio *studio, RenderReport *report);

#endif
