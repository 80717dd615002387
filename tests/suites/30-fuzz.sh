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
one() { # NAME
    local log
    if log=$(make --no-print-directory -j"$(nproc)" OUT="$out" FUZZ="$1" FUZZ_SECONDS="${FUZZ_SECONDS:-4}" fuzz 2>&1); then
        log="ok - nothing breaks on any bytes as a $1"$'\n'$(tail -n 8 <<<"$log")
    else
        log="not ok - nothing breaks on any bytes as a $1"$'\n'$(tail -n 8 <<<"$log")
    fi
    printf '%s\n' "$log"
}
export -f one
export out
# The first one builds all; then as many at a time as there are processors.
first=${names%%$'\n'*}
one "$first"
printf '%s\n' "$names" | tail -n +2 | xargs -P "$(nproc)" -I{} bash -c 'one {}'
