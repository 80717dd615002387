// Composer: what the stages of composing share while one score is made. Inside score/ only.
//
//     plan_time ──> plan_harmony ──> plan_band ──> themes ──> parts ──> finish
//
// Each decision draws from a random stream of its own name, so that another instrument or a ban
// leaves everything else as it was.
#ifndef SCORE_COMPOSER_H
#define SCORE_COMPOSER_H

#include "base/rng.h"
#include "score/score.h"

// One part of the band while it is written.
typedef struct Player {
    PartStyle how; // the style's line, or a default for what was wished
    const Instrument *instrument;
    int id; // names its random streams; the same whoever else plays
    Note *notes;
    int count, size;
} Player;

// A melody of one section label: notes with ticks from the section's start.
typedef struct Theme {
    Note *notes;
    int count;
    int bars;
} Theme;

typedef struct Composer {
    Arena *arena;
    const Brief *brief;
    const Style *style;
    const Instruments *instruments;
    uint64_t seed;
    Score *score;
    int bar_ticks, step_ticks, steps;      // of a bar
    int swing;                             // percent of a pair of steps; 50 straight
    const HarmChoice *harm[SECTION_COUNT]; // of each label
    Player players[PART_MAX];
    int player_count;
    const Instrument *kit;      // NULL = no drums
    bool kit_wished, kit_alone; // then it is heard in verses and choruses, or all the time
    const DrumSet *drums;       // the style's, or plain ones where it has none
    int drum_count;
    Theme themes[SECTION_COUNT];
    int lead_low, lead_high; // where the melody lies
} Composer;

void plan_time(Composer *c);               // metre, tempo, length, sections
void plan_harmony(Composer *c);            // key, a progression for each label, all chords
bool plan_band(Composer *c, Fault *fault); // who plays what

const Chord *chord_at(const Score *score, int32_t tick); // the one that sounds then
bool chord_has(const Chord *chord, int pitch);

// When step `index` of a bar is, in ticks from the bar's start, swing included.
int32_t step_tick(const Composer *c, int index);

void player_note(Player *player, Composer *c, Note note); // grows as needed

// Voicings of chords[first .. last) with few and short moves between them; `voices` tones each
// between low and high. out[i * 6 + v] is tone v of chord i, ascending.
void voicings_find(Arena *arena, const Chord *chords, int count, int voices, int low, int high, uint8_t *out);

void themes_write(Composer *c);
void lead_write(Composer *c, Player *player);
void counter_write(Composer *c, Player *player);
void chords_write(Composer *c, Player *player); // comp, arp and pad
void bass_write(Composer *c, Player *player);
void drums_plan(Composer *c); // what the kit can play
void drums_write(Composer *c, Part *out);
void perc_write(Composer *c, Player *player);
void lyrics_set(Composer *c);

// True for the bar that closes eight, or the section: there the players vary what they did, so that
// repetition leads on. Such a bar is varied differently each time.
bool is_turn(const Composer *c, const Section *section, int bar);

// The stream for the turn of one part in one bar.
Rng turn_rng(const Composer *c, const Player *player, int song_bar);

// True when this part plays in this section.
bool plays(const Player *player, const Section *section);

// The whole song's end: nothing begins behind it.
int32_t song_ticks(const Composer *c);

// One bar of sixteen steps as a bar of the style's grid.
Pattern usual_pattern(const Composer *c, Str sixteen);

// What a section's energy adds to velocities: quiet sections are played some 3 dB softer than loud ones.
int energy_push(int energy);

// A short song repeats itself as it is; a long one varies what comes back.
bool is_short(const Composer *c);

// A very short one has a single idea: one progression and one tune for all its sections.
bool is_tiny(const Composer *c);

int clamp_int(int value, int low, int high);

#endif
