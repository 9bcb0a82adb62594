/* task_rules_outgoing.c - what waits for the head of its unit before it leaves. */
#include "services/task/task_outgoing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/view/view_unit.h"
#include "services/task/task_actor.h"
#include "services/task/task_case.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#define TYPE(name)    DONDOC__V1__EVENT_TYPE__EVENT_##name
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

/* --- holding --------------------------------------------------------------------------------- */

/* What leaves the unit: reports, requests, answers, corrections. Receiving, passing on within the
 * unit and comments do not wait. */
static bool leaves(enum dd_command_kind kind)
{
	enum dd_right_class cls = dd_right_class_of(kind);

	return cls == DD_RIGHT_WORK || cls == DD_RIGHT_REQUEST || cls == DD_RIGHT_WITHDRAW ||
	       cls == DD_RIGHT_ASK;
}

static bool waits(const struct task_case *c, enum dd_command_kind kind)
{
	const Dondoc__V1__Actor *actor = c->body != NULL ? c->body->actor : NULL;

	return !c->released && leaves(kind) && actor != NULL && actor->person.len == 16 &&
	       actor->unit[0] != '\0' && view_people(c->view) &&
	       task_policy_value(c, DD_SETTING_APPROVAL, NULL, actor->unit) != 0 &&
	       !task_actor_is(c, DD_PERSON_HEAD, actor->unit);
}

void task_outgoing_hold(const struct task_case *c, enum dd_command_kind kind,
			struct task_outcome *out)
{
	Dondoc__V1__OutgoingHeld event = DONDOC__V1__OUTGOING_HELD__INIT;
	uint64_t subject = out->subject;

	if (out->type == TYPE(UNKNOWN) && out->effects.count == 0)
		return; /* refused */
	if (!waits(c, kind))
		return;
	if (subject == 0 && out->effects.count == 1)
		subject = out->effects.items[0].subject;
	task_effects_free(out);
	out->type = TYPE(UNKNOWN);
	out->group = NULL;
	event.action = (uint32_t)kind;
	event.body.len = dondoc__v1__command_body__get_packed_size(c->body);
	event.body.data = dd_alloc(event.body.len + 1);
	dondoc__v1__command_body__pack(c->body, event.body.data);
	(void)task_effect_add(out, TYPE(OUTGOING_HELD), subject, c->body->actor->unit, "",
			      &event.base);
	free(event.body.data);
}

/* --- deciding -------------------------------------------------------------------------------- */

/* A person must be the head or stand in for him; a unit that works without persons decides as
 * itself. */
static bool may_decide(const struct task_case *c, const struct view_held *held,
		       struct task_outcome *out)
{
	const Dondoc__V1__Actor *actor = c->body->actor;

	if (c->who->cls == DD_PRINCIPAL_OFFICE && strcmp(c->who->unit, held->unit) != 0) {
		task_refuse(out, REFUSAL(NOT_PERMITTED), held->unit, c->who->unit, NULL);
		return false; /* whatever person it names */
	}
	if (actor != NULL && actor->person.len == 0 && strcmp(actor->unit, held->unit) == 0)
		return true;
	if (task_actor_is(c, DD_PERSON_HEAD, held->unit))
		return true;
	task_refuse(out, REFUSAL(NO_ROLE), "release", "head", NULL);
	return false;
}

/* Take over what the held command becomes. */
static void take_over(struct task_outcome *out, struct task_outcome *inner)
{
	if (inner->type != TYPE(UNKNOWN)) {
		(void)task_effect_add(out, inner->type, inner->subject, inner->unit,
				      inner->other_unit, inner->message);
		return;
	}
	for (size_t i = 0; i < inner->effects.count; i++) {
		*task_events_add(&out->effects) = inner->effects.items[i];
		inner->effects.items[i].body = NULL; /* ours now */
	}
	out->group = inner->group;
	memcpy(out->group_plan, inner->group_plan, sizeof(out->group_plan));
}

static void add_decided(struct task_outcome *out, const struct task_case *c,
			const struct view_held *held, const struct task_outcome *inner)
{
	Dondoc__V1__OutgoingDecided event = DONDOC__V1__OUTGOING_DECIDED__INIT;
	Dondoc__V1__RefusedAs refused = DONDOC__V1__REFUSED_AS__INIT;
	char *arguments[3];

	event.said = c->body->decide_outgoing;
	event.task = held->task;
	if (inner != NULL && inner->type == TYPE(UNKNOWN) && inner->effects.count == 0) {
		for (int i = 0; i < inner->argument_count; i++)
			arguments[i] = (char *)inner->arguments[i];
		refused.code = (uint32_t)inner->refusal;
		refused.arguments = arguments;
		refused.n_arguments = (size_t)inner->argument_count;
		event.refused = &refused;
	}
	(void)task_effect_add(out, TYPE(OUTGOING_DECIDED), held->task, held->unit, "", &event.base);
}

/* Judged anew, as it stands now. What was sent for confirmation counts from the day on which it
 * leaves the unit, unless policy "approval.day" says that it counts from when it was sent. */
static void release(const struct task_case *c, const struct view_held *held,
		    const Dondoc__V1__CommandBody *body, struct task_outcome *out)
{
	struct task_case again = *c;
	struct task_outcome *inner = dd_alloc(sizeof(*inner));

	again.body = body;
	again.released = true;
	task_rules_decide(&again, task_rules_kind(body), inner);
	if (inner->type == TYPE(COMPLETION_REQUESTED) &&
	    task_policy_value(c, DD_SETTING_APPROVAL_DAY, NULL, held->unit) == DD_APPROVAL_DAY_SENT)
		inner->event.completion.submitted_day = dd_day_of(held->since_us);
	add_decided(out, c, held, inner);
	take_over(out, inner);
	task_effects_free(inner);
	free(inner);
}

void task_rule_decide_outgoing(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__DecideOutgoing *cmd = c->body->decide_outgoing;
	Dondoc__V1__CommandBody *body;
	struct view_held held;
	const uint8_t *bytes;
	char number[32];
	size_t len;

	snprintf(number, sizeof(number), "%" PRIu64, cmd->held);
	if (cmd->held == 0 || view_held(c->view, true, cmd->held, &held, &bytes, &len) != DD_OK) {
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "outgoing", number, NULL);
		return;
	}
	body = dondoc__v1__command_body__unpack(NULL, len, bytes);
	if (!may_decide(c, &held, out)) {
		dondoc__v1__command_body__free_unpacked(body, NULL);
		return;
	}
	if (held.decided_by != 0 || body == NULL)
		task_refuse(out, REFUSAL(NOTHING_TO_DO), number, NULL, NULL);
	else if (cmd->approved)
		release(c, &held, body, out);
	else if (task_reason_given(out, "reason", cmd->reason))
		add_decided(out, c, &held, NULL);
	dondoc__v1__command_body__free_unpacked(body, NULL);
}
