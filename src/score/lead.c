// Who sings the themes: the lead through the song, and a counter voice that answers it.
#include "score/theme.h"

#include <string.h>

enum { CELLS_MAX = 24, CHORUS_LIFT = 3 };

void theme_chords(const Composer *c, int label, int bars, Chord *out)
{
    const Score *s = c->score;
    int count = 0;
    for (int i = 0; i < s->section_count; i++) {
        const Section *section = &s->sections[i];
        if (c->harm[section->label] != c->harm[label] || section->bars < bars)
            continue;
        int32_t start = section->bar * c->bar_ticks, end = start + bars * c->bar_ticks;
        for (int k = 0; k < s->chord_count; k++) {
            if (s->chords[k].tick < start || s->chords[k].tick >= end)
                continue;
            out[count] = s->chords[k];
            out[count++].tick -= start;
        }
        break;
    }
    out[count].ticks = 0;
}

int theme_bars(const Composer *c, int label)
{
    int longest = 1, cycle = c->harm[label]->progression.bars;
    for (int i = 0; i < c->score->section_count; i++)
        if (c->score->sections[i].label == label && c->score->sections[i].bars > longest)
            longest = c->score->sections[i].bars;
    int bars = cycle > 8 ? cycle : 8;
    return bars < longest ? bars : longest;
}

int theme_cells(const PartStyle *how, Pattern *out, int most)
{
    int count = 0;
    for (int i = 0; i < how->pattern_count; i++) {
        const Pattern *p = &how->patterns[i];
        for (int bar = 0; bar < p->bars && count < most; bar++) {
            out[count] = (Pattern){ .grid = p->grid, .bars = 1 };
            memcpy(out[count++].step, p->step + bar * p->grid, (size_t)p->grid);
        }
    }
    return count;
}

// Cells that are strange to nobody: beats and halves, when a style gives none.
static int plain_cells(const Composer *c, Pattern *out)
{
    static const char *const beats[3] = { "8-8-", "8---", "8-6-" };
    for (int k = 0; k < 3; k++) {
        out[k] = (Pattern){ .grid = c->style->grid, .bars = 1 };
        for (int i = 0; i < out[k].grid; i++)
            out[k].step[i] = beats[k][i * 4 / (out[k].grid / 4 ? out[k].grid / 4 : 1) % 4];
    }
    return 3;
}

// Sections whose tune is another's: an intro hints at the verse, a solo plays upon it.
static SectionKind tune_of(SectionKind kind)
{
    switch (kind) {
    case SECTION_INTRO:
    case SECTION_OUTRO:
    case SECTION_SOLO:
    case SECTION_BREAK:
        return SECTION_VERSE;
    case SECTION_BUILD:
        return SECTION_CHORUS;
    default:
        return kind;
    }
}

static int tune_label(const Composer *c, SectionKind kind)
{
    SectionKind tune = is_tiny(c) ? SECTION_VERSE : tune_of(kind);
    for (int i = 0; i < c->score->section_count; i++)
        if (c->score->sections[i].label == (int)tune && c->harm[tune] == c->harm[kind])
            return (int)tune;
    return (int)kind;
}

static bool label_used(const Composer *c, int label)
{
    for (int i = 0; i < c->score->section_count; i++)
        if (tune_label(c, c->score->sections[i].kind) == label)
            return true;
    return false;
}

static ThemeOrder lead_order(const Composer *c, const PartStyle *how, const Pattern *cells, int count,
                             int label)
{
    Rng rng = rng_named(c->seed, "riff");
    bool riff = rng_chance(&rng, c->style->riff);
    int centre = (how->low + how->high) / 2 + (label == SECTION_CHORUS   ? CHORUS_LIFT
                                               : label == SECTION_BRIDGE ? 1
                                                                         : -1);
    return (ThemeOrder){ .path = "lead",
                         .label = label,
                         .bars = theme_bars(c, label),
                         .phrase_bars = riff ? 2 : c->style->phrase,
                         .cells = cells,
                         .cell_count = count,
                         .low = how->low,
                         .high = how->high,
                         .centre = centre,
                         .riff = riff,
                         .goes_home = label == SECTION_CHORUS || label == SECTION_VERSE };
}

void themes_write(Composer *c)
{
    const PartStyle *how = NULL;
    for (int i = 0; i < c->player_count && how == NULL; i++)
        how = c->players[i].how.role == ROLE_LEAD ? &c->players[i].how : NULL;
    if (how == NULL)
        return;
    Pattern *cells = ARENA_ARRAY(c->arena, Pattern, CELLS_MAX);
    int count = theme_cells(how, cells, CELLS_MAX);
    count = count ? count : plain_cells(c, cells);
    for (int label = 0; label < SECTION_COUNT; label++) {
        if (!label_used(c, label))
            continue;
        ThemeOrder order = lead_order(c, how, cells, count, label);
        theme_compose(c, &order, &c->themes[label]);
    }
}

// Writes a theme over a section, again and again until it is full.
static void theme_lay(Composer *c, Player *player, const Section *section, const Theme *theme, int shift,
                      int push)
{
    int32_t start = section->bar * c->bar_ticks, end = section->bars * c->bar_ticks;
    for (int32_t round = 0; theme->bars && round < end; round += theme->bars * c->bar_ticks) {
        for (int i = 0; i < theme->count; i++) {
            Note note = theme->notes[i];
            int32_t at = round + note.tick;
            if (at >= end)
                break;
            note.ticks = at + note.ticks > end ? end - at : note.ticks;
            note.tick = start + at;
            note.pitch = (uint8_t)clamp_int(note.pitch + shift, 0, 127);
            note.velocity = (uint8_t)clamp_int(player->how.velocity + note.velocity - 64 + push, 1, 127);
            player_note(player, c, note);
        }
    }
}

