// Who plays what: the style's band, then the wishes, then the bans. A wish takes the part that
// suits it best; when no such part is free, a new one is made for it.
#include "score/composer.h"

#include "base/fault.h"

static bool kit_banned(const Composer *c, const Instrument *kit)
{
    return brief_bans(c->brief, kit, ROLE_DRUMS);
}

static bool banned(const Composer *c, const Instrument *instrument, Role role)
{
    return brief_bans(c->brief, instrument, role) || (instrument->kit && kit_banned(c, instrument));
}

// One of a part's instruments: the first is four times as likely as the fifth; bans drop out.
static const Instrument *choose_instrument(const Composer *c, const char *path, int index,
                                           const Instrument *const *choices, int count, Role role)
{
    int weights[STYLE_CHOICES], sum = 0;
    for (int i = 0; i < count; i++) {
        weights[i] = banned(c, choices[i], role) ? 0 : count - i + (i == 0 ? 2 : 0);
        sum += weights[i];
    }
    Rng rng = rng_named(c->seed, "band/%s/%d", path, index);
    return sum ? choices[rng_weighted(&rng, weights, count)] : NULL;
}

static bool is_mono(const Instrument *instrument)
{
    return str_equal(instrument->family, STR("woodwind")) || str_equal(instrument->family, STR("brass")) ||
           str_equal(instrument->family, STR("voice")) ||
           (str_equal(instrument->family, STR("strings")) && instrument->program >= 40 &&
            instrument->program <= 43);
}

static bool patch_ends(const Instrument *instrument, Str end)
{
    return str_ends(instrument->patch, end);
}

// Roles an instrument is good for, best first, ROLE_NONE behind the last.
static void roles_of(const Instrument *in, Role roles[4])
{
    Str f = in->family;
    for (int i = 0; i < 4; i++)
        roles[i] = ROLE_NONE;
    if (str_equal(f, STR("percussion"))) { // congas and the like: some are keys of a kit
        roles[0] = ROLE_PERC;
    } else if (in->kit || str_equal(f, STR("drums"))) {
        roles[0] = ROLE_DRUMS;
    } else if (str_equal(f, STR("bass")) || patch_ends(in, STR("bass")) || in->program == 43) {
        roles[0] = ROLE_BASS;
    } else if (is_mono(in)) {
        roles[0] = ROLE_LEAD, roles[1] = ROLE_COUNTER;
    } else if (str_equal(f, STR("strings"))) {
        roles[0] = ROLE_PAD, roles[1] = ROLE_COMP, roles[2] = ROLE_ARP;
    } else if (str_equal(f, STR("mallet"))) {
        roles[0] = ROLE_ARP, roles[1] = ROLE_LEAD, roles[2] = ROLE_COUNTER;
    } else if (patch_ends(in, STR("pad")) || str_equal(f, STR("organ"))) {
        roles[0] = ROLE_PAD, roles[1] = ROLE_COMP;
    } else if (patch_ends(in, STR("lead"))) {
        roles[0] = ROLE_LEAD, roles[1] = ROLE_COUNTER;
    } else if (str_equal(f, STR("world"))) {
        roles[0] = ROLE_LEAD, roles[1] = ROLE_COUNTER, roles[2] = ROLE_ARP;
    } else {
        roles[0] = ROLE_COMP, roles[1] = ROLE_ARP, roles[2] = ROLE_LEAD;
    }
}

// A part's range becomes what both the style and the instrument can; at least an octave.
static void fit_range(PartStyle *how, const Instrument *in)
{
    if (in->kit)
        return;
    int low = how->low > in->low ? how->low : in->low, high = how->high < in->high ? how->high : in->high;
    while (high - low < 12 && (low > in->low || high < in->high)) {
        low = low > in->low ? low - 1 : low;
        high = high < in->high ? high + 1 : high;
    }
    how->low = low;
    how->high = high > low ? high : low + 1;
}

static const char rhythm_lead[] =
    "8---6-8---8-6---|8-------6---8---|8-----6-8-------"; // three bars of sixteen

Pattern usual_pattern(const Composer *c, Str sixteen)
{
    Pattern out = { .grid = c->style->grid, .bars = 1 };
    for (int i = 0; i < out.grid; i++) // the same places in the bar on any grid
        out.step[i] = i * 16 % out.grid == 0 || out.grid == 16 ? sixteen.data[i * 16 / out.grid] : '-';
    return out;
}

