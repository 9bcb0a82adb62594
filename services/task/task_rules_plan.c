/* task_rules_plan.c - plans as a whole, labels, areas, filters and baselines. */
#include "services/task/task_plan.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <string.h>

#include "common/domain/unit_code.h"
#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include "services/task/task_actor.h"

#define NAME_MAX_BYTES 255u
#define REFUSAL(name)  DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)    DONDOC__V1__EVENT_TYPE__EVENT_##name

/* --- a plan ----------------------------------------------------------------------------------- */

#define PARENTS_MAX 8

/* The plan that it carries out, and that one's, and so on: it may not be among them. */
static bool parents_fit(const struct task_case *c, const Dondoc__V1__PlanFields *plan,
			struct task_outcome *out)
{
	char code[32];

	if (plan->parent[0] == '\0')
		return true;
	if (!dd_plan_code_valid(plan->parent))
		return task_refused(out, REFUSAL(UNKNOWN_PLAN), plan->parent, NULL);
	snprintf(code, sizeof(code), "%s", plan->parent);
	for (int i = 0; i < PARENTS_MAX; i++) {
		Dondoc__V1__PlanFields *fields;
		const uint8_t *bytes;
		size_t len;

		if (strcmp(code, plan->code) == 0)
			return task_refused(out, REFUSAL(CYCLE), plan->code, plan->parent);
		if (view_plan_fields(c->view, true, code, &bytes, &len) != DD_OK)
			return task_refused(out, REFUSAL(UNKNOWN_PLAN), code, NULL);
		fields = dondoc__v1__plan_fields__unpack(NULL, len, bytes);
		snprintf(code, sizeof(code), "%s", fields != NULL ? fields->parent : "");
		dondoc__v1__plan_fields__free_unpacked(fields, NULL);
		if (code[0] == '\0')
			return true;
	}
	return task_refused(out, REFUSAL(CYCLE), plan->code, plan->parent);
}

static bool plan_fits(const struct task_case *c, const Dondoc__V1__PlanFields *plan,
		      struct task_outcome *out)
{
	if (!task_text_given(out, "plan.code", plan->code, DD_PLAN_CODE_MAX))
		return false;
	if (!dd_plan_code_valid(plan->code)) {
		task_refuse(out, REFUSAL(RANGE), "plan.code", plan->code, "A-Z a-z 0-9 . - _");
		return false;
	}
	if (!task_text_given(out, "plan.title", plan->title, 511) ||
	    !task_text_given(out, "plan.assigner_unit", plan->assigner_unit, DD_UNIT_CODE_MAX) ||
	    !task_unit_known(c, plan->assigner_unit, out))
		return false;
	if (plan->owner_unit[0] != '\0' && !task_unit_known(c, plan->owner_unit, out))
		return false;
	if ((unsigned)plan->kind > DONDOC__V1__PLAN_KIND__PLAN_KIND_LOOSE)
		return task_refused(out, REFUSAL(RANGE), "plan.kind", "0..4");
	if (plan->to_day != 0 && plan->to_day < plan->from_day)
		return task_refused(out, REFUSAL(RANGE), "plan.to_day", "from_day");
	return parents_fit(c, plan, out);
}

/* Only the agency that follows a plan up hands it to another, not the unit whose plan it is: that
 * would decide on its own work then. */
static bool stays_with_agency(const struct task_case *c, const struct view_plan *before,
			      const Dondoc__V1__PlanFields *plan, struct task_outcome *out)
{
	const char *unit = c->body->actor != NULL ? c->body->actor->unit : "";

	return strcmp(before->assigner_unit, plan->assigner_unit) == 0 ||
	       strcmp(before->assigner_unit, unit) == 0 || c->who->cls == DD_PRINCIPAL_OPERATOR ||
	       task_refused(out, REFUSAL(NOT_PERMITTED), unit, "plan.assigner_unit");
}

