#!/bin/bash
# The command line's contract: exit statuses, one line on standard error, every option, every format.
set -uo pipefail
program=$(realpath "${OUT:-build}/sonicstacker")
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d /tmp/sonicstacker-command-XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

song="a small waltz for piano and flute"
short=(--seconds 5 --seed 7 --quiet)

run() { # ...: runs the program; its output in `out`, its words in `err`, its status in $status
    status=0
    "$program" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

check() { # NAME COMMAND ...: one test
    local name=$1 log
    shift
    if log=$("$@" 2>&1); then
        echo "ok - $name"
    else
        echo "not ok - $name"
        echo "$log" | tail -n 12
    fi
}

needs() { # TOOL NAME: true when it is there; else NAME is skipped
    command -v "$1" >/dev/null && return 0
    echo "skipped - $2: $1 is not installed"
    return 1
}

says() { # STATUS PATTERN ARGUMENTS ...: ends with STATUS and one line that matches on standard error
    local wanted=$1 pattern=$2
    shift 2
    run "$@"
    echo "status $status, said: $(cat "$work/err")"
    [ "$status" -eq "$wanted" ] && [ "$(wc -l <"$work/err")" -eq 1 ] && [ ! -s "$work/out" ] &&
        grep -q -E "^sonicstacker: .*$pattern" "$work/err" && grep -q -E '[.!?]$|help$' "$work/err"
}

makes() { # ARGUMENTS ...: ends well and says nothing on standard error
    run make "${short[@]}" "$@"
    echo "status $status, said: $(cat "$work/err")"
    [ "$status" -eq 0 ] && [ ! -s "$work/err" ]
}

member() { # FILE EXPRESSION: what a JSON file holds, in Python's words
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

no_leftovers() { # FOLDER: nothing in it, hidden files included
    ls -A "$1"
    [ -z "$(ls -A "$1")" ]
}

# --- usage

no_arguments() {
    run
    [ "$status" -eq 2 ] && grep -q 'sonicstacker make' out && [ ! -s err ]
}
help_texts() {
    for command in make brief styles voices engines run admin doctor; do
        run help "$command"
        [ "$status" -eq 0 ] && grep -q "$command" out || return 1
    done
    run --help
    [ "$status" -eq 0 ] && grep -q 'A first song' out
}
documented() { # every option that the help names is taken, and the other way round
    local named taken
    named=$("$program" help make | grep -o -E -- '--[a-z-]+|-o' | sort -u)
    taken=$(for option in $named; do
        run make "$option"
        grep -q 'There is no option' err || echo "$option"
    done | sort -u)
    diff <(echo "$named") <(echo "$taken")
}
version_line() {
    run version
    [ "$status" -eq 0 ] && grep -q -E '^sonicstacker [0-9]+\.[0-9]+\.[0-9]+$' out
}
check "without arguments the help is shown and the status is 2" no_arguments
check "each command has a help text" help_texts
check "every option in the help is one" documented
check "the version is one line" version_line
check "an unknown command is wrong usage" says 2 'no command "sing"' sing
check "an unknown option is wrong usage" says 2 'no option "--loud"' make --loud "$song"
check "an option without its value is wrong usage" says 2 '--seconds needs a value' make "$song" --seconds
check "no prompt is wrong usage" says 2 'Describe the song' make
check "brief without a sentence is wrong usage" says 2 'sentence' brief
for case in "--seconds 4" "--seconds 601" "--seconds x" "--bpm 29" "--bpm 301" "--bpm 1e2" "--seed -1" "--seed 1.5" \
    "--seed x" "--threads 65" "--threads -1" "--bits 20" "--print notes"; do
    # shellcheck disable=SC2086 # an option and its value
    check "$case is wrong usage" says 2 "${case%% *} takes" make "$song" $case
done
check "--json and -o - together are wrong usage" says 2 'standard output' make "$song" --json -o -
check "--from with a prompt is wrong usage" says 2 'leave the prompt out' make "$song" --from x

check "admin without a task is wrong usage" says 2 'does not know this task' admin
check "admin with an unknown task is wrong usage" says 2 'does not know this task' admin credits take
check "a task that lacks words says how it is" says 2 'admin credits grant EMAIL AMOUNT REASON' admin credits grant ada@example.org
check "an unknown option of admin is wrong usage" says 2 '"--loud"' admin packs --loud
check "days that are none are wrong usage" says 2 '"--days"' admin codes make SPRING 1 1 --days x

# --- the operator's side, on a service that is not there, is closed, or has the wrong key

check "admin needs a service that is there" says 1 'no data folder' admin packs --data nowhere
mkdir -m 700 empty
check "admin makes no service where none is" says 1 'data.db is missing' admin packs --data empty
check "nothing was made there" no_leftovers empty

found() { # STATUS PATTERN ARGUMENTS ...: what doctor says, one line for each check
    local wanted=$1 pattern=$2
    shift 2
    run doctor "$@"
    echo "status $status, said: $(cat out err)"
    [ "$status" -eq "$wanted" ] && [ ! -s err ] && grep -q -E "$pattern" out
}
check "doctor says that there is no service" found 1 '^WRONG folder .*data.db is missing' --data empty
printf '[shop\n' >wrong.ini
check "doctor says what is wrong with the settings" found 1 '^WRONG settings .*wrong.ini' --data empty --config wrong.ini

service() { # a data folder that a service has left
    "$program" serve --data data --alone >serve.log 2>&1 </dev/null &
    local server=$!
    for _ in $(seq 100); do
        grep -q '^listening on' serve.log && break
        sleep 0.1
    done
    kill -TERM "$server"
    wait "$server"
}
printf '[server]\nport = 0\n' >empty/sonicstacker.ini && mv empty data
service 2>/dev/null
well() {
    found 0 '^ok    ledger     every rule holds' --data data && ! grep -q WRONG out && [ "$(wc -l <out)" -eq 9 ] &&
        grep -q '^ok    shop       closed' out
}
check "doctor finds a new service well" well
as_json() {
    run doctor --json --data data
    [ "$status" -eq 0 ] && [ "$(member out '[c["check"] for c in d if c["good"]]')" = \
        "['settings', 'folder', 'databases', 'keys', 'ledger', 'jobs', 'receipts', 'shop', 'mail']" ]
}
check "doctor's JSON says the same" as_json
(umask 077 && echo "sk_live_0123456789" >stripe.key && echo "whsec_0123456789" >stripe.webhook)
{
    printf '[stripe]\nsecret_key = %s/stripe.key\nwebhook_secret = %s/stripe.webhook\nmode = test\n' "$work" "$work"
    printf '[pack starter]\ncredits = 100\nprice = 4.99\ncurrency = USD\n'
} >shop.ini
check "doctor says that a live key does not fit test mode" found 1 '^WRONG shop .*live key, but \[stripe\] mode is test' --data data --config shop.ini
wrong_sum() {
    python3 -c 'import sqlite3; d = sqlite3.connect("data/data.db"); d.execute("INSERT INTO wallet VALUES (7, 5, 0, 0)"); d.commit()'
    found 1 '^WRONG ledger .*1 things do not hold: wallet-is-the-sum-of-its-lines \([0-9a-z]{13}\).*docs/credits.md' --data data
}
check "doctor says which rule of the ledger does not hold, and of what" wrong_sum
check "nobody is made an operator who has no account" says 1 'Nobody has the address' admin staff add nobody@example.org --data data
packs() {
    run admin packs --json --data data --config shop.ini
    [ "$status" -eq 0 ] && [ "$(member out 'd[0]["credits"], d[0]["price"], d[0]["currency"]')" = "(100, 499, 'usd')" ]
}
check "admin lists the packs of the configuration" packs

# --- refusals

check "an unknown style is refused" says 1 'style' make "$song" --style "polka of the moon"
check "an unknown key is refused" says 1 'key|tonic' make "$song" --key "H sharp"
check "a file name of no known ending is refused" says 1 'must end in' make "$song" -o song.ogg
check "a lyrics file that is not there is refused" says 1 'nowhere.txt' make "$song" --lyrics nowhere.txt
check "a recipe that is not there is refused" says 1 'nowhere.json' make --from nowhere.json
check "what is no recipe is refused" says 1 'recipe' make --from "$program"
check "an output folder that is not there is refused" says 1 'folder' make "${short[@]}" "$song" -o no/such/folder/x.wav
check "a song without instruments is refused" says 1 'instrument' make "a song without piano" --style "solo piano" --seconds 5

long_prompt() { # CHARACTERS
    python3 -c 'import sys; n = int(sys.argv[1]); print(("a jazz é " * n)[:n - 1] + "x", end="")' "$1"
}
long_prompts() {
    run make "${short[@]}" --print brief "$(long_prompt 10000)"
    [ "$status" -eq 0 ] || { cat err; return 1; }
    says 1 '10,?000' make --print brief "$(long_prompt 10001)"
}
check "10,000 characters are a prompt and 10,001 are too many" long_prompts

read_only_folder() {
    mkdir -p locked && chmod 555 locked
    if [ -w locked ]; then # root may write anywhere: a folder of the kernel's stays closed to it
        says 1 'sonicstacker|Cannot' make "${short[@]}" "$song" -o /proc/x.wav
    else
        says 1 'locked' make "${short[@]}" "$song" -o locked/x.wav && no_leftovers locked
    fi
}
check "a read-only folder is refused in a sentence" read_only_folder

full_disk() {
    says 1 '(full|space)' make "${short[@]}" "$song" -o /dev/full --bits 16
}
stdout_full() {
    status=0
    "$program" make "${short[@]}" "$song" -o - >/dev/full 2>err || status=$?
    cat err
    [ "$status" -eq 1 ] && [ "$(wc -l <err)" -eq 1 ]
}
full_folder() { # a file system of 200 kB
    mkdir -p small
    says 1 '(full|space)' make "${short[@]}" "$song" -o small/x.wav || return 1
    no_leftovers small
}
check "a full standard output is told in one line" stdout_full
if [ -e /dev/full ]; then
    ln -s /dev/full full.wav
    check "a full device is told in one line" says 1 '(full|space)' make "${short[@]}" "$song" -o full.wav
fi
mkdir -p small
if mount -t tmpfs -o size=200k tmpfs small 2>/dev/null; then
    check "a full disk is told in one line and leaves nothing" full_folder
    umount small
else
    echo "skipped - a full disk is told in one line and leaves nothing: a file system cannot be mounted here"
fi

# --- the SoundFont

no_soundfont() {
    export SONICSTACKER_SOUNDFONT=/nonexistent
    says 1 'fluid-soundfont-gm' make "${short[@]}" "$song" -o x.wav && [ ! -e x.wav ]
}
truncated_soundfont() {
    local font
    for font in /usr/share/sounds/sf2/FluidR3_GM.sf2 /usr/local/share/sounds/sf2/FluidR3_GM.sf2; do
        [ ! -e "$font" ] || head -c 5000000 "$font" >cut.sf2
    done
    says 1 'cut.sf2' make "${short[@]}" "$song" -o x.wav --soundfont cut.sf2 && [ ! -e x.wav ]
}
own_synths() {
    SONICSTACKER_SOUNDFONT=/nonexistent makes "$song" -o own.wav --fallback-synth && [ -s own.wav ]
}
check "without a SoundFont the package is named" no_soundfont
check "a SoundFont cut short is refused" truncated_soundfont
check "a text is no SoundFont" says 1 'SoundFont' make "${short[@]}" "$song" --soundfont /etc/passwd -o x.wav
check "--fallback-synth needs no SoundFont" own_synths

# --- sound files

frames_of() { # FILE: frames after decoding, at 48 kHz
    ffmpeg -v error -i "$1" -f f32le -ac 2 -ar 48000 - | wc -c | awk '{ print $1 / 8 }'
}
decodes() { # FILE CODEC
    makes "$song" -o "$1" || return 1
    local frames codec
    frames=$(frames_of "$1")
    codec=$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$1")
    echo "$frames frames of $codec"
    [ "$frames" -eq 240000 ] && [ "$codec" = "$2" ]
}
tagged() { # FILE
    local tags
    tags=$(ffprobe -v error -show_entries format_tags:stream_tags "$1" | tr '[:upper:]' '[:lower:]')
    echo "$tags"
    grep -q 'title=a small waltz' <<<"$tags" && grep -q 'ai-generated' <<<"$tags" && grep -q 'sonicstacker' <<<"$tags"
}
level_of() { ffmpeg -v info -i "$1" -af volumedetect -f null - 2>&1 | sed -n 's/.*mean_volume: \(.*\) dB/\1/p'; }
sounds() { # FILE ...: none is silent, and all are about as loud as the first
    local first level
    first=$(level_of "$1")
    for file in "$@"; do
        level=$(level_of "$file")
        echo "$file $level dB"
        awk -v a="$first" -v b="$level" 'BEGIN { exit !(b > -45 && b - a < 0.6 && a - b < 0.6) }' || return 1
    done
}
if needs ffmpeg "each format decodes with its length and tags"; then
    check "a WAV file has 24 bits and the length asked" decodes x.wav pcm_s24le
    check "a FLAC file has the length asked" decodes x.flac flac
    check "an MP3 file has the length asked" decodes x.mp3 mp3
    check "an Opus file has the length asked" decodes x.opus opus
    for ending in wav flac mp3 opus; do
        check "the $ending file says what it is" tagged x.$ending
    done
    check "all formats sound alike" sounds x.wav x.flac x.mp3 x.opus
    makes "$song" -o x16.wav --bits 16 >/dev/null
    makes "$song" -o x32.wav --bits 32 >/dev/null
    codec_is() { ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$1" | grep -q -x "$2"; }
    check "--bits 16 makes 16 bits" codec_is x16.wav pcm_s16le
    check "--bits 32 makes floating point" codec_is x32.wav pcm_f32le
fi
upper_case() { makes "$song" -o X.WAV && [ -s X.WAV ]; }
check "an ending may be in capitals" upper_case
default_name() { mkdir -p here && cd here && makes "$song" && [ "$(head -c 4 song.flac)" = fLaC ]; }
check "without -o the song is song.flac" default_name
overwrites() {
    echo old >o.wav && chmod 640 o.wav && makes "$song" -o o.wav && [ "$(stat -c '%a' o.wav)" = 640 ] && [ "$(wc -c <o.wav)" -gt 1000000 ]
}
check "an older file is replaced and keeps its permissions" overwrites
after_dashes() { makes -o dash.wav -- --seconds of silence && [ -s dash.wav ]; }
check "after -- everything is the prompt" after_dashes
words_joined() {
    run make --seconds 5 --print brief a small waltz
    grep -q '"prompt":"a small waltz"' out
}
check "words without quotes make one prompt" words_joined

streamed() {
    "$program" make "${short[@]}" "$song" -o - >s.wav 2>err || return 1
    makes "$song" -o f.wav || return 1
    python3 - s.wav f.wav <<'PYTHON'
import struct, sys
def chunks(name):
    d = open(name, "rb").read()
    assert d[:4] == b"RIFF" and d[8:12] == b"WAVE", name
    assert struct.unpack("<I", d[4:8])[0] == len(d) - 8, (name, "the RIFF length", struct.unpack("<I", d[4:8])[0], len(d))
    at, out = 12, {}
    while at + 8 <= len(d):
        size = struct.unpack("<I", d[at + 4:at + 8])[0]
        out[d[at:at + 4]] = d[at + 8:at + 8 + size]
        assert at + 8 + size <= len(d), (name, "a chunk is longer than the file")
        at += 8 + size + size % 2
    return out
stream, file = (chunks(name)[b"data"] for name in sys.argv[1:])
assert len(stream) == 5 * 48000 * 2 * 3, len(stream)
assert stream == file, "the samples differ"
PYTHON
}
check "-o - streams a WAV whose header has the right length" streamed
quiet_pipe() {
    "$program" make "$song" --seconds 120 --seed 7 -o - 2>err | head -c 100000 >piece
    cat err
    [ "$(wc -c <piece)" -eq 100000 ] && [ ! -s err ]
}
check "a reader that goes away ends the song without a word" quiet_pipe

# --- stems, MIDI, lyrics

stems_made() {
    run make --seconds 5 --seed 7 --json --bits 32 "a pop song with drums, bass, piano and flute" -o st.wav --stems st
    [ "$status" -eq 0 ] || { cat err; return 1; }
    python3 - out <<'PYTHON'
import json, os, struct, sys
d = json.load(open(sys.argv[1]))
parts = d["brief"]["parts"]
names = sorted(os.listdir("st"))
assert len(names) == len(parts), (names, parts)
for i, (name, part) in enumerate(zip(names, parts)):
    word = "drums" if part["role"] == "drums" else part["instrument"].replace(" ", "-")
    assert name == "%02d-%s.wav" % (i + 1, word), name
    assert os.path.join("st", name) in d["files"], d["files"]
sizes = {os.path.getsize(os.path.join("st", name)) // 8 // 100 for name in names}
assert sizes == {os.path.getsize("st.wav") // 8 // 100}, sizes
def samples(name):
    b = open(name, "rb").read()
    at = b.index(b"data")
    return struct.unpack("<%df" % (5 * 48000 * 2), b[at + 8:at + 8 + 5 * 48000 * 8])
import math
stems = [samples(os.path.join("st", name)) for name in names]
for name, stem in zip(names, stems):
    assert max(map(abs, stem)) > 0.001, name + " is silent"
mix, total = samples("st.wav"), [sum(column) for column in zip(*stems)]
power = lambda a: sum(x * x for x in a)
dot = sum(a * b for a, b in zip(mix, total))
alike = dot / math.sqrt(power(mix) * power(total))
ratio = 10 * math.log10(power(total) / power(mix))
print("the stems' sum is %.3f like the mix and %.1f dB louder" % (alike, ratio))
assert alike > 0.85 and -3 < ratio < 6
PYTHON
}
check "stems are named, as long as the mix, and sum to it" stems_made
stems_flac() { makes "$song" -o y.mp3 --stems sf && ls sf && [ "$(head -c 4 sf/01-*)" = fLaC ]; }
check "the stems of an MP3 are FLAC" stems_flac
midi_loads() {
    makes "$song" -o m.wav --midi m.mid || return 1
    /usr/bin/python3 - m.mid <<'PYTHON'
import mido, sys
song = mido.MidiFile(sys.argv[1])
notes = sum(m.type == "note_on" and m.velocity > 0 for track in song.tracks for m in track)
tempos = [m for track in song.tracks for m in track if m.type == "set_tempo"]
print(song.type, len(song.tracks), "tracks", notes, "notes", song.length, "seconds")
assert song.type == 1 and notes > 10 and len(tempos) == 1 and 3.0 < song.length < 5.1
PYTHON
}
if /usr/bin/python3 -c 'import mido' 2>/dev/null; then
    check "the MIDI file loads and has the song's notes and length" midi_loads
else
    echo "skipped - the MIDI file loads and has the song's notes and length: python3-mido is not installed"
fi
lyrics_timed() {
    printf '[Verse]\nMorning comes slowly\nover the hill\n' >words.txt
    run make --seconds 20 --seed 7 --quiet "a ballad" --lyrics words.txt -o l.wav --lrc l.lrc
    cat err l.lrc
    [ "$status" -eq 0 ] && grep -q -E '^\[[0-9]+:[0-9.]+\] ?Morning comes slowly' l.lrc && grep -q 'over the hill' l.lrc
}
check "lyrics are timed line by line" lyrics_timed
lyrics_too_long() {
    python3 -c 'print("la la la\n" * 401)' >many.txt
    says 1 '400|lines' make "${short[@]}" "a ballad" --lyrics many.txt
}
check "too many lines of lyrics are refused" lyrics_too_long

# --- recipes, scores and stages

same_digests() { [ "$(member a.json 'd["digest"]')" = "$(member b.json 'd["digest"]')" ]; }
recipe_again() {
    "$program" make "$song" --seconds 6 --bpm 101.5 --key "F# minor" --style waltz --seed 77 -o r.wav --recipe r.json --json >a.json || return 1
    "$program" make --from r.json -o r2.wav --json >b.json || return 1
    same_digests && cmp r.wav r2.wav && [ "$(member r.json 'd["audio_digest"] == '"$(member a.json 'repr(d["digest"]["audio"])')")" = True ]
}
check "a recipe makes the same song again" recipe_again
unseeded_recipe() {
    "$program" make "$song" --seconds 5 -o u.wav --recipe u.json --json >a.json || return 1
    "$program" make --from u.json -o u2.wav --json >b.json || return 1
    "$program" make "$song" --seconds 5 -o u3.wav --json >c.json || return 1
    same_digests && [ "$(member a.json 'd["seed"]')" != "$(member c.json 'd["seed"]')" ]
}
check "without --seed each song is another, and its recipe makes it again" unseeded_recipe
largest_seed() {
    makes "$song" --seed 999999999999999999 -o big.wav --recipe big.json && [ "$(member big.json 'd["seed"]')" = 999999999999999999 ] &&
        run make --from big.json -o big2.wav --quiet && cmp big.wav big2.wav
}
check "the largest seed survives its recipe" largest_seed
score_again() {
    makes "$song" -o p.wav || return 1
    run make --seconds 5 --seed 7 "$song" --print score
    cp out x.score
    "$program" make --from x.score -o p2.wav --quiet || return 1
    cmp p.wav p2.wav
}
check "a printed score sounds the same as its song" score_again
stages_print() {
    run make --seconds 5 --seed 7 "$song" --print brief && python3 -m json.tool out >/dev/null || return 1
    run make --seconds 5 --seed 7 "$song" --print score && [ "$(head -n 1 out)" = "score 1" ] || return 1
    run make --seconds 5 --seed 7 "$song" --print performance && [ "$(head -n 1 out)" = "performance 1" ]
}
check "each stage can be printed" stages_print
printing_writes_nothing() {
    mkdir -p empty && cd empty && run make --seconds 5 "$song" --print score && no_leftovers .
}
check "printing a stage writes no file" printing_writes_nothing

# --- what is told

json_whole() {
    "$program" make "$song" --seconds 5 --seed 7 --json -o j.flac --midi j.mid --lrc j.lrc --recipe j.json --stems js >j.out 2>err || return 1
    [ ! -s err ] || { cat err; return 1; }
    python3 - <<'PYTHON'
import json, os, re
d = json.load(open("j.out"))
number = (int, float)
for name, kind in { "title": str, "brief": dict, "seed": int, "seconds": number, "sample_rate": int, "lufs": number,
                    "true_peak_db": number, "first_audio_ms": number, "compose_ms": number, "render_ms": number,
                    "encode_ms": number, "realtime": number, "cores": int, "files": list, "digest": dict }.items():
    assert isinstance(d[name], kind) and not isinstance(d[name], bool), (name, d.get(name))
b = d["brief"]
for name, kind in { "genre": str, "bpm": number, "key": dict, "meter": str, "seconds": number, "form": list, "parts": list,
                    "without": list, "vocal": bool, "mood": dict, "understood": list, "ignored": list, "conflicts": list }.items():
    assert isinstance(b[name], kind), (name, b.get(name))
assert set(b["key"]) == { "tonic", "mode" } and re.fullmatch("[A-G][#b]?", b["key"]["tonic"])
assert b["key"]["mode"] in "major minor dorian phrygian lydian mixolydian locrian blues".split() + ["harmonic minor"]
assert all(set(s) == { "section", "bars" } and s["bars"] > 0 for s in b["form"])
assert all(set(p) == { "role", "instrument", "family" } for p in b["parts"]) and b["parts"]
assert all(set(u) >= { "field", "value", "words" } for u in b["understood"])
assert isinstance(b["mood"]["valence"], int) and isinstance(b["mood"]["energy"], int)
assert all(re.fullmatch("[0-9a-f]{64}", d["digest"][name]) for name in ("score", "audio"))
assert d["sample_rate"] == 48000 and d["seed"] == 7 and abs(d["seconds"] - 5) < 1e-6
assert -40 < d["lufs"] < -5 and d["true_peak_db"] < 0 and d["first_audio_ms"] > 0 and d["realtime"] > 0
assert all(os.path.exists(f) for f in d["files"]) and { "j.flac", "j.mid", "j.lrc", "j.json" } <= set(d["files"])
PYTHON
}
check "--json is one object with every member of the contract" json_whole
contract_example() {
    run make "A melancholy waltz for solo piano in D minor, around 92 bpm, 40 seconds" --seed 3 --json -o c.wav
    [ "$status" -eq 0 ] || { cat err; return 1; }
    python3 - <<'PYTHON'
import json
d = json.load(open("out"))
b = d["brief"]
print(b["key"], b["bpm"], b["meter"], b["seconds"], d["seconds"], b["parts"])
assert b["key"] == { "tonic": "D", "mode": "minor" } and b["bpm"] == 92.0 and b["meter"] == "3/4"
assert b["seconds"] == 40.0 and d["seconds"] == 40.0 and all("piano" == p["family"] for p in b["parts"])
PYTHON
    [ "$(($(wc -c <c.wav) / 6))" -ge 1920000 ]
}
check "the contract's example is D minor, 92 bpm, 3/4, 40 seconds, piano alone" contract_example
brief_contract() {
    run brief "bossa nova in D minor at 132 bpm, 90 seconds, flute lead, no drums, blorp"
    [ "$status" -eq 0 ] || return 1
    python3 - <<'PYTHON'
import json
b = json.load(open("out"))
print(json.dumps(b))
assert b["genre"] == "bossa nova" and b["bpm"] == 132.0 and b["seconds"] == 90.0 and b["without"] == ["drums"]
assert b["key"] == { "tonic": "D", "mode": "minor" } and b["ignored"] == ["blorp"] and b["vocal"] is False
assert any(p == { "role": "lead", "instrument": "flute", "family": "woodwind" } for p in b["parts"])
assert not any(p["role"] == "drums" for p in b["parts"])
assert { "field": "key", "value": "D minor", "words": "D minor" } in [
    { k: u[k] for k in ("field", "value", "words") } for u in b["understood"]]
PYTHON
}
check "brief tells what was understood as the contract has it" brief_contract
instrumental() {
    run brief "a pop song with vocals" --instrumental
    [ "$(member out 'd["vocal"] or any(p["family"] == "voice" for p in d["parts"])')" = False ]
}
check "--instrumental leaves no voice" instrumental
lists() {
    for command in styles voices engines; do
        run "$command"
        [ "$status" -eq 0 ] && [ -s out ] || return 1
        run "$command" --json
        [ "$status" -eq 0 ] && [ "$(member out 'len(d) > 0 and all("name" in x for x in d)')" = True ] || return 1
    done
}
check "styles, voices and engines are listed, as JSON too" lists
every_style() {
    "$program" styles --json >styles.json
    python3 -c 'import json; [print(s["name"]) for s in json.load(open("styles.json"))]' | while read -r name; do
        run make --seconds 5 --seed 1 --style "$name" music --print brief
        [ "$status" -eq 0 ] || { echo "$name"; cat err; exit 1; }
    done
}
check "every listed style can be asked for" every_style
report_lines() {
    run make --seconds 5 --seed 7 "$song with a blorp" -o t.wav
    cat out
    [ "$status" -eq 0 ] && grep -q 't.wav' out && grep -q -E 'seed +7' out && grep -q 'LUFS' out && grep -q -E 'ignored.*blorp' out
}
check "the report names file, seed, loudness and what was ignored" report_lines
quiet_says_nothing() { makes "$song" -o q.wav && [ ! -s out ]; }
check "--quiet says nothing" quiet_says_nothing
threads_limit() { # the cores it reports are those that were asked for
    run make --seconds 5 --seed 7 --threads 1 --json "$song" -o th.wav
    [ "$(member out 'd["cores"]')" = 1 ]
}
check "--threads 1 uses one core" threads_limit

# --- interrupted

# The shell's own background jobs ignore SIGINT, so Python holds the child.
interrupted() { # SIGNAL
    rm -rf stop && mkdir stop
    python3 - "$1" "$program" <<'PYTHON'
import glob, os, signal, subprocess, sys, time
wanted = getattr(signal, sys.argv[1])
signal.signal(signal.SIGINT, signal.SIG_DFL)
song = subprocess.Popen([sys.argv[2], "make", "a long techno track", "--seconds", "600", "--seed", "7", "--quiet", "--threads", "1",
                         "-o", "stop/long.wav", "--stems", "stop/stems"], stderr=subprocess.PIPE)
files = lambda: [os.path.join(f, n) for f, _, names in os.walk("stop") for n in names]
end = time.time() + 30
while time.time() < end and song.poll() is None and sum(os.path.getsize(f) for f in files() if os.path.exists(f)) < 500000:
    time.sleep(0.02)
written = files()
song.send_signal(wanted)
_, said = song.communicate(timeout=20)
print("status", song.returncode, "while writing", written, "left", files(), "said", said)
assert len(written) > 1 and all(f.endswith(".part") for f in written), "the song was being written under other names"
assert song.returncode == -wanted and not files() and not said
PYTHON
}
check "Ctrl-C leaves no file and no temporary" interrupted SIGINT
check "being ended leaves no file and no temporary" interrupted SIGTERM
