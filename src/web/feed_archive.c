// A whole library on its way: who has one under way, and how it begins.
#include "web/feed.h"

#include <assert.h>

void archives_open(Archives *archives)
{
    pthread_mutex_init(&archives->lock, NULL);
}

void archives_close(Archives *archives)
{
    pthread_mutex_destroy(&archives->lock);
}

static int place_of(const Archives *archives, AccountId account)
{
    int i = 0;
    while (i < archives->count && archives->list[i].n != account.n)
        i++;
    return i;
}

bool archives_enter(Archives *archives, AccountId account, Fault *fault)
{
    pthread_mutex_lock(&archives->lock);
    bool theirs = place_of(archives, account) < archives->count, full = archives->count == ARCHIVES_MAX;
    if (!theirs && !full)
        archives->list[archives->count++] = account;
    pthread_mutex_unlock(&archives->lock);
    if (theirs)
        return fault_set(fault, FAULT_LIMIT, "Your library is being sent already. One at a time, please.");
    return !full || fault_set(fault, FAULT_LIMIT, "Many libraries are being sent. Please try again later.");
}

void archives_leave(Archives *archives, AccountId account)
{
    pthread_mutex_lock(&archives->lock);
    int place = place_of(archives, account);
    assert(place < archives->count);
    archives->list[place] = archives->list[--archives->count];
    pthread_mutex_unlock(&archives->lock);
}

bool reply_archive(Request *request, SongId before, Str name, Fault *fault)
{
    Web *web = exchange_of(request)->web;
    if (!archives_enter(&web->archives, request->account, fault))
        return false;
    Feed *feed = feed_make(web, FEED_ARCHIVE);
    feed->account = request->account;
    feed->archive = archive_open(request->site->blobs, request->account, before);
    name_download(request, name);
    return reply_feed(request, feed, 200, "application/zip", -1);
}
