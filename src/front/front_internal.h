/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_FRONT_FRONT_INTERNAL_H
#define HUSTINGS_FRONT_FRONT_INTERNAL_H

#include "front/front.h"

struct front {
    struct arena perm;
    struct front_options options;
    struct crypt_id epoch_id;
    struct crypt_key epoch_key;
    struct buf sealed_epoch_key;
    uint64_t epoch_letters;
    time_us epoch_ends; /* monotonic; 0 = none open */
};

#endif
