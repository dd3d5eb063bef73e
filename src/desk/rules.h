/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_DESK_RULES_H
#define HUSTINGS_DESK_RULES_H

#include "desk/desk.h"
#include "pack/pack.h"

/* What a code counts as. */
enum rates_kind desk_code_kind(const struct pack_code *code);
/* Codes with their default grades, grades with their targets. Codes point into the pack. */
enum status desk_rules_from_pack(const struct pack *pack, struct desk_rules *ret_rules,
                                 struct error *err) MUST_CHECK;

#endif
