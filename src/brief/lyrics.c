// Lyrics: section marks, lines, and how many syllables a line has.
#include "brief/lyrics.h"

#include <string.h>

#include "brief/brief.h"
#include "brief/text.h"

// ---- syllables

static bool is_vowel(const char *word, size_t length, size_t at)
{
    char c = word[at];
    if (c == 'y' && at > 0 && at + 2 == length && word[at + 1] == 'e')
        return true; // "goodbye"
    if (c == 'y')    // a consonant before a vowel: "yes", "beyond"
        return !(at + 1 < length && strchr("aeiou", word[at + 1])) && at > 0;
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

static bool ends_in(const char *word, size_t length, const char *tail)
{
    size_t n = strlen(tail);
    return length >= n && memcmp(word + length - n, tail, n) == 0;
}

// Two vowels side by side that are sounded apart: "i-o" in "lion", "e-a" in "create", "i-a" in "piano".
static bool parts(const char *word, size_t length, size_t at)
{
    static const char *const pairs[] = { "ia", "io", "iu", "eo", "ua", "uo" };
    char before = at > 1 ? word[at - 2] : ' ';
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (memcmp(word + at - 1, pairs[i], 2) != 0)
            continue;
        if (word[at - 1] == 'i') // "nation", "special", "region" keep one sound
            return !strchr("tscgx", before) && !ends_in(word, length, "iage");
        if (word[at - 1] == 'u') // "quality", "guard"
            return before != 'q' && before != 'g';
        return !ends_in(word, length, "eople") && !ends_in(word, length, "eous") && before != 'g';
    }
    bool create = memcmp(word + at - 1, "ea", 2) == 0 && at + 2 < length && ends_in(word, length, "eate");
    bool being = memcmp(word + at - 1, "ei", 2) == 0 && ends_in(word, length, "eing");
    bool doing = at + 2 < length && word[at] == 'i' && ends_in(word, length, "ing") && at + 3 == length &&
                 word[at - 1] != 'u';
    return create || being || doing;
}

// "little", "settled", but "belle", "called"
static bool sounded_l(const char *word, size_t length, size_t at)
{
    return word[at] == 'l' && at > 0 && word[at - 1] != 'l' && !is_vowel(word, length, at - 1);
}

// "somewhere", "homeless": a first part keeps its silent e.
static bool silent_inside(const char *word, size_t length)
{
    static const char *const heads[] = { "some",  "home", "time", "life",  "love", "fire", "where",
                                         "there", "line", "name", "lone",  "hope", "care", "safe",
                                         "state", "side", "wide", "white", "blue", "true" };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        size_t n = strlen(heads[i]);
        if (length > n + 1 && memcmp(word, heads[i], n) == 0)
            return !is_vowel(word, length, n) && !strchr("rdsnv", word[n]) && !is_vowel(word, length, n - 2);
    }
    return false;
}

static bool silent_end(const char *word, size_t length)
{
    if (length < 3)
        return false;
    if (word[length - 1] == 'e') // "love", but "little", "the", "be"
        return !is_vowel(word, length, length - 2) && !sounded_l(word, length, length - 2);
    if (ends_in(word, length, "es")) // "lines", but "kisses", "changes", "bodies"
        return length > 3 && !strchr("aeiousxzgc", word[length - 3]) && !ends_in(word, length, "ches") &&
               !ends_in(word, length, "shes") && !sounded_l(word, length, length - 3);
    if (ends_in(word, length, "ed")) // "loved", but "wanted", "faded"
        return length > 3 && !strchr("tdaeiou", word[length - 3]) && !sounded_l(word, length, length - 3);
    return false;
}

static int piece_syllables(const char *word, size_t length)
{
    int count = 0;
    bool inside = false;
    for (size_t i = 0; i < length; i++) {
        bool vowel = is_vowel(word, length, i);
        if (vowel && (!inside || parts(word, length, i)))
            count++;
        inside = vowel;
    }
    if (count > 1 && silent_end(word, length))
        count--;
    if (count > 1 && silent_inside(word, length))
        count--;
    if (ends_in(word, length, "sm") || ends_in(word, length, "thm"))
        count++; // "rhythm", "prism"
    if (ends_in(word, length, "nt") && length > 4 && memcmp(word + length - 3, "dnt", 3) == 0)
        count++; // "didn't", its apostrophe gone
    return count > 0 ? count : 1;
}

static bool has_letter(Str word)
{
    for (size_t i = 0; i < word.length; i++)
        if ((word.data[i] >= 'a' && word.data[i] <= 'z') || (unsigned char)word.data[i] >= 0x80)
            return true;
    return false;
}

static int script_syllables(Str word)
{
    int characters = text_chars(word); // a script we cannot sound out
    bool wide = word.length >= 3 * (size_t)characters;
    return wide ? characters : (characters + 1) / 2;
}

// text_words parts at hyphens and middle dots alike, so a forced split needs no rule of its own.
int lyrics_syllables(Str line)
{
    Arena scratch = { 0 };
    Words words = text_words(&scratch, line);
    int count = 0;
    for (int i = 0; i < words.count; i++) {
        Str norm = words.list[i].norm;
        if (words.list[i].digits || !has_letter(norm))
            continue;
        count += (unsigned char)norm.data[0] >= 0x80 ? script_syllables(norm)
                                                     : piece_syllables(norm.data, norm.length);
    }
    arena_close(&scratch);
    return count;
}

// ---- lines

