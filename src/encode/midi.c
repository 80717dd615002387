// A Standard MIDI File of type 1, straight from the score:
//
//     track 0: title, tags, tempo, metre, key, section markers, lyrics
//     track n: part n: name, program, volume, pan, reverb, pedal, notes     (midi_parts.c)
#include "encode/midi.h"

#include "encode/midi_track.h"
#include "encode/tags.h"

#include <ctype.h>
#include <stdlib.h>

enum { LYRIC_BYTES = 300 };

typedef struct Sign { // a meta event in the course of the song
    int32_t tick;
    int sequence;
    Meta meta;
    Str text;
} Sign;

// Signatures know major and minor only. A mode is written as the one of both that has its third.
static bool sounds_minor(Mode mode)
{
    return mode != MODE_UNSTATED && mode != MODE_MAJOR && mode != MODE_LYDIAN && mode != MODE_MIXOLYDIAN;
}

// Sharps, or flats as a negative number, -7..7. Minor shares the signature of the major key three
// semitones above.
static int signature(Key key)
{
    int major = (key.tonic + (sounds_minor(key.mode) ? 3 : 0)) % 12;
    int sharps = major * 7 % 12;
    bool flat = sharps > 7 || (key.flats && sharps >= 5);
    return flat ? sharps - 12 : sharps;
}

static void put_tempo(Buf *track, const Score *score)
{
    uint32_t bpm_milli = (uint32_t)(score->bpm_milli > 0 ? score->bpm_milli : 120000);
    uint64_t micros = (60000000000u + bpm_milli / 2) / bpm_milli; // of a quarter note
    char bytes[3] = { (char)(micros >> 16), (char)(micros >> 8), (char)micros };
    midi_meta(track, 0, META_TEMPO, (Str){ bytes, sizeof bytes });
}

static void put_metre(Buf *track, const Score *score)
{
    enum { CLOCKS_PER_QUARTER = 24, QUARTER_IN_32NDS = 8 };
    int power = 0; // the beat's unit is 2^power
    while (power < 7 && 1 << power < score->beat_unit)
        power++;
    bool threes = score->beat_unit == 8 && score->beats % 3 == 0;
    char clicks = threes ? CLOCKS_PER_QUARTER * 3 / 2 : CLOCKS_PER_QUARTER;
    char bytes[4] = { (char)score->beats, (char)power, clicks, QUARTER_IN_32NDS };
    midi_meta(track, 0, META_METRE, (Str){ bytes, sizeof bytes });
}

static void put_key(Buf *track, const Score *score)
{
    if (score->key.tonic < 0)
        return;
    char bytes[2] = { (char)signature(score->key), sounds_minor(score->key.mode) };
    midi_meta(track, 0, META_KEY, (Str){ bytes, sizeof bytes });
}

static void put_tags(Buf *track, const TagTexts *tags)
{
    Arena *arena = track->arena;
    if (tags->title.length)
        midi_meta(track, 0, META_NAME, tags->title);
    midi_meta(track, 0, META_TEXT, str_of(ai_label));
    midi_meta(track, 0, META_TEXT, arena_print(arena, "Seed: " STR_FMT, STR_ARG(tags->seed)));
    if (tags->engine.length)
        midi_meta(track, 0, META_TEXT, arena_print(arena, "Engine: " STR_FMT, STR_ARG(tags->engine)));
    if (tags->prompt.length)
        midi_meta(track, 0, META_TEXT, arena_print(arena, "Prompt: " STR_FMT, STR_ARG(tags->prompt)));
}

Str section_title(Arena *arena, const Score *score, int index)
{
    SectionKind kind = score->sections[index].kind;
    int number = 0, count = 0;
    for (int i = 0; i < score->section_count; i++)
        if (score->sections[i].kind == kind) {
            count++;
            number += i <= index;
        }
    const char *name = section_names[kind];
    char first = (char)toupper((unsigned char)*name);
    return count > 1 ? arena_print(arena, "%c%s %d", first, name + 1, number)
                     : arena_print(arena, "%c%s", first, name + 1);
}

static int by_time(const void *a, const void *b)
{
    const Sign *x = a, *y = b;
    if (x->tick != y->tick)
        return x->tick < y->tick ? -1 : 1;
    return x->sequence - y->sequence;
}

// Sections before lyrics at the same tick.
static int list_signs(Arena *arena, const Score *score, Sign *signs)
{
    int count = 0;
    for (int i = 0; i < score->section_count; i++, count++)
        signs[count] = (Sign){ score->sections[i].bar * score_bar_ticks(score), count, META_MARKER,
                               section_title(arena, score, i) };
    for (int i = 0; i < score->lyric_count; i++) {
        const LyricTime *time = &score->lyric_times[i];
        if (time->line < 0 || time->line >= score->lyrics.count)
            continue;
        Str text = tag_clean(arena, score->lyrics.lines[time->line].text, LYRIC_BYTES);
        signs[count] = (Sign){ time->tick, count, META_LYRIC, text };
        count++;
    }
    qsort(signs, (size_t)count, sizeof *signs, by_time);
    return count;
}

static void put_conductor(const Score *score, const TagTexts *tags, int32_t end, Buf *out)
{
    Arena *arena = out->arena;
    Buf track = midi_track_open(arena);
    put_tags(&track, tags);
    put_tempo(&track, score);
    put_metre(&track, score);
    put_key(&track, score);

    Sign *signs = ARENA_ARRAY(arena, Sign, (size_t)(score->section_count + score->lyric_count) + 1);
    int count = list_signs(arena, score, signs);
    int32_t now = 0;
    for (int i = 0; i < count; i++) {
        int32_t tick = signs[i].tick > now ? signs[i].tick : now;
        midi_meta(&track, (uint32_t)(tick - now), signs[i].meta, signs[i].text);
        now = tick;
    }
    midi_track_close(&track, (uint32_t)(end > now ? end - now : 0), out);
}

// The end of the bars, or of the last note when it rings beyond them.
static int32_t end_of(const Score *score)
{
    int32_t end = score->ticks;
    for (int p = 0; p < score->part_count; p++)
        for (int i = 0; i < score->parts[p].count; i++) {
            const Note *note = &score->parts[p].notes[i];
            if (note->tick + note->ticks > end)
                end = note->tick + note->ticks;
        }
    return end;
}

void midi_write(const Score *score, const Tags *tags, Buf *out)
{
    enum { HEADER_BYTES = 6, TYPE_TRACKS_TOGETHER = 1 };
    TagTexts texts = tags_text(out->arena, tags);
    int32_t end = end_of(score);

    buf_text(out, STR("MThd"));
    midi_number(out, HEADER_BYTES, 4);
    midi_number(out, TYPE_TRACKS_TOGETHER, 2);
    midi_number(out, (uint32_t)score->part_count + 1, 2);
    midi_number(out, TICKS_PER_BEAT, 2);

    put_conductor(score, &texts, end, out);
    MidiParts *parts = midi_parts_make(out->arena, score);
    for (int i = 0; i < score->part_count; i++)
        midi_part_write(parts, i, end, out);
}
