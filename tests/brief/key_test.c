#include "tests/brief/brief.h"

static void check_key(const char *text, const char *read)
{
    Key key;
    CHECK(key_read(str_of(text), &key));
    CHECK_STR(key_text(test_arena(), key), read);
}

TEST(keys_are_read_in_every_spelling)
{
    check_key("Am", "A minor");
    check_key("f sharp minor", "F# minor");
    check_key("F# minor", "F# minor");
    check_key("F♯m", "F# minor");
    check_key("Bb", "Bb");
    check_key("B♭ major", "Bb major");
    check_key("d dorian", "D dorian");
    check_key("ebmin", "Eb minor");
    check_key("C harmonic minor", "C harmonic minor");
    check_key("E blues", "E blues");
    check_key("fis-Moll", "F# minor");
    check_key("h-Moll", "B minor");
    check_key("B-Dur", "Bb major");
    check_key("la menor", "A minor");
    check_key("ré majeur", "D major");
    check_key("si bemolle maggiore", "Bb major");
    check_key("fá sustenido menor", "F# minor");
}

TEST(what_is_no_key_is_not_read)
{
    static const char *const texts[] = {
        "", "H sharp", "minor", "X major", "A banana", "C minor major", "4"
    };
    Key key;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        CHECK(!key_read(str_of(texts[i]), &key));
}

TEST(every_key_survives_its_text)
{
    for (int tonic = 0; tonic < 12; tonic++) {
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            for (int flats = 0; flats < 2; flats++) {
                Key key = { tonic, flats, (Mode)mode }, back;
                CHECK(key_read(key_text(test_arena(), key), &back));
                CHECK_INT(back.tonic, tonic);
                CHECK_INT(back.mode, mode);
                CHECK_STR(tonic_text(back), tonic_text(key).data);
            }
        }
    }
}
