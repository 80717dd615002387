// Any bytes as a User-Agent, a network address, a mail address, a name and a password: always an answer, and
// words of the answer are ours.
#include "account/account.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool ours(Str family)
{
    return family.length > 0 && family.length <= 8 && memchr(family.data, '<', family.length) == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    char *copy = malloc(size + 1); // exactly as long as it is, so that reading past it is seen
    memcpy(copy, data, size);
    Str text = { copy, size };
    Device device = device_of(text);
    Str network = network_of(&arena, text);
    if (!ours(device.browser) || !ours(device.system) || network.length == 0 || network.length > 40)
        abort();
    if (!email_fits(text, &fault) && fault.kind != FAULT_INPUT)
        abort();
    size_t third = size / 3;
    if (!password_fits(text, size % 2, str_slice(text, 0, third), str_slice(text, third, 2 * third),
                       &fault) &&
        fault.kind != FAULT_INPUT)
        abort();
    free(copy);
    arena_close(&arena);
    return 0;
}
