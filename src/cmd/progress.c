#include "cmd/progress.h"

#include "dsp/dsp.h"
#include "sys/clock.h"
#include "sys/terminal.h"

#include <stdio.h>

enum { REDRAW_MS = 80, BAR_MOST = 40, TEXT_COLUMNS = 30 };

void progress_open(Progress *p, int64_t frames, bool quiet)
{
    *p = (Progress){ .frames = frames };
    if (quiet || !terminal_on(STREAM_ERROR))
        return;
    int room = terminal_columns(STREAM_ERROR) - TEXT_COLUMNS;
    p->width = room > BAR_MOST ? BAR_MOST : room > 5 ? room : 5;
}

void progress_show(Progress *p, int64_t frames)
{
    if (p->width == 0 || clock_ms() < p->next_ms)
        return;
    char bar[BAR_MOST + 1];
    int full = (int)(p->width * frames / p->frames);
    for (int i = 0; i < p->width; i++)
        bar[i] = i < full ? '=' : i == full ? '>' : ' ';
    bar[p->width] = '\0';
    int now = (int)(frames / RATE_HZ), all = (int)(p->frames / RATE_HZ);
    fprintf(stderr, "\r[%s] %3d%%  %d:%02d of %d:%02d", bar, (int)(100 * frames / p->frames), now / 60, now % 60,
            all / 60, all % 60);
    fflush(stderr);
    p->drawn = true;
    p->next_ms = clock_ms() + REDRAW_MS;
}

void progress_close(Progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
}
