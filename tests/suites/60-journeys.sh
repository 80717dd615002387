#!/bin/bash
# Journeys of people through the real service, as a browser without script makes them; on both engines, side by side.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
bad=0
/usr/bin/python3 -B tests/journeys/selftest.py || bad=1
other=$(mktemp)
trap 'rm -f "$other"' EXIT
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    /usr/bin/python3 -B tests/journeys/run.py --engine postgres >"$other" 2>&1 &
    postgres=$!
else
    echo "skipped - journeys on PostgreSQL: PostgreSQL is not installed"
    postgres=
fi
/usr/bin/python3 -B tests/journeys/run.py --engine sqlite || bad=1
[ -z "$postgres" ] || wait "$postgres" || bad=1
cat "$other"
exit "$bad"
