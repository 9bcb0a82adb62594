/* task_rules_fix_fixture.h - commands that become several events or a group, and the commands of a
 * task's way from assignment to confirmation, for the tests of taking back. */
#ifndef TESTS_SERVICES_TASK_RULES_FIX_FIXTURE_H
#define TESTS_SERVICES_TASK_RULES_FIX_FIXTURE_H

#include "common/view/view_fix.h"
#include "services/task/task_case.h"
#include "tests/services/task/task_rules_fixture.h"

/* A command of any kind: its own message lives with the test. */
static inline void ask_with(struct deciding *test, Dondoc__V1__CommandBody__ActionCase action,
			    const ProtobufCMessage *message)
{
	union {
		const ProtobufCMessage *in;
		Dondoc__V1__ReportProgress *out;
	} cast = {.in = message};

	ask(test, action, &dondoc__v1__report_progress__descriptor);
	test->body.report_progress = cast.out; /* all members of the oneof are in one place */
}

/* One event of the command, in a batch that is open. */
static inline uint64_t effect(struct deciding *test, const struct task_event *event,
			      Dondoc__V1__Cause *cause, uint64_t group)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	uint64_t sequence = ++test->sequence;
	struct view_task task;
	char unit[32], other[32];

	header.type = (Dondoc__V1__EventType)event->type;
	header.cause = cause;
	header.actor = &test->actor;
	header.principal = test->who.text;
	header.record_us = test->now_us;
	header.group = group;
	memcpy(unit, event->unit, sizeof(unit));
	memcpy(other, event->other_unit, sizeof(other));
	header.unit = unit;
	header.other_unit = other;
	header.subject = header.type == EVENT(TASK_ADDED) ? sequence : event->subject;
	if (header.type != EVENT(TASK_ADDED) && header.subject != 0 &&
	    view_task(test->view, true, header.subject, &task) == DD_OK)
		header.subject_previous = task.version;
	if (view_apply(test->view, sequence, &header,
		       &(struct view_body){event->body, event->body_len, NULL},
		       &test->err) != DD_OK)
		fail_msg("%s", test->err.text);
	return sequence;
}

static inline void packed(struct task_event *event, Dondoc__V1__EventType type,
			  const ProtobufCMessage *message)
{
	memset(event, 0, sizeof(*event));
	event->type = (uint32_t)type;
	event->body = dd_alloc(protobuf_c_message_get_packed_size(message) + 1);
	event->body_len = protobuf_c_message_pack(message, event->body);
}

/* The events of a group stand between its opening and its end. */
static inline uint64_t group_effects(struct deciding *test, Dondoc__V1__Cause *cause)
{
	Dondoc__V1__GroupOpened opened = DONDOC__V1__GROUP_OPENED__INIT;
	Dondoc__V1__GroupClosed closed = DONDOC__V1__GROUP_CLOSED__INIT;
	struct task_event mark;
	uint64_t group;

	opened.purpose = text_of(test->out.group);
	opened.plan = test->out.group_plan;
	packed(&mark, EVENT(GROUP_OPENED), &opened.base);
	cause->count = 0;
	group = effect(test, &mark, cause, 0);
	free(mark.body);
	for (size_t i = 0; i < test->out.effects.count; i++) {
		cause->index = (uint32_t)i + 1;
		effect(test, &test->out.effects.items[i], cause, group);
	}
	packed(&mark, EVENT(GROUP_CLOSED), &closed.base);
	cause->index++;
	effect(test, &mark, cause, group);
	free(mark.body);
	return group;
}

/* Decide, and let all that was decided happen. The first event's sequence, or the group's. */
static inline uint64_t done(struct deciding *test)
{
	struct dd_position after = *view_position(test->view);
	Dondoc__V1__Cause cause = DONDOC__V1__CAUSE__INIT;
	struct view_stream stream = {.last_number = 0};
	uint64_t first = test->sequence + 1;

	decide(test);
	if (test->out.type != EVENT(UNKNOWN) && test->out.effects.count == 0) {
		task_effect_add(&test->out, test->out.type, test->out.subject, test->out.unit,
				test->out.other_unit, test->out.message);
	} else if (test->out.effects.count == 0) {
		fail_msg("refused: %d %s %s", (int)test->out.refusal, test->out.arguments[0],
			 test->out.arguments[1]);
	}
	view_stream(test->view, true, test->who.text, test->stream, &stream);
	cause.stream = (ProtobufCBinaryData){.data = test->stream, .len = sizeof(test->stream)};
	cause.number = stream.last_number + 1;
	cause.count = (uint32_t)test->out.effects.count;
	view_batch_begin(test->view);
	if (test->out.group != NULL)
		first = group_effects(test, &cause);
	for (size_t i = 0; test->out.group == NULL && i < test->out.effects.count; i++) {
		cause.index = (uint32_t)i;
		effect(test, &test->out.effects.items[i], &cause, 0);
	}
	after.sequence = test->sequence;
	view_batch_commit(test->view, &after);
	assert_int_equal(view_flush(test->view, &test->err), DD_OK);
	task_effects_free(&test->out);
	return first;
}

