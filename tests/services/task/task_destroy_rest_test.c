/* task_destroy_rest_test.c - explanations, questions, answers, comments and what waited for the
 * head lose their words by order of two persons: gone from the log and the view, and the rest of
 * the work is as it was, live and built anew. */
#include "tests/services/task/task_destroy_fixture.h"

#define LATE HALL_HEAD "1,0,Việc một,SYT,STC,,2026-02-10,once\n2,0,Việc hai,STC,,,,once\n"

#define WORDS_EXPLAINED "BÍ MẬT giải trình Nguyễn Văn A"
#define WORDS_ASKED     "BÍ MẬT câu hỏi Trần Thị B"
#define WORDS_ANSWERED  "BÍ MẬT trả lời Lê Văn C"
#define WORDS_COMMENTED "BÍ MẬT ý kiến Phạm Thị D"

static uint64_t late_task(struct hall *hall)
{
	struct sent import = import_of(hall, 'I', 1, LATE);
	uint64_t id;

	accepted(hall_do(hall, &import));
	assert_int_equal(view_task_by_code(hall->view, true, "P", "1", &id), DD_OK);
	return id;
}

/* --- what is said ----------------------------------------------------------------------------- */

static uint64_t explain(struct hall *hall, uint64_t task, const uint8_t *person)
{
	Dondoc__V1__ExplainDelay explain = DONDOC__V1__EXPLAIN_DELAY__INIT;
	const struct given *given;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_EXPLAIN_DELAY, "SYT", person);
	said.document.title = text_of(WORDS_EXPLAINED);
	explain.task = task;
	explain.cause = 2;
	explain.facts = text_of(WORDS_EXPLAINED);
	explain.document = &said.document;
	explain.waited_for = text_of("STC");
	said.body.explain_delay = &explain;
	given = answered(hall, &said);
	accepted(given);
	return given->sequence;
}

static void decide(struct hall *hall, uint64_t task, uint64_t explanation)
{
	Dondoc__V1__DecideExplanation decide = DONDOC__V1__DECIDE_EXPLANATION__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_EXPLANATION, "HN", NULL);
	decide.task = task;
	decide.explanation = explanation;
	decide.accepted = true;
	said.body.decide_explanation = &decide;
	accepted(answered(hall, &said));
}

static uint64_t ask_stc(struct hall *hall, uint64_t task)
{
	Dondoc__V1__AskUnit ask = DONDOC__V1__ASK_UNIT__INIT;
	const struct given *given;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ASK_UNIT, "SYT", NULL);
	ask.task = task;
	ask.unit = text_of("STC");
	ask.due_day = test_day("2026-03-05");
	ask.what = text_of(WORDS_ASKED);
	said.body.ask_unit = &ask;
	given = answered(hall, &said);
	accepted(given);
	return given->sequence;
}

static uint64_t answer(struct hall *hall, uint64_t task, uint64_t ask, const char *note)
{
	Dondoc__V1__AnswerAsk answer = DONDOC__V1__ANSWER_ASK__INIT;
	const struct given *given;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_ANSWER_ASK, "STC", NULL);
	answer.task = task;
	answer.ask = ask;
	answer.note = text_of(note);
	said.body.answer_ask = &answer;
	given = answered(hall, &said);
	accepted(given);
	return given->sequence;
}

static void close_ask(struct hall *hall, uint64_t task, uint64_t ask, bool satisfied)
{
	Dondoc__V1__CloseAsk close = DONDOC__V1__CLOSE_ASK__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_CLOSE_ASK, "SYT", NULL);
	close.task = task;
	close.ask = ask;
	close.satisfied = satisfied;
	close.reason = text_of(satisfied ? "" : "chưa rõ");
	said.body.close_ask = &close;
	accepted(answered(hall, &said));
}

