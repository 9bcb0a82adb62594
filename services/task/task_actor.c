/* task_actor.c - see task_actor.h. */
#include "services/task/task_actor.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/view/view_life.h"
#include "common/view/view_unit.h"
#include "services/task/task_case.h"
#include "services/task/task_policy.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

static const char *unit_of(const struct task_case *c)
{
	return c->body != NULL && c->body->actor != NULL ? c->body->actor->unit : "";
}

static int32_t today_of(const struct task_case *c)
{
	return dd_day_of(c->record_us);
}

/* --- the person ------------------------------------------------------------------------------ */

static void person_of(const struct task_case *c, struct view_person *person_out)
{
	const Dondoc__V1__Actor *actor = c->body != NULL ? c->body->actor : NULL;

	if (actor != NULL && actor->person.len == 16)
		view_person_read(c->view, true, actor->person.data, today_of(c), person_out);
	else
		memset(person_out, 0, sizeof(*person_out));
}

static bool within(void *arg, const char *unit, const char *root)
{
	const struct task_case *c = arg;

	return view_unit_within(c->view, true, unit, root);
}

static struct dd_rights_asker asker_of(const struct task_case *c, const struct view_person *person,
				       const char *unit)
{
	return (struct dd_rights_asker){.grants = person->grants,
					.count = person->count,
					.today = today_of(c),
					.unit = unit,
					.within = within,
					.arg = (void *)c};
}

/* --- refusing -------------------------------------------------------------------------------- */

static bool no_role(enum dd_command_kind kind, struct task_outcome *out)
{
	char roles[96];

	dd_rights_roles_text(kind, roles, sizeof(roles));
	task_refuse(out, REFUSAL(NO_ROLE), dd_right_class_name(dd_right_class_of(kind)), roles,
		    NULL);
	return false;
}

static bool refuse_answer(enum dd_right_answer answer, enum dd_command_kind kind, const char *unit,
			  struct task_outcome *out)
{
	if (answer == DD_RIGHT_NO_ROLE)
		return no_role(kind, out);
	task_refuse(out, REFUSAL(UNIT_SCOPE), unit[0] != '\0' ? unit : "-", NULL, NULL);
	return false;
}

/* --- before any rule ------------------------------------------------------------------------- */

/* What a unit as such may not do through a gateway: there it takes a person with a role. */
static bool needs_person(const struct task_case *c, enum dd_command_kind kind)
{
	enum dd_right_class cls = dd_right_class_of(kind);

	if (c->who->cls != DD_PRINCIPAL_GATEWAY)
		return false;
	return cls == DD_RIGHT_UNITS || cls == DD_RIGHT_GRANT || cls == DD_RIGHT_DEPUTY ||
	       cls == DD_RIGHT_SETTINGS || cls == DD_RIGHT_DESTROY ||
	       task_policy_value(c, DD_SETTING_PEOPLE_REQUIRED, NULL, NULL) != 0;
}

bool task_actor_admits(const struct task_case *c, enum dd_command_kind kind,
		       struct task_outcome *out)
{
	const struct dd_grant *by;
	struct view_person person;
	struct dd_rights_asker asker;
	enum dd_right_answer answer;

	if (dd_right_class_of(kind) == DD_RIGHT_FREE)
		return true;
	person_of(c, &person);
	if (!person.judged)
		return !needs_person(c, kind) || no_role(kind, out);
	asker = asker_of(c, &person, unit_of(c));
	asker.in_charge = true; /* of which task? that is for task_actor_part */
	answer = dd_rights_ask(&asker, kind, &by);
	view_person_fini(&person);
	return answer == DD_RIGHT_YES || answer == DD_RIGHT_YES_BY_UNIT ||
	       refuse_answer(answer, kind, unit_of(c), out);
}

bool task_actor_reaches(const struct task_case *c, enum dd_command_kind kind, const char *unit,
			enum dd_person_role *role_out, struct task_outcome *out)
{
	const struct dd_grant *by = NULL;
	struct view_person person;
	struct dd_rights_asker asker;
	enum dd_right_answer answer;

	person_of(c, &person);
	if (role_out != NULL)
		*role_out = DD_PERSON_NONE;
	if (!person.judged)
		return true;
	asker = asker_of(c, &person, unit);
	answer = dd_rights_ask(&asker, kind, &by);
	if (role_out != NULL && by != NULL)
		*role_out = (enum dd_person_role)by->role;
	view_person_fini(&person);
	return answer == DD_RIGHT_YES || answer == DD_RIGHT_YES_BY_UNIT ||
	       refuse_answer(answer, kind, unit, out);
}

