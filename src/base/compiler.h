/* SPDX-License-Identifier: Apache-2.0 */
/* The only place for compiler extensions. */
#ifndef HUSTINGS_BASE_COMPILER_H
#define HUSTINGS_BASE_COMPILER_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt_at, args_at) __attribute__((format(printf, fmt_at, args_at)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

/* Marks a text for the message catalogues where it is written; it is looked up where it is shown.
 * xgettext collects by this name (and MSG of web/catalogue.h). */
#define N_(english) english

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Stays in release builds: for what the program itself promised, never for input or peers. */
#define ASSERT(cond)                                                                               \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            assert_failed(#cond, __FILE__, __LINE__);                                              \
        }                                                                                          \
    } while (0)
NORETURN void assert_failed(const char *condition, const char *file, int line);

#endif
