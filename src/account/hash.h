// Password hashing: Argon2id by libsodium, four places at a time in the process. Used inside this folder
// only.
#ifndef ACCOUNT_HASH_H
#define ACCOUNT_HASH_H

#include "base/arena.h"
#include "base/fault.h"

enum { PASSWORD_PLACES = 4, PASSWORD_QUEUE = 64 };

// LIMIT when too many wait already. The result is a terminated text that begins with $argon2id$.
bool password_hash(Arena *arena, bool operator_role, Str password, Str *out, Fault *fault);
// `hash` "" or unreadable: does the work of a member's check and says no.
bool password_verify(bool operator_role, Str password, Str hash, bool *right, Fault *fault);
bool password_aged(bool operator_role, Str hash); // made with other costs than today's

int64_t password_hashes(void); // so far in this process, checks included

// Tests that guess thousands of times: what a member's hash costs from now on. 0, 0: as it should be.
void password_cost(unsigned long long passes, size_t bytes);

#endif
