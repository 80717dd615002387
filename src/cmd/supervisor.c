#include "cmd/supervisor.h"

#include "cmd/cmd.h"
#include "cmd/signals.h"
#include "sys/clock.h"
#include "sys/listen.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAUSE_FIRST_MS = 1000, PAUSE_MOST_MS = 30000, STEADY_MS = 60000, CHILD_SOCKET = 3, CHILD_READY = 4 };

typedef struct Role {
    const char *name;
    pid_t pid;      // 0: not running
    pid_t next;     // its successor, while that starts
    int ready_fd;   // of whoever is starting; -1: nobody
    bool was_ready; // once: a role that never was ready is not started again
    bool outdated;  // another program shall take over, as soon as no other one is starting
    double started, again_at;
    int pause_ms;
} Role;

typedef struct Supervisor {
    const ServiceOptions *options;
    char program[4096]; // the path, so that a restart takes the new program
    int socket;
    Role roles[2];
    int count;
    bool ending;
    int status;
} Supervisor;

// In the child: becomes the role. Only the socket and the line to the supervisor stay open.
static void become(const Supervisor *supervisor, const Role *role, int ready)
{
    const char *argv[16] = { supervisor->program, role->name, "--alone", "--ready-fd", "4" };
    int count = 5;
    if (supervisor->socket >= 0) {
        argv[count++] = "--listen-fd";
        argv[count++] = "3";
    }
    if (supervisor->options->config) {
        argv[count++] = "--config";
        argv[count++] = supervisor->options->config;
    }
    if (supervisor->options->data) {
        argv[count++] = "--data";
        argv[count++] = supervisor->options->data;
    }
    signals_unblock();
    // dup2 onto itself would keep close-on-exec, so both go high first.
    int high_ready = fcntl(ready, F_DUPFD, 10),
        high_socket = supervisor->socket >= 0 ? fcntl(supervisor->socket, F_DUPFD, 10) : -1;
    dup2(high_ready, CHILD_READY);
    if (high_socket >= 0)
        dup2(high_socket, CHILD_SOCKET);
    close(high_ready);
    if (high_socket >= 0)
        close(high_socket);
    execv(supervisor->program, (char *const *)(const void *)argv);
    _exit(127);
}

static pid_t start(Supervisor *supervisor, Role *role)
{
    int line[2];
    if (pipe2(line, O_CLOEXEC) != 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0)
        become(supervisor, role, line[1]);
    close(line[1]);
    if (pid < 0) {
        close(line[0]);
        return 0;
    }
    if (role->ready_fd >= 0)
        close(role->ready_fd);
    role->ready_fd = line[0];
    role->started = clock_ms();
    return pid;
}

static void end_all(Supervisor *supervisor)
{
    supervisor->ending = true;
    for (int i = 0; i < supervisor->count; i++) {
        if (supervisor->roles[i].pid > 0)
            kill(supervisor->roles[i].pid, SIGTERM);
        if (supervisor->roles[i].next > 0)
            kill(supervisor->roles[i].next, SIGTERM);
    }
}

static void look_ready(Role *role)
{
    char byte;
    struct pollfd line = { role->ready_fd, POLLIN, 0 };
    if (role->ready_fd < 0 || poll(&line, 1, 0) != 1)
        return;
    bool ready = read(role->ready_fd, &byte, 1) == 1;
    close(role->ready_fd);
    role->ready_fd = -1;
    if (!ready)
        return;
    role->was_ready = true;
    if (role->next > 0) { // the successor answers now; the old one finishes
        if (role->pid > 0)
            kill(role->pid, SIGTERM);
        role->pid = role->next;
        role->next = 0;
    }
}

