// Time, for measuring only: no song depends on it, and no file names a date, so that the same seed
// gives the same bytes.
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

double clock_ms(void); // since some fixed moment; never goes back

// Since the process began, the loading of the program included: the clock before main minus the
// processor time used until then. What it waited for the disk while being loaded is not in it.
double clock_process_ms(void);

#endif
