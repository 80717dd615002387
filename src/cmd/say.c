// What goes wrong is said in one line on standard error.
#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>

int failed(const Fault *fault)
{
    if (fault->kind != FAULT_MISSING)
        fprintf(stderr, "sonicstacker: %s\n", fault->text);
    return EXIT_FAILED;
}

int misused(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("sonicstacker: ", stderr);
    vfprintf(stderr, format, list);
    fputs(" See: sonicstacker help\n", stderr);
    va_end(list);
    return EXIT_USAGE;
}
