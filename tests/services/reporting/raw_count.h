/* raw_count.h - counts tasks from the raw events of a history, by its own small rules, written down
 * a second time on purpose: it shares no code with view, ledger or report. */
#ifndef TESTS_SERVICES_REPORTING_RAW_COUNT_H
#define TESTS_SERVICES_REPORTING_RAW_COUNT_H

#include "tests/common/view/history.h"

#define RAW_TASKS 2000
#define RAW_HELD  2000

enum raw_bucket { RAW_ON_TIME, RAW_LATE, RAW_TERM, RAW_OVERDUE, RAW_NO_DUE, RAW_BUCKETS };

struct raw_task {
	uint64_t id;
	char plan[32], lead[32];
	uint32_t area;
	int32_t due, proposed, submitted, first_due;
	uint32_t granted;
	bool heading, waiting, done, moved;
};

struct raw_event {
	Dondoc__V1__EventHeader *header;
	const uint8_t *body;
	size_t len;
	uint64_t sequence;
};

struct raw_count {
	struct raw_task tasks[RAW_TASKS];
	size_t count;
	struct raw_event held[RAW_HELD]; /* of the open group */
	size_t held_count;
};

static inline struct raw_task *raw_find(struct raw_count *raw, uint64_t id)
{
	for (size_t i = 0; i < raw->count; i++) {
		if (raw->tasks[i].id == id)
			return &raw->tasks[i];
	}
	return NULL;
}

static inline void raw_content(struct raw_task *task, const Dondoc__V1__TaskFields *fields)
{
	snprintf(task->plan, sizeof(task->plan), "%s", fields->plan);
	if (!task->moved)
		snprintf(task->lead, sizeof(task->lead), "%s", fields->lead_unit);
	task->area = fields->area;
	task->heading = fields->group;
	if (task->granted == 0)
		task->due = fields->due_day;
}

static inline void raw_add(struct raw_count *raw, const struct raw_event *event)
{
	Dondoc__V1__TaskAdded *added =
		dondoc__v1__task_added__unpack(NULL, event->len, event->body);
	struct raw_task *task = &raw->tasks[raw->count++];

	assert(raw->count <= RAW_TASKS);
	memset(task, 0, sizeof(*task));
	task->id = event->sequence;
	raw_content(task, added->task);
	task->first_due = added->task->due_day;
	dondoc__v1__task_added__free_unpacked(added, NULL);
}

static inline void raw_completion(struct raw_task *task, const struct raw_event *event)
{
	Dondoc__V1__CompletionDecided *decided =
		dondoc__v1__completion_decided__unpack(NULL, event->len, event->body);

	task->waiting = false;
	task->done = decided->confirmed;
	dondoc__v1__completion_decided__free_unpacked(decided, NULL);
}

static inline void raw_extension(struct raw_task *task, const struct raw_event *event)
{
	Dondoc__V1__ExtensionDecided *decided =
		dondoc__v1__extension_decided__unpack(NULL, event->len, event->body);

	if (decided->granted) {
		task->due = decided->due_day != 0 ? decided->due_day : task->proposed;
		task->granted++;
	}
	dondoc__v1__extension_decided__free_unpacked(decided, NULL);
}

