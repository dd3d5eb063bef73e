/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON object in, one out.
 *
 * Lines that machines write are flat objects of plain strings, and they come by the million; those
 * are read in one pass without a tree. Whatever is not exactly that (an escape, a number, a member
 * that is not known, a mistake) goes to the JSON reader, which decides alone what is an error.
 * The fuzz target holds the two to the same result. */
#include "base/utf8.h"
#include "codec/json.h"
#include "route/route_internal.h"

enum { FIELDS = 10, ID_DIGITS_MAX = 18, LINE_BYTES_MAX = 64 * 1024 };

static const char *const names[FIELDS] = {
    "id",           "postcode", "outcode", "ward", "district",
    "constituency", "place",    "office",  "kind", "grade",
};

static str *field_of(struct route_line *line, size_t at)
{
    struct route_query *query = &line->query;
    str *const fields[FIELDS] = {
        &line->id,        &query->postcode,     &query->outcode, &query->ward,
        &query->district, &query->constituency, &query->place,   &query->office,
        &query->kind,     &query->grade,
    };
    return fields[at];
}

/* ---- the short way ---- */

static void skip_blank(str text, size_t *at)
{
    while (*at < text.n && (text.p[*at] == ' ' || text.p[*at] == '\t' || text.p[*at] == '\r' ||
                            text.p[*at] == '\n')) {
        (*at)++;
    }
}

static bool take(str text, size_t *at, char c)
{
    if (*at == text.n || text.p[*at] != c) {
        return false;
    }
    (*at)++;
    return true;
}

/* A string without escapes; *at stands behind its opening quote. */
static bool plain_string(str text, size_t *at, str *ret_value)
{
    size_t begin = *at;
    unsigned char high = 0;
    while (*at < text.n && text.p[*at] != '"') {
        unsigned char c = (unsigned char)text.p[*at];
        high |= c;
        if (c < 0x20 || c == '\\') {
            return false;
        }
        (*at)++;
    }
    *ret_value = str_slice(text, begin, *at);
    return take(text, at, '"') && (high < 0x80 || utf8_is_valid(*ret_value));
}

/* A whole number as JSON writes it, short enough for every reader. */
static bool plain_number(str text, size_t *at, str *ret_value)
{
    size_t begin = *at;
    (void)take(text, at, '-');
    size_t digits = *at;
    while (*at < text.n && ascii_is_digit(text.p[*at])) {
        (*at)++;
    }
    size_t count = *at - digits;
    *ret_value = str_slice(text, begin, *at);
    return count > 0 && count <= ID_DIGITS_MAX && (text.p[digits] != '0' || count == 1) &&
           text.p[begin] != '-';
}

static bool read_value(str text, size_t *at, size_t field, struct route_line *line)
{
    str value = {0};
    size_t begin = *at;
    if (take(text, at, '"')) {
        if (!plain_string(text, at, &value)) {
            return false;
        }
        *field_of(line, field) = field == 0 ? str_slice(text, begin, *at) : value;
        return true;
    }
    return field == 0 && plain_number(text, at, &line->id);
}

static bool read_plain(str text, struct route_line *line)
{
    unsigned seen = 0;
    size_t at = 0;
    skip_blank(text, &at);
    if (!take(text, &at, '{')) {
        return false;
    }
    for (;;) {
        str name = {0};
        size_t field = 0;
        skip_blank(text, &at);
        if (!take(text, &at, '"') || !plain_string(text, &at, &name)) {
            return false;
        }
        while (field < FIELDS && !str_equal(name, str_c(names[field]))) {
            field++;
        }
        if (field == FIELDS || (seen >> field & 1) != 0) {
            return false;
        }
        seen |= 1U << field;
        skip_blank(text, &at);
        if (!take(text, &at, ':')) {
            return false;
        }
        skip_blank(text, &at);
        if (!read_value(text, &at, field, line)) {
            return false;
        }
        skip_blank(text, &at);
        if (take(text, &at, ',')) {
            continue;
        }
        bool is_closed = take(text, &at, '}');
        skip_blank(text, &at);
        return is_closed && at == text.n;
    }
}

/* ---- the long way ---- */

