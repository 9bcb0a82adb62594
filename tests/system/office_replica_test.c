/* office_replica_test.c - an office shows its unit the tasks as the centre does: tasks that come
 * and go, a link that is cut, kills at any point, a view that is deleted while there is no link. */
#include "tests/system/copy_field.h"

#include <dirent.h>

static struct copy_field field;

static int set_up(void **state)
{
	(void)state;
	copy_open(&field);
	assert_true(copy_settled(&field));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	copy_close(&field);
	return 0;
}

static void a_report_at_the_centre_is_shown_at_the_office_at_once(void **unused)
{
	const struct dd_client_options options = copy_at_office(&field);
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__Reply *reply;
	int64_t begun_us;
	int code;

	(void)unused;
	show.task = field.centre.tasks[0];
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	for (uint32_t percent = 10; percent <= 50; percent += 10) {
		const uint64_t sequence = copy_report(&field, show.task, percent);

		begun_us = dd_mono_us();
		reply = copy_ask(&options, &query, sequence, &code);
		assert_non_null(reply);
		assert_true(reply->answer->view_sequence >= sequence);
		assert_int_equal(reply->answer->task->task->percent, percent);
		dondoc__v1__reply__free_unpacked(reply, NULL);
		printf("shown after %lld ms\n", (long long)((dd_mono_us() - begun_us) / 1000));
	}
	assert_true(copy_settled(&field));
}

static void a_task_goes_to_another_unit_and_comes_back_with_its_history(void **unused)
{
	const uint64_t task = field.centre.tasks[1];
	size_t history;

	(void)unused;
	(void)copy_report(&field, task, 20);
	assert_true(copy_settled(&field));
	assert_true(copy_shows(&field, task, &history));
	assert_int_equal(history, 2);
	(void)copy_assign(&field, task, COPY_OTHER);
	assert_true(copy_settled(&field));
	assert_false(copy_shows(&field, task, &history));
	(void)copy_report(&field, task, 40); /* the office does not hear of that */
	(void)copy_report(&field, task, 60);
	(void)copy_assign(&field, task, STATION_UNIT);
	assert_true(copy_settled(&field));
	assert_true(copy_shows(&field, task, &history));
	assert_int_equal(history, 6);
}

static void a_unit_that_helps_from_now_on_sees_all_and_follows_what_the_lead_does(void **unused)
{
	const uint64_t task = field.centre.tasks[2];
	size_t history;

	(void)unused;
	(void)copy_report(&field, task, 10);
	(void)copy_assign(&field, task, COPY_OTHER);
	(void)copy_report(&field, task, 30);
	assert_true(copy_settled(&field));
	assert_false(copy_shows(&field, task, &history));
	(void)copy_help(&field, task, STATION_UNIT);
	assert_true(copy_settled(&field));
	assert_true(copy_shows(&field, task, &history));
	assert_int_equal(history, 5);
	(void)copy_report(&field, task, 70);
	assert_true(copy_settled(&field));
	assert_true(copy_shows(&field, task, &history));
	assert_int_equal(history, 6);
	(void)copy_help(&field, task, "");
	assert_true(copy_settled(&field));
	assert_false(copy_shows(&field, task, &history));
}

/* --- only asked or mentioned
 * ----------------------------------------------------------------------- */

static uint64_t ask_unit(uint64_t task)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__AskUnit ask = DONDOC__V1__ASK_UNIT__INIT;

	ask.task = task;
	ask.unit = copy_text(STATION_UNIT);
	ask.due_day = dd_day_of(dd_wall_us()) + 5;
	ask.what = copy_text("cho biết số liệu quý III");
	body.action_case = COPY_ACTION(ASK_UNIT);
	body.ask_unit = &ask;
	return copy_do_as(&field, COPY_OTHER, &body);
}

static void mention(uint64_t task)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Comment comment = DONDOC__V1__COMMENT__INIT;
	char *units[] = {copy_text(STATION_UNIT)};

	comment.task = task;
	comment.text = copy_text("xin góp ý");
	comment.mention_units = units;
	comment.n_mention_units = 1;
	body.action_case = COPY_ACTION(COMMENT);
	body.comment = &comment;
	(void)copy_do_as(&field, COPY_OTHER, &body);
}

