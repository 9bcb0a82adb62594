/* task_daily_test.c - what the service wants to do by itself and is refused: a person finds it,
 * over restarts, until it is done or no longer wanted; and it is tried again when its cause has
 * changed.
 */
#include "common/base/buf.h"
#include "common/view/view_daily.h"
#include "common/view/view_query.h"
#include "services/task/task_daily.h"
#include "tests/services/task/task_engine_fixture.h"

#define LONG_CODE "BAO-CAO-QUY-VE-CAI-CACH-HANH-CHINH-CUA-CAC-SO-BAN-NGANH-2026"

static struct sent command(uint64_t number, Dondoc__V1__CommandBody__ActionCase action,
			   const void *message)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'Q', .number = number};

	actor.unit = text_of("HN");
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = action;
	memcpy(&body.report_progress, &message, sizeof(message)); /* all are pointers */
	sent_body(&sent, &body);
	return sent;
}

static Dondoc__V1__TaskFields quarterly(const char *code)
{
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;

	fields.code = text_of(code);
	fields.content = text_of("Báo cáo quý");
	fields.lead_unit = text_of("SYT");
	fields.recurrence = DONDOC__V1__RECURRENCE__RECUR_QUARTERLY;
	fields.start_day = dd_day_from_date((struct dd_date){2026, 1, 1});
	return fields;
}

/* A quarterly task whose instances have no room for their codes. */
static uint64_t add_with_long_code(struct hall *hall)
{
	Dondoc__V1__AddTask add = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = quarterly(LONG_CODE);
	struct sent sent;
	uint64_t id;

	hall_plan(hall);
	add.task = &fields;
	sent = command(1, DONDOC__V1__COMMAND_BODY__ACTION_ADD_TASK, &add);
	assert_int_equal(hall_do(hall, &sent)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_task_by_code(hall->view, true, "VL-2026-HN", LONG_CODE, &id), DD_OK);
	return id;
}

static void day_comes(struct hall *hall)
{
	struct task_daily daily = {.engine = hall->engine, .view = hall->view};

	task_daily_instances(&daily, dd_day_of(dd_wall_us()));
	hall_run(hall);
}

static void list(struct hall *hall, bool all, Dondoc__V1__Answer **answer_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDaily asked = DONDOC__V1__LIST_DAILY__INIT;
	const struct view_query_context context = {.view = hall->view,
						   .today = dd_day_of(dd_wall_us())};
	struct dd_buf out = {0};

	asked.all = all;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DAILY;
	query.list_daily = &asked;
	assert_int_equal(view_flush(hall->view, &hall->err), DD_OK);
	if (view_query(&context, &query, &out, &hall->err) != DD_OK)
		fail_msg("%s", hall->err.text);
	*answer_out = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(*answer_out);
	dd_buf_fini(&out);
}

static void what_is_refused_is_found_over_restarts(void **state)
{
	struct hall *hall = *state;
	Dondoc__V1__Answer *answer;
	const Dondoc__V1__DailyRow *row;
	uint64_t task = add_with_long_code(hall), head;

	assert_int_equal(view_daily_count(hall->view), 0);
	day_comes(hall);
	head = hall_head(hall);
	assert_int_equal(hall_type(hall, head), EVENT(COMMAND_REFUSED));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(view_daily_count(hall->view), 1);
		list(hall, false, &answer);
		assert_int_equal(answer->daily->n_rows, 1);
		row = answer->daily->rows[0];
		assert_int_equal(row->sequence, head);
		assert_int_equal(row->refusal->code, REFUSAL(RANGE));
		assert_string_equal(row->plan, "VL-2026-HN");
		assert_string_equal(row->code, LONG_CODE);
		assert_string_equal(row->unit, "SYT");
		assert_true(row->open);
		dondoc__v1__answer__free_unpacked(answer, NULL);
		hall_reopen(hall, i != 1); /* once built anew from the log */
		day_comes(hall);           /* nothing has changed: it is not asked again */
		assert_int_equal(hall_head(hall), head);
	}
	(void)task;
}

