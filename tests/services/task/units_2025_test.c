/* units_2025_test.c - the year 2025 of one province, replayed: two departments become one on the
 * 1st of March; on the 1st of July the districts end, and another province comes in. Open tasks go
 * along on the day, closed ones stay; a late message has its answer; the past stays as it was. */
#include "common/view/view_query.h"
#include "common/view/view_unit.h"
#include "services/task/task_daily.h"
#include "tests/services/task/task_engine_fixture.h"

#define UNITS                                                                                      \
	"code,name,kind,parent\n"                                                                  \
	"UBND,UBND tỉnh Quảng Ngãi,tinh,\n"                                                   \
	"STTTT,Sở Thông tin và Truyền thông,so,UBND\n"                                      \
	"SKHCN,Sở Khoa học và Công nghệ,so,UBND\n"                                         \
	"TRABONG,Huyện Trà Bồng,huyen,UBND\n"                                                 \
	"XA1,Xã Trà Bồng,xa,TRABONG\n"                                                         \
	"UBND-KT,UBND tỉnh Kon Tum,tinh,\n"                                                      \
	"SKHCN-KT,Sở Khoa học và Công nghệ tỉnh Kon Tum,so,UBND-KT\n"
#define TASKS                                                                                      \
	"code,area,content,lead_unit,coordinating_units,start,due,recurrence\n"                    \
	"1,0,Nền tảng dữ liệu,STTTT,,,2025-06-30,once\n"                                   \
	"2,0,Báo cáo quý,STTTT,,,2025-03-31,once\n"                                             \
	"3,0,Sáng kiến,SKHCN,,,2025-12-31,once\n"                                               \
	"4,0,Số hóa hồ sơ,TRABONG,,,2025-09-30,once\n"                                       \
	"5,0,Bộ phận một cửa,TRABONG,,,2025-09-30,once\n"                                  \
	"6,0,Chuyển đổi số Kon Tum,SKHCN-KT,,,2025-12-31,once\n"

static const struct dd_principal stttt = {
	.cls = DD_PRINCIPAL_OFFICE, .unit = "STTTT", .text = "office/STTTT"};

/* What is said of a year, one after the other. */
struct year {
	struct hall *hall;
	struct task_daily daily;
	uint64_t number; /* of the operator's last command */
	uint64_t confirmed;
	uint64_t task[7];
};

/* --- days ------------------------------------------------------------------------------------ */

static void until(struct year *year, const char *when)
{
	int64_t us = test_time(when) - dd_wall_us();
	struct sent confirm;

	assert_true(us > 0);
	test_clock_advance(us);
	task_engine_watch_clock(year->hall->engine);
	if (task_engine_held(year->hall->engine) == NULL)
		return;
	confirm = confirm_of('C', ++year->confirmed); /* more than a month without a record */
	assert_int_equal(hall_do(year->hall, &confirm)->outcome, OUTCOME(ACCEPTED));
}

/* What the service does once a second. */
static void look_at_the_day(struct year *year)
{
	assert_int_equal(view_flush(year->hall->view, &year->hall->err), DD_OK);
	year->daily.engine = year->hall->engine;
	year->daily.view = year->hall->view;
	year->hall->given_count = 0; /* nobody waits for the answers to the service itself */
	task_daily_tick(&year->daily);
	hall_run(year->hall);
	year->hall->given_count = 0;
}

/* --- commands -------------------------------------------------------------------------------- */

static const struct given *order(struct year *year, Dondoc__V1__CommandBody *body, const char *unit)
{
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'O', .number = ++year->number};

	actor.unit = text_of(unit);
	body->actor = &actor;
	body->fact_us = dd_wall_us();
	sent_body(&sent, body);
	return hall_do(year->hall, &sent);
}

