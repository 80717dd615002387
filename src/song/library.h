// A person's library: songs, their versions, folders, the bin, and links for others.
//
//     making ──> ready          heard while it is made, kept when it is done
//        └─────> failed         told; can be tried again
//     any ──trash──> in the bin for 30 days ──undo──> back       afterwards purged with its files
//
// Each version is a song of its own; `parent` says which it was made from and `root` names the tree (it is only
// a name: the first version may be gone). Titles and words are sealed, so searching opens one person's own
// songs and looks. Every function that takes an account answers MISSING for what is not that account's.
#ifndef SONG_LIBRARY_H
#define SONG_LIBRARY_H

#include "account/account.h"
#include "blob/blob.h"

enum {
    TITLE_CHARS_MAX = 120,
    FOLDERS_MAX = 200,
    TRASH_DAYS = 30,
    SONG_LIST_MAX = 100, // at most on one page
};

typedef enum SongState { SONG_MAKING, SONG_READY, SONG_FAILED } SongState;

// What was asked beside prompt and lyrics. Sealed as JSON; 0, "" and -1 mean not stated.
typedef struct SongSettings {
    Str style;
    int seconds;
    int bpm;
    Str key; // "F# minor"
    bool instrumental;
} SongSettings;

typedef struct NewSong {
    SongId id;      // made beforehand with id_make
    AccountId account;
    SongId parent;  // 0: a first version
    SongId root;    // 0: of the parent, or its own; else a song that comes to be in the same transaction
    Str title;      // "": made from the prompt until the maker finds a better one
    Str prompt;
    Str lyrics;
    SongSettings settings;
    uint64_t seed;  // as stored: 63 bits
    Str engine;     // "built-in"
} NewSong;

typedef struct SealedSong SealedSong;

// Sealing first, then insertion inside the transaction that also makes the job. INPUT: the title, style or key
// is too long. MISSING: the parent is not one's own.
bool song_seal(People *people, const NewSong *song, SealedSong **out, Fault *fault);
bool song_insert(Db *db, const SealedSong *song, Fault *fault);

typedef struct LibrarySong {
    SongId id, root, parent;
    AccountId account;
    int64_t folder; // 0: none
    bool favourite;
    SongState state;
    Str title, prompt;
    Str lyrics, brief;     // filled by song_read only
    SongSettings settings; // filled by song_read only
    uint64_t seed;
    Str engine;
    int64_t length_ms;
    double lufs;
    int64_t created, trashed;
} LibrarySong;

// One song of one's own; MISSING for somebody else's, so that ids tell nothing. Songs in the bin are found too.
bool song_read(People *people, AccountId account, SongId id, LibrarySong *out, Fault *fault);

typedef struct SongQuery {
    AccountId account;
    Str words;         // all must occur in title or prompt, any case, with or without accents; "": everything
    int64_t folder;    // 0: all
    int64_t tag;       // 0: all; not looked at in the bin
    bool favourites;
    bool bin;          // only what was deleted
    SongId before;     // the cursor: older than this one; 0: from the newest
    int limit;         // 1..SONG_LIST_MAX
} SongQuery;

typedef struct SongPage {
    LibrarySong *list;
    int count;
    SongId next;       // cursor of the next page; 0: this was the last
} SongPage;

// A search looks at 5000 songs at most and may then give fewer than `limit`, even none: `next` goes on.

bool song_list(People *people, const SongQuery *query, SongPage *out, Fault *fault);
// Oldest first, a tree by `parent`, without those in the bin: a version whose parent is there stands under the
// next one above. The newest 500 of a tree.
bool song_versions(People *people, AccountId account, SongId root, SongPage *out, Fault *fault);

bool song_rename(People *people, AccountId account, SongId id, Str title, Fault *fault); // the maker's title never replaces it
bool song_favourite(Db *db, AccountId account, SongId id, bool on, Fault *fault);
bool song_move(Db *db, AccountId account, SongId id, int64_t folder, Fault *fault); // 0: out of all
bool song_trash(Db *db, AccountId account, SongId id, Fault *fault);   // its link dies at once
bool song_untrash(Db *db, AccountId account, SongId id, Fault *fault);
bool song_purge(Db *db, AccountId account, SongId id, Fault *fault);   // now: rows go, blobs are condemned; CONFLICT while it is made
bool song_sweep(Db *db, Arena *arena, int *purged, Fault *fault);      // what lay in the bin for TRASH_DAYS; links that are over

// What the maker found out, each inside its transaction.
typedef struct SongFacts {
    Str title;     // as composed; used when the person gave none
    Str brief;     // JSON: what was understood
    int64_t length_ms;
    double lufs;
} SongFacts;
bool song_facts_seal(People *people, AccountId account, SongId id, const SongFacts *facts, Str *sealed_title, Str *sealed_brief, Fault *fault);
bool song_composed(Db *db, SongId id, Str sealed_title, Str sealed_brief, int64_t length_ms, Fault *fault); // "": stays
bool song_ended(Db *db, SongId id, SongState state, double lufs, Fault *fault);

// ---- folders

typedef struct Folder {
    int64_t id;
    Str name;
    int64_t songs;
} Folder;
bool folder_add(People *people, AccountId account, Str name, int64_t *id, Fault *fault); // CONFLICT: there is one of that name
bool folder_rename(People *people, AccountId account, int64_t id, Str name, Fault *fault);
bool folder_remove(Db *db, AccountId account, int64_t id, Fault *fault); // its songs stay
bool folder_list(People *people, AccountId account, Folder **list, int *count, Fault *fault);

// ---- sharing: off until asked for, ends by itself, can be revoked

enum { SHARE_DAYS_MAX = 365, SHARE_DAYS = 30 };

typedef struct Share {
    Str slug;        // 22 characters; the link is /s/SLUG
    int64_t expires;
} Share;
// Again: a new end, the same link; but a link that was over or revoked never comes back.
bool share_make(People *people, AccountId account, SongId id, int days, Share *out, Fault *fault);
bool share_find(People *people, AccountId account, SongId id, Share *out, bool *found, Fault *fault);
bool share_revoke(Db *db, AccountId account, SongId id, Fault *fault);
// For anybody; MISSING: none such, over, in the bin. Filled are title, lyrics and how it sounds; what was asked for
// (prompt, brief, settings, seed) stays its owner's.
bool share_open(People *people, Str slug, LibrarySong *out, Fault *fault);

#endif
