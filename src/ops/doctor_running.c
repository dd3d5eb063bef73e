/* SPDX-License-Identifier: Apache-2.0 */
/* Processes of this desk, as /proc shows them, and who answers on its addresses. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io.h"
#include "http/http.h"
#include "ops/doctor_internal.h"

enum { PROC_FILE_BYTES_MAX = 64 * 1024, PROCESSES_MAX = 64 };

static str proc_file(struct doctor *doctor, uint64_t pid, const char *name)
{
    str text = {0};
    const char *path =
        arena_printf(doctor->arena, "/proc/%llu/%s", (unsigned long long)pid, name).p;
    if (io_read_file(doctor->arena, path, PROC_FILE_BYTES_MAX, &text, NULL) != STATUS_OK) {
        return (str){0}; /* gone, or not ours to see */
    }
    return text;
}

/* "Seccomp:\t2" → 2; -1 when the line is not there. */
static int64_t status_number(str text, str name)
{
    str line;
    while (str_next_line(&text, &line)) {
        uint64_t value = 0;
        str rest;
        str head;
        rest = str_cut(line, ':', &head);
        if (str_equal(head, name) && str_to_u64(str_trim(rest), &value)) {
            return (int64_t)value;
        }
    }
    return -1;
}

/* The folder of the desk that this command line serves; false when it serves none. A relative word
 * counts from where the process stands. */
static bool served_folder(struct doctor *doctor, uint64_t pid, str words, char found[PATH_MAX])
{
    str word;
    str rest = str_cut(words, '\0', &word);
    if (!str_ends(word, STR("hustings"))) {
        return false;
    }
    bool is_serving = false;
    while (rest.n > 0) {
        rest = str_cut(rest, '\0', &word);
        is_serving = is_serving || str_equal(word, STR("serve")) || str_equal(word, STR("demo"));
        if (!is_serving || word.n == 0 || word.p[0] == '-') {
            continue;
        }
        const char *path = word.p[0] == '/' ? arena_cstr(doctor->arena, word)
                                            : arena_printf(doctor->arena, "/proc/%llu/cwd/%.*s",
                                                           (unsigned long long)pid, STR_ARG(word))
                                                  .p;
        if (realpath(path, found) != NULL &&
            io_exists(arena_printf(doctor->arena, "%s/desk.json", found).p)) {
            return true;
        }
    }
    return false;
}

static bool names_folder(struct doctor *doctor, uint64_t pid, str words, const char *real)
{
    char found[PATH_MAX];
    return served_folder(doctor, pid, words, found) && strcmp(found, real) == 0;
}

static bool is_listed(const uint64_t *pids, size_t count, uint64_t pid)
{
    for (size_t i = 0; i < count; i++) {
        if (pids[i] == pid) {
            return true;
        }
    }
    return false;
}

/* The parent is found by its words; its children, which hide their folder, by their parent. */
static size_t find_processes(struct doctor *doctor, const char *real, uint64_t pids[PROCESSES_MAX])
{
    size_t count = 0;
    for (int round = 0; round < 2; round++) {
        DIR *proc = opendir("/proc");
        if (proc == NULL) {
            return count;
        }
        for (struct dirent *entry = readdir(proc); entry != NULL && count < PROCESSES_MAX;
             entry = readdir(proc)) {
            uint64_t pid = 0;
            if (!str_to_u64(str_c(entry->d_name), &pid) || is_listed(pids, count, pid)) {
                continue;
            }
            bool is_ours = round == 0
                               ? names_folder(doctor, pid, proc_file(doctor, pid, "cmdline"), real)
                               : is_listed(pids, count,
                                           (uint64_t)status_number(proc_file(doctor, pid, "status"),
                                                                   STR("PPid")));
            if (is_ours) {
                pids[count++] = pid;
            }
        }
        (void)closedir(proc);
    }
    return count;
}

static void look_at_process(struct doctor *doctor, uint64_t pid, struct doctor_running *running)
{
    str name = str_trim(proc_file(doctor, pid, "comm"));
    str status = proc_file(doctor, pid, "status");
    str limits = proc_file(doctor, pid, "limits");
    str line;
    bool can_dump = true;
    bool is_child = !str_equal(name, STR("hustings"));
    while (str_next_line(&limits, &line)) {
        if (str_starts(line, STR("Max core file size"))) {
            can_dump = !str_starts(str_trim(str_slice(line, 18, line.n)), STR("0 "));
        }
    }
    running->count++;
    running->has_box = running->has_box || str_equal(name, STR("box"));
    running->has_front = running->has_front || str_equal(name, STR("front"));
    running->has_desk = running->has_desk || str_equal(name, STR("desk"));
    bool is_closed = !is_child || (status_number(status, STR("Seccomp")) == 2 &&
                                   status_number(status, STR("NoNewPrivs")) == 1);
    bool is_good = is_closed && !can_dump;
    doctor_say(doctor, is_good ? DOCTOR_OK : DOCTOR_BAD, "process",
               "stop and start the desk; if it stays so, do not use this machine for it",
               "%.*s (%llu): %s%s", STR_ARG(name), (unsigned long long)pid,
               is_closed ? (is_child ? "sandboxed" : "parent") : "NOT sandboxed",
               can_dump ? ", core dumps are NOT off" : "");
}

