// One mail over SMTP by libcurl. The connection is encrypted and its certificate checked, or nothing is sent.
//
// What is the recipient's trouble for good (5xx) bounces; what may be ours or passing (no answer, 4xx, a
// wrong password, no TLS) is tried again.
#include "mail/part.h"

#include "sys/fetch.h"
#include "sys/log.h"

#include <curl/curl.h>
#include <string.h>
#include <time.h>

enum { TIMEOUT_MS = 60000, CONNECT_MS = 15000 };

bool smtp_start(Fault *fault)
{
    return fetch_start(fault);
}

Str smtp_address(Str from)
{
    size_t open, close;
    if (str_find(from, STR("<"), &open) && str_find(from, STR(">"), &close) && close > open)
        return str_slice(from, open + 1, close);
    return str_trim(from);
}

Str smtp_date(Arena *arena, int64_t at)
{
    static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(at / 1000);
    struct tm t = { 0 };
    gmtime_r(&seconds, &t);
    return arena_print(arena, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[t.tm_wday], t.tm_mday,
                       months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

// No header value holds a line end: values come from the configuration, our templates and checked
// addresses, and this is the second lock on that door.
static bool fit_for_header(Str s)
{
    for (size_t i = 0; i < s.length; i++)
        if ((unsigned char)s.data[i] < 32 || (unsigned char)s.data[i] > 126)
            return false;
    return s.length > 0 && s.length < 900;
}

static bool add_header(struct curl_slist **list, Arena *arena, const char *name, Str value, Fault *fault)
{
    if (!fit_for_header(value))
        return fault_set(fault, FAULT_BROKEN, "a mail's %s cannot stand in a header", name);
    struct curl_slist *longer =
        curl_slist_append(*list, arena_print(arena, "%s: " STR_FMT, name, STR_ARG(value)).data);
    if (!longer)
        return fault_set(fault, FAULT_BROKEN, "no memory for a mail");
    *list = longer;
    return true;
}

static bool headers_make(const MailerOptions *options, Arena *arena, const SmtpLetter *mail,
                         struct curl_slist **list, Fault *fault)
{
    Str from = str_of(options->from), address = smtp_address(from);
    size_t at;
    Str host =
        str_find(address, STR("@"), &at) ? str_slice(address, at + 1, address.length) : STR("localhost");
    Str id =
        arena_print(arena, "<" STR_FMT "@" STR_FMT ">", STR_ARG(id_text(arena, mail->id.n)), STR_ARG(host));
    return add_header(list, arena, "Date", smtp_date(arena, mail->at), fault) &&
           add_header(list, arena, "From", from, fault) && add_header(list, arena, "To", mail->to, fault) &&
           add_header(list, arena, "Subject", mail->letter.subject, fault) &&
           add_header(list, arena, "Message-ID", id, fault) &&
           add_header(list, arena, "Auto-Submitted", STR("auto-generated"), fault) &&
           add_header(list, arena, "Content-Type", STR("multipart/alternative"),
                      fault); // libcurl adds the boundary
}

static bool add_part(curl_mime *mime, Str text, const char *type)
{
    curl_mimepart *part = curl_mime_addpart(mime);
    return part && curl_mime_data(part, text.data, text.length) == CURLE_OK &&
           curl_mime_type(part, type) == CURLE_OK && curl_mime_encoder(part, "quoted-printable") == CURLE_OK;
}

// Least wanted first, as multipart/alternative has it.
static bool add_message(curl_mime *message, Letter letter)
{
    return add_part(message, letter.text, "text/plain; charset=utf-8") &&
           add_part(message, letter.html, "text/html; charset=utf-8");
}

static void set_options(CURL *curl, const MailerOptions *options)
{
    long whole = options->timeout_ms ? options->timeout_ms : TIMEOUT_MS;
    curl_easy_setopt(curl, CURLOPT_URL, options->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, whole);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, whole < CONNECT_MS ? whole : (long)CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (whole + 999) / 1000);
    if (options->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file);
    if (options->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, options->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, options->password ? options->password : "");
    }
}

static SmtpEnd judge(CURLcode code, long status)
{
    if (code == CURLE_OK)
        return SMTP_TAKEN;
    bool answered = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
                    code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_REMOTE_ACCESS_DENIED;
    bool ours =
        status == 530 || status == 534 || status == 535 || status == 538; // wants another sign-in from us
    return answered && status >= 500 && status < 600 && !ours ? SMTP_NEVER : SMTP_LATER;
}

bool smtp_send(const MailerOptions *options, Arena *arena, const SmtpLetter *mail, SmtpEnd *end,
               int64_t *status, Fault *fault)
{
    struct curl_slist *headers = NULL, *to = NULL;
    CURL *curl = curl_easy_init();
    curl_mime *message = curl ? curl_mime_init(curl) : NULL;
    bool made = message && headers_make(options, arena, mail, &headers, fault);
    if (!message)
        fault_set(fault, FAULT_BROKEN, "no memory for a mail");
    if (made) {
        Str from = arena_print(arena, "<" STR_FMT ">", STR_ARG(smtp_address(str_of(options->from))));
        to = curl_slist_append(NULL, arena_print(arena, "<" STR_FMT ">", STR_ARG(mail->to)).data);
        made = (to && add_message(message, mail->letter)) ||
               fault_set(fault, FAULT_BROKEN, "no memory for a mail");
        set_options(curl, options);
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.data);
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_MIMEPOST, message);
    }
    if (made) {
        CURLcode code = curl_easy_perform(curl);
        long last = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &last);
        *status = last;
        *end = judge(code, last);
        if (code != CURLE_OK)
            log_warn("mail.refused mail=" STR_FMT " status=%ld curl=%d", STR_ARG(id_text(arena, mail->id.n)),
                     last, (int)code);
    }
    curl_mime_free(message);
    curl_slist_free_all(headers);
    curl_slist_free_all(to);
    curl_easy_cleanup(curl);
    return made;
}
