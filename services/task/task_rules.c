/* task_rules.c - the rules of the office: who may do what to a task, when, and what follows. */
#include "services/task/task_rules.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/domain/task_state.h"
#include "dondoc/v1/fact.pb-c.h"
#include "services/task/task_rules_notice.h"

#define NOTE_MAX      4000u
#define REASON_MAX    2000u
#define DUE_YEARS_MAX 30

typedef void rule_fn(const struct task_case *c, struct task_outcome *out);

void task_refuse(struct task_outcome *out, Dondoc__V1__RefusalCode code, const char *a,
		 const char *b, const char *c)
{
	const char *given[3] = {a, b, c};

	out->type = DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN;
	out->refusal = code;
	out->argument_count = 0;
	for (int i = 0; i < 3 && given[i] != NULL; i++) {
		size_t fit = dd_text_cut(given[i], sizeof(out->arguments[i]) - 1);

		memcpy(out->arguments[i], given[i], fit);
		out->arguments[i][fit] = '\0';
		out->argument_count++;
	}
}

void task_take(struct task_outcome *out, Dondoc__V1__EventType type,
	       const ProtobufCMessage *message)
{
	out->type = type;
	out->message = message;
}

static bool empty(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static bool document_named(const Dondoc__V1__Document *document)
{
	return document != NULL && (!empty(document->number) || !empty(document->title));
}

/* A reason that must be there and fit; refuses and returns false otherwise. */
static bool reason_given(struct task_outcome *out, const char *field, const char *reason,
			 size_t max)
{
	if (empty(reason)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, field, NULL, NULL);
		return false;
	}
	if (strlen(reason) > max) {
		char limit[32];

		snprintf(limit, sizeof(limit), "%zu", max);
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, field, limit, NULL);
		return false;
	}
	return true;
}

/* --- who ------------------------------------------------------------------------------------- */

static bool coordinates(const struct task_case *c, uint64_t task, const char *unit)
{
	const uint8_t *bytes;
	size_t len;
	bool found = false;

	if (view_task_fields(c->view, true, task, &bytes, &len) != DD_OK)
		return false;

	Dondoc__V1__TaskFields *fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);

	for (size_t i = 0; fields != NULL && i < fields->n_coordinating_units; i++)
		found = found || strcmp(fields->coordinating_units[i], unit) == 0;
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return found;
}

/* The part the acting unit plays. Coordination is looked up only when nothing better is known: it
 * costs. */
static unsigned roles_of(const struct task_case *c, const struct view_task *task, const char *unit)
{
	struct view_plan plan;
	unsigned roles = DD_ROLE_NONE;

	if (empty(unit))
		return roles;
	if (strcmp(task->lead_unit, unit) == 0)
		roles |= DD_ROLE_LEAD;
	if (roles == DD_ROLE_NONE || task->lead_unit[0] == '\0' ||
	    c->who->cls != DD_PRINCIPAL_OFFICE) {
		if (view_plan(c->view, true, task->plan, &plan) == DD_OK &&
		    strcmp(plan.assigner_unit, unit) == 0)
			roles |= DD_ROLE_ASSIGNER;
	}
	if (roles == DD_ROLE_NONE && coordinates(c, task->id, unit))
		roles |= DD_ROLE_COORDINATING;
	return roles;
}

/* Find the task and judge actor and state; on success the outcome knows the task. */
static bool open_task(const struct task_case *c, uint64_t id, enum dd_command_kind kind,
		      enum dd_task_action action, struct task_outcome *out)
{
	const char *unit = c->body->actor != NULL ? c->body->actor->unit : "";
	char number[32];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)id);
	if (id == 0 || view_task(c->view, true, id, &out->task) != DD_OK || out->task.group) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_TASK, number, NULL,
			    NULL);
		return false;
	}
	if (!dd_permission_unit(roles_of(c, &out->task, unit), kind)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED,
			    empty(unit) ? "-" : unit, dd_task_action_name(action), NULL);
		return false;
	}
	if (dd_task_state_after((enum dd_task_state)out->task.state, action) < 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_STATE,
			    dd_task_state_name((enum dd_task_state)out->task.state),
			    dd_task_action_name(action), NULL);
		return false;
	}
	out->subject = id;
	out->previous = out->task.version;
	memcpy(out->unit, out->task.lead_unit, sizeof(out->unit));
	return true;
}

/* --- progress -------------------------------------------------------------------------------- */

/* Whether somebody else set the value after what the client had seen. A client's own earlier
 * commands are no conflict: they came through the same stream. */
static bool overtaken(const struct task_case *c, uint64_t set_by, const uint8_t set_stream[16])
{
	uint64_t seen = c->body->based_on != NULL ? c->body->based_on->task_version : 0;
	uint8_t own[16];

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
	if (strlen(cmd->note) > NOTE_MAX) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, "note", "4000", NULL);
		return false;
	}
	return true;
}