static inline void raw_other(struct raw_task *task, const struct raw_event *event)
{
	Dondoc__V1__TaskAssigned *assigned;
	Dondoc__V1__ExtensionRequested *requested;
	Dondoc__V1__TaskChanged *changed;
	const Dondoc__V1__EventHeader *header = event->header;
	int64_t fact = header->fact_us != 0 && !header->fact_doubtful ? header->fact_us
								      : header->record_us;

	switch ((int)header->type) {
	case EVENT_TYPE(TASK_CHANGED):
		changed = dondoc__v1__task_changed__unpack(NULL, event->len, event->body);
		raw_content(task, changed->task);
		dondoc__v1__task_changed__free_unpacked(changed, NULL);
		break;
	case EVENT_TYPE(COMPLETION_REQUESTED):
		task->waiting = true;
		task->submitted = (int32_t)((fact + DD_UTC_OFFSET_US) / DD_DAY_US);
		break;
	case EVENT_TYPE(EXTENSION_REQUESTED):
		requested = dondoc__v1__extension_requested__unpack(NULL, event->len, event->body);
		task->proposed = requested->proposed_due_day;
		dondoc__v1__extension_requested__free_unpacked(requested, NULL);
		break;
	case EVENT_TYPE(TASK_ASSIGNED):
		assigned = dondoc__v1__task_assigned__unpack(NULL, event->len, event->body);
		snprintf(task->lead, sizeof(task->lead), "%s", assigned->to_unit);
		task->moved = true;
		dondoc__v1__task_assigned__free_unpacked(assigned, NULL);
		break;
	default:
		break;
	}
}

static inline void raw_effect(struct raw_count *raw, const struct raw_event *event)
{
	struct raw_task *task = raw_find(raw, event->header->subject);

	if (event->header->type == EVENT_TYPE(TASK_ADDED))
		raw_add(raw, event);
	else if (!task)
		return;
	else if (event->header->type == EVENT_TYPE(COMPLETION_DECIDED))
		raw_completion(task, event);
	else if (event->header->type == EVENT_TYPE(EXTENSION_DECIDED))
		raw_extension(task, event);
	else
		raw_other(task, event);
}

static inline void raw_group_end(struct raw_count *raw, bool effective)
{
	for (size_t i = 0; i < raw->held_count; i++) {
		if (effective)
			raw_effect(raw, &raw->held[i]);
		dondoc__v1__event_header__free_unpacked(raw->held[i].header, NULL);
	}
	raw->held_count = 0;
}

static inline void raw_record(struct raw_count *raw, const struct dd_record *record)
{
	struct raw_event event = {
		.header =
			dondoc__v1__event_header__unpack(NULL, record->header_len, record->header),
		.body = record->body,
		.len = record->body_len,
		.sequence = record->sequence,
	};
	const int type = (int)event.header->type;

	if (event.header->group != 0 && type != EVENT_TYPE(GROUP_CLOSED) &&
	    type != EVENT_TYPE(GROUP_ABANDONED)) {
		assert(raw->held_count < RAW_HELD);
		raw->held[raw->held_count++] = event;
		return;
	}
	if (type == EVENT_TYPE(GROUP_CLOSED) || type == EVENT_TYPE(GROUP_ABANDONED))
		raw_group_end(raw, type == EVENT_TYPE(GROUP_CLOSED));
	else
		raw_effect(raw, &event);
	dondoc__v1__event_header__free_unpacked(event.header, NULL);
}

/* All frames recorded by the end of the day. */
static inline void raw_until(struct raw_count *raw, const struct history *h, int32_t day)
{
	memset(raw, 0, sizeof(*raw));
	for (size_t i = 0; i < h->frame_count; i++) {
		struct dd_frame_info info;
		struct dd_frame_iter iter;
		struct dd_record record;

		assert(dd_frame_info(h->frames[i].buf.data, h->frames[i].buf.len, &info) == DD_OK);
		if ((info.record_us + DD_UTC_OFFSET_US) / DD_DAY_US > day)
			break;
		dd_frame_iter(&iter, h->frames[i].buf.data, &info);
		while (dd_frame_next(&iter, &record))
			raw_record(raw, &record);
	}
	raw_group_end(raw, false); /* a group that is open has no effect yet */
}

static inline enum raw_bucket raw_bucket(const struct raw_task *task, int32_t day)
{
	if (task->done)
		return task->due != 0 && task->submitted > task->due ? RAW_LATE : RAW_ON_TIME;
	if (task->due == 0)
		return RAW_NO_DUE;
	return (task->waiting ? task->submitted : day) > task->due ? RAW_OVERDUE : RAW_TERM;
}

#endif
