// The temporaries that are open, so that a signal can remove them. Used inside this folder only.
#ifndef SYS_PART_FILES_H
#define SYS_PART_FILES_H

#include <stdbool.h>

// Also prepares the signals, once: SIGINT, SIGTERM and SIGHUP clean up (unless they are ignored);
// SIGPIPE and SIGXFSZ are ignored, so that writing fails with an error we can explain.
void part_files_prepare(void);

int part_files_add(const char *path); // before the file is made; -1 when the table is full
bool part_files_interrupted(void);    // a signal came: what was just made is ours to remove
void part_files_drop(int slot);       // renamed or removed

#endif
