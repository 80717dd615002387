// Sandbox: what a process can still do once it has entered: compute, take memory up to a limit, and write to
// CHILD_PIPE. No files, no network, no other processes, no way back.
//
// A forbidden call that a library may try on its way (opening a file) fails with EPERM; one that only an
// intruder would try (a socket, another program, another process's memory) ends the process.
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include "base/arena.h"
#include "base/fault.h"

typedef struct Sandbox Sandbox;

typedef struct SandboxLimits {
    int64_t memory_bytes; // beyond what the process has when it enters
    int cpu_seconds;
} SandboxLimits;

// Builds the filter once, so that entering costs microseconds.
bool sandbox_open(Arena *arena, Sandbox **out, Fault *fault);
// All threads enter; none can be made afterwards.
bool sandbox_enter(const Sandbox *sandbox, const SandboxLimits *limits); // false: do not go on

#endif
