/* SPDX-License-Identifier: Apache-2.0 */
/* What an officer may do: one row a capability, with the roles that have it from the start.
 *
 * Pages and acts ask for a capability, never for a role; a role is only a named set. The bit of a
 * row is its place in the list, so rows are only ever added at the end.
 */
#ifndef HUSTINGS_PEOPLE_CAPABILITIES_H
#define HUSTINGS_PEOPLE_CAPABILITIES_H

#include "base/str.h"

enum role {
    ROLE_NONE = 0,
    ROLE_TRIAGER,    /* clears the queue: grades, codes, links, notes, messages */
    ROLE_SUPERVISOR, /* the same, and lowers, signs, exports, names who may read */
    ROLE_ADVISER,    /* reads and answers cases; raises */
    ROLE_ANALYST,    /* numbers only */
    ROLE_AUDITOR,    /* reads who did what, never a case */
    ROLE_ADMIN,      /* officers and settings, never a case */
    ROLE_PLANNER,    /* who stands where on polling day, never a case */
    ROLE_COUNT
};

#define ROLE_T (1U << ROLE_TRIAGER)
#define ROLE_S (1U << ROLE_SUPERVISOR)
#define ROLE_V (1U << ROLE_ADVISER)
#define ROLE_N (1U << ROLE_ANALYST)
#define ROLE_U (1U << ROLE_AUDITOR)
#define ROLE_M (1U << ROLE_ADMIN)
#define ROLE_P (1U << ROLE_PLANNER)

/* ROW(identifier, name, meaning, default roles) */
#define CAPABILITY_ROWS(ROW)                                                                       \
    ROW(READ_QUEUE, "read.queue", "see the queue and search", ROLE_T | ROLE_S | ROLE_V)            \
    ROW(READ_CASE, "read.case", "open a case", ROLE_T | ROLE_S | ROLE_V)                           \
    ROW(READ_RESTRICTED, "read.restricted", "open a restricted case", ROLE_S)                      \
    ROW(GRADE_RAISE, "grade.raise", "raise a grade, change codes", ROLE_T | ROLE_S | ROLE_V)       \
    ROW(GRADE_LOWER, "grade.lower", "lower a grade, with a reason", ROLE_S)                        \
    ROW(ASSIGN, "assign", "give a case to an officer", ROLE_T | ROLE_S)                            \
    ROW(LINK, "link", "link and merge cases", ROLE_T | ROLE_S)                                     \
    ROW(ROUTE_SET, "route.set", "say where a case must go, with a reason", ROLE_T | ROLE_S)        \
    ROW(NOTE_WRITE, "note.write", "write notes and the summary, set the state",                    \
        ROLE_T | ROLE_S | ROLE_V)                                                                  \
    ROW(MESSAGE_WRITE, "message.write", "write to the reporter", ROLE_T | ROLE_S)                  \
    ROW(EXPORT, "export", "print or export a case", ROLE_S)                                        \
    ROW(CLOSE, "close", "close and reopen a case", ROLE_T | ROLE_S)                                \
    ROW(CLOSE_SIGN, "close.sign", "close a case of grade 4 or 5", ROLE_S)                          \
    ROW(ACCESS_SET, "access.set", "say who may read a case", ROLE_S)                               \
    ROW(NUMBERS_READ, "numbers.read", "see released counts", ROLE_T | ROLE_S | ROLE_V | ROLE_N)    \
    ROW(OFFICER_MANAGE, "officer.manage", "add, reset and disable officers", ROLE_S | ROLE_M)      \
    ROW(AUDIT_READ, "audit.read", "read who did what", ROLE_U | ROLE_S)                            \
    ROW(SETTINGS, "settings", "change settings, test the alarm", ROLE_M)                           \
    ROW(LOCK, "lock", "lock the desk for everybody", ROLE_S | ROLE_M)                              \
    ROW(FILTER_SHARE, "filter.share", "share a saved filter with all", ROLE_S)                     \
    ROW(LETTER_RETRY, "letter.retry", "try letters again that could not be opened",                \
        ROLE_T | ROLE_S | ROLE_M)                                                                  \
    ROW(TEACH, "teach", "make the desk's own model of what officers corrected", ROLE_S)            \
    ROW(DIRECTORY, "directory", "import people and polling places", ROLE_S | ROLE_M)               \
    ROW(HOLD, "hold", "hold a case so that nothing of it is erased; lift it", ROLE_S)              \
    ROW(ERASE, "erase", "ask for an erasure, and confirm a colleague's", ROLE_S)                   \
    ROW(REPORT_ENTER, "report.enter", "enter a report by hand", ROLE_T | ROLE_S | ROLE_V)          \
    ROW(PLAN, "plan", "plan who stands where on polling day, and publish it", ROLE_S | ROLE_P)

enum capability {
#define CAPABILITY_ENUM(identifier, name, meaning, roles) CAP_##identifier,
    CAPABILITY_ROWS(CAPABILITY_ENUM)
#undef CAPABILITY_ENUM
        CAP_COUNT
};
static_assert(CAP_COUNT <= 64, "a set of capabilities is one 64-bit word");

const char *capability_name(enum capability capability);
const char *capability_meaning(enum capability capability);
/* The capabilities of a role as bits (1 << capability). */
uint64_t role_capabilities(enum role role);
const char *role_word(enum role role); /* "triager" */
/* ROLE_NONE for a word that is no role. */
enum role role_from_word(str word);

#endif
