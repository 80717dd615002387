// A score as text, and back. One line a thing, a word for what it is and then its values; text
// values come last on their line, so they need no quotes. Line ends in texts are written as spaces.
//
//     score 1
//     seed 7
//     tempo 92000
//     part lead 60 ... grand piano
//     n 0 960 72 90 0 -1
#include "score/score.h"

#include <inttypes.h>
#include <string.h>

enum { NOTES_MOST = 200000, CHORDS_MOST = 4000 };

static void text_line(Buf *out, const char *word, Str text)
{
    buf_print(out, "%s ", word);
    for (size_t i = 0; i < text.length; i++)
        buf_bytes(out, text.data[i] == '\n' || text.data[i] == '\r' ? " " : text.data + i, 1);
    buf_text(out, STR("\n"));
}

// A number of a line, and what it may be: players and mixer rely on it.
typedef struct Number {
    int *value;
    int low, high;
} Number;

enum { NUMBERS_MAX = 32 };

// The mix as one list of numbers, for writing and reading alike.
static int mix_numbers(MixStyle *m, Number *list)
{
    const Number all[] = {
        { &m->lufs10, -400, 0 },      { &m->ceiling10, -100, 0 },    { &m->kick, -60, 20 },
        { &m->snare, -60, 20 },       { &m->cymbals, -60, 20 },      { &m->toms, -60, 20 },
        { &m->drum_room, 0, 100 },    { &m->room_ms, 0, 3000 },      { &m->hall_ms, 0, 8000 },
        { &m->delay_ticks, 0, 3840 }, { &m->delay_feedback, 0, 80 }, { &m->duck_ms, 0, 1000 },
        { &m->warmth, 0, 100 },       { &m->wow, 0, 100 },           { &m->glue, 0, 100 },
        { &m->hiss_db, -120, 0 },     { &m->tilt10, -240, 240 },     { &m->high_cut_hz, 0, 20000 },
        { &m->width, 0, 200 },
    };
    memcpy(list, all, sizeof all);
    return (int)(sizeof all / sizeof *all);
}

static int part_numbers(Part *p, Number *list)
{
    Strip *s = &p->strip;
    const Number all[] = {
        { &p->late_ms, -100, 100 },  { &p->loose_ms, 0, 50 },       { &p->strum_ms, 0, 100 },
        { &s->level, -60, 20 },      { &s->pan, -100, 100 },        { &s->width, 0, 200 },
        { &s->low_cut_hz, 0, 2000 }, { &s->high_cut_hz, 0, 20000 }, { &s->room, 0, 100 },
        { &s->hall, 0, 100 },        { &s->delay, 0, 100 },         { &s->duck, 0, 100 },
        { &s->drive, 0, 100 },
    };
    memcpy(list, all, sizeof all);
    return (int)(sizeof all / sizeof *all);
}

static void write_part(const Part *part, Buf *out)
{
    Part copy = *part;
    Number list[NUMBERS_MAX];
    int count = part_numbers(&copy, list);
    buf_print(out, "part %d %d", part->role, part->pedal);
    for (int i = 0; i < count; i++)
        buf_print(out, " %d", *list[i].value);
    buf_print(out, " " STR_FMT "\n", STR_ARG(part->instrument.name));
    for (int i = 0; i < part->count; i++) {
        const Note *n = &part->notes[i];
        buf_print(out, "n %d %d %d %d %d %d\n", n->tick, n->ticks, n->pitch, n->velocity, n->from,
                  n->syllable);
    }
}

