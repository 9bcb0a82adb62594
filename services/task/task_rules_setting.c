/* task_rules_setting.c - the policy that the other rules read. */
#include "services/task/task_actor.h"
#include "services/task/task_plan.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#include <string.h>

#define SETTINGS_MAX  100u
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

/* Where a setting may stand: some only for all. */
static bool scope_fits(const struct task_case *c, const Dondoc__V1__Setting *row,
		       const struct dd_policy_row *known, struct task_outcome *out)
{
	struct view_plan plan;

	if (row->plan[0] != '\0' && row->unit[0] != '\0')
		return task_refused(out, REFUSAL(RANGE), row->name, "plan+unit");
	if (row->plan[0] != '\0' && !known->by_plan) {
		task_refuse(out, REFUSAL(RANGE), row->name, "plan", "for all");
		return false;
	}
	if (row->unit[0] != '\0' && !known->by_unit) {
		task_refuse(out, REFUSAL(RANGE), row->name, "unit", "for all");
		return false;
	}
	if (row->plan[0] != '\0')
		return task_plan_may(c, DD_COMMAND_SET_SETTINGS, row->plan, &plan, out);
	if (row->unit[0] == '\0') /* for all: as far as the whole authority */
		return task_actor_reaches(c, DD_COMMAND_SET_SETTINGS, "", NULL, out);
	return task_unit_known(c, row->unit, out) &&
	       task_actor_reaches(c, DD_COMMAND_SET_SETTINGS, row->unit, NULL, out);
}

static bool setting_fits(const struct task_case *c, const Dondoc__V1__Setting *row,
			 struct task_outcome *out)
{
	enum dd_setting setting = dd_policy_find(row->name);
	char range[DD_POLICY_RANGE_TEXT];
	struct dd_error ignored;
	int32_t value;

	if (setting == DD_SETTING_COUNT)
		return task_refused(out, REFUSAL(UNKNOWN_SETTING), row->name, NULL);
	if (dd_policy_parse(setting, row->value, &value, &ignored) != DD_OK) {
		task_refuse(out, REFUSAL(RANGE), row->name, row->value,
			    dd_policy_range(setting, range));
		return false;
	}
	return scope_fits(c, row, dd_policy_row(setting), out);
}

/* Messages leave between two times of a day, and the first comes first: else none ever left. What
 * is set together counts together. */
static bool hours_fit(const struct task_case *c, const Dondoc__V1__SetSettings *cmd,
		      const Dondoc__V1__Setting *row, struct task_outcome *out)
{
	const struct dd_policy *policy;
	int32_t from, until;

	if (dd_policy_find(row->name) != DD_SETTING_REMIND_FROM &&
	    dd_policy_find(row->name) != DD_SETTING_REMIND_UNTIL)
		return true;
	policy = task_policy_of(c, NULL, row->unit[0] != '\0' ? row->unit : NULL);
	from = policy->value[DD_SETTING_REMIND_FROM];
	until = policy->value[DD_SETTING_REMIND_UNTIL];
	for (size_t i = 0; i < cmd->n_settings; i++) {
		const Dondoc__V1__Setting *other = cmd->settings[i];
		const enum dd_setting setting = dd_policy_find(other->name);
		struct dd_error ignored;
		int32_t time;

		if (strcmp(other->unit, row->unit) != 0 ||
		    dd_policy_parse(setting, other->value, &time, &ignored) != DD_OK)
			continue;
		if (setting == DD_SETTING_REMIND_FROM)
			from = time;
		else if (setting == DD_SETTING_REMIND_UNTIL)
			until = time;
	}
	if (from < until)
		return true;
	task_refuse(out, REFUSAL(RANGE), row->name, row->value, "remind.from < remind.until");
	return false;
}

/* What concerns one unit alone is its own matter; all else everybody reads. */
static const char *unit_of_all(const Dondoc__V1__SetSettings *cmd)
{
	for (size_t i = 1; i < cmd->n_settings; i++) {
		if (strcmp(cmd->settings[i]->unit, cmd->settings[0]->unit) != 0)
			return "";
	}
	return cmd->settings[0]->unit;
}

void task_rule_set_settings(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__SettingsSet event = DONDOC__V1__SETTINGS_SET__INIT;
	Dondoc__V1__SetSettings *cmd = c->body->set_settings;

	if (cmd->n_settings == 0) {
		task_refuse(out, REFUSAL(MISSING), "settings", NULL, NULL);
		return;
	}
	if (cmd->n_settings > SETTINGS_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "settings", "100", NULL);
		return;
	}
	for (size_t i = 0; i < cmd->n_settings; i++) {
		if (!setting_fits(c, cmd->settings[i], out))
			return;
	}
	for (size_t i = 0; i < cmd->n_settings; i++) {
		if (!hours_fit(c, cmd, cmd->settings[i], out))
			return;
	}
	event.said = cmd;
	task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_SETTINGS_SET, 0, unit_of_all(cmd), NULL,
			&event.base);
}
