/* SPDX-License-Identifier: Apache-2.0 */
/* The article as a whole. */
#include "base/utf8.h"
#include "codec/front_matter.h"
#include "codec/markdown.h"
#include "intake/press_internal.h"

enum { FICTION_CUES_MAX = 3 };

/* A stage, screen or museum threat is no threat. */
static const char fiction_words[] =
    " novel play plays drama thriller film films movie sitcom fictional "
    "starring stars playwright "
    "screenplay exhibition exhibit character characters protagonist musical "
    "comedy episode actor "
    "actress cast audiences filmmaker biopic storyline soap novelist theatre "
    "premiere curator "
    "rehearsal auditioned screening ";

static enum status read_head(const struct front_matter *front, struct press_article *article,
                             struct civil_time *ret_published, unsigned *ret_line,
                             struct error *err)
{
    static const char *const names[] = {"publicationDate", "published", "date", "pubDate"};
    article->title = str_trim(front_matter_value(front, STR("title")));
    article->section = front_matter_value(front, STR("section"));
    if (article->title.n == 0) {
        *ret_line = 1;
        return error_set(err, STATUS_INVALID, "front matter: the article has no title");
    }
    const struct front_matter_field *field = NULL;
    for (size_t i = 0; i < ARRAY_LEN(names) && field == NULL; i++) {
        field = front_matter_find(front, str_c(names[i]));
    }
    if (field == NULL || field->item_count == 0 || field->items[0].n == 0) {
        return STATUS_OK;
    }
    time_us at = 0;
    bool is_date = false;
    if (!time_parse(field->items[0], &at, &is_date)) {
        *ret_line = field->line;
        return error_set(err, STATUS_INVALID, "front matter: '%.*s' is no date (want 2024-07-22)",
                         (int)(field->items[0].n > 40 ? 40 : field->items[0].n), field->items[0].p);
    }
    *ret_published = is_date ? time_civil_utc(at) : time_civil_london(at);
    return STATUS_OK;
}

static bool is_marked(str item, const char *list)
{
    char low[32];
    if (item.n == 0 || item.n >= sizeof low) {
        return false;
    }
    for (size_t i = 0; i < item.n; i++) {
        low[i] = item.p[i] == ' ' ? '-' : ascii_lower(item.p[i]);
    }
    return word_in(str_from(low, item.n), list);
}

/* The newsroom's own shelf marks. */
static void read_shelf(const struct front_matter *front, struct press_text *t)
{
    static const char *const keys[] = {"section", "categories", "category", "tags"};
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        const struct front_matter_field *field = front_matter_find(front, str_c(keys[k]));
        for (size_t i = 0; field != NULL && i < field->item_count; i++) {
            t->is_history |= is_marked(field->items[i], " history heritage nostalgia obituary "
                                                        "obituaries local-history ");
            t->is_stage |=
                is_marked(field->items[i], " theatre film films cinema books fiction tv ");
        }
    }
}

/* "For more local news, read …": the newsroom's own pointers, nearly all link.
 */
static bool is_promotion(const struct markdown_paragraph *p)
{
    bool invites = str_starts(p->text, STR("For more")) || str_starts(p->text, STR("Read more")) ||
                   str_starts(p->text, STR("If you enjoyed")) ||
                   str_starts(p->text, STR("If you liked")) ||
                   str_starts(p->text, STR("Please support"));
    return invites || (p->link_bytes * 10 >= p->text.n * 9);
}

/* What the article refers to: without the links of the newsroom's own pointers. */
static void take_links(struct arena *arena, const struct markdown *markdown,
                       struct press_article *article)
{
    size_t from = 0;
    article->links = ARENA_ARRAY(arena, str, markdown->link_count + 1);
    for (size_t i = 0; i < markdown->paragraph_count; i++) {
        const struct markdown_paragraph *p = &markdown->paragraphs[i];
        for (; from < p->links_to; from++) {
            if (!is_promotion(p)) {
                article->links[article->link_count++] = markdown->links[from];
            }
        }
    }
    for (; from < markdown->link_count; from++) { /* of pictures, which are no paragraph */
        article->links[article->link_count++] = markdown->links[from];
    }
}

