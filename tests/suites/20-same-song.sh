#!/bin/bash
# The same prompt and seed give the same song to the last bit: over runs, threads, processors'
# paths, files and streams, and compilers.
set -uo pipefail
out=${OUT:-build}
cd "$(dirname "$0")/../.." || exit 1
program=$(realpath "$out/sonicstacker")
clang_out=$out/clang
work=$(mktemp -d /tmp/sonicstacker-same-XXXXXX)
trap 'rm -rf "$work"' EXIT

# Name, seed, options, prompt: sampled, synthesised, and both.
songs=(
    "string-quartet|1||a string quartet in D minor"
    "solo-piano|2||solo piano, tender"
    "chiptune|3||chiptune at 150 bpm"
    "techno|4||techno with a reese bass"
    "lo-fi|5||lo-fi with electric piano, flute and drums"
    "metal|6||metal"
    "swing-jazz|7||swing jazz with trumpet and vibraphone"
    "own-synths|8|--fallback-synth|a waltz for violin and accordion"
)
seconds=12

digests() { # PROGRAM SONG OPTIONS ...: both digests of the song made so; nothing when it failed
    local tool=$1 name seed options prompt
    IFS='|' read -r name seed options prompt <<<"$2"
    shift 2
    # shellcheck disable=SC2086 # options are none or one word
    "$tool" make "$prompt" --seconds $seconds --seed "$seed" $options --json -o "$work/song.wav" "$@" 2>"$work/err" |
        python3 -c 'import json, sys; d = json.load(sys.stdin)["digest"]; print(d["score"], d["audio"])'
}

same() { # NAME SONG PROGRAM OPTIONS ...: as `reference`
    local what=$1 song=$2 got
    shift 2
    got=$(digests "$1" "$song" "${@:2}")
    if [ -n "$got" ] && [ "$got" = "$reference" ]; then
        echo "ok - $what"
    else
        echo "not ok - $what"
        echo "$reference is not ${got:-made: $(cat "$work/err")}"
    fi
}

stream_as_file() { # SONG NAME: the samples of -o - are those of -o FILE
    local name seed options prompt
    IFS='|' read -r name seed options prompt <<<"$1"
    # shellcheck disable=SC2086
    if "$program" make "$prompt" --seconds $seconds --seed "$seed" $options --quiet -o - >"$work/stream.wav" 2>"$work/err" &&
        cmp <(tail -c $((seconds * 48000 * 6)) "$work/stream.wav") <(tail -c $((seconds * 48000 * 6)) "$work/song.wav"); then
        echo "ok - $2"
    else
        echo "not ok - $2"
        cat "$work/err"
    fi
}

other_build() { # builds with clang; prints why not
    command -v clang >/dev/null || { echo "clang is not installed"; return 1; }
    make --no-print-directory -j"$(nproc)" CC=clang OUT="$clang_out" all >"$work/clang.log" 2>&1 && return 0
    tail -n 20 "$work/clang.log"
    return 2
}

why=$(other_build)
clang_status=$?
[ "$clang_status" -ne 2 ] || printf 'not ok - clang builds the program\n%s\n' "$why"

avx2=0
grep -q -w avx2 /proc/cpuinfo && avx2=1
all=()
for song in "${songs[@]}"; do
    name=${song%%|*}
    reference=$(digests "$program" "$song" --threads 1)
    if [ -z "$reference" ]; then
        echo "not ok - $name can be made"
        cat "$work/err"
        continue
    fi
    all+=("${reference##* }")
    same "$name is the same made again" "$song" "$program" --threads 1
    stream_as_file "$song" "$name is the same as a stream"
    for threads in 2 3 8; do
        same "$name is the same on $threads threads" "$song" "$program" --threads $threads
    done
    same "$name is the same with stems" "$song" "$program" --stems "$work/stems"
    if [ $avx2 -eq 1 ]; then
        same "$name is the same without AVX2" "$song" "$program" --portable
    else
        echo "skipped - $name is the same without AVX2: this processor has none"
    fi
    case $clang_status in
    0)
        same "$name is the same built by clang" "$song" "$clang_out/sonicstacker"
        same "$name is the same built by clang without AVX2" "$song" "$clang_out/sonicstacker" --portable
        ;;
    1) echo "skipped - $name is the same built by clang: $why" ;;
    esac
done

# Were all digests equal, the comparisons above would say nothing.
if [ "$(printf '%s\n' "${all[@]}" | sort -u | wc -l)" -eq ${#songs[@]} ]; then
    echo "ok - different songs have different digests"
else
    echo "not ok - different songs have different digests"
fi
reference=$(digests "$program" "seed|1||a string quartet in D minor" --threads 1)
if [ "$(digests "$program" "seed|2||a string quartet in D minor")" != "$reference" ]; then
    echo "ok - another seed is another song"
else
    echo "not ok - another seed is another song"
fi
