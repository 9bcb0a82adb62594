/* task_plan_lists_test.c - what was decided about plans is told by the lists: who has taken note,
 * indicators, baselines, filters, areas and labels, settings, dependencies. */
#include "common/view/view_query.h"
#include "tests/services/task/task_rules_plan_fixture.h"

static Dondoc__V1__Answer *told(struct deciding *test, const Dondoc__V1__Query *query)
{
	struct view_query_context context = {.view = test->view, .today = TODAY};
	struct dd_buf out = {0};
	Dondoc__V1__Answer *answer;

	if (view_query(&context, query, &out, &test->err) != DD_OK)
		fail_msg("%s", test->err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	dd_buf_fini(&out);
	return answer;
}

static void let_go(Dondoc__V1__Answer *answer)
{
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

#define UNITS 40
#define TOLD  31

/* A plan goes out to 40 units; 31 confirm, of whom one later tells that more have been told. */
static void nine_of_forty_units_have_not_taken_note(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__PublishPlan publish = DONDOC__V1__PUBLISH_PLAN__INIT;
	Dondoc__V1__AcknowledgePlan note = DONDOC__V1__ACKNOWLEDGE_PLAN__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPublications list = DONDOC__V1__LIST_PUBLICATIONS__INIT;
	const Dondoc__V1__PublicationRow *row;
	Dondoc__V1__Answer *answer;
	char codes[UNITS][8], *units[UNITS];
	uint32_t none = 0;

	(void)state;
	become(test, DD_PRINCIPAL_OPERATOR, "", 'o');
	for (int i = 0; i < UNITS; i++) {
		snprintf(codes[i], sizeof(codes[i]), "X%02d", i);
		units[i] = codes[i];
		found_unit(test, codes[i]);
	}
	publish.plan = text_of("P");
	publish.document = &test->document;
	publish.units = units;
	publish.n_units = UNITS;
	as_assigner(test);
	ask_with(test, COMMAND(PUBLISH_PLAN), &publish.base);
	done(test);
	note.plan = text_of("P");
	note.persons_total = 10;
	note.form = text_of("Văn bản");
	for (int i = 0; i <= TOLD; i++) {
		become(test, DD_PRINCIPAL_OFFICE, codes[i % TOLD], (char)('A' + i % TOLD));
		note.persons_told = i < TOLD ? 6 : 9;
		ask_with(test, COMMAND(ACKNOWLEDGE_PLAN), &note.base);
		done(test);
	}
	list.plan = text_of("P");
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PUBLICATIONS;
	query.list_publications = &list;
	answer = told(test, &query);
	assert_int_equal(answer->publications->n_rows, 1);
	row = answer->publications->rows[0];
	assert_int_equal(row->units, UNITS);
	assert_int_equal(row->acknowledged, TOLD);
	assert_int_equal(row->told, TOLD * 6 + 3);
	assert_int_equal(row->total, TOLD * 10);
	for (size_t i = 0; i < row->n_rows; i++)
		none += row->rows[i]->none ? 1 : 0;
	assert_int_equal(none, UNITS - TOLD);
	let_go(answer);
	end(test);
}

static void give_role(struct deciding *test, uint8_t person[16], const char *unit)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__GrantRole said = DONDOC__V1__GRANT_ROLE__INIT;
	Dondoc__V1__RoleGranted body = DONDOC__V1__ROLE_GRANTED__INIT;

	said.person = (ProtobufCBinaryData){.len = 16, .data = person};
	said.role = DONDOC__V1__ROLE__ROLE_STAFF;
	said.unit = text_of(unit);
	body.said = &said;
	header.type = EVENT(ROLE_GRANTED);
	happen(test, &header, &body.base);
}

/* The row of U1 in the only publication; the answer is the caller's. */
static const Dondoc__V1__AcknowledgementRow *noted_by_u1(struct deciding *test,
							 Dondoc__V1__Answer **answer_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListPublications list = DONDOC__V1__LIST_PUBLICATIONS__INIT;

	list.plan = text_of("P");
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_PUBLICATIONS;
	query.list_publications = &list;
	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
	*answer_out = told(test, &query);
	assert_string_equal((*answer_out)->publications->rows[0]->rows[0]->unit, "U1");
	return (*answer_out)->publications->rows[0]->rows[0];
}

static void persons_with_a_role_who_have_not_taken_note_are_named(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__PublishPlan publish = DONDOC__V1__PUBLISH_PLAN__INIT;
	Dondoc__V1__AcknowledgePlan note = DONDOC__V1__ACKNOWLEDGE_PLAN__INIT;
	const Dondoc__V1__AcknowledgementRow *row;
	uint8_t one[16] = "first of unit 1", two[16] = "other of unit 1";
	char *units[] = {text_of("U1")};
	Dondoc__V1__Answer *answer;

	(void)state;
	give_role(test, one, "U1");
	give_role(test, two, "U1");
	give_role(test, two, "U1"); /* a second role is no second person */
	publish.plan = text_of("P");
	publish.units = units;
	publish.n_units = 1;
	as_assigner(test);
	ask_with(test, COMMAND(PUBLISH_PLAN), &publish.base);
	publish.document = &test->document;
	done(test);
	row = noted_by_u1(test, &answer);
	assert_int_equal(row->n_missing, 2);
	let_go(answer);
	note.plan = text_of("P");
	note.own = true;
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'p');
	test->actor.person = (ProtobufCBinaryData){.len = 16, .data = one};
	ask_with(test, COMMAND(ACKNOWLEDGE_PLAN), &note.base);
	done(test);
	row = noted_by_u1(test, &answer);
	assert_int_equal(row->n_missing, 1);
	assert_memory_equal(row->missing[0].data, two, 16);
	let_go(answer);
	note.own = false; /* the unit says that everybody was told */
	note.persons_told = note.persons_total = 2;
	note.form = text_of("Hội nghị");
	as_lead(test);
	ask_with(test, COMMAND(ACKNOWLEDGE_PLAN), &note.base);
	done(test);
	row = noted_by_u1(test, &answer);
	assert_int_equal(row->n_missing, 0);
	let_go(answer);
	end(test);
}

