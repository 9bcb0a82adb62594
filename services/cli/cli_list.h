/* cli_list.h - what the commands that list tasks share. */
#ifndef DD_SERVICES_CLI_LIST_H
#define DD_SERVICES_CLI_LIST_H

#include "services/cli/cli.h"

/* The filters and the order of `task list` beyond the oldest ones. What they point to lies in
 * `room`. Returns an exit code; 0 = go on. */
struct cli_filter_room {
	char labels[400];
	char *label[32];
};
int cli_read_filter(const struct cli *cli, struct cli_filter_room *room,
		    Dondoc__V1__ListTasks *list);

/* "2026-03-31" (its end), "#1234" (a position of the log), "now" or the name of a baseline. The
 * moment points into `word`. */
int cli_parse_moment(const char *word, Dondoc__V1__PlanMoment *moment_out) DD_MUST_CHECK;

/* The question that was saved under that name; the caller frees. Connected to task. */
int cli_filter_find(struct cli *cli, const char *name, Dondoc__V1__ListTasks **list_out);

int cli_task_count(struct cli *cli);
int cli_plan_at(struct cli *cli);
int cli_plan_diff(struct cli *cli);
int cli_plan_variance(struct cli *cli);
int cli_watch_list(struct cli *cli);

#endif
