// Fault: why something could not be done, and by its kind what can be done about it.
// A function that may fail returns bool and takes a `Fault *` last. INPUT, CREDIT, MISSING,
// CONFLICT and LIMIT texts are read by people; REMOTE and BROKEN texts are read by operators.
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

typedef enum FaultKind {
    FAULT_NONE,
    FAULT_INPUT,    // what was given is wrong; the text says what to change
    FAULT_CREDIT,   // not enough credits
    FAULT_MISSING,  // not there (any more)
    FAULT_CONFLICT, // somebody else was quicker
    FAULT_LIMIT,    // too much or too often
    FAULT_REMOTE,   // another service failed; trying again may help
    FAULT_BROKEN,   // this machine or program failed
} FaultKind;

typedef struct Fault {
    FaultKind kind;
    char text[400]; // one sentence, terminated
} Fault;

// Both always return false, so that a failing function ends with `return fault_set(...)`.
bool fault_set(Fault *fault, FaultKind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool fault_while(Fault *fault, const char *doing); // puts "doing: " before the text

#endif