static void measure(struct deciding *test, int32_t day, int64_t value, bool withdrawn)
{
	Dondoc__V1__MeasureIndicator cmd = DONDOC__V1__MEASURE_INDICATOR__INIT;

	cmd.plan = text_of("P");
	cmd.code = text_of("CT1");
	cmd.day = day;
	cmd.value = value;
	cmd.source = text_of("Báo cáo");
	cmd.withdrawn = withdrawn;
	ask_with(test, COMMAND(MEASURE_INDICATOR), &cmd.base);
	done(test);
}

static void an_indicator_stands_by_the_last_value_that_was_not_withdrawn(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetIndicator set = DONDOC__V1__SET_INDICATOR__INIT;
	Dondoc__V1__IndicatorFields fields = DONDOC__V1__INDICATOR_FIELDS__INIT;
	Dondoc__V1__YearValue target = DONDOC__V1__YEAR_VALUE__INIT, *targets = &target;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListIndicators list = DONDOC__V1__LIST_INDICATORS__INIT;
	Dondoc__V1__Answer *answer;

	(void)state;
	target.year = 2026;
	target.value = 90000;
	fields.plan = text_of("P");
	fields.code = text_of("CT1");
	fields.name = text_of("Hồ sơ");
	fields.measure = text_of("%");
	fields.targets = &targets;
	fields.n_targets = 1;
	set.fields = &fields;
	as_assigner(test);
	ask_with(test, COMMAND(SET_INDICATOR), &set.base);
	done(test);
	measure(test, TODAY - 20, 80000, false);
	measure(test, TODAY, 95000, false);
	measure(test, TODAY - 20, 81000, false); /* corrected */
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_INDICATORS;
	query.list_indicators = &list;
	answer = told(test, &query);
	assert_int_equal(answer->indicators->n_rows, 1);
	assert_int_equal(answer->indicators->rows[0]->n_values, 2);
	assert_int_equal(answer->indicators->rows[0]->values[0]->value, 81000);
	assert_true(answer->indicators->rows[0]->reached);
	let_go(answer);
	measure(test, TODAY, 95000, true);
	answer = told(test, &query);
	assert_false(answer->indicators->rows[0]->reached);
	assert_int_equal(answer->indicators->rows[0]->gap, 9000);
	let_go(answer);
	end(test);
}

