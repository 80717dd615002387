// Which engine a database's name means. Used inside this folder only.
#ifndef DB_URL_H
#define DB_URL_H

#include "base/str.h"

static inline bool url_is_postgres(const char *where)
{
    Str name = str_of(where);
    return str_starts(name, STR("postgres://")) || str_starts(name, STR("postgresql://"));
}

#endif
