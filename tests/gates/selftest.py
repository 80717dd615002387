#!/usr/bin/python3
"""Shows that each gate can fail: a good piece passes them all, and each way to break it fails its gate.

The pieces are made here, by formula, and owe nothing to the program: eighths of a plucked bass, chords
and a click in A minor at 120 bpm, and a MIDI file of a tune that comes again. One "ok - name" line for
each gate and fault. Exit status 1 when a gate is blind.
"""
import multiprocessing
import os
import subprocess
import sys
import tempfile

import mido
import numpy as np

import likeness
import music
import run
import sound
from verdict import Check, failures

RATE = 48000
BPM = 120
LUFS = -20.0
CHORDS = ((57, 60, 64), (50, 57, 65), (52, 59, 62), (57, 60, 64))  # Am Dm Em Am
BARS = 10


def tone(key, seconds, decay):
    t = np.arange(int(seconds * RATE)) / RATE
    hz = 440 * 2 ** ((key - 69) / 12)
    return sum(np.sin(2 * np.pi * hz * h * t) / h**1.5 for h in (1, 2, 3)) * np.exp(-t * decay)


def piece():
    """Two channels; ends in silence."""
    beat = 60 / BPM
    length = int((BARS * 4 * beat + 1) * RATE)
    out = np.zeros((length, 2))
    noise = np.random.default_rng(1).standard_normal(RATE // 20) * np.exp(-np.arange(RATE // 20) / 300)

    def add(at, sound, left, right):
        start = int(at * RATE)
        out[start : start + len(sound)] += sound[: length - start, None] * (left, right)

    for bar in range(BARS):
        chord = CHORDS[bar % 4]
        for i, key in enumerate(chord):
            add(bar * 4 * beat, tone(key, 4 * beat, 1.5), (0.10, 0.06, 0.02)[i], (0.02, 0.06, 0.10)[i])
        for eighth in range(8):
            add((bar * 4 + eighth / 2) * beat, tone(chord[0] - 24, beat / 2, 8), 0.15, 0.15)
        for n in range(4):
            add((bar * 4 + n) * beat, noise, 0.12, 0.12)
    out -= out.mean(0)
    out[-RATE // 2 :] *= np.maximum(0, np.linspace(1, -1, RATE // 2))[:, None]
    return out


def write(path, samples):
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "-", "-c:a", "pcm_f32le", path],
                   input=samples.astype("<f4").tobytes(), check=True)


def bass_turned(samples):
    """The right channel upside down, below 150 Hz only."""
    spectrum = np.fft.rfft(samples[:, 1])
    spectrum[np.fft.rfftfreq(len(samples), 1 / RATE) < 150] *= -1
    return np.stack((samples[:, 0], np.fft.irfft(spectrum, len(samples))), 1)


def sox(samples, folder, *effect):
    a, b = os.path.join(folder, "a.wav"), os.path.join(folder, "b.wav")
    write(a, samples)
    subprocess.run(["sox", "-q", "-V1", a, b] + list(effect), check=True)
    return sound.hearing.decode(b)[0]


def with_lead(samples, seconds):
    return np.concatenate((np.zeros((int(seconds * RATE), 2)), samples))[: len(samples)]


def loud(samples, db):
    return samples * 10 ** (db / 20)


def sound_faults(samples, folder):
    """(what was done, the gates that must notice, the broken sound)"""
    peak = np.abs(samples).max()
    return [
        ("2 dB louder", ("loudness, LUFS",), loud(samples, 2)),
        ("2 dB softer", ("loudness, LUFS",), loud(samples, -2)),
        ("raised to a peak of -0.5 dB", ("true peak, dBTP",), samples * (10 ** (-0.5 / 20) / peak)),
        ("clipped", ("clipped runs", "true peak, dBTP"), np.clip(loud(samples, 20), -1, 1)),
        ("offset by 0.002", ("constant offset",), samples + 0.002),
        ("a tenth of a second late", ("leading silence, ms",), with_lead(samples, 0.1)),
        ("cut while it sounds", ("last 20 ms, dB", "off the plan, ms", "off the asked length, %"), samples[: int(len(samples) * 0.9)]),
        ("60 ms short", ("off the plan, ms",), samples[: -int(0.06 * RATE)]),
        ("one channel upside down", ("correlation",), samples * (1, -1)),
        ("bass of one channel upside down", ("correlation below 150 Hz",), bass_turned(samples)),
        ("4 % slower", ("tempo",), sox(samples, folder, "tempo", "0.96")),
        ("a semitone higher", ("key",), sox(samples, folder, "pitch", "100")),
        ("a whole tone lower", ("key",), sox(samples, folder, "pitch", "-200")),
    ]


