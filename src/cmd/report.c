#include "cmd/report.h"

#include "cmd/cmd.h"
#include "dsp/dsp.h"
#include "sys/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { REPORT_BYTES_MAX = 4 << 20 };

static double seconds_of(const Report *r)
{
    return (double)r->heard.frames / RATE_HZ;
}

static double realtime_of(const Report *r)
{
    return r->render_ms > 0.0 ? seconds_of(r) * 1000.0 / r->render_ms : 0.0;
}

static void real_member(JsonOut *json, const char *name, double value, int decimals)
{
    jsonout_key(json, name);
    jsonout_real(json, value, decimals);
}

static void files_member(JsonOut *json, const Report *r)
{
    const char *papers[] = { r->options->midi, r->options->lrc, r->options->recipe };
    jsonout_key(json, "files");
    jsonout_open(json, '[');
    for (int i = 0; i < r->file_count; i++)
        jsonout_str(json, str_of(r->files[i]));
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        if (papers[i])
            jsonout_str(json, str_of(papers[i]));
    jsonout_close(json, ']');
}

static void write_json(const Report *r, JsonOut *json)
{
    jsonout_open(json, '{');
    jsonout_key(json, "title");
    jsonout_str(json, r->song->score.title);
    jsonout_key(json, "brief");
    score_brief_json(&r->song->brief, &r->song->score, json);
    jsonout_key(json, "seed");
    jsonout_int(json, (int64_t)r->options->order.seed);
    real_member(json, "seconds", seconds_of(r), 3);
    jsonout_key(json, "sample_rate");
    jsonout_int(json, RATE_HZ);
    real_member(json, "lufs", r->render.lufs, 2);
    real_member(json, "lufs_target", r->song->score.mix.lufs10 / 10.0, 1);
    real_member(json, "true_peak_db", r->heard.true_peak_db, 2);
    real_member(json, "first_audio_ms", r->heard.first_audio_ms, 2);
    real_member(json, "compose_ms", r->compose_ms, 2);
    real_member(json, "render_ms", r->render_ms, 2);
    real_member(json, "encode_ms", r->heard.encode_ms, 2);
    real_member(json, "realtime", realtime_of(r), 1);
    jsonout_key(json, "cores");
    jsonout_int(json, r->cores);
    jsonout_key(json, "engine");
    jsonout_str(json, str_of(r->engine));
    files_member(json, r);
    jsonout_key(json, "digest");
    jsonout_open(json, '{');
    jsonout_key(json, "score");
    jsonout_str(json, r->score_digest);
    jsonout_key(json, "audio");
    jsonout_str(json, r->heard.digest);
    jsonout_close(json, '}');
    jsonout_close(json, '}');
    buf_text(json->buf, STR("\n"));
}

static void write_list(Buf *buf, const char *head, const Str *list, int count)
{
    for (int i = 0; i < count; i++) {
        buf_print(buf, "%s", i ? ", " : head);
        buf_text(buf, list[i]);
    }
    buf_text(buf, count ? STR("\n") : STR(""));
}

static void write_parts(Buf *buf, const Score *s)
{
    for (int i = 0; i < s->part_count; i++) {
        const Part *part = &s->parts[i];
        buf_print(buf, "%s" STR_FMT " (%s)", i ? ", " : "  played by   ", STR_ARG(part->instrument.name), role_names[part->role]);
    }
    buf_text(buf, STR("\n"));
}

static void write_lines(const Report *r, Buf *buf)
{
    const Score *s = &r->song->score;
    int seconds = (int)(seconds_of(r) + 0.5);
    for (int i = 0; i < r->file_count && i < 1; i++)
        buf_print(buf, "%s\n", r->files[i]);
    buf_print(buf, "  it is       " STR_FMT ", %g bpm, %s %s, %d/%d, %d:%02d\n", STR_ARG(s->style), s->bpm_milli / 1000.0,
              tonic_text(s->key).data, mode_names[s->key.mode], s->beats, s->beat_unit, seconds / 60, seconds % 60);
    write_parts(buf, s);
    buf_print(buf, "  sounds at   %.1f LUFS, true peak %.1f dBTP\n", r->render.lufs, r->heard.true_peak_db);
    buf_print(buf, "  seed        %" PRIu64 " makes it again\n", r->options->order.seed);
    buf_print(buf, "  took        %.0f ms to the first sound, %.2f s in all (%.0f times real time on %d cores)\n",
              r->heard.first_audio_ms, (r->compose_ms + r->render_ms + r->heard.encode_ms) / 1000.0, realtime_of(r), r->cores);
    write_list(buf, "  ignored     ", r->song->brief.ignored, r->song->brief.ignored_count);
    write_list(buf, "  but         ", r->song->brief.conflicts, r->song->brief.conflict_count);
}

int report_print(Arena *arena, const Report *r)
{
    if (strcmp(r->options->output, "-") == 0 || (r->options->quiet && !r->options->json))
        return EXIT_DONE;
    Buf buf = buf_make(arena, REPORT_BYTES_MAX);
    JsonOut json = { .buf = &buf };
    Fault fault;
    if (r->options->json)
        write_json(r, &json);
    else
        write_lines(r, &buf);
    return stdout_write(buf_str(&buf), &fault) ? EXIT_DONE : failed(&fault);
}
