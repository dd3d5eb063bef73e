/* SPDX-License-Identifier: Apache-2.0 */
/* One message to or about somebody in public life: how bad, how urgent, and why.
 *
 * Rules of the pack that have a `message` grade (rules.csv) and the heads of the model look at the
 * same words. The grade is the highest of: what each rule may give alone; a rule's code at its full
 * grade where the model's threat score confirms it; the code of each head over its threshold. Grade 5
 * comes of a rule alone: its words say that the author is there, now, with a weapon or to kill.
 * Nothing lowers it and nothing is closed: G0 means that nothing was found, not that nothing is
 * there. Who speaks (direct, quoted, forwarded, reporting) is named and changes no score: a threat
 * that was passed on is still somebody's threat.
 *
 * Pure: no clock, no files. A `triage` is read-only and can be shared by threads; each thread has a
 * `triage_work`, for that triage alone: it remembers what is known of the commonest words (never a
 * message). No memory is taken for a message.
 */
#ifndef HUSTINGS_TRIAGE_MESSAGE_H
#define HUSTINGS_TRIAGE_MESSAGE_H

#include "pack/pack.h"
#include "triage/lang.h"
#include "triage/model.h"

struct triage;
struct triage_work;

enum triage_frame { FRAME_DIRECT, FRAME_QUOTED, FRAME_FORWARDED, FRAME_REPORTING };
enum { TRIAGE_CODES_MAX = 16, TRIAGE_REASONS_MAX = 24 };

struct triage_reason {
    size_t start, end; /* bytes of the text */
    str why;           /* English: of the rule, or of the head */
    str rule;          /* id, empty for a head */
    int head;          /* enum model_head, -1 for a rule */
    double weight;     /* of a head: share of its score; of a rule: 1 */
    bool is_threat;    /* of a rule: its code is a threat */
};
struct triage_result {
    double scores[HEAD_COUNT]; /* probabilities; the first HEADS_SHOWN are published */
    unsigned over;             /* bit a head */
    int grade;                 /* 0-5 */
    const struct pack_code *codes[TRIAGE_CODES_MAX]; /* highest first */
    size_t code_count;
    enum triage_frame frame;
    enum lang lang;
    bool is_judged; /* false: the heads know no word of this language; a low score says nothing */
    bool is_clipped;
    struct triage_reason reasons[TRIAGE_REASONS_MAX]; /* by place */
    size_t reason_count;
};

/* Pack and model must outlive it. STATUS_INVALID names a rule that cannot be. */
enum status triage_open(struct arena *arena, const struct pack *pack, const struct model *model,
                        const struct triage **ret_triage, struct error *err) MUST_CHECK;
struct triage_work *triage_work_new(struct arena *arena, const struct triage *triage);
void triage_message(const struct triage *triage, struct triage_work *work, str text,
                    bool wants_reasons, struct triage_result *ret_result);

/* "abusive", "threat" … and the sentence for people. */
const char *triage_head_name(enum model_head head);
const char *triage_head_why(enum model_head head);
/* The incident code that a head gives by itself. */
const char *triage_head_code(enum model_head head);
const char *triage_frame_name(enum triage_frame frame);

#endif
