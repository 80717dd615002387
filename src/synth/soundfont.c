// Reads and checks an SF2 file: one walk over the chunks, one over each list.
#include "synth/soundfont.h"

#include "synth/sf2.h"

#include <assert.h>
#include <string.h>

enum {
    PRESET_BYTES = 38,
    INSTRUMENT_BYTES = 22,
    KIT_BANK = 128,
    SAMPLE_ROM = 0x8000,    // lies in a sound card's ROM
    SAMPLE_VORBIS = 0x0010, // compressed, as SF3 files have it
    RATE_MIN_HZ = 400,
    RATE_MAX_HZ = 384000,
};

static bool broken(Fault *fault, const char *what)
{
    return fault_set(fault, FAULT_INPUT, "The SoundFont is damaged: %s.", what);
}

// Chunks: four letters, a length, the bytes, and one more byte when the length is odd.

typedef struct Chunk {
    const unsigned char *data;
    size_t bytes;
} Chunk;

static bool named(const unsigned char *at, const char *name)
{
    return memcmp(at, name, 4) == 0;
}

// Cuts the next chunk off `*rest`; false at its end. A chunk longer than the rest is a fault.
static bool next_chunk(Chunk *rest, const unsigned char **name, Chunk *chunk, bool *cut_short)
{
    if (rest->bytes < 8)
        return false;
    size_t bytes = sf2_u32(rest->data + 4), whole = bytes + 8;
    if (whole > rest->bytes) {
        *cut_short = true;
        return false;
    }
    *name = rest->data;
    *chunk = (Chunk){ rest->data + 8, bytes };
    if (whole < rest->bytes)
        whole += bytes & 1;
    rest->data += whole;
    rest->bytes -= whole;
    return true;
}

typedef struct Lists {
    Chunk version, pcm;
    Chunk phdr, pbag, pmod, pgen, inst, ibag, imod, igen, shdr;
} Lists;

