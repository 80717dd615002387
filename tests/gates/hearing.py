"""What can be measured in a sound file, by programs and formulas that know nothing of how it was made.

hear(path) gives a Heard. A file that does not decode to its end raises Undecodable.
Levels are taken at the file's own rate; tempo and key at 44,100 a second, as the trackers expect.
"""
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field

import numpy as np

SILENT = 1e-12  # a power that stands for nothing at all
DETECTOR_RATE = 44100
TONICS = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]

# How well each step of the scale fits a key, tonic first (Krumhansl and Kessler's listeners, 1982).
MAJOR_FIT = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_FIT = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


class Undecodable(Exception):
    pass


@dataclass
class Heard:
    rate: int
    seconds: float
    lufs: float
    lra: float
    true_peak_db: float
    clipped: int  # samples at full scale beside another such
    dc: float
    lead_ms: float  # before the first sound over -60 dB
    last_20ms_db: float
    correlation: float
    bass_correlation: float  # below 150 Hz
    crest_db: float
    slope_db: float  # per octave, third octaves from 100 Hz to 10 kHz
    tempi: dict = field(default_factory=dict)  # tracker -> bpm
    keys: dict = field(default_factory=dict)  # detector -> "Gbm"


def detector():
    """The program that `make gates` builds from detector.cpp."""
    path = os.path.join(os.environ.get("OUT", "build"), "gates", "detector")
    if not os.path.exists(path):
        raise SystemExit("%s is missing: make %s builds it" % (path, path))
    return path


def db(power):
    return 10 * np.log10(power + SILENT)


