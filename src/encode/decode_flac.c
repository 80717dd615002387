// FLAC by libFLAC. It pulls, so bytes wait here until a frame is surely whole; whoever wants more than is
// there then is no file of ours.
#include "encode/hearer.h"

#include <FLAC/stream_decoder.h>
#include <string.h>

enum {
    WHOLE_BYTES = 1 << 16, // no frame of 4096 frames in 24 bits, and no tags of ours, are longer
    ROOM_BYTES = 3 * WHOLE_BYTES,
    BITS = 24,
    CHANNELS = 2,
};

static const float step_24 = 1.0f / 8388608.0f;

typedef struct Flac {
    FLAC__StreamDecoder *library;
    size_t at, filled;
    unsigned char bytes[ROOM_BYTES];
} Flac;

static FLAC__StreamDecoderReadStatus on_read(const FLAC__StreamDecoder *library, FLAC__byte bytes[],
                                             size_t *count, void *self)
{
    (void)library;
    Flac *flac = ((Decoder *)self)->self;
    size_t there = flac->filled - flac->at;
    *count = *count < there ? *count : there;
    memcpy(bytes, flac->bytes + flac->at, *count);
    flac->at += *count;
    return *count ? FLAC__STREAM_DECODER_READ_STATUS_CONTINUE
                  : FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
}

static FLAC__StreamDecoderWriteStatus on_write(const FLAC__StreamDecoder *library, const FLAC__Frame *frame,
                                               const FLAC__int32 *const channels[], void *self)
{
    (void)library;
    Decoder *decoder = self;
    const FLAC__FrameHeader *head = &frame->header;
    if (head->channels != CHANNELS || head->bits_per_sample != BITS || head->sample_rate != RATE_HZ)
        return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
    for (uint32_t from = 0; from < head->blocksize; from += HEARER_PIECE) {
        float left[HEARER_PIECE], right[HEARER_PIECE];
        uint32_t rest = head->blocksize - from, count = rest < HEARER_PIECE ? rest : HEARER_PIECE;
        for (uint32_t i = 0; i < count; i++) {
            left[i] = (float)channels[0][from + i] * step_24;
            right[i] = (float)channels[1][from + i] * step_24;
        }
        levels_run(&decoder->levels, left, right, (int)count);
    }
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

static void on_error(const FLAC__StreamDecoder *library, FLAC__StreamDecoderErrorStatus status, void *self)
{
    (void)library, (void)status;
    ((Decoder *)self)->broken = true;
}

static bool flac_open(Decoder *decoder)
{
    Flac *flac = decoder->self = ARENA_NEW(decoder->arena, Flac);
    flac->library = FLAC__stream_decoder_new();
    return flac->library &&
           FLAC__stream_decoder_init_stream(flac->library, on_read, NULL, NULL, NULL, NULL, on_write, NULL,
                                            on_error, decoder) == FLAC__STREAM_DECODER_INIT_STATUS_OK;
}

// Hears frames while more than `keep` bytes wait.
static void hear(Decoder *decoder, size_t keep)
{
    Flac *flac = decoder->self;
    while (!decoder->broken && flac->filled - flac->at > keep)
        decoder->broken |=
            !FLAC__stream_decoder_process_single(flac->library) ||
            FLAC__stream_decoder_get_state(flac->library) >= FLAC__STREAM_DECODER_END_OF_STREAM;
    memmove(flac->bytes, flac->bytes + flac->at, flac->filled - flac->at);
    flac->filled -= flac->at;
    flac->at = 0;
}

static void flac_write(Decoder *decoder, const unsigned char *bytes, size_t count)
{
    Flac *flac = decoder->self;
    while (count > 0 && !decoder->broken) {
        size_t room = ROOM_BYTES - flac->filled, step = count < room ? count : room;
        memcpy(flac->bytes + flac->filled, bytes, step);
        flac->filled += step;
        bytes += step;
        count -= step;
        if (flac->filled > 2 * WHOLE_BYTES)
            hear(decoder, WHOLE_BYTES);
    }
}

static void flac_end(Decoder *decoder)
{
    Flac *flac = decoder->self;
    if (!FLAC__stream_decoder_process_until_end_of_stream(flac->library) ||
        FLAC__stream_decoder_get_state(flac->library) != FLAC__STREAM_DECODER_END_OF_STREAM)
        decoder->broken = true;
}

static void flac_close(Decoder *decoder)
{
    Flac *flac = decoder->self;
    if (flac->library)
        FLAC__stream_decoder_delete(flac->library);
}

const Hearer hearer_flac = { flac_open, flac_write, flac_end, flac_close, 0.01 };