static Chunk *list_named(Lists *lists, const unsigned char *name)
{
    const struct {
        const char *name;
        Chunk *chunk;
    } known[] = {
        { "ifil", &lists->version }, { "smpl", &lists->pcm },  { "phdr", &lists->phdr },
        { "pbag", &lists->pbag },    { "pmod", &lists->pmod }, { "pgen", &lists->pgen },
        { "inst", &lists->inst },    { "ibag", &lists->ibag }, { "imod", &lists->imod },
        { "igen", &lists->igen },    { "shdr", &lists->shdr },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (named(name, known[i].name))
            return known[i].chunk;
    return NULL; // such as names, comments and the low bytes of 24-bit samples
}

static bool read_lists(Chunk all, Lists *lists, Fault *fault)
{
    const unsigned char *name;
    Chunk chunk, inner;
    bool cut_short = false;
    while (next_chunk(&all, &name, &chunk, &cut_short)) {
        if (!named(name, "LIST") || chunk.bytes < 4)
            continue;
        Chunk rest = { chunk.data + 4, chunk.bytes - 4 };
        while (next_chunk(&rest, &name, &inner, &cut_short)) {
            Chunk *list = list_named(lists, name);
            if (list && list->data == NULL)
                *list = inner;
        }
    }
    return !cut_short || broken(fault, "a part of it is longer than the file");
}

static bool read_riff(Str bytes, Lists *lists, Fault *fault)
{
    const unsigned char *file = (const unsigned char *)bytes.data;
    if (bytes.length < 12 || !named(file, "RIFF") || !named(file + 8, "sfbk"))
        return fault_set(fault, FAULT_INPUT, "This is not a SoundFont (SF2) file.");
    size_t length = sf2_u32(file + 4);
    if (length < 4 || length + 8 > bytes.length)
        return fault_set(fault, FAULT_INPUT, "The SoundFont is cut short: it says %zu bytes and has %zu.",
                         length + 8, bytes.length);
    if (!read_lists((Chunk){ file + 12, length - 4 }, lists, fault))
        return false;
    if (lists->version.bytes >= 4 && sf2_u16(lists->version.data) > 2)
        return fault_set(fault, FAULT_INPUT,
                         "This SoundFont has compressed samples (SF3); an SF2 file is needed.");
    return true;
}

// Lists of records of one size, of which the last is an end mark.

static bool read_records(Chunk chunk, size_t bytes, size_t least, Sf2List *out)
{
    size_t count = chunk.bytes / bytes;
    if (chunk.bytes % bytes != 0 || count < least || count > INT32_MAX)
        return false;
    *out = (Sf2List){ chunk.data, (int)count };
    return true;
}

// Places must not go back, and end inside the next list.
static bool places_rise(const unsigned char *first, int count, int stride, int limit)
{
    int before = 0;
    for (int i = 0; i < count; i++) {
        int place = sf2_u16(first + (ptrdiff_t)i * stride);
        if (place < before || place > limit)
            return false;
        before = place;
    }
    return true;
}

static bool gens_point_inside(const Sf2Level *level, int number, int limit)
{
    for (int i = 0; i < level->gens.count; i++) {
        const unsigned char *gen = sf2_gen(level, i);
        if (sf2_u16(gen) == number && sf2_u16(gen + 2) >= limit)
            return false;
    }
    return true;
}

static bool level_holds(const Sf2Level *level, int link, int link_limit)
{
    const unsigned char *bags = level->bags.data;
    int bags_end = level->bags.count - 1; // the end mark is not a bag
    return places_rise(level->heads.data + level->bag_at, level->heads.count, level->head_bytes, bags_end) &&
           places_rise(bags, level->bags.count, BAG_BYTES, level->gens.count) &&
           places_rise(bags + 2, level->bags.count, BAG_BYTES, level->mods.count) &&
           gens_point_inside(level, link, link_limit);
}

static bool read_presets(SoundFont *font, const Lists *lists)
{
    Sf2Level *level = &font->presets;
    level->head_bytes = PRESET_BYTES;
    level->bag_at = 24;
    return read_records(lists->phdr, PRESET_BYTES, 2, &level->heads) &&
           read_records(lists->pbag, BAG_BYTES, 1, &level->bags) &&
           read_records(lists->pmod, MOD_BYTES, 0, &level->mods) &&
           read_records(lists->pgen, GEN_BYTES, 0, &level->gens) &&
           level_holds(level, GEN_INSTRUMENT, font->instruments.heads.count - 1);
}

static bool read_instruments(SoundFont *font, const Lists *lists)
{
    Sf2Level *level = &font->instruments;
    level->head_bytes = INSTRUMENT_BYTES;
    level->bag_at = 20;
    return read_records(lists->inst, INSTRUMENT_BYTES, 1, &level->heads) &&
           read_records(lists->ibag, BAG_BYTES, 1, &level->bags) &&
           read_records(lists->imod, MOD_BYTES, 0, &level->mods) &&
           read_records(lists->igen, GEN_BYTES, 0, &level->gens) &&
           level_holds(level, GEN_SAMPLE, font->sample_count);
}

// A sample that cannot be played makes only its own zones silent, not the whole font useless.
static Sf2Sample read_sample(const unsigned char *at, uint32_t frames)
{
    Sf2Sample sample = {
        .start = sf2_u32(at + 20),
        .end = sf2_u32(at + 24),
        .loop_start = sf2_u32(at + 28),
        .loop_end = sf2_u32(at + 32),
        .root = at[40] <= 127 ? at[40] : 60, // 255 is for what has no pitch
        .correction = (int8_t)at[41],
    };
    uint32_t rate_hz = sf2_u32(at + 36);
    bool playable = sample.start < sample.end && sample.end <= frames && rate_hz >= RATE_MIN_HZ &&
                    rate_hz <= RATE_MAX_HZ && !(sf2_u16(at + 44) & SAMPLE_ROM);
    sample.rate_hz = playable ? (int)rate_hz : 0;
    return sample;
}

static bool read_samples(Arena *arena, SoundFont *font, const Lists *lists, Fault *fault)
{
    Sf2List records;
    if (!read_records(lists->shdr, SAMPLE_BYTES, 1, &records))
        return broken(fault, "its list of samples has a wrong length");
    font->pcm = lists->pcm.data;
    font->frames = (uint32_t)(lists->pcm.bytes / 2);
    font->sample_count = records.count - 1;
    font->samples = ARENA_ARRAY(arena, Sf2Sample, (size_t)records.count);
    for (int i = 0; i < font->sample_count; i++) {
        const unsigned char *at = records.data + (ptrdiff_t)i * SAMPLE_BYTES;
        if (sf2_u16(at + 44) & SAMPLE_VORBIS)
            return fault_set(fault, FAULT_INPUT,
                             "This SoundFont has compressed samples (SF3); an SF2 file is needed.");
        font->samples[i] = read_sample(at, font->frames);
    }
    return true;
}

static void index_presets(SoundFont *font)
{
    for (int i = 0; i < PROGRAM_COUNT; i++)
        font->programs[i] = font->kits[i] = -1;
    for (int i = font->presets.heads.count - 2; i >= 0; i--) { // of two alike the first wins
        const unsigned char *head = font->presets.heads.data + (ptrdiff_t)i * PRESET_BYTES;
        int program = sf2_u16(head + 20), bank = sf2_u16(head + 22);
        if (program < PROGRAM_COUNT && bank == 0)
            font->programs[program] = i;
        if (program < PROGRAM_COUNT && bank == KIT_BANK)
            font->kits[program] = i;
    }
}

bool soundfont_open(Arena *arena, Str bytes, SoundFont **out, Fault *fault)
{
    Lists lists = { 0 };
    if (!read_riff(bytes, &lists, fault))
        return false;
    if (lists.pcm.data == NULL)
        return broken(fault, "it has no samples");

    SoundFont *font = ARENA_NEW(arena, SoundFont);
    if (!read_samples(arena, font, &lists, fault))
        return false;
    if (!read_instruments(font, &lists))
        return broken(fault, "its list of instruments does not hold together");
    if (!read_presets(font, &lists))
        return broken(fault, "its list of presets does not hold together");
    index_presets(font);
    *out = font;
    return true;
}

bool soundfont_has(const SoundFont *font, int program, bool kit)
{
    if (program < 0 || program >= PROGRAM_COUNT)
        return false;
    return (kit ? font->kits : font->programs)[program] >= 0;
}

bool sf2_find_gen(const Sf2Level *level, int bag, int number, int *amount)
{
    int end = sf2_first_gen(level, bag + 1);
    for (int i = sf2_first_gen(level, bag); i < end; i++) {
        const unsigned char *gen = sf2_gen(level, i);
        if (sf2_u16(gen) == number) {
            *amount = sf2_u16(gen + 2);
            return true;
        }
    }
    return false;
}

int sf2_find_preset(const SoundFont *font, int program, bool kit)
{
    const int *presets = kit ? font->kits : font->programs;
    return presets[soundfont_has(font, program, kit) ? program : 0];
}
