/* cli_plan_show.c - `plan show`: the figures of one plan. */
#include "services/cli/cli.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_work.h"
#include <stdlib.h>

int cli_plan_show(struct cli *cli)
{
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	char *assigner = NULL;
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &count.as_of_day);

	count.plan = (char *)cli_word(cli, 0); /* packed, not changed */
	count.unit = cli_option_text(cli, CLI_OPT_UNIT);
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0) /* a plan that does not exist would count as empty */
		rc = cli_find_assigner(cli, count.plan, &assigner);
	free(assigner);
	return rc != 0 ? rc : cli_show_counts(cli, &count);
}
