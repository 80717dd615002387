// Wav: a song's FLAC file, heard as WAV. Nothing is stored twice: the samples are decoded as they are read,
// from any place on, so that ranges work as with a file.
//
//     44 bytes of header, then little-endian samples of 16 or 24 bits, as many as the FLAC file has
#ifndef SONG_WAV_H
#define SONG_WAV_H

#include "blob/blob.h"

typedef struct Wav Wav;

// `flac` must be whole; the Wav takes it over and closes it. Fails with BROKEN when it is not FLAC as we
// write it.
bool wav_open(BlobReader *flac, Wav **out, Fault *fault);
void wav_close(Wav *wav);
int64_t wav_length(const Wav *wav); // bytes
// Reads up to `count` bytes at `at`; `*got` 0 at the end. Going on where the last reading ended is quick.
bool wav_read(Wav *wav, int64_t at, void *bytes, size_t count, size_t *got, Fault *fault);

#endif
