// Composing, from the top: plan, write every part, bring the song to its end, tidy up.
#include "score/composer.h"

#include <stdlib.h>
#include <string.h>

static const char default_style[] = "pop";

void player_note(Player *player, Composer *c, Note note)
{
    if (player->count == player->size) {
        int size = player->size ? player->size * 2 : 256;
        Note *notes = ARENA_ARRAY(c->arena, Note, (size_t)size);
        if (player->count)
            memcpy(notes, player->notes, (size_t)player->count * sizeof *notes);
        player->notes = notes;
        player->size = size;
    }
    player->notes[player->count++] = note;
}

// The last chord: every tone of it rings until the song is over.
static void final_chord(Composer *c, Player *player)
{
    const Score *s = c->score;
    if ((s->ending != ENDING_RING && s->ending != ENDING_COLD) || player->how.role == ROLE_PERC ||
        s->chord_count == 0)
        return;
    const Section *last = &s->sections[s->section_count - 1];
    if (!plays(player, last) || player->count == 0)
        return;
    const Chord *home = &s->chords[s->chord_count - 1];
    int32_t ring = song_ticks(c) - s->ticks, ticks = s->ending == ENDING_COLD ? TICKS_PER_BEAT / 2 : ring;
    ticks = ticks < ring ? ticks : ring;
    if (ticks <= 0)
        return;
    int near = player->notes[player->count - 1].pitch;
    bool chordal = player->how.role == ROLE_COMP || player->how.role == ROLE_PAD;
    if (chordal) {
        uint8_t pitch[6];
        voicings_find(c->arena, home, 1, player->how.voices, player->how.low, player->how.high, pitch);
        for (int v = 0; v < player->how.voices; v++)
            player_note(
                player, c,
                (Note){ s->ticks, ticks, pitch[v], (uint8_t)clamp_int(player->how.velocity, 1, 127), 0, -1 });
        return;
    }
    int best = near;
    for (int away = 0; away < 12; away++) {
        if ((near + away) % 12 == home->root && near + away <= player->how.high + 2) {
            best = near + away;
            break;
        }
        if ((near - away + 120) % 12 == home->root && near - away >= player->how.low - 2) {
            best = near - away;
            break;
        }
    }
    player_note(player, c,
                (Note){ s->ticks, ticks, (uint8_t)best, (uint8_t)clamp_int(player->how.velocity + 4, 1, 127),
                        0, -1 });
}

static void player_write(Composer *c, Player *player)
{
    switch (player->how.role) {
    case ROLE_LEAD:
        lead_write(c, player);
        break;
    case ROLE_COUNTER:
        counter_write(c, player);
        break;
    case ROLE_BASS:
        bass_write(c, player);
        break;
    case ROLE_PERC:
        perc_write(c, player);
        break;
    default:
        chords_write(c, player);
        break;
    }
    final_chord(c, player);
}

static int by_tick(const void *a, const void *b)
{
    const Note *x = a, *y = b;
    return x->tick != y->tick ? (x->tick > y->tick) - (x->tick < y->tick) : (int)x->pitch - y->pitch;
}

// By time, without doubles; a tone that begins again ends the one before.
static int tidy(Note *notes, int count, int32_t end)
{
    int last_of[128], kept = 0;
    memset(last_of, -1, sizeof last_of);
    if (count == 0)
        return 0;
    qsort(notes, (size_t)count, sizeof *notes, by_tick);
    for (int i = 0; i < count; i++) {
        Note n = notes[i];
        int before = last_of[n.pitch];
        if (n.tick >= end || (before >= 0 && notes[before].tick == n.tick))
            continue;
        if (before >= 0 && notes[before].tick + notes[before].ticks > n.tick)
            notes[before].ticks = n.tick - notes[before].tick;
        if (n.tick + n.ticks > end)
            n.ticks = end - n.tick;
        notes[kept] = n;
        last_of[n.pitch] = kept++;
    }
    return kept;
}

// What an instrument cannot reach is played an octave or more nearer.
static void keep_in_range(const Instrument *in, Note *notes, int count)
{
    for (int i = 0; i < count && !in->kit; i++) {
        int pitch = notes[i].pitch;
        while (pitch > in->high)
            pitch -= 12;
        while (pitch < in->low)
            pitch += 12;
        notes[i].pitch = (uint8_t)clamp_int(pitch, in->low, in->high);
    }
}

static void part_add(Composer *c, const Player *player)
{
    Part *part = &c->score->parts[c->score->part_count];
    *part = (Part){ .role = player->how.role,
                    .instrument = *player->instrument,
                    .strip = player->how.strip,
                    .late_ms = player->how.late_ms,
                    .loose_ms = player->how.loose_ms,
                    .strum_ms = player->how.strum_ms,
                    .pedal = player->how.pedal,
                    .notes = player->notes };
    keep_in_range(player->instrument, player->notes, player->count);
    part->count = tidy(player->notes, player->count, song_ticks(c));
    if (part->count > 0)
        c->score->part_count++;
}

// A song begins with its first sound: whoever comes first comes at once.
static void begin_at_once(Score *s)
{
    Note *first = NULL;
    for (int p = 0; p < s->part_count; p++)
        if (s->parts[p].count && (first == NULL || s->parts[p].notes[0].tick < first->tick))
            first = &s->parts[p].notes[0];
    if (first && first->tick > 0) {
        first->ticks += first->tick;
        first->tick = 0;
    }
}