static void on_report(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__ReportProgress *cmd = c->body->report_progress;
	Dondoc__V1__ProgressReported *event = &out->event.progress;
	bool percent = cmd->has_percent_case == DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	bool step = cmd->has_step_case == DONDOC__V1__REPORT_PROGRESS__HAS_STEP_STEP;

	if (!open_task(c, cmd->task, DD_COMMAND_REPORT, DD_ACT_REPORT, out) ||
	    !progress_in_range(cmd, out))
		return;
	dondoc__v1__progress_reported__init(event);
	event->note = cmd->note;
	if (percent) {
		event->has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
		event->percent = cmd->percent;
		event->percent_conflicts =
			overtaken(c, out->task.percent_from, out->task.percent_stream) &&
			cmd->percent != out->task.percent;
		if (!event->percent_conflicts && cmd->percent < out->task.percent &&
		    empty(cmd->note)) {
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

static void on_request_completion(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__RequestCompletion *cmd = c->body->request_completion;
	Dondoc__V1__CompletionRequested *event = &out->event.completion;

	if (!open_task(c, cmd->task, DD_COMMAND_REQUEST_COMPLETION, DD_ACT_REQUEST_COMPLETION, out))
		return;
	if (!document_named(cmd->evidence)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, "evidence", NULL, NULL);
		return;
	}
	if (strlen(cmd->note) > NOTE_MAX) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, "note", "4000", NULL);
		return;
	}
	dondoc__v1__completion_requested__init(event);
	event->note = cmd->note;
	event->evidence = cmd->evidence;
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

static void on_decide_completion(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__DecideCompletion *cmd = c->body->decide_completion;
	Dondoc__V1__CompletionDecided *event = &out->event.completion_decided;

	if (!open_task(c, cmd->task, DD_COMMAND_DECIDE_COMPLETION,
		       cmd->confirmed ? DD_ACT_CONFIRM : DD_ACT_RETURN, out) ||
	    !request_pending(out, cmd->request, out->task.pending_completion))
		return;
	if (!cmd->confirmed && !reason_given(out, "reason", cmd->reason, REASON_MAX))
		return;
	dondoc__v1__completion_decided__init(event);
	event->request = out->task.pending_completion;
	event->confirmed = cmd->confirmed;
	event->reason = cmd->reason;
	event->document = cmd->document;
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

static void on_request_extension(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__RequestExtension *cmd = c->body->request_extension;
	Dondoc__V1__ExtensionRequested *event = &out->event.extension;

	if (!open_task(c, cmd->task, DD_COMMAND_REQUEST_EXTENSION, DD_ACT_REQUEST_EXTENSION, out))
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
	if (!due_plausible(c, cmd->proposed_due_day, out) ||
	    !reason_given(out, "reason", cmd->reason, REASON_MAX))
		return;
	if (!document_named(cmd->basis)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, "basis", NULL, NULL);
		return;
	}
	dondoc__v1__extension_requested__init(event);
	event->proposed_due_day = cmd->proposed_due_day;
	event->reason = cmd->reason;
	event->basis = cmd->basis;
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_REQUESTED, &event->base);
}

static void on_decide_extension(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__DecideExtension *cmd = c->body->decide_extension;
	Dondoc__V1__ExtensionDecided *event = &out->event.extension_decided;

	if (!open_task(c, cmd->task, DD_COMMAND_DECIDE_EXTENSION,
		       cmd->granted ? DD_ACT_GRANT_EXTENSION : DD_ACT_REFUSE_EXTENSION, out) ||
	    !request_pending(out, cmd->request, out->task.pending_extension))
		return;
	dondoc__v1__extension_decided__init(event);
	if (cmd->granted) {
		event->due_day = cmd->due_day != 0 ? cmd->due_day : out->task.proposed_due_day;
		if (!due_plausible(c, event->due_day, out))
			return;
	} else if (!reason_given(out, "reason", cmd->reason, REASON_MAX)) {
		return;
	}
	event->request = out->task.pending_extension;
	event->granted = cmd->granted;
	event->reason = cmd->reason;
	event->document = cmd->document;
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_EXTENSION_DECIDED, &event->base);
}

/* --- the rest -------------------------------------------------------------------------------- */

static void on_assign(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__AssignTask *cmd = c->body->assign_task;
	Dondoc__V1__TaskAssigned *event = &out->event.assigned;
	struct view_unit unit;

	if (!open_task(c, cmd->task, DD_COMMAND_ASSIGN, DD_ACT_ASSIGN, out))
		return;
	if (view_unit(c->view, true, cmd->lead_unit, &unit) != DD_OK) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_UNIT, cmd->lead_unit,
			    NULL, NULL);
		return;
	}
	if (strcmp(cmd->lead_unit, out->task.lead_unit) == 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO, cmd->lead_unit,
			    NULL, NULL);
		return;
	}
	if (!reason_given(out, "reason", cmd->reason, REASON_MAX))
		return;
	dondoc__v1__task_assigned__init(event);
	out->other_unit = cmd->lead_unit;
	event->from_unit = out->task.lead_unit;
	event->to_unit = cmd->lead_unit;
	event->reason = cmd->reason;
	event->document = cmd->document;
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_ASSIGNED, &event->base);
}