bool task_actor_is(const struct task_case *c, enum dd_person_role role, const char *unit)
{
	struct view_person person;
	bool is = false;

	person_of(c, &person);
	for (size_t i = 0; i < person.count && !is; i++)
		is = person.grants[i].role == (uint8_t)role &&
		     dd_grant_covers(&person.grants[i], unit, within, (void *)c);
	view_person_fini(&person);
	return is;
}

/* --- a late message -------------------------------------------------------------------------- */

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

/* The parts that the heirs of a unit play for the task. */
static unsigned roles_of_heirs(const struct task_case *c, const struct view_task *task,
			       const char *unit)
{
	struct view_plan plan;
	unsigned roles = DD_ROLE_NONE;

	if (task->lead_unit[0] != '\0' && view_unit_became(c->view, true, unit, task->lead_unit))
		roles |= DD_ROLE_LEAD;
	if (view_plan(c->view, true, task->plan, &plan) == DD_OK &&
	    view_unit_became(c->view, true, unit, plan.assigner_unit))
		roles |= DD_ROLE_ASSIGNER;
	return roles;
}

/* The acting unit has no part in the task. If it has ended, its heirs may have one. */
static bool part_of_heirs(const struct task_case *c, const struct view_task *task,
			  enum dd_command_kind kind, const char *action, struct task_outcome *out)
{
	const char *code = unit_of(c);
	struct view_unit unit;
	char day[DD_DAY_TEXT], heirs[96];

	if (code[0] == '\0' || view_unit(c->view, true, code, &unit) != DD_OK ||
	    unit.valid_until == 0 || today_of(c) <= unit.valid_until) {
		task_refuse(out, REFUSAL(NOT_PERMITTED), code[0] != '\0' ? code : "-", action,
			    NULL);
		return false;
	}
	if (task_policy_value(c, DD_SETTING_UNIT_LATE, NULL, code) == DD_LATE_SUCCESSOR &&
	    dd_permission_unit(roles_of_heirs(c, task, code), kind))
		return true;
	heirs_text(c, code, heirs, sizeof(heirs));
	task_refuse(out, REFUSAL(UNIT_CLOSED), code, dd_day_iso(unit.valid_until, day), heirs);
	return false;
}

/* --- a division ----------------------------------------------------------------------------- */

/* The division to which the lead passed the task works on it; what leaves the unit as a request,
 * and what is received or passed on, stays with the unit itself. */
static bool part_of_division(const struct task_case *c, const struct view_task *task,
			     enum dd_command_kind kind)
{
	enum dd_right_class cls = dd_right_class_of(kind);
	const char *unit = unit_of(c);
	struct view_life life;

	if (cls != DD_RIGHT_WORK && cls != DD_RIGHT_ATTACH && cls != DD_RIGHT_COMMENT)
		return false;
	return unit[0] != '\0' && view_life_get(c->view, true, task->id, &life) == DD_OK &&
	       strcmp(life.division, unit) == 0;
}

/* --- a task ---------------------------------------------------------------------------------- */

/* A leader answers for the task; one who stands in for him does so too. */
static bool in_charge(const struct task_case *c, const struct view_task *task,
		      const struct view_person *person)
{
	for (size_t i = 0; i < person->count; i++) {
		if (person->grants[i].role == DD_PERSON_LEADER &&
		    task_policy_value(c, DD_SETTING_DECIDE_LEADER, task->plan, NULL) != 0 &&
		    view_in_charge(c->view, true, person->grants[i].of, task, today_of(c)))
			return true;
	}
	return false;
}

bool task_actor_part(const struct task_case *c, const struct view_task *task,
		     enum dd_command_kind kind, const char *action, struct task_outcome *out)
{
	const struct dd_grant *by = NULL;
	const char *unit = unit_of(c);
	struct view_person person;
	struct dd_rights_asker asker;
	enum dd_right_answer answer = DD_RIGHT_YES_BY_UNIT;

	person_of(c, &person);
	if (person.judged) {
		asker = asker_of(c, &person, unit);
		asker.lead = task->lead_unit;
		asker.in_charge = in_charge(c, task, &person);
		answer = dd_rights_ask(&asker, kind, &by);
	}
	view_person_fini(&person);
	if (answer == DD_RIGHT_YES)
		return true;
	if (answer != DD_RIGHT_YES_BY_UNIT)
		return refuse_answer(answer, kind, unit, out);
	return dd_permission_unit(task_roles_of(c, task, unit), kind) ||
	       part_of_division(c, task, kind) || part_of_heirs(c, task, kind, action, out);
}
