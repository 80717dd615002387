// Replies that are feeds: event streams, songs that are being made, files of songs in ranges.
#include "web/feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool reply_events(Request *request, AccountId account, int64_t after)
{
    Exchange *e = exchange_of(request);
    Feed *feed = feed_make(e->web, FEED_NEWS);
    feed->account = account;
    feed->after = after;
    Str session = cookie_find(e->asked.cookie, STR("__Host-sid"));
    feed->has_session = request->token.id == 0 && session.length == sizeof feed->session;
    if (feed->has_session)
        memcpy(feed->session, session.data, sizeof feed->session);
    char text[40];
    int length = snprintf(text, sizeof text, "retry: %d\n\n", RETRY_MS);
    feed_say(feed, text, (size_t)length);
    reply_header(request, "X-Accel-Buffering", STR("no")); // a proxy in front must not wait for more
    return reply_feed(request, feed, 200, "text/event-stream; charset=utf-8", -1);
}

bool reply_song_audio(Request *request, SongId song, const char *content_type)
{
    Feed *feed = feed_make(exchange_of(request)->web, FEED_BLOB);
    feed->song = song;
    reply_header(request, "Accept-Ranges", STR("none"));
    return reply_feed(request, feed, 200, content_type, -1);
}

void name_download(Request *request, Str name)
{
    Buf plain = buf_make(request->arena, 800), coded = buf_make(request->arena, 3000);
    for (size_t i = 0; i < name.length; i++) {
        unsigned char c = (unsigned char)name.data[i];
        bool simple = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '.' || c == '-';
        buf_print(&coded, simple ? "%c" : "%%%02X", c);
        buf_print(&plain, "%c", simple || c == ' ' ? c : '_');
    }
    reply_header(request, "Content-Disposition",
                 name.length == 0
                     ? STR("inline")
                     : arena_print(request->arena,
                                   "attachment; filename=\"" STR_FMT "\"; filename*=UTF-8''" STR_FMT,
                                   STR_ARG(buf_str(&plain)), STR_ARG(buf_str(&coded))));
}

typedef struct Piece { // of a blob, given as a file of its own
    int64_t from, bytes;
    Str mark; // in its ETag
} Piece;

// What is whole: all of it, or the part that was asked for. Takes `wav` over.
static bool reply_whole(Request *request, const BlobFacts *facts, const Piece *piece, Wav *wav,
                        const char *content_type)
{
    Exchange *e = exchange_of(request);
    int64_t bytes = piece->bytes, first = 0, last = bytes - 1;
    Feed *feed = feed_make(e->web, FEED_BLOB);
    feed->facts = *facts;
    feed->song = facts->song;
    feed->wav = wav;
    Str etag = arena_print(request->arena, "\"" STR_FMT STR_FMT "\"",
                           STR_ARG(id_text(request->arena, facts->id.n)), STR_ARG(piece->mark));
    reply_header(request, "ETag", etag);
    reply_header(request, "Accept-Ranges", STR("bytes"));
    bool same = e->asked.if_range.length == 0 || str_equal(e->asked.if_range, etag);
    RangeKind range = same ? range_read(request->range, bytes, &first, &last) : RANGE_ALL;
    bool known = etag_matches(request->if_none_match, etag);
    if (known || range == RANGE_NONE) {
        feed_close(feed);
        if (!known)
            reply_header(request, "Content-Range", arena_print(request->arena, "bytes */%" PRId64, bytes));
        return reply_text(request, known ? 304 : 416, NULL, STR(""));
    }
    if (range == RANGE_ALL) {
        first = 0;
        last = bytes - 1;
    } else {
        reply_header(
            request, "Content-Range",
            arena_print(request->arena, "bytes %" PRId64 "-%" PRId64 "/%" PRId64, first, last, bytes));
    }
    feed->at = piece->from + first;
    feed->end = piece->from + last + 1;
    return reply_feed(request, feed, range == RANGE_PART ? 206 : 200, content_type, last + 1 - first);
}

bool reply_blob(Request *request, const BlobFacts *facts, const char *content_type, Str name)
{
    name_download(request, name);
    if (facts->whole)
        return reply_whole(request, facts, &(Piece){ .bytes = facts->bytes }, NULL, content_type);
    Feed *feed = feed_make(exchange_of(request)->web, FEED_BLOB);
    feed->facts = *facts;
    feed->song = facts->song;
    reply_header(request, "Accept-Ranges", STR("none"));
    return reply_feed(request, feed, 200, content_type, -1);
}

bool reply_blob_piece(Request *request, const BlobFacts *facts, int64_t from, int64_t bytes,
                      const char *content_type)
{
    enum { KEPT_S = 3600 };
    Piece piece = { from, bytes, arena_print(request->arena, "-%" PRId64, from) };
    name_download(request, STR(""));
    exchange_of(request)->reply.cache = arena_print(request->arena, "private, max-age=%d", KEPT_S).data;
    return reply_whole(request, facts, &piece, NULL, content_type);
}

bool reply_wav(Request *request, const BlobFacts *flac, Str name, Fault *fault)
{
    BlobReader *reader;
    Wav *wav;
    if (!blob_open(request->site->blobs, flac, &reader, fault) || !wav_open(reader, &wav, fault))
        return false;
    name_download(request, name);
    return reply_whole(request, flac, &(Piece){ 0, wav_length(wav), STR("-wav") }, wav, "audio/wav");
}
