/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "ledger/tree.h"

/* A row of the ledger has 250 bytes; of longer lines (letters) only the start is looked at. */
enum {
    PIECE_BYTES = 256 * 1024,
    LINE_BYTES_MAX = 1024,
    LEDGER_COLUMNS = 5,
    ROW_BYTES_MIN = 110 /* one digit each, 36 and 68 of the two hashes, tabs, line break */
};
static const size_t leaves_bytes_max = (size_t)4 << 30;

struct kept_leaf {
    struct crypt_hash hash;
    uint8_t is_there;
};

struct reader {
    struct buf leaves; /* array of struct kept_leaf by leaf number */
    char line[LINE_BYTES_MAX];
    size_t line_len;
    int64_t count;
    int64_t leaves_max; /* more than the file has room for are not all there */
    bool is_in_ledger, has_ledger, has_end, has_start;
    struct dump dump;
};

static bool take_bytes(str text, void *out, size_t len)
{
    return str_starts(text, STR("\\\\x")) && hex_decode(str_slice(text, 3, text.n), out, len);
}

/* leaf, kind, at, subject, hash: as letterbox_schema.c has them */
static enum status take_leaf(struct reader *reader, str line, struct error *err)
{
    struct leaf leaf = {0};
    str column[LEDGER_COLUMNS];
    for (size_t i = 0; i < LEDGER_COLUMNS; i++) {
        line = str_cut(line, '\t', &column[i]);
    }
    if (line.n != 0 || !str_to_i64(column[0], &leaf.number) || leaf.number < 0 ||
        !str_to_i64(column[1], &leaf.kind) || !str_to_i64(column[2], &leaf.at) ||
        !take_bytes(column[3], leaf.subject.bytes, sizeof leaf.subject.bytes) ||
        !take_bytes(column[4], leaf.hash.bytes, sizeof leaf.hash.bytes)) {
        return error_set(err, STATUS_INVALID, "the dump has a ledger row that cannot be read");
    }
    if (leaf.number >= reader->leaves_max) {
        return error_set(err, STATUS_INVALID, "leaves are missing in the ledger of the dump");
    }
    size_t end = ((size_t)leaf.number + 1) * sizeof(struct kept_leaf);
    if ((uint64_t)leaf.number >= leaves_bytes_max / sizeof(struct kept_leaf)) {
        return error_set(err, STATUS_LIMIT, "the ledger in the dump is too long to check here");
    }
    if (reader->leaves.n < end) {
        char *at = buf_reserve(&reader->leaves, end - reader->leaves.n);
        if (at == NULL) {
            return error_set(err, STATUS_LIMIT, "the ledger in the dump is too long to check here");
        }
        memset(at, 0, end - reader->leaves.n);
        reader->leaves.n = end;
    }
    struct kept_leaf *kept = (struct kept_leaf *)(void *)reader->leaves.p + leaf.number;
    reader->count += kept->is_there == 0;
    kept->is_there = 1;
    kept->hash = leaf_hash(&leaf);
    return STATUS_OK;
}

static enum status take_line(struct reader *reader, str line, struct error *err)
{
    if (reader->is_in_ledger) {
        if (str_equal(line, STR("\\."))) {
            reader->is_in_ledger = false;
            return STATUS_OK;
        }
        return take_leaf(reader, line, err);
    }
    if (str_equal(line, STR("COPY letterbox.ledger (leaf, kind, at, subject, hash) FROM stdin;"))) {
        reader->is_in_ledger = reader->has_ledger = true;
    } else if (str_starts(line, STR("COPY keyring."))) {
        reader->dump.has_keyring = true;
    } else if (str_starts(line, STR("COPY casebook."))) {
        reader->dump.has_casebook = true;
    } else if (str_equal(line, STR("-- PostgreSQL database dump"))) {
        reader->has_start = true;
    } else if (str_equal(line, STR("-- PostgreSQL database dump complete"))) {
        reader->has_end = true;
    }
    return STATUS_OK;
}

static enum status take_piece(struct reader *reader, str piece, struct error *err)
{
    for (size_t i = 0; i < piece.n; i++) {
        if (piece.p[i] != '\n') {
            if (reader->line_len < LINE_BYTES_MAX) {
                reader->line[reader->line_len++] = piece.p[i];
            }
            continue;
        }
        str line = str_from(reader->line, reader->line_len);
        reader->line_len = 0;
        enum status status = take_line(reader, line, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

static enum status finish(struct reader *reader, const char *path, struct error *err)
{
    size_t length = reader->leaves.n / sizeof(struct kept_leaf);
    struct tree tree;
    if (!reader->has_start) {
        error_set(err, STATUS_INVALID, "%.180s is no plain dump of pg_dump", path);
        error_hint(err, "use --format=plain");
        return STATUS_INVALID;
    }
    if (!reader->has_end || reader->is_in_ledger) {
        return error_set(err, STATUS_INVALID, "%.180s was cut off", path);
    }
    if (!reader->has_ledger || !reader->dump.has_keyring) {
        return error_set(err, STATUS_INVALID, "%.180s lacks the schema %s", path,
                         reader->has_ledger ? "keyring" : "letterbox");
    }
    if (reader->count != (int64_t)length || length == 0) {
        return error_set(err, STATUS_INVALID, "leaves are missing in the ledger of %.180s", path);
    }
    tree_init(&tree);
    const struct kept_leaf *leaves = (const struct kept_leaf *)(const void *)reader->leaves.p;
    for (size_t i = 0; i < length; i++) {
        tree_add(&tree, &leaves[i].hash);
    }
    reader->dump.leaves = reader->count;
    reader->dump.root = tree_root(&tree);
    return STATUS_OK;
}

enum status dump_read(const char *path, struct progress *progress, struct dump *ret_dump,
                      struct error *err)
{
    char piece[PIECE_BYTES];
    struct reader reader = {0};
    enum status status = STATUS_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_set(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_DENIED,
                         "cannot open %.180s: %s", path, strerror(errno));
    }
    struct stat facts;
    reader.leaves_max = fstat(fd, &facts) == 0 ? facts.st_size / ROW_BYTES_MIN : 0;
    buf_init(&reader.leaves, leaves_bytes_max);
    for (;;) {
        ssize_t got = fault_strikes(FAULT_READ) ? -1 : read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            status =
                error_set(err, STATUS_INTERNAL, "cannot read %.180s: %s", path, strerror(errno));
        }
        if (got <= 0 ||
            (status = take_piece(&reader, str_from(piece, (size_t)got), err)) != STATUS_OK) {
            break;
        }
        progress_add(progress, (size_t)got);
    }
    (void)close(fd);
    if (status == STATUS_OK) {
        status = finish(&reader, path, err);
    }
    buf_close(&reader.leaves);
    if (status == STATUS_OK) {
        *ret_dump = reader.dump;
    }
    return status;
}
