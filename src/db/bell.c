// The bell's thread: it waits for messages of the engine in use and calls whoever hung it up.
#include "db/bell.h"

#include "db/postgres.h"
#include "sys/doorbell.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { RETRY_MS = 1000, FOR_EVER = -1 };

struct Bell {
    void (*heard)(void *self, Str topic, int64_t number);
    void *self;
    pthread_t thread;
    int stop;       // readable when the thread is to end
    Doorbell *door; // SQLite
    Link link;      // PostgreSQL
};

// "topic number"; what is not written like that was not rung by us.
static void tell(const Bell *bell, Str text)
{
    Str topic;
    int64_t number;
    if (str_cut(&text, ' ', &topic) && topic.length && str_to_int(text, &number))
        bell->heard(bell->self, topic, number);
}

// False when the bell is to end. The time may also just pass.
static bool await(const Bell *bell, int socket, int wait_ms)
{
    struct pollfd both[] = { { bell->stop, POLLIN, 0 }, { socket, POLLIN, 0 } };
    return (poll(both, socket < 0 ? 1 : 2, wait_ms) >= 0 || errno == EINTR) && !both[0].revents;
}

static void *hear_sockets(void *self)
{
    const Bell *bell = self;
    char text[DOORBELL_TEXT];
    Str message;
    while (await(bell, doorbell_socket(bell->door), FOR_EVER))
        while (doorbell_read(bell->door, text, &message))
            tell(bell, message);
    return NULL;
}

static bool subscribe(Bell *bell, Fault *fault)
{
    return link_open(&bell->link, fault) && link_execute(&bell->link, "LISTEN sonicstacker", fault);
}

static void hear_notices(Bell *bell)
{
    if (!PQconsumeInput(bell->link.handle)) {
        link_close(&bell->link);
        return;
    }
    PGnotify *notice;
    while ((notice = PQnotifies(bell->link.handle)) != NULL) {
        tell(bell, str_of(notice->extra));
        PQfreemem(notice);
    }
}

static void *hear_server(void *self)
{
    Bell *bell = self;
    Fault fault;
    for (;;) {
        bool lost = bell->link.handle == NULL && !subscribe(bell, &fault);
        if (lost)
            link_close(&bell->link);
        if (!await(bell, lost ? -1 : PQsocket(bell->link.handle), lost ? RETRY_MS : FOR_EVER))
            return NULL;
        if (!lost)
            hear_notices(bell);
    }
}

static void bell_free(Bell *bell)
{
    if (bell->door)
        doorbell_close(bell->door);
    link_close(&bell->link);
    if (bell->stop >= 0)
        close(bell->stop);
    free(bell);
}

bool bell_open(Database *database, void (*heard)(void *self, Str topic, int64_t number), void *self,
               Bell **out, Fault *fault)
{
    Bell *bell = db_memory(sizeof *bell);
    *bell = (Bell){
        .heard = heard, .self = self, .stop = eventfd(0, EFD_CLOEXEC), .link = { .database = database }
    };
    bool local = database_is_local(database);
    bool good = local ? doorbell_open(database->bell, &bell->door, fault) : subscribe(bell, fault);
    if (good && (bell->stop < 0 ||
                 pthread_create(&bell->thread, NULL, local ? hear_sockets : hear_server, bell) != 0))
        good = fault_set(fault, FAULT_BROKEN, "the system gives no thread for the bell");
    if (good)
        *out = bell;
    else
        bell_free(bell);
    return good;
}

void bell_close(Bell *bell)
{
    if (eventfd_write(bell->stop, 1) == 0)
        pthread_join(bell->thread, NULL);
    bell_free(bell);
}
