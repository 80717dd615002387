#include "synth/sampler_voice.h"

#include "dsp/real.h"

#include <assert.h>

#define BLOCKS_PER_SECOND ((double)RATE_HZ / BLOCK_FRAMES)

static const double ENVELOPE_DB = 96.0;    // a whole decay or release goes down so far
static const double RELEASE_MIN = -7200.0; // timecents: shorter ones click
// Just over a second. Fonts have longer ones to make up for a dry room; ours is not, and in a full band half of all
// voices would be such tails.
static const double RELEASE_MAX = 250.0;
static const double TIME_MAX = 8000.0;     // timecents, 100 s
static const double CHOKE_DB = -2.0;       // a block: a closing hat takes about 60 ms
static const double HURRY_DB = -0.5;       // a block: what nobody hears is gone in 0.1 s
static const float SILENCE = 3.2e-5f;      // gain, -90 dB: voices below it are over
static const float CUTOFF_OPEN = 13400.0f; // cents; a filter above it is not heard
static const float CUTOFF_MIN = 1500.0f, CUTOFF_MAX = 13500.0f;
static const float CUTOFF_GRAIN = 4.0f; // cents the cutoff may be off before it is tuned anew
static const int LOUD_START = 512;      // a sample that begins higher than this (of 32768) would click

enum { FIXED_SHIFT = 32, MODE_LOOP = 1, MODE_LOOP_WHILE_HELD = 3, COARSE_FRAMES = 32768 };

static double blocks_of(double timecents)
{
    if (timecents > TIME_MAX) // far keys may pull a time beyond all measure
        timecents = TIME_MAX;
    return real_exp2(timecents / 1200.0) * BLOCKS_PER_SECOND;
}

static int whole_blocks(double timecents)
{
    return (int)(blocks_of(timecents) + 0.25); // the usual "none" of 1 ms is none
}

static double hz_of(double cents)
{
    return 8.175798915643707 * real_exp2(cents / 1200.0);
}

// Envelopes.

typedef struct EnvelopeTimes {
    double attack, decay, release; // blocks
} EnvelopeTimes;

static EnvelopeTimes envelope_tune(Envelope *envelope, const Tuning *tuning, int first)
{
    const float *value = tuning->value + first;
    double away = 60 - tuning->key;
    double release = (double)value[ENV_RELEASE];
    *envelope = (Envelope){
        .delay = whole_blocks((double)value[ENV_DELAY]),
        .hold = whole_blocks((double)value[ENV_HOLD] + (double)value[ENV_KEY_HOLD] * away),
    };
    EnvelopeTimes times = {
        .attack = blocks_of((double)value[ENV_ATTACK]),
        .decay = blocks_of((double)value[ENV_DECAY] + (double)value[ENV_KEY_DECAY] * away),
        .release = blocks_of(release < RELEASE_MIN ? RELEASE_MIN : release > RELEASE_MAX ? RELEASE_MAX : release),
    };
    envelope->rise = times.attack < 1.0 ? 1.0f : (float)(1.0 / times.attack);
    return times;
}

static void volume_tune(Envelope *envelope, const Tuning *tuning)
{
    EnvelopeTimes times = envelope_tune(envelope, tuning, GEN_VOLUME_ENV);
    double sustain = (double)tuning->value[GEN_VOLUME_ENV + ENV_SUSTAIN] * 0.1; // dB down
    envelope->fall = (float)real_gain(-ENVELOPE_DB / times.decay);
    envelope->release = (float)real_gain(-ENVELOPE_DB / times.release);
    envelope->sustain = (float)real_gain(-(sustain < ENVELOPE_DB ? sustain : ENVELOPE_DB));
}

static void bend_tune(Envelope *envelope, const Tuning *tuning)
{
    EnvelopeTimes times = envelope_tune(envelope, tuning, GEN_MOD_ENV);
    float sustain = 1.0f - tuning->value[GEN_MOD_ENV + ENV_SUSTAIN] * 0.001f;
    envelope->fall = (float)(1.0 / times.decay);
    envelope->release = (float)(1.0 / times.release);
    envelope->sustain = sustain > 0.0f ? sustain : 0.0f;
}

