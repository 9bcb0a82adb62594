/* task_rules_plan_fixture.h - plans, tasks and settings made by command, for the tests of the rules
 * about plans. */
#ifndef TESTS_SERVICES_TASK_RULES_PLAN_FIXTURE_H
#define TESTS_SERVICES_TASK_RULES_PLAN_FIXTURE_H

#include "common/view/view_plan.h"
#include "services/task/task_policy.h"
#include "tests/services/task/task_rules_fix_fixture.h"

#define KIND(name)  DONDOC__V1__PLAN_KIND__PLAN_KIND_##name
#define STATE(name) DONDOC__V1__TASK_STATE__TASK_##name
#define YEAR(name)  DONDOC__V1__YEAR_END_KIND__YEAR_END_##name

static inline void says_no(struct deciding *test, Dondoc__V1__RefusalCode code)
{
	decide(test);
	assert_int_equal(test->out.effects.count, 0);
	assert_int_equal(test->out.type, EVENT(UNKNOWN));
	assert_int_equal(test->out.refusal, code);
}

static inline void set_plan(struct deciding *test, const char *code, Dondoc__V1__PlanKind kind)
{
	Dondoc__V1__SetPlan cmd = DONDOC__V1__SET_PLAN__INIT;
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;

	fields.code = text_of(code);
	fields.title = text_of("Kế hoạch năm sau");
	fields.assigner_unit = text_of("HN");
	fields.kind = kind;
	cmd.plan = &fields;
	as_assigner(test);
	ask_with(test, COMMAND(SET_PLAN), &cmd.base);
	done(test);
}

static inline void set_setting(struct deciding *test, const char *name, const char *value,
			       const char *plan, const char *unit)
{
	Dondoc__V1__SetSettings cmd = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *rows = &setting;

	setting.name = text_of(name);
	setting.value = text_of(value);
	setting.plan = text_of(plan);
	setting.unit = text_of(unit);
	cmd.settings = &rows;
	cmd.n_settings = 1;
	as_assigner(test);
	test->who.cls = DD_PRINCIPAL_OPERATOR;
	ask_with(test, COMMAND(SET_SETTINGS), &cmd.base);
	done(test);
}

/* The task's id; one unit. */
static inline uint64_t add_task(struct deciding *test, const char *plan, const char *code,
				int32_t due, Dondoc__V1__Recurrence recurrence)
{
	Dondoc__V1__AddTask cmd = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	uint64_t id;

	fields.plan = text_of(plan);
	fields.code = text_of(code);
	fields.content = text_of("Báo cáo");
	fields.lead_unit = text_of("U1");
	fields.due_day = due;
	fields.recurrence = recurrence;
	cmd.task = &fields;
	as_assigner(test);
	ask_with(test, COMMAND(ADD_TASK), &cmd.base);
	done(test);
	assert_int_equal(view_task_by_code(test->view, false, plan, code, &id), DD_OK);
	return id;
}

static inline struct view_task task_at(struct deciding *test, uint64_t id)
{
	struct view_task task;

	assert_int_equal(view_task(test->view, false, id, &task), DD_OK);
	return task;
}

static inline Dondoc__V1__TaskFields *fields_at(struct deciding *test, uint64_t id)
{
	const uint8_t *bytes;
	size_t len;
	Dondoc__V1__TaskFields *fields;

	assert_int_equal(view_task_fields(test->view, false, id, &bytes, &len), DD_OK);
	fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
	assert_non_null(fields);
	return fields;
}

#endif
