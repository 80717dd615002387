#!/bin/bash
# The short form of the gates: a few songs against independent measuring programs, and proof that the
# gates notice what is broken. `make gates` is the long form, of every style; see docs/gates.md.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export OUT=${OUT:-build} PYTHONDONTWRITEBYTECODE=1

for tool in /usr/bin/python3 g++ ffmpeg ffprobe sox aubio bpm fpcalc midi2abc; do
    command -v "$tool" >/dev/null || missing="${missing:-} $tool"
done
/usr/bin/python3 -c 'import numpy, mido' 2>/dev/null || missing="${missing:-} python3-numpy python3-mido"
if [ -n "${missing:-}" ]; then
    echo "skipped - songs pass the gates:$missing is not installed"
    exit 0
fi

make --no-print-directory "$OUT/gates/detector" || exit 1
status=0
/usr/bin/python3 tests/gates/selftest.py || status=1
/usr/bin/python3 tests/gates/run.py --short || status=1
exit $status
