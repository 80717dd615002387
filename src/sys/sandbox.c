// Limits, and a filter of system calls that libseccomp writes and we keep.
#include "sys/sandbox.h"

#include "sys/child.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct Sandbox {
    struct sock_fprog program;
};

// Computing and ending, and what a thread does when it begins.
static const int allowed[] = {
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(getrandom),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sysinfo),
};

// What no library of ours has a reason to try.
static const int fatal[] = {
    SCMP_SYS(socket),     SCMP_SYS(socketpair), SCMP_SYS(connect),          SCMP_SYS(bind),
    SCMP_SYS(listen),     SCMP_SYS(accept),     SCMP_SYS(accept4),          SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),    SCMP_SYS(execve),     SCMP_SYS(execveat),         SCMP_SYS(ptrace),
    SCMP_SYS(fork),       SCMP_SYS(vfork),      SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),      SCMP_SYS(bpf),        SCMP_SYS(init_module),      SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load), SCMP_SYS(keyctl),     SCMP_SYS(userfaultfd),      SCMP_SYS(io_uring_setup),
    SCMP_SYS(unshare),    SCMP_SYS(setns),      SCMP_SYS(pidfd_getfd),      SCMP_SYS(perf_event_open),
};

static struct scmp_arg_cmp bits_are(unsigned argument, uint64_t mask, uint64_t value)
{
    return (struct scmp_arg_cmp){ argument, SCMP_CMP_MASKED_EQ, mask, value };
}

static bool add_rules(scmp_filter_ctx filter)
{
    int bad = 0;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
        bad |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, fatal[i], 0);
    const struct scmp_arg_cmp pipe = bits_are(0, UINT32_MAX, CHILD_PIPE);
    bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, pipe);
    bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1, pipe);
    // Memory of its own that is never code.
    const struct scmp_arg_cmp no_code = bits_are(2, PROT_EXEC, 0),
                              no_file = bits_are(3, MAP_ANONYMOUS, MAP_ANONYMOUS);
    bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, no_code, no_file);
    bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
    return bad == 0;
}

// The library writes a program to a descriptor only: an unnamed file in memory catches it.
static bool take_program(Arena *arena, scmp_filter_ctx filter, struct sock_fprog *out)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0)
        return false;
    bool done = seccomp_export_bpf(filter, fd) == 0;
    off_t bytes = done ? lseek(fd, 0, SEEK_END) : 0;
    done = bytes > 0 && bytes % (off_t)sizeof(struct sock_filter) == 0;
    if (done) {
        out->filter = arena_take(arena, (size_t)bytes);
        out->len = (unsigned short)((size_t)bytes / sizeof(struct sock_filter));
        done = pread(fd, out->filter, (size_t)bytes, 0) == bytes;
    }
    close(fd);
    return done;
}

bool sandbox_open(Arena *arena, Sandbox **out, Fault *fault)
{
    Sandbox *sandbox = *out = ARENA_NEW(arena, Sandbox);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool done = filter && add_rules(filter) && take_program(arena, filter, &sandbox->program);
    seccomp_release(filter);
    return done || fault_set(fault, FAULT_BROKEN, "the filter of system calls could not be made");
}

// Memory that the process has mapped, such as the instruments, does not count.
static int64_t mapped_bytes(void)
{
    long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    bool known = file && fscanf(file, "%lld", &pages) == 1;
    if (file)
        fclose(file);
    return known ? (int64_t)pages * sysconf(_SC_PAGESIZE) : 0;
}

static bool limit(int what, int64_t most)
{
    const struct rlimit both = { (rlim_t)most, (rlim_t)most };
    return setrlimit((__rlimit_resource_t)what, &both) == 0;
}

bool sandbox_enter(const Sandbox *sandbox, const SandboxLimits *limits)
{
    bool done = limit(RLIMIT_AS, mapped_bytes() + limits->memory_bytes) &&
                limit(RLIMIT_CPU, limits->cpu_seconds) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) &&
                limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_NOFILE, 0);
    return done && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &sandbox->program) == 0;
}
