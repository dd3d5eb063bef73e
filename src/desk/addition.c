/* SPDX-License-Identifier: Apache-2.0 */
/* What a reporter adds through the mailbox is a new fact, and is graded as a first report is: by the
 * front's rules and model before it was sealed, and by the desk's own model here. It raises the case,
 * also one that an officer lowered, for that officer had not read it. It never lowers one: "thank
 * you" says nothing about the threat before it.
 *
 * The clocks. What makes a case worse starts them from the moment it came: nobody can have kept the
 * promise of a grade that nothing asked for yet. A clock that runs already is never put off by it.
 * What is as bad as the case starts only what was done already: the threat came again, and what was
 * done was done about the one before. So does what is grave by itself, or new, in a case that is
 * graver still. And a grave case that was closed is acted on anew, whatever came: whoever writes to
 * a closed case was not done with it. Only plain thanks open nothing: every word of them is one of
 * courtesy (words.csv), and no sign is a picture, so that no word of harm, in any language and
 * however it is written, can be among them. That nothing was found in a text is not enough: a closed case is in nobody's queue.
 *
 * A copy that joins a campaign, and a report that comes after what was added to it, are new facts as
 * well, but a campaign has many: they start the clocks only of what becomes grave, or was closed. */
#include <stdio.h>

#include "base/utf8.h"
#include "desk/desk_internal.h"
#include "pack/fold.h"

enum {
    GRADE_THREAT = 3, /* of a code: a threat, and more than words of abuse */
    COURTESY_BYTES_MAX = 120
};

static bool keep_abuse(const struct desk *desk, struct brief *one)
{
    size_t kept = 0;
    for (size_t i = 0; i < one->code_count; i++) {
        const struct desk_code *code = desk_code(desk, one->codes[i]);
        if (code != NULL && code->kind == RATES_ABUSE) {
            one->codes[kept++] = one->codes[i];
        }
    }
    one->code_count = kept;
    return kept > 0;
}

int64_t addition_read(const struct desk *desk, struct arena *arena, const struct letter_body *body,
                      struct brief *ret_one)
{
    brief_from_letter(arena, body, ret_one);
    bool has_abuse = keep_abuse(desk, ret_one);
    int64_t grade = brief_least_grade(desk, body, false, ret_one);
    if (!has_abuse && grade <= desk->options.rules->quiet_grade) {
        ret_one->why_count = 0; /* "seems lawful" of a later message is no reason of the grade */
        ret_one->seen = (str){0};
        return 0;
    }
    return grade;
}

static bool is_of_class(const struct pack *pack, const char *name, str word)
{
    for (size_t i = 0; i < pack->word_class_count; i++) {
        const struct pack_word_class *class = &pack->word_classes[i];
        for (size_t k = 0; str_equal(class->name, str_c(name)) && k < class->words.count; k++) {
            if (str_equal(class->words.items[k], word)) {
                return true;
            }
        }
    }
    return false;
}

/* "your_help" of the class is a pair of words: "help" alone is a call. */
static bool is_kind_word(const struct pack *pack, str before, str word)
{
    char pair[FOLD_NAME_BYTES_MAX];
    int n = snprintf(pair, sizeof pair, "%.*s_%.*s", STR_ARG(before), STR_ARG(word));
    return is_of_class(pack, "courtesy", word) ||
           is_of_class(pack, "courtesy", str_from(pair, (size_t)n)) ||
           is_of_class(pack, "thanks", word);
}

/* A picture or a letter in a box folds to nothing, and may say what no word says. */
static bool is_plain(str text)
{
    struct fold_point point;
    for (size_t at = 0; at < text.n; at += point.taken) {
        unsigned char c = (unsigned char)text.p[at];
        fold_next(text, at, &point);
        if (c < 0x80 ? !ascii_is_alpha(text.p[at]) && c != ' ' && c != '\n' && c != '\r' &&
                           strchr(".,!?-'", c) == NULL
                     : point.len == 0 || point.kind == FOLD_BLANK) {
            return false;
        }
    }
    return true;
}

bool addition_is_courtesy(const struct desk *desk, const struct letter_body *body)
{
    const struct pack *pack = desk->options.pack;
    char folded[FOLD_NAME_BYTES_MAX];
    bool has_thanks = false;
    str before = {0}, word = {0};
    if (pack == NULL || body->report.what.n > COURTESY_BYTES_MAX ||
        body->report.danger != DANGER_UNSAID || body->evidence_count > 0 ||
        !is_plain(body->report.what)) {
        return false;
    }
    for (str rest = fold_name(body->report.what, folded); rest.n > 0; before = word) {
        rest = str_cut(rest, ' ', &word);
        str after = str_slice(rest, 0, str_find_byte(rest, ' '));
        bool begins_pair = is_kind_word(pack, word, after) && !is_kind_word(pack, STR(""), after);
        if (!is_kind_word(pack, before, word) && !begins_pair) {
            return false;
        }
        has_thanks = has_thanks || is_of_class(pack, "thanks", word);
    }
    return has_thanks;
}

