// What may be entered: ages, addresses, names, passwords; and passphrases to suggest.
#include "account/part.h"

#include "base/buf.h"
#include "base/data.h"
#include "sys/secret.h"

#include <string.h>
#include <time.h>
#include <zxcvbn.h>

enum {
    AGE_LEAST = 13,
    EMAIL_MAX = 254,
    LOCAL_MAX = 64,
    NAME_MAX = 80,
    PASSWORD_ALONE = 15,
    PASSWORD_BESIDE_CODE = 8,
    PASSWORD_MAX = 128,
    PASSWORD_BYTES = 512, // 128 code points of 4 bytes
    DIFFERENT_LEAST = 5,  // code points that differ
    PHRASE_WORDS = 6,
    WORDS_MAX = 2048,
};

// A guesser who knows the common lists needs this many tries, as a power of two. At 2^33 all single words,
// names, dates, keys in a row and their repetitions are refused, and no phrase of three words is.
static const double guess_bits = 33.0;

// ---- ages

// Only year and month are asked for, so whoever turns 13 this month may not have done so yet. The day is
// taken where it begins last (UTC-12), so that nobody is let in a day early anywhere.
bool age_passes(int year, int month, int64_t now)
{
    time_t seconds = (time_t)((now - 12 * (int64_t)MS_HOUR) / 1000);
    struct tm today;
    if (year < 1900 || year > 9999 || month < 1 || month > 12 || !gmtime_r(&seconds, &today))
        return false;
    int months = (today.tm_year + 1900 - year) * 12 + (today.tm_mon + 1 - month);
    return months > AGE_LEAST * 12;
}

// ---- addresses and names

static bool local_fits(Str local)
{
    static const char others[] = "!#$%&'*+-/=?^_`{|}~.";
    if (local.length == 0 || local.length > LOCAL_MAX || local.data[0] == '.' ||
        local.data[local.length - 1] == '.')
        return false;
    for (size_t i = 0; i < local.length; i++) {
        char c = local.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr(others, c));
        if (!plain || (c == '.' && local.data[i - 1] == '.'))
            return false;
    }
    return true;
}

static bool label_fits(Str label)
{
    if (label.length == 0 || label.length > 63 || label.data[0] == '-' || label.data[label.length - 1] == '-')
        return false;
    for (size_t i = 0; i < label.length; i++) {
        char c = label.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return true;
}

static bool domain_fits(Str domain)
{
    Str label;
    int labels = 0;
    if (domain.length == 0 || domain.data[domain.length - 1] == '.')
        return false;
    while (str_cut(&domain, '.', &label)) {
        if (!label_fits(label))
            return false;
        labels++;
    }
    return labels >= 2;
}

bool email_fits(Str email, Fault *fault)
{
    Arena arena = { 0 };
    Str plain = address_plain(&arena, email);
    size_t at;
    bool fits = plain.length <= EMAIL_MAX && str_find(plain, STR("@"), &at) &&
                local_fits(str_slice(plain, 0, at)) && domain_fits(str_slice(plain, at + 1, plain.length));
    arena_close(&arena);
    return fits || fault_set(fault, FAULT_INPUT, "Please enter a mail address like name@example.org.");
}

// The length of one code point of well-formed UTF-8, 0 when it is none.
static size_t code_point(Str s, size_t at, uint32_t *out)
{
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char first = (unsigned char)s.data[at];
    size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length == 0 || first > 0xf4 || at + length > s.length)
        return 0;
    uint32_t c = length == 1 ? first : first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)s.data[at + i];
        if ((next & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (next & 0x3f);
    }
    if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *out = c;
    return length;
}

size_t text_length(Str s)
{
    size_t count = 0;
    uint32_t c;
    for (size_t at = 0, length; at < s.length; at += length, count++)
        if ((length = code_point(s, at, &c)) == 0)
            return 0;
    return count;
}

bool name_fits(Str name, Fault *fault)
{
    size_t length = text_length(name);
    uint32_t c = 0;
    bool plain = length > 0 && length <= NAME_MAX;
    for (size_t at = 0; plain && at < name.length;
         at += code_point(name, at, &c), plain = c >= 32 && !(c >= 127 && c < 160))
        ;
    return plain || fault_set(fault, FAULT_INPUT, "Please enter a name of 1 to %d characters.", NAME_MAX);
}

// ---- passwords

