// Instruments: what can be asked for, and what plays it. Read from lexicon/instruments.txt:
//
//     instrument nylon guitar
//     family     guitar
//     voice      program 24            General MIDI program, 0-based; or `kit 0`; or `patch supersaw`
//     program    81                    or `kit 25`: beside `voice patch`, what a MIDI file says instead
//     fallback   string                patch of our own synth when there is no SoundFont
//     range      40 84                 MIDI keys that sound well, both ends included
//     rings      no                    yes when a held key keeps sounding (strings, organ), no when it decays
//     words      classical guitar|spanish guitar|guitarra|guitare classique|konzertgitarre
//
// Hand percussion (congas, shaker ...) has `voice kit 0`: its range is its keys in that kit.
// `words` are all further names, in any language; the instrument's own name is one already.
#ifndef BRIEF_INSTRUMENT_H
#define BRIEF_INSTRUMENT_H

#include "base/arena.h"
#include "base/fault.h"

typedef enum Role {
    ROLE_LEAD,    // the melody
    ROLE_COUNTER, // answers or doubles the lead
    ROLE_COMP,    // chords in rhythm
    ROLE_ARP,     // broken chords
    ROLE_PAD,     // held chords
    ROLE_BASS,
    ROLE_DRUMS, // the kit
    ROLE_PERC,  // further percussion
    ROLE_COUNT,
    ROLE_NONE = -1,
} Role;

extern const char
    *const role_names[ROLE_COUNT]; // "lead" "counter" "comp" "arp" "pad" "bass" "drums" "percussion"

typedef struct Instrument {
    Str name;      // as shown to people, lower case
    Str family;    // piano keys organ guitar bass strings brass woodwind voice mallet drums percussion synth
                   // world
    int program;   // General MIDI program 0..127: written to MIDI files, and played when `patch` is empty
    bool kit;      // a drum kit: `program` is its number in bank 128
    Str patch;     // patch of our own synth that plays it; empty: the SoundFont plays it
    Str fallback;  // patch of our own synth when there is no SoundFont
    int low, high; // MIDI keys, both playable
    bool rings;    // keeps sounding while held
    Str words;     // further names, separated by '|'
} Instrument;

typedef struct Instruments {
    Instrument *list;
    int count;
} Instruments;

// Reads instruments.txt. Fails with INPUT naming `file` and line.
bool instruments_read(Arena *arena, Str file, Str text, Instruments *out, Fault *fault);

// By its own name, lower case; NULL when there is none.
const Instrument *instrument_find(const Instruments *all, Str name);

#endif
