#include "base/crc.h"

void crc_tune(CrcTable *table)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++)
            value = value & 1 ? value >> 1 ^ 0xedb88320U : value >> 1;
        table->of[i] = value;
    }
}

uint32_t crc_run(const CrcTable *table, uint32_t before, const void *bytes, size_t count)
{
    uint32_t sum = ~before;
    for (const unsigned char *at = bytes; count > 0; at++, count--)
        sum = table->of[(sum ^ *at) & 255] ^ sum >> 8;
    return ~sum;
}
