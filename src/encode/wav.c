// WAV: 16 bit with dither, 24 bit, or float. The number of frames is known, so the header is right
// from the start and the file can go into a pipe. The tags stand before the sound.
//
//     RIFF  fmt  [fact]  LIST INFO ( INAM ICMT ISFT IKEY )  data
#include "encode/coder.h"

#include "base/buf.h"
#include "dsp/dsp.h"
#include "encode/pcm.h"

#include <string.h>

enum {
    CHANNELS = 2,
    WAVE_PCM = 1,
    WAVE_FLOAT = 3,
    HEADER_BYTES_MAX = 16384,
};

typedef struct Wav {
    int frame_bytes;
    PcmDither dither;
    unsigned char bytes[CODER_BLOCK * CHANNELS * 4];
} Wav;

static void put_int(Buf *buf, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        unsigned char byte = (unsigned char)(value >> (8 * i));
        buf_bytes(buf, &byte, 1);
    }
}

// A chunk of text ends with a 0, and chunks are padded to an even length.
static void put_text(Buf *buf, const char *id, Str text)
{
    if (text.length == 0)
        return;
    size_t size = text.length + 1;
    buf_bytes(buf, id, 4);
    put_int(buf, (uint32_t)size, 4);
    buf_text(buf, text);
    buf_bytes(buf, "\0", size % 2 ? 2 : 1);
}

static void put_info(Buf *buf, Arena *arena, const TagTexts *tags)
{
    Buf info = buf_make(arena, HEADER_BYTES_MAX);
    buf_text(&info, STR("INFO"));
    put_text(&info, "INAM", tags->title);
    put_text(&info, "ICMT", tags->comment);
    put_text(&info, "ISFT", tags->engine);
    put_text(&info, "IKEY", str_of(ai_label));
    buf_text(buf, STR("LIST"));
    put_int(buf, (uint32_t)info.length, 4);
    buf_text(buf, buf_str(&info));
}

static void put_format(Buf *buf, int sample_bytes, bool is_float, uint32_t frames)
{
    uint32_t frame_bytes = (uint32_t)(CHANNELS * sample_bytes);
    buf_text(buf, STR("fmt "));
    put_int(buf, is_float ? 18 : 16, 4);
    put_int(buf, is_float ? WAVE_FLOAT : WAVE_PCM, 2);
    put_int(buf, CHANNELS, 2);
    put_int(buf, RATE_HZ, 4);
    put_int(buf, RATE_HZ * frame_bytes, 4);
    put_int(buf, frame_bytes, 2);
    put_int(buf, (uint32_t)sample_bytes * 8, 2);
    if (!is_float)
        return;
    put_int(buf, 0, 2); // no extension
    buf_text(buf, STR("fact"));
    put_int(buf, 4, 4);
    put_int(buf, frames, 4);
}

static bool wav_open(Encoder *encoder, const TagTexts *tags, Fault *fault)
{
    Wav *wav = encoder->self = ARENA_NEW(encoder->arena, Wav);
    int sample_bytes = encoder->format == FORMAT_WAV16 ? 2 : encoder->format == FORMAT_WAV24 ? 3 : 4;
    wav->frame_bytes = CHANNELS * sample_bytes;
    pcm_dither_open(&wav->dither);

    if (encoder->frames > (UINT32_MAX - HEADER_BYTES_MAX) / (CHANNELS * 4))
        return fault_set(fault, FAULT_INPUT, "This song is too long for a WAV file. Choose FLAC.");
    uint32_t frames = (uint32_t)encoder->frames, data_bytes = frames * (uint32_t)wav->frame_bytes;

    Buf body = buf_make(encoder->arena, HEADER_BYTES_MAX), head = buf_make(encoder->arena, 16);
    buf_text(&body, STR("WAVE"));
    put_format(&body, sample_bytes, sample_bytes == 4, frames);
    put_info(&body, encoder->arena, tags);
    buf_text(&body, STR("data"));
    put_int(&body, data_bytes, 4);
    buf_text(&head, STR("RIFF"));
    put_int(&head, (uint32_t)body.length + data_bytes, 4); // a frame has an even number of bytes: no pad
    if (!encoder_put(encoder, head.data, head.length) || !encoder_put(encoder, body.data, body.length))
        return encoder_fault(encoder, "", fault);
    return true;
}

static bool wav_block(Encoder *encoder, int frames, Fault *fault)
{
    Wav *wav = encoder->self;
    if (encoder->format == FORMAT_WAV16)
        pcm_16(&wav->dither, encoder->left, encoder->right, frames, wav->bytes);
    else if (encoder->format == FORMAT_WAV24)
        pcm_24(encoder->left, encoder->right, frames, wav->bytes);
    else
        pcm_float(encoder->left, encoder->right, frames, wav->bytes);

    if (!encoder_put(encoder, wav->bytes, (size_t)(frames * wav->frame_bytes)))
        return encoder_fault(encoder, "", fault);
    return true;
}

static bool wav_close(Encoder *encoder, bool whole, Fault *fault)
{
    (void)encoder, (void)fault;
    return whole;
}

const Coder coder_wav = { wav_open, wav_block, wav_close };
