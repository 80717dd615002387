// Messages: what a song's child says through its pipe, and a reader that does not trust it.
// Used inside this folder only.
//
//     length u32 of what follows the type | type u8 |
//         COMPOSED  length_ms u32 | bytes of the title u32 | title | brief
//         BYTES     kind u8 | bytes
//         PROGRESS  stage u8 | thousandths u16
//         DONE      loudness i32, thousandths of a LUFS | true peak i32, likewise | length_ms u32 | verdict u8
//         REFUSED   kind of fault u8 | sentence
//
// Numbers are little-endian. COMPOSED comes first, DONE or REFUSED last; nothing may follow.
#ifndef PROVIDER_MESSAGES_H
#define PROVIDER_MESSAGES_H

#include "provider/provider.h"

enum { MESSAGE_HEAD = 5, MESSAGE_MAX = 1 << 19 };

typedef enum MessageType {
    MESSAGE_COMPOSED = 1,
    MESSAGE_BYTES,
    MESSAGE_PROGRESS,
    MESSAGE_DONE,
    MESSAGE_REFUSED,
} MessageType;

typedef enum MadeKind {
    MADE_MP3,
    MADE_FLAC,
    MADE_OPUS,
    MADE_MID,
    MADE_LRC,
    MADE_RECIPE,
    MADE_PEAKS,
    MADE_STEMS,
    MADE_SCORE,
    MADE_COUNT,
} MadeKind;

typedef enum Stage { STAGE_COMPOSING, STAGE_PLAYING, STAGE_FINISHING, STAGE_COUNT } Stage;

// ---- the child's side; all return false when the pipe is gone

bool message_composed(int fd, Arena *arena, const ComposedFacts *facts);
bool message_bytes(int fd, MadeKind kind, const void *bytes, size_t count); // cut into messages
bool message_progress(int fd, Stage stage, int thousandths);
bool message_done(int fd, const DoneFacts *facts);
bool message_refused(int fd, const Fault *fault);

// ---- the reader's side

typedef struct MessageReader MessageReader;

MessageReader *messages_open(Arena *arena, const Taker *taker, bool stems);
void *messages_room(MessageReader *reader, size_t *room); // where the next bytes go; there is always room
// `count` bytes are there now: hands whole messages to the taker. False: BROKEN, what REFUSED said, or the
// taker's own fault.
bool messages_got(MessageReader *reader, size_t count, Fault *fault);
bool messages_ended(const MessageReader *reader); // DONE came and was taken

#endif
