/* SPDX-License-Identifier: Apache-2.0 */
/* The list of operations. */
#include "deskweb/ask.h"
#include "deskweb/plan_view.h"

#include "pages/desk_operations.html.h"

static void list_show(struct ask *ask, unsigned status)
{
    struct operation_row *list = NULL;
    struct error why = ask->err;
    size_t count = 0;
    enum status read =
        desk_operations(ask->desk, &ask->caller, ask->arena, &list, &count, &ask->err);
    if (read != STATUS_OK) {
        ask_fail(ask, read);
        return;
    }
    struct page_desk_operations_rows *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_operations_rows, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct page_desk_operations_rows){.number = list[i].number,
                                                     .name = list[i].name,
                                                     .day = words_day(ask->arena, list[i].day),
                                                     .state = words_operation(list[i].state),
                                                     .sites = (int64_t)list[i].site_count,
                                                     .units = (int64_t)list[i].unit_count,
                                                     .is_broken = list[i].is_broken,
                                                     .is_over = list[i].state == OPERATION_CLOSED};
    }
    ASK_PAGE(ask, status, desk_operations, "operations", .csrf = ask_csrf(ask),
             .error = str_c(why.primary), .hint = str_c(why.hint),
             .name = form_value(&ask->form, "name"), .day = form_value(&ask->form, "day"),
             .rows = {rows, count});
}

void operations_get(struct ask *ask)
{
    list_show(ask, 200);
}

void operations_post(struct ask *ask)
{
    int64_t number = 0;
    enum status status =
        desk_operation_make(ask->desk, &ask->caller, str_trim(form_value(&ask->form, "name")),
                            str_trim(form_value(&ask->form, "day")), &number, &ask->err);
    if (status == STATUS_OK) {
        ask_redirect(ask, "/operation/%lld?done=op-new", (long long)number);
    } else if (status == STATUS_INVALID) {
        list_show(ask, status_http(status));
    } else {
        ask_fail(ask, status);
    }
}