void addition_why(const struct brief *one, int64_t grade, struct brief *brief)
{
    struct brief before = *brief;
    bool is_worse = grade > brief->lowered.suggested;
    if (is_worse) { /* what made it so is read first, and is not what the limit drops */
        brief->why_count = 0;
        brief->seen = one->seen.n > 0 ? one->seen : brief->seen;
    }
    for (size_t i = 0; i < one->why_count; i++) {
        brief_add_why(brief, one->why[i]);
    }
    for (size_t i = 0; i < before.why_count && is_worse; i++) {
        brief_add_why(brief, before.why[i]);
    }
}

void addition_news(struct arena *arena, const struct brief *one, struct brief *brief)
{
    str words = utf8_clip(one->title, DESK_SEEN_BYTES_MAX);
    bool is_seen = one->seen.n > 0 && str_equal(one->seen, brief->seen);
    brief->news = is_seen || words.n == 0 ? (str){0}
                  : one->seen.n > 0       ? arena_printf(arena, "added: %.*s", STR_ARG(one->seen))
                                    : arena_printf(arena, "added: “%.*s%s”", STR_ARG(words),
                                                   words.n < one->title.n ? "…" : "");
}

/* Milder than the case and still nothing that may wait for it: grave by itself, danger at hand, or a
 * threat that a grave case had not. */
static bool is_grave(const struct desk *desk, const struct desk_file *old, int64_t grade,
                     const struct brief *one)
{
    bool is_new = one->is_danger_now;
    for (size_t i = 0; i < one->code_count && !is_new; i++) {
        const struct desk_code *code = desk_code(desk, one->codes[i]);
        is_new = code != NULL && code->grade >= GRADE_THREAT;
        for (size_t k = 0; k < old->brief.code_count && is_new; k++) {
            is_new = !str_equal(old->brief.codes[k], one->codes[i]);
        }
    }
    return grade >= DESK_GRADE_GRAVE || (old->row.grade >= DESK_GRADE_GRAVE && is_new);
}

/* All, or those of act and tell that are over. */
static void restart(const struct desk *desk, const struct desk_file *old, bool is_all,
                    time_us received, struct desk_file *file)
{
    struct desk_clock clocks[3];
    brief_clocks(desk, old, 0, clocks);
    for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
        time_us runs = clock_running(&clocks[i]);
        bool is_hear = clocks[i].clock == CLOCK_HEAR;
        if (is_all || (runs == 0 && !is_hear)) { /* hear_anew does that one at the same grade */
            clock_restart(&file->brief, clocks[i].clock, received, runs);
        }
    }
}

void addition_clocks(const struct desk *desk, const struct desk_file *old, int64_t grade,
                     const struct brief *one, time_us received, struct desk_file *file)
{
    if (grade > 0 && (grade >= file->row.grade || is_grave(desk, old, grade, one))) {
        restart(desk, old, file->row.grade > old->row.grade, received, file);
    }
}

/* A mail of long ago asks for nothing that was done already. What was not done yet is due by the new grade
 * from now on: nobody is late for a promise that nothing asked for before it came. */
static void restart_unmet(const struct desk *desk, const struct desk_file *old, time_us received,
                          struct desk_file *file)
{
    struct desk_clock clocks[3];
    brief_clocks(desk, old, 0, clocks);
    for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
        if (!clocks[i].is_met) {
            clock_restart(&file->brief, clocks[i].clock, received, clock_running(&clocks[i]));
        }
    }
}

void joined_clocks(const struct desk *desk, const struct desk_file *old, const struct brief *one,
                   struct desk_file *file)
{
    const bool is_raised = file->row.grade > old->row.grade;
    const bool is_reopened = old->row.state == CASE_CLOSED;
    if (one->old_news.n > 0) {
        if ((is_raised || is_reopened) && old->brief.old_news.n == 0) {
            restart_unmet(desk, old, one->received, file);
        }
        return;
    }
    if (file->row.grade >= DESK_GRADE_GRAVE ? is_raised || old->brief.old_news.n > 0
                                            : is_raised && is_reopened) {
        restart(desk, old, true, one->received, file);
    } else if (is_reopened) {
        reopened_clock(old, one->received, file);
    }
}

void reopened_clock(const struct desk_file *old, time_us received, struct desk_file *file)
{
    if (file->row.grade < DESK_GRADE_GRAVE || file->row.grade > old->row.grade) {
        return; /* the raise has done it */
    }
    clock_restart(&file->brief, CLOCK_ACT, received, 0);
}
