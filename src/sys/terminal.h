// Terminal: is somebody looking, and how much fits in a line?
#ifndef SYS_TERMINAL_H
#define SYS_TERMINAL_H

#include <stdbool.h>

typedef enum Stream { STREAM_IN, STREAM_OUT, STREAM_ERROR } Stream;

bool terminal_on(Stream stream);     // false for files, pipes, and when TERM is "dumb"
int terminal_columns(Stream stream); // at least 20; COLUMNS or 80 when it cannot be asked

#endif
