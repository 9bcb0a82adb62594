/* task_plan.c - see task_plan.h. */
#include "services/task/task_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/domain/unit_code.h"
#include "common/domain/unit_life.h"
#include "common/view/view_plan.h"
#include "common/view/view_unit.h"
#include "common/view/view_walk.h"
#include "services/task/task_actor.h"
#include "services/task/task_late.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

bool task_refused(struct task_outcome *out, Dondoc__V1__RefusalCode code, const char *a,
		  const char *b)
{
	task_refuse(out, code, a, b, NULL);
	return false;
}

/* The unit whose plan it is, beside the one that follows it up. */
static bool owns(const struct task_case *c, const char *plan, const char *unit)
{
	Dondoc__V1__PlanFields *fields;
	const uint8_t *bytes;
	size_t len;
	bool yes;

	if (view_plan_fields(c->view, true, plan, &bytes, &len) != DD_OK)
		return false;
	fields = dondoc__v1__plan_fields__unpack(NULL, len, bytes);
	yes = fields != NULL && fields->owner_unit[0] != '\0' &&
	      strcmp(fields->owner_unit, unit) == 0;
	dondoc__v1__plan_fields__free_unpacked(fields, NULL);
	return yes;
}

bool task_plan_may(const struct task_case *c, enum dd_command_kind kind, const char *code,
		   struct view_plan *plan_out, struct task_outcome *out)
{
	const char *unit = c->body->actor != NULL ? c->body->actor->unit : "";

	if (!dd_plan_code_valid(code) || view_plan(c->view, true, code, plan_out) != DD_OK)
		return task_refused(out, REFUSAL(UNKNOWN_PLAN), code, NULL);
	if (strcmp(unit, plan_out->assigner_unit) != 0 && !owns(c, code, unit))
		return task_refused(out, REFUSAL(NOT_PERMITTED), unit[0] != '\0' ? unit : "-",
				    "plan");
	if (c->who->cls != DD_PRINCIPAL_OPERATOR && task_unit_ended(c, unit, NULL)) {
		task_late_refuse(c, unit, out);
		return false;
	}
	return task_actor_reaches(c, kind, unit, NULL, out);
}

bool task_plan_writable(const struct task_case *c, const char *code, struct task_outcome *out)
{
	struct view_plan plan;

	return view_plan(c->view, true, code, &plan) != DD_OK ||
	       plan.state != DONDOC__V1__PLAN_STATE__PLAN_CLOSED ||
	       task_refused(out, REFUSAL(PLAN_STATE), code, "closed");
}

bool task_text_given(struct task_outcome *out, const char *field, const char *text, size_t max)
{
	char limit[24];

	if (task_text_empty(text))
		return task_refused(out, REFUSAL(MISSING), field, NULL);
	if (strlen(text) <= max)
		return true;
	snprintf(limit, sizeof(limit), "%zu", max);
	return task_refused(out, REFUSAL(TOO_LARGE), field, limit);
}

bool task_unit_known(const struct task_case *c, const char *code, struct task_outcome *out)
{
	struct view_unit unit;

	if (task_text_empty(code))
		return task_refused(out, REFUSAL(MISSING), "unit", NULL);
	return (dd_unit_code_valid(code) && view_unit(c->view, true, code, &unit) == DD_OK) ||
	       task_refused(out, REFUSAL(UNKNOWN_UNIT), code, NULL);
}

Dondoc__V1__TaskFields *task_fields_of(const struct task_case *c, uint64_t task)
{
	const uint8_t *bytes;
	size_t len;

	if (view_task_fields(c->view, true, task, &bytes, &len) != DD_OK)
		return NULL;
	return dondoc__v1__task_fields__unpack(NULL, len, bytes);
}

int task_plan_walk(const struct task_case *c, const char *plan, task_plan_take *take, void *arg)
{
	struct view_walk walk;
	struct view_task task;
	struct dd_error ignored;
	struct dd_key prefix;
	bool go_on = true;
	int rc;

	view_key_text(&prefix, VIEW_ORDER, plan);
	rc = view_walk_open(c->view, &prefix, &walk, &ignored);
	if (rc != DD_OK)
		return rc;
	while (go_on && view_walk_next(&walk)) {
		bool guest =
			walk.val.len == 1 && *(const uint8_t *)walk.val.data == VIEW_ORDER_GUEST;

		if (!guest && view_task(c->view, true, view_walk_number(&walk), &task) == DD_OK)
			go_on = take(arg, &task);
	}
	view_walk_close(&walk);
	return walk.rc;
}

