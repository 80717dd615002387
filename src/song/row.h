// Row: what the files of this folder share: rows of songs, and transactions that may stand inside another.
#ifndef SONG_ROW_H
#define SONG_ROW_H

#include "song/library.h"

enum { ROW_COLUMNS = 15 }; // of a list; song_find adds lyrics, settings and brief

// Opens what is sealed; everything lives in people->arena, also when the rows live elsewhere.
bool row_song(People *people, const DbRows *rows, int row, LibrarySong *out, Fault *fault);
Place row_place(const char *column, SongId song); // in whichever table the column stands
bool row_unseal(People *people, AccountId account, SongId song, const char *column, Str sealed, Str *out,
                Fault *fault);

SongState row_state(Str name);
Str row_state_name(SongState state);

// What lies in the bin since then or longer is over, though it may not have been swept yet.
int64_t row_bin_end(void);

bool row_missing(Fault *fault); // "There is no such song."
// Runs a statement that must change exactly the one song; else MISSING.
bool row_change(Db *db, Sql statement, DbArgs args, Fault *fault);

// Begins a transaction unless one is open; the end commits or rolls back only what this began.
bool row_begin(Db *db, bool *mine, Fault *fault);
bool row_end(Db *db, bool mine, bool done, Fault *fault);

#endif
