// Tempo and key of a sound, by Queen Mary's DSP library: judges that know nothing of this program.
//
//     detector <mono.f32        raw 32-bit floats, mono, 44,100 a second
//
// Prints "tempo BPM" and "key NAME SHARE", such as "key Gbm 0.62": the key that most frames
// agree on, and their share of the sound. What cannot be told is left out.
#include <dsp/keydetection/GetKeyMode.h>
#include <dsp/onsets/DetectionFunction.h>
#include <dsp/tempotracking/TempoTrackV2.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

namespace {

constexpr int rate_hz = 44100;
constexpr int step = 512, window = 1024; // of the onset strength
constexpr size_t settling_steps = 2;     // the first windows compare with silence

std::vector<float> read_all(std::FILE *in)
{
    std::vector<float> samples;
    std::array<float, 16384> block;
    for (size_t n; (n = std::fread(block.data(), sizeof(float), block.size(), in)) > 0;)
        samples.insert(samples.end(), block.begin(), block.begin() + static_cast<long>(n));
    return samples;
}

std::vector<double> onset_strength(const std::vector<float> &samples)
{
    DFConfig config = {};
    config.stepSize = step;
    config.frameLength = window;
    config.DFType = DF_COMPLEXSD;
    config.dbRise = 3;
    config.adaptiveWhitening = false;
    config.whiteningRelaxCoeff = -1;
    config.whiteningFloor = -1;
    DetectionFunction function(config);
    std::vector<double> strength, frame(window);
    for (size_t at = 0; at + window <= samples.size(); at += step) {
        std::copy_n(samples.begin() + static_cast<long>(at), window, frame.begin());
        strength.push_back(function.processTimeDomain(frame.data()));
    }
    while (!strength.empty() && strength.back() <= 0.0)
        strength.pop_back();
    strength.erase(strength.begin(), strength.begin() + static_cast<long>(std::min(settling_steps, strength.size())));
    return strength;
}

// The slope of a straight line through all beats: a late beat here or there does not matter.
double steps_per_beat(const std::vector<double> &beats)
{
    double n = static_cast<double>(beats.size()), sum_i = 0, sum_b = 0, sum_ii = 0, sum_ib = 0;
    for (size_t i = 0; i < beats.size(); i++) {
        double x = static_cast<double>(i);
        sum_i += x;
        sum_b += beats[i];
        sum_ii += x * x;
        sum_ib += x * beats[i];
    }
    return (n * sum_ib - sum_i * sum_b) / (n * sum_ii - sum_i * sum_i);
}

void print_tempo(const std::vector<float> &samples)
{
    std::vector<double> strength = onset_strength(samples);
    if (strength.size() < 512) // less than six seconds
        return;
    std::vector<double> period(strength.size(), 0.0), tempi, beats;
    TempoTrackV2 tracker(rate_hz, step);
    tracker.calculateBeatPeriod(strength, period, tempi);
    tracker.calculateBeats(strength, period, beats);
    double steps = beats.size() > 4 ? steps_per_beat(beats) : 0.0;
    if (steps > 0.0)
        std::printf("tempo %.2f\n", 60.0 * rate_hz / (step * steps));
}

void print_key(const std::vector<float> &samples)
{
    static const char *const names[] = { "C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B" };
    constexpr int keys = 24; // 1..12 major, 13..24 minor, 0 is none
    GetKeyMode mode(rate_hz, 440.0f, 10, 10);
    const size_t block = mode.getBlockSize(), hop = mode.getHopSize();
    std::array<int, keys + 1> votes = {};
    std::vector<double> frame(block);
    for (size_t at = 0; at + block <= samples.size(); at += hop) {
        std::copy_n(samples.begin() + static_cast<long>(at), block, frame.begin());
        int key = mode.process(frame.data());
        if (key > 0 && key <= keys)
            votes[static_cast<size_t>(key)]++;
    }
    auto best = std::max_element(votes.begin() + 1, votes.end());
    long key = best - votes.begin() - 1;
    if (*best > 0)
        std::printf("key %s%s %.2f\n", names[key % 12], key >= 12 ? "m" : "",
                    *best * static_cast<double>(hop) / static_cast<double>(samples.size()));
}

} // namespace

int main()
{
    std::vector<float> samples = read_all(stdin);
    print_tempo(samples);
    print_key(samples);
    return 0;
}
