// The part that the decoders share: choosing one, measuring what comes out, and the comparison at the end.
#include "encode/hearer.h"

#include <assert.h>

static const Hearer *hearer_of(Format format)
{
    switch (format) {
    case FORMAT_FLAC:
        return &hearer_flac;
    case FORMAT_MP3:
        return &hearer_mp3;
    case FORMAT_OPUS:
        return &hearer_opus;
    default:
        return NULL;
    }
}

bool decoder_open(Arena *arena, Format format, Decoder **out, Fault *fault)
{
    Decoder *decoder = *out = ARENA_NEW(arena, Decoder);
    decoder->hearer = hearer_of(format);
    decoder->arena = arena;
    assert(decoder->hearer);
    if (decoder->hearer->open(decoder))
        return true;
    decoder->hearer->close(decoder);
    return fault_set(fault, FAULT_BROKEN, "A decoder did not start.");
}

void decoder_hear(Decoder *decoder, const float *pairs, int frames)
{
    float left[HEARER_PIECE], right[HEARER_PIECE];
    while (frames > 0) {
        int step = frames < HEARER_PIECE ? frames : HEARER_PIECE;
        for (int i = 0; i < step; i++) {
            left[i] = pairs[i * 2];
            right[i] = pairs[i * 2 + 1];
        }
        levels_run(&decoder->levels, left, right, step);
        pairs += step * 2;
        frames -= step;
    }
}

void decoder_write(Decoder *decoder, const void *bytes, size_t count)
{
    if (!decoder->broken)
        decoder->hearer->write(decoder, bytes, count);
}

bool decoder_close(Decoder *decoder, const Levels *source)
{
    if (!decoder->broken && source)
        decoder->hearer->end(decoder);
    decoder->hearer->close(decoder);
    return source && !decoder->broken && levels_agree(&decoder->levels, source, decoder->hearer->apart_db);
}