static void import(struct year *year)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ImportPlan cmd = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	uint8_t units_hash[DD_HASH_LEN], tasks_hash[DD_HASH_LEN];

	hall_put(year->hall, UNITS, units_hash);
	hall_put(year->hall, TASKS, tasks_hash);
	plan.code = text_of("P");
	plan.title = text_of("Kế hoạch chuyển đổi số 2025");
	plan.assigner_unit = text_of("STTTT");
	cmd.plan = &plan;
	cmd.units_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = units_hash};
	cmd.tasks_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = tasks_hash};
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &cmd;
	assert_int_equal(order(year, &body, "STTTT")->outcome, OUTCOME(ACCEPTED));
	for (int i = 1; i <= 6; i++) {
		char code[2] = {(char)('0' + i), '\0'};

		assert_int_equal(
			view_task_by_code(year->hall->view, true, "P", code, &year->task[i]),
			DD_OK);
	}
}

/* The department follows the plan up and leads tasks of it: it confirms these itself. */
static void let_it_confirm_its_own(struct year *year)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__SetSettings cmd = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting row = DONDOC__V1__SETTING__INIT, *rows = &row;

	row.name = text_of("decide.own");
	row.value = text_of("on");
	row.plan = text_of("P");
	cmd.settings = &rows;
	cmd.n_settings = 1;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_SET_SETTINGS;
	body.set_settings = &cmd;
	assert_int_equal(order(year, &body, "STTTT")->outcome, OUTCOME(ACCEPTED));
}

/* `heirs` and `from` end with NULL; a name behind '=' makes the unit. */
struct change {
	Dondoc__V1__UnitChangeKind kind;
	const char *day;
	const char *from[4], *heirs[4];
	uint64_t moved[2];
	const char *moved_to[2];
	const char *rest_to;
};

static uint64_t plan_change(struct year *year, const struct change *change)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ChangeUnits cmd = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;
	Dondoc__V1__UnitFields heirs[4], *heir_rows[4];
	Dondoc__V1__TaskMove moves[2], *move_rows[2];
	char *from[4], names[4][96];
	const struct given *given;

	document.number = text_of("05/NQ-HĐND");
	cmd.kind = change->kind;
	cmd.day = test_day(change->day);
	cmd.from = from;
	cmd.to = heir_rows;
	cmd.moves = move_rows;
	cmd.reason = text_of("Sắp xếp tổ chức bộ máy");
	cmd.document = &document;
	cmd.default_to = text_of(change->rest_to != NULL ? change->rest_to : "");
	for (; cmd.n_from < 4 && change->from[cmd.n_from] != NULL; cmd.n_from++)
		from[cmd.n_from] = text_of(change->from[cmd.n_from]);
	for (; cmd.n_to < 4 && change->heirs[cmd.n_to] != NULL; cmd.n_to++) {
		char *name;

		(void)snprintf(names[cmd.n_to], sizeof(names[0]), "%s", change->heirs[cmd.n_to]);
		name = strchr(names[cmd.n_to], '=');
		dondoc__v1__unit_fields__init(&heirs[cmd.n_to]);
		heirs[cmd.n_to].code = names[cmd.n_to];
		if (name != NULL) {
			*name = '\0';
			heirs[cmd.n_to].name = name + 1;
		}
		heir_rows[cmd.n_to] = &heirs[cmd.n_to];
	}
	for (; cmd.n_moves < 2 && change->moved[cmd.n_moves] != 0; cmd.n_moves++) {
		dondoc__v1__task_move__init(&moves[cmd.n_moves]);
		moves[cmd.n_moves].task = change->moved[cmd.n_moves];
		moves[cmd.n_moves].to_unit = text_of(change->moved_to[cmd.n_moves]);
		move_rows[cmd.n_moves] = &moves[cmd.n_moves];
	}
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_UNITS;
	body.change_units = &cmd;
	given = order(year, &body, "");
	if (given->outcome != OUTCOME(ACCEPTED))
		fail_msg("refused: %d %s %s", (int)given->refusal, given->arguments[0],
			 given->arguments[1]);
	return given->sequence;
}

/* The department finishes its quarterly report: asked for by its office, confirmed by itself as the
 * agency of the plan. */
static void complete(struct year *year, uint64_t task)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__RequestCompletion request = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__DecideCompletion decision = DONDOC__V1__DECIDE_COMPLETION__INIT;
	Dondoc__V1__Document evidence = DONDOC__V1__DOCUMENT__INIT;

	evidence.number = text_of("31/BC-STTTT");
	request.task = task;
	request.evidence = &evidence;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION;
	body.request_completion = &request;
	assert_int_equal(order(year, &body, "STTTT")->outcome, OUTCOME(ACCEPTED));
	dondoc__v1__command_body__init(&body);
	decision.task = task;
	decision.confirmed = true;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION;
	body.decide_completion = &decision;
	assert_int_equal(order(year, &body, "STTTT")->outcome, OUTCOME(ACCEPTED));
}

