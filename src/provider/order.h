// An order as bytes, for the way from the service to the warm parent. Used inside this folder only.
#ifndef PROVIDER_ORDER_H
#define PROVIDER_ORDER_H

#include "base/buf.h"
#include "provider/provider.h"

enum { ORDER_BYTES_MAX = 100000 }; // prompt and lyrics have 40,000 bytes each at most

// Fails with INPUT when a text is longer than the engine reads anyway.
bool order_write(const ProviderOrder *order, Buf *out, Fault *fault);
// The texts lie in `bytes`. False when they are not what order_write makes.
bool order_read(Str bytes, ProviderOrder *out);

#endif
