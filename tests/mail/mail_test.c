// The outbox against real mail servers that take, refuse, defer, hang and cheat.
#include "mail/part.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/secret.h"
#include "tests/db/testdb.h"
#include "tests/mail/desk.h"

#include <dirent.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Outbox {
    Database *data, *keys;
    Vault *vault;
    Db *db;
    Mailer *mailer;
    AccountId ada;
    char folder[64];
    int64_t shifted;
} Outbox;

static void person(Outbox *box)
{
    Fault fault = { 0 };
    AccountId owner;
    box->ada.n = id_make();
    CHECK_OK(vault_person_add(box->vault, box->ada, STR("ada@example.org"), &owner, &fault));
    CHECK_OK(db_run(box->db, SQL_PERSON_ADD,
                    DB_ARGS(DB_INT(box->ada.n), DB_TEXT(STR("member")), DB_TEXT(STR("active")), DB_NULL,
                            DB_NULL, DB_NULL, DB_TEXT(STR("1")), DB_TEXT(STR("1")), DB_INT(1), DB_INT(1)),
                    NULL, &fault));
}

static Mailer *mailer_for(Outbox *box, const Desk *desk)
{
    Fault fault = { 0 };
    Mailer *mailer;
    const MailerOptions options = { .data = box->data,
                                    .vault = box->vault,
                                    .folder = box->folder,
                                    .url = desk ? desk->url : NULL,
                                    .user = "mailer",
                                    .password = "s3cret",
                                    .ca_file = desk ? desk->ca : NULL,
                                    .from = "SonicStacker <no-reply@music.example>",
                                    .support = "help@music.example",
                                    .public_url = "https://music.example",
                                    .timeout_ms = 4000 };
    CHECK_OK(mailer_open(&options, &mailer, &fault));
    return mailer;
}

static Outbox *outbox(TestEngine engine, const Desk *desk)
{
    Fault fault = { 0 };
    Outbox *box = ARENA_NEW(test_arena(), Outbox);
    CHECK_OK(secret_start(&fault));
    log_level(LOG_ERROR);
    box->data = test_database(engine, STORE_DATA);
    box->keys = test_database(engine, STORE_KEYS);
    VaultOptions options = { .keys = box->keys };
    memset(options.master, 9, sizeof options.master);
    CHECK_OK(vault_open(&options, &box->vault, &fault));
    CHECK_OK(db_take(box->data, &box->db, &fault));
    test_folder(box->folder, sizeof box->folder, "mail");
    person(box);
    box->mailer = mailer_for(box, desk);
    return box;
}

static void outbox_close(Outbox *box)
{
    char command[128];
    clock_shift(-box->shifted);
    mailer_close(box->mailer);
    db_give(box->db);
    vault_close(box->vault);
    test_database_close(box->data);
    test_database_close(box->keys);
    snprintf(command, sizeof command, "rm -rf %s", box->folder);
    CHECK_INT(system(command), 0);
}

static void later(Outbox *box, int64_t by_ms)
{
    clock_shift(by_ms);
    box->shifted += by_ms;
}

static MailDraft sealed(Outbox *box, const char *to, const char *cause, const char *link)
{
    Fault fault = { 0 };
    MailDraft draft;
    const MailValue values[] = { { "link", str_of(link) },
                                 { "browser", STR("Firefox") },
                                 { "system", STR("Linux") } };
    const MailOrder order = { box->ada, str_of(to), "new-sign-in", str_of(cause), values, 3 };
    CHECK_OK(mail_seal(box->vault, test_arena(), &order, &draft, &fault));
    return draft;
}

static void post(Outbox *box, const char *to, const char *cause)
{
    Fault fault = { 0 };
    MailDraft draft = sealed(box, to, cause, "https://music.example/reset?a=1&b=<2>");
    CHECK_OK(db_begin(box->db, &fault));
    CHECK_OK(mail_post(box->db, &draft, &fault));
    CHECK_OK(db_commit(box->db, &fault));
}

static int run(Outbox *box)
{
    Fault fault = { 0 };
    int sent;
    CHECK_OK(mailer_run(box->mailer, box->db, &sent, &fault));
    return sent;
}

