/* SPDX-License-Identifier: Apache-2.0 */
/* Letters become reports.
 *
 * A slice: fetch a page of letters, write all of it in one casebook transaction, commit, and only
 * then tell box that they are done. Killed in between, the same letters come again and are known
 * by their leaf numbers. The body stays the front's ciphertext; its data key is taken out of the epoch key
 * and wrapped under the casebook key. What cannot be opened or read goes to quarantine with
 * everything that is needed to try again. */
#include "desk/import_internal.h"

static bool epoch_ready(struct desk *desk, const struct box_letter *letter)
{
    struct desk_secrets *secrets = desk->secrets;
    if (secrets->has_epoch && crypt_id_equal(&secrets->epoch_id, &letter->epoch_id)) {
        return true;
    }
    secrets->has_epoch = false;
    if (epoch_open(&secrets->keys, &desk->options.id, &letter->epoch_id, letter->sealed_epoch_key,
                   &secrets->epoch_key) != STATUS_OK) {
        return false;
    }
    secrets->epoch_id = letter->epoch_id;
    secrets->has_epoch = true;
    return true;
}

void letter_open(struct desk *desk, const struct box_letter *letter, struct opened *opened)
{
    static const struct crypt_id casebook_holder = {0};
    struct crypt_key key;
    struct buf plain, wrap;
    struct error err = {0};
    *opened = (struct opened){.letter = letter};
    if (!epoch_ready(desk, letter)) {
        opened->why = "its epoch key does not open";
        return;
    }
    if (letter_key_unwrap(&desk->secrets->epoch_key, &desk->options.id, &letter->id,
                          &letter->epoch_id, letter->wrapped_key, &key) != STATUS_OK) {
        opened->why = "its data key does not open";
        return;
    }
    buf_init(&plain, (size_t)2 * LETTER_BODY_BYTES_MAX);
    buf_init(&wrap, 256);
    if (letter_body_open(&plain, &key, &desk->options.id, &letter->id, letter->sealed_body) !=
        STATUS_OK) {
        opened->why = "its text does not open";
    } else {
        struct letter_body *body = ARENA_NEW(&desk->work, struct letter_body);
        if (letter_body_decode(&desk->work, buf_str(&plain), body, &err) == STATUS_OK) {
            letter_key_wrap(&wrap, &desk->secrets->keys.casebook, &desk->options.id, &letter->id,
                            &casebook_holder, &key);
            opened->key_wrap = arena_str(&desk->work, buf_str(&wrap));
            opened->body = body;
        } else {
            opened->why = "its text is not a report of this format";
        }
    }
    CRYPT_WIPE(key);
    if (plain.p != NULL) {
        crypt_wipe(plain.p, plain.n);
    }
    buf_close(&plain);
    buf_close(&wrap);
}

static enum status quarantine(struct desk *desk, const struct opened *opened, struct error *err)
{
    const struct box_letter *letter = opened->letter;
    struct casebook_quarantined row = {.id = letter->id,
                                       .epoch_id = letter->epoch_id,
                                       .leaf = letter->leaf,
                                       .hour = letter->received_hour,
                                       .epoch_key = letter->sealed_epoch_key,
                                       .key_wrap = letter->wrapped_key,
                                       .body = letter->sealed_body,
                                       .why = str_c(opened->why)};
    return casebook_quarantine_add(desk->casebook, &row, err);
}

int64_t mailbox_tag(const struct desk *desk, const struct crypt_id *mailbox)
{
    char hex[2 * CRYPT_ID_BYTES];
    hex_encode(mailbox->bytes, CRYPT_ID_BYTES, hex);
    return casebook_tag(desk->casebook, STR("mailbox"), (str){hex, sizeof hex});
}

static int64_t mailbox_of(const struct desk *desk, const struct letter_body *body)
{
    return body->has_mailbox ? mailbox_tag(desk, &body->mailbox_id) : 0;
}