static void on_confirm_clock(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__ConfirmClock *cmd = c->body->confirm_clock;
	Dondoc__V1__ClockConfirmed *event = &out->event.clock;

	if (!reason_given(out, "reason", cmd->reason, REASON_MAX))
		return;
	dondoc__v1__clock_confirmed__init(event);
	event->last_record_us = c->last_record_us;
	event->now_us = c->record_us;
	event->reason = cmd->reason;
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_CLOCK_CONFIRMED, &event->base);
}

static void on_withdrawn(const struct task_case *c, struct task_outcome *out)
{
	memcpy(out->unit, c->who->unit, sizeof(out->unit)); /* an office's own affair */
	dondoc__v1__command_withdrawn__init(&out->event.withdrawn);
	task_take(out, DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_WITHDRAWN, &out->event.withdrawn.base);
}

enum dd_command_kind task_rules_kind(const Dondoc__V1__CommandBody *body)
{
	switch (body->action_case) {
	case DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS:
		return DD_COMMAND_REPORT;
	case DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION:
		return DD_COMMAND_REQUEST_COMPLETION;
	case DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION:
		return DD_COMMAND_DECIDE_COMPLETION;
	case DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_EXTENSION:
		return DD_COMMAND_REQUEST_EXTENSION;
	case DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXTENSION:
		return DD_COMMAND_DECIDE_EXTENSION;
	case DONDOC__V1__COMMAND_BODY__ACTION_ASSIGN_TASK:
		return DD_COMMAND_ASSIGN;
	case DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN:
		return DD_COMMAND_IMPORT_PLAN;
	case DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_CALENDAR:
		return DD_COMMAND_IMPORT_CALENDAR;
	case DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK:
		return DD_COMMAND_CONFIRM_CLOCK;
	case DONDOC__V1__COMMAND_BODY__ACTION_TAKE_LEASE:
		return DD_COMMAND_TAKE_LEASE;
	case DONDOC__V1__COMMAND_BODY__ACTION_PLAN_DIGEST:
		return DD_COMMAND_PLAN_DIGEST;
	case DONDOC__V1__COMMAND_BODY__ACTION_HAND_OVER_DIGEST:
		return DD_COMMAND_HAND_OVER;
	case DONDOC__V1__COMMAND_BODY__ACTION_SETTLE_DIGEST:
		return DD_COMMAND_SETTLE;
	case DONDOC__V1__COMMAND_BODY__ACTION_ISSUE_REPORT:
		return DD_COMMAND_ISSUE_REPORT;
	case DONDOC__V1__COMMAND_BODY__ACTION__NOT_SET:
	case _DONDOC__V1__COMMAND_BODY__ACTION__CASE_IS_INT_SIZE:
		break;
	}
	return DD_COMMAND_KIND_COUNT;
}

void task_rules_decide(const struct task_case *c, enum dd_command_kind kind,
		       struct task_outcome *out)
{
	static rule_fn *const rules[DD_COMMAND_KIND_COUNT] = {
		[DD_COMMAND_REPORT] = on_report,
		[DD_COMMAND_REQUEST_COMPLETION] = on_request_completion,
		[DD_COMMAND_DECIDE_COMPLETION] = on_decide_completion,
		[DD_COMMAND_REQUEST_EXTENSION] = on_request_extension,
		[DD_COMMAND_DECIDE_EXTENSION] = on_decide_extension,
		[DD_COMMAND_ASSIGN] = on_assign,
		[DD_COMMAND_CONFIRM_CLOCK] = on_confirm_clock,
		[DD_COMMAND_WITHDRAWN] = on_withdrawn,
		[DD_COMMAND_TAKE_LEASE] = task_rule_take_lease,
		[DD_COMMAND_PLAN_DIGEST] = task_rule_plan_digest,
		[DD_COMMAND_HAND_OVER] = task_rule_hand_over,
		[DD_COMMAND_SETTLE] = task_rule_settle,
		[DD_COMMAND_ISSUE_REPORT] = task_rule_issue_report,
	};

	out->type = DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN;
	out->subject = 0;
	out->previous = 0;
	out->unit[0] = '\0';
	out->other_unit = NULL;
	out->argument_count = 0;
	out->refusal = DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE;
	if (kind >= DD_COMMAND_KIND_COUNT || rules[kind] == NULL) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NEWER_CLIENT, NULL, NULL, NULL);
		return;
	}
	/* An office speaks for its own unit only; the unit comes from its key. */
	if (c->who->cls == DD_PRINCIPAL_OFFICE && kind != DD_COMMAND_WITHDRAWN &&
	    (c->body->actor == NULL || strcmp(c->body->actor->unit, c->who->unit) != 0)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED,
			    c->body->actor != NULL ? c->body->actor->unit : "-", c->who->unit,
			    NULL);
		return;
	}
	if (c->body != NULL && !task_documents_fit(c->body, kind, out))
		return;
	rules[kind](c, out);
}
