/* SPDX-License-Identifier: Apache-2.0 */
/* The directory at the desk: the operator's people and polling places (directory/directory.h), kept
 * sealed in the casebook, and used to say who a report may be about.
 *
 * Saving is an act, slice by slice: its leaf holds how many entries, the SHA-256 of the file and
 * the layout, never a name. Looking up has no act of its own: it happens inside the reading of a
 * case, which has one, or of the directory (desk_directory_find), which is one. */
#ifndef HUSTINGS_DESK_DESK_DIRECTORY_H
#define HUSTINGS_DESK_DESK_DIRECTORY_H

#include "directory/directory.h"
#include "desk/desk.h"

enum { DESK_DIRECTORY_SLICE = 1000 }; /* entries of one act and one transaction */

struct desk_directory_entry {
    enum directory_kind kind;
    str id; /* a person's id; a place's place_key */
    str body;
    const struct directory_key *keys;
    size_t key_count;
};
struct desk_directory_about {
    str layout;               /* "psephology" */
    struct crypt_hash sha256; /* of the file */
};

/* The kept body, empty when there is none. Unlocked; gives nothing out (to compare an import). */
enum status desk_directory_load(struct desk *desk, struct arena *arena, enum directory_kind kind,
                                str id, str *ret_body, struct error *err) MUST_CHECK;
/* Needs "directory". At most DESK_DIRECTORY_SLICE entries. */
enum status desk_directory_save(struct desk *desk, const struct caller *caller,
                                const struct desk_directory_entry *entries, size_t count,
                                const struct desk_directory_about *about,
                                struct error *err) MUST_CHECK;
/* Needs "directory". Takes a person or place out, for good; STATUS_NOT_FOUND. An act. */
enum status desk_directory_forget(struct desk *desk, const struct caller *caller,
                                  enum directory_kind kind, str id, struct error *err) MUST_CHECK;

struct desk_people {
    struct person_match *matches; /* best first, at most PERSON_MATCHES_MAX */
    size_t count;
    bool is_cut; /* there are more */
};
/* Everybody who may be meant, with the reason. read.case; an act ("directory.find"). */
enum status desk_directory_find(struct desk *desk, const struct caller *caller,
                                const struct person_query *query, struct arena *arena,
                                struct desk_people *ret_people, struct error *err) MUST_CHECK;

/* Polling places of a council (GSS code), in the order they were imported, at most `max`. read.queue;
 * an act ("directory.places"). An election of "" gives those of every polling day. */
enum { DESK_PLACES_MAX = 2000 }; /* the largest council has some 500 */
enum status desk_directory_places(struct desk *desk, const struct caller *caller, str council,
                                  str election, struct arena *arena, struct place **ret_places,
                                  size_t *ret_count, struct error *err) MUST_CHECK;
/* Polling places by words of their name and address, or their postcode, at most DESK_PLACES_SHOWN.
 * One of the words must be a whole one of the name or the postcode. A place of several elections
 * stands there once. *ret_is_cut: more may fit. report.enter; an act ("directory.places"). */
enum { DESK_PLACES_SHOWN = 12 };
enum status desk_directory_places_named(struct desk *desk, const struct caller *caller, str words,
                                        struct arena *arena, struct place **ret_places,
                                        size_t *ret_count, bool *ret_is_cut,
                                        struct error *err) MUST_CHECK;

#endif