static uint64_t comment(struct hall *hall, uint64_t task)
{
	Dondoc__V1__Comment comment = DONDOC__V1__COMMENT__INIT;
	char *units[] = {text_of("STC"), text_of("HN")};
	ProtobufCBinaryData person = {.len = DD_ID_LEN, .data = (uint8_t *)PERSON(m)};
	const struct given *given;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_COMMENT, "SYT", NULL);
	comment.task = task;
	comment.text = text_of(WORDS_COMMENTED);
	comment.mention_units = units;
	comment.n_mention_units = 2;
	comment.mention_persons = &person;
	comment.n_mention_persons = 1;
	said.body.comment = &comment;
	given = answered(hall, &said);
	accepted(given);
	return given->sequence;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void an_explanation_loses_its_words_and_keeps_its_days(void **state)
{
	struct hall *hall = *state;
	uint64_t task = late_task(hall), number, event = explain(hall, task, NULL);
	Dondoc__V1__Answer *page;
	const Dondoc__V1__ExplanationRow *row;

	refused(order(hall, NULL, event, PERSON(a)), REFUSAL(PENDING)); /* it is to be decided */
	decide(hall, task, event);
	assert_true(files_with(hall, "log", WORDS_EXPLAINED) > 0);
	number = destroy(hall, event);
	same_built_anew(hall);
	nothing_is_left(hall, WORDS_EXPLAINED);
	page = page_of(hall, task);
	assert_int_equal(page->task->life->n_explanations, 1);
	row = page->task->life->explanations[0];
	assert_int_equal(row->destroyed_by, number);
	assert_string_equal(row->said->facts, "");
	assert_null(row->said->document);
	assert_int_equal(row->said->cause, 2);
	assert_string_equal(row->said->waited_for, "STC");
	assert_int_equal(row->said->from_day, test_day("2026-02-10"));
	assert_int_equal(row->said->to_day, test_day("2026-03-02"));
	assert_true(row->decided && row->accepted);
	assert_int_equal(row->excused_days, 20);
	assert_int_equal(page->task->life->excused_days, 20);
	assert_true(row_of(page, event)->redacted);
	assert_int_equal(row_of(page, event)->destroyed_by, number);
	end(page);
	(void)explain(hall, task, NULL); /* life goes on */
}

static void a_question_and_its_answers_lose_their_words_and_keep_their_days(void **state)
{
	struct hall *hall = *state;
	uint64_t task = late_task(hall), ask = ask_stc(hall, task), first, second;
	Dondoc__V1__Answer *page;
	const Dondoc__V1__AskRow *row;

	refused(order(hall, NULL, ask, PERSON(a)), REFUSAL(PENDING));
	first = answer(hall, task, ask, WORDS_ANSWERED);
	refused(order(hall, NULL, first, PERSON(a)), REFUSAL(PENDING));
	close_ask(hall, task, ask, false);
	second = answer(hall, task, ask, WORDS_ANSWERED " lần hai");
	close_ask(hall, task, ask, true);
	(void)destroy(hall, second);
	same_built_anew(hall);
	assert_int_equal(files_with(hall, "log", " lần hai"), 0);
	(void)destroy(hall, first);
	same_built_anew(hall);
	(void)destroy(hall, ask);
	same_built_anew(hall);
	nothing_is_left(hall, WORDS_ASKED);
	nothing_is_left(hall, WORDS_ANSWERED);
	page = page_of(hall, task);
	assert_int_equal(page->task->life->n_asks, 1);
	row = page->task->life->asks[0];
	assert_string_equal(row->said->what, "");
	assert_string_equal(row->said->unit, "STC");
	assert_int_equal(row->said->due_day, test_day("2026-03-05"));
	assert_int_equal(row->answered_day, test_day("2026-03-02"));
	assert_int_equal(row->state, DONDOC__V1__ASK_STATE__ASK_CLOSED);
	assert_int_not_equal(row->destroyed_by, 0);
	assert_int_not_equal(row_of(page, first)->destroyed_by, 0);
	end(page);
}

/* Of several answers, any may go without the others. */
static void the_first_answer_goes_and_the_second_stays(void **state)
{
	struct hall *hall = *state;
	uint64_t task = late_task(hall), ask = ask_stc(hall, task), first;

	first = answer(hall, task, ask, WORDS_ANSWERED);
	close_ask(hall, task, ask, false);
	(void)answer(hall, task, ask, "bản thứ hai");
	close_ask(hall, task, ask, true);
	(void)destroy(hall, first);
	same_built_anew(hall);
	nothing_is_left(hall, WORDS_ANSWERED);
	assert_true(files_with(hall, "log", "bản thứ hai") > 0);
}