/* --- looking --------------------------------------------------------------------------------- */

static struct view_task task_now(struct year *year, int number)
{
	struct view_task task;

	assert_int_equal(view_task(year->hall->view, true, year->task[number], &task), DD_OK);
	return task;
}

static struct view_unit unit_now(struct year *year, const char *code)
{
	struct view_unit unit;

	assert_int_equal(view_unit(year->hall->view, true, code, &unit), DD_OK);
	return unit;
}

static void led_by(struct year *year, int number, const char *unit)
{
	assert_string_equal(task_now(year, number).lead_unit, unit);
}

/* How many tasks a unit had at the end of a day, as a report about that day counts them. */
static uint32_t counted(struct year *year, const char *day, const char *unit)
{
	struct view_query_context context = {.view = year->hall->view,
					     .today = dd_day_of(dd_wall_us())};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__CountTasks count = DONDOC__V1__COUNT_TASKS__INIT;
	Dondoc__V1__Answer *answer;
	struct dd_buf out = {0};
	uint32_t total = 0;

	assert_int_equal(view_flush(year->hall->view, &year->hall->err), DD_OK);
	assert_int_equal(view_turn(year->hall->view, &year->hall->err), DD_OK);
	count.plan = text_of("P");
	count.as_of_day = test_day(day);
	query.what_case = DONDOC__V1__QUERY__WHAT_COUNT_TASKS;
	query.count_tasks = &count;
	assert_int_equal(view_query(&context, &query, &out, &year->hall->err), DD_OK);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	for (size_t i = 0; i < answer->counts->n_by_unit; i++) {
		if (strcmp(answer->counts->by_unit[i]->key, unit) == 0)
			total = answer->counts->by_unit[i]->buckets->total;
	}
	dondoc__v1__answer__free_unpacked(answer, NULL);
	dd_buf_fini(&out);
	return total;
}

/* --- the year -------------------------------------------------------------------------------- */

static void february(struct year *year)
{
	struct sent report;

	import(year);
	let_it_confirm_its_own(year);
	until(year, "2025-02-20 09:00");
	(void)plan_change(year, &(struct change){.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED,
						 .day = "2025-03-01",
						 .from = {"STTTT", "SKHCN"},
						 .heirs = {"SKHCN"}});
	until(year, "2025-02-27 15:00");
	report = report_of(&stttt, 'a', 1, year->task[1], 40);
	assert_int_equal(hall_do(year->hall, &report)->outcome, OUTCOME(ACCEPTED));
	complete(year, year->task[2]);
	until(year, "2025-02-28 23:50");
	look_at_the_day(year);
	led_by(year, 1, "STTTT");
}