static int neighbour(const Composer *c, int pitch, int way)
{
    uint16_t scale = mode_tones(c->score->key.mode, c->score->key.tonic);
    do
        pitch += way;
    while (!(scale & 1 << (pitch + 120) % 12));
    return pitch;
}

// When a tune comes back, the bars that turn are told a little differently: a weak note steps
// aside, a long one gets a second. What falls on strong beats, and the last note, stay.
static void vary_turns(Composer *c, Player *player, int first, const Section *section)
{
    int last = player->count;
    for (int i = first; i < last; i++) {
        Note *n = &player->notes[i];
        int song_bar = n->tick / c->bar_ticks, place = n->tick % c->bar_ticks;
        if (!is_turn(c, section, song_bar - section->bar))
            continue;
        Rng rng = rng_named(c->seed, "turn/%d/%d/%d", player->id, song_bar, place);
        int way = rng_chance(&rng, 50) ? 1 : -1;
        if (n->ticks >= TICKS_PER_BEAT && rng_chance(&rng, 60)) {
            Note second = *n;
            n->ticks /= 2;
            second.ticks -= n->ticks;
            second.tick += n->ticks;
            second.pitch = (uint8_t)clamp_int(neighbour(c, n->pitch, way), 1, 126);
            player_note(player, c, second);
        } else if (place % TICKS_PER_BEAT != 0) {
            n->pitch = (uint8_t)clamp_int(neighbour(c, n->pitch, way), 1, 126);
        }
    }
}

static bool came_before(const Composer *c, int index)
{
    for (int i = 0; i < index; i++)
        if (c->score->sections[i].label == c->score->sections[index].label)
            return true;
    return false;
}

static int octaves_into(int pitch, int low, int high)
{
    int shift = 0;
    while (pitch + shift < low)
        shift += 12;
    while (pitch + shift > high && pitch + shift - 12 >= low)
        shift -= 12;
    return shift;
}

// A solo plays upon the tune: long notes get a turn, some are pushed up an octave-free third.
static void ornament(Composer *c, Player *player, int first, const Section *section)
{
    Rng rng = rng_named(c->seed, "solo/%d", section->bar);
    int last = player->count, beat = TICKS_PER_BEAT;
    for (int i = first; i < last; i++) {
        Note *n = &player->notes[i];
        if (n->ticks < beat || !rng_chance(&rng, 60))
            continue;
        Note turn = *n;
        turn.ticks = n->ticks / 4;
        n->ticks = n->ticks / 2;
        turn.tick = n->tick + n->ticks;
        turn.pitch = (uint8_t)clamp_int(neighbour(c, n->pitch, 1), 1, 126);
        Note back = turn;
        back.tick += turn.ticks;
        back.pitch = n->pitch;
        player_note(player, c, turn);
        player_note(player, c, back);
    }
}

static void slide_some(Composer *c, Player *player)
{
    Rng rng = rng_named(c->seed, "glide/%s", role_names[player->how.role]);
    for (int i = 1; i < player->count && player->how.glide; i++)
        if (rng_chance(&rng, player->how.glide) && player->notes[i].pitch != player->notes[i - 1].pitch)
            player->notes[i].from = player->notes[i - 1].pitch;
}

void lead_write(Composer *c, Player *player)
{
    for (int i = 0; i < c->score->section_count; i++) {
        const Section *section = &c->score->sections[i];
        const Theme *theme = &c->themes[tune_label(c, section->kind)];
        if (!plays(player, section) || theme->count == 0)
            continue;
        int first = player->count, middle = theme->notes[theme->count / 2].pitch;
        // A second lead has a range of its own: it plays in its octave.
        int shift = octaves_into(middle, player->how.low, player->how.high);
        theme_lay(c, player, section, theme, shift, energy_push(section->energy));
        if (section->kind == SECTION_SOLO)
            ornament(c, player, first, section);
        else if (is_tiny(c) ? i > 1 : !is_short(c) && (came_before(c, i) || section->bars > theme->bars))
            vary_turns(c, player, first, section);
    }
    slide_some(c, player);
}

void counter_write(Composer *c, Player *player)
{
    Pattern *cells = ARENA_ARRAY(c->arena, Pattern, CELLS_MAX);
    int count = theme_cells(&player->how, cells, CELLS_MAX);
    count = count ? count : plain_cells(c, cells);
    Theme themes[SECTION_COUNT] = { 0 };
    char path[40] = "counter/";
    size_t length = player->instrument->name.length < 30 ? player->instrument->name.length : 30;
    memcpy(path + 8, player->instrument->name.data, length);

    for (int i = 0; i < c->score->section_count; i++) {
        const Section *section = &c->score->sections[i];
        int label = tune_label(c, section->kind);
        if (!plays(player, section))
            continue;
        if (themes[label].count == 0) {
            ThemeOrder order = lead_order(c, &player->how, cells, count, label);
            order.path = path;
            order.against = &c->themes[label];
            order.goes_home = false;
            theme_compose(c, &order, &themes[label]);
        }
        theme_lay(c, player, section, &themes[label], 0, energy_push(section->energy));
    }
    slide_some(c, player);
}
