/* cli_add.c - single tasks by hand: added, changed, placed in a second plan; what they wait for. */
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_unit.h"
#include <stdlib.h>
#include <string.h>

int cli_plan_task(struct cli *cli, const char *word, uint64_t *task_out)
{
	Dondoc__V1__Reply *reply;
	int rc = cli_find_task(cli, word, 1, &reply);

	if (rc != 0)
		return rc;
	*task_out = reply->answer->task->task->id;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

/* The place of an option's value among `words`; `place_out` stays if it is not given. */
static int read_choice(const struct cli *cli, enum cli_opt option, const char *const *words,
		       unsigned count, unsigned *place_out)
{
	const char *text = cli->args.value[option];

	for (unsigned i = 0; text && i < count; i++) {
		if (words[i] && strcmp(text, words[i]) == 0) {
			*place_out = i;
			return 0;
		}
	}
	return text ? cli_misused(cli, TEXT_BAD_VALUE, cli_options[option].name, text, NULL) : 0;
}

static int read_recurrence(const struct cli *cli, Dondoc__V1__TaskFields *fields)
{
	static const char *const words[] = {NULL,   NULL, "week", "month", "quarter",
					    "year", NULL, NULL,   "half",  "nine-months"};
	unsigned place = (unsigned)fields->recurrence;
	int rc = read_choice(cli, CLI_OPT_EVERY, words, 10, &place);

	fields->recurrence = (Dondoc__V1__Recurrence)place;
	return rc;
}

static int read_weight(const struct cli *cli, Dondoc__V1__TaskFields *fields)
{
	uint64_t weight;
	int rc = cli_number_option(cli, CLI_OPT_SET_WEIGHT, 1000, 0, &weight);

	if (rc == 0 && cli->args.value[CLI_OPT_SET_WEIGHT]) {
		fields->has_weight_case = DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT;
		fields->weight = (uint32_t)weight;
	}
	return rc;
}

/* What the options say takes the place of what was there. */
static int read_fields(const struct cli *cli, Dondoc__V1__TaskFields *fields)
{
	static const char *const sources[] = {"plan", "meeting", "remark", "document", "other"};
	const struct {
		enum cli_opt option;
		char **field;
	} texts[] = {
		{CLI_OPT_CONTENT, &fields->content}, {CLI_OPT_CODE, &fields->code},
		{CLI_OPT_PARENT, &fields->parent},   {CLI_OPT_PRODUCT, &fields->product},
		{CLI_OPT_LEAD, &fields->lead_unit},  {CLI_OPT_NOTE, &fields->note},

	};
	uint64_t number;
	int rc = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (cli->args.value[texts[i].option])
			*texts[i].field = cli_option_text(cli, texts[i].option);
	}
	if (cli->args.value[CLI_OPT_PRIORITY])
		fields->priority = true;
	if (cli->args.value[CLI_OPT_UNTIL])
		rc = cli_day_option(cli, CLI_OPT_UNTIL, &fields->due_day);
	if (rc == 0 && cli->args.value[CLI_OPT_STARTS])
		rc = cli_day_option(cli, CLI_OPT_STARTS, &fields->start_day);
	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_AREA, 255, fields->area, &number);
	if (rc == 0)
		fields->area = (uint32_t)number;
	if (rc == 0)
		rc = read_weight(cli, fields);
	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_ROW, UINT32_MAX, fields->position, &number);
	if (rc == 0)
		fields->position = (uint32_t)number;
	if (rc == 0)
		rc = read_choice(cli, CLI_OPT_SOURCE_KIND, sources, 5, &fields->source_kind);
	return rc == 0 ? read_recurrence(cli, fields) : rc;
}

int cli_task_add(struct cli *cli)
{
	Dondoc__V1__AddTask add = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct cli_work work = {0};
	const char *content;
	char *copy = NULL;
	int rc = cli_text_option(cli, CLI_OPT_CONTENT, &content);

	if (rc == 0)
		rc = read_fields(cli, &fields);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &fields.source);
	add.document = fields.source;
	fields.plan = cli_option_text(cli, CLI_OPT_PLAN);
	add.task = &fields;
	add.unit_set = cli_option_text(cli, CLI_OPT_UNIT_SET);
	if (cli->args.value[CLI_OPT_FOR_UNITS])
		add.units = cli_split(cli->args.value[CLI_OPT_FOR_UNITS], &copy, &add.n_units);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ADD_TASK;
	work.body.add_task = &add;
	rc = fields.plan[0] ? cli_work_as_assigner(cli, &work, rc, fields.plan)
			    : cli_work_send(cli, &work, rc, cli_option_text(cli, CLI_OPT_ASSIGNER));
	free(add.units);
	free(copy);
	return rc;
}

int cli_task_change(struct cli *cli)
{
	Dondoc__V1__ChangeTask change = DONDOC__V1__CHANGE_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct cli_work work = {0};
	int rc = cli_work_begin(cli, &work, &change.task);

	if (rc == 0) {
		fields = *work.task->fields;
		rc = read_fields(cli, &fields);
	}
	if (rc == 0)
		rc = cli_work_document(cli, &work, &change.document);
	change.fields = &fields;
	change.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_TASK;
	work.body.change_task = &change;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_task_place(struct cli *cli)
{
	Dondoc__V1__PlacePlan place = DONDOC__V1__PLACE_PLAN__INIT;
	struct cli_work work = {0};
	uint64_t row = 0;
	int rc = cli_number_option(cli, CLI_OPT_ROW, UINT32_MAX, 0, &row);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &place.task);
	place.plan = (char *)cli_word(cli, 1);
	place.code = cli_option_text(cli, CLI_OPT_CODE);
	place.position = (uint32_t)row;
	place.removed = cli->args.value[CLI_OPT_TAKE_AWAY] != NULL;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_PLACE_PLAN;
	work.body.place_plan = &place;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_task_depend(struct cli *cli)
{
	Dondoc__V1__SetDependency set = DONDOC__V1__SET_DEPENDENCY__INIT;
	struct cli_work work = {0};
	uint64_t lag = 0;
	int rc = cli_number_option(cli, CLI_OPT_LAG, 3660, 0, &lag);

	if (rc == 0)
		rc = cli_work_begin(cli, &work, &set.task);
	if (rc == 0)
		rc = cli_plan_task(cli, cli_word(cli, 1), &set.predecessor);
	set.lag_days = (int32_t)lag;
	set.removed = cli->args.value[CLI_OPT_TAKE_AWAY] != NULL;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_DEPENDENCY;
	work.body.set_dependency = &set;
	return cli_work_as_assigner(cli, &work, rc, NULL);
}

int cli_event_record(struct cli *cli)
{
	Dondoc__V1__RecordOccurrence record = DONDOC__V1__RECORD_OCCURRENCE__INIT;
	struct cli_work work = {0};
	const char *needed;
	uint64_t task;
	int rc = cli_text_option(cli, CLI_OPT_PLAN, &needed);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_ON_DAY, &needed);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_ON_DAY, &record.day);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &record.document);
	if (rc == 0 && cli->args.value[CLI_OPT_TASK]) {
		rc = cli_plan_task(cli, cli->args.value[CLI_OPT_TASK], &task);
		record.tasks = &task;
		record.n_tasks = 1;
	}
	record.code = (char *)cli_word(cli, 0);
	record.plan = cli_option_text(cli, CLI_OPT_PLAN);
	record.title = cli_option_text(cli, CLI_OPT_NAME);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RECORD_OCCURRENCE;
	work.body.record_occurrence = &record;
	return cli_work_as_assigner(cli, &work, rc, record.plan);
}
