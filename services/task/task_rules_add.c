/* task_rules_add.c - single tasks by hand: added, to one unit or to many, and changed. */
#include "services/task/task_life.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/domain/unit_code.h"
#include "services/task/task_actor.h"
#include "services/task/task_policy.h"

#define DUE_YEARS_MAX   30
#define LABELS_MAX      20u
#define PRODUCTS_MAX    50u
#define UNITS_MAX       200u
#define DEPTH_MAX       16
#define POSITION_LATER  1000000u /* behind every row of an annex */
#define NUMBER_MAX      (1u << 20)
#define REFUSAL(name)   DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)     DONDOC__V1__EVENT_TYPE__EVENT_##name
#define TASK_FLAG(name) DONDOC__V1__TASK_FLAG__TASK_FLAG_##name

/* --- what a task may be -------------------------------------------------------------------------
 */

static bool days_fit(const struct task_case *c, const Dondoc__V1__TaskFields *fields,
		     struct task_outcome *out)
{
	int32_t today = dd_day_of(c->record_us), span = DUE_YEARS_MAX * 366;
	char day[DD_DAY_TEXT];

	if (fields->due_day != 0 &&
	    (fields->due_day < today - span || fields->due_day > today + span))
		return task_refused(out, REFUSAL(RANGE), "due_day",
				    dd_day_iso(fields->due_day, day));
	if (fields->start_day != 0 && fields->due_day != 0 && fields->start_day > fields->due_day)
		return task_refused(out, REFUSAL(RANGE), "start_day",
				    dd_day_iso(fields->start_day, day));
	return true;
}

static bool texts_fit(const Dondoc__V1__TaskFields *fields, struct task_outcome *out)
{
	const struct {
		const char *name, *text;
	} texts[] = {
		{"product", fields->product},
		{"target", fields->target},
		{"lead_text", fields->lead_text},
		{"division", fields->division},
		{"note", fields->note},
		{"time_text", fields->time_text},
		{"coordinating_text", fields->coordinating_text},
	};

	if (!task_text_given(out, "content", fields->content, TASK_NOTE_MAX))
		return false;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strlen(texts[i].text) > TASK_NOTE_MAX)
			return task_refused(out, REFUSAL(TOO_LARGE), texts[i].name, "4000");
	}
	return true;
}

static bool lists_fit(const struct task_case *c, const Dondoc__V1__TaskFields *fields,
		      struct task_outcome *out)
{
	if (fields->n_coordinating_units > UNITS_MAX || fields->n_products > PRODUCTS_MAX ||
	    fields->n_labels > LABELS_MAX || fields->n_leads > UNITS_MAX)
		return task_refused(out, REFUSAL(TOO_LARGE), "task", "200");
	for (size_t i = 0; i < fields->n_coordinating_units; i++) {
		if (!task_unit_known(c, fields->coordinating_units[i], out))
			return false;
	}
	for (size_t i = 0; i < fields->n_products; i++) {
		if (!task_text_given(out, "products.text", fields->products[i]->text, 1000))
			return false;
	}
	for (size_t i = 0; i < fields->n_labels; i++) {
		if (strlen(fields->labels[i]) > DD_TASK_CODE_MAX)
			return task_refused(out, REFUSAL(TOO_LARGE), "labels", "63");
	}
	return true;
}

static bool area_fits(const struct task_case *c, const char *field, uint32_t area,
		      struct task_outcome *out)
{
	char name[256], number[16];

	snprintf(number, sizeof(number), "%u", area);
	if (area > UINT8_MAX || (area != 0 && view_area(c->view, true, area, name) != DD_OK))
		return task_refused(out, REFUSAL(RANGE), field, number);
	return true;
}

static bool content_fits(const struct task_case *c, const Dondoc__V1__TaskFields *fields,
			 struct task_outcome *out)
{

	if (!texts_fit(fields, out) || !days_fit(c, fields, out) || !lists_fit(c, fields, out))
		return false;
	if (fields->lead_unit[0] != '\0' && !task_unit_known(c, fields->lead_unit, out))
		return false;
	if (!area_fits(c, "area", fields->area, out) ||
	    !area_fits(c, "area_second", fields->area_second, out))
		return false;
	if ((unsigned)fields->recurrence > DONDOC__V1__RECURRENCE__RECUR_NINE_MONTHS)
		return task_refused(out, REFUSAL(RANGE), "recurrence", "0..9");
	return true;
}

