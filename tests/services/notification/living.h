/* living.h - a world in which an authority lives: days pass, people do things, and what was told is
 * looked at afterwards. */
#ifndef TESTS_SERVICES_NOTIFICATION_LIVING_H
#define TESTS_SERVICES_NOTIFICATION_LIVING_H

#include "tests/services/notification/world.h"
#include "tests/support/fake_clock.h"

/* --- the world ------------------------------------------------------------------------------- */

static inline struct world *world_of(const char *time)
{
	struct world *world = dd_alloc(sizeof(*world));

	world_begin(world, 1, test_time(time));
	fake_unit(&world->task, "SYT", "Sở Y tế");
	fake_unit(&world->task, "STC", "Sở Tài chính");
	return world;
}

static inline void done_with(struct world *world)
{
	world_end(world);
	free(world);
}

/* A working morning of each day. */
static inline void live(struct world *world, int days)
{
	for (int day = 0; day < days; day++) {
		for (int i = 0; i < 30; i++) {
			world_settle(world, &world->nodes[0]);
			world_pass(world, MINUTE_US);
		}
		world_pass(world, DD_DAY_US - 30 * MINUTE_US);
	}
}

static inline const struct fake_told *told_of(const struct world *world, const char *rule,
					      uint64_t task)
{
	for (size_t i = 0; i < world->task.told_count; i++) {
		const struct fake_told *told = &world->task.told[i];

		if (!told->gone && told->task == task && strcmp(told->rule, rule) == 0)
			return told;
	}
	return NULL;
}

static inline int32_t day_of(const struct world *world, const struct fake_told *told)
{
	assert_non_null(told);
	return world->task.digests[told->digest].day;
}

static inline int kind_of(const struct world *world, const struct fake_told *told)
{
	Dondoc__V1__PlanDigest *plan;
	int kind;

	assert_non_null(told);
	plan = fake_task_plan(&world->task, world->task.digests[told->digest].id);
	kind = (int)plan->kind;
	dondoc__v1__plan_digest__free_unpacked(plan, NULL);
	return kind;
}

static inline void plan_of(struct world *world, const char *code)
{
	Dondoc__V1__PlanSet set = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	const struct origin origin = {.unit = ""};

	plan.code = (char *)code;
	plan.title = (char *)"Kế hoạch khác";
	plan.assigner_unit = (char *)"TD";
	set.plan = &plan;
	(void)append(&world->task, EVENT(PLAN_SET), &set.base, &origin);
}

/* Of a plan that is not the world's own. */
static inline uint64_t task_in(struct world *world, const char *plan, const char *unit,
			       int32_t due_day)
{
	const size_t at = world->task.work_count++;
	struct fake_work *work = &world->task.works[at];
	Dondoc__V1__TaskAdded added = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields fields;
	char code[16];

	(void)snprintf(work->unit, sizeof(work->unit), "%s", unit);
	work->due_day = due_day;
	work->state = DD_TASK_ASSIGNED;
	fill_fields(&fields, work, at, code);
	fields.plan = (char *)plan;
	fields.content = (char *)"Việc của kế hoạch khác";
	added.task = &fields;
	work->id = append(&world->task, EVENT(TASK_ADDED), &added.base,
			  &(struct origin){.unit = unit, .work = work, .adds = true});
	return work->id;
}

static inline void silence(struct world *world, const char *unit, const char *from,
			   const char *until)
{
	Dondoc__V1__SilenceSet set = DONDOC__V1__SILENCE_SET__INIT;
	Dondoc__V1__SetSilence said = DONDOC__V1__SET_SILENCE__INIT;
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;
	const struct origin origin = {.unit = ""};

	scope.unit = (char *)unit;
	said.scope = &scope;
	said.from_day = test_day(from);
	said.until_day = test_day(until);
	said.reason = (char *)"Sắp xếp tổ chức";
	set.said = &said;
	(void)append(&world->task, EVENT(SILENCE_SET), &set.base, &origin);
}

static inline void promise(struct world *world, struct fake_work *work, const char *day)
{
	Dondoc__V1__DayPromised promised = DONDOC__V1__DAY_PROMISED__INIT;
	Dondoc__V1__PromiseDay said = DONDOC__V1__PROMISE_DAY__INIT;

	said.task = work->id;
	said.day = test_day(day);
	promised.said = &said;
	fake_task_time(&world->task, world->wall_us, world->mono_us);
	(void)append(&world->task, EVENT(DAY_PROMISED), &promised.base,
		     &(struct origin){.unit = work->unit, .work = work});
}

#endif
