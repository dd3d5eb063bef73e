/* SPDX-License-Identifier: Apache-2.0 */
/* A box of one's own, for commands that put reports in (`intake`, `demo`): it works beside a
 * running desk, because every box reads the tree anew inside each batch. */
#ifndef HUSTINGS_SERVE_OWN_BOX_H
#define HUSTINGS_SERVE_OWN_BOX_H

#include "front/front.h"
#include "serve/settings.h"

struct own_box;
/* Forks a box process and connects to it as a front with the country pack; without a pack folder
 * (NULL) as a desk, with a blocking client. Before any page-encrypted database is opened: SQLite's
 * cipher must not be forked. */
enum status own_box_open(const struct settings *settings, const char *pack_folder,
                         struct own_box **ret_box, struct error *err) MUST_CHECK;
/* The same for the desk in the folder `dir`, whose settings live in `arena`. */
enum status own_box_open_at(struct arena *arena, const char *dir, const char *pack_folder,
                            struct own_box **ret_box, struct error *err) MUST_CHECK;
struct box_client *own_box_client(struct own_box *box);
struct front *own_box_front(struct own_box *box);
/* Waits until every question has its answer (callbacks run inside). */
void own_box_pump(struct own_box *box, const size_t *pending);
/* Waits for the box process to end. */
void own_box_close(struct own_box *box);

#endif
