#include "score/harmony.h"
#include "tests/test.h"

#include <string.h>

enum { C, Db, D, Eb, E, F, Gb, G, Ab, A, Bb, B };

#define TONES(...) tones_of((const int[]){ __VA_ARGS__, -1 })

static int tones_of(const int *list)
{
    int mask = 0;
    for (; *list >= 0; list++)
        mask |= 1 << *list;
    return mask;
}

static Progression progression(const char *text)
{
    Progression out;
    Fault fault = { 0 };
    CHECK_OK(progression_read(str_of(text), &out, &fault));
    return out;
}

static void in_key(const char *numeral, int tonic, Mode mode, int root, int bass, int tones)
{
    Progression p = progression(numeral);
    uint8_t r, b;
    uint16_t t;
    roman_in_key(&p.chords[0], (Key){ tonic, false, mode }, false, &r, &b, &t);
    if (r != root || b != bass || t != tones)
        print_error("%s is root %d bass %d tones %x\n", numeral, r, b, t);
    CHECK_INT(r, root);
    CHECK_INT(b, bass);
    CHECK_INT(t, tones);
}

TEST(numerals_become_chords_of_a_major_key)
{
    in_key("I", C, MODE_MAJOR, C, C, TONES(C, E, G));
    in_key("ii", C, MODE_MAJOR, D, D, TONES(D, F, A));
    in_key("V7", C, MODE_MAJOR, G, G, TONES(G, B, D, F));
    in_key("viidim", C, MODE_MAJOR, B, B, TONES(B, D, F));
    in_key("IVmaj7", G, MODE_MAJOR, C, C, TONES(C, E, G, B));
    in_key("iv", C, MODE_MAJOR, F, F, TONES(F, Ab, C));
    in_key("II7", C, MODE_MAJOR, D, D, TONES(D, Gb, A, C));
    in_key("bVII", C, MODE_MAJOR, Bb, Bb, TONES(Bb, D, F));
    in_key("#IVdim", C, MODE_MAJOR, Gb, Gb, TONES(Gb, A, C));
}

TEST(numerals_become_chords_of_a_minor_key)
{
    in_key("i", A, MODE_MINOR, A, A, TONES(A, C, E));
    in_key("VI", A, MODE_MINOR, F, F, TONES(F, A, C));
    in_key("VII", D, MODE_MINOR, C, C, TONES(C, E, G));
    in_key("V7", D, MODE_MINOR, A, A, TONES(A, Db, E, G));
    in_key("iim7b5", A, MODE_MINOR, B, B, TONES(B, D, F, A));
}

TEST(suffixes_add_and_take_tones)
{
    in_key("Imaj9", C, MODE_MAJOR, C, C, TONES(C, D, E, G, B));
    in_key("Vsus4", C, MODE_MAJOR, G, G, TONES(G, C, D));
    in_key("Isus2", C, MODE_MAJOR, C, C, TONES(C, D, G));
    in_key("V7b9", C, MODE_MAJOR, G, G, TONES(G, B, D, F, Ab));
    in_key("I5", C, MODE_MAJOR, C, C, TONES(C, G));
    in_key("I69", C, MODE_MAJOR, C, C, TONES(C, D, E, G, A));
    in_key("I+", C, MODE_MAJOR, C, C, TONES(C, E, Ab));
    in_key("vi7", C, MODE_MAJOR, A, A, TONES(A, C, E, G));
    in_key("I6", C, MODE_MAJOR, C, C, TONES(C, E, G, A));
    in_key("Iadd9", C, MODE_MAJOR, C, C, TONES(C, D, E, G));
    in_key("V9", C, MODE_MAJOR, G, G, TONES(G, A, B, D, F));
    in_key("V13", C, MODE_MAJOR, G, G, TONES(G, A, B, D, E, F));
    in_key("V7sus", C, MODE_MAJOR, G, G, TONES(G, C, D, F));
    in_key("V7#9", C, MODE_MAJOR, G, G, TONES(G, B, D, F, Bb));
    in_key("Imaj13", C, MODE_MAJOR, C, C, TONES(C, D, E, G, A, B));
    in_key("viidim7", C, MODE_MAJOR, B, B, TONES(B, D, F, Ab));
}

TEST(the_bass_may_have_the_third_or_fifth)
{
    in_key("I/3", C, MODE_MAJOR, C, E, TONES(C, E, G));
    in_key("i/3", C, MODE_MINOR, C, Eb, TONES(C, Eb, G));
    in_key("V7/5", C, MODE_MAJOR, G, D, TONES(G, B, D, F));
}

