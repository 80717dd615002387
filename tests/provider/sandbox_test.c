// What the sandbox forbids, tried from inside it.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/child.h"
#include "sys/sandbox.h"
#include "tests/test.h"

enum { FINE = 40, NOT_ENTERED };

// The wait status of a process that entered the sandbox and did `deed`.
static int after(int (*deed)(void))
{
    Fault fault = { 0 };
    Sandbox *sandbox;
    CHECK_OK(sandbox_open(test_arena(), &sandbox, &fault));
    int ends[2], status = 0;
    CHECK(pipe_open(ends));
    pid_t child = fork();
    if (child == 0) {
        child_keep(ends[1]);
        const SandboxLimits limits = { (int64_t)256 << 20, 2 };
        _exit(sandbox_enter(sandbox, &limits) ? deed() : NOT_ENTERED);
    }
    descriptor_close(ends[0]);
    descriptor_close(ends[1]);
    CHECK_INT(waitpid(child, &status, 0), child);
    return status;
}

static bool left_with(int status, int code)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

static bool ended_by(int status, int which)
{
    return WIFSIGNALED(status) && WTERMSIG(status) == which;
}

static int compute(void)
{
    volatile char *bytes = malloc(100 << 20);
    if (bytes == NULL)
        return 1;
    bytes[50 << 20] = 1;
    return FINE;
}

static int open_a_file(void)
{
    return open("/etc/passwd", O_RDONLY) < 0 && errno == EPERM ? FINE : 1;
}

static int make_a_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int run_a_program(void)
{
    char *const arguments[] = { NULL };
    return execve("/bin/true", arguments, arguments);
}

static int fork_once(void)
{
    return fork() < 0 && errno == EPERM ? FINE : 1;
}

static int trace(void)
{
    return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int kill_somebody(void)
{
    return kill(getppid(), 0) < 0 && errno == EPERM ? FINE : 1;
}

static int make_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? FINE : 1;
}

static int take_too_much(void)
{
    void *bytes = mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return bytes == MAP_FAILED ? FINE : 1;
}

static int write_elsewhere(void)
{
    return write(2, "x", 1) < 0 && errno == EPERM ? FINE : 1;
}

static int compute_for_ever(void)
{
    volatile unsigned i = 0;
    while (i < 1)
        i = 0;
    return 1;
}

TEST(in_the_sandbox_there_is_memory)
{
    CHECK(left_with(after(compute), FINE));
}

TEST(in_the_sandbox_there_are_no_files)
{
    CHECK(left_with(after(open_a_file), FINE));
    CHECK(left_with(after(write_elsewhere), FINE));
}

TEST(who_wants_a_socket_in_the_sandbox_ends)
{
    CHECK(ended_by(after(make_a_socket), SIGSYS));
}

TEST(in_the_sandbox_there_are_no_programs_and_processes)
{
    CHECK(ended_by(after(run_a_program), SIGSYS));
    CHECK(ended_by(after(trace), SIGSYS));
    CHECK(left_with(after(fork_once), FINE));
    CHECK(left_with(after(kill_somebody), FINE));
}

TEST(in_the_sandbox_memory_is_never_code)
{
    CHECK(left_with(after(make_code), FINE));
}

TEST(in_the_sandbox_memory_and_time_end)
{
    CHECK(left_with(after(take_too_much), FINE));
    CHECK(ended_by(after(compute_for_ever), SIGXCPU) || ended_by(after(compute_for_ever), SIGKILL));
}
