// A mail server of its own for a test, run as a child: tests/mail/smtp_server.py, or the one that lies beside
// the project.
#ifndef TESTS_MAIL_DESK_H
#define TESTS_MAIL_DESK_H

#include "base/str.h"

#include <sys/types.h>

typedef struct Desk {
    pid_t pid;
    int out; // what it says
    int port;
    char folder[64]; // cert.pem, key.pem
    char url[64];
    char ca[96];
} Desk;

// `host`: the name in the certificate. Skips the test when python3-aiosmtpd or openssl is missing.
void desk_open(Desk *desk, const char *mode, const char *host);
void desk_open_shared(Desk *desk); // skips when it is not there
void desk_close(Desk *desk);
// Its next line within `wait_ms`, without the line end; "" when it says nothing.
Str desk_line(Desk *desk, int wait_ms);

#endif
