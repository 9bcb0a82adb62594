/* task_rules_many.c - one action on many tasks: each is judged by the rule of the single command,
 * and all of them take effect together or not at all. They can be undone as one. */
#include "services/task/task_case.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "services/task/task_policy.h"

#define MANY_MAX      5000u
#define AREA_MAX      255u
#define WEIGHT_MAX    1000u
#define LABELS_MAX    20u
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define MANY(name)    DONDOC__V1__CHANGE_MANY__CHANGE_##name
#define BODY(name)    DONDOC__V1__COMMAND_BODY__ACTION_##name

/* --- the single command ---------------------------------------------------------------------- */

/* One of the many, as its own command. */
union one {
	Dondoc__V1__AssignTask assign;
	Dondoc__V1__PauseTask pause;
	Dondoc__V1__ResumeTask resume;
	Dondoc__V1__CancelTask cancel;
	Dondoc__V1__DecideCompletion decide_completion;
	Dondoc__V1__DecideExtension decide_extension;
	Dondoc__V1__PassOn pass_on;
};

/* Where a text was left out, the reason of the whole stands. */
static void default_reason(char **reason, const Dondoc__V1__ChangeMany *cmd)
{
	if (task_text_empty(*reason))
		*reason = cmd->reason;
}

/* False: this change is not one of a single command. */
static bool single_command(const Dondoc__V1__ChangeMany *cmd, uint64_t task, union one *one,
			   Dondoc__V1__CommandBody *body)
{
	switch (cmd->change_case) {
	case MANY(ASSIGN):
		one->assign = *cmd->assign;
		one->assign.task = task;
		default_reason(&one->assign.reason, cmd);
		body->action_case = BODY(ASSIGN_TASK);
		body->assign_task = &one->assign;
		return true;
	case MANY(PAUSE):
		one->pause = *cmd->pause;
		one->pause.task = task;
		default_reason(&one->pause.reason, cmd);
		body->action_case = BODY(PAUSE_TASK);
		body->pause_task = &one->pause;
		return true;
	case MANY(RESUME):
		one->resume = *cmd->resume;
		one->resume.task = task;
		default_reason(&one->resume.reason, cmd);
		body->action_case = BODY(RESUME_TASK);
		body->resume_task = &one->resume;
		return true;
	case MANY(CANCEL):
		one->cancel = *cmd->cancel;
		one->cancel.task = task;
		default_reason(&one->cancel.reason, cmd);
		body->action_case = BODY(CANCEL_TASK);
		body->cancel_task = &one->cancel;
		return true;
	case MANY(DECIDE_COMPLETION):
		one->decide_completion = *cmd->decide_completion;
		one->decide_completion.task = task;
		one->decide_completion.request = 0; /* each its own */
		default_reason(&one->decide_completion.reason, cmd);
		body->action_case = BODY(DECIDE_COMPLETION);
		body->decide_completion = &one->decide_completion;
		return true;
	case MANY(DECIDE_EXTENSION):
		one->decide_extension = *cmd->decide_extension;
		one->decide_extension.task = task;
		one->decide_extension.request = 0;
		default_reason(&one->decide_extension.reason, cmd);
		body->action_case = BODY(DECIDE_EXTENSION);
		body->decide_extension = &one->decide_extension;
		return true;
	case MANY(PASS_ON):
		one->pass_on = *cmd->pass_on;
		one->pass_on.task = task;
		body->action_case = BODY(PASS_ON);
		body->pass_on = &one->pass_on;
		return true;
	default:
		return false;
	}
}

/* What the single rule decided becomes one more event, or more, of the whole. */
static bool take_over(struct task_outcome *single, struct task_outcome *out)
{
	for (size_t i = 0; i < single->effects.count; i++) {
		*task_events_add(&out->effects) = single->effects.items[i];
		single->effects.items[i].body = NULL; /* moved */
	}
	task_events_free(&single->effects);
	if (single->type == DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN)
		return true;
	return task_effect_add(out, single->type, single->subject, single->unit, single->other_unit,
			       single->message);
}

