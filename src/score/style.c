// Reads style files: one directive a line, each refused with file, line and reason when it is wrong.
// docs/styles.md describes them; the order of lines matters only for `meter` and `grid`, which
// must come before patterns.
#include "score/style.h"

#include "base/data.h"

#include <string.h>

typedef struct Reader {
    Arena *arena;
    const Lexicon *lexicon;
    Style *style;
    Fault *fault;
} Reader;

static bool number_read(Reader *r, Str *rest, int low, int high, const char *what, int *out)
{
    Str word;
    int64_t value;
    if (!str_word(rest, &word) || !str_to_int(word, &value) || value < low || value > high)
        return fault_set(r->fault, FAULT_INPUT, "%s must be a whole number from %d to %d", what, low, high);
    *out = (int)value;
    return true;
}

static int name_find(const char *const *names, int count, Str name)
{
    for (int i = 0; i < count; i++)
        if (str_equal(str_of(names[i]), name))
            return i;
    return -1;
}

static bool section_read(Reader *r, Str word, int *section)
{
    *section = name_find(section_names, SECTION_COUNT, word);
    return *section >= 0 || fault_set(r->fault, FAULT_INPUT, "\"" STR_FMT "\" is no section", STR_ARG(word));
}

static bool mode_read(Reader *r, Str word, Mode *mode)
{
    if (str_equal(word, STR("harmonic-minor")))
        word = STR("harmonic minor");
    int found = name_find(mode_names, MODE_COUNT, word);
    if (found < 0)
        return fault_set(r->fault, FAULT_INPUT, "\"" STR_FMT "\" is no mode", STR_ARG(word));
    *mode = (Mode)found;
    return true;
}

static bool name_line(Reader *r, Str rest)
{
    r->style->name = str_trim(rest);
    return r->style->name.length > 0 || fault_set(r->fault, FAULT_INPUT, "a style needs a name");
}

static bool alias_line(Reader *r, Str rest)
{
    r->style->aliases = str_trim(rest);
    return true;
}

static bool band_line(Reader *r, Str rest)
{
    (void)rest;
    r->style->band = true;
    return true;
}

static bool tempo_line(Reader *r, Str rest)
{
    Style *s = r->style;
    return number_read(r, &rest, BPM_MIN, BPM_MAX, "the lowest tempo", &s->bpm_low) &&
           number_read(r, &rest, s->bpm_low, BPM_MAX, "the typical tempo", &s->bpm_typical) &&
           number_read(r, &rest, s->bpm_typical, BPM_MAX, "the highest tempo", &s->bpm_high);
}

static bool meter_line(Reader *r, Str rest)
{
    Str beats = str_trim(rest), unit;
    size_t slash;
    int64_t a, b;
    if (!str_find(beats, STR("/"), &slash))
        return fault_set(r->fault, FAULT_INPUT, "a metre is written like 4/4");
    unit = str_slice(beats, slash + 1, beats.length);
    beats = str_slice(beats, 0, slash);
    if (!str_to_int(beats, &a) || !str_to_int(unit, &b) || a < 2 || a > 12 || (b != 4 && b != 8))
        return fault_set(r->fault, FAULT_INPUT, "a metre is written like 4/4");
    r->style->beats = (int)a;
    r->style->beat_unit = (int)b;
    return true;
}

static bool grid_line(Reader *r, Str rest)
{
    return number_read(r, &rest, 4, 48, "the grid", &r->style->grid);
}

static bool swing_line(Reader *r, Str rest)
{
    return number_read(r, &rest, 50, 75, "the lowest swing", &r->style->swing_low) &&
           number_read(r, &rest, r->style->swing_low, 75, "the highest swing", &r->style->swing_high);
}

static bool length_line(Reader *r, Str rest)
{
    int seconds;
    if (!number_read(r, &rest, SECONDS_MIN, SECONDS_MAX, "the length in seconds", &seconds))
        return false;
    r->style->length_ms = seconds * 1000;
    return true;
}

static bool mode_line(Reader *r, Str rest)
{
    Str word;
    while (str_word(&rest, &word)) {
        Mode mode;
        if (!mode_read(r, word, &mode) || !number_read(r, &rest, 1, 100, "a mode's weight", &r->style->mode_weights[mode]))
            return false;
    }
    return true;
}