def decode(path, rate=None):
    """Two channels of floats, and their rate."""
    if rate is None:
        told = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "stream=sample_rate",
                               "-of", "default=nk=1:nw=1", path], capture_output=True, text=True)
        if not told.stdout.strip().isdigit():
            raise Undecodable(told.stderr.strip() or "no sound in it")
        rate = int(told.stdout)
    run = subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-err_detect", "explode", "-i", path, "-ar", str(rate),
                          "-ac", "2", "-f", "f32le", "-"], capture_output=True)
    sound = np.frombuffer(run.stdout[: len(run.stdout) // 8 * 8], "<f4").reshape(-1, 2).astype(np.float64)
    if run.returncode != 0 or run.stderr.strip() or len(sound) == 0:
        raise Undecodable(run.stderr.decode(errors="replace").strip().split("\n")[-1] or "no sound in it")
    return sound, rate


def loudness(path):
    """Integrated loudness, loudness range and true peak, by ffmpeg's meter of EBU R 128."""
    run = subprocess.run(["ffmpeg", "-nostats", "-v", "error", "-i", path, "-af",
                          "ebur128=peak=true:metadata=1,ametadata=mode=print:file=-", "-f", "null", "-"],
                         capture_output=True, text=True)

    def last(name):
        found = re.findall(r"lavfi\.r128\.%s=(\S+)" % name, run.stdout)
        return float(found[-1]) if found else float("nan")

    peak = max(last("true_peaks_ch0"), last("true_peaks_ch1"))
    return last("I"), last("LRA"), 20 * float(np.log10(max(peak, 1e-6)))


def clipped(sound):
    full = np.abs(sound) >= 0.9999
    return int((full[1:] & full[:-1]).sum())


def lead_ms(sound, rate):
    """In steps of 5 ms."""
    size = rate // 200
    frames = sound[: len(sound) // size * size].reshape(-1, size, 2)
    loud = db((frames**2).mean((1, 2))) > -60
    return 5.0 * (int(np.argmax(loud)) if loud.any() else len(loud))


def correlation(left, right):
    power = np.sqrt((np.abs(left) ** 2).mean() * (np.abs(right) ** 2).mean())
    return float((left * np.conj(right)).real.mean() / power) if power > SILENT else 1.0


def bass_correlation(sound, rate):
    """Between 20 and 150 Hz. One where there is no bass worth the name: 60 dB under the rest."""
    spectrum = np.fft.rfft(sound, axis=0)
    hz = np.fft.rfftfreq(len(sound), 1 / rate)
    bass = spectrum[(hz > 20) & (hz < 150)]
    if (np.abs(bass) ** 2).sum() < 1e-6 * (np.abs(spectrum) ** 2).sum():
        return 1.0
    left, right = bass[:, 0], bass[:, 1]
    power = np.sqrt((np.abs(left) ** 2).sum() * (np.abs(right) ** 2).sum())
    return float((left * np.conj(right)).real.sum() / power) if power > 0 else 0.0


def spectra(mono, size=8192):
    """Power of each bin over time, half-overlapped."""
    window = np.hanning(size)
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[:: size // 2]
    return np.concatenate([np.abs(np.fft.rfft(part * window)) ** 2 for part in np.array_split(frames, max(1, len(frames) // 64))])


def slope_db(power, hz):
    """Of a straight line through twenty third octaves from 100 Hz on."""
    edges = 100 * 2 ** (np.arange(21) / 3)
    levels = [db(power[(hz >= low) & (hz < high)].sum()) for low, high in zip(edges, edges[1:])]
    return float(np.polyfit(np.arange(20) / 3, levels, 1)[0])


def chroma_key(power, hz):
    """The key whose listeners' profile correlates best with how loud the twelve tones are."""
    heard = (hz > 65) & (hz < 2100)
    tone = np.round(12 * np.log2(hz[heard] / 440) + 69).astype(int) % 12
    amount = np.sqrt(power[:, heard]).sum(0)
    tones = np.array([amount[tone == k].sum() for k in range(12)])
    fits = [(np.corrcoef(np.roll(profile, k), tones)[0, 1], TONICS[k] + suffix)
            for profile, suffix in ((MAJOR_FIT, ""), (MINOR_FIT, "m")) for k in range(12)]
    return max(fits)[1]


def run_on(command, samples):
    """Gives raw floats to a program and returns what it prints."""
    return subprocess.run(command, input=samples, capture_output=True).stdout.decode(errors="replace")


def number(text):
    found = re.search(r"-?\d+(\.\d+)?", text)
    return float(found.group()) if found else None


def aubio_tempo(mono):
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["sox", "-q", "-V1", "-t", "f32", "-r", str(DETECTOR_RATE), "-c", "1", "-", "-b", "16", file.name],
                       input=mono, capture_output=True)
        run = subprocess.run(["aubio", "tempo", file.name], capture_output=True, text=True)
    return number(run.stdout)


def trackers(sound):
    """Tempo and key of a sound at DETECTOR_RATE: two dicts, without what could not be told."""
    mono = sound.mean(1)
    raw = mono.astype("<f4").tobytes()
    told = dict(line.split()[:2] for line in run_on([detector()], raw).splitlines())
    power = spectra(mono) if len(mono) >= 8192 else np.zeros((1, 4097))
    hz = np.fft.rfftfreq(8192, 1 / DETECTOR_RATE)
    tempi = {"qm-dsp": number(told.get("tempo", "")), "bpm-tools": number(run_on(["bpm", "-f", "%0.2f"], raw)),
             "aubio": aubio_tempo(raw)}
    keys = {"qm-dsp": told.get("key"), "chroma": chroma_key(power, hz) if power.any() else None}
    if os.environ.get("KEYFINDER"):
        keys["keyfinder"] = run_on([os.environ["KEYFINDER"]], raw).strip()
    slope = slope_db(power.mean(0), hz)
    return {k: v for k, v in tempi.items() if v}, {k: v for k, v in keys.items() if v}, slope


def hear(path):
    sound, rate = decode(path)
    lufs, lra, true_peak = loudness(path)
    tempi, keys, slope = trackers(decode(path, DETECTOR_RATE)[0])
    return Heard(
        rate=rate,
        seconds=len(sound) / rate,
        lufs=lufs,
        lra=lra,
        true_peak_db=true_peak,
        clipped=clipped(sound),
        dc=float(np.abs(sound.mean(0)).max()),
        lead_ms=lead_ms(sound, rate),
        last_20ms_db=float(db((sound[-rate // 50 :] ** 2).mean())),
        correlation=correlation(sound[:, 0], sound[:, 1]),
        bass_correlation=bass_correlation(sound, rate),
        crest_db=float(20 * np.log10(np.abs(sound).max() + SILENT) - db((sound**2).mean())),
        slope_db=slope,
        tempi=tempi,
        keys=keys,
    )


@dataclass
class Encoded:
    seconds: float
    lufs: float
    true_peak_db: float


def hear_encoded(path):
    """What of a lossy file may have moved."""
    sound, rate = decode(path)
    lufs, _, true_peak = loudness(path)
    return Encoded(len(sound) / rate, lufs, true_peak)