static MailCounts counts(Outbox *box)
{
    Fault fault = { 0 };
    MailCounts out;
    CHECK_OK(mail_counts(box->db, &out, &fault));
    return out;
}

// ---- what arrives

static const char *text_of(json_t *mail, const char *name)
{
    const char *text = json_string_value(json_object_get(mail, name));
    return text ? text : "";
}

static json_t *arrival(Desk *desk, int wait_ms)
{
    Str line = desk_line(desk, wait_ms);
    return line.length ? json_loadb(line.data, line.length, 0, NULL) : NULL;
}

TEST_BOTH(a_mail_arrives_encrypted_signed_in_for_and_once)
{
    Desk desk;
    desk_open(&desk, "accept", "localhost");
    Outbox *box = outbox(engine, &desk);
    post(box, "ada@example.org", "cause 1");
    post(box, "ada@example.org", "cause 1"); // again: nothing
    CHECK_INT(counts(box).waiting, 1);
    CHECK_INT(run(box), 1);
    CHECK_INT(run(box), 0);
    json_t *mail = arrival(&desk, 2000);
    CHECK(mail != NULL);
    CHECK(json_is_true(json_object_get(mail, "tls")) && json_is_true(json_object_get(mail, "user")));
    CHECK(strcmp(text_of(mail, "from"), "no-reply@music.example") == 0);
    CHECK(strcmp(json_string_value(json_array_get(json_object_get(mail, "to"), 0)), "ada@example.org") == 0);
    const char *data = text_of(mail, "data");
    CHECK(strstr(data, "From: SonicStacker <no-reply@music.example>\r\n"));
    CHECK(strstr(data, "To: ada@example.org\r\n"));
    CHECK(strstr(data, "Subject: A new sign-in to your SonicStacker account\r\n"));
    CHECK(strstr(data, "Auto-Submitted: auto-generated\r\n"));
    CHECK(strstr(data, "@music.example>\r\n") && strstr(data, "Message-ID: <"));
    CHECK(strstr(data, "Content-Type: multipart/alternative"));
    CHECK(strstr(data, "text/plain; charset=utf-8") && strstr(data, "text/html; charset=utf-8"));
    CHECK(strstr(data, "MIME-Version: 1.0") || strstr(data, "Mime-Version: 1.0"));
    json_decref(mail);
    CHECK(arrival(&desk, 300) == NULL);
    MailCounts end = counts(box);
    CHECK(end.sent == 1 && end.waiting == 0);
    outbox_close(box);
    desk_close(&desk);
}

// Another program reads the message: its parts, their words, the date.
TEST(a_message_is_read_by_pythons_mail_library)
{
    Desk desk;
    desk_open(&desk, "accept", "localhost");
    Outbox *box = outbox(ON_SQLITE, &desk);
    post(box, "ada@example.org", "cause 1");
    CHECK_INT(run(box), 1);
    Str line = desk_line(&desk, 2000);
    char path[128], command[600];
    snprintf(path, sizeof path, "%s/line", desk.folder);
    FILE *file = fopen(path, "w");
    CHECK(file && fwrite(line.data, 1, line.length, file) == line.length);
    fclose(file);
    snprintf(command, sizeof command,
             "/usr/bin/python3 tests/mail/read_message.py %s 'https://music.example/reset?a=1&b=<2>'", path);
    CHECK_INT(system(command), 0);
    outbox_close(box);
    desk_close(&desk);
}

static void post_and_run(Outbox *box, Desk *desk, const char *mode, const char *host)
{
    desk_open(desk, mode, host);
    mailer_close(box->mailer);
    box->mailer = mailer_for(box, desk);
    run(box);
}

