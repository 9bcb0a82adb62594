/* cli_work.h - a command about one task under way: the task is found and shown to the rule as it
 * was seen, the body grows, and it is sent for the unit that acts. */
#ifndef DD_SERVICES_CLI_WORK_H
#define DD_SERVICES_CLI_WORK_H

#include "services/cli/cli.h"
#include "services/cli/cli_talk.h"

struct cli_work {
	Dondoc__V1__Reply *shown;        /* owned; NULL = no task was looked for */
	const Dondoc__V1__TaskRow *task; /* borrowed from it */
	Dondoc__V1__CommandBody body;    /* the caller sets its action */
	Dondoc__V1__Base base;
	Dondoc__V1__Document document;
};

/* The text of an option; "" if not given. */
char *cli_option_text(const struct cli *cli, enum cli_opt option);

/* No task is looked for. An exit code; 0 = go on. */
int cli_work_start(struct cli *cli, struct cli_work *work);
/* The task that the command's first word names. */
int cli_work_begin(struct cli *cli, struct cli_work *work, uint64_t *task_out);
/* --number, --date, --title, --issuer; *document_out stays as it was if none is given. */
int cli_work_document(const struct cli *cli, struct cli_work *work,
		      Dondoc__V1__Document **document_out);
/* Send it, if `rc` is 0: for --as-unit, else for the unit named. Tells what came of it and frees
 * the work in any case. */
int cli_work_send(struct cli *cli, struct cli_work *work, int rc, const char *unit);
int cli_work_as_lead(struct cli *cli, struct cli_work *work, int rc);
/* For the agency that follows up the task's plan, or the plan named (where no task was looked for).
 */
int cli_work_as_assigner(struct cli *cli, struct cli_work *work, int rc, const char *plan);

#endif
