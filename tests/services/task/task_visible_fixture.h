/* task_visible_fixture.h - a plan of which SYT leads a task and STC helps with it, and commands
 * that change who may read what. */
#ifndef TESTS_TASK_VISIBLE_FIXTURE_H
#define TESTS_TASK_VISIBLE_FIXTURE_H

#include "common/view/view_visible.h"
#include "tests/services/task/task_engine_fixture.h"

static inline uint64_t task_of(struct hall *hall, const char *code)
{
	uint64_t id = 0;

	assert_int_equal(view_task_by_code(hall->view, true, "P", code, &id), DD_OK);
	return id;
}

static inline struct sent body_of(const struct dd_principal *who, char stream, uint64_t number,
				  Dondoc__V1__CommandBody *body, const char *unit)
{
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct sent sent = {.who = who, .stream = stream, .number = number};

	actor.unit = text_of(unit);
	body->actor = &actor;
	body->fact_us = dd_wall_us();
	sent_body(&sent, body);
	return sent;
}

/* The sequence of what came of it. */
static inline uint64_t accepted(struct hall *hall, const struct sent *sent)
{
	const struct given *given = hall_do(hall, sent);

	assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	return given->sequence;
}

static inline uint64_t assign(struct hall *hall, uint64_t number, uint64_t task, const char *to)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__AssignTask said = DONDOC__V1__ASSIGN_TASK__INIT;
	struct sent sent;

	said.task = task;
	said.lead_unit = text_of(to);
	said.reason = text_of("đúng chức năng hơn");
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ASSIGN_TASK;
	body.assign_task = &said;
	sent = body_of(&hall_operator, 'O', number, &body, "HN");
	return accepted(hall, &sent);
}

/* Said by the lead; mentions up to two units. */
static inline uint64_t talk(struct hall *hall, const struct dd_principal *who, uint64_t number,
			    uint64_t task, const char *to, const char *also)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Comment said = DONDOC__V1__COMMENT__INIT;
	char *units[] = {text_of(to), text_of(also)};
	struct sent sent;

	said.task = task;
	said.text = text_of("xin ý kiến");
	said.mention_units = units;
	said.n_mention_units = (to[0] != '\0') + (size_t)(also[0] != '\0');
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_COMMENT;
	body.comment = &said;
	sent = body_of(who, 'T', number, &body, who->unit);
	return accepted(hall, &sent);
}

static inline uint64_t report(struct hall *hall, const struct dd_principal *who, uint64_t number,
			      uint64_t task)
{
	struct sent sent = report_of(who, 'R', number, task, 10);

	return accepted(hall, &sent);
}

#endif