static void a_comment_loses_its_words_and_keeps_whom_it_named(void **state)
{
	struct hall *hall = *state;
	uint64_t task = late_task(hall), event = comment(hall, task), number;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListComments list = DONDOC__V1__LIST_COMMENTS__INIT;
	Dondoc__V1__Answer *found;

	number = destroy(hall, event);
	same_built_anew(hall);
	nothing_is_left(hall, WORDS_COMMENTED);
	list.mention_unit = text_of("HN");
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_COMMENTS;
	query.list_comments = &list;
	found = ask(hall, &hall_operator, &query);
	assert_int_equal(found->comments->n_rows, 1);
	assert_int_equal(found->comments->rows[0]->sequence, event);
	assert_int_equal(found->comments->rows[0]->destroyed_by, number);
	assert_null(found->comments->rows[0]->comment);
	end(found);
}

/* --- what the head let go ----------------------------------------------------------------------
 */

static void grant(struct hall *hall, const uint8_t *person, Dondoc__V1__Role role, const char *unit)
{
	Dondoc__V1__GrantRole grant = DONDOC__V1__GRANT_ROLE__INIT;
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_GRANT_ROLE, "HN", NULL);
	grant.person = (ProtobufCBinaryData){.len = DD_ID_LEN, .data = (uint8_t *)person};
	grant.role = role;
	grant.scope = DONDOC__V1__SCOPE__SCOPE_SUBTREE;
	grant.unit = text_of(unit);
	grant.document = &said.document;
	said.body.grant_role = &grant;
	accepted(answered(hall, &said));
}

static void approval_on(struct hall *hall)
{
	Dondoc__V1__SetSettings set = DONDOC__V1__SET_SETTINGS__INIT;
	Dondoc__V1__Setting setting = DONDOC__V1__SETTING__INIT, *settings[] = {&setting};
	struct said said;

	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_SET_SETTINGS, "HN", NULL);
	setting.name = text_of("approval");
	setting.value = text_of("on");
	set.settings = settings;
	set.n_settings = 1;
	set.reason = text_of("quy chế làm việc");
	set.document = &said.document;
	said.body.set_settings = &set;
	accepted(answered(hall, &said));
}

static void what_waited_for_the_head_goes_with_it(void **state)
{
	struct hall *hall = *state;
	Dondoc__V1__DecideOutgoing release = DONDOC__V1__DECIDE_OUTGOING__INIT;
	uint64_t task = late_task(hall), held, event;
	struct said said;

	grant(hall, PERSON(a), DONDOC__V1__ROLE__ROLE_ADMINISTRATOR, "HN");
	grant(hall, PERSON(b), DONDOC__V1__ROLE__ROLE_ADMINISTRATOR, "HN");
	grant(hall, PERSON(p), DONDOC__V1__ROLE__ROLE_FOCAL, "SYT");
	grant(hall, PERSON(c), DONDOC__V1__ROLE__ROLE_HEAD, "SYT");
	approval_on(hall);
	held = explain(hall, task, PERSON(p));
	assert_int_equal(hall_type(hall, held), EVENT(OUTGOING_HELD));
	refused(order(hall, NULL, held, PERSON(a)), REFUSAL(PENDING));
	say(&said, DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_OUTGOING, "SYT", NULL);
	release.held = held;
	release.approved = true;
	said.body.decide_outgoing = &release;
	accepted(answered(hall, &said));
	event = hall_head(hall);
	assert_int_equal(hall_type(hall, event), EVENT(DELAY_EXPLAINED));
	decide(hall, task, event);
	(void)destroy(hall, event);
	same_built_anew(hall);
	nothing_is_left(hall, WORDS_EXPLAINED); /* neither here nor in the queue */
}

/* --- who follows the log -----------------------------------------------------------------------
 */

