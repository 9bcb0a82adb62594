/* task_rules_remind.c - rules of reminders as data, and since when a plan's units are reminded. */
#include "services/task/task_remind.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "services/task/task_actor.h"
#include "services/task/task_life.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name

#define NAME_MAX_BYTES  200u
#define START_DAYS_MOST 366

struct number {
	char text[24];
};

static struct number number_of(uint64_t value)
{
	struct number number;

	snprintf(number.text, sizeof(number.text), "%" PRIu64, value);
	return number;
}

/* --- scopes ---------------------------------------------------------------------------------- */

static bool one_field(const Dondoc__V1__RuleScope *scope, struct task_outcome *out)
{
	const int given = (scope->plan[0] != '\0') + (scope->area != 0) + (scope->unit[0] != '\0') +
			  (scope->task != 0);

	return given <= 1 || task_refused(out, REFUSAL(RULE), "scope", "plan|area|unit|task");
}

static bool plan_known(const struct task_case *c, const char *code, struct task_scope *scope,
		       struct task_outcome *out)
{
	struct view_plan plan;

	if (view_plan(c->view, true, code, &plan) != DD_OK)
		return task_refused(out, REFUSAL(UNKNOWN_PLAN), code, NULL);
	memcpy(scope->assigner, plan.assigner_unit, sizeof(scope->assigner));
	return true;
}

static bool task_known(const struct task_case *c, uint64_t id, struct task_scope *scope,
		       struct task_outcome *out)
{
	if (view_task(c->view, true, id, &scope->task) != DD_OK || scope->task.group ||
	    (scope->task.flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0)
		return task_refused(out, REFUSAL(UNKNOWN_TASK), number_of(id).text, NULL);
	memcpy(scope->unit, scope->task.lead_unit, sizeof(scope->unit));
	return plan_known(c, scope->task.plan, scope, out);
}

bool task_scope_known(const struct task_case *c, const Dondoc__V1__RuleScope *scope,
		      struct task_scope *scope_out, struct task_outcome *out)
{
	char name[256];

	memset(scope_out, 0, sizeof(*scope_out));
	if (scope == NULL)
		return true;
	if (!one_field(scope, out))
		return false;
	if (scope->plan[0] != '\0')
		return plan_known(c, scope->plan, scope_out, out);
	if (scope->task != 0)
		return task_known(c, scope->task, scope_out, out);
	if (scope->area != 0)
		return view_area(c->view, true, scope->area - 1, name) == DD_OK ||
		       task_refused(out, REFUSAL(RANGE), "area", number_of(scope->area - 1).text);
	if (scope->unit[0] == '\0')
		return true;
	if (!task_unit_known(c, scope->unit, out))
		return false;
	snprintf(scope_out->unit, sizeof(scope_out->unit), "%s", scope->unit);
	return true;
}

/* --- rules ----------------------------------------------------------------------------------- */

bool task_rule_known(const struct task_case *c, const char *rule, struct task_outcome *out)
{
	return view_rule_kind(c->view, true, rule) != DD_RULE_NONE ||
	       task_refused(out, REFUSAL(RULE), "rule", "dondoc remind rules");
}

bool task_rule_optional(const struct task_case *c, const char *rule,
			const Dondoc__V1__RuleScope *scope)
{
	const struct dd_rule *found = NULL;
	struct view_rules *rules = NULL;
	struct view_place_room room;
	struct view_place place;
	struct dd_error err;
	bool optional;

	view_place_of(c->view, true, scope, &room, &place);
	if (view_rules_load(c->view, true, &rules, &err) == DD_OK)
		found = view_rules_for(rules, rule, &place);
	optional = found != NULL && found->optional;
	view_rules_free(rules);
	return optional;
}

/* What is told of a unit or of a plan has no task. */
static bool of_no_task(enum dd_rule_kind kind)
{
	return kind == DD_RULE_PERIOD_REPORT || kind == DD_RULE_EXPECTED ||
	       kind == DD_RULE_DISSEMINATION;
}

/* A rule is one thing for ever: its reminders are known by its id. */
static bool kind_stays(const struct task_case *c, const struct dd_rule *rule,
		       const Dondoc__V1__RuleScope *scope, struct task_outcome *out)
{
	const enum dd_rule_kind kind = view_rule_kind(c->view, true, rule->id);

	if (kind != DD_RULE_NONE && kind != rule->kind)
		return task_refused(out, REFUSAL(RULE), "kind", dd_rule_kind_name(kind, true));
	return scope == NULL || scope->task == 0 || !of_no_task(rule->kind) ||
	       task_refused(out, REFUSAL(RULE), "scope", "plan|area|unit");
}

static bool rule_fits(const struct task_case *c, const Dondoc__V1__ReminderRule *said,
		      struct task_outcome *out)
{
	struct dd_rule_fault fault;
	struct dd_rule rule;

