/* cli_rule_words.c - rules of reminders in words: what they are called, for whom they hold, when
 * they speak. */
#include "common/domain/rule.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_rules.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEN(table) (sizeof(table) / sizeof((table)[0]))

const char *cli_rule_name(enum cli_lang lang, const Dondoc__V1__ReminderRule *rule)
{
	if (rule->name[0] != '\0')
		return rule->name;
	return dd_rule_kind_name((enum dd_rule_kind)rule->kind, lang == CLI_EN);
}

const char *cli_rule_id_name(enum cli_lang lang, const char *id)
{
	const struct dd_rule *rule = dd_rule_shipped_by_id(id);

	return rule != NULL ? dd_rule_kind_name(rule->kind, lang == CLI_EN) : id;
}

void cli_rule_scope_words(enum cli_lang lang, const Dondoc__V1__RuleScope *scope,
			  struct dd_buf *out)
{
	if (scope != NULL && scope->task != 0)
		dd_buf_printf(out, "#%" PRIu64, scope->task);
	else if (scope != NULL && scope->unit[0] != '\0')
		dd_buf_text(out, scope->unit);
	else if (scope != NULL && scope->area != 0)
		dd_buf_printf(out, "%s %" PRIu32, cli_text(lang, TEXT_SCOPE_AREA), scope->area - 1);
	else if (scope != NULL && scope->plan[0] != '\0')
		dd_buf_text(out, scope->plan);
	else
		dd_buf_text(out, cli_text(lang, TEXT_SCOPE_EVERYWHERE));
}

/* "7, 3": without their signs where the words say before or after. */
static void add_steps(const Dondoc__V1__ReminderRule *rule, bool signs, struct dd_buf *out)
{
	for (size_t i = 0; i < rule->n_steps; i++) {
		const int32_t step = rule->steps[i];

		dd_buf_printf(out, signs && step > 0 ? "%s%+d" : "%s%d", i > 0 ? ", " : "",
			      (int)(signs || step > 0 ? step : -step));
	}
}

static void add_gaps(const Dondoc__V1__ReminderRule *rule, struct dd_buf *out)
{
	for (size_t i = 0; i < rule->n_gaps && rule->gaps[i] != 0; i++)
		dd_buf_printf(out, "%s%" PRIu32, i > 0 ? ", " : "", rule->gaps[i]);
}

static void add_rungs(enum cli_lang lang, const Dondoc__V1__ReminderRule *rule, struct dd_buf *out)
{
	static const enum cli_text names[] = {TEXT_RUNG_HEAD, TEXT_RUNG_LEADER, TEXT_RUNG_PARENT,
					      TEXT_RUNG_AGENCY};

	for (size_t i = 0; i < rule->n_rungs; i++) {
		const Dondoc__V1__Rung *rung = rule->rungs[i];

		dd_buf_printf(out, "%s%d %s", i > 0 ? ", " : "", (int)rung->days,
			      (size_t)rung->to < LEN(names) ? cli_text(lang, names[rung->to])
							    : "?");
	}
}

/* By RuleKind: the words, with its numbers at {0}. */
static const enum cli_text when[] = {
	[DD_RULE_NONE] = TEXT_NONE,
	[DD_RULE_BEFORE] = TEXT_WHEN_BEFORE,
	[DD_RULE_DUE] = TEXT_WHEN_DUE,
	[DD_RULE_AFTER] = TEXT_WHEN_AFTER,
	[DD_RULE_NOT_BEGUN] = TEXT_WHEN_NOT_BEGUN,
	[DD_RULE_NO_UPDATE] = TEXT_WHEN_NO_UPDATE,
	[DD_RULE_BEHIND] = TEXT_WHEN_BEHIND,
	[DD_RULE_WAITING] = TEXT_WHEN_WAITING,
	[DD_RULE_EVIDENCE] = TEXT_WHEN_WORKING_DAYS,
	[DD_RULE_NOT_RECEIVED] = TEXT_WHEN_WORKING_DAYS,
	[DD_RULE_PROMISE] = TEXT_WHEN_PROMISE,
	[DD_RULE_PERIOD_REPORT] = TEXT_WHEN_PERIOD,
	[DD_RULE_EXPECTED] = TEXT_WHEN_PERIOD,
	[DD_RULE_DISSEMINATION] = TEXT_WHEN_WORKING_DAYS,
	[DD_RULE_SUPERIOR] = TEXT_WHEN_SUPERIOR,
	[DD_RULE_FIRST] = TEXT_WHEN_ONCE,
	[DD_RULE_SILENCE_OVER] = TEXT_WHEN_ONCE,
	[DD_RULE_ASSIGNED] = TEXT_WHEN_HAPPENS,
	[DD_RULE_RETURNED] = TEXT_WHEN_HAPPENS,
	[DD_RULE_DECIDED] = TEXT_WHEN_HAPPENS,
	[DD_RULE_ASKED] = TEXT_WHEN_HAPPENS,
	[DD_RULE_MENTIONED] = TEXT_WHEN_HAPPENS,
};

