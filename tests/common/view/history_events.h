/* history_events.h - a log in the making: its frames, and one function per kind of event about a
 * task. */
#ifndef TESTS_COMMON_VIEW_HISTORY_EVENTS_H
#define TESTS_COMMON_VIEW_HISTORY_EVENTS_H

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/domain/task_state.h"
#include "common/eventlog/frame.h"
#include "common/view/view.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HISTORY_TASKS   400
#define HISTORY_STREAMS 6
#define HISTORY_DIGESTS 200
#define HISTORY_DAY0    20500 /* 2026-02-16 */

#define EVENT_TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

struct history_task {
	uint64_t id, version, pending_completion, pending_extension;
	uint32_t number; /* its code is T<number> */
	int state;
	bool in_group;
};

struct history_digest {
	uint8_t id[32];
	char unit[16];
	int state;
	int32_t day;
	uint32_t attempts;
	uint64_t planned, epoch;
};

struct history_frame {
	struct dd_buf buf;
	struct dd_position after;
};

struct history {
	uint64_t random;
	uint8_t log_id[16];
	struct dd_position head;
	struct history_frame *frames;
	size_t frame_count, frame_room;
	struct history_task tasks[HISTORY_TASKS];
	uint32_t task_count, codes;
	struct history_digest digests[HISTORY_DIGESTS];
	uint32_t digest_count;
	int32_t intents;
	uint64_t epoch;   /* of the lease */
	uint64_t silence; /* the last that was set */
	bool reminders;   /* what people say of them happens too */
	uint64_t numbers[HISTORY_STREAMS];
	uint64_t next; /* sequence of the next event */
	int64_t now_us;
	uint64_t group;
	struct dd_buf frame;
};

/* protobuf-c calls texts that it only reads char * too. */
static inline char *lent(const char *text)
{
	union {
		const char *in;
		char *out;
	} cast = {.in = text};

	return cast.out;
}

static inline uint64_t history_random(struct history *h, uint64_t below)
{
	h->random ^= h->random << 13;
	h->random ^= h->random >> 7;
	h->random ^= h->random << 17;
	return h->random % below;
}

static inline void history_begin(struct history *h, uint64_t seed)
{
	memset(h, 0, sizeof(*h));
	h->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	memset(h->log_id, 7, sizeof(h->log_id));
	memcpy(h->head.log_id, h->log_id, sizeof(h->log_id));
	h->head.incarnation = 1;
	dd_chain_first(h->log_id, h->head.chain);
	h->next = 1;
	h->now_us = dd_day_start_us(HISTORY_DAY0);
}

static inline void history_end(struct history *h)
{
	for (size_t i = 0; i < h->frame_count; i++)
		dd_buf_fini(&h->frames[i].buf);
	free(h->frames);
	dd_buf_fini(&h->frame);
}

/* --- frames ------------------------------------------------------------------------------- */

static inline void history_open_frame(struct history *h)
{
	dd_frame_begin(&h->frame, h->log_id, h->head.incarnation, h->next, h->now_us);
}

static inline void history_close_frame(struct history *h)
{
	struct history_frame *frame;
	struct dd_frame_info info;

	dd_frame_seal(&h->frame, h->head.chain, NULL, NULL);
	assert(dd_frame_info(h->frame.data, h->frame.len, &info) == DD_OK);
	memcpy(h->head.chain, info.chain_after, DD_HASH_LEN);
	h->head.sequence = h->next - 1;
	if (h->frame_count == h->frame_room) {
		h->frame_room = h->frame_room == 0 ? 64 : h->frame_room * 2;
		h->frames = dd_realloc(h->frames, h->frame_room * sizeof(*h->frames));
	}
	frame = &h->frames[h->frame_count++];
	memset(frame, 0, sizeof(*frame));
	dd_buf_add(&frame->buf, h->frame.data, h->frame.len);
	frame->after = h->head;
}

/* Add an event to the open frame and return its sequence. */
static inline uint64_t history_add(struct history *h, const Dondoc__V1__EventHeader *header,
				   const ProtobufCMessage *body)
{
	size_t header_len = dondoc__v1__event_header__get_packed_size(header);
	size_t body_len = protobuf_c_message_get_packed_size(body);
	uint8_t *header_at, *body_at;
	int rc = dd_frame_add(&h->frame, (uint32_t)header_len, (uint32_t)body_len, &header_at,
			      &body_at);

	assert(rc == DD_OK);
	dondoc__v1__event_header__pack(header, header_at);
	protobuf_c_message_pack(body, body_at);
	return h->next++;
}

