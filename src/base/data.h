// The data files that are built into the program: styles/*.style, lexicon/*.txt.
// The build makes the table from the folders themselves, so a new file needs no list.
#ifndef BASE_DATA_H
#define BASE_DATA_H

#include "base/str.h"

typedef struct DataFile {
    Str name; // as in the source tree, e.g. "styles/waltz.style"
    Str text;
} DataFile;

extern const DataFile data_files[];
extern const int64_t data_count;

#endif
