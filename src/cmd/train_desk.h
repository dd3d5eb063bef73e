/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_CMD_TRAIN_DESK_H
#define HUSTINGS_CMD_TRAIN_DESK_H

#include "base/args.h"

/* `hustings train --desk DIR`: a model of the desk's own, of what its officers corrected, on top of the
 * shipped one; used only when it is better on texts that neither learnt from. Returns the exit code. */
int train_desk(const struct args *args, struct arena *arena);

#endif
