// Running other programs on what was written. A tool that is not there means the test is skipped, with
// a line that says so.
#ifndef TESTS_ENCODE_TOOL_H
#define TESTS_ENCODE_TOOL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/test.h"

static inline void tool_need(const char *name)
{
    Str command = arena_print(test_arena(), "command -v %s >/dev/null 2>&1", name);
    if (system(command.data) == 0)
        return;
    print_message("skipped: %s is not installed\n", name);
    skip();
}

// What the command prints; it must succeed. "2>&1" in it includes its complaints.
static inline Str tool_run(Str command)
{
    enum { OUTPUT_MAX = 64 * 1024 * 1024 };
    Buf output = buf_make(test_arena(), OUTPUT_MAX);
    FILE *pipe = popen(command.data, "r");
    CHECK(pipe != NULL);
    char piece[65536];
    for (size_t got; (got = fread(piece, 1, sizeof piece, pipe)) > 0;)
        buf_bytes(&output, piece, got);
    int status = pclose(pipe);
    if (status != 0)
        print_error("%s\n" STR_FMT "\n", command.data, STR_ARG(buf_str(&output)));
    CHECK_INT(status, 0);
    return buf_str(&output);
}

// Writes a file that `tool_forget` removes.
static inline Str tool_file(const void *bytes, size_t count, const char *ending)
{
    Str path = arena_print(test_arena(), "/tmp/sonicstacker-test-%ld%s", (long)getpid(), ending);
    FILE *file = fopen(path.data, "wb");
    CHECK(file != NULL);
    CHECK_INT(fwrite(bytes, 1, count, file), count);
    CHECK_INT(fclose(file), 0);
    return path;
}

static inline void tool_forget(Str path)
{
    remove(path.data);
}

static inline bool tool_says(Str output, const char *part)
{
    size_t at;
    if (str_find(output, str_of(part), &at))
        return true;
    print_error("\"%s\" is not in:\n" STR_FMT "\n", part, STR_ARG(output));
    return false;
}

#endif
