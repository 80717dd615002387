#include "music/song.h"

bool library_open(Arena *arena, Library *out, Fault *fault)
{
    return lexicon_open(arena, &out->lexicon, fault) && styles_open(arena, out->lexicon, &out->styles, fault);
}

bool song_compose(Arena *arena, const Library *library, const SongOrder *order, Song *out, Fault *fault)
{
    if (!brief_read(arena, library->lexicon, order->prompt, &order->options, &out->brief, fault) ||
        !score_compose(arena, library->lexicon, &library->styles, &out->brief, order->seed, &out->score, fault))
        return false;
    perform_render(arena, &out->score, &out->performance);
    return true;
}
