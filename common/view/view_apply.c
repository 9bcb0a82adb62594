/* view_apply.c - the one way by which an event changes the view: live, in replay, at an office. */
#include "common/view/view_apply.h"
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* `body` NULL = a type we do not know; `apply` NULL = nothing but bookkeeping follows. */
struct rule {
	const ProtobufCMessageDescriptor *body;
	apply_fn *apply;
	bool about_task;
};

static const struct rule rules[] = {
	[TYPE(GENESIS)] = {&dondoc__v1__genesis__descriptor, apply_genesis, false},
	[TYPE(INCARNATION)] = {&dondoc__v1__incarnation__descriptor, NULL, false},
	[TYPE(COMMAND_REFUSED)] = {&dondoc__v1__command_refused__descriptor, NULL, false},
	[TYPE(COMMAND_WITHDRAWN)] = {&dondoc__v1__command_withdrawn__descriptor, NULL, false},
	[TYPE(CLOCK_CONFIRMED)] = {&dondoc__v1__clock_confirmed__descriptor, NULL, false},
	[TYPE(UNIT_SET)] = {&dondoc__v1__unit_set__descriptor, apply_unit_set, false},
	[TYPE(UNIT_ALIAS_SET)] = {&dondoc__v1__unit_alias_set__descriptor, apply_unit_alias_set,
				  false},
	[TYPE(AREA_SET)] = {&dondoc__v1__area_set__descriptor, apply_area_set, false},
	[TYPE(CALENDAR_DAY_SET)] = {&dondoc__v1__calendar_day_set__descriptor,
				    apply_calendar_day_set, false},
	[TYPE(PLAN_SET)] = {&dondoc__v1__plan_set__descriptor, apply_plan_set, false},
	[TYPE(TASK_ADDED)] = {&dondoc__v1__task_added__descriptor, apply_task_added, true},
	[TYPE(TASK_CHANGED)] = {&dondoc__v1__task_changed__descriptor, apply_task_changed, true},
	[TYPE(PROGRESS_REPORTED)] = {&dondoc__v1__progress_reported__descriptor,
				     apply_progress_reported, true},
	[TYPE(COMPLETION_REQUESTED)] = {&dondoc__v1__completion_requested__descriptor,
					apply_completion_requested, true},
	[TYPE(COMPLETION_DECIDED)] = {&dondoc__v1__completion_decided__descriptor,
				      apply_completion_decided, true},
	[TYPE(EXTENSION_REQUESTED)] = {&dondoc__v1__extension_requested__descriptor,
				       apply_extension_requested, true},
	[TYPE(EXTENSION_DECIDED)] = {&dondoc__v1__extension_decided__descriptor,
				     apply_extension_decided, true},
	[TYPE(TASK_ASSIGNED)] = {&dondoc__v1__task_assigned__descriptor, apply_task_assigned, true},
	[TYPE(LEASE_TAKEN)] = {&dondoc__v1__lease_taken__descriptor, apply_lease_taken, false},
	[TYPE(DIGEST_PLANNED)] = {&dondoc__v1__digest_planned__descriptor, apply_digest_planned,
				  false},
	[TYPE(DIGEST_HANDING_OVER)] = {&dondoc__v1__digest_handing_over__descriptor,
				       apply_digest_handing_over, false},
	[TYPE(DIGEST_SETTLED)] = {&dondoc__v1__digest_settled__descriptor, apply_digest_settled,
				  false},
	[TYPE(REPORT_ISSUED)] = {&dondoc__v1__report_issued__descriptor, apply_report_issued,
				 false},
};

static const struct rule *rule_of(Dondoc__V1__EventType type)
{
	size_t at = (size_t)type;

	if (at >= sizeof(rules) / sizeof(rules[0]) || !rules[at].body)
		return NULL;
	return &rules[at];
}

int apply_contradiction(const struct apply *apply, const char *fmt, ...)
{
	char words[300];
	va_list args;

	va_start(args, fmt);
	vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	return dd_fail(apply->err, DD_ERR_CORRUPT,
		       "event %" PRIu64 " (type %d, task %" PRIu64 "): %s; the log or the view is "
		       "damaged: verify the log, then delete the view's folder to have it rebuilt",
		       apply->event->sequence, (int)apply->event->header->type,
		       apply->event->header->subject, words);
}

int apply_code(const struct apply *apply, char *into, size_t cap, const char *code)
{
	size_t len = strlen(code);

	if (len >= cap)
		return apply_contradiction(apply, "a code of %zu bytes is too long", len);
	memset(into, 0, cap);
	memcpy(into, code, len + 1);
	return DD_OK;
}

