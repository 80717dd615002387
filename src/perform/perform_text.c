// A performance as text, and back.
//
//     performance 1
//     frames 1920000
//     lane 0 grand piano | grand piano      part, name, instrument
//     n 0 46956 72 90 0                     start, end, pitch, velocity, glide from
//     s 0 800                               swell: frame, level
#include "perform/perform.h"

#include <inttypes.h>
#include <string.h>

enum { LANES_MOST = 64, LINES_MOST = 400000 };

void perform_write(const Performance *p, Buf *out)
{
    buf_print(out, "performance 1\nframes %" PRId64 "\n", p->frames);
    for (int i = 0; i < p->lane_count; i++) {
        const Lane *lane = &p->lanes[i];
        buf_print(out, "lane %d " STR_FMT " | " STR_FMT "\n", lane->part, STR_ARG(lane->name), STR_ARG(lane->voice.name));
        for (int k = 0; k < lane->count; k++) {
            const PlayedNote *n = &lane->notes[k];
            buf_print(out, "n %" PRId64 " %" PRId64 " %d %d %d\n", n->start, n->end, n->pitch, n->velocity, n->from);
        }
        for (int k = 0; k < lane->swell_count; k++)
            buf_print(out, "s %" PRId64 " %d\n", lane->swells[k].frame, lane->swells[k].level);
    }
}

typedef struct Reader {
    Arena *arena;
    const Instruments *instruments;
    Performance *out;
    int note_size, swell_size; // taken for the last lane
} Reader;

static void *grown(Arena *arena, void *list, int count, int *size, size_t each)
{
    if (count < *size)
        return list;
    *size = *size ? *size * 2 : 128;
    void *more = arena_take_array(arena, each, (size_t)*size);
    if (count)
        memcpy(more, list, (size_t)count * each);
    return more;
}

static bool numbers(Str *rest, int count, int64_t *out)
{
    Str word;
    for (int i = 0; i < count; i++)
        if (!str_word(rest, &word) || !str_to_int(word, &out[i]) || out[i] < 0 || out[i] > INT32_MAX)
            return false;
    return true;
}

static bool read_lane(Reader *r, Str rest)
{
    int64_t part;
    size_t bar;
    if (r->out->lane_count == LANES_MOST || !numbers(&rest, 1, &part) || part >= PART_MAX || !str_find(rest, STR(" | "), &bar))
        return false;
    const Instrument *in = instrument_find(r->instruments, str_trim(str_slice(rest, bar + 3, rest.length)));
    if (in == NULL)
        return false;
    r->out->lanes[r->out->lane_count++] = (Lane){ .name = str_trim(str_slice(rest, 0, bar)), .part = (int)part, .voice = *in };
    r->note_size = r->swell_size = 0;
    return true;
}

static bool read_note(Reader *r, Lane *lane, Str rest)
{
    int64_t v[5];
    if (!numbers(&rest, 5, v) || v[1] <= v[0] || v[2] > 127 || v[3] < 1 || v[3] > 127 || v[4] > 127)
        return false;
    if (lane->count && lane->notes[lane->count - 1].start > v[0])
        return false; // players rely on the order
    lane->notes = grown(r->arena, lane->notes, lane->count, &r->note_size, sizeof *lane->notes);
    lane->notes[lane->count++] = (PlayedNote){ v[0], v[1], (uint8_t)v[2], (uint8_t)v[3], (uint8_t)v[4] };
    return true;
}

static bool read_swell(Reader *r, Lane *lane, Str rest)
{
    int64_t v[2];
    if (!numbers(&rest, 2, v) || v[1] > 1000 || (lane->swell_count && lane->swells[lane->swell_count - 1].frame >= v[0]))
        return false;
    lane->swells = grown(r->arena, lane->swells, lane->swell_count, &r->swell_size, sizeof *lane->swells);
    lane->swells[lane->swell_count++] = (Swell){ v[0], (int16_t)v[1] };
    return true;
}

static bool read_line(Reader *r, Str line)
{
    Str word;
    Lane *lane = r->out->lane_count ? &r->out->lanes[r->out->lane_count - 1] : NULL;
    if (!str_word(&line, &word))
        return true;
    if (str_equal(word, STR("frames")))
        return numbers(&line, 1, &r->out->frames);
    if (str_equal(word, STR("lane")))
        return read_lane(r, line);
    if (lane && str_equal(word, STR("n")))
        return read_note(r, lane, line);
    return lane && str_equal(word, STR("s")) && read_swell(r, lane, line);
}

bool perform_read(Arena *arena, const Instruments *instruments, Str text, Performance *out, Fault *fault)
{
    *out = (Performance){ .lanes = ARENA_ARRAY(arena, Lane, LANES_MOST) };
    Reader reader = { arena, instruments, out, 0, 0 };
    Str line;
    int number = 1;
    if (!str_cut(&text, '\n', &line) || !str_equal(str_trim(line), STR("performance 1")))
        return fault_set(fault, FAULT_INPUT, "line 1: not a performance");
    while (str_cut(&text, '\n', &line)) {
        number++;
        if (number > LINES_MOST || !read_line(&reader, line))
            return fault_set(fault, FAULT_INPUT, "line %d: not a line of a performance", number);
    }
    return out->frames > 0 || fault_set(fault, FAULT_INPUT, "line %d: the performance has no length", number);
}
