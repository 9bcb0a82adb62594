/* cli_indicator.c - indicators: their targets by year and what was measured. */
#include "common/base/alloc.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TARGETS_MAX 50

/* --- values -------------------------------------------------------------------------------------
 */

int cli_plan_value(const struct cli *cli, const char *text, int64_t *value_out)
{
	bool negative = text[0] == '-';
	const char *at = text + (negative ? 1 : 0);
	int64_t value = 0;
	int digits = 0, behind = -1;

	for (; *at; at++) {
		if ((*at == ',' || *at == '.') && behind < 0 && digits > 0)
			behind = 0;
		else if (*at >= '0' && *at <= '9' && digits < 15 && behind < 3) {
			value = value * 10 + (*at - '0');
			digits++;
			behind += behind >= 0 ? 1 : 0;
		} else {
			digits = 0;
			break;
		}
	}
	if (digits == 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "N", text, NULL);
	for (behind = behind < 0 ? 0 : behind; behind < 3; behind++)
		value *= 10;
	*value_out = negative ? -value : value;
	return 0;
}

const char *cli_plan_value_text(const struct cli *cli, int64_t value, char out[CLI_VALUE_TEXT])
{
	long long whole = (long long)(value / 1000), part = (long long)(value % 1000);
	char *end;

	snprintf(out, CLI_VALUE_TEXT, "%s%lld%c%03lld", value < 0 ? "-" : "",
		 whole < 0 ? -whole : whole, cli->lang == CLI_VI ? ',' : '.',
		 part < 0 ? -part : part);
	end = out + strlen(out) - 1;
	while (*end == '0')
		*end-- = '\0';
	if (*end < '0' || *end > '9')
		*end = '\0';
	return out;
}

/* --- commands
 * -------------------------------------------------------------------------------------- */

static int read_target(const struct cli *cli, char *text, Dondoc__V1__YearValue *target)
{
	char *value = strchr(text, '=');
	uint64_t year = 0;

	dondoc__v1__year_value__init(target);
	if (!value)
		return cli_misused(cli, TEXT_BAD_VALUE, "--targets", text, NULL);
	*value++ = '\0';
	if (cli_parse_number(text, 9999, &year) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "--targets", text, NULL);
	target->year = (int32_t)year;
	return cli_plan_value(cli, value, &target->value);
}

struct targets {
	Dondoc__V1__YearValue values[TARGETS_MAX];
	Dondoc__V1__YearValue *rows[TARGETS_MAX];
	size_t count;
};

static int read_targets(const struct cli *cli, struct targets *targets)
{
	const char *text = cli->args.value[CLI_OPT_TARGETS];
	char **parts, *copy;
	size_t count;
	int rc = 0;

	if (!text)
		return 0;
	parts = cli_split(text, &copy, &count);
	if (count > TARGETS_MAX)
		rc = cli_misused(cli, TEXT_BAD_VALUE, "--targets", text, NULL);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = read_target(cli, parts[i], &targets->values[i]);
		targets->rows[i] = &targets->values[i];
		targets->count = i + 1;
	}
	free(parts);
	free(copy);
	return rc;
}

int cli_indicator_set(struct cli *cli)
{
	Dondoc__V1__SetIndicator set = DONDOC__V1__SET_INDICATOR__INIT;
	Dondoc__V1__IndicatorFields fields = DONDOC__V1__INDICATOR_FIELDS__INIT;
	struct targets targets = {.count = 0};
	struct cli_work work = {0};
	uint64_t area = 0;
	int rc = cli_number_option(cli, CLI_OPT_AREA, 255, 0, &area);

	if (rc == 0)
		rc = read_targets(cli, &targets);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &set.document);
	fields.plan = (char *)cli_word(cli, 0);
	fields.code = (char *)cli_word(cli, 1);
	fields.name = cli_option_text(cli, CLI_OPT_NAME);
	fields.measure = cli_option_text(cli, CLI_OPT_MEASURE);
	fields.lead_unit = cli_option_text(cli, CLI_OPT_LEAD);
	fields.area = (uint32_t)area;
	fields.targets = targets.rows;
	fields.n_targets = targets.count;
	fields.falling = cli->args.value[CLI_OPT_FALLING] != NULL;
	fields.removed = cli->args.value[CLI_OPT_TAKE_AWAY] != NULL;
	set.fields = &fields;
	set.reason = cli_option_text(cli, CLI_OPT_REASON);
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_INDICATOR;
	work.body.set_indicator = &set;
	return cli_work_as_assigner(cli, &work, rc, fields.plan);
}

