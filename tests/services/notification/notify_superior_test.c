/* notify_superior_test.c - reports to superiors: to whom they go, that they wait for a person, and
 * what lets them go. */
#include "tests/services/notification/world.h"
#include "tests/support/fake_clock.h"

#define RUNG(name)    DONDOC__V1__RUNG_TO__RUNG_TO_##name
#define RELEASE(name) DONDOC__V1__RELEASE_ACTION__RELEASE_##name
#define ROLE(name)    DONDOC__V1__ROLE__ROLE_##name
#define SUPERIOR      DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR

/* Persons, by the byte that their ids consist of. */
enum { NOBODY = 0, HEAD = 'h', DEPUTY = 'd', WIDE = 'w', NARROW = 'n' };

/* --- the world ------------------------------------------------------------------------------- */

static ProtobufCBinaryData person_of(uint8_t byte, uint8_t room[16])
{
	memset(room, byte, 16);
	return (ProtobufCBinaryData){.data = room, .len = 16};
}

static void unit_under(struct world *world, const char *code, const char *parent)
{
	Dondoc__V1__UnitSet set = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;

	fields.code = (char *)code;
	fields.name = (char *)"Đơn vị";
	fields.parent = (char *)parent;
	set.unit = &fields;
	(void)append(&world->task, EVENT(UNIT_SET), &set.base, &(struct origin){.unit = code});
}

static void grant(struct world *world, uint8_t person, Dondoc__V1__Role role, const char *unit)
{
	Dondoc__V1__RoleGranted granted = DONDOC__V1__ROLE_GRANTED__INIT;
	Dondoc__V1__GrantRole said = DONDOC__V1__GRANT_ROLE__INIT;
	uint8_t room[16];

	said.person = person_of(person, room);
	said.role = role;
	said.unit = (char *)unit;
	granted.said = &said;
	(void)append(&world->task, EVENT(ROLE_GRANTED), &granted.base,
		     &(struct origin){.unit = unit});
}

static void away(struct world *world, uint8_t person, uint8_t deputy, const char *from,
		 const char *until)
{
	Dondoc__V1__DeputySet set = DONDOC__V1__DEPUTY_SET__INIT;
	Dondoc__V1__SetDeputy said = DONDOC__V1__SET_DEPUTY__INIT;
	uint8_t room[2][16];

	said.person = person_of(person, room[0]);
	said.deputy = person_of(deputy, room[1]);
	said.from_day = test_day(from);
	said.until_day = test_day(until);
	set.said = &said;
	(void)append(&world->task, EVENT(DEPUTY_SET), &set.base, &(struct origin){.unit = ""});
}

static void charge(struct world *world, uint8_t person, const char *unit)
{
	Dondoc__V1__ChargeSet set = DONDOC__V1__CHARGE_SET__INIT;
	Dondoc__V1__SetCharge said = DONDOC__V1__SET_CHARGE__INIT;
	char *units[] = {(char *)unit};
	uint8_t room[16];

	said.person = person_of(person, room);
	said.units = units;
	said.n_units = unit[0] != '\0';
	set.said = &said;
	(void)append(&world->task, EVENT(CHARGE_SET), &set.base, &(struct origin){.unit = ""});
}

/* SYT under UB, its division PYT without a head; one task of each, due on Friday, the 9th. */
static struct world *world_of(const Dondoc__V1__Rung *rungs, size_t count)
{
	struct world *world = dd_alloc(sizeof(*world));

	world_begin(world, 1, test_time("2026-10-12 08:00"));
	unit_under(world, "UB", "");
	unit_under(world, "TD", "");
	unit_under(world, "SYT", "UB");
	unit_under(world, "PYT", "SYT");
	fake_rule(&world->task, "before", false);
	fake_rule(&world->task, "due", false);
	fake_rule(&world->task, "after", false);
	fake_superior(&world->task, rungs, count);
	return world;
}

static Dondoc__V1__Rung rung(int32_t days, Dondoc__V1__RungTo to)
{
	Dondoc__V1__Rung made = DONDOC__V1__RUNG__INIT;

	made.days = days;
	made.to = to;
	return made;
}

static void done_with(struct world *world)
{
	world_end(world);
	free(world);
}

static void live(struct world *world, int minutes)
{
	for (int i = 0; i < minutes; i += 10) {
		world_settle(world, &world->nodes[0]);
		world_pass(world, 10 * MINUTE_US);
	}
}

static void wait_until(struct world *world, const char *time)
{
	const int64_t us = test_time(time);

	world_settle(world, &world->nodes[0]);
	while (world->wall_us < us) {
		const int64_t left_us = us - world->wall_us;

		world_pass(world, left_us < 10 * MINUTE_US ? left_us : 10 * MINUTE_US);
		world_settle(world, &world->nodes[0]);
	}
	fake_task_time(&world->task, world->wall_us, world->mono_us);
}

static struct fake_digest *only_report(struct world *world)
{
	struct fake_digest *found = NULL;

