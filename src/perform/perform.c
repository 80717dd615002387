// Players' habits: who is late, how notes scatter, how chords are strummed, pedals, slurs, swells.
// All in whole numbers, so that a performance is the same on every machine.
#include "perform/perform.h"

#include "base/rng.h"

#include <stdlib.h>

enum {
    RATE = 48000,
    FRAMES_PER_MS = RATE / 1000,
    SCATTER_MOST_MS = 19, // more is heard as a mistake
    SLUR_MS = 22,         // how far slurred notes overlap
    SLUR_GAP_MS = 30,     // notes at most this far apart are slurred
    LIFT_MS = 12,         // what is not slurred is let go this long before the next note
    STRIKE_MS = 60,       // how long a drum's key is held
    SWELL_LEAST_MS = 350, // shorter notes have no swell of their own
};

// The kit's lanes: drums that are mixed together.
static const struct {
    Str name;
    const char *keys;
} kit_lanes[] = {
    { STR_INIT("kick"), "\x23\x24" },
    { STR_INIT("snare"), "\x25\x26\x27\x28" },
    { STR_INIT("cymbals"), "\x2a\x2c\x2e\x31\x33\x34\x35\x37\x39\x3b" },
    { STR_INIT("toms"), NULL }, // and all the rest
};

enum { KIT_LANES = sizeof kit_lanes / sizeof *kit_lanes };

static int kit_lane(int key)
{
    for (int lane = 0; lane < KIT_LANES - 1; lane++)
        for (const char *k = kit_lanes[lane].keys; *k; k++)
            if (*k == key)
                return lane;
    return KIT_LANES - 1;
}

// A player's drift: slow wandering and quick scatter together, which pleases more than white
// noise (Hennig et al. 2011). Thousandths of a standard deviation.
typedef struct Drift {
    Rng rng;
    int slow, quick;
} Drift;

static int white(Rng *rng) // sum of uniforms: nearly normal, sd 1000
{
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += rng_between(rng, -1000, 1000);
    return sum;
}

static int drift_next(Drift *drift)
{
    drift->slow = (drift->slow * 15 + white(&drift->rng) * 4) / 16;
    drift->quick = (drift->quick * 2 + white(&drift->rng) * 3) / 4;
    return (drift->slow * 7 + drift->quick * 6) / 10;
}

static int64_t scatter_frames(Drift *drift, const Part *part)
{
    int limit = SCATTER_MOST_MS * 1000, off = drift_next(drift) * part->loose_ms;
    off = off > limit ? limit : off < -limit ? -limit : off;
    return (int64_t)part->late_ms * FRAMES_PER_MS + (int64_t)off * FRAMES_PER_MS / 1000;
}

static bool family_is(const Instrument *in, Str a)
{
    return str_equal(in->family, a);
}

static bool breathes(const Instrument *in) // can grow and fade while a note sounds
{
    return in->rings && (family_is(in, STR("strings")) || family_is(in, STR("brass")) ||
                         family_is(in, STR("woodwind")) || family_is(in, STR("voice")));
}

static bool is_line(const Part *part)
{
    return part->role == ROLE_LEAD || part->role == ROLE_COUNTER || part->role == ROLE_BASS;
}

// Where the pedal lets go: at the end of the chord that sounds.
static int32_t pedal_end(const Score *score, int32_t tick, int32_t end)
{
    for (int i = 0; i < score->chord_count; i++) {
        const Chord *chord = &score->chords[i];
        if (chord->tick <= tick && chord->tick + chord->ticks > tick)
            return chord->tick + chord->ticks > end ? chord->tick + chord->ticks : end;
    }
    return end;
}

// A player's own stream, whoever else plays.
static Rng part_rng(const Score *score, int index)
{
    const Part *part = &score->parts[index];
    int nth = 0;
    for (int i = 0; i < index; i++)
        nth += score->parts[i].role == part->role;
    return rng_named(score->seed, "perform/%s/%d", role_names[part->role], nth);
}

