// The parts' tracks. On one channel no key is pressed while it is down, whichever parts share the
// channel: the earlier note is cut. Within a tick, keys are released before others are pressed.
#include "encode/midi_track.h"

#include "dsp/real.h"
#include "encode/tags.h"

#include <limits.h>
#include <stdlib.h>

enum {
    CHANNELS = 16,
    CHANNEL_KIT = 9, // counted from 0
    RELEASE_VELOCITY = 64,
    PEDAL_GAP = TICKS_PER_BEAT / 16, // a pianist presses the pedal a moment after the chord
    VOLUME_BEST = 110,               // of the loudest part: there is room to turn one up
    VOLUME_LEAST = 25,
    NAME_BYTES = 100,
    NOTE_ON = 0x90,
    NOTE_OFF = 0x80,
    CONTROL = 0xb0,
    PROGRAM = 0xc0,
    CONTROL_VOLUME = 7,
    CONTROL_PAN = 10,
    CONTROL_PEDAL = 64,
    CONTROL_REVERB = 91,
};

// What happens first within one tick.
typedef enum Order { ORDER_OFF, ORDER_PEDAL_UP, ORDER_SETUP, ORDER_ON, ORDER_PEDAL_DOWN } Order;

typedef struct Event {
    int32_t tick;
    Order order;
    int sequence; // what comes first of equals; makes the order complete
    unsigned char status, data1, data2;
} Event;

typedef struct Events {
    Event *list;
    int count;
} Events;

typedef struct Press {
    int32_t tick, end; // end == tick: gone
    int part;
    unsigned char channel, pitch, velocity;
} Press;

struct MidiParts {
    const Score *score;
    unsigned char channels[PART_MAX];
    bool leads[PART_MAX]; // the first on its channel: the channel is set up by it
    int level_most;
    Press *presses; // of all parts
    int count;
};

static const Part *part_at(const MidiParts *parts, int index)
{
    return &parts->score->parts[index];
}

static int pitched_count(const Score *score)
{
    int count = 0;
    for (int i = 0; i < score->part_count; i++)
        count += !score->parts[i].instrument.kit;
    return count;
}

// An earlier part that plays the same program, -1 = none.
static int twin(const Score *score, int index)
{
    for (int i = 0; i < index; i++)
        if (!score->parts[i].instrument.kit &&
            score->parts[i].instrument.program == score->parts[index].instrument.program)
            return i;
    return -1;
}

// Each pitched part has a channel of its own while there are enough; else those with the same
// program share one, and if that is not enough either, channels are used again from the first.
static void choose_channels(MidiParts *parts)
{
    const Score *score = parts->score;
    bool crowded = pitched_count(score) > CHANNELS - 1;
    bool used[CHANNELS] = { false };
    int next = 0;
    for (int i = 0; i < score->part_count; i++) {
        int other = crowded ? twin(score, i) : -1;
        int channel = next % (CHANNELS - 1);
        if (score->parts[i].instrument.kit)
            channel = CHANNEL_KIT;
        else if (other >= 0)
            channel = parts->channels[other];
        else {
            channel += channel >= CHANNEL_KIT;
            next++;
        }
        parts->channels[i] = (unsigned char)channel;
        parts->leads[i] = !used[channel];
        used[channel] = true;
    }
}

static int by_key(const void *a, const void *b)
{
    const Press *x = a, *y = b;
    if (x->channel != y->channel)
        return x->channel - y->channel;
    if (x->pitch != y->pitch)
        return x->pitch - y->pitch;
    if (x->tick != y->tick)
        return x->tick < y->tick ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    return x->part - y->part;
}

static void collect(Arena *arena, MidiParts *parts)
{
    int most = 0;
    for (int p = 0; p < parts->score->part_count; p++)
        most += part_at(parts, p)->count;
    parts->presses = ARENA_ARRAY(arena, Press, (size_t)most);
    for (int p = 0; p < parts->score->part_count; p++)
        for (int i = 0; i < part_at(parts, p)->count; i++) {
            const Note *note = &part_at(parts, p)->notes[i];
            if (note->tick < 0 || note->ticks <= 0 || note->pitch > 127)
                continue;
            unsigned char velocity = note->velocity < 1 ? 1 : note->velocity > 127 ? 127 : note->velocity;
            parts->presses[parts->count++] =
                (Press){ note->tick, note->tick + note->ticks, p, parts->channels[p], note->pitch, velocity };
        }
}

// Players may read tracks in any order, so between two parts the key must be up a tick before.
static void part_keys(MidiParts *parts)
{
    Press *before = NULL;
    for (int i = 0; i < parts->count; i++) {
        Press *now = &parts->presses[i];
        if (before && before->channel == now->channel && before->pitch == now->pitch) {
            if (before->tick == now->tick) {
                before->velocity = before->velocity > now->velocity ? before->velocity : now->velocity;
                now->end = now->tick;
                continue;
            }
            int32_t latest = now->tick - (before->part != now->part);
            if (before->end > latest)
                before->end = latest;
        }
        before = now;
    }
}

