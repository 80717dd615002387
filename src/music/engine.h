// The two builds of the render path. Inside music/ only.
#ifndef MUSIC_ENGINE_H
#define MUSIC_ENGINE_H

#include "music/song.h"

extern const Engine engine_portable, engine_avx2;

bool engine_render(const Song *song, const SoundFont *font, const Workers *workers, const Listener *listener,
                   RenderReport *report, Fault *fault);

#endif
