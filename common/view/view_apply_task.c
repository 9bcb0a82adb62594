/* view_apply_task.c - tasks as the annex has them: added, and changed when the annex is corrected.
 */
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/view/view_apply.h"
#include "common/view/view_life.h"
#include "common/view/view_plan.h"
#include "common/view/view_records.h"
#include "common/view/view_task.h"
#include <stdlib.h>
#include <string.h>

int view_task_put_search(struct apply *apply, uint64_t task, const Dondoc__V1__TaskFields *fields)
{
	const char *const parts[] = {fields->code,      fields->content,           fields->product,
				     fields->target,    fields->lead_text,         fields->division,
				     fields->time_text, fields->coordinating_text, fields->note};
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;
	char *folded;

	dd_buf_clear(buf);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		dd_buf_text(buf, parts[i]);
		dd_buf_text(buf, "\n");
	}
	folded = dd_text_fold(dd_buf_cstr(buf));
	if (!folded)
		return apply_contradiction(apply, "a text of the task is not UTF-8");
	view_key_u64(&key, VIEW_SEARCH, task);
	view_put(apply->view, &key, folded, strlen(folded));
	free(folded);
	return DD_OK;
}

static void put_fields(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	size_t len = dondoc__v1__task_fields__get_packed_size(fields);
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;

	dd_buf_clear(buf);
	dondoc__v1__task_fields__pack(fields, dd_buf_reserve(buf, len));
	view_key_u64(&key, VIEW_FIELDS, apply->task.id);
	view_put(apply->view, &key, buf->data, len);
}

static void put_places(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	const struct view_task *task = &apply->task;
	struct dd_key key;

	view_key_order(&key, task->plan, task->position, task->id);
	view_put(apply->view, &key, &task->group, sizeof(task->group));
	view_key_texts(&key, VIEW_CODE, fields->code, task->plan);
	view_put(apply->view, &key, &task->id, sizeof(task->id));
	if (task->parent != 0) {
		view_key_child(&key, task->parent, task->position, task->id);
		view_put(apply->view, &key, "", 0);
	}
	if (fields->timing && fields->timing->after && fields->timing->after->code[0] != '\0') {
		view_key_waiting(&key, task->plan, fields->timing->after->code, task->id);
		view_put(apply->view, &key, "", 0);
	}
	if (fields->instance_of != 0) {
		view_key_instance(&key, fields->instance_of, fields->period_from);
		view_put(apply->view, &key, &task->id, sizeof(task->id));
	}
}

/* Under a code that another task has taken since, nothing is forgotten. */
static void forget_code(struct apply *apply, const char *code)
{
	const struct view_task *task = &apply->task;
	struct dd_key key;
	uint64_t owner;

	if (view_task_by_code(apply->view, true, task->plan, code, &owner) != DD_OK ||
	    owner != task->id)
		return;
	view_key_texts(&key, VIEW_CODE, code, task->plan);
	view_del(apply->view, &key);
}

static void forget_places(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	const struct view_task *task = &apply->task;
	struct dd_key key;

	view_key_order(&key, task->plan, task->position, task->id);
	view_del(apply->view, &key);
	forget_code(apply, fields->code);
	if (task->parent != 0) {
		view_key_child(&key, task->parent, task->position, task->id);
		view_del(apply->view, &key);
	}
	if (fields->timing && fields->timing->after && fields->timing->after->code[0] != '\0') {
		view_key_waiting(&key, task->plan, fields->timing->after->code, task->id);
		view_del(apply->view, &key);
	}
	if (fields->instance_of != 0) {
		view_key_instance(&key, fields->instance_of, fields->period_from);
		view_del(apply->view, &key);
	}
}

/* The content until now; in the arena. NULL if there is none. */
static Dondoc__V1__TaskFields *former(struct apply *apply)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	const uint8_t *bytes;
	size_t len;

	if (view_task_fields(apply->view, true, apply->task.id, &bytes, &len) != DD_OK)
		return NULL;
	return dondoc__v1__task_fields__unpack(&allocator, len, bytes);
}

/* Kept for what a plan was like before, and for taking a correction back. */
static void keep_former(struct apply *apply)
{
	struct dd_buf *buf = &apply->view->scratch;
	const uint8_t *bytes;
	struct dd_key key;
	size_t len;

	if (view_task_fields(apply->view, true, apply->task.id, &bytes, &len) != DD_OK)
		return;
	dd_buf_clear(buf);
	dd_buf_add(buf, bytes, len);
	view_key_fields_was(&key, apply->task.id, apply->event->sequence);
	view_put(apply->view, &key, buf->data, buf->len);
}

