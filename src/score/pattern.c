#include "score/pattern.h"

#include <string.h>

static bool euclid_read(Str text, int grid, char *steps, Fault *fault)
{
    Str inside = str_slice(text, 2, text.length - 1), piece;
    int64_t number[3] = { 0, 0, 0 };
    int count = 0;
    while (count < 3 && str_cut(&inside, ',', &piece))
        if (!str_to_int(str_trim(piece), &number[count++]))
            return fault_set(fault, FAULT_INPUT, "\"" STR_FMT "\" is not E(strokes,steps,turn)",
                             STR_ARG(text));
    int64_t strokes = number[0], n = number[1], turn = number[2];
    if (count < 2 || n < 1 || n > grid || strokes < 1 || strokes > n || turn < 0 || turn > n)
        return fault_set(fault, FAULT_INPUT, "\"" STR_FMT "\" is out of range", STR_ARG(text));

    for (int i = 0; i < grid; i++) {
        int64_t at = (i + turn) % n;
        steps[i] = at * strokes % n < strokes ? '8' : '.';
    }
    return true;
}

static bool bar_read(Str text, int grid, const char *allowed, char *steps, Fault *fault)
{
    if (str_starts(text, STR("E(")) && str_ends(text, STR(")")))
        return euclid_read(text, grid, steps, fault);
    if (text.length > (size_t)grid)
        return fault_set(fault, FAULT_INPUT, "\"" STR_FMT "\" has more than %d steps", STR_ARG(text), grid);

    memset(steps, '.', (size_t)grid);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '\0' || (c != '.' && c != '-' && !strchr(allowed, c)))
            return fault_set(fault, FAULT_INPUT, "a step of \"" STR_FMT "\" is none of . - %s", STR_ARG(text),
                             allowed);
        steps[i] = c;
    }
    return true;
}

bool pattern_read(Str text, int grid, const char *allowed, Pattern *out, Fault *fault)
{
    *out = (Pattern){ .grid = grid };
    Str piece;
    if (text.length == 0)
        return fault_set(fault, FAULT_INPUT, "an empty pattern");
    while (str_cut(&text, '|', &piece)) {
        if ((out->bars + 1) * grid > STEPS_MAX)
            return fault_set(fault, FAULT_INPUT, "a pattern has more than %d steps", STEPS_MAX);
        if (!bar_read(piece, grid, allowed, out->step + out->bars * grid, fault))
            return false;
        out->bars++;
    }
    return true;
}

char pattern_at(const Pattern *pattern, int bar, int index)
{
    if (pattern->bars == 0)
        return '.';
    return pattern->step[bar % pattern->bars * pattern->grid + index % pattern->grid];
}

int pattern_hold(const Pattern *pattern, int bar, int index, int steps)
{
    int hold = 1;
    while (index + hold < steps && pattern_at(pattern, bar, index + hold) == '-')
        hold++;
    return hold;
}
