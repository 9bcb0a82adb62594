/* task_sheet_test.c - commands that come from rows of a reporting sheet: once for ever, whoever
 * hands them in; late ones are conflicts like any other. Over a real log. */
#include "tests/services/task/task_engine_fixture.h"

#define COMMAND(name) DONDOC__V1__COMMAND_BODY__ACTION_##name
#define REFUSED(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

static const struct dd_principal gateway = {.cls = DD_PRINCIPAL_GATEWAY, .text = "gateway"};

/* One handing-in of one row. */
struct hand {
	const struct dd_principal *who;
	char stream;
	uint64_t number;
	const char *unit;
	char sheet, row; /* 0 = of no sheet */
	uint64_t based_on;
};

static const struct given *hand_in(struct hall *hall, struct hand *hand,
				   Dondoc__V1__CommandBody__ActionCase action, const void *message)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__SheetRow row = DONDOC__V1__SHEET_ROW__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__Base base = DONDOC__V1__BASE__INIT;
	struct sent sent = {.who = hand->who, .stream = hand->stream, .number = ++hand->number};
	uint8_t sheet_id[16], row_id[16];

	memset(sheet_id, hand->sheet, sizeof(sheet_id));
	memset(row_id, hand->row, sizeof(row_id));
	row.sheet = (ProtobufCBinaryData){sizeof(sheet_id), sheet_id};
	row.row = (ProtobufCBinaryData){sizeof(row_id), row_id};
	row.filled_by = text_of("chuyên viên văn phòng");
	actor.unit = text_of(hand->unit);
	base.task_version = hand->based_on;
	body.actor = &actor;
	body.based_on = &base;
	body.sheet = hand->sheet != 0 ? &row : NULL;
	body.fact_us = dd_wall_us();
	body.action_case = action;
	memcpy(&body.report_progress, &message, sizeof(message)); /* all are pointers */
	sent_body(&sent, &body);
	return hall_do(hall, &sent);
}

static const struct given *report(struct hall *hall, struct hand *hand, uint64_t task,
				  uint32_t percent)
{
	Dondoc__V1__ReportProgress said = DONDOC__V1__REPORT_PROGRESS__INIT;

	said.task = task;
	said.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	said.percent = percent;
	said.note = text_of("theo phiếu");
	return hand_in(hall, hand, COMMAND(REPORT_PROGRESS), &said);
}

static uint64_t accepted(const struct given *given)
{
	if (given->outcome != OUTCOME(ACCEPTED))
		fail_msg("refused: %d %s %s", (int)given->refusal, given->arguments[0],
			 given->arguments[1]);
	return given->sequence;
}

static void known(const struct given *given, uint64_t sequence)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)sequence);
	assert_int_equal(given->outcome, OUTCOME(REFUSED));
	assert_int_equal(given->refusal, REFUSED(SHEET_ROW_KNOWN));
	assert_string_equal(given->arguments[0], number);
}

static struct view_task now(struct hall *hall, uint64_t task)
{
	struct view_task out;

	assert_int_equal(view_task(hall->view, false, task, &out), DD_OK);
	return out;
}

/* The office, then the centre's clerk, then another stream of the office; and after a restart. */
static void the_same_row_has_one_effect_whoever_hands_it_in(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct hand office = {&hall_syt, 'a', 0, HALL_OFFICE, 's', 'r', now(hall, task).version};
	struct hand again = {&hall_syt, 'b', 0, HALL_OFFICE, 's', 'r', office.based_on};
	struct hand clerk = {&hall_operator, 'c', 0, HALL_OFFICE, 's', 'r', office.based_on};
	uint64_t first = accepted(report(hall, &office, task, 40));
	uint64_t version = now(hall, task).version;

	known(report(hall, &again, task, 40), first);
	known(report(hall, &clerk, task, 40), first);
	hall_reopen(hall, true);
	known(report(hall, &again, task, 40), first);
	assert_int_equal(now(hall, task).version, version);
	again.row = 'q';
	(void)accepted(report(hall, &again, task, 45));
	again.sheet = 't'; /* what another sheet says is news */
	again.row = 'r';
	(void)accepted(report(hall, &again, task, 46));
}

static void a_refused_row_may_come_again(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct hand office = {&hall_syt, 'a', 0, HALL_OFFICE, 's', 'r', now(hall, task).version};
	Dondoc__V1__RequestCompletion bare = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;

	bare.task = task;
	assert_int_equal(hand_in(hall, &office, COMMAND(REQUEST_COMPLETION), &bare)->outcome,
			 OUTCOME(REFUSED));
	document.number = text_of("15/BC");
	bare.evidence = &document;
	(void)accepted(hand_in(hall, &office, COMMAND(REQUEST_COMPLETION), &bare));
}

static void a_corrected_row_is_no_conflict_with_its_own_sheet(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint64_t base = now(hall, task).version;
	struct hand office = {&hall_syt, 'a', 0, HALL_OFFICE, 's', '1', base};
	struct hand clerk = {&hall_operator, 'c', 0, HALL_OFFICE, 's', '2', base};

	(void)accepted(report(hall, &office, task, 40));
	(void)accepted(report(hall, &clerk, task, 50)); /* the same unit's sheet, by another door */
	assert_int_equal(hall_percent(hall, task), 50);
	assert_int_equal(now(hall, task).conflicts, 0);
}

