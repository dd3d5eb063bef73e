/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/routes.h"

#include "deskweb/ask.h"

#define CASE_ACT(path, capability, kind)                                                           \
    {                                                                                              \
        HTTP_POST, "/case/#/" path, capability, case_act_post, kind                                \
    }

const struct route route_table[] = {
    {HTTP_GET, "/", NEED_NOTHING, home_get, 0},
    {HTTP_GET, "/assets/…", NEED_NOTHING, asset_get, 0},
    {HTTP_GET, "/login", NEED_NOTHING, login_get, 0},
    {HTTP_POST, "/login", NEED_NOTHING, login_post, 0},
    {HTTP_POST, "/logout", NEED_SESSION, logout_post, 0},
    {HTTP_GET, "/password", NEED_SESSION, password_get, 0},
    {HTTP_POST, "/password", NEED_SESSION, password_post, 0},
    {HTTP_GET, "/lock", CAP_LOCK, lock_get, 0},
    {HTTP_POST, "/lock", CAP_LOCK, lock_post, 0},
    {HTTP_GET, "/queue", CAP_READ_QUEUE, queue_get, 0},
    {HTTP_POST, "/filters", CAP_READ_QUEUE, filter_post, 0},
    {HTTP_POST, "/filters/delete", CAP_READ_QUEUE, filter_delete_post, 0},
    {HTTP_GET, "/search", CAP_READ_QUEUE, search_get, 0},
    {HTTP_GET, "/case/#", CAP_READ_CASE, case_get, 0},
    {HTTP_GET, "/case/#/here", CAP_READ_CASE, case_here_get, 0},
    CASE_ACT("grade", CAP_GRADE_RAISE, DO_GRADE),
    CASE_ACT("codes", CAP_GRADE_RAISE, DO_CODES),
    CASE_ACT("state", CAP_NOTE_WRITE, DO_STATE),
    CASE_ACT("assign", CAP_ASSIGN, DO_ASSIGN),
    CASE_ACT("note", CAP_NOTE_WRITE, DO_NOTE),
    CASE_ACT("summary", CAP_NOTE_WRITE, DO_SUMMARY),
    CASE_ACT("access", CAP_ACCESS_SET, DO_ACCESS),
    CASE_ACT("route", CAP_ROUTE_SET, DO_ROUTE),
    CASE_ACT("link", CAP_LINK, DO_LINK),
    CASE_ACT("unlink", CAP_LINK, DO_UNLINK),
    CASE_ACT("merge", CAP_LINK, DO_MERGE),
    CASE_ACT("same", CAP_LINK, DO_SAME),
    CASE_ACT("split", CAP_LINK, DO_SPLIT),
    CASE_ACT("hold", CAP_HOLD, DO_HOLD),
    CASE_ACT("lift", CAP_HOLD, DO_LIFT),
    {HTTP_GET, "/case/#/erase", CAP_ERASE, erase_get, 0},
    CASE_ACT("erase", CAP_ERASE, DO_ASK),
    CASE_ACT("erase/confirm", CAP_ERASE, DO_ERASE),
    CASE_ACT("erase/drop", CAP_ERASE, DO_DROP),
    {HTTP_POST, "/case/#/message", CAP_MESSAGE_WRITE, message_post, DO_MESSAGE},
    {HTTP_GET, "/case/#/print", CAP_EXPORT, print_get, 0},
    {HTTP_POST, "/case/#/print", CAP_EXPORT, print_post, 0},
    {HTTP_GET, "/case/#/export", CAP_EXPORT, export_get, 0},
    {HTTP_POST, "/case/#/export", CAP_EXPORT, export_post, 0},
    {HTTP_GET, "/case/#/evidence/*/*", CAP_READ_CASE, evidence_get, 0},
    {HTTP_GET, "/case/#/evidence/*/*/picture", CAP_READ_CASE, evidence_raw_get, 0},
    {HTTP_GET, "/case/#/evidence/*/*/download", CAP_READ_CASE, evidence_download_get, 0},
    {HTTP_GET, "/operations", CAP_PLAN, operations_get, 0},
    {HTTP_POST, "/operations", CAP_PLAN, operations_post, 0},
    {HTTP_GET, "/operation/#", CAP_PLAN, operation_get, 0},
    {HTTP_POST, "/operation/#/places", CAP_PLAN, operation_places_post, 0},
    {HTTP_POST, "/operation/#/file", CAP_PLAN, operation_file_post, ROUTE_UPLOAD},
    {HTTP_POST, "/operation/#/site", CAP_PLAN, operation_site_post, 0},
    {HTTP_POST, "/operation/#/sites", CAP_PLAN, operation_sites_post, 0},
    {HTTP_POST, "/operation/#/unit", CAP_PLAN, operation_unit_post, 0},
    {HTTP_POST, "/operation/#/units", CAP_PLAN, operation_units_post, 0},
    {HTTP_POST, "/operation/#/count", CAP_PLAN, operation_count_post, 0},
    {HTTP_POST, "/operation/#/rules", CAP_PLAN, operation_rules_post, 0},
    {HTTP_POST, "/operation/#/times", CAP_PLAN, operation_times_post, 0},
    {HTTP_POST, "/operation/#/sitrep", CAP_PLAN, operation_sitrep_post, 0},
    {HTTP_GET, "/operation/#/tell", CAP_PLAN, plan_tell_get, 0},
    {HTTP_POST, "/operation/#/tell", CAP_PLAN, plan_tell_post, 0},
    {HTTP_POST, "/operation/#/take", CAP_PLAN, operation_take_post, 0},
    {HTTP_POST, "/operation/#/state", CAP_PLAN, operation_state_post, 0},
    {HTTP_POST, "/operation/#/search", CAP_PLAN, operation_search_post, 0},
    {HTTP_GET, "/plan/#", CAP_PLAN, plan_get, 0},
    {HTTP_POST, "/plan/#/publish", CAP_PLAN, plan_publish_post, 0},
    {HTTP_GET, "/plan/#/files", CAP_PLAN, plan_files_get, 0},
    {HTTP_POST, "/plan/#/files", CAP_PLAN, plan_files_post, 0},
    {HTTP_GET, "/plan/#/more", CAP_PLAN, plan_more_get, 0},
    {HTTP_POST, "/plan/#/more", CAP_PLAN, plan_more_post, 0},
    {HTTP_GET, "/plan/#/answer", CAP_PLAN, plan_answer_get, 0},
    {HTTP_POST, "/plan/#/take", CAP_PLAN, plan_take_post, 0},
    {HTTP_GET, "/plan/#/change", CAP_PLAN, plan_change_get, 0},
    {HTTP_POST, "/plan/#/change", CAP_PLAN, plan_change_post, 0},
    {HTTP_GET, "/plan/#/compare", CAP_PLAN, plan_compare_get, 0},
    {HTTP_POST, "/plan/#/mend", CAP_PLAN, plan_mend_post, 0},
    {HTTP_POST, "/plan/#/drop", CAP_PLAN, plan_drop_post, 0},
    {HTTP_POST, "/plan/#/links", CAP_PLAN, plan_links_post, 0},
    {HTTP_GET, "/plan/#/account", CAP_PLAN, plan_account_get, 0},
    {HTTP_GET, "/sitrep/#", CAP_PLAN, sitrep_get, 0},
    {HTTP_GET, "/unit/*", NEED_NOTHING, unit_get, 0}, /* the address is the secret */
    {HTTP_POST, "/unit/*", NEED_NOTHING, unit_post, 0},
    {HTTP_GET, "/numbers", CAP_NUMBERS_READ, numbers_get, 0},
    {HTTP_GET, "/map", CAP_NUMBERS_READ, map_get, 0},
    {HTTP_GET, "/officers", CAP_OFFICER_MANAGE, officers_get, 0},
    {HTTP_POST, "/officers", CAP_OFFICER_MANAGE, officer_add_post, 0},
    {HTTP_POST, "/officers/#/reset", CAP_OFFICER_MANAGE, officer_reset_post, 0},
    {HTTP_POST, "/officers/#/role", CAP_OFFICER_MANAGE, officer_role_post, 0},
    {HTTP_POST, "/officers/#/disable", CAP_OFFICER_MANAGE, officer_disable_post, 0},
    {HTTP_GET, "/ledger", CAP_AUDIT_READ, ledger_get, 0},
    {HTTP_GET, "/ledger/checkpoint.txt", CAP_AUDIT_READ, checkpoint_get, 0},
    {HTTP_GET, "/quarantine", CAP_LETTER_RETRY, quarantine_get, 0},
    {HTTP_POST, "/quarantine/#/retry", CAP_LETTER_RETRY, quarantine_post, 0},
    {HTTP_GET, "/acts", CAP_AUDIT_READ, acts_get, 0},
    {HTTP_GET, "/report", CAP_REPORT_ENTER, report_get, 0},
    {HTTP_POST, "/report", CAP_REPORT_ENTER, report_post, 0},
};
const size_t route_count = ARRAY_LEN(route_table);