// Lines are sung one to two bars, in sections of their own kind, or in order where kinds differ.
void lyrics_set(Composer *c)
{
    Score *s = c->score;
    const Lyrics *lyrics = &c->brief->lyrics;
    s->lyrics = *lyrics;
    if (lyrics->count == 0)
        return;
    s->lyric_times = ARENA_ARRAY(c->arena, LyricTime, (size_t)lyrics->count);
    int line = 0;
    for (int i = 0; i < s->section_count && line < lyrics->count; i++) {
        const Section *section = &s->sections[i];
        bool sung = section->kind == (SectionKind)lyrics->lines[line].section ||
                    (section->kind != SECTION_INTRO && section->kind != SECTION_OUTRO &&
                     section->kind != SECTION_SOLO);
        int verse = lyrics->lines[line].verse, lines = 0;
        while (line + lines < lyrics->count && lyrics->lines[line + lines].verse == verse)
            lines++;
        int each = section->bars / lines ? section->bars / lines : 1;
        each = each > 2 ? 2 : each;
        for (int k = 0; sung && k < lines && k * each < section->bars; k++) {
            int32_t tick = (section->bar + k * each) * c->bar_ticks;
            s->lyric_times[s->lyric_count++] = (LyricTime){ tick, each * c->bar_ticks, line + k };
        }
        line += sung ? lines : 0;
    }
}

// The style that gives form, rhythm and harmony. One that is only a band ("solo piano", "string
// quartet") leaves that to another that was named beside it; `band` is then the one that lends
// the instruments, else NULL.
static const Style *style_for(const Styles *styles, const Brief *brief, const Style **band)
{
    const Style *style = brief->genre.length ? style_find(styles, brief->genre) : NULL;
    const Style *beside = brief->colors[0].length ? style_find(styles, brief->colors[0]) : NULL;
    *band = NULL;
    if (style && beside && style->band != beside->band) {
        *band = style->band ? style : beside;
        style = style->band ? beside : style;
    }
    if (style == NULL)
        style = style_find(styles, str_of(default_style));
    return style ? style : styles->list[0];
}

// The brief with a band's instruments as its wishes and nobody else.
static const Brief *with_band(Arena *arena, const Brief *brief, const Style *band)
{
    Brief *copy = ARENA_NEW(arena, Brief);
    *copy = *brief;
    for (int i = 0; i < band->part_count && copy->want_count < WISH_MAX; i++) {
        const Instrument *in = band->parts[i].choices[0];
        bool there = false;
        for (int k = 0; k < copy->want_count; k++)
            there = there || copy->wants[k].instrument == in;
        if (!there)
            copy->wants[copy->want_count++] = (PartWish){ .instrument = in, .role = ROLE_NONE };
    }
    copy->only = true;
    return copy;
}

// The first words of the prompt, at a word's end, as a title.
static Str title_of(Arena *arena, Str prompt)
{
    enum { TITLE_MOST = 60 };
    Str line, rest = str_trim(prompt);
    if (!str_cut(&rest, '\n', &line))
        return STR("Untitled");
    line = str_trim(line);
    if (line.length > TITLE_MOST) {
        size_t end = TITLE_MOST;
        while (end > 20 && line.data[end] != ' ')
            end--;
        while (end > 0 && ((unsigned char)line.data[end] & 0xc0) == 0x80)
            end--;
        line = str_trim(str_slice(line, 0, end));
        while (line.length && (line.data[line.length - 1] == ',' || line.data[line.length - 1] == ';'))
            line.length--;
    }
    return arena_copy(arena, line);
}

// Colour that moods lend the mix.
static void mix_mood(Score *s, const Mood *mood)
{
    s->mix.tilt10 += clamp_int((mood->energy + mood->valence - mood->warmth) / 12, -10, 10);
    s->mix.hall_ms = clamp_int(s->mix.hall_ms + mood->space * 8, 500, 8000);
}

bool score_compose(Arena *arena, const Lexicon *lexicon, const Styles *styles, const Brief *brief,
                   uint64_t seed, Score *out, Fault *fault)
{
    const Style *band, *style = style_for(styles, brief, &band);
    Composer *c = ARENA_NEW(arena, Composer);
    *out = (Score){
        .seed = seed, .title = title_of(arena, brief->prompt), .style = style->name, .mix = style->mix
    };
    c->arena = arena;
    c->brief = band ? with_band(arena, brief, band) : brief;
    c->style = style;
    c->instruments = lexicon_instruments(lexicon);
    c->seed = seed;
    c->score = out;
    mix_mood(out, &brief->mood);
    plan_time(c);
    plan_harmony(c);
    if (!plan_band(c, fault))
        return false;
    themes_write(c);
    if (c->kit) {
        drums_write(c, &out->parts[0]);
        out->parts[0].count = tidy(out->parts[0].notes, out->parts[0].count, song_ticks(c));
        out->part_count = out->parts[0].count > 0;
    }
    for (int i = 0; i < c->player_count; i++) {
        player_write(c, &c->players[i]);
        part_add(c, &c->players[i]);
    }
    lyrics_set(c);
    begin_at_once(out);
    return out->part_count > 0 ||
           fault_set(fault, FAULT_INPUT, "Nothing is left to play: ask for at least one instrument.");
}
