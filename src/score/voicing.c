// Voicings by dynamic programming: of all ways to place each chord's tones in the range, the path
// with the least motion, no parallel fifths or octaves, and no mud below.
// After the geometric view of voice leading (Tymoczko 2006): the distance between two chords is
// how far their voices must move.
#include "score/composer.h"

#include <string.h>

enum {
    VOICES_MAX = 6,
    STATES = 28,         // voicings kept of each chord, the best by themselves
    GAP_MOST = 9,        // semitones between neighbours
    LOW_LIMIT = 52,      // below, close intervals are muddy
    COST_NO_THIRD = 60, COST_NO_SEVENTH = 25, COST_NO_ROOT = 8, COST_DOUBLED = 5,
    COST_CLUSTER = 9, COST_MUD = 14, COST_PARALLEL = 12,
};

typedef struct Voicing {
    uint8_t pitch[VOICES_MAX];
    int cost; // by itself
} Voicing;

typedef struct Search {
    const Chord *chord;
    int voices, low, high;
    Voicing now;
    Voicing best[STATES];
    int count;
} Search;

static bool has_above(const Chord *chord, const uint8_t *pitch, int voices, int semitones)
{
    for (int v = 0; v < voices; v++)
        if ((pitch[v] - chord->root + 24) % 12 == semitones)
            return true;
    return false;
}

static bool wants(const Chord *chord, int semitones)
{
    return chord->tones & 1 << (chord->root + semitones) % 12;
}

static int missing_cost(const Chord *chord, const uint8_t *p, int voices)
{
    int cost = 0;
    if ((wants(chord, 3) && !has_above(chord, p, voices, 3)) || (wants(chord, 4) && !has_above(chord, p, voices, 4)))
        cost += COST_NO_THIRD;
    if ((wants(chord, 10) && !has_above(chord, p, voices, 10)) || (wants(chord, 11) && !has_above(chord, p, voices, 11)))
        cost += COST_NO_SEVENTH;
    if (!has_above(chord, p, voices, 0))
        cost += COST_NO_ROOT;
    return cost;
}

static int own_cost(const Search *s)
{
    const uint8_t *p = s->now.pitch;
    int cost = missing_cost(s->chord, p, s->voices), sum = 0;
    for (int v = 0; v < s->voices; v++) {
        sum += p[v];
        for (int w = 0; w < v; w++)
            cost += p[v] % 12 == p[w] % 12 ? COST_DOUBLED : 0;
        if (v > 0 && p[v] - p[v - 1] == 1)
            cost += COST_CLUSTER;
        if (v > 0 && p[v - 1] < LOW_LIMIT && p[v] - p[v - 1] < 5)
            cost += COST_MUD;
    }
    int off = sum / s->voices - (s->low + s->high) / 2;
    return cost + (off < 0 ? -off : off);
}

static void keep(Search *s)
{
    s->now.cost = own_cost(s);
    int at = s->count < STATES ? s->count++ : STATES - 1;
    if (at == STATES - 1 && s->count == STATES && s->best[at].cost != 0 && s->best[at].cost <= s->now.cost)
        return;
    while (at > 0 && s->best[at - 1].cost > s->now.cost) {
        s->best[at] = s->best[at - 1];
        at--;
    }
    s->best[at] = s->now;
}

static void place(Search *s, int voice)
{
    if (voice == s->voices) {
        keep(s);
        return;
    }
    int from = voice ? s->now.pitch[voice - 1] + 1 : s->low;
    int to = voice ? s->now.pitch[voice - 1] + GAP_MOST : s->low + 13;
    for (int p = from; p <= to && p <= s->high; p++) {
        if (s->chord->tones & 1 << p % 12) {
            s->now.pitch[voice] = (uint8_t)p;
            place(s, voice + 1);
        }
    }
}

static int move_cost(const Voicing *a, const Voicing *b, int voices)
{
    int cost = 0;
    for (int v = 0; v < voices; v++) {
        int move = b->pitch[v] - a->pitch[v];
        cost += 2 * (move < 0 ? -move : move) + (v == voices - 1 ? (move < 0 ? -move : move) * 2 : 0);
        for (int w = 0; w < v && move != 0; w++) {
            int before = (a->pitch[v] - a->pitch[w]) % 12, after = (b->pitch[v] - b->pitch[w]) % 12;
            cost += before == after && (before == 0 || before == 7) ? COST_PARALLEL : 0;
        }
    }
    return cost;
}

// A range too narrow for the chord is opened downwards and upwards until something fits.
static void search_chord(Search *s, const Chord *chord, int voices, int low, int high)
{
    do {
        *s = (Search){ .chord = chord, .voices = voices, .low = low, .high = high };
        place(s, 0);
        low = low > 2 ? low - 2 : low;
        high = high < 125 ? high + 2 : high;
    } while (s->count == 0);
}

void voicings_find(Arena *arena, const Chord *chords, int count, int voices, int low, int high, uint8_t *out)
{
    Search *s = ARENA_ARRAY(arena, Search, (size_t)count);
    int(*cost)[STATES] = arena_take_array(arena, sizeof *cost, (size_t)count);
    uint8_t(*from)[STATES] = arena_take_array(arena, sizeof *from, (size_t)count);

    for (int i = 0; i < count; i++) {
        search_chord(&s[i], &chords[i], voices, low, high);
        for (int b = 0; b < s[i].count; b++) {
            cost[i][b] = s[i].best[b].cost;
            int best = 1 << 30;
            for (int a = 0; i > 0 && a < s[i - 1].count; a++) {
                int total = cost[i - 1][a] + move_cost(&s[i - 1].best[a], &s[i].best[b], voices);
                if (total < best) {
                    best = total;
                    from[i][b] = (uint8_t)a;
                }
            }
            cost[i][b] += i > 0 ? best : 0;
        }
    }
    int at = 0;
    for (int b = 1; count > 0 && b < s[count - 1].count; b++)
        at = cost[count - 1][b] < cost[count - 1][at] ? b : at;
    for (int i = count - 1; i >= 0; i--) {
        memcpy(out + i * VOICES_MAX, s[i].best[at].pitch, VOICES_MAX);
        at = from[i][at];
    }
}