static void lost(Supervisor *supervisor, Role *role, int status)
{
    role->pid = 0;
    if (supervisor->ending)
        return;
    if (!role->was_ready) { // it said why
        supervisor->status = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILED;
        end_all(supervisor);
        return;
    }
    bool steady = clock_ms() - role->started > STEADY_MS;
    role->pause_ms = steady || role->pause_ms == 0 ? PAUSE_FIRST_MS : role->pause_ms * 2;
    if (role->pause_ms > PAUSE_MOST_MS)
        role->pause_ms = PAUSE_MOST_MS;
    role->again_at = clock_ms() + role->pause_ms;
    log_error("supervisor.died role=%s again_in_ms=%d", role->name, role->pause_ms);
}

static void reap(Supervisor *supervisor)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (int i = 0; i < supervisor->count; i++) {
            look_ready(&supervisor->roles[i]);
            if (pid == supervisor->roles[i].next) {
                log_error("supervisor.successor_failed role=%s", supervisor->roles[i].name);
                supervisor->roles[i].next = 0;
            } else if (pid == supervisor->roles[i].pid) {
                lost(supervisor, &supervisor->roles[i], status);
            }
        }
    }
}

// Asked while a successor starts already: that one may be of the program before.
static void replace(Supervisor *supervisor)
{
    for (int i = 0; i < supervisor->count; i++) {
        Role *role = &supervisor->roles[i];
        if (!role->outdated || role->next > 0)
            continue;
        role->next = start(supervisor, role);
        role->outdated = role->next == 0;
    }
}

static bool anybody(const Supervisor *supervisor)
{
    for (int i = 0; i < supervisor->count; i++)
        if (supervisor->roles[i].pid > 0 || supervisor->roles[i].next > 0)
            return true;
    return false;
}

static void watch(Supervisor *supervisor)
{
    while (!supervisor->ending || anybody(supervisor)) {
        int number = signals_wait(200);
        if (number == SIGTERM || number == SIGINT)
            end_all(supervisor);
        for (int i = 0; number == SIGHUP && i < supervisor->count; i++)
            supervisor->roles[i].outdated = true;
        reap(supervisor);
        for (int i = 0; i < supervisor->count; i++) {
            Role *role = &supervisor->roles[i];
            look_ready(role);
            if (!supervisor->ending && role->pid == 0 && role->next == 0 && clock_ms() >= role->again_at)
                role->pid = start(supervisor, role);
        }
        if (!supervisor->ending)
            replace(supervisor);
    }
}

static bool prepare(Supervisor *supervisor, unsigned roles, Arena *arena, Fault *fault)
{
    Config config;
    if (!service_configure(arena, supervisor->options, &config, fault))
        return false;
    if (roles & SUPERVISE_SERVE) {
        if (!listen_open(config.listen, config.port, &supervisor->socket, fault))
            return false;
        supervisor->roles[supervisor->count++] = (Role){ .name = "serve", .ready_fd = -1 };
    }
    if (roles & SUPERVISE_WORK)
        supervisor->roles[supervisor->count++] = (Role){ .name = "work", .ready_fd = -1 };
    ssize_t length = readlink("/proc/self/exe", supervisor->program, sizeof supervisor->program - 1);
    return length > 0 || fault_set(fault, FAULT_BROKEN, "cannot find my own program: %s", strerror(errno));
}

int supervise(const ServiceOptions *options, unsigned roles)
{
    Supervisor supervisor = { .options = options, .socket = -1 };
    Arena arena = { 0 };
    Fault fault = { 0 };
    signals_block();
    if (!prepare(&supervisor, roles, &arena, &fault)) {
        arena_close(&arena);
        return failed(&fault);
    }
    // One after the other at the start: the first makes the databases.
    for (int i = 0; i < supervisor.count && !supervisor.ending; i++) {
        Role *role = &supervisor.roles[i];
        role->pid = start(&supervisor, role);
        while (role->pid > 0 && !role->was_ready && !supervisor.ending) {
            int number = signals_wait(20);
            if (number == SIGTERM || number == SIGINT)
                end_all(&supervisor);
            reap(&supervisor);
            look_ready(role);
        }
    }
    watch(&supervisor);
    arena_close(&arena);
    return supervisor.status;
}
