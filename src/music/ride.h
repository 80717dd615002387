// Ride: brings a song to its loudness while it plays. Inside music/ only.
//
// Before the first block each second of the song was foretold (level.c). Each second since then has
// been heard. What was heard so far, and the forecast of the rest (corrected by how the last seconds
// compared with theirs), tell how loud the whole will be; the gain into the limiter moves towards
// what would make that right, too slowly to be noticed.
#ifndef MUSIC_RIDE_H
#define MUSIC_RIDE_H

#include "base/arena.h"
#include "master/loudness.h"

typedef struct Ride {
    Loudness *meter;
    double target;    // LUFS
    const double *foretold; // power of each second as it should come out, 10^(LUFS/10)
    double *heard;    // and as it did
    double *model;    // what was foretold of it at the gain it had
    int seconds, now; // in all; heard
    int64_t frames;
    double offset_db, wanted_db; // beside the gain that was found beforehand
} Ride;

void ride_open(Arena *arena, const double *foretold, int seconds, double target, Ride *out);
void ride_listen(Ride *ride, const float *left, const float *right, int frames); // what came out
double ride_offset(Ride *ride); // for the next block, dB
double ride_loudness(const Ride *ride); // of all that came out, LUFS

// The gated mean of seconds' powers, LUFS, much as BS.1770 gates its blocks.
double gated_lufs(const double *power, int count);

double lufs_of(double power);
double power_of(double lufs);

#endif
