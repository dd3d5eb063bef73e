/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_HTTP_LOOP_INTERNAL_H
#define HUSTINGS_HTTP_LOOP_INTERNAL_H

#include "http/http.h"

/* As loop_watch, for a descriptor whose owner also has time-outs of its own: `timeout_ms` is asked
 * before each wait (-1: none), and `ready` is called with 0 when that much time has passed. */
typedef int64_t loop_timeout(void *context);
void loop_watch_timed(struct loop *loop, int fd, loop_ready *ready, loop_timeout *timeout_ms,
                      void *context);

#endif