	for (size_t i = 0; i < world->task.digest_count; i++) {
		if (world->task.digests[i].kind != SUPERIOR ||
		    world->task.digests[i].state == STATE(DROPPED))
			continue;
		assert_null(found);
		found = &world->task.digests[i];
	}
	assert_non_null(found);
	return found;
}

static bool is(const ProtobufCBinaryData *id, uint8_t person)
{
	uint8_t room[16];

	if (person == NOBODY)
		return id->len == 0;
	(void)person_of(person, room);
	return id->len == 16 && memcmp(id->data, room, 16) == 0;
}

static void assert_reader(const struct world *world, const struct fake_digest *digest,
			  const char *unit, uint8_t person, uint8_t deputy_for)
{
	Dondoc__V1__PlanDigest *plan = fake_task_plan(&world->task, digest->id);

	assert_string_equal(plan->unit, unit);
	assert_true(is(&plan->person, person));
	assert_true(is(&plan->deputy_for, deputy_for));
	dondoc__v1__plan_digest__free_unpacked(plan, NULL);
}

/* --- to whom --------------------------------------------------------------------------------- */

static const struct {
	const char *what;
	const char *lead;
	Dondoc__V1__RungTo to;
	bool head_away;
	const char *unit; /* NULL: nobody is told */
	uint8_t person, deputy_for;
} readers[] = {
	{"the head", "SYT", RUNG(HEAD), false, "SYT", HEAD, NOBODY},
	{"his deputy in an absence", "SYT", RUNG(HEAD), true, "SYT", DEPUTY, HEAD},
	{"the head above where there is none", "PYT", RUNG(HEAD), false, "SYT", HEAD, NOBODY},
	{"nobody where there is none at all", "TD", RUNG(HEAD), false, NULL, NOBODY, NOBODY},
	{"the narrowest charge", "SYT", RUNG(LEADER), false, "UB", NARROW, NOBODY},
	{"the charge of all", "PYT", RUNG(LEADER), false, "UB", WIDE, NOBODY},
	{"the unit above", "SYT", RUNG(PARENT), false, "UB", NOBODY, NOBODY},
	{"nobody where nothing is above", "UB", RUNG(PARENT), false, NULL, NOBODY, NOBODY},
	{"who follows the plan up", "SYT", RUNG(AGENCY), false, "TD", NOBODY, NOBODY},
};

static void each_rung_has_its_reader_and_a_deputy_stands_in_for_him(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		const Dondoc__V1__Rung steps[] = {rung(2, readers[i].to)};
		struct world *world = world_of(steps, 1);

		print_message("%s\n", readers[i].what);
		grant(world, HEAD, ROLE(HEAD), "SYT");
		grant(world, WIDE, ROLE(LEADER), "UB");
		grant(world, NARROW, ROLE(LEADER), "UB");
		charge(world, WIDE, "");
		charge(world, NARROW, "SYT");
		if (readers[i].head_away)
			away(world, HEAD, DEPUTY, "2026-10-12", "2026-10-16");
		(void)fake_add(&world->task, readers[i].lead, test_day("2026-10-09"), "Quá hạn");
		world_start(world, 0);
		live(world, 60);
		assert_int_equal(world->task.digest_count, 0); /* one working day after it */
		wait_until(world, "2026-10-13 09:00");
		if (readers[i].unit != NULL)
			assert_reader(world, only_report(world), readers[i].unit, readers[i].person,
				      readers[i].deputy_for);
		else
			assert_int_equal(world->task.digest_count, 0);
		done_with(world);
	}
}

static void who_comes_back_is_not_told_again_what_his_deputy_was_told(void **state)
{
	const Dondoc__V1__Rung steps[] = {rung(2, RUNG(HEAD))};
	struct world *world = world_of(steps, 1);

	(void)state;
	grant(world, HEAD, ROLE(HEAD), "SYT");
	away(world, HEAD, DEPUTY, "2026-10-12", "2026-10-14");
	(void)fake_add(&world->task, "SYT", test_day("2026-10-09"), "Quá hạn");
	world_start(world, 0);
	wait_until(world, "2026-10-13 09:00");
	fake_release(&world->task, only_report(world), RELEASE(SEND));
	wait_until(world, "2026-10-22 09:00");
	assert_reader(world, only_report(world), "SYT", DEPUTY, HEAD);
	assert_int_equal(only_report(world)->state, STATE(DELIVERED));
	done_with(world);
}

/* It was written to the deputy, and the head is back before anybody has looked. */
static void a_report_that_waited_goes_to_who_stands_there_when_it_is_let_go(void **state)
{
	const Dondoc__V1__Rung steps[] = {rung(2, RUNG(HEAD))};
	struct world *world = world_of(steps, 1);

	(void)state;
	grant(world, HEAD, ROLE(HEAD), "SYT");
	away(world, HEAD, DEPUTY, "2026-10-12", "2026-10-14");
	(void)fake_add(&world->task, "SYT", test_day("2026-10-09"), "Quá hạn");
	world_start(world, 0);
	wait_until(world, "2026-10-15 09:00");
	fake_release(&world->task, only_report(world), RELEASE(SEND));
	wait_until(world, "2026-10-15 11:00");
	assert_int_equal(world_copies(world), 0);
	assert_int_equal(only_report(world)->state, STATE(HELD)); /* another, to be looked at */
	assert_reader(world, only_report(world), "SYT", HEAD, NOBODY);
	done_with(world);
}