// Refused or deferred any number of times, then taken: exactly one mail arrives.
static void deferred_then_taken(TestEngine engine, const char *mode, const char *host, int heard)
{
    Desk bad, good;
    Outbox *box = outbox(engine, NULL);
    post(box, "ada@example.org", "cause 1");
    post_and_run(box, &bad, mode, host);
    CHECK_INT(counts(box).waiting, 1);
    CHECK_INT(run(box), 0); // not due yet
    later(box, MS_MINUTE + 1);
    CHECK_INT(run(box), 0);
    CHECK_INT(counts(box).waiting, 1);
    int arrived = 0;
    for (json_t *mail; (mail = arrival(&bad, 300)); arrived++)
        json_decref(mail);
    CHECK_INT(arrived, heard);
    desk_close(&bad);
    later(box, 5 * MS_MINUTE + 1);
    post_and_run(box, &good, "accept", "localhost");
    json_t *mail = arrival(&good, 2000);
    CHECK(mail && strstr(text_of(mail, "data"), "Message-ID: <"));
    json_decref(mail);
    CHECK(arrival(&good, 300) == NULL);
    CHECK_INT(counts(box).sent, 1);
    outbox_close(box);
    desk_close(&good);
}

TEST_BOTH(a_deferred_mail_is_tried_again_and_arrives_once)
{
    deferred_then_taken(engine, "defer", "localhost", 0);
}

TEST(without_starttls_nothing_is_said_and_the_mail_waits)
{
    deferred_then_taken(ON_SQLITE, "plain", "localhost", 0);
}

TEST(to_a_certificate_of_another_name_nothing_is_said_and_the_mail_waits)
{
    deferred_then_taken(ON_SQLITE, "accept", "elsewhere.example", 0);
}

TEST(a_wrong_password_of_ours_bounces_nobodys_mail)
{
    deferred_then_taken(ON_SQLITE, "login", "localhost", 0);
}

// The server took the data and never answered: it may have kept them, so the same mail goes out again with
// the same Message-ID.
TEST(a_server_that_hangs_after_the_data_is_asked_again_with_the_same_message_id)
{
    Desk desk;
    desk_open(&desk, "hang", "localhost");
    Outbox *box = outbox(ON_SQLITE, &desk);
    post(box, "ada@example.org", "cause 1");
    char ids[2][80] = { "", "" };
    for (int i = 0; i < 2; i++) {
        CHECK_INT(run(box), 0);
        json_t *mail = arrival(&desk, 500);
        const char *id = mail ? strstr(text_of(mail, "data"), "Message-ID: ") : NULL;
        CHECK(id != NULL);
        snprintf(ids[i], sizeof ids[i], "%.60s", id ? id : "");
        json_decref(mail);
        later(box, MS_MINUTE + 1);
    }
    *strchr(ids[0], '\r') = *strchr(ids[1], '\r') = 0;
    CHECK(strcmp(ids[0], ids[1]) == 0);
    CHECK_INT(counts(box).waiting, 1);
    outbox_close(box);
    desk_close(&desk);
}

static void bounced(TestEngine engine, const char *mode)
{
    Desk desk;
    desk_open(&desk, mode, "localhost");
    Outbox *box = outbox(engine, &desk);
    post(box, "ada@example.org", "cause 1");
    CHECK_INT(run(box), 1);
    CHECK_INT(counts(box).bounced, 1);
    later(box, 2 * MS_DAY);
    CHECK_INT(run(box), 0);
    CHECK(arrival(&desk, 300) == NULL);
    outbox_close(box);
    desk_close(&desk);
}

TEST_BOTH(a_refused_mail_bounces_and_is_not_tried_again)
{
    bounced(engine, "refuse");
}

TEST(a_mail_refused_after_its_data_bounces)
{
    bounced(ON_SQLITE, "late");
}

TEST_BOTH(a_mail_nobody_takes_is_tried_by_the_table_for_a_week)
{
    Desk nobody = { .url = "smtp://127.0.0.1:1", .ca = "/dev/null" };
    static const int64_t waits[] = { MS_MINUTE,   5 * MS_MINUTE, 30 * MS_MINUTE, 2 * MS_HOUR,
                                     8 * MS_HOUR, MS_DAY,        MS_DAY };
    Outbox *box = outbox(engine, &nobody);
    Fault fault = { 0 };
    DbRows row;
    bool found;
    post(box, "ada@example.org", "cause 1");
    run(box);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        later(box, waits[i] - 10 * MS_SECOND);
        CHECK_OK(db_find(box->db, test_arena(), SQL_MAIL_LEASE, DB_ARGS(DB_INT(clock_now()), DB_INT(0)), &row,
                         &found, &fault));
        CHECK(!found);
        later(box, 11 * MS_SECOND);
        run(box);
        CHECK_INT(counts(box).waiting, 1);
    }
    for (int day = 0; day < 7; day++) {
        later(box, MS_DAY + 1);
        run(box);
    }
    CHECK_INT(counts(box).bounced, 1);
    outbox_close(box);
}

