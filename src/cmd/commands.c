/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>

extern const struct cmd cmd_alarm_test;
extern const struct cmd cmd_backup;
extern const struct cmd cmd_credential;
extern const struct cmd cmd_demo;
extern const struct cmd cmd_disk_scan;
extern const struct cmd cmd_doctor;
extern const struct cmd cmd_init;
extern const struct cmd cmd_intake_messages;
extern const struct cmd cmd_intake_press;
extern const struct cmd cmd_ledger_checkpoint;
extern const struct cmd cmd_ledger_erasures;
extern const struct cmd cmd_ledger_verify;
extern const struct cmd cmd_lock;
extern const struct cmd cmd_officer_add;
extern const struct cmd cmd_officer_disable;
extern const struct cmd cmd_officer_list;
extern const struct cmd cmd_officer_reset;
extern const struct cmd cmd_officer_role;
extern const struct cmd cmd_pack_build;
extern const struct cmd cmd_pack_check;
extern const struct cmd cmd_pack_people_forget;
extern const struct cmd cmd_pack_people_import;
extern const struct cmd cmd_pack_places_import;
extern const struct cmd cmd_plan_change;
extern const struct cmd cmd_plan_check;
extern const struct cmd cmd_plan_compare;
extern const struct cmd cmd_plan_cost;
extern const struct cmd cmd_plan_explain;
extern const struct cmd cmd_plan_import;
extern const struct cmd cmd_plan_more;
extern const struct cmd cmd_plan_presence;
extern const struct cmd cmd_plan_replan;
extern const struct cmd cmd_plan_roster;
extern const struct cmd cmd_plan_show;
extern const struct cmd cmd_plan_sitrep;
extern const struct cmd cmd_plan_solve;
extern const struct cmd cmd_plan_vary;
extern const struct cmd cmd_restore;
extern const struct cmd cmd_review_rates;
extern const struct cmd cmd_route;
extern const struct cmd cmd_serve;
extern const struct cmd cmd_status;
extern const struct cmd cmd_store_move;
extern const struct cmd cmd_totp;
extern const struct cmd cmd_train;
extern const struct cmd cmd_triage;
extern const struct cmd cmd_triage_campaigns;
extern const struct cmd cmd_version;

/* clang-format off: one line a command, so that two people can add one each */
const struct cmd *const commands[] = {
    &cmd_alarm_test,
    &cmd_backup,
    &cmd_credential,
    &cmd_demo,
    &cmd_disk_scan,
    &cmd_doctor,
    &cmd_init,
    &cmd_intake_messages,
    &cmd_intake_press,
    &cmd_ledger_checkpoint,
    &cmd_ledger_erasures,
    &cmd_ledger_verify,
    &cmd_lock,
    &cmd_officer_add,
    &cmd_officer_disable,
    &cmd_officer_list,
    &cmd_officer_reset,
    &cmd_officer_role,
    &cmd_pack_build,
    &cmd_pack_check,
    &cmd_pack_people_forget,
    &cmd_pack_people_import,
    &cmd_pack_places_import,
    &cmd_plan_change,
    &cmd_plan_check,
    &cmd_plan_compare,
    &cmd_plan_cost,
    &cmd_plan_explain,
    &cmd_plan_import,
    &cmd_plan_more,
    &cmd_plan_presence,
    &cmd_plan_replan,
    &cmd_plan_roster,
    &cmd_plan_show,
    &cmd_plan_sitrep,
    &cmd_plan_solve,
    &cmd_plan_vary,
    &cmd_restore,
    &cmd_review_rates,
    &cmd_route,
    &cmd_serve,
    &cmd_status,
    &cmd_store_move,
    &cmd_totp,
    &cmd_train,
    &cmd_triage,
    &cmd_triage_campaigns,
    &cmd_version,
    NULL,
};
/* clang-format on */

int cmd_failed(const struct error *err)
{
    fprintf(stderr, "hustings: %s\n", err->primary);
    if (err->hint[0] != '\0') {
        fprintf(stderr, "  %s\n", err->hint);
    }
    return status_exit(err->status);
}

int cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fprintf(stderr, "hustings %s: ", cmd->name);
    vfprintf(stderr, fmt, args);
    fprintf(stderr, "\n  usage: hustings %s %s\n", cmd->name, cmd->usage);
    va_end(args);
    return 2;
}
