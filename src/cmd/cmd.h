// The command line. Every command returns the process's exit status: 0 done; 1 refused or failed,
// after one line on standard error that says what to do; 2 wrong usage.
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/arena.h"
#include "base/fault.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

int cmd_make(int argc, char **argv);  // argv[0] is the command's own name
int cmd_brief(int argc, char **argv);
int cmd_styles(int argc, char **argv);
int cmd_voices(int argc, char **argv);
int cmd_engines(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_work(int argc, char **argv);
int cmd_run(int argc, char **argv); // both
int cmd_admin(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_version(int argc, char **argv);

int failed(const Fault *fault);  // says it, gives EXIT_FAILED; a reader that went away is not spoken of
int misused(const char *format, ...) __attribute__((format(printf, 1, 2))); // says it, gives EXIT_USAGE

void help_print(const char *command); // its help text, on standard output

#endif
