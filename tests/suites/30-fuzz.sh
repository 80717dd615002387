#!/bin/bash
# The fuzz targets, a few seconds each; `make fuzz` runs them for a minute.
set -uo pipefail
out=${OUT:-build}
cd "$(dirname "$0")/../.." || exit 1
mkdir -p "$out/fuzz"
names=$(for file in tests/fuzz/*_fuzz.c; do basename "$file" _fuzz.c; done)

cannot() { # why clang cannot build a fuzz target here; nothing when it can
    command -v clang >/dev/null || { echo "clang is not installed"; return; }
    local probe=$out/fuzz/probe
    echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n); int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { (void)d; (void)n; return 0; }' >"$probe.c"
    clang -fsanitize=fuzzer,address,undefined "$probe.c" -o "$probe" >/dev/null 2>&1 || echo "clang has no fuzzer here (libclang-rt-14-dev)"
    rm -f "$probe.c" "$probe"
}

why=$(cannot)
if [ -n "$why" ]; then
    for name in $names; do
        echo "skipped - nothing breaks on any bytes as a $name: $why"
    done
    exit 0
fi
for name in $names; do
    if log=$(make --no-print-directory -j"$(nproc)" OUT="$out" FUZZ="$name" FUZZ_SECONDS="${FUZZ_SECONDS:-5}" fuzz 2>&1); then
        echo "ok - nothing breaks on any bytes as a $name"
    else
        echo "not ok - nothing breaks on any bytes as a $name"
    fi
    tail -n 8 <<<"$log"
done
