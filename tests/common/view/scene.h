/* scene.h - a view to which events are said one by one, and questions about it. */
#ifndef TESTS_COMMON_VIEW_SCENE_H
#define TESTS_COMMON_VIEW_SCENE_H

#include "common/base/clock.h"
#include "common/view/view_query.h"
#include "common/view/view_unit.h"
#include "tests/common/view/viewing.h"

#define SCENE_TODAY 20500
#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name
#define ASK(name)   DONDOC__V1__QUERY__WHAT_##name

struct scene {
	char *dir;
	struct view *view;
	uint64_t sequence;
	int64_t now_us;
	const char *unit; /* that the next events concern; NULL = none */
	struct dd_error err;
};

static inline void scene_begin(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	s->dir = test_tmpdir();
	s->view = open_view(s->dir, true);
	s->now_us = dd_day_start_us(SCENE_TODAY) + 8 * 3600 * DD_SECOND_US;
	must(view_live(s->view, &why));
}

static inline void scene_end(struct scene *s)
{
	view_close(s->view);
	test_tmpdir_end(s->dir);
}

/* The next event; `subject` 0 = about no task. */
static inline uint64_t scene_say(struct scene *s, Dondoc__V1__EventType type, uint64_t subject,
				 const ProtobufCMessage *body)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	struct dd_position after = *view_position(s->view);
	size_t len = protobuf_c_message_get_packed_size(body);
	uint8_t *bytes = dd_alloc(len + 1);
	struct view_task task;

	protobuf_c_message_pack(body, bytes);
	header.type = type;
	header.record_us = s->now_us;
	header.subject = subject;
	if (s->unit)
		header.unit = lent(s->unit);
	if (subject != 0 && view_task(s->view, true, subject, &task) == DD_OK)
		header.subject_previous = task.version;
	after.sequence = ++s->sequence;
	view_batch_begin(s->view);
	if (view_apply(s->view, s->sequence, &header, &(struct view_body){bytes, len, NULL},
		       &s->err) != DD_OK)
		fail_msg("%s", s->err.text);
	view_batch_commit(s->view, &after);
	free(bytes);
	return s->sequence;
}

/* The answer, to be freed by the caller; NULL with s->err. */
static inline Dondoc__V1__Answer *scene_ask(struct scene *s, Dondoc__V1__Query__WhatCase what,
					    const void *question)
{
	struct view_query_context context = {.view = s->view, .today = SCENE_TODAY};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Answer *answer = NULL;
	struct dd_buf out = {0};

	must(view_flush(s->view, &why));
	must(view_turn(s->view, &why));
	query.what_case = what;
	memcpy(&query.list_units, &question, sizeof(question)); /* all are pointers */
	if (view_query(&context, &query, &out, &s->err) == DD_OK)
		answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	dd_buf_fini(&out);
	return answer;
}

static inline void scene_unit(struct scene *s, const char *code, const char *name,
			      const char *parent, int32_t valid_until)
{
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;

	fields.code = lent(code);
	fields.name = lent(name);
	fields.parent = lent(parent);
	fields.kind = lent("so");
	fields.valid_until = valid_until;
	fields.collective = strncmp(code, "TAP", 3) == 0; /* by its code */
	body.unit = &fields;
	(void)scene_say(s, EVENT(UNIT_SET), 0, &body.base);
}

static inline void scene_plan(struct scene *s, const char *code, const char *assigner)
{
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;

	fields.code = lent(code);
	fields.title = lent(code);
	fields.assigner_unit = lent(assigner);
	body.plan = &fields;
	(void)scene_say(s, EVENT(PLAN_SET), 0, &body.base);
}

static inline uint64_t scene_task(struct scene *s, const char *plan, const char *code,
				  const char *content, const char *lead)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;

	fields.plan = lent(plan);
	fields.code = lent(code);
	fields.content = lent(content);
	fields.lead_unit = lent(lead);
	fields.position = (uint32_t)s->sequence + 1;
	body.task = &fields;
	return scene_say(s, EVENT(TASK_ADDED), s->sequence + 1, &body.base);
}

/* A person by one letter. */
static inline ProtobufCBinaryData scene_person(char letter)
{
	static uint8_t ids[128][16];
	size_t at = (size_t)letter;

	memset(ids[at], letter, sizeof(ids[at]));
	return (ProtobufCBinaryData){.data = ids[at], .len = sizeof(ids[at])};
}

static inline uint64_t scene_grant(struct scene *s, char person, int role, const char *unit,
				   int32_t until)
{
	Dondoc__V1__GrantRole said = DONDOC__V1__GRANT_ROLE__INIT;
	Dondoc__V1__RoleGranted body = DONDOC__V1__ROLE_GRANTED__INIT;

	said.person = scene_person(person);
	said.role = (Dondoc__V1__Role)role;
	said.unit = lent(unit);
	said.until_day = until;
	body.said = &said;
	return scene_say(s, EVENT(ROLE_GRANTED), 0, &body.base);
}

#endif
