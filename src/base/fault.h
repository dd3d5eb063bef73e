/* SPDX-License-Identifier: Apache-2.0 */
/* Fault points: failure as an input.
 *
 * Each place that the outside world can fail asks `fault_strikes(kind)` first. In a normal build
 * that is a constant false. With -Dfault=true the environment picks the n-th pass of a kind to
 * fail, or to kill the process there:
 *     HUSTINGS_FAULT=commit:3        the third commit fails
 *     HUSTINGS_FAULT=write:2:kill    the process gets SIGKILL at the second write
 *     HUSTINGS_FAULT=write:2:full    the second and every later write fails with ENOSPC
 * The harness counts passes first (HUSTINGS_FAULT_COUNT=FILE), then strikes each in turn.
 */
#ifndef HUSTINGS_BASE_FAULT_H
#define HUSTINGS_BASE_FAULT_H

#include <stdbool.h>

enum fault_kind {
    FAULT_ALLOC,
    FAULT_READ,
    FAULT_WRITE,
    FAULT_FSYNC,
    FAULT_RENAME,
    FAULT_STEP,
    FAULT_COMMIT,
    FAULT_SEND,
    FAULT_KIND_COUNT
};

#ifdef HUSTINGS_FAULTS
bool fault_strikes(enum fault_kind kind);
#else
static inline bool fault_strikes(enum fault_kind kind)
{
    (void)kind;
    return false;
}
#endif

#endif
