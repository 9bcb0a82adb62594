/* task_units_moves_test.c - a split whose list of tasks comes as a file: ten thousand of them go
 * where the file says, all or none, and what is wrong is told by row. */
#include "common/view/view_unit.h"
#include "services/task/task_daily.h"
#include "tests/services/task/task_evidence_fixture.h"

#define MANY 10000u

/* The rows of the answer that refused the last command. */
struct told {
	size_t count;
	bool cut;
	struct {
		uint32_t row, line;
		Dondoc__V1__RowProblem problem;
		char value[64];
	} rows[64];
};
static struct told told;

static void on_reply(void *arg, const struct task_ticket *ticket,
		     const Dondoc__V1__SubmitReply *reply)
{
	hall_on_reply(arg, ticket, reply);
	told.count = reply->n_rows;
	told.cut = reply->rows_cut;
	for (size_t i = 0; i < reply->n_rows && i < 64; i++) {
		told.rows[i].row = reply->rows[i]->row;
		told.rows[i].line = reply->rows[i]->line;
		told.rows[i].problem = reply->rows[i]->problem;
		(void)snprintf(told.rows[i].value, sizeof(told.rows[i].value), "%s",
			       reply->rows[i]->value);
	}
}

/* The engine once more, with ears for rows. */
static void listen_in(struct hall *hall)
{
	struct task_engine_options options = {.inline_log = true,
					      .authority = "HN",
					      .build = "test",
					      .view = hall->view,
					      .log = hall->log,
					      .files = hall->files,
					      .wake = hall_on_wake,
					      .reply = on_reply,
					      .arg = hall};

	task_engine_close(hall->engine);
	assert_int_equal(task_engine_open(&options, &hall->engine, &hall->err), DD_OK);
}

static void add_plan(struct hall *hall, unsigned count)
{
	struct dd_buf rows = {0};
	struct sent import;

	dd_buf_text(&rows, HALL_HEAD);
	for (unsigned i = 1; i <= count; i++)
		dd_buf_printf(&rows, "N%u,0,Việc số %u,SYT,,,2026-12-31,once\n", i, i);
	import = import_of(hall, 'I', 1, dd_buf_cstr(&rows));
	accepted(hall_do(hall, &import));
	dd_buf_fini(&rows);
	listen_in(hall);
}

static const struct given *split(struct hall *hall, const char *csv, bool dry_run)
{
	Dondoc__V1__ChangeUnits change = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__UnitFields heirs[2], *rows[] = {&heirs[0], &heirs[1]};
	char *from[] = {text_of("SYT")};
	uint8_t hash[DD_HASH_LEN];
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_UNITS, "HN", NULL);
	for (int i = 0; i < 2; i++)
		dondoc__v1__unit_fields__init(&heirs[i]);
	heirs[0].code = text_of("SYT1");
	heirs[0].name = text_of("Sở Y tế Một");
	heirs[1].code = text_of("SYT2");
	heirs[1].name = text_of("Sở Y tế Hai");
	hall_put(hall, csv, hash);
	change.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_SPLIT;
	change.day = test_day("2026-03-02");
	change.from = from;
	change.n_from = 1;
	change.to = rows;
	change.n_to = 2;
	change.moves_file = (ProtobufCBinaryData){.data = hash, .len = sizeof(hash)};
	change.default_to = text_of("SYT1");
	change.reason = text_of("tách sở");
	change.document = &said.document;
	change.dry_run = dry_run;
	said.body.change_units = &change;
	memset(&told, 0, sizeof(told));
	return answered(hall, &said);
}

static void the_day_comes(struct hall *hall)
{
	struct task_daily daily = {
		.engine = hall->engine, .view = hall->view, .log = hall->log, .files = hall->files};

	assert_int_equal(view_flush(hall->view, &hall->err), DD_OK);
	task_daily_units(&daily, test_day("2026-03-02"));
	hall_run(hall);
}

