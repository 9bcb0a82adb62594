/* fake_log.h - a task service's log in memory, one event a frame, and the work of people in it:
 * units, holidays, tasks that come, move, change their date and are done. */
#ifndef TESTS_SERVICES_NOTIFICATION_FAKE_LOG_H
#define TESTS_SERVICES_NOTIFICATION_FAKE_LOG_H

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/domain/task_state.h"
#include "common/eventlog/eventlog.h"
#include "dondoc/v1/event.pb-c.h"
#include "dondoc/v1/query.pb-c.h"
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAKE_TASKS   64
#define FAKE_UNIT    16
#define FAKE_DIGESTS 512
#define FAKE_INTENTS 4096

#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name
#define STATE(name) DONDOC__V1__DIGEST_STATE__DIGEST_##name
#define FAKE_PLAN   "KH1"

struct fake_frame {
	struct dd_buf bytes;
	struct dd_position after;
};

struct fake_command {
	uint8_t stream[16];
	uint64_t number;
	uint8_t digest[32];
	uint64_t sequence;
	bool refused;
};

struct fake_digest {
	uint8_t id[32];
	char unit[FAKE_UNIT];
	int32_t day;
	int state; /* DigestState */
	uint32_t attempts;
	uint64_t epoch;
	uint64_t planned;
	struct dd_buf plan; /* packed PlanDigest */
	char reply[256];
};

struct fake_work { /* one task */
	uint64_t id, version;
	char unit[FAKE_UNIT];
	int32_t due_day;
	int state;
	int64_t changed_us; /* monotonic: when state, date or unit last changed */
};

struct fake_told { /* one intent */
	char rule[16];
	uint64_t task;
	int32_t due_day, step;
	char unit[FAKE_UNIT];
};

struct fake_task {
	struct fake_frame *frames;
	size_t frame_count, frame_cap;
	struct dd_position head;
	uint64_t next;
	int64_t record_us; /* never goes back */
	int64_t mono_us;   /* for changed_us */
	struct dd_buf frame;
	struct fake_command *commands;
	size_t command_count, command_cap;
	uint64_t epoch; /* of the lease */
	uint8_t holder[16];
	struct fake_digest digests[FAKE_DIGESTS];
	size_t digest_count;
	struct fake_told told[FAKE_INTENTS];
	size_t told_count;
	struct fake_work works[FAKE_TASKS];
	size_t work_count;
	uint64_t refusals;
};

/* --- the log --------------------------------------------------------------------------------- */

/* The clock of the task service, before each of the following. */
static inline void fake_task_time(struct fake_task *task, int64_t wall_us, int64_t mono_us)
{
	if (wall_us > task->record_us)
		task->record_us = wall_us;
	task->mono_us = mono_us;
}

static inline void close_frame(struct fake_task *task)
{
	struct fake_frame *frame;
	struct dd_frame_info info;
	int rc;

	dd_frame_seal(&task->frame, task->head.chain, NULL, NULL);
	rc = dd_frame_info(task->frame.data, task->frame.len, &info);
	assert(rc == 0);
	memcpy(task->head.chain, info.chain_after, DD_HASH_LEN);
	task->head.sequence = task->next - 1;
	if (task->frame_count == task->frame_cap) {
		task->frame_cap = task->frame_cap > 0 ? task->frame_cap * 2 : 64;
		task->frames = dd_realloc(task->frames, task->frame_cap * sizeof(*task->frames));
	}
	frame = &task->frames[task->frame_count++];
	memset(frame, 0, sizeof(*frame));
	dd_buf_add(&frame->bytes, task->frame.data, task->frame.len);
	frame->after = task->head;
}

struct origin {
	Dondoc__V1__Cause *cause;
	const char *unit;
	struct fake_work *work;
	bool adds; /* the event makes the task */
};

/* One event in a frame of its own. */
static inline uint64_t append(struct fake_task *task, Dondoc__V1__EventType type,
			      const ProtobufCMessage *body, const struct origin *origin)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	const size_t body_len = protobuf_c_message_get_packed_size(body);
	uint8_t *header_at, *body_at;
	size_t header_len;
	int rc;

	header.type = type;
	header.version = 1;
	header.must_understand = 1;
	header.fact_us = task->record_us;
	header.record_us = task->record_us;
	header.principal = (char *)(origin->cause != NULL ? "notification" : "operator");
	header.unit = (char *)origin->unit;
	header.cause = origin->cause;
	if (origin->work != NULL) {
		header.subject = origin->adds ? task->next : origin->work->id;
		header.subject_previous = origin->adds ? 0 : origin->work->version;
	}
	header_len = dondoc__v1__event_header__get_packed_size(&header);
	dd_frame_begin(&task->frame, task->head.log_id, 1, task->next, task->record_us);
	rc = dd_frame_add(&task->frame, (uint32_t)header_len, (uint32_t)body_len, &header_at,
			  &body_at);
	assert(rc == 0);
	dondoc__v1__event_header__pack(&header, header_at);
	protobuf_c_message_pack(body, body_at);
	task->next++;
	close_frame(task);
	if (origin->work != NULL) {
		origin->work->version = task->head.sequence;
		origin->work->changed_us = task->mono_us;
	}
	return task->head.sequence;
}

/* --- people's work --------------------------------------------------------------------------- */

