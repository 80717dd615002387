#include "encode/midi_track.h"

enum { TRACK_BYTES_MAX = 16 * 1024 * 1024 };

void midi_number(Buf *buf, uint32_t value, int bytes)
{
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        unsigned char byte = (unsigned char)(value >> shift);
        buf_bytes(buf, &byte, 1);
    }
}

// Seven bits a byte; all but the last have the top bit set.
void midi_wait(Buf *buf, uint32_t ticks)
{
    for (int shift = 21; shift > 0; shift -= 7)
        if (ticks >> shift)
            midi_number(buf, (ticks >> shift & 0x7f) | 0x80, 1);
    midi_number(buf, ticks & 0x7f, 1);
}

void midi_meta(Buf *buf, uint32_t wait, Meta meta, Str data)
{
    midi_wait(buf, wait);
    midi_number(buf, 0xff, 1);
    midi_number(buf, (uint32_t)meta, 1);
    midi_wait(buf, (uint32_t)data.length);
    buf_text(buf, data);
}

Buf midi_track_open(Arena *arena)
{
    return buf_make(arena, TRACK_BYTES_MAX);
}

void midi_track_close(Buf *track, uint32_t wait, Buf *out)
{
    midi_meta(track, wait, META_END, STR(""));
    buf_text(out, STR("MTrk"));
    midi_number(out, (uint32_t)track->length, 4);
    buf_text(out, buf_str(track));
    out->full |= track->full;
}
