#include "music/engine.h"

const Engine *engine_find(bool portable)
{
    return !portable && __builtin_cpu_supports("avx2") ? &engine_avx2 : &engine_portable;
}
