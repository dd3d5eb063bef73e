/* SPDX-License-Identifier: Apache-2.0 */
/* The pack as the place where press intake looks up names: constituencies,
 * Assembly seats, districts and regions. Wards are not in packs (their codes go
 * stale every May), so a ward is known by name. */
#ifndef HUSTINGS_INTAKE_PRESS_PACK_H
#define HUSTINGS_INTAKE_PRESS_PACK_H

#include "intake/press.h"
#include "pack/pack.h"

/* The pack must outlive the gazetteer and what it found. */
struct press_gazetteer press_gazetteer_of(const struct pack *pack);

#endif
