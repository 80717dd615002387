// MP3 by libmp3lame: variable bit rate, best quality (V0), which is transparent and lets little
// overshoot through. Before the sound stand the tags and LAME's own header with the exact length.
//
//     ID3v2.4   header frame (Xing, LAME: frames, delay, padding)   sound
//
// LAME fills its header in at the end. A sink that cannot seek gets a header of ours instead, made at
// the start: the number of frames is known, and so are delay and padding.
#include "encode/coder.h"

#include "base/buf.h"
#include "dsp/dsp.h"
#include "encode/id3.h"

#include <lame/lame.h>
#include <string.h>

enum {
    CHANNELS = 2,
    QUALITY_VBR = 0,
    EFFORT = 5, // of 0 slow .. 9; a third faster than 3, and 2 % larger files
    FRAME = 1152,
    DELAY = 576,  // frames that LAME starts with
    XING_AT = 36, // in the header frame: after 4 bytes of header and 32 of side information
    XING_BYTES = 12 + 36,
    OUT_BYTES = CODER_BLOCK * 5 / 4 + 7200, // as lame.h asks for
    ID3_BYTES_MAX = 17000,
};

static const float mp3_scale = 0.977f; // 0.2 dB down: room for what decoding adds to the peaks of loud songs

typedef struct Mp3 {
    lame_t library;
    int64_t header_at; // of LAME's header frame in the file
    bool header_done;
    unsigned char out[OUT_BYTES];
} Mp3;

static lame_t set_up(int64_t frames)
{
    lame_t library = lame_init();
    if (library == NULL)
        return NULL;
    lame_set_num_samples(library, (unsigned long)frames);
    lame_set_in_samplerate(library, RATE_HZ);
    lame_set_out_samplerate(library, RATE_HZ);
    lame_set_num_channels(library, CHANNELS);
    lame_set_mode(library, JOINT_STEREO);
    lame_set_scale(library, mp3_scale);
    lame_set_VBR(library, vbr_mtrh);
    lame_set_VBR_quality(library, QUALITY_VBR);
    lame_set_quality(library, EFFORT);
    lame_set_write_id3tag_automatic(library, 0);
    lame_set_bWriteVbrTag(library, 1);
    if (lame_init_params(library) < 0) {
        lame_close(library);
        return NULL;
    }
    return library;
}

static bool mp3_open(Encoder *encoder, const TagTexts *tags, Fault *fault)
{
    Mp3 *mp3 = encoder->self = ARENA_NEW(encoder->arena, Mp3);
    mp3->library = set_up(encoder->frames);
    if (mp3->library == NULL)
        return encoder_fault(encoder, "libmp3lame did not start", fault);

    Buf id3 = buf_make(encoder->arena, ID3_BYTES_MAX);
    id3_write(tags, encoder->frames * 1000 / RATE_HZ, &id3);
    mp3->header_at = (int64_t)id3.length;
    return encoder_put(encoder, id3.data, id3.length) || encoder_fault(encoder, "", fault);
}

static void put_number(unsigned char *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
}

// LAME codes whole frames and at least half a frame more than came, so that its filters run empty.
static void write_stream_header(unsigned char *frame, int64_t frames)
{
    uint32_t filled = (uint32_t)(frames + DELAY);
    uint32_t padding = FRAME - filled % FRAME;
    if (padding < DELAY)
        padding += FRAME;
    unsigned char *xing = frame + XING_AT;
    memcpy(xing, "Xing", 4);
    put_number(xing + 4, 1, 4); // what follows: the number of frames only
    put_number(xing + 8, (filled + padding) / FRAME, 4);
    unsigned char *lame = xing + 12;
    memcpy(lame, "LAME3.100", 9);
    put_number(lame + 21, DELAY << 12 | padding, 3);
}

static bool put_sound(Encoder *encoder, int count, Fault *fault)
{
    Mp3 *mp3 = encoder->self;
    if (count < 0)
        return encoder_fault(encoder, "libmp3lame failed", fault);
    if (!mp3->header_done && count >= XING_AT + XING_BYTES) {
        if (encoder->sink.seek == NULL)
            write_stream_header(mp3->out, encoder->frames);
        mp3->header_done = true;
    }
    return encoder_put(encoder, mp3->out, (size_t)count) || encoder_fault(encoder, "", fault);
}

static bool mp3_block(Encoder *encoder, int frames, Fault *fault)
{
    Mp3 *mp3 = encoder->self;
    int count = lame_encode_buffer_ieee_float(mp3->library, encoder->left, encoder->right, frames, mp3->out,
                                              OUT_BYTES);
    return put_sound(encoder, count, fault);
}

static bool rewrite_header(Encoder *encoder, Fault *fault)
{
    Mp3 *mp3 = encoder->self;
    int64_t end = encoder->at;
    size_t count = lame_get_lametag_frame(mp3->library, mp3->out, OUT_BYTES);
    if (count > OUT_BYTES)
        return encoder_fault(encoder, "libmp3lame's header is too large", fault);
    bool done = encoder_seek(encoder, mp3->header_at) && encoder_put(encoder, mp3->out, count) &&
                encoder_seek(encoder, end);
    return done || encoder_fault(encoder, "", fault);
}

static bool mp3_close(Encoder *encoder, bool whole, Fault *fault)
{
    Mp3 *mp3 = encoder->self;
    bool done = whole && put_sound(encoder, lame_encode_flush(mp3->library, mp3->out, OUT_BYTES), fault);
    if (done && encoder->sink.seek)
        done = rewrite_header(encoder, fault);
    if (mp3->library)
        lame_close(mp3->library);
    return done;
}

const Coder coder_mp3 = { mp3_open, mp3_block, mp3_close };
