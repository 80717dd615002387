#!/bin/bash
# The shop against a stand-in for Stripe: what goes out, what comes in, and a ledger that ends the same whatever is
# lost, repeated or late; on both engines side by side.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
other=$(mktemp) postgres=
trap '[ -z "$postgres" ] || kill "$postgres" 2>/dev/null; rm -f "$other"' EXIT
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    /usr/bin/python3 -B tests/stripe/run.py --engine postgres signatures shuffles >"$other" 2>&1 &
    postgres=$!
else
    echo "skipped - the shop on PostgreSQL: PostgreSQL is not installed"
fi
bad=0
/usr/bin/python3 -B tests/stripe/run.py --engine sqlite || bad=1
[ -z "$postgres" ] || wait "$postgres" || bad=1
postgres=
cat "$other"
exit "$bad"
