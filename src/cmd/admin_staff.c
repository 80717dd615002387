// admin staff: who is an operator. The first one is made at the first start; this makes more.
#include "cmd/admin.h"

bool admin_staff_add(Admin *admin, Fault *fault)
{
    AccountId account;
    bool changed;
    if (!admin_person(admin, admin->words[0], &account, fault) ||
        !operator_add(&admin->people, (AccountId){ 0 }, account, &changed, fault))
        return false;
    if (!admin->json) {
        buf_text(&admin->out, changed
                                  ? STR("An operator now. They sign in again, and should turn on one-time "
                                        "codes on their account page.\n")
                                  : STR("An operator already.\n"));
        return true;
    }
    jsonout_open(&admin->to, '{');
    admin_member(admin, "account", id_text(admin->arena, account.n));
    jsonout_key(&admin->to, "changed");
    jsonout_bool(&admin->to, changed);
    jsonout_close(&admin->to, '}');
    return true;
}

static void put_person(Admin *admin, const Account *person)
{
    if (!admin->json) {
        buf_print(&admin->out, STR_FMT "  " STR_FMT "%s\n", STR_ARG(id_text(admin->arena, person->id.n)),
                  STR_ARG(person->email), person->has_totp ? "" : ", without one-time codes");
        return;
    }
    jsonout_open(&admin->to, '{');
    admin_member(admin, "account", id_text(admin->arena, person->id.n));
    admin_member(admin, "email", person->email);
    jsonout_key(&admin->to, "codes");
    jsonout_bool(&admin->to, person->has_totp);
    jsonout_close(&admin->to, '}');
}

bool admin_staff_list(Admin *admin, Fault *fault)
{
    AccountId *list;
    int count;
    if (!audit_write(admin->db, (AccountId){ 0 }, "operator.list", (AccountId){ 0 }, fault) ||
        !operator_list(&admin->people, &list, &count, fault))
        return false;
    if (admin->json)
        jsonout_open(&admin->to, '[');
    for (int i = 0; i < count; i++) {
        Account person;
        if (!account_read(&admin->people, list[i], &person, fault))
            return false;
        put_person(admin, &person);
    }
    if (admin->json)
        jsonout_close(&admin->to, ']');
    else if (count == 0)
        buf_text(&admin->out, STR("There is no operator yet. The service prints a link at its start.\n"));
    return true;
}
