// Values as people read them.
#include "web/show.h"

#include "tests/test.h"

TEST(each_reason_has_a_sentence_of_its_own_that_says_what_it_cost)
{
    static const char *const reasons[] = { "refused", "silent",      "clipped", "length",
                                           "abrupt",  "undecodable", "engine",  "cancelled" };
    enum { COUNT = sizeof reasons / sizeof *reasons };
    for (int i = 0; i < COUNT; i++) {
        Str sentence = show_reason(str_of(reasons[i]));
        CHECK(str_find(sentence, STR("It cost nothing."), &(size_t){ 0 }));
        for (int k = 0; k < i; k++)
            CHECK(!str_equal(sentence, show_reason(str_of(reasons[k]))));
    }
}
