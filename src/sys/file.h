// Files: whole files in, whole files out.
//
// An output file appears under its name only when it is complete:
//
//     open ──> .name.PID.part ──write, seek──> close:   flush, fsync, rename to name
//                                         └──> abandon: remove
//
// SIGINT, SIGTERM and SIGHUP remove every temporary that is still open and then end the program as
// they would have without us. So an interrupted song leaves no half file under any name.
//
// Faults: INPUT when the path itself is the trouble, and the text says what to do; BROKEN when the
// machine is (full disk, I/O error); MISSING when the reader of a pipe has gone, where the program
// should end without a word.
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include "base/arena.h"
#include "base/fault.h"

typedef enum FileKind { FILE_NONE, FILE_PLAIN, FILE_FOLDER, FILE_OTHER } FileKind;

FileKind file_kind(const char *path); // links are followed; FILE_OTHER is a device or a pipe

// The whole file, at most `limit` bytes, followed by a 0 that is not counted. "-" is standard input.
bool file_read(Arena *arena, const char *path, size_t limit, Str *out, Fault *fault);

// The file as it lies on the disk, read-only; pages are read when they are looked at.
bool file_map(const char *path, Str *out, Fault *fault);
void file_unmap(Str bytes);

// Makes a folder and those above it. A folder that exists is fine.
bool folder_make(const char *path, Fault *fault);

enum { OUTFILES_MAX = 64 }; // open at one time

typedef struct OutFile OutFile;

// "-" is standard output. What is not a plain file (a device, a pipe) is written to directly.
// An existing file keeps its permissions, and a link keeps pointing to what it points to.
bool outfile_open(Arena *arena, const char *path, OutFile **out, Fault *fault);

// These two fit encode's Sink, so they take the OutFile as `self`. The first failure is kept: every
// later call fails at once, and outfile_fault tells why.
bool outfile_write(void *self, const void *bytes, size_t count);
bool outfile_seek(void *self, int64_t at); // from the file's start; call it only when seekable

bool outfile_seekable(const OutFile *file);
const Fault *outfile_fault(const OutFile *file); // kind NONE while all is well

// Exactly one of these ends it. A close that fails has removed the temporary.
bool outfile_close(OutFile *file, Fault *fault);
void outfile_abandon(OutFile *file); // does nothing when already ended

// Writes all of `text` to standard output.
bool stdout_write(Str text, Fault *fault);

#endif
