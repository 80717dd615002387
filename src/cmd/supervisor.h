// Supervisor: keeps the roles running as processes of their own.
//
//     starting ──ready──> running ──dies──> starting again after 1, 2, 4 ... 30 seconds
//                            │
//                            └──HUP──> its successor starts on the same socket; when that is ready, it is
//                                      told to finish what it does and to end
//
// It holds the listening socket and nothing else: no database, no key. TERM and INT end everything.
#ifndef CMD_SUPERVISOR_H
#define CMD_SUPERVISOR_H

#include "cmd/service.h"

enum { SUPERVISE_SERVE = 1, SUPERVISE_WORK = 2 };

int supervise(const ServiceOptions *options, unsigned roles); // the exit status

#endif
