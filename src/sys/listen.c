#include "sys/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

static bool refused(Fault *fault, const char *address, int port)
{
    if (errno == EADDRINUSE)
        return fault_set(fault, FAULT_INPUT,
                         "Port %d of %s is taken. Choose another one with \"port\" in the configuration.",
                         port, address);
    if (errno == EACCES)
        return fault_set(fault, FAULT_INPUT,
                         "Port %d needs a privilege. Choose one above 1023, or set CAP_NET_BIND_SERVICE in "
                         "the service's unit.",
                         port);
    return fault_set(fault, FAULT_INPUT, "Cannot listen on %s: %s.", address, strerror(errno));
}

static bool open_at(const struct addrinfo *at, int *fd)
{
    int one = 1;
    *fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0)
        return false;
    if (setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
        bind(*fd, at->ai_addr, at->ai_addrlen) == 0 && listen(*fd, BACKLOG) == 0)
        return true;
    int error = errno;
    close(*fd);
    errno = error;
    return false;
}

bool listen_open(const char *address, int port, int *fd, Fault *fault)
{
    const struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
                                    .ai_socktype = SOCK_STREAM };
    struct addrinfo *found;
    char service[8];
    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return fault_set(fault, FAULT_INPUT,
                         "\"%s\" is no address to listen on; 127.0.0.1, 0.0.0.0 or :: are.", address);
    bool opened = open_at(found, fd) || refused(fault, address, port);
    freeaddrinfo(found);
    return opened;
}

int listen_port(int fd)
{
    struct sockaddr_storage at = { 0 };
    socklen_t length = sizeof at;
    if (getsockname(fd, (struct sockaddr *)&at, &length) != 0)
        return 0;
    in_port_t port = at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&at)->sin6_port
                                              : ((struct sockaddr_in *)(void *)&at)->sin_port;
    return ntohs(port);
}