// Delay, attack and hold are the same in both; true when it is past them.
static bool envelope_begins(Envelope *envelope)
{
    if (envelope->stage == STAGE_DELAY) {
        if (envelope->delay-- > 0)
            return false;
        envelope->stage = STAGE_ATTACK;
    }
    if (envelope->stage == STAGE_ATTACK) {
        bool at_once = envelope->rise >= 1.0f;
        envelope->level += envelope->rise;
        if (envelope->level >= 1.0f) {
            envelope->level = 1.0f;
            envelope->stage = STAGE_HOLD;
        }
        if (!at_once)
            return false;
    }
    if (envelope->stage == STAGE_HOLD) {
        if (envelope->hold-- > 0)
            return false;
        envelope->stage = STAGE_DECAY;
    }
    return true;
}

static void volume_tick(Envelope *envelope)
{
    if (envelope->stage == STAGE_RELEASE) {
        envelope->level *= envelope->release;
    } else if (envelope_begins(envelope)) {
        envelope->level *= envelope->fall;
        if (envelope->level < envelope->sustain)
            envelope->level = envelope->sustain;
    }
}

static void bend_tick(Envelope *envelope)
{
    if (envelope->stage == STAGE_RELEASE) {
        envelope->level -= envelope->release;
        if (envelope->level < 0.0f)
            envelope->level = 0.0f;
    } else if (envelope_begins(envelope)) {
        envelope->level -= envelope->fall;
        if (envelope->level < envelope->sustain)
            envelope->level = envelope->sustain;
    }
}

// The attack of the second envelope bulges: most of the way is made at its start.
static float bend_value(const Envelope *envelope)
{
    if (envelope->stage != STAGE_ATTACK)
        return envelope->level;
    double y = 1.0 + (40.0 / 96.0) * 0.30102999566398119521 * real_log2((double)envelope->level + 1e-9);
    return y > 0.0 ? (float)y : 0.0f;
}

static SlowWave wave_of(float delay_timecents, float cents)
{
    return (SlowWave){ .delay = whole_blocks((double)delay_timecents),
                       .step = (float)(hz_of((double)cents) / BLOCKS_PER_SECOND) };
}

static float wave_tick(SlowWave *wave)
{
    if (wave->delay > 0) {
        wave->delay--;
        return 0.0f;
    }
    float p = wave->phase;
    float y = p < 0.25f ? 4.0f * p : p < 0.75f ? 2.0f - 4.0f * p : 4.0f * p - 4.0f;
    wave->phase += wave->step;
    while (wave->phase >= 1.0f)
        wave->phase -= 1.0f;
    return y;
}

static uint64_t step_of(double pitch)
{
    double most = STEP_MAX;
    return (uint64_t)((pitch < most ? pitch : most) * 4294967296.0 + 0.5);
}

static void retune_pitch(SamplerVoice *voice, float cents)
{
    if (cents == voice->cents_now)
        return;
    voice->cents_now = cents;
    voice->step = step_of(voice->pitch * real_exp2((double)cents / 1200.0));
}

static void retune_filter(SamplerVoice *voice, float cents)
{
    cents = cents < CUTOFF_MIN ? CUTOFF_MIN : cents > CUTOFF_MAX ? CUTOFF_MAX : cents;
    float off = cents - voice->cutoff_now;
    if (off < CUTOFF_GRAIN && off > -CUTOFF_GRAIN)
        return;
    voice->cutoff_now = cents;
    sampler_filter_tune(&voice->filter, real_tan_turns(0.5 * hz_of((double)cents) / RATE_HZ), voice->q);
}

// Starting.

static int64_t clamped(int64_t x, int64_t low, int64_t high)
{
    return x < low ? low : x > high ? high : x;
}

static int64_t moved(const Tuning *tuning, int fine, int coarse)
{
    return (int64_t)tuning->value[fine] + COARSE_FRAMES * (int64_t)tuning->value[coarse];
}

