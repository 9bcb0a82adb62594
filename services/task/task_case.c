/* task_case.c - what the rules share: refusing, taking, who the actor is to a task, and the events
 * that a command becomes. */
#include "services/task/task_case.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/eventlog/frame.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/task/task_actor.h"

#define FACT_SKEW_US (120 * DD_SECOND_US) /* clocks of offices may be a little wrong */
#define FACT_UNSEEN_US                                                                             \
	(600 * DD_SECOND_US) /* how far back a client may date that names no position */

void task_refuse(struct task_outcome *out, Dondoc__V1__RefusalCode code, const char *a,
		 const char *b, const char *c)
{
	const char *given[3] = {a, b, c};

	task_effects_free(out); /* one that refuses in the end gives nothing */
	out->type = DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN;
	out->refusal = code;
	out->argument_count = 0;
	for (int i = 0; i < 3 && given[i] != NULL; i++) {
		size_t fit = dd_text_cut(given[i], sizeof(out->arguments[i]) - 1);

		memcpy(out->arguments[i], given[i], fit);
		out->arguments[i][fit] = '\0';
		out->argument_count++;
	}
}

void task_take(struct task_outcome *out, Dondoc__V1__EventType type,
	       const ProtobufCMessage *message)
{
	out->type = type;
	out->message = message;
}

bool task_text_empty(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

bool task_document_named(const Dondoc__V1__Document *document)
{
	return document != NULL &&
	       (!task_text_empty(document->number) || !task_text_empty(document->title));
}

bool task_reason_given(struct task_outcome *out, const char *field, const char *reason)
{
	if (task_text_empty(reason)) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, field, NULL, NULL);
		return false;
	}
	if (strlen(reason) > TASK_REASON_MAX) {
		char limit[32];

		snprintf(limit, sizeof(limit), "%u", TASK_REASON_MAX);
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, field, limit, NULL);
		return false;
	}
	return true;
}

/* --- who ------------------------------------------------------------------------------------- */

static bool coordinates(const struct task_case *c, uint64_t task, const char *unit)
{
	const uint8_t *bytes;
	size_t len;
	bool found = false;

	if (view_task_fields(c->view, true, task, &bytes, &len) != DD_OK)
		return false;

	Dondoc__V1__TaskFields *fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);

	for (size_t i = 0; fields != NULL && i < fields->n_coordinating_units; i++)
		found = found || strcmp(fields->coordinating_units[i], unit) == 0;
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return found;
}

/* Coordination is looked up only when nothing better is known: it costs. */
unsigned task_roles_of(const struct task_case *c, const struct view_task *task, const char *unit)
{
	struct view_plan plan;
	unsigned roles = DD_ROLE_NONE;

	if (task_text_empty(unit))
		return roles;
	if (strcmp(task->lead_unit, unit) == 0)
		roles |= DD_ROLE_LEAD;
	if (roles == DD_ROLE_NONE || task->lead_unit[0] == '\0' ||
	    c->who->cls != DD_PRINCIPAL_OFFICE) {
		if (view_plan(c->view, true, task->plan, &plan) == DD_OK &&
		    strcmp(plan.assigner_unit, unit) == 0)
			roles |= DD_ROLE_ASSIGNER;
	}
	if (roles == DD_ROLE_NONE && coordinates(c, task->id, unit))
		roles |= DD_ROLE_COORDINATING;
	return roles;
}

/* What is a draft concerns only those who draft it; what is closed is read-only, but for tasks that
 * were kept. */
static bool plan_at_work(const struct task_case *c, enum dd_command_kind kind,
			 struct task_outcome *out)
{
	const struct view_task *task = &out->task;
	struct view_plan plan;
	const char *state = NULL;

	if (view_plan(c->view, true, task->plan, &plan) != DD_OK)
		return true;
	if (plan.state == DONDOC__V1__PLAN_STATE__PLAN_CLOSED &&
	    (task->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_KEPT) == 0)
		state = "closed";
	else if (plan.state == DONDOC__V1__PLAN_STATE__PLAN_DRAFT &&
		 !dd_permission_unit(DD_ROLE_ASSIGNER, kind))
		state = "draft";
	if (state != NULL)
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_PLAN_STATE, task->plan, state,
			    NULL);
	return state == NULL;
}

bool task_find(const struct task_case *c, uint64_t id, enum dd_command_kind kind,
	       const char *action, struct task_outcome *out)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)id);
	if (id == 0 || view_task(c->view, true, id, &out->task) != DD_OK || out->task.group ||
	    (out->task.flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_TASK, number, NULL,
			    NULL);
		return false;
	}
	if (!task_actor_part(c, &out->task, kind, action, out) || !plan_at_work(c, kind, out))
		return false;
	out->subject = id;
	out->previous = out->task.version;
	memcpy(out->unit, out->task.lead_unit, sizeof(out->unit));
	return true;
}

bool task_open(const struct task_case *c, uint64_t id, enum dd_command_kind kind,
	       enum dd_task_action action, struct task_outcome *out)
{
	if (!task_find(c, id, kind, dd_task_action_name(action), out))
		return false;
	if (dd_task_state_after((enum dd_task_state)out->task.state, action) < 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_STATE,
			    dd_task_state_name((enum dd_task_state)out->task.state),
			    dd_task_action_name(action), NULL);
		return false;
	}
	return true;
}

/* --- events ---------------------------------------------------------------------------------- */

static void copy_code(char into[32], const char *code)
{
	size_t len = code != NULL ? strlen(code) : 0;

	assert(len < 32);
	memset(into, 0, 32);
	if (len > 0)
		memcpy(into, code, len);
}

bool task_effect_add(struct task_outcome *out, Dondoc__V1__EventType type, uint64_t subject,
		     const char *unit, const char *other_unit, const ProtobufCMessage *message)
{
	size_t len = protobuf_c_message_get_packed_size(message);
	struct task_event *event;

	if (len > DD_BODY_MAX) {
		task_effects_free(out);
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, "body", NULL, NULL);
		return false;
	}
	event = task_events_add(&out->effects);
	event->type = (uint32_t)type;
	event->subject = subject;
	copy_code(event->unit, unit);
	copy_code(event->other_unit, other_unit);
	event->body = dd_alloc(len + 1);
	event->body_len = protobuf_c_message_pack(message, event->body);
	out->refusal = DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE;
	return true;
}

bool task_fact_doubtful(struct dd_eventlog *log, uint64_t seen, uint64_t head,
			const Dondoc__V1__CommandBody *body, int64_t record_us)
{
	uint64_t told = body->last_seen != NULL ? body->last_seen->sequence : 0;
	uint64_t from = told > seen ? told : seen;
	int64_t floor_us = told == 0 ? record_us - FACT_UNSEEN_US
				     : dd_eventlog_time_floor(log, from) - FACT_SKEW_US;

	return body->fact_us < floor_us || told > head || body->fact_us > record_us + FACT_SKEW_US;
}

void task_effects_free(struct task_outcome *out)
{
	task_events_free(&out->effects);
}

struct task_event *task_events_add(struct task_events *events)
{
	struct task_event *event;

	if (events->count == events->cap) {
		events->cap = events->cap == 0 ? 8 : events->cap * 2;
		events->items = dd_realloc(events->items, events->cap * sizeof(*events->items));
	}
	event = &events->items[events->count++];
	memset(event, 0, sizeof(*event));
	return event;
}

void task_events_free(struct task_events *events)
{
	for (size_t i = 0; i < events->count; i++) {
		free(events->items[i].body);
		free(events->items[i].as);
	}
	free(events->items);
	*events = (struct task_events){0};
}
