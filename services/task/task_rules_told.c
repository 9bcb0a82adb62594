/* task_rules_told.c - somebody says that he has told a unit of its tasks himself. */
#include "services/task/task_actor.h"
#include "services/task/task_case.h"
#include "services/task/task_life.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

#define TASKS_MAX 200u
#define WAY_MAX   40u /* bytes */
#define GROUP_MAX 200u

/* For its own unit, for those below it, or as the agency. */
static bool may_tell(const struct task_case *c, const char *unit, struct task_outcome *out)
{
	if (c->who->cls == DD_PRINCIPAL_OFFICE && strcmp(task_acting_unit(c), unit) != 0) {
		task_refuse(out, REFUSAL(NOT_PERMITTED), task_acting_unit(c), "record_told", NULL);
		return false;
	}
	return task_actor_reaches(c, DD_COMMAND_RECORD_TOLD, unit, NULL, out);
}

static bool text_fits(struct task_outcome *out, const char *field, const char *text, size_t max)
{
	char limit[24];

	if (strlen(text) <= max)
		return true;
	snprintf(limit, sizeof(limit), "%zu", max);
	task_refuse(out, REFUSAL(TOO_LARGE), field, limit, NULL);
	return false;
}

static bool words_fit(const struct task_case *c, const Dondoc__V1__RecordTold *cmd,
		      struct task_outcome *out)
{
	if (task_text_empty(cmd->way)) {
		task_refuse(out, REFUSAL(MISSING), "way", NULL, NULL);
		return false;
	}
	if (!text_fits(out, "way", cmd->way, WAY_MAX) ||
	    !text_fits(out, "group", cmd->group, GROUP_MAX) ||
	    !task_note_fits(out, "note", cmd->note))
		return false;
	if (cmd->text_hash.len != 0 && cmd->text_hash.len != DD_HASH_LEN) {
		task_refuse(out, REFUSAL(RANGE), "text_hash", "32 bytes", NULL);
		return false;
	}
	if (cmd->told_us >= 0 && cmd->told_us <= c->record_us)
		return true;
	task_refuse(out, REFUSAL(RANGE), "told_us", "until now", NULL);
	return false;
}

static bool refuse_task(struct task_outcome *out, uint64_t task)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, task);
	task_refuse(out, REFUSAL(UNKNOWN_TASK), text, NULL, NULL);
	return false;
}

/* The proof names each task by its words: an office records what is its unit's, or it would read
 * others' tasks by their numbers. */
static bool may_name(const struct task_case *c, const struct view_task *task,
		     struct task_outcome *out)
{
	const char *unit = task_acting_unit(c);

	return c->who->cls != DD_PRINCIPAL_OFFICE || task_roles_of(c, task, unit) != DD_ROLE_NONE ||
	       task_refused(out, REFUSAL(NOT_PERMITTED), unit, "record_told");
}

/* Each once, and each a task. */
static bool tasks_known(const struct task_case *c, const Dondoc__V1__RecordTold *cmd,
			struct task_outcome *out)
{
	struct view_task task;

	if (cmd->n_tasks == 0 || cmd->n_tasks > TASKS_MAX) {
		task_refuse(out, cmd->n_tasks == 0 ? REFUSAL(MISSING) : REFUSAL(TOO_LARGE), "tasks",
			    cmd->n_tasks == 0 ? NULL : "200", NULL);
		return false;
	}
	for (size_t i = 0; i < cmd->n_tasks; i++) {
		if (view_task(c->view, true, cmd->tasks[i], &task) != DD_OK || task.group)
			return refuse_task(out, cmd->tasks[i]);
		if (!may_name(c, &task, out))
			return false;
		for (size_t k = 0; k < i; k++)
			if (cmd->tasks[k] == cmd->tasks[i])
				return refuse_task(out, cmd->tasks[i]);
	}
	return true;
}

void task_rule_record_told(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__ToldByHand event = DONDOC__V1__TOLD_BY_HAND__INIT;
	Dondoc__V1__RecordTold *cmd = c->body->record_told;
	const char *acting = task_acting_unit(c);
	struct view_unit unit;

	if (view_unit(c->view, true, cmd->unit, &unit) != DD_OK) {
		task_refuse(out, REFUSAL(UNKNOWN_UNIT), cmd->unit, NULL, NULL);
		return;
	}
	if (!may_tell(c, cmd->unit, out) || !words_fit(c, cmd, out) || !tasks_known(c, cmd, out))
		return;
	event.said = cmd;
	task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_TOLD_BY_HAND, 0, cmd->unit,
			strcmp(acting, cmd->unit) != 0 && acting[0] != '\0' ? acting : NULL,
			&event.base);
}
