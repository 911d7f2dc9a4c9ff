/*
 * Tries what code that took ffmpeg over might try, one call a run, named by the argument. Linked with confine.c as ffmpeg
 * is, and without it to see that each call would work. Ends with 0 when the call was done, with 1 and its error's name
 * when it was refused.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char *const program[] = {"/bin/true", NULL};
static char memory[64];
static struct iovec here = {memory, sizeof memory};

/* Of a child, what its parent sees: the child itself has nothing to say. */
static int parent_only(long process)
{
    if (process == 0)
        _exit(0);
    return process < 0 ? -1 : 0;
}

static int child_process(unsigned long flags)
{
    return parent_only(syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
}

static int map(int protection)
{
    return mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static int make_executable(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static void *nothing(void *argument)
{
    return argument;
}

static int thread(void)
{
    pthread_t one;
    errno = pthread_create(&one, NULL, nothing, NULL);
    return errno == 0 ? pthread_join(one, NULL) : -1;
}

/* Another process of this user, which does nothing: the shell that started this one. */
static pid_t other(void)
{
    return getppid();
}

static int try(const char *name)
{
#define CASE(text, call) \
    if (strcmp(name, text) == 0) \
        return (call) < 0 ? -1 : 0;
    /* What decoding needs. */
    CASE("thread", thread())
    CASE("memory", map(PROT_READ | PROT_WRITE))
    CASE("random", getrandom(memory, sizeof memory, 0))
    CASE("tcp", socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP))
    CASE("copy", fcntl(dup(0), F_SETFD, FD_CLOEXEC))
    CASE("own-limit", prlimit(0, RLIMIT_CPU, &(struct rlimit){60, 60}, NULL))
    CASE("abort", (abort(), 0))
    /* Files. */
    CASE("open", syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY))
    CASE("create", syscall(SYS_openat, AT_FDCWD, "/dev/shm/trial", O_RDWR | O_CREAT, 0600))
    CASE("openat2", syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &(long[3]){0}, 24))
    CASE("readlink", syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", memory, sizeof memory))
    CASE("memfd", memfd_create("trial", 0))
    CASE("io_uring", syscall(SYS_io_uring_setup, 4, &(char[120]){0}))
    /* Programs, processes. */
    CASE("exec", execve(program[0], program, NULL))
    CASE("execveat", syscall(SYS_execveat, AT_FDCWD, program[0], program, NULL, 0))
    CASE("fork", parent_only(fork()))
    CASE("clone", child_process(0))
    CASE("clone3", parent_only(syscall(SYS_clone3, &(long[8]){[4] = SIGCHLD}, 64)))
#ifdef SYS_fork
    CASE("old-fork", parent_only(syscall(SYS_fork)))
#endif
    CASE("vfork", ({ pid_t child = vfork(); if (child == 0) _exit(0); child; }))
    /* Other processes. */
    CASE("ptrace", ptrace(PTRACE_TRACEME, 0, 0, 0))
    CASE("read-memory", process_vm_readv(getpid(), &here, 1, &here, 1, 0))
    CASE("write-memory", process_vm_writev(getpid(), &here, 1, &here, 1, 0))
    CASE("kill", kill(other(), 0))
    CASE("tkill", syscall(SYS_tkill, other(), 0))
    CASE("tgkill", syscall(SYS_tgkill, other(), other(), 0))
    CASE("limit-other", prlimit(other(), RLIMIT_CPU, NULL, &(struct rlimit){0}))
    CASE("pidfd", syscall(SYS_pidfd_open, other(), 0))
    CASE("signal-on-input", fcntl(0, F_SETOWN, other()))
    CASE("dumpable", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
    /* Code that was not there. */
    CASE("map-code", map(PROT_READ | PROT_WRITE | PROT_EXEC))
    CASE("make-code", make_executable())
    /* Other ways out. */
    CASE("udp", socket(AF_INET, SOCK_DGRAM, 0))
    CASE("ipv6", socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP))
    CASE("unix-socket", socket(AF_UNIX, SOCK_STREAM, 0))
    CASE("netlink", socket(AF_NETLINK, SOCK_RAW, 0))
    CASE("bind", bind(3, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET}, sizeof(struct sockaddr_in)))
    CASE("listen", listen(3, 1))
    CASE("ioctl", ioctl(3, FIONREAD, &(int){0}))
    CASE("new-namespace", unshare(CLONE_FS))
#ifdef __x86_64__
    /* getpid by the table of 32-bit programs, in which its number is that of writev. */
    CASE("other-table", ({ long pid; __asm__ volatile("int $0x80" : "=a"(pid) : "a"(20)); pid; }))
#endif
    fprintf(stderr, "There is no trial %s.\n", name);
    exit(2);
}

int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    /* Descriptor 3, for what is done with a connection. */
    socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (try(arguments[1]) == 0)
        return 0;
    puts(strerrorname_np(errno));
    return 1;
}