/* --- events ------------------------------------------------------------------------------- */

struct history_event {
	Dondoc__V1__EventHeader header;
	Dondoc__V1__Cause cause;
	uint8_t stream[16];
	uint8_t digest[32];
	char principal[32];
};

static inline void history_header(struct history *h, struct history_event *e,
				  Dondoc__V1__EventType type)
{
	dondoc__v1__event_header__init(&e->header);
	e->header.type = type;
	e->header.version = 1;
	e->header.must_understand = 1;
	e->header.record_us = h->now_us;
	e->header.fact_us = h->now_us - (int64_t)history_random(h, 5) * DD_DAY_US;
	e->header.fact_doubtful = history_random(h, 10) == 0;
	e->header.group = h->group;
}

/* The next command of a random stream. */
static inline void history_cause(struct history *h, struct history_event *e)
{
	uint64_t stream = history_random(h, HISTORY_STREAMS);

	dondoc__v1__cause__init(&e->cause);
	memset(e->stream, 'A' + (int)stream, sizeof(e->stream));
	e->cause.stream.len = sizeof(e->stream);
	e->cause.stream.data = e->stream;
	e->cause.number = ++h->numbers[stream];
	for (size_t i = 0; i < sizeof(e->digest); i++)
		e->digest[i] = (uint8_t)history_random(h, 256);
	e->cause.digest.len = sizeof(e->digest);
	e->cause.digest.data = e->digest;
	e->cause.count = 1;
	e->header.cause = &e->cause;
	snprintf(e->principal, sizeof(e->principal), "office/U%02d", (int)stream);
	e->header.principal = e->principal;
}

static inline void history_subject(struct history_event *e, const struct history_task *task)
{
	e->header.subject = task->id;
	e->header.subject_previous = task->version;
}

static inline void history_move(struct history_task *task, enum dd_task_action action)
{
	task->state = dd_task_state_after((enum dd_task_state)task->state, action);
	assert(task->state >= 0);
}

static inline void history_fields(struct history *h, Dondoc__V1__TaskFields *fields,
				  uint32_t number, char texts[4][128])
{
	static const char *const words[] = {"Đôn đốc",   "rà soát",       "thủ tục",
					    "công khai", "chuyển đổi số", "tiếp nhận"};

	dondoc__v1__task_fields__init(fields);
	snprintf(texts[0], 128, "P%d", (int)(number % 3));
	snprintf(texts[1], 128, "T%u", number);
	snprintf(texts[2], 128, "%s %s số %u", words[history_random(h, 6)],
		 words[history_random(h, 6)], number);
	snprintf(texts[3], 128, "U%02d", (int)history_random(h, 12));
	fields->plan = texts[0];
	fields->code = texts[1];
	fields->content = texts[2];
	fields->lead_unit = texts[3];
	fields->area = (uint32_t)history_random(h, 7);
	fields->group = history_random(h, 10) == 0;
	fields->position = number;
	if (!fields->group && history_random(h, 5) != 0)
		fields->due_day = HISTORY_DAY0 + (int32_t)history_random(h, 365);
}

static inline struct history_task *history_add_task(struct history *h)
{
	struct history_task *task = &h->tasks[h->task_count];
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields;
	struct history_event e;
	char texts[4][128];

	if (h->task_count == HISTORY_TASKS)
		return NULL;
	history_header(h, &e, EVENT_TYPE(TASK_ADDED));
	if (h->group == 0)
		history_cause(h, &e);
	task->number = h->codes++;
	history_fields(h, &fields, task->number, texts);
	body.task = &fields;
	e.header.subject = h->next;
	task->id = task->version = history_add(h, &e.header, &body.base);
	task->state = DD_TASK_ASSIGNED;
	if (!fields.group) /* headings get no work */
		h->task_count++;
	return task;
}

static inline void history_progress(struct history *h, struct history_task *task)
{
	Dondoc__V1__ProgressReported body = DONDOC__V1__PROGRESS_REPORTED__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(PROGRESS_REPORTED));
	history_cause(h, &e);
	history_subject(&e, task);
	if (history_random(h, 4) != 0) {
		body.has_percent_case = DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT;
		body.percent = (uint32_t)history_random(h, 101);
		body.percent_conflicts = history_random(h, 8) == 0;
	}
	if (history_random(h, 4) == 0) {
		body.has_step_case = DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP;
		body.step = (Dondoc__V1__ProgressStep)history_random(h, 4);
	}
	body.note = lent("đã triển khai đến các xã");
	task->version = history_add(h, &e.header, &body.base);
	history_move(task, DD_ACT_REPORT);
}