/* `before` NULL = a new task. What was given while weights were used stays. */
static bool weight_fits(const struct task_case *c, const Dondoc__V1__TaskFields *fields,
			const Dondoc__V1__TaskFields *before, struct task_outcome *out)
{
	if (fields->has_weight_case == DONDOC__V1__TASK_FIELDS__HAS_WEIGHT__NOT_SET)
		return true;
	if (fields->weight > 1000)
		return task_refused(out, REFUSAL(RANGE), "weight", "0..1000");
	return (before != NULL && before->has_weight_case == fields->has_weight_case &&
		before->weight == fields->weight) ||
	       task_switched_on(c, DD_SETTING_WEIGHTS, fields->plan, NULL, out);
}

/* The parent is there, and the task is not among its own parents; `task` 0 = a new one. */
static bool parent_fits(const struct task_case *c, const Dondoc__V1__TaskFields *fields,
			uint64_t task, struct task_outcome *out)
{
	struct view_task at;
	uint64_t id;

	if (fields->parent[0] == '\0')
		return true;
	if (view_task_by_code(c->view, true, fields->plan, fields->parent, &id) != DD_OK)
		return task_refused(out, REFUSAL(UNKNOWN_TASK), fields->parent, NULL);
	for (int depth = 0; id != 0 && depth < DEPTH_MAX; depth++) {
		if (id == task)
			return task_refused(out, REFUSAL(CYCLE), fields->code, fields->parent);
		if (view_task(c->view, true, id, &at) != DD_OK)
			return true;
		id = at.parent;
	}
	return id == 0 || task_refused(out, REFUSAL(CYCLE), fields->code, fields->parent);
}

/* --- where a new task goes
 * -------------------------------------------------------------------------- */

