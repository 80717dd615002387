// Voicings: chords are complete, lie in their range, and lead into each other by small moves.
#include "score/composer.h"
#include "tests/test.h"

enum { LOW = 50, HIGH = 76, VOICES = 6, CHORDS_MOST = 16 };

typedef struct Laid {
    Chord chords[CHORDS_MOST];
    uint8_t pitch[CHORDS_MOST * VOICES];
    int count, voices;
} Laid;

static Laid lay(const char *numerals, int tonic, Mode mode, int voices)
{
    Laid out = { .voices = voices };
    Progression p;
    Fault fault = { 0 };
    CHECK_OK(progression_read(str_of(numerals), &p, &fault));
    for (int i = 0; i < p.count; i++) {
        Chord *chord = &out.chords[out.count++];
        roman_in_key(&p.chords[i], (Key){ tonic, false, mode }, false, &chord->root, &chord->bass,
                     &chord->tones);
    }
    voicings_find(test_arena(), out.chords, out.count, voices, LOW, HIGH, out.pitch);
    return out;
}

static const uint8_t *voicing(const Laid *laid, int chord)
{
    return laid->pitch + chord * VOICES;
}

static bool sounds(const Laid *laid, int chord, int semitones)
{
    for (int v = 0; v < laid->voices; v++)
        if ((voicing(laid, chord)[v] + 24 - laid->chords[chord].root) % 12 == semitones)
            return true;
    return false;
}

static const char *const turns[] = { "I vi IV V", "ii7 V7 Imaj7 vi7", "I V/3 vi IV",
                                     "IVmaj7 iii7 ii7 V9 Imaj9 I6", "I II7 iv I" };
enum { TURNS = sizeof turns / sizeof *turns };

TEST(voicings_hold_chord_tones_in_their_range_from_below)
{
    for (int t = 0; t < TURNS; t++) {
        for (int tonic = 0; tonic < 12; tonic++) {
            for (int voices = 2; voices <= 6; voices++) {
                Laid laid = lay(turns[t], tonic, MODE_MAJOR, voices);
                for (int i = 0; i < laid.count; i++) {
                    const uint8_t *p = voicing(&laid, i);
                    for (int v = 0; v < voices; v++) {
                        CHECK(p[v] >= LOW && p[v] <= HIGH);
                        CHECK(chord_has(&laid.chords[i], p[v]));
                        CHECK(v == 0 || p[v] > p[v - 1]);
                    }
                }
            }
        }
    }
}

TEST(voicings_have_the_third_and_the_seventh)
{
    for (int t = 0; t < TURNS; t++) {
        for (int tonic = 0; tonic < 12; tonic++) {
            for (int voices = 3; voices <= 5; voices++) {
                Laid laid = lay(turns[t], tonic, MODE_MAJOR, voices);
                for (int i = 0; i < laid.count; i++) {
                    int third = chord_has(&laid.chords[i], laid.chords[i].root + 4) ? 4 : 3;
                    CHECK(sounds(&laid, i, third));
                    for (int seventh = 10; voices > 3 && seventh <= 11; seventh++)
                        if (chord_has(&laid.chords[i], laid.chords[i].root + seventh))
                            CHECK(sounds(&laid, i, seventh));
                }
            }
        }
    }
}

TEST(voices_move_little_from_chord_to_chord)
{
    int moved = 0, moves = 0;
    for (int t = 0; t < TURNS; t++) {
        for (int tonic = 0; tonic < 12; tonic++) {
            Laid laid = lay(turns[t], tonic, MODE_MAJOR, 4);
            for (int i = 1; i < laid.count; i++) {
                for (int v = 0; v < 4; v++) {
                    int step = voicing(&laid, i)[v] - voicing(&laid, i - 1)[v];
                    step = step < 0 ? -step : step;
                    CHECK(step <= 9);
                    moved += step;
                    moves++;
                }
            }
        }
    }
    CHECK((double)moved / moves < 2.6);
}

TEST(a_range_too_narrow_is_opened_until_the_chord_fits)
{
    Chord chord = { .root = 0, .tones = 1 | 1 << 4 | 1 << 7 };
    uint8_t pitch[VOICES];
    voicings_find(test_arena(), &chord, 1, 6, 60, 63, pitch);
    for (int v = 0; v < 6; v++)
        CHECK(chord_has(&chord, pitch[v]));
}