static void read_text(struct press_text *t, const struct markdown *markdown)
{
    size_t bytes = 0;
    for (size_t i = 0; i < markdown->paragraph_count; i++) {
        bytes += markdown->paragraphs[i].text.n;
    }
    size_t tokens_max = bytes < PRESS_TOKENS_MAX ? bytes : PRESS_TOKENS_MAX;
    t->tokens = ARENA_ARRAY(t->arena, struct token, tokens_max + 1);
    t->sentences = ARENA_ARRAY(t->arena, struct sentence, tokens_max + 1);
    for (size_t i = 0; i < markdown->paragraph_count; i++) {
        const struct markdown_paragraph *p = &markdown->paragraphs[i];
        if (p->kind != MARKDOWN_HEADING && !is_promotion(p)) {
            press_text_add(t, p->text);
        }
    }
}

/* Cues of stage and screen in the sentence's paragraph; many of them in the
 * article spoil all. */
static size_t mark_stage(struct press_text *t)
{
    size_t all = 0;
    size_t first = 0; /* sentence that the paragraph begins with */
    bool near = false;
    for (size_t s = 0; s < t->sentence_count; s++) {
        if (t->sentences[s].paragraph != t->sentences[first].paragraph) {
            first = s;
            near = false;
        }
        for (size_t i = t->sentences[s].from; i < t->sentences[s].to; i++) {
            bool is_cue = press_is(t, i, fiction_words);
            all += is_cue ? 1 : 0;
            near = near || is_cue;
        }
        for (size_t k = near ? first : s; k <= s; k++) {
            bool is_marked_up_to = t->sentences[k].has_stage_word;
            t->sentences[k].has_stage_word = near || is_marked_up_to;
        }
        first = near ? s : first; /* what lies before is marked already */
    }
    return all;
}

static struct press_incident *incident_of(struct press_article *article, const struct press_text *t,
                                          int person, int *owners)
{
    for (size_t i = 0; i < article->incident_count; i++) {
        if (owners[i] == person) {
            return &article->incidents[i];
        }
    }
    if (article->incident_count == PRESS_INCIDENTS_MAX) {
        return NULL;
    }
    const struct person *p = &t->persons[person];
    owners[article->incident_count] = person;
    struct press_incident *incident = &article->incidents[article->incident_count++];
    incident->office = press_office_name(p->office);
    incident->place = p->place;
    incident->subject = p->full;
    if (p->full.n == 0) {
        bool is_local_work = p->office == OFFICE_WORKER || p->office == OFFICE_CAMPAIGNER;
        const char *link = p->office == OFFICE_MAYOR ? "of" : is_local_work ? "at" : "for";
        str office = p->office == OFFICE_MAYOR ? STR("Mayor") : incident->office;
        incident->subject = p->place.name.n == 0
                                ? office
                                : arena_printf(t->arena, "%.*s %s %.*s", STR_ARG(office), link,
                                               STR_ARG(p->place.name));
    }
    return incident;
}

static void add_code(struct press_incident *incident, const char *code)
{
    for (size_t i = 0; i < incident->code_count; i++) {
        if (strcmp(incident->codes[i], code) == 0) {
            return;
        }
    }
    if (incident->code_count < PRESS_CODES_MAX) {
        incident->codes[incident->code_count++] = code;
    }
}

/* The unspecific codes go once a specific one of their kind is there. */
static void tidy_codes(struct press_incident *incident)
{
    size_t kept = 0;
    bool has_abuse = false;
    for (size_t i = 0; i < incident->code_count; i++) {
        has_abuse |=
            strcmp(incident->codes[i], "ABU2") == 0 || strcmp(incident->codes[i], "ABU3") == 0;
    }
    size_t count = incident->code_count;
    for (size_t i = 0; i < count; i++) {
        bool is_vague = (has_abuse && strcmp(incident->codes[i], "ABU1") == 0) ||
                        (count > 1 && strcmp(incident->codes[i], "OTH0") == 0);
        if (!is_vague) {
            incident->codes[kept++] = incident->codes[i];
        }
    }
    incident->code_count = kept;
}

