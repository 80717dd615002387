// Log lines: built whole, written with one call, so that lines of threads and processes do not mix.
#include "sys/log.h"

#include "sys/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_int least_level = LOG_INFO;

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_level(LogLevel least)
{
    atomic_store(&least_level, (int)least);
}

static size_t stamp(char *out, size_t size)
{
    int64_t now = clock_now();
    time_t seconds = (time_t)(now / MS_SECOND);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    size_t length = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &utc);
    return length + (size_t)snprintf(out + length, size - length, ".%03dZ ", (int)(now % MS_SECOND));
}

void log_line(LogLevel level, const char *format, ...)
{
    if ((int)level < atomic_load(&least_level))
        return;
    char line[1024];
    size_t length = stamp(line, sizeof line);
    length += (size_t)snprintf(line + length, sizeof line - length, "%s ", level_names[level]);
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(line + length, sizeof line - length - 1, format, args);
    va_end(args);
    size_t room = sizeof line - length - 2, added = wanted < 0 ? 0 : (size_t)wanted;
    size_t end = length + (added < room ? added : room);
    for (size_t i = length; i < end; i++)
        if ((unsigned char)line[i] < 32 || line[i] == 127)
            line[i] = '?';
    line[end] = '\n';
    ssize_t done = write(STDERR_FILENO, line, end + 1);
    (void)done; // there is nobody left to tell
}

bool log_within(LogMeter *meter)
{
    long long now = (long long)(clock_ms() / MS_SECOND), was = atomic_load(&meter->second);
    if (now != was && atomic_compare_exchange_strong(&meter->second, &was, now)) {
        int lines = atomic_exchange(&meter->lines, 0);
        if (lines > LOG_METER_LINES)
            log_warn("log.held_back count=%d", lines - LOG_METER_LINES);
    }
    return atomic_fetch_add(&meter->lines, 1) < LOG_METER_LINES;
}
