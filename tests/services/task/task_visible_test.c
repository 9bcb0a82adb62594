/* task_visible_test.c - what an office is handed out of the log: every type of event, however it
 * stands to the unit. */
#include "services/task/task_visible.h"
#include "tests/services/task/task_visible_fixture.h"

#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

static int set_up(void **state)
{
	(void)hall_set_up(state);
	(void)hall_plan(*state);
	return 0;
}

static struct view_visible_reader *reader_of(struct hall *hall)
{
	struct view_visible_reader *reader = NULL;

	assert_int_equal(view_visible_reader_open(hall->view, &reader, &hall->err), DD_OK);
	return reader;
}

/* --- by type ---------------------------------------------------------------------------------- */

enum kind {
	ALL,  /* everybody's, where it names no unit */
	OWN,  /* theirs whom it names */
	TASK, /* of a task: theirs who may read the task */
	SAID, /* of a task, and said to its other unit, whatever else that may read */
	LEAD  /* of a task that changed hands by it: theirs whom it names */
};

/* Whoever adds a type decides here who reads it. */
static const struct {
	Dondoc__V1__EventType type;
	enum kind kind;
} types[] = {
	{EVENT(GENESIS), ALL},
	{EVENT(INCARNATION), ALL},
	{EVENT(COMMAND_REFUSED), OWN},
	{EVENT(COMMAND_WITHDRAWN), OWN},
	{EVENT(GROUP_OPENED), ALL},
	{EVENT(GROUP_CLOSED), ALL},
	{EVENT(GROUP_ABANDONED), ALL},
	{EVENT(CLOCK_CONFIRMED), ALL},
	{EVENT(UNIT_SET), ALL},
	{EVENT(UNIT_ALIAS_SET), ALL},
	{EVENT(AREA_SET), ALL},
	{EVENT(CALENDAR_DAY_SET), ALL},
	{EVENT(PLAN_SET), ALL},
	{EVENT(TASK_ADDED), TASK},
	{EVENT(TASK_CHANGED), TASK},
	{EVENT(PROGRESS_REPORTED), TASK},
	{EVENT(COMPLETION_REQUESTED), TASK},
	{EVENT(COMPLETION_DECIDED), TASK},
	{EVENT(EXTENSION_REQUESTED), TASK},
	{EVENT(EXTENSION_DECIDED), TASK},
	{EVENT(TASK_ASSIGNED), LEAD},
	{EVENT(LEASE_TAKEN), ALL}, /* told with the digests */
	{EVENT(DIGEST_PLANNED), OWN},
	{EVENT(DIGEST_HANDING_OVER), OWN},
	{EVENT(DIGEST_SETTLED), OWN},
	{EVENT(REPORT_ISSUED), OWN},
	{EVENT(TASK_RECEIVED), TASK},
	{EVENT(REFUSAL_REQUESTED), TASK},
	{EVENT(REFUSAL_DECIDED), LEAD},
	{EVENT(TRANSFER_REQUESTED), TASK},
	{EVENT(TRANSFER_DECIDED), LEAD},
	{EVENT(TASK_PAUSED), TASK},
	{EVENT(TASK_RESUMED), TASK},
	{EVENT(TASK_CANCELLED), TASK},
	{EVENT(TASK_REMOVED), TASK},
	{EVENT(ENTRY_WITHDRAWN), TASK},
	{EVENT(UPDATE_REPLACED), TASK},
	{EVENT(DECISION_TAKEN_BACK), LEAD},
	{EVENT(GROUP_UNDONE), ALL},
	{EVENT(CONFLICT_RESOLVED), TASK},
	{EVENT(TASK_PASSED_ON), SAID}, /* to a division */
	{EVENT(OUTGOING_HELD), SAID},
	{EVENT(OUTGOING_DECIDED), TASK},
	{EVENT(UNCHANGED_REPORTED), TASK},
	{EVENT(PRODUCT_REPORTED), TASK},
	{EVENT(DELAY_EXPLAINED), TASK},
	{EVENT(EXPLANATION_DECIDED), TASK},
	{EVENT(UNIT_ASKED), SAID},
	{EVENT(ASK_ANSWERED), SAID},
	{EVENT(ASK_CLOSED), SAID},
	{EVENT(COMMENTED), SAID},
	{EVENT(PLAN_PUBLISHED), ALL},
	{EVENT(PLAN_ACKNOWLEDGED), OWN},
	{EVENT(PLAN_PLACED), TASK},
	{EVENT(OCCURRENCE_RECORDED), ALL},
	{EVENT(TASK_DATED), TASK},
	{EVENT(DEPENDENCY_SET), TASK},
	{EVENT(INDICATOR_SET), ALL},
	{EVENT(INDICATOR_MEASURED), OWN},
	{EVENT(BASELINE_FROZEN), OWN},
	{EVENT(FILTER_SAVED), OWN},
	{EVENT(LABEL_SET), ALL},
	{EVENT(SETTINGS_SET), ALL},
	{EVENT(TASK_CARRIED), TASK},
	{EVENT(TASK_KEPT), TASK},
	{EVENT(PLAN_CLOSED), ALL},
	{EVENT(PLAN_DRAFTED), ALL},
	{EVENT(UNITS_CHANGE_PLANNED), ALL},
	{EVENT(UNITS_CHANGE_WITHDRAWN), ALL},
	{EVENT(UNITS_CHANGED), ALL},
	{EVENT(CHARGE_SET), ALL},
	{EVENT(UNITS_CHANGE_MOVES), OWN}, /* a list of everybody's tasks */
	{EVENT(ROLE_GRANTED), OWN},
	{EVENT(ROLE_REVOKED), OWN},
	{EVENT(DEPUTY_SET), OWN},
	{EVENT(HANDED_OVER), OWN},
	{EVENT(FILE_ATTACHED), TASK},
	{EVENT(FILE_ARRIVED), OWN}, /* who knows its hash could attach it and read it */
	{EVENT(FILE_DETACHED), TASK},
	{EVENT(DESTRUCTION_ORDERED), OWN}, /* says why words of others are to go */
	{EVENT(DESTRUCTION_CONFIRMED), ALL},
	{EVENT(DESTRUCTION_DONE), ALL},
	{EVENT(DESTRUCTION_REST), OWN},
	{EVENT(OFFICE_INVITED), OWN},
	{EVENT(OFFICE_JOINED), OWN},
	{EVENT(OFFICE_KEY_REVOKED), OWN},
	{EVENT(OFFICE_KEY_ROTATED), OWN},
	{EVENT(BACKUP_COVERED), ALL},
	{EVENT(RESTORE_RELEASED), ALL},
	{EVENT(REMINDER_RULE_SET), ALL},
	{EVENT(REMINDERS_STARTED), ALL},
	{EVENT(SILENCE_SET), ALL},
	{EVENT(SILENCE_ENDED), ALL},
	{EVENT(DAY_PROMISED), TASK},
	{EVENT(REMINDER_DISPUTED), SAID},
	{EVENT(DIGEST_RELEASED), OWN},
	{EVENT(TOLD_BY_HAND), OWN},
	{EVENT(SUBSCRIPTION_SET), OWN},
};