static inline void fake_task_begin(struct fake_task *task, int64_t wall_us)
{
	Dondoc__V1__Genesis genesis = DONDOC__V1__GENESIS__INIT;
	Dondoc__V1__PlanSet set = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	const struct origin origin = {.unit = ""};

	memset(task, 0, sizeof(*task));
	memset(task->head.log_id, 7, sizeof(task->head.log_id));
	task->head.incarnation = 1;
	dd_chain_first(task->head.log_id, task->head.chain);
	task->next = 1;
	task->record_us = wall_us;
	genesis.authority = (char *)"UBND tỉnh";
	(void)append(task, EVENT(GENESIS), &genesis.base, &origin);
	plan.code = (char *)FAKE_PLAN;
	plan.title = (char *)"Kế hoạch";
	plan.assigner_unit = (char *)"TD";
	set.plan = &plan;
	(void)append(task, EVENT(PLAN_SET), &set.base, &origin);
}

static inline void fake_task_end(struct fake_task *task)
{
	for (size_t i = 0; i < task->frame_count; i++)
		dd_buf_fini(&task->frames[i].bytes);
	for (size_t i = 0; i < task->digest_count; i++)
		dd_buf_fini(&task->digests[i].plan);
	free(task->frames);
	free(task->commands);
	dd_buf_fini(&task->frame);
}

static inline void fake_unit(struct fake_task *task, const char *code, const char *name)
{
	Dondoc__V1__UnitSet set = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	const struct origin origin = {.unit = code};

	fields.code = (char *)code;
	fields.name = (char *)name;
	set.unit = &fields;
	(void)append(task, EVENT(UNIT_SET), &set.base, &origin);
}

/* Of one unit; "" = of all. */
static inline void fake_day(struct fake_task *task, const char *unit, int32_t day,
			    Dondoc__V1__DayKind kind)
{
	Dondoc__V1__CalendarDaySet set = DONDOC__V1__CALENDAR_DAY_SET__INIT;
	const struct origin origin = {.unit = ""};

	set.day = day;
	set.kind = kind;
	set.unit = (char *)unit;
	(void)append(task, EVENT(CALENDAR_DAY_SET), &set.base, &origin);
}

static inline void fake_holiday(struct fake_task *task, int32_t day)
{
	fake_day(task, "", day, DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
}

static inline void fill_fields(Dondoc__V1__TaskFields *fields, const struct fake_work *work,
			       size_t at, char code[16])
{
	dondoc__v1__task_fields__init(fields);
	(void)snprintf(code, 16, "%zu", at + 1);
	fields->plan = (char *)FAKE_PLAN;
	fields->code = code;
	fields->lead_unit = (char *)work->unit;
	fields->due_day = work->due_day;
	fields->position = (uint32_t)at + 1;
}

static inline struct fake_work *fake_add(struct fake_task *task, const char *unit, int32_t due_day,
					 const char *content)
{
	const size_t at = task->work_count++;
	struct fake_work *work = &task->works[at];
	Dondoc__V1__TaskAdded added = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields;
	char code[16];

	assert(at < FAKE_TASKS);
	(void)snprintf(work->unit, sizeof(work->unit), "%s", unit);
	work->due_day = due_day;
	work->state = DD_TASK_ASSIGNED;
	fill_fields(&fields, work, at, code);
	fields.content = (char *)content;
	added.task = &fields;
	work->id = append(task, EVENT(TASK_ADDED), &added.base,
			  &(struct origin){.unit = unit, .work = work, .adds = true});
	return work;
}

static inline void fake_due(struct fake_task *task, struct fake_work *work, int32_t due_day)
{
	Dondoc__V1__TaskChanged changed = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields fields;
	char code[16];

	work->due_day = due_day;
	fill_fields(&fields, work, (size_t)(work - task->works), code);
	fields.content = (char *)"Nội dung đã sửa";
	changed.task = &fields;
	(void)append(task, EVENT(TASK_CHANGED), &changed.base,
		     &(struct origin){.unit = work->unit, .work = work});
}

static inline void fake_complete(struct fake_task *task, struct fake_work *work)
{
	Dondoc__V1__CompletionRequested request = DONDOC__V1__COMPLETION_REQUESTED__INIT;
	Dondoc__V1__CompletionDecided decided = DONDOC__V1__COMPLETION_DECIDED__INIT;
	const struct origin origin = {.unit = work->unit, .work = work};

	decided.request = append(task, EVENT(COMPLETION_REQUESTED), &request.base, &origin);
	decided.confirmed = 1;
	(void)append(task, EVENT(COMPLETION_DECIDED), &decided.base, &origin);
	work->state = DD_TASK_COMPLETED;
}

static inline void fake_assign(struct fake_task *task, struct fake_work *work, const char *unit)
{
	Dondoc__V1__TaskAssigned assigned = DONDOC__V1__TASK_ASSIGNED__INIT;
	char former[FAKE_UNIT];

	memcpy(former, work->unit, sizeof(former));
	assigned.from_unit = former;
	assigned.to_unit = (char *)unit;
	(void)append(task, EVENT(TASK_ASSIGNED), &assigned.base,
		     &(struct origin){.unit = unit, .work = work});
	(void)snprintf(work->unit, sizeof(work->unit), "%s", unit);
}

#endif
