/* task_rules_indicator_test.c - who takes back a measured value, and who replaces it. */
#include "common/view/view_plan.h"
#include "tests/services/task/task_units_fixture.h"

#define COMMAND(name) DONDOC__V1__COMMAND_BODY__ACTION_##name

static void give_role(struct deciding *test, char person, enum dd_person_role role,
		      const char *unit)
{
	Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;

	grant.person = person_of(person);
	grant.role = (Dondoc__V1__Role)role;
	grant.unit = text_of(unit);
	as_operator(test);
	(void)accepted(test, COMMAND(GRANT_ROLE), &grant);
}

/* An indicator of U1; its staff s and t, its focal person f and its head h. */
static struct deciding *begin_measured(void)
{
	struct deciding *test = begin();
	Dondoc__V1__IndicatorFields fields = DONDOC__V1__INDICATOR_FIELDS__INIT;
	Dondoc__V1__SetIndicator indicator = DONDOC__V1__SET_INDICATOR__INIT;

	fields.plan = text_of("P");
	fields.code = text_of("C1");
	fields.name = text_of("Tỷ lệ hồ sơ trực tuyến");
	fields.measure = text_of("%");
	fields.lead_unit = text_of("U1");
	indicator.fields = &fields;
	as_assigner(test);
	(void)accepted(test, COMMAND(SET_INDICATOR), &indicator);
	give_role(test, 's', DD_PERSON_STAFF, "U1");
	give_role(test, 't', DD_PERSON_STAFF, "U1");
	give_role(test, 'f', DD_PERSON_FOCAL, "U1");
	give_role(test, 'h', DD_PERSON_HEAD, "U1");
	give_role(test, 'a', DD_PERSON_AGENCY, "HN");
	return test;
}

static Dondoc__V1__MeasureIndicator value_of(int64_t value)
{
	Dondoc__V1__MeasureIndicator measure = DONDOC__V1__MEASURE_INDICATOR__INIT;

	measure.plan = text_of("P");
	measure.code = text_of("C1");
	measure.day = TODAY;
	measure.value = value;
	measure.source = text_of("Báo cáo tháng");
	return measure;
}

static void measured_by(struct deciding *test, char person, const char *unit)
{
	Dondoc__V1__MeasureIndicator measure = value_of(86500);

	if (person == 0)
		become(test, DD_PRINCIPAL_OFFICE, unit, 'b');
	else
		as_person(test, person, unit);
	(void)accepted(test, COMMAND(MEASURE_INDICATOR), &measure);
}

static const struct {
	const char *what;
	char by; /* who sent it; 0 = the unit */
	const char *unit;
	char who; /* who takes it back, or puts another in its place */
	const char *acting;
	bool may;
} rows[] = {
	{"who sent it", 's', "U1", 's', "U1", true},
	{"another of the staff", 's', "U1", 't', "U1", false},
	{"the focal person", 's', "U1", 'f', "U1", true},
	{"the head", 's', "U1", 'h', "U1", true},
	{"the agency", 's', "U1", 'a', "HN", true},
	{"the unit itself, by its office", 's', "U1", 0, "U1", true},
	{"staff, what the unit sent", 0, "U1", 's', "U1", false},
	{"the focal person, what the unit sent", 0, "U1", 'f', "U1", true},
	{"staff, what the agency measured", 'a', "HN", 's', "U1", false},
	{"the head, what the agency measured", 'a', "HN", 'h', "U1", false},
	{"the lead's office, what the agency measured", 'a', "HN", 0, "U1", false},
};

/* Says the second thing about the value that the row's first person has sent. */
static void second_says(struct deciding *test, size_t row, Dondoc__V1__MeasureIndicator *said)
{
	if (rows[row].who == 0)
		become(test, DD_PRINCIPAL_OFFICE, rows[row].acting, 'b');
	else
		as_person(test, rows[row].who, rows[row].acting);
	if (rows[row].may)
		(void)accepted(test, COMMAND(MEASURE_INDICATOR), said);
	else
		denied(test, COMMAND(MEASURE_INDICATOR), said, REFUSAL(OTHERS_ENTRY),
		       rows[row].unit);
}

static bool there(struct deciding *test, struct view_measured *out)
{
	return view_measure(test->view, true, "P", "C1", TODAY, out) == DD_OK;
}

static void a_value_is_taken_back_by_who_sent_it_its_unit_or_the_agency(void **state)
{
	struct deciding *test = begin_measured();
	Dondoc__V1__MeasureIndicator back = value_of(0);
	struct view_measured measured;

	(void)state;
	back.withdrawn = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		measured_by(test, rows[i].by, rows[i].unit);
		second_says(test, i, &back);
		if (there(test, &measured) == rows[i].may)
			fail_msg("%s", rows[i].what);
	}
	end(test);
}

static void
a_value_of_the_same_day_is_replaced_by_who_may_take_it_back_and_that_is_told(void **state)
{
	struct deciding *test = begin_measured();
	Dondoc__V1__MeasureIndicator back = value_of(0), other = value_of(87000);
	struct view_measured before, measured;

	(void)state;
	back.withdrawn = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		measured_by(test, rows[i].by, rows[i].unit);
		assert_true(there(test, &before));
		assert_int_equal(before.value, 86500);
		assert_int_equal(before.replaced, 0); /* what was taken back stood there no more */
		second_says(test, i, &other);
		assert_true(there(test, &measured));
		if ((measured.sequence != before.sequence) != rows[i].may)
			fail_msg("%s", rows[i].what);
		assert_int_equal(measured.value, rows[i].may ? 87000 : 86500);
		assert_int_equal(measured.replaced, rows[i].may ? before.sequence : 0);
		assert_int_equal(measured.replaced_value, rows[i].may ? 86500 : 0);
		assert_string_equal(measured.replaced_unit, rows[i].may ? rows[i].unit : "");
		as_person(test, 'a', "HN");
		(void)accepted(test, COMMAND(MEASURE_INDICATOR), &back);
	}
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_taken_back_by_who_sent_it_its_unit_or_the_agency),
		cmocka_unit_test(
			a_value_of_the_same_day_is_replaced_by_who_may_take_it_back_and_that_is_told),
	};

	return cmocka_run_group_tests_name("services.task.task_rules_indicator", tests, NULL, NULL);
}
