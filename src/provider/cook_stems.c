// The stems: one FLAC for each part, stored in one zip.
//
// All parts sound at once but a zip wants one after the other, so they wait in memory. When that could be too
// much for it, the song is played several times, and some parts are kept of each playing.
#include "provider/cook.h"

#include "dsp/dsp.h"
#include "encode/decode.h"
#include "encode/encode.h"
#include "provider/zip.h"

#include <math.h>
#include <string.h>

enum { PIECE_BYTES = 1 << 20, FRAME_BYTES = 6 };

static const int64_t memory_bytes = (int64_t)900 << 20; // for FLAC bytes that wait

typedef struct Piece Piece;
struct Piece {
    Piece *next;
    size_t held;
    unsigned char bytes[PIECE_BYTES];
};

typedef struct Stem {
    Arena *arena;
    Encoder *encoder;
    Decoder *decoder;
    Levels levels; // as it was played
    Piece *first, *last;
    ZipFile file;
} Stem;

typedef struct Stems {
    Dish *dish;
    Stem stems[PART_MAX];
    int from, to;       // parts that are kept of this playing
    int64_t heard, all; // frames of all playings
    Judge judge;
    bool playable;
    Zip zip;
    Fault fault;
} Stems;

static bool stem_write(void *self, const void *bytes, size_t count)
{
    Stem *stem = self;
    stem->file.sum = zip_sum(stem->file.sum, bytes, count);
    stem->file.bytes += (uint32_t)count;
    decoder_write(stem->decoder, bytes, count);
    for (const char *rest = bytes; count > 0;) {
        if (stem->last == NULL || stem->last->held == PIECE_BYTES) {
            Piece *piece = ARENA_NEW(stem->arena, Piece);
            *(stem->last ? &stem->last->next : &stem->first) = piece;
            stem->last = piece;
        }
        size_t room = PIECE_BYTES - stem->last->held, step = count < room ? count : room;
        memcpy(stem->last->bytes + stem->last->held, rest, step);
        stem->last->held += step;
        rest += step;
        count -= step;
    }
    return true;
}

static bool zip_write(void *self, const void *bytes, size_t count)
{
    const Dish *dish = self;
    return message_bytes(dish->fd, MADE_STEMS, bytes, count);
}

// "02-electric-piano.flac": the number keeps the order of the score, and names apart.
static Str stem_name(Arena *arena, int index, Str part)
{
    Str name = arena_print(arena, "%02d-" STR_FMT ".flac", index + 1, STR_ARG(part));
    char *text = arena_take(arena, name.length + 1);
    for (size_t i = 0; i < name.length; i++)
        text[i] = name.data[i] == ' ' || name.data[i] == '/' ? '-' : name.data[i];
    return (Str){ text, name.length };
}

static bool stem_open(Stems *stems, Arena *arena, int index, Fault *fault)
{
    Dish *dish = stems->dish;
    const Part *part = &dish->song.score.parts[index];
    Tags tags = dish->tags;
    tags.part = part->role == ROLE_DRUMS ? STR("drums") : part->instrument.name;
    Stem *stem = &stems->stems[index];
    stem->arena = arena;
    stem->file.name = stem_name(&dish->arena, index, tags.part);
    Sink sink = { stem, stem_write, NULL };
    return decoder_open(arena, FORMAT_FLAC, &stem->decoder, fault) &&
           encoder_open(arena, FORMAT_FLAC, dish->song.performance.frames, &tags, sink, &stem->encoder,
                        fault);
}

static bool stem_close(Stems *stems, int index, Fault *fault)
{
    Stem *stem = &stems->stems[index];
    if (!encoder_close(stem->encoder, fault))
        return false;
    stems->playable &= decoder_close(stem->decoder, &stem->levels);
    bool told = zip_file(&stems->zip, &stem->file);
    for (const Piece *piece = stem->first; told && piece; piece = piece->next)
        told = zip_bytes(&stems->zip, piece->bytes, piece->held);
    return told || dish_gone(fault);
}

static bool hear_mix(void *self, const float *left, const float *right, int frames)
{
    Stems *stems = self;
    if (stems->from == 0) // later playings are the same
        judge_run(&stems->judge, left, right, frames);
    stems->heard += frames;
    return dish_progress(stems->dish, stems->heard, stems->all, &stems->fault);
}

// A part alone may be louder than a file can hold, where the mix would have turned it down: its file is cut
// off there, and what is heard of it again is held against that.
static void hear_held(Levels *levels, const float *left, const float *right, int frames)
{
    enum { PIECE = 512 };
    float held[2][PIECE];
    for (int from = 0; from < frames; from += PIECE) {
        int count = frames - from < PIECE ? frames - from : PIECE;
        for (int i = 0; i < count; i++) {
            held[0][i] = fminf(fmaxf(left[from + i], -1.0f), 1.0f);
            held[1][i] = fminf(fmaxf(right[from + i], -1.0f), 1.0f);
        }
        levels_run(levels, held[0], held[1], count);
    }
}

static bool hear_stem(void *self, int part, const float *left, const float *right, int frames)
{
    Stems *stems = self;
    if (part < stems->from || part >= stems->to)
        return true;
    hear_held(&stems->stems[part].levels, left, right, frames);
    return encoder_write(stems->stems[part].encoder, left, right, frames, &stems->fault);
}

static bool play(Stems *stems, Arena *arena, RenderReport *report, Fault *fault)
{
    const Larder *larder = stems->dish->larder;
    Listener listener = { stems, hear_mix, hear_stem };
    for (int i = stems->from; i < stems->to; i++)
        if (!stem_open(stems, arena, i, fault))
            return false;
    if (!larder->engine->render(&stems->dish->song, larder->font, &workers_none, &listener, report, fault))
        return false;
    for (int i = stems->from; i < stems->to; i++)
        if (!stem_close(stems, i, fault))
            return false;
    return true;
}

// Parts alone may be silent or stop as they like; the song that they are of may not.
static Verdict verdict_of(const Stems *stems)
{
    Verdict verdict = judge_verdict(&stems->judge, 0.0, stems->dish->song.score.ending == ENDING_LOOP);
    return verdict == VERDICT_GOOD && !stems->playable ? VERDICT_UNDECODABLE : verdict;
}

bool cook_stems(Dish *dish, Fault *fault)
{
    int parts = dish->song.score.part_count;
    int64_t frames = dish->song.performance.frames;
    int64_t fit = memory_bytes / (frames * FRAME_BYTES + PIECE_BYTES); // FLAC never grows by much
    int at_once = fit < 1 ? 1 : fit > parts ? parts : (int)fit;

    Stems *stems = ARENA_NEW(&dish->arena, Stems);
    stems->dish = dish;
    stems->playable = true;
    stems->all = frames * ((parts + at_once - 1) / at_once);
    stems->zip = zip_open((Sink){ dish, zip_write, NULL });
    RenderReport report = { 0 };
    for (int from = 0; from < parts; from += at_once) {
        Arena arena = { 0 };
        stems->from = from;
        stems->to = from + at_once < parts ? from + at_once : parts;
        bool played = play(stems, &arena, &report, fault);
        arena_close(&arena);
        if (!played)
            return false;
    }
    DoneFacts facts = { report.lufs, 0.0, frames * 1000 / RATE_HZ, verdict_of(stems) };
    return (zip_close(&stems->zip) && message_done(dish->fd, &facts)) || dish_gone(fault);
}
