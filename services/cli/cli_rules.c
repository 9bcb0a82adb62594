/* cli_rules.c - `remind rules`: which rules of reminders are in force, when they speak, how often
 * readers found them wrong; `remind rule`: change them. */
#include "services/cli/cli_rules.h"
#include "common/domain/rule.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 9

/* --- list ------------------------------------------------------------------------------------ */

static void share_cell(const Dondoc__V1__ReminderRuleRow *row, struct cli_table *table)
{
	char text[48] = "";

	if (row->disputed > 0 && row->told > 0)
		snprintf(text, sizeof(text), "%" PRIu64 " (%" PRIu64 "%%)", row->disputed,
			 (100 * row->disputed + row->told / 2) / row->told);
	cli_table_cell(table, text);
}

/* The cause that readers name most often. */
static void cause_cell(const struct cli *cli, const Dondoc__V1__ReminderRuleRow *row,
		       struct cli_table *table)
{
	size_t most = 0;

	for (size_t i = 1; i < row->n_disputed_by_cause; i++) {
		if (row->disputed_by_cause[i] > row->disputed_by_cause[most])
			most = i;
	}
	cli_table_cell(table, row->disputed > 0 ? cli_dispute_words(cli->lang, (int)most + 1) : "");
}

static void add_row(const struct cli *cli, const Dondoc__V1__ReminderRuleRow *row,
		    struct cli_table *table)
{
	struct dd_buf when = {0}, scope = {0};
	enum cli_text state = row->rule->on ? TEXT_RULE_ON : TEXT_RULE_OFF;

	cli_rule_when_words(cli->lang, row->rule, &when);
	cli_rule_scope_words(cli->lang, row->rule->scope, &scope);
	cli_table_cell(table, row->rule->rule);
	cli_table_cell(table, cli_rule_name(cli->lang, row->rule));
	cli_table_cell(table, cli_text(cli->lang, row->removed ? TEXT_RULE_REMOVED : state));
	cli_table_cell(table, dd_buf_cstr(&when));
	cli_table_cell(table,
		       row->shipped ? cli_text(cli->lang, TEXT_RULE_SHIPPED) : dd_buf_cstr(&scope));
	if (row->sequence != 0)
		cli_table_number(table, (long long)row->sequence);
	else
		cli_table_cell(table, "");
	cli_table_number(table, (long long)row->told);
	share_cell(row, table);
	cause_cell(cli, row, table);
	dd_buf_fini(&when);
	dd_buf_fini(&scope);
}

static void print_rules(const struct cli *cli, const Dondoc__V1__ReminderRuleList *list)
{
	const struct cli_column columns[COLUMNS] = {
		{cli_text(cli->lang, TEXT_COL_RULE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_RULE_ON), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_WHEN), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_FOR_WHOM), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NO), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_RULE_TOLD), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_DISPUTED), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_CAUSE), true, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, COLUMNS);

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, list->rows[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
}

static int ask_rules(struct cli *cli, Dondoc__V1__ListReminderRules *list,
		     Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REMINDER_RULES;
	query.list_reminder_rules = list;
	return cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_REMINDER_RULES, reply_out);
}

