#include "sys/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INHERITED_FD = 3, BACKLOG = 4096 };

void listen_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int listen_inherited(void)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    if (pid == NULL || count == NULL || strtol(pid, NULL, 10) != (long)getpid() ||
        strtol(count, NULL, 10) < 1)
        return -1;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    return INHERITED_FD;
}

static int open_one(const struct addrinfo *info)
{
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

bool listen_open(const char *address, int port, int *fd, Fault *fault)
{
    struct addrinfo wanted = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                               .ai_socktype = SOCK_STREAM };
    struct addrinfo *found;
    char number[12];
    snprintf(number, sizeof number, "%d", port);
    if (getaddrinfo(address, number, &wanted, &found) != 0)
        return fault_set(fault, FAULT_INPUT, "\"listen\" must be an address such as 127.0.0.1 or ::, not %s.",
                         address);
    *fd = open_one(found);
    int error = errno;
    freeaddrinfo(found);
    if (*fd >= 0)
        return true;
    if (error == EADDRINUSE)
        return fault_set(fault, FAULT_INPUT,
                         "Port %d is taken by another program. Stop it, or set another \"port\".", port);
    if (error == EACCES)
        return fault_set(fault, FAULT_INPUT,
                         "Port %d needs rights this program does not have. Set one of 1024 or more.", port);
    return fault_set(fault, FAULT_BROKEN, "Cannot listen on %s, port %d: %s", address, port, strerror(error));
}

bool listen_prepare(int fd, Fault *fault)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0)
        return true;
    return fault_set(fault, FAULT_BROKEN, "The socket to listen on cannot be used: %s", strerror(errno));
}

int listen_port(int fd)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    if (getsockname(fd, (struct sockaddr *)&name, &length) != 0)
        return -1;
    if (name.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)&name)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)&name)->sin_port);
}
