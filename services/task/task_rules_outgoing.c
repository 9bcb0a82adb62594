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
#include "services/task/task_late.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#define TYPE(name)    DONDOC__V1__EVENT_TYPE__EVENT_##name
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

/* --- holding --------------------------------------------------------------------------------- */

/* What leaves the unit: reports, measured values, requests, answers, corrections. Receiving,
 * passing on within the unit and comments do not wait. */
static bool leaves(enum dd_command_kind kind)
{
	enum dd_right_class cls = dd_right_class_of(kind);

	return cls == DD_RIGHT_WORK || cls == DD_RIGHT_REQUEST || cls == DD_RIGHT_WITHDRAW ||
	       cls == DD_RIGHT_ASK || cls == DD_RIGHT_MEASURE;
}

static bool wants_approval(const struct task_case *c, const char *unit)
{
	return task_policy_value(c, DD_SETTING_APPROVAL, NULL, unit) != 0;
}

/* Somebody who could let it go: what is sent while there is nobody waits for nobody. */
static bool headed(const struct task_case *c, const char *unit)
{
	return view_unit_headed(c->view, true, unit, dd_day_of(c->record_us));
}

/* A person must be the head or stand in for him. Without a person it is the unit itself that
 * speaks: one that works without a head, or by the operator's hand. */
static bool speaks_as_head(const struct task_case *c, const char *unit)
{
	if (c->body->actor->person.len == 16)
		return task_actor_is(c, DD_PERSON_HEAD, unit);
	return c->who->cls == DD_PRINCIPAL_OPERATOR || !headed(c, unit);
}

/* Whether the acting unit is a part of the lead, or was before it ended, or hands in the lead's
 * reporting sheet. */
static bool speaks_for(const struct task_case *c, const char *unit, const char *lead)
{
	return lead[0] != '\0' && strcmp(unit, lead) != 0 &&
	       (c->body->sheet != NULL || view_unit_within(c->view, true, unit, lead) ||
		view_unit_became(c->view, true, unit, lead));
}

/* What a division sends about its unit's task, or a unit that has ended, leaves the lead all the
 * same: its lead, or "". */
static const char *lead_of(const struct task_case *c, enum dd_command_kind kind,
			   const struct task_outcome *out)
{
	const char *unit = c->body->actor->unit;

	if (kind == DD_COMMAND_ANSWER_ASK) /* the asked unit's own word */
		return "";
	if (out->type != TYPE(UNKNOWN))
		return speaks_for(c, unit, out->unit) ? out->unit : "";
	for (size_t i = 0; i < out->effects.count; i++) {
		const char *lead = out->effects.items[i].unit;

		if (speaks_for(c, unit, lead) && wants_approval(c, lead))
			return lead;
	}
	return "";
}

/* Where both want it the lead comes first, for a division's head lets nothing out of the unit;
 * unless the lead has no head. */
static bool decides_for(const struct task_case *c, const char *lead, const char *unit)
{
	return headed(c, lead) || !wants_approval(c, unit);
}

/* The unit whose head must see it first; false: it does not wait. */
static bool waits(const struct task_case *c, enum dd_command_kind kind,
		  const struct task_outcome *out, char unit_out[32])
{
	const Dondoc__V1__Actor *actor = c->body != NULL ? c->body->actor : NULL;
	const char *unit;

	if (c->released || !leaves(kind) || actor == NULL || actor->unit[0] == '\0' ||
	    !view_people(c->view))
		return false;
	unit = lead_of(c, kind, out);
	if (unit[0] == '\0' || !wants_approval(c, unit) || !decides_for(c, unit, actor->unit))
		unit = actor->unit;
	if (!wants_approval(c, unit) || !headed(c, unit) || speaks_as_head(c, unit))
		return false;
	snprintf(unit_out, 32, "%.31s", unit);
	return true;
}

void task_outgoing_hold(const struct task_case *c, enum dd_command_kind kind,
			struct task_outcome *out)
{
	Dondoc__V1__OutgoingHeld event = DONDOC__V1__OUTGOING_HELD__INIT;
	uint64_t subject = out->subject;
	char unit[32];

