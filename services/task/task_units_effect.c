/* task_units_effect.c - the day of a change of units has come: what follows from it. */
#include "services/task/task_units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/view/view_unit.h"
#include "common/view/view_walk.h"
#include "services/task/task_case.h"

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* What the steps below share. */
struct effect {
	const struct task_case *c;
	const Dondoc__V1__ChangeUnits *said;
	const struct dd_unit_change *change;
	uint64_t planned;
	struct task_outcome *out;
};

static void add(struct effect *effect, Dondoc__V1__EventType type, const ProtobufCMessage *message)
{
	(void)task_effect_add(effect->out, type, 0, "", "", message);
}

/* The unit's fields as they are; NULL: there is no such unit. The caller frees. */
static Dondoc__V1__UnitFields *fields_of(struct effect *effect, const char *code)
{
	const uint8_t *bytes;
	size_t len;

	if (view_unit_fields(effect->c->view, true, code, &bytes, &len) != DD_OK)
		return NULL;
	return dondoc__v1__unit_fields__unpack(NULL, len, bytes);
}

static void set_unit(struct effect *effect, Dondoc__V1__UnitFields *fields)
{
	Dondoc__V1__UnitSet event = DONDOC__V1__UNIT_SET__INIT;

	event.unit = fields;
	event.reason = effect->said->reason;
	event.document = effect->said->document;
	add(effect, TYPE(UNIT_SET), &event.base);
}

static bool named(const char *const *codes, size_t count, const char *code)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(codes[i], code) == 0)
			return true;
	}
	return false;
}

static bool takes_part(const struct dd_unit_change *change, const char *code)
{
	return named(change->from, change->from_count, code) ||
	       named(change->to, change->to_count, code);
}

/* --- the change itself ----------------------------------------------------------------------- */

/* Whoever gets something is an heir: where no unit is named, those of the list. */
static size_t heirs_of_list(struct effect *effect, Dondoc__V1__UnitFields *heirs,
			    Dondoc__V1__UnitFields **rows, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i <= effect->said->n_moves; i++) {
		const char *to =
			i == 0 ? effect->said->default_to : effect->said->moves[i - 1]->to_unit;
		bool there = to[0] == '\0';

		for (size_t j = 0; j < count && !there; j++)
			there = strcmp(heirs[j].code, to) == 0;
		if (there || count == max)
			continue;
		dondoc__v1__unit_fields__init(&heirs[count]);
		heirs[count].code = (char *)to;
		rows[count] = &heirs[count];
		count++;
	}
	return count;
}

static void add_changed(struct effect *effect, size_t moved)
{
	Dondoc__V1__UnitsChanged event = DONDOC__V1__UNITS_CHANGED__INIT;
	Dondoc__V1__ChangeUnits said = *effect->said;
	Dondoc__V1__UnitFields heirs[64], *rows[64];

	said.moves = NULL; /* each is an event of its own */
	said.n_moves = 0;
	if (said.n_to == 0) {
		said.n_to = heirs_of_list(effect, heirs, rows, 64);
		said.to = rows;
	}
	event.planned = effect->planned;
	event.said = &said;
	event.moved = (uint32_t)moved;
	add(effect, TYPE(UNITS_CHANGED), &event.base);
}

/* --- units ----------------------------------------------------------------------------------- */

static void end_units(struct effect *effect)
{
	for (size_t i = 0; i < effect->change->from_count; i++) {
		Dondoc__V1__UnitFields *fields = NULL;

		if (dd_unit_ends(effect->change, effect->change->from[i]))
			fields = fields_of(effect, effect->change->from[i]);
		if (fields == NULL)
			continue;
		fields->valid_until = effect->change->day - 1;
		set_unit(effect, fields);
		dondoc__v1__unit_fields__free_unpacked(fields, NULL);
	}
}

/* A text of `given` where there is one. */
static char *either(char *given, char *former)
{
	return given[0] != '\0' ? given : former;
}

/* A unit does not stay under one that ends. */
static void lift(struct effect *effect, Dondoc__V1__UnitFields *fields, struct view_unit *above)
{
	for (int i = 0; i < DD_UNIT_DEPTH_MAX && dd_unit_ends(effect->change, fields->parent);
	     i++) {
		if (view_unit(effect->c->view, true, fields->parent, above) != DD_OK)
			return;
		fields->parent = above->parent;
	}
}

