/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's rules out of a country pack. */
#include "desk/rules.h"

static int64_t clock_minutes(int minutes)
{
    /* "At once" is a clock that has run out a minute after the report came. */
    return minutes == PACK_NEVER ? 0 : minutes == 0 ? 1 : minutes;
}

/* The victim's "at once" is the acknowledgement with its advice: there is no clock for that. */
static int64_t victim_minutes(int minutes)
{
    return minutes == PACK_NEVER ? 0 : minutes;
}

enum rates_kind desk_code_kind(const struct pack_code *code)
{
    return code->counts_as_abuse ? RATES_ABUSE
           : code->needs_person  ? RATES_UNCLASSIFIED
                                 : RATES_LEFT_OUT;
}

enum status desk_rules_from_pack(const struct pack *pack, struct desk_rules *ret_rules,
                                 struct error *err)
{
    struct desk_rules *rules = ret_rules;
    if (pack->code_count > DESK_CODES_MAX) {
        return error_set(err, STATUS_LIMIT, "The pack has more than %d codes.", DESK_CODES_MAX);
    }
    int quiet = pack->unclassified_grade > pack->lawful_grade ? pack->unclassified_grade
                                                              : pack->lawful_grade;
    *rules = (struct desk_rules){.code_count = pack->code_count, .quiet_grade = quiet};
    for (size_t i = 0; i < pack->code_count; i++) {
        const struct pack_code *code = &pack->codes[i];
        rules->codes[i] = (struct desk_code){.code = code->id,
                                             .grade = code->grade,
                                             .grade_repeated = code->grade_repeated,
                                             .kind = desk_code_kind(code)};
    }
    for (size_t i = 0; i < DESK_GRADES; i++) {
        const struct pack_grade *grade = &pack->grades[i];
        rules->grades[i] =
            (struct desk_grade){.act_minutes = clock_minutes(grade->desk_minutes),
                                .tell_minutes = clock_minutes(grade->owner_minutes),
                                .hear_minutes = victim_minutes(grade->victim_minutes),
                                .hear_repeat_minutes = victim_minutes(grade->victim_repeat_minutes),
                                .hear_working_days = victim_minutes(grade->victim_working_days)};
    }
    return STATUS_OK;
}
