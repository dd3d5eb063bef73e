/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a desk: folder, keys, stores, first officer, recovery key. */
#ifndef HUSTINGS_SERVE_INIT_H
#define HUSTINGS_SERVE_INIT_H

#include "people/people.h"
#include "serve/settings.h"

struct init_input {
    struct settings settings; /* ids and keys are filled in */
    str login, name, password;
};
struct init_result { /* shown once; wipe it */
    struct crypt_key recovery;
    uint8_t totp[CRYPT_TOTP_SECRET_BYTES];
    struct crypt_key root; /* only for `demo` and the systemd credential */
};

/* STATUS_CONFLICT when the folder holds a desk already. Nothing is left behind that looks like a
 * desk when it fails: desk.json is written last. */
enum status desk_init(struct init_input *input, time_us now, struct init_result *ret_result,
                      struct error *err) MUST_CHECK;

#endif