int cli_indicator_measure(struct cli *cli)
{
	Dondoc__V1__MeasureIndicator said = DONDOC__V1__MEASURE_INDICATOR__INIT;
	struct cli_work work = {0};
	const char *day;
	int rc = cli_plan_value(cli, cli_word(cli, 2), &said.value);

	if (rc == 0)
		rc = cli_text_option(cli, CLI_OPT_ON_DAY, &day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_ON_DAY, &said.day);
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &said.document);
	said.plan = (char *)cli_word(cli, 0);
	said.code = (char *)cli_word(cli, 1);
	said.source = cli_option_text(cli, CLI_OPT_SOURCE);
	said.withdrawn = cli->args.value[CLI_OPT_TAKE_AWAY] != NULL;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_MEASURE_INDICATOR;
	work.body.measure_indicator = &said;
	return cli_work_as_assigner(cli, &work, rc, said.plan);
}

/* --- the list
 * ------------------------------------------------------------------------------------------ */

/* The value that stood there before, and whose it was. */
static void add_replaced(const struct cli *cli, const Dondoc__V1__IndicatorValue *last,
			 struct cli_table *table)
{
	char value[CLI_VALUE_TEXT];
	struct dd_buf words = {0};

	if (last && last->replaced != 0) {
		dd_buf_text(&words, cli_plan_value_text(cli, last->replaced_value, value));
		if (last->replaced_unit[0] != '\0')
			dd_buf_printf(&words, " (%s)", last->replaced_unit);
	}
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void add_row(const struct cli *cli, const Dondoc__V1__IndicatorRow *row,
		    struct cli_table *table)
{
	const Dondoc__V1__IndicatorValue *last =
		row->n_values > 0 ? row->values[row->n_values - 1] : NULL;
	char text[CLI_VALUE_TEXT], day[CLI_DAY_TEXT];

	cli_table_cell(table, row->fields->plan);
	cli_table_cell(table, row->fields->code);
	cli_table_cell(table, row->fields->name);
	cli_table_cell(table, row->fields->measure);
	cli_table_cell(table, row->has_target ? cli_plan_value_text(cli, row->target, text) : "");
	cli_table_cell(table, last ? cli_plan_value_text(cli, last->value, text) : "");
	cli_table_cell(table, last ? cli_day(cli->lang, last->day, day) : "");
	cli_table_cell(table, row->has_target && last && row->gap > 0
				      ? cli_plan_value_text(cli, row->gap, text)
				      : "");
	cli_table_cell(table, row->reached ? cli_text(cli->lang, TEXT_YES) : "");
	add_replaced(cli, last, table);
}

int cli_indicator_list(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_PLAN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_MEASURE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TARGET), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_VALUE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_DATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_GAP), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_REACHED), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_INSTEAD), false, true, 0},
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListIndicators list = DONDOC__V1__LIST_INDICATORS__INIT;
	struct cli_table *table = NULL;
	Dondoc__V1__Reply *reply;
	uint64_t year = 0;
	int rc = cli_number_option(cli, CLI_OPT_TARGET_YEAR, 9999, 0, &year);

	list.plan = cli_option_text(cli, CLI_OPT_PLAN);
	list.year = (int32_t)year;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_INDICATORS;
	query.list_indicators = &list;
	if (rc == 0)
		rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_INDICATORS, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->indicators->base);
	} else {
		table = cli_table_new(columns, 10);
		for (size_t i = 0; i < reply->answer->indicators->n_rows; i++)
			add_row(cli, reply->answer->indicators->rows[i], table);
		cli_print_table(cli, table);
	}
	cli_table_free(table);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
