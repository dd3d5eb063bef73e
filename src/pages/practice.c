/* SPDX-License-Identifier: Apache-2.0 */
/* Practice: the reporter's way for trainers. What is sent is a report like any other, with one bit
 * that desk, alarm and numbers look at (front_draft_token_new).
 *
 * Nobody may be led into practice without knowing it, or a real report would be taken for play. So
 * it begins with a form whose hidden word must be that of a cookie which no other site can send
 * (SameSite=Strict), every page of it carries a banner, and the first page names the way out. */
#include "base/io.h"
#include "pages/pages_internal.h"
#include "pages/practice.html.h"

static bool is_nonce(str text)
{
    uint8_t bytes[NONCE_CHARS / 2];
    return text.n == NONCE_CHARS && hex_decode(text, bytes, sizeof bytes);
}

void practice_get(struct visit *visit)
{
    str nonce = http_cookie(visit->x, STR("practice"));
    if (!is_nonce(nonce)) {
        uint8_t bytes[NONCE_CHARS / 2];
        char *hex = arena_alloc(visit->arena, NONCE_CHARS, 1);
        crypt_random(bytes, sizeof bytes);
        hex_encode(bytes, sizeof bytes, hex);
        nonce = (str){hex, NONCE_CHARS};
        http_set_cookie(visit->x, STR("practice"), nonce, -1, visit->site->options.is_https);
    }
    VISIT_ANSWER(visit, 200, practice, .nonce = nonce);
}

static void begin(void *context, enum status status)
{
    struct visit *visit = context;
    (void)status; /* without its cookie the old draft cannot be opened; box drops it in an hour */
    visit_new_draft(visit, true);
    http_set_cookie(visit->x, STR("practice"), STR(""), 0, visit->site->options.is_https);
    http_redirect(visit->x, STR("/report/now"));
}

void practice_post(struct visit *visit)
{
    str nonce = http_cookie(visit->x, STR("practice"));
    if (!is_nonce(nonce) || !str_equal(nonce, form_value(&visit->form, "nonce"))) {
        visit_problem(visit, 403, STR("expired"), false);
    } else if (visit->has_cookie) {
        front_draft_wipe(visit->site->front, visit->arena, &visit->keys, begin, visit);
    } else {
        begin(visit, STATUS_OK);
    }
}

static void ended(void *context, enum status status)
{
    struct visit *visit = context;
    (void)status;
    http_set_cookie(visit->x, STR("draft"), STR(""), 0, visit->site->options.is_https);
    http_redirect(visit->x, STR("/"));
}

void practice_end_get(struct visit *visit)
{
    if (visit->has_cookie && visit->is_practice) {
        front_draft_wipe(visit->site->front, visit->arena, &visit->keys, ended, visit);
    } else {
        http_redirect(visit->x, STR("/")); /* a real draft is not touched */
    }
}