static const char *lead_of(struct hall *hall, const char *code)
{
	static struct view_task task;
	uint64_t id;

	assert_int_equal(view_task_by_code(hall->view, true, "P", code, &id), DD_OK);
	assert_int_equal(view_task(hall->view, true, id, &task), DD_OK);
	return task.lead_unit;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void ten_thousand_tasks_go_where_the_file_says(void **state)
{
	struct hall *hall = *state;
	struct dd_buf csv = {0}, live = {0}, rebuilt = {0};
	struct view_unit_change change;
	const uint8_t *bytes;
	uint64_t planned;
	char code[32];
	size_t len;

	add_plan(hall, MANY);
	dd_buf_text(&csv, "\xef\xbb\xbfkey;unit\r\n");
	for (unsigned i = MANY; i >= 1; i--)
		dd_buf_printf(&csv, "%sN%u;%s\r\n", i % 3 == 0 ? "P/" : "", i,
			      i % 2 == 0 ? "SYT2" : "Sở Y tế Một");
	refused(split(hall, dd_buf_cstr(&csv), true), REFUSAL(NOTHING_TO_DO));
	assert_int_equal(told.count, 0);
	accepted(split(hall, dd_buf_cstr(&csv), false));
	planned = hall_head(hall);
	assert_int_equal(hall_type(hall, planned), EVENT(UNITS_CHANGE_PLANNED));
	assert_int_equal(hall_type(hall, planned - 10), EVENT(UNITS_CHANGE_MOVES));
	assert_int_equal(view_unit_change(hall->view, true, planned, &change, &bytes, &len), DD_OK);
	assert_int_equal(change.parts, 10);
	hall_reopen(hall, false); /* the list is in the log, not in the file */
	the_day_comes(hall);
	for (unsigned i = 1; i <= MANY; i += 7) {
		(void)snprintf(code, sizeof(code), "N%u", i);
		assert_string_equal(lead_of(hall, code), i % 2 == 0 ? "SYT2" : "SYT1");
	}
	assert_int_equal(view_unit_change(hall->view, true, planned, &change, &bytes, &len), DD_OK);
	assert_int_not_equal(change.effected_by, 0);
	assert_int_equal(view_unit_change_part(hall->view, true, change.list, 0, &bytes, &len),
			 DD_ERR_NOT_FOUND); /* no longer needed */
	dump(hall, &live);
	hall->requests++; /* another name for the view that is lost */
	hall_reopen(hall, false);
	dump(hall, &rebuilt);
	assert_int_equal(live.len, rebuilt.len);
	assert_memory_equal(live.data, rebuilt.data, live.len);
	dd_buf_fini(&live);
	dd_buf_fini(&rebuilt);
	dd_buf_fini(&csv);
}

struct row_case {
	const char *csv;
	Dondoc__V1__RowProblem problem;
	uint32_t row;
	const char *value;
};

#define PROBLEM(name) DONDOC__V1__ROW_PROBLEM__ROW_##name
#define GOOD          "task,to_unit\nN1,SYT1\n"

static void every_row_that_is_wrong_is_told(void **state)
{
	static const struct row_case cases[] = {
		{GOOD "N2,SYT2\nN9,SYT1\nN3,SYT1\n", PROBLEM(NOT_THEIRS), 3, "N9"},
		{GOOD "#1,SYT2\nN2,SYT1\nN3,SYT1\n", PROBLEM(NOT_THEIRS), 2, "#1"},
		{GOOD "Q/N2,SYT2\nN2,SYT1\nN3,SYT1\n", PROBLEM(NOT_THEIRS), 2, "Q/N2"},
		{GOOD "N2,STC\nN2,SYT2\nN3,SYT1\n", PROBLEM(NO_HEIR), 2, "STC"},
		{GOOD "N2,SYT\nN2,SYT2\nN3,SYT1\n", PROBLEM(NO_HEIR), 2, "SYT"},
		{GOOD "N2,SYT1\nP/N2,SYT2\nN3,SYT1\n", PROBLEM(DUPLICATE_CODE), 3, "P/N2 = 2"},
		{GOOD ",SYT1\nN2,SYT2\nN3,SYT1\n", PROBLEM(MISSING_VALUE), 2, ""},
		{GOOD "N2,\nN2,SYT2\nN3,SYT1\n", PROBLEM(MISSING_VALUE), 2, ""},
		{GOOD "N2,SYT2\n", PROBLEM(LEFT_OUT), 0, "P/N3"},
		{"task,ở đâu\nN1,SYT1\n", PROBLEM(MISSING_COLUMN), 0, ""},
		{"task,to_unit\nN1,\"SYT1\n", PROBLEM(BAD_CSV), 0, NULL},
	};
	struct hall *hall = *state;

	add_plan(hall, 3);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		refused(split(hall, cases[i].csv, i % 2 == 0), REFUSAL(IMPORT_FAULTS));
		assert_int_equal(told.count, 1);
		assert_int_equal(told.rows[0].problem, cases[i].problem);
		assert_int_equal(told.rows[0].row, cases[i].row);
		if (cases[i].value)
			assert_string_equal(told.rows[0].value, cases[i].value);
		if (cases[i].row > 0)
			assert_int_equal(told.rows[0].line, cases[i].row + 1);
	}
	assert_string_equal(lead_of(hall, "N1"), "SYT"); /* all or nothing */
	accepted(split(hall, GOOD "N2,SYT2\nN3,SYT1\n", false));
}