static void add_quote(struct arena *arena, struct press_incident *incident, str sentence)
{
    if (str_find(incident->quote, sentence) < incident->quote.n) {
        return;
    }
    str joined = incident->quote.n == 0 ? sentence
                                        : arena_printf(arena, "%.*s … %.*s",
                                                       STR_ARG(incident->quote), STR_ARG(sentence));
    str clipped = utf8_clip(joined, PRESS_QUOTE_BYTES_MAX);
    incident->quote = clipped.n == joined.n ? arena_str(arena, clipped)
                                            : arena_printf(arena, "%.*s…", STR_ARG(clipped));
}

/* Somebody known by office only gives way to a named holder of that office with
 * finds of their own: the article most likely names the person a few lines on.
 */
static bool is_doubled(const struct press_text *t, const struct findings *found, int person)
{
    const struct person *p = &t->persons[person];
    for (size_t i = 0; p->full.n == 0 && i < found->count; i++) {
        const struct person *other = &t->persons[found->items[i].person];
        if (other->full.n > 0 && other->office == p->office) {
            return true;
        }
    }
    return false;
}

/* Whose name opens the sentence: NOBODY unless it says who they are ("Oliver Brand, 34, said he
 * woke", "Jane Doe, of the Green Party, was treated") and nothing of a charge, a rank or somebody
 * who only saw it. */
static int introduced(const struct press_text *t, const struct sentence *s, enum office office)
{
    struct name name;
    if (!press_name_at(t, s->from, &name) || press_kind(t, name.to) != TOKEN_COMMA ||
        press_any(t, s->from, s->to,
                  " charged arrested court jailed appeared pleaded sentenced convicted suspect "
                  "bailed agent neighbour witness inspector superintendent spokesman spokeswoman "
                  "spokesperson leader chair secretary resident ")) {
        return NOBODY;
    }
    int person = press_person_named(t, &name);
    size_t close = name.to + 1;
    while (close < s->to && press_kind(t, close) != TOKEN_COMMA) {
        close++;
    }
    bool is_free = person != NOBODY && (t->persons[person].office == OFFICE_NONE ||
                                        t->persons[person].office == office);
    bool is_party = press_any(t, name.to, close, words_party);
    bool stands = press_any(t, name.to, close, " standing represents represented stood ");
    bool is_aged = press_kind(t, name.to + 1) == TOKEN_NUMBER && close == name.to + 2;
    bool tells = press_is(t, close + 1, " said says ") && press_is(t, close + 2, " he she ") &&
                 press_is(t, close + 3, " woke found feared felt was had saw ran heard ");
    return is_free && (is_party || stands || (is_aged && tells)) ? person : NOBODY;
}

/* "A by-election candidate was punched on Sunday. Dan Fair, of the Green Party, was treated": the
 * report's first lines name nobody, the next ones do. */
static int named_later(const struct press_text *t, int person, size_t sentence)
{
    const struct person *p = &t->persons[person];
    bool can_be =
        p->full.n == 0 && (p->office == OFFICE_CANDIDATE || p->office == OFFICE_COUNCILLOR);
    for (size_t i = sentence + 1; can_be && i < t->sentence_count && i <= sentence + 4; i++) {
        if (t->sentences[i].paragraph > t->sentences[sentence].paragraph + 1) {
            break;
        }
        int named = introduced(t, &t->sentences[i], p->office);
        if (named != NOBODY) {
            return named;
        }
    }
    return NOBODY;
}

/* What was found of somebody known by office only goes to the one whom the report names later. */
static void name_unnamed(struct press_text *t, struct findings *found)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct person *p = &t->persons[found->items[i].person];
        int named = named_later(t, found->items[i].person, found->items[i].sentence);
        if (named == NOBODY) {
            continue;
        }
        struct person *other = &t->persons[named];
        other->office = p->office;
        other->place = other->place.name.n == 0 ? p->place : other->place;
        int unnamed = found->items[i].person;
        for (size_t k = 0; k < found->count; k++) {
            found->items[k].person =
                found->items[k].person == unnamed ? named : found->items[k].person;
        }
    }
}

