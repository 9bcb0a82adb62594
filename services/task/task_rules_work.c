/* task_rules_work.c - the daily work on a task: reports, completion, extension, assignment. */
#include "services/task/task_actor.h"
#include "services/task/task_life.h"
#include "services/task/task_link.h"
#include "services/task/task_product.h"
#include "services/task/task_rules_all.h"
#include "services/task/task_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "services/task/task_policy.h"

#define DUE_YEARS_MAX 30
#define UNCHANGED_MAX 1000u

/* --- progress -------------------------------------------------------------------------------- */

/* Whether somebody else set the value after what the client had seen. A client's own earlier
 * commands are no conflict: they came through the same stream. */
static bool overtaken(const struct task_case *c, uint64_t set_by, const uint8_t set_stream[16])
{
	uint64_t seen = c->body->based_on != NULL ? c->body->based_on->task_version : 0;
	uint8_t own[16];

	if (c->sender != NULL)
		memcpy(own, c->sender, sizeof(own));
	else if (c->body->sheet != NULL)
		task_sheet_tag(c, own);
	else
		view_stream_tag(c->who->text, c->stream, own);
	return set_by > seen && memcmp(set_stream, own, sizeof(own)) != 0;
}

static bool progress_in_range(const Dondoc__V1__ReportProgress *cmd, struct task_outcome *out)
{
	char value[16];

	if (cmd->has_percent_case == DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT &&
	    cmd->percent > 100) {
		snprintf(value, sizeof(value), "%u", cmd->percent);
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, "percent", value,
			    "0..100");
		return false;
	}
	return task_note_fits(out, "note", cmd->note);
}

/* Where the authority goes by the four steps alone, there is no percent to report. */
static bool percent_used(const struct task_case *c, struct task_outcome *out)
{
	return task_switched_on(c, DD_SETTING_PERCENT, out->task.plan, out->task.lead_unit, out);
}

void task_rule_report(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__ReportProgress *cmd = c->body->report_progress;
	Dondoc__V1__ProgressReported *event = &out->event.progress;
	bool percent = cmd->has_percent_case == DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	bool step = cmd->has_step_case == DONDOC__V1__REPORT_PROGRESS__HAS_STEP_STEP;

	if (!task_open(c, cmd->task, DD_COMMAND_REPORT, DD_ACT_REPORT, out) ||
	    !progress_in_range(cmd, out) || !task_not_refusing(out) ||
	    (percent && !percent_used(c, out)))
		return;
	dondoc__v1__progress_reported__init(event);
	event->note = cmd->note;
	event->filled_by = task_sheet_filler(c);
	if (percent) {
		event->has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
		event->percent = cmd->percent;
		event->percent_conflicts =
			overtaken(c, out->task.percent_from, out->task.percent_stream) &&
			cmd->percent != out->task.percent;
		if (!event->percent_conflicts && cmd->percent < out->task.percent &&
		    task_text_empty(cmd->note)) {
			task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_PROGRESS_FELL, NULL,
				    NULL, NULL);
			return;
		}
		if (event->percent_conflicts)
			event->conflicts_with = out->task.percent_from;
	}
	if (step) {
		event->has_step_case = DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP;
		event->step = cmd->step;
		event->step_conflicts = overtaken(c, out->task.step_from, out->task.step_stream) &&
					(int)cmd->step != (int)out->task.step;
		if (event->step_conflicts && event->conflicts_with == 0)
			event->conflicts_with = out->task.step_from;
	}
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_PROGRESS_REPORTED, &event->base);
}

/* --- completion ------------------------------------------------------------------------------ */

/* When it was handed in; a time that is doubtful counts for nothing. What the head has let go comes
 * with the time that counts. */
static int64_t handed_in_us(const struct task_case *c)
{
	int64_t fact_us = c->body->fact_us;

	if (fact_us == 0 || fact_us >= c->record_us)
		return c->record_us;
	if (!c->released && c->log != NULL &&
	    task_fact_doubtful(c->log, c->seen, dd_eventlog_head(c->log).sequence, c->body,
			       c->record_us))
		return c->record_us;
	return fact_us;
}

/* The day that counts where it is not that of the event's own times; 0 = it is. What comes after
 * the hour of the due day counts as the next day's. */
static int32_t submitted_day(const struct task_case *c, const Dondoc__V1__TaskFields *content)
{
	int64_t at_us = handed_in_us(c);
	int32_t day = dd_day_of(at_us);
	uint32_t due_minute = content->timing != NULL ? content->timing->due_minute : 0;
	int64_t minute = (at_us - dd_day_start_us(day)) / (60 * DD_SECOND_US);

	return due_minute != 0 && minute > due_minute ? day + 1 : 0;
}