static void close_task(uint64_t task)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__CancelTask cancel = DONDOC__V1__CANCEL_TASK__INIT;
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;

	document.number = copy_text("12/QĐ-UBND");
	document.day = dd_day_of(dd_wall_us());
	cancel.task = task;
	cancel.reason = copy_text("không còn cần");
	cancel.document = &document;
	body.action_case = COPY_ACTION(CANCEL_TASK);
	body.cancel_task = &cancel;
	(void)copy_do(&field, &body);
}

static size_t rows_of(const Dondoc__V1__Reply *reply)
{
	const Dondoc__V1__Answer *answer = reply->answer;

	if (answer->what_case == DONDOC__V1__ANSWER__WHAT_COMMENTS)
		return answer->comments->n_rows;
	return answer->requests->n_rows;
}

/* Wait until the office answers with so many rows, and as the centre does. */
static void told_alike(const Dondoc__V1__Query *query, size_t count)
{
	const struct dd_client_options here = copy_at_office(&field);
	size_t rows = 0;

	for (int waited = 0; waited < 4 * COPY_MS; waited += 100) {
		Dondoc__V1__Reply *reply = copy_must_ask(&here, query);

		rows = rows_of(reply);
		dondoc__v1__reply__free_unpacked(reply, NULL);
		if (rows == count && copy_same(&field, query))
			return;
		system_rest_ms(100);
	}
	fail_msg("%zu rows, and %zu were expected, as the centre tells them", rows, count);
}

static void a_unit_that_is_only_asked_or_mentioned_is_told_the_same_at_its_office(void **unused)
{
	const struct dd_client_options here = copy_at_office(&field);
	const uint64_t task = field.centre.tasks[6];
	Dondoc__V1__Query requests = DONDOC__V1__QUERY__INIT, comments = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
	Dondoc__V1__ListComments said = DONDOC__V1__LIST_COMMENTS__INIT;
	Dondoc__V1__Reply *reply;
	const Dondoc__V1__RequestRow *row;
	size_t history;

	(void)unused;
	(void)copy_assign(&field, task, COPY_OTHER);
	assert_true(copy_settled(&field));
	list.decider_unit = copy_text(STATION_UNIT);
	requests.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	requests.list_requests = &list;
	comments.what_case = DONDOC__V1__QUERY__WHAT_LIST_COMMENTS;
	comments.list_comments = &said;
	mention(task);
	told_alike(&comments, 1);
	(void)ask_unit(task);
	told_alike(&requests, 1);
	assert_false(copy_shows(&field, task, &history)); /* the task itself is not theirs */
	reply = copy_must_ask(&here, &requests);
	row = reply->answer->requests->rows[0];
	assert_int_equal(row->task, task);
	assert_string_equal(row->from_unit, COPY_OTHER);
	assert_string_not_equal(row->plan, "");
	assert_string_not_equal(row->code, "");
	assert_string_equal(row->content, "");
	assert_non_null(strstr(row->reason, "quý III"));
	list.plan = row->plan;
	told_alike(&requests, 1);
	list.plan = copy_text("");
	dondoc__v1__reply__free_unpacked(reply, NULL);
	/* The office does not hear of what closes the question with the task. */
	close_task(task);
	told_alike(&requests, 0);
	told_alike(&comments, 1);
	assert_true(copy_settled(&field));
}

/* --- without the link
 * ------------------------------------------------------------------------------ */

static void remove_views(void)
{
	DIR *dir = opendir(field.office.data);
	struct dirent *entry;
	char path[2 * STATION_PATH];
	size_t removed = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, "view-", 5) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", field.office.data, entry->d_name);
		system_remove(&field.centre, path);
		removed++;
	}
	(void)closedir(dir);
	assert_int_equal(removed, 1);
}

static struct copy_answer *answers(void)
{
	struct copy_answer *all = calloc(64, sizeof(*all));
	const struct dd_client_options here = copy_at_office(&field);
	Dondoc__V1__Query query;

	for (size_t n = 0; n < 64 && copy_question(&field, n, &query) != NULL; n++)
		all[n] = copy_answer(&here, &query);
	return all;
}

static void free_answers(struct copy_answer *all)
{
	for (size_t n = 0; n < 64; n++)
		free(all[n].bytes);
	free(all);
}

