#!/bin/bash
# What a person enters lies nowhere in the open: files, logs, mail, the database's own files; on both engines.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
engines=()
if command -v openssl >/dev/null && /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null; then
    engines+=(sqlite)
else
    echo "skipped - dyes on SQLite: openssl or aiosmtpd is not installed"
fi
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    engines+=(postgres)
else
    echo "skipped - dyes on PostgreSQL: PostgreSQL is not installed"
fi
[ ${#engines[@]} -eq 0 ] || exec /usr/bin/python3 -B tests/dye/dye.py "${engines[@]}"
