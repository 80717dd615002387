// The list of a zip of stems: read as it was written, and nothing that is not such a list.
#include "song/stems.h"

#include "base/buf.h"
#include "provider/zip.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

static bool to_buf(void *self, const void *bytes, size_t count)
{
    buf_bytes(self, bytes, count);
    return true;
}

static Str zip_of(int files, size_t bytes)
{
    static Buf buf;
    char body[4000];
    buf = buf_make(test_arena(), 1 << 20);
    memset(body, 'x', sizeof body);
    Zip zip = zip_open((Sink){ &buf, to_buf, NULL });
    for (int i = 0; i < files; i++) {
        ZipFile file = { arena_print(test_arena(), "%02d-part.flac", i + 1), zip_sum(0, body, bytes),
                         (uint32_t)bytes };
        body[0] = (char)('a' + i);
        zip_file(&zip, &file);
        zip_bytes(&zip, body, bytes);
    }
    zip_close(&zip);
    return buf_str(&buf);
}

static bool reads(Str zip, Stem **list, int *count)
{
    Fault fault;
    size_t end = zip.length < STEMS_LIST_BYTES ? zip.length : STEMS_LIST_BYTES;
    bool good = stems_read(test_arena(), str_slice(zip, zip.length - end, zip.length), (int64_t)zip.length,
                           list, count, &fault);
    CHECK(good || fault.kind == FAULT_BROKEN);
    return good;
}

TEST(stems_are_found_where_the_zip_has_them)
{
    Stem *list;
    int count;
    Str zip = zip_of(20, 3000);
    CHECK(reads(zip, &list, &count));
    CHECK_INT(count, 20);
    for (int i = 0; i < count; i++) {
        CHECK_INT(list[i].bytes, 3000);
        CHECK_INT(zip.data[list[i].at], 'a' + i);
    }
    CHECK_STR(list[19].name, "20-part.flac");
    CHECK(reads(zip_of(0, 0), &list, &count));
    CHECK_INT(count, 0);
    CHECK(reads(zip_of(64, 0), &list, &count)); // as many as the maker writes
    CHECK_INT(count, 64);
}

TEST(a_list_that_says_more_than_there_is_is_broken)
{
    Stem *list;
    int count, wrong = 0;
    Str zip = zip_of(3, 40);
    for (size_t i = 0; i < zip.length; i++) { // cut off anywhere
        CHECK(!reads(str_slice(zip, 0, i), &list, &count));
        wrong++;
    }
    CHECK(wrong > 200);
    for (size_t i = 0; i < zip.length; i++) // one byte other: no part leaves the zip or meets another
        for (int bit = 0; bit < 8; bit++) {
            char *copy = arena_take(test_arena(), zip.length);
            memcpy(copy, zip.data, zip.length);
            copy[i] = (char)(copy[i] ^ 1 << bit);
            if (!reads((Str){ copy, zip.length }, &list, &count))
                continue;
            int64_t next = 0;
            for (int k = 0; k < count; k++) {
                CHECK(list[k].at >= next && list[k].bytes >= 0);
                next = list[k].at + list[k].bytes;
            }
            CHECK(next <= (int64_t)zip.length);
        }
    ZipFile file = { STR("../up.flac"), 0, 0 };
    Buf buf = buf_make(test_arena(), 1 << 16);
    Zip bad = zip_open((Sink){ &buf, to_buf, NULL });
    zip_file(&bad, &file);
    zip_close(&bad);
    CHECK(!reads(buf_str(&buf), &list, &count));
}
