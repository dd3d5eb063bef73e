/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

enum { EXIT_SANDBOX = 3, FILES_MAX = 8192 };

void sandbox_parent(void)
{
    struct rlimit none = {0, 0};
    struct rlimit files = {FILES_MAX, FILES_MAX};
    struct rlimit now;
    (void)setrlimit(RLIMIT_CORE, &none);
    if (getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_max < FILES_MAX) {
        files = (struct rlimit){now.rlim_max, now.rlim_max};
    }
    (void)setrlimit(RLIMIT_NOFILE, &files); /* doctor tells what it became */
    (void)umask(0077);
}

/* Nobody of ours needs these after set-up. */
static const int refused_all[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(clock_settime),
    SCMP_SYS(settimeofday),
    SCMP_SYS(adjtimex),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(sethostname),
    SCMP_SYS(acct),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(personality),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
};

static const int refused_files[] = {
    SCMP_SYS(open),     SCMP_SYS(openat),  SCMP_SYS(openat2),  SCMP_SYS(creat),
    SCMP_SYS(unlink),   SCMP_SYS(rename),  SCMP_SYS(renameat), SCMP_SYS(renameat2),
    SCMP_SYS(unlinkat), SCMP_SYS(mkdir),   SCMP_SYS(mkdirat),  SCMP_SYS(link),
    SCMP_SYS(linkat),   SCMP_SYS(symlink), SCMP_SYS(truncate), SCMP_SYS(chmod),
};

static bool refuse(scmp_filter_ctx filter, const int *calls, size_t count)
{
    bool is_good = true;
    for (size_t i = 0; i < count; i++) {
        int got = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
        is_good = is_good && (got == 0 || got == -EDOM); /* EDOM: no such call on this machine */
    }
    return is_good;
}

static bool seccomp_on(enum sandbox_role role, bool is_networked)
{
    static const int connecting[] = {SCMP_SYS(connect), SCMP_SYS(socket), SCMP_SYS(bind),
                                     SCMP_SYS(listen)};
    static const int accepting[] = {SCMP_SYS(accept), SCMP_SYS(accept4)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == NULL) {
        return false;
    }
    bool is_good = refuse(filter, refused_all, ARRAY_LEN(refused_all));
    if (role != SANDBOX_COURIER && !is_networked) {
        is_good = is_good && refuse(filter, connecting, ARRAY_LEN(connecting));
    }
    if (role == SANDBOX_BOX || role == SANDBOX_WORKER || role == SANDBOX_COURIER) {
        is_good = is_good && refuse(filter, accepting, ARRAY_LEN(accepting));
    }
    if (role == SANDBOX_FRONT || role == SANDBOX_WORKER) {
        is_good = is_good && refuse(filter, refused_files, ARRAY_LEN(refused_files));
    }
    is_good = is_good && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return is_good;
}

/* --- Landlock: files only below one folder --- */

static int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : (int)abi;
}

static bool landlock_on(const char *dir)
{
    static const uint64_t handled = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                                    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
    struct landlock_ruleset_attr rules = {.handled_access_fs = handled};
    struct landlock_path_beneath_attr below = {.allowed_access =
                                                   handled & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE};
    bool is_good = false;
    if (landlock_abi() < 1) {
        return false;
    }
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    int folder = open(dir, O_PATH | O_CLOEXEC);
    if (ruleset >= 0 && folder >= 0) {
        below.parent_fd = folder;
        is_good =
            syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0 &&
            syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    }
    if (folder >= 0) {
        (void)close(folder);
    }
    if (ruleset >= 0) {
        (void)close(ruleset);
    }
    return is_good;
}

static struct sandbox_state enter(enum sandbox_role role, const char *dir, bool is_networked)
{
    struct sandbox_state state = {.landlock_abi = landlock_abi()};
    state.has_no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    state.is_undumpable = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    if ((role == SANDBOX_BOX || role == SANDBOX_DESK) && dir != NULL && state.has_no_new_privs) {
        state.has_landlock = landlock_on(dir);
    }
    state.has_seccomp = state.has_no_new_privs && seccomp_on(role, is_networked);
    return state;
}

void sandbox_enter(enum sandbox_role role, const void *context)
{
    struct sandbox_state state = enter(role, context, false);
    if (!state.has_no_new_privs || !state.has_seccomp) {
        fputs("hustings: this kernel refuses the seccomp filter; see 'hustings doctor'\n", stderr);
        _exit(EXIT_SANDBOX);
    }
}

void sandbox_enter_networked(enum sandbox_role role, const void *context)
{
    struct sandbox_state state = enter(role, context, true);
    if (!state.has_no_new_privs || !state.has_seccomp) {
        fputs("hustings: this kernel refuses the seccomp filter; see 'hustings doctor'\n", stderr);
        _exit(EXIT_SANDBOX);
    }
}

/* A forbidden call of each role: does the kernel really refuse it? */
static bool refuses(enum sandbox_role role)
{
    if (role == SANDBOX_FRONT || role == SANDBOX_WORKER) {
        return open("/", O_RDONLY) < 0 && errno == EPERM;
    }
    if (role == SANDBOX_COURIER) {
        return syscall(SYS_ptrace, 0, 0, 0, 0) < 0 && errno == EPERM;
    }
    return socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM;
}

struct sandbox_state sandbox_probe(enum sandbox_role role)
{
    struct sandbox_state state = {0};
    int fds[2];
    if (pipe(fds) != 0) {
        return state;
    }
    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox_state tried = enter(role, "/tmp", false);
        tried.has_seccomp = tried.has_seccomp && refuses(role);
        ssize_t put = write(fds[1], &tried, sizeof tried); /* same program, same moment */
        _exit(put == (ssize_t)sizeof tried ? 0 : 1);
    }
    (void)close(fds[1]);
    if (pid > 0) {
        if (read(fds[0], &state, sizeof state) != (ssize_t)sizeof state) {
            state = (struct sandbox_state){0};
        }
        (void)waitpid(pid, NULL, 0);
    }
    (void)close(fds[0]);
    return state;
}
