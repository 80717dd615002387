#include "song/settings.h"
#include "tests/test.h"

#include <string.h>

static bool read_back(const char *json, SongSettings *out, Fault *fault)
{
    return settings_read(test_arena(), str_of(json), out, fault);
}

TEST(settings_come_back_as_they_were)
{
    Fault fault;
    SongSettings in = { STR("bossa nova"), 90, 124, STR("F# minor"), true }, out;
    Str json;
    CHECK_OK(settings_write(test_arena(), &in, &json, &fault));
    CHECK_OK(settings_read(test_arena(), json, &out, &fault));
    CHECK_STR(out.style, "bossa nova");
    CHECK_STR(out.key, "F# minor");
    CHECK_INT(out.seconds, 90);
    CHECK_INT(out.bpm, 124);
    CHECK(out.instrumental);
}

TEST(settings_that_are_not_stated_are_left_out)
{
    Fault fault;
    SongSettings out, none = { .seconds = -1, .bpm = -1 };
    Str json;
    CHECK_OK(settings_write(test_arena(), &none, &json, &fault));
    CHECK_STR(json, "{}");
    CHECK_OK(settings_read(test_arena(), json, &out, &fault));
    CHECK(out.style.length == 0 && out.key.length == 0 && out.seconds == 0 && out.bpm == 0 &&
          !out.instrumental);
}

TEST(settings_of_any_bytes_can_be_read_again)
{
    Fault fault;
    char worst[SETTINGS_TEXT_MAX];
    for (int byte = 0; byte < 256; byte++) {
        memset(worst, byte, sizeof worst);
        SongSettings in = { .style = { worst, sizeof worst }, .key = { worst, sizeof worst } }, out;
        Str json;
        CHECK_OK(settings_write(test_arena(), &in, &json, &fault));
        CHECK_OK(settings_read(test_arena(), json, &out, &fault));
        CHECK(out.style.length >= sizeof worst);
    }
}

TEST(settings_that_are_too_long_are_refused)
{
    Fault fault;
    char text[SETTINGS_TEXT_MAX + 1];
    memset(text, 'x', sizeof text);
    Str json;
    CHECK_FAULT(
        settings_write(test_arena(), &(SongSettings){ .style = { text, sizeof text } }, &json, &fault),
        FAULT_INPUT);
    CHECK_FAULT(settings_write(test_arena(), &(SongSettings){ .seconds = 1 << 30 }, &json, &fault),
                FAULT_INPUT);
}

TEST(settings_of_a_later_version_are_read)
{
    Fault fault;
    SongSettings out;
    CHECK_OK(read_back("{\"bpm\":90,\"choir\":{\"voices\":[1,2]}}", &out, &fault));
    CHECK_INT(out.bpm, 90);
}

TEST(hostile_settings_are_refused)
{
    static const char *const bad[] = {
        "",
        "[]",
        "null",
        "\"x\"",
        "{",
        "{}{}",
        "{\"bpm\":\"90\"}",
        "{\"bpm\":9e99}",
        "{\"bpm\":-1}",
        "{\"bpm\":99999999999999999999}",
        "{\"bpm\":100001}",
        "{\"seconds\":1.5}",
        "{\"style\":7}",
        "{\"style\":\"\\ud800\"}",
        "{\"style\":\"\xff\"}",
        "{\"instrumental\":1}",
        "{\"bpm\":1,\"bpm\":2}",
    };
    Fault fault;
    SongSettings out;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_FAULT(read_back(bad[i], &out, &fault), FAULT_BROKEN);
    char deep[SETTINGS_BYTES_MAX + 2];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = 0;
    CHECK_FAULT(read_back(deep, &out, &fault), FAULT_BROKEN);
    deep[3000] = 0;
    CHECK_FAULT(read_back(deep, &out, &fault), FAULT_BROKEN);
}
