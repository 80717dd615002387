// sonicstacker: describe a song, hear it at once, own it.
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    { "make", cmd_make },     { "brief", cmd_brief },     { "styles", cmd_styles },
    { "voices", cmd_voices }, { "engines", cmd_engines }, { "serve", cmd_serve },
    { "work", cmd_work },     { "run", cmd_run },         { "admin", cmd_admin },
    { "doctor", cmd_doctor }, { "help", cmd_help },       { "version", cmd_version },
};

int main(int argc, char **argv)
{
    if (argc < 2) {
        help_print(NULL);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        name = "version";
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return misused("There is no command \"%s\".", argv[1]);
}
