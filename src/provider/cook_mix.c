// The mix: three formats side by side from the same blocks, and the papers that go with them.
//
// The first bytes of the MP3 leave as soon as there are any, since somebody waits to hear them. What has left
// is decoded again behind their backs, and the sound itself is judged, so that the end can say what it was.
#include "provider/cook.h"

#include "dsp/dsp.h"
#include "encode/decode.h"
#include "encode/encode.h"
#include "encode/midi.h"
#include "encode/notes.h"
#include "master/loudness.h"
#include "music/recipe.h"
#include "sys/secret.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

enum {
    FORMATS = 3,
    HELD_BYTES = 1 << 15,  // of a format, before they are sent
    EAGER_BYTES = 1 << 17, // of the MP3 go at once, some seconds of sound
    PEAK_FRAMES = RATE_HZ / 20,
    PEAKS_MAX = 12000,
    PEAK_TOP = 127,
    PAPER_BYTES_MAX = 1 << 20,
    MIDI_BYTES_MAX = 16 << 20,
    NOTES_BYTES_MAX = 4 << 20,
    DIGEST_BYTES = 32,
};

typedef struct Bottle { // one format
    int fd;
    MadeKind kind;
    Encoder *encoder;
    Decoder *decoder;
    bool eager;
    int64_t sent;
    size_t held;
    unsigned char bytes[HELD_BYTES];
} Bottle;

typedef struct Mix {
    Dish *dish;
    Bottle bottles[FORMATS];
    TruePeak *true_peak;
    Judge judge;
    bool playable; // each file decodes to this sound
    crypto_generichash_state hash;
    int64_t frames;
    unsigned char peaks[PEAKS_MAX];
    float peak; // of the stretch being heard
    Fault fault;
} Mix;

static const struct {
    Format format;
    MadeKind kind;
} formats[FORMATS] = { { FORMAT_MP3, MADE_MP3 }, { FORMAT_FLAC, MADE_FLAC }, { FORMAT_OPUS, MADE_OPUS } };

static bool bottle_pour(Bottle *bottle)
{
    size_t count = bottle->held;
    bottle->held = 0;
    bottle->sent += (int64_t)count;
    if (!message_bytes(bottle->fd, bottle->kind, bottle->bytes, count))
        return false;
    decoder_write(bottle->decoder, bottle->bytes, count);
    return true;
}

static bool bottle_write(void *self, const void *bytes, size_t count)
{
    Bottle *bottle = self;
    const char *rest = bytes;
    while (count > 0) {
        size_t room = HELD_BYTES - bottle->held, step = count < room ? count : room;
        memcpy(bottle->bytes + bottle->held, rest, step);
        bottle->held += step;
        rest += step;
        count -= step;
        if (bottle->held == HELD_BYTES && !bottle_pour(bottle))
            return false;
    }
    return true;
}

static bool bottles_open(Mix *mix, Fault *fault)
{
    Dish *dish = mix->dish;
    for (int i = 0; i < FORMATS; i++) {
        Bottle *bottle = &mix->bottles[i];
        bottle->fd = dish->fd;
        bottle->kind = formats[i].kind;
        bottle->eager = bottle->kind == MADE_MP3;
        Sink sink = { bottle, bottle_write, NULL };
        if (!decoder_open(&dish->arena, formats[i].format, &bottle->decoder, fault) ||
            !encoder_open(&dish->arena, formats[i].format, dish->song.performance.frames, &dish->tags, sink,
                          &bottle->encoder, fault))
            return false;
    }
    return true;
}

// The rest of each; what they hold besides goes with the process.
static bool bottles_close(Mix *mix, Fault *fault)
{
    mix->playable = true;
    for (int i = 0; i < FORMATS; i++) {
        Bottle *bottle = &mix->bottles[i];
        if (!encoder_close(bottle->encoder, fault))
            return false;
        if (!bottle_pour(bottle))
            return dish_gone(fault);
        mix->playable &= decoder_close(bottle->decoder, &mix->judge.levels);
    }
    return true;
}

static void hear_peaks(Mix *mix, const float *left, const float *right, int frames)
{
    for (int i = 0; i < frames; i++) {
        float high = fmaxf(fabsf(left[i]), fabsf(right[i]));
        mix->peak = fmaxf(mix->peak, high);
        int64_t at = mix->frames + i;
        if ((at + 1) % PEAK_FRAMES != 0 && at + 1 != mix->dish->song.performance.frames)
            continue;
        int64_t place = at / PEAK_FRAMES;
        if (place < PEAKS_MAX)
            mix->peaks[place] = (unsigned char)(fminf(mix->peak, 1.0f) * PEAK_TOP + 0.5f);
        mix->peak = 0.0f;
    }
}