MidiParts *midi_parts_make(Arena *arena, const Score *score)
{
    MidiParts *parts = ARENA_NEW(arena, MidiParts);
    parts->score = score;
    parts->level_most = INT_MIN;
    for (int i = 0; i < score->part_count; i++)
        if (score->parts[i].strip.level > parts->level_most)
            parts->level_most = score->parts[i].strip.level;

    choose_channels(parts);
    collect(arena, parts);
    if (parts->count)
        qsort(parts->presses, (size_t)parts->count, sizeof(Press), by_key);
    part_keys(parts);
    return parts;
}

static void add(Events *events, int32_t tick, Order order, int status, int data1, int data2)
{
    events->list[events->count] = (Event){ .tick = tick,
                                           .order = order,
                                           .sequence = events->count,
                                           .status = (unsigned char)status,
                                           .data1 = (unsigned char)data1,
                                           .data2 = (unsigned char)data2 };
    events->count++;
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

// General MIDI: a volume v sounds at 40 log10(v / 127) dB.
static int volume(int level, int most)
{
    return clamp((int)(VOLUME_BEST * real_gain((level - most) * 0.5) + 0.5), VOLUME_LEAST, 127);
}

static void add_setup(const MidiParts *parts, int index, Events *events)
{
    const Part *part = part_at(parts, index);
    const Strip *strip = &part->strip;
    int channel = parts->channels[index], control = CONTROL | channel;
    int pan = strip->pan < 0 ? 64 + strip->pan * 64 / 100 : 64 + strip->pan * 63 / 100;
    add(events, 0, ORDER_SETUP, PROGRAM | channel, clamp(part->instrument.program, 0, 127), 0);
    add(events, 0, ORDER_SETUP, control, CONTROL_VOLUME, volume(strip->level, parts->level_most));
    add(events, 0, ORDER_SETUP, control, CONTROL_PAN, clamp(pan, 0, 127));
    add(events, 0, ORDER_SETUP, control, CONTROL_REVERB,
        clamp((strip->room + strip->hall) * 127 / 100, 0, 127));
}

static void add_pedal(const MidiParts *parts, int index, Events *events)
{
    const Score *score = parts->score;
    int status = CONTROL | parts->channels[index];
    for (int i = 0; i < score->chord_count; i++) {
        const Chord *chord = &score->chords[i];
        if (chord->ticks <= PEDAL_GAP || chord->tick < 0)
            continue;
        add(events, chord->tick + PEDAL_GAP, ORDER_PEDAL_DOWN, status, CONTROL_PEDAL, 127);
        add(events, chord->tick + chord->ticks, ORDER_PEDAL_UP, status, CONTROL_PEDAL, 0);
    }
}

static int by_time(const void *a, const void *b)
{
    const Event *x = a, *y = b;
    if (x->tick != y->tick)
        return x->tick < y->tick ? -1 : 1;
    if (x->order != y->order)
        return (int)x->order - (int)y->order;
    return x->sequence - y->sequence;
}

static Events events_of(Arena *arena, const MidiParts *parts, int index)
{
    int most = 4 + parts->score->chord_count * 2 + part_at(parts, index)->count * 2;
    Events events = { ARENA_ARRAY(arena, Event, (size_t)most), 0 };
    if (parts->leads[index])
        add_setup(parts, index, &events);
    if (parts->leads[index] && part_at(parts, index)->pedal)
        add_pedal(parts, index, &events);
    for (int i = 0; i < parts->count; i++) {
        const Press *press = &parts->presses[i];
        if (press->part != index || press->end <= press->tick)
            continue;
        add(&events, press->tick, ORDER_ON, NOTE_ON | press->channel, press->pitch, press->velocity);
        add(&events, press->end, ORDER_OFF, NOTE_OFF | press->channel, press->pitch, RELEASE_VELOCITY);
    }
    qsort(events.list, (size_t)events.count, sizeof(Event), by_time);
    return events;
}

static bool named_alike(const MidiParts *parts, int index)
{
    for (int i = 0; i < parts->score->part_count; i++)
        if (i != index &&
            str_equal(part_at(parts, i)->instrument.name, part_at(parts, index)->instrument.name))
            return true;
    return false;
}

static void put_names(Arena *arena, const MidiParts *parts, int index, Buf *track)
{
    const Part *part = part_at(parts, index);
    Str name = tag_clean(arena, part->instrument.name, NAME_BYTES), full = name;
    if (named_alike(parts, index) && part->role >= 0 && part->role < ROLE_COUNT)
        full = arena_print(arena, STR_FMT " (%s)", STR_ARG(name), role_names[part->role]);
    midi_meta(track, 0, META_NAME, full);
    midi_meta(track, 0, META_INSTRUMENT, name);
}

void midi_part_write(const MidiParts *parts, int index, int32_t end, Buf *out)
{
    Buf track = midi_track_open(out->arena);
    put_names(out->arena, parts, index, &track);
    Events events = events_of(out->arena, parts, index);
    int32_t now = 0;
    for (int i = 0; i < events.count; i++) {
        const Event *event = &events.list[i];
        midi_wait(&track, (uint32_t)(event->tick - now));
        buf_bytes(&track, &event->status, 1);
        buf_bytes(&track, &event->data1, 1);
        if ((event->status & 0xf0) != PROGRAM)
            buf_bytes(&track, &event->data2, 1);
        now = event->tick;
    }
    midi_track_close(&track, (uint32_t)(end > now ? end - now : 0), out);
}