enum status import_report(struct desk *desk, const struct opened *opened, int64_t incident,
                          struct error *err)
{
    const struct box_letter *letter = opened->letter;
    struct casebook_report row = {.id = letter->id,
                                  .leaf = letter->leaf,
                                  .incident = incident,
                                  .kind = opened->body->is_added           ? CASEBOOK_REPORT_ADDED
                                          : opened->body->message.is_there ? CASEBOOK_REPORT_MESSAGE
                                                                           : CASEBOOK_REPORT_FIRST,
                                  .practice = opened->body->is_practice ? 1 : 0,
                                  .mailbox = mailbox_of(desk, opened->body),
                                  .hour = letter->received_hour,
                                  .key_wrap = opened->key_wrap,
                                  .body = letter->sealed_body};
    return casebook_report_add(desk->casebook, &row, err);
}

int64_t pair_tag(const struct desk *desk, struct arena *arena, str subject, str account)
{
    str pair =
        arena_printf(arena, "%.*s|%.*s", STR_ARG(str_trim(subject)), STR_ARG(str_trim(account)));
    return casebook_tag(desk->casebook, STR("pair"), pair);
}

/* Tags of subject and account; *ret_is_repeated when one is known from an earlier report. */
static enum status add_pairs(struct desk *desk, const struct letter_body *body, struct brief *brief,
                             bool *ret_is_repeated, struct error *err)
{
    enum status status = STATUS_OK;
    bool is_repeated = false;
    if (brief->subject.n == 0) {
        *ret_is_repeated = false;
        return STATUS_OK;
    }
    for (size_t i = 0; i < body->report.account_count && i < DESK_PAIRS_MAX; i++) {
        bool is_known = false;
        int64_t tag = pair_tag(desk, &desk->work, brief->subject, body->report.accounts[i]);
        brief->pairs[brief->pair_count++] = tag;
        status = casebook_tag_known(desk->casebook, tag, &is_known, err);
        if (status != STATUS_OK) {
            return status;
        }
        is_repeated = is_repeated || is_known;
    }
    *ret_is_repeated = is_repeated;
    return status;
}