void score_write(const Score *s, Buf *out)
{
    Score copy = *s;
    Number list[NUMBERS_MAX];
    int count = mix_numbers(&copy.mix, list);
    buf_print(out,
              "score 1\nseed %" PRIu64 "\ntempo %d\nmeter %d %d\nkey %d %d %d\nlength %d %d\nending %d\nmix",
              s->seed, s->bpm_milli, s->beats, s->beat_unit, s->key.tonic, s->key.flats, s->key.mode,
              s->length_ms, s->ticks, s->ending);
    for (int i = 0; i < count; i++)
        buf_print(out, " %d", *list[i].value);
    buf_text(out, STR("\n"));
    text_line(out, "title", s->title);
    text_line(out, "style", s->style);
    for (int i = 0; i < s->section_count; i++) {
        const Section *x = &s->sections[i];
        buf_print(out, "section %d %d %d %d %d\n", x->kind, x->label, x->bar, x->bars, x->energy);
    }
    for (int i = 0; i < s->chord_count; i++) {
        const Chord *x = &s->chords[i];
        buf_print(out, "chord %d %d %d %d %d ", x->tick, x->ticks, x->root, x->bass, x->tones);
        buf_text(out, x->name);
        buf_text(out, STR("\n"));
    }
    for (int i = 0; i < s->lyrics.count; i++) {
        const LyricLine *x = &s->lyrics.lines[i];
        buf_print(out, "words %d %d %d ", x->section, x->verse, x->syllables);
        buf_text(out, x->text);
        buf_text(out, STR("\n"));
    }
    for (int i = 0; i < s->lyric_count; i++)
        buf_print(out, "sung %d %d %d\n", s->lyric_times[i].tick, s->lyric_times[i].ticks,
                  s->lyric_times[i].line);
    for (int i = 0; i < s->part_count; i++)
        write_part(&s->parts[i], out);
}

typedef struct Reader {
    Arena *arena;
    const Instruments *instruments;
    Score *score;
    int note_size; // taken for the last part
    Fault *fault;
} Reader;

static bool wrong(Reader *r, const char *what)
{
    return fault_set(r->fault, FAULT_INPUT, "%s", what);
}

static bool numbers(Reader *r, Str *rest, int count, int64_t low, int64_t high, int64_t *out)
{
    Str word;
    for (int i = 0; i < count; i++)
        if (!str_word(rest, &word) || !str_to_int(word, &out[i]) || out[i] < low || out[i] > high)
            return wrong(r, "a number is missing or out of range");
    return true;
}

static bool listed(Reader *r, Str *rest, const Number *list, int count)
{
    int64_t v;
    for (int i = 0; i < count; i++) {
        if (!numbers(r, rest, 1, list[i].low, list[i].high, &v))
            return false;
        *list[i].value = (int)v;
    }
    return true;
}

static bool read_head(Reader *r, Str word, Str rest, bool *known)
{
    Score *s = r->score;
    int64_t v[32];
    *known = true;
    if (str_equal(word, STR("tempo"))) {
        if (!numbers(r, &rest, 1, BPM_MIN * 1000, BPM_MAX * 1000, v))
            return false;
        s->bpm_milli = (int)v[0];
    } else if (str_equal(word, STR("meter"))) {
        if (!numbers(r, &rest, 2, 1, 32, v) || (v[1] & (v[1] - 1)))
            return wrong(r, "no such metre");
        s->beats = (int)v[0], s->beat_unit = (int)v[1];
    } else if (str_equal(word, STR("key"))) {
        if (!numbers(r, &rest, 3, 0, 11, v) || v[2] >= MODE_COUNT)
            return wrong(r, "no such key");
        s->key = (Key){ (int)v[0], v[1] != 0, (Mode)v[2] };
    } else if (str_equal(word, STR("length"))) {
        if (!numbers(r, &rest, 2, 1, 100000000, v) || v[0] > SECONDS_MAX * 1000)
            return wrong(r, "no such length");
        s->length_ms = (int)v[0], s->ticks = (int32_t)v[1];
    } else if (str_equal(word, STR("ending"))) {
        if (!numbers(r, &rest, 1, 0, ENDING_LOOP, v))
            return false;
        s->ending = (Ending)v[0];
    } else if (str_equal(word, STR("mix"))) {
        Number list[NUMBERS_MAX];
        return listed(r, &rest, list, mix_numbers(&s->mix, list));
    } else if (str_equal(word, STR("title"))) {
        s->title = str_trim(rest);
    } else if (str_equal(word, STR("style"))) {
        s->style = str_trim(rest);
    } else {
        *known = false;
    }
    return true;
}

