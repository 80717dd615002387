#include "tests/test.h"
#include "web/strict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the scanner says of these bytes, whole and byte by byte, which must be the same.
static int said_of(const char *bytes, size_t length)
{
    Strict whole = { 0 }, pieces = { 0 };
    size_t at, ended;
    int said = strict_feed(&whole, bytes, length, &at);
    for (size_t i = 0; i < length; i++)
        strict_feed(&pieces, bytes + i, 1, &ended);
    CHECK_INT(pieces.status, said);
    if (said == 0)
        CHECK_INT(memcmp(&whole, &pieces, sizeof whole), 0);
    return said;
}

static int said(const char *text)
{
    return said_of(text, strlen(text));
}

static bool complete(const char *text)
{
    Strict strict = { 0 };
    size_t whole;
    return strict_feed(&strict, text, strlen(text), &whole) == 0 && whole == strlen(text);
}

#define HOST "Host: a.example\r\n"
#define POST "POST /x HTTP/1.1\r\n" HOST

TEST(strict_takes_what_programs_send)
{
    CHECK(complete("GET / HTTP/1.1\r\n" HOST "\r\n"));
    CHECK(complete("GET / HTTP/1.0\r\n\r\n"));
    CHECK(complete(
        "HEAD /a?b=c&d=%20 HTTP/1.1\r\nHost: [::1]:8080\r\nX-Empty:\r\nX-Padded: \t a b \t\r\n\r\n"));
    CHECK(complete(POST "Content-Length: 3\r\n\r\nabc"));
    CHECK(complete(POST "Content-Length:0\r\n\r\n"));
    CHECK(complete(POST "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"));
    CHECK(complete(POST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx"));
    CHECK(complete("GET / HTTP/1.1\r\n" HOST "\r\n" POST "Content-Length: 2\r\n\r\nabGET /c HTTP/1.1\r\n" HOST
                   "\r\n"));
}

TEST(strict_knows_where_requests_end)
{
    const char *two = "GET / HTTP/1.1\r\n" HOST "\r\n" POST "Content-Length: 4\r\n\r\nab";
    Strict strict = { 0 };
    size_t whole;
    CHECK_INT(strict_feed(&strict, two, strlen(two), &whole), 0);
    CHECK_INT(whole, strlen("GET / HTTP/1.1\r\n" HOST "\r\n"));
    CHECK(strict_in_body(&strict));
    CHECK_INT(strict_feed(&strict, "cdGET", 5, &whole), 0);
    CHECK_INT(whole, 2);
    CHECK(strict_in_head(&strict));
}

TEST(strict_refuses_two_lengths_of_a_body)
{
    CHECK_INT(said(POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
    CHECK_INT(said(POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"), 400);
    CHECK_INT(said(POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\n"), 400);
    CHECK_INT(said(POST "Content-Length: 3, 3\r\n\r\n"), 400);
    CHECK_INT(said(POST "Content-Length: +3\r\n\r\n"), 400);
    CHECK_INT(said(POST "Content-Length: -3\r\n\r\n"), 400);
    CHECK_INT(said(POST "Content-Length: 3 \t3\r\n\r\n"), 400);
    CHECK_INT(said(POST "Content-Length: 0x3\r\n\r\n"), 400);
    CHECK_INT(said(POST "Content-Length:\r\n\r\n"), 400);
    CHECK_INT(said(POST "content-length: 99999999999999999999999999999\r\n\r\n"), 400);
    CHECK_INT(said(POST "Content-Length: 18446744073709551619\r\n\r\n"), 413);
    CHECK_INT(said(POST "Content-Length: 8388609\r\n\r\n"), 413);
}

TEST(strict_knows_one_transfer_coding)
{
    CHECK_INT(said(POST "Transfer-Encoding: gzip\r\n\r\n"), 501);
    CHECK_INT(said(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501);
    CHECK_INT(said(POST "Transfer-Encoding: chunked, identity\r\n\r\n"), 501);
    CHECK_INT(said(POST "Transfer-Encoding: \"chunked\"\r\n\r\n"), 501);
    CHECK_INT(said(POST "Transfer-Encoding: xchunked\r\n\r\n"), 501);
    CHECK_INT(said(POST "Transfer-Encoding:\r\n\r\n"), 501);
    CHECK_INT(said(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
    CHECK_INT(said(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"), 400);
    CHECK_INT(said(POST "Transfer-Encoding : chunked\r\n\r\n"), 400);
    CHECK_INT(said(POST "Transfer-Encoding\t: chunked\r\n\r\n"), 400);
    CHECK_INT(said(POST "Transfer-Encoding: \x0b"
                        "chunked\r\n\r\n"),
              400);
    CHECK_INT(said("POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

#define CHUNKS POST "Transfer-Encoding: chunked\r\n\r\n"

TEST(strict_takes_chunks_without_ornament)
{
    CHECK_INT(said(CHUNKS "3;a=b\r\nabc\r\n0\r\n\r\n"), 400);
    CHECK_INT(said(CHUNKS "3 \r\nabc\r\n0\r\n\r\n"), 400);
    CHECK_INT(said(CHUNKS "3\nabc\r\n0\r\n\r\n"), 400);
    CHECK_INT(said(CHUNKS "0x3\r\nabc\r\n0\r\n\r\n"), 400);
    CHECK_INT(said(CHUNKS "-3\r\n"), 400);
    CHECK_INT(said(CHUNKS "\r\n"), 400);
    CHECK_INT(said(CHUNKS "3\r\nabcd\r\n"), 400);
    CHECK_INT(said(CHUNKS "3\r\nabc\n0\r\n\r\n"), 400);
    CHECK_INT(said(CHUNKS "100000003\r\nabc"), 400);
    CHECK_INT(said(CHUNKS "10000000000000003\r\nabc"), 400);
    CHECK_INT(said(CHUNKS "ffffffff\r\nabc"), 413);
    CHECK_INT(said(CHUNKS "0\r\nX-Trailer: 1\r\n\r\n"), 400);
    CHECK_INT(said(CHUNKS "0\r\n\r"), 0);
    CHECK_INT(said(CHUNKS "0\r\n\rX"), 400);
}

TEST(strict_ends_lines_with_both_bytes)
{
    CHECK_INT(said("GET / HTTP/1.1\n" HOST "\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: a\r\rX: b\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\n" HOST "\n"), 400);
    CHECK_INT(said("\r\nGET / HTTP/1.1\r\n" HOST "\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\n" HOST "X: a\r\n folded\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\n" HOST "X: a\r\n\tfolded\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400);
}

TEST(strict_wants_one_host)
{
    CHECK_INT(said("GET / HTTP/1.1\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), 400);
}

TEST(strict_wants_a_plain_request_line)
{
    CHECK_INT(said("GET http://a/ HTTP/1.1\r\n"), 400);
    CHECK_INT(said("OPTIONS * HTTP/1.1\r\n"), 400);
    CHECK_INT(said("GET  / HTTP/1.1\r\n"), 400);
    CHECK_INT(said("GET /\tx HTTP/1.1\r\n"), 400);
    CHECK_INT(said("GET /a b HTTP/1.1\r\n"), 400);
    CHECK_INT(said("GET /#a HTTP/1.1\r\n"), 400);
    CHECK_INT(said("GET /\x80 HTTP/1.1\r\n"), 400);
    CHECK_INT(said("GET /\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1 \r\n"), 400);
    CHECK_INT(said("GET / http/1.1\r\n"), 400);
    CHECK_INT(said("GET / HTTP/2.0\r\n"), 505);
    CHECK_INT(said("BREW / HTTP/1.1\r\n"), 501);
    CHECK_INT(said("CONNECT a:80 HTTP/1.1\r\n"), 501);
    CHECK_INT(said(" GET / HTTP/1.1\r\n"), 400);
    CHECK_INT(said("\x16\x03\x01\x02"), 400);
}

TEST(strict_refuses_control_bytes)
{
    const char zero[] = "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n";
    CHECK_INT(said_of(zero, sizeof zero - 1), 400);
    const char name[] = "GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n";
    CHECK_INT(said_of(name, sizeof name - 1), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: a\r\nX(y): b\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"), 400);
}

TEST(strict_bounds_what_it_reads)
{
    static char text[40000];
    memset(text, 'a', sizeof text);
    memcpy(text, "GET /", 5);
    CHECK_INT(said_of(text, 9000), 414);
    size_t at = (size_t)sprintf(text, "GET / HTTP/1.1\r\n" HOST "X: ");
    memset(text + at, 'a', sizeof text - at);
    CHECK_INT(said_of(text, 20000), 431);
    at = (size_t)sprintf(text, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 99; i++)
        at += (size_t)sprintf(text + at, "X-%d: y\r\n", i);
    CHECK_INT(said_of(text, at), 0);
    at += (size_t)sprintf(text + at, "X-More: y\r\n");
    CHECK_INT(said_of(text, at), 431);
}

TEST(strict_refuses_bodies_where_none_belongs)
{
    CHECK_INT(said("GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"), 400);
    CHECK_INT(said("HEAD / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"), 400);
    CHECK_INT(said("GET / HTTP/1.1\r\n" HOST "Expect: the-unexpected\r\n\r\n"), 417);
}
