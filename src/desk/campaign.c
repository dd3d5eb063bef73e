/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of an inbox become cases: one case for all copies of a template.
 *
 * The import that read the inbox grouped its messages (triage/campaign.h) and named each group. A
 * group that the desk does not know is compared with those it has: the bands of the sketch of its
 * first message lead to candidates, the sketches decide, by the same measure as in the import. So
 * Tuesday's copies join Monday's, although the two imports knew nothing of one another.
 *
 * A message that was taken before (the same in all that was given of it) is not taken again: it is
 * in its case already, and its leaf stays in the ledger. */
#include "desk/import_internal.h"
#include "triage/campaign.h"

enum {
    CENTRE_HEX_BYTES = SKETCH_HEX + SKETCH_MORE_HEX + 8,
    /* A pile-on, as the machine suggests it (HAR3): many, abusive, soon. */
    PILE_SENDERS_LEAST = 10,
    PILE_HOURS_MOST = 72,
    PILE_ABUSIVE_SHARE = 2 /* one of so many at least */
};

/* --- in the brief --- */

void campaign_encode(struct json_out *out, const struct desk_campaign *c)
{
    json_begin_object(out);
    json_put_int(out, "messages", c->messages);
    json_put_int(out, "senders", c->senders);
    json_put_int(out, "personal", c->personal);
    json_put_int(out, "top", c->top);
    json_put_int(out, "worst", c->worst);
    json_put_int(out, "piled", c->is_piled);
    json_put_int(out, "first", c->first_at);
    json_put_int(out, "last", c->last_at);
    json_put_int(out, "unjudged", c->unjudged);
    json_name(out, "heads");
    json_begin_list(out);
    for (size_t i = 0; i < HEADS_SHOWN; i++) {
        json_add_int(out, c->heads[i]);
    }
    json_end_list(out);
    json_end_object(out);
}

void campaign_decode(const struct json *json, struct desk_campaign *ret_campaign)
{
    *ret_campaign = (struct desk_campaign){0};
    if (json == NULL || json->kind != JSON_OBJECT) {
        return;
    }
    *ret_campaign = (struct desk_campaign){.messages = json_member_int(json, "messages", 0),
                                           .senders = json_member_int(json, "senders", 0),
                                           .personal = json_member_int(json, "personal", 0),
                                           .top = json_member_int(json, "top", 0),
                                           .worst = json_member_int(json, "worst", 0),
                                           .is_piled = json_member_int(json, "piled", 0) != 0,
                                           .first_at = json_member_int(json, "first", 0),
                                           .last_at = json_member_int(json, "last", 0),
                                           .unjudged = json_member_int(json, "unjudged", 0)};
    const struct json *heads = json_member(json, "heads");
    for (size_t i = 0; heads != NULL && i < heads->count && i < HEADS_SHOWN; i++) {
        ret_campaign->heads[i] = heads->items[i].integer;
    }
}

enum status campaign_recount(struct desk *desk, int64_t number, int64_t other,
                             int64_t only_incident, int64_t skip_incident, struct brief *brief,
                             struct error *err)
{
    static_assert((int)CASEBOOK_CAMPAIGN_HEADS == HEADS_SHOWN + 1, "each head is counted");
    struct casebook_campaign_count count;
    struct desk_campaign *c = &brief->campaign;
    enum status status = casebook_campaign_counted(desk->casebook, number, other, only_incident,
                                                   skip_incident, &count, err);
    if (status != STATUS_OK) {
        return status;
    }
    c->messages = count.messages;
    c->senders = count.senders;
    c->personal = count.personal;
    memcpy(c->heads, count.heads, sizeof c->heads);
    c->unjudged = count.heads[HEADS_SHOWN];
    if (c->messages == 0) {
        *c = (struct desk_campaign){0};
    }
    return STATUS_OK;
}

void campaign_count(const struct letter_message *m, bool is_new_sender, struct desk_campaign *c)
{
    c->messages++;
    c->senders += is_new_sender;
    c->personal += m->personal;
    c->unjudged += !m->is_judged;
    for (size_t i = 0; i < HEADS_SHOWN; i++) {
        c->heads[i] += m->heads >> i & 1U;
    }
    if (m->at != 0) {
        c->first_at = c->first_at == 0 || m->at < c->first_at ? m->at : c->first_at;
        c->last_at = m->at > c->last_at ? m->at : c->last_at;
    }
}

/* --- finding --- */

static int64_t hex_tag(const struct desk *desk, const char *kind, const void *bytes, size_t len)
{
    char hex[2 * CRYPT_HASH_BYTES];
    ASSERT(len <= CRYPT_HASH_BYTES);
    hex_encode(bytes, len, hex);
    return casebook_tag(desk->casebook, str_c(kind), (str){hex, 2 * len});
}