static bool read_section(Reader *r, Str rest)
{
    int64_t v[5];
    if (r->score->section_count == SECTION_MAX || !numbers(r, &rest, 5, 0, 10000, v) ||
        v[0] >= SECTION_COUNT || v[1] >= SECTION_COUNT)
        return wrong(r, "no such section");
    r->score->sections[r->score->section_count++] =
        (Section){ (SectionKind)v[0], (int)v[1], (int)v[2], (int)v[3], (int)v[4] };
    return true;
}

static bool read_chord(Reader *r, Str rest)
{
    Score *s = r->score;
    int64_t v[5];
    if (s->chord_count == CHORDS_MOST || !numbers(r, &rest, 5, 0, 100000000, v) || v[2] > 11 || v[3] > 11 ||
        v[4] > 4095)
        return wrong(r, "no such chord");
    if (s->chords == NULL)
        s->chords = ARENA_ARRAY(r->arena, Chord, CHORDS_MOST);
    s->chords[s->chord_count++] =
        (Chord){ (int32_t)v[0], (int32_t)v[1], (uint8_t)v[2], (uint8_t)v[3], (uint16_t)v[4], str_trim(rest) };
    return true;
}

static bool read_words(Reader *r, Str rest)
{
    Lyrics *lyrics = &r->score->lyrics;
    int64_t v[3];
    if (lyrics->count == LYRIC_LINES_MAX || !numbers(r, &rest, 3, 0, LYRIC_LINES_MAX, v) ||
        v[0] >= SECTION_COUNT || v[2] > LYRIC_SYLLABLES_MAX)
        return wrong(r, "no such line of lyrics");
    if (lyrics->lines == NULL)
        lyrics->lines = ARENA_ARRAY(r->arena, LyricLine, LYRIC_LINES_MAX);
    lyrics->lines[lyrics->count++] = (LyricLine){ str_trim(rest), (int)v[0], (int)v[1], (int)v[2] };
    return true;
}

static bool read_sung(Reader *r, Str rest)
{
    Score *s = r->score;
    int64_t v[3];
    if (s->lyric_count == LYRIC_LINES_MAX || !numbers(r, &rest, 3, 0, 100000000, v) ||
        v[2] >= s->lyrics.count)
        return wrong(r, "no such sung line");
    if (s->lyric_times == NULL)
        s->lyric_times = ARENA_ARRAY(r->arena, LyricTime, LYRIC_LINES_MAX);
    s->lyric_times[s->lyric_count++] = (LyricTime){ (int32_t)v[0], (int32_t)v[1], (int)v[2] };
    return true;
}

static bool read_part(Reader *r, Str rest)
{
    Score *s = r->score;
    if (s->part_count == PART_MAX)
        return wrong(r, "too many parts");
    Part *part = &s->parts[s->part_count];
    int64_t v[32];
    Number list[NUMBERS_MAX];
    if (!numbers(r, &rest, 2, 0, ROLE_COUNT - 1, v))
        return false;
    for (int i = 0; v[0] == ROLE_DRUMS && i < s->part_count; i++)
        if (s->parts[i].role == ROLE_DRUMS)
            return wrong(r, "more than one drummer");
    part->role = (Role)v[0];
    part->pedal = v[1] != 0;
    if (!listed(r, &rest, list, part_numbers(part, list)))
        return false;
    const Instrument *in = instrument_find(r->instruments, str_trim(rest));
    if (in == NULL)
        return wrong(r, "no such instrument");
    part->instrument = *in;
    s->part_count++;
    r->note_size = 0;
    return true;
}

static bool in_order(const Part *part, int64_t tick, int64_t pitch)
{
    const Note *last = part->count ? &part->notes[part->count - 1] : NULL;
    return last == NULL || last->tick < tick || (last->tick == tick && last->pitch < pitch);
}