/* The refusal of one is that of all; it says which one, if there is room. */
static void refuse_all(struct task_outcome *single, uint64_t task, struct task_outcome *out)
{
	char number[32];

	task_effects_free(out);
	out->refusal = single->refusal;
	out->argument_count = single->argument_count;
	memcpy(out->arguments, single->arguments, sizeof(out->arguments));
	snprintf(number, sizeof(number), "#%llu", (unsigned long long)task);
	if (out->argument_count < 3)
		memcpy(out->arguments[out->argument_count++], number, sizeof(number));
}

static bool change_by_rule(const struct task_case *c, uint64_t task, struct task_outcome *single,
			   struct task_outcome *out)
{
	Dondoc__V1__CommandBody body = *c->body;
	struct task_case one_case = *c;
	union one one;

	if (!single_command(c->body->change_many, task, &one, &body)) {
		task_refuse(out, REFUSAL(MISSING), "change", NULL, NULL);
		return false;
	}
	one_case.body = &body;
	task_rules_decide(&one_case, task_rules_kind(&body), single);
	if (single->type == DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN && single->effects.count == 0) {
		refuse_all(single, task, out);
		return false;
	}
	return take_over(single, out);
}

/* --- content --------------------------------------------------------------------------------- */

static bool has_label(char *const *labels, size_t count, const char *label)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(labels[i], label) == 0)
			return true;
	return false;
}

/* Into a row of borrowed texts with room for all. */
static size_t edit_labels(const Dondoc__V1__TaskFields *fields, const Dondoc__V1__EditTasks *edit,
			  char **labels)
{
	size_t count = 0;

	for (size_t i = 0; i < fields->n_labels; i++)
		if (!has_label(edit->remove_labels, edit->n_remove_labels, fields->labels[i]))
			labels[count++] = fields->labels[i];
	for (size_t i = 0; i < edit->n_add_labels; i++)
		if (!has_label(labels, count, edit->add_labels[i]))
			labels[count++] = edit->add_labels[i];
	return count;
}

static bool edit_fits(const Dondoc__V1__EditTasks *edit, struct task_outcome *out)
{
	if (edit->has_area_case == DONDOC__V1__EDIT_TASKS__HAS_AREA_AREA && edit->area > AREA_MAX) {
		task_refuse(out, REFUSAL(RANGE), "area", "-", "0..255");
		return false;
	}
	if (edit->has_weight_case == DONDOC__V1__EDIT_TASKS__HAS_WEIGHT_WEIGHT &&
	    edit->weight > WEIGHT_MAX) {
		task_refuse(out, REFUSAL(RANGE), "weight", "-", "0..1000");
		return false;
	}
	if (edit->n_add_labels > LABELS_MAX || edit->n_remove_labels > LABELS_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "labels", "20", NULL);
		return false;
	}
	return true;
}

/* The new content; what the fields point to afterwards is borrowed from `edit` and `labels`. */
static bool edit_fields(const Dondoc__V1__EditTasks *edit, Dondoc__V1__TaskFields *fields,
			char **labels, struct task_outcome *out)
{
	if (edit->has_area_case == DONDOC__V1__EDIT_TASKS__HAS_AREA_AREA)
		fields->area = edit->area;
	if (edit->has_priority_case == DONDOC__V1__EDIT_TASKS__HAS_PRIORITY_PRIORITY)
		fields->priority = edit->priority;
	if (edit->has_weight_case == DONDOC__V1__EDIT_TASKS__HAS_WEIGHT_WEIGHT) {
		fields->has_weight_case = DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT;
		fields->weight = edit->weight;
	}
	fields->n_labels = edit_labels(fields, edit, labels);
	fields->labels = labels;
	if (fields->n_labels <= LABELS_MAX)
		return true;
	task_refuse(out, REFUSAL(TOO_LARGE), "labels", "20", NULL);
	return false;
}

static bool weight_used(const struct task_case *c, const struct task_outcome *single,
			struct task_outcome *out)
{
	const Dondoc__V1__EditTasks *edit = c->body->change_many->edit;

	return edit->has_weight_case != DONDOC__V1__EDIT_TASKS__HAS_WEIGHT_WEIGHT ||
	       task_switched_on(c, DD_SETTING_WEIGHTS, single->task.plan, NULL, out);
}