void doctor_running(struct doctor *doctor, const char *dir, struct doctor_running *ret_running)
{
    char real[PATH_MAX];
    uint64_t pids[PROCESSES_MAX] = {0};
    struct doctor_running running = {0};
    if (realpath(dir, real) == NULL) {
        return;
    }
    size_t count = find_processes(doctor, real, pids);
    for (size_t i = 0; i < count; i++) {
        look_at_process(doctor, pids[i], &running);
    }
    if (count == 0) {
        doctor_say(doctor, DOCTOR_OK, "process", NULL, "the desk does not run");
    } else if (!running.has_box || !running.has_front || !running.has_desk) {
        doctor_say(doctor, DOCTOR_BAD, "process", "look into its log (journalctl -u hustings)",
                   "%s is missing: it keeps failing to start",
                   !running.has_box     ? "box"
                   : !running.has_front ? "front"
                                        : "desk");
    }
    *ret_running = running;
}

/* --- addresses --- */

static bool socket_answers(str path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path.n >= sizeof address.sun_path) {
        return false;
    }
    memcpy(address.sun_path, path.p, path.n);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_there = fd >= 0 && connect(fd, (const struct sockaddr *)(const void *)&address,
                                       sizeof address) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return is_there;
}

/* Was the process told this address by an option, whatever its folder says? */
static bool is_told(str words, str address)
{
    while (words.n > 0) {
        str word;
        words = str_cut(words, '\0', &word);
        if (str_equal(word, address) || (str_starts(word, STR("--")) && str_ends(word, address))) {
            return true;
        }
    }
    return false;
}

/* Which other desk of this machine has the address: its folder, and whether ours is a copy of it.
 * False when that cannot be seen. */
static bool find_holder(struct doctor *doctor, const struct settings *settings, str address,
                        str *ret_folder, bool *ret_is_copy)
{
    DIR *proc = opendir("/proc");
    bool is_found = false;
    for (struct dirent *entry = proc == NULL ? NULL : readdir(proc); entry != NULL && !is_found;
         entry = readdir(proc)) {
        uint64_t pid = 0;
        char folder[PATH_MAX];
        struct settings other;
        struct error ignored;
        if (!str_to_u64(str_c(entry->d_name), &pid)) {
            continue;
        }
        str words = proc_file(doctor, pid, "cmdline");
        if (!served_folder(doctor, pid, words, folder) ||
            settings_read(doctor->arena, folder, &other, &ignored) != STATUS_OK) {
            continue;
        }
        is_found = str_equal(other.front_address, address) ||
                   str_equal(other.desk_address, address) || is_told(words, address);
        *ret_folder = arena_str(doctor->arena, str_c(folder));
        *ret_is_copy = crypt_id_equal(&other.desk_id, &settings->desk_id);
    }
    if (proc != NULL) {
        (void)closedir(proc);
    }
    return is_found;
}

static void say_taken(struct doctor *doctor, const struct settings *settings, const char *name,
                      str address)
{
    str folder = {0};
    bool is_copy = false;
    if (find_holder(doctor, settings, address, &folder, &is_copy)) {
        doctor_say(doctor, DOCTOR_NOTE, name,
                   is_copy ? "stop that one before this one is started; never run both"
                           : "before this one is started, stop that one, or change the address in "
                             "desk.json",
                   "%.*s is answered by the desk in %.*s%s", STR_ARG(address), STR_ARG(folder),
                   is_copy ? ", of which this is a copy" : "");
        return;
    }
    doctor_say(doctor, DOCTOR_BAD, name, "stop it, or change the address in desk.json",
               "%.*s is taken by another program", STR_ARG(address));
}

static void look_at_address(struct doctor *doctor, const struct settings *settings,
                            const char *name, str address, bool is_ours)
{
    struct error err = {0};
    bool is_taken = false;
    if (str_starts(address, STR("unix:"))) {
        is_taken = socket_answers(str_slice(address, 5, address.n));
    } else {
        int fd = -1;
        enum status status = http_listen(arena_cstr(doctor->arena, address), &fd, &err);
        if (fd >= 0) {
            (void)close(fd);
        }
        is_taken = status == STATUS_CONFLICT;
        if (status != STATUS_OK && !is_taken) {
            doctor_say(doctor, DOCTOR_BAD, name, "change it in desk.json", "%s", err.primary);
            return;
        }
    }
    if (is_taken == is_ours) {
        doctor_say(doctor, DOCTOR_OK, name, NULL, "%.*s is %s", STR_ARG(address),
                   is_taken ? "answered" : "free");
    } else if (is_taken) {
        say_taken(doctor, settings, name, address);
    } else {
        doctor_say(doctor, DOCTOR_WARN, name, "was it started with another --front or --desk?",
                   "the desk runs, but not on %.*s", STR_ARG(address));
    }
}

void doctor_addresses(struct doctor *doctor, const struct settings *settings,
                      const struct doctor_running *running)
{
    look_at_address(doctor, settings, "front", settings->front_address, running->has_front);
    look_at_address(doctor, settings, "officers", settings->desk_address, running->has_desk);
}
