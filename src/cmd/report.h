// What `make` says when it is done.
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "cmd/options.h"
#include "cmd/outputs.h"

typedef struct Report {
    const Options *options;
    const Song *song;
    const char *engine;
    RenderReport render;
    Heard heard;
    Str score_digest;
    double compose_ms, render_ms;
    int cores;
    const char *const *files;
    int file_count;
} Report;

int report_print(Arena *arena, const Report *report); // JSON or a few lines; the exit status

#endif
