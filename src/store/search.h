/* SPDX-License-Identifier: Apache-2.0 */
/* Full-text search: one local FTS5 file beside the casebook, page-encrypted, rebuildable.
 *
 * The SQL here is SQLite's on both engines: the index is a file of this host (DIR/search.db), not
 * a table of the shared database, because FTS5 and page encryption are what make it fast and
 * sealed. It holds only cases of open access; it follows the casebook by its `change` number
 * (search_mark) and is built anew when the file is missing, broken or of another key.
 *
 * Words are split by unicode61 with accents folded; prefixes of 2 and 3 letters have their own
 * index; deleted text is overwritten (secure_delete, and FTS5's secure-delete for its lists).
 *
 * What people type is never FTS5 syntax: search_understand turns any text into a safe expression.
 *   knife town      both words              "town hall"   the phrase
 *   kni*            words beginning so      knife -joke   without joke
 */
#ifndef HUSTINGS_STORE_SEARCH_H
#define HUSTINGS_STORE_SEARCH_H

#include "base/arena.h"
#include "crypt/crypt.h"
#include "db/db.h"

enum {
    SEARCH_TERMS_MAX = 16,
    SEARCH_DOCUMENT_BYTES_MAX = 256 * 1024,
    SEARCH_MARKS_MAX = 16,
    SEARCH_SNIPPET_WORDS = 24,
    SEARCH_PREFIX_MIN = 2, /* shorter prefixes match half the desk and are taken as whole words */
    SEARCH_STEM_MIN = 4,   /* from here on no index of prefixes helps; see search_find */
    SEARCH_STEM_BYTES_MAX = 40,
    SEARCH_STEM_WORDS_MAX = 32
};

struct search;

/* `key`: derived from the casebook key. A file that cannot be read is removed and made anew. */
enum status search_open(const char *path, const struct crypt_key *key, time_us now,
                        struct search **ret_search, struct error *err) MUST_CHECK;
void search_close(struct search *search); /* accepts NULL */

/* The change number up to which the index is complete. */
enum status search_mark(struct search *search, int64_t *ret_change, struct error *err) MUST_CHECK;

struct search_document {
    int64_t number; /* of the case */
    bool is_hidden; /* take it out */
    str title;
    str body;
};
/* Replaces documents and moves the mark, in one transaction. */
enum status search_put(struct search *search, const struct search_document *documents, size_t count,
                       int64_t change, struct error *err) MUST_CHECK;

/* Takes the document of a case out, without moving the mark: the case is indexed anew when it is
 * changed. */
enum status search_forget(struct search *search, int64_t number, struct error *err) MUST_CHECK;
/* db_scrub of the index. */
enum status search_scrub(struct search *search, bool *ret_is_done, struct error *err) MUST_CHECK;

/* A safe MATCH expression, and what was understood in words. An empty expression means that
 * nothing was asked for. */
struct search_query {
    str match;
    str words;
    str notes; /* sentences: what was typed and taken otherwise, or not at all; mostly empty */
    struct {
        size_t start,
            end;  /* of the match: a prefix of SEARCH_STEM_MIN letters a-z and digits or more */
        str text; /* in small letters */
    } stems[SEARCH_TERMS_MAX];
    size_t stem_count;
};
void search_understand(struct arena *arena, str text, struct search_query *ret_query);

struct search_hit {
    int64_t number;
    str snippet;
    size_t marks[SEARCH_MARKS_MAX][2]; /* byte spans of the snippet */
    size_t mark_count;
};
/* Newest case first; numbers below `before` (0 = all). A long prefix is asked as the words of the
 * index that begin so, when they are few: FTS5 streams words newest first and stops at `max`, but
 * gathers every match of a prefix beforehand (43 ms for one that is in each of 100,000 cases). */
enum status search_find(struct search *search, const struct search_query *query, int64_t before,
                        size_t max, struct arena *arena, struct search_hit **ret_hits,
                        size_t *ret_count, struct error *err) MUST_CHECK;

#endif