static inline void declined(struct deciding *test, Dondoc__V1__RefusalCode code, const char *first)
{
	decide(test);
	assert_int_equal(test->out.effects.count, 0);
	assert_int_equal(test->out.type, EVENT(UNKNOWN));
	assert_int_equal(test->out.refusal, code);
	if (first != NULL)
		assert_string_equal(test->out.arguments[0], first);
}

/* The task as it is now; its version is not compared. */
static inline struct view_task task_now(struct deciding *test, uint64_t id)
{
	struct view_task task;

	assert_int_equal(view_task(test->view, true, id, &task), DD_OK);
	task.version = 0;
	return task;
}

static inline void same_task(struct deciding *test, const struct view_task *was)
{
	struct view_task now = task_now(test, was->id);

	assert_int_equal(now.state, was->state);
	assert_int_equal(now.percent, was->percent);
	assert_int_equal(now.due_day, was->due_day);
	assert_string_equal(now.lead_unit, was->lead_unit);
	assert_memory_equal(&now, was, sizeof(now));
}

/* --- the way of a task ------------------------------------------------------------------------ */

static inline uint64_t reports(struct deciding *test, uint64_t task, uint32_t percent)
{
	Dondoc__V1__ReportProgress cmd = DONDOC__V1__REPORT_PROGRESS__INIT;

	as_lead(test);
	cmd.task = task;
	cmd.note = text_of("đã làm");
	cmd.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	cmd.percent = percent;
	ask_with(test, COMMAND(REPORT_PROGRESS), &cmd.base);
	return done(test);
}

static inline uint64_t submits(struct deciding *test, uint64_t task)
{
	Dondoc__V1__RequestCompletion cmd = DONDOC__V1__REQUEST_COMPLETION__INIT;

	as_lead(test);
	cmd.task = task;
	ask_with(test, COMMAND(REQUEST_COMPLETION), &cmd.base);
	cmd.evidence = &test->document;
	return done(test);
}

static inline uint64_t decides(struct deciding *test, uint64_t task, bool confirmed)
{
	Dondoc__V1__DecideCompletion cmd = DONDOC__V1__DECIDE_COMPLETION__INIT;

	as_assigner(test);
	cmd.task = task;
	cmd.confirmed = confirmed;
	cmd.reason = text_of(confirmed ? "" : "thiếu biên bản");
	ask_with(test, COMMAND(DECIDE_COMPLETION), &cmd.base);
	return done(test);
}

static inline uint64_t asks_extension(struct deciding *test, uint64_t task, int32_t day)
{
	Dondoc__V1__RequestExtension cmd = DONDOC__V1__REQUEST_EXTENSION__INIT;

	as_lead(test);
	cmd.task = task;
	cmd.proposed_due_day = day;
	cmd.reason = text_of("chờ hướng dẫn");
	ask_with(test, COMMAND(REQUEST_EXTENSION), &cmd.base);
	cmd.basis = &test->document;
	return done(test);
}

static inline uint64_t decides_extension(struct deciding *test, uint64_t task, bool granted)
{
	Dondoc__V1__DecideExtension cmd = DONDOC__V1__DECIDE_EXTENSION__INIT;

	as_assigner(test);
	cmd.task = task;
	cmd.granted = granted;
	cmd.reason = text_of("không đủ căn cứ");
	ask_with(test, COMMAND(DECIDE_EXTENSION), &cmd.base);
	return done(test);
}

static inline uint64_t assigns(struct deciding *test, uint64_t task, const char *unit)
{
	Dondoc__V1__AssignTask cmd = DONDOC__V1__ASSIGN_TASK__INIT;

	as_assigner(test);
	cmd.task = task;
	cmd.lead_unit = text_of(unit);
	cmd.reason = text_of("đúng chức năng");
	ask_with(test, COMMAND(ASSIGN_TASK), &cmd.base);
	return done(test);
}

static inline Dondoc__V1__TakeBack *taking_back_of(struct deciding *test, uint64_t task,
						   uint64_t decision, const char *reason,
						   Dondoc__V1__TakeBack *cmd)
{
	dondoc__v1__take_back__init(cmd);
	as_assigner(test);
	cmd->task = task;
	cmd->decision = decision;
	cmd->reason = text_of(reason);
	ask_with(test, COMMAND(TAKE_BACK), &cmd->base);
	return cmd;
}

static inline uint64_t takes_back(struct deciding *test, uint64_t task, uint64_t decision,
				  const char *reason)
{
	Dondoc__V1__TakeBack cmd;

	taking_back_of(test, task, decision, reason, &cmd);
	return done(test);
}

#endif