#define FLAGS_OF_CONTENT                                                                           \
	((uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_PRIORITY |                                     \
	 (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_TIME_DOUBT |                                   \
	 (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT |                                      \
	 (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_PART |                                         \
	 (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_RECURRING |                                    \
	 (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_INSTANCE |                                     \
	 (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_CARRIED)

static uint32_t flags_of_content(const Dondoc__V1__TaskFields *fields)
{
	const Dondoc__V1__Timing *timing = fields->timing;
	uint32_t flags = 0;

	if (fields->priority)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_PRIORITY;
	if (timing && timing->doubts != 0 && !timing->settled)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_TIME_DOUBT;
	if (fields->fan_out)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT;
	if (fields->instance_of != 0)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_INSTANCE;
	else if (fields->recurrence != DONDOC__V1__RECURRENCE__RECUR_ONCE)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_RECURRING;
	if (fields->carried_from != 0)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_CARRIED;
	return flags;
}

/* Who asks for the plan as it was must find what is no longer in it. */
static void note_left(struct apply *apply, const char *plan)
{
	struct dd_key key;

	view_key_left(&key, plan, apply->task.id);
	view_put(apply->view, &key, "", 0);
}

/* A parent is named by its code, in the same plan; one that is not there (hidden from an office, or
 * removed) is none. */
static void take_parent(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	struct view_task *task = &apply->task;
	struct view_task parent;

	task->flags = (task->flags & ~FLAGS_OF_CONTENT) | flags_of_content(fields);
	task->parent = 0;
	if (fields->parent[0] == '\0' || view_task_by_code(apply->view, true, fields->plan,
							   fields->parent, &task->parent) != DD_OK)
		return;
	if (task->parent == task->id)
		task->parent = 0;
	else if (view_task(apply->view, true, task->parent, &parent) == DD_OK &&
		 parent.flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT)
		task->flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_PART;
}

/* What the annex alone decides. */
static int take_content(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	struct view_task *task = &apply->task;
	int rc = apply_code(apply, task->plan, sizeof(task->plan), fields->plan);

	if (rc == DD_OK && !task->lead_changed)
		view_leave_lead(apply, fields->lead_unit);
	if (rc == DD_OK && !task->lead_changed)
		rc = apply_code(apply, task->lead_unit, sizeof(task->lead_unit), fields->lead_unit);
	if (rc == DD_OK && (fields->area > UINT8_MAX || (unsigned)fields->recurrence > UINT8_MAX))
		rc = apply_contradiction(apply, "area %u or recurrence %d is out of range",
					 fields->area, (int)fields->recurrence);
	if (rc != DD_OK)
		return rc;
	task->start_day = fields->start_day;
	task->position = fields->position;
	task->area = (uint8_t)fields->area;
	task->recurrence = (uint8_t)fields->recurrence;
	task->group = fields->group ? 1 : 0;
	take_parent(apply, fields);
	/* A term that was granted is not taken back by a correction of the annex. */
	if (task->extensions_granted == 0)
		task->due_day = fields->due_day;
	return DD_OK;
}

static int put_content(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	put_fields(apply, fields);
	put_places(apply, fields);
	view_plan_note_recurring(apply);
	return view_task_put_search(apply, apply->task.id, fields);
}

/* The task of the year before tells where it goes on. */
static void note_carried(struct apply *apply, uint64_t from)
{
	struct view_life life;
	struct dd_key key;

	if (from == 0 || view_life_get(apply->view, true, from, &life) != DD_OK)
		return;
	life.carried_to = apply->task.id;
	view_key_u64(&key, VIEW_LIFE, from);
	view_put(apply->view, &key, &life, sizeof(life));
}

int apply_task_added(struct apply *apply, const void *body)
{
	const Dondoc__V1__TaskFields *fields = ((const Dondoc__V1__TaskAdded *)body)->task;
	const struct view_event *event = apply->event;
	struct view_task *task = &apply->task;
	int rc;

	if (!fields)
		return apply_contradiction(apply, "it has no task");
	if (event->header->subject != event->sequence || event->header->subject_previous != 0)
		return apply_contradiction(apply, "a new task bears the number of its own event");
	memset(task, 0, sizeof(*task));
	task->id = event->sequence;
	rc = take_content(apply, fields);
	if (rc != DD_OK)
		return rc;
	task->first_due_day = fields->due_day;
	task->assigned_day = dd_day_of(event->header->record_us);
	apply->has_task = true;
	note_carried(apply, fields->carried_from);
	return put_content(apply, fields);
}

/* The baseline follows the annex while the plan is a draft, and once where a person set the dates
 * of a text that was in doubt; afterwards it never moves. */
static void take_baseline(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	struct view_task *task = &apply->task;
	struct view_plan plan;
	bool settled = fields->timing && fields->timing->settled && task->first_due_day == 0;

	if (settled || (view_plan(apply->view, true, task->plan, &plan) == DD_OK &&
			plan.state == DONDOC__V1__PLAN_STATE__PLAN_DRAFT))
		task->first_due_day = fields->due_day;
}

int apply_task_changed(struct apply *apply, const void *body)
{
	const Dondoc__V1__TaskFields *fields = ((const Dondoc__V1__TaskChanged *)body)->task;
	const Dondoc__V1__TaskFields *before = former(apply);
	int rc;

	if (!fields || !before)
		return apply_contradiction(apply, "it has no task, or the task has no content");
	keep_former(apply);
	forget_places(apply, before);
	rc = take_content(apply, fields);
	if (rc != DD_OK)
		return rc;
	if (strcmp(before->plan, fields->plan) != 0)
		note_left(apply, before->plan);
	take_baseline(apply, fields);
	return put_content(apply, fields);
}

void view_task_leave(struct apply *apply)
{
	const Dondoc__V1__TaskFields *fields = former(apply);

	keep_former(apply);
	if (fields)
		forget_places(apply, fields);
	note_left(apply, apply->task.plan);
	apply->task.flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED;
}
