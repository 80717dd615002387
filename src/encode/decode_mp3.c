// MP3 by libmpg123, which is not the library that wrote it. The header says what to leave out at both ends,
// so the length is exact. A frame that is missing or cannot be read makes it shorter or quieter.
#include "encode/hearer.h"

#include <mpg123.h>

static mpg123_handle *open_library(void)
{
    int error;
    mpg123_handle *library = mpg123_new(NULL, &error);
    if (library == NULL)
        return NULL;
    if (mpg123_param(library, MPG123_ADD_FLAGS, MPG123_QUIET | MPG123_GAPLESS | MPG123_NO_RESYNC, 0.0) ==
            MPG123_OK &&
        mpg123_format_none(library) == MPG123_OK &&
        mpg123_format(library, RATE_HZ, MPG123_STEREO, MPG123_ENC_FLOAT_32) == MPG123_OK &&
        mpg123_open_feed(library) == MPG123_OK)
        return library;
    mpg123_delete(library);
    return NULL;
}

static bool mp3_open(Decoder *decoder)
{
    decoder->self = open_library();
    return decoder->self != NULL;
}

static void mp3_write(Decoder *decoder, const unsigned char *bytes, size_t count)
{
    mpg123_handle *library = decoder->self;
    int said = mpg123_feed(library, bytes, count);
    while (said == MPG123_OK || said == MPG123_NEW_FORMAT) {
        off_t number;
        unsigned char *sound = NULL;
        size_t length = 0;
        said = mpg123_decode_frame(library, &number, &sound, &length);
        if (said == MPG123_OK && length)
            decoder_hear(decoder, (const float *)(const void *)sound, (int)(length / (2 * sizeof(float))));
    }
    decoder->broken = said != MPG123_NEED_MORE;
}

static void mp3_end(Decoder *decoder)
{
    (void)decoder; // what was fed was heard
}

static void mp3_close(Decoder *decoder)
{
    mpg123_delete(decoder->self);
}

const Hearer hearer_mp3 = { mp3_open, mp3_write, mp3_end, mp3_close, 3.0 };
