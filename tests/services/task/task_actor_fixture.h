/* task_actor_fixture.h - a report and a decision by whoever acts, and a unit that ends. */
#ifndef TESTS_SERVICES_TASK_ACTOR_FIXTURE_H
#define TESTS_SERVICES_TASK_ACTOR_FIXTURE_H

#include "tests/services/task/task_units_fixture.h"

/* A report about the task, decided and not happened. */
static inline void report(struct deciding *test, uint64_t task)
{
	static Dondoc__V1__ReportProgress cmd;

	dondoc__v1__report_progress__init(&cmd);
	cmd.task = task;
	cmd.note = text_of("Đang làm");
	give(test, COMMAND(REPORT_PROGRESS), &cmd);
	decide(test);
	task_events_free(&test->out.effects);
}

static inline bool passed(const struct deciding *test)
{
	return test->out.refusal == REFUSAL(NONE);
}

static inline void decision(struct deciding *test, uint64_t task)
{
	static Dondoc__V1__AssignTask cmd;

	dondoc__v1__assign_task__init(&cmd);
	cmd.task = task;
	cmd.lead_unit = text_of("U2");
	cmd.reason = text_of("Điều chỉnh");
	give(test, COMMAND(ASSIGN_TASK), &cmd);
	decide(test);
	task_events_free(&test->out.effects);
}

/* U1 has become U9. */
static inline void merge(struct deciding *test)
{
	Dondoc__V1__ChangeUnits cmd = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__UnitFields heir = unit_named("U9", "Sở Chín", ""), *heirs[] = {&heir};
	Dondoc__V1__Document document = paper("12/NQ");
	char *from[] = {text_of("U1")};

	as_operator(test);
	cmd.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED;
	cmd.day = TODAY;
	cmd.from = from;
	cmd.n_from = 1;
	cmd.to = heirs;
	cmd.n_to = 1;
	cmd.reason = text_of("Sắp xếp");
	cmd.document = &document;
	effect(test, accepted(test, COMMAND(CHANGE_UNITS), &cmd));
}

static inline void as_office(struct deciding *test, char person, const char *unit)
{
	become(test, DD_PRINCIPAL_OFFICE, unit, 'a');
	test->actor.person = person_of(person);
}

#endif
