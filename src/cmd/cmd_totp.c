/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "crypt/crypt.h"

static const struct arg_option options[] = {{0}};

/* Base32 (RFC 4648) of exactly CRYPT_TOTP_SECRET_BYTES bytes, upper or lower case. */
static bool decode(str text, uint8_t out[CRYPT_TOTP_SECRET_BYTES])
{
    uint32_t bits = 0;
    unsigned count = 0;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = ascii_upper(text.p[i]);
        bool is_letter = ascii_is_alpha(c);
        if (!is_letter && (c < '2' || c > '7')) {
            return false;
        }
        bits = bits << 5 | (uint32_t)(is_letter ? c - 'A' : c - '2' + 26);
        count += 5;
        if (count >= 8) {
            if (n == CRYPT_TOTP_SECRET_BYTES) {
                return false;
            }
            out[n++] = (uint8_t)(bits >> (count - 8));
            count -= 8;
        }
    }
    return n == CRYPT_TOTP_SECRET_BYTES;
}

static int run(const struct args *args, struct arena *arena)
{
    uint8_t secret[CRYPT_TOTP_SECRET_BYTES];
    char code[6];
    (void)arena;
    if (args->word_count != 1 || !decode(str_c(args->words[0]), secret)) {
        return cmd_usage(&(struct cmd){.name = "totp", .usage = "SECRET"},
                         "give the 32 letters and digits of an authenticator secret");
    }
    time_us now = clock_wall();
    crypt_totp_code(secret, (uint64_t)(now / US_PER_SECOND) / 30, code);
    CRYPT_WIPE(secret);
    printf("%.6s\n", code);
    return 0;
}

const struct cmd cmd_totp = {
    .name = "totp",
    .summary = "the six-digit code of an authenticator secret, now",
    .usage = "SECRET",
    .help =
        "For a practice desk, or when the authenticator app is not at hand. A secret typed here\n"
        "may stay in the shell's history: for a real desk use an app.",
    .options = options,
    .run = run,
};