int cli_remind_rules(struct cli *cli)
{
	Dondoc__V1__ListReminderRules list = DONDOC__V1__LIST_REMINDER_RULES__INIT;
	const char *rule = cli_word(cli, 0);
	Dondoc__V1__RuleScope scope;
	Dondoc__V1__Reply *reply;
	bool given;
	int rc = cli_connect(cli, "task");

	if (rc == 0)
		rc = cli_rule_scope(cli, &scope, &given);
	if (rc != 0)
		return rc;
	list.rule = (char *)(rule != NULL ? rule : "");
	list.scope = given ? &scope : NULL;
	list.with_past = cli->args.value[CLI_OPT_ALL] != NULL;
	rc = ask_rules(cli, &list, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->reminder_rules->base);
	} else if (rule != NULL && reply->answer->reminder_rules->n_rows == 0) {
		cli_complain(cli, TEXT_NO_SUCH_RULE, rule, NULL);
		rc = CLI_NOT_FOUND;
	} else {
		print_rules(cli, reply->answer->reminder_rules);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* --- change ---------------------------------------------------------------------------------- */

/* What the options make of the rule; its arrays lie here. */
struct edited {
	Dondoc__V1__ReminderRule *rule;
	int32_t steps[DD_RULE_STEPS_MAX];
	uint32_t gaps[DD_RULE_STEPS_MAX];
	Dondoc__V1__Rung rung[DD_RULE_RUNGS_MAX], *rungs[DD_RULE_RUNGS_MAX];
};

static int ascending(const void *a, const void *b)
{
	const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return x < y ? -1 : x > y;
}

/* "7,3" or "-3,0,1"; at most `max`. *count_out SIZE_MAX: it is none. */
static void read_list(const char *text, int32_t *out, size_t max, size_t *count_out)
{
	size_t count = 0;

	*count_out = SIZE_MAX;
	while (*text != '\0') {
		char *end;
		const long number = strtol(text, &end, 10);

		if (end == text || number < -9999 || number > 9999 || count == max ||
		    (*end != ',' && *end != '\0') || (*end == ',' && end[1] == '\0'))
			return;
		out[count++] = (int32_t)number;
		text = end + (*end == ',');
	}
	*count_out = count;
}

/* People say "7,3" of days before. */
static int edit_steps(const struct cli *cli, struct edited *edited)
{
	const char *text = cli->args.value[CLI_OPT_STEPS];
	const bool before = edited->rule->kind == DONDOC__V1__RULE_KIND__RULE_BEFORE;
	size_t count;

	if (text == NULL)
		return 0;
	read_list(text, edited->steps, DD_RULE_STEPS_MAX, &count);
	if (count == SIZE_MAX)
		return cli_misused(cli, TEXT_BAD_VALUE, "--steps", text, NULL);
	for (size_t i = 0; before && i < count; i++)
		edited->steps[i] = -abs(edited->steps[i]);
	qsort(edited->steps, count, sizeof(edited->steps[0]), ascending);
	edited->rule->steps = edited->steps;
	edited->rule->n_steps = count;
	edited->rule->n_gaps = 0;
	return 0;
}

static int edit_gaps(const struct cli *cli, struct edited *edited)
{
	const char *text = cli->args.value[CLI_OPT_GAPS];
	int32_t numbers[DD_RULE_STEPS_MAX];
	size_t count;

	if (text == NULL)
		return 0;
	read_list(text, numbers, DD_RULE_STEPS_MAX, &count);
	for (size_t i = 0; count != SIZE_MAX && i < count; i++) {
		if (numbers[i] < 0)
			count = SIZE_MAX;
		else
			edited->gaps[i] = (uint32_t)numbers[i];
	}
	if (count == SIZE_MAX)
		return cli_misused(cli, TEXT_BAD_VALUE, "--gaps", text, NULL);
	edited->rule->gaps = edited->gaps;
	edited->rule->n_gaps = count;
	edited->rule->n_steps = 0;
	return 0;
}

/* "2=head,5=leader" */
static int edit_rungs(const struct cli *cli, struct edited *edited)
{
	static const char *const names[] = {"head", "leader", "parent", "agency"};
	const char *text = cli->args.value[CLI_OPT_RUNGS], *at = text;
	size_t count = 0;

	while (at != NULL && *at != '\0') {
		char *end;
		const long days = strtol(at, &end, 10);
		size_t to = 0, len = *end == '=' ? strcspn(end + 1, ",") : 0;

		while (to < 4 && (strlen(names[to]) != len || memcmp(names[to], end + 1, len) != 0))
			to++;
		if (count == DD_RULE_RUNGS_MAX || end == at || to == 4 || days < 0 || days > 9999)
			return cli_misused(cli, TEXT_BAD_VALUE, "--rungs", text, NULL);
		dondoc__v1__rung__init(&edited->rung[count]);
		edited->rung[count].days = (int32_t)days;
		edited->rung[count].to = (Dondoc__V1__RungTo)to;
		edited->rungs[count] = &edited->rung[count];
		count++;
		at = end + 1 + len;
		at += *at == ',';
	}
	if (text != NULL) {
		edited->rule->rungs = edited->rungs;
		edited->rule->n_rungs = count;
	}
	return 0;
}

/* "lead,coordinating,agency": bits of RuleTo. */
static int edit_recipients(const struct cli *cli, struct edited *edited)
{
	static const char *const names[] = {"lead", "coordinating", "agency"};
	const char *text = cli->args.value[CLI_OPT_RECIPIENTS], *at = text;
	uint32_t bits = 0;

	while (at != NULL && *at != '\0') {
		const size_t len = strcspn(at, ",");
		size_t to = 0;

		while (to < 3 && (strlen(names[to]) != len || memcmp(names[to], at, len) != 0))
			to++;
		if (to == 3)
			return cli_misused(cli, TEXT_BAD_VALUE, "--recipients", text, NULL);
		bits |= UINT32_C(1) << to;
		at += len + (at[len] == ',');
	}
	if (text != NULL)
		edited->rule->to = bits;
	return 0;
}

static int edit_switch(const struct cli *cli, enum cli_opt option, protobuf_c_boolean *value)
{
	const char *text = cli->args.value[option];

	if (text == NULL)
		return 0;
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, text, "on, off", NULL);
	*value = strcmp(text, "on") == 0;
	return 0;
}

