// Mixer: stems in, the finished stereo mix out, in blocks of BLOCK_FRAMES at RATE_HZ.
//
//     lane ──strip (cuts, tone, width, squeeze, drive, pan, gain, duck)──┬──> sum ─────────────────┐
//                                                                       ├──> room, hall, echo ──> +
//     mix <── limiter <── gain, fade <── tone <── hiss, wow <── glue <── warmth <───────────────────┘
//
// A lane in the middle leaves its strip 3 dB lower (constant power pan). Sends are taken behind the strip.
// Warmth and glue expect a sum of about -18 LUFS; `gain_db` brings the mix to its loudness.
// Strips share nothing, so lanes may run on threads of their own; the sum is added in lane order.
#ifndef MASTER_MIXER_H
#define MASTER_MIXER_H

#include "base/arena.h"
#include "dsp/dsp.h"

enum { MIX_LANES_MAX = 32, STRIP_BELLS = 3 };

typedef struct Bell {
    float hz, gain_db, q; // gain_db 0 = unused
} Bell;

typedef struct MixLane {
    float gain_db;
    float pan;                     // -1 left .. 1 right
    float width;                   // 0 mono, 1 as played, 2 widest
    float low_cut_hz, high_cut_hz; // 0 = none; 12 dB per octave
    Bell bells[STRIP_BELLS];
    float shelf_hz, shelf_db; // high shelf, shelf_db 0 = unused
    float drive;              // 0 clean .. 1 strongly saturated
    float squeeze;            // 0 none .. 1: how strongly the strip's compressor levels it, around -18 dB
    float room, hall, delay;  // sends, 0..1
    float duck;               // 0..1: how far kicks push it down
    bool mono_low;            // below 120 Hz to the middle
} MixLane;

typedef struct MixPlan {
    MixLane lanes[MIX_LANES_MAX];
    int lane_count;
    int64_t frames;       // of the whole song; the mix has this length exactly
    const int64_t *kicks; // frames at which ducking begins, ascending; kept by the caller
    int kick_count;
    float duck_release_s;
    float room_s, hall_s;       // reverberation times (T60)
    float delay_s;              // one echo, e.g. a dotted eighth
    float delay_feedback;       // 0..0.8
    float warmth;               // 0..1 tape-like saturation of the whole mix
    float hiss_db;              // level of tape noise in the finished mix, 0 = none, else e.g. -60; vinyl
                                // crackle beside it above -52
    float wow;                  // 0..1 tape pitch drift
    float tilt_db;              // tone of the whole mix: half of it up above 1 kHz, half down below
    float glue;                 // 0..1 bus compression
    float high_cut_hz;          // of the whole mix, 0 = none
    float width;                // of the whole mix, 1 = as it is
    float ceiling_db;           // true peak, dBTP, e.g. -1.5
    float gain_db;              // into the limiter: sets the loudness
    int64_t fade_from, fade_to; // frames; a cube down to silence, none when equal
} MixPlan;

typedef struct Mixer Mixer;

Mixer *mixer_open(Arena *arena, const MixPlan *plan);
void mixer_gain(Mixer *mixer, int lane, float gain_db); // before the first block
void mixer_drive(Mixer *mixer, float gain_db);          // the gain into the limiter, before the first block
void mixer_tilt(Mixer *mixer, float tilt_db);           // the tone of the whole mix, before the first block
void mixer_seek(Mixer *mixer, int64_t frame);           // clears all state and goes on from there

// One block of one lane through its strip, in place; call it for each lane once a block, in any
// order and on any thread, also many blocks ahead of mixer_run. `sounding` false says the input is
// silence. What comes back is false when the output is all silence, too.
bool mixer_strip(Mixer *mixer, int lane, float *left, float *right, bool sounding);

// The strips' outputs of one block become one block of the mix. A silent lane may be { NULL, NULL }. The
// limiter looks ahead, so the first mixer_latency() frames that come out after opening or seeking are to
// be dropped, and as many silent frames pushed at the end. The mix then has plan->frames frames: the last
// 20 ms are silence, reached through a fade of 30 ms, and so is everything behind.
void mixer_run(Mixer *mixer, float *const lanes[][2], float *left, float *right);
int mixer_latency(void); // frames, a multiple of BLOCK_FRAMES

// One side of the last block as it came to soft clip and limiter, for measuring: BLOCK_FRAMES behind
// what went in.
const float *mixer_open_mix(const Mixer *mixer, int side);

#endif
