#include "cmd/outputs.h"

#include "cmd/progress.h"
#include "master/loudness.h"
#include "sys/clock.h"
#include "sys/file.h"

#include <sodium.h>
#include <string.h>

enum { FILES_MAX = PART_MAX + 4, DIGEST_BYTES = 32 };

typedef struct AudioFile {
    OutFile *file;
    Encoder *encoder;
} AudioFile;

struct Outputs {
    Arena *arena;
    AudioFile mix;
    AudioFile stems[PART_MAX];
    int stem_count;
    const char *paths[FILES_MAX];
    int path_count;
    TruePeak *peak;
    crypto_generichash_state hash;
    bool hashes; // somebody will read the digest
    Heard heard;
    Progress progress;
    Fault fault;
};

Str digest_hex(Arena *arena, const void *bytes, size_t count)
{
    unsigned char digest[DIGEST_BYTES];
    crypto_generichash(digest, sizeof digest, bytes, count, NULL, 0);
    char *text = arena_take(arena, sizeof digest * 2 + 1);
    sodium_bin2hex(text, sizeof digest * 2 + 1, digest, sizeof digest);
    return str_of(text);
}

static bool audio_open(Outputs *o, const char *path, Format format, int64_t frames, const Tags *tags, AudioFile *out, Fault *fault)
{
    if (!outfile_open(o->arena, path, &out->file, fault))
        return false;
    Sink sink = { out->file, outfile_write, outfile_seekable(out->file) ? outfile_seek : NULL };
    o->paths[o->path_count++] = path;
    return encoder_open(o->arena, format, frames, tags, sink, &out->encoder, fault);
}

static bool format_of(const Options *options, Format *format, Fault *fault)
{
    Str name = str_of(options->output);
    *format = FORMAT_WAV24;
    if (!str_equal(name, STR("-")) && !format_find(name, format))
        return fault_set(fault, FAULT_INPUT, "\"%s\" must end in .wav, .flac, .mp3 or .opus.", options->output);
    if (*format == FORMAT_WAV24)
        *format = options->bits == 16 ? FORMAT_WAV16 : options->bits == 32 ? FORMAT_WAVF : FORMAT_WAV24;
    return true;
}

// "02-electric-piano": the number keeps the order of the score, and names apart.
static Str stem_name(Arena *arena, int index, Str instrument)
{
    Str name = arena_print(arena, "%02d-" STR_FMT, index + 1, STR_ARG(instrument));
    char *text = arena_take(arena, name.length + 1);
    for (size_t i = 0; i < name.length; i++)
        text[i] = name.data[i] == ' ' || name.data[i] == '/' ? '-' : name.data[i];
    return str_of(text);
}

static bool stems_open(Outputs *o, const Options *options, const Song *song, const Tags *tags, Format format, Fault *fault)
{
    if (!folder_make(options->stems, fault))
        return false;
    bool wav = format <= FORMAT_WAVF;
    for (int i = 0; i < song->score.part_count; i++) {
        const Part *part = &song->score.parts[i];
        Tags stem = *tags;
        stem.part = part->role == ROLE_DRUMS ? STR("drums") : part->instrument.name;
        Str name = stem_name(o->arena, i, stem.part);
        Str path = arena_print(o->arena, "%s/" STR_FMT "%s", options->stems, STR_ARG(name), wav ? ".wav" : ".flac");
        o->stem_count++;
        if (!audio_open(o, path.data, wav ? format : FORMAT_FLAC, song->performance.frames, &stem, &o->stems[i], fault))
            return false;
    }
    return true;
}

bool outputs_open(Arena *arena, const Options *options, const Song *song, const Tags *tags, Outputs **out, Fault *fault)
{
    Outputs *o = *out = ARENA_NEW(arena, Outputs);
    Format format;
    o->arena = arena;
    o->peak = truepeak_open(arena);
    o->hashes = options->json || options->recipe;
    crypto_generichash_init(&o->hash, NULL, 0, DIGEST_BYTES);
    progress_open(&o->progress, song->performance.frames, options->quiet);
    return format_of(options, &format, fault) &&
           audio_open(o, options->output, format, song->performance.frames, tags, &o->mix, fault) &&
           (options->stems == NULL || stems_open(o, options, song, tags, format, fault));
}

static bool hear_mix(void *self, const float *left, const float *right, int frames)
{
    Outputs *o = self;
    if (o->heard.frames == 0)
        o->heard.first_audio_ms = clock_process_ms();
    truepeak_run(o->peak, left, right, frames);
    if (o->hashes) {
        crypto_generichash_update(&o->hash, (const unsigned char *)left, (size_t)frames * sizeof *left);
        crypto_generichash_update(&o->hash, (const unsigned char *)right, (size_t)frames * sizeof *right);
    }

    double start = clock_ms();
    bool done = encoder_write(o->mix.encoder, left, right, frames, &o->fault);
    o->heard.last_audio_ms = start;
    o->heard.encode_ms += clock_ms() - start;
    o->heard.frames += frames;
    progress_show(&o->progress, o->heard.frames);
    return done;
}

static bool hear_stem(void *self, int part, const float *left, const float *right, int frames)
{
    Outputs *o = self;
    return encoder_write(o->stems[part].encoder, left, right, frames, &o->fault);
}

Listener outputs_listener(Outputs *o)
{
    return (Listener){ o, hear_mix, o->stem_count ? hear_stem : NULL };
}

static bool audio_close(Outputs *o, AudioFile *audio, bool done, Fault *fault)
{
    if (audio->encoder)
        done = encoder_close(audio->encoder, fault) && done;
    if (audio->file == NULL)
        return done;
    const Fault *why = outfile_fault(audio->file);
    if (why->kind != FAULT_NONE)
        *fault = *why; // the file knows better than the encoder
    (void)o;
    if (done && why->kind == FAULT_NONE)
        return outfile_close(audio->file, fault);
    outfile_abandon(audio->file);
    return false;
}

bool outputs_close(Outputs *o, bool done, Fault *fault)
{
    double start = clock_ms();
    progress_close(&o->progress);
    if (o->fault.kind != FAULT_NONE)
        *fault = o->fault;
    for (int i = 0; i < o->stem_count; i++)
        done = audio_close(o, &o->stems[i], done, fault) && done;
    done = audio_close(o, &o->mix, done, fault) && done;
    o->heard.encode_ms += clock_ms() - start;
    return done;
}

void outputs_heard(Arena *arena, Outputs *o, Heard *out)
{
    unsigned char digest[DIGEST_BYTES];
    crypto_generichash_state state = o->hash;
    crypto_generichash_final(&state, digest, sizeof digest);
    char *text = arena_take(arena, sizeof digest * 2 + 1);
    sodium_bin2hex(text, sizeof digest * 2 + 1, digest, sizeof digest);
    *out = o->heard;
    out->digest = str_of(text);
    out->true_peak_db = truepeak_db(o->peak);
}

int outputs_files(const Outputs *o, const char *const **paths)
{
    *paths = o->paths;
    return o->path_count;
}