/* Bring the subject into apply->task. DD_ERR_NOT_FOUND: earlier events about it were hidden. */
static int load_subject(struct apply *apply)
{
	const Dondoc__V1__EventHeader *header = apply->event->header;
	int rc = view_task(apply->view, true, header->subject, &apply->task);

	if (rc == DD_ERR_NOT_FOUND && apply->view->partial)
		return rc;
	if (rc == DD_ERR_NOT_FOUND)
		return apply_contradiction(apply, "there is no such task");
	if (rc != DD_OK)
		return dd_fail(apply->err, rc, "the view's store cannot be read");
	apply->has_task = true;
	apply->had_task = true;
	apply->before = view_moment_of(&apply->task, 0);
	if (header->subject_previous == apply->task.version || apply->view->partial)
		return DD_OK;
	/* While a group is open, commands may go on that do not see its events yet. */
	if (apply->grouped && header->subject_previous < apply->task.version)
		return DD_OK;
	return apply_contradiction(apply,
				   "it follows event %" PRIu64 " but the task is at %" PRIu64,
				   header->subject_previous, apply->task.version);
}

static int apply_body(struct apply *apply, const struct rule *rule)
{
	const struct view_event *event = apply->event;
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	const ProtobufCMessage *body = event->said;

	if (!body || body->descriptor != rule->body)
		body = protobuf_c_message_unpack(rule->body, &allocator, event->body_len,
						 event->body);
	if (!body)
		return apply_contradiction(apply, "its body cannot be read");
	return rule->apply(apply, body);
}

/* Keep how the task stands from now on, if that is not as it stood. */
static void store_moment(struct apply *apply)
{
	struct view_moment now = view_moment_of(&apply->task, 0);
	struct dd_key key;

	if (apply->had_task && memcmp(&now, &apply->before, sizeof(now)) == 0)
		return;
	now.record_us = apply->effect->header->record_us;
	view_key_moment(&key, apply->task.id, apply->effect->sequence);
	view_put(apply->view, &key, &now, sizeof(now));
}

static void store_task(struct apply *apply)
{
	struct view_task *task = &apply->task;
	struct dd_key key;

	if (!apply->has_task)
		return;
	store_moment(apply);
	if (task->version < apply->event->sequence)
		task->version = apply->event->sequence;
	view_key_u64(&key, VIEW_TASK, task->id);
	view_put(apply->view, &key, task, sizeof(*task));
}

int view_apply_now(struct view *view, const struct view_event *event,
		   const struct view_event *closing, struct dd_error *err)
{
	const Dondoc__V1__EventHeader *header = event->header;
	const struct rule *rule = rule_of(header->type);
	struct apply apply = {
		.view = view,
		.event = event,
		.effect = closing ? closing : event,
		.grouped = closing != NULL,
		.err = err,
	};
	size_t arena_used = view->arena.used;
	int rc = DD_OK;

	if (rule && rule->about_task && header->subject == 0)
		return apply_contradiction(&apply, "it names no task");
	if (header->subject != 0 && header->type != TYPE(TASK_ADDED))
		rc = load_subject(&apply);
	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (event->redacted && rule && rule->apply)
		view->partial = true;
	else if (rc == DD_OK && rule && rule->apply)
		rc = apply_body(&apply, rule);
	/* Where earlier events are hidden, what follows may not fit: only its version counts. */
	if (rc == DD_ERR_CORRUPT && view->partial)
		rc = apply.has_task ? load_subject(&apply) : DD_OK;
	if (rc == DD_OK)
		store_task(&apply);
	view->arena.used = arena_used;
	return rc;
}

/* Open, closing and abandoning events have their own ways; events within a group wait for it. */
int view_apply_event(struct view *view, const struct view_event *event, struct dd_error *err)
{
	const Dondoc__V1__EventHeader *header = event->header;
	const Dondoc__V1__Cause *cause = header->cause;
	int rc;

	if (header->type == TYPE(GROUP_OPENED))
		return apply_group_opened(view, event, err);
	if (header->type == TYPE(GROUP_CLOSED))
		return apply_group_closed(view, event, err);
	if (header->type == TYPE(GROUP_ABANDONED))
		return apply_group_abandoned(view, event, err);
	if (header->must_understand && !rule_of(header->type))
		return dd_fail(err, DD_ERR_UNSUPPORTED,
			       "event %" PRIu64 " has type %d, which must be understood and is "
			       "newer than this program: install a newer version",
			       event->sequence, (int)header->type);
	if (header->group != 0)
		return apply_group_member(view, event, err);
	rc = view_apply_now(view, event, NULL, err);
	if (rc == DD_OK && cause)
		rc = apply_cause(view, event, event->sequence - cause->index, NULL, err);
	return rc;
}

int view_apply(struct view *view, uint64_t sequence, const Dondoc__V1__EventHeader *header,
	       const struct view_body *body, struct dd_error *err)
{
	struct view_event event = {
		.sequence = sequence,
		.header = header,
		.body = body->bytes,
		.body_len = body->len,
		.said = body->said,
	};

	assert(view->batch_open && sequence > view->position.sequence);
	dd_arena_reset(&view->arena);
	return view_apply_event(view, &event, err);
}
