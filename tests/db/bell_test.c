// The bell: heard in this process and in others, after the commit; what dies or is lost does no harm.
#include "db/bell.h"
#include "tests/db/people.h"

#include <dirent.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct Ear {
    pthread_mutex_t lock;
    pthread_cond_t news;
    int count;
    int64_t last;
    char topic[32];
} Ear;

static void heard(void *self, Str topic, int64_t number)
{
    Ear *ear = self;
    pthread_mutex_lock(&ear->lock);
    ear->count++;
    ear->last = number;
    memcpy(ear->topic, topic.data, topic.length);
    ear->topic[topic.length] = 0;
    pthread_cond_broadcast(&ear->news);
    pthread_mutex_unlock(&ear->lock);
}

// Waits until `number` has been heard, at most 5 seconds.
static bool hears(Ear *ear, int64_t number)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 5;
    int late = 0;
    pthread_mutex_lock(&ear->lock);
    while (ear->last != number && !late)
        late = pthread_cond_timedwait(&ear->news, &ear->lock, &until);
    pthread_mutex_unlock(&ear->lock);
    return !late;
}

#define EAR(name) Ear name = { .lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER }

TEST_BOTH(a_ring_is_heard_after_the_commit_only)
{
    Fault fault;
    Bell *bell;
    EAR(ear);
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CHECK_OK(bell_open(data, heard, &ear, &bell, &fault));
    db_ring(db, "now", 1);
    CHECK(hears(&ear, 1));
    CHECK_STR(str_of(ear.topic), "now");

    CHECK_OK(db_begin(db, &fault));
    db_ring(db, "never", 2);
    db_rollback(db);
    CHECK_OK(db_begin(db, &fault));
    db_ring(db, "later", -3);
    db_ring(db, "later", -3); // once is enough
    usleep(50 * 1000);
    pthread_mutex_lock(&ear.lock);
    CHECK_INT(ear.count, 1);
    pthread_mutex_unlock(&ear.lock);
    CHECK_OK(db_commit(db, &fault));
    CHECK(hears(&ear, -3));
    CHECK_STR(str_of(ear.topic), "later");
    bell_close(bell);
    CHECK_INT(ear.count, 2);
    db_give(db);
    test_database_close(data);
}

// A process of its own that waits for the word, opens the store, does `work`, and is gone without another. It
// is made before this process has threads or connections, since neither lives on in a child.
typedef struct Elsewhere {
    pid_t child;
    int word;
} Elsewhere;

static Elsewhere elsewhere(const char *where, bool (*work)(Database *data, Fault *fault))
{
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        char word;
        Fault fault;
        Database *data;
        const DatabaseOptions options = { STORE_DATA, where, 0 };
        close(ends[1]);
        if (read(ends[0], &word, 1) != 1)
            _exit(2);
        _exit(database_open(&options, &data, &fault) && work(data, &fault) ? 0 : 1);
    }
    close(ends[0]);
    return (Elsewhere){ child, ends[1] };
}

static void elsewhere_runs(Elsewhere other)
{
    int status = -1;
    CHECK_INT(write(other.word, "!", 1), 1);
    close(other.word);
    waitpid(other.child, &status, 0);
    CHECK_INT(status, 0);
}

static Database *opened(const char *where)
{
    Fault fault;
    Database *data;
    const DatabaseOptions options = { STORE_DATA, where, 0 };
    CHECK_OK(database_open(&options, &data, &fault));
    return data;
}

static bool rings_seven(Database *data, Fault *fault)
{
    Db *db;
    if (!db_take(data, &db, fault) || !db_begin(db, fault))
        return false;
    db_ring(db, "job", 7);
    return db_commit(db, fault);
}

static bool hangs_up_a_bell(Database *data, Fault *fault)
{
    Bell *bell;
    EAR(ear);
    return bell_open(data, heard, &ear, &bell, fault);
}

TEST_BOTH(a_ring_is_heard_in_another_process)
{
    Fault fault;
    Bell *bell;
    EAR(ear);
    const char *where = test_where(engine);
    Elsewhere other = elsewhere(where, rings_seven);
    Database *data = opened(where);
    CHECK_OK(bell_open(data, heard, &ear, &bell, &fault));
    elsewhere_runs(other);
    CHECK(hears(&ear, 7));
    bell_close(bell);
    database_close(data);
}

static int entries(const char *folder)
{
    int count = 0;
    DIR *list = opendir(folder);
    CHECK(list != NULL);
    for (const struct dirent *entry; (entry = readdir(list)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(list);
    return count;
}

TEST(a_bell_whose_process_died_is_taken_down)
{
    Fault fault;
    Bell *bell;
    EAR(ear);
    const char *where = test_where(ON_SQLITE);
    Elsewhere other = elsewhere(where, hangs_up_a_bell);
    Database *data = opened(where);
    Db *db = taken(data);
    CHECK_OK(bell_open(data, heard, &ear, &bell, &fault));
    elsewhere_runs(other);
    Str path = str_of(where);
    Str folder = arena_print(test_arena(), STR_FMT "/bell", STR_ARG(str_slice(path, 0, path.length - 8)));
    CHECK_INT(entries(folder.data), 2);
    db_ring(db, "job", 1);
    CHECK(hears(&ear, 1));
    CHECK_INT(entries(folder.data), 1);
    bell_close(bell);
    CHECK_INT(entries(folder.data), 0);
    db_give(db);
    database_close(data);
}

TEST_BOTH(a_storm_of_rings_holds_nobody_up)
{
    Fault fault;
    Bell *bell;
    EAR(ear);
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CHECK_OK(bell_open(data, heard, &ear, &bell, &fault));
    pthread_mutex_lock(&ear.lock); // whoever hears is busy, and rings are lost
    for (int i = 0; i < 2000; i++)
        db_ring(db, "storm", i);
    pthread_mutex_unlock(&ear.lock);
    usleep(100 * 1000);
    db_ring(db, "calm", 90000);
    CHECK(hears(&ear, 90000));
    bell_close(bell);
    db_give(db);
    test_database_close(data);
}

TEST(a_bell_hears_again_after_the_server_was_away)
{
    Fault fault;
    Bell *bell;
    EAR(ear);
    Database *data = test_database(ON_POSTGRES, STORE_DATA);
    CHECK_OK(bell_open(data, heard, &ear, &bell, &fault));
    test_server_stop();
    test_server_again();
    Db *db = taken(data);
    bool back = false;
    for (int i = 0; i < 50 && !back; i++) { // it tries once each second
        db_ring(db, "again", 5);
        usleep(100 * 1000);
        pthread_mutex_lock(&ear.lock);
        back = ear.last == 5;
        pthread_mutex_unlock(&ear.lock);
    }
    CHECK(back);
    bell_close(bell);
    db_give(db);
    test_database_close(data);
}
