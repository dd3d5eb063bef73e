/* SPDX-License-Identifier: Apache-2.0 */
/* One line of 'hustings route' against the invented country: whatever is read gives an answer that
 * keeps its promises, and the short way of reading agrees with the JSON reader. */
#include "base/io.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "route/route.h"

struct world {
    struct arena arena;
    struct pack pack;
    const struct router *router;
    struct route_work *work;
};

/* Opened once: a pack takes longer than a line. */
static struct world world;

static void open_world(void)
{
    if (world.router != NULL) {
        return;
    }
    arena_init(&world.arena, 64 << 20);
    ASSERT(pack_load(&world.arena, HUSTINGS_SOURCE_ROOT "/tests/packs/lyonesse", &world.pack,
                     NULL) == STATUS_OK);
    ASSERT(router_open(&world.arena, &world.pack, &world.router, NULL) == STATUS_OK);
    world.work = route_work_new(&world.arena, world.router);
}

/* What the JSON reader says of a member, against what was read. */
static void check_member(const struct json *json, const char *name, str read)
{
    const struct json *member = json_member(json, name);
    str wanted = member != NULL && member->kind == JSON_TEXT ? member->text : (str){0};
    ASSERT(str_equal(read, wanted));
}

static void check_line(struct arena *arena, str text, const struct route_line *line)
{
    struct json json;
    ASSERT(json_parse(arena, text, &json, NULL) == STATUS_OK && json.kind == JSON_OBJECT);
    check_member(&json, "postcode", line->query.postcode);
    check_member(&json, "outcode", line->query.outcode);
    check_member(&json, "ward", line->query.ward);
    check_member(&json, "district", line->query.district);
    check_member(&json, "constituency", line->query.constituency);
    check_member(&json, "place", line->query.place);
    check_member(&json, "office", line->query.office);
    check_member(&json, "kind", line->query.kind);
    check_member(&json, "grade", line->query.grade);
}

static void check_answer(const struct route_line *line, const struct route_answer *answer,
                         struct arena *arena)
{
    struct buf out;
    struct json json;
    size_t incident = 0;
    buf_init(&out, 4 << 20);
    ASSERT(answer->seat_count <= 2 * ROUTE_SEATS_MAX);
    ASSERT(answer->force_count <= 2 * ROUTE_FORCES_MAX);
    for (size_t i = 0; i < answer->force_count; i++) {
        incident += answer->forces[i].of == ROUTE_OF_INCIDENT;
        ASSERT(answer->forces[i].permille <= 1000);
    }
    ASSERT(!answer->certain || answer->force_count > 0);
    ASSERT(!answer->certain || incident <= 1);
    ASSERT(answer->grade < 5 || answer->door_count > 0); /* the worst never waits for a route */
    route_doors_json(world.router, answer, (str){0}, &out);
    str doors = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    route_line_write(world.router, line, answer, doors, &out);
    ASSERT(!out.overflowed);
    ASSERT(json_parse(arena, buf_str(&out), &json, NULL) == STATUS_OK);
    buf_close(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct route_line line;
    open_world();
    arena_init(&arena, 64 << 20);
    str rest = str_from(data, size);
    str text = {0};
    while (str_next_line(&rest, &text)) {
        struct error err = {0};
        struct json ignored;
        if (route_line_read(&arena, text, &line, &err) != STATUS_OK) {
            ASSERT(err.primary[0] != '\0' && utf8_is_valid(str_c(err.primary)));
            continue;
        }
        struct route_answer answer;
        check_line(&arena, text, &line);
        router_ask(world.router, world.work, &line.query, &answer);
        check_answer(&line, &answer, &arena);
        ASSERT(json_parse(&arena, text, &ignored, NULL) == STATUS_OK);
        arena_reset(&arena);
    }
    arena_close(&arena);
    return 0;
}