static int edit_numbers(const struct cli *cli, struct edited *edited)
{
	uint64_t days, percent;
	int rc = cli_number_option(cli, CLI_OPT_DAYS, 9999, (uint64_t)edited->rule->days, &days);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_PERCENT, 100, (uint64_t)edited->rule->percent,
				       &percent);
	if (rc != 0)
		return rc;
	edited->rule->days = (int32_t)days;
	edited->rule->percent = (int32_t)percent;
	return 0;
}

static int edit(const struct cli *cli, struct edited *edited)
{
	int rc = edit_steps(cli, edited);

	if (rc == 0)
		rc = edit_gaps(cli, edited);
	if (rc == 0)
		rc = edit_rungs(cli, edited);
	if (rc == 0)
		rc = edit_recipients(cli, edited);
	if (rc == 0)
		rc = edit_numbers(cli, edited);
	if (rc == 0)
		rc = edit_switch(cli, CLI_OPT_AT_ONCE, &edited->rule->immediate);
	if (rc == 0)
		rc = edit_switch(cli, CLI_OPT_OPTIONAL, &edited->rule->optional);
	if (cli->args.value[CLI_OPT_RULE_NAME] != NULL)
		edited->rule->name = cli_option_text(cli, CLI_OPT_RULE_NAME);
	return rc;
}

/* The rule as it is in force there; of a new one, the rule that it is to be like. */
static int fetch_rule(struct cli *cli, const char *id, Dondoc__V1__RuleScope *scope,
		      Dondoc__V1__Reply **reply_out)
{
	const char *like = cli->args.value[CLI_OPT_LIKE];
	Dondoc__V1__ListReminderRules list = DONDOC__V1__LIST_REMINDER_RULES__INIT;
	int rc;

	list.scope = scope;
	list.rule = (char *)(like != NULL ? like : id);
	rc = ask_rules(cli, &list, reply_out);
	if (rc != 0 || (*reply_out)->answer->reminder_rules->n_rows > 0)
		return rc;
	cli_complain(cli, TEXT_NO_SUCH_RULE, list.rule, NULL);
	dondoc__v1__reply__free_unpacked(*reply_out, NULL);
	return CLI_NOT_FOUND;
}

static int send_rule(struct cli *cli, struct cli_work *work, int rc,
		     Dondoc__V1__SetReminderRule *set)
{
	set->reason = cli_option_text(cli, CLI_OPT_REASON);
	work->body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_REMINDER_RULE;
	work->body.set_reminder_rule = set;
	if (set->rule->scope->plan[0] != '\0')
		return cli_work_as_assigner(cli, work, rc, set->rule->scope->plan);
	return cli_work_send(cli, work, rc, cli_setting_unit(cli));
}

static int reset_rule(struct cli *cli, const char *id, Dondoc__V1__RuleScope *scope)
{
	Dondoc__V1__SetReminderRule set = DONDOC__V1__SET_REMINDER_RULE__INIT;
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;
	struct cli_work work = {0};
	int rc = cli_work_start(cli, &work);

	rule.rule = (char *)id;
	rule.scope = scope;
	set.rule = &rule;
	set.removed = 1;
	return send_rule(cli, &work, rc, &set);
}

static int change_rule(struct cli *cli, const char *how, const char *id,
		       Dondoc__V1__RuleScope *scope)
{
	Dondoc__V1__SetReminderRule set = DONDOC__V1__SET_REMINDER_RULE__INIT;
	Dondoc__V1__ReminderRule rule;
	struct cli_work work = {0};
	struct edited edited = {.rule = &rule};
	Dondoc__V1__Reply *reply;
	int rc = fetch_rule(cli, id, scope, &reply);

	if (rc != 0)
		return rc;
	rule = *reply->answer->reminder_rules->rows[0]->rule;
	rule.rule = (char *)id;
	rule.scope = scope;
	if (strcmp(how, "set") != 0)
		rule.on = strcmp(how, "on") == 0;
	rc = edit(cli, &edited);
	if (rc == 0 && cli->args.value[CLI_OPT_DRY_RUN] != NULL) {
		rc = cli_remind_preview_changed(cli, &rule);
		dondoc__v1__reply__free_unpacked(reply, NULL);
		return rc;
	}
	if (rc == 0)
		rc = cli_work_start(cli, &work);
	set.rule = &rule;
	rc = send_rule(cli, &work, rc, &set);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

int cli_remind_rule(struct cli *cli)
{
	const char *how = cli_word(cli, 0), *id = cli_word(cli, 1);
	Dondoc__V1__RuleScope scope;
	bool given;
	int rc;

	if (strcmp(how, "set") != 0 && strcmp(how, "on") != 0 && strcmp(how, "off") != 0 &&
	    strcmp(how, "reset") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, how, "on, off, set, reset", NULL);
	rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_rule_scope(cli, &scope, &given);
	if (rc != 0)
		return rc;
	return strcmp(how, "reset") == 0 ? reset_rule(cli, id, &scope)
					 : change_rule(cli, how, id, &scope);
}
