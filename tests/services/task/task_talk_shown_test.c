/* task_talk_shown_test.c - comments are told newest first, of a task or to a unit, page by page;
 * their text comes from the log. */
#include "tests/services/task/task_engine_fixture.h"

#include "common/view/view_query.h"

static struct sent comment_of(char stream, uint64_t number, uint64_t task, const char *text,
			      const char *to)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__Comment comment = DONDOC__V1__COMMENT__INIT;
	struct sent sent = {.who = &hall_syt, .stream = stream, .number = number};
	char *unit = text_of(to != NULL ? to : "");

	actor.unit = text_of("SYT");
	comment.task = task;
	comment.text = text_of(text);
	comment.mention_units = &unit;
	comment.n_mention_units = to != NULL ? 1 : 0;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_COMMENT;
	body.comment = &comment;
	sent_body(&sent, &body);
	return sent;
}

struct reading {
	struct hall *hall;
	struct dd_buf frame;
};

static int record_of(void *arg, uint64_t sequence, struct dd_record *record_out)
{
	struct reading *reading = arg;

	return dd_eventlog_get(reading->hall->log, sequence, &reading->frame, record_out,
			       &reading->hall->err);
}

static Dondoc__V1__Answer *said(struct hall *hall, Dondoc__V1__ListComments *list)
{
	struct reading reading = {.hall = hall};
	struct view_query_context context = {.view = hall->view,
					     .today = dd_day_of(dd_wall_us()),
					     .record = record_of,
					     .arg = &reading};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	struct dd_buf out = {0};
	Dondoc__V1__Answer *answer;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_COMMENTS;
	query.list_comments = list;
	if (view_query(&context, &query, &out, &hall->err) != DD_OK)
		fail_msg("%s", hall->err.text);
	answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	assert_non_null(answer);
	dd_buf_fini(&out);
	dd_buf_fini(&reading.frame);
	return answer;
}

static void comments_are_told_newest_first_and_page_by_page(void **state)
{
	struct hall *hall = *state;
	uint64_t task = hall_plan(hall);
	Dondoc__V1__ListComments list = DONDOC__V1__LIST_COMMENTS__INIT;
	Dondoc__V1__Answer *answer;
	char text[32];

	for (uint64_t i = 1; i <= 5; i++) {
		struct sent comment;

		(void)snprintf(text, sizeof(text), "ý kiến %d", (int)i);
		comment = comment_of('a', i, task, text, i == 2 ? "STC" : NULL);
		assert_int_equal(hall_do(hall, &comment)->outcome, OUTCOME(ACCEPTED));
	}
	list.task = task;
	list.limit = 3;
	answer = said(hall, &list);
	assert_int_equal(answer->comments->n_rows, 3);
	assert_true(answer->comments->rows_cut);
	assert_string_equal(answer->comments->rows[0]->comment->text, "ý kiến 5");
	assert_string_equal(answer->comments->rows[0]->unit, "SYT");
	list.before = answer->comments->rows[2]->sequence;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	answer = said(hall, &list);
	assert_int_equal(answer->comments->n_rows, 2);
	assert_false(answer->comments->rows_cut);
	assert_string_equal(answer->comments->rows[1]->comment->text, "ý kiến 1");
	dondoc__v1__answer__free_unpacked(answer, NULL);
	list = (Dondoc__V1__ListComments)DONDOC__V1__LIST_COMMENTS__INIT;
	list.mention_unit = text_of("STC");
	answer = said(hall, &list);
	assert_int_equal(answer->comments->n_rows, 1);
	assert_int_equal(answer->comments->rows[0]->task, task);
	assert_string_equal(answer->comments->rows[0]->comment->text, "ý kiến 2");
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(comments_are_told_newest_first_and_page_by_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