// Generators may move all four places; what comes out always lies inside the sample.
static void reader_open(SampleReader *reader, const SoundFont *font, const Sf2Sample *sample,
                        const Tuning *tuning)
{
    int64_t length = (int64_t)sample->end - sample->start;
    int64_t begin = clamped(moved(tuning, GEN_START, GEN_START_COARSE), 0, length - 1);
    int64_t end = clamped(length + moved(tuning, GEN_END, GEN_END_COARSE), begin + 1, length);
    int64_t loop_start =
        (int64_t)sample->loop_start - sample->start + moved(tuning, GEN_LOOP_START, GEN_LOOP_START_COARSE);
    int64_t loop_end =
        (int64_t)sample->loop_end - sample->start + moved(tuning, GEN_LOOP_END, GEN_LOOP_END_COARSE);
    int mode = (int)tuning->value[GEN_LOOP_MODE];
    *reader = (SampleReader){
        .pcm = font->pcm + 2 * (ptrdiff_t)sample->start,
        .end = end,
        .loop_start = clamped(loop_start, 0, end - 1),
        .loop_end = clamped(loop_end, 0, end),
        .position = (uint64_t)begin << FIXED_SHIFT,
    };
    bool inside = reader->loop_start < reader->loop_end && begin < reader->loop_end;
    reader->loops = inside && (mode == MODE_LOOP || mode == MODE_LOOP_WHILE_HELD);
}

static bool starts_loud(const SampleReader *reader)
{
    int first = sf2_i16(reader->pcm + 2 * (reader->position >> FIXED_SHIFT));
    return first > LOUD_START || first < -LOUD_START;
}

static void pitch_tune(SamplerVoice *voice, const Sf2Sample *sample, const Tuning *tuning)
{
    const float *value = tuning->value;
    double root = value[GEN_ROOT] >= 0.0f ? (double)value[GEN_ROOT] : sample->root;
    double cents = (tuning->key - root) * (double)value[GEN_SCALE] + sample->correction +
                   (double)value[GEN_COARSE_TUNE] * 100.0 + (double)value[GEN_FINE_TUNE];
    voice->pitch = real_exp2(cents / 1200.0) * sample->rate_hz / RATE_HZ;
    voice->step = step_of(voice->pitch);
    voice->vibrato_pitch = value[GEN_VIBRATO_PITCH];
    voice->wobble_pitch = value[GEN_MOD_LFO_PITCH];
    voice->bend_pitch = value[GEN_MOD_ENV_PITCH];
}

static void filter_tune(SamplerVoice *voice, const Tuning *tuning)
{
    const float *value = tuning->value;
    voice->cutoff = value[GEN_FILTER_CENTS];
    voice->wobble_cutoff = value[GEN_MOD_LFO_FILTER];
    voice->bend_cutoff = value[GEN_MOD_ENV_FILTER];
    voice->q = real_gain((double)value[GEN_FILTER_Q] * 0.1 - 3.01); // no hump at 0
    voice->filtered = voice->cutoff < CUTOFF_OPEN || value[GEN_FILTER_Q] > 0.0f ||
                      voice->wobble_cutoff != 0.0f || voice->bend_cutoff < 0.0f;
}

static void gains_tune(SamplerVoice *voice, const Tuning *tuning)
{
    const float *value = tuning->value;
    // A resonance is made quieter by half its height.
    double db = -0.1 * (double)value[GEN_ATTENUATION] - 0.05 * (double)value[GEN_FILTER_Q];
    double gain = real_gain(db) / (double)FULL_SCALE;
    double pan = (double)value[GEN_PAN], quarter = (pan + 500.0) / 4000.0; // turns
    voice->left = pan < 500.0 ? (float)(gain * real_cos_turns(quarter)) : 0.0f;
    voice->right = pan > -500.0 ? (float)(gain * real_sin_turns(quarter)) : 0.0f;
    voice->wobble_volume = value[GEN_MOD_LFO_VOLUME] * 0.1f;
}

static bool moves(const SamplerVoice *voice)
{
    return voice->vibrato_pitch != 0.0f || voice->wobble_pitch != 0.0f || voice->bend_pitch != 0.0f ||
           voice->wobble_cutoff != 0.0f || voice->bend_cutoff != 0.0f || voice->wobble_volume != 0.0f;
}