// ---- senders side by side

typedef struct Sender {
    Outbox *box;
    Mailer *mailer;
    int sent;
    bool done;
} Sender;

static void *send_all(void *self)
{
    Sender *sender = self;
    Fault fault = { 0 };
    Db *db;
    if (!db_take(sender->box->data, &db, &fault))
        return NULL;
    sender->done = mailer_run(sender->mailer, db, &sender->sent, &fault);
    db_give(db);
    return NULL;
}

TEST_BOTH(four_mailers_at_once_send_each_mail_once)
{
    enum { SENDERS = 4, MAILS = 12 };
    Desk desk;
    desk_open(&desk, "accept", "localhost");
    Outbox *box = outbox(engine, &desk);
    for (int i = 0; i < MAILS; i++)
        post(box, arena_print(test_arena(), "ada%d@example.org", i).data,
             arena_print(test_arena(), "cause %d", i).data);
    Sender senders[SENDERS];
    pthread_t threads[SENDERS];
    int sent = 0;
    for (int i = 0; i < SENDERS; i++) {
        senders[i] = (Sender){ box, mailer_for(box, &desk), 0, false };
        CHECK_INT(pthread_create(&threads[i], NULL, send_all, &senders[i]), 0);
    }
    for (int i = 0; i < SENDERS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(senders[i].done);
        sent += senders[i].sent;
        mailer_close(senders[i].mailer);
    }
    CHECK_INT(sent, MAILS);
    int got[MAILS] = { 0 };
    json_t *mail;
    while ((mail = arrival(&desk, 500))) {
        int number;
        CHECK_INT(
            sscanf(json_string_value(json_array_get(json_object_get(mail, "to"), 0)), "ada%d@", &number), 1);
        got[number]++;
        json_decref(mail);
    }
    for (int i = 0; i < MAILS; i++)
        CHECK_INT(got[i], 1);
    outbox_close(box);
    desk_close(&desk);
}

TEST_BOTH(a_sender_whose_lease_ran_out_changes_nothing)
{
    Outbox *box = outbox(engine, NULL);
    Fault fault = { 0 };
    DbRows row;
    bool found;
    int64_t changed = 0, now = clock_now();
    post(box, "ada@example.org", "cause 1");
    CHECK_OK(db_find(box->db, test_arena(), SQL_MAIL_LEASE, DB_ARGS(DB_INT(now + 1000), DB_INT(now + 2000)),
                     &row, &found, &fault));
    CHECK(found);
    int64_t id = db_int(&row, 0, 0), attempt = db_int(&row, 0, 4);
    CHECK_OK(db_find(box->db, test_arena(), SQL_MAIL_LEASE, DB_ARGS(DB_INT(now + 1500), DB_INT(now + 9000)),
                     &row, &found, &fault));
    CHECK(!found);
    CHECK_OK(db_find(box->db, test_arena(), SQL_MAIL_LEASE, DB_ARGS(DB_INT(now + 2500), DB_INT(now + 9000)),
                     &row, &found, &fault));
    CHECK(found);
    CHECK_OK(db_run(box->db, SQL_MAIL_END,
                    DB_ARGS(DB_INT(id), DB_INT(attempt), DB_TEXT(STR("sent")), DB_INT(250), DB_INT(now)),
                    &changed, &fault));
    CHECK_INT(changed, 0);
    outbox_close(box);
}

// ---- no server

