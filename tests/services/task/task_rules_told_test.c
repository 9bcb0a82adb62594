/* task_rules_told_test.c - what somebody says to have told by hand: who may say it, of what, and
 * that the proof shows it beside the messages, also when the view was lost. */
#include "common/view/view_query.h"
#include "tests/services/task/task_destroy_fixture.h"
#include "tests/services/task/task_remind_fixture.h"

static uint64_t tasks[201];

/* SYT was told of its task in a group. */
static Dondoc__V1__RecordTold told(uint64_t task)
{
	Dondoc__V1__RecordTold said = DONDOC__V1__RECORD_TOLD__INIT;

	tasks[0] = task;
	said.unit = text_of("SYT");
	said.tasks = tasks;
	said.n_tasks = 1;
	said.way = text_of("zalo");
	said.group = text_of("Nhóm CCHC thành phố");
	said.note = text_of("Đã đọc");
	return said;
}

struct reading {
	struct hall *hall;
	struct dd_buf frame;
};

static int record_of(void *arg, uint64_t sequence, struct dd_record *record_out)
{
	struct reading *reading = arg;

	dd_buf_clear(&reading->frame);
	return dd_eventlog_get(reading->hall->log, sequence, &reading->frame, record_out,
			       &reading->hall->err);
}

static Dondoc__V1__Answer *prove(struct hall *hall, const char *unit, uint64_t task,
				 int32_t until_day)
{
	struct reading reading = {.hall = hall};
	const struct view_query_context context = {.view = hall->view,
						   .today = dd_day_of(dd_wall_us()),
						   .record = record_of,
						   .arg = &reading};
	Dondoc__V1__ProveTold what = DONDOC__V1__PROVE_TOLD__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Answer *answer;
	struct dd_buf out = {0};

	what.unit = text_of(unit);
	what.task = task;
	what.until_day = until_day;
	query.what_case = DONDOC__V1__QUERY__WHAT_PROVE_TOLD;
	query.prove_told = &what;
	assert_int_equal(view_flush(hall->view, &hall->err), DD_OK);
	if (view_query(&context, &query, &out, &hall->err) != DD_OK)
		fail_msg("%s", hall->err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	dd_buf_fini(&out);
	dd_buf_fini(&reading.frame);
	return answer;
}

static void let_go(Dondoc__V1__Answer *answer)
{
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

static void what_was_told_by_hand_stands_in_the_proof(void **state)
{
	struct hall *hall = *state;
	const uint64_t task = hall_plan(hall);
	Dondoc__V1__RecordTold said = told(task);
	const struct given *given;
	Dondoc__V1__Answer *answer;
	uint8_t digest[32];

	tell(hall, task, true, digest);
	given = give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base);
	assert_accepted(given);
	assert_int_equal(hall_type(hall, given->sequence),
			 DONDOC__V1__EVENT_TYPE__EVENT_TOLD_BY_HAND);
	for (int round = 0; round < 2; round++) {
		answer = prove(hall, "SYT", task, 0);
		assert_int_equal(answer->told->n_rows, 2);
		for (size_t i = 0; i < 2; i++) {
			const Dondoc__V1__ToldRow *row = answer->told->rows[i];

			assert_string_equal(row->unit, "SYT");
			assert_string_equal(row->code, "1");
			if (row->digest.len > 0) {
				assert_memory_equal(row->digest.data, digest, 32);
				assert_string_equal(row->rule, "after");
				assert_true(row->handed_us != 0);
				continue;
			}
			assert_int_equal(row->told, given->sequence);
			assert_string_equal(row->way, "zalo");
			assert_string_equal(row->group, "Nhóm CCHC thành phố");
			assert_string_equal(row->note, "Đã đọc");
			assert_string_equal(row->by->unit, "HN");
			assert_int_equal(row->day, dd_day_of(row->delivered_us));
		}
		let_go(answer);
		answer = prove(hall, "STC", task, 0);
		assert_int_equal(answer->told->n_rows, 0);
		let_go(answer);
		answer = prove(hall, "SYT", 0, 0);
		assert_int_equal(answer->told->n_rows, 2);
		assert_string_equal(answer->told->unit_name, "Sở Y tế");
		let_go(answer);
		answer = prove(hall, "SYT", task, test_day("2020-01-01"));
		assert_int_equal(answer->told->n_rows, 0);
		let_go(answer);
		if (round == 0)
			hall_reopen(hall, false);
		hall_run(hall);
	}
}

static void who_says_it_of_what(void **state)
{
	static char long_way[60];
	struct hall *hall = *state;
	const uint64_t task = hall_plan(hall);
	Dondoc__V1__RecordTold said = told(task);

	assert_accepted(give(hall, &by_syt, ACTION(RECORD_TOLD), &said.base));
	assert_refused(give(hall, &by_stc, ACTION(RECORD_TOLD), &said.base), REFUSAL(NOT_PERMITTED),
		       "STC");
	said.unit = text_of("U9");
	assert_refused(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base),
		       REFUSAL(UNKNOWN_UNIT), "U9");
	said = told(task);
	said.way = text_of(" ");
	assert_refused(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base), REFUSAL(MISSING),
		       "way");
	memset(long_way, 'x', sizeof(long_way) - 1);
	said.way = long_way;
	assert_refused(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base),
		       REFUSAL(TOO_LARGE), "way");
	said = told(task);
	said.told_us = dd_wall_us() + DD_DAY_US;
	assert_refused(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base), REFUSAL(RANGE),
		       "told_us");
	said = told(task);
	said.text_hash = (ProtobufCBinaryData){.data = (uint8_t *)long_way, .len = 31};
	assert_refused(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base), REFUSAL(RANGE),
		       "text_hash");
	said = told(999999);
	assert_refused(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base),
		       REFUSAL(UNKNOWN_TASK), "999999");
	said = told(task);
	tasks[1] = task;
	said.n_tasks = 2;
	assert_int_equal(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base)->refusal,
			 REFUSAL(UNKNOWN_TASK));
	said.n_tasks = 201;
	assert_refused(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base),
		       REFUSAL(TOO_LARGE), "tasks");
	said.n_tasks = 0;
	assert_refused(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base), REFUSAL(MISSING),
		       "tasks");
}