static void a_late_sheet_is_a_conflict_like_any_late_update(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint64_t base = now(hall, task).version;
	struct hand online = {&gateway, 'g', 0, HALL_OFFICE, 0, 0, base};
	struct hand sheet = {&hall_syt, 'a', 0, HALL_OFFICE, 's', '1', base};

	(void)accepted(report(hall, &online, task, 60));
	(void)accepted(report(hall, &sheet, task, 30));
	assert_int_equal(hall_percent(hall, task), 60);
	assert_int_equal(now(hall, task).conflicts, 1);
	hall_reopen(hall, true);
	assert_int_equal(now(hall, task).conflicts, 1);
}

/* The agency for a unit that cannot send: only what stands on a sheet, and both are recorded. */
static void the_agency_hands_a_unit_s_sheet_in_but_reports_nothing_else(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct hand agency = {&gateway, 'g', 0, "HN", 0, 0, now(hall, task).version};
	Dondoc__V1__EventHeader *header;

	assert_int_equal(report(hall, &agency, task, 40)->refusal, REFUSED(NOT_PERMITTED));
	agency.sheet = 's';
	agency.row = 'r';
	header = hall_header(hall, accepted(report(hall, &agency, task, 40)));
	assert_string_equal(header->unit, HALL_OFFICE);
	assert_string_equal(header->actor->unit, "HN");
	assert_int_equal(header->sheet.len, 16);
	assert_int_equal(header->sheet_row.len, 16);
	dondoc__v1__event_header__free_unpacked(header, NULL);
	agency.unit = "STC"; /* neither leads it nor follows it up */
	agency.row = 'q';
	assert_int_equal(report(hall, &agency, task, 50)->refusal, REFUSED(NOT_PERMITTED));
}

/* A unit that lets nothing out without its head: that holds for its sheet in the agency's hands
 * too. */
static void what_the_agency_hands_in_waits_for_the_unit_s_head(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	struct hand clerk = {&hall_operator, 'O', 0, HALL_OFFICE, 0, 0, 0};
	struct hand agency = {&gateway, 'g', 0, "HN", 's', 'r', now(hall, task).version};
	Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;
	Dondoc__V1__Setting row = DONDOC__V1__SETTING__INIT, *rows[] = {&row};
	Dondoc__V1__SetSettings settings = DONDOC__V1__SET_SETTINGS__INIT;
	uint8_t head[16] = {'h'};
	uint64_t held;

	grant.person = (ProtobufCBinaryData){sizeof(head), head};
	grant.role = DONDOC__V1__ROLE__ROLE_HEAD;
	grant.unit = text_of(HALL_OFFICE);
	(void)accepted(hand_in(hall, &clerk, COMMAND(GRANT_ROLE), &grant));
	row.name = text_of("approval");
	row.value = text_of("on");
	row.unit = text_of(HALL_OFFICE);
	settings.settings = rows;
	settings.n_settings = 1;
	settings.reason = text_of("quy chế");
	(void)accepted(hand_in(hall, &clerk, COMMAND(SET_SETTINGS), &settings));
	held = accepted(report(hall, &agency, task, 40));
	assert_int_equal(hall_type(hall, held), EVENT(OUTGOING_HELD));
	assert_int_equal(hall_percent(hall, task), 0);
	known(report(hall, &agency, task, 40), held);
}

static void ids_of_another_length_and_long_names_are_malformed(void **state)
{
	static const struct {
		size_t sheet, row, name;
		bool taken;
	} cases[] = {{16, 16, 10, true},  {16, 16, 200, true}, {0, 16, 10, false},
		     {16, 15, 10, false}, {32, 16, 10, false}, {16, 16, 201, false}};
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	uint8_t id[32] = {0};
	uint64_t number = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
		Dondoc__V1__SheetRow row = DONDOC__V1__SHEET_ROW__INIT;
		Dondoc__V1__ReportProgress said = DONDOC__V1__REPORT_PROGRESS__INIT;
		Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
		struct sent sent = {.who = &hall_operator, .stream = 'm', .number = ++number};
		char name[256] = {0};
		const struct given *given;

		id[0] = (uint8_t)i;
		memset(name, 'a', cases[i].name);
		row.sheet = (ProtobufCBinaryData){cases[i].sheet, id};
		row.row = (ProtobufCBinaryData){cases[i].row, id};
		row.filled_by = name;
		said.task = task;
		said.note = text_of("x");
		actor.unit = text_of(HALL_OFFICE);
		body.actor = &actor;
		body.sheet = &row;
		body.action_case = COMMAND(REPORT_PROGRESS);
		body.report_progress = &said;
		sent_body(&sent, &body);
		given = hall_do(hall, &sent);
		assert_int_equal(given->outcome,
				 cases[i].taken ? OUTCOME(ACCEPTED) : OUTCOME(REFUSED));
		if (!cases[i].taken)
			assert_int_equal(given->refusal, REFUSED(MALFORMED));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_row_has_one_effect_whoever_hands_it_in),
		TEST(a_refused_row_may_come_again),
		TEST(a_corrected_row_is_no_conflict_with_its_own_sheet),
		TEST(a_late_sheet_is_a_conflict_like_any_late_update),
		TEST(the_agency_hands_a_unit_s_sheet_in_but_reports_nothing_else),
		TEST(what_the_agency_hands_in_waits_for_the_unit_s_head),
		TEST(ids_of_another_length_and_long_names_are_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
