/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the incidents of an article into the letterbox, each as one report of source "press".
 *
 * The report says in its first line that it is press-reported and uncorroborated; the article's
 * title, date, section and links go along as evidence references. The same article gives the same
 * idempotency keys: taken twice within a day it is kept once. What was published more than
 * REPORT_NEWS_DAYS ago rings no alarm, and the desk starts no clock for it. */
#ifndef HUSTINGS_SERVE_PRESS_RECORD_H
#define HUSTINGS_SERVE_PRESS_RECORD_H

#include "intake/press.h"
#include "pack/pack.h"
#include "serve/own_box.h"

/* `bytes`: the article as it came. Returns when all its incidents are on disk. */
enum status press_record(struct own_box *box, struct arena *arena, const struct pack *pack,
                         str bytes, const struct press_article *article,
                         struct error *err) MUST_CHECK;

#endif
