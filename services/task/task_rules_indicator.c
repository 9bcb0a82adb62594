/* task_rules_indicator.c - indicators and their measured values. */
#include "services/task/task_actor.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/domain/unit_code.h"
#include "common/view/view_plan.h"

#define TARGETS_MAX   50u
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name

static bool targets_fit(const Dondoc__V1__IndicatorFields *fields, struct task_outcome *out)
{
	char year[16];

	if (fields->n_targets > TARGETS_MAX)
		return task_refused(out, REFUSAL(TOO_LARGE), "targets", "50");
	for (size_t i = 0; i < fields->n_targets; i++) {
		snprintf(year, sizeof(year), "%d", fields->targets[i]->year);
		if (fields->targets[i]->year < 2000 || fields->targets[i]->year > 2100)
			return task_refused(out, REFUSAL(RANGE), "targets.year", year);
		for (size_t k = 0; k < i; k++) {
			if (fields->targets[k]->year == fields->targets[i]->year)
				return task_refused(out, REFUSAL(DUPLICATE), "targets.year", year);
		}
	}
	return true;
}

static bool indicator_fits(const struct task_case *c, const Dondoc__V1__IndicatorFields *fields,
			   struct task_outcome *out)
{
	struct view_task task;

	if (!task_text_given(out, "code", fields->code, DD_TASK_CODE_MAX))
		return false;
	if (!dd_task_code_valid(fields->code))
		return task_refused(out, REFUSAL(RANGE), "code", fields->code);
	if (!task_text_given(out, "name", fields->name, 1000) ||
	    !task_text_given(out, "measure", fields->measure, 60))
		return false;
	if (fields->lead_unit[0] != '\0' && !task_unit_known(c, fields->lead_unit, out))
		return false;
	if (fields->area > UINT8_MAX)
		return task_refused(out, REFUSAL(RANGE), "area", "0..255");
	if (fields->task != 0 && (view_task(c->view, true, fields->task, &task) != DD_OK ||
				  strcmp(task.plan, fields->plan) != 0))
		return task_refused(out, REFUSAL(UNKNOWN_TASK), fields->code, NULL);
	return targets_fit(fields, out);
}

/* From a plan that is published on a target is changed for a reason only. */
void task_rule_set_indicator(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__IndicatorSet event = DONDOC__V1__INDICATOR_SET__INIT;
	Dondoc__V1__SetIndicator *cmd = c->body->set_indicator;
	struct view_plan plan;
	const uint8_t *bytes;
	size_t len;

	if (cmd->fields == NULL) {
		task_refuse(out, REFUSAL(MISSING), "fields", NULL, NULL);
		return;
	}
	if (!task_plan_may(c, DD_COMMAND_SET_INDICATOR, cmd->fields->plan, &plan, out) ||
	    !task_plan_writable(c, cmd->fields->plan, out) || !indicator_fits(c, cmd->fields, out))
		return;
	if (plan.state == DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED &&
	    view_indicator(c->view, true, plan.code, cmd->fields->code, &bytes, &len) == DD_OK &&
	    !task_reason_given(out, "reason", cmd->reason))
		return;
	event.said = cmd;
	task_effect_add(out, EVENT(INDICATOR_SET), 0, "", NULL, &event.base);
}

/* The indicator's lead, or who follows the plan up. */
static bool may_measure(const struct task_case *c, const Dondoc__V1__MeasureIndicator *cmd,
			struct task_outcome *out)
{
	const char *unit = c->body->actor != NULL ? c->body->actor->unit : "";
	Dondoc__V1__IndicatorFields *fields = NULL;
	struct view_plan plan;
	const uint8_t *bytes;
	size_t len;
	bool lead, removed;

	if (view_indicator(c->view, true, cmd->plan, cmd->code, &bytes, &len) == DD_OK)
		fields = dondoc__v1__indicator_fields__unpack(NULL, len, bytes);
	removed = fields == NULL || fields->removed;
	lead = fields != NULL && unit[0] != '\0' && strcmp(fields->lead_unit, unit) == 0;
	dondoc__v1__indicator_fields__free_unpacked(fields, NULL);
	if (removed)
		return task_refused(out, REFUSAL(UNKNOWN_ENTRY), "indicator", cmd->code);
	return lead || task_plan_may(c, DD_COMMAND_MEASURE_INDICATOR, cmd->plan, &plan, out);
}

/* Who may take a value back, or put another in its place: who sent it; the focal person and the
 * head of the unit that sent it, or the unit itself where no person is named; and who follows the
 * plan up. */
static bool may_correct(const struct task_case *c, const Dondoc__V1__MeasureIndicator *cmd,
			const struct view_measured *measured, struct task_outcome *out)
{
	const Dondoc__V1__Actor *actor = c->body->actor;
	struct task_outcome *ignored;
	struct view_plan plan;
	bool agency, own;

	if (actor == NULL)
		return task_refused(out, REFUSAL(NOT_PERMITTED), "-", "measure_indicator");
	ignored = dd_alloc(sizeof(*ignored));
	agency = task_plan_may(c, DD_COMMAND_MEASURE_INDICATOR, cmd->plan, &plan, ignored);
	free(ignored);
	if (agency)
		return true;
	if (!task_actor_judged(c))
		own = strcmp(actor->unit, measured->unit) == 0;
	else
		own = memcmp(actor->person.data, measured->person, sizeof(measured->person)) == 0 ||
		      task_actor_is(c, DD_PERSON_FOCAL, measured->unit) ||
		      task_actor_is(c, DD_PERSON_HEAD, measured->unit);
	return own || task_refused(out, REFUSAL(OTHERS_ENTRY), measured->unit, NULL);
}

void task_rule_measure_indicator(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__IndicatorMeasured event = DONDOC__V1__INDICATOR_MEASURED__INIT;
	Dondoc__V1__MeasureIndicator *cmd = c->body->measure_indicator;
	const char *unit = c->body->actor != NULL ? c->body->actor->unit : "";
	struct view_measured measured;
	char day[DD_DAY_TEXT];
	bool known;

	if (!may_measure(c, cmd, out))
		return;
	if (cmd->day == 0 || cmd->day > dd_day_of(c->record_us)) {
		task_refuse(out, REFUSAL(RANGE), "day", dd_day_iso(cmd->day, day), NULL);
		return;
	}
	known = view_measure(c->view, true, cmd->plan, cmd->code, cmd->day, &measured) == DD_OK;
	if (cmd->withdrawn && !known) {
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "value", dd_day_iso(cmd->day, day), NULL);
		return;
	}
	if (known && !may_correct(c, cmd, &measured, out))
		return;
	if (!cmd->withdrawn && task_text_empty(cmd->source) &&
	    !task_document_named(cmd->document)) {
		task_refuse(out, REFUSAL(MISSING), "source", NULL, NULL);
		return;
	}
	if (known && !cmd->withdrawn) {
		event.replaced = measured.sequence;
		event.replaced_value = measured.value;
		event.replaced_unit = measured.unit;
	}
	event.said = cmd;
	task_effect_add(out, EVENT(INDICATOR_MEASURED), 0, unit, NULL, &event.base);
}
