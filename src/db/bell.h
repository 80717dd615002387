// Bell: tells other threads and processes that there is news; db_ring rings it.
// SQLite: datagrams to the sockets in the folder bell/ beside the file. PostgreSQL: LISTEN and NOTIFY.
// A ring may be lost or come twice; whoever waits looks for himself now and then (each second).
#ifndef DB_BELL_H
#define DB_BELL_H

#include "db/db.h"

typedef struct Bell Bell;

// The process hears its own rings too. `heard` runs on the bell's own thread, one call at a time.
bool bell_open(Database *database, void (*heard)(void *self, Str topic, int64_t number), void *self,
               Bell **out, Fault *fault);
void bell_close(Bell *bell);

#endif