static bool form_line(Reader *r, Str rest)
{
    Style *s = r->style;
    if (s->form_count == STYLE_FORMS)
        return fault_set(r->fault, FAULT_INPUT, "more than %d forms", STYLE_FORMS);
    FormTemplate *form = &s->forms[s->form_count++];
    if (!number_read(r, &rest, 1, 100, "a form's weight", &form->weight))
        return false;
    Str word;
    while (str_word(&rest, &word)) {
        int section;
        if (form->count == FORM_SECTIONS)
            return fault_set(r->fault, FAULT_INPUT, "more than %d sections", FORM_SECTIONS);
        FormWish *wish = &form->sections[form->count++];
        if (!section_read(r, word, &section) || !number_read(r, &rest, 1, 64, "a section's bars", &wish->bars))
            return false;
        wish->section = (SectionKind)section;
    }
    return form->count > 0 || fault_set(r->fault, FAULT_INPUT, "a form needs sections");
}

static bool energy_line(Reader *r, Str rest)
{
    Str word;
    while (str_word(&rest, &word)) {
        int section;
        if (!section_read(r, word, &section) ||
            !number_read(r, &rest, 0, ENERGY_MAX, "an energy", &r->style->energy[section]))
            return false;
    }
    return true;
}

// harm SECTION|any MODE WEIGHT CHORDS
static bool harm_line(Reader *r, Str rest)
{
    Style *s = r->style;
    if (s->harm_count == STYLE_HARMS)
        return fault_set(r->fault, FAULT_INPUT, "more than %d progressions", STYLE_HARMS);
    HarmChoice *harm = &s->harms[s->harm_count++];
    Str section, mode;
    if (!str_word(&rest, &section) || !str_word(&rest, &mode))
        return fault_set(r->fault, FAULT_INPUT, "harm needs a section, a mode, a weight and chords");
    harm->section = -1;
    if (!str_equal(section, STR("any")) && !section_read(r, section, &harm->section))
        return false;
    return mode_read(r, mode, &harm->mode) && number_read(r, &rest, 1, 100, "a progression's weight", &harm->weight) &&
           progression_read(rest, &harm->progression, r->fault);
}

static bool drum_key(Reader *r, Str name, int *key)
{
    static const struct {
        Str name;
        int key;
    } keys[] = {
        { STR_INIT("kick"), 36 },     { STR_INIT("snare"), 38 },    { STR_INIT("rim"), 37 },
        { STR_INIT("clap"), 39 },     { STR_INIT("hat"), 42 },      { STR_INIT("pedal"), 44 },
        { STR_INIT("open"), 46 },     { STR_INIT("crash"), 49 },    { STR_INIT("ride"), 51 },
        { STR_INIT("bell"), 53 },     { STR_INIT("tom1"), 50 },     { STR_INIT("tom2"), 47 },
        { STR_INIT("tom3"), 43 },     { STR_INIT("tamb"), 54 },     { STR_INIT("cowbell"), 56 },
        { STR_INIT("bongo1"), 60 },   { STR_INIT("bongo2"), 61 },   { STR_INIT("conga1"), 62 },
        { STR_INIT("conga2"), 63 },   { STR_INIT("conga3"), 64 },   { STR_INIT("agogo1"), 67 },
        { STR_INIT("agogo2"), 68 },   { STR_INIT("cabasa"), 69 },   { STR_INIT("maracas"), 70 },
        { STR_INIT("clave"), 75 },    { STR_INIT("wood1"), 76 },    { STR_INIT("wood2"), 77 },
        { STR_INIT("triangle"), 81 }, { STR_INIT("shaker"), 82 },   { STR_INIT("timbale"), 65 },
        { STR_INIT("brush"), 40 },
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (str_equal(keys[i].name, name)) {
            *key = keys[i].key;
            return true;
        }
    }
    return fault_set(r->fault, FAULT_INPUT, "\"" STR_FMT "\" is no drum", STR_ARG(name));
}

