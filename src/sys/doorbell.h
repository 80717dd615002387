// Doorbell: short messages between the processes of one machine, through a folder they share. Each listener
// has a socket of its own in it; a ring goes to all that are there, waits for nobody, and may be lost.
#ifndef SYS_DOORBELL_H
#define SYS_DOORBELL_H

#include "base/fault.h"
#include "base/str.h"

enum { DOORBELL_TEXT = 100 }; // bytes of a message

typedef struct Doorbell Doorbell;

bool doorbell_open(const char *folder, Doorbell **out, Fault *fault); // makes the folder, for its owner alone
void doorbell_close(Doorbell *bell);
int doorbell_socket(const Doorbell *bell); // readable when there is a message

// The next message, when there is one. Never waits.
bool doorbell_read(Doorbell *bell, char text[DOORBELL_TEXT], Str *out);

// To every listener of `folder`. What dead listeners left there is removed.
void doorbell_ring(const char *folder, Str text);

#endif
