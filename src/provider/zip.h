// Zip: files put together without being made smaller, since what goes in is coded already.
//
//     zip_open, then for each file zip_file and its bytes, then zip_close
//
// Length and sum of a file are known before it is written, so that every program can read it as it comes. All
// together stay below 4 GB; the caller sees to that. No dates: the same files give the same bytes.
#ifndef PROVIDER_ZIP_H
#define PROVIDER_ZIP_H

#include "encode/encode.h"

enum { ZIP_FILES_MAX = 64 };

typedef struct ZipFile {
    Str name;     // UTF-8; must live until zip_close
    uint32_t sum; // zip_sum of all its bytes
    uint32_t bytes;
} ZipFile;

typedef struct Zip {
    Sink sink;
    int64_t at;
    int count;
    ZipFile files[ZIP_FILES_MAX];
    uint32_t places[ZIP_FILES_MAX];
} Zip;

uint32_t zip_sum(uint32_t before, const void *bytes, size_t count); // CRC-32; begins with 0

Zip zip_open(Sink sink);
bool zip_file(Zip *zip, const ZipFile *file);
bool zip_bytes(Zip *zip, const void *bytes, size_t count); // of the file begun last
bool zip_close(Zip *zip);                                  // writes the list of files

#endif
