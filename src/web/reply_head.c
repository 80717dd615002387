#include "web/reply_head.h"

#include <stddef.h>

#define PAGE_POLICY                                                                                          \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "      \
    "connect-src 'self'; manifest-src 'self'; "                                                              \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
#define FILE_POLICY "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
#define ALLOWED_NOTHING                                                                                      \
    "accelerometer=(), autoplay=(self), browsing-topics=(), camera=(), display-capture=(), "                 \
    "geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), "            \
    "publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"

#define LINES(policy)                                                                                        \
    { "Content-Security-Policy", policy }, { "X-Content-Type-Options", "nosniff" },                          \
        { "Referrer-Policy", "no-referrer" }, { "Cross-Origin-Resource-Policy", "same-origin" },             \
        { "Cross-Origin-Opener-Policy", "same-origin" },                                                     \
    {                                                                                                        \
        "Permissions-Policy", ALLOWED_NOTHING                                                                \
    }

// Two years, all names below ours, and fit for the browsers' own lists.
#define SECURE_LINE                                                                                          \
    {                                                                                                        \
        "Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload"                          \
    }

const HeadLine *reply_head(HeadKind kind, bool secure)
{
    static const HeadLine page[] = { LINES(PAGE_POLICY), { NULL, NULL } };
    static const HeadLine file[] = { LINES(FILE_POLICY), { NULL, NULL } };
    static const HeadLine secure_page[] = { LINES(PAGE_POLICY), SECURE_LINE, { NULL, NULL } };
    static const HeadLine secure_file[] = { LINES(FILE_POLICY), SECURE_LINE, { NULL, NULL } };
    if (kind == HEAD_PAGE)
        return secure ? secure_page : page;
    return secure ? secure_file : file;
}

const char *reply_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 400, "Bad Request" },        { 408, "Request Timeout" },
        { 413, "Content Too Large" },  { 414, "URI Too Long" },
        { 417, "Expectation Failed" }, { 431, "Request Header Fields Too Large" },
        { 501, "Not Implemented" },    { 505, "HTTP Version Not Supported" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Error";
}