void task_rule_request_completion(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__RequestCompletion *cmd = c->body->request_completion;
	Dondoc__V1__CompletionRequested *event = &out->event.completion;
	Dondoc__V1__TaskFields *content;
	bool done;

	if (!task_open(c, cmd->task, DD_COMMAND_REQUEST_COMPLETION, DD_ACT_REQUEST_COMPLETION,
		       out) ||
	    !task_not_refusing(out) || !task_evidence_given(c, cmd->evidence, cmd->n_files, out) ||
	    !task_note_fits(out, "note", cmd->note) ||
	    !task_files_known(c, cmd->files, cmd->n_files, out))
		return;
	content = task_content(c, cmd->task);
	done = (content == NULL || task_products_delivered(c, content, out)) &&
	       task_predecessors_done(c, out);
	dondoc__v1__completion_requested__init(event);
	if (content != NULL)
		event->submitted_day = submitted_day(c, content);
	dondoc__v1__task_fields__free_unpacked(content, NULL);
	if (!done)
		return;
	event->note = cmd->note;
	event->filled_by = task_sheet_filler(c);
	event->evidence = cmd->evidence;
	event->files = cmd->files;
	event->n_files = cmd->n_files;
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_COMPLETION_REQUESTED, &event->base);
}

/* The request a decision is about: the pending one, and the very one that the decider saw. */
static bool request_pending(struct task_outcome *out, uint64_t named, uint64_t pending)
{
	if (pending != 0 && (named == 0 || named == pending))
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NO_REQUEST, NULL, NULL, NULL);
	return false;
}

/* What the agency leads itself it does not confirm alone, unless the authority lets it. */
static bool not_its_own(const struct task_case *c, struct task_outcome *out)
{
	const char *unit = task_acting_unit(c);

	if (strcmp(unit, out->task.lead_unit) != 0 ||
	    task_policy_value(c, DD_SETTING_DECIDE_OWN, out->task.plan, unit) != 0 ||
	    task_actor_is(c, DD_PERSON_HEAD, unit) || task_actor_in_charge(c, &out->task))
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_OWN_TASK, unit, NULL, NULL);
	return false;
}

void task_rule_decide_completion(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__DecideCompletion *cmd = c->body->decide_completion;
	Dondoc__V1__CompletionDecided *event = &out->event.completion_decided;

	if (!task_open(c, cmd->task, DD_COMMAND_DECIDE_COMPLETION,
		       cmd->confirmed ? DD_ACT_CONFIRM : DD_ACT_RETURN, out) ||
	    !request_pending(out, cmd->request, out->task.pending_completion))
		return;
	if (cmd->confirmed ? !not_its_own(c, out) || !task_predecessors_done(c, out)
			   : !task_reason_given(out, "reason", cmd->reason))
		return;
	dondoc__v1__completion_decided__init(event);
	event->request = out->task.pending_completion;
	event->confirmed = cmd->confirmed;
	event->reason = cmd->reason;
	event->document = cmd->document;
	if (!cmd->confirmed && task_today(c) > out->task.submitted_day)
		event->waited_days = (uint32_t)(task_today(c) - out->task.submitted_day);
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_COMPLETION_DECIDED, &event->base);
}

/* --- extension ------------------------------------------------------------------------------- */

static bool due_plausible(const struct task_case *c, int32_t day, struct task_outcome *out)
{
	int32_t today = dd_day_of(c->record_us);
	char text[DD_DAY_TEXT];

	if (day > out->task.due_day && day <= today + DUE_YEARS_MAX * 366)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, "due_day", dd_day_iso(day, text),
		    "later than the due day in force");
	return false;
}

/* Asking comes before the date, by as many days as the authority wants. */
static bool early_enough(const struct task_case *c, struct task_outcome *out)
{
	int32_t before = task_policy_value(c, DD_SETTING_EXTENSION_BEFORE, out->task.plan,
					   out->task.lead_unit);
	char last[DD_DAY_TEXT];

	if (before == 0 || task_today(c) <= out->task.due_day - before)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LATE, "extension",
		    dd_day_iso(out->task.due_day - before, last), NULL);
	return false;
}

void task_rule_request_extension(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__RequestExtension *cmd = c->body->request_extension;
	Dondoc__V1__ExtensionRequested *event = &out->event.extension;

	if (!task_open(c, cmd->task, DD_COMMAND_REQUEST_EXTENSION, DD_ACT_REQUEST_EXTENSION, out))
		return;
	if (out->task.due_day == 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_STATE, "no_due_day",
			    dd_task_action_name(DD_ACT_REQUEST_EXTENSION), NULL);
		return;
	}
	if (out->task.pending_extension != 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_PENDING, "extension", NULL,
			    NULL);
		return;
	}
	if (!early_enough(c, out) || !due_plausible(c, cmd->proposed_due_day, out) ||
	    !task_reason_given(out, "reason", cmd->reason) ||
	    !task_document_given(out, "basis", cmd->basis))
		return;
	dondoc__v1__extension_requested__init(event);
	event->proposed_due_day = cmd->proposed_due_day;
	event->reason = cmd->reason;
	event->basis = cmd->basis;
	event->filled_by = task_sheet_filler(c);
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_REQUESTED, &event->base);
}