static bool hear_mix(void *self, const float *left, const float *right, int frames)
{
    Mix *mix = self;
    for (int i = 0; i < FORMATS; i++) {
        Bottle *bottle = &mix->bottles[i];
        if (!encoder_write(bottle->encoder, left, right, frames, &mix->fault))
            return false;
        if (bottle->eager && bottle->held > 0 && bottle->sent < EAGER_BYTES && !bottle_pour(bottle))
            return dish_gone(&mix->fault);
    }
    truepeak_run(mix->true_peak, left, right, frames);
    judge_run(&mix->judge, left, right, frames);
    crypto_generichash_update(&mix->hash, (const unsigned char *)left, (size_t)frames * sizeof *left);
    crypto_generichash_update(&mix->hash, (const unsigned char *)right, (size_t)frames * sizeof *right);
    hear_peaks(mix, left, right, frames);
    mix->frames += frames;
    return dish_progress(mix->dish, mix->frames, mix->dish->song.performance.frames, &mix->fault);
}

static bool tell(const Dish *dish, MadeKind kind, const Buf *buf, Fault *fault)
{
    if (buf->full)
        return fault_set(fault, FAULT_BROKEN, "a paper is too long");
    return message_bytes(dish->fd, kind, buf->data, buf->length) || dish_gone(fault);
}

static void write_peaks(const Mix *mix, Buf *out)
{
    JsonOut json = { .buf = out };
    int64_t count = (mix->frames + PEAK_FRAMES - 1) / PEAK_FRAMES;
    jsonout_open(&json, '{');
    jsonout_key(&json, "rate");
    jsonout_int(&json, RATE_HZ / PEAK_FRAMES);
    jsonout_key(&json, "peaks");
    jsonout_open(&json, '[');
    for (int64_t i = 0; i < count && i < PEAKS_MAX; i++)
        jsonout_int(&json, mix->peaks[i]);
    jsonout_close(&json, ']');
    jsonout_close(&json, '}');
}

static void write_recipe(Mix *mix, Buf *out)
{
    Dish *dish = mix->dish;
    unsigned char score[DIGEST_BYTES], audio[DIGEST_BYTES];
    Buf text = buf_make(&dish->arena, MIDI_BYTES_MAX);
    score_write(&dish->song.score, &text);
    secret_hash(buf_str(&text), score);
    crypto_generichash_final(&mix->hash, audio, sizeof audio);
    recipe_write(&(Recipe){ dish->wish, STR(VERSION), hex_write(&dish->arena, score, sizeof score),
                            hex_write(&dish->arena, audio, sizeof audio) },
                 out);
}

// A score that is too long to be drawn is left out: the song is whole without it.
static bool tell_notes(const Dish *dish, Buf *notes, Fault *fault)
{
    notes_write(&dish->song.score, notes);
    return notes->full || tell(dish, MADE_SCORE, notes, fault);
}

static bool tell_papers(Mix *mix, Fault *fault)
{
    Dish *dish = mix->dish;
    const Score *score = &dish->song.score;
    Buf mid = buf_make(&dish->arena, MIDI_BYTES_MAX), lrc = buf_make(&dish->arena, PAPER_BYTES_MAX),
        recipe = buf_make(&dish->arena, PAPER_BYTES_MAX), peaks = buf_make(&dish->arena, PAPER_BYTES_MAX),
        notes = buf_make(&dish->arena, NOTES_BYTES_MAX);
    midi_write(score, &dish->tags, &mid);
    if (score->lyrics.count)
        lrc_write(score, &dish->tags, &lrc);
    write_recipe(mix, &recipe);
    write_peaks(mix, &peaks);
    return tell(dish, MADE_MID, &mid, fault) && tell(dish, MADE_LRC, &lrc, fault) &&
           tell(dish, MADE_RECIPE, &recipe, fault) && tell(dish, MADE_PEAKS, &peaks, fault) &&
           tell_notes(dish, &notes, fault);
}

static Verdict verdict_of(const Mix *mix)
{
    bool loops = mix->dish->song.score.ending == ENDING_LOOP;
    Verdict verdict = judge_verdict(&mix->judge, truepeak_db(mix->true_peak), loops);
    return verdict == VERDICT_GOOD && !mix->playable ? VERDICT_UNDECODABLE : verdict;
}

bool cook_mix(Dish *dish, Fault *fault)
{
    Mix *mix = ARENA_NEW(&dish->arena, Mix);
    mix->dish = dish;
    mix->true_peak = truepeak_open(&dish->arena);
    crypto_generichash_init(&mix->hash, NULL, 0, DIGEST_BYTES);
    if (!bottles_open(mix, fault))
        return false;
    Listener listener = { mix, hear_mix, NULL };
    RenderReport report = { 0 };
    if (!dish->larder->engine->render(&dish->song, dish->larder->font, &workers_none, &listener, &report,
                                      fault))
        return false;
    if (!message_progress(dish->fd, STAGE_FINISHING, 1000))
        return dish_gone(fault);
    if (!bottles_close(mix, fault) || !tell_papers(mix, fault))
        return false;
    DoneFacts facts = { report.lufs, truepeak_db(mix->true_peak), mix->frames * 1000 / RATE_HZ,
                        verdict_of(mix) };
    return message_done(dish->fd, &facts) || dish_gone(fault);
}
