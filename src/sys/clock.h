// Time. No song depends on it, and no file of a song names a date, so that the same seed gives the
// same bytes.
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>

double clock_ms(void); // since some fixed moment; never goes back

// Since the process began, the loading of the program included: the clock before main minus the
// processor time used until then. What it waited for the disk while being loaded is not in it.
double clock_process_ms(void);

// The one clock of the service: milliseconds since 1970, UTC. SQL never asks for the time.
int64_t clock_now(void);
void clock_shift(int64_t by_ms); // tests travel with it; it adds up

enum { MS_SECOND = 1000, MS_MINUTE = 60000, MS_HOUR = 3600000, MS_DAY = 86400000 };

#endif
