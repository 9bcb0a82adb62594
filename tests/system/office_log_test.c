/* office_log_test.c - an office and a log that is not the one it has followed: the centre restored
 * from an older copy says so, and the office goes on with it; a log that was changed or exchanged
 * does not say so, and the office tells a person and keeps what it has. */
#include "common/eventlog/segment_log.h"
#include "tests/system/copy_field.h"

static struct copy_field field;
static char copy[STATION_PATH];

static int set_up(void **state)
{
	(void)state;
	copy_open(&field);
	(void)snprintf(copy, sizeof(copy), "%.400s/centre-copy", field.centre.dir);
	assert_true(copy_settled(&field));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	copy_close(&field);
	return 0;
}

static void keep_copy(void)
{
	station_settle(&field.centre);
	station_must_stop(&field.centre);
	system_copy(&field.centre, field.centre.data, copy);
	station_must_start(&field.centre);
}

/* The folder as it was then. */
static void put_back(void)
{
	station_must_stop(&field.centre);
	system_remove(&field.centre, field.centre.data);
	system_copy(&field.centre, copy, field.centre.data);
}

static void on_appended(void *arg, int code, const uint8_t *chains, const struct dd_error *why)
{
	(void)arg;
	(void)chains;
	if (code != 0)
		system_die("the log takes nothing: %s", why->text);
}

/* What a restore writes first: a new incarnation begins behind the last record. */
static void begin_incarnation(uint32_t incarnation)
{
	struct dd_eventlog_options options = {.dir = field.centre.log, .inline_commit = true};
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__Incarnation said = DONDOC__V1__INCARNATION__INIT;
	struct dd_eventlog *log;
	struct dd_position head;
	struct dd_buf frame = {0};
	uint8_t *header_at, *body_at;
	struct dd_error err;

	options.segment_bytes = 8388608;
	if (dd_eventlog_open(&options, &log, &err) != 0)
		system_die("%s", err.text);
	head = dd_eventlog_head(log);
	header.type = DONDOC__V1__EVENT_TYPE__EVENT_INCARNATION;
	header.version = 1;
	header.record_us = dd_wall_us();
	header.principal = copy_text("operator");
	said.incarnation = incarnation;
	said.cut_after = head.sequence;
	said.cut_chain = (ProtobufCBinaryData){.data = head.chain, .len = DD_HASH_LEN};
	said.reason = copy_text("ổ đĩa hỏng");
	dd_eventlog_set_incarnation(log, incarnation);
	dd_frame_begin(&frame, head.log_id, incarnation, head.sequence + 1, header.record_us);
	if (dd_frame_add(&frame, (uint32_t)dondoc__v1__event_header__get_packed_size(&header),
			 (uint32_t)dondoc__v1__incarnation__get_packed_size(&said), &header_at,
			 &body_at) != 0)
		system_die("no room in a frame");
	(void)dondoc__v1__event_header__pack(&header, header_at);
	(void)dondoc__v1__incarnation__pack(&said, body_at);
	dd_eventlog_append(log, &frame, on_appended, NULL);
	dd_eventlog_run(log);
	dd_eventlog_close(log);
	dd_buf_fini(&frame);
}

static void a_restored_centre_is_followed_from_where_it_was_cut(void **unused)
{
	(void)unused;
	(void)copy_report(&field, field.centre.tasks[0], 10);
	keep_copy();
	(void)copy_report(&field, field.centre.tasks[0], 20);
	(void)copy_assign(&field, field.centre.tasks[1], COPY_OTHER);
	assert_true(copy_settled(&field));
	put_back();
	begin_incarnation(2);
	station_must_start(&field.centre);
	(void)copy_report(&field, field.centre.tasks[2], 30);
	assert_true(copy_settled(&field)); /* task 0 is at 10, task 1 is the unit's again */
	assert_true(copy_told(&field, "was restored from a copy (ổ đĩa hỏng)"));
	/* Also after a restart. */
	assert_int_equal(test_proc_stop(&field.office.office, 10000), 0);
	branch_must_start(&field.office);
	assert_true(copy_settled(&field));
}

static uint32_t percent_here(uint64_t task)
{
	const struct dd_client_options options = copy_at_office(&field);
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Reply *reply;
	uint32_t percent;

	show.task = task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	reply = copy_must_ask(&options, &query);
	percent = reply->answer->task->task->percent;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return percent;
}

/* Start the office with the code that it told. */
static void follow_anew(void)
{
	char health[2048], *at, *text, *old;
	uint64_t sequence;
	bool healthy;

	(void)copy_status(&field, &healthy, health, &sequence);
	at = strstr(health, "office.follow_anew: ");
	assert_non_null(at);
	old = test_read_file(field.office.config, NULL);
	assert_true(asprintf(&text, "%s  follow_anew: '%.12s'\n", old,
			     at + strlen("office.follow_anew: ")) > 0);
	test_write_file(field.office.config, text, strlen(text));
	free(text);
	free(old);
	assert_int_equal(test_proc_stop(&field.office.office, 10000), 0);
	branch_must_start(&field.office);
}

static void a_log_that_was_changed_is_told_and_not_followed(void **unused)
{
	(void)unused;
	keep_copy();
	(void)copy_report(&field, field.centre.tasks[0], 20);
	assert_true(copy_settled(&field));
	/* The same place in the log, and something else stands there. */
	put_back();
	station_must_start(&field.centre);
	(void)copy_report(&field, field.centre.tasks[0], 90);
	(void)copy_report(&field, field.centre.tasks[3], 90);
	assert_true(copy_told(&field, "The centre's log is not the one that was followed"));
	assert_int_equal(percent_here(field.centre.tasks[0]), 20);
	assert_int_equal(percent_here(field.centre.tasks[3]), 0);
	assert_int_equal(test_proc_stop(&field.office.office, 10000), 0);
	branch_must_start(&field.office);
	assert_true(copy_told(&field, "is another one, and no restore was told"));
	assert_int_equal(percent_here(field.centre.tasks[0]), 20);
	/* A person has spoken with the centre. */
	follow_anew();
	assert_true(copy_settled(&field));
	assert_int_equal(percent_here(field.centre.tasks[0]), 90);
}

static void a_log_that_is_shorter_is_told_until_it_has_grown_back(void **unused)
{
	char full[STATION_PATH];

	(void)unused;
	keep_copy();
	(void)copy_report(&field, field.centre.tasks[0], 20);
	assert_true(copy_settled(&field));
	(void)snprintf(full, sizeof(full), "%.400s/centre-full", field.centre.dir);
	station_must_stop(&field.centre);
	system_copy(&field.centre, field.centre.data, full);
	station_must_start(&field.centre);
	put_back();
	station_must_start(&field.centre);
	assert_true(copy_told(&field, "were followed"));
	assert_int_equal(percent_here(field.centre.tasks[0]), 20);
	/* The right disk is found. */
	station_must_stop(&field.centre);
	system_remove(&field.centre, field.centre.data);
	system_copy(&field.centre, full, field.centre.data);
	station_must_start(&field.centre);
	(void)copy_report(&field, field.centre.tasks[0], 60);
	assert_int_equal(test_proc_stop(&field.office.office, 10000), 0);
	branch_must_start(&field.office);
	assert_true(copy_settled(&field));
	assert_int_equal(percent_here(field.centre.tasks[0]), 60);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_restored_centre_is_followed_from_where_it_was_cut),
		TEST(a_log_that_was_changed_is_told_and_not_followed),
		TEST(a_log_that_is_shorter_is_told_until_it_has_grown_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
