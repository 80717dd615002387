// Values of PostgreSQL as they travel: whole numbers in network order, text and bytes as they are.
#include "db/postgres.h"

#include <limits.h>

// Of the system catalogue; they never change.
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_VARCHAR = 1043
};

PgType pg_type(Oid oid)
{
    switch (oid) {
    case OID_INT8:
        return PG_INT8;
    case OID_INT4:
        return PG_INT4;
    case OID_INT2:
        return PG_INT2;
    case OID_BOOL:
        return PG_BOOL;
    case OID_TEXT:
    case OID_VARCHAR:
    case OID_NAME:
        return PG_TEXT;
    case OID_BYTEA:
        return PG_BYTEA;
    default:
        return PG_UNKNOWN;
    }
}

static int width(PgType type)
{
    return type == PG_INT8 ? 8 : type == PG_INT4 ? 4 : type == PG_INT2 ? 2 : 1;
}

int64_t pg_int_read(PgType type, const char *bytes)
{
    int count = width(type);
    uint64_t n = bytes[0] & 0x80 && type != PG_BOOL ? UINT64_MAX : 0; // the sign
    for (int i = 0; i < count; i++)
        n = n << 8 | (unsigned char)bytes[i];
    return (int64_t)n;
}

static bool fits(PgType type, int64_t n)
{
    switch (type) {
    case PG_INT8:
        return true;
    case PG_INT4:
        return n >= INT32_MIN && n <= INT32_MAX;
    case PG_INT2:
        return n >= INT16_MIN && n <= INT16_MAX;
    case PG_BOOL:
        return n == 0 || n == 1;
    default:
        return false;
    }
}

bool pg_param(PgType type, const DbValue *value, unsigned char number[8], const char **bytes, int *length)
{
    *bytes = NULL;
    *length = 0;
    switch (value->type) {
    case DB_NULL_VALUE:
        return true;
    case DB_INT_VALUE:
        if (!fits(type, value->n))
            return false;
        *length = width(type);
        for (int i = 0; i < *length; i++)
            number[i] = (unsigned char)((uint64_t)value->n >> 8 * (*length - 1 - i));
        *bytes = (const char *)number;
        return true;
    default:
        if (type != (value->type == DB_TEXT_VALUE ? PG_TEXT : PG_BYTEA) || value->s.length > INT_MAX)
            return false;
        *bytes = value->s.length ? value->s.data : "";
        *length = (int)value->s.length;
        return true;
    }
}
