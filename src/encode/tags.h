// The texts that go into a file's tags: valid UTF-8, without control characters, of a sane length.
#ifndef ENCODE_TAGS_H
#define ENCODE_TAGS_H

#include "encode/encode.h"

typedef struct TagTexts { // each terminated
    Str title;            // with the stem's name, "Night Train - bass"
    Str comment;          // "AI-generated. Seed 7. SonicStacker 0.1.0 built-in. Prompt: ..."
    Str prompt;
    Str seed;
    Str engine;
} TagTexts;

TagTexts tags_text(Arena *arena, const Tags *tags);

// At most `limit` bytes, cut between characters with "..." at the end. Bytes that are not UTF-8
// become "?", and runs of blanks, line ends and control characters become one space.
Str tag_clean(Arena *arena, Str text, size_t limit);

#endif
