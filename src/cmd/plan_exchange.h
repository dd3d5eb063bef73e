/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan import csv|ics|vroom: what cmd_plan_import.c leaves to it. */
#ifndef HUSTINGS_CMD_PLAN_EXCHANGE_H
#define HUSTINGS_CMD_PLAN_EXCHANGE_H

#include "base/args.h"

/* Runs the command; the exit code. */
int plan_exchange_run(const char *kind, const char *path, const struct args *args);

#endif
