// Letters are told apart by tables of what they read as; see words.h for the rules.
#include "song/words.h"

#include "base/buf.h"

#include <string.h>

enum { TITLE_FROM_PROMPT = 60 }; // characters: two lines on a telephone

// What U+00C0 .. U+024F and U+1E00 .. U+1EFF read as in plain letters; '.' is a letter of its own.
static const char latin[] =
    "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccdd"
    "ddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllllnnnnnnnnnoooooo..rrrrrrssssss"
    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzsb......................i..l.....oo.............u"
    "u....zz......................aaiioouuuuuuuuuu.aaaa..ggggkkoooo..j...gg..nnaa...."
    "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy......acclt....b..eejj..rryy";
static const char latin_more[] =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooo"
    "oooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......"
    "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu"
    "uuyyyyyyyy......";

// Cuts one character off; a broken byte counts as one character U+FFFD.
static uint32_t cut_char(Str *rest)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *p = (const unsigned char *)rest->data;
    size_t need = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
    uint32_t code = need > 1 ? p[0] & (0x7Fu >> need) : p[0];
    bool good = need > 0 && need <= rest->length;
    for (size_t i = 1; good && i < need; i++) {
        good = (p[i] & 0xC0) == 0x80;
        code = code << 6 | (p[i] & 0x3Fu);
    }
    good = good && code >= least[need] && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
    size_t used = good ? need : 1;
    *rest = (Str){ rest->data + used, rest->length - used };
    return good ? code : 0xFFFD;
}

static void put_char(Buf *out, uint32_t code)
{
    char bytes[4];
    size_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = count; i > 1; i--, code >>= 6)
        bytes[i - 1] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(first[count] | code);
    buf_bytes(out, bytes, count);
}

static bool is_blank(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x85 || code == 0xA0 || code == 0x1680 ||
           (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
           code == 0x205F || code == 0x3000;
}

// Joiners (U+200C, U+200D) stay: scripts and pictures need them.
static bool is_unseen(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0xAD || code == 0x61C || code == 0x200B ||
           code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFB) ||
           (code >= 0xE0000 && code <= 0xE007F);
}

Str words_line(Arena *arena, Str text, int chars_max, bool *whole)
{
    Buf out = buf_make(arena, (size_t)chars_max * 4 + 1);
    bool blank = false;
    int chars = 0;
    if (whole)
        *whole = true;
    while (text.length) {
        uint32_t code = cut_char(&text);
        if (is_blank(code)) {
            blank = chars > 0;
            continue;
        }
        if (is_unseen(code))
            continue;
        if (chars + blank >= chars_max) {
            if (whole)
                *whole = false;
            break;
        }
        if (blank)
            put_char(&out, ' ');
        put_char(&out, code);
        chars += 1 + blank;
        blank = false;
    }
    return buf_str(&out);
}

// Where the first sentence of `line` ends; a dot inside a number or a word ends nothing.
static size_t sentence_end(Str line)
{
    for (size_t i = 0; i < line.length; i++) {
        bool last = i + 1 == line.length || line.data[i + 1] == ' ';
        if (strchr(".!?;:", line.data[i]) && last)
            return i;
    }
    return line.length;
}

// The last comma or, failing that, blank of `line` behind which a title may be cut.
static size_t cut_place(Str line)
{
    size_t blank = 0;
    for (size_t i = line.length; i > 0; i--) {
        if (line.data[i - 1] == ',')
            return i - 1;
        if (line.data[i - 1] == ' ' && blank == 0)
            blank = i - 1;
    }
    return blank ? blank : line.length;
}

Str words_title(Arena *arena, Str prompt)
{
    Str line = words_line(arena, prompt, 4 * TITLE_FROM_PROMPT, NULL);
    bool whole;
    Str title = words_line(arena, str_slice(line, 0, sentence_end(line)), TITLE_FROM_PROMPT, &whole);
    if (!whole)
        title = str_trim(str_slice(title, 0, cut_place(title)));
    if (title.length == 0)
        return STR("Untitled");
    char *letters = arena_take(arena, title.length + 1);
    memcpy(letters, title.data, title.length);
    if (letters[0] >= 'a' && letters[0] <= 'z')
        letters[0] = (char)(letters[0] - 'a' + 'A');
    return (Str){ letters, title.length };
}

static uint32_t lower(uint32_t code)
{
    if ((code >= 'A' && code <= 'Z') || (code >= 0x391 && code <= 0x3AB) || (code >= 0x410 && code <= 0x42F))
        return code + 32;
    if (code >= 0x400 && code <= 0x40F)
        return code + 80;
    if (code >= 0xFF01 && code <= 0xFF5E) // full width forms
        return lower(code - 0xFEE0);
    return code;
}

static char plain_letter(uint32_t code)
{
    if (code >= 0xC0 && code <= 0x24F)
        return latin[code - 0xC0];
    return code >= 0x1E00 && code <= 0x1EFF ? latin_more[code - 0x1E00] : '.';
}

static void fold_char(Buf *out, uint32_t code)
{
    char plain = plain_letter(code);
    if (plain != '.')
        buf_bytes(out, &plain, 1);
    else if (code == 0xDF || code == 0x1E9E)
        buf_text(out, STR("ss"));
    else if (code == 0xC6 || code == 0xE6)
        buf_text(out, STR("ae"));
    else if (code == 0x152 || code == 0x153)
        buf_text(out, STR("oe"));
    else if (code == 0xDE || code == 0xFE)
        buf_text(out, STR("th"));
    else
        put_char(out, lower(code));
}

Str words_fold(Arena *arena, Str text)
{
    Buf out = buf_make(arena, 3 * text.length + 1); // a broken byte becomes three
    bool blank = false;
    while (text.length) {
        uint32_t code = cut_char(&text);
        bool mark = (code >= 0x300 && code <= 0x36F) || is_unseen(code);
        if (is_blank(code)) {
            blank = out.length > 0;
            continue;
        }
        if (mark)
            continue;
        if (blank)
            put_char(&out, ' ');
        blank = false;
        if (code >= 'a' && code <= 'z')
            put_char(&out, code);
        else
            fold_char(&out, code);
    }
    return buf_str(&out);
}

bool words_match(Str wanted, Str title, Str prompt)
{
    Str word;
    size_t at;
    while (str_word(&wanted, &word))
        if (!str_find(title, word, &at) && !str_find(prompt, word, &at))
            return false;
    return true;
}