static size_t different(Str s)
{
    uint32_t seen[DIFFERENT_LEAST], c;
    size_t count = 0;
    for (size_t at = 0; at < s.length && count < DIFFERENT_LEAST; at += code_point(s, at, &c)) {
        code_point(s, at, &c);
        size_t i = 0;
        while (i < count && seen[i] != c)
            i++;
        if (i == count)
            seen[count++] = c;
    }
    return count;
}

enum { OWN_MAX = 16 };

// Words a guesser would try for this person on this site: product, name, address, and their pieces.
static void own_words(Arena *arena, Str name, Str email, const char *words[OWN_MAX + 1])
{
    int count = 0;
    words[count++] = "sonicstacker";
    words[count++] = "softstackers";
    words[count++] = "sonic";
    words[count++] = "stacker";
    const Str whole[] = { address_plain(arena, name), address_plain(arena, email) };
    for (int i = 0; i < 2; i++) {
        Str rest = whole[i];
        if (rest.length >= 3)
            words[count++] = arena_copy(arena, rest).data;
        while (rest.length && count < OWN_MAX - (i == 0 ? 5 : 0)) {
            size_t cut = 0;
            while (cut < rest.length && !strchr(" .@_-+", rest.data[cut]))
                cut++;
            if (cut >= 3)
                words[count++] = arena_copy(arena, str_slice(rest, 0, cut)).data;
            rest = str_slice(rest, cut + 1, rest.length);
        }
    }
    words[count] = NULL;
}

static bool easily_guessed(Str password, Str name, Str email)
{
    Arena arena = { 0 };
    const char *words[OWN_MAX + 1];
    own_words(&arena, name, email, words);
    char *plain = arena_take(&arena, password.length + 1);
    memcpy(plain, password.data, password.length);
    bool easy = different(password) < DIFFERENT_LEAST || ZxcvbnMatch(plain, words, NULL) < guess_bits;
    secret_wipe(plain, password.length);
    arena_close(&arena);
    return easy;
}

bool password_fits(Str password, bool second_factor, Str name, Str email, Fault *fault)
{
    size_t least = second_factor ? PASSWORD_BESIDE_CODE : PASSWORD_ALONE;
    size_t length = password.length <= PASSWORD_BYTES ? text_length(password) : PASSWORD_MAX + 1;
    if (length == 0 && password.length)
        return fault_set(fault, FAULT_INPUT, "Please use a password of ordinary characters.");
    if (length < least)
        return fault_set(fault, FAULT_INPUT,
                         "Please use a password of at least %zu characters. Several words are fine.", least);
    if (length > PASSWORD_MAX)
        return fault_set(fault, FAULT_INPUT, "Please use a password of at most %d characters.", PASSWORD_MAX);
    if (memchr(password.data, 0, password.length))
        return fault_set(fault, FAULT_INPUT, "Please use a password of ordinary characters.");
    if (easily_guessed(password, name, email))
        return fault_set(
            fault, FAULT_INPUT,
            "This password is too easy to guess. Please use several words that have nothing to do with "
            "you or this site.");
    return true;
}

static int phrase_words(Str words[WORDS_MAX])
{
    int count = 0;
    for (int64_t i = 0; i < data_count; i++) {
        if (!str_equal(data_files[i].name, STR("lexicon/passphrase.txt")))
            continue;
        Str rest = data_files[i].text, line;
        while (str_cut(&rest, '\n', &line))
            while (!str_starts(line, STR("#")) && count < WORDS_MAX && str_word(&line, &words[count]))
                count++;
    }
    return count;
}

// Evenly: numbers that would favour the first words are drawn again.
static uint64_t number_below(uint64_t count)
{
    uint64_t number, limit = UINT64_MAX - UINT64_MAX % count;
    do
        number = secret_number();
    while (number >= limit);
    return number % count;
}

Str password_suggest(Arena *arena)
{
    Str words[WORDS_MAX];
    int count = phrase_words(words);
    if (count == 0) // the list is built in, so this is only for a build without it
        return secret_token(arena);
    Buf buf = buf_make(arena, 256);
    for (int i = 0; i < PHRASE_WORDS; i++) {
        if (i)
            buf_text(&buf, STR(" "));
        buf_text(&buf, words[number_below((uint64_t)count)]);
    }
    return arena_copy(arena, buf_str(&buf));
}
