// Forking, signals and descriptors of children.
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPE_BYTES = 1 << 18, CHANNEL_BYTES = 1 << 20 };

static const struct timeval send_wait = { 5, 0 };

pid_t child_fork(const char *name)
{
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0)
        return child;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, name);
    if (getppid() != parent) // it died before we asked to be told
        _exit(0);
    return 0;
}

void child_deaf(void)
{
    const int all[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        signal(all[i], SIG_IGN);
}

void child_keep(int fd)
{
    if (fd != CHILD_PIPE)
        dup2(fd, CHILD_PIPE);
    close_range(0, CHILD_PIPE - 1, 0);
    close_range(CHILD_PIPE + 1, ~0U, 0);
}

int child_wait(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool child_gone(pid_t child)
{
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

pid_t child_reap(int *ended_by)
{
    int status;
    pid_t child = waitpid(-1, &status, WNOHANG);
    if (child <= 0)
        return 0;
    *ended_by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return child;
}

void child_kill(pid_t child)
{
    kill(child, SIGKILL);
}

int child_bell_open(void)
{
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, NULL);
    return signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK);
}

void child_bell_quiet(int bell)
{
    struct signalfd_siginfo info;
    while (read(bell, &info, sizeof info) > 0)
        continue;
}

bool child_listen(int channel, int bell)
{
    struct pollfd both[2] = { { channel, POLLIN, 0 }, { bell, POLLIN, 0 } };
    while (poll(both, 2, -1) < 0)
        if (errno != EINTR)
            return true;
    return both[0].revents != 0;
}

bool channel_open(int ends[2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    const int bytes = CHANNEL_BYTES;
    for (int i = 0; i < 2; i++) {
        setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
        setsockopt(ends[i], SOL_SOCKET, SO_SNDTIMEO, &send_wait, sizeof send_wait);
    }
    return true;
}

typedef union Passed { // room for one descriptor, aligned as the system wants it
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
} Passed;

bool channel_send(int channel, const void *bytes, size_t count, int passed)
{
    Passed room;
    memset(&room, 0, sizeof room);
    struct iovec piece = { (void *)(uintptr_t)bytes, count };
    struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };
    if (passed >= 0) {
        message.msg_control = &room;
        message.msg_controllen = sizeof room;
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof passed);
        memcpy(CMSG_DATA(head), &passed, sizeof passed);
    }
    ssize_t sent;
    do
        sent = sendmsg(channel, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)count;
}

ssize_t channel_receive(int channel, void *bytes, size_t size, int *passed)
{
    Passed room;
    memset(&room, 0, sizeof room);
    struct iovec piece = { bytes, size };
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &room, .msg_controllen = sizeof room
    };
    *passed = -1;
    ssize_t got;
    do
        got = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    const struct cmsghdr *head = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(passed, CMSG_DATA(head), sizeof *passed);
    if (got >= 0 && message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
        return -1;
    return got;
}

bool pipe_open(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    (void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); // fewer turns; without it all goes well too
    return true;
}

bool pipe_write(int fd, const void *head, size_t head_count, const void *body, size_t body_count)
{
    struct iovec pieces[2] = { { (void *)(uintptr_t)head, head_count },
                               { (void *)(uintptr_t)body, body_count } };
    while (pieces[0].iov_len + pieces[1].iov_len > 0) {
        ssize_t done = writev(fd, pieces, 2);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        for (int i = 0; i < 2; i++) {
            size_t step = (size_t)done < pieces[i].iov_len ? (size_t)done : pieces[i].iov_len;
            pieces[i].iov_base = (char *)pieces[i].iov_base + step;
            pieces[i].iov_len -= step;
            done -= (ssize_t)step;
        }
    }
    return true;
}

ssize_t pipe_read(int fd, void *bytes, size_t size, int wait_ms)
{
    struct pollfd one = { fd, POLLIN, 0 };
    int ready;
    do
        ready = poll(&one, 1, wait_ms);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return -1;
    ssize_t got;
    do
        got = read(fd, bytes, size);
    while (got < 0 && errno == EINTR);
    return got < 0 ? 0 : got;
}

void descriptor_close(int fd)
{
    if (fd >= 0)
        close(fd);
}
