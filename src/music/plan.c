// The mix as a plan: what a style says in whole numbers, and what each kind of instrument needs
// in the mixer whatever the style.
#include "music/plan.h"

enum { KICK_LOW = 35, KICK_HIGH = 36 };

static const float fade_out_s = 9.0f;  // long enough to be heard as a farewell
static const float ring_fade_s = 1.2f; // the last chord's own end
static const float cold_fade_s = 0.35f;

static bool named(Str name, Str wanted)
{
    return str_equal(name, wanted);
}

// Tone that a family needs to sit in a mix. FluidR3's strings and brass are dark: they want air.
static void tone_of(const Lane *lane, MixLane *out)
{
    Str family = lane->voice.family;
    bool sampled = lane->voice.patch.length == 0;
    if (named(family, STR("piano")) || named(family, STR("keys"))) {
        out->bells[0] = (Bell){ 300.0f, -2.0f, 0.9f };
    } else if (named(family, STR("strings"))) {
        out->shelf_hz = 3800.0f, out->shelf_db = sampled ? 4.0f : 1.0f;
    } else if (named(family, STR("brass")) || named(family, STR("woodwind"))) {
        out->shelf_hz = 4200.0f, out->shelf_db = sampled ? 3.0f : 0.5f;
    } else if (named(family, STR("guitar"))) {
        out->bells[0] = (Bell){ 250.0f, -2.0f, 0.9f };
        out->squeeze = 0.3f;
    } else if (named(family, STR("bass"))) {
        out->bells[0] = (Bell){ 260.0f, -2.5f, 0.9f };
        out->bells[1] = (Bell){ 850.0f, 2.0f, 0.8f };
        out->squeeze = 0.5f;
        out->mono_low = true;
    } else if (named(family, STR("voice"))) {
        out->bells[0] = (Bell){ 350.0f, -2.0f, 0.9f };
        out->bells[1] = (Bell){ 3200.0f, 2.0f, 0.9f };
        out->shelf_hz = 7000.0f, out->shelf_db = 3.0f;
        out->squeeze = 0.4f;
    }
}

static void drum_lane(const Lane *lane, const MixStyle *mix, MixLane *out)
{
    out->room = (float)mix->drum_room / 100.0f;
    if (named(lane->name, STR("kick"))) {
        out->low_cut_hz = 26.0f;
        out->bells[0] = (Bell){ 60.0f, 2.0f, 1.0f };
        out->bells[1] = (Bell){ 320.0f, -4.0f, 0.9f };
        out->bells[2] = (Bell){ 3500.0f, 2.5f, 0.8f };
        out->room *= 0.2f;
        out->width = 0.0f;
        out->squeeze = 0.3f;
    } else if (named(lane->name, STR("snare"))) {
        out->low_cut_hz = 90.0f;
        out->bells[0] = (Bell){ 210.0f, 1.5f, 1.0f };
        out->shelf_hz = 5500.0f, out->shelf_db = 1.5f;
        out->squeeze = 0.35f;
    } else if (named(lane->name, STR("cymbals"))) {
        out->low_cut_hz = 280.0f;
    } else {
        out->low_cut_hz = 60.0f;
    }
}

static void lane_plan(const Song *song, const Lane *lane, MixLane *out)
{
    const Strip *strip = &song->score.parts[lane->part].strip;
    *out = (MixLane){
        .pan = (float)strip->pan / 100.0f,
        .width = (float)strip->width / 100.0f,
        .low_cut_hz = (float)strip->low_cut_hz,
        .high_cut_hz = (float)strip->high_cut_hz,
        .drive = (float)strip->drive / 100.0f,
        .room = (float)strip->room / 100.0f,
        .hall = (float)strip->hall / 100.0f,
        .delay = (float)strip->delay / 100.0f,
        .duck = (float)strip->duck / 100.0f,
    };
    if (song->score.parts[lane->part].role == ROLE_DRUMS)
        drum_lane(lane, &song->score.mix, out);
    else
        tone_of(lane, out);
}

static void plan_kicks(Arena *arena, const Song *song, MixPlan *out)
{
    for (int i = 0; i < song->performance.lane_count; i++) {
        const Lane *lane = &song->performance.lanes[i];
        if (song->score.parts[lane->part].role != ROLE_DRUMS || !named(lane->name, STR("kick")))
            continue;
        int64_t *kicks = ARENA_ARRAY(arena, int64_t, (size_t)lane->count);
        for (int k = 0; k < lane->count; k++)
            kicks[k] = lane->notes[k].start;
        out->kicks = kicks;
        out->kick_count = lane->count;
    }
}

static void plan_end(const Song *song, MixPlan *out)
{
    float seconds = song->score.ending == ENDING_FADE ? fade_out_s : song->score.ending == ENDING_COLD ? cold_fade_s : ring_fade_s;
    int64_t length = (int64_t)(seconds * RATE_HZ);
    if (song->score.ending == ENDING_LOOP)
        return;
    out->fade_to = out->frames;
    out->fade_from = out->frames - (length < out->frames / 2 ? length : out->frames / 2);
}

void plan_mix(Arena *arena, const Song *song, MixPlan *out)
{
    const MixStyle *m = &song->score.mix;
    *out = (MixPlan){
        .lane_count = song->performance.lane_count < MIX_LANES_MAX ? song->performance.lane_count : MIX_LANES_MAX,
        .frames = song->performance.frames,
        .duck_release_s = (float)m->duck_ms / 1000.0f,
        .room_s = (float)m->room_ms / 1000.0f,
        .hall_s = (float)m->hall_ms / 1000.0f,
        .delay_s = (float)score_frame(&song->score, m->delay_ticks, RATE_HZ) / RATE_HZ,
        .delay_feedback = (float)m->delay_feedback / 100.0f,
        .warmth = (float)m->warmth / 100.0f,
        .hiss_db = (float)m->hiss_db,
        .wow = (float)m->wow / 100.0f,
        .glue = (float)m->glue / 100.0f,
        .high_cut_hz = (float)m->high_cut_hz,
        .width = (float)m->width / 100.0f,
        .ceiling_db = (float)m->ceiling10 / 10.0f,
    };
    for (int i = 0; i < out->lane_count; i++)
        lane_plan(song, &song->performance.lanes[i], &out->lanes[i]);
    plan_kicks(arena, song, out);
    plan_end(song, out);
}
