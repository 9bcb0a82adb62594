/* task_late.c - see task_late.h. */
#include "services/task/task_late.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/view/view_fix.h"
#include "common/view/view_unit.h"
#include "services/task/task_policy.h"

bool task_unit_ended(const struct task_case *c, const char *unit, int32_t *until_out)
{
	struct view_unit found;

	if (unit[0] == '\0' || view_unit(c->view, true, unit, &found) != DD_OK ||
	    found.valid_until == 0 || dd_day_of(c->record_us) <= found.valid_until)
		return false;
	if (until_out != NULL)
		*until_out = found.valid_until;
	return true;
}

/* A gateway brings what people do now; an office may have been without a line for weeks. */
static bool was_done_in_time(const struct task_case *c, int32_t until)
{
	return c->released || c->who->cls != DD_PRINCIPAL_GATEWAY ||
	       (c->body->fact_us != 0 && dd_day_of(c->body->fact_us) <= until);
}

static bool may_be_late(const struct task_case *c, enum dd_command_kind kind, const char *unit)
{
	int32_t until;

	return dd_permission_principal(dd_principal_class_name(DD_PRINCIPAL_OFFICE), kind) &&
	       task_unit_ended(c, unit, &until) && was_done_in_time(c, until) &&
	       task_policy_value(c, DD_SETTING_UNIT_LATE, NULL, unit) == DD_LATE_SUCCESSOR;
}

bool task_late_for(const struct task_case *c, enum dd_command_kind kind, const char *unit,
		   const char *heir)
{
	return heir[0] != '\0' && strcmp(unit, heir) != 0 && may_be_late(c, kind, unit) &&
	       view_unit_became(c->view, true, unit, heir);
}

/* Whether the unit led the task at any time: back over the assignments. */
static bool was_led_by(const struct task_case *c, const struct view_task *task, const char *unit)
{
	struct view_undo_last last;
	struct view_undo undo;
	uint64_t at;

	if (view_undo_last(c->view, true, task->id, &last) != DD_OK)
		return false;
	at = last.by_class[VIEW_FIX_LEAD];
	while (at != 0 && view_undo_get(c->view, true, task->id, at, &undo, NULL, NULL) == DD_OK) {
		if (strcmp(undo.task.lead_unit, unit) == 0)
			return true;
		at = undo.former < at ? undo.former : 0;
	}
	return false;
}

/* The parts that the heirs of a unit play for the task. */
static unsigned roles_of_heirs(const struct task_case *c, const struct view_task *task,
			       const char *unit)
{
	struct view_plan plan;
	unsigned roles = DD_ROLE_NONE;

	if (task->lead_unit[0] != '\0' && view_unit_became(c->view, true, unit, task->lead_unit) &&
	    was_led_by(c, task, unit))
		roles |= DD_ROLE_LEAD;
	if (view_plan(c->view, true, task->plan, &plan) == DD_OK &&
	    view_unit_became(c->view, true, unit, plan.assigner_unit))
		roles |= DD_ROLE_ASSIGNER;
	return roles;
}

bool task_late_part(const struct task_case *c, const struct view_task *task,
		    enum dd_command_kind kind, const char *unit)
{
	return may_be_late(c, kind, unit) &&
	       dd_permission_unit(roles_of_heirs(c, task, unit), kind);
}

static void heirs_text(const struct task_case *c, const char *unit, char *out, size_t cap)
{
	struct view_heir heir;
	size_t used = 0;

	snprintf(out, cap, "-");
	for (size_t i = 0; view_unit_heir(c->view, true, unit, i, &heir); i++) {
		int wrote = snprintf(out + used, cap - used, "%s%s", i > 0 ? ", " : "", heir.to);

		if (wrote < 0 || (size_t)wrote >= cap - used)
			return;
		used += (size_t)wrote;
	}
}

void task_late_refuse(const struct task_case *c, const char *unit, struct task_outcome *out)
{
	char day[DD_DAY_TEXT], heirs[96];
	int32_t until = 0;

	(void)task_unit_ended(c, unit, &until);
	heirs_text(c, unit, heirs, sizeof(heirs));
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNIT_CLOSED, unit,
		    dd_day_iso(until, day), heirs);
}
