/* cli_plan_show.c - `plan show`: the figures of one plan. */
#include "common/base/alloc.h"
#include "services/cli/cli.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_talk.h"
#include <stdlib.h>

int cli_plan_show(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	const char *unit = cli->args.value[CLI_OPT_UNIT];
	Dondoc__V1__Reply *reply;
	char *assigner = NULL;
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &count.as_of_day);

	count.plan = (char *)cli_word(cli, 0); /* packed, not changed */
	count.unit = (char *)(unit ? unit : "");
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0) /* a plan that does not exist would count as empty */
		rc = cli_find_assigner(cli, count.plan, &assigner);
	free(assigner);
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_COUNTS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->counts->base);
	else
		cli_print_counts(cli, reply->answer->counts);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