void task_rule_set_plan(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__SetPlan *cmd = c->body->set_plan;
	const char *unit = c->body->actor != NULL ? c->body->actor->unit : "";
	Dondoc__V1__PlanSet event = DONDOC__V1__PLAN_SET__INIT;
	struct view_plan before;

	if (cmd->plan == NULL) {
		task_refuse(out, REFUSAL(MISSING), "plan", NULL, NULL);
		return;
	}
	if (!plan_fits(c, cmd->plan, out))
		return;
	if (view_plan(c->view, true, cmd->plan->code, &before) == DD_OK) {
		if (!task_plan_may(c, DD_COMMAND_SET_PLAN, before.code, &before, out) ||
		    !task_plan_writable(c, before.code, out) ||
		    !stays_with_agency(c, &before, cmd->plan, out) ||
		    !task_reason_given(out, "reason", cmd->reason))
			return;
	} else if (unit[0] == '\0' || (strcmp(unit, cmd->plan->assigner_unit) != 0 &&
				       strcmp(unit, cmd->plan->owner_unit) != 0)) {
		task_refuse(out, REFUSAL(NOT_PERMITTED), unit[0] != '\0' ? unit : "-", "set_plan",
			    NULL);
		return;
	} else if (!task_actor_reaches(c, DD_COMMAND_SET_PLAN, unit, NULL, out)) {
		return;
	}
	event.plan = cmd->plan;
	event.reason = cmd->reason;
	event.document = cmd->document;
	task_effect_add(out, EVENT(PLAN_SET), 0, "", NULL, &event.base);
}

/* --- a task in a second plan --------------------------------------------------------------------
 */

void task_rule_place_plan(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__PlanPlaced event = DONDOC__V1__PLAN_PLACED__INIT;
	Dondoc__V1__PlacePlan said = *c->body->place_plan;
	Dondoc__V1__TaskFields *fields;
	struct view_plan plan;
	uint64_t owner;
	bool there;

	if (!task_find(c, said.task, DD_COMMAND_PLACE_PLAN, "place", out) ||
	    !task_plan_writable(c, said.plan, out))
		return;
	if (!dd_plan_code_valid(said.plan) || view_plan(c->view, true, said.plan, &plan) != DD_OK ||
	    strcmp(said.plan, out->task.plan) == 0) {
		task_refuse(out, REFUSAL(UNKNOWN_PLAN), said.plan, NULL, NULL);
		return;
	}
	if (said.position == 0)
		said.position = out->task.position;
	there = view_guest(c->view, true, said.plan, said.position, said.task) == DD_OK;
	if (there == !said.removed) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), said.plan, NULL, NULL);
		return;
	}
	fields = task_fields_of(c, said.task);
	if (said.code[0] == '\0' && fields != NULL)
		said.code = fields->code;
	if (!dd_task_code_valid(said.code))
		task_refuse(out, REFUSAL(RANGE), "code", said.code, "1..63");
	else if (view_task_by_code(c->view, true, said.plan, said.code, &owner) == DD_OK)
		task_refuse(out, REFUSAL(DUPLICATE), said.code, said.plan, NULL);
	else {
		event.said = &said;
		task_effect_add(out, EVENT(PLAN_PLACED), said.task, out->task.lead_unit, NULL,
				&event.base);
	}
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
}

/* --- labels and areas ----------------------------------------------------------------------------
 */

void task_rule_set_label(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__LabelSet event = DONDOC__V1__LABEL_SET__INIT;
	Dondoc__V1__SetLabel *cmd = c->body->set_label;
	char name[256];

	if (!task_text_given(out, "code", cmd->code, DD_TASK_CODE_MAX))
		return;
	if (!dd_task_code_valid(cmd->code)) {
		task_refuse(out, REFUSAL(RANGE), "code", cmd->code, "1..63");
		return;
	}
	if (cmd->removed && view_label(c->view, true, cmd->code, name) != DD_OK) {
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "label", cmd->code, NULL);
		return;
	}
	if (!cmd->removed && !task_text_given(out, "name", cmd->name, NAME_MAX_BYTES))
		return;
	event.said = cmd;
	task_effect_add(out, EVENT(LABEL_SET), 0, "", NULL, &event.base);
}