static bool read_note(Reader *r, Str rest)
{
    int64_t v[6];
    if (r->score->part_count == 0 || !numbers(r, &rest, 6, -1, 100000000, v))
        return wrong(r, "no such note");
    Part *part = &r->score->parts[r->score->part_count - 1];
    bool fits = v[0] >= 0 && v[1] > 0 && v[2] >= 0 && v[2] < 128 && v[3] > 0 && v[3] < 128 && v[4] >= 0 &&
                v[4] < 128 && v[5] < 32768;
    if (!fits || part->count == NOTES_MOST || !in_order(part, v[0], v[2]))
        return wrong(r, "no such note");
    if (part->count == r->note_size) {
        r->note_size = r->note_size ? r->note_size * 2 : 256;
        Note *notes = ARENA_ARRAY(r->arena, Note, (size_t)r->note_size);
        if (part->count)
            memcpy(notes, part->notes, (size_t)part->count * sizeof *notes);
        part->notes = notes;
    }
    part->notes[part->count++] =
        (Note){ (int32_t)v[0], (int32_t)v[1], (uint8_t)v[2], (uint8_t)v[3], (uint8_t)v[4], (int16_t)v[5] };
    return true;
}

static bool read_seed(Reader *r, Str rest)
{
    uint64_t seed = 0;
    rest = str_trim(rest);
    for (size_t i = 0; i < rest.length; i++) {
        if (rest.data[i] < '0' || rest.data[i] > '9' || __builtin_mul_overflow(seed, 10, &seed) ||
            __builtin_add_overflow(seed, (uint64_t)(rest.data[i] - '0'), &seed))
            return wrong(r, "a seed is a whole number below 2^64");
    }
    r->score->seed = seed;
    return true;
}

static bool read_line(Reader *r, Str line)
{
    static const struct {
        Str word;
        bool (*read)(Reader *r, Str rest);
    } lines[] = {
        { STR_INIT("n"), read_note },      { STR_INIT("part"), read_part },
        { STR_INIT("chord"), read_chord }, { STR_INIT("section"), read_section },
        { STR_INIT("words"), read_words }, { STR_INIT("sung"), read_sung },
        { STR_INIT("seed"), read_seed },
    };
    Str word;
    bool known;
    if (!str_word(&line, &word))
        return true;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (str_equal(word, lines[i].word))
            return lines[i].read(r, line);
    return read_head(r, word, line, &known) && (known || wrong(r, "an unknown word"));
}

// Everything ends with the song.
static bool ends_in_time(const Score *s, Fault *fault)
{
    int64_t end = (int64_t)s->length_ms * TICKS_PER_BEAT * s->bpm_milli / 60000000;
    for (int p = 0; p < s->part_count; p++)
        for (int i = 0; i < s->parts[p].count; i++)
            if ((int64_t)s->parts[p].notes[i].tick + s->parts[p].notes[i].ticks > end)
                return fault_set(fault, FAULT_INPUT,
                                 "the note at %d of part %d lies behind the song's end at %" PRId64,
                                 s->parts[p].notes[i].tick, p + 1, end);
    return true;
}

bool score_read(Arena *arena, const Instruments *instruments, Str text, Score *out, Fault *fault)
{
    *out = (Score){ 0 };
    Reader reader = { arena, instruments, out, 0, fault };
    Str line;
    int number = 1;
    if (!str_cut(&text, '\n', &line) || !str_equal(str_trim(line), STR("score 1")))
        return fault_set(fault, FAULT_INPUT, "line 1: not a score");
    while (str_cut(&text, '\n', &line)) {
        number++;
        if (!read_line(&reader, line))
            return fault_while(fault, arena_print(arena, "line %d", number).data);
    }
    if (out->bpm_milli == 0 || out->beats == 0 || out->beat_unit == 0 || out->length_ms == 0 ||
        out->part_count == 0)
        return fault_set(fault, FAULT_INPUT,
                         "line %d: the score ends before it said tempo, meter, length and a part", number);
    return ends_in_time(out, fault);
}