// What a wished part plays when the style has no such part.
static PartStyle usual_part(const Composer *c, Role role)
{
    static const struct {
        int low, high, velocity, voices, level, pan, low_cut, hall, room;
        const char *steps; // bars of sixteen
    } usual[ROLE_COUNT] = {
        [ROLE_LEAD] = { 60, 84, 86, 0, -5, 0, 140, 18, 8, rhythm_lead },
        [ROLE_COUNTER] = { 55, 79, 74, 0, -10, -28, 140, 22, 8, "7-------7-------|7---------------" },
        [ROLE_COMP] = { 50, 76, 72, 4, -8, 20, 110, 10, 12, "8-----7---7-----" },
        [ROLE_ARP] = { 52, 84, 70, 4, -11, -22, 150, 16, 4, "1-2-3-4-3-2-3-2-" },
        [ROLE_PAD] = { 50, 76, 60, 4, -13, 0, 140, 30, 0, "7---------------" },
        [ROLE_BASS] = { 28, 48, 92, 0, -7, 0, 32, 0, 2, "R-----R-5---R---" },
        [ROLE_PERC] = { 40, 60, 84, 0, -14, 30, 60, 16, 10, "9.....6.8......." },
    };
    PartStyle how = { .role = role,
                      .low = usual[role].low,
                      .high = usual[role].high,
                      .velocity = usual[role].velocity,
                      .voices = usual[role].voices,
                      .max_energy = ENERGY_MAX,
                      .sections = ~0u,
                      .loose_ms = 4 };
    how.strip = (Strip){ .level = usual[role].level,
                         .pan = usual[role].pan,
                         .width = 100,
                         .low_cut_hz = usual[role].low_cut,
                         .hall = usual[role].hall,
                         .room = usual[role].room };
    Str bars = str_of(usual[role].steps), bar;
    while (how.pattern_count < STYLE_CHOICES && str_cut(&bars, '|', &bar))
        how.patterns[how.pattern_count++] = usual_pattern(c, bar);
    return how;
}

// Ids of players: the style's own part, or behind those a wish or a role that nobody had.
enum { ID_WISH = STYLE_PARTS, ID_VOICE = ID_WISH + WISH_MAX, ID_ROLE };

static Player *player_add(Composer *c, const PartStyle *how, const Instrument *instrument, int id)
{
    if (c->player_count == PART_MAX - 1) // one is the kit's
        return NULL;
    Player *player = &c->players[c->player_count++];
    *player = (Player){ .how = *how, .instrument = instrument, .id = id };
    fit_range(&player->how, instrument);
    return player;
}

static void style_band(Composer *c)
{
    c->kit = choose_instrument(c, "kit", 0, c->style->kits, c->style->kit_count, ROLE_DRUMS);
    for (int i = 0; i < c->style->part_count; i++) {
        const PartStyle *how = &c->style->parts[i];
        const Instrument *in =
            choose_instrument(c, role_names[how->role], i, how->choices, how->choice_count, how->role);
        if (in)
            player_add(c, how, in, i);
    }
}

static bool offers(const PartStyle *how, const Instrument *instrument)
{
    for (int i = 0; i < how->choice_count; i++)
        if (how->choices[i] == instrument)
            return true;
    return false;
}

// The free player that suits a wish best, or NULL.
static Player *player_for(Composer *c, const PartWish *wish, const bool *claimed)
{
    Role roles[4];
    roles_of(wish->instrument, roles);
    Player *best = NULL;
    int best_rank = 0;
    for (int i = 0; i < c->player_count; i++) {
        Player *p = &c->players[i];
        int rank = 0;
        for (int r = 0; r < 4; r++)
            rank = roles[r] == p->how.role ? 10 - r : rank;
        rank = offers(&p->how, wish->instrument) ? 15 : rank;
        rank = p->instrument == wish->instrument ? 20 : rank;
        if (wish->role != ROLE_NONE)
            rank = p->how.role == wish->role ? 30 : 0;
        if (!claimed[i] && rank > best_rank) {
            best = p;
            best_rank = rank;
        }
    }
    return best;
}

// A wished part must be heard: it plays through most of the song.
static void make_heard(Player *player)
{
    player->how.min_energy = player->how.min_energy < 30 ? player->how.min_energy : 30;
    player->how.sections |= 1u << SECTION_VERSE | 1u << SECTION_CHORUS;
    player->how.max_energy = ENERGY_MAX;
}

// "Guitars" is content with whatever guitar the style has already.
static bool content(Composer *c, const PartWish *wish, bool *claimed)
{
    bool found = false;
    for (int i = 0; wish->loose && i < c->player_count; i++) {
        Player *p = &c->players[i];
        bool alike = wish->role != ROLE_NONE ? p->how.role == wish->role
                                             : str_equal(p->instrument->family, wish->instrument->family);
        if (alike && !claimed[i]) {
            make_heard(p);
            claimed[i] = found = true;
        }
    }
    return found;
}

static void grant_wish(Composer *c, const PartWish *wish, int id, bool *claimed)
{
    Role roles[4];
    roles_of(wish->instrument, roles);
    if (roles[0] == ROLE_DRUMS) {
        c->kit = wish->loose && c->kit ? c->kit : wish->instrument;
        c->kit_wished = true;
        return;
    }
    if (content(c, wish, claimed))
        return;
    Player *player = player_for(c, wish, claimed);
    if (player == NULL) {
        PartStyle how =
            usual_part(c, wish->role != ROLE_NONE && wish->role != ROLE_DRUMS ? wish->role : roles[0]);
        player = player_add(c, &how, wish->instrument, id);
        if (player == NULL)
            return;
    }
    if (player->instrument != wish->instrument) {
        player->instrument = wish->instrument;
        player->how.strip.high_cut_hz = 0;
        if (wish->instrument->low >= player->how.high || wish->instrument->high <= player->how.low) {
            player->how.low = wish->instrument->low;
            player->how.high = wish->instrument->high;
        }
        fit_range(&player->how, wish->instrument);
    }
    make_heard(player);
    claimed[player - c->players] = true;
}