class Teller:
    def __init__(self):
        self.good = True

    def tell(self, name, ok, more=""):
        self.good = self.good and ok
        print("%s - %s" % ("ok" if ok else "not ok", name))
        if not ok and more:
            print("    " + more)

    def notices(self, fault, gates, checks):
        bad = [c.gate for c in failures(checks)]
        for gate in gates:
            self.tell("the gate \"%s\" notices: %s" % (gate, fault), gate in bad, "failed: " + (", ".join(bad) or "none"))


def test_sound(teller, folder):
    path = os.path.join(folder, "good.wav")
    samples = piece()
    write(path, samples)
    samples = loud(samples, LUFS - sound.hearing.loudness(path)[0])
    seconds = len(samples) / RATE
    want = sound.Expected(seconds, seconds, LUFS, BPM, ("Am",))

    write(path, samples)
    checks = sound.check_file(path, want)[0]
    teller.tell("a good sound passes every gate", not failures(checks), str(failures(checks)))
    faults = sound_faults(samples, folder)
    paths = [os.path.join(folder, "fault%d.wav" % i) for i in range(len(faults))]
    for path, (_, _, broken) in zip(paths, faults):
        write(path, broken)
    with multiprocessing.Pool(run.WORKERS) as pool:
        told = pool.starmap(sound.check_file, [(path, want) for path in paths])
    for (fault, gates, _), (checks, _) in zip(faults, told):
        teller.notices(fault, gates, checks)
    test_decoding(teller, folder, want)
    test_encoded(teller, folder, samples, want)


def test_decoding(teller, folder, want):
    """A FLAC file whose end, or whose middle, is not what was written."""
    good, bad = os.path.join(folder, "good.flac"), os.path.join(folder, "bad.flac")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", os.path.join(folder, "good.wav"), "-c:a", "flac", good], check=True)
    data = open(good, "rb").read()
    middle = len(data) // 2
    for fault, broken in (("an empty file", b""), ("a file of text", b"not a sound" * 99),
                          ("bytes changed in the middle", data[:middle] + bytes(64) + data[middle + 64 :])):
        with open(bad, "wb") as file:
            file.write(broken)
        teller.notices(fault, ("decodes",), sound.check_file(bad, want)[0])
    with open(bad, "wb") as file:
        file.write(data[:middle])
    checks = sound.check_file(bad, want)[0]
    teller.tell("half a file is noticed", {"decodes", "off the plan, ms"} & {c.gate for c in failures(checks)} != set())


