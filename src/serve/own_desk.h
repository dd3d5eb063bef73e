/* SPDX-License-Identifier: Apache-2.0 */
/* A desk of one's own, for commands that need the casebook when no desk runs (serve/desk_call.h):
 * the officer's log-in unlocks it in this process. Every act is ledgered as always. */
#ifndef HUSTINGS_SERVE_OWN_DESK_H
#define HUSTINGS_SERVE_OWN_DESK_H

#include "desk/desk.h"
#include "serve/settings.h"

struct own_desk;

/* Opens, logs in, unlocks, and imports what waits. *ret_caller is the officer. */
enum status own_desk_open(const struct settings *settings, const struct login_input *login,
                          struct arena *arena, struct own_desk **ret_desk,
                          struct caller *ret_caller, struct error *err) MUST_CHECK;
/* For `demo` alone, which has the root of the desk that it has just made: unlocked as its first officer;
 * what waits stays where it is. */
enum status own_desk_open_root(const struct settings *settings, const struct crypt_key *root,
                               struct arena *arena, struct own_desk **ret_desk,
                               struct caller *ret_caller, struct error *err) MUST_CHECK;
/* Logs in and unlocks as above, writes the act `verb` with `detail`, locks again, and gives the key of
 * the casebook (the caller wipes it). For who must read the file itself. `settings` or
 * `officer.manage` is needed. */
enum status own_desk_casebook_key(const struct settings *settings, const struct login_input *login,
                                  struct arena *arena, const char *verb, str detail,
                                  struct crypt_key *ret_key, struct error *err) MUST_CHECK;
struct desk *own_desk_desk(struct own_desk *own);
const struct pack *own_desk_pack(const struct own_desk *own);
void own_desk_close(struct own_desk *own);

/* What desk_process and own_desk share: options of a desk from its settings. The rules and strings
 * live in the arena. */
enum status desk_options_from_settings(const struct settings *settings, const char *pack_folder,
                                       struct arena *arena, struct desk_options *ret_options,
                                       struct error *err) MUST_CHECK;

#endif
