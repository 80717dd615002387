#!/bin/bash
# What was promised holds through kills, full disks, locked databases, lost keys, wrong clocks, stopped workers and
# restarts; on both engines side by side, since most of it is waiting. `make kill` is the long form.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
make --no-print-directory -s "${OUT:-build}/ledger_life" || exit 1
one=$(mktemp) two=$(mktemp) first= second=
trap 'kill $first $second 2>/dev/null; wait; rm -f "$one" "$two"' EXIT
/usr/bin/python3 -B tests/faults/run.py --copies 1 --engine sqlite >"$one" 2>&1 &
first=$!
/usr/bin/python3 -B tests/faults/run.py --copies 1 --engine postgres >"$two" 2>&1 &
second=$!
bad=0
wait $first || bad=1
wait $second || bad=1
cat "$one" "$two"
exit "$bad"
