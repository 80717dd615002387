// The files that a song becomes, written while it is made.
#ifndef CMD_OUTPUTS_H
#define CMD_OUTPUTS_H

#include "cmd/options.h"
#include "encode/encode.h"

typedef struct Outputs Outputs;

// Opens the mix and the stems. Nothing stands under its final name before outputs_close.
bool outputs_open(Arena *arena, const Options *options, const Song *song, const Tags *tags, Outputs **out, Fault *fault);

Listener outputs_listener(Outputs *outputs);

// Ends all files. `done` false, or a fault, removes what was begun.
bool outputs_close(Outputs *outputs, bool done, Fault *fault);

// Measured while it was written.
typedef struct Heard {
    double first_audio_ms; // from process start to the first finished block
    double last_audio_ms;  // to the last one
    double encode_ms;      // spent in encoders and on the disk
    double true_peak_db;
    int64_t frames;
    Str digest;            // BLAKE2b-256 of the mix's samples, hex
} Heard;

void outputs_heard(Arena *arena, Outputs *outputs, Heard *out);

// Paths of all files that were written, in order.
int outputs_files(const Outputs *outputs, const char *const **paths);

Str digest_hex(Arena *arena, const void *bytes, size_t count); // BLAKE2b-256

#endif
