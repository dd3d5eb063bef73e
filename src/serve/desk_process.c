/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "http/http.h"
#include "serve/serve.h"

/* Until the officers' pages are built in, the desk only keeps its place. */
int desk_process(const struct child *child)
{
    (void)child;
    for (;;) {
        (void)pause();
    }
}
