/* cli_plan_do.h - commands about plans as a whole, single tasks, indicators and settings. */
#ifndef DD_SERVICES_CLI_PLAN_DO_H
#define DD_SERVICES_CLI_PLAN_DO_H

#include "services/cli/cli_table.h"
#include "services/cli/cli_work.h"

/* cli_plan_do.c */
int cli_plan_set(struct cli *cli);
int cli_plan_publish(struct cli *cli);
int cli_plan_acknowledge(struct cli *cli);
int cli_plan_close(struct cli *cli);
int cli_plan_draft(struct cli *cli);
int cli_plan_baseline(struct cli *cli);
int cli_plan_area(struct cli *cli);
int cli_plan_label(struct cli *cli);
/* cli_plan_lists.c */
int cli_plan_who(struct cli *cli);
int cli_plan_baselines(struct cli *cli);
int cli_plan_areas(struct cli *cli);
int cli_task_links(struct cli *cli);
/* cli_year.c */
int cli_plan_year_end(struct cli *cli);
/* cli_year_list.c */
int cli_plan_year_end_list(struct cli *cli);
/* cli_add.c */
int cli_task_add(struct cli *cli);
int cli_task_change(struct cli *cli);
int cli_task_place(struct cli *cli);
int cli_task_depend(struct cli *cli);
int cli_event_record(struct cli *cli);
/* cli_indicator.c */
int cli_indicator_set(struct cli *cli);
int cli_indicator_measure(struct cli *cli);
int cli_indicator_list(struct cli *cli);
/* cli_filter.c */
int cli_filter_save(struct cli *cli);
int cli_filter_list(struct cli *cli);
int cli_filter_run(struct cli *cli);
/* cli_setting.c */
int cli_setting_set(struct cli *cli);
int cli_setting_list(struct cli *cli);

/* Ask, and check the answer's kind; the caller frees the reply. An exit code; 0 = go on. */
int cli_plan_ask(struct cli *cli, const Dondoc__V1__Query *query,
		 Dondoc__V1__Answer__WhatCase wanted, Dondoc__V1__Reply **reply_out);
/* The id of the task that a word names. */
int cli_plan_task(struct cli *cli, const char *word, uint64_t *task_out);
/* "90,5" or "90.5" as thousandths, at most three digits behind the comma; tells a wrong one. */
int cli_plan_value(const struct cli *cli, const char *text, int64_t *value_out);
#define CLI_VALUE_TEXT 32
const char *cli_plan_value_text(const struct cli *cli, int64_t value, char out[CLI_VALUE_TEXT]);

#endif
