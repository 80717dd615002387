// Drums and percussion: the style's patterns at the section's level, a fill before the next
// section, a crash on its first beat. Within a song the pattern is one; between songs it varies.
#include "score/composer.h"

#include <string.h>

enum { KICK = 36, SNARE = 38, HAT = 42, CRASH = 49, RIDE = 51, SETS_MAX = STYLE_DRUMS };

static int level_of(const Composer *c, const Section *section)
{
    bool heard = c->kit_alone ||
                 (c->kit_wished && (section->kind == SECTION_VERSE || section->kind == SECTION_CHORUS));
    int least = heard ? 1 : 0;
    if (section->kind == SECTION_BREAK)
        return section->energy >= 45 ? 1 : least;
    return section->energy < 28 ? least : section->energy < 52 ? 1 : section->energy < 74 ? 2 : 3;
}

// What a drummer plays in a style that has none: plain and at the back.
static const struct {
    int level, key;
    const char *steps;
} plain_drums[] = {
    { 1, KICK, "7..............." },  { 1, RIDE, "4...4...4...4..." }, { 2, KICK, "8.......7......." },
    { 2, SNARE, "....6.......6..." }, { 2, HAT, "5...4...5...4..." },  { 3, KICK, "8.......8.5....." },
    { 3, SNARE, "....8.......8..." }, { 3, HAT, "6.4.5.4.6.4.5.4." },
};

void drums_plan(Composer *c)
{
    c->drums = c->style->drums;
    c->drum_count = c->style->drum_count;
    if (!c->kit_wished || c->drum_count)
        return;
    DrumSet *sets = ARENA_ARRAY(c->arena, DrumSet, 3);
    for (size_t i = 0; i < sizeof plain_drums / sizeof *plain_drums; i++) {
        DrumSet *set = &sets[plain_drums[i].level - 1];
        set->level = plain_drums[i].level;
        set->lines[set->count++] =
            (DrumLine){ plain_drums[i].key, usual_pattern(c, str_of(plain_drums[i].steps)) };
    }
    c->drums = sets;
    c->drum_count = 3;
}

// The song's own set of exactly this level, by chance among equals, or NULL.
static const DrumSet *set_of_level(const Composer *c, int level)
{
    const DrumSet *sets[SETS_MAX];
    int count = 0;
    for (int i = 0; i < c->drum_count; i++)
        if (c->drums[i].level == level)
            sets[count++] = &c->drums[i];
    Rng rng = rng_named(c->seed, "drums");
    return count ? sets[rng_below(&rng, 60) % count] : NULL;
}

// The nearest level below that the style has; for drums that were asked for also one above.
static const DrumSet *choose_set(const Composer *c, int level)
{
    const DrumSet *set = NULL;
    for (int down = level; down > 0 && set == NULL; down--)
        set = set_of_level(c, down);
    for (int up = level + 1; level > 0 && c->kit_wished && up <= 3 && set == NULL; up++)
        set = set_of_level(c, up);
    return set;
}

static const DrumSet *choose_fill(const Composer *c, int section)
{
    const DrumSet *fills[SETS_MAX];
    int count = 0;
    for (int i = 0; i < c->drum_count; i++)
        if (c->drums[i].level == 0)
            fills[count++] = &c->drums[i];
    Rng rng = rng_named(c->seed, "fill/%d", section % 4);
    return count ? fills[rng_below(&rng, count)] : NULL;
}

// Parts of the kit can be banned by name: "no hi-hats".
static bool drum_banned(const Brief *brief, int key)
{
    static const struct {
        Str name;
        const char *keys;
    } drums[] = {
        { STR_INIT("kick"), "\x23\x24" },
        { STR_INIT("snare"), "\x26\x28" },
        { STR_INIT("hi-hat"), "\x2a\x2c\x2e" },
        { STR_INIT("cymbal"), "\x31\x33\x34\x35\x37\x39\x3b" },
        { STR_INIT("toms"), "\x29\x2b\x2d\x2f\x30\x32" },
        { STR_INIT("claps"), "\x27" },
    };
    for (int i = 0; i < brief->without_count; i++)
        for (size_t d = 0; d < sizeof drums / sizeof *drums; d++)
            if (str_equal(brief->without[i], drums[d].name) && strchr(drums[d].keys, key))
                return true;
    return false;
}

static void hit(Composer *c, Player *player, int32_t tick, int key, int velocity)
{
    if (drum_banned(c->brief, key))
        return;
    player_note(player, c,
                (Note){ tick, c->step_ticks / 2, (uint8_t)key, (uint8_t)clamp_int(velocity, 1, 127), 0, -1 });
}

static int hit_velocity(char mark, int energy)
{
    return (mark - '0') * 13 + energy_push(energy);
}

// Little habits that make one song's drummer differ from the next: an extra soft stroke of the
// kick or snare on a weak step, kept through the whole song.
typedef struct Habit {
    int key, step, velocity;
    bool second_bar; // only in every second bar
} Habit;

static void song_habits(const Composer *c, Habit habits[3])
{
    Rng rng = rng_named(c->seed, "drum habits");
    static const int keys[3] = { KICK, SNARE, KICK };
    for (int i = 0; i < 3; i++) {
        int step = rng_below(&rng, c->steps);
        habits[i] = (Habit){ keys[i], step | 1, keys[i] == SNARE ? 34 : 72, i > 0 };
        if (rng_chance(&rng, 35) || habits[i].step >= c->steps)
            habits[i].key = 0;
    }
}

static bool uses_key(const DrumSet *set, int key)
{
    for (int i = 0; i < set->count; i++)
        if (set->lines[i].key == key)
            return true;
    return false;
}