def test_encoded(teller, folder, samples, want):
    """The same gates after a lossy encoder."""
    wav = os.path.join(folder, "coded.wav")
    for name, options in (("mp3", ["-c:a", "libmp3lame", "-b:a", "192k"]), ("opus", ["-c:a", "libopus", "-b:a", "128k"])):
        coded = os.path.join(folder, "coded." + name)
        top = 10 ** (-0.3 / 20) / np.abs(samples).max()
        for fault, gates, made in (("nothing", (), samples), ("a master at -0.3 dB", ("true peak, dBTP",), samples * top),
                                   ("2 dB softer", ("loudness, LUFS",), loud(samples, -2)),
                                   ("half a second cut off", ("off the plan, ms",), samples[: -RATE // 2])):
            write(wav, made)
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", wav] + options + [coded], check=True)
            checks = sound.encoded_gates(name, sound.hearing.hear_encoded(coded), want)
            if gates:
                teller.notices(fault, [name + ": " + gate for gate in gates], checks)
            else:
                teller.tell("a good sound passes every gate as " + name, not failures(checks), str(failures(checks)))


def midi(path, lead, chords, faults=()):
    """lead: keys, one an eighth; chords: a list of keys for each bar."""
    file = mido.MidiFile(ticks_per_beat=480)
    moments = [(i * 240, i * 240 + 200, 0, key) for i, key in enumerate(lead)]
    for bar, keys in enumerate(chords):
        moments += [(bar * 1920, bar * 1920 + 1900, 1, key) for key in keys]
    events = [(start, 1, channel, key) for start, _, channel, key in moments] + [(end, 0, channel, key) for _, end, channel, key in moments]
    events += list(faults)
    for channel in (0, 1):
        track, now = mido.MidiTrack(), 0
        for tick, on, _, key in sorted(e for e in events if e[2] == channel):
            track.append(mido.Message("note_on", channel=channel, note=key, velocity=80 * on, time=tick - now))
            now = tick
        file.tracks.append(track)
    file.save(path)
    return music.measure(path)


def test_music(teller, folder):
    random = np.random.default_rng(7)
    path = os.path.join(folder, "x.mid")
    tune = [72, 74, 76, 77, 79, 77, 76, 74, 72, 76, 79, 84, 83, 79, 77, 74]  # two bars
    ending = [72, 71, 69, 67, 65, 64, 62, 60]
    lead = (tune * 4)[:-8] + ending
    chords = [list(c) for c in CHORDS] * 2
    wild = [int(k) for k in random.integers(60, 90, 64)]
    wild_chords = [sorted({int(k) for k in random.integers(40, 59, 3)}) for _ in range(8)]

    checks = music.gates([midi(path, lead, chords)])
    teller.tell("a good tune passes every gate", not failures(checks), str(failures(checks)))
    for fault, gates, made in (
        ("a lead without any figure", ("lead repetition",), (wild, chords)),
        ("a lead that only repeats", ("lead repetition",), (tune * 4, chords)),
        ("no bar like another", ("bar recurrence",), (wild, wild_chords)),
        ("every bar like another", ("bar recurrence",), (tune * 4, [chords[0]] * 8)),
        ("a note begun twice", ("duplicates",), (lead, chords, [(100, 1, 0, 72)])),
        ("a note without an end", ("stuck",), (lead, chords, [(8 * 1920, 1, 0, 90)])),
        ("an end without a note", ("orphans",), (lead, chords, [(500, 0, 0, 30)])),
        ("no note at all", ("fewest notes",), ([], [])),
    ):
        teller.notices(fault, gates, music.gates([midi(path, *made)]))
    test_validity(teller, path)


def test_validity(teller, path):
    """What midi2abc reports: a note that begins twice, and an end too many."""
    for fault, events in (("a note begun twice", (("on", 60, 0), ("on", 60, 240), ("off", 60, 240))),
                          ("an end too many", (("on", 60, 0), ("off", 60, 480), ("off", 62, 0)))):
        track = mido.MidiTrack(mido.Message("note_" + what, note=key, time=time) for what, key, time in events)
        mido.MidiFile(ticks_per_beat=480, tracks=[track]).save(path)
        teller.notices(fault, ("midi2abc errors",), music.file_gates([music.measure(path)]))


def test_likeness(teller, folder):
    good, other = os.path.join(folder, "good.wav"), os.path.join(folder, "other.wav")
    samples = sound.hearing.decode(good)[0]
    write(other, samples[:: -1])
    same = likeness.gates(likeness.pairs({"a": likeness.fingerprint(good), "b": likeness.fingerprint(good)}))
    teller.notices("the same song twice", ("mean agreement", "most agreement"), same)
    apart = likeness.pairs({"a": likeness.fingerprint(good), "b": likeness.fingerprint(other)})
    teller.tell("a song and itself backwards are less alike than a song and itself", apart[0][0] < 0.95, "%.3f" % apart[0][0])
    strangers = np.random.default_rng(3).integers(0, 2, (2, 400, 32)).astype(np.uint8)
    checks = likeness.gates(likeness.pairs({"a": strangers[0], "b": strangers[1]}))
    teller.tell("strangers pass the gates of likeness", not failures(checks), str(failures(checks)))


def test_run(teller):
    heard = type("Heard", (), {"lufs": -14.0, "true_peak_db": -1.5})
    report = {"lufs": -14.0, "true_peak_db": -1.5}
    teller.tell("an honest report passes", not failures(run.report_checks(report, heard)))
    teller.notices("a report 1 LU off", ("reported loudness off by, LU",), run.report_checks({**report, "lufs": -13.0}, heard))
    teller.notices("a report 1 dB off", ("reported true peak off by, dB",), run.report_checks({**report, "true_peak_db": -2.5}, heard))
    teller.notices("another song the second time", ("audio digests",), [run.same("audio digests", ["a", "b", "a"])])

    task = run.Task("x", 1, 40, True, True, False)
    bad = run.Result(task, checks=[Check("key", "C", "D", False)])
    lost = run.Result(task, why="not made")
    teller.tell("a run with a failed gate fails", run.failed_gates(bad) != [])
    teller.tell("a song that was not made fails", run.failed_gates(lost) != [])
    teller.tell("a song that was not made fails its style", failures(run.style_notes([lost])) != [])


def main():
    teller = Teller()
    with tempfile.TemporaryDirectory() as folder:
        test_sound(teller, folder)
        test_music(teller, folder)
        test_likeness(teller, folder)
    test_run(teller)
    return 0 if teller.good else 1


if __name__ == "__main__":
    sys.exit(main())
