// Opus by libopusenc, 160 kbit/s. The length is exact: the last page's position says where to stop.
// The stream's number comes from the seed, so that the same song gives the same bytes.
#include "encode/coder.h"

#include "dsp/dsp.h"

#include <opusenc.h>

enum {
    CHANNELS = 2,
    BITS_PER_SECOND = 160000,
    COMPLEXITY = 7, // the lowest that still analyses tones; 10 takes 1.6 times as long
    FAMILY_STEREO = 0,
    GAIN_Q8 = -128, // 0.5 dB down, in the header: room for what decoding adds to the peaks of loud songs
};

typedef struct Opus {
    OggOpusComments *comments;
    OggOpusEnc *library;
    float both[CODER_BLOCK * CHANNELS];
} Opus;

static int on_write(void *self, const unsigned char *bytes, opus_int32 count)
{
    return encoder_put(self, bytes, (size_t)count) ? 0 : 1;
}

static int on_close(void *self)
{
    (void)self; // the sink is its owner's
    return 0;
}

static const OpusEncCallbacks callbacks = { on_write, on_close };

static bool add_comment(OggOpusComments *comments, const char *name, Str text)
{
    return text.length == 0 || ope_comments_add(comments, name, text.data) == OPE_OK;
}

static bool add_comments(OggOpusComments *comments, const TagTexts *tags)
{
    return comments && add_comment(comments, "TITLE", tags->title) &&
           add_comment(comments, "COMMENT", tags->comment) && add_comment(comments, "SEED", tags->seed) &&
           add_comment(comments, "ENGINE", tags->engine) && add_comment(comments, "AI_GENERATED", STR("yes"));
}

static int set_up(OggOpusEnc *library, uint64_t seed_hash)
{
    int error = ope_encoder_ctl(library, OPUS_SET_BITRATE(BITS_PER_SECOND));
    if (error == OPE_OK)
        error = ope_encoder_ctl(library, OPUS_SET_COMPLEXITY(COMPLEXITY));
    if (error == OPE_OK)
        error = ope_encoder_ctl(library, OPE_SET_SERIALNO((opus_int32)(seed_hash & 0x7fffffff)));
    if (error == OPE_OK)
        error = ope_encoder_ctl(library, OPE_SET_COMMENT_PADDING(0));
    if (error == OPE_OK)
        error = ope_encoder_ctl(library, OPE_SET_HEADER_GAIN(GAIN_Q8));
    if (error == OPE_OK)
        error = ope_encoder_flush_header(library);
    return error;
}

static bool opus_open(Encoder *encoder, const TagTexts *tags, Fault *fault)
{
    Opus *opus = encoder->self = ARENA_NEW(encoder->arena, Opus);
    opus->comments = ope_comments_create();
    if (!add_comments(opus->comments, tags))
        return encoder_fault(encoder, "libopusenc has no memory", fault);

    int error;
    opus->library = ope_encoder_create_callbacks(&callbacks, encoder, opus->comments, RATE_HZ, CHANNELS,
                                                 FAMILY_STEREO, &error);
    if (opus->library)
        error = set_up(opus->library, str_hash(tags->seed));
    return error == OPE_OK || encoder_fault(encoder, ope_strerror(error), fault);
}

static bool opus_block(Encoder *encoder, int frames, Fault *fault)
{
    Opus *opus = encoder->self;
    for (int i = 0; i < frames; i++) {
        opus->both[i * 2] = encoder->left[i];
        opus->both[i * 2 + 1] = encoder->right[i];
    }
    int error = ope_encoder_write_float(opus->library, opus->both, frames);
    return error == OPE_OK || encoder_fault(encoder, ope_strerror(error), fault);
}

static bool opus_close(Encoder *encoder, bool whole, Fault *fault)
{
    Opus *opus = encoder->self;
    int error = OPE_OK;
    if (whole && encoder->frames == 0) // the library cannot end a stream of nothing
        error = ope_encoder_write_float(opus->library, opus->both, 1);
    if (whole && error == OPE_OK)
        error = ope_encoder_drain(opus->library);
    if (opus->library)
        ope_encoder_destroy(opus->library);
    if (opus->comments)
        ope_comments_destroy(opus->comments);
    if (!whole || error != OPE_OK || encoder->sink_failed)
        return encoder_fault(encoder, ope_strerror(error), fault);
    return true;
}

const Coder coder_opus = { opus_open, opus_block, opus_close };
