#include "tests/sys/hearing.h"

#include "sys/log.h"

TEST(a_line_of_the_log_has_its_time_in_utc_its_level_and_its_event)
{
    Hearing hearing;
    hearing_begin(&hearing);
    log_warn("some.event count=%d", 3);
    Str said = hearing_end(&hearing);
    CHECK(said.length > 26 && said.data[10] == 'T' && said.data[23] == 'Z');
    CHECK_STR(str_slice(said, 24, said.length), " warn some.event count=3\n");
}

TEST(a_line_of_the_log_stays_one_line_whatever_is_in_it)
{
    Hearing hearing;
    hearing_begin(&hearing);
    log_info("some.event text=%s", "a\r\n2026-01-01T00:00:00.000Z error forged.event\x1b[31m\x7f");
    Str said = hearing_end(&hearing);
    CHECK_INT(heard(said, "\n"), 1);
    CHECK_INT(heard(said, "text=a??2026"), 1);
    CHECK(heard(said, "\x1b") == 0 && heard(said, "\x7f") == 0 && heard(said, "\r") == 0);
}

TEST(a_line_of_the_log_that_is_too_long_is_cut_and_ends_all_the_same)
{
    Hearing hearing;
    char long_text[5000];
    for (size_t i = 0; i < sizeof long_text; i++)
        long_text[i] = 'a';
    long_text[sizeof long_text - 1] = 0;
    hearing_begin(&hearing);
    log_info("some.event text=%s", long_text);
    log_info("next.event");
    Str said = hearing_end(&hearing);
    CHECK_INT(heard(said, "\n"), 2);
    CHECK(said.length < 1200);
    CHECK_INT(heard(said, "info next.event\n"), 1);
}

TEST(lines_that_strangers_cause_are_held_back_and_counted)
{
    static LogMeter meter;
    int let_through = 0;
    Hearing hearing;
    for (int i = 0; i < 1000; i++)
        let_through += log_within(&meter);
    CHECK(let_through == LOG_METER_LINES ||
          let_through == 2 * LOG_METER_LINES); // a second may end in between
    hearing_begin(&hearing);
    usleep(1100000);
    bool again = log_within(&meter);
    Str said = hearing_end(&hearing);
    CHECK(again);
    CHECK_INT(heard(said, "warn log.held_back count="), 1);
}
