#include "sys/doorbell.h"

#include "sys/secret.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct Doorbell {
    int folder, socket;
    char name[48];
};

// Names of sockets are short by law, and folders need not be; so the way goes by the open folder.
static bool address(struct sockaddr_un *out, int folder, const char *name)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int length = snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d/%s", folder, name);
    return length > 0 && (size_t)length < sizeof out->sun_path;
}

static int folder_open(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int socket_open(void)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

bool doorbell_open(const char *folder, Doorbell **out, Fault *fault)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fault_set(fault, FAULT_BROKEN, "the folder of the doorbell cannot be made: error %d", errno);
    Doorbell *bell = calloc(1, sizeof *bell);
    if (bell == NULL)
        abort();
    snprintf(bell->name, sizeof bell->name, "%d-%016" PRIx64, (int)getpid(), secret_number());
    bell->folder = folder_open(folder);
    bell->socket = socket_open();
    struct sockaddr_un place;
    if (bell->folder >= 0 && bell->socket >= 0 && address(&place, bell->folder, bell->name) &&
        bind(bell->socket, (const struct sockaddr *)&place, sizeof place) == 0) {
        *out = bell;
        return true;
    }
    fault_set(fault, FAULT_BROKEN, "the doorbell cannot be hung up: error %d", errno);
    doorbell_close(bell);
    return false;
}

void doorbell_close(Doorbell *bell)
{
    if (bell->folder >= 0) {
        unlinkat(bell->folder, bell->name, 0);
        close(bell->folder);
    }
    if (bell->socket >= 0)
        close(bell->socket);
    free(bell);
}

int doorbell_socket(const Doorbell *bell)
{
    return bell->socket;
}

bool doorbell_read(Doorbell *bell, char text[DOORBELL_TEXT], Str *out)
{
    ssize_t count = recv(bell->socket, text, DOORBELL_TEXT, MSG_DONTWAIT);
    if (count < 0)
        return false;
    *out = (Str){ text, (size_t)count };
    return true;
}

static void ring_one(int socket, int folder, const char *name, Str text)
{
    struct sockaddr_un place;
    if (!address(&place, folder, name))
        return;
    ssize_t sent = sendto(socket, text.data, text.length, MSG_DONTWAIT | MSG_NOSIGNAL,
                          (const struct sockaddr *)&place, sizeof place);
    if (sent < 0 && errno == ECONNREFUSED)
        unlinkat(folder, name, 0); // its listener died without taking it away
}

void doorbell_ring(const char *folder, Str text)
{
    assert(text.length <= DOORBELL_TEXT);
    int at = folder_open(folder), from = at < 0 ? -1 : socket_open();
    DIR *list = from < 0 ? NULL : fdopendir(at);
    if (list) {
        const struct dirent *entry;
        while ((entry = readdir(list)) != NULL)
            if (entry->d_name[0] != '.')
                ring_one(from, at, entry->d_name, text);
        closedir(list); // `at` too
    } else if (at >= 0) {
        close(at);
    }
    if (from >= 0)
        close(from);
}
