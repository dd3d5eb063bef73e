/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a checkpoint: what is taken says a size and a root that write the same signed text. */
#include "ledger/note.h"
#include "ledger/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    static const struct crypt_id desk = {{0}};
    static const struct crypt_verify_key key = {{1}};
    struct note note;
    struct error err = {0};
    struct tree tree;
    struct buf again;
    buf_init(&again, 4096);
    if (note_parse(text, &desk, &note, &err) == STATUS_OK) {
        ASSERT(note.size >= 0);
        ASSERT(note.text.n + note.signatures.n <= text.n);
        note_add_text(&again, &desk, note.size, &note.root);
        ASSERT(str_equal(buf_str(&again), note.text));
        ASSERT(!note_is_signed(&note, &desk, NOTE_LOG, &key));
        ASSERT(!note_is_signed(&note, &desk, NOTE_DESK, &key));
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    if (size > 0 && tree_from_frontier(data[0], str_slice(text, 1, text.n), &tree) == STATUS_OK) {
        buf_clear(&again);
        tree_add_frontier(&again, &tree);
        ASSERT(str_equal(buf_str(&again), str_slice(text, 1, text.n)));
    }
    buf_close(&again);
    return 0;
}
