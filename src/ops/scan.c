/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/utf8.h"

enum { HASH_BITS = 18, HEADS = 1 << HASH_BITS, WINDOW_BYTES = 1024 * 1024, FORMS_MAX = 10 };

static uint32_t hash_at(const char *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return (word * UINT32_C(2654435761)) >> (32 - HASH_BITS);
}

static void add(struct scan *scan, const char *form, size_t canary, str bytes)
{
    if (bytes.n < CANARY_BYTES_MIN) {
        return;
    }
    for (size_t i = scan->count; i > 0 && scan->patterns[i - 1].canary == canary; i--) {
        if (str_equal(scan->patterns[i - 1].bytes, bytes)) {
            return; /* two forms of it are the same bytes */
        }
    }
    ASSERT(scan->count < scan->cap);
    uint32_t hash = hash_at(bytes.p);
    scan->patterns[scan->count] =
        (struct scan_pattern){form, canary, arena_str(scan->arena, bytes), scan->heads[hash]};
    scan->count++;
    scan->heads[hash] = (uint32_t)scan->count;
    scan->longest = bytes.n > scan->longest ? bytes.n : scan->longest;
}

static void add_utf16(struct scan *scan, size_t canary, str text, struct buf *out)
{
    buf_clear(out);
    for (uint32_t c = 0; utf8_next(&text, &c);) {
        uint32_t units[2] = {c, 0};
        if (c > 0xffff) {
            units[0] = 0xd800 + ((c - 0x10000) >> 10);
            units[1] = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        for (size_t i = 0; i < (c > 0xffff ? 2U : 1U); i++) {
            buf_add_byte(out, (char)(units[i] & 0xff));
            buf_add_byte(out, (char)(units[i] >> 8));
        }
    }
    add(scan, "utf-16", canary, buf_str(out));
}

/* The characters that depend on the canary alone, when `before` other bytes stand in front of it:
 * each character is six bits, so those that hold bits of a neighbour are left out at both ends. */
static void add_base64(struct scan *scan, size_t canary, str text, size_t before, struct buf *out)
{
    static const char fillers[2] = {0};
    struct buf plain;
    buf_init(&plain, CANARY_BYTES_MAX + sizeof fillers);
    buf_add_bytes(&plain, fillers, before);
    buf_add(&plain, text);
    buf_clear(out);
    buf_add_base64(out, plain.p, plain.n);
    size_t from = (before * 8 + 5) / 6;
    size_t to = plain.n * 8 / 6;
    add(scan, "base64", canary, str_slice(buf_str(out), from, to));
    for (size_t i = 0; i < out->n; i++) {
        out->p[i] = out->p[i] == '+' ? '-' : out->p[i] == '/' ? '_' : out->p[i];
    }
    add(scan, "base64url", canary, str_slice(buf_str(out), from, to));
    buf_close(&plain);
}

static void add_forms(struct scan *scan, size_t canary, str text, struct buf *out)
{
    add(scan, "text", canary, text);
    if (utf8_is_valid(text)) {
        add_utf16(scan, canary, text, out);
    }
    buf_clear(out);
    buf_add_hex(out, text.p, text.n);
    add(scan, "hex", canary, buf_str(out));
    for (size_t i = 0; i < out->n; i++) {
        out->p[i] = ascii_upper(out->p[i]);
    }
    add(scan, "hex", canary, buf_str(out));
    for (size_t before = 0; before < 3; before++) {
        add_base64(scan, canary, text, before, out);
    }
}

enum status scan_start(struct arena *arena, const str *canaries, size_t count,
                       struct scan *ret_scan, struct error *err)
{
    struct scan scan = {.arena = arena, .cap = count * FORMS_MAX};
    struct buf out;
    if (count == 0 || count > CANARIES_MAX) {
        return error_set(err, STATUS_INVALID, "give between 1 and %d texts to look for",
                         CANARIES_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        if (canaries[i].n < CANARY_BYTES_MIN || canaries[i].n > CANARY_BYTES_MAX) {
            return error_set(err, STATUS_INVALID, "text %zu must have %d to %d bytes", i + 1,
                             CANARY_BYTES_MIN, CANARY_BYTES_MAX);
        }
    }
    scan.patterns = ARENA_ARRAY(arena, struct scan_pattern, scan.cap);
    scan.heads = ARENA_ARRAY(arena, uint32_t, HEADS);
    buf_init(&out, (size_t)8 * CANARY_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        add_forms(&scan, i, canaries[i], &out);
    }
    buf_close(&out);
    *ret_scan = scan;
    return STATUS_OK;
}

void scan_bytes(const struct scan *scan, str bytes, size_t end, const char *path, int64_t base,
                scan_visit *visit, void *context)
{
    size_t last = bytes.n < CANARY_BYTES_MIN ? 0 : bytes.n - CANARY_BYTES_MIN + 1;
    end = end < last ? end : last;
    for (size_t at = 0; at < end; at++) {
        uint32_t found = scan->heads[hash_at(bytes.p + at)];
        while (found != 0) {
            const struct scan_pattern *pattern = &scan->patterns[found - 1];
            if (pattern->bytes.n <= bytes.n - at &&
                memcmp(bytes.p + at, pattern->bytes.p, pattern->bytes.n) == 0) {
                struct scan_hit hit = {path, base + (int64_t)at, pattern};
                visit(context, &hit);
            }
            found = pattern->next;
        }
    }
}

struct walk {
    const struct scan *scan;
    scan_visit *visit;
    scan_unread *unread;
    void *context;
    struct scan_counts counts;
    struct progress progress;
    char *window;
    size_t window_bytes;
};

static void count_hit(void *context, const struct scan_hit *hit)
{
    struct walk *walk = context;
    walk->counts.hits++;
    walk->visit(walk->context, hit);
}

static void cannot_read(struct walk *walk, const char *path, int why)
{
    walk->counts.unread++;
    walk->unread(walk->context, path, strerror(why));
}

/* Windows overlap by the longest pattern less one byte: a find belongs to the window in which it
 * begins and is seen whole there. */
static void scan_file(struct walk *walk, const char *path)
{
    const size_t overlap = walk->scan->longest - 1;
    size_t held = 0;
    int64_t base = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        cannot_read(walk, path, errno);
        return;
    }
    for (;;) {
        ssize_t got = fault_strikes(FAULT_READ)
                          ? -1
                          : read(fd, walk->window + held, walk->window_bytes - held);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            cannot_read(walk, path, errno);
            break;
        }
        held += (size_t)got;
        walk->counts.bytes += got;
        progress_add(&walk->progress, (size_t)got);
        if (got != 0 && held < walk->window_bytes) {
            continue; /* fill the window first */
        }
        size_t end = got == 0 ? held : held - overlap;
        scan_bytes(walk->scan, str_from(walk->window, held), end, path, base, count_hit, walk);
        if (got == 0) {
            break;
        }
        base += (int64_t)end;
        held -= end;
        memmove(walk->window, walk->window + end, held);
    }
    (void)close(fd);
    walk->counts.files++;
}