static bool add_changed(const struct task_case *c, const struct task_outcome *single,
			Dondoc__V1__TaskFields *fields, struct task_outcome *out)
{
	const Dondoc__V1__ChangeMany *cmd = c->body->change_many;
	Dondoc__V1__TaskChanged event = DONDOC__V1__TASK_CHANGED__INIT;
	char **labels =
		dd_alloc((fields->n_labels + cmd->edit->n_add_labels + 1) * sizeof(*labels));
	Dondoc__V1__TaskFields edited = *fields;
	bool good = edit_fields(cmd->edit, &edited, labels, out);

	event.task = &edited;
	event.reason = cmd->reason;
	if (good)
		good = task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_TASK_CHANGED,
				       single->task.id, single->task.lead_unit, NULL, &event.base);
	free(labels);
	return good;
}

static bool change_content(const struct task_case *c, uint64_t task, struct task_outcome *single,
			   struct task_outcome *out)
{
	Dondoc__V1__TaskFields *fields;
	const uint8_t *bytes;
	size_t len;
	bool good;

	memset(single, 0, sizeof(*single));
	if (!task_find(c, task, DD_COMMAND_CHANGE_TASK, "edit", single)) {
		refuse_all(single, task, out);
		return false;
	}
	if (view_task_fields(c->view, true, task, &bytes, &len) != DD_OK ||
	    (fields = dondoc__v1__task_fields__unpack(NULL, len, bytes)) == NULL) {
		task_refuse(single, REFUSAL(UNKNOWN_TASK), NULL, NULL, NULL);
		refuse_all(single, task, out);
		return false;
	}
	good = weight_used(c, single, out) && add_changed(c, single, fields, out);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return good;
}

/* --- all ------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a;
	uint64_t other = *(const uint64_t *)b;

	return one < other ? -1 : one > other;
}

/* A task named twice would follow an event that has not taken effect yet. */
static bool each_once(const Dondoc__V1__ChangeMany *cmd, struct task_outcome *out)
{
	uint64_t *sorted = dd_memdup(cmd->tasks, cmd->n_tasks * sizeof(*sorted));
	char number[32];
	size_t i = 1;

	qsort(sorted, cmd->n_tasks, sizeof(*sorted), by_number);
	while (i < cmd->n_tasks && sorted[i] != sorted[i - 1])
		i++;
	if (i < cmd->n_tasks) {
		snprintf(number, sizeof(number), "#%llu", (unsigned long long)sorted[i]);
		task_refuse(out, REFUSAL(DUPLICATE), "task", number, NULL);
	}
	free(sorted);
	return i >= cmd->n_tasks;
}

static bool many_fits(const Dondoc__V1__ChangeMany *cmd, struct task_outcome *out)
{
	if (cmd->n_tasks == 0 || cmd->change_case == DONDOC__V1__CHANGE_MANY__CHANGE__NOT_SET) {
		task_refuse(out, REFUSAL(MISSING), cmd->n_tasks == 0 ? "tasks" : "change", NULL,
			    NULL);
		return false;
	}
	if (cmd->n_tasks > MANY_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "tasks", "5000", NULL);
		return false;
	}
	if (cmd->change_case == MANY(EDIT) &&
	    (!edit_fits(cmd->edit, out) || !task_reason_given(out, "reason", cmd->reason)))
		return false;
	return each_once(cmd, out);
}

void task_rule_change_many(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__ChangeMany *cmd = c->body->change_many;
	struct task_outcome *single;
	bool several = false;

	if (!many_fits(cmd, out))
		return;
	single = dd_alloc(sizeof(*single));
	for (size_t i = 0; i < cmd->n_tasks; i++) {
		bool good = cmd->change_case == MANY(EDIT)
				    ? change_content(c, cmd->tasks[i], single, out)
				    : change_by_rule(c, cmd->tasks[i], single, out);

		if (!good)
			break;
		if (i == 0)
			memcpy(out->group_plan, single->task.plan, sizeof(out->group_plan));
		several = several || strcmp(out->group_plan, single->task.plan) != 0;
	}
	if (several) /* the group is of no plan */
		out->group_plan[0] = '\0';
	out->group = "bulk";
	free(single);
}
