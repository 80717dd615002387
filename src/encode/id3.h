// ID3v2.4, the tags before an MP3's sound. All text is UTF-8.
#ifndef ENCODE_ID3_H
#define ENCODE_ID3_H

#include "base/buf.h"
#include "encode/tags.h"

void id3_write(const TagTexts *tags, int64_t length_ms, Buf *out);

#endif
