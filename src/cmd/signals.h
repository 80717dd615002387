// Signals as something to wait for. Block them before threads start: every thread inherits that.
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

void signals_block(void);         // INT, TERM, HUP, CHLD wait to be asked for; PIPE is ignored
int signals_wait(int timeout_ms); // the signal's number; 0: none within the time. -1 waits for ever
void signals_unblock(void);       // in a child, before it becomes another program

#endif
