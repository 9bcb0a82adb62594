/* task_rules_destroy_test.c - destruction by order of two persons: gone from the log, the files and
 * the view, and everything else is as it was. */
#include "tests/services/task/task_evidence_fixture.h"

/* --- destruction ------------------------------------------------------------------------------ */

static void two_persons_destroy_a_file_and_nothing_of_it_is_left(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), number;
	struct dd_buf live = {0}, rebuilt = {0};
	uint8_t hash[DD_HASH_LEN], other[DD_HASH_LEN];
	Dondoc__V1__Answer *answer;

	hall_put(hall, PDF, hash);
	hall_put(hall, "một báo cáo khác", other);
	accepted(attach(hall, task, hash, SECRET));
	accepted(detach(hall, task, hash));
	accepted(attach(hall, task, hash, SECRET)); /* two events hold the name */
	accepted(attach(hall, task, other, "stays.txt"));
	number = order(hall, hash, 0, PERSON(a))->sequence;
	assert_int_equal(hall_type(hall, number), EVENT(DESTRUCTION_ORDERED));
	daily(hall);
	assert_int_equal(files_with(hall, "log", SECRET), 1); /* one person is not enough */
	assert_int_equal(files_with(hall, VIEW_NOW, SECRET), 1);
	refused(confirm(hall, number, true, PERSON(a)), REFUSAL(SAME_PERSON));
	accepted(confirm(hall, number, true, PERSON(b)));
	refused(confirm(hall, number, true, PERSON(c)), REFUSAL(NO_REQUEST));
	refused(attach(hall, task, hash, SECRET), REFUSAL(PENDING));
	daily(hall);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(DESTRUCTION_DONE));
	assert_int_equal(files_with(hall, "log", SECRET), 0);
	assert_int_equal(files_with(hall, "log", "stays.txt"), 1);
	assert_int_equal(files_with(hall, "files", "Báo cáo kết quả"), 0);
	verify(hall);
	assert_null(fetch(hall, &hall_operator, hash, 0, 0));
	answer = files_of(hall, &hall_operator, task, NULL);
	assert_int_equal(answer->files->n_rows, 1); /* the other one */
	end(answer);
	answer = files_of(hall, &hall_operator, 0, hash);
	assert_int_equal(answer->files->rows[0]->destroyed_by, number);
	end(answer);
	dump(hall, &live); /* the opening has built the view anew */
	assert_int_equal(files_with(hall, VIEW_NOW, SECRET), 0);
	hall_reopen(hall, false);
	dump(hall, &rebuilt);
	assert_int_equal(live.len, rebuilt.len);
	assert_memory_equal(live.data, rebuilt.data, live.len);
	daily(hall);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(DESTRUCTION_DONE));
	accepted(detach(hall, task, other)); /* life goes on */
	dd_buf_fini(&live);
	dd_buf_fini(&rebuilt);
}

static void the_view_without_a_restart_is_the_one_that_is_built_anew(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), number;
	struct dd_buf live = {0}, rebuilt = {0};
	uint8_t hash[DD_HASH_LEN];
	char dir[600], mark[700];

	hall_put(hall, PDF, hash);
	accepted(attach(hall, task, hash, SECRET));
	number = order(hall, hash, 0, PERSON(a))->sequence;
	accepted(confirm(hall, number, true, PERSON(b)));
	daily(hall);
	hall_path(hall, "view", dir);
	(void)snprintf(mark, sizeof(mark), "%s/outdated", dir);
	assert_int_equal(unlink(mark), 0); /* keep what the events made of it */
	dump(hall, &live);
	hall_reopen(hall, false);
	dump(hall, &rebuilt);
	assert_int_equal(live.len, rebuilt.len);
	assert_memory_equal(live.data, rebuilt.data, live.len);
	dd_buf_fini(&live);
	dd_buf_fini(&rebuilt);
}

static void an_order_that_is_refused_destroys_nothing(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), number;
	uint8_t hash[DD_HASH_LEN];

	hall_put(hall, PDF, hash);
	accepted(attach(hall, task, hash, SECRET));
	number = order(hall, hash, 0, PERSON(a))->sequence;
	accepted(confirm(hall, number, false, PERSON(b)));
	daily(hall);
	assert_int_equal(files_with(hall, "log", SECRET), 1);
	end(fetch(hall, &hall_operator, hash, 0, 0));
	accepted(order(hall, hash, 0, PERSON(b))); /* another order may follow */
}

