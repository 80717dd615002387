// Fuzz target: any bytes as a Cookie header, an If-None-Match, a Content-Type, an X-Forwarded-For.
#include "tests/fuzz/must.h"
#include "web/header.h"
#include "web/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Str text = { (const char *)data, size };
    Str value = cookie_find(text, STR("a"));
    for (size_t i = 0; i < value.length; i++)
        fuzz_must(value.data[i] > ' ' && value.data[i] < 127, "a cookie is of visible letters");
    etag_matches(text, STR("\"a\""));
    fuzz_must(media_type(text).length <= size, "a type is a part of its header");
    Networks proxies;
    Fault fault;
    networks_read(&arena, text, &proxies, &fault);
    if (networks_read(&arena, STR("10.0.0.0/8"), &proxies, &fault)) {
        Address peer, other;
        fuzz_must(address_read(STR("10.0.0.1"), &peer) && address_read(STR("192.0.2.1"), &other),
                  "addresses");
        address_forwarded(&proxies, text, &peer);
        Address found = address_forwarded(&proxies, text, &other);
        fuzz_must(str_equal(address_text(&arena, &found), STR("192.0.2.1")), "a stranger is not believed");
    }
    arena_close(&arena);
    return 0;
}