static void visit_entry(struct walk *walk, const FTSENT *entry)
{
    switch (entry->fts_info) {
    case FTS_F:
        scan_file(walk, entry->fts_path);
        break;
    case FTS_SL:
    case FTS_SLNONE:
    case FTS_DEFAULT:
        walk->counts.skipped++;
        break;
    case FTS_DNR:
    case FTS_NS:
    case FTS_ERR:
        if (entry->fts_errno != ENOENT || entry->fts_level == 0) { /* gone since: a live desk */
            cannot_read(walk, entry->fts_path, entry->fts_errno);
        }
        break;
    default:
        break; /* folders, before and after */
    }
}

enum status scan_folder(const struct scan *scan, const char *folder, scan_visit *visit,
                        scan_unread *unread, void *context, struct scan_counts *ret_counts,
                        struct error *err)
{
    struct walk walk = {.scan = scan,
                        .visit = visit,
                        .unread = unread,
                        .context = context,
                        .window_bytes = WINDOW_BYTES};
    char *const roots[] = {arena_cstr(scan->arena, str_c(folder)), NULL};
    if (!io_exists(folder)) {
        return error_set(err, STATUS_NOT_FOUND, "there is no %.200s", folder);
    }
    walk.window = ARENA_ARRAY(scan->arena, char, WINDOW_BYTES);
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, NULL);
    if (tree == NULL) {
        return error_set(err, STATUS_INTERNAL, "cannot look into %.180s: %s", folder,
                         strerror(errno));
    }
    progress_start(&walk.progress, "disk-scan", 0);
    for (FTSENT *entry = fts_read(tree); entry != NULL; entry = fts_read(tree)) {
        visit_entry(&walk, entry);
    }
    progress_end(&walk.progress);
    (void)fts_close(tree);
    *ret_counts = walk.counts;
    return STATUS_OK;
}
