#include "synth/patch.h"

#include "dsp/real.h"
#include "dsp/svf.h"
#include "synth/analog.h"
#include "synth/drums.h"
#include "synth/finish.h"
#include "synth/plucked.h"

struct Patch { // one of the three plays
    Analog *analog;
    Plucked *plucked;
    Drums *drums;
    float gain;
    Svf centre[2]; // takes away the constant part that a soft limit may leave
    Finish finish;
};

static const float CENTRE_HZ = 9.0f; // below all that is heard

static const SoundFinish plucked_finish = {
    // a wooden body: air, top, and the bridge's hill
    .dry = 0.75f,
    .peaks = { { 104, 5, 0.55f }, { 205, 6, 0.5f }, { 415, 4, 0.3f }, { 2600, 1.2f, 0.25f } },
};

Str patch_name(int index)
{
    if (index < 0 || index > sound_count + kit_count)
        return STR("");
    if (index < sound_count)
        return str_of(sounds[index].name);
    if (index == sound_count)
        return STR("string");
    return str_of(kits[index - sound_count - 1].name);
}

static int find_name(Str name)
{
    for (int i = 0; i <= sound_count + kit_count; i++)
        if (str_equal(patch_name(i), name))
            return i;
    return -1;
}

bool patch_exists(Str name)
{
    return name.length > 0 && find_name(name) >= 0;
}

Patch *patch_open(Arena *arena, Str name)
{
    Patch *patch = ARENA_NEW(arena, Patch);
    const SoundFinish *finish;
    int index = find_name(name);
    patch->gain = 1.0f;
    if (index < sound_count) {
        const Sound *sound = &sounds[index < 0 ? 0 : index];
        patch->analog = analog_open(arena, sound);
        patch->gain = (float)real_gain((double)sound->gain_db);
        finish = &sound->finish;
    } else if (index == sound_count) {
        patch->plucked = plucked_open(arena);
        finish = &plucked_finish;
    } else {
        const Kit *kit = &kits[index - sound_count - 1];
        patch->drums = drums_open(arena, kit);
        finish = &kit->finish;
    }
    for (int i = 0; i < 2; i++)
        svf_tune(&patch->centre[i], SVF_HIGH, CENTRE_HZ, 0.7f);
    finish_open(&patch->finish, finish);
    return patch;
}

void patch_start(Patch *patch, int note, int pitch, int velocity, int from)
{
    if (patch->analog)
        analog_start(patch->analog, note, pitch, velocity, from);
    else if (patch->plucked)
        plucked_start(patch->plucked, note, pitch, velocity);
    else
        drums_start(patch->drums, note, pitch, velocity);
}

void patch_stop(Patch *patch, int note)
{
    if (patch->analog)
        analog_stop(patch->analog, note);
    else if (patch->plucked)
        plucked_stop(patch->plucked, note);
}

static void rest(Patch *patch) // the centring is as just tuned
{
    for (int i = 0; i < 2; i++)
        patch->centre[i].s1 = patch->centre[i].s2 = 0.0f;
}

void patch_clear(Patch *patch)
{
    if (patch->analog)
        analog_clear(patch->analog);
    else if (patch->plucked)
        plucked_clear(patch->plucked);
    else
        drums_clear(patch->drums);
    rest(patch);
    finish_clear(&patch->finish);
}

static bool run_voices(Patch *patch, float *left, float *right)
{
    if (patch->analog)
        return analog_run(patch->analog, left, right);
    if (patch->plucked)
        return plucked_run(patch->plucked, left, right);
    return drums_run(patch->drums, left, right);
}

static void scale(float *samples, float gain)
{
    for (int i = 0; i < BLOCK_FRAMES; i++)
        samples[i] *= gain;
}

bool patch_run(Patch *patch, float *left, float *right)
{
    bool sounding = run_voices(patch, left, right);
    if (sounding) {
        scale(left, patch->gain);
        scale(right, patch->gain);
        svf_run(&patch->centre[0], left, BLOCK_FRAMES);
        svf_run(&patch->centre[1], right, BLOCK_FRAMES);
    } else {
        rest(patch);
    }
    return finish_run(&patch->finish, sounding, left, right);
}
