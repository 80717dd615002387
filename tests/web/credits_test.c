// Credits on pages: what a line says, what is refused and why, how a long statement is paged.
#include "tests/web/webkit.h"

#include "credit/ledger.h"
#include "sys/clock.h"
#include "tests/sys/hearing.h"
#include "web/explain.h"

#include <string.h>

enum { LINES = 460 };

static void sells_for_one(Config *config)
{
    config->price_built_in = 1;
    config->not_asked = 5;
}

static bool move_all(void *self, Db *db, Fault *fault)
{
    const CreditMove *moves = self;
    for (; moves->amount > 0; moves++)
        if (!credit_move(db, moves, NULL, fault))
            return false;
    return true;
}

static void move(WebKit *kit, const CreditMove *moves)
{
    Fault fault;
    CHECK_OK(db_transaction(kit->world->db, move_all, (void *)(uintptr_t)moves, &fault));
}

static Str words_of(WebKit *kit, AccountId account, bool own, const CreditLine *line)
{
    Fault fault;
    Explained explained;
    Explainer *explainer = explainer_make(&kit->world->people, test_arena(), account, own);
    CHECK_OK(explain_line(explainer, line, &explained, &fault));
    return explained_words(test_arena(), &explained);
}

static Job ordered(WebKit *kit, AccountId account, const char *title)
{
    Fault fault;
    Job job;
    bool again;
    JobOrder order = { .song = { .account = account,
                                 .title = str_of(title),
                                 .prompt = STR("a waltz"),
                                 .engine = STR("built-in") } };
    CHECK_OK(job_submit(&kit->world->people, &order, &job, &again, &fault));
    return job;
}

static bool has(Str answer, const char *text)
{
    size_t at;
    return str_find(answer, str_of(text), &at);
}

TEST_BOTH(each_line_says_what_happened_to_which_song)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Fault fault;
    AccountId ada = world_person(kit->world, "ada@example.org");
    Job job = ordered(kit, ada, "Lantern"), cancelled;
    CreditLine line = { .kind = CREDIT_HOLD, .cause = job.id.n };
    CHECK_STR(words_of(kit, ada, true, &line), "Held for “Lantern”");
    CHECK_STR(words_of(kit, ada, false, &line), "Held for a song"); // the operator sees no title
    line.kind = CREDIT_CHARGE;
    CHECK_STR(words_of(kit, ada, true, &line), "Paid: “Lantern” is ready");
    line.kind = CREDIT_GIVE_BACK;
    CHECK_STR(words_of(kit, ada, true, &line), "Came back: “Lantern” is not what was asked for");
    static const char *const reasons[][2] = {
        { "silent", "Came back: “Lantern” came out silent" },
        { "clipped", "Came back: “Lantern” came out distorted" },
        { "length", "Came back: “Lantern” came out too long or too short" },
        { "abrupt", "Came back: “Lantern” broke off instead of ending" },
        { "undecodable", "Came back: “Lantern” could not be played" },
        { "refused", "Came back: “Lantern” cannot be made as it was described" },
        { "cancelled", "Came back: “Lantern” was cancelled" },
        { "engine", "Came back: “Lantern” could not be made in three tries" },
    };
    line.kind = CREDIT_RETURN;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        line.why = str_of(reasons[i][0]);
        CHECK_STR(words_of(kit, ada, true, &line), reasons[i][1]);
    }
    // Whose song it is is asked for, too.
    AccountId bob = world_person(kit->world, "bob@example.org");
    CHECK_STR(words_of(kit, bob, true, &line),
              "Came back: a song you deleted could not be made in three tries");
    CHECK_OK(job_cancel(kit->world->db, test_arena(), ada, job.id, &cancelled, &fault));
    CHECK_OK(song_purge(kit->world->db, ada, job.song, &fault));
    line = (CreditLine){ .kind = CREDIT_HOLD, .cause = job.id.n };
    CHECK_STR(words_of(kit, ada, true, &line), "Held for a song you deleted");
    webkit_close(kit);
}

