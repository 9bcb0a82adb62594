/* task_rules_indicator_test.c - who takes back a measured value. */
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

static void a_value_is_taken_back_by_who_sent_it_its_unit_or_the_agency(void **state)
{
	static const struct {
		const char *what;
		char by; /* who sent it; 0 = the unit */
		const char *unit;
		char who; /* who takes it back */
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
	struct deciding *test = begin_measured();
	Dondoc__V1__MeasureIndicator back = value_of(0);
	struct view_measured measured;

	(void)state;
	back.withdrawn = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool gone;

		measured_by(test, rows[i].by, rows[i].unit);
		if (rows[i].who == 0)
			become(test, DD_PRINCIPAL_OFFICE, rows[i].acting, 'b');
		else
			as_person(test, rows[i].who, rows[i].acting);
		if (rows[i].may)
			(void)accepted(test, COMMAND(MEASURE_INDICATOR), &back);
		else
			denied(test, COMMAND(MEASURE_INDICATOR), &back, REFUSAL(OTHERS_ENTRY),
			       rows[i].unit);
		gone = view_measure(test->view, true, "P", "C1", TODAY, &measured) ==
		       DD_ERR_NOT_FOUND;
		if (gone != rows[i].may)
			fail_msg("%s", rows[i].what);
	}
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_taken_back_by_who_sent_it_its_unit_or_the_agency),
	};

	return cmocka_run_group_tests_name("services.task.task_rules_indicator", tests, NULL, NULL);
}