/* A report of its own: incident and case of the same number. */
enum status import_case(struct desk *desk, const struct opened *opened, int64_t *ret_number,
                        struct error *err)
{
    const struct letter_body *body = opened->body;
    struct desk_file file = {.row = {.state = CASE_NEW,
                                     .access = ACCESS_OPEN,
                                     .practice = body->is_practice ? 1 : 0,
                                     .hour = opened->letter->received_hour}};
    bool is_repeated = false;
    struct casebook_facets facets;
    brief_from_letter(&desk->work, body, &file.brief);
    brief_unread(desk, body, &file.brief);
    enum status status = add_pairs(desk, body, &file.brief, &is_repeated, err);
    if (status == STATUS_OK) {
        status = casebook_take(desk->casebook, "case", 1, &file.row.number, err);
    }
    if (status == STATUS_OK) {
        status = casebook_take(desk->casebook, "change", 1, &file.row.change, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    int64_t grade = brief_least_grade(desk, body, is_repeated, &file.brief);
    file_raise(&file, own_model_lift(desk, &desk->work, body, grade, &file.brief));
    if (body->message.is_there) {
        file.brief.campaign.top = file.row.grade;
        file.brief.campaign.worst = opened->letter->leaf;
    }
    brief_route(desk, &desk->work, body, file.row.grade, &file.brief);
    file_finish(desk, &desk->work, &file);
    brief_facets(desk, &file, &facets);
    struct casebook_incident incident = {.number = file.row.number,
                                         .casefile = file.row.number,
                                         .practice = file.row.practice,
                                         .hour = file.row.hour,
                                         .subject = file.brief.subject,
                                         .area = file.brief.area,
                                         .codes = file.brief.codes,
                                         .code_count = file.brief.code_count};
    status = casebook_case_add(desk->casebook, &file.row, &facets, err);
    if (status == STATUS_OK) {
        status = casebook_incident_add(desk->casebook, &incident, err);
    }
    *ret_number = file.row.number;
    return status == STATUS_OK ? import_report(desk, opened, file.row.number, err) : status;
}

/* The clock for an answer starts anew, unless it runs already: who adds to what nobody has answered
 * does not wait longer for it. */
static void hear_anew(struct brief *brief, time_us received)
{
    time_us from = brief->hear_from != 0 ? brief->hear_from : brief->received;
    if (brief->heard_at != 0 && brief->heard_at >= from) {
        brief->hear_from = received > brief->heard_at ? received : brief->heard_at + 1;
    }
}

/* Codes, and not the reasons: what the officer reads there comes from the report, and goes with it. */
static void put_codes(struct json_out *json, const struct brief *one)
{
    json_name(json, "codes");
    json_begin_list(json);
    for (size_t i = 0; one != NULL && i < one->code_count; i++) {
        json_add_text(json, one->codes[i]);
    }
    json_end_list(json);
}

/* What the reporter did stands in the case's time line as well. */
enum status import_act_added(struct desk *desk, const struct opened *opened, int64_t number,
                             const struct added *added, struct error *err)
{
    struct caller nobody = {.officer = 0, .now = opened->now};
    struct act act;
    struct buf at;
    buf_init(&at, 64);
    buf_add_time(&at, opened->body->received);
    act_begin(&act, &nobody, opened->body->message.is_there ? "report.more" : "report.added",
              number, false);
    json_put_int(&act.json, "report", opened->letter->leaf);
    json_put_text(&act.json, "received", buf_str(&at));
    json_put_bool(&act.json, "reopened", added->is_reopened);
    if (added->leads_to.n > 0) { /* not the place: an erased message leaves no words */
        json_put_text(&act.json, "leads-to", added->leads_to);
    }
    if (added->to > added->from) {
        json_put_int(&act.json, "from", added->from);
        json_put_int(&act.json, "to", added->to);
        put_codes(&act.json, added->one);
    }
    buf_close(&at);
    return act_inside(desk, &act, err);
}

/* The report comes after what was added to it (it was in quarantine, say), and what was added is a
 * case already: its codes, its grade and its clocks are that case's now, and what the case shows is
 * made of it. */
static enum status take_first(struct desk *desk, const struct opened *opened, int64_t incident,
                              const struct desk_file *old, struct desk_file *file,
                              struct error *err)
{
    const struct letter_body *body = opened->body;
    struct brief *brief = &file->brief;
    struct brief one;
    struct brief about = {0};
    bool is_repeated = false;
    struct derive from = {.number = file->row.number};
    struct derive of_incident = {.number = file->row.number, .only_incident = incident};
    brief_from_letter(&desk->work, body, &one);
    enum status status = add_pairs(desk, body, &one, &is_repeated, err);
    if (status == STATUS_OK) {
        status = said_area(desk, &desk->work, from.number, brief, incident, &of_incident.area, err);
    }
    if (status == STATUS_OK) {
        status = brief_derive(desk, &desk->work, &from, brief, err);
    }
    if (status == STATUS_OK) {
        status = brief_derive(desk, &desk->work, &of_incident, &about, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    int64_t grade = brief_least_grade(desk, body, is_repeated, &one);
    for (size_t i = 0; i < one.code_count; i++) {
        brief_add_code(brief, one.codes[i]);
    }
    for (size_t i = 0; i < one.why_count; i++) {
        brief_add_why(brief, one.why[i]);
    }
    brief_unread(desk, body, brief);
    file_raise(file, grade);
    brief->received = body->received < brief->received ? body->received : brief->received;
    joined_clocks(desk, old, &one, file);
    status = casebook_incident_about(desk->casebook, incident, about.subject, about.area, err);
    return status == STATUS_OK ? casebook_incident_codes_add(desk->casebook, incident, one.codes,
                                                             one.code_count, err)
                               : status;
}

/* What is added to a case raises it, brings codes and reasons along and starts clocks. */
static enum status take_addition(struct desk *desk, const struct opened *opened, int64_t incident,
                                 const struct desk_file *old, struct desk_file *file,
                                 struct added *added, struct error *err)
{
    const struct letter_body *body = opened->body;
    struct brief *brief = &file->brief;
    struct brief *one = ARENA_NEW(&desk->work, struct brief);
    int64_t grade = addition_read(desk, &desk->work, body, one);
    grade = own_model_lift(desk, &desk->work, body, grade, one);
    addition_why(one, grade, brief);
    addition_news(&desk->work, one, brief);
    brief->is_danger_now = brief->is_danger_now || one->is_danger_now;
    brief_unread(desk, body, brief);
    for (size_t i = 0; i < one->code_count; i++) {
        brief_add_code(brief, one->codes[i]);
    }
    file_raise(file, grade);
    addition_clocks(desk, old, grade, one, body->received, file);
    if (added->is_reopened) {
        reopened_clock(old, body->received, file);
    }
    if (file->row.grade > old->row.grade) {
        brief->news_grade = file->row.grade;
    }
    added->from = old->row.grade;
    added->to = file->row.grade;
    added->one = one;
    if (route_hint(desk, &desk->work, body->report.what, opened->letter->leaf, &brief->route)) {
        added->leads_to = route_hint_force(desk, &brief->route);
    }
    return casebook_incident_codes_add(desk->casebook, incident, one->codes, one->code_count, err);
}

/* What comes with the mailbox of a case joins it; a closed case is open again, but not for plain thanks. */
static enum status add_followup(struct desk *desk, const struct opened *opened, int64_t incident,
                                int64_t number, struct error *err)
{
    struct desk_file old;
    struct added added = {0};
    enum status status = file_load(desk, NULL, &desk->work, number, &old, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_file file = old;
    bool is_closed = file.row.state == CASE_CLOSED;
    bool is_thanks =
        is_closed && opened->body->is_added && addition_is_courtesy(desk, opened->body);
    file.brief.has_news = true;
    file.brief.sources |= opened->body->is_added ? 0 : brief_source(opened->body);
    if (!is_thanks) {
        hear_anew(&file.brief, opened->body->received);
    }
    file.brief.has_mailbox = file.brief.has_mailbox || letter_has_reader(opened->body);
    added.is_reopened = is_closed && !is_thanks;
    if (added.is_reopened) {
        file.row.state = CASE_OPEN;
        file.brief.closed_why = (str){0};
        file.brief.ended_at = 0;
    }
    status = import_report(desk, opened, incident, err);
    if (status == STATUS_OK) {
        status = opened->body->is_added
                     ? take_addition(desk, opened, incident, &old, &file, &added, err)
                     : take_first(desk, opened, incident, &old, &file, err);
    }
    if (status == STATUS_OK) {
        status = file_save(desk, &desk->work, &old, &file, err);
    }
    return status == STATUS_OK ? import_act_added(desk, opened, number, &added, err) : status;
}

enum status letter_import(struct desk *desk, const struct opened *opened, struct error *err)
{
    bool is_known = false;
    int64_t incident = 0;
    int64_t number = 0;
    enum status status =
        casebook_report_known(desk->casebook, opened->letter->leaf, &is_known, err);
    if (status != STATUS_OK || is_known) {
        return status;
    }
    if (opened->body == NULL) {
        return quarantine(desk, opened, err);
    }
    if (opened->body->message.is_there) {
        return message_import(desk, opened, err);
    }
    /* Also a report, after what was added to it: a mailbox is in one case only, or a hold of the one
     * would not keep what the other erases. */
    if (opened->body->has_mailbox) {
        status = casebook_report_incident(desk->casebook, mailbox_of(desk, opened->body), &incident,
                                          &number, err);
    }
    if (status == STATUS_OK && number != 0) {
        return add_followup(desk, opened, incident, number, err);
    }
    /* A follow-up without its report (quarantined, say) must not be lost: a case of its own. */
    return status == STATUS_OK ? import_case(desk, opened, &number, err) : status;
}

/* One transaction for some letters. */
static enum status import_together(struct desk *desk, const struct opened *opened, size_t count,
                                   struct error *err)
{
    enum status status = casebook_begin(desk->casebook, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = letter_import(desk, &opened[i], err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    return status;
}

/* The store is there, but one of the letters cannot be written (its case was tampered with, say):
 * each alone then, and the one that fails goes to quarantine. */
static enum status import_apart(struct desk *desk, struct opened *opened, size_t count,
                                struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        enum status status = import_together(desk, &opened[i], 1, err);
        if (status != STATUS_OK && status != STATUS_UNAVAILABLE && status != STATUS_UNCERTAIN) {
            opened[i].body = NULL;
            opened[i].why = IMPORT_NO_CASE;
            status = import_together(desk, &opened[i], 1, err);
        }
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

static enum status import_page(struct desk *desk, const struct box_letter *letters, size_t count,
                               time_us now, struct error *err)
{
    struct error first = {0};
    struct opened *opened = ARENA_ARRAY(&desk->work, struct opened, count);
    for (size_t i = 0; i < count; i++) { /* before the transaction: others may write meanwhile */
        letter_open(desk, &letters[i], &opened[i]);
        opened[i].now = now;
    }
    enum status status = import_together(desk, opened, count, &first);
    if (status == STATUS_UNAVAILABLE || status == STATUS_UNCERTAIN) {
        return error_set(err, status, "%s", first.primary);
    }
    return status == STATUS_OK ? STATUS_OK : import_apart(desk, opened, count, err);
}

/* The next letters into the inbox, when it is empty. */
static enum status fill_inbox(struct desk *desk, struct error *err)
{
    const struct desk_box *box = &desk->options.box;
    if (desk->waiting_at < desk->waiting_count) {
        return STATUS_OK;
    }
    desk->waiting_count = desk->waiting_at = 0;
    arena_reset(&desk->inbox);
    return box->letters_fetch(box->context, &desk->inbox, desk->import_after, &desk->waiting,
                              &desk->waiting_count, err);
}

bool desk_is_caught_up(const struct desk *desk)
{
    return desk_is_unlocked(desk) && desk->is_import_complete;
}

enum status desk_import_step(struct desk *desk, size_t max_letters, time_us now, bool *ret_more,
                             struct error *err)
{
    const struct desk_box *box = &desk->options.box;
    enum status status = desk_need_unlocked(desk, err);
    if (status == STATUS_OK) {
        status = fill_inbox(desk, err);
    }
    size_t left = desk->waiting_count - desk->waiting_at;
    desk->is_import_complete = status == STATUS_OK && left == 0;
    if (status != STATUS_OK || left == 0) {
        if (status == STATUS_OK) {
            /* From the start again next time: what an earlier slice left behind is found. */
            desk->import_after = 0;
            *ret_more = false;
        }
        return status;
    }
    const struct box_letter *letters = &desk->waiting[desk->waiting_at];
    size_t taken = left < max_letters ? left : max_letters;
    arena_reset(&desk->work);
    status = import_page(desk, letters, taken, now, err);
    if (status == STATUS_OK) {
        int64_t *leaves = ARENA_ARRAY(&desk->work, int64_t, taken);
        for (size_t i = 0; i < taken; i++) {
            leaves[i] = letters[i].leaf;
        }
        status = box->letters_done(box->context, leaves, taken, err);
    }
    if (status != STATUS_OK) {
        desk->waiting_count = desk->waiting_at = 0; /* asked for again */
        return status;
    }
    desk->is_search_complete = false;
    desk->import_after = letters[taken - 1].leaf;
    desk->waiting_at += taken;
    *ret_more = true;
    return STATUS_OK;
}