static bool taken(const DrumSet *set, int key, int bar, int step)
{
    for (int i = 0; i < set->count; i++)
        if (set->lines[i].key == key && pattern_at(&set->lines[i].pattern, bar, step) != '.')
            return true;
    return false;
}

static void play_set(Composer *c, Player *player, const DrumSet *set, int32_t start, int bar, int from,
                     int to, int energy)
{
    for (int i = 0; i < set->count; i++) {
        for (int step = from; step < to; step++) {
            char mark = pattern_at(&set->lines[i].pattern, bar, step);
            int32_t at = step_tick(c, step);
            if (mark >= '1' && mark <= '9' && at < c->bar_ticks)
                hit(c, player, start + at, set->lines[i].key, hit_velocity(mark, energy));
        }
    }
}

static int fill_start(const DrumSet *fill, int steps)
{
    for (int step = 0; step < steps; step++)
        for (int i = 0; i < fill->count; i++)
            if (pattern_at(&fill->lines[i].pattern, 0, step) != '.')
                return step;
    return steps;
}

static void section_drums(Composer *c, Player *player, int index, const Habit habits[3])
{
    const Section *section = &c->score->sections[index];
    const DrumSet *set = choose_set(c, level_of(c, section));
    bool last_section = index + 1 == c->score->section_count;
    const DrumSet *fill = last_section || section->bars < 2 ? NULL : choose_fill(c, index);
    if (set == NULL)
        return;
    for (int bar = 0; bar < section->bars; bar++) {
        int32_t start = (section->bar + bar) * c->bar_ticks;
        int to = fill && bar == section->bars - 1 ? fill_start(fill, c->steps) : c->steps;
        play_set(c, player, set, start, bar, 0, to, section->energy);
        for (int h = 0; h < 3; h++) {
            bool now = habits[h].key && (!habits[h].second_bar || bar % 2) && habits[h].step < to;
            if (now && uses_key(set, habits[h].key) && !taken(set, habits[h].key, bar, habits[h].step) &&
                step_tick(c, habits[h].step) < c->bar_ticks)
                hit(c, player, start + step_tick(c, habits[h].step), habits[h].key, habits[h].velocity);
        }
        if (to < c->steps)
            play_set(c, player, fill, start, 0, to, c->steps, section->energy);
    }
}

static bool has_cymbals(const Composer *c)
{
    const DrumSet *set = choose_set(c, 3);
    return set && (uses_key(set, 42) || uses_key(set, 46) || uses_key(set, 51));
}

static void crashes(Composer *c, Player *player)
{
    for (int i = 1; i < c->score->section_count; i++) {
        const Section *section = &c->score->sections[i];
        bool lift = section->energy >= 60 && section->energy >= c->score->sections[i - 1].energy;
        if (lift && has_cymbals(c))
            hit(c, player, section->bar * c->bar_ticks, CRASH, 70 + section->energy / 4);
    }
    int final_level = level_of(c, &c->score->sections[c->score->section_count - 1]);
    bool lands = c->score->ending == ENDING_RING || c->score->ending == ENDING_COLD;
    if (lands && player->count > 0 && final_level > 0) {
        hit(c, player, c->score->ticks, KICK, 100);
        if (has_cymbals(c) && c->score->ending == ENDING_RING)
            hit(c, player, c->score->ticks, CRASH, 84);
    }
}

void drums_write(Composer *c, Part *out)
{
    Player player = { .how = { .role = ROLE_DRUMS }, .instrument = c->kit };
    Habit habits[3];
    song_habits(c, habits);
    for (int i = 0; i < c->score->section_count; i++)
        section_drums(c, &player, i, habits);
    crashes(c, &player);
    *out = (Part){ .role = ROLE_DRUMS,
                   .instrument = *c->kit,
                   .late_ms = c->style->kit_late_ms,
                   .loose_ms = c->style->kit_loose_ms,
                   .notes = player.notes,
                   .count = player.count };
    out->strip = (Strip){ .level = -6, .width = 100, .low_cut_hz = 28, .room = c->style->mix.drum_room };
}

// Shakers and the like tick on their own key; tuned percussion plays the chord's root.
static int perc_pitch(const Composer *c, const Player *player, int32_t tick, char mark)
{
    const Instrument *in = player->instrument;
    if (in->kit)
        return in->low + (mark - '0') % (in->high - in->low + 1); // congas, bongos: strokes of their own
    int root = chord_at(c->score, tick)->root;
    int pitch = player->how.low + (root - player->how.low % 12 + 12) % 12;
    return pitch > player->how.high ? pitch - 12 : pitch;
}

void perc_write(Composer *c, Player *player)
{
    if (player->how.pattern_count == 0)
        return;
    Rng rng = rng_named(c->seed, "percussion/%d", player->id);
    const Pattern *pattern = &player->how.patterns[rng_below(&rng, player->how.pattern_count)];
    for (int i = 0; i < c->score->section_count; i++) {
        const Section *section = &c->score->sections[i];
        for (int bar = 0; plays(player, section) && bar < section->bars; bar++) {
            int32_t start = (section->bar + bar) * c->bar_ticks;
            for (int step = 0; step < c->steps; step++) {
                char mark = pattern_at(pattern, bar, step);
                int32_t at = step_tick(c, step);
                if (mark < '1' || mark > '9' || at >= c->bar_ticks)
                    continue;
                int velocity = player->how.velocity + (mark - '7') * 9;
                player_note(player, c,
                            (Note){ start + at, c->step_ticks,
                                    (uint8_t)perc_pitch(c, player, start + at, mark),
                                    (uint8_t)clamp_int(velocity, 1, 127), 0, -1 });
            }
        }
    }
}
