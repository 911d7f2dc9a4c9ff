/*
 * Linked into ffmpeg and ffprobe: before main() begins, each gives up all system calls but those that decoding needs.
 * What takes ffmpeg over by a crafted file can compute, read and write what is open, and talk TCP over IPv4, and
 * nothing else: open no file, start no program or process, look into no other process and signal none, run no code
 * that was not there from the start. It needs no right for this, and keeps nobody from killing it.
 *
 * What is not listed is answered as by a kernel that does not have it (ENOSYS). So a C library which tries something
 * newer, or looks for a file that it can do without, goes on without it: glibc does, for character sets and for
 * /proc/sys/vm/overcommit_memory when a thread gives memory back. What nothing but an attack does ends the process with
 * SIGSYS.
 *
 * https://docs.kernel.org/userspace-api/seccomp_filter.html
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "Only for x86-64 and arm64, where the arguments' low halves come first."
#endif

#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define ALLOW RETURN(SECCOMP_RET_ALLOW)
#define REFUSE RETURN(SECCOMP_RET_ERRNO | ENOSYS)
#define KILL RETURN(SECCOMP_RET_KILL_PROCESS)

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* The low half of an argument: all that the kernel looks at where it is an int, or flags. */
#define LOAD_ARGUMENT(index) LOAD(args[index])
#define MASK(bits) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (bits))
/* Each goes on with the next instruction, or skips so many. */
#define UNLESS_EQUAL_SKIP(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (count))
#define UNLESS_ANY_OF_SKIP(bits, count) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, (count))

/* These stand where the call's number is loaded, and leave it so for the next. */
#define ALLOW_CALL(call) UNLESS_EQUAL_SKIP(__NR_##call, 1), ALLOW
#define KILL_CALL(call) UNLESS_EQUAL_SKIP(__NR_##call, 1), KILL

