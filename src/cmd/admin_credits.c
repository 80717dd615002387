// admin credits, codes, grants, packs.
#include "cmd/admin.h"

#include "base/cards.h"
#include "base/money.h"
#include "credit/credit.h"
#include "sys/clock.h"
#include "web/explain.h"
#include "web/show.h"

#include <inttypes.h>

static Str joined(Admin *admin, int from)
{
    Buf buf = buf_make(admin->arena, 4000);
    for (int i = from; i < admin->count; i++) {
        buf_text(&buf, i > from ? STR(" ") : STR(""));
        buf_text(&buf, admin->words[i]);
    }
    return card_mask(admin->arena, buf_str(&buf));
}

bool admin_credits_grant(Admin *admin, Fault *fault)
{
    GrantWish wish = { .reason = joined(admin, 2), .limit = admin->service.config.staff_limit };
    bool waits;
    if (!admin_person(admin, admin->words[0], &wish.account, fault) ||
        !admin_number(admin->words[1], "AMOUNT", 1, GRANT_MOST, &wish.amount, fault) ||
        !grant_make(&admin->people, &wish, &waits, fault))
        return false;
    if (!admin->json) {
        buf_print(&admin->out,
                  waits ? "%" PRId64 " credits wait for an operator, who agrees under "
                          "/staff/credits: it is more than %" PRId64 ".\n"
                        : "%" PRId64 " credits given.\n",
                  wish.amount, wish.limit);
        return true;
    }
    jsonout_open(&admin->to, '{');
    admin_member(admin, "account", id_text(admin->arena, wish.account.n));
    admin_count(admin, "amount", wish.amount);
    admin_member(admin, "state", waits ? STR("waiting") : STR("given"));
    jsonout_close(&admin->to, '}');
    return true;
}

// ---- what somebody has

static bool show_lines(Admin *admin, AccountId account, const CreditLine *lines, int count, Fault *fault)
{
    Explainer *explainer = explainer_make(&admin->people, admin->arena, account, false);
    Explained words;
    for (int i = 0; i < count; i++) {
        if (!explain_line(explainer, &lines[i], &words, fault))
            return false;
        if (admin->json)
            line_json(&admin->to, admin->arena, &lines[i], &words);
        else
            buf_print(&admin->out, "%-23.*s %8.*s %8" PRId64 "  " STR_FMT "\n",
                      STR_ARG(show_time(admin->arena, lines[i].at)),
                      STR_ARG(change_text(admin->arena, lines[i].change)), lines[i].balance,
                      STR_ARG(explained_words(admin->arena, &words)));
    }
    return true;
}

bool admin_credits_show(Admin *admin, Fault *fault)
{
    AccountId account;
    Wallet wallet;
    CreditLine *lines;
    int count;
    if (!admin_person(admin, admin->words[0], &account, fault) ||
        !audit_write(admin->db, (AccountId){ 0 }, "credits.look", account, fault) ||
        !credit_wallet(admin->db, account, &wallet, fault) ||
        !credit_lines(admin->db, admin->arena, account, 0, CREDIT_LINES_MAX, &lines, &count, fault))
        return false;
    if (!admin->json) {
        buf_print(&admin->out, "%" PRId64 " to spend, %" PRId64 " held\n", wallet.credits, wallet.held);
        return show_lines(admin, account, lines, count, fault);
    }
    jsonout_open(&admin->to, '{');
    admin_member(admin, "account", id_text(admin->arena, account.n));
    admin_count(admin, "balance", wallet.credits);
    admin_count(admin, "held", wallet.held);
    jsonout_key(&admin->to, "lines");
    jsonout_open(&admin->to, '[');
    if (!show_lines(admin, account, lines, count, fault))
        return false;
    jsonout_close(&admin->to, ']');
    jsonout_close(&admin->to, '}');
    return true;
}

// ---- grants that wait

