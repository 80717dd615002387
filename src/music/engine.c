// One table a build: the makefile compiles this folder, synth, master and dsp for plain x86-64
// and for AVX2, and names the table by -DENGINE.
#include "music/engine.h"

const Engine ENGINE = {
#ifdef __AVX2__
    "avx2",
#else
    "portable",
#endif
    engine_render,
};