static void bands_of(const struct desk *desk, const struct sketch *sketch,
                     int64_t bands[SKETCH_BANDS])
{
    for (size_t i = 0; i < SKETCH_BANDS; i++) {
        uint64_t key = sketch_band(sketch, i);
        bands[i] = hex_tag(desk, "band", &key, sizeof key);
    }
}

/* Digits of the sketch, of its beginning, and its rows. */
static str centre_encode(struct arena *arena, const struct sketch *sketch)
{
    char hex[SKETCH_HEX], more[SKETCH_MORE_HEX];
    return arena_printf(arena, "%.*s%.*s%08x", STR_ARG(sketch_hex(sketch, hex)),
                        STR_ARG(sketch_more_hex(sketch, more)), sketch->rows);
}

static bool centre_decode(str text, struct sketch *ret_sketch)
{
    unsigned char rows[4];
    const size_t more = SKETCH_HEX, end = SKETCH_HEX + SKETCH_MORE_HEX;
    return text.n == CENTRE_HEX_BYTES &&
           hex_decode(str_slice(text, end, text.n), rows, sizeof rows) &&
           sketch_from_hex(str_slice(text, 0, more), str_slice(text, more, end),
                           (uint32_t)rows[0] << 24 | (uint32_t)rows[1] << 16 |
                               (uint32_t)rows[2] << 8 | rows[3],
                           ret_sketch);
}

/* An earlier campaign whose centre agrees; 0 = none. */
static enum status find_alike(struct desk *desk, const struct sketch *sketch,
                              const int64_t bands[SKETCH_BANDS], int64_t *ret_incident,
                              struct error *err)
{
    struct casebook_campaign list[CASEBOOK_ALIKE_MAX];
    size_t count = 0;
    double best = 0;
    enum status status = casebook_campaigns_alike(desk->casebook, &desk->work, bands, SKETCH_BANDS,
                                                  list, &count, err);
    *ret_incident = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct sketch centre;
        if (!centre_decode(list[i].centre, &centre) || !sketch_is_alike(&centre, sketch)) {
            continue;
        }
        double share = sketch_similarity(&centre, sketch);
        if (*ret_incident == 0 || share > best) {
            best = share;
            *ret_incident = list[i].incident;
        }
    }
    return status;
}

/* --- keeping --- */

static enum status add_campaign(struct desk *desk, const struct letter_message *m, int64_t tag,
                                int64_t incident, const int64_t bands[SKETCH_BANDS],
                                struct error *err)
{
    struct casebook_campaign row = {.tag = tag, .incident = incident};
    if (m->has_sketch) {
        row.centre = centre_encode(&desk->work, &m->sketch);
    }
    return casebook_campaign_add(desk->casebook, &row, bands, m->has_sketch ? SKETCH_BANDS : 0,
                                 err);
}

static enum status add_member(struct desk *desk, const struct opened *opened, int64_t incident,
                              int64_t content, bool *ret_is_new_sender, struct error *err)
{
    const struct letter_message *m = &opened->body->message;
    bool is_known = true;
    struct casebook_member member = {
        .leaf = opened->letter->leaf,
        .incident = incident,
        .sender = m->author.n > 0
                      ? casebook_tag(desk->casebook, STR("sender"), campaign_sender(m->author))
                      : 0,
        .content = content,
        .heads = (int64_t)(m->heads | (m->is_judged ? 0U : 1U << HEADS_SHOWN)),
        .personal = m->personal};
    enum status status = STATUS_OK;
    if (member.sender != 0) {
        status = casebook_sender_known(desk->casebook, incident, member.sender, &is_known, err);
    }
    *ret_is_new_sender = !is_known;
    return status == STATUS_OK ? casebook_member_add(desk->casebook, &member, err) : status;
}

/* A copy that is worse than all before raises the case, gives it its title and shows itself in the
 * queue; an officer who lowered the grade knew those before. */
static void raise_by(const struct brief *one, int64_t grade, int64_t leaf, struct desk_file *file)
{
    for (size_t i = 0; i < one->code_count; i++) {
        brief_add_code(&file->brief, one->codes[i]);
    }
    for (size_t i = 0; i < one->why_count; i++) {
        brief_add_why(&file->brief, one->why[i]);
    }
    if (grade > file->brief.campaign.top) {
        file->brief.campaign.top = grade;
        file->brief.campaign.worst = leaf;
        file->brief.seen = one->seen.n > 0 ? one->seen : file->brief.seen;
        if (file->brief.sources == DESK_SOURCE_INBOX && one->title.n > 0) {
            file->brief.title = one->title;
        }
        file_raise(file, grade);
    }
}

bool campaign_is_pile(const struct desk_campaign *c)
{
    return c->senders >= PILE_SENDERS_LEAST &&
           c->heads[HEAD_ABUSIVE] * PILE_ABUSIVE_SHARE >= c->messages && c->first_at != 0 &&
           c->last_at - c->first_at <= PILE_HOURS_MOST * HOUR_US;
}