static void when_its_cause_has_changed_it_is_tried_again(void **state)
{
	struct hall *hall = *state;
	Dondoc__V1__ChangeTask change = DONDOC__V1__CHANGE_TASK__INIT;
	Dondoc__V1__TaskFields fields = quarterly(LONG_CODE);
	Dondoc__V1__Answer *answer;
	struct sent sent;
	uint64_t head, id;

	change.task = add_with_long_code(hall);
	change.fields = &fields;
	change.reason = text_of("mã quá dài");
	day_comes(hall);
	fields.content =
		text_of("Báo cáo quý I"); /* no cure: refused again, and one row all the same */
	sent = command(2, DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_TASK, &change);
	assert_int_equal(hall_do(hall, &sent)->outcome, OUTCOME(ACCEPTED));
	day_comes(hall);
	head = hall_head(hall);
	assert_int_equal(hall_type(hall, head), EVENT(COMMAND_REFUSED));
	list(hall, true, &answer);
	assert_int_equal(answer->daily->n_rows, 1);
	assert_int_equal(answer->daily->rows[0]->sequence, head);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	fields.code = text_of("Q");
	sent = command(3, DONDOC__V1__COMMAND_BODY__ACTION_CHANGE_TASK, &change);
	assert_int_equal(hall_do(hall, &sent)->outcome, OUTCOME(ACCEPTED));
	day_comes(hall);
	assert_int_equal(view_task_by_code(hall->view, true, "VL-2026-HN", "Q@2026-Q1", &id),
			 DD_OK);
	assert_int_equal(view_daily_count(hall->view), 0);
	list(hall, false, &answer);
	assert_int_equal(answer->daily->n_rows, 0);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	list(hall, true, &answer); /* what is settled is told when it is asked for */
	assert_int_equal(answer->daily->n_rows, 1);
	assert_false(answer->daily->rows[0]->open);
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

/* --- what earlier builds left ---------------------------------------------------------------- */

static void period_stream(uint64_t task, int64_t from, uint8_t stream_out[16])
{
	struct {
		uint64_t task;
		int64_t from;
	} about = {task, from};
	uint8_t hash[DD_HASH_LEN];
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, "dondoc instance");
	dd_hasher_add(&hasher, &about, sizeof(about));
	dd_hasher_end(&hasher, hash);
	memcpy(stream_out, hash, 16);
}

/* A build of once refused the first quarter of a task that nothing is wrong with, and kept no word
 * of it for a person. */
static void what_an_earlier_build_refused_is_tried_again(void **state)
{
	static const struct dd_principal once = {.cls = DD_PRINCIPAL_OPERATOR, .text = "task"};
	const uint32_t today = (uint32_t)dd_day_of(dd_wall_us());
	const int32_t from = dd_day_from_date((struct dd_date){2026, 1, 1});
	Dondoc__V1__AddTask add = DONDOC__V1__ADD_TASK__INIT;
	Dondoc__V1__TaskFields fields = quarterly("Q");
	struct hall *hall = *state;
	struct task_daily daily = {.engine = hall->engine, .view = hall->view, .log = hall->log};
	struct task_ticket nobody = {0};
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	struct sent sent;
	uint8_t stream[16];
	uint64_t id, head;

	(void)hall_plan(hall);
	add.task = &fields;
	sent = command(1, DONDOC__V1__COMMAND_BODY__ACTION_ADD_TASK, &add);
	assert_int_equal(hall_do(hall, &sent)->outcome, OUTCOME(ACCEPTED));
	assert_int_equal(view_task_by_code(hall->view, true, "VL-2026-HN", "Q", &id), DD_OK);
	period_stream(id, from, stream);
	submit.stream = (ProtobufCBinaryData){.data = stream, .len = sizeof(stream)};
	submit.number = 1;
	submit.body = (ProtobufCBinaryData){.data = (uint8_t[]){0xff, 0xff}, .len = 2};
	task_engine_submit(hall->engine, &nobody, &once, &submit);
	hall_run(hall);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(COMMAND_REFUSED));
	assert_int_equal(view_daily_count(hall->view), 0);

	task_daily_instances(&daily, (int32_t)today);
	hall_run(hall);
	assert_int_equal(view_task_by_code(hall->view, true, "VL-2026-HN", "Q@2026-Q1", &id),
			 DD_OK);
	head = hall_head(hall);
	task_daily_instances(&daily, (int32_t)today);
	hall_run(hall);
	assert_int_equal(hall_head(hall), head);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_refused_is_found_over_restarts),
		TEST(when_its_cause_has_changed_it_is_tried_again),
		TEST(what_an_earlier_build_refused_is_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
