// Packs: the sections [pack NAME] of the configuration. Used inside this folder only.
#ifndef SYS_CONFIG_PACK_H
#define SYS_CONFIG_PACK_H

#include "sys/config.h"

// One line of a section. INPUT with the file's path and what to change.
bool pack_set(Arena *arena, Config *config, const char *pack, const char *name, Str value, const char *path,
              Fault *fault);
bool packs_fit(const Config *config, Fault *fault); // each is whole

#endif