/* One piece of a pattern against one piece of a path. */
static bool piece_fits(str pattern, str piece, struct route_ids *ids)
{
    uint64_t number = 0;
    if (str_equal(pattern, STR("#"))) {
        bool is_number = piece.n > 0 && piece.n <= 18 && str_to_u64(piece, &number);
        ids->number = (int64_t)number;
        return is_number;
    }
    if (str_equal(pattern, STR("*"))) {
        ASSERT(ids->id_count < ROUTE_IDS_MAX);
        return hex_decode(piece, ids->ids[ids->id_count++].bytes, CRYPT_ID_BYTES);
    }
    return str_equal(pattern, piece);
}

static bool path_fits(str pattern, str path, struct route_ids *ret_ids)
{
    struct route_ids ids = {0};
    if (str_equal(pattern, path)) { /* also "/" */
        *ret_ids = ids;
        return true;
    }
    while (pattern.n > 0 && path.n > 0) {
        str want = {0};
        str have = {0};
        if (pattern.p[0] != '/' || path.p[0] != '/') {
            return false;
        }
        pattern = str_slice(pattern, 1, pattern.n);
        path = str_slice(path, 1, path.n);
        size_t want_n = str_find_byte(pattern, '/');
        size_t have_n = str_find_byte(path, '/');
        want = str_slice(pattern, 0, want_n);
        have = str_slice(path, 0, have_n);
        if (str_equal(want, STR("…"))) {
            return path.n > 0;
        }
        if (!piece_fits(want, have, &ids)) {
            return false;
        }
        pattern = str_slice(pattern, want_n, pattern.n);
        path = str_slice(path, have_n, path.n);
    }
    *ret_ids = ids;
    return pattern.n == 0 && path.n == 0;
}

const struct route *route_find(enum http_method method, str path, struct route_ids *ret_ids,
                               bool *ret_other_method)
{
    bool is_read = method == HTTP_GET || method == HTTP_HEAD;
    *ret_other_method = false;
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];
        if (path_fits(str_c(route->path), path, ret_ids)) {
            if ((route->method == HTTP_GET) == is_read) {
                return route;
            }
            *ret_other_method = true;
        }
    }
    return NULL;
}