	if (!view_rule_read(said, &rule, &fault))
		return task_refused(out, REFUSAL(RULE), fault.field, fault.allowed);
	if (strlen(said->name) > NAME_MAX_BYTES)
		return task_refused(out, REFUSAL(TOO_LARGE), "name", "200");
	return kind_stays(c, &rule, said->scope, out);
}

/* The version in force for just this rule and scope, and how many there are at all. */
static bool in_force(const struct task_case *c, const Dondoc__V1__ReminderRule *said,
		     size_t *count_out)
{
	Dondoc__V1__ReminderRuleList *list = view_rules_list(c->view, true);
	bool found = false;

	*count_out = list != NULL ? list->n_rows : 0;
	for (size_t i = 0; i < *count_out; i++)
		found = found || (strcmp(list->rows[i]->rule->rule, said->rule) == 0 &&
				  view_scope_same(list->rows[i]->rule->scope, said->scope));
	dondoc__v1__reminder_rule_list__free_unpacked(list, NULL);
	return found;
}

void task_rule_set_reminder_rule(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__ReminderRuleSet event = DONDOC__V1__REMINDER_RULE_SET__INIT;
	const Dondoc__V1__SetReminderRule *cmd = c->body->set_reminder_rule;
	const Dondoc__V1__ReminderRule *rule = cmd->rule;
	struct task_scope scope;
	size_t count;
	bool found;

	if (rule == NULL) {
		task_refuse(out, REFUSAL(MISSING), "rule", NULL, NULL);
		return;
	}
	if (!task_scope_known(c, rule->scope, &scope, out) ||
	    !task_actor_reaches(c, DD_COMMAND_SET_REMINDER_RULE,
				scope.assigner[0] != '\0' ? scope.assigner : scope.unit, NULL,
				out) ||
	    !task_note_fits(out, "reason", cmd->reason))
		return;
	found = in_force(c, rule, &count);
	if (cmd->removed && !found) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), rule->rule, NULL, NULL);
		return;
	}
	if (!cmd->removed && !found && count >= VIEW_RULES_IN_FORCE_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "rules",
			    number_of(VIEW_RULES_IN_FORCE_MAX).text, NULL);
		return;
	}
	if (!cmd->removed && !rule_fits(c, rule, out))
		return;
	event.said = c->body->set_reminder_rule;
	task_effect_add(out, EVENT(REMINDER_RULE_SET), 0, scope.unit, NULL, &event.base);
}

/* --- the beginning --------------------------------------------------------------------------- */

static bool plan_fits(const struct task_case *c, const char *code, struct task_outcome *out)
{
	struct view_plan plan;

	if (!task_plan_may(c, DD_COMMAND_START_REMINDERS, code, &plan, out) ||
	    !task_plan_writable(c, code, out))
		return false;
	return plan.state != DONDOC__V1__PLAN_STATE__PLAN_DRAFT ||
	       task_refused(out, REFUSAL(PLAN_STATE), code, "draft");
}

static bool is_of_now(uint64_t seen, uint64_t changed, const char *what, struct task_outcome *out)
{
	return changed <= seen ||
	       task_refused(out, REFUSAL(PREVIEW_OLD), what, number_of(changed).text);
}

/* Nobody starts what he has not looked at as it is now. */
static bool preview_seen(const struct task_case *c, const Dondoc__V1__StartReminders *said,
			 struct task_outcome *out)
{
	const uint64_t head = view_position(c->view)->sequence;

	if (said->seen_sequence == 0)
		return task_refused(out, REFUSAL(MISSING), "seen_sequence", NULL);
	if (said->seen_sequence > head)
		return task_refused(out, REFUSAL(RANGE), "seen_sequence",
				    number_of(said->seen_sequence).text);
	return is_of_now(said->seen_sequence, view_remind_changed(c->view, true, ""), "rules",
			 out) &&
	       is_of_now(said->seen_sequence, view_remind_changed(c->view, true, said->plan),
			 said->plan, out);
}

void task_rule_start_reminders(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__RemindersStarted event = DONDOC__V1__REMINDERS_STARTED__INIT;
	Dondoc__V1__StartReminders said = *c->body->start_reminders;
	const int32_t today = task_today(c);
	bool running;

	if (!plan_fits(c, said.plan, out))
		return;
	running = view_started_day(c->view, true, said.plan) != 0;
	if (running != said.stop) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), said.plan, NULL, NULL);
		return;
	}
	if (said.day == 0 || said.stop)
		said.day = today;
	if (said.stop
		    ? !task_reason_given(out, "reason", said.reason)
		    : !preview_seen(c, &said, out) || !task_note_fits(out, "reason", said.reason) ||
			      !task_day_within(out, "day", said.day, today,
					       today + START_DAYS_MOST))
		return;
	event.said = &said;
	task_effect_add(out, EVENT(REMINDERS_STARTED), 0, "", NULL, &event.base);
}