/* The first free number of codes that are made here, found by doubling. */
static uint32_t free_number(const struct task_case *c, const char *plan)
{
	uint32_t low = 0, high = 1;
	char code[16];
	uint64_t taken;

	snprintf(code, sizeof(code), "G%u", high);
	while (high < NUMBER_MAX && view_task_by_code(c->view, true, plan, code, &taken) == DD_OK) {
		low = high;
		high *= 2;
		snprintf(code, sizeof(code), "G%u", high);
	}
	while (high - low > 1) { /* `low` is taken, `high` is free */
		uint32_t middle = low + (high - low) / 2;

		snprintf(code, sizeof(code), "G%u", middle);
		if (view_task_by_code(c->view, true, plan, code, &taken) == DD_OK)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* Single tasks of a unit and a year stand in a plan of their own, made with the first of them. */
static bool loose_plan(const struct task_case *c, char code[32], struct task_outcome *out)
{
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__PlanSet event = DONDOC__V1__PLAN_SET__INIT;
	int year = dd_day_to_date(dd_day_of(c->record_us)).year;
	const char *unit = c->body->actor != NULL ? c->body->actor->unit : "";
	struct view_plan plan;
	char title[80], made[64];

	snprintf(made, sizeof(made), "VL-%d-%.40s", year, unit);
	if (!dd_plan_code_valid(made))
		return task_refused(out, REFUSAL(MISSING), "plan", NULL);
	snprintf(code, 32, "%.31s", made);
	if (view_plan(c->view, true, code, &plan) == DD_OK)
		return true;
	if (!task_unit_lives(c, unit, out) ||
	    !task_actor_reaches(c, DD_COMMAND_ADD_TASK, unit, NULL, out))
		return false;
	snprintf(title, sizeof(title), "Nhiệm vụ giao lẻ năm %d", year);
	fields.code = code;
	fields.title = title;
	fields.assigner_unit = c->body->actor->unit;
	fields.kind = DONDOC__V1__PLAN_KIND__PLAN_KIND_LOOSE;
	event.plan = &fields;
	return task_effect_add(out, EVENT(PLAN_SET), 0, "", NULL, &event.base);
}

/* The plan there is, or the one to be made. */
static bool plan_for(const struct task_case *c, const char *named, char code[32],
		     struct task_outcome *out)
{
	struct view_plan plan;

	if (named[0] == '\0' && !loose_plan(c, code, out))
		return false;
	if (named[0] == '\0' && out->effects.count > 0)
		return true; /* it comes with this command */
	if (named[0] != '\0')
		snprintf(code, 32, "%.31s", named);
	return task_plan_may(c, DD_COMMAND_ADD_TASK, named[0] != '\0' ? named : code, &plan, out) &&
	       task_plan_writable(c, code, out);
}

static bool code_for(const struct task_case *c, Dondoc__V1__TaskFields *fields, char made[64],
		     struct task_outcome *out)
{
	uint32_t number;
	uint64_t owner;

	if (fields->code[0] != '\0') {
		if (!dd_task_code_valid(fields->code))
			return task_refused(out, REFUSAL(RANGE), "code", fields->code);
		if (view_task_by_code(c->view, true, fields->plan, fields->code, &owner) == DD_OK)
			return task_refused(out, REFUSAL(DUPLICATE), fields->code, fields->plan);
	}
	number = free_number(c, fields->plan);
	if (fields->position == 0)
		fields->position = POSITION_LATER + number;
	if (fields->code[0] == '\0') {
		snprintf(made, 64, "G%u", number);
		fields->code = made;
	}
	return true;
}

/* --- adding
 * --------------------------------------------------------------------------------------------- */

static bool find_parts(const struct task_case *c, const Dondoc__V1__AddTask *cmd,
		       struct task_units *units, struct task_outcome *out)
{
	bool many = cmd->n_units > 0 || cmd->unit_set[0] != '\0';

	if (many && cmd->task->lead_unit[0] != '\0')
		task_units_add(units, cmd->task->lead_unit);
	for (size_t i = 0; i < cmd->n_units; i++) {
		if (!task_unit_known(c, cmd->units[i], out))
			return false;
		if (!task_units_add(units, cmd->units[i]))
			return task_refused(out, REFUSAL(TOO_LARGE), "units", "1000");
	}
	return cmd->unit_set[0] == '\0' ||
	       task_units_expand(c, cmd->unit_set, dd_day_of(c->record_us), units, out);
}

static bool add_one(const Dondoc__V1__TaskFields *fields, Dondoc__V1__Document *document,
		    struct task_outcome *out)
{
	Dondoc__V1__TaskAdded event = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields content = *fields;

	event.task = &content;
	event.document = document;
	return task_effect_add(out, EVENT(TASK_ADDED), 0, fields->lead_unit, NULL, &event.base);
}

/* One task a unit under the task that was asked for, which has no lead and no state of its own. */
static bool add_parts(const Dondoc__V1__TaskFields *whole, const struct task_units *units,
		      Dondoc__V1__Document *document, struct task_outcome *out)
{
	Dondoc__V1__TaskFields part = *whole;
	char code[128];
	bool fine = true;

	part.fan_out = false;
	part.parent = whole->code;
	part.lead_text = (char *)protobuf_c_empty_string;
	for (size_t i = 0; fine && i < units->count; i++) {
		snprintf(code, sizeof(code), "%s~%s", whole->code, units->codes[i]);
		if (!dd_task_code_valid(code))
			return task_refused(out, REFUSAL(RANGE), "code", code);
		part.code = code;
		part.lead_unit = units->codes[i];
		fine = add_one(&part, document, out);
	}
	return fine;
}

static bool add_all(const struct task_case *c, Dondoc__V1__TaskFields *fields,
		    const struct task_units *units, struct task_outcome *out)
{
	Dondoc__V1__Document *document = c->body->add_task->document;

	if (units->count == 0 && fields->lead_unit[0] == '\0' && !fields->group)
		return task_refused(out, REFUSAL(MISSING), "lead_unit", NULL);
	if (units->count == 0)
		return add_one(fields, document, out);
	fields->fan_out = true;
	fields->lead_unit = (char *)protobuf_c_empty_string;
	out->group = "fan-out";
	snprintf(out->group_plan, sizeof(out->group_plan), "%s", fields->plan);
	return add_one(fields, document, out) && add_parts(fields, units, document, out);
}

void task_rule_add_task(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__AddTask *cmd = c->body->add_task;
	struct task_units units = {0};
	Dondoc__V1__TaskFields fields;
	char plan[32], code[64];

	if (cmd->task == NULL) {
		task_refuse(out, REFUSAL(MISSING), "task", NULL, NULL);
		return;
	}
	fields = *cmd->task;
	fields.instance_of = 0; /* these are made by the clock and by the year's end alone */
	fields.carried_from = 0;
	fields.n_chain_codes = 0;
	fields.chain_first_due_day = 0;
	fields.chain_slips = 0;
	fields.fan_out = false;
	if (!content_fits(c, &fields, out) || !plan_for(c, fields.plan, plan, out))
		return;
	fields.plan = plan;
	if (weight_fits(c, &fields, NULL, out) && code_for(c, &fields, code, out) &&
	    parent_fits(c, &fields, 0, out) && find_parts(c, cmd, &units, out))
		add_all(c, &fields, &units, out);
	task_units_free(&units);
}

/* --- changing
 * --------------------------------------------------------------------------------------------- */

/* What only the system writes stays as it is. */
static void keep_own(Dondoc__V1__TaskFields *fields, const Dondoc__V1__TaskFields *before)
{
	fields->plan = before->plan;
	fields->fan_out = before->fan_out;
	fields->group = before->group;
	fields->instance_of = before->instance_of;
	fields->period_from = before->period_from;
	fields->period_to = before->period_to;
	fields->carried_from = before->carried_from;
	fields->chain_codes = before->chain_codes;
	fields->n_chain_codes = before->n_chain_codes;
	fields->chain_first_due_day = before->chain_first_due_day;
	fields->chain_slips = before->chain_slips;
	if (fields->code[0] == '\0')
		fields->code = before->code;
	if (fields->position == 0)
		fields->position = before->position;
}

/* Once a plan is out, a due day moves by a document only; by request it is an extension. */
static bool change_fits(const struct task_case *c, const Dondoc__V1__TaskFields *fields,
			const Dondoc__V1__TaskFields *before, struct task_outcome *out)
{
	const Dondoc__V1__ChangeTask *cmd = c->body->change_task;
	struct view_plan plan;
	char day[DD_DAY_TEXT];
	uint64_t owner;

	if (!dd_task_code_valid(fields->code))
		return task_refused(out, REFUSAL(RANGE), "code", fields->code);
	if (strcmp(fields->code, before->code) != 0 &&
	    view_task_by_code(c->view, true, fields->plan, fields->code, &owner) == DD_OK)
		return task_refused(out, REFUSAL(DUPLICATE), fields->code, fields->plan);
	if (view_plan(c->view, true, before->plan, &plan) != DD_OK ||
	    plan.state == DONDOC__V1__PLAN_STATE__PLAN_DRAFT)
		return true;
	if (fields->due_day != before->due_day && before->due_day != 0 &&
	    !task_document_named(cmd->document))
		return task_refused(out, REFUSAL(BASELINE), "due_day",
				    dd_day_iso(before->due_day, day));
	return task_reason_given(out, "reason", cmd->reason);
}

void task_rule_change_task(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__ChangeTask *cmd = c->body->change_task;
	Dondoc__V1__TaskChanged event = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields fields, *before;

	if (cmd->fields == NULL) {
		task_refuse(out, REFUSAL(MISSING), "fields", NULL, NULL);
		return;
	}
	if (!task_find(c, cmd->task, DD_COMMAND_CHANGE_TASK, "change", out) ||
	    !task_plan_writable(c, out->task.plan, out))
		return;
	before = task_fields_of(c, cmd->task);
	if (before == NULL) {
		task_refuse(out, REFUSAL(UNKNOWN_TASK), "-", NULL, NULL);
		return;
	}
	fields = *cmd->fields;
	keep_own(&fields, before);
	if (content_fits(c, &fields, out) && weight_fits(c, &fields, before, out) &&
	    parent_fits(c, &fields, cmd->task, out) && change_fits(c, &fields, before, out)) {
		event.task = &fields;
		event.reason = cmd->reason;
		event.document = cmd->document;
		task_effect_add(out, EVENT(TASK_CHANGED), cmd->task, out->task.lead_unit, NULL,
				&event.base);
	}
	dondoc__v1__task_fields__free_unpacked(before, NULL);
}