void task_rule_decide_extension(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__DecideExtension *cmd = c->body->decide_extension;
	Dondoc__V1__ExtensionDecided *event = &out->event.extension_decided;

	if (!task_open(c, cmd->task, DD_COMMAND_DECIDE_EXTENSION,
		       cmd->granted ? DD_ACT_GRANT_EXTENSION : DD_ACT_REFUSE_EXTENSION, out) ||
	    !request_pending(out, cmd->request, out->task.pending_extension))
		return;
	dondoc__v1__extension_decided__init(event);
	if (cmd->granted) {
		event->due_day = cmd->due_day != 0 ? cmd->due_day : out->task.proposed_due_day;
		if (!due_plausible(c, event->due_day, out))
			return;
	} else if (!task_reason_given(out, "reason", cmd->reason)) {
		return;
	}
	event->request = out->task.pending_extension;
	event->granted = cmd->granted;
	event->reason = cmd->reason;
	event->document = cmd->document;
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_DECIDED, &event->base);
}

/* --- the rest -------------------------------------------------------------------------------- */

void task_rule_assign(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__AssignTask *cmd = c->body->assign_task;
	Dondoc__V1__TaskAssigned *event = &out->event.assigned;

	if (!task_open(c, cmd->task, DD_COMMAND_ASSIGN, DD_ACT_ASSIGN, out) ||
	    !task_unit_lives(c, cmd->lead_unit, out))
		return;
	if (strcmp(cmd->lead_unit, out->task.lead_unit) == 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO, cmd->lead_unit,
			    NULL, NULL);
		return;
	}
	if (!task_reason_given(out, "reason", cmd->reason))
		return;
	dondoc__v1__task_assigned__init(event);
	out->other_unit = cmd->lead_unit;
	event->from_unit = out->task.lead_unit;
	event->to_unit = cmd->lead_unit;
	event->reason = cmd->reason;
	event->document = cmd->document;
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_ASSIGNED, &event->base);
}

void task_rule_confirm_clock(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__ConfirmClock *cmd = c->body->confirm_clock;
	Dondoc__V1__ClockConfirmed *event = &out->event.clock;

	if (!task_reason_given(out, "reason", cmd->reason))
		return;
	dondoc__v1__clock_confirmed__init(event);
	event->last_record_us = c->last_record_us;
	event->now_us = c->record_us;
	event->reason = cmd->reason;
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_CLOCK_CONFIRMED, &event->base);
}

void task_rule_withdrawn(const struct task_case *c, struct task_outcome *out)
{
	memcpy(out->unit, c->who->unit, sizeof(out->unit)); /* an office's own affair */
	dondoc__v1__command_withdrawn__init(&out->event.withdrawn);
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_WITHDRAWN, &out->event.withdrawn.base);
}

/* --- receipt, no change ------------------------------------------------------------------------
 */

void task_rule_receive_task(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__TaskReceived event = DONDOC__V1__TASK_RECEIVED__INIT;
	Dondoc__V1__ReceiveTask *cmd = c->body->receive_task;

	if (!task_open(c, cmd->task, DD_COMMAND_RECEIVE_TASK, DD_ACT_RECEIVE, out) ||
	    !task_not_refusing(out) || !task_note_fits(out, "note", cmd->note))
		return;
	if (out->task.receipt == DONDOC__V1__RECEIPT_STATE__RECEIPT_RECEIVED) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO, "receipt", NULL,
			    NULL);
		return;
	}
	event.said = cmd;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_RECEIVED, NULL, &event.base);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

bool task_list_fits(const uint64_t *tasks, size_t count, size_t max, struct task_outcome *out)
{
	char text[32];
	uint64_t *sorted;
	uint64_t twice = 0;

	if (count == 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, "tasks", NULL, NULL);
		return false;
	}
	if (count > max) {
		snprintf(text, sizeof(text), "%zu", max);
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, "tasks", text, NULL);
		return false;
	}
	sorted = dd_memdup(tasks, count * sizeof(*tasks));
	qsort(sorted, count, sizeof(*sorted), by_number);
	for (size_t i = 1; i < count; i++)
		twice = sorted[i] == sorted[i - 1] ? sorted[i] : twice;
	free(sorted);
	if (twice == 0)
		return true;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)twice);
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_DUPLICATE, "task", text, NULL);
	return false;
}

/* All or none: one that may not be reported of refuses the whole. */
void task_rule_report_unchanged(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__UnchangedReported event = DONDOC__V1__UNCHANGED_REPORTED__INIT;
	const Dondoc__V1__ReportUnchanged *cmd = c->body->report_unchanged;

	if (!task_list_fits(cmd->tasks, cmd->n_tasks, UNCHANGED_MAX, out) ||
	    !task_note_fits(out, "note", cmd->note))
		return;
	event.note = cmd->note;
	event.filled_by = task_sheet_filler(c);
	for (size_t i = 0; i < cmd->n_tasks; i++) {
		if (!task_open(c, cmd->tasks[i], DD_COMMAND_REPORT_UNCHANGED, DD_ACT_UNCHANGED,
			       out) ||
		    !task_not_refusing(out))
			return;
		task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_UNCHANGED_REPORTED, NULL, &event.base);
	}
	if (cmd->n_tasks > 1)
		out->group = "unchanged";
}