TEST_BOTH(each_grant_says_where_it_came_from)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Fault fault;
    bool waits;
    int64_t amount;
    CreditLine *lines;
    int count;
    People *people = &kit->world->people;
    AccountId ada = world_person(kit->world, "ada@example.org");
    GrantWish wish = { .account = ada, .amount = 7, .reason = STR(" The queue was long. "), .limit = 10 };
    CHECK_OK(credit_welcome(people->db, ada, 5, &fault));
    CHECK_OK(grant_make(people, &wish, &waits, &fault));
    CHECK_OK(code_make(people->db, test_arena(), (AccountId){ 0 }, STR("Spring-24"), 3, 1, 0, &fault));
    CHECK_OK(code_use(people, ada, STR("spring 24"), &amount, &fault));
    CHECK_OK(credit_lines(people->db, test_arena(), ada, 0, 10, &lines, &count, &fault));
    CHECK_INT(count, 3);
    CHECK_STR(words_of(kit, ada, true, &lines[0]), "Code SPRING24");
    CHECK_STR(words_of(kit, ada, true, &lines[1]), "Given by the operator: The queue was long.");
    CHECK_STR(words_of(kit, ada, true, &lines[2]), "Welcome");
    CHECK_INT(lines[0].balance, 15);
    webkit_close(kit);
}

TEST_BOTH(a_grant_that_is_sent_twice_is_given_once_and_told_once)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Fault fault;
    bool waits;
    int64_t credits;
    AccountId ada = world_person(kit->world, "ada@example.org");
    GrantWish wish = { .account = ada, .amount = 7, .reason = STR("For the queue"), .limit = 10, .once = 77 };
    CHECK_OK(grant_make(&kit->world->people, &wish, &waits, &fault));
    CHECK_OK(grant_make(&kit->world->people, &wish, &waits, &fault));
    CHECK_OK(credit_balance(kit->world->db, ada, &credits, &fault));
    CHECK_INT(credits, 7);
    wish.once = 78;
    CHECK_OK(grant_make(&kit->world->people, &wish, &waits, &fault));
    CHECK_OK(credit_balance(kit->world->db, ada, &credits, &fault));
    CHECK_INT(credits, 14);
    webkit_close(kit);
}

TEST_BOTH(nobody_agrees_to_what_is_for_themselves)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Fault fault;
    bool waits;
    Grant *list;
    int count;
    People *people = &kit->world->people;
    AccountId ada = world_person(kit->world, "ada@example.org"),
              olga = world_person(kit->world, "olga@example.org");
    GrantWish wish = {
        .staff = ada, .account = olga, .amount = 11, .reason = STR("For the work"), .limit = 10
    };
    CHECK_OK(grant_make(people, &wish, &waits, &fault));
    CHECK(waits);
    CHECK_OK(grant_list_waiting(people, &list, &count, &fault));
    CHECK_INT(count, 1);
    CHECK_FAULT(grant_decide(people, ada, list[0].id, true, &fault), FAULT_CONFLICT);
    CHECK_FAULT(grant_decide(people, olga, list[0].id, true, &fault), FAULT_CONFLICT);
    CHECK_OK(grant_decide(people, (AccountId){ 5 }, list[0].id, true, &fault));
    webkit_close(kit);
}

TEST(who_has_too_few_credits_is_told_so_and_where_to_get_more)
{
    WebKit *kit = webkit_open_with(ON_SQLITE, NULL, 0, sells_for_one);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    const char *form =
        arena_print(test_arena(), "csrf=" STR_FMT "&prompt=a+waltz+of+4+minutes", STR_ARG(ada.csrf)).data;
    Str answer = webkit_post(kit, "/studio", ada.cookie.data, form);
    CHECK_INT(webkit_status(answer), 402);
    CHECK(has(answer, "This costs 2 credits, and you have fewer."));
    CHECK(has(answer, "<a href=\"/credits\">Get more credits</a>"));
    CHECK(has(answer, "It will cost 2 credits."));
    CHECK(has(answer, "a waltz of 4 minutes"));
    CHECK(has(answer, "Credits: 0</a>"));
    webkit_close(kit);
}

