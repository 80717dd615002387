// Forms, cookies, ranges, entity tags, JSON's depth, addresses.
#include "tests/test.h"
#include "web/form.h"
#include "web/header.h"
#include "web/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static Fault fault;

static bool reads(const char *text, Form *form)
{
    return form_read(test_arena(), str_of(text), form, &fault);
}

TEST(form_decodes_once)
{
    Form form;
    CHECK_OK(reads("a=1+2&b=%2541&&c&d=%C3%A9%0D%0A", &form));
    CHECK_INT(form.count, 4);
    CHECK_STR(form.list[0].value, "1 2");
    CHECK_STR(form.list[1].value, "%41");
    CHECK_STR(form.list[2].value, "");
    CHECK_STR(form.list[3].value, "é\r\n");
    CHECK_OK(reads("", &form));
    CHECK_INT(form.count, 0);
}

TEST(form_refuses_what_is_no_text)
{
    Form form;
    CHECK_FAULT(reads("a=%00", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%1b", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%C2%85", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%C0%AF", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%ED%A0%80", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%F4%90%80%80", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%E2%82", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%4", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a=%zz", &form), FAULT_INPUT);
    CHECK_FAULT(reads("=1", &form), FAULT_INPUT);
    CHECK_FAULT(reads("a%20b=1", &form), FAULT_INPUT);
}

TEST(form_names_the_field_that_comes_twice)
{
    Form form;
    CHECK_FAULT(reads("title=a&x=b&t%69tle=c", &form), FAULT_INPUT);
    CHECK(strstr(fault.text, "\"title\"") != NULL);
    CHECK_OK(reads("a=1&b=2", &form));
    CHECK_OK(form_allows(&form, "b a c", &fault));
    CHECK_FAULT(form_allows(&form, "a c", &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "\"b\"") != NULL);
    CHECK_FAULT(form_allows(&form, "", &fault), FAULT_INPUT);
}

TEST(cookie_that_is_there_twice_counts_as_none)
{
    CHECK_STR(cookie_find(STR("a=1; __Host-sid=xyz; b=2"), STR("__Host-sid")), "xyz");
    CHECK_STR(cookie_find(STR("a=1;b=x=y"), STR("b")), "x=y");
    CHECK_STR(cookie_find(STR("a=1; a=2"), STR("a")), "");
    CHECK_STR(cookie_find(STR("aa=1"), STR("a")), "");
    CHECK_STR(cookie_find(STR("a"), STR("a")), "");
    CHECK_STR(cookie_find(STR("a=\"x y\""), STR("a")), "");
    CHECK_STR(cookie_find(STR(""), STR("a")), "");
}

static void check_range(const char *header, RangeKind kind, int64_t from, int64_t to)
{
    int64_t first = 0, last = 0;
    CHECK_INT(range_read(str_of(header), 100, &first, &last), kind);
    if (kind == RANGE_PART) {
        CHECK_INT(first, from);
        CHECK_INT(last, to);
    }
}

TEST(range_is_one_part_or_none)
{
    check_range("bytes=0-9", RANGE_PART, 0, 9);
    check_range("bytes=90-", RANGE_PART, 90, 99);
    check_range("bytes=90-900", RANGE_PART, 90, 99);
    check_range("bytes=-10", RANGE_PART, 90, 99);
    check_range("bytes=-900", RANGE_PART, 0, 99);
    check_range("bytes=99-99", RANGE_PART, 99, 99);
    check_range("bytes=100-", RANGE_NONE, 0, 0);
    check_range("bytes=-0", RANGE_NONE, 0, 0);
    check_range("", RANGE_ALL, 0, 0);
    check_range("bytes=9-0", RANGE_ALL, 0, 0);
    check_range("bytes=0-1,5-6", RANGE_ALL, 0, 0);
    check_range("bytes=a-b", RANGE_ALL, 0, 0);
    check_range("bytes=--1", RANGE_ALL, 0, 0);
    check_range("bytes=0--1", RANGE_ALL, 0, 0);
    check_range("items=0-9", RANGE_ALL, 0, 0);
    check_range("bytes=99999999999999999999-", RANGE_ALL, 0, 0);
}

TEST(etag_matches_in_a_list)
{
    CHECK(etag_matches(STR("\"a\", W/\"b\""), STR("\"b\"")));
    CHECK(etag_matches(STR("*"), STR("\"b\"")));
    CHECK(!etag_matches(STR("\"ab\""), STR("\"b\"")));
    CHECK(!etag_matches(STR(""), STR("\"b\"")));
}

