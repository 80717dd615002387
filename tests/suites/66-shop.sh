#!/bin/bash
# The shop against a stand-in for Stripe: what goes out, what comes in, what people see, and a ledger that ends the
# same whatever is lost, repeated or late; side by side, since most of it is waiting.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
logs=$(mktemp -d) running=()
trap '[ ${#running[@]} -eq 0 ] || kill "${running[@]}" 2>/dev/null; wait; rm -rf "$logs"' EXIT

begin() { # WORDS ...: a run of its own, with its service and its stand-in
    /usr/bin/python3 -B tests/stripe/run.py "$@" >"$logs/${#running[@]}" 2>&1 &
    running+=($!)
}

begin --engine sqlite stand-in signatures journeys outside leaks
begin --engine sqlite trouble shuffles outside
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    begin --engine postgres signatures journeys shuffles
else
    echo "skipped - the shop on PostgreSQL: PostgreSQL is not installed"
fi
bad=0
for i in "${!running[@]}"; do
    wait "${running[$i]}" || bad=1
    cat "$logs/$i"
done
running=()
exit "$bad"
