/* cli_year.c - what becomes of an open task at the year's end. */
#include "services/cli/cli_year.h"
#include "services/cli/cli_plan_do.h"
#include <string.h>

static const struct {
	const char *word;
	Dondoc__V1__YearEndKind kind;
} kinds[] = {
	{"carry", DONDOC__V1__YEAR_END_KIND__YEAR_END_CARRY},
	{"merge", DONDOC__V1__YEAR_END_KIND__YEAR_END_MERGE},
	{"end", DONDOC__V1__YEAR_END_KIND__YEAR_END_END},
	{"keep", DONDOC__V1__YEAR_END_KIND__YEAR_END_KEEP},
};

Dondoc__V1__YearEndKind cli_year_kind(const char *word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(word, kinds[i].word) == 0)
			return kinds[i].kind;
	}
	return DONDOC__V1__YEAR_END_KIND__YEAR_END_UNDECIDED;
}

/* What the decision cannot do without. */
static int read_row(const struct cli *cli, Dondoc__V1__YearEndRow *row)
{
	const char *word = cli_word(cli, 1), *needed;
	int rc;

	row->kind = cli_year_kind(word);
	row->code = cli_option_text(cli, CLI_OPT_CODE);
	row->reason = cli_option_text(cli, CLI_OPT_REASON);
	rc = cli_day_option(cli, CLI_OPT_UNTIL, &row->due_day);
	if (rc != 0)
		return rc;
	switch (row->kind) {
	case DONDOC__V1__YEAR_END_KIND__YEAR_END_CARRY:
		return cli_text_option(cli, CLI_OPT_NEXT_PLAN, &needed);
	case DONDOC__V1__YEAR_END_KIND__YEAR_END_MERGE:
		return cli_text_option(cli, CLI_OPT_INTO, &needed);
	case DONDOC__V1__YEAR_END_KIND__YEAR_END_UNDECIDED:
		return cli_misused(cli, TEXT_BAD_CHOICE, word, "carry, merge, end, keep", NULL);
	default:
		return cli_text_option(cli, CLI_OPT_REASON, &needed);
	}
}

int cli_plan_year_end(struct cli *cli)
{
	Dondoc__V1__DecideYearEnd decide = DONDOC__V1__DECIDE_YEAR_END__INIT;
	Dondoc__V1__YearEndRow row = DONDOC__V1__YEAR_END_ROW__INIT, *rows = &row;
	struct cli_work work = {0};
	int rc = read_row(cli, &row);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &row.task);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &decide.document);
	if (rc == 0 && cli->args.value[CLI_OPT_INTO])
		rc = cli_plan_task(cli, cli->args.value[CLI_OPT_INTO], &row.into);
	if (rc == 0)
		decide.plan = work.task->fields->plan;
	decide.next_plan = cli_option_text(cli, CLI_OPT_NEXT_PLAN);
	decide.rows = &rows;
	decide.n_rows = 1;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_YEAR_END;
	work.body.decide_year_end = &decide;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}