static bool drum_lines(Reader *r, Str rest, int level)
{
    Style *s = r->style;
    if (s->drum_count == STYLE_DRUMS)
        return fault_set(r->fault, FAULT_INPUT, "more than %d drum patterns", STYLE_DRUMS);
    DrumSet *set = &s->drums[s->drum_count++];
    set->level = level;
    Str name, steps;
    while (str_word(&rest, &name)) {
        if (set->count == STYLE_DRUM_LINES)
            return fault_set(r->fault, FAULT_INPUT, "more than %d drums at once", STYLE_DRUM_LINES);
        DrumLine *line = &set->lines[set->count++];
        if (!drum_key(r, name, &line->key))
            return false;
        if (!str_word(&rest, &steps))
            return fault_set(r->fault, FAULT_INPUT, "\"" STR_FMT "\" has no steps", STR_ARG(name));
        if (!pattern_read(steps, s->grid, "123456789", &line->pattern, r->fault))
            return false;
    }
    return set->count > 0 || fault_set(r->fault, FAULT_INPUT, "no drums named");
}

static bool drums_line(Reader *r, Str rest)
{
    int level;
    return number_read(r, &rest, 1, 3, "a drum level", &level) && drum_lines(r, rest, level);
}

static bool fill_line(Reader *r, Str rest)
{
    return drum_lines(r, rest, 0);
}

static bool choices_read(Reader *r, Str names, const Instrument **list, int *count)
{
    Str name;
    while (str_cut(&names, '|', &name)) {
        name = str_trim(name);
        if (*count == STYLE_CHOICES)
            return fault_set(r->fault, FAULT_INPUT, "more than %d instruments", STYLE_CHOICES);
        const Instrument *found = instrument_find(lexicon_instruments(r->lexicon), name);
        if (found == NULL)
            return fault_set(r->fault, FAULT_INPUT, "there is no instrument \"" STR_FMT "\"", STR_ARG(name));
        list[(*count)++] = found;
    }
    return true;
}

static bool kit_line(Reader *r, Str rest)
{
    Style *s = r->style;
    size_t colon;
    Str names = rest, more = STR("");
    if (str_find(rest, STR(" : "), &colon)) {
        names = str_slice(rest, 0, colon);
        more = str_slice(rest, colon + 3, rest.length);
    }
    if (!choices_read(r, names, s->kits, &s->kit_count))
        return false;
    Str key;
    while (str_word(&more, &key)) {
        int *value = str_equal(key, STR("late")) ? &s->kit_late_ms : str_equal(key, STR("loose")) ? &s->kit_loose_ms : NULL;
        if (value == NULL)
            return fault_set(r->fault, FAULT_INPUT, "a kit has no \"" STR_FMT "\"", STR_ARG(key));
        if (!number_read(r, &more, -20, 30, "milliseconds", value))
            return false;
    }
    return true;
}

static const char *const part_steps[ROLE_COUNT] = {
    [ROLE_LEAD] = "123456789", [ROLE_COUNTER] = "123456789", [ROLE_COMP] = "123456789tb", [ROLE_ARP] = "123456789",
    [ROLE_PAD] = "123456789",  [ROLE_BASS] = "R8537awrofts", [ROLE_DRUMS] = "",           [ROLE_PERC] = "123456789",
};

static bool part_pattern(Reader *r, PartStyle *part, Str *rest)
{
    Str steps;
    if (part->pattern_count == STYLE_CHOICES)
        return fault_set(r->fault, FAULT_INPUT, "more than %d patterns in a part", STYLE_CHOICES);
    if (!str_word(rest, &steps))
        return fault_set(r->fault, FAULT_INPUT, "pat needs steps");
    return pattern_read(steps, r->style->grid, part_steps[part->role], &part->patterns[part->pattern_count++], r->fault);
}

static bool part_sections(Reader *r, PartStyle *part, Str *rest, bool only)
{
    Str names, name;
    if (!str_word(rest, &names))
        return fault_set(r->fault, FAULT_INPUT, "sections are missing");
    uint32_t mask = 0;
    while (str_cut(&names, ',', &name)) {
        int section;
        if (!section_read(r, name, &section))
            return false;
        mask |= 1u << section;
    }
    part->sections = only ? mask : part->sections & ~mask;
    return true;
}

