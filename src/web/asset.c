/* SPDX-License-Identifier: Apache-2.0 */
#include "web/asset.h"

static const struct asset *find(str path)
{
    for (size_t i = 0; i < asset_count; i++) {
        if (str_equal(asset_table[i].path, path)) {
            return &asset_table[i];
        }
    }
    return NULL;
}

const struct asset *asset_find(str path)
{
    return str_starts(path, STR("/assets/")) ? find(path) : NULL;
}

str asset_bytes(str name)
{
    const struct asset *asset = find(name);
    return asset == NULL ? STR("") : asset->bytes;
}