/* A record's header says this much. */
struct said {
	Dondoc__V1__EventType type;
	uint64_t subject;
	const char *unit, *other;
};

static bool sees(struct view_visible_reader *reader, const struct dd_principal *who,
		 const struct said *said)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	struct dd_record record = {.sequence = 9, .body = (const uint8_t *)""};
	uint8_t packed[256];

	header.type = said->type;
	header.subject = said->subject;
	header.unit = text_of(said->unit);
	header.other_unit = text_of(said->other);
	record.header_len = (uint32_t)dondoc__v1__event_header__pack(&header, packed);
	record.header = packed;
	return task_query_visible(reader, who, &record, NULL);
}

static void every_type_has_its_readers(void **state)
{
	struct hall *hall = *state;
	uint64_t own = task_of(hall, "1"), others = task_of(hall, "2");
	struct view_visible_reader *reader;

	report(hall, &hall_syt, 1, own); /* LMDB knows more of them than record 9 */
	report(hall, &hall_stc, 1, others);
	reader = reader_of(hall);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		enum kind kind = types[i].kind;
		bool of_task = kind != ALL && kind != OWN;
		const struct {
			const char *what;
			struct said said;
			bool seen;
		} cases[] = {
			{"of no task, names nobody", {types[i].type, 0, "", ""}, kind == ALL},
			{"names the unit", {types[i].type, 0, "SYT", ""}, true},
			{"names another", {types[i].type, 0, "STC", "HN"}, false},
			{"of its task", {types[i].type, own, "SYT", ""}, true},
			{"of a task, names nobody", {types[i].type, own, "", ""}, false},
			{"of another's task", {types[i].type, others, "STC", ""}, false},
			{"of a task that it led",
			 {types[i].type, others, "SYT", "STC"},
			 kind == LEAD},
			{"of another's task, beside it",
			 {types[i].type, others, "STC", "SYT"},
			 kind == LEAD || kind == SAID},
		};

		for (size_t j = 0; j < sizeof(cases) / sizeof(cases[0]); j++) {
			if (j > 2 && !of_task)
				continue;
			if (sees(reader, &hall_syt, &cases[j].said) != cases[j].seen)
				fail_msg("type %d, %s", (int)types[i].type, cases[j].what);
			if (!sees(reader, &hall_operator, &cases[j].said))
				fail_msg("type %d, %s: an operator", (int)types[i].type,
					 cases[j].what);
		}
	}
	view_visible_reader_close(reader);
}

static void no_type_is_forgotten(void **state)
{
	const ProtobufCEnumDescriptor *all = &dondoc__v1__event_type__descriptor;

	(void)state;
	for (unsigned i = 0; i < all->n_values; i++) {
		bool found = all->values[i].value == (int)EVENT(UNKNOWN);

		for (size_t j = 0; j < sizeof(types) / sizeof(types[0]); j++)
			found = found || all->values[i].value == (int)types[j].type;
		if (!found)
			fail_msg("%s: who reads it?", all->values[i].name);
	}
}

