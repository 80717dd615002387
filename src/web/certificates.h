// Certificates: the chain and key of TLS, read from two PEM files, and read again when they have been
// renewed. Connections made before keep what they have.
#ifndef WEB_CERTIFICATES_H
#define WEB_CERTIFICATES_H

#include <microhttpd.h>

#include "base/arena.h"
#include "base/fault.h"

typedef struct Certificates Certificates;

// One for the process at a time: GnuTLS asks for it without saying for whom.
bool certificates_open(const char *chain_path, const char *key_path, Certificates **out, Fault *fault);
bool certificates_reload(Certificates *certificates, Fault *fault); // a fault changes nothing
void certificates_close(Certificates *certificates);

void certificates_options(struct MHD_OptionItem out[3]);

#endif
