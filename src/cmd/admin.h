// Admin: what the operator does on the machine itself. It works on a service that is there already, whether
// it runs or not. Every act is in the audit, with nobody as its staff.
#ifndef CMD_ADMIN_H
#define CMD_ADMIN_H

#include "account/account.h"
#include "base/jsonout.h"
#include "cmd/service.h"

enum { ADMIN_WORDS_MAX = 200 };

typedef struct Admin {
    Arena *arena;
    Service service;
    Db *db;
    People people;
    Str words[ADMIN_WORDS_MAX]; // behind the command's own
    int count;
    bool json;
    bool attention; // --attention
    int64_t days;   // --days; 0: not given
    Buf out;        // what is said in the end, when all went well
    JsonOut to;     // the same, as JSON
} Admin;

// Each says into `out`, or into `to` when `json`. Whatever goes wrong, MISSING too, is told to the operator.
bool admin_credits_grant(Admin *admin, Fault *fault);
bool admin_credits_show(Admin *admin, Fault *fault);
bool admin_codes_make(Admin *admin, Fault *fault);
bool admin_codes_list(Admin *admin, Fault *fault);
bool admin_grants_list(Admin *admin, Fault *fault);
bool admin_packs(Admin *admin, Fault *fault);
bool admin_purchases(Admin *admin, Fault *fault);
bool admin_refund(Admin *admin, Fault *fault);
bool admin_reconcile(Admin *admin, Fault *fault);
bool admin_staff_add(Admin *admin, Fault *fault);
bool admin_staff_list(Admin *admin, Fault *fault);

// Somebody by mail address or id.
bool admin_person(Admin *admin, Str word, AccountId *out, Fault *fault);
bool admin_number(Str word, const char *what, int64_t least, int64_t most, int64_t *out, Fault *fault);
void admin_member(Admin *admin, const char *name, Str value);
void admin_count(Admin *admin, const char *name, int64_t value);

#endif
