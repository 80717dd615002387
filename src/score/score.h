// Score: the song on paper. Whole numbers only, so that it is the same on every machine.
//
//     Brief + Style + seed ──plan──> form, tempo, key ──> harmony ──> themes ──> parts ──> Score
//
// Ticks count from the song's start, TICKS_PER_BEAT to a quarter note. The tempo is constant.
#ifndef SCORE_SCORE_H
#define SCORE_SCORE_H

#include "base/jsonout.h"
#include "brief/brief.h"
#include "score/style.h"

enum {
    TICKS_PER_BEAT = 960, // to a quarter note
    PART_MAX = 20,
    SECTION_MAX = 64,
};

typedef struct Note {
    int32_t tick, ticks; // start and length; ticks > 0
    uint8_t pitch;       // MIDI key; for kits the General MIDI drum key
    uint8_t velocity;    // 1..127
    uint8_t from;        // key that a glide begins at, 0 = none
    int16_t syllable;    // index into the lyrics' syllables in singing order, -1 = none
} Note;

typedef struct Section {
    SectionKind kind;
    int label;   // sections with the same label share chords and themes
    int bar, bars;
    int energy;  // 0..100
} Section;

typedef struct Chord {
    int32_t tick, ticks;
    uint8_t root, bass; // pitch classes
    uint16_t tones;     // bit n: pitch class n belongs to it
    Str name;           // as in the style, "ii7"
} Chord;

typedef struct Part {
    Role role;
    Instrument instrument;
    Strip strip;
    int late_ms;   // the player's habit, + is behind the beat
    int loose_ms;  // how far notes scatter (standard deviation)
    int strum_ms;  // between the notes of a chord
    bool pedal;    // sustain pedal, changed with the chords
    Note *notes;   // by tick, then pitch
    int count;
} Part;

typedef struct LyricTime {
    int32_t tick, ticks; // when a line is sung
    int line;            // index in the lyrics
} LyricTime;

typedef struct Score {
    uint64_t seed;
    Str title;
    Str style;
    int bpm_milli;
    int beats, beat_unit;
    Key key;
    int length_ms;  // the whole song, its last ring included
    int32_t ticks;  // of the bars; the last chord rings on until length_ms
    Ending ending;
    Section sections[SECTION_MAX];
    int section_count;
    Chord *chords;
    int chord_count;
    Part parts[PART_MAX];
    int part_count;
    LyricTime *lyric_times;
    int lyric_count;
    Lyrics lyrics;
    MixStyle mix; // the style's own sound, see style.h
} Score;

// Composes. Same brief, style and seed, same score. Fails with INPUT when wishes leave nothing to
// play ("no instruments at all") or do not fit the length.
bool score_compose(Arena *arena, const Lexicon *lexicon, const Styles *styles, const Brief *brief,
                   uint64_t seed, Score *out, Fault *fault);

int32_t score_bar_ticks(const Score *score);
int64_t score_frame(const Score *score, int64_t tick, int rate_hz); // when a tick is, in frames

// As text, one line a thing, and back: score_read(score_write(s)) plays the same song.
void score_write(const Score *score, Buf *out);
bool score_read(Arena *arena, const Instruments *instruments, Str text, Score *out, Fault *fault);

// The contract's public JSON of a brief with its gaps filled by the score.
void score_brief_json(const Brief *brief, const Score *score, JsonOut *json);

#endif