static const struct {
    const char *word;
    SectionKind section;
} marks[] = {
    { "intro", SECTION_INTRO },
    { "introduction", SECTION_INTRO },
    { "pre chorus", SECTION_PRECHORUS },
    { "prechorus", SECTION_PRECHORUS },
    { "verse", SECTION_VERSE },
    { "strophe", SECTION_VERSE },
    { "couplet", SECTION_VERSE },
    { "estrofa", SECTION_VERSE },
    { "chorus", SECTION_CHORUS },
    { "refrain", SECTION_CHORUS },
    { "estribillo", SECTION_CHORUS },
    { "hook", SECTION_CHORUS },
    { "drop", SECTION_CHORUS },
    { "bridge", SECTION_BRIDGE },
    { "middle eight", SECTION_BRIDGE },
    { "middle 8", SECTION_BRIDGE },
    { "puente", SECTION_BRIDGE },
    { "pont", SECTION_BRIDGE },
    { "solo", SECTION_SOLO },
    { "break", SECTION_BREAK },
    { "breakdown", SECTION_BREAK },
    { "interlude", SECTION_BREAK },
    { "build", SECTION_BUILD },
    { "outro", SECTION_OUTRO },
    { "coda", SECTION_OUTRO },
    { "ending", SECTION_OUTRO },
    { "strofa", SECTION_VERSE },
    { "ritornello", SECTION_CHORUS },
};

// The section a mark names by any of its words ("[Guitar Solo]", "[Final Chorus]"); -1: none.
static int section_named(Str inside)
{
    Arena scratch = { 0 };
    Words words = text_words(&scratch, inside);
    int found = -1;
    for (int i = 0; i < words.count && found < 0; i++) {
        for (size_t k = 0; k < sizeof marks / sizeof marks[0] && found < 0; k++) {
            Str rest = str_of(marks[k].word), first;
            str_word(&rest, &first);
            rest = str_trim(rest);
            bool second =
                rest.length == 0 || (i + 1 < words.count && str_equal(words.list[i + 1].norm, rest));
            if (second && (str_equal(words.list[i].norm, first) || str_equal(words.list[i].fold, first)))
                found = (int)marks[k].section;
        }
    }
    arena_close(&scratch);
    return found;
}

// "[Verse 1]", "(Chorus)", or "Verse 1:" alone on a line; `*rest` is what follows the mark.
static bool read_mark(Str line, int *section, Str *rest)
{
    size_t close;
    bool bracket = line.length > 1 && (line.data[0] == '[' || line.data[0] == '(');
    Str end = bracket && line.data[0] == '(' ? STR(")") : STR("]");
    if (bracket && str_find(line, end, &close)) {
        *section = section_named(str_slice(line, 1, close));
        *rest = str_trim(str_slice(line, close + 1, line.length));
        return line.data[0] == '[' || (*section >= 0 && rest->length == 0);
    }
    *rest = STR("");
    *section = line.length < 24 && str_ends(line, STR(":")) ? section_named(line) : -1;
    return *section >= 0;
}

static bool add_line(Lyrics *out, Str text, int section, int verse, Fault *fault)
{
    int syllables = lyrics_syllables(text);
    if (syllables == 0)
        return true; // "***" or "..." is nothing to sing
    if (syllables > LYRIC_SYLLABLES_MAX)
        return fault_set(fault, FAULT_INPUT,
                         "A line of lyrics can have %d syllables at most; break \"" STR_FMT
                         "...\" into shorter lines.",
                         LYRIC_SYLLABLES_MAX, 40, text.data);
    if (out->count == LYRIC_LINES_MAX)
        return fault_set(fault, FAULT_INPUT, "Lyrics can have %d lines at most.", LYRIC_LINES_MAX);
    out->lines[out->count++] = (LyricLine){ text, section, verse, syllables };
    return true;
}

// "[Verse] one line [Chorus] another": marks may stand inside a line too.
static size_t next_mark(Str line)
{
    for (size_t i = 1; i < line.length; i++) {
        int section;
        Str rest, here = str_slice(line, i, line.length);
        if (line.data[i] == '[' && read_mark(here, &section, &rest) && section >= 0)
            return i;
    }
    return line.length;
}

typedef struct Place {
    int section, verse;
    bool fresh; // a mark or a blank line opened a block that has no line yet
} Place;

static void open_block(Place *place, const Lyrics *out, int section)
{
    if (out->count && out->lines[out->count - 1].verse == place->verse)
        place->verse++;
    place->section = section;
}

static bool read_line(Lyrics *out, Place *place, Str line, Fault *fault)
{
    while (line.length) {
        size_t cut = next_mark(line);
        Str part = str_trim(str_slice(line, 0, cut)), rest = part;
        line = str_slice(line, cut, line.length);
        int section;
        if (read_mark(part, &section, &rest))
            open_block(place, out, section >= 0 ? section : place->section);
        else
            rest = part;
        if (rest.length && !add_line(out, rest, place->section, place->verse, fault))
            return false;
    }
    return true;
}

bool lyrics_read(Arena *arena, Str text, Lyrics *out, Fault *fault)
{
    if (text.length > LYRICS_BYTES_MAX)
        return fault_set(fault, FAULT_INPUT, "Lyrics can be %d characters at most.", LYRICS_BYTES_MAX);
    *out = (Lyrics){ .lines = ARENA_ARRAY(arena, LyricLine, LYRIC_LINES_MAX) };
    text = arena_copy(arena, text);
    Place place = { .section = SECTION_VERSE };
    Str line;
    while (str_cut(&text, '\n', &line)) {
        line = str_trim(line);
        if (line.length == 0)
            open_block(&place, out, place.section);
        else if (!read_line(out, &place, line, fault))
            return false;
    }
    return true;
}
