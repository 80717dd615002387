// A fixed table, because the handler may call only unlink and the like: no locks, no memory.
//
//     free ──add──> filling ──> open ──drop──> free
//
// The handler removes what is `open`. A file made just as the handler ran is removed by its maker,
// who asks part_files_interrupted after making it.
#include "sys/part_files.h"
#include "sys/file.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { SLOT_FREE, SLOT_FILLING, SLOT_OPEN };

typedef struct Slot {
    atomic_int state;
    char path[PATH_MAX];
} Slot;

static Slot slots[OUTFILES_MAX];
static atomic_bool interrupted;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void clean_up(int number)
{
    int error = errno;
    atomic_store(&interrupted, true);
    for (int i = 0; i < OUTFILES_MAX; i++)
        if (atomic_load(&slots[i].state) == SLOT_OPEN)
            unlink(slots[i].path);

    signal(number, SIG_DFL); // blocked until we return, then it ends the program
    raise(number);
    errno = error;
}

static void prepare(void)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction old, ours = { .sa_handler = clean_up };
        sigfillset(&ours.sa_mask);
        if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(ends[i], &ours, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

void part_files_prepare(void)
{
    pthread_once(&prepared, prepare);
}

int part_files_add(const char *path)
{
    size_t length = strlen(path);
    if (length >= PATH_MAX)
        return -1;
    for (int i = 0; i < OUTFILES_MAX; i++) {
        int empty = SLOT_FREE;
        if (atomic_compare_exchange_strong(&slots[i].state, &empty, SLOT_FILLING)) {
            memcpy(slots[i].path, path, length + 1);
            atomic_store(&slots[i].state, SLOT_OPEN);
            return i;
        }
    }
    return -1;
}

bool part_files_interrupted(void)
{
    return atomic_load(&interrupted);
}

void part_files_drop(int slot)
{
    atomic_store(&slots[slot].state, SLOT_FREE);
}
