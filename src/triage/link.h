/* SPDX-License-Identifier: Apache-2.0 */
/* Which accounts may be one hand: what a writer cannot easily leave out is the same.
 *
 * From each message keys are taken: the account's name without digits and marks, the words behind the
 * closing formula, telephone numbers, addresses of mail and on the net, and a quarter of the rows of
 * six words that have three long ones. A key that two accounts share links them. One that more than
 * LINK_ACCOUNTS_MAX share is anybody's (a petition's page, a saying) and links nobody; nor does what
 * stands in the body of copies of one template, which is what a letter campaign is.
 *
 * A link is a question, not a finding: families share telephones, and parties share phrases.
 *
 * Memory is bounded: a table of keys in rows of four, of which the one that was not seen for longest
 * goes first; a link that has to go is reported before.
 */
#ifndef HUSTINGS_TRIAGE_LINK_H
#define HUSTINGS_TRIAGE_LINK_H

#include "base/arena.h"

enum {
    LINK_ACCOUNTS_MAX = 16,
    LINK_NAME_BYTES = 48, /* of an account's name; longer ones are told by their beginning */
    LINK_VALUE_BYTES = 96,
    LINK_KEYS_DEFAULT = 1 << 15, /* about 10 MB */
    LINK_KEYS_MAX = 1 << 20
};
enum link_kind { LINK_HANDLE, LINK_SIGNATURE, LINK_PHONE, LINK_MAIL, LINK_URL, LINK_PHRASE };

struct link {
    enum link_kind kind;
    str value;
    str accounts[LINK_ACCOUNTS_MAX]; /* in the order of their first message with it */
    size_t account_count;
    uint64_t messages;
};
struct links;

/* `keys_max`: a power of two, at least 4. */
struct links *links_new(struct arena *arena, size_t keys_max,
                        void (*found)(void *context, const struct link *link), void *context);
/* `group`: of copies (campaigns_add), so that a template links nobody. */
void links_add(struct links *links, str text, str author, uint64_t group);
/* Reports what is left and forgets all. */
void links_close(struct links *links);

const char *link_kind_name(enum link_kind kind);

#endif
