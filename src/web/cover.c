#include "web/cover.h"

#include "base/buf.h"

#include <jansson.h>
#include <math.h>

enum { COLOURS = 4, SIDE = 120, ROWS = 4, BARS = 12 };

typedef struct Palette {
    const char *back;
    const char *colours[COLOURS];
} Palette;

static const Palette palettes[] = {
    { "#1d1814", { "#ff7d5c", "#f0b14a", "#4fc0b1", "#86a4ec" } },
    { "#f3e3cf", { "#c2371a", "#d98e1f", "#1f8a7d", "#3b5ba5" } },
    { "#16324a", { "#ffd166", "#ef8354", "#f7f0e3", "#4fc0b1" } },
    { "#4a1d2f", { "#ffb4a2", "#f0b14a", "#e5989b", "#f7f0e3" } },
    { "#1f4037", { "#f7f0e3", "#f0b14a", "#9cc873", "#ff8b66" } },
    { "#e9c46a", { "#264653", "#c2371a", "#2a6f6b", "#7a3b2e" } },
    { "#2d2a4a", { "#d285c6", "#86a4ec", "#f0b14a", "#f7f0e3" } },
};

// Numbers of songs come from the clock, so neighbours must not look alike.
static uint64_t mixed(int64_t number)
{
    uint64_t x = (uint64_t)number + 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static const char *colour(const Palette *palette, uint64_t turn, int index)
{
    return palette->colours[((uint64_t)index + turn) % COLOURS];
}

static void draw_rows(Buf *svg, const Palette *palette, uint64_t turn, const double *loud)
{
    enum { STEPS = COVER_STEPS / ROWS };
    for (int row = 0; row < ROWS; row++) {
        double middle = 24 + row * 24;
        buf_print(svg, "<path stroke=\"%s\" stroke-width=\"2.6\" d=\"", colour(palette, turn, row));
        for (int i = 0; i < STEPS; i++) {
            double half = 0.4 + 9.5 * loud[row * STEPS + i];
            buf_print(svg, "M%.1f %.1fv%.1f", 14.0 + i * 4.0, middle - half, 2.0 * half);
        }
        buf_text(svg, STR("\"/>"));
    }
}

static double mean(const double *loud, int count)
{
    double sum = 0.0;
    for (int i = 0; i < count; i++)
        sum += loud[i];
    return sum / count;
}

// As in the name's mark: bars hang at the left and at the right by turns.
static void draw_bars(Buf *svg, const Palette *palette, uint64_t turn, const double *loud)
{
    enum { STEPS = COVER_STEPS / BARS };
    for (int bar = 0; bar < BARS; bar++) {
        double length = 10.0 + 74.0 * mean(loud + bar * STEPS, STEPS);
        double y = 15.5 + bar * 8.1;
        bool right = (turn >> bar & 1) != 0;
        buf_print(svg, "<path stroke=\"%s\" stroke-width=\"5\" d=\"M%.1f %.1fh%.1f\"/>",
                  colour(palette, turn, bar), right ? 106.0 - length : 14.0, y, length);
    }
}

static void draw_rays(Buf *svg, const Palette *palette, uint64_t turn, const double *loud)
{
    enum { EACH = COVER_STEPS / COLOURS };
    for (int part = 0; part < COLOURS; part++) {
        buf_print(svg, "<path stroke=\"%s\" stroke-width=\"2.2\" d=\"", colour(palette, turn, part));
        for (int i = part * EACH; i < (part + 1) * EACH; i++) {
            double angle = 2.0 * 3.14159265 * i / COVER_STEPS - 3.14159265 / 2, inner = 20.0,
                   outer = inner + 1.0 + 29.0 * loud[i];
            buf_print(svg, "M%.1f %.1fL%.1f %.1f", 60 + inner * cos(angle), 60 + inner * sin(angle),
                      60 + outer * cos(angle), 60 + outer * sin(angle));
        }
        buf_text(svg, STR("\"/>"));
    }
}

Str cover_draw(Arena *arena, SongId song, const double loud[COVER_STEPS])
{
    static void (*const shapes[])(Buf *, const Palette *, uint64_t, const double *) = { draw_rows, draw_bars,
                                                                                        draw_rays };
    Buf svg = buf_make(arena, COVER_BYTES_MAX);
    uint64_t dice = mixed(song.n);
    const Palette *palette = &palettes[dice % (sizeof palettes / sizeof *palettes)];
    buf_print(&svg,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" fill=\"none\" "
              "stroke-linecap=\"round\"><path fill=\"%s\" d=\"M0 0h%dv%dh-%dz\"/>",
              SIDE, SIDE, palette->back, SIDE, SIDE, SIDE);
    shapes[(dice >> 8) % (sizeof shapes / sizeof *shapes)](&svg, palette, dice >> 20, loud);
    buf_text(&svg, STR("</svg>"));
    return buf_str(&svg);
}

bool cover_read(Str peaks, double loud[COVER_STEPS])
{
    json_t *root = json_loadb(peaks.data, peaks.length, 0, NULL);
    const json_t *list = json_object_get(root, "peaks");
    size_t count = json_array_size(list);
    double most = 1.0;
    for (int i = 0; i < COVER_STEPS; i++) {
        size_t from = (size_t)i * count / COVER_STEPS, to = (size_t)(i + 1) * count / COVER_STEPS;
        loud[i] = 0.0;
        for (size_t k = from; k < to; k++)
            loud[i] += json_number_value(json_array_get(list, k)) / (double)(to - from);
        most = fmax(most, loud[i]);
    }
    json_decref(root);
    for (int i = 0; i < COVER_STEPS; i++)
        loud[i] = pow(fmin(fmax(loud[i] / most, 0.0), 1.0), 1.5); // so that the quiet parts are seen
    return count > 0;
}

void cover_guess(SongId song, double loud[COVER_STEPS])
{
    uint64_t dice = mixed(song.n);
    double slow = 2.0 + (double)(dice >> 40 & 7), quick = 9.0 + (double)(dice >> 44 & 15);
    for (int i = 0; i < COVER_STEPS; i++) {
        double at = 3.14159265 * i / COVER_STEPS;
        loud[i] = fabs(0.55 * sin(slow * at) * cos(quick * at)) + 0.2;
    }
}
