// Cover: a picture of a song, drawn from how loud it is from moment to moment. The same song always has the
// same picture; which colours and which of the shapes comes from its number.
//
//     rows     the song in four lines, one under the other
//     bars     a stack of bars, as long as the song is loud
//     rays     around a circle, once from beginning to end
#ifndef WEB_COVER_H
#define WEB_COVER_H

#include "song/library.h"

enum { COVER_STEPS = 96, COVER_BYTES_MAX = 16 << 10 };

// `loud`: 0..1, of COVER_STEPS moments. The SVG comes back.
Str cover_draw(Arena *arena, SongId song, const double loud[COVER_STEPS]);
// The loudness of the moments out of peaks.json; false when it is none.
bool cover_read(Str peaks, double loud[COVER_STEPS]);
// Of a song that has no peaks yet: quiet waves of its own.
void cover_guess(SongId song, double loud[COVER_STEPS]);

#endif