static enum status read_tree(struct arena *arena, str text, struct route_line *line,
                             struct error *err)
{
    struct json json;
    enum status status = json_parse(arena, text, &json, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (json.kind != JSON_OBJECT) {
        return error_set(err, STATUS_INVALID, "a line must be one JSON object");
    }
    for (size_t i = 0; i < FIELDS && status == STATUS_OK; i++) {
        const struct json *value = json_member(&json, names[i]);
        if (value == NULL || value->kind == JSON_NULL) {
            continue;
        }
        if (i == 0) {
            status = json_id(arena, value, &line->id, err);
        } else if (value->kind == JSON_TEXT) {
            *field_of(line, i) = value->text;
        } else {
            status = error_set(err, STATUS_INVALID, "%s must be a text", names[i]);
        }
    }
    for (size_t i = 0; i < json.count && line->other_member.n == 0; i++) {
        size_t field = 0;
        while (field < FIELDS && !str_equal(json.names[i], str_c(names[field]))) {
            field++;
        }
        line->other_member = field == FIELDS ? json.names[i] : (str){0};
    }
    return status;
}

enum status route_line_read(struct arena *arena, str line, struct route_line *ret_line,
                            struct error *err)
{
    struct route_line plain = {0}, tree = {0};
    enum status status = STATUS_OK;
    bool is_plain = read_plain(line, &plain);
    if (line.n > LINE_BYTES_MAX) {
        status = error_set(err, STATUS_LIMIT, "the line is longer than %d bytes", LINE_BYTES_MAX);
    } else if (!is_plain) {
        status = read_tree(arena, line, &tree, err);
    }
    if (status != STATUS_OK) {
        *ret_line = (struct route_line){.id = tree.id.n > 0 ? tree.id : plain.id};
        return status;
    }
    *ret_line = is_plain ? plain : tree;
    return STATUS_OK;
}

/* ---- writing ---- */

/* The inside of a JSON string. */
static void add_inside(struct buf *out, str text)
{
    bool is_plain = true;
    for (size_t i = 0; i < text.n && is_plain; i++) {
        unsigned char c = (unsigned char)text.p[i];
        is_plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    }
    if (is_plain) {
        buf_add(out, text);
        return;
    }
    struct json_out json;
    size_t begin = out->n;
    json_out_init(&json, out);
    json_add_text(&json, text);
    /* Without the quotes that the writer put around it. */
    if (!out->overflowed && out->n >= begin + 2) {
        memmove(out->p + begin, out->p + begin + 1, out->n - begin - 2);
        out->n -= 2;
    }
}

static void add_text(struct buf *out, str text)
{
    buf_add_byte(out, '"');
    add_inside(out, text);
    buf_add_byte(out, '"');
}

static void add_seat_head(struct buf *out, str gss, str name)
{
    buf_add(out, STR("{\"gss\":"));
    add_text(out, gss);
    buf_add(out, STR(",\"name\":"));
    add_text(out, name);
    buf_add(out, STR(",\"share\":"));
}

void line_prepare(struct arena *arena, struct router *router)
{
    const struct pack *pack = router->pack;
    struct buf buf;
    buf_init(&buf, 1024 * 1024);
    router->seat_json = ARENA_ARRAY(arena, str, pack->constituency_count + 1);
    router->force_json = ARENA_ARRAY(arena, str, pack->force_count + 1);
    for (size_t i = 0; i < pack->constituency_count; i++) {
        buf_clear(&buf);
        add_seat_head(&buf, pack->constituencies[i].gss, pack->constituencies[i].name);
        router->seat_json[i] = arena_str(arena, buf_str(&buf));
    }
    for (size_t i = 0; i < pack->force_count; i++) {
        buf_clear(&buf);
        buf_add(&buf, STR("{\"id\":"));
        add_text(&buf, pack->forces[i].id);
        buf_add(&buf, STR(",\"name\":"));
        add_text(&buf, pack->forces[i].name);
        buf_add(&buf, STR(",\"share\":"));
        router->force_json[i] = arena_str(arena, buf_str(&buf));
    }
    buf_close(&buf);
}

static void add_share(struct buf *out, unsigned permille)
{
    if (permille >= 1000) {
        buf_add_byte(out, '1');
        return;
    }
    char digits[5] = {'0', '.', (char)('0' + permille / 100), (char)('0' + permille / 10 % 10),
                      (char)('0' + permille % 10)};
    buf_add_bytes(out, digits, sizeof digits);
}

static str of_end(enum route_of of)
{
    return of == ROUTE_OF_OFFICE ? STR(",\"of\":\"office\"}") : STR(",\"of\":\"incident\"}");
}

static void add_rule(struct buf *out, const char *rule)
{
    buf_add(out, STR(",\"rule\":\""));
    buf_add(out, str_c(rule));
    buf_add_byte(out, '"');
}

static void add_seats(const struct router *router, const struct route_answer *answer,
                      struct buf *out)
{
    buf_add(out, STR("\"constituency\":["));
    for (size_t i = 0; i < answer->seat_count; i++) {
        const struct route_seat *seat = &answer->seats[i];
        if (i > 0) {
            buf_add_byte(out, ',');
        }
        if (seat->constituency != NULL) {
            buf_add(out, router->seat_json[seat->constituency - router->pack->constituencies]);
        } else {
            add_seat_head(out, seat->gss, seat->name);
        }
        add_share(out, seat->permille);
        add_rule(out, seat->rule);
        buf_add(out, answer->has_both ? of_end(seat->of) : STR("}"));
    }
}

static void add_forces(const struct router *router, const struct route_answer *answer,
                       struct buf *out)
{
    buf_add(out, STR("],\"force\":["));
    for (size_t i = 0; i < answer->force_count; i++) {
        const struct route_force *force = &answer->forces[i];
        if (i > 0) {
            buf_add_byte(out, ',');
        }
        buf_add(out, router->force_json[force->force - router->pack->forces]);
        add_share(out, force->permille);
        add_rule(out, force->rule);
        buf_add(out, of_end(force->of));
    }
    buf_add_byte(out, ']');
}

/* Before and after the subject; the number stands between them where there is one. */
struct reason {
    str before, after;
};

static struct reason reason_of(enum route_why_id why)
{
    static const struct reason reasons[] = {
        [ROUTE_WHY_NO_PLACE] =
            {STR_INIT("no place was given: ask for a postcode, a ward, a town or the constituency"),
             {0}},
        [ROUTE_WHY_NOTHING_FOUND] = {STR_INIT("no place is known as '"),
                                     STR_INIT("': ask for a postcode, a ward or a town")},
        [ROUTE_WHY_NO_SUCH_OUTCODE] = {STR_INIT("there is no postcode '"),
                                       STR_INIT("': its first half is given to no place")},
        [ROUTE_WHY_NOT_A_POSTCODE] = {STR_INIT("'"), STR_INIT("' does not have the form of a "
                                                              "postcode")},
        [ROUTE_WHY_INSIDE] = {STR_INIT("all of "), STR_INIT(" lies in one police force")},
        [ROUTE_WHY_POSTCODE] = {STR_INIT("the postcode lies in "), {0}},
        [ROUTE_WHY_UNLISTED] = {STR_INIT("this postcode is not listed; what is given are the "
                                         "places that it can lie in within "),
                                {0}},
        [ROUTE_WHY_SEVERAL_FORCES] = {{0},
                                      STR_INIT(" lies in more than one police force: ask for "
                                               "the full postcode, the ward or the district")},
        [ROUTE_WHY_SEVERAL_PLACES] = {STR_INIT("more than one place is called "),
                                      STR_INIT(": ask for the county or the district")},
        [ROUTE_WHY_ONE_KNOWN] = {STR_INIT("what is listed as '"),
                                 STR_INIT("' lies in one police force, but small places often "
                                          "share a name: ask for the county, the district or the "
                                          "postcode")},
        [ROUTE_WHY_LONGER_NAME] = {STR_INIT("'"),
                                   STR_INIT("' is not listed, and what is given is for a part of "
                                            "the name: ask for the county, the district or the "
                                            "postcode")},
        [ROUTE_WHY_BARE_WORD] = {STR_INIT("'"), STR_INIT("' may not be meant as a place: ask where "
                                                         "it happened")},
        [ROUTE_WHY_CONFLICT] = {STR_INIT("the places that were named do not fit together: ask "
                                         "where it happened"),
                                {0}},
        [ROUTE_WHY_TOO_WIDE] = {{0}, STR_INIT(" is too wide: ask for a town or the district")},
    };
    return reasons[why];
}

static bool has_subject(enum route_why_id why)
{
    return why != ROUTE_WHY_NO_PLACE && why != ROUTE_WHY_CONFLICT;
}

static str why_text(const struct router *router, const struct route_answer *answer)
{
    return answer->why == ROUTE_WHY_POSTCODE_AREA && answer->why_text != NULL
               ? pack_text(router->pack, answer->why_text, (str){0})
               : (str){0};
}

/* How text goes out: as it is, or as the inside of a JSON string. */
typedef void put_text(struct buf *out, str text);

static void put_plain(struct buf *out, str text)
{
    buf_add(out, text);
}

/* "; the kind 'THR99' is not known and was not used" */
static void put_unknown(struct buf *out, str member, str said)
{
    if (said.n > 0) {
        buf_add(out, STR("; the "));
        buf_add(out, member);
        buf_add(out, STR(" '"));
        add_inside(out, utf8_clip(said, 60));
        buf_add(out, STR("' is not known and was not used"));
    }
}

static void put_why(const struct router *router, const struct route_answer *answer, struct buf *out,
                    put_text *put)
{
    if (answer->why == ROUTE_WHY_POSTCODE_AREA) {
        put(out, why_text(router, answer));
    } else {
        struct reason reason = reason_of(answer->why);
        buf_add(out, reason.before);
        if (has_subject(answer->why)) {
            put(out, utf8_clip(answer->why_subject, 120));
        }
        buf_add(out, reason.after);
    }
    if (answer->certain && !answer->seat_certain && answer->seat_count > 1 && !answer->has_both) {
        buf_add(out, STR("; its constituency is open"));
    }
}

void route_why(const struct router *router, const struct route_answer *answer, struct buf *out)
{
    put_why(router, answer, out, put_plain);
}

static void add_why(const struct router *router, const struct route_line *line,
                    const struct route_answer *answer, struct buf *out)
{
    buf_add(out, STR(",\"why\":\""));
    put_why(router, answer, out, add_inside);
    put_unknown(out, STR("office"), answer->unknown_office);
    put_unknown(out, STR("kind"), answer->unknown_kind);
    put_unknown(out, STR("grade"), answer->unknown_grade);
    if (answer->why == ROUTE_WHY_NO_PLACE) { /* "post_code": else a line may hold what it likes */
        put_unknown(out, STR("member"), line->other_member);
    }
    buf_add_byte(out, '"');
}

/* Which of the two answers is certain: the force alone decides "certain". */
static str certain_text(const struct route_answer *answer)
{
    static const str texts[] = {
        STR_INIT(",\"certain\":false,\"certain_of\":[]"),
        STR_INIT(",\"certain\":true,\"certain_of\":[\"force\"]"),
        STR_INIT(",\"certain\":false,\"certain_of\":[\"constituency\"]"),
        STR_INIT(",\"certain\":true,\"certain_of\":[\"constituency\",\"force\"]"),
    };
    return texts[(answer->certain ? 1 : 0) + (answer->seat_certain ? 2 : 0)];
}

void route_line_write(const struct router *router, const struct route_line *line,
                      const struct route_answer *answer, str doors, struct buf *out)
{
    buf_add_byte(out, '{');
    if (line->id.n > 0) {
        buf_add(out, STR("\"id\":"));
        buf_add(out, line->id);
        buf_add_byte(out, ',');
    }
    add_seats(router, answer, out);
    add_forces(router, answer, out);
    buf_add(out, certain_text(answer));
    add_why(router, line, answer, out);
    buf_add_byte(out, ',');
    buf_add(out, doors);
    buf_add_byte(out, '}');
}

/* The word to say. What is no abuse (an allegation about the election, lawful criticism) belongs
 * to no operation, whoever reports it. */
static str operation_of(const struct route_answer *answer)
{
    bool is_abuse =
        answer->code == NULL || answer->code->counts_as_abuse || answer->code->needs_person;
    return answer->office == NULL || !is_abuse ? (str){0} : answer->office->operation;
}

void route_doors_json(const struct router *router, const struct route_answer *answer, str language,
                      struct buf *out)
{
    const struct pack *pack = router->pack;
    struct json_out json;
    str operation = operation_of(answer);
    str owner = {0};
    json_out_init(&json, out);
    buf_add(out, STR("\"doors\":"));
    json_begin_list(&json);
    for (size_t i = 0; i < answer->door_count; i++) {
        const struct pack_door *door = answer->doors[i];
        if (door->part == PACK_PART_INFORMED) {
            continue;
        }
        owner = door->part == PACK_PART_OWNER && owner.n == 0 ? door->to : owner;
        json_begin_object(&json);
        json_put_text(&json, "to", door->to);
        json_name(&json, "operation");
        if (operation.n == 0) {
            json_add_null(&json);
        } else {
            json_add_text(&json, operation);
        }
        json_put_text(&json, "say", pack_text(pack, &door->say, language));
        json_put_text(&json, "why", pack_text(pack, &door->why, language));
        json_end_object(&json);
    }
    json_end_list(&json);
    buf_add(out, STR(",\"owner\":"));
    if (owner.n == 0) {
        buf_add(out, STR("null"));
    } else {
        add_text(out, owner);
    }
    buf_add(out, STR(",\"informed\":"));
    json_out_init(&json, out);
    json_begin_list(&json);
    for (size_t i = 0; i < answer->door_count; i++) {
        const struct pack_door *door = answer->doors[i];
        if (door->part == PACK_PART_INFORMED) {
            json_begin_object(&json);
            json_put_text(&json, "to", door->to);
            json_put_text(&json, "why", pack_text(pack, &door->why, language));
            json_end_object(&json);
        }
    }
    json_end_list(&json);
}

uint64_t route_doors_key(const struct router *router, const struct route_answer *answer)
{
    const struct pack *pack = router->pack;
    str operation = operation_of(answer);
    uint64_t hash = places_hash(PLACES_HASH_START, operation);
    for (size_t i = 0; i < answer->door_count; i++) {
        uint64_t at = (uint64_t)(answer->doors[i] - pack->doors);
        hash = (hash ^ (at + 1)) * UINT64_C(0x100000001b3);
    }
    return hash;
}