// Notes of one tick share their scatter: a chord is one movement of the hand.
static void play_part(const Score *score, int index, PlayedNote *out)
{
    const Part *part = &score->parts[index];
    Drift drift = { part_rng(score, index), 0, 0 };
    int64_t off = 0;
    int strum = 0;
    for (int i = 0; i < part->count; i++) {
        const Note *n = &part->notes[i];
        bool chord = i > 0 && part->notes[i - 1].tick == n->tick;
        off = chord ? off : scatter_frames(&drift, part);
        strum = chord ? strum + part->strum_ms : 0;
        int32_t end = n->tick + n->ticks;
        end = part->pedal ? pedal_end(score, n->tick, end) : end;
        int64_t start = score_frame(score, n->tick, RATE) + off + (int64_t)strum * FRAMES_PER_MS;
        start = start < 0 ? 0 : start;
        int64_t stop =
            part->instrument.kit ? start + STRIKE_MS * FRAMES_PER_MS : score_frame(score, end, RATE) + off;
        out[i] = (PlayedNote){ start, stop > start ? stop : start + 1, n->pitch, n->velocity, n->from };
    }
}

// Lines on instruments that ring are slurred where notes touch; others lift before the next.
static void phrase_line(const Part *part, PlayedNote *notes, int count)
{
    for (int i = 0; i + 1 < count; i++) {
        int64_t gap = notes[i + 1].start - notes[i].end;
        bool touch = gap < SLUR_GAP_MS * FRAMES_PER_MS && gap > -SLUR_GAP_MS * FRAMES_PER_MS;
        if (!touch)
            continue;
        bool slur = part->instrument.rings && notes[i].pitch != notes[i + 1].pitch;
        int64_t end = notes[i + 1].start + (slur ? SLUR_MS : -LIFT_MS) * FRAMES_PER_MS;
        notes[i].end = end > notes[i].start ? end : notes[i].start + 1;
    }
}

static int by_start(const void *a, const void *b)
{
    const PlayedNote *x = a, *y = b;
    return x->start != y->start ? (x->start > y->start) - (x->start < y->start) : (int)x->pitch - y->pitch;
}

static void swell_add(Lane *lane, int64_t frame, int level)
{
    if (lane->swell_count && lane->swells[lane->swell_count - 1].frame >= frame)
        frame = lane->swells[lane->swell_count - 1].frame + 1;
    lane->swells[lane->swell_count++] = (Swell){ frame, (int16_t)level };
}

// Each long note (of a chord: its first) grows to two thirds of its length and falls a little.
static void swell_lane(Arena *arena, Lane *lane)
{
    lane->swells = ARENA_ARRAY(arena, Swell, (size_t)lane->count * 3 + 2);
    int64_t free_from = -1;
    for (int i = 0; i < lane->count; i++) {
        const PlayedNote *n = &lane->notes[i];
        int64_t length = n->end - n->start;
        if (n->start < free_from || length < SWELL_LEAST_MS * FRAMES_PER_MS)
            continue;
        swell_add(lane, n->start, 800);
        swell_add(lane, n->start + length * 2 / 3, 1000);
        swell_add(lane, n->end - 1, 840);
        free_from = n->end;
    }
}

static Lane *lane_add(Performance *out, Str name, int part, const Instrument *voice, PlayedNote *notes,
                      int count)
{
    Lane *lane = &out->lanes[out->lane_count++];
    *lane = (Lane){ .name = name, .part = part, .voice = *voice, .notes = notes, .count = count };
    qsort(notes, (size_t)count, sizeof *notes, by_start);
    return lane;
}

static void kit_part(Arena *arena, const Part *part, int index, const PlayedNote *played, Performance *out)
{
    for (int lane = 0; lane < KIT_LANES; lane++) {
        PlayedNote *notes = ARENA_ARRAY(arena, PlayedNote, (size_t)part->count + 1);
        int count = 0;
        for (int i = 0; i < part->count; i++)
            if (kit_lane(played[i].pitch) == lane)
                notes[count++] = played[i];
        if (count)
            lane_add(out, kit_lanes[lane].name, index, &part->instrument, notes, count);
    }
}

void perform_render(Arena *arena, const Score *score, Performance *out)
{
    *out = (Performance){ .frames = (int64_t)score->length_ms * FRAMES_PER_MS,
                          .lanes = ARENA_ARRAY(arena, Lane, (size_t)score->part_count + KIT_LANES) };
    for (int i = 0; i < score->part_count; i++) {
        const Part *part = &score->parts[i];
        PlayedNote *played = ARENA_ARRAY(arena, PlayedNote, (size_t)part->count + 1);
        play_part(score, i, played);
        if (part->role == ROLE_DRUMS) {
            kit_part(arena, part, i, played, out);
            continue;
        }
        if (is_line(part))
            phrase_line(part, played, part->count);
        Lane *lane = lane_add(out, part->instrument.name, i, &part->instrument, played, part->count);
        if (breathes(&part->instrument))
            swell_lane(arena, lane);
    }
}
