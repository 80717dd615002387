// Log: one line per event on standard error, for someone searching later.
//
//     2026-01-02T03:04:05.678Z info job.done job=0d3k... took_ms=5120
//
// Ids, counts and durations only: never a prompt, a lyric, a mail address, a token or somebody's reply.
// Line ends and control characters in the text are replaced, so that a line is always one event.
#ifndef SYS_LOG_H
#define SYS_LOG_H

#include <stdatomic.h>
#include <stdbool.h>

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;

void log_level(LogLevel least); // LOG_INFO at the start
void log_line(LogLevel level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

// Lines that strangers can cause at will: so many in a second of the process's time, so that nobody fills a
// disk with them. The rest are counted, and told as log.held_back when the next one comes.
enum { LOG_METER_LINES = 50 };
typedef struct LogMeter {
    atomic_llong second;
    atomic_int lines;
} LogMeter; // all zero at the start; safe from all threads
bool log_within(LogMeter *meter);

#endif
