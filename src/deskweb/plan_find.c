/* SPDX-License-Identifier: Apache-2.0 */
/* Sites and units of a plan by what an officer wrote. */
#include "base/utf8.h"
#include "deskweb/plan_view.h"

enum { ADDRESS_BYTES_MIN = 4, MATCHES_NAMED = 3, AREAS_MAX = 200, NAMES_SHOWN = 200 };

static bool has_fold(str text, str part)
{
    for (size_t i = 0; i + part.n <= text.n; i++) {
        if (str_equal_ascii_fold(str_slice(text, i, i + part.n), part)) {
            return true;
        }
    }
    return false;
}

/* "eta" begins a word of "Eta Store", and none of "Beta Hall". */
static bool has_word_fold(str text, str part)
{
    bool is_inside = false; /* of a word */
    for (size_t i = 0; i + part.n <= text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (!is_inside && str_equal_ascii_fold(str_slice(text, i, i + part.n), part)) {
            return true;
        }
        is_inside = c >= 0x80 || ascii_is_digit(text.p[i]) ||
                    (ascii_lower(text.p[i]) >= 'a' && ascii_lower(text.p[i]) <= 'z');
    }
    return false;
}

/* In small letters without blanks: "SW2 1RW" is "sw21rw". */
static str tight(struct arena *arena, str text)
{
    char *signs = ARENA_ARRAY(arena, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != ' ') {
            signs[n++] = ascii_lower(text.p[i]);
        }
    }
    return str_from(signs, n);
}

/* A postcode, or a line of an address: more than a letter or two, or all of them would be meant. */
static bool has_address(struct arena *arena, const struct plan_site *site, str tight_words)
{
    str address = tight(arena, site->address);
    return tight_words.n >= ADDRESS_BYTES_MIN && str_find(address, tight_words) < address.n;
}

enum status plan_named_site(struct ask *ask, const struct plan_problem *problem, str words,
                            str *ret_id)
{
    uint32_t found = PLAN_NONE;
    uint32_t begun = PLAN_NONE; /* a word of its name begins so */
    size_t count = 0;
    size_t begun_count = 0;
    struct buf names;
    *ret_id = (str){0};
    if (words.n == 0) {
        return STATUS_OK;
    }
    buf_init(&names, ERROR_TEXT_MAX);
    str address = tight(ask->arena, words);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        const struct plan_site *site = &problem->sites[i];
        if (str_equal(site->id, words) || str_equal_ascii_fold(site->name, words)) {
            found = i;
            count = 1;
            begun_count = 0;
            break;
        }
        if (has_fold(site->name, words) || has_address(ask->arena, site, address)) {
            found = i;
            if (has_word_fold(site->name, words)) {
                begun = i;
                begun_count++;
            }
            if (count++ < MATCHES_NAMED) {
                buf_printf(&names, "%s%.*s", names.n > 0 ? ", " : "",
                           STR_ARG(utf8_clip(site->name, 50)));
            }
        }
    }
    enum status status = STATUS_OK;
    if (count > 1 && begun_count == 1) {
        found = begun;
        count = 1;
    }
    if (count == 1) {
        *ret_id = problem->sites[found].id;
    } else if (count == 0) {
        status = error_set(&ask->err, STATUS_INVALID, "No site of this plan is called '%.*s'.",
                           STR_ARG(utf8_clip(words, 60)));
        error_hint(&ask->err,
                   "Write its name, a part of that, or its postcode, as they stand in the plan.");
    } else {
        status = error_set(&ask->err, STATUS_INVALID, "'%.*s' may be %zu sites.",
                           STR_ARG(utf8_clip(words, 60)), count);
        error_hint(&ask->err, "Write more of the name: %.*s …", STR_ARG(buf_str(&names)));
    }
    buf_close(&names);
    return status;
}

enum status plan_named_unit(struct ask *ask, const struct plan_problem *problem, str words,
                            uint32_t *ret_unit)
{
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (str_equal_ascii_fold(problem->units[i].id, words)) {
            *ret_unit = i;
            return STATUS_OK;
        }
    }
    return error_set(&ask->err, STATUS_INVALID, "No unit of this plan is called '%.*s'.",
                     STR_ARG(utf8_clip(words, 60)));
}

enum status plan_named_out(struct ask *ask, const struct plan_problem *problem, str *out,
                           size_t *ret_count)
{
    str others = ask_field(ask, "others");
    size_t count = 0;
    while (count < PLAN_OUT_MAX && form_nth(&ask->form, "out", count, &out[count])) {
        count++;
    }
    while (others.n > 0) {
        str id = {0};
        others = str_cut(others, ',', &id);
        id = str_trim(id);
        if (id.n == 0) {
            continue;
        }
        uint32_t unit = 0;
        enum status status = plan_named_unit(ask, problem, id, &unit);
        if (status != STATUS_OK) {
            return status;
        }
        if (count == PLAN_OUT_MAX) {
            return error_set(&ask->err, STATUS_INVALID,
                             "At most %d units can drop out at once. Search for a new plan.",
                             PLAN_OUT_MAX);
        }
        out[count++] = problem->units[unit].id;
    }
    *ret_count = count;
    return STATUS_OK;
}

struct part_option_list plan_area_options(struct ask *ask, const struct plan_problem *problem,
                                          const char *all)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, AREAS_MAX + 1, form_value(&ask->form, "area"));
    if (all != NULL) {
        options_add(&maker, STR(""), str_c(all));
    }
    for (uint32_t i = 0; i < problem->site_count && maker.count < AREAS_MAX; i++) {
        str area = problem->sites[i].area;
        bool is_known = area.n == 0;
        for (size_t k = 0; k < maker.count && !is_known; k++) {
            is_known = str_equal(maker.rows[k].value, area);
        }
        if (!is_known) {
            options_add(&maker, area, area);
        }
    }
    struct part_option_list list = options_list(&maker);
    list.count = all != NULL && list.count == 2 ? 0 : list.count; /* of one there is no choice */
    return list;
}

struct part_desk_plan_names plan_names(struct ask *ask, const struct plan_problem *problem)
{
    uint32_t units = problem->unit_count < NAMES_SHOWN ? problem->unit_count : NAMES_SHOWN;
    uint32_t sites = problem->site_count < NAMES_SHOWN ? problem->site_count : NAMES_SHOWN;
    struct part_desk_plan_names_units *ids =
        ARENA_ARRAY(ask->arena, struct part_desk_plan_names_units, units + 1U);
    struct part_desk_plan_names_sites *names =
        ARENA_ARRAY(ask->arena, struct part_desk_plan_names_sites, sites + 1U);
    for (uint32_t i = 0; i < units; i++) {
        ids[i].id = problem->units[i].id;
    }
    for (uint32_t i = 0; i < sites; i++) {
        names[i].name = plan_site_name(problem, i);
    }
    return (struct part_desk_plan_names){.units = {ids, units}, .sites = {names, sites}};
}
