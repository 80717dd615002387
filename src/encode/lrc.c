// LRC: lyrics with times, as players show them line by line.
#include "encode/midi.h"

#include "encode/midi_track.h"
#include "encode/tags.h"

#include <inttypes.h>

enum { LINE_BYTES = 500 };

// A header ends at the first bracket, so a title must not have one.
static void put_header(Buf *out, const char *name, Str text)
{
    if (text.length == 0)
        return;
    buf_print(out, "[%s:", name);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        char safe = c == '[' ? '(' : c == ']' ? ')' : c;
        buf_bytes(out, &safe, 1);
    }
    buf_text(out, STR("]\n"));
}

static void put_line(Buf *out, const Score *score, int32_t tick, Str text)
{
    int64_t centis = score_frame(score, tick, 100);
    buf_print(out, "[%02" PRId64 ":%02" PRId64 ".%02" PRId64 "]", centis / 6000, centis / 100 % 60,
              centis % 100);
    buf_text(out, text);
    buf_text(out, STR("\n"));
}

static void put_lyrics(Buf *out, const Score *score)
{
    for (int i = 0; i < score->lyric_count; i++) {
        const LyricTime *time = &score->lyric_times[i];
        if (time->line >= 0 && time->line < score->lyrics.count)
            put_line(out, score, time->tick,
                     tag_clean(out->arena, score->lyrics.lines[time->line].text, LINE_BYTES));
    }
}

static void put_sections(Buf *out, const Score *score)
{
    for (int i = 0; i < score->section_count; i++)
        put_line(out, score, score->sections[i].bar * score_bar_ticks(score),
                 section_title(out->arena, score, i));
}

void lrc_write(const Score *score, const Tags *tags, Buf *out)
{
    Arena *arena = out->arena;
    TagTexts texts = tags_text(arena, tags);
    int seconds = (score->length_ms + 500) / 1000;
    put_header(out, "ti", texts.title);
    put_header(out, "by", arena_print(arena, STR_FMT " (%s)", STR_ARG(texts.engine), ai_label));
    put_header(out, "length", arena_print(arena, "%02d:%02d", seconds / 60, seconds % 60));
    if (score->lyric_count)
        put_lyrics(out, score);
    else
        put_sections(out, score);
}