static void areas_and_labels_are_data(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetArea area = DONDOC__V1__SET_AREA__INIT;
	Dondoc__V1__SetLabel label = DONDOC__V1__SET_LABEL__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListAreas list = DONDOC__V1__LIST_AREAS__INIT;
	Dondoc__V1__Answer *answer;

	(void)state;
	area.area = 7;
	area.name = text_of("Chuyển đổi số");
	area.name_en = text_of("Digital change");
	area.retired = true;
	label.code = text_of("gấp");
	label.name = text_of("Việc gấp");
	become(test, DD_PRINCIPAL_OPERATOR, "HN", 'o');
	ask_with(test, COMMAND(SET_AREA), &area.base);
	done(test);
	area.area = 2;
	area.name = text_of("Thủ tục hành chính");
	area.name_en = text_of("");
	area.retired = false;
	ask_with(test, COMMAND(SET_AREA), &area.base);
	done(test);
	ask_with(test, COMMAND(SET_LABEL), &label.base);
	done(test);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_AREAS;
	query.list_areas = &list;
	answer = told(test, &query);
	assert_int_equal(answer->areas->n_areas, 8);
	assert_string_equal(answer->areas->areas[0]->name, "Chỉ đạo, điều hành");
	assert_string_equal(answer->areas->areas[2]->name, "Thủ tục hành chính"); /* renamed */
	assert_string_equal(answer->areas->areas[2]->name_en, "");
	assert_string_equal(answer->areas->areas[6]->name_en,
			    "Building and developing e-government, digital government");
	assert_int_equal(answer->areas->areas[7]->area, 7);
	assert_string_equal(answer->areas->areas[7]->name, "Chuyển đổi số");
	assert_string_equal(answer->areas->areas[7]->name_en, "Digital change");
	assert_true(answer->areas->areas[7]->retired);
	assert_int_equal(answer->areas->n_labels, 1);
	assert_string_equal(answer->areas->labels[0]->code, "gấp");
	let_go(answer);
	label.removed = true;
	ask_with(test, COMMAND(SET_LABEL), &label.base);
	done(test);
	answer = told(test, &query);
	assert_int_equal(answer->areas->n_labels, 0);
	let_go(answer);
	end(test);
}

static void a_saved_filter_is_its_makers_and_told_with_the_settings_in_force(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SaveFilter save = DONDOC__V1__SAVE_FILTER__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListFilters filters = DONDOC__V1__LIST_FILTERS__INIT;
	Dondoc__V1__ListSettings settings = DONDOC__V1__LIST_SETTINGS__INIT;
	Dondoc__V1__Answer *answer;

	(void)state;
	save.name = text_of("qua-han");
	save.title = text_of("Quá hạn của tôi");
	as_assigner(test);
	ask_with(test, COMMAND(SAVE_FILTER), &save.base);
	done(test);
	done(test); /* the same name: in its place */
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_FILTERS;
	query.list_filters = &filters;
	answer = told(test, &query);
	assert_int_equal(answer->filters->n_rows, 1);
	assert_string_equal(answer->filters->rows[0]->unit, "HN");
	let_go(answer);

	set_setting(test, "life.return_days", "9", "", "U1");
	settings.unit = text_of("U1");
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_SETTINGS;
	query.list_settings = &settings;
	answer = told(test, &query);
	assert_int_equal(answer->settings->n_rows, DD_SETTING_COUNT);
	assert_string_equal(answer->settings->rows[DD_SETTING_RETURN_DAYS]->value, "9");
	assert_string_equal(answer->settings->rows[DD_SETTING_RETURN_DAYS]->unit, "U1");
	assert_string_equal(answer->settings->rows[DD_SETTING_RECEIVE_DAYS]->value, "2");
	let_go(answer);
	end(test);
}

static void a_late_predecessor_shows_by_how_many_days_what_follows_slips(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetDependency set = DONDOC__V1__SET_DEPENDENCY__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListLinks list = DONDOC__V1__LIST_LINKS__INIT;
	Dondoc__V1__Answer *answer;
	uint64_t after = found_task(test, "3", DUE + 10, false);

	(void)state;
	set_setting(test, "dependencies", "on", "", "");
	set.task = after;
	set.predecessor = test->task;
	set.lag_days = 15;
	as_assigner(test);
	ask_with(test, COMMAND(SET_DEPENDENCY), &set.base);
	done(test);
	list.slipped_only = true;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_LINKS;
	query.list_links = &list;
	answer = told(test, &query);
	assert_int_equal(answer->links->n_rows, 1);
	assert_int_equal(answer->links->rows[0]->days, 5);
	assert_string_equal(answer->links->rows[0]->code, "3");
	assert_string_equal(answer->links->rows[0]->predecessor_code, "1");
	let_go(answer);
	set.lag_days = 10;
	ask_with(test, COMMAND(SET_DEPENDENCY), &set.base);
	done(test);
	answer = told(test, &query);
	assert_int_equal(answer->links->n_rows, 0);
	let_go(answer);
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nine_of_forty_units_have_not_taken_note),
		cmocka_unit_test(persons_with_a_role_who_have_not_taken_note_are_named),
		cmocka_unit_test(an_indicator_stands_by_the_last_value_that_was_not_withdrawn),
		cmocka_unit_test(areas_and_labels_are_data),
		cmocka_unit_test(a_saved_filter_is_its_makers_and_told_with_the_settings_in_force),
		cmocka_unit_test(a_late_predecessor_shows_by_how_many_days_what_follows_slips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
