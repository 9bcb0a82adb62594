/* view_fix.c - see view_fix.h: images of tasks before decisions, requests, entries, void moments,
 * groups. */
#include "common/view/view_fix.h"
#include "common/base/clock.h"
#include "common/view/view_records.h"
#include <string.h>

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

static int unreadable(const struct apply *apply, int rc)
{
	return dd_fail(apply->err, rc, "the view's store cannot be read");
}

/* --- images --------------------------------------------------------------------------------- */

enum view_fix_class view_fix_class_of(uint32_t event_type)
{
	switch (event_type) {
	case TYPE(COMPLETION_REQUESTED):
		return VIEW_FIX_SUBMISSION;
	case TYPE(COMPLETION_DECIDED):
		return VIEW_FIX_COMPLETION;
	case TYPE(EXTENSION_DECIDED):
		return VIEW_FIX_EXTENSION;
	case TYPE(TASK_ASSIGNED):
	case TYPE(REFUSAL_DECIDED):
	case TYPE(TRANSFER_DECIDED):
		return VIEW_FIX_LEAD;
	case TYPE(TASK_PAUSED):
	case TYPE(TASK_RESUMED):
	case TYPE(TASK_CANCELLED):
	case TYPE(TASK_CARRIED):
		return VIEW_FIX_STATE;
	case TYPE(EXTENSION_REQUESTED):
	case TYPE(REFUSAL_REQUESTED):
	case TYPE(TRANSFER_REQUESTED):
	case TYPE(DELAY_EXPLAINED):
		return VIEW_FIX_ASKED;
	default:
		return VIEW_FIX_NONE;
	}
}