static void only_what_nothing_rests_on_may_be_destroyed(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), refusal, number;
	struct sent report = report_of(&hall_syt, 'R', 1, task, 30);
	uint8_t hash[DD_HASH_LEN];
	const struct given *given;

	hall_put(hall, PDF, hash);
	given = hall_do(hall, &report);
	accepted(given);
	refused(order(hall, NULL, task, PERSON(a)), REFUSAL(RANGE)); /* the text in force */
	given = attach(hall, task, hash, "a.pdf");
	accepted(given);
	refused(order(hall, NULL, given->sequence, PERSON(a)), REFUSAL(RANGE));
	refused(order(hall, NULL, hall_head(hall) + 100, PERSON(a)), REFUSAL(UNKNOWN_ENTRY));
	refused(order(hall, NULL, 0, PERSON(a)), REFUSAL(MISSING));
	refused(order(hall, hash, 0, NULL), REFUSAL(MISSING));
	given = attach(hall, task, hash, "x/" SECRET); /* refused, and the refusal says nothing */
	refused(given, REFUSAL(RANGE));
	refusal = given->sequence;
	number = order(hall, NULL, refusal, PERSON(a))->sequence;
	accepted(confirm(hall, number, true, PERSON(b)));
	daily(hall);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(DESTRUCTION_DONE));
	refused(order(hall, NULL, refusal, PERSON(a)), REFUSAL(NOTHING_TO_DO));
	verify(hall);
	hall_reopen(hall, false);
	assert_int_equal(hall_percent(hall, task), 30);
}

/* The event that says it is done does not reach the log: all of it is done again, to the same end.
 */
static void a_destruction_that_was_cut_off_is_done_again(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), number;
	struct view_ready ready;
	uint8_t hash[DD_HASH_LEN];
	uint32_t generation;

	hall_put(hall, PDF, hash);
	accepted(attach(hall, task, hash, SECRET));
	number = order(hall, hash, 0, PERSON(a))->sequence;
	accepted(confirm(hall, number, true, PERSON(b)));
	assert_int_equal(view_orders_ready(hall->view, &ready, 1), 1);
	{
		struct task_daily daily = {.engine = hall->engine,
					   .view = hall->view,
					   .log = hall->log,
					   .files = hall->files};

		assert_int_equal(task_destroy(&daily, &ready, &generation, &hall->err), DD_OK);
	}
	dondoc__v1__order_destruction__free_unpacked(ready.said, NULL);
	hall_reopen(hall, true);
	daily(hall);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(DESTRUCTION_DONE));
	assert_int_equal(view_orders_ready(hall->view, &ready, 1), 0);
	assert_int_equal(files_with(hall, "log", SECRET), 0);
	verify(hall);
}

/* A and who stands in for A are one authority, though they are two persons. */
static void a_deputy_does_not_agree_in_the_place_of_who_ordered(void **state)
{
	static const struct {
		uint8_t person;
		Dondoc__V1__Role role;
	} roles[] = {{'a', DONDOC__V1__ROLE__ROLE_ADMINISTRATOR},
		     {'b', DONDOC__V1__ROLE__ROLE_STAFF},
		     {'c', DONDOC__V1__ROLE__ROLE_AGENCY}};
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall), number;
	uint8_t hash[DD_HASH_LEN], person[DD_ID_LEN];
	Dondoc__V1__SetDeputy deputy = DONDOC__V1__SET_DEPUTY__INIT;
	struct said said;

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;

		memset(person, roles[i].person, sizeof(person));
		say(&said, DONDOC__V1__COMMAND_BODY__ACTION_GRANT_ROLE, "HN", NULL);
		grant.person = (ProtobufCBinaryData){.data = person, .len = sizeof(person)};
		grant.role = roles[i].role;
		grant.unit = text_of("HN");
		said.body.grant_role = &grant;
		accepted(answered(hall, &said));
	}
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_SET_DEPUTY, "HN", NULL);
	deputy.person = (ProtobufCBinaryData){.data = (uint8_t *)PERSON(a), .len = DD_ID_LEN};
	deputy.deputy = (ProtobufCBinaryData){.data = (uint8_t *)PERSON(b), .len = DD_ID_LEN};
	said.body.set_deputy = &deputy;
	accepted(answered(hall, &said));
	hall_put(hall, PDF, hash);
	accepted(attach(hall, task, hash, SECRET));
	number = order(hall, hash, 0, PERSON(a))->sequence;
	refused(confirm(hall, number, true, PERSON(b)), REFUSAL(SAME_PERSON));
	accepted(confirm(hall, number, true, PERSON(c)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, evidence_set_up, hall_tear_down)
		TEST(two_persons_destroy_a_file_and_nothing_of_it_is_left),
		TEST(the_view_without_a_restart_is_the_one_that_is_built_anew),
		TEST(an_order_that_is_refused_destroys_nothing),
		TEST(only_what_nothing_rests_on_may_be_destroyed),
		TEST(a_destruction_that_was_cut_off_is_done_again),
		TEST(a_deputy_does_not_agree_in_the_place_of_who_ordered),
	};

	return cmocka_run_group_tests_name("services.task.task_rules_destroy", tests, NULL, NULL);
}