static void march(struct year *year)
{
	struct sent late = report_of(&stttt, 'a', 2, year->task[1], 50);
	struct view_plan plan;

	until(year, "2025-03-01 00:01");
	look_at_the_day(year);
	led_by(year, 1, "SKHCN");
	led_by(year, 2, "STTTT"); /* it was finished before */
	led_by(year, 3, "SKHCN");
	assert_int_equal(task_now(year, 1).percent, 40);
	assert_int_equal(task_now(year, 1).due_day, test_day("2025-06-30"));
	assert_int_equal(task_now(year, 1).first_due_day, test_day("2025-06-30"));
	assert_int_equal(unit_now(year, "STTTT").valid_until, test_day("2025-02-28"));
	assert_int_equal(unit_now(year, "SKHCN").valid_until, 0);
	assert_int_equal(view_plan(year->hall->view, true, "P", &plan), DD_OK);
	assert_string_equal(plan.assigner_unit, "SKHCN");
	until(year, "2025-03-03 08:00"); /* an office that was cut off sends what it had */
	assert_int_equal(hall_do(year->hall, &late)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(task_now(year, 1).percent, 50);
	late = report_of(&stttt, 'a', 3, year->task[4], 10); /* but not about what others lead */
	assert_int_equal(hall_do(year->hall, &late)->refusal, REFUSAL(UNIT_CLOSED));
}

static void june(struct year *year)
{
	until(year, "2025-06-16 08:00");
	(void)plan_change(year,
			  &(struct change){.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_ABOLISHED,
					   .day = "2025-07-01",
					   .from = {"TRABONG"},
					   .heirs = {"XA1", "XA2=Xã Tây Trà"},
					   .moved = {year->task[4], year->task[5]},
					   .moved_to = {"XA1", "XA2"},
					   .rest_to = "XA1"});
	(void)plan_change(year, &(struct change){.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED,
						 .day = "2025-07-01",
						 .from = {"UBND-KT"},
						 .heirs = {"UBND"}});
	(void)plan_change(year, &(struct change){.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED,
						 .day = "2025-07-01",
						 .from = {"SKHCN-KT"},
						 .heirs = {"SKHCN"}});
	until(year, "2025-06-30 22:00");
	hall_reopen(year->hall, true); /* the server is set up anew in the last night */
	look_at_the_day(year);
	led_by(year, 4, "TRABONG");
}

static void july(struct year *year)
{
	until(year, "2025-07-01 00:05");
	look_at_the_day(year);
	led_by(year, 4, "XA1");
	led_by(year, 5, "XA2");
	led_by(year, 6, "SKHCN");
	assert_string_equal(unit_now(year, "XA1").parent, "UBND"); /* two levels are left */
	assert_string_equal(unit_now(year, "XA2").parent, "UBND");
	assert_int_equal(unit_now(year, "XA2").valid_from, test_day("2025-07-01"));
	assert_int_equal(unit_now(year, "TRABONG").valid_until, test_day("2025-06-30"));
	assert_int_equal(unit_now(year, "UBND-KT").valid_until, test_day("2025-06-30"));
	assert_true(view_unit_became(year->hall->view, true, "SKHCN-KT", "SKHCN"));
	assert_true(view_unit_became(year->hall->view, true, "TRABONG", "XA2"));
}

static void the_past_is_as_it_was(struct year *year)
{
	assert_int_equal(counted(year, "2025-02-28", "STTTT"), 2);
	assert_int_equal(counted(year, "2025-02-28", "SKHCN"), 1);
	assert_int_equal(counted(year, "2025-06-30", "TRABONG"), 2);
	assert_int_equal(counted(year, "2025-07-01", "STTTT"), 1); /* what it finished */
	assert_int_equal(counted(year, "2025-07-01", "SKHCN"), 3);
	assert_int_equal(counted(year, "2025-07-01", "TRABONG"), 0);
}

static void the_year_2025_can_be_replayed(void **state)
{
	struct year year = {.hall = *state};
	struct dd_buf once = {0}, again = {0};
	uint64_t head;
	char dir[600];

	february(&year);
	march(&year);
	june(&year);
	july(&year);
	head = hall_head(year.hall);
	year.daily.done_day = 0; /* a restart on the same day asks again and changes nothing */
	look_at_the_day(&year);
	assert_int_equal(hall_head(year.hall), head);
	the_past_is_as_it_was(&year);
	hall_path(year.hall, "view", dir);
	hall_close(year.hall);
	assert_int_equal(view_dump(dir, &once, &year.hall->err), DD_OK);
	hall_lose_view(year.hall);
	hall_open(year.hall);
	hall_close(year.hall);
	assert_int_equal(view_dump(dir, &again, &year.hall->err), DD_OK);
	assert_int_equal(once.len, again.len);
	assert_memory_equal(once.data, again.data, once.len);
	hall_open(year.hall);
	dd_buf_fini(&once);
	dd_buf_fini(&again);
}

/* The hall opens in 2026: begin again, a year before. */
static int set_up(void **state)
{
	struct hall *hall;

	(void)hall_set_up(state);
	hall = *state;
	hall_close(hall);
	test_tmpdir_end(hall->dir);
	test_clock_set_wall(test_time("2025-02-03 08:00"));
	hall->dir = test_tmpdir();
	hall_open(hall);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_year_2025_can_be_replayed, set_up,
						hall_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
