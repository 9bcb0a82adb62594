/* task_import_days_test.c - whose days a person may import: those of the units that his role
 * reaches. */
#include "common/view/view_calendar.h"
#include "tests/services/task/task_engine_fixture.h"

static const struct dd_principal gateway = {.cls = DD_PRINCIPAL_GATEWAY, .text = "gateway"};

static uint8_t admin[DD_ID_LEN];

static const struct given *say(struct hall *hall, const struct dd_principal *who, uint64_t number,
			       Dondoc__V1__CommandBody *body)
{
	struct sent sent = {.who = who, .stream = 'D', .number = number};

	sent_body(&sent, body);
	return hall_do(hall, &sent);
}

static void make_admin(struct hall *hall, Dondoc__V1__Scope scope, const char *unit)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;

	(void)hall_plan(hall);
	memset(admin, 'q', sizeof(admin));
	grant.person = (ProtobufCBinaryData){.data = admin, .len = sizeof(admin)};
	grant.role = DONDOC__V1__ROLE__ROLE_ADMINISTRATOR;
	grant.scope = scope;
	grant.unit = text_of(unit);
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_GRANT_ROLE;
	body.grant_role = &grant;
	assert_int_equal(say(hall, &hall_operator, 1, &body)->outcome, OUTCOME(ACCEPTED));
}

static const struct given *import_days(struct hall *hall, uint64_t number, const char *rows)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ImportCalendar import = DONDOC__V1__IMPORT_CALENDAR__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	uint8_t hash[DD_HASH_LEN];

	hall_put(hall, rows, hash);
	import.days_file = (ProtobufCBinaryData){.data = hash, .len = sizeof(hash)};
	actor.person = (ProtobufCBinaryData){.data = admin, .len = sizeof(admin)};
	actor.unit = text_of("SYT");
	body.actor = &actor;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_CALENDAR;
	body.import_calendar = &import;
	return say(hall, &gateway, number, &body);
}

#define HEAD "date,name,kind,unit\n"

static void the_administrator_of_a_unit_says_the_days_of_that_unit(void **state)
{
	struct hall *hall = *state;
	const struct given *given;
	char name[256];
	uint8_t kind;

	make_admin(hall, DONDOC__V1__SCOPE__SCOPE_OWN, "SYT");
	given = import_days(hall, 1, HEAD "2026-11-27,Trực,ordinary,SYT\n");
	assert_int_equal(given->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_calendar_day(hall->view, true, "SYT",
					   dd_day_from_date((struct dd_date){2026, 11, 27}), &kind,
					   name),
			 DD_OK);

	given = import_days(hall, 2,
			    HEAD "2026-11-28,Trực,ordinary,SYT\n2026-11-27,Lễ hội,holiday,STC\n");
	assert_int_equal(given->refusal, REFUSAL(UNIT_SCOPE));
	assert_string_equal(given->arguments[0], "STC");
	given = import_days(hall, 3, HEAD "2026-11-27,Lễ,holiday,\n");
	assert_int_equal(given->refusal, REFUSAL(UNIT_SCOPE));
	assert_int_equal(view_calendar_days(hall->view, true, "SYT"), 1);
	assert_int_equal(view_calendar_days(hall->view, true, ""), 0);
}

static void the_administrator_of_all_says_the_days_of_all(void **state)
{
	struct hall *hall = *state;

	make_admin(hall, DONDOC__V1__SCOPE__SCOPE_ALL, "");
	assert_int_equal(
		import_days(hall, 1, HEAD "2026-11-27,Lễ,holiday,\n2026-11-28,Trực,ordinary,STC\n")
			->outcome,
		OUTCOME(ACCEPTED));
	assert_int_equal(view_calendar_days(hall->view, true, ""), 1);
	assert_int_equal(view_calendar_days(hall->view, true, "STC"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)
		TEST(the_administrator_of_a_unit_says_the_days_of_that_unit),
		TEST(the_administrator_of_all_says_the_days_of_all),
	};

	return cmocka_run_group_tests_name("services.task.task_import_days", tests, NULL, NULL);
}
