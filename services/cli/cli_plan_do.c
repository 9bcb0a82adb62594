/* cli_plan_do.c - plans as a whole: set, published, acknowledged, drafted, closed; baselines, areas
 * and labels. */
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_unit.h"
#include <stdlib.h>
#include <string.h>

static int plan_kind(const struct cli *cli, Dondoc__V1__PlanKind *kind_out)
{
	static const char *const names[] = {"other", "ten-year", "yearly", "department", "loose"};
	const char *text = cli->args.value[CLI_OPT_PLAN_KIND];

	for (unsigned i = 0; text && i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			*kind_out = (Dondoc__V1__PlanKind)i;
			return 0;
		}
	}
	return text ? cli_misused(cli, TEXT_BAD_VALUE, "--plan-kind", text, NULL) : 0;
}

/* What a plan says, by options; its number, date and issuer are those of its document. */
static int read_plan(const struct cli *cli, const char *code, Dondoc__V1__Document *source,
		     Dondoc__V1__PlanFields *plan)
{
	int rc = cli_day_option(cli, CLI_OPT_DATE, &source->day);

	plan->code = (char *)code;
	plan->title = cli_option_text(cli, CLI_OPT_TITLE);
	plan->assigner_unit = cli_option_text(cli, CLI_OPT_ASSIGNER);
	plan->parent = cli_option_text(cli, CLI_OPT_PARENT_PLAN);
	plan->owner_unit = cli_option_text(cli, CLI_OPT_OWNER);
	source->number = cli_option_text(cli, CLI_OPT_NUMBER);
	source->issuer = cli_option_text(cli, CLI_OPT_ISSUER);
	if (source->number[0])
		plan->source = source;
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_STARTS, &plan->from_day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_ENDS, &plan->to_day);
	return rc == 0 ? plan_kind(cli, &plan->kind) : rc;
}

int cli_plan_set(struct cli *cli)
{
	Dondoc__V1__SetPlan set = DONDOC__V1__SET_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__Document source = DONDOC__V1__DOCUMENT__INIT;
	struct cli_work work = {0};
	const char *needed;
	int rc = cli_text_option(cli, CLI_OPT_TITLE, &needed);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_ASSIGNER, &needed);
	if (rc == 0)
		rc = read_plan(cli, cli_word(cli, 0), &source, &plan);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	set.plan = &plan;
	set.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_PLAN;
	work.body.set_plan = &set;
	return cli_work_send(cli, &work, rc, plan.assigner_unit);
}

int cli_plan_publish(struct cli *cli)
{
	Dondoc__V1__PublishPlan publish = DONDOC__V1__PUBLISH_PLAN__INIT;
	struct cli_work work = {0};
	char *copy = NULL;
	int rc = cli_work_start(cli, &work);

	if (rc == 0)
		rc = cli_work_document(cli, &work, &publish.document);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &publish.acknowledge_by_day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_ON_DAY, &publish.day);
	publish.plan = (char *)cli_word(cli, 0);
	publish.change = cli->args.value[CLI_OPT_CHANGE] != NULL;
	publish.summary = cli_option_text(cli, CLI_OPT_SUMMARY);
	if (cli->args.value[CLI_OPT_FOR_UNITS])
		publish.units =
			cli_split(cli->args.value[CLI_OPT_FOR_UNITS], &copy, &publish.n_units);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_PUBLISH_PLAN;
	work.body.publish_plan = &publish;
	rc = cli_work_as_assigner(cli, &work, rc, publish.plan);
	free(publish.units);
	free(copy);
	return rc;
}