bool sampler_voice_start(SamplerVoice *voice, const SoundFont *font, const Zone *zone, int key, int velocity)
{
    const Sf2Sample *sample = &font->samples[zone->sample];
    Tuning tuning;
    zone_tune(font, zone, key, velocity, &tuning);

    *voice = (SamplerVoice){ .exclusive = (int)tuning.value[GEN_EXCLUSIVE] };
    voice->loop_ends = tuning.value[GEN_LOOP_MODE] == (float)MODE_LOOP_WHILE_HELD;
    reader_open(&voice->reader, font, sample, &tuning);
    pitch_tune(voice, sample, &tuning);
    filter_tune(voice, &tuning);
    gains_tune(voice, &tuning);
    volume_tune(&voice->volume, &tuning);
    bend_tune(&voice->bend, &tuning);
    voice->vibrato = wave_of(tuning.value[GEN_VIBRATO_DELAY], tuning.value[GEN_VIBRATO_CENTS]);
    voice->wobble = wave_of(tuning.value[GEN_MOD_LFO_DELAY], tuning.value[GEN_MOD_LFO_CENTS]);
    voice->moves = moves(voice);
    if (voice->filtered)
        retune_filter(voice, voice->cutoff);
    voice->ramps_in = voice->volume.rise < 1.0f || starts_loud(&voice->reader);
    return FULL_SCALE * (voice->left + voice->right) > SILENCE;
}

void sampler_voice_release(SamplerVoice *voice)
{
    voice->released = true;
    // A key that is let go before its first block still strikes.
    if (!voice->begun && voice->volume.delay == 0 && voice->volume.rise >= 1.0f)
        voice->volume.level = 1.0f;
    voice->bend.level = bend_value(&voice->bend);
    voice->volume.stage = voice->bend.stage = STAGE_RELEASE;
    if (voice->loop_ends)
        voice->reader.loops = voice->reader.wrapped = false;
}

static void fall_by(SamplerVoice *voice, double db)
{
    float factor = (float)real_gain(db);
    if (voice->volume.release > factor)
        voice->volume.release = factor;
}

void sampler_voice_choke(SamplerVoice *voice)
{
    sampler_voice_release(voice);
    fall_by(voice, CHOKE_DB);
    voice->exclusive = 0;
}

void sampler_voice_hurry(SamplerVoice *voice)
{
    fall_by(voice, HURRY_DB);
    voice->hurried = true;
}

float sampler_voice_loudness(const SamplerVoice *voice)
{
    return FULL_SCALE * voice->volume.level * (voice->left + voice->right);
}

// Running.

// One step of the slow waves and the second envelope; the gain they make comes back.
static float move(SamplerVoice *voice)
{
    bend_tick(&voice->bend);
    float bend = bend_value(&voice->bend);
    float vibrato = wave_tick(&voice->vibrato), wobble = wave_tick(&voice->wobble);
    retune_pitch(voice,
                 vibrato * voice->vibrato_pitch + wobble * voice->wobble_pitch + bend * voice->bend_pitch);
    if (voice->filtered)
        retune_filter(voice, voice->cutoff + wobble * voice->wobble_cutoff + bend * voice->bend_cutoff);
    if (voice->wobble_volume == 0.0f)
        return 1.0f;
    return (float)real_gain((double)(wobble * voice->wobble_volume));
}

bool sampler_voice_run(SamplerVoice *voice, float *left, float *right)
{
    volume_tick(&voice->volume);
    float gain = voice->volume.level;
    if (voice->moves)
        gain *= move(voice);
    if (voice->volume.stage == STAGE_DELAY)
        return true; // the sample waits, too
    float left_to = voice->left * gain, right_to = voice->right * gain;
    if (!voice->begun && !voice->ramps_in) {
        voice->left_now = voice->left;
        voice->right_now = voice->right;
    }
    voice->begun = true;

    float samples[BLOCK_FRAMES];
    bool lasts = sampler_read(&voice->reader, voice->step, samples);
    if (voice->filtered)
        sampler_filter_run(&voice->filter, samples);
    float level = sampler_mix(samples, (GainRamp){ voice->left_now, left_to },
                              (GainRamp){ voice->right_now, right_to }, left, right);
    voice->heard = level * (left_to + right_to);
    voice->left_now = left_to;
    voice->right_now = right_to;
    bool fades = voice->volume.stage >= STAGE_DECAY;
    return lasts && !(fades && sampler_voice_loudness(voice) < SILENCE);
}