	if (out->type == TYPE(UNKNOWN) && out->effects.count == 0)
		return; /* refused */
	if (!waits(c, kind, out, unit))
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
	(void)task_effect_add(out, TYPE(OUTGOING_HELD), subject, unit,
			      strcmp(unit, c->body->actor->unit) != 0 ? c->body->actor->unit : "",
			      &event.base);
	free(event.body.data);
}

/* --- deciding -------------------------------------------------------------------------------- */

/* Whatever person an office names, it decides about its own unit, or the one that became it. */
static bool may_decide(const struct task_case *c, const struct view_held *held,
		       struct task_outcome *out)
{
	const Dondoc__V1__Actor *actor = c->body->actor;
	const char *acting = actor != NULL ? actor->unit : "";
	bool own = strcmp(acting, held->unit) == 0 ||
		   (task_unit_ended(c, held->unit, NULL) &&
		    view_unit_became(c->view, true, held->unit, acting));

	if (!own &&
	    (actor == NULL || actor->person.len != 16 || c->who->cls == DD_PRINCIPAL_OFFICE)) {
		task_refuse(out, REFUSAL(NOT_PERMITTED), acting[0] != '\0' ? acting : "-",
			    "release", NULL);
		return false;
	}
	if (speaks_as_head(c, held->unit))
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
		inner->effects.items[i].as = NULL;
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

/* Its events are the sender's, with the times of his command; who let it go stands beside. */
static void mark_let_go(const struct task_case *c, struct view_held *held,
			const Dondoc__V1__CommandBody *body, struct task_outcome *out)
{
	Dondoc__V1__EventHeader as = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__LetGo let_go = DONDOC__V1__LET_GO__INIT;

	let_go.by = c->body->actor;
	let_go.held = c->body->decide_outgoing->held;
	let_go.sender = (ProtobufCBinaryData){.data = held->sender, .len = sizeof(held->sender)};
	as.actor = body->actor;
	as.fact_us = held->fact_us;
	as.fact_doubtful = held->fact_doubtful != 0;
	as.let_go = &let_go;
	if (body->sheet != NULL)
		as.sheet = body->sheet->sheet; /* its row is known since it began to wait */
	for (size_t i = 1; i < out->effects.count; i++) { /* the first is the head's own word */
		struct task_event *event = &out->effects.items[i];

		event->as_len = dondoc__v1__event_header__get_packed_size(&as);
		event->as = dd_alloc(event->as_len + 1);
		dondoc__v1__event_header__pack(&as, event->as);
	}
}

/* What was sent for confirmation counts from the day on which it leaves the unit, unless policy
 * "approval.day" says that it counts from when it was sent. */
static int64_t counts_from(const struct task_case *c, const struct view_held *held)
{
	if (task_policy_value(c, DD_SETTING_APPROVAL_DAY, NULL, held->unit) != DD_APPROVAL_DAY_SENT)
		return c->record_us;
	return held->fact_doubtful ? held->since_us : held->fact_us;
}

/* Judged anew, as it stands now, but as the sender's: what he had seen, and by his stream. */
static void release(const struct task_case *c, struct view_held *held,
		    Dondoc__V1__CommandBody *body, struct task_outcome *out)
{
	struct task_case again = *c;
	struct task_outcome *inner = dd_alloc(sizeof(*inner));

	if (body->action_case == DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION)
		body->fact_us = counts_from(c, held);
	again.body = body;
	again.released = true;
	again.sender = held->sender;
	task_rules_decide(&again, task_rules_kind(body), inner);
	if (inner->type == TYPE(COMPLETION_REQUESTED) && inner->event.completion.submitted_day == 0)
		inner->event.completion.submitted_day = dd_day_of(body->fact_us);
	add_decided(out, c, held, inner);
	take_over(out, inner);
	mark_let_go(c, held, body, out);
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