TEST(who_is_below_zero_is_told_why)
{
    WebKit *kit = webkit_open_with(ON_SQLITE, NULL, 0, sells_for_one);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    CHECK(!has(webkit_get(kit, "/credits", ada.cookie.data), "below zero"));
    move(kit, (const CreditMove[]){ { ada.account, CREDIT_PURCHASE, 1, 0, 3, STR("") },
                                    { ada.account, CREDIT_DISPUTE, 1, 1, 4, STR("") },
                                    { .amount = 0 } });
    Str answer = webkit_get(kit, "/credits", ada.cookie.data);
    CHECK(has(answer, "Your balance is below zero"));
    CHECK(has(answer, "<dd>-1</dd>"));
    CHECK(has(answer, "Credits: -1</a>"));
    CHECK(has(answer, "<td class=\"number\">-4</td><td class=\"number\">-1</td>"));
    webkit_close(kit);
}

// So many that the page and the portions of the file all end somewhere within.
static void fill(WebKit *kit, AccountId account)
{
    CreditMove *moves = ARENA_ARRAY(test_arena(), CreditMove, LINES + 1);
    for (int i = 0; i < LINES; i++)
        moves[i] = (CreditMove){ account, CREDIT_GRANT, 1000 + i, 0, 1, STR("welcome") };
    move(kit, moves);
}

TEST(a_long_statement_comes_in_pages_and_whole_as_a_file)
{
    WebKit *kit = webkit_open(ON_SQLITE, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org"), bob = webkit_sign_in(kit, "bob@example.org");
    fill(kit, ada.account);
    Str answer = webkit_get(kit, "/credits", ada.cookie.data);
    CHECK_INT(heard(answer, "<span class=\"when\">"), 25);
    CHECK(has(answer, "<a href=\"/credits?before=436\">Older lines</a>"));
    CHECK_INT(heard(webkit_get(kit, "/credits?before=436", ada.cookie.data), "<span class=\"when\">"), 25);
    answer = webkit_get(kit, "/credits?before=2", ada.cookie.data);
    CHECK_INT(heard(answer, "<span class=\"when\">"), 1);
    CHECK(!has(answer, "Older lines"));
    CHECK_INT(webkit_status(webkit_get(kit, "/credits?before=x", ada.cookie.data)), 400);
    answer = webkit_get(kit, "/credits/lines.csv", ada.cookie.data);
    CHECK_INT(heard(answer, ",grant,\"Welcome\",1,1,"), LINES);
    CHECK_STR(webkit_header(answer, "Content-Disposition"), "attachment; filename=\"credits.csv\"");
    answer = webkit_get(kit, "/credits/lines.json", ada.cookie.data);
    CHECK_INT(heard(answer, "{\"number\":"), LINES);
    CHECK(has(answer, "{\"number\":460,") && has(answer, "{\"number\":1,"));
    CHECK_INT(heard(webkit_get(kit, "/credits/lines.csv", bob.cookie.data), "Welcome"), 0);
    webkit_close(kit);
}

TEST(a_statement_is_taken_so_often_and_then_later)
{
    WebKit *kit = webkit_open(ON_SQLITE, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    for (int i = 0; i < 10; i++)
        CHECK_INT(webkit_status(webkit_get(kit, "/credits/lines.csv", ada.cookie.data)), 200);
    CHECK_INT(webkit_status(webkit_get(kit, "/credits/lines.csv", ada.cookie.data)), 429);
    world_later(kit->world, MS_MINUTE);
    CHECK_INT(webkit_status(webkit_get(kit, "/credits/lines.csv", ada.cookie.data)), 200);
    webkit_close(kit);
}

TEST(a_notice_says_a_number_and_nothing_else)
{
    WebKit *kit = webkit_open(ON_SQLITE, NULL, 0);
    static const char *const notes[][2] = {
        { "code-used.25", "Credits for you: 25." },
        { "saved", "Saved." },
        { "saved.7", "Saved." },
    };
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        CHECK(has(webkit_get(kit, "/login",
                             arena_print(test_arena(), "Cookie: __Host-note=%s\r\n", notes[i][0]).data),
                  notes[i][1]));
    CHECK(!has(webkit_get(kit, "/login", "Cookie: __Host-note=code-used.x\r\n"), "class=\"notice\""));
    CHECK(!has(webkit_get(kit, "/login", "Cookie: __Host-note=code-used\r\n"), "class=\"notice\""));
    webkit_close(kit);
}
