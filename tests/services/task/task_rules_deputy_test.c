/* task_rules_deputy_test.c - absences of one person for whom another stands in. */
#include "tests/services/task/task_units_fixture.h"

#define COMMAND(name) DONDOC__V1__COMMAND_BODY__ACTION_##name

static size_t absences(struct deciding *test, struct view_deputy rows[VIEW_DEPUTIES_MAX])
{
	size_t count;

	assert_int_equal(view_deputies(test->view, true, person_of('d').data, rows, &count), DD_OK);
	return count;
}

/* Said again for some of the days, the last word counts for these; what it does not cover stays.
 * Another absence stands beside it. */
static void a_deputys_days_are_those_of_the_last_word(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__GrantRole role = DONDOC__V1__GRANT_ROLE__INIT;
	Dondoc__V1__SetDeputy cmd = DONDOC__V1__SET_DEPUTY__INIT;
	struct view_deputy rows[VIEW_DEPUTIES_MAX];
	uint64_t first, second;

	(void)state;
	as_operator(test);
	role.person = person_of('h');
	role.role = DONDOC__V1__ROLE__ROLE_HEAD;
	role.unit = text_of("U1");
	(void)accepted(test, COMMAND(GRANT_ROLE), &role);
	cmd.person = person_of('h');
	cmd.deputy = person_of('d');
	cmd.until_day = TODAY + 30;
	as_person(test, 'h', "U1");
	first = accepted(test, COMMAND(SET_DEPUTY), &cmd);
	cmd.from_day = TODAY + 10;
	cmd.until_day = TODAY + 12;
	second = accepted(test, COMMAND(SET_DEPUTY), &cmd);
	assert_int_equal(absences(test, rows), 3);
	assert_int_equal(rows[0].sequence, first);
	assert_int_equal(rows[0].from_day, TODAY);
	assert_int_equal(rows[0].until_day, TODAY + 9);
	assert_int_equal(rows[1].sequence, first);
	assert_int_equal(rows[1].from_day, TODAY + 13);
	assert_int_equal(rows[1].until_day, TODAY + 30);
	assert_int_equal(rows[2].sequence, second);
	assert_int_equal(rows[2].from_day, TODAY + 10);

	cmd.from_day = TODAY + 3; /* he is back sooner: these days are taken away, to the end */
	cmd.until_day = 0;
	cmd.removed = true;
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	assert_int_equal(absences(test, rows), 1);
	assert_int_equal(rows[0].until_day, TODAY + 2);
	denied(test, COMMAND(SET_DEPUTY), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	cmd.removed = false;
	cmd.from_day = TODAY + 50;
	cmd.until_day = TODAY + 60;
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	assert_int_equal(absences(test, rows), 2);
	assert_int_equal(rows[1].from_day, TODAY + 50);
	cmd.from_day = TODAY - 5; /* all of them and more */
	cmd.until_day = 0;
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	assert_int_equal(absences(test, rows), 1);
	cmd.from_day = 0; /* without days: no absence at all any more */
	cmd.removed = true;
	(void)accepted(test, COMMAND(SET_DEPUTY), &cmd);
	assert_int_equal(absences(test, rows), 0);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deputys_days_are_those_of_the_last_word),
	};

	return cmocka_run_group_tests_name("services.task.task_rules_deputy", tests, NULL, NULL);
}