/* An heir keeps what the change does not say; a new one takes kind and place from the first that
 * it follows. */
static void set_heir(struct effect *effect, const Dondoc__V1__UnitFields *heir)
{
	Dondoc__V1__UnitFields *known = fields_of(effect, heir->code), fields, *first = NULL;
	struct view_unit above;

	fields = known != NULL ? *known : *heir;
	if (known != NULL) {
		fields.name = either(heir->name, known->name);
		fields.kind = either(heir->kind, known->kind);
		fields.parent = either(heir->parent, known->parent);
		fields.official_id = either(heir->official_id, known->official_id);
		if (heir->focal_person.len > 0)
			fields.focal_person = heir->focal_person;
	} else {
		first = fields_of(effect, effect->change->from[0]);
		fields.kind = either(heir->kind, first != NULL ? first->kind : heir->kind);
		fields.parent = either(heir->parent, first != NULL ? first->parent : heir->parent);
		if (fields.valid_from == 0)
			fields.valid_from = effect->change->day;
	}
	lift(effect, &fields, &above);
	set_unit(effect, &fields);
	dondoc__v1__unit_fields__free_unpacked(first, NULL);
	dondoc__v1__unit_fields__free_unpacked(known, NULL);
}

/* Old papers keep the old name. */
static void keep_old_name(struct effect *effect)
{
	Dondoc__V1__UnitAliasSet event = DONDOC__V1__UNIT_ALIAS_SET__INIT;
	struct view_unit unit;

	if (effect->change->kind != DD_UNIT_RENAMED ||
	    view_unit(effect->c->view, true, effect->change->from[0], &unit) != DD_OK)
		return;
	event.unit = unit.code;
	event.alias = unit.name;
	event.note = effect->said->reason;
	add(effect, TYPE(UNIT_ALIAS_SET), &event.base);
}

static void move_child(struct effect *effect, const char *code, const char *heir)
{
	Dondoc__V1__UnitFields *fields = fields_of(effect, code);
	char *parent;

	if (fields == NULL)
		return;
	parent = fields->parent;
	fields->parent = (char *)heir;
	set_unit(effect, fields);
	fields->parent = parent;
	dondoc__v1__unit_fields__free_unpacked(fields, NULL);
}

static void move_children(struct effect *effect, const char *unit, const char *heir)
{
	struct view_walk walk;
	struct dd_error err;
	struct dd_key key;

	view_key_text(&key, VIEW_UNIT_UNDER, unit);
	if (view_walk_open(effect->c->view, &key, &walk, &err) != DD_OK)
		return;
	while (view_walk_next(&walk)) {
		char code[32] = "";
		size_t len = walk.key.len - key.len; /* with its NUL */

		if (walk.key.len <= key.len || len > sizeof(code))
			continue;
		memcpy(code, (const uint8_t *)walk.key.data + key.len, len);
		if (!takes_part(effect->change, code))
			move_child(effect, code, heir);
	}
	view_walk_close(&walk);
}

/* --- plans and leaders ----------------------------------------------------------------------- */

static void move_plan(struct effect *effect, const char *code, const char *heir)
{
	Dondoc__V1__PlanSet event = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields *fields;
	const uint8_t *bytes;
	char *assigner, *owner;
	size_t len;

	if (view_plan_fields(effect->c->view, true, code, &bytes, &len) != DD_OK)
		return;
	fields = dondoc__v1__plan_fields__unpack(NULL, len, bytes);
	if (fields == NULL)
		return;
	assigner = fields->assigner_unit;
	owner = fields->owner_unit;
	fields->assigner_unit = (char *)heir;
	if (dd_unit_ends(effect->change, owner))
		fields->owner_unit = (char *)heir;
	event.plan = fields;
	event.reason = effect->said->reason;
	event.document = effect->said->document;
	add(effect, TYPE(PLAN_SET), &event.base);
	fields->assigner_unit = assigner;
	fields->owner_unit = owner;
	dondoc__v1__plan_fields__free_unpacked(fields, NULL);
}

/* Somebody must go on confirming what an ended unit followed up. */
static void move_plans(struct effect *effect, const char *heir)
{
	struct view_walk walk;
	struct view_plan plan;
	struct dd_error err;
	struct dd_key key;

	dd_key_begin(&key, VIEW_PLAN);
	if (view_walk_open(effect->c->view, &key, &walk, &err) != DD_OK)
		return;
	while (view_walk_next(&walk)) {
		if (walk.val.len < sizeof(plan))
			continue;
		memcpy(&plan, walk.val.data, sizeof(plan));
		if (dd_unit_ends(effect->change, plan.assigner_unit))
			move_plan(effect, plan.code, heir);
	}
	view_walk_close(&walk);
}