/* --- by who asks --------------------------------------------------------------------------------
 */

static void whoever_is_no_service_and_no_office_sees_nothing(void **state)
{
	static const struct {
		enum dd_principal_class cls;
		bool all;
	} rows[] = {
		{DD_PRINCIPAL_NONE, false},     {DD_PRINCIPAL_OPERATOR, true},
		{DD_PRINCIPAL_GATEWAY, true},   {DD_PRINCIPAL_NOTIFICATION, true},
		{DD_PRINCIPAL_REPORTING, true}, {DD_PRINCIPAL_LOCAL, false},
		{DD_PRINCIPAL_ENROL, false},
	};
	const struct said genesis = {EVENT(GENESIS), 0, "", ""};
	const struct said own = {EVENT(TASK_ADDED), 9, "SYT", ""};
	const struct dd_principal nameless = {.cls = DD_PRINCIPAL_OFFICE};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct dd_principal who = {.cls = rows[i].cls, .unit = "SYT"};

		assert_int_equal(sees(NULL, &who, &genesis), rows[i].all);
		assert_int_equal(sees(NULL, &who, &own), rows[i].all);
	}
	assert_false(sees(NULL, &nameless, &genesis));
}

static void an_old_confirmation_that_tells_what_stays_is_hidden(void **state)
{
	Dondoc__V1__DestructionConfirmed said = DONDOC__V1__DESTRUCTION_CONFIRMED__INIT;
	Dondoc__V1__DestroyedRest rest = DONDOC__V1__DESTROYED_REST__INIT;
	Dondoc__V1__DestroyedRest *rests[] = {&rest};
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	struct dd_record record = {.sequence = 9};
	uint8_t packed[64], body[64];

	(void)state;
	header.type = EVENT(DESTRUCTION_CONFIRMED);
	record.header_len = (uint32_t)dondoc__v1__event_header__pack(&header, packed);
	record.header = packed;
	record.body = body;
	record.body_len = (uint32_t)dondoc__v1__destruction_confirmed__pack(&said, body);
	assert_true(task_query_visible(NULL, &hall_syt, &record, NULL));
	rest.event = 5;
	said.rest = rests;
	said.n_rest = 1;
	record.body_len = (uint32_t)dondoc__v1__destruction_confirmed__pack(&said, body);
	assert_false(task_query_visible(NULL, &hall_syt, &record, NULL));
}

/* --- when it changes ----------------------------------------------------------------------------
 */

static bool reads(struct hall *hall, struct view_visible_reader *reader,
		  const struct dd_principal *who, uint64_t sequence)
{
	struct dd_buf frame = {0};
	struct dd_record record;
	bool seen;

	assert_int_equal(dd_eventlog_get(hall->log, sequence, &frame, &record, &hall->err), 0);
	seen = task_query_visible(reader, who, &record, NULL);
	dd_buf_fini(&frame);
	return seen;
}

static void who_led_a_task_reads_nothing_of_it_any_more_but_how_it_went(void **state)
{
	struct hall *hall = *state;
	uint64_t task = task_of(hall, "2"); /* STC leads it, and nobody helps */
	struct view_visible_reader *reader = reader_of(hall);
	uint64_t before = report(hall, &hall_stc, 1, task);
	uint64_t moved, after;

	assert_true(reads(hall, reader, &hall_stc, task));
	assert_true(reads(hall, reader, &hall_stc, before));
	moved = assign(hall, 1, task, "SYT");
	after = report(hall, &hall_syt, 1, task);
	assert_false(reads(hall, reader, &hall_stc, task)); /* its text */
	assert_false(reads(hall, reader, &hall_stc, before));
	assert_true(reads(hall, reader, &hall_stc, moved));
	assert_false(reads(hall, reader, &hall_stc, after));
	assert_true(reads(hall, reader, &hall_syt, moved));
	assert_true(reads(hall, reader, &hall_syt, after));
	view_visible_reader_close(reader);
}

static void what_the_store_has_not_heard_of_yet_is_judged_by_its_header(void **state)
{
	struct hall *hall = *state;
	uint64_t task = task_of(hall, "1");
	struct view_visible_reader *reader = reader_of(hall);
	const struct said fresh = {EVENT(TASK_ADDED), 99, "SYT", ""};

	assert_true(sees(reader, &hall_syt, &fresh));
	assert_false(sees(reader, &hall_stc, &fresh));
	assert_true(task != 0);
	view_visible_reader_close(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_type_has_its_readers),
		TEST(no_type_is_forgotten),
		TEST(whoever_is_no_service_and_no_office_sees_nothing),
		TEST(an_old_confirmation_that_tells_what_stays_is_hidden),
		TEST(who_led_a_task_reads_nothing_of_it_any_more_but_how_it_went),
		TEST(what_the_store_has_not_heard_of_yet_is_judged_by_its_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
