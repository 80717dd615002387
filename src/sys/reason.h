// What to tell a person when the system refuses a path. Used inside this folder only.
#ifndef SYS_REASON_H
#define SYS_REASON_H

#include "base/fault.h"

typedef enum Doing { DOING_READ, DOING_WRITE, DOING_MAKE } Doing;

// "Cannot write to PATH: no such folder. Make the folder first." Always false.
bool reason_fault(Fault *fault, Doing doing, const char *path, int error);

#endif