static void move_charge(struct effect *effect, const Dondoc__V1__SetCharge *charge,
			const char *heir)
{
	Dondoc__V1__ChargeSet event = DONDOC__V1__CHARGE_SET__INIT;
	Dondoc__V1__SetCharge now = *charge;
	char **units = dd_alloc((charge->n_units + 1) * sizeof(*units));
	bool moved = false, there = false;

	now.units = units;
	now.n_units = 0;
	for (size_t i = 0; i < charge->n_units; i++) {
		bool ends = dd_unit_ends(effect->change, charge->units[i]);
		char *unit = ends ? (char *)heir : charge->units[i];

		moved = moved || ends;
		if (strcmp(unit, heir) == 0 && there)
			continue;
		there = there || strcmp(unit, heir) == 0;
		units[now.n_units++] = unit;
	}
	event.said = &now;
	if (moved)
		add(effect, TYPE(CHARGE_SET), &event.base);
	free(units);
}

static void move_charges(struct effect *effect, const char *heir)
{
	Dondoc__V1__UnitDetail *all;
	const uint8_t *bytes;
	size_t len;

	if (view_charges(effect->c->view, true, &bytes, &len) != DD_OK)
		return;
	all = dondoc__v1__unit_detail__unpack(NULL, len, bytes);
	for (size_t i = 0; all != NULL && i < all->n_leaders; i++)
		move_charge(effect, all->leaders[i], heir);
	dondoc__v1__unit_detail__free_unpacked(all, NULL);
}

/* --- tasks ----------------------------------------------------------------------------------- */

static const char *goal_of(struct effect *effect, const struct view_task *task)
{
	const char *goal = dd_unit_goal(effect->change, task->id);

	return goal != NULL && strcmp(goal, task->lead_unit) != 0 ? goal : NULL;
}

static void move_task(struct effect *effect, uint64_t id)
{
	Dondoc__V1__TaskAssigned event = DONDOC__V1__TASK_ASSIGNED__INIT;
	struct view_task task;
	const char *goal;

	if (view_task(effect->c->view, true, id, &task) != DD_OK)
		return;
	goal = goal_of(effect, &task);
	if (goal == NULL)
		return;
	event.from_unit = task.lead_unit;
	event.to_unit = (char *)goal;
	event.reason = effect->said->reason;
	event.document = effect->said->document;
	event.units_change = effect->planned;
	(void)task_effect_add(effect->out, TYPE(TASK_ASSIGNED), id, task.lead_unit, goal,
			      &event.base);
}

static size_t count_moved(struct effect *effect, const uint64_t *tasks, size_t count)
{
	struct view_task task;
	size_t moved = 0;

	for (size_t i = 0; i < count; i++) {
		if (view_task(effect->c->view, true, tasks[i], &task) == DD_OK &&
		    goal_of(effect, &task) != NULL)
			moved++;
	}
	return moved;
}

void task_units_effect(const struct task_case *c, uint64_t planned,
		       const Dondoc__V1__ChangeUnits *said, struct task_outcome *out)
{
	struct task_units_change change;
	struct effect effect = {
		.c = c, .said = said, .change = &change.is, .planned = planned, .out = out};
	const char *heir;
	uint64_t *open = NULL;
	size_t count = 0;

	task_units_change_init(&change, said);
	heir = dd_unit_heir(&change.is);
	(void)task_units_open(c->view, &change.is, &open, &count);
	add_changed(&effect, count_moved(&effect, open, count));
	keep_old_name(&effect);
	end_units(&effect);
	for (size_t i = 0; i < said->n_to; i++)
		set_heir(&effect, said->to[i]);
	for (size_t i = 0; heir != NULL && i < said->n_from; i++) {
		if (dd_unit_ends(&change.is, said->from[i]))
			move_children(&effect, said->from[i], heir);
	}
	if (heir != NULL) {
		move_plans(&effect, heir);
		move_charges(&effect, heir);
	}
	for (size_t i = 0; i < count; i++)
		move_task(&effect, open[i]);
	out->group = "units";
	free(open);
	task_units_change_fini(&change);
}