static void a_file_that_is_not_there_or_too_long_is_refused(void **state)
{
	struct hall *hall = *state;
	struct dd_buf csv = {0};

	add_plan(hall, 1);
	dd_buf_text(&csv, "task,to_unit\n");
	for (unsigned i = 0; i <= 20000; i++)
		dd_buf_text(&csv, "N1,SYT1\n");
	refused(split(hall, dd_buf_cstr(&csv), false), REFUSAL(IMPORT_FAULTS));
	assert_int_equal(told.rows[0].problem, PROBLEM(TOO_LONG));
	dd_buf_fini(&csv);
}

static void a_withdrawn_split_forgets_its_list(void **state)
{
	struct hall *hall = *state;
	Dondoc__V1__WithdrawUnitsChange withdraw = DONDOC__V1__WITHDRAW_UNITS_CHANGE__INIT;
	struct view_unit_change change;
	const uint8_t *bytes;
	struct said said;
	size_t len;

	add_plan(hall, 2);
	accepted(split(hall, GOOD "N2,SYT2\n", false));
	withdraw.change = hall_head(hall);
	assert_int_equal(view_unit_change(hall->view, true, withdraw.change, &change, &bytes, &len),
			 DD_OK);
	assert_int_equal(view_unit_change_part(hall->view, true, change.list, 0, &bytes, &len),
			 DD_OK);
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_WITHDRAW_UNITS_CHANGE, "HN", NULL);
	withdraw.reason = text_of("nghị quyết lùi ngày");
	said.body.withdraw_units_change = &withdraw;
	accepted(answered(hall, &said));
	assert_int_equal(view_unit_change_part(hall->view, true, change.list, 0, &bytes, &len),
			 DD_ERR_NOT_FOUND);
	the_day_comes(hall);
	assert_string_equal(lead_of(hall, "N2"), "SYT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, evidence_set_up, hall_tear_down)
		TEST(ten_thousand_tasks_go_where_the_file_says),
		TEST(every_row_that_is_wrong_is_told),
		TEST(a_file_that_is_not_there_or_too_long_is_refused),
		TEST(a_withdrawn_split_forgets_its_list),
	};

	return cmocka_run_group_tests_name("services.task.task_units_moves", tests, NULL, NULL);
}
