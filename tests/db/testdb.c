#include "tests/db/testdb.h"

#include "base/str.h"
#include "sys/secret.h"

#include <fcntl.h>
#include <ftw.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLACES_MAX = 512, WHERE_MAX = 400, NAME_MAX_BYTES = 64 };

typedef struct Place {
    char where[WHERE_MAX];
    char name[NAME_MAX_BYTES]; // of the PostgreSQL database; "": a file
    const Database *database;
} Place;

static char folder[64];
static char server[WHERE_MAX - NAME_MAX_BYTES]; // address of a database that is always there
static char cluster[WHERE_MAX];                 // folder of our own server; "": it is not ours
static Place places[PLACES_MAX];
static int guard_pipe = -1;
static pid_t guard, owner;

static _Noreturn void stop(const char *what)
{
    fprintf(stderr, "testdb: %s\n", what);
    exit(2);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about, (void)kind, (void)where;
    return remove(path);
}

static void cluster_end(void)
{
    if (guard_pipe < 0)
        return;
    close(guard_pipe);
    guard_pipe = -1;
    waitpid(guard, NULL, 0);
}

static bool server_does(const char *sql);

static void clean_up(void)
{
    if (getpid() != owner)
        return; // a child of a test
    if (!cluster[0] && server[0])
        for (int i = 0; i < PLACES_MAX; i++) {
            char sql[120];
            snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", places[i].name);
            if (places[i].name[0])
                server_does(sql);
        }
    cluster_end();
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void start(void)
{
    Fault fault;
    if (owner)
        return;
    owner = getpid();
    if (!secret_start(&fault))
        stop("libsodium does not start");
    test_folder(folder, sizeof folder, "test");
    chmod(folder, 0711); // the server runs as somebody else
    atexit(clean_up);
}

// The guard stops the server when our end of the pipe closes, however we end.
static void guard_start(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        stop("no pipe");
    guard = fork();
    if (guard == 0) {
        setsid();
        dup2(ends[0], STDIN_FILENO);
        execl("tests/pg", "pg", "guard", cluster, (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    guard_pipe = ends[1];
}

static int pg_tool(const char *what, char *out, size_t size)
{
    char command[WHERE_MAX + 40], line[256];
    snprintf(command, sizeof command, "exec tests/pg %s %s", what, cluster);
    FILE *pipe = popen(command, "re");
    if (pipe == NULL)
        stop("tests/pg does not start: run tests from the root of the project");
    while (fgets(line, sizeof line, pipe))
        if (out)
            snprintf(out, size, "%.*s", (int)strcspn(line, "\n"), line);
    return pclose(pipe);
}

static bool server_start(void)
{
    static int state; // 0 not tried, 1 there, 2 not installed
    start();
    if (state)
        return state == 1;
    const char *given = getenv("SONICSTACKER_TEST_PG");
    if (given && *given) {
        snprintf(server, sizeof server, "%s", given);
        state = 1;
        return true;
    }
    snprintf(cluster, sizeof cluster, "%s/pg", folder);
    guard_start();
    int status = pg_tool("start", server, sizeof server);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        state = 2;
    else if (status != 0)
        stop("the private PostgreSQL does not start");
    else
        state = 1;
    return state == 1;
}

void test_postgres_or_skip(void)
{
    if (server_start())
        return;
    print_message("PostgreSQL is not installed\n");
    skip();
}

static void own_server_or_skip(void)
{
    if (cluster[0])
        return;
    print_message("the server is not ours to stop\n");
    skip();
}

const char *test_server_folder(void)
{
    own_server_or_skip();
    return cluster;
}

void test_server_stop(void)
{
    own_server_or_skip();
    pg_tool("stop", NULL, 0);
}

void test_server_again(void)
{
    if (pg_tool("again", NULL, 0) != 0)
        stop("the private PostgreSQL does not start again");
}

// `number` (may be NULL): what the first row says.
static bool postgres_does(const char *where, const char *sql, Str *why, int64_t *number)
{
    PGconn *handle = PQconnectdb(where);
    PGresult *result = PQexec(handle, sql);
    ExecStatusType status = PQresultStatus(result);
    *why = arena_copy(test_arena(), str_of(PQerrorMessage(handle)));
    if (number && PQntuples(result) > 0)
        *number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(handle);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static bool server_does(const char *sql)
{
    Str why;
    bool done = postgres_does(server, sql, &why, NULL);
    if (!done)
        fprintf(stderr, "testdb: " STR_FMT, STR_ARG(why));
    return done;
}

// The server's address with another database in it.
static void address(Place *place)
{
    const char *host = strstr(server, "//");
    const char *slash = host ? strchr(host + 2, '/') : NULL, *options = strchr(server, '?');
    if (slash == NULL)
        stop("SONICSTACKER_TEST_PG wants to be postgres://user@host/database");
    char where[WHERE_MAX];
    snprintf(where, sizeof where, "%.*s/%s%s", (int)(slash - server), server, place->name,
             options ? options : "");
    memcpy(place->where, where, sizeof where);
}

static Place *place_add(void)
{
    for (int i = 0; i < PLACES_MAX; i++)
        if (places[i].where[0] == 0)
            return &places[i];
    stop("too many databases are left open");
}

static Place *place_make(TestEngine engine, const char *template)
{
    static int counter;
    start();
    Place *place = place_add();
    counter++;
    if (engine == ON_SQLITE) {
        snprintf(place->where, sizeof place->where, "%s/%d", folder, counter);
        if (mkdir(place->where, 0700) != 0)
            stop("no folder for a database");
        snprintf(place->where, sizeof place->where, "%s/%d/test.db", folder, counter);
        return place;
    }
    char sql[200];
    snprintf(place->name, sizeof place->name, "sonicstacker_test_%d_%d", (int)getpid(), counter);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %s", place->name, template);
    if (!server_does(sql))
        stop("no new database");
    address(place);
    return place;
}

const char *test_where(TestEngine engine)
{
    if (engine == ON_POSTGRES)
        test_postgres_or_skip();
    return place_make(engine, "template0")->where;
}

static Database *open_at(const char *where, DbStore store)
{
    Fault fault;
    Database *database;
    const DatabaseOptions options = { store, where, 0 };
    if (!database_open(&options, &database, &fault)) {
        fprintf(stderr, "testdb: %s\n", fault.text);
        fail();
    }
    return database;
}

// Copying a migrated database takes a fraction of migrating one.
static const char *template_of(DbStore store)
{
    static char names[2][NAME_MAX_BYTES];
    if (names[store][0] == 0) {
        const Place *place = place_make(ON_POSTGRES, "template0");
        database_close(open_at(place->where, store));
        strcpy(names[store], place->name);
    }
    return names[store];
}

Database *test_database(TestEngine engine, DbStore store)
{
    if (engine == ON_POSTGRES)
        test_postgres_or_skip();
    Place *place = place_make(engine, engine == ON_POSTGRES ? template_of(store) : "");
    Database *database = open_at(place->where, store);
    place->database = database;
    return database;
}

static Place *place_of(const Database *database)
{
    for (int i = 0; i < PLACES_MAX; i++)
        if (places[i].database == database)
            return &places[i];
    stop("not a database of test_database");
}

const char *test_database_where(const Database *database)
{
    return place_of(database)->where;
}

static int take_number(void *number, int columns, char **values, char **names)
{
    (void)columns, (void)names;
    if (number)
        *(int64_t *)number = strtoll(values[0], NULL, 10);
    return 0;
}

static bool sqlite_does(const char *where, const char *sql, Str *why, int64_t *number)
{
    sqlite3 *handle;
    char *text = NULL;
    if (sqlite3_open(where, &handle) != SQLITE_OK)
        stop("the file of a database does not open");
    sqlite3_busy_timeout(handle, 5000);
    bool done = sqlite3_exec(handle, sql, take_number, number, &text) == SQLITE_OK;
    *why = arena_copy(test_arena(), str_of(text));
    sqlite3_free(text);
    sqlite3_close(handle);
    return done;
}

static bool place_does(const Place *place, const char *sql, Str *why, int64_t *number)
{
    return place->name[0] ? postgres_does(place->where, sql, why, number)
                          : sqlite_does(place->where, sql, why, number);
}

bool test_does(const Database *database, const char *sql, Str *why)
{
    return place_does(place_of(database), sql, why, NULL);
}

int64_t test_number(const Database *database, const char *sql)
{
    Str why;
    int64_t number = 0;
    bool done = place_does(place_of(database), sql, &why, &number);
    if (!done)
        print_error("%s: " STR_FMT "\n", sql, STR_ARG(why));
    CHECK(done);
    return number;
}

void test_database_close(Database *database)
{
    Place *place = place_of(database);
    database_close(database);
    place->database = NULL;
    if (place->name[0]) {
        char sql[120];
        snprintf(sql, sizeof sql, "DROP DATABASE %s WITH (FORCE)", place->name);
        server_does(sql);
    } else {
        *strrchr(place->where, '/') = 0;
        nftw(place->where, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    *place = (Place){ .where = "" };
}