TEST(json_may_go_so_deep_and_no_deeper)
{
    CHECK(json_fits(STR("{\"a\":[[1]]}"), 3));
    CHECK(!json_fits(STR("{\"a\":[[1]]}"), 2));
    CHECK(json_fits(STR("{\"[[[[\\\"[[[\":1}"), 1));
    CHECK(json_fits(STR("[][][]"), 1));
}

static Address address(const char *text)
{
    Address out;
    CHECK(address_read(str_of(text), &out));
    return out;
}

static void check_forwarded(const char *peer, const char *header, const char *wanted)
{
    Networks proxies;
    CHECK_OK(networks_read(test_arena(), STR("10.0.0.0/8 ::1 192.168.7.1"), &proxies, &fault));
    Address from = address(peer), found = address_forwarded(&proxies, str_of(header), &from);
    CHECK_STR(address_text(test_arena(), &found), wanted);
}

TEST(forwarded_address_is_believed_only_from_proxies)
{
    check_forwarded("10.1.2.3", "203.0.113.9", "203.0.113.9");
    check_forwarded("203.0.113.1", "198.51.100.1", "203.0.113.1");
    check_forwarded("10.1.2.3", "6.6.6.6, 203.0.113.9, 10.9.9.9", "203.0.113.9");
    check_forwarded("10.1.2.3", "", "10.1.2.3");
    check_forwarded("10.1.2.3", "rubbish", "10.1.2.3");
    check_forwarded("10.1.2.3", "rubbish, 203.0.113.9", "203.0.113.9");
    check_forwarded("::1", "[2001:db8::5]:99", "2001:db8::5");
    check_forwarded("192.168.7.1", "203.0.113.9:4711", "203.0.113.9");
    check_forwarded("192.168.7.2", "203.0.113.9", "192.168.7.2");
}

TEST(network_that_cannot_be_is_refused)
{
    Networks networks;
    CHECK_FAULT(networks_read(test_arena(), STR("10.0.0.0/33"), &networks, &fault), FAULT_INPUT);
    CHECK_FAULT(networks_read(test_arena(), STR("10.0.0/8"), &networks, &fault), FAULT_INPUT);
    CHECK_FAULT(networks_read(test_arena(), STR("proxy.example"), &networks, &fault), FAULT_INPUT);
    CHECK_OK(networks_read(test_arena(), STR("0.0.0.0/0"), &networks, &fault));
    Address v4 = address("9.8.7.6"), v6 = address("2001:db8::1");
    CHECK(networks_have(&networks, &v4));
    CHECK(!networks_have(&networks, &v6));
    CHECK_OK(networks_read(test_arena(), STR("2001:db8::/33 10.128.0.0/9"), &networks, &fault));
    CHECK(networks_have(&networks, &v6));
    Address other = address("2001:db8:8000::1"), half = address("10.127.0.1");
    CHECK(!networks_have(&networks, &other));
    CHECK(!networks_have(&networks, &half));
}

TEST(crowd_counts_connections_of_a_network)
{
    Crowd *crowd = crowd_open();
    Address a = address("203.0.113.9"), b = address("fd00:1:0:1::1"), c = address("fd00:1:0:2::9");
    for (int i = 0; i < 5000; i++) {
        Address many = { { 0x20, 1, (unsigned char)(i >> 8), (unsigned char)i } };
        crowd_change(crowd, &many, 1);
    }
    crowd_change(crowd, &a, 1);
    crowd_change(crowd, &a, 1);
    crowd_change(crowd, &b, 1);
    CHECK_INT(crowd_count(crowd, &a), 2);
    CHECK_INT(crowd_count(crowd, &c), 1); // the same 56 bits
    for (int i = 0; i < 5000; i += 2) {
        Address many = { { 0x20, 1, (unsigned char)(i >> 8), (unsigned char)i } };
        crowd_change(crowd, &many, -1);
    }
    CHECK_INT(crowd_count(crowd, &a), 2);
    crowd_change(crowd, &a, -2);
    CHECK_INT(crowd_count(crowd, &a), 0);
    for (int i = 1; i < 5000; i += 2) {
        Address many = { { 0x20, 1, (unsigned char)(i >> 8), (unsigned char)i } };
        CHECK_INT(crowd_count(crowd, &many), 1);
    }
    crowd_close(crowd);
}
