// Migrations: numbered files that bring a schema up to date. Used inside this folder only.
//
// The table `migration` tells which have been run and with which text; a file that was released is never
// edited. The engine holds a lock and an open transaction around migrate_run, so a process that dies in
// the middle leaves the schema as it was.
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/data.h"
#include "db/db.h"

// How one engine does it.
typedef struct Migrator {
    void *self;
    bool (*execute)(void *self, const char *sql, Fault *fault); // any number of statements
    // Calls `row` with the two columns of each row.
    bool (*list)(void *self, const char *sql,
                 bool (*row)(void *context, int64_t number, Str text, Fault *fault), void *context,
                 Fault *fault);
    bool postgres;
} Migrator;

// The files of a store that are built into the program, in order.
int migrate_files(Arena *arena, DbStore store, const DataFile **out);

bool migrate_run(const Migrator *migrator, const DataFile *files, int count, Fault *fault);

// A migration's text without comments, and as the engine wants it.
Str migrate_text(Arena *arena, Str text, bool postgres);

#endif
