// Drums: one-shot voices made of layers: swept sines, filtered noise, clusters of squares, ringing
// modes. A kit says which drum a General MIDI key plays, how it is tuned and where it stands.
// Notes are not released; a drum of a choke group silences the group's older voices.
#ifndef SYNTH_DRUMS_H
#define SYNTH_DRUMS_H

#include "base/arena.h"
#include "dsp/svf.h"
#include "synth/sound.h"

enum { DRUM_LAYERS = 4 };

typedef enum LayerKind {
    LAYER_NONE,
    LAYER_SINE,
    LAYER_STEPS, // a triangle of 16 levels
    LAYER_NOISE,
    LAYER_SHIFT, // noise of a shift register, as old game consoles had
    LAYER_METAL, // up to six squares that fit badly together
    LAYER_SKIN,  // modes of a drum head
    LAYER_BAR,   // modes of a bar of wood or metal
    LAYER_PLATE, // 32 modes of a cymbal
} LayerKind;

typedef struct LayerDesign {
    LayerKind kind;
    float level;
    float hz;             // of the tone, the lowest mode or square, or the shift register's clock
    float decay_s;        // falls by 60 dB
    float sweep, sweep_s; // begins at hz (1 + sweep), comes down within sweep_s
    float kick, kick_s;   // a second, faster sweep
    float attack_s;       // noise: rises as a line
    SvfMode mode;         // of noise and metal
    float filter_hz, q;   // 0: not filtered
    float high_hz;        // a further high pass
    int bursts;           // noise: hands that clap before the tail
    float gap_s, burst_s; // between them, and how fast each fades
    int squares;          // metal: how many
    float tilt;           // modes: how much shorter the higher ring, in powers of their ratio
    float touch;          // further power of the velocity
} LayerDesign;

typedef struct DrumDesign {
    float gain_db;
    float drive; // into a soft limit; 0 is clean
    LayerDesign layer[DRUM_LAYERS];
} DrumDesign;

typedef struct KitKey {
    int key; // General MIDI
    const DrumDesign *drum;
    float tune; // times all frequencies
    float pan;  // -1..1
    int choke;  // group; 0 is none
    float gain_db;
} KitKey;

typedef struct Kit {
    const char *name;
    float gain_db;
    const KitKey *keys, *more; // each ended by key 0; `more` for keys that `keys` lacks
    SoundFinish finish;
} Kit;

extern const Kit kits[];
extern const int kit_count;

typedef struct Drums Drums;

Drums *drums_open(Arena *arena, const Kit *kit);
void drums_start(Drums *drums, int note, int key, int velocity);
void drums_clear(Drums *drums);
bool drums_run(Drums *drums, float *left, float *right); // overwrites one block; false: nothing sounds

#endif