/* Else it would read others' tasks in the proof by their numbers. */
static void an_office_names_only_tasks_of_its_unit(void **state)
{
	struct hall *hall = *state;
	Dondoc__V1__RecordTold said;
	uint64_t other;

	hall_plan(hall);
	assert_int_equal(view_task_by_code(hall->view, true, "P", "2", &other), DD_OK);
	said = told(other);
	assert_refused(give(hall, &by_syt, ACTION(RECORD_TOLD), &said.base), REFUSAL(NOT_PERMITTED),
		       "SYT");
	assert_accepted(give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base));
	said.unit = text_of("STC");
	assert_accepted(give(hall, &by_stc, ACTION(RECORD_TOLD), &said.base));
}

/* A person with a role speaks for what his role reaches. */
static void a_person_tells_as_far_as_his_role_reaches(void **state)
{
	struct hall *hall = *state;
	const uint64_t task = hall_plan(hall);
	const struct giver head = {&remind_gateway, "SYT", 7};
	const struct giver other = {&remind_gateway, "STC", 8};
	Dondoc__V1__RecordTold said = told(task);

	grant(hall, 7, DONDOC__V1__ROLE__ROLE_HEAD, "SYT");
	grant(hall, 8, DONDOC__V1__ROLE__ROLE_HEAD, "STC");
	assert_accepted(give(hall, &head, ACTION(RECORD_TOLD), &said.base));
	assert_int_not_equal(give(hall, &other, ACTION(RECORD_TOLD), &said.base)->refusal, 0);
}

/* Names of persons that somebody wrote there can be destroyed; that it was told stays. */
static void its_words_can_be_destroyed(void **state)
{
	struct hall *hall = *state;
	const uint64_t task = hall_plan(hall);
	Dondoc__V1__RecordTold said = told(task);
	const struct given *given = give(hall, &by_operator, ACTION(RECORD_TOLD), &said.base);
	Dondoc__V1__Answer *answer;

	assert_accepted(given);
	(void)destroy(hall, given->sequence);
	same_built_anew(hall);
	nothing_is_left(hall, "CCHC thành phố");
	answer = prove(hall, "SYT", task, 0);
	assert_int_equal(answer->told->n_rows, 1);
	assert_string_equal(answer->told->rows[0]->way, "zalo");
	assert_string_equal(answer->told->rows[0]->group, "");
	assert_string_equal(answer->told->rows[0]->note, "");
	let_go(answer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_told_by_hand_stands_in_the_proof),
		TEST(who_says_it_of_what),
		TEST(an_office_names_only_tasks_of_its_unit),
		TEST(a_person_tells_as_far_as_his_role_reaches),
		TEST(its_words_can_be_destroyed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