TEST_BOTH(without_a_server_mails_lie_sealed_in_the_folder_and_are_shown)
{
    Outbox *box = outbox(engine, NULL);
    Fault fault = { 0 };
    ShownMail *list;
    int count, files = 0;
    post(box, "ada@example.org", "cause 1");
    later(box, 1000);
    post(box, "new@example.org", "cause 2");
    CHECK_INT(run(box), 2);
    CHECK_OK(mail_shown(box->mailer, box->db, test_arena(), 10, &list, &count, &fault));
    CHECK_INT(count, 2);
    CHECK_STR(list[0].to, "new@example.org");
    CHECK_STR(list[1].to, "ada@example.org");
    CHECK_STR(list[0].link, "https://music.example/reset?a=1&b=<2>");
    CHECK_STR(list[0].subject, "A new sign-in to your SonicStacker account");
    size_t at;
    CHECK(str_find(list[0].text, STR("Firefox on Linux"), &at) &&
          str_find(list[0].text, STR("help@music.example"), &at));
    DIR *dir = opendir(box->folder);
    for (struct dirent *e; (e = readdir(dir));) {
        Str path = arena_print(test_arena(), "%s/%s", box->folder, e->d_name), bytes;
        struct stat info;
        if (e->d_name[0] == '.')
            continue;
        CHECK(stat(path.data, &info) == 0 && (info.st_mode & 0777 & ~0600u) == 0);
        CHECK_OK(file_read(test_arena(), path.data, 1 << 20, &bytes, &fault));
        CHECK(!str_find(bytes, STR("example"), &at) && !str_find(bytes, STR("Hello"), &at));
        files++;
    }
    closedir(dir);
    CHECK_INT(files, 2);
    outbox_close(box);
}

TEST_BOTH(the_words_of_a_mail_are_deleted_once_it_is_gone)
{
    Outbox *box = outbox(engine, NULL);
    Fault fault = { 0 };
    DbRows row;
    bool found;
    post(box, "ada@example.org", "cause 1");
    CHECK_OK(db_find(box->db, test_arena(), SQL_MAIL_LEASE, DB_ARGS(DB_INT(clock_now()), DB_INT(0)), &row,
                     &found, &fault));
    CHECK(found && !db_null(&row, 0, 3));
    CHECK_INT(run(box), 1);
    CHECK_OK(db_find(box->db, test_arena(), SQL_MAIL_BODY, DB_ARGS(DB_INT(db_int(&row, 0, 0))), &row, &found,
                     &fault));
    CHECK(found && db_null(&row, 0, 0));
    outbox_close(box);
}

TEST_BOTH(mail_to_a_forgotten_person_is_dropped)
{
    Outbox *box = outbox(engine, NULL);
    Fault fault = { 0 };
    post(box, "ada@example.org", "cause 1");
    CHECK_OK(vault_forget(box->vault, box->ada, 1u << KEY_ACCOUNT, &fault));
    CHECK_INT(run(box), 1);
    CHECK_INT(counts(box).dropped, 1);
    outbox_close(box);
}

TEST_BOTH(a_mail_dies_with_the_transaction_that_caused_it)
{
    Outbox *box = outbox(engine, NULL);
    Fault fault = { 0 };
    MailDraft draft = sealed(box, "ada@example.org", "cause 1", "https://music.example/");
    CHECK_OK(db_begin(box->db, &fault));
    CHECK_OK(mail_post(box->db, &draft, &fault));
    db_rollback(box->db);
    CHECK_INT(counts(box).waiting, 0);
    outbox_close(box);
}

// ---- the server beside the project

TEST(the_shared_mail_server_takes_one_refuses_one_and_defers_one)
{
    Desk desk;
    desk_open_shared(&desk);
    Outbox *box = outbox(ON_SQLITE, &desk);
    post(box, "ada@example.org", "cause 1");
    post(box, "bounce@example.org", "cause 2");
    post(box, "grey@example.org", "cause 3");
    CHECK_INT(run(box), 2);
    MailCounts end = counts(box);
    CHECK(end.sent == 1 && end.bounced == 1 && end.waiting == 1);
    json_t *mail = arrival(&desk, 2000);
    CHECK(mail && json_is_true(json_object_get(mail, "tls")) && json_is_true(json_object_get(mail, "auth")));
    json_decref(mail);
    CHECK(arrival(&desk, 300) == NULL);
    outbox_close(box);
    desk_close(&desk);
}
