/* SPDX-License-Identifier: Apache-2.0 */
/* The processes of `hustings serve`: a small parent and its children.
 *
 *                      ┌── front (public address) ──┐
 *   parent ── forks ───┼── desk (officers' address) ─┼── sockets ── box (the store)
 *                      └── courier (outbound) ───────┘
 *
 * The parent binds both addresses, starts box first, introduces the others to it, and starts anew
 * what dies: a front, desk or courier alone; when box dies, all of them, because an open question
 * to it has no answer. Children are killed with the parent (PR_SET_PDEATHSIG); killed -9 at any
 * moment, the next start needs no help.
 */
#ifndef HUSTINGS_SERVE_SERVE_H
#define HUSTINGS_SERVE_SERVE_H

#include "serve/settings.h"

struct model;

struct serve_options {
    const struct settings *settings;
    const char *pack_folder;
    const char *front_address; /* overrides the settings when not NULL */
    const char *desk_address;
    int64_t fronts; /* processes behind the public address (1-8) */
    bool is_quiet;
    bool is_rehearsal;         /* no courier: alarms stay where they are */
    const struct model *model; /* read once by serve_run, and shared; NULL: rules alone */
};

/* Returns when SIGTERM or SIGINT came, or when something cannot be started. */
enum status serve_run(const struct serve_options *options, struct error *err) MUST_CHECK;

/* --- what a child runs; each returns its exit code --- */
struct child {
    const struct serve_options *options;
    int box_fd;     /* to box (front, desk, courier) */
    int control_fd; /* from the parent (box) */
    int listen_fd;  /* bound socket (front, desk) */
    int command_fd; /* bound socket of DIR/run/desk.sock (desk) */
};
int front_process(const struct child *child);
int desk_process(const struct child *child);
int courier_process(const struct child *child);
int box_process(const struct child *child);

#endif
