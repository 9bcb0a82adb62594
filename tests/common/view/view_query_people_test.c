/* view_query_people_test.c - who has which role, what a person may, what he leaves behind. */
#include "tests/common/view/scene.h"

static void set_scene(struct scene *s, uint64_t *task_out)
{
	scene_begin(s);
	scene_unit(s, "HN", "Cơ quan", "", 0);
	scene_unit(s, "U1", "Sở Một", "", 0);
	scene_plan(s, "P", "HN");
	*task_out = scene_task(s, "P", "1", "Việc", "U1");
	(void)scene_grant(s, 'h', DD_PERSON_HEAD, "U1", 0);
	(void)scene_grant(s, 's', DD_PERSON_STAFF, "U1", 0);
	(void)scene_grant(s, 's', DD_PERSON_STAFF, "HN", SCENE_TODAY - 5);
	(void)scene_grant(s, 'g', DD_PERSON_AGENCY, "HN", 0);
}

static size_t rows_of(struct scene *s, const char *unit, char person, bool past)
{
	Dondoc__V1__ListPeople list = DONDOC__V1__LIST_PEOPLE__INIT;
	Dondoc__V1__Answer *answer;
	size_t count;

	list.unit = lent(unit);
	list.with_past = past;
	if (person != 0)
		list.person = scene_person(person);
	answer = scene_ask(s, ASK(LIST_PEOPLE), &list);
	assert_non_null(answer);
	count = answer->people->n_grants;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	return count;
}

static void roles_are_listed_by_unit_by_person_and_with_those_that_ended(void **state)
{
	Dondoc__V1__RoleRevoked revoked = DONDOC__V1__ROLE_REVOKED__INIT;
	Dondoc__V1__RevokeRole said = DONDOC__V1__REVOKE_ROLE__INIT;
	struct scene s;
	uint64_t task;

	(void)state;
	set_scene(&s, &task);
	assert_int_equal(rows_of(&s, "U1", 0, false), 2);
	assert_int_equal(rows_of(&s, "HN", 0, false), 1);
	assert_int_equal(rows_of(&s, "", 's', false), 1);
	assert_int_equal(rows_of(&s, "", 's', true), 2);
	assert_int_equal(rows_of(&s, "", 0, false), 3);
	said.grant = task + 1; /* the head's */
	revoked.said = &said;
	revoked.person = scene_person('h');
	(void)scene_say(&s, EVENT(ROLE_REVOKED), 0, &revoked.base);
	assert_int_equal(rows_of(&s, "U1", 0, false), 1);
	assert_int_equal(rows_of(&s, "U1", 0, true), 2);
	scene_end(&s);
}

static void who_stands_in_for_whom_is_listed_with_the_roles(void **state)
{
	Dondoc__V1__ListPeople list = DONDOC__V1__LIST_PEOPLE__INIT;
	Dondoc__V1__DeputySet set = DONDOC__V1__DEPUTY_SET__INIT;
	Dondoc__V1__SetDeputy said = DONDOC__V1__SET_DEPUTY__INIT;
	Dondoc__V1__Answer *answer;
	struct scene s;
	uint64_t task;

	(void)state;
	set_scene(&s, &task);
	said.person = scene_person('h');
	said.deputy = scene_person('s');
	said.from_day = SCENE_TODAY;
	said.until_day = SCENE_TODAY + 3;
	set.said = &said;
	(void)scene_say(&s, EVENT(DEPUTY_SET), 0, &set.base);
	list.person = scene_person('s');
	answer = scene_ask(&s, ASK(LIST_PEOPLE), &list);
	assert_non_null(answer);
	assert_int_equal(answer->people->n_deputies, 1);
	assert_true(answer->people->deputies[0]->in_force);
	assert_memory_equal(answer->people->deputies[0]->said->person.data, scene_person('h').data,
			    16);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	/* Of a unit: only of those who have a role there, whoever is asked for. */
	list.unit = lent("HN");
	list.person = scene_person('h');
	answer = scene_ask(&s, ASK(LIST_PEOPLE), &list);
	assert_int_equal(answer->people->n_deputies, 0);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	list.unit = lent("U1");
	answer = scene_ask(&s, ASK(LIST_PEOPLE), &list);
	assert_int_equal(answer->people->n_deputies, 1);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	scene_end(&s);
}

static void a_right_is_asked_with_its_reason(void **state)
{
	static const struct {
		char person; /* 0 = none */
		const char *unit;
		enum dd_command_kind kind;
		bool allowed;
		int role;
		Dondoc__V1__RefusalCode refusal;
	} cases[] = {
		{'h', "U1", DD_COMMAND_REQUEST_COMPLETION, true, DD_PERSON_HEAD, 0},
		{'s', "U1", DD_COMMAND_REPORT, true, DD_PERSON_STAFF, 0},
		{'s', "U1", DD_COMMAND_REQUEST_COMPLETION, false, 0,
		 DONDOC__V1__REFUSAL_CODE__REFUSAL_NO_ROLE},
		{'s', "HN", DD_COMMAND_REPORT, false, 0,
		 DONDOC__V1__REFUSAL_CODE__REFUSAL_UNIT_SCOPE},
		{'g', "HN", DD_COMMAND_DECIDE_COMPLETION, true, DD_PERSON_AGENCY, 0},
		{'z', "U1", DD_COMMAND_REPORT, true, 0, 0}, /* never had a role: his unit may */
		{'z', "HN", DD_COMMAND_REPORT, false, 0,
		 DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED},
		{0, "U1", DD_COMMAND_SETTLE, false, 0,
		 DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED},
	};
	struct scene s;
	uint64_t task;

	(void)state;
	set_scene(&s, &task);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__CheckRight check = DONDOC__V1__CHECK_RIGHT__INIT;
		Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
		Dondoc__V1__Answer *answer;

		if (cases[i].person != 0)
			actor.person = scene_person(cases[i].person);
		actor.unit = lent(cases[i].unit);
		check.actor = &actor;
		check.action = (uint32_t)cases[i].kind;
		check.task = task;
		answer = scene_ask(&s, ASK(CHECK_RIGHT), &check);
		assert_non_null(answer);
		if ((bool)answer->right->allowed != cases[i].allowed)
			fail_msg("case %zu", i);
		if (cases[i].allowed)
			assert_int_equal(answer->right->by_role, cases[i].role);
		else
			assert_int_equal(answer->right->refusal, cases[i].refusal);
		dondoc__v1__answer__free_unpacked(answer, NULL);
	}
	scene_end(&s);
}

static void a_handover_lists_roles_and_open_tasks(void **state)
{
	Dondoc__V1__ShowHandover show = DONDOC__V1__SHOW_HANDOVER__INIT;
	Dondoc__V1__Answer *answer;
	struct scene s;
	uint64_t task;

	(void)state;
	set_scene(&s, &task);
	show.person = scene_person('h');
	answer = scene_ask(&s, ASK(SHOW_HANDOVER), &show);
	if (answer == NULL)
		fail_msg("%s", s.err.text);
	assert_int_equal(answer->handover->n_grants, 1);
	assert_int_equal(answer->handover->n_open, 1);
	assert_int_equal(answer->handover->open[0]->id, task);
	assert_int_equal(answer->handover->n_waiting, 0);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_are_listed_by_unit_by_person_and_with_those_that_ended),
		cmocka_unit_test(who_stands_in_for_whom_is_listed_with_the_roles),
		cmocka_unit_test(a_right_is_asked_with_its_reason),
		cmocka_unit_test(a_handover_lists_roles_and_open_tasks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