/* --- it waits -------------------------------------------------------------------------------- */

static struct world *late_world(void)
{
	static const char *const leads[] = {"SYT", "PYT"};
	const Dondoc__V1__Rung steps[] = {rung(2, RUNG(AGENCY))};
	struct world *world = world_of(steps, 1);

	for (int i = 0; i < 2; i++)
		(void)fake_add(&world->task, leads[i], test_day("2026-10-09"), "Quá hạn");
	world_start(world, 0);
	wait_until(world, "2026-10-13 09:00");
	return world;
}

static void nothing_leaves_before_a_person_has_let_it_go(void **state)
{
	struct world *world = late_world();
	struct fake_digest *report = only_report(world);

	(void)state;
	wait_until(world, "2026-10-20 09:00");
	fake_release(&world->task, report, RELEASE(HOLD));
	wait_until(world, "2026-10-27 09:00");
	assert_int_equal(report->state, STATE(HELD));
	assert_int_equal(report->attempts, 0);
	fake_release(&world->task, report, RELEASE(SEND));
	wait_until(world, "2026-10-27 10:00");
	assert_int_equal(report->state, STATE(DELIVERED));
	assert_int_equal(world_copies(world), 1); /* both tasks in one */
	assert_int_equal(world->task.refusals, 0);
	done_with(world);
}

static void what_is_dropped_is_never_sent_nor_planned_again(void **state)
{
	struct world *world = late_world();

	(void)state;
	fake_release(&world->task, only_report(world), RELEASE(DROP));
	wait_until(world, "2026-10-22 09:00");
	world_kill(world, &world->nodes[0]);
	world_delete_store(&world->nodes[0]);
	world_start(world, 0);
	wait_until(world, "2026-10-27 09:00");
	assert_int_equal(world->task.digest_count, 1);
	assert_int_equal(world_copies(world), 0);
	done_with(world);
}

static void of_what_is_done_meanwhile_nothing_is_sent_and_the_rest_waits_anew(void **state)
{
	struct world *world = late_world();
	struct fake_digest *report = only_report(world);

	(void)state;
	fake_complete(&world->task, &world->task.works[0]);
	fake_release(&world->task, report, RELEASE(SEND));
	wait_until(world, "2026-10-13 11:00");
	assert_int_equal(report->state, STATE(DROPPED));
	assert_int_equal(world_copies(world), 0);
	assert_int_equal(only_report(world)->state, STATE(HELD));
	done_with(world);
}

/* --- time lets it go ------------------------------------------------------------------------- */

static void after_so_many_working_hours_it_leaves_by_itself(void **state)
{
	struct world *world;
	struct fake_digest *report;

	(void)state;
	world = late_world();
	fake_setting(&world->task, "superior.auto_hours", "30");
	/* From the 13th, 8 o'clock, nine hours a day (8:00-17:00): the 13th to the 15th are 27,
	 * the 16th is a holiday, then a weekend: at 11 o'clock of the 19th. */
	fake_holiday(&world->task, test_day("2026-10-16"));
	report = only_report(world);
	wait_until(world, "2026-10-19 10:40");
	assert_int_equal(report->state, STATE(HELD));
	wait_until(world, "2026-10-19 12:20");
	assert_int_equal(report->state, STATE(DELIVERED));
	assert_true(report->by_time);
	assert_true(report->released_us >= test_time("2026-10-19 11:00"));
	assert_int_equal(world->task.refusals, 0);
	done_with(world);
}

static void what_a_person_holds_no_time_lets_go(void **state)
{
	struct world *world = late_world();

	(void)state;
	fake_setting(&world->task, "superior.auto_hours", "5");
	fake_release(&world->task, only_report(world), RELEASE(HOLD));
	wait_until(world, "2026-10-27 09:00");
	assert_int_equal(only_report(world)->state, STATE(HELD));
	assert_int_equal(world->task.refusals, 0);
	done_with(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rung_has_its_reader_and_a_deputy_stands_in_for_him),
		cmocka_unit_test(who_comes_back_is_not_told_again_what_his_deputy_was_told),
		cmocka_unit_test(a_report_that_waited_goes_to_who_stands_there_when_it_is_let_go),
		cmocka_unit_test(nothing_leaves_before_a_person_has_let_it_go),
		cmocka_unit_test(what_is_dropped_is_never_sent_nor_planned_again),
		cmocka_unit_test(of_what_is_done_meanwhile_nothing_is_sent_and_the_rest_waits_anew),
		cmocka_unit_test(after_so_many_working_hours_it_leaves_by_itself),
		cmocka_unit_test(what_a_person_holds_no_time_lets_go),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
