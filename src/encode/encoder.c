// The part that all formats share: choosing one, cutting blocks, keeping count, and the sink.
#include "encode/coder.h"

#include "encode/pcm.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static const struct {
    Str ending;
    Format format;
} endings[] = {
    { STR_INIT(".wav"), FORMAT_WAV24 },
    { STR_INIT(".flac"), FORMAT_FLAC },
    { STR_INIT(".mp3"), FORMAT_MP3 },
    { STR_INIT(".opus"), FORMAT_OPUS },
};

static bool ends_any_case(Str name, Str ending)
{
    if (name.length <= ending.length) // a name that is nothing but an ending has none
        return false;
    const char *end = name.data + name.length - ending.length;
    for (size_t i = 0; i < ending.length; i++)
        if (tolower((unsigned char)end[i]) != ending.data[i])
            return false;
    return end[-1] != '/';
}

bool format_find(Str file_name, Format *out)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_any_case(file_name, endings[i].ending)) {
            *out = endings[i].format;
            return true;
        }
    return false;
}

static const Coder *coder_of(Format format)
{
    switch (format) {
    case FORMAT_FLAC:
        return &coder_flac;
    case FORMAT_MP3:
        return &coder_mp3;
    case FORMAT_OPUS:
        return &coder_opus;
    default:
        return &coder_wav;
    }
}

bool encoder_put(Encoder *encoder, const void *bytes, size_t count)
{
    if (encoder->sink_failed || (count && !encoder->sink.write(encoder->sink.self, bytes, count)))
        encoder->sink_failed = true;
    encoder->at += (int64_t)count;
    return !encoder->sink_failed;
}

bool encoder_seek(Encoder *encoder, int64_t at)
{
    if (encoder->sink_failed || !encoder->sink.seek(encoder->sink.self, at))
        encoder->sink_failed = true;
    encoder->at = at;
    return !encoder->sink_failed;
}

bool encoder_fault(const Encoder *encoder, const char *library, Fault *fault)
{
    if (encoder->sink_failed)
        return fault_set(fault, FAULT_BROKEN, "Could not write the file: is the disk full?");
    return fault_set(fault, FAULT_BROKEN, "Could not encode the song: %s.", library);
}

bool encoder_open(Arena *arena, Format format, int64_t frames, const Tags *tags, Sink sink, Encoder **out,
                  Fault *fault)
{
    assert(frames >= 0);
    Encoder *encoder = ARENA_NEW(arena, Encoder);
    encoder->coder = coder_of(format);
    encoder->format = format;
    encoder->arena = arena;
    encoder->sink = sink;
    encoder->frames = frames;

    TagTexts texts = tags_text(arena, tags);
    if (!encoder->coder->open(encoder, &texts, fault)) {
        Fault second;
        encoder->coder->close(encoder, false, &second);
        return false;
    }
    *out = encoder;
    return true;
}

static bool code_held(Encoder *encoder, Fault *fault)
{
    int frames = encoder->held;
    encoder->held = 0;
    if (frames == 0)
        return true;
    size_t rest = (size_t)(CODER_BLOCK - frames) * sizeof(float);
    memset(encoder->left + frames, 0, rest);
    memset(encoder->right + frames, 0, rest);
    return encoder->coder->block(encoder, frames, fault);
}

bool encoder_write(Encoder *encoder, const float *left, const float *right, int frames, Fault *fault)
{
    assert(frames >= 0);
    assert(encoder->taken + frames <= encoder->frames);
    if (encoder->failed)
        return encoder_fault(encoder, "it failed before", fault);

    for (int done = 0; done < frames;) {
        int room = CODER_BLOCK - encoder->held;
        int step = frames - done < room ? frames - done : room;
        pcm_clip(left + done, encoder->left + encoder->held, step);
        pcm_clip(right + done, encoder->right + encoder->held, step);
        encoder->held += step;
        done += step;
        if (encoder->held == CODER_BLOCK && !code_held(encoder, fault)) {
            encoder->failed = true;
            return false;
        }
    }
    encoder->taken += frames;
    return true;
}

bool encoder_close(Encoder *encoder, Fault *fault)
{
    if (!encoder->failed && encoder->taken != encoder->frames) {
        encoder->coder->close(encoder, false, fault);
        return fault_set(fault, FAULT_BROKEN, "The song stopped after %" PRId64 " of %" PRId64 " frames.",
                         encoder->taken, encoder->frames);
    }
    bool whole = !encoder->failed && code_held(encoder, fault);
    Fault second;
    bool closed = encoder->coder->close(encoder, whole, whole ? fault : &second);
    if (encoder->failed)
        return encoder_fault(encoder, "it failed before", fault);
    return whole && closed;
}
