/* view_apply_task.c - tasks as the annex has them: added, and changed when the annex is corrected.
 */
#include "common/base/text.h"
#include "common/view/view_apply.h"
#include "common/view/view_records.h"
#include <stdlib.h>
#include <string.h>

/* What is searched: all that a person may remember of a task. */
static int put_search(struct apply *apply, const Dondoc__V1__TaskFields *fields)
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
	view_key_u64(&key, VIEW_SEARCH, apply->task.id);
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

static void put_places(struct apply *apply, const char *code)
{
	const struct view_task *task = &apply->task;
	struct dd_key key;

	view_key_order(&key, task->plan, task->position, task->id);
	view_put(apply->view, &key, &task->group, sizeof(task->group));
	view_key_texts(&key, VIEW_CODE, code, task->plan);
	view_put(apply->view, &key, &task->id, sizeof(task->id));
}

static void forget_places(struct apply *apply, const char *code)
{
	const struct view_task *task = &apply->task;
	struct dd_key key;
	uint64_t owner;

	view_key_order(&key, task->plan, task->position, task->id);
	view_del(apply->view, &key);
	if (view_task_by_code(apply->view, true, task->plan, code, &owner) != DD_OK ||
	    owner != task->id)
		return;
	view_key_texts(&key, VIEW_CODE, code, task->plan);
	view_del(apply->view, &key);
}

/* What the annex alone decides. */
static int take_content(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	struct view_task *task = &apply->task;
	int rc = apply_code(apply, task->plan, sizeof(task->plan), fields->plan);

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
	/* A term that was granted is not taken back by a correction of the annex. */
	if (task->extensions_granted == 0)
		task->due_day = fields->due_day;
	return DD_OK;
}

static int put_content(struct apply *apply, const Dondoc__V1__TaskFields *fields)
{
	put_fields(apply, fields);
	put_places(apply, fields->code);
	return put_search(apply, fields);
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
	apply->has_task = true;
	return put_content(apply, fields);
}

/* The code under which the task stands until now; borrowed from the arena. */
static const char *former_code(struct apply *apply)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);
	const Dondoc__V1__TaskFields *fields;
	const uint8_t *bytes;
	size_t len;

	if (view_task_fields(apply->view, true, apply->task.id, &bytes, &len) != DD_OK)
		return NULL;
	fields = dondoc__v1__task_fields__unpack(&allocator, len, bytes);
	return fields ? fields->code : NULL;
}

int apply_task_changed(struct apply *apply, const void *body)
{
	const Dondoc__V1__TaskFields *fields = ((const Dondoc__V1__TaskChanged *)body)->task;
	const char *code = former_code(apply);
	int rc;

	if (!fields || !code)
		return apply_contradiction(apply, "it has no task, or the task has no content");
	forget_places(apply, code);
	rc = take_content(apply, fields);
	return rc == DD_OK ? put_content(apply, fields) : rc;
}