int cli_plan_acknowledge(struct cli *cli)
{
	Dondoc__V1__AcknowledgePlan said = DONDOC__V1__ACKNOWLEDGE_PLAN__INIT;
	struct cli_work work = {0};
	uint64_t told = 0, total = 0;
	int rc = cli_number_option(cli, CLI_OPT_TOLD, 1000000, 0, &told);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_TOTAL, 1000000, 0, &total);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_ON_DAY, &said.day);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &said.minutes);
	said.plan = (char *)cli_word(cli, 0);
	said.persons_told = (uint32_t)told;
	said.persons_total = (uint32_t)total;
	said.form = cli_option_text(cli, CLI_OPT_FORM);
	said.own = cli->args.value[CLI_OPT_OWN] != NULL;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ACKNOWLEDGE_PLAN;
	work.body.acknowledge_plan = &said;
	return cli_work_send(cli, &work, rc, "");
}

int cli_plan_close(struct cli *cli)
{
	Dondoc__V1__ClosePlan close = DONDOC__V1__CLOSE_PLAN__INIT;
	struct cli_work work = {0};
	const char *reason;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &close.document);
	close.plan = (char *)cli_word(cli, 0);
	close.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CLOSE_PLAN;
	work.body.close_plan = &close;
	return cli_work_as_assigner(cli, &work, rc, close.plan);
}

int cli_plan_draft(struct cli *cli)
{
	Dondoc__V1__DraftPlan draft = DONDOC__V1__DRAFT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__Document source = DONDOC__V1__DOCUMENT__INIT;
	struct cli_work work = {0};
	const char *title;
	uint64_t years = 1;
	int rc = cli_text_option(cli, CLI_OPT_TITLE, &title);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_SHIFT_YEARS, 10, 1, &years);
	if (rc == 0)
		rc = read_plan(cli, cli_word(cli, 1), &source, &plan);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	draft.from = (char *)cli_word(cli, 0);
	draft.plan = &plan;
	draft.shift_years = (int32_t)years;
	draft.with_completed = cli->args.value[CLI_OPT_WITH_COMPLETED] != NULL;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DRAFT_PLAN;
	work.body.draft_plan = &draft;
	return cli_work_as_assigner(cli, &work, rc, draft.from);
}

int cli_plan_baseline(struct cli *cli)
{
	Dondoc__V1__FreezeBaseline freeze = DONDOC__V1__FREEZE_BASELINE__INIT;
	struct cli_work work = {0};
	int rc = cli_work_start(cli, &work);

	if (rc == 0)
		rc = cli_work_document(cli, &work, &freeze.document);
	freeze.plan = (char *)cli_word(cli, 0);
	freeze.name = (char *)cli_word(cli, 1);
	freeze.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_FREEZE_BASELINE;
	work.body.freeze_baseline = &freeze;
	return cli_work_as_assigner(cli, &work, rc, freeze.plan);
}

int cli_plan_area(struct cli *cli)
{
	Dondoc__V1__SetArea set = DONDOC__V1__SET_AREA__INIT;
	struct cli_work work = {0};
	uint64_t area = 0;
	int rc = 0;

	if (cli_parse_number(cli_word(cli, 0), 255, &area) != 0)
		rc = cli_misused(cli, TEXT_BAD_VALUE, "N", cli_word(cli, 0), NULL);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	set.area = (uint32_t)area;
	set.name = (char *)cli_word(cli, 1);
	set.name_en = cli_option_text(cli, CLI_OPT_NAME_EN);
	set.retired = cli->args.value[CLI_OPT_TAKE_AWAY] != NULL;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_AREA;
	work.body.set_area = &set;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}

int cli_plan_label(struct cli *cli)
{
	Dondoc__V1__SetLabel set = DONDOC__V1__SET_LABEL__INIT;
	struct cli_work work = {0};
	int rc = cli_work_start(cli, &work);

	set.code = (char *)cli_word(cli, 0);
	set.name = (char *)(cli_word(cli, 1) ? cli_word(cli, 1) : "");
	set.removed = cli->args.value[CLI_OPT_TAKE_AWAY] != NULL;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_LABEL;
	work.body.set_label = &set;
	return cli_work_send(cli, &work, rc, cli_setting_unit(cli));
}