void cli_rule_when_words(enum cli_lang lang, const Dondoc__V1__ReminderRule *rule,
			 struct dd_buf *out)
{
	const size_t kind = (size_t)rule->kind;
	const bool ends = rule->n_gaps > 0 && rule->gaps[rule->n_gaps - 1] == 0;
	struct dd_buf numbers = {0};
	const char *args[2];

	if (kind == 0 || kind >= LEN(when))
		return;
	if (rule->n_gaps > 0)
		add_gaps(rule, &numbers);
	else if (rule->n_rungs > 0)
		add_rungs(lang, rule, &numbers);
	else if (rule->n_steps > 0)
		add_steps(rule, when[kind] == TEXT_WHEN_PERIOD, &numbers);
	else
		dd_buf_printf(&numbers, "%d",
			      (int)(rule->percent != 0 ? rule->percent : rule->days));
	args[0] = dd_buf_cstr(&numbers);
	args[1] = cli_text(lang, ends ? TEXT_GAPS_END : TEXT_GAPS_GO_ON);
	cli_fill(out, cli_text(lang, rule->n_gaps > 0 ? TEXT_WHEN_GAPS : when[kind]), args, 2);
	dd_buf_fini(&numbers);
}

/* --- causes ---------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	enum cli_text text;
} causes[] = {
	{"", TEXT_NONE},
	{"done", TEXT_DISPUTE_DONE},
	{"not-ours", TEXT_DISPUTE_NOT_OURS},
	{"date", TEXT_DISPUTE_DATE},
	{"twice", TEXT_DISPUTE_TWICE},
	{"other", TEXT_DISPUTE_OTHER},
};

const char *cli_dispute_words(enum cli_lang lang, int cause)
{
	return cause > 0 && (size_t)cause < LEN(causes) ? cli_text(lang, causes[cause].text) : "?";
}

int cli_dispute_parse(const char *word)
{
	for (size_t i = 1; i < LEN(causes); i++) {
		if (strcmp(causes[i].word, word) == 0)
			return (int)i;
	}
	return -1;
}

/* --- scopes from the command line ------------------------------------------------------------ */

int cli_rule_scope(struct cli *cli, Dondoc__V1__RuleScope *scope_out, bool *given_out)
{
	const char *area = cli->args.value[CLI_OPT_AREA];
	const char *task = cli->args.value[CLI_OPT_TASK];
	uint64_t number = 0;
	int given, rc = cli_number_option(cli, CLI_OPT_AREA, 1000, 0, &number);

	dondoc__v1__rule_scope__init(scope_out);
	scope_out->plan = cli_option_text(cli, CLI_OPT_PLAN);
	scope_out->unit = cli_option_text(cli, CLI_OPT_UNIT);
	scope_out->area = area != NULL ? (uint32_t)number + 1 : 0;
	given = (scope_out->plan[0] != '\0') + (area != NULL) + (scope_out->unit[0] != '\0') +
		(task != NULL);
	*given_out = given > 0;
	if (rc == 0 && given > 1)
		rc = cli_misused(cli, TEXT_SCOPE_ONE, NULL);
	return rc == 0 && task != NULL ? cli_plan_task(cli, task, &scope_out->task) : rc;
}
