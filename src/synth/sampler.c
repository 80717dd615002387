#include "synth/sampler.h"

#include "dsp/block.h"

#include "synth/sampler_voice.h"

#include <assert.h>
#include <string.h>

enum { VOICES_MAX = 96 };

// Half of all voices are tails of notes long gone. Those far under what the lane plays are drowned and
// need not be made; when nothing covers them, at the end of a song, they ring on.
static const float DROWNED = 0.0063f;  // -44 dB
static const float FORGETS = 0.99083f; // a block: 60 dB in a second

struct Sampler {
    const SoundFont *font;
    Zones zones;
    float loudest;             // voice, lately
    int count;                 // voices that sound
    uint8_t order[VOICES_MAX]; // all voices by index, those that sound first
    SamplerVoice voices[VOICES_MAX];
};

Sampler *sampler_open(Arena *arena, const SoundFont *font, int program, bool kit)
{
    Sampler *sampler = ARENA_NEW(arena, Sampler);
    sampler->font = font;
    sampler->zones = zone_list(arena, font, sf2_find_preset(font, program, kit));
    for (int i = 0; i < VOICES_MAX; i++)
        sampler->order[i] = (uint8_t)i;
    return sampler;
}

static void drop(Sampler *sampler, int at)
{
    uint8_t freed = sampler->order[at];
    sampler->order[at] = sampler->order[--sampler->count];
    sampler->order[sampler->count] = freed;
}

// The quietest of those released; when all keys are held, the quietest of all.
static int least_missed(const Sampler *sampler)
{
    int best = 0;
    for (int i = 1; i < sampler->count; i++) {
        const SamplerVoice *a = &sampler->voices[sampler->order[i]],
                           *b = &sampler->voices[sampler->order[best]];
        if (a->released != b->released ? a->released : sampler_voice_loudness(a) < sampler_voice_loudness(b))
            best = i;
    }
    return best;
}

static void choke_class(Sampler *sampler, int exclusive, int note)
{
    for (int i = 0; i < sampler->count; i++) {
        SamplerVoice *voice = &sampler->voices[sampler->order[i]];
        if (voice->exclusive == exclusive && voice->note != note)
            sampler_voice_choke(voice);
    }
}

static void start_zone(Sampler *sampler, const Zone *zone, int note, int pitch, int velocity)
{
    if (sampler->count == VOICES_MAX)
        drop(sampler, least_missed(sampler));
    SamplerVoice *voice = &sampler->voices[sampler->order[sampler->count]];
    if (!sampler_voice_start(voice, sampler->font, zone, pitch, velocity))
        return;
    voice->note = note;
    if (voice->exclusive)
        choke_class(sampler, voice->exclusive, note);
    sampler->count++;
}

void sampler_start(Sampler *sampler, int note, int pitch, int velocity)
{
    assert(pitch >= 0 && pitch <= 127 && velocity >= 1 && velocity <= 127);
    for (int i = 0; i < sampler->zones.count; i++)
        if (zone_takes(&sampler->zones.list[i], pitch, velocity))
            start_zone(sampler, &sampler->zones.list[i], note, pitch, velocity);
}

void sampler_stop(Sampler *sampler, int note)
{
    for (int i = 0; i < sampler->count; i++) {
        SamplerVoice *voice = &sampler->voices[sampler->order[i]];
        if (voice->note == note && !voice->released)
            sampler_voice_release(voice);
    }
}

void sampler_clear(Sampler *sampler)
{
    for (int i = 0; i < VOICES_MAX; i++)
        sampler->order[i] = (uint8_t)i; // also the order of adding up is as just opened
    sampler->count = 0;
    sampler->loudest = 0.0f;
}

static bool run_voice(Sampler *sampler, SamplerVoice *voice, float *left, float *right)
{
    bool lasts = sampler_voice_run(voice, left, right);
    if (voice->heard > sampler->loudest)
        sampler->loudest = voice->heard;
    else if (voice->released && !voice->hurried && voice->heard < DROWNED * sampler->loudest)
        sampler_voice_hurry(voice);
    return lasts;
}

bool sampler_run(Sampler *sampler, float *left, float *right)
{
    block_clear(left);
    block_clear(right);
    bool heard = sampler->count > 0;
    sampler->loudest *= FORGETS;
    for (int i = 0; i < sampler->count;) {
        if (run_voice(sampler, &sampler->voices[sampler->order[i]], left, right))
            i++;
        else
            drop(sampler, i);
    }
    return heard;
}
