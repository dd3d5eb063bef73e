/* SPDX-License-Identifier: Apache-2.0 */
/* Markdown as plain text: paragraphs and links, nothing else.
 *
 * md4c does the parsing (CommonMark, one C file, callbacks). Kept: the words of paragraphs,
 * headings, list items, quotations and table cells, with entities and backslash escapes resolved
 * and white space folded; the targets of links that begin with http:// or https://. Dropped: HTML
 * (blocks and tags), code blocks, images with their captions.
 */
#ifndef HUSTINGS_CODEC_MARKDOWN_H
#define HUSTINGS_CODEC_MARKDOWN_H

#include "base/arena.h"
#include "base/status.h"

enum {
    MARKDOWN_BYTES_MAX =
        256 * 1024, /* a long read has 60 KiB; md4c is not linear on broken links */
    MARKDOWN_PARAGRAPHS_MAX = 8192,
    MARKDOWN_LINKS_MAX = 1024,
    MARKDOWN_LINK_BYTES_MAX = 2048,
};

enum markdown_kind { MARKDOWN_TEXT, MARKDOWN_HEADING, MARKDOWN_ITEM, MARKDOWN_CELL };

struct markdown_paragraph {
    enum markdown_kind kind;
    str text;
    size_t link_bytes; /* how much of the text is the words of links */
    size_t links_to;   /* the document's links [0, links_to) stood in it or before it */
};

struct markdown {
    struct markdown_paragraph *paragraphs;
    size_t paragraph_count;
    str *links; /* each once, in order */
    size_t link_count;
};

/* `text` must be valid UTF-8. STATUS_LIMIT past one of the limits above. */
enum status markdown_parse(struct arena *arena, str text, struct markdown *ret_markdown,
                           struct error *err) MUST_CHECK;

#endif