static bool part_word(Reader *r, PartStyle *part, Str key, Str *rest)
{
    const struct {
        Str key;
        int low, high;
        int *value;
    } numbers[] = {
        { STR("low"), 12, 115, &part->low },
        { STR("high"), 12, 120, &part->high },
        { STR("vel"), 1, 127, &part->velocity },
        { STR("min"), 0, 100, &part->min_energy },
        { STR("max"), 0, 100, &part->max_energy },
        { STR("voices"), 1, 6, &part->voices },
        { STR("glide"), 0, 100, &part->glide },
        { STR("late"), -19, 30, &part->late_ms },
        { STR("loose"), 0, 15, &part->loose_ms },
        { STR("strum"), 0, 40, &part->strum_ms },
        { STR("level"), -40, 0, &part->strip.level },
        { STR("pan"), -100, 100, &part->strip.pan },
        { STR("width"), 0, 200, &part->strip.width },
        { STR("lowcut"), 20, 2000, &part->strip.low_cut_hz },
        { STR("highcut"), 200, 20000, &part->strip.high_cut_hz },
        { STR("room"), 0, 100, &part->strip.room },
        { STR("hall"), 0, 100, &part->strip.hall },
        { STR("delay"), 0, 100, &part->strip.delay },
        { STR("duck"), 0, 100, &part->strip.duck },
        { STR("drive"), 0, 100, &part->strip.drive },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (str_equal(key, numbers[i].key))
            return number_read(r, rest, numbers[i].low, numbers[i].high, "the value", numbers[i].value) ||
                   fault_while(r->fault, arena_print(r->arena, STR_FMT, STR_ARG(key)).data);
    if (str_equal(key, STR("pat")))
        return part_pattern(r, part, rest);
    if (str_equal(key, STR("in")) || str_equal(key, STR("not")))
        return part_sections(r, part, rest, str_equal(key, STR("in")));
    if (str_equal(key, STR("pedal"))) {
        part->pedal = true;
        return true;
    }
    return fault_set(r->fault, FAULT_INPUT, "a part has no \"" STR_FMT "\"", STR_ARG(key));
}

// What a part is when its line does not say, by role.
static const PartStyle part_defaults[ROLE_COUNT] = {
    [ROLE_LEAD] = { .low = 64, .high = 84, .velocity = 86, .strip = { .level = -5, .low_cut_hz = 140, .hall = 18, .delay = 8, .room = 8 } },
    [ROLE_COUNTER] = { .low = 58, .high = 79, .velocity = 72, .strip = { .level = -11, .pan = -28, .low_cut_hz = 140, .hall = 22, .room = 8 } },
    [ROLE_COMP] = { .low = 50, .high = 74, .velocity = 72, .voices = 4, .strip = { .level = -8, .pan = 18, .low_cut_hz = 110, .hall = 10, .room = 12 } },
    [ROLE_ARP] = { .low = 55, .high = 84, .velocity = 70, .voices = 4, .strip = { .level = -11, .pan = -22, .low_cut_hz = 160, .hall = 16, .delay = 12 } },
    [ROLE_PAD] = { .low = 50, .high = 76, .velocity = 60, .voices = 4, .strip = { .level = -14, .width = 130, .low_cut_hz = 140, .hall = 30 } },
    [ROLE_BASS] = { .low = 28, .high = 48, .velocity = 92, .strip = { .level = -7, .width = 40, .low_cut_hz = 32, .room = 2 } },
    [ROLE_DRUMS] = { .velocity = 96 },
    [ROLE_PERC] = { .low = 40, .high = 60, .velocity = 80, .strip = { .level = -17, .pan = 35, .low_cut_hz = 200, .room = 14 } },
};

// part ROLE INSTRUMENT|INSTRUMENT : key value key value ...
static bool part_line(Reader *r, Str rest)
{
    Style *s = r->style;
    if (s->part_count == STYLE_PARTS)
        return fault_set(r->fault, FAULT_INPUT, "more than %d parts", STYLE_PARTS);
    Str role_name, key;
    if (!str_word(&rest, &role_name))
        return fault_set(r->fault, FAULT_INPUT, "a part needs a role");
    int role = name_find(role_names, ROLE_COUNT, role_name);
    if (role < 0 || role == ROLE_DRUMS)
        return fault_set(r->fault, FAULT_INPUT, "\"" STR_FMT "\" is no role of a part", STR_ARG(role_name));

    PartStyle *part = &s->parts[s->part_count++];
    *part = part_defaults[role];
    part->role = (Role)role;
    part->max_energy = ENERGY_MAX;
    part->sections = ~0u;
    if (part->strip.width == 0)
        part->strip.width = 100;
    size_t colon;
    if (!str_find(rest, STR(" : "), &colon))
        return fault_set(r->fault, FAULT_INPUT, "a part is written: part ROLE INSTRUMENTS : KEY VALUE ...");
    Str names = str_slice(rest, 0, colon);
    rest = str_slice(rest, colon + 3, rest.length);
    if (!choices_read(r, names, part->choices, &part->choice_count))
        return false;
    while (str_word(&rest, &key))
        if (!part_word(r, part, key, &rest))
            return false;
    return part->low + 11 <= part->high || fault_set(r->fault, FAULT_INPUT, "a part needs an octave from low to high");
}

static bool mix_line(Reader *r, Str rest)
{
    MixStyle *m = &r->style->mix;
    const struct {
        Str key;
        int low, high;
        int *value;
    } numbers[] = {
        { STR("lufs10"), -300, -60, &m->lufs10 },     { STR("ceiling10"), -60, -10, &m->ceiling10 },
        { STR("kick"), -40, 0, &m->kick },            { STR("snare"), -40, 0, &m->snare },
        { STR("cymbals"), -40, 0, &m->cymbals },      { STR("toms"), -40, 0, &m->toms },
        { STR("drumroom"), 0, 100, &m->drum_room },   { STR("room"), 100, 3000, &m->room_ms },
        { STR("hall"), 500, 8000, &m->hall_ms },      { STR("delay"), 0, 3840, &m->delay_ticks },
        { STR("feedback"), 0, 80, &m->delay_feedback }, { STR("duck"), 20, 1000, &m->duck_ms },
        { STR("warmth"), 0, 100, &m->warmth },        { STR("wow"), 0, 100, &m->wow },
        { STR("glue"), 0, 100, &m->glue },            { STR("hiss"), -90, 0, &m->hiss_db },
        { STR("tilt10"), -120, 120, &m->tilt10 },     { STR("highcut"), 0, 20000, &m->high_cut_hz },
        { STR("width"), 0, 200, &m->width },
    };
    Str key;
    while (str_word(&rest, &key)) {
        size_t i = 0, count = sizeof numbers / sizeof *numbers;
        while (i < count && !str_equal(key, numbers[i].key))
            i++;
        if (i == count)
            return fault_set(r->fault, FAULT_INPUT, "mix has no \"" STR_FMT "\"", STR_ARG(key));
        if (!number_read(r, &rest, numbers[i].low, numbers[i].high, "the value", numbers[i].value))
            return fault_while(r->fault, arena_print(r->arena, STR_FMT, STR_ARG(key)).data);
    }
    return true;
}

static bool melody_line(Reader *r, Str rest)
{
    Str key;
    while (str_word(&rest, &key)) {
        if (str_equal(key, STR("phrase"))) {
            if (!number_read(r, &rest, 2, 4, "the phrase in bars", &r->style->phrase))
                return false;
        } else if (str_equal(key, STR("riff"))) {
            if (!number_read(r, &rest, 0, 100, "the chance of a riff", &r->style->riff))
                return false;
        } else
            return fault_set(r->fault, FAULT_INPUT, "melody has no \"" STR_FMT "\"", STR_ARG(key));
    }
    return true;
}

static const struct {
    Str word;
    bool (*read)(Reader *r, Str rest);
} directives[] = {
    { STR_INIT("style"), name_line },   { STR_INIT("alias"), alias_line }, { STR_INIT("tempo"), tempo_line },
    { STR_INIT("meter"), meter_line },  { STR_INIT("grid"), grid_line },   { STR_INIT("swing"), swing_line },
    { STR_INIT("length"), length_line }, { STR_INIT("mode"), mode_line },  { STR_INIT("form"), form_line },
    { STR_INIT("energy"), energy_line }, { STR_INIT("harm"), harm_line },  { STR_INIT("drums"), drums_line },
    { STR_INIT("fill"), fill_line },    { STR_INIT("kit"), kit_line },     { STR_INIT("part"), part_line },
    { STR_INIT("mix"), mix_line },      { STR_INIT("melody"), melody_line }, { STR_INIT("band"), band_line },
};

static bool line_read(Reader *r, Str line)
{
    Str word;
    if (!str_word(&line, &word) || word.data[0] == '#')
        return true;
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (str_equal(word, directives[i].word))
            return directives[i].read(r, line);
    return fault_set(r->fault, FAULT_INPUT, "unknown directive \"" STR_FMT "\"", STR_ARG(word));
}

// What every style must have said by its end.
static bool whole(Reader *r)
{
    const Style *s = r->style;
    int modes = 0;
    for (int i = 0; i < MODE_COUNT; i++)
        modes += s->mode_weights[i];
    const char *missing = s->name.length == 0 ? "style" : s->bpm_low == 0 ? "tempo" : modes == 0 ? "mode"
                        : s->form_count == 0 ? "form" : s->harm_count == 0 ? "harm"
                        : s->part_count == 0 ? "part" : s->mix.lufs10 == 0 ? "mix lufs10" : NULL;
    if (missing)
        return fault_set(r->fault, FAULT_INPUT, "the style has no \"%s\" line", missing);
    // Dense, loud music overshoots most when MP3 and Opus decode it, by 1 dB and more.
    if (s->mix.ceiling10 == 0)
        r->style->mix.ceiling10 = s->mix.lufs10 > -105 ? -25 : s->mix.lufs10 > -130 ? -19 : -15;
    if (s->beats * 4 * 960 / s->beat_unit % s->grid != 0)
        return fault_set(r->fault, FAULT_INPUT, "%d steps do not fit into a bar of %d/%d", s->grid, s->beats, s->beat_unit);
    return true;
}

// Fills what is not zero; a Style is large, and most of its pages are never needed.
static void style_blank(Style *s)
{
    static const int energy[SECTION_COUNT] = {
        [SECTION_INTRO] = 35, [SECTION_VERSE] = 55, [SECTION_PRECHORUS] = 65, [SECTION_CHORUS] = 85, [SECTION_BRIDGE] = 60,
        [SECTION_SOLO] = 75,  [SECTION_BREAK] = 30, [SECTION_BUILD] = 60,     [SECTION_OUTRO] = 35,
    };
    s->beats = s->beat_unit = s->phrase = 4;
    s->grid = 16;
    s->swing_low = s->swing_high = 50;
    s->length_ms = 120000;
    memcpy(s->energy, energy, sizeof energy);
    s->mix = (MixStyle){ .kick = -7, .snare = -8, .cymbals = -15, .toms = -12, .drum_room = 8, .room_ms = 500,
                         .hall_ms = 1800, .delay_ticks = 720, .delay_feedback = 30, .duck_ms = 180, .glue = 40, .width = 100 };
}

bool style_read(Arena *arena, const Lexicon *lexicon, Str file, Str text, Styles *all, Fault *fault)
{
    Reader reader = { arena, lexicon, ARENA_NEW(arena, Style), fault };
    style_blank(reader.style);

    Str line;
    int number = 0;
    while (str_cut(&text, '\n', &line)) {
        number++;
        if (!line_read(&reader, line))
            return fault_while(fault, arena_print(arena, STR_FMT ":%d", STR_ARG(file), number).data);
    }
    if (!whole(&reader))
        return fault_while(fault, arena_print(arena, STR_FMT ":%d", STR_ARG(file), number).data);
    if (style_find(all, reader.style->name))
        return fault_set(fault, FAULT_INPUT, STR_FMT ": there is a style \"" STR_FMT "\" already", STR_ARG(file),
                         STR_ARG(reader.style->name));
    Style **list = ARENA_ARRAY(arena, Style *, (size_t)all->count + 1);
    for (int i = 0; i < all->count; i++)
        list[i] = all->list[i];
    list[all->count++] = reader.style;
    all->list = list;
    return true;
}

bool styles_open(Arena *arena, const Lexicon *lexicon, Styles *out, Fault *fault)
{
    *out = (Styles){ 0 };
    for (int64_t i = 0; i < data_count; i++)
        if (str_ends(data_files[i].name, STR(".style")) &&
            !style_read(arena, lexicon, data_files[i].name, data_files[i].text, out, fault))
            return false;
    return true;
}

const Style *style_find(const Styles *all, Str name)
{
    for (int i = 0; i < all->count; i++)
        if (str_equal(all->list[i]->name, name))
            return all->list[i];
    return NULL;
}