TEST(chords_move_with_the_key)
{
    static const char *const numerals[] = { "I", "ii7", "V7", "bVII", "IVmaj9", "V7/5" };
    for (size_t i = 0; i < sizeof numerals / sizeof *numerals; i++) {
        Progression p = progression(numerals[i]);
        uint8_t root, bass, home_root, home_bass;
        uint16_t tones, home;
        roman_in_key(&p.chords[0], (Key){ 0, false, MODE_MAJOR }, false, &home_root, &home_bass, &home);
        for (int tonic = 0; tonic < 12; tonic++) {
            roman_in_key(&p.chords[0], (Key){ tonic, false, MODE_MAJOR }, false, &root, &bass, &tones);
            CHECK_INT(root, (home_root + tonic) % 12);
            CHECK_INT(bass, (home_bass + tonic) % 12);
            CHECK_INT(tones, (home << tonic | home << tonic >> 12) & 4095);
        }
    }
}

TEST(a_numeral_of_another_mode_takes_the_keys_own_tones)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        Key key = { 2, false, (Mode)mode };
        Progression p = progression("I IV V vi");
        const int8_t *scale = mode_scale((Mode)mode);
        uint16_t own = 0;
        for (int i = 0; i < 7; i++)
            own |= (uint16_t)(1 << (scale[i] + 2) % 12);
        for (int i = 0; i < p.count; i++) {
            uint8_t root, bass;
            uint16_t tones;
            roman_in_key(&p.chords[i], key, true, &root, &bass, &tones);
            CHECK_INT(tones & ~own, 0);
            CHECK(tones >> root & 1);
            CHECK(tones >> bass & 1);
        }
    }
}

TEST(a_progression_counts_bars_and_shares)
{
    Progression p = progression("ii9 V13 Imaj9 vi7,VI7b9");
    CHECK_INT(p.count, 5);
    CHECK_INT(p.bars, 4);
    CHECK_INT(p.chords[0].share, 1);
    CHECK_INT(p.chords[3].share, 2);
    CHECK_INT(p.chords[4].share, 2);
    CHECK_STR(p.chords[4].text, "VI7b9");
}

static void refused(const char *text, const char *why)
{
    Progression out;
    Fault fault = { 0 };
    CHECK_FAULT(progression_read(str_of(text), &out, &fault), FAULT_INPUT);
    if (!strstr(fault.text, why))
        print_error("\"%s\" does not say \"%s\"\n", fault.text, why);
    CHECK(strstr(fault.text, why) != NULL);
}

TEST(wrong_progressions_are_refused_with_the_reason)
{
    refused("", "no chords");
    refused("I H", "\"H\" is no Roman numeral");
    refused("Iv", "Iv");
    refused("Iblue", "unknown chord suffix");
    refused("I/4", "the bass can be");
    refused("I,IV,V,I,V", "more than 4 chords in a bar");
    char many[400] = "";
    for (int i = 0; i < 65; i++)
        strcat(many, "I ");
    refused(many, "more than 64 chords");
}

TEST(modes_have_the_scales_of_the_book)
{
    CHECK_INT(mode_tones(MODE_MAJOR, C), TONES(C, D, E, F, G, A, B));
    CHECK_INT(mode_tones(MODE_MINOR, A), TONES(C, D, E, F, G, A, B));
    CHECK_INT(mode_tones(MODE_DORIAN, D), TONES(C, D, E, F, G, A, B));
    CHECK_INT(mode_tones(MODE_PHRYGIAN, E), TONES(C, D, E, F, G, A, B));
    CHECK_INT(mode_tones(MODE_LYDIAN, F), TONES(C, D, E, F, G, A, B));
    CHECK_INT(mode_tones(MODE_MIXOLYDIAN, G), TONES(C, D, E, F, G, A, B));
    CHECK_INT(mode_tones(MODE_LOCRIAN, B), TONES(C, D, E, F, G, A, B));
    CHECK_INT(mode_tones(MODE_HARMONIC_MINOR, A), TONES(A, B, C, D, E, F, Ab));
    CHECK_INT(mode_tones(MODE_BLUES, C), TONES(C, Eb, F, Gb, G, Bb));
    CHECK(mode_is_minor(MODE_DORIAN) && mode_is_minor(MODE_HARMONIC_MINOR) && !mode_is_minor(MODE_LYDIAN));
}
