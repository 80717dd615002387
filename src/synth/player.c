#include "synth/player.h"

#include "dsp/block.h"
#include "dsp/dsp.h"
#include "synth/patch.h"
#include "synth/sampler.h"

#include <assert.h>
#include <string.h>

struct Player {
    const Lane *lane;
    Sampler *sampler; // one of the two plays
    Patch *patch;
    int64_t frame; // of the next block
    int next;      // note to start
    int *held;     // notes whose keys are down
    int held_count;
    int swell;   // last point at or before `frame`, -1 = none
    bool sounds; // something may still be heard
};

Player *player_open(Arena *arena, const Lane *lane, const SoundFont *font)
{
    Player *player = ARENA_NEW(arena, Player);
    player->lane = lane;
    player->held = ARENA_ARRAY(arena, int, (size_t)lane->count);
    if (lane->voice.patch.length > 0)
        player->patch = patch_open(arena, lane->voice.patch);
    else if (font)
        player->sampler = sampler_open(arena, font, lane->voice.program, lane->voice.kit);
    else
        player->patch = patch_open(arena, lane->voice.fallback);
    player_seek(player, 0);
    return player;
}

enum { DECAY_FRAMES = RATE_HZ / 4 };

static int64_t nearest_block(int64_t frame) // as frames
{
    return (frame + BLOCK_FRAMES / 2) / BLOCK_FRAMES * BLOCK_FRAMES;
}

static int64_t start_of(const PlayedNote *note)
{
    return nearest_block(note->start);
}

static int64_t stop_of(const PlayedNote *note) // every note is at least one block
{
    int64_t start = start_of(note), stop = nearest_block(note->end);
    return stop > start ? stop : start + BLOCK_FRAMES;
}

static void start(Player *player, int index)
{
    const PlayedNote *note = &player->lane->notes[index];
    if (player->sampler)
        sampler_start(player->sampler, index, note->pitch, note->velocity);
    else
        patch_start(player->patch, index, note->pitch, note->velocity, note->from);
    player->held[player->held_count++] = index;
    player->sounds = true;
}

static void stop(Player *player, int index)
{
    if (player->sampler)
        sampler_stop(player->sampler, index);
    else
        patch_stop(player->patch, index);
}

static void stop_due(Player *player)
{
    int kept = 0;
    for (int i = 0; i < player->held_count; i++) {
        int index = player->held[i];
        if (stop_of(&player->lane->notes[index]) <= player->frame)
            stop(player, index);
        else
            player->held[kept++] = index;
    }
    player->held_count = kept;
}

static void start_due(Player *player)
{
    const Lane *lane = player->lane;
    while (player->next < lane->count && start_of(&lane->notes[player->next]) <= player->frame)
        start(player, player->next++);
}

// A struck tone has faded by then; to strike it anew would be much too loud.
static bool decayed(const Lane *lane, const PlayedNote *note, int64_t frame)
{
    return !lane->voice.rings && frame - note->start > DECAY_FRAMES;
}

void player_seek(Player *player, int64_t frame)
{
    assert(frame >= 0 && frame % BLOCK_FRAMES == 0);
    const Lane *lane = player->lane;
    if (player->sampler)
        sampler_clear(player->sampler);
    else
        patch_clear(player->patch);
    player->frame = frame;
    player->next = player->held_count = 0;
    player->swell = -1;
    player->sounds = false;
    for (; player->next < lane->count && start_of(&lane->notes[player->next]) < frame; player->next++)
        if (stop_of(&lane->notes[player->next]) > frame && !decayed(lane, &lane->notes[player->next], frame))
            start(player, player->next);
}

// The swell's level at `frame`, which never goes back between two seeks. Before the first point
// and behind the last it stays as it is there.
static float swell_level(Player *player, int64_t frame)
{
    const Swell *swells = player->lane->swells;
    int last = player->lane->swell_count - 1;
    while (player->swell < last && swells[player->swell + 1].frame <= frame)
        player->swell++;
    if (player->swell < 0)
        return (float)swells[0].level / 1000.0f;
    const Swell *here = &swells[player->swell];
    if (player->swell == last)
        return (float)here->level / 1000.0f;
    double way = (double)(frame - here->frame) / (double)(here[1].frame - here->frame);
    return (float)((here->level + way * (here[1].level - here->level)) / 1000.0);
}

static void apply_swell(Player *player, float *left, float *right)
{
    if (player->lane->swell_count == 0)
        return;
    float level = swell_level(player, player->frame);
    float step = (swell_level(player, player->frame + BLOCK_FRAMES) - level) * (1.0f / BLOCK_FRAMES);
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        float gain = level + (float)i * step;
        left[i] *= gain;
        right[i] *= gain;
    }
}

bool player_run(Player *player, float *left, float *right)
{
    stop_due(player);
    start_due(player);
    if (player->sounds)
        player->sounds = player->sampler ? sampler_run(player->sampler, left, right)
                                         : patch_run(player->patch, left, right);
    bool heard = player->sounds;
    if (heard) {
        apply_swell(player, left, right);
    } else {
        block_clear(left);
        block_clear(right);
    }
    player->sounds = heard || player->held_count > 0;
    player->frame += BLOCK_FRAMES;
    return heard;
}