/* Suggested once: an officer who takes the code away has seen it. */
static bool suggest_pile(struct desk *desk, struct desk_file *file)
{
    const struct desk_code *code = desk_code(desk, STR("HAR3"));
    if (code == NULL || file->brief.campaign.is_piled || !campaign_is_pile(&file->brief.campaign)) {
        return false;
    }
    file->brief.campaign.is_piled = true;
    brief_add_code(&file->brief, code->code);
    brief_add_why(&file->brief, STR("Many senders sent one abusive text within three days: a "
                                    "pile-on, as far as a machine can see."));
    file_raise(file, code->grade);
    return true;
}

/* What joins a closed case opens it: nobody has looked at this one. */
static bool reopen(struct desk_file *file)
{
    if (file->row.state != CASE_CLOSED) {
        return false;
    }
    file->row.state = CASE_OPEN;
    file->brief.closed_why = (str){0};
    file->brief.ended_at = 0;
    return true;
}

static enum status join_case(struct desk *desk, const struct opened *opened, int64_t incident,
                             int64_t number, int64_t content, struct error *err)
{
    struct desk_file old;
    bool is_new_sender = false;
    enum status status = file_load(desk, NULL, &desk->work, number, &old, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_file file = old;
    struct brief one;
    brief_from_letter(&desk->work, opened->body, &one);
    int64_t grade = brief_least_grade(desk, opened->body, false, &one);
    grade = own_model_lift(desk, &desk->work, opened->body, grade, &one);
    status = add_member(desk, opened, incident, content, &is_new_sender, err);
    if (status != STATUS_OK) {
        return status;
    }
    campaign_count(&opened->body->message, is_new_sender, &file.brief.campaign);
    file.brief.sources |= one.sources;
    raise_by(&one, grade, opened->letter->leaf, &file);
    if (suggest_pile(desk, &file)) {
        brief_add_code(&one, STR("HAR3"));
    }
    if (file.brief.old_news.n > 0 && one.old_news.n == 0) {
        file.brief.old_news = (str){0}; /* it goes on: the clocks run from this one */
        file.brief.received = one.received;
    }
    file.brief.has_news = file.brief.has_news || file.row.state != CASE_NEW;
    bool is_reopened = reopen(&file);
    joined_clocks(desk, &old, &one, &file);
    status = import_report(desk, opened, incident, err);
    if (status == STATUS_OK) {
        status =
            casebook_incident_codes_add(desk->casebook, incident, one.codes, one.code_count, err);
    }
    if (status == STATUS_OK) {
        status = file_save(desk, &desk->work, &old, &file, err);
    }
    const struct added added = {
        .is_reopened = is_reopened, .from = old.row.grade, .to = file.row.grade, .one = &one};
    bool is_told = is_reopened || added.to > added.from; /* of the other copies the list tells */
    return status == STATUS_OK && is_told ? import_act_added(desk, opened, number, &added, err)
                                          : status;
}

static enum status make_case(struct desk *desk, const struct opened *opened, int64_t content,
                             int64_t *ret_incident, struct error *err)
{
    bool is_new_sender = false;
    enum status status = import_case(desk, opened, ret_incident, err);
    return status == STATUS_OK
               ? add_member(desk, opened, *ret_incident, content, &is_new_sender, err)
               : status;
}

enum status message_import(struct desk *desk, const struct opened *opened, struct error *err)
{
    const struct letter_message *m = &opened->body->message;
    int64_t content = hex_tag(desk, "content", m->content.bytes, sizeof m->content.bytes);
    int64_t tag = hex_tag(desk, "campaign", m->group.bytes, sizeof m->group.bytes);
    int64_t bands[SKETCH_BANDS] = {0};
    int64_t incident = 0;
    int64_t number = 0;
    int64_t ignored = 0;
    bool is_known = false;
    enum status status = casebook_member_known(desk->casebook, content, &is_known, err);
    if (status != STATUS_OK || is_known) {
        return status;
    }
    status = casebook_campaign_find(desk->casebook, tag, &incident, &number, err);
    if (status == STATUS_OK && incident != 0) {
        return join_case(desk, opened, incident, number, content, err);
    }
    if (status == STATUS_OK && m->has_sketch) {
        bands_of(desk, &m->sketch, bands);
        status = find_alike(desk, &m->sketch, bands, &incident, err);
    }
    const bool is_alike = incident != 0;
    if (status == STATUS_OK && !is_alike) {
        status = make_case(desk, opened, content, &incident, err);
    }
    if (status == STATUS_OK) {
        status = add_campaign(desk, m, tag, incident, bands, err);
    }
    if (status == STATUS_OK && is_alike) {
        status = casebook_campaign_find(desk->casebook, tag, &ignored, &number, err);
    }
    return status == STATUS_OK && is_alike ? join_case(desk, opened, incident, number, content, err)
                                           : status;
}