bool admin_grants_list(Admin *admin, Fault *fault)
{
    Grant *grants;
    int count;
    if (!grant_list_waiting(&admin->people, &grants, &count, fault))
        return false;
    if (admin->json)
        jsonout_open(&admin->to, '[');
    for (int i = 0; i < count; i++) {
        Str account = id_text(admin->arena, grants[i].account.n);
        if (!audit_write(admin->db, (AccountId){ 0 }, "grant.look", grants[i].account, fault))
            return false;
        if (!admin->json) {
            buf_print(&admin->out, STR_FMT " %8" PRId64 "  " STR_FMT "\n", STR_ARG(account), grants[i].amount,
                      STR_ARG(grants[i].reason));
            continue;
        }
        jsonout_open(&admin->to, '{');
        admin_member(admin, "id", id_text(admin->arena, grants[i].id));
        admin_member(admin, "account", account);
        admin_count(admin, "amount", grants[i].amount);
        admin_member(admin, "reason", grants[i].reason);
        jsonout_close(&admin->to, '}');
    }
    if (admin->json)
        jsonout_close(&admin->to, ']');
    else if (count == 0)
        buf_text(&admin->out, STR("Nothing waits.\n"));
    return true;
}

// ---- codes

bool admin_codes_make(Admin *admin, Fault *fault)
{
    int64_t credits, uses, ends = admin->days ? clock_now() + admin->days * MS_DAY : 0;
    Str word = card_mask(admin->arena, admin->words[0]);
    if (!admin_number(admin->words[1], "CREDITS", 1, GRANT_MOST, &credits, fault) ||
        !admin_number(admin->words[2], "USES", 1, GRANT_MOST, &uses, fault) ||
        !code_make(admin->db, admin->arena, (AccountId){ 0 }, word, credits, uses, ends, fault))
        return false;
    if (!admin->json) {
        buf_print(&admin->out, "The code " STR_FMT " gives %" PRId64 " credits to %" PRId64 " people",
                  STR_ARG(word), credits, uses);
        if (ends)
            buf_print(&admin->out, ", until " STR_FMT, STR_ARG(show_day(admin->arena, ends)));
        buf_text(&admin->out, STR(".\n"));
        return true;
    }
    jsonout_open(&admin->to, '{');
    admin_member(admin, "word", admin->words[0]);
    admin_count(admin, "credits", credits);
    admin_count(admin, "uses", uses);
    admin_count(admin, "ends_ms", ends);
    jsonout_close(&admin->to, '}');
    return true;
}

static void code_json(Admin *admin, const Code *code)
{
    jsonout_open(&admin->to, '{');
    admin_member(admin, "word", code->word);
    admin_count(admin, "credits", code->amount);
    admin_count(admin, "uses", code->uses);
    admin_count(admin, "used", code->used);
    admin_count(admin, "ends_ms", code->ends);
    jsonout_key(&admin->to, "closed");
    jsonout_bool(&admin->to, code->closed);
    jsonout_close(&admin->to, '}');
}

bool admin_codes_list(Admin *admin, Fault *fault)
{
    Code *codes;
    int count;
    if (!code_list(admin->db, admin->arena, &codes, &count, fault))
        return false;
    if (admin->json)
        jsonout_open(&admin->to, '[');
    for (int i = 0; i < count; i++) {
        if (admin->json)
            code_json(admin, &codes[i]);
        else
            buf_print(&admin->out, "%-20.*s %8" PRId64 " credits, used %" PRId64 " of %" PRId64 "%s\n",
                      STR_ARG(codes[i].word), codes[i].amount, codes[i].used, codes[i].uses,
                      codes[i].closed ? ", closed" : "");
    }
    if (admin->json)
        jsonout_close(&admin->to, ']');
    else if (count == 0)
        buf_text(&admin->out, STR("There are no codes.\n"));
    return true;
}

// ---- packs

bool admin_packs(Admin *admin, Fault *fault)
{
    const Config *config = &admin->service.config;
    (void)fault;
    if (admin->json)
        jsonout_open(&admin->to, '[');
    for (int i = 0; i < config->pack_count; i++) {
        const PackConfig *pack = &config->packs[i];
        Str price = money_text(admin->arena, pack->price, str_of(pack->currency));
        if (!admin->json) {
            buf_print(&admin->out, "%-16s %6d credits %14.*s  %s\n", pack->name, pack->credits,
                      STR_ARG(price), pack->title);
            continue;
        }
        jsonout_open(&admin->to, '{');
        admin_member(admin, "pack", str_of(pack->name));
        admin_member(admin, "title", str_of(pack->title));
        admin_count(admin, "credits", pack->credits);
        admin_count(admin, "price", pack->price);
        admin_member(admin, "currency", str_of(pack->currency));
        jsonout_close(&admin->to, '}');
    }
    if (admin->json)
        jsonout_close(&admin->to, ']');
    else if (config->pack_count == 0)
        buf_text(&admin->out, STR("No packs are configured: a section [pack NAME] is one.\n"));
    return true;
}
