/* SPDX-License-Identifier: Apache-2.0 */
/* The machine and the program: versions, what the kernel refuses, limits. */
#include <sys/resource.h>
#include <sys/utsname.h>

#include "ops/doctor_internal.h"
#include "serve/sandbox.h"

enum { FILES_WANTED = 8192, SQLITE_DAYS_MAX = 365 };
static const time_us day = 24 * 3600 * US_PER_SECOND;

static void look_at_sqlite(struct doctor *doctor, time_us now)
{
    str date = str_slice(db_sqlite_date(), 0, 10);
    time_us at = 0;
    bool is_date = false;
    if (!time_parse(date, &at, &is_date)) {
        at = now;
    }
    bool is_old = now - at > SQLITE_DAYS_MAX * day;
    doctor_say(
        doctor, is_old ? DOCTOR_WARN : DOCTOR_OK, "sqlite",
        "take a newer better-sqlite3-multiple-ciphers into package-lock.json and build again",
        "built in, released %.*s (%s ago)", STR_ARG(date),
        now > at ? doctor_span(doctor, now - at) : "0 days");
}

static void look_at_role(struct doctor *doctor, enum sandbox_role role, const char *name)
{
    struct sandbox_state state = sandbox_probe(role);
    bool is_good = state.has_no_new_privs && state.has_seccomp && state.is_undumpable;
    doctor_say(doctor, is_good ? DOCTOR_OK : DOCTOR_BAD, "sandbox",
               "this kernel or container forbids seccomp; the desk will not start here",
               "%s: seccomp %s, no new privileges %s, no core dumps %s", name,
               state.has_seccomp ? "refuses (tried)" : "does NOT refuse",
               state.has_no_new_privs ? "on" : "OFF", state.is_undumpable ? "on" : "OFF");
}

static void look_at_kernel(struct doctor *doctor)
{
    static const struct {
        enum sandbox_role role;
        const char *name;
    } roles[] = {{SANDBOX_BOX, "box"},
                 {SANDBOX_FRONT, "front"},
                 {SANDBOX_DESK, "desk"},
                 {SANDBOX_COURIER, "courier"},
                 {SANDBOX_WORKER, "worker"}};
    struct utsname system;
    struct sandbox_state box = sandbox_probe(SANDBOX_BOX);
    if (uname(&system) == 0) {
        doctor_say(doctor, DOCTOR_OK, "kernel", NULL, "%s %s", system.sysname, system.release);
    }
    if (box.has_landlock) {
        doctor_say(doctor, DOCTOR_OK, "landlock", NULL,
                   "on (ABI %d): box and desk see their folder", box.landlock_abi);
    } else {
        doctor_say(doctor, DOCTOR_WARN, "landlock",
                   "a kernel from 5.13 on with lsm=…,landlock; without it seccomp and the systemd "
                   "unit remain",
                   "%s", box.landlock_abi == 0 ? "this kernel has none" : "was refused");
    }
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        look_at_role(doctor, roles[i].role, roles[i].name);
    }
}

void doctor_machine(struct doctor *doctor, time_us now)
{
    struct rlimit files;
    doctor_say(doctor, DOCTOR_OK, "program", NULL, "hustings %s", HUSTINGS_VERSION);
    look_at_sqlite(doctor, now);
    look_at_kernel(doctor);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        bool is_enough = files.rlim_max >= FILES_WANTED;
        doctor_say(doctor, is_enough ? DOCTOR_OK : DOCTOR_WARN, "open files",
                   "raise it (systemd: LimitNOFILE=16384): each reporter takes one",
                   "a process may open %llu", (unsigned long long)files.rlim_max);
    }
}
