// Killer over ptrace: the child stops at each of its system calls and is let go on.
#include "tests/vault/killer.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY = SIGUSR1, NO_TRACE = 99 };

void killer_begin(void)
{
    raise(READY);
}

static bool writes(long call)
{
    static const long calls[] = { SYS_write,     SYS_pwrite64, SYS_writev,  SYS_fdatasync, SYS_fsync,
                                  SYS_ftruncate, SYS_sendto,   SYS_sendmsg, SYS_unlink,    SYS_unlinkat };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i] == call)
            return true;
    return false;
}

// The number of the call that is about to be made; -1 when one has just ended.
static long call_of(pid_t thread)
{
    struct __ptrace_syscall_info info = { 0 };
    ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
    return info.op == PTRACE_SYSCALL_INFO_ENTRY ? (long)info.entry.nr : -1;
}

static pid_t start(int (*work)(void *self), void *self)
{
    pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(NO_TRACE);
        raise(SIGSTOP);
        _exit(work(self));
    }
    int status;
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
        return -1;
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
    return child;
}

// What to hand on to the thread that stopped: not our marks, nor the stop with which a new thread begins.
static int signal_for(int stopped)
{
    return stopped == (SIGTRAP | 0x80) || stopped == SIGTRAP || stopped == SIGSTOP || stopped == READY
               ? 0
               : stopped;
}

KillEnd run_and_kill(int (*work)(void *self), void *self, int at, int *exit_code)
{
    *exit_code = 0;
    int writing = 0, status;
    bool counting = false;
    pid_t child = start(work, self);
    if (child < 0)
        return KILL_CANNOT;
    ptrace(PTRACE_SYSCALL, child, 0, 0);
    for (;;) {
        pid_t thread = waitpid(-1, &status, __WALL);
        if (!WIFSTOPPED(status)) {
            if (thread != child)
                continue; // a thread of it
            *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
            return WIFEXITED(status) ? KILL_DONE : KILL_KILLED;
        }
        int signal = WSTOPSIG(status);
        counting = counting || signal == READY;
        if (signal == (SIGTRAP | 0x80) && counting && writes(call_of(thread)) && ++writing == at)
            kill(child, SIGKILL);
        ptrace(PTRACE_SYSCALL, thread, 0, signal_for(signal));
    }
}