static void without_the_link_all_is_answered_and_a_deleted_view_is_built_again(void **unused)
{
	struct copy_answer *before, *after;

	(void)unused;
	(void)copy_report(&field, field.centre.tasks[3], 33);
	(void)copy_assign(&field, field.centre.tasks[4], COPY_OTHER);
	assert_true(copy_settled(&field));
	before = answers();
	station_must_stop(&field.centre);
	for (int i = 0; i < 3; i++) {
		if (i > 0) {
			assert_int_equal(test_proc_stop(&field.office.office, 10000), 0);
			if (i == 2)
				remove_views();
			branch_must_start(&field.office);
		}
		after = answers();
		for (size_t n = 0; n < 64; n++) {
			assert_int_equal(after[n].code, before[n].code);
			assert_int_equal(after[n].len, before[n].len);
			if (after[n].len > 0)
				assert_memory_equal(after[n].bytes, before[n].bytes, after[n].len);
		}
		free_answers(after);
	}
	free_answers(before);
	station_must_start(&field.centre);
	(void)copy_report(&field, field.centre.tasks[3], 34);
	assert_true(copy_settled(&field));
}

/* What is only at the office is marked, and the mark goes when the centre has it. */
static void what_waits_here_is_told_with_its_task(void **unused)
{
	const struct dd_client_options options = copy_at_office(&field);
	const uint64_t task = field.centre.tasks[5];
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	struct dd_error err;

	(void)unused;
	station_must_stop(&field.centre);
	assert_int_equal(dd_client_open(&options, &client, &err), 0);
	actor.unit = copy_text(STATION_UNIT);
	report.task = task;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	body.actor = &actor;
	body.action_case = COPY_ACTION(REPORT_PROGRESS);
	body.report_progress = &report;
	for (report.percent = 41; report.percent <= 42; report.percent++) {
		body.fact_us = dd_wall_us();
		assert_int_equal(dd_client_command(client, &body, &reply, &err), 0);
		assert_int_equal(reply->submit->outcome, DONDOC__V1__OUTCOME__OUTCOME_SAVED);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
	dd_client_close(client);
	show.task = task;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_TASK;
	query.show_task = &show;
	reply = copy_must_ask(&options, &query);
	assert_int_equal(reply->answer->task->task->local_pending, 2);
	assert_int_equal(reply->answer->task->task->percent, 0);
	assert_int_equal(reply->answer->task->n_local, 2);
	assert_int_equal(reply->answer->task->local[0]->state,
			 DONDOC__V1__OUTBOX_STATE__OUTBOX_QUEUED);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	reply = copy_must_ask(&options, &query);
	for (size_t i = 0; i < reply->answer->tasks->n_rows; i++)
		assert_int_equal(reply->answer->tasks->rows[i]->local_pending,
				 reply->answer->tasks->rows[i]->id == task ? 2 : 0);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	station_must_start(&field.centre);
	assert_true(branch_drained(&field.office, COPY_MS));
	assert_true(copy_settled(&field)); /* without a mark, as the centre's answers are */
}

/* --- kills
 * ------------------------------------------------------------------------------------------ */

static void killed_at_any_point_the_office_ends_with_what_the_centre_has(void **unused)
{
	uint64_t random = system_seed();

	(void)unused;
	printf("seed %llu\n", (unsigned long long)random);
	field.lenient = true;
	for (int i = 0; i < 25; i++) {
		const uint64_t task = field.centre.tasks[system_draw(&random) % (COPY_TASKS - 1)];

		switch (system_draw(&random) % 4) {
		case 0:
			(void)copy_assign(&field, task, i % 2 == 0 ? COPY_OTHER : STATION_UNIT);
			break;
		case 1:
			(void)copy_help(&field, task, i % 3 == 0 ? "" : STATION_UNIT);
			break;
		default:
			(void)copy_report(&field, task, (uint32_t)i);
			break;
		}
		system_rest_ms((int)(system_draw(&random) % 120));
		if (i % 3 == 2)
			continue;
		test_proc_kill(&field.office.office);
		if (i % 10 == 9)
			remove_views();
		branch_must_start(&field.office);
	}
	assert_true(copy_settled(&field));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_report_at_the_centre_is_shown_at_the_office_at_once),
		TEST(a_task_goes_to_another_unit_and_comes_back_with_its_history),
		TEST(a_unit_that_helps_from_now_on_sees_all_and_follows_what_the_lead_does),
		TEST(a_unit_that_is_only_asked_or_mentioned_is_told_the_same_at_its_office),
		TEST(without_the_link_all_is_answered_and_a_deleted_view_is_built_again),
		TEST(what_waits_here_is_told_with_its_task),
		TEST(killed_at_any_point_the_office_ends_with_what_the_centre_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
