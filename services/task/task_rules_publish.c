/* task_rules_publish.c - publishing a plan, and who has taken note of it. */
#include "services/task/task_actor.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/view/view_plan.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name

/* --- publishing ------------------------------------------------------------------------------- */

struct concerned {
	const struct task_case *c;
	struct task_units units;
};

/* Who leads a task, or helps with it. */
static bool concerned_by(void *arg, const struct view_task *task)
{
	struct concerned *concerned = arg;
	Dondoc__V1__TaskFields *fields = task_fields_of(concerned->c, task->id);

	if (task->lead_unit[0] != '\0')
		task_units_add(&concerned->units, task->lead_unit);
	for (size_t i = 0; fields != NULL && i < fields->n_coordinating_units; i++)
		task_units_add(&concerned->units, fields->coordinating_units[i]);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return true;
}

static bool find_concerned(const struct task_case *c, const Dondoc__V1__PublishPlan *cmd,
			   struct task_units *units, struct task_outcome *out)
{
	struct concerned concerned = {.c = c};

	for (size_t i = 0; i < cmd->n_units; i++) {
		if (!task_unit_known(c, cmd->units[i], out))
			return false;
		if (!task_units_add(units, cmd->units[i]))
			return task_refused(out, REFUSAL(TOO_LARGE), "units", "1000");
	}
	if (cmd->n_units > 0)
		return true;
	task_plan_walk(c, cmd->plan, concerned_by, &concerned);
	*units = concerned.units;
	return units->count > 0 || task_refused(out, REFUSAL(MISSING), "units", NULL);
}

/* The first publication, or a change of what was published. */
static bool publish_fits(const struct task_case *c, const Dondoc__V1__PublishPlan *cmd,
			 struct task_outcome *out)
{
	int32_t today = dd_day_of(c->record_us);
	struct view_plan plan;
	char day[DD_DAY_TEXT];

	if (!task_plan_may(c, DD_COMMAND_PUBLISH_PLAN, cmd->plan, &plan, out) ||
	    !task_plan_writable(c, cmd->plan, out))
		return false;
	if (cmd->change && plan.state != DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED)
		return task_refused(out, REFUSAL(PLAN_STATE), cmd->plan, "draft");
	if (!cmd->change && plan.published != 0)
		return task_refused(out, REFUSAL(NOTHING_TO_DO), cmd->plan, NULL);
	if (!task_document_named(cmd->document))
		return task_refused(out, REFUSAL(MISSING), "document", NULL);
	if (cmd->day > today)
		return task_refused(out, REFUSAL(RANGE), "day", dd_day_iso(cmd->day, day));
	if (cmd->acknowledge_by_day != 0 && cmd->acknowledge_by_day < today)
		return task_refused(out, REFUSAL(RANGE), "acknowledge_by_day",
				    dd_day_iso(cmd->acknowledge_by_day, day));
	return true;
}

void task_rule_publish_plan(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__PlanPublished event = DONDOC__V1__PLAN_PUBLISHED__INIT;
	Dondoc__V1__PublishPlan said = *c->body->publish_plan;
	struct task_units units = {0};
	char **codes = NULL;

	if (!publish_fits(c, &said, out))
		return;
	if (said.day == 0)
		said.day = dd_day_of(c->record_us);
	if (find_concerned(c, &said, &units, out)) {
		codes = dd_alloc(units.count * sizeof(*codes));
		for (size_t i = 0; i < units.count; i++)
			codes[i] = units.codes[i];
		said.units = NULL; /* they stand beside it */
		said.n_units = 0;
		event.said = &said;
		event.units = codes;
		event.n_units = units.count;
		task_effect_add(out, EVENT(PLAN_PUBLISHED), 0, "", NULL, &event.base);
	}
	free(codes);
	task_units_free(&units);
}

/* --- taking note -------------------------------------------------------------------------------
 */

static bool published_to(const struct task_case *c, const Dondoc__V1__AcknowledgePlan *said,
			 struct task_outcome *out)
{
	Dondoc__V1__PlanPublished *published = NULL;
	const uint8_t *bytes;
	char number[24];
	size_t len;
	bool found = false;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)said->publication);
	if (view_publication(c->view, true, said->plan, said->publication, &bytes, &len) == DD_OK)
		published = dondoc__v1__plan_published__unpack(NULL, len, bytes);
	if (published == NULL)
		return task_refused(out, REFUSAL(UNKNOWN_ENTRY), "publication", number);
	for (size_t i = 0; i < published->n_units; i++)
		found = found || strcmp(published->units[i], said->unit) == 0;
	dondoc__v1__plan_published__free_unpacked(published, NULL);
	return found || task_refused(out, REFUSAL(NOT_PERMITTED), said->unit, "acknowledge_plan");
}

static bool told_fits(const struct task_case *c, const Dondoc__V1__AcknowledgePlan *said,
		      struct task_outcome *out)
{
	bool person = c->body->actor != NULL && c->body->actor->person.len == 16;
	char day[DD_DAY_TEXT];

	if (said->day > dd_day_of(c->record_us))
		return task_refused(out, REFUSAL(RANGE), "day", dd_day_iso(said->day, day));
	if (said->own)
		return person || task_refused(out, REFUSAL(MISSING), "person", NULL);
	if (said->persons_total == 0)
		return task_refused(out, REFUSAL(MISSING), "persons_total", NULL);
	if (said->persons_told > said->persons_total || said->persons_total > 1000000)
		return task_refused(out, REFUSAL(RANGE), "persons_told", "persons_total");
	return task_text_given(out, "form", said->form, 255);
}

/* A second word of the same unit takes the place of the first: more have been told by then. */
void task_rule_acknowledge_plan(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__PlanAcknowledged event = DONDOC__V1__PLAN_ACKNOWLEDGED__INIT;
	Dondoc__V1__AcknowledgePlan said = *c->body->acknowledge_plan;
	const char *unit = c->body->actor != NULL ? c->body->actor->unit : "";
	struct view_plan plan;

	if (view_plan(c->view, true, said.plan, &plan) != DD_OK) {
		task_refuse(out, REFUSAL(UNKNOWN_PLAN), said.plan, NULL, NULL);
		return;
	}
	if (said.unit[0] == '\0' && c->body->actor != NULL)
		said.unit = c->body->actor->unit;
	if (unit[0] == '\0' || strcmp(said.unit, unit) != 0) {
		task_refuse(out, REFUSAL(NOT_PERMITTED), unit[0] != '\0' ? unit : "-",
			    "acknowledge_plan", NULL);
		return;
	}
	if (!said.own && !task_actor_for_unit(c, DD_COMMAND_ACKNOWLEDGE_PLAN, out))
		return;
	if (said.publication == 0)
		said.publication = plan.published;
	if (said.day == 0)
		said.day = dd_day_of(c->record_us);
	if (!published_to(c, &said, out) || !told_fits(c, &said, out))
		return;
	event.said = &said;
	task_effect_add(out, EVENT(PLAN_ACKNOWLEDGED), 0, said.unit, NULL, &event.base);
}