void task_rule_set_area(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__SetArea *cmd = c->body->set_area;
	Dondoc__V1__AreaSet event = DONDOC__V1__AREA_SET__INIT;
	char number[16];

	if (!task_text_given(out, "name", cmd->name, NAME_MAX_BYTES))
		return;
	if (cmd->area > UINT8_MAX) {
		snprintf(number, sizeof(number), "%u", cmd->area);
		task_refuse(out, REFUSAL(RANGE), "area", number, "0..255");
		return;
	}
	if (strlen(cmd->name_en) > NAME_MAX_BYTES) {
		task_refuse(out, REFUSAL(TOO_LARGE), "name_en", "255", NULL);
		return;
	}
	event.area = cmd->area;
	event.name = cmd->name;
	event.name_en = cmd->name_en;
	event.retired = cmd->retired;
	task_effect_add(out, EVENT(AREA_SET), 0, "", NULL, &event.base);
}

/* --- filters
 * --------------------------------------------------------------------------------------- */

void task_rule_save_filter(const struct task_case *c, struct task_outcome *out)
{
	static const uint8_t nobody[16];
	Dondoc__V1__FilterSaved event = DONDOC__V1__FILTER_SAVED__INIT;
	Dondoc__V1__SaveFilter *cmd = c->body->save_filter;
	const Dondoc__V1__Actor *actor = c->body->actor;
	const uint8_t *person =
		actor != NULL && actor->person.len == sizeof(nobody) ? actor->person.data : nobody;
	const char *unit = actor != NULL ? actor->unit : "";
	Dondoc__V1__ListTasks *list;

	if (!task_text_given(out, "name", cmd->name, DD_TASK_CODE_MAX))
		return;
	if (unit[0] != '\0' && !task_unit_known(c, unit, out))
		return;
	if (unit[0] == '\0' && person == nobody && c->who->cls == DD_PRINCIPAL_GATEWAY) {
		task_refuse(out, REFUSAL(MISSING), "actor.unit", NULL, NULL); /* everybody's */
		return;
	}
	if (cmd->removed && view_filter(c->view, true, unit, person, cmd->name) != DD_OK) {
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "filter", cmd->name, NULL);
		return;
	}
	if (strlen(cmd->title) > NAME_MAX_BYTES || cmd->list_tasks.len > 4000) {
		task_refuse(out, REFUSAL(TOO_LARGE), "filter", "4000", NULL);
		return;
	}
	list = dondoc__v1__list_tasks__unpack(NULL, cmd->list_tasks.len, cmd->list_tasks.data);
	if (list == NULL) {
		task_refuse(out, REFUSAL(MALFORMED), "list_tasks", NULL, NULL);
		return;
	}
	dondoc__v1__list_tasks__free_unpacked(list, NULL);
	event.said = cmd;
	task_effect_add(out, EVENT(FILTER_SAVED), 0, unit, NULL, &event.base);
}

/* --- baselines
 * -------------------------------------------------------------------------------------- */

static bool has_baseline(const struct task_case *c, const char *plan)
{
	struct view_walk walk;
	struct dd_error ignored;
	struct dd_key prefix;
	bool found;

	view_key_text(&prefix, VIEW_BASELINE, plan);
	if (view_walk_open(c->view, &prefix, &walk, &ignored) != DD_OK)
		return false;
	found = view_walk_next(&walk);
	view_walk_close(&walk);
	return found;
}

void task_rule_freeze_baseline(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__BaselineFrozen event = DONDOC__V1__BASELINE_FROZEN__INIT;
	Dondoc__V1__FreezeBaseline *cmd = c->body->freeze_baseline;
	struct view_baseline before;
	struct view_plan plan;

	if (!task_plan_may(c, DD_COMMAND_FREEZE_BASELINE, cmd->plan, &plan, out) ||
	    !task_switched_on(c, DD_SETTING_BASELINES, cmd->plan, NULL, out) ||
	    !task_text_given(out, "name", cmd->name, DD_TASK_CODE_MAX))
		return;
	if (view_baseline(c->view, true, cmd->plan, cmd->name, &before) == DD_OK) {
		task_refuse(out, REFUSAL(DUPLICATE), cmd->name, cmd->plan, NULL);
		return;
	}
	if (has_baseline(c, cmd->plan) && !task_document_named(cmd->document)) {
		task_refuse(out, REFUSAL(MISSING), "document", NULL, NULL);
		return;
	}
	event.said = cmd;
	event.at = view_position(c->view)->sequence;
	task_effect_add(out, EVENT(BASELINE_FROZEN), 0, "", NULL, &event.base);
}
