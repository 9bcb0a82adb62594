/* task_rules_explain.c - lateness explained, and what the deciding side says to it. An accepted
 * explanation is told beside the lateness; it never makes it less. */
#include "services/task/task_life.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <string.h>

#include "common/view/view_plan.h"
#include "services/task/task_policy.h"

#define CAUSES_MAX 1000u
#define CAUSE_TEXT (DD_POLICY_TEXT_MAX + 1)

static struct dd_judge judge_of(const struct task_case *c, const struct view_task *task)
{
	const struct dd_policy *policy = task_policy_of(c, task->plan, task->lead_unit);

	return (struct dd_judge){
		.credit_waiting = policy->value[DD_SETTING_JUDGE_WAITING] == DD_WAITING_CREDIT,
		.by_confirmation = policy->value[DD_SETTING_JUDGE_BY] == DD_BY_CONFIRMATION,
	};
}

/* How late the task is today, as the authority judges. */
static int32_t days_late(const struct task_case *c, const struct view_task *task)
{
	const struct dd_judge judge = judge_of(c, task);
	const struct dd_task_clock clock = {
		.state = (enum dd_task_state)task->state,
		.due_day = task->due_day,
		.submitted_day = task->submitted_day,
		.decided_day = task->decided_day,
		.waited_days = task->waited_days,
	};

	return dd_task_days_late(&clock, &judge, task_today(c));
}

static bool is_late(const struct task_case *c, struct task_outcome *out)
{
	if (days_late(c, &out->task) > 0)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_STATE, "not_late",
		    dd_task_action_name(DD_ACT_EXPLAIN), NULL);
	return false;
}

/* The last day that can be explained: the one by which the task is judged, or today. */
static int32_t last_late_day(const struct task_case *c, const struct view_task *task)
{
	const bool confirmation = judge_of(c, task).by_confirmation;
	int32_t last = task_today(c);

	if (task->state == DD_TASK_COMPLETED)
		last = confirmation && task->decided_day != 0 ? task->decided_day
							      : task->submitted_day;
	else if (task->state == DD_TASK_AWAITING && !confirmation)
		last = task->submitted_day;
	return last < task_today(c) ? last : task_today(c);
}

/* The time that is explained lies between the due day and the end of the lateness. */
static bool fill_days(const struct task_case *c, Dondoc__V1__ExplainDelay *said,
		      struct task_outcome *out)
{
	int32_t due = out->task.due_day;
	int32_t last = last_late_day(c, &out->task);

	if (last < due)
		last = due;
	said->from_day = said->from_day != 0 ? said->from_day : due;
	said->to_day = said->to_day != 0 ? said->to_day : last;
	return task_day_within(out, "from_day", said->from_day, due, last) &&
	       task_day_within(out, "to_day", said->to_day, said->from_day, last);
}

/* One of the authority's list, where it has one; in words as the list has it now, for lists change.
 * Without a list any number goes. */
static bool cause_fits(const struct task_case *c, struct task_outcome *out, uint32_t cause,
		       char words_out[CAUSE_TEXT])
{
	char number[16], list[DD_POLICY_TEXT_MAX + 1], all[TASK_ARGUMENT_MAX];
	const char *item;
	size_t len;

	words_out[0] = '\0';
	snprintf(number, sizeof(number), "%u", cause);
	if (!view_setting_text(c->view, true, DD_SETTING_CAUSES, list, sizeof(list)) ||
	    dd_policy_item(list, 1, &item) == 0) {
		if (cause < CAUSES_MAX)
			return true;
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, "cause", number,
			    "0..999");
		return false;
	}
	len = cause > 0 ? dd_policy_item(list, cause, &item) : 0;
	if (len > 0) {
		snprintf(words_out, CAUSE_TEXT, "%.*s", (int)len, item);
		return true;
	}
	dd_policy_items_text(list, all, sizeof(all));
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_CAUSE, number, all, NULL);
	return false;
}

void task_rule_explain_delay(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__DelayExplained event = DONDOC__V1__DELAY_EXPLAINED__INIT;
	Dondoc__V1__ExplainDelay said = *c->body->explain_delay;
	char cause[CAUSE_TEXT];

	if (!task_open(c, said.task, DD_COMMAND_EXPLAIN_DELAY, DD_ACT_EXPLAIN, out) ||
	    !task_other_free(out) || !is_late(c, out) || !cause_fits(c, out, said.cause, cause) ||
	    !task_reason_given(out, "facts", said.facts) ||
	    (said.waited_for[0] != '\0' && !task_unit_lives(c, said.waited_for, out)) ||
	    !task_files_known(c, said.files, said.n_files, out) || !fill_days(c, &said, out))
		return;
	event.said = &said;
	event.cause_text = cause;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_DELAY_EXPLAINED, NULL, &event.base);
}

void task_rule_decide_explanation(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__ExplanationDecided event = DONDOC__V1__EXPLANATION_DECIDED__INIT;
	Dondoc__V1__DecideExplanation said = *c->body->decide_explanation;
	struct view_explanation explained;

	if (!task_open(c, said.task, DD_COMMAND_DECIDE_EXPLANATION, DD_ACT_DECIDE_EXPLANATION,
		       out) ||
	    !task_other_pending(out, DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION,
				said.explanation))
		return;
	if (!said.accepted && !task_reason_given(out, "reason", said.reason))
		return;
	said.explanation = out->task.pending_other;
	if (view_explanation_get(c->view, true, said.task, said.explanation, &explained) != DD_OK) {
		task_refuse_entry(out, "explanation", said.explanation);
		return;
	}
	if (said.accepted && explained.to_day > explained.from_day)
		event.excused_days = (uint32_t)(explained.to_day - explained.from_day);
	event.said = &said;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_EXPLANATION_DECIDED, NULL, &event.base);
}
