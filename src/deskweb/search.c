/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/ask.h"

#include "pages/desk_search.html.h"

enum { HITS_ROWS = 20, URL_BYTES_MAX = 4096 };

/* The snippet cut at the marks; a mark that does not fit the text is left out. */
static struct page_desk_search_hits_pieces_list pieces_of(struct ask *ask,
                                                          const struct desk_hit *hit)
{
    struct page_desk_search_hits_pieces *rows = ARENA_ARRAY(
        ask->arena, struct page_desk_search_hits_pieces, (size_t)2 * hit->mark_count + 1);
    size_t count = 0;
    size_t at = 0;
    for (size_t i = 0; i < hit->mark_count; i++) {
        size_t from = hit->marks[i][0];
        size_t to = hit->marks[i][1];
        if (from >= at && from < to && to <= hit->snippet.n) {
            rows[count++].text = str_slice(hit->snippet, at, from);
            rows[count].text = str_slice(hit->snippet, from, to);
            rows[count++].is_mark = true;
            at = to;
        }
    }
    rows[count++].text = str_slice(hit->snippet, at, hit->snippet.n);
    return (struct page_desk_search_hits_pieces_list){rows, count};
}

static str next_url(struct ask *ask, str query, str next)
{
    struct buf url;
    if (next.n == 0) {
        return STR("");
    }
    buf_init(&url, URL_BYTES_MAX);
    buf_add_c(&url, "/search?q=");
    form_add_encoded(&url, query);
    buf_add_c(&url, "&after=");
    form_add_encoded(&url, next);
    str copy = arena_str(ask->arena, buf_str(&url));
    buf_close(&url);
    return copy;
}

void search_get(struct ask *ask)
{
    struct desk_hits hits = {.is_complete = true};
    str query = form_value(&ask->query, "q");
    bool is_asked = str_trim(query).n > 0;
    enum status status = STATUS_OK;
    if (is_asked) {
        status = desk_search(ask->desk, &ask->caller, query, form_value(&ask->query, "after"),
                             HITS_ROWS, ask->arena, &hits, &ask->err);
    }
    if (status != STATUS_OK && status != STATUS_INVALID) {
        ask_fail(ask, status);
        return;
    }
    struct page_desk_search_hits *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_search_hits, hits.count + 1);
    for (size_t i = 0; i < hits.count; i++) {
        rows[i].row = ask_row(ask, &hits.hits[i].row);
        rows[i].pieces = pieces_of(ask, &hits.hits[i]);
    }
    ASK_PAGE(ask, status_http(status), desk_search, "search", .query = query,
             .is_asked = is_asked && status == STATUS_OK, .understood = hits.understood,
             .notes = hits.notes, .is_incomplete = !hits.is_complete,
             .error = status == STATUS_OK ? STR("") : str_c(ask->err.primary),
             .hits = {rows, hits.count}, .next = next_url(ask, query, hits.next));
}
