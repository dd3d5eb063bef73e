/* SPDX-License-Identifier: Apache-2.0 */
/* How fast the desk is with many reports: prints figures, fails nothing.
 * usage: desk_speed [REPORTS]        (PostgreSQL when HUSTINGS_TEST_POSTGRESQL is set) */
#include "../support/desk_bench.h"

#include <time.h>

/* Processor time: what counts on a machine that others use too. */
static double cpu_ms(void)
{
    return (double)clock() * 1e3 / CLOCKS_PER_SEC;
}

static double since(time_us start)
{
    return (double)(clock_monotonic() - start) / 1e3;
}

static void fill(struct desk_bench *d, size_t count)
{
    static const char *const codes[] = {"ABU1", "ABU1,DAM1", "THR3", "ABU1", "THR1", "OTH0"};
    static const char *const words[] = {"shouted", "threatened",  "followed", "window",  "knife",
                                        "poster",  "caf\xc3\xa9", "message",  "canvass", "meeting"};
    for (size_t i = 0; i < count; i++) {
        char what[700], name[40], area[40], account[40];
        size_t n = 0;
        for (size_t w = 0; w < 40; w++) {
            n += (size_t)snprintf(what + n, sizeof what - n, "%s word%zu ",
                                  words[(i * 7 + w * w) % 10], (i * 31 + w * 97) % 5000);
        }
        snprintf(name, sizeof name, "Person %zu", i % 650);
        snprintf(area, sizeof area, "Area %zu", i % 650);
        snprintf(account, sizeof account, "@account%zu", i % 20000);
        bench_send(d, &(struct bench_letter){.what = what,
                                             .codes = codes[i % 6],
                                             .name = name,
                                             .area = area,
                                             .account = i % 3 == 0 ? account : NULL,
                                             .language = i % 50 == 0 ? "cy" : "en",
                                             .grade = (int64_t)(i % 97 == 0 ? 4 : i % 3),
                                             .received = bench_now - (int64_t)(count - i) * 25 *
                                                                         US_PER_SECOND});
    }
}

static void time_queue(struct desk_bench *d, const char *filter_text)
{
    struct desk_filter filter;
    double worst = 0;
    OK(desk_filter_decode(&d->arena, str_c(filter_text), &filter, &err));
    str after = {0};
    size_t rows = 0;
    for (int page = 0; page < 10; page++) {
        struct desk_page got;
        time_us start = clock_monotonic();
        OK(desk_queue(d->desk, &d->supervisor, &filter, after, 50, &d->arena, &got, &err));
        worst = since(start) > worst ? since(start) : worst;
        rows += got.count;
        after = got.next;
        if (after.n == 0) {
            break;
        }
    }
    printf("queue \"%s\": %zu rows, slowest page %.2f ms\n", filter_text, rows, worst);
}

static void time_search(struct desk_bench *d, const char *query)
{
    struct desk_hits hits;
    time_us start = clock_monotonic();
    OK(desk_search(d->desk, &d->supervisor, str_c(query), (str){0}, 50, &d->arena, &hits, &err));
    printf("search %-24s %zu hits, %.2f ms\n", query, hits.count, since(start));
}

int main(int argc, char **argv)
{
    uint64_t count = 20000;
    void *state = NULL;
    static struct desk_bench d;
    if (argc > 1 && !str_to_u64(str_c(argv[1]), &count)) {
        return 2;
    }
    bool is_postgresql = getenv("HUSTINGS_TEST_POSTGRESQL") != NULL;
    is_postgresql ? postgresql_up(&state) : sqlite_up(&state);
    desk_bench_open(&d, state, count + 10);
    desk_bench_unlock(&d);
    fill(&d, count);
    time_us start = clock_monotonic();
    double cpu = cpu_ms();
    bool more = true;
    double slowest = 0;
    while (more) {
        time_us slice = clock_monotonic();
        OK(desk_import_step(d.desk, 64, bench_now, &more, &err));
        slowest = since(slice) > slowest ? since(slice) : slowest;
    }
    printf("import: %.0f letters/s, %.3f ms of processor each, slowest slice of 64 %.1f ms\n",
           (double)count / (since(start) / 1e3), (cpu_ms() - cpu) / (double)count, slowest);
    start = clock_monotonic();
    cpu = cpu_ms();
    more = true;
    slowest = 0;
    while (more) {
        time_us slice = clock_monotonic();
        OK(desk_search_step(d.desk, 64, &more, &err));
        slowest = since(slice) > slowest ? since(slice) : slowest;
    }
    printf("index: %.0f cases/s, %.3f ms of processor each, slowest slice of 64 %.1f ms\n",
           (double)count / (since(start) / 1e3), (cpu_ms() - cpu) / (double)count, slowest);
    static const char *const filters[] = {"",
                                          "grade=5",
                                          "code=THR1",
                                          "language=cy",
                                          "area=Area 17",
                                          "owner=1",
                                          "overdue=1",
                                          "week=2024-W25",
                                          "practice=1",
                                          "state=open",
                                          "language=cy&code=OTH0",
                                          "language=en&code=ABU1&owner=0&week=2024-W26"};
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        time_queue(&d, filters[i]);
    }
    static const char *const queries[] = {"knife",     "knife window",   "\"knife word17\"", "wor*",
                                          "cafe",      "word4999 knife", "nothing",          "kn*",
                                          "Person 17", "poster -knife"};
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        time_search(&d, queries[i]);
    }
    start = clock_monotonic();
    struct released_tables tables;
    OK(desk_numbers(d.desk, &d.supervisor, &tables, &err));
    printf("numbers: %.0f ms\n", since(start));
    desk_bench_close(&d);
    down(&state);
    return 0;
}
