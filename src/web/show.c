// Show: values as people read them.
#include "web/show.h"

#include "sys/clock.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static struct tm utc_of(int64_t at)
{
    time_t seconds = (time_t)(at / MS_SECOND);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    return utc;
}

Str show_time(Arena *arena, int64_t at)
{
    char text[64];
    struct tm utc = utc_of(at);
    if (at == 0)
        return STR("never");
    return arena_copy(arena, (Str){ text, strftime(text, sizeof text, "%d %b %Y, %H:%M UTC", &utc) });
}

Str show_day(Arena *arena, int64_t at)
{
    char text[64];
    struct tm utc = utc_of(at);
    return arena_copy(arena, (Str){ text, strftime(text, sizeof text, "%d %b %Y", &utc) });
}

Str show_length(Arena *arena, int64_t ms)
{
    int64_t seconds = (ms + 500) / MS_SECOND;
    return ms == 0 ? STR("") : arena_print(arena, "%" PRId64 ":%02d", seconds / 60, (int)(seconds % 60));
}

Str show_money(Arena *arena, int64_t amount, int decimals, const char *currency)
{
    char code[8] = "";
    int64_t unit = 1;
    for (size_t i = 0; currency[i] && i + 1 < sizeof code; i++)
        code[i] = (char)(currency[i] - 'a' + 'A');
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    if (unit == 1)
        return arena_print(arena, "%" PRId64 " %s", amount, code);
    return arena_print(arena, "%" PRId64 ".%0*" PRId64 " %s", amount / unit, decimals, amount % unit, code);
}

Str show_job(const Job *job)
{
    switch (job->state) {
    case JOB_QUEUED:
        return STR("Waiting");
    case JOB_RUNNING:
        if (str_equal(job->stage, STR("playing")))
            return STR("Playing");
        return str_equal(job->stage, STR("finishing")) ? STR("Finishing") : STR("Composing");
    case JOB_DONE:
        return STR("Ready");
    case JOB_FAILED:
        return STR("Failed");
    case JOB_CANCELLED:
        return STR("Cancelled");
    }
    return STR("");
}

Str show_reason(Str reason)
{
    static const struct {
        Str word, sentence;
    } reasons[] = {
        { STR_INIT("refused"),
          STR_INIT("The engine cannot make this song. Please change the description. It cost nothing.") },
        { STR_INIT("silent"), STR_INIT("The song came out silent, so it was thrown away. It cost nothing. "
                                       "Please describe it a little differently.") },
        { STR_INIT("clipped"),
          STR_INIT("The song came out distorted, so it was thrown away. It cost nothing. "
                   "Please describe it a little differently.") },
        { STR_INIT("length"),
          STR_INIT("The song came out too long or too short, so it was thrown away. It cost nothing. "
                   "Please ask for another length.") },
        { STR_INIT("abrupt"),
          STR_INIT("The song broke off instead of ending, so it was thrown away. It cost nothing. "
                   "Please ask for another length.") },
        { STR_INIT("undecodable"),
          STR_INIT(
              "The song's files could not be played, three times, so they were thrown away. It cost nothing. "
              "Please try again.") },
        { STR_INIT("cancelled"), STR_INIT("You cancelled it. It cost nothing.") },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (str_equal(reasons[i].word, reason))
            return reasons[i].sentence;
    return reason.length == 0 ? reason
                              : STR("The engine failed three times. It cost nothing. Please try again.");
}

Page *show_page(Request *request, const char *title)
{
    Page *page = page_make(request->arena);
    page_text(page, "title", str_of(title));
    page_text(page, "csrf", request->csrf);
    return page;
}

bool show_again(Request *request, const char *name, Page *page, Fault *fault)
{
    int status = 422;
    switch (fault->kind) {
    case FAULT_INPUT:
        break;
    case FAULT_CONFLICT:
        status = 409;
        break;
    case FAULT_CREDIT:
        status = 402;
        break;
    case FAULT_LIMIT:
        status = 429;
        break;
    default:
        return false; // an error page of its own
    }
    page_text(page, "error", str_of(fault->text));
    page_flag(page, "credits_needed", status == 402);
    return reply_page(request, status, name, page);
}

bool read_number(const Request *request, const char *field, const char *label, int64_t least, int64_t most,
                 int64_t *out, Fault *fault)
{
    Str text = request_field(request, field);
    *out = 0;
    if (text.length == 0)
        return true;
    if (str_to_int(text, out) && *out >= least && *out <= most)
        return true;
    return fault_set(fault, FAULT_INPUT, "%s must be a whole number from %" PRId64 " to %" PRId64 ".", label,
                     least, most);
}

bool show_wallet(Request *request, Wallet *out, Fault *fault)
{
    if (!credit_wallet(request->db, request->account, out, fault))
        return false;
    if (out->lines > 0)
        return true;
    return credit_welcome(request->db, request->account, request->site->config->welcome, fault) &&
           credit_wallet(request->db, request->account, out, fault);
}

Str safe_path(Str path, Str otherwise)
{
    if (path.length == 0 || path.length > 500 || path.data[0] != '/')
        return otherwise;
    if (path.length > 1 && (path.data[1] == '/' || path.data[1] == '\\'))
        return otherwise;
    for (size_t i = 0; i < path.length; i++)
        if ((unsigned char)path.data[i] <= ' ' || path.data[i] == '\\' || (unsigned char)path.data[i] >= 127)
            return otherwise;
    return path;
}

Str song_href(Arena *arena, SongId id)
{
    return arena_print(arena, "/songs/" STR_FMT, STR_ARG(id_text(arena, id.n)));
}