/* A view of its own, as reporting and notification have one, fed from the log. */
static struct view *follow(struct hall *hall, const char *dir)
{
	struct view_options options = {
		.dir = dir, .map_bytes = UINT64_C(1) << 28, .inline_store = true};
	struct dd_buf chunk = {0};
	struct view *view;

	assert_int_equal(view_open(&options, &view, &hall->err), DD_OK);
	while (view_position(view)->sequence < hall_head(hall)) {
		struct dd_position after;

		dd_buf_clear(&chunk);
		assert_int_equal(dd_eventlog_read(hall->log, view_position(view)->sequence,
						  1u << 20, &chunk, &hall->err),
				 0);
		for (size_t at = 0; at < chunk.len;) {
			struct dd_frame_info info;

			assert_int_equal(dd_frame_info(chunk.data + at, chunk.len - at, &info), 0);
			memcpy(after.log_id, info.log_id, DD_ID_LEN);
			memcpy(after.chain, info.chain_after, DD_HASH_LEN);
			after.incarnation = info.incarnation;
			after.sequence = info.base + info.count - 1;
			if (view_replay(view, chunk.data + at, &info, &after, &hall->err) != DD_OK)
				fail_msg("%s", hall->err.text);
			at += info.length;
		}
	}
	assert_int_equal(view_live(view, &hall->err), DD_OK);
	assert_int_equal(view_flush(view, &hall->err), DD_OK);
	dd_buf_fini(&chunk);
	return view;
}

static void who_follows_the_log_forgets_too(void **state)
{
	struct hall *hall = *state;
	uint64_t task = late_task(hall), event = explain(hall, task, NULL);
	char dir[600];
	struct view *view;

	decide(hall, task, event);
	hall_path(hall, "other", dir);
	view_close(follow(hall, dir));
	assert_int_equal(files_with(hall, "other/view-" DIGITS(VIEW_SCHEMA), WORDS_EXPLAINED), 1);
	(void)destroy(hall, event);
	view_close(follow(hall, dir));
	view = follow(hall, dir); /* its next start */
	assert_int_equal(files_with(hall, "other/view-" DIGITS(VIEW_SCHEMA), WORDS_EXPLAINED), 0);
	assert_int_equal(view_destroyed_by(view, false, event) != 0, 1);
	view_close(view);
}

/* --- cut off ------------------------------------------------------------------------------------
 */

static void a_kill_between_the_log_and_the_event_does_it_again(void **state)
{
	struct hall *hall = *state;
	uint64_t task = late_task(hall), event = explain(hall, task, NULL);
	struct task_daily cut = {
		.engine = hall->engine, .view = hall->view, .log = hall->log, .files = hall->files};
	struct view_ready ready;
	uint32_t generation;

	decide(hall, task, event);
	accepted(order(hall, NULL, event, PERSON(a)));
	accepted(confirm(hall, hall_head(hall), true, PERSON(b)));
	assert_int_equal(view_orders_ready(hall->view, &ready, 1), 1);
	assert_int_equal(task_destroy(&cut, &ready, &generation, &hall->err), DD_OK);
	dondoc__v1__order_destruction__free_unpacked(ready.said, NULL);
	hall_reopen(hall, true);
	assert_int_equal(files_with(hall, "log", WORDS_EXPLAINED), 0);
	daily(hall);
	assert_int_equal(hall_type(hall, hall_head(hall)), EVENT(DESTRUCTION_DONE));
	nothing_is_left(hall, WORDS_EXPLAINED);
	hall_reopen(hall, false);
	end(page_of(hall, task));
	(void)explain(hall, task, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, evidence_set_up, hall_tear_down)
		TEST(an_explanation_loses_its_words_and_keeps_its_days),
		TEST(a_question_and_its_answers_lose_their_words_and_keep_their_days),
		TEST(the_first_answer_goes_and_the_second_stays),
		TEST(a_comment_loses_its_words_and_keeps_whom_it_named),
		TEST(what_waited_for_the_head_goes_with_it),
		TEST(who_follows_the_log_forgets_too),
		TEST(a_kill_between_the_log_and_the_event_does_it_again),
	};

	return cmocka_run_group_tests_name("services.task.task_destroy_rest", tests, NULL, NULL);
}
