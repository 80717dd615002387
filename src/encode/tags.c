#include "encode/tags.h"

#include <inttypes.h>
#include <string.h>

enum { TITLE_BYTES = 300, PROMPT_BYTES = 2000, ENGINE_BYTES = 200 };

const char ai_label[] = "AI-generated";

// Length of the UTF-8 character at `s`, 0 when it is none (overlong forms and surrogates included).
static size_t character(const unsigned char *s, size_t left)
{
    static const unsigned char low[] = { 0x80, 0xa0, 0x90 }, high[] = { 0xbf, 0x9f, 0x8f };
    unsigned char first = s[0];
    if (first < 0x80)
        return 1;
    size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    unsigned char from = first == 0xe0 ? low[1] : first == 0xf0 ? low[2] : low[0];
    unsigned char to = first == 0xed ? high[1] : first == 0xf4 ? high[2] : high[0];
    if (s[1] < from || s[1] > to)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

// C0, DEL, and the C1 controls U+0080..U+009F.
static bool blank(const unsigned char *s, size_t length)
{
    return *s <= ' ' || *s == 0x7f || (length == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

Str tag_clean(Arena *arena, Str text, size_t limit)
{
    static const char dots[] = "...";
    text = str_trim(text);
    const unsigned char *from = (const unsigned char *)text.data;
    char *to = arena_take(arena, text.length + sizeof dots);
    size_t used = 0, fits = 0; // fits: where the dots could stand
    for (size_t i = 0; i < text.length;) {
        size_t length = character(from + i, text.length - i);
        size_t step = length ? length : 1;
        bool space = length && blank(from + i, length);
        size_t bytes = length && !space ? length : 1;
        if (space && (used == 0 || to[used - 1] == ' ')) {
            i += step;
            continue;
        }
        if (used + bytes > limit) {
            memcpy(to + fits, dots, sizeof dots);
            return (Str){ to, fits + sizeof dots - 1 };
        }
        memcpy(to + used, space ? " " : length ? (const char *)from + i : "?", bytes);
        used += bytes;
        if (used + sizeof dots - 1 <= limit)
            fits = used;
        i += step;
    }
    to[used] = 0;
    return (Str){ to, used };
}

TagTexts tags_text(Arena *arena, const Tags *tags)
{
    Str title = tag_clean(arena, tags->title, TITLE_BYTES);
    Str part = tag_clean(arena, tags->part, TITLE_BYTES);
    TagTexts texts = {
        .title = title,
        .prompt = tag_clean(arena, tags->prompt, PROMPT_BYTES),
        .seed = arena_print(arena, "%" PRIu64, tags->seed),
        .engine = tag_clean(arena, tags->engine, ENGINE_BYTES),
    };
    if (part.length)
        texts.title = arena_print(arena, STR_FMT "%s" STR_FMT, STR_ARG(title), title.length ? " - " : "",
                                  STR_ARG(part));
    texts.comment = arena_print(arena, "%s. Seed " STR_FMT ". " STR_FMT "%s%s" STR_FMT, ai_label,
                                STR_ARG(texts.seed), STR_ARG(texts.engine), texts.engine.length ? "." : "",
                                texts.prompt.length ? " Prompt: " : "", STR_ARG(texts.prompt));
    return texts;
}