static void gather(struct press_text *t, const struct findings *found,
                   struct press_article *article)
{
    int owners[PRESS_INCIDENTS_MAX];
    article->incidents = ARENA_ARRAY(t->arena, struct press_incident, PRESS_INCIDENTS_MAX);
    for (size_t i = 0; i < found->count; i++) {
        const struct finding *f = &found->items[i];
        if (is_doubled(t, found, f->person) || t->sentences[f->sentence].has_stage_word) {
            continue;
        }
        struct press_incident *incident = incident_of(article, t, f->person, owners);
        if (incident == NULL) {
            continue;
        }
        add_code(incident, f->codes[0]);
        add_quote(t->arena, incident, t->sentences[f->sentence].text);
        str when = press_when(t, f);
        /* The more exact wording wins: one with a phrase over the bare date of
     * publication. */
        if (incident->when.n < when.n && str_find(incident->when, STR(": ")) == incident->when.n) {
            incident->when = when;
        }
    }
    for (size_t i = 0; i < article->incident_count; i++) {
        tidy_codes(&article->incidents[i]);
    }
}

static unsigned line_of(str bytes, size_t at)
{
    unsigned line = 1;
    for (size_t i = 0; i < at; i++) {
        line += bytes.p[i] == '\n' ? 1 : 0;
    }
    return line;
}

/* Text throughout, or where it stops being so. */
static enum status check_text(str bytes, unsigned *ret_line, struct error *err)
{
    str rest = bytes;
    uint32_t point = 0;
    while (rest.n > 0) {
        size_t at = bytes.n - rest.n;
        bool is_valid = utf8_next(&rest, &point);
        bool is_text = is_valid && point != 0x7f &&
                       (point >= 0x20 || point == '\t' || point == '\n' || point == '\r');
        if (!is_text) {
            *ret_line = line_of(bytes, at);
            return error_set(err, STATUS_INVALID,
                             is_valid ? "a control character: this is no text file"
                                      : "not valid UTF-8");
        }
    }
    return STATUS_OK;
}

enum status press_read(struct arena *arena, str bytes, const struct press_gazetteer *gazetteer,
                       struct press_article *ret_article, unsigned *ret_line, struct error *err)
{
    struct press_article article = {0};
    struct front_matter front;
    struct markdown markdown;
    struct press_text t = {.arena = arena, .gazetteer = gazetteer};
    *ret_line = 1;
    if (bytes.n > PRESS_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "longer than %d bytes", PRESS_BYTES_MAX);
    }
    enum status status = check_text(bytes, ret_line, err);
    if (status == STATUS_OK) {
        status = front_matter_parse(arena, bytes, &front, ret_line, err);
    }
    if (status == STATUS_OK) {
        status = read_head(&front, &article, &t.published, ret_line, err);
    }
    if (status == STATUS_OK) {
        *ret_line = front.body_line;
        status = markdown_parse(arena, front.body, &markdown, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (t.published.year != 0) {
        article.published = arena_printf(arena, "%04d-%02u-%02u", (int)t.published.year,
                                         t.published.month, t.published.day);
    }
    take_links(arena, &markdown, &article);
    read_shelf(&front, &t);
    read_text(&t, &markdown);
    press_mark_history(&t);
    press_people_find(&t);
    press_mentions_find(&t);
    press_acts_mark(&t);
    struct findings *found = ARENA_NEW(arena, struct findings);
    size_t cues = mark_stage(&t);
    bool is_stage = cues > FICTION_CUES_MAX || (t.is_stage && cues > 0);
    for (size_t s = 0; !is_stage && s < t.sentence_count; s++) {
        press_harm_find(&t, s, found);
        press_acts_find(&t, s, found);
    }
    name_unnamed(&t, found);
    gather(&t, found, &article);
    *ret_article = article;
    return STATUS_OK;
}
