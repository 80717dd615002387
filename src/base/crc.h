// CRC-32 as zip files have it: polynomial 0xedb88320, bits from the lowest.
#ifndef BASE_CRC_H
#define BASE_CRC_H

#include <stddef.h>
#include <stdint.h>

typedef struct CrcTable {
    uint32_t of[256];
} CrcTable;

void crc_tune(CrcTable *table);
uint32_t crc_run(const CrcTable *table, uint32_t before, const void *bytes, size_t count); // begins with 0

#endif
