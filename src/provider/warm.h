// The kitchen's own processes: porter, warm parent, and a child for each song. Used inside this folder only.
#ifndef PROVIDER_WARM_H
#define PROVIDER_WARM_H

#include <stdint.h>

// What comes through the channel. A MAKE brings a pipe's writing end with it and is followed by the order's
// bytes; the ticket is its name when it shall be stopped.
typedef enum RequestType { REQUEST_MAKE = 1, REQUEST_STOP } RequestType;

typedef struct RequestHead {
    uint32_t type;
    uint32_t unused;
    uint64_t ticket;
} RequestHead;

// `ready` hears whether the warm parent could begin: the kind of fault (0: it could), then the fault's text.
_Noreturn void porter_run(int channel, int ready, const char *soundfont);

#endif
