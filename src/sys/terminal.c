#include "sys/terminal.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_MIN = 20, COLUMNS_MAX = 1000, COLUMNS_USUAL = 80 };

static int number(Stream stream)
{
    static const int numbers[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
    return numbers[stream];
}

bool terminal_on(Stream stream)
{
    const char *term = getenv("TERM");
    return isatty(number(stream)) && !(term && strcmp(term, "dumb") == 0);
}

int terminal_columns(Stream stream)
{
    struct winsize size;
    int64_t columns = COLUMNS_USUAL;
    if (ioctl(number(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        columns = size.ws_col;
    else if (!str_to_int(str_of(getenv("COLUMNS")), &columns))
        columns = COLUMNS_USUAL;
    return (int)(columns < COLUMNS_MIN ? COLUMNS_MIN : columns > COLUMNS_MAX ? COLUMNS_MAX : columns);
}
