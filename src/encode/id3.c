#include "encode/id3.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ID3_BYTES_MAX = 16384, UTF_8 = 3 };

// Seven bits a byte, so that no size looks like the start of sound.
static void put_size(Buf *buf, size_t size)
{
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(size >> (7 * (3 - i)) & 0x7f);
    buf_bytes(buf, bytes, sizeof bytes);
}

// `before` stands between the encoding byte and the text: a language, a description.
static void put_frame(Buf *buf, const char *id, Str before, Str text)
{
    static const unsigned char start[3] = { 0, 0, UTF_8 }; // two bytes of flags, the encoding
    if (text.length == 0)
        return;
    buf_bytes(buf, id, 4);
    put_size(buf, 1 + before.length + text.length);
    buf_bytes(buf, start, sizeof start);
    buf_text(buf, before);
    buf_text(buf, text);
}

void id3_write(const TagTexts *tags, int64_t length_ms, Buf *out)
{
    char length[24];
    snprintf(length, sizeof length, "%" PRId64, length_ms);
    Buf frames = buf_make(out->arena, ID3_BYTES_MAX);
    put_frame(&frames, "TIT2", STR(""), tags->title);
    put_frame(&frames, "COMM", STR("eng\0"), tags->comment);
    put_frame(&frames, "TXXX", STR("SEED\0"), tags->seed);
    put_frame(&frames, "TXXX", STR("ENGINE\0"), tags->engine);
    put_frame(&frames, "TXXX", STR("AI_GENERATED\0"), STR("yes"));
    put_frame(&frames, "TSSE", STR(""), tags->engine);
    put_frame(&frames, "TLEN", STR(""), str_of(length));

    buf_bytes(out, "ID3\4\0\0", 6);
    put_size(out, frames.length);
    buf_text(out, buf_str(&frames));
}
