/* SPDX-License-Identifier: Apache-2.0 */
#include "qr/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

#include "web/template.h"

enum { DARK = 1 }; /* the lowest bit of a module; the others say what it is part of */

enum status qr_make(struct arena *arena, str text, struct qr *ret_qr, struct error *err)
{
    if (text.n == 0) {
        return error_set(err, STATUS_INVALID, "there is nothing to make a QR code of");
    }
    if (text.n > QR_TEXT_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "a QR code holds %d bytes, not %zu", QR_TEXT_BYTES_MAX,
                         text.n);
    }
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        return error_set(err, STATUS_INTERNAL, "no QR code could be made: %s", strerror(errno));
    }
    size_t count = (size_t)code->width * (size_t)code->width;
    uint8_t *dark = ARENA_ARRAY(arena, uint8_t, count);
    for (size_t i = 0; i < count; i++) {
        dark[i] = code->data[i] & DARK;
    }
    *ret_qr = (struct qr){(uint32_t)code->width, dark};
    explicit_bzero(code->data, count);
    QRcode_free(code);
    return STATUS_OK;
}

/* A line a run of dark modules, a module wide: a tenth of what squares would take. */
static void add_row(const struct qr *qr, uint32_t y, struct buf *out)
{
    const uint8_t *row = qr->dark + (size_t)y * qr->size;
    for (uint32_t x = 0; x < qr->size; x++) {
        uint32_t from = x;
        while (x < qr->size && row[x] != 0) {
            x++;
        }
        if (x > from) {
            buf_printf(out, "M%u %u.5h%u", from + QR_QUIET, y + QR_QUIET, x - from);
        }
    }
}

void qr_add_svg(const struct qr *qr, str title, struct buf *out)
{
    uint32_t side = qr->size + 2 * QR_QUIET;
    buf_printf(out,
               "<svg role=\"img\" viewBox=\"0 0 %u %u\" shape-rendering=\"crispEdges\"><title>",
               side, side);
    html_escape(out, title);
    buf_printf(out,
               "</title><rect width=\"%u\" height=\"%u\" fill=\"#fff\"/><path stroke=\"#000\" d=\"",
               side, side);
    for (uint32_t y = 0; y < qr->size; y++) {
        add_row(qr, y, out);
    }
    buf_add_c(out, "\"/></svg>");
}
