// A progress bar on standard error, when that is a terminal.
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Progress {
    int64_t frames; // of the whole
    int width;      // columns of the bar; 0 = nobody looks
    double next_ms; // not drawn again before
    bool drawn;
} Progress;

void progress_open(Progress *progress, int64_t frames, bool quiet);
void progress_show(Progress *progress, int64_t frames);
void progress_close(Progress *progress); // wipes the bar

#endif
