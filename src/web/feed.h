// Feed: an answer that is made while it is sent: a song out of its blob, news of jobs. Used inside this
// folder only.
//
//     given ──> (something is there) ──> given ...
//       └─────> parked: the connection sleeps ──filled by the pool or the loop──> woken
//
// libmicrohttpd asks; when there is nothing, the connection sleeps until a bell or the clock says to look
// again. All of a feed belongs to its loop's thread, except that the pool has it alone while it is `working`.
#ifndef WEB_FEED_H
#define WEB_FEED_H

#include "song/archive.h"
#include "song/wav.h"
#include "sys/secret.h"
#include "web/loop.h"

enum {
    GROWING_LEAST_MS = 100, // how long to wait before looking whether a blob has grown
    GROWING_MOST_MS = 1000,
    COMMENT_MS = 15000, // so often a stream says something, or its peer is found to be gone
    RETRY_MS = 3000,
};

typedef enum FeedKind { FEED_NEWS, FEED_BLOB, FEED_ARCHIVE } FeedKind;

struct Feed {
    Task task; // first
    FeedKind kind;
    Web *web;
    Loop *loop; // NULL until it is attached
    Conn *conn;
    Feed *next, **link;               // of the loop's feeds
    Feed *next_stream, **stream_link; // of those of an account
    Feed *next_filled;
    bool parked, working, ended, failed;
    bool due;       // look, even if it is not time yet
    double look_at; // clock_ms
    char *out;
    size_t out_at, out_length, out_size;
    // news
    AccountId account;
    int64_t after;
    double spoke;             // when something was last said
    char session[TOKEN_TEXT]; // whose; it ends when that does
    bool has_session;
    // blobs
    SongId song;     // whose rings are heard
    BlobFacts facts; // id 0: a song's MP3 that has not begun
    BlobReader *reader;
    Wav *wav;        // NULL, or what decodes the FLAC file that is given as WAV
    int64_t at, end; // the bytes to send: at .. end - 1; end -1: as far as it goes
    double wait_ms, began;
    // archives
    Archive *archive; // of `account`
};

Feed *feed_make(Web *web, FeedKind kind);
char *feed_room(Feed *feed, size_t bytes); // for what is given next; nothing is there yet
void feed_say(Feed *feed, const char *bytes, size_t count);
bool feed_is_silent(const Feed *feed); // it has not said anything for so long that its peer may be gone

void name_download(Request *request, Str name); // "": none, it is shown

void feed_fill(Feed *feed); // looks what there is to give; may wait for the database and for files

#endif