/* --- sets of units ------------------------------------------------------------------------------
 */

bool task_units_has(const struct task_units *units, const char *code)
{
	for (size_t i = 0; i < units->count; i++) {
		if (strcmp(units->codes[i], code) == 0)
			return true;
	}
	return false;
}

bool task_units_add(struct task_units *units, const char *code)
{
	if (task_units_has(units, code))
		return true;
	if (units->count == TASK_PARTS_MAX)
		return false;
	if (units->codes == NULL)
		units->codes = dd_alloc(TASK_PARTS_MAX * sizeof(*units->codes));
	snprintf(units->codes[units->count++], sizeof(*units->codes), "%s", code);
	return true;
}

void task_units_free(struct task_units *units)
{
	free(units->codes);
	*units = (struct task_units){0};
}

static bool too_many(struct task_outcome *out)
{
	char limit[16];

	snprintf(limit, sizeof(limit), "%u", TASK_PARTS_MAX);
	return task_refused(out, REFUSAL(TOO_LARGE), "units", limit);
}

/* A set of units under way. */
struct expanding {
	const struct task_case *c;
	int32_t day;
	struct task_units *units;
	struct task_units seen; /* owned; collective units that were opened */
	struct task_outcome *out;
};

static bool valid(const struct expanding *e, const struct view_unit *unit)
{
	return dd_unit_valid(unit->valid_from, unit->valid_until, e->day);
}

static bool add_kind(struct expanding *e, const char *kind)
{
	struct view_walk walk;
	struct view_unit unit;
	struct dd_error ignored;
	struct dd_key prefix;
	bool any = false;
	bool fits = true;

	dd_key_begin(&prefix, VIEW_UNIT);
	if (view_walk_open(e->c->view, &prefix, &walk, &ignored) != DD_OK)
		return task_refused(e->out, REFUSAL(UNKNOWN_UNIT), kind, NULL);
	while (fits && view_walk_next(&walk)) {
		if (walk.val.len < sizeof(unit))
			continue;
		memcpy(&unit, walk.val.data, sizeof(unit));
		if (strcmp(unit.kind, kind) != 0 || unit.collective || !valid(e, &unit))
			continue;
		fits = task_units_add(e->units, unit.code);
		any = true;
	}
	view_walk_close(&walk);
	if (!fits)
		return too_many(e->out);
	return any || task_refused(e->out, REFUSAL(UNKNOWN_UNIT), kind, NULL);
}

static bool open_set(struct expanding *e, const char *set);

/* A collective unit among the members is opened in its turn; one that has ended is passed over. */
static bool add_member(struct expanding *e, const char *member)
{
	struct view_unit unit;

	if (strncmp(member, "kind:", 5) == 0)
		return add_kind(e, member + 5);
	if (!task_unit_known(e->c, member, e->out))
		return false;
	if (view_unit(e->c->view, true, member, &unit) == DD_OK && unit.collective)
		return open_set(e, member);
	return !valid(e, &unit) || task_units_add(e->units, member) || too_many(e->out);
}

/* Once each: collective units may name one another. */
static bool open_set(struct expanding *e, const char *set)
{
	Dondoc__V1__UnitFields *fields = NULL;
	const uint8_t *bytes;
	size_t len;
	bool fine = true;

	if (task_units_has(&e->seen, set))
		return true;
	if (dd_unit_code_valid(set) &&
	    view_unit_fields(e->c->view, true, set, &bytes, &len) == DD_OK)
		fields = dondoc__v1__unit_fields__unpack(NULL, len, bytes);
	if (fields == NULL || fields->n_members == 0)
		fine = task_refused(e->out, REFUSAL(UNKNOWN_UNIT), set, "members");
	else if (!task_units_add(&e->seen, set))
		fine = too_many(e->out);
	for (size_t i = 0; fine && i < fields->n_members; i++)
		fine = add_member(e, fields->members[i]);
	dondoc__v1__unit_fields__free_unpacked(fields, NULL);
	return fine;
}

bool task_units_expand(const struct task_case *c, const char *set, int32_t day,
		       struct task_units *units, struct task_outcome *out)
{
	struct expanding e = {.c = c, .day = day, .units = units, .out = out};
	size_t before = units->count;
	bool fine = strncmp(set, "kind:", 5) == 0 ? add_kind(&e, set + 5) : open_set(&e, set);

	task_units_free(&e.seen);
	if (fine && units->count == 0 && before == 0)
		return task_refused(out, REFUSAL(UNKNOWN_UNIT), set, "members");
	return fine;
}
