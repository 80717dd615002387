// Wav over libFLAC's stream decoder, which reads the sealed file through callbacks.
#include "song/wav.h"

#include <FLAC/stream_decoder.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 44, BLOCK_BYTES_MAX = 65536 * 2 * 3 };

struct Wav {
    BlobReader *flac;
    FLAC__StreamDecoder *decoder;
    int64_t at; // of the decoder in the FLAC file
    int64_t frames;
    unsigned channels, bits, rate;
    unsigned char header[HEADER_BYTES];
    int64_t block_at; // the decoded block's first byte, counted behind the header
    size_t block_bytes;
    unsigned char block[BLOCK_BYTES_MAX];
    Fault fault; // of reading the file
};

static FLAC__StreamDecoderReadStatus on_read(const FLAC__StreamDecoder *decoder, FLAC__byte *bytes,
                                             size_t *count, void *self)
{
    Wav *wav = self;
    size_t got = 0;
    (void)decoder;
    if (!blob_read(wav->flac, wav->at, bytes, *count, &got, &wav->fault))
        return FLAC__STREAM_DECODER_READ_STATUS_ABORT;
    wav->at += (int64_t)got;
    *count = got;
    return got > 0 ? FLAC__STREAM_DECODER_READ_STATUS_CONTINUE
                   : FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
}

static FLAC__StreamDecoderSeekStatus on_seek(const FLAC__StreamDecoder *decoder, FLAC__uint64 at, void *self)
{
    Wav *wav = self;
    (void)decoder;
    if (at > (FLAC__uint64)blob_length(wav->flac))
        return FLAC__STREAM_DECODER_SEEK_STATUS_ERROR;
    wav->at = (int64_t)at;
    return FLAC__STREAM_DECODER_SEEK_STATUS_OK;
}

static FLAC__StreamDecoderTellStatus on_tell(const FLAC__StreamDecoder *decoder, FLAC__uint64 *at, void *self)
{
    (void)decoder;
    *at = (FLAC__uint64)((Wav *)self)->at;
    return FLAC__STREAM_DECODER_TELL_STATUS_OK;
}

static FLAC__StreamDecoderLengthStatus on_length(const FLAC__StreamDecoder *decoder, FLAC__uint64 *length,
                                                 void *self)
{
    (void)decoder;
    *length = (FLAC__uint64)blob_length(((Wav *)self)->flac);
    return FLAC__STREAM_DECODER_LENGTH_STATUS_OK;
}

static FLAC__bool on_eof(const FLAC__StreamDecoder *decoder, void *self)
{
    Wav *wav = self;
    (void)decoder;
    return wav->at >= blob_length(wav->flac);
}

