// What both halves of the MIDI writer need: numbers, meta events, whole tracks. Used in this folder only.
#ifndef ENCODE_MIDI_TRACK_H
#define ENCODE_MIDI_TRACK_H

#include "base/buf.h"
#include "score/score.h"

typedef enum Meta {
    META_TEXT = 0x01,
    META_NAME = 0x03,
    META_INSTRUMENT = 0x04,
    META_LYRIC = 0x05,
    META_MARKER = 0x06,
    META_END = 0x2f,
    META_TEMPO = 0x51,
    META_METRE = 0x58,
    META_KEY = 0x59,
} Meta;

void midi_number(Buf *buf, uint32_t value, int bytes); // the highest byte first
void midi_wait(Buf *buf, uint32_t ticks);              // of variable length; below 2^28
void midi_meta(Buf *buf, uint32_t wait, Meta meta, Str data);

Buf midi_track_open(Arena *arena);
void midi_track_close(Buf *track, uint32_t wait, Buf *out); // ends the track and puts it into the file

// Part `index` as a track of its own, which ends at `end`.
typedef struct MidiParts MidiParts;
MidiParts *midi_parts_make(Arena *arena, const Score *score);
void midi_part_write(const MidiParts *parts, int index, int32_t end, Buf *out);

// "Verse 2", or "Bridge" when there is one only.
Str section_title(Arena *arena, const Score *score, int index);

#endif
