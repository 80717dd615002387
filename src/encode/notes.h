// Notes: the score as pages draw it: sections, chords and every part's notes, in milliseconds.
#ifndef ENCODE_NOTES_H
#define ENCODE_NOTES_H

#include "base/buf.h"
#include "score/score.h"

// One JSON object. Notes and chords stand as flat lists of whole numbers, four and four:
//
//     "notes":[start_ms,length_ms,pitch,velocity, ...]     "chords":[start_ms,length_ms,root,tones, ...]
//
// `pitch` is a MIDI key, for kits a drum's; bit n of `tones` is pitch class n. Parts are in the order of the
// stems.
void notes_write(const Score *score, Buf *out);

#endif
