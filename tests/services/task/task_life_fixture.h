/* task_life_fixture.h - the commands of a task's life, each in order as it stands: a test changes
 * what it is about. */
#ifndef TESTS_SERVICES_TASK_LIFE_FIXTURE_H
#define TESTS_SERVICES_TASK_LIFE_FIXTURE_H

#include "common/domain/task_state.h"
#include "common/view/view_life.h"
#include "tests/services/task/task_rules_fixture.h"

#define ASK_FOR(action, type) ask(test, COMMAND(action), &dondoc__v1__##type##__descriptor)

static inline struct view_task task_now(struct deciding *test)
{
	struct view_task task;

	assert_int_equal(view_task(test->view, true, test->task, &task), DD_OK);
	return task;
}

static inline void days_pass(struct deciding *test, int days)
{
	test->now_us += days * DD_DAY_US;
}

/* The task is so, whatever led there. */
static inline void force_task(struct deciding *test, const struct view_task *task)
{
	struct dd_position after = *view_position(test->view);
	struct dd_key key;

	after.sequence = ++test->sequence;
	view_key_u64(&key, VIEW_TASK, task->id);
	view_batch_begin(test->view);
	view_put(test->view, &key, task, sizeof(*task));
	view_batch_commit(test->view, &after);
}

static inline void force_state(struct deciding *test, enum dd_task_state state)
{
	struct view_task task = task_now(test);

	task.state = (uint8_t)state;
	if (state == DD_TASK_AWAITING && task.pending_completion == 0)
		task.pending_completion = task.version;
	force_task(test, &task);
}

/* --- the daily work ----------------------------------------------------------------------------
 */

static inline void report(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(REPORT_PROGRESS, report_progress);
	test->cmd.report.task = test->task;
	test->cmd.report.note = text_of("đang làm");
}

static inline void request_completion(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(REQUEST_COMPLETION, request_completion);
	test->cmd.request_completion.task = test->task;
	test->cmd.request_completion.evidence = &test->document;
}

static inline void send_back(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(DECIDE_COMPLETION, decide_completion);
	test->cmd.decide_completion.task = test->task;
	test->cmd.decide_completion.reason = text_of("thiếu phụ lục");
}

static inline void confirm(struct deciding *test)
{
	send_back(test);
	test->cmd.decide_completion.confirmed = 1;
}

static inline void request_extension(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(REQUEST_EXTENSION, request_extension);
	test->cmd.request_extension.task = test->task;
	test->cmd.request_extension.proposed_due_day = DUE + 30;
	test->cmd.request_extension.reason = text_of("chờ văn bản của Trung ương");
	test->cmd.request_extension.basis = &test->document;
}

static inline void receive(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(RECEIVE_TASK, receive_task);
	test->cmd.receive.task = test->task;
}

static inline void unchanged(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(REPORT_UNCHANGED, report_unchanged);
	test->cmd.unchanged.tasks = &test->task;
	test->cmd.unchanged.n_tasks = 1;
}

/* --- refusal, transfer -------------------------------------------------------------------------
 */

static inline void ask_refusal(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(REQUEST_REFUSAL, request_refusal);
	test->cmd.request_refusal.task = test->task;
	test->cmd.request_refusal.reason = text_of("không thuộc chức năng");
	test->cmd.request_refusal.basis = &test->document;
}

static inline void grant_refusal(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(DECIDE_REFUSAL, decide_refusal);
	test->cmd.decide_refusal.task = test->task;
	test->cmd.decide_refusal.granted = 1;
	test->cmd.decide_refusal.to_unit = text_of("U2");
}

static inline void deny_refusal(struct deciding *test)
{
	grant_refusal(test);
	test->cmd.decide_refusal.granted = 0;
	test->cmd.decide_refusal.reason = text_of("đúng chức năng");
}

static inline void ask_transfer(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(REQUEST_TRANSFER, request_transfer);
	test->cmd.request_transfer.task = test->task;
	test->cmd.request_transfer.to_unit = text_of("U2");
	test->cmd.request_transfer.reason = text_of("sắp xếp lại");
	test->cmd.request_transfer.basis = &test->document;
}

static inline void grant_transfer(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(DECIDE_TRANSFER, decide_transfer);
	test->cmd.decide_transfer.task = test->task;
	test->cmd.decide_transfer.granted = 1;
}

static inline void deny_transfer(struct deciding *test)
{
	grant_transfer(test);
	test->cmd.decide_transfer.granted = 0;
	test->cmd.decide_transfer.reason = text_of("không đồng ý");
}

/* --- pause, end, within the unit -----------------------------------------------------------------
 */

static inline void pause_task(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(PAUSE_TASK, pause_task);
	test->cmd.pause.task = test->task;
	test->cmd.pause.reason = text_of("chờ Nghị định");
}

static inline void resume_task(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(RESUME_TASK, resume_task);
	test->cmd.resume.task = test->task;
	test->cmd.resume.reason = text_of("Nghị định đã ban hành");
}

static inline void cancel_task(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(CANCEL_TASK, cancel_task);
	test->cmd.cancel.task = test->task;
	test->cmd.cancel.reason = text_of("không còn cần");
}

static inline void remove_task(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(REMOVE_TASK, remove_task);
	test->cmd.remove.task = test->task;
	test->cmd.remove.reason = text_of("nhập nhầm");
}

static inline void pass_on(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(PASS_ON, pass_on);
	test->cmd.pass_on.task = test->task;
	test->cmd.pass_on.internal_due_day = DUE;
}

/* --- lateness, questions, words
 * -------------------------------------------------------------------- */

static inline void explain(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(EXPLAIN_DELAY, explain_delay);
	test->cmd.explain.task = test->task;
	test->cmd.explain.facts = text_of("đơn vị phối hợp chưa trả lời");
}

static inline void accept_explanation(struct deciding *test)
{
	as_assigner(test);
	ASK_FOR(DECIDE_EXPLANATION, decide_explanation);
	test->cmd.decide_explanation.task = test->task;
	test->cmd.decide_explanation.accepted = 1;
}

static inline void ask_unit(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(ASK_UNIT, ask_unit);
	test->cmd.ask_unit.task = test->task;
	test->cmd.ask_unit.unit = text_of("U2");
	test->cmd.ask_unit.due_day = DUE - 50;
	test->cmd.ask_unit.what = text_of("số liệu quý I");
}

static inline uint64_t newest_ask(struct deciding *test)
{
	uint64_t ask = 0;

	assert_int_equal(view_newest_get(test->view, true, VIEW_ASK, test->task, &ask), DD_OK);
	return ask;
}

static inline void answer(struct deciding *test)
{
	become(test, DD_PRINCIPAL_OFFICE, "U2", 'b');
	ASK_FOR(ANSWER_ASK, answer_ask);
	test->cmd.answer.task = test->task;
	test->cmd.answer.ask = newest_ask(test);
	test->cmd.answer.note = text_of("kèm số liệu");
}

static inline void close_ask(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(CLOSE_ASK, close_ask);
	test->cmd.close_ask.task = test->task;
	test->cmd.close_ask.ask = newest_ask(test);
	test->cmd.close_ask.reason = text_of("thiếu một bảng");
}

static inline void comment(struct deciding *test)
{
	as_lead(test);
	ASK_FOR(COMMENT, comment);
	test->cmd.comment.task = test->task;
	test->cmd.comment.text = text_of("Đề nghị xem lại phụ lục.");
}

#endif