static inline void history_completion(struct history *h, struct history_task *task)
{
	Dondoc__V1__CompletionRequested request = DONDOC__V1__COMPLETION_REQUESTED__INIT;
	Dondoc__V1__CompletionDecided decision = DONDOC__V1__COMPLETION_DECIDED__INIT;
	struct history_event e;

	if (task->pending_completion == 0) {
		history_header(h, &e, EVENT_TYPE(COMPLETION_REQUESTED));
		history_cause(h, &e);
		history_subject(&e, task);
		task->version = history_add(h, &e.header, &request.base);
		task->pending_completion = task->version;
		history_move(task, DD_ACT_REQUEST_COMPLETION);
		return;
	}
	decision.request = task->pending_completion;
	decision.confirmed = history_random(h, 2) == 0;
	history_header(h, &e, EVENT_TYPE(COMPLETION_DECIDED));
	history_cause(h, &e);
	history_subject(&e, task);
	task->version = history_add(h, &e.header, &decision.base);
	task->pending_completion = 0;
	history_move(task, decision.confirmed ? DD_ACT_CONFIRM : DD_ACT_RETURN);
}

static inline void history_extension(struct history *h, struct history_task *task)
{
	Dondoc__V1__ExtensionRequested request = DONDOC__V1__EXTENSION_REQUESTED__INIT;
	Dondoc__V1__ExtensionDecided decision = DONDOC__V1__EXTENSION_DECIDED__INIT;
	struct history_event e;

	if (task->pending_extension == 0) {
		request.proposed_due_day = HISTORY_DAY0 + (int32_t)history_random(h, 500);
		history_header(h, &e, EVENT_TYPE(EXTENSION_REQUESTED));
		history_cause(h, &e);
		history_subject(&e, task);
		task->version = history_add(h, &e.header, &request.base);
		task->pending_extension = task->version;
		history_move(task, DD_ACT_REQUEST_EXTENSION);
		return;
	}
	decision.request = task->pending_extension;
	decision.granted = history_random(h, 2) == 0;
	history_header(h, &e, EVENT_TYPE(EXTENSION_DECIDED));
	history_cause(h, &e);
	history_subject(&e, task);
	task->version = history_add(h, &e.header, &decision.base);
	task->pending_extension = 0;
	history_move(task, decision.granted ? DD_ACT_GRANT_EXTENSION : DD_ACT_REFUSE_EXTENSION);
}

static inline void history_assign(struct history *h, struct history_task *task)
{
	Dondoc__V1__TaskAssigned body = DONDOC__V1__TASK_ASSIGNED__INIT;
	struct history_event e;
	char unit[16];

	snprintf(unit, sizeof(unit), "U%02d", (int)history_random(h, 12));
	body.to_unit = unit;
	history_header(h, &e, EVENT_TYPE(TASK_ASSIGNED));
	history_cause(h, &e);
	history_subject(&e, task);
	task->version = history_add(h, &e.header, &body.base);
	history_move(task, DD_ACT_ASSIGN);
}

static inline void history_change(struct history *h, struct history_task *task)
{
	Dondoc__V1__TaskChanged body = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields fields;
	struct history_event e;
	char texts[4][128];

	if (history_random(h, 3) == 0)
		task->number = h->codes++;
	history_fields(h, &fields, task->number, texts);
	fields.group = 0;
	body.task = &fields;
	history_header(h, &e, EVENT_TYPE(TASK_CHANGED));
	if (h->group == 0)
		history_cause(h, &e);
	history_subject(&e, task);
	task->version = history_add(h, &e.header, &body.base);
}

static inline bool history_can(const struct history_task *task, enum dd_task_action action)
{
	return dd_task_state_after((enum dd_task_state)task->state, action) >= 0;
}

static inline void history_work(struct history *h, struct history_task *task)
{
	enum dd_task_action asked;

	switch (history_random(h, 12)) {
	case 0:
		asked = task->pending_completion ? DD_ACT_CONFIRM : DD_ACT_REQUEST_COMPLETION;
		if (history_can(task, asked))
			history_completion(h, task);
		break;
	case 1:
		asked = task->pending_extension ? DD_ACT_GRANT_EXTENSION : DD_ACT_REQUEST_EXTENSION;
		if (history_can(task, asked))
			history_extension(h, task);
		break;
	case 2:
		if (history_can(task, DD_ACT_ASSIGN))
			history_assign(h, task);
		break;
	case 3:
		history_change(h, task);
		break;
	default:
		if (history_can(task, DD_ACT_REPORT))
			history_progress(h, task);
		break;
	}
}

#endif
