// Opus by libogg and libopus: page by page, packet by packet.
//
//     page OpusHead ── page(s) OpusTags ── pages of sound ... the last one's position says where it ends
//
// Every fourth second is decoded, each after a run-up in which the decoder finds its state again; the second
// that a run-up lies in is never heard whole, so nothing is said of it (dsp/levels.h).
#include "encode/hearer.h"

#include "dsp/real.h"

#include <ogg/ogg.h>
#include <opus.h>
#include <string.h>

enum {
    CHANNELS = 2,
    HEAD_BYTES = 19,
    PACKET_FRAMES_MAX = 5760, // 120 ms
    RUN_UP = RATE_HZ / 10,
    EVERY = 4, // seconds
};

typedef struct Opus {
    ogg_sync_state pages;
    ogg_stream_state packets;
    OpusDecoder *library;
    bool begun, ended; // the first page came, the last one did
    int64_t packet;    // how many came
    int64_t skip, at;  // frames to leave out at the start; frames come so far, these included
    int64_t end;       // `at` where the last page says that it ends
    float gain;
    float sound[PACKET_FRAMES_MAX * CHANNELS];
} Opus;

static bool opus_open(Decoder *decoder)
{
    Opus *opus = decoder->self = ARENA_NEW(decoder->arena, Opus);
    opus->library = arena_take(decoder->arena, (size_t)opus_decoder_get_size(CHANNELS));
    opus->end = INT64_MAX;
    return ogg_sync_init(&opus->pages) == 0 && opus_decoder_init(opus->library, RATE_HZ, CHANNELS) == OPUS_OK;
}

static int number(const unsigned char *at)
{
    return at[0] | at[1] << 8;
}

static bool read_head(Opus *opus, const ogg_packet *packet)
{
    const unsigned char *at = packet->packet;
    if (packet->bytes != HEAD_BYTES || memcmp(at, "OpusHead\1\2", 10) != 0 || at[18] != 0)
        return false;
    opus->skip = number(at + 10);
    opus->gain = (float)real_gain((int16_t)number(at + 16) / 256.0);
    return true;
}

// Is this place, counted in the song's frames, in a second that is heard, or in the run-up to one?
static bool is_wanted(int64_t from, int64_t to)
{
    return from / RATE_HZ % EVERY == 0 || (to + RUN_UP) / RATE_HZ % EVERY == 0;
}

static bool decode(Decoder *decoder, const ogg_packet *packet, int frames)
{
    Opus *opus = decoder->self;
    int64_t from = opus->at - opus->skip, first = from < 0 ? -from : 0, last = opus->end - opus->at;
    last = last < frames ? last : frames;
    opus->at += frames;
    if (!is_wanted(from < 0 ? 0 : from, from + frames)) {
        levels_skip(&decoder->levels, last > first ? last - first : 0);
        return true;
    }
    if (opus_decode_float(opus->library, packet->packet, (opus_int32)packet->bytes, opus->sound,
                          PACKET_FRAMES_MAX, 0) != frames)
        return false;
    for (int i = 0; i < frames * CHANNELS; i++)
        opus->sound[i] *= opus->gain;
    if (last > first)
        decoder_hear(decoder, opus->sound + first * CHANNELS, (int)(last - first));
    return true;
}

static bool take_packet(Decoder *decoder, const ogg_packet *packet)
{
    Opus *opus = decoder->self;
    int64_t index = opus->packet++;
    if (index == 0)
        return read_head(opus, packet);
    if (index == 1)
        return packet->bytes >= 8 && memcmp(packet->packet, "OpusTags", 8) == 0;
    int frames = opus_packet_get_nb_samples(packet->packet, (opus_int32)packet->bytes, RATE_HZ);
    return frames > 0 && frames <= PACKET_FRAMES_MAX && decode(decoder, packet, frames);
}

static bool take_page(Decoder *decoder, ogg_page *page)
{
    Opus *opus = decoder->self;
    if (opus->ended)
        return false;
    if (!opus->begun) {
        opus->begun = true;
        if (!ogg_page_bos(page) || ogg_stream_init(&opus->packets, ogg_page_serialno(page)) != 0)
            return false;
    }
    if (ogg_stream_pagein(&opus->packets, page) != 0)
        return false;
    opus->ended = ogg_page_eos(page);
    if (opus->ended)
        opus->end = ogg_page_granulepos(page);
    ogg_packet packet;
    int said;
    while ((said = ogg_stream_packetout(&opus->packets, &packet)) == 1)
        if (!take_packet(decoder, &packet))
            return false;
    return said == 0; // else one is missing
}

static void opus_write(Decoder *decoder, const unsigned char *bytes, size_t count)
{
    Opus *opus = decoder->self;
    char *room = ogg_sync_buffer(&opus->pages, (long)count);
    decoder->broken = room == NULL;
    if (decoder->broken)
        return;
    memcpy(room, bytes, count);
    ogg_sync_wrote(&opus->pages, (long)count);
    ogg_page page;
    int said;
    while (!decoder->broken && (said = ogg_sync_pageout(&opus->pages, &page)) != 0)
        decoder->broken = said < 0 || !take_page(decoder, &page);
}

static void opus_end(Decoder *decoder)
{
    const Opus *opus = decoder->self;
    decoder->broken |= !opus->ended || opus->at < opus->end || opus->end < opus->skip;
}

static void opus_close(Decoder *decoder)
{
    Opus *opus = decoder->self;
    ogg_stream_clear(&opus->packets);
    ogg_sync_clear(&opus->pages);
}

const Hearer hearer_opus = { opus_open, opus_write, opus_end, opus_close, 3.0 };