/* Gives the filter to the kernel; in a function of its own because who the process is, is a part of it. */
static int confine(void)
{
    const struct sock_filter instructions[] = {
        /* Numbers mean other calls in another architecture's table, such as that of int 0x80. */
        LOAD(arch), UNLESS_EQUAL_SKIP(ARCHITECTURE, 1), BPF_STMT(BPF_JMP | BPF_JA, 1), KILL,
        LOAD(nr),

        /* What is open: the pipes to the worker, the connection to its server. */
        ALLOW_CALL(read), ALLOW_CALL(write), ALLOW_CALL(readv), ALLOW_CALL(writev), ALLOW_CALL(close),
        ALLOW_CALL(dup), ALLOW_CALL(fstat), ALLOW_CALL(lseek), ALLOW_CALL(ppoll),
#ifdef __NR_poll
        ALLOW_CALL(poll),
#endif
        ALLOW_CALL(connect), ALLOW_CALL(sendto), ALLOW_CALL(recvfrom), ALLOW_CALL(shutdown),
        ALLOW_CALL(getsockopt), ALLOW_CALL(setsockopt),
        /* Memory. */
        ALLOW_CALL(brk), ALLOW_CALL(munmap), ALLOW_CALL(mremap), ALLOW_CALL(madvise),
        /* Threads, and how they wait for each other. */
        ALLOW_CALL(futex), ALLOW_CALL(set_robust_list), ALLOW_CALL(rseq), ALLOW_CALL(exit), ALLOW_CALL(sched_yield),
        ALLOW_CALL(sched_getaffinity), ALLOW_CALL(gettid), ALLOW_CALL(getpid),
        /* Signals to itself: handlers, and the end by them. */
        ALLOW_CALL(rt_sigaction), ALLOW_CALL(rt_sigprocmask), ALLOW_CALL(rt_sigreturn), ALLOW_CALL(restart_syscall),
        ALLOW_CALL(exit_group),
        /* Clocks where the kernel does not answer without a call, and random numbers. */
        ALLOW_CALL(clock_gettime), ALLOW_CALL(clock_getres), ALLOW_CALL(gettimeofday), ALLOW_CALL(clock_nanosleep),
        ALLOW_CALL(nanosleep), ALLOW_CALL(getrusage), ALLOW_CALL(getrandom),

        /* Memory to run code in is there before main(), and no more of it comes. */
        UNLESS_EQUAL_SKIP(__NR_mmap, 1), BPF_STMT(BPF_JMP | BPF_JA, 1), UNLESS_EQUAL_SKIP(__NR_mprotect, 4),
        LOAD_ARGUMENT(2), UNLESS_ANY_OF_SKIP(PROT_EXEC, 1), KILL, ALLOW,
        /* TCP over IPv4. */
        UNLESS_EQUAL_SKIP(__NR_socket, 9),
        LOAD_ARGUMENT(0), UNLESS_EQUAL_SKIP(AF_INET, 6),
        LOAD_ARGUMENT(1), MASK(~(SOCK_CLOEXEC | SOCK_NONBLOCK)), UNLESS_EQUAL_SKIP(SOCK_STREAM, 3),
        LOAD_ARGUMENT(2), UNLESS_EQUAL_SKIP(IPPROTO_TCP, 1), ALLOW,
        REFUSE,
        /* Whether to wait, and copies. Other commands send signals when something comes. */
        UNLESS_EQUAL_SKIP(__NR_fcntl, 10),
        LOAD_ARGUMENT(1), UNLESS_EQUAL_SKIP(F_GETFL, 1), ALLOW, UNLESS_EQUAL_SKIP(F_SETFL, 1), ALLOW,
        UNLESS_EQUAL_SKIP(F_SETFD, 1), ALLOW, UNLESS_EQUAL_SKIP(F_DUPFD_CLOEXEC, 1), ALLOW,
        REFUSE,
        /* A thread's name. */
        UNLESS_EQUAL_SKIP(__NR_prctl, 4), LOAD_ARGUMENT(0), UNLESS_EQUAL_SKIP(PR_SET_NAME, 1), ALLOW, REFUSE,
        /* Its own limits. */
        UNLESS_EQUAL_SKIP(__NR_prlimit64, 4), LOAD_ARGUMENT(0), UNLESS_EQUAL_SKIP(0, 1), ALLOW, KILL,
        /* abort(): a signal to itself. */
        UNLESS_EQUAL_SKIP(__NR_tgkill, 4), LOAD_ARGUMENT(0), UNLESS_EQUAL_SKIP((unsigned)getpid(), 1), ALLOW, KILL,
        /* A thread, never a process. clone3 hides which in memory: without it glibc takes clone. */
        UNLESS_EQUAL_SKIP(__NR_clone, 4), LOAD_ARGUMENT(0), UNLESS_ANY_OF_SKIP(CLONE_THREAD, 1), ALLOW, KILL,

        /* What no decoder ever does. */
#ifdef __NR_fork
        KILL_CALL(fork), KILL_CALL(vfork),
#endif
        KILL_CALL(execve), KILL_CALL(execveat), KILL_CALL(ptrace), KILL_CALL(process_vm_readv),
        KILL_CALL(process_vm_writev), KILL_CALL(kill), KILL_CALL(tkill),
        REFUSE,
    };
    const struct sock_fprog filter = {
        .len = sizeof instructions / sizeof *instructions,
        .filter = (struct sock_filter *)instructions,
    };
    /* No program that it could start would get more rights than it has: what the kernel asks of a filter's owner. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

/* Nothing is decoded without the filter. Ended by this signal it is taken for a fault of the place, not of a file. */
__attribute__((constructor)) static void confine_or_end(void)
{
    if (confine() == 0)
        return;
    fprintf(stderr, "The system refuses the seccomp filter without which nothing is decoded: %s\n", strerror(errno));
    raise(SIGTERM);
    _exit(1);
}