int view_undo_last(struct view *view, bool with_batch, uint64_t task, struct view_undo_last *out)
{
	struct dd_key key;
	int rc;

	view_key_undo(&key, task, 0);
	rc = view_struct_get(view, with_batch, &key, out, sizeof(*out));
	if (rc == DD_OK)
		return DD_OK;
	memset(out, 0, sizeof(*out));
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

int view_undo_get(struct view *view, bool with_batch, uint64_t task, uint64_t decision,
		  struct view_undo *out, const uint8_t **life_out, size_t *life_len_out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_undo(&key, task, decision);
	rc = decision != 0 ? view_get(view, with_batch, &key, &val) : DD_ERR_NOT_FOUND;
	if (rc != DD_OK)
		return rc;
	if (val.len < sizeof(*out))
		return DD_ERR_CORRUPT;
	memcpy(out, val.data, sizeof(*out));
	if (life_out) {
		*life_out = (const uint8_t *)val.data + sizeof(*out);
		*life_len_out = val.len - sizeof(*out);
	}
	return DD_OK;
}

void view_undo_mark(struct apply *apply, uint64_t decision, const struct view_undo *undo,
		    const uint8_t *life, size_t life_len)
{
	struct dd_buf *buf = &apply->view->scratch;
	struct view_undo_last last;
	struct dd_key key;
	enum view_fix_class cls = view_fix_class_of(undo->event_type);

	dd_buf_clear(buf);
	dd_buf_add(buf, undo, sizeof(*undo));
	if (life_len > 0)
		dd_buf_add(buf, life, life_len);
	view_key_undo(&key, undo->task.id, decision);
	view_put(apply->view, &key, buf->data, buf->len);
	if (view_undo_last(apply->view, true, undo->task.id, &last) != DD_OK)
		return;
	last.by_class[cls] = undo->taken_back_by != 0 ? undo->former : decision;
	view_key_undo(&key, undo->task.id, 0);
	view_put(apply->view, &key, &last, sizeof(last));
}

static void note_actor(const struct apply *apply, struct view_undo *undo)
{
	const Dondoc__V1__Actor *actor = apply->event->header->actor;

	if (!actor)
		return;
	if (actor->person.len == sizeof(undo->person))
		memcpy(undo->person, actor->person.data, sizeof(undo->person));
	view_text_copy(undo->unit, sizeof(undo->unit), actor->unit);
}

int view_fix_decision(struct apply *apply)
{
	struct view_undo undo;
	struct view_undo_last last;
	struct dd_key key;
	struct dd_val life = {0};
	int rc = view_undo_last(apply->view, true, apply->task.id, &last);

	if (rc != DD_OK)
		return unreadable(apply, rc);
	memset(&undo, 0, sizeof(undo));
	undo.effect = apply->effect->sequence;
	undo.record_us = apply->effect->header->record_us;
	undo.event_type = (uint32_t)apply->event->header->type;
	undo.former = last.by_class[view_fix_class_of(undo.event_type)];
	undo.task = apply->task;
	note_actor(apply, &undo);
	view_key_u64(&key, VIEW_LIFE, apply->task.id);
	rc = view_get(apply->view, true, &key, &life);
	if (rc != DD_OK && rc != DD_ERR_NOT_FOUND)
		return unreadable(apply, rc);
	view_undo_mark(apply, apply->event->sequence, &undo, life.data, life.len);
	return DD_OK;
}

void view_fix_report(struct apply *apply)
{
	struct view_task *task = &apply->task;

	task->last_update = apply->event->sequence;
	task->updated_before_us = task->updated_us;
	task->percent_before = task->percent;
	task->step_before = task->step;
	task->state_before = task->state;
}

/* --- requests ----------------------------------------------------------------------------- */

int view_request_get(struct view *view, bool with_batch, uint64_t request, struct view_request *out)
{
	struct dd_key key;

	if (request == 0)
		return DD_ERR_NOT_FOUND;
	view_key_request(&key, request);
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

static void put_request(struct apply *apply, const struct view_request *request)
{
	struct dd_key key;

	view_key_request(&key, request->sequence);
	view_put(apply->view, &key, request, sizeof(*request));
}

static void list_request(struct apply *apply, const struct view_request *request, bool waits)
{
	struct dd_key by, from;

	view_key_request_by(&by, request);
	view_key_request_from(&from, request);
	if (waits) {
		view_put(apply->view, &by, "", 0);
		view_put(apply->view, &from, "", 0);
	} else {
		view_del(apply->view, &by);
		view_del(apply->view, &from);
	}
}

/* Whether the withdrawal of such a request gives the task back as it was. */
static bool keeps_image(Dondoc__V1__RequestKind kind)
{
	return kind >= DONDOC__V1__REQUEST_KIND__REQUEST_COMPLETION &&
	       kind <= DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION;
}

int view_request_open(struct apply *apply, const struct view_request_open *words)
{
	const struct view_task *task = &apply->task;
	const char *from = words->from_unit, *decider = words->decider_unit;
	struct view_request request;
	struct view_plan plan;

	memset(&request, 0, sizeof(request));
	request.sequence = apply->event->sequence;
	request.effect = apply->effect->sequence;
	request.record_us = apply->effect->header->record_us;
	request.since_day = words->since_day != 0 ? words->since_day : dd_day_of(request.record_us);
	request.proposed_due_day = words->proposed_due_day;
	request.kind = (uint8_t)words->kind;
	if (apply->has_task) {
		request.task = task->id;
		view_text_copy(request.plan, sizeof(request.plan), task->plan);
		from = from ? from : task->lead_unit;
	} else if (words->hidden_task != 0) {
		request.task = words->hidden_task;
		view_text_copy(request.plan, sizeof(request.plan), words->hidden_plan);
	}
	if (!decider && apply->has_task && view_plan(apply->view, true, task->plan, &plan) == DD_OK)
		decider = plan.assigner_unit;
	view_text_copy(request.from_unit, sizeof(request.from_unit), from ? from : "");
	view_text_copy(request.decider_unit, sizeof(request.decider_unit), decider ? decider : "");
	view_text_copy(request.proposed_unit, sizeof(request.proposed_unit),
		       words->proposed_unit ? words->proposed_unit : "");
	put_request(apply, &request);
	list_request(apply, &request, true);
	return apply->has_task && keeps_image(words->kind) ? view_fix_decision(apply) : DD_OK;
}

static int turn_request(struct apply *apply, uint64_t sequence, bool waits)
{
	struct view_request request;
	int rc = view_request_get(apply->view, true, sequence, &request);

	if (rc == DD_ERR_NOT_FOUND || (rc == DD_OK && waits == (request.closed_by == 0)))
		return DD_OK;
	if (rc != DD_OK)
		return unreadable(apply, rc);
	request.closed_by = waits ? 0 : apply->event->sequence;
	put_request(apply, &request);
	list_request(apply, &request, waits);
	return DD_OK;
}

int view_request_close(struct apply *apply, uint64_t request)
{
	return turn_request(apply, request, false);
}

int view_request_reopen(struct apply *apply, uint64_t request)
{
	return turn_request(apply, request, true);
}

int view_request_pass(struct apply *apply, uint64_t sequence, const char *from_unit)
{
	struct view_request request;
	int rc = view_request_get(apply->view, true, sequence, &request);

	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc != DD_OK)
		return unreadable(apply, rc);
	if (request.closed_by == 0)
		list_request(apply, &request, false);
	view_text_copy(request.from_unit, sizeof(request.from_unit), from_unit);
	put_request(apply, &request);
	if (request.closed_by == 0)
		list_request(apply, &request, true);
	return DD_OK;
}

/* --- entries -------------------------------------------------------------------------------- */

int view_entry_get(struct view *view, bool with_batch, uint64_t task, uint64_t entry,
		   struct view_entry *out)
{
	struct dd_key key;
	int rc;

	view_key_entry(&key, task, entry);
	rc = view_struct_get(view, with_batch, &key, out, sizeof(*out));
	if (rc == DD_ERR_NOT_FOUND)
		memset(out, 0, sizeof(*out));
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

void view_entry_put(struct apply *apply, uint64_t entry, const struct view_entry *marks)
{
	struct dd_key key;

	view_key_entry(&key, apply->task.id, entry);
	view_put(apply->view, &key, marks, sizeof(*marks));
}

int view_entry_conflict(struct apply *apply, const Dondoc__V1__ProgressReported *report)
{
	struct view_entry entry;

	memset(&entry, 0, sizeof(entry));
	entry.marks = VIEW_ENTRY_CONFLICT;
	if (report->percent_conflicts) {
		entry.marks |= VIEW_ENTRY_PERCENT;
		entry.percent = (uint8_t)report->percent;
	}
	if (report->step_conflicts) {
		entry.marks |= VIEW_ENTRY_STEP;
		entry.step = (uint8_t)report->step;
	}
	view_entry_put(apply, apply->event->sequence, &entry);
	return view_request_open(
		apply,
		&(struct view_request_open){.kind = DONDOC__V1__REQUEST_KIND__REQUEST_CONFLICT});
}

/* --- what no longer counts -------------------------------------------------------------------- */

void view_fix_void(struct apply *apply, uint64_t from)
{
	uint64_t by = apply->effect->sequence;
	struct dd_key key;

	view_key_void(&key, apply->task.id, from);
	view_put(apply->view, &key, &by, sizeof(by));
}

/* --- groups --------------------------------------------------------------------------------- */

int view_group_find(struct view *view, bool with_batch, uint64_t group, struct view_group *out)
{
	struct dd_key key;

	view_key_group(&key, group);
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

void view_group_add(struct view *view, uint64_t group, const struct view_event *event)
{
	struct view_group_event said = {.task = event->header->subject,
					.type = (uint32_t)event->header->type};
	struct dd_key key;

	if (said.task == 0)
		return;
	view_key_group_task(&key, group, event->sequence);
	view_put(view, &key, &said, sizeof(said));
}

void view_group_put(struct view *view, const struct view_group *group)
{
	struct dd_key key;

	view_key_group(&key, group->sequence);
	view_put(view, &key, group, sizeof(*group));
}

void view_group_begin(struct view_group *group, uint64_t sequence, const struct view_event *event)
{
	const Dondoc__V1__Actor *actor = event->header->actor;

	memset(group, 0, sizeof(*group));
	group->sequence = sequence;
	group->record_us = event->header->record_us;
	if (!actor)
		return;
	if (actor->person.len == sizeof(group->person))
		memcpy(group->person, actor->person.data, sizeof(group->person));
	view_text_copy(group->unit, sizeof(group->unit), actor->unit);
}

void view_group_end(struct view *view, struct view_group *group, const struct view_event *event)
{
	struct dd_key key;
	struct dd_val val;

	group->last = event->sequence;
	group->record_us = event->header->record_us;
	for (uint64_t at = group->sequence; at <= event->sequence; at++) {
		view_key_group_task(&key, group->sequence, at);
		if (view_get(view, true, &key, &val) == DD_OK)
			group->tasks++;
	}
	view_group_put(view, group);
}
