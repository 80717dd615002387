// The sealed format by itself: what it refuses, with the key at hand.
#include "vault/sealed.h"

#include "sys/secret.h"
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char key[KEY_BYTES] = { 1, 2, 3 };

static SealedPlace here(void)
{
    return (SealedPlace){ { "song", "title", 77 }, 12, KEY_ACCOUNT };
}

static Str sealed_text(Str plain)
{
    unsigned char *out = arena_take(test_arena(), sealed_size(plain.length));
    sealed_write(key, &(SealedPlace){ { "song", "title", 77 }, 12, KEY_ACCOUNT }, plain, out);
    return (Str){ (char *)out, sealed_size(plain.length) };
}

static bool opens(const unsigned char *with, SealedPlace place, Str sealed)
{
    size_t length;
    return sealed_read(with, &place, sealed, arena_take(test_arena(), sealed.length + 1), &length);
}

TEST(sealed_text_opens_as_it_was)
{
    for (size_t count = 0; count < 200; count++) {
        char text[200];
        secret_random(text, sizeof text);
        Str sealed = sealed_text((Str){ text, count });
        unsigned char *out = arena_take(test_arena(), sealed.length);
        size_t length;
        SealedPlace place = here();
        CHECK(sealed_read(key, &place, sealed, out, &length));
        CHECK_INT(length, count);
        CHECK(memcmp(out, text, count) == 0);
    }
}

TEST(a_megabyte_of_text_opens_as_it_was)
{
    size_t count = 1 << 20, length;
    char *text = arena_take(test_arena(), count);
    secret_random(text, count);
    Str sealed = sealed_text((Str){ text, count });
    unsigned char *out = arena_take(test_arena(), sealed.length);
    SealedPlace place = here();
    CHECK(sealed_read(key, &place, sealed, out, &length));
    CHECK(length == count && memcmp(out, text, count) == 0);
}

TEST(sealed_lengths_go_in_steps_of_32)
{
    CHECK_INT(sealed_text(STR("")).length, sealed_text(STR("Ada")).length);
    CHECK_INT(sealed_text(STR("Ada")).length, sealed_text(STR("a name of thirty-one characters")).length);
    CHECK(sealed_text(STR("a name of thirty-two characters.")).length > sealed_text(STR("Ada")).length);
}

TEST(the_same_text_is_never_sealed_the_same_way_twice)
{
    CHECK(!str_equal(sealed_text(STR("twice")), sealed_text(STR("twice"))));
}

TEST(a_sealed_text_with_any_bit_changed_does_not_open)
{
    Str sealed = sealed_text(STR("Sunrise Over Lisbon"));
    char *bytes = arena_take(test_arena(), sealed.length);
    for (size_t i = 0; i < sealed.length; i++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(bytes, sealed.data, sealed.length);
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            CHECK(!opens(key, here(), (Str){ bytes, sealed.length }));
        }
    CHECK(opens(key, here(), sealed));
}

TEST(a_sealed_text_cut_or_lengthened_does_not_open)
{
    Str sealed = sealed_text(STR("a text that is longer than one step of thirty-two bytes, so two of them"));
    for (size_t count = 0; count < sealed.length; count++)
        CHECK(!opens(key, here(), str_slice(sealed, 0, count)));
    char *longer = arena_take(test_arena(), sealed.length + 64); // zeroes behind
    memcpy(longer, sealed.data, sealed.length);
    for (size_t more = 1; more <= 64; more++)
        CHECK(!opens(key, here(), (Str){ longer, sealed.length + more }));
}

TEST(a_sealed_text_opens_at_its_own_place_only)
{
    Str sealed = sealed_text(STR("mine"));
    SealedPlace other[] = { here(), here(), here(), here(), here(), here(), here() };
    other[0].place.table = "folder";
    other[1].place.column = "prompt";
    other[2].place.row = 78;
    other[3].owner = 13;
    other[4].class = KEY_AUDIO;
    other[5].place.table = "son";
    other[5].place.column = "gtitle"; // the same letters, cut elsewhere
    other[6].place.row = 12;
    other[6].owner = 77;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        CHECK(!opens(key, other[i], sealed));
    CHECK(opens(key, here(), sealed));
}

TEST(another_key_does_not_open_a_sealed_text)
{
    Str sealed = sealed_text(STR("mine"));
    unsigned char other[KEY_BYTES];
    for (size_t i = 0; i < KEY_BYTES; i++) {
        memcpy(other, key, KEY_BYTES);
        other[i] ^= 1;
        CHECK(!opens(other, here(), sealed));
    }
}
