/* SPDX-License-Identifier: Apache-2.0 */
/* What a process gives up before the first outside byte.
 *
 *   everybody   no_new_privs, no core dumps, not traceable, no exec, no new namespaces, no ptrace,
 *               no kernel keyrings, modules, mounts, clocks or bpf (seccomp: EPERM, so that a
 *               mistake is seen and not a crash)
 *   box, worker no new sockets at all; box writes only below DIR (Landlock, where the kernel has it)
 *   front       no files any more; no outgoing connections
 *   desk        files only below DIR and the packs
 *   courier     sockets, resolver and certificates; nothing below DIR
 * A failed step is told by `hustings doctor`; a kernel without Landlock is no failure.
 */
#ifndef HUSTINGS_SERVE_SANDBOX_H
#define HUSTINGS_SERVE_SANDBOX_H

#include <stdbool.h>

enum sandbox_role { SANDBOX_BOX, SANDBOX_FRONT, SANDBOX_DESK, SANDBOX_COURIER, SANDBOX_WORKER };

struct sandbox_state {
    bool has_no_new_privs, has_seccomp, has_landlock, is_undumpable;
    int landlock_abi; /* 0 = the kernel has none */
};

/* Before the first fork: limits for all. */
void sandbox_parent(void);
/* After set-up. `context`: the desk's folder (C string) or NULL. Ends the process when seccomp
 * cannot be had. */
void sandbox_enter(enum sandbox_role role, const void *context);
/* The same for a process that must keep a connection to PostgreSQL. */
void sandbox_enter_networked(enum sandbox_role role, const void *context);
/* What this kernel gives, tried in a child of its own. */
struct sandbox_state sandbox_probe(enum sandbox_role role);

#endif