static FLAC__StreamDecoderWriteStatus on_write(const FLAC__StreamDecoder *decoder, const FLAC__Frame *frame,
                                               const FLAC__int32 *const samples[], void *self)
{
    Wav *wav = self;
    unsigned width = wav->bits / 8;
    (void)decoder;
    size_t bytes = (size_t)frame->header.blocksize * wav->channels * width;
    if (frame->header.channels != wav->channels || frame->header.bits_per_sample != wav->bits ||
        bytes > sizeof wav->block)
        return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
    unsigned char *out = wav->block;
    for (unsigned i = 0; i < frame->header.blocksize; i++)
        for (unsigned c = 0; c < wav->channels; c++)
            for (unsigned b = 0; b < width; b++)
                *out++ = (unsigned char)((uint32_t)samples[c][i] >> (8 * b));
    wav->block_at = (int64_t)(frame->header.number.sample_number * wav->channels * width);
    wav->block_bytes = bytes;
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

static void on_metadata(const FLAC__StreamDecoder *decoder, const FLAC__StreamMetadata *data, void *self)
{
    Wav *wav = self;
    (void)decoder;
    if (data->type != FLAC__METADATA_TYPE_STREAMINFO)
        return;
    wav->frames = (int64_t)data->data.stream_info.total_samples;
    wav->channels = data->data.stream_info.channels;
    wav->bits = data->data.stream_info.bits_per_sample;
    wav->rate = data->data.stream_info.sample_rate;
}

static void on_error(const FLAC__StreamDecoder *decoder, FLAC__StreamDecoderErrorStatus status, void *self)
{
    (void)decoder;
    (void)status;
    (void)self; // what could not be decoded is noticed as missing
}

static void put(unsigned char **out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *(*out)++ = (unsigned char)(value >> (8 * i));
}

static int64_t sample_bytes(const Wav *wav)
{
    return wav->frames * (int64_t)(wav->channels * wav->bits / 8);
}

static void write_header(Wav *wav)
{
    unsigned char *out = wav->header;
    uint32_t align = wav->channels * wav->bits / 8, bytes = (uint32_t)sample_bytes(wav);
    memcpy(out, "RIFF", 4), out += 4;
    put(&out, bytes + HEADER_BYTES - 8, 4);
    memcpy(out, "WAVEfmt ", 8), out += 8;
    put(&out, 16, 4);
    put(&out, 1, 2); // PCM
    put(&out, wav->channels, 2);
    put(&out, wav->rate, 4);
    put(&out, wav->rate * align, 4);
    put(&out, align, 2);
    put(&out, wav->bits, 2);
    memcpy(out, "data", 4), out += 4;
    put(&out, bytes, 4);
    assert(out == wav->header + HEADER_BYTES);
}

static bool plausible(const Wav *wav)
{
    return wav->frames > 0 && wav->channels >= 1 && wav->channels <= 2 &&
           (wav->bits == 16 || wav->bits == 24) && sample_bytes(wav) < (int64_t)UINT32_MAX - HEADER_BYTES;
}

bool wav_open(BlobReader *flac, Wav **out, Fault *fault)
{
    Wav *wav = calloc(1, sizeof *wav);
    if (wav == NULL)
        abort();
    wav->flac = flac;
    wav->block_at = -1;
    wav->decoder = FLAC__stream_decoder_new();
    bool opened =
        wav->decoder &&
        FLAC__stream_decoder_init_stream(wav->decoder, on_read, on_seek, on_tell, on_length, on_eof, on_write,
                                         on_metadata, on_error, wav) == FLAC__STREAM_DECODER_INIT_STATUS_OK &&
        FLAC__stream_decoder_process_until_end_of_metadata(wav->decoder);
    if (!opened || !plausible(wav)) {
        wav_close(wav);
        return fault_set(fault, FAULT_BROKEN, "a FLAC file cannot be read");
    }
    write_header(wav);
    *out = wav;
    return true;
}

void wav_close(Wav *wav)
{
    if (wav->decoder)
        FLAC__stream_decoder_delete(wav->decoder);
    blob_reader_close(wav->flac);
    free(wav);
}

int64_t wav_length(const Wav *wav)
{
    return HEADER_BYTES + sample_bytes(wav);
}

static bool holds(const Wav *wav, int64_t at)
{
    return wav->block_at >= 0 && at >= wav->block_at && at < wav->block_at + (int64_t)wav->block_bytes;
}

// Brings the block with byte `at` of the samples: the next one when reading goes on, else by seeking.
static bool bring(Wav *wav, int64_t at, Fault *fault)
{
    bool next = wav->block_at >= 0 && at == wav->block_at + (int64_t)wav->block_bytes;
    if (next)
        FLAC__stream_decoder_process_single(wav->decoder);
    if (!holds(wav, at)) {
        unsigned frame = wav->channels * wav->bits / 8;
        // After a failed seek the decoder wants a flush; the one retry is for that.
        FLAC__uint64 sample = (FLAC__uint64)at / frame;
        if (!FLAC__stream_decoder_seek_absolute(wav->decoder, sample))
            FLAC__stream_decoder_flush(wav->decoder);
    }
    if (holds(wav, at))
        return true;
    if (wav->fault.kind != FAULT_NONE) {
        *fault = wav->fault;
        return false;
    }
    return fault_set(fault, FAULT_BROKEN, "a FLAC file is damaged");
}

bool wav_read(Wav *wav, int64_t at, void *bytes, size_t count, size_t *got, Fault *fault)
{
    unsigned char *out = bytes;
    *got = 0;
    while (*got < count && at < wav_length(wav)) {
        const unsigned char *from = wav->header + at;
        size_t there = at < HEADER_BYTES ? (size_t)(HEADER_BYTES - at) : 0;
        if (there == 0) {
            int64_t in = at - HEADER_BYTES;
            if (!holds(wav, in) && !bring(wav, in, fault))
                return false;
            from = wav->block + (in - wav->block_at);
            there = wav->block_bytes - (size_t)(in - wav->block_at);
        }
        size_t take = there < count - *got ? there : count - *got;
        memcpy(out + *got, from, take);
        *got += take;
        at += (int64_t)take;
    }
    return true;
}