static bool has_role(const Composer *c, Role role)
{
    for (int i = 0; i < c->player_count; i++)
        if (c->players[i].how.role == role)
            return true;
    return false;
}

static void drop_unclaimed(Composer *c, const bool *claimed)
{
    int kept = 0;
    for (int i = 0; i < c->player_count; i++)
        if (claimed[i])
            c->players[kept++] = c->players[i];
    c->player_count = kept;
}

static const PartStyle *style_part(const Composer *c, Role role)
{
    for (int i = 0; i < c->style->part_count; i++)
        if (c->style->parts[i].role == role)
            return &c->style->parts[i];
    return NULL;
}

static void cover_role(Composer *c, Role role, const Instrument *instrument)
{
    const PartStyle *own = style_part(c, role);
    PartStyle how = own ? *own : usual_part(c, role);
    how.min_energy = 0;
    how.sections = ~0u;
    player_add(c, &how, instrument, ID_ROLE + (int)role);
}

// "Solo piano": what is left must still be a whole song, so an instrument of many voices takes
// the tune, the chords and, when it reaches down there, the bass.
static void cover_roles(Composer *c)
{
    const Instrument *high = NULL, *deep = NULL, *chords = NULL;
    for (int i = 0; i < c->player_count; i++) {
        const Instrument *in = c->players[i].instrument;
        if (in->kit || c->players[i].how.role == ROLE_PERC)
            continue;
        high = high == NULL || in->high > high->high ? in : high;
        deep = deep == NULL || in->low < deep->low ? in : deep;
        chords = chords == NULL || (is_mono(chords) && !is_mono(in)) ? in : chords;
    }
    if (high == NULL)
        return;
    if (!has_role(c, ROLE_LEAD))
        cover_role(c, ROLE_LEAD, high);
    if (!is_mono(chords) && !has_role(c, ROLE_COMP) && !has_role(c, ROLE_ARP))
        cover_role(c, style_part(c, ROLE_ARP) && !style_part(c, ROLE_COMP) ? ROLE_ARP : ROLE_COMP, chords);
    if (!is_mono(deep) && deep->low <= 40 && !has_role(c, ROLE_BASS))
        cover_role(c, ROLE_BASS, deep);
}

// A sung song has a voice on its tune.
static void give_voice(Composer *c, bool *claimed)
{
    const Instrument *voice = instrument_find(c->instruments, STR("voice oohs"));
    if (c->brief->vocal != CHOICE_YES || voice == NULL || banned(c, voice, ROLE_LEAD))
        return;
    PartWish wish = { .instrument = voice, .role = ROLE_LEAD };
    grant_wish(c, &wish, ID_VOICE, claimed);
}

static bool only_percussion(const Composer *c)
{
    for (int p = 0; p < c->player_count; p++)
        if (c->players[p].how.role != ROLE_PERC)
            return false;
    return true;
}

// Each section must have somebody who plays a tone in it, or a stroke when nobody has tones.
static void wake_sections(Composer *c)
{
    bool strokes = only_percussion(c);
    for (int i = 0; i < c->score->section_count; i++) {
        Player *calm = NULL;
        bool sounding = false;
        for (int p = 0; p < c->player_count; p++) {
            Player *player = &c->players[p];
            bool tone = strokes || player->how.role != ROLE_PERC;
            sounding = sounding || (tone && plays(player, &c->score->sections[i]));
            if (tone && (calm == NULL || player->how.min_energy < calm->how.min_energy))
                calm = player;
        }
        if (!sounding && calm) {
            calm->how.min_energy = 0;
            calm->how.max_energy = ENERGY_MAX;
            calm->how.sections = ~0u;
        }
    }
}

bool plan_band(Composer *c, Fault *fault)
{
    bool claimed[PART_MAX] = { false };
    style_band(c);
    for (int i = 0; i < c->brief->want_count; i++)
        grant_wish(c, &c->brief->wants[i], ID_WISH + i, claimed);
    give_voice(c, claimed);
    if (c->brief->only) {
        drop_unclaimed(c, claimed);
        c->kit = c->kit_wished ? c->kit : NULL;
        cover_roles(c);
    }
    if (c->player_count == 0 && c->kit == NULL)
        return fault_set(fault, FAULT_INPUT, "That leaves no instrument to play: allow at least one.");
    c->kit_alone = c->player_count == 0;
    drums_plan(c);
    wake_sections(c);
    c->lead_low = 60;
    c->lead_high = 84;
    for (int i = c->player_count - 1; i >= 0; i--) {
        if (c->players[i].how.role == ROLE_LEAD) {
            c->lead_low = c->players[i].how.low;
            c->lead_high = c->players[i].how.high;
        }
    }
    return true;
}

bool plays(const Player *player, const Section *section)
{
    return section->energy >= player->how.min_energy && section->energy <= player->how.max_energy &&
           player->how.sections & 1u << section->kind;
}
