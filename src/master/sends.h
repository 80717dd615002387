// Sends: the room, the hall and the echo that lanes share, one block at a time. What none of the lanes
// uses costs nothing, and what has died away sleeps. Lows stay out of what comes back.
#ifndef MASTER_SENDS_H
#define MASTER_SENDS_H

#include "dsp/chain.h"
#include "dsp/echo.h"
#include "dsp/fdn.h"
#include "master/mixer.h"

typedef enum Send { SEND_ROOM, SEND_HALL, SEND_ECHO, SEND_COUNT } Send;

typedef struct Sends {
    bool used[SEND_COUNT];
    bool any;
    Fdn room, hall;
    Echo echo;
    Chain back;  // what returns goes through it
    bool asleep; // nothing returns
} Sends;

void sends_open(Sends *sends, Arena *arena, const MixPlan *plan);
void sends_clear(Sends *sends);

// Adds what returns from `in` to left and right.
void sends_run(Sends *sends, float in[SEND_COUNT][2][BLOCK_FRAMES], float *left, float *right);

#endif
