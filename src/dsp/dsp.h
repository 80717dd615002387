// What every sounding part agrees on.
#ifndef DSP_DSP_H
#define DSP_DSP_H

enum {
    RATE_HZ = 48000,   // of all audio inside
    BLOCK_FRAMES = 64, // frames are made in blocks of this size, and control values change between them
};

#endif
