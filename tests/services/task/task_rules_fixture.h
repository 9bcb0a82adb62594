/* task_rules_fixture.h - a real view with a plan, and commands that are decided by the rules and,
 * where wanted, become events of the view. */
#ifndef TESTS_SERVICES_TASK_RULES_FIXTURE_H
#define TESTS_SERVICES_TASK_RULES_FIXTURE_H

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/task/task_rules.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TODAY         20500 /* 2026-02-16 */
#define DUE           (TODAY + 100)
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name
#define COMMAND(name) DONDOC__V1__COMMAND_BODY__ACTION_##name

/* One command on its way: clear it with ask(), fill in what is asked for, then decide(). */
struct deciding {
	char *dir;
	struct view *view;
	uint64_t sequence;
	int64_t now_us;
	uint64_t task;    /* of U1, due on DUE; U3 helps; HN assigned it */
	uint64_t undated; /* of U1 */
	uint64_t heading;

	struct dd_principal who;
	uint8_t stream[16];
	Dondoc__V1__Actor actor;
	Dondoc__V1__Base base;
	Dondoc__V1__Document document;
	Dondoc__V1__CommandBody body;
	union {
		Dondoc__V1__ReportProgress report;
		Dondoc__V1__RequestCompletion request_completion;
		Dondoc__V1__DecideCompletion decide_completion;
		Dondoc__V1__RequestExtension request_extension;
		Dondoc__V1__DecideExtension decide_extension;
		Dondoc__V1__AssignTask assign;
		Dondoc__V1__ConfirmClock clock;
		Dondoc__V1__TakeLease lease;
		Dondoc__V1__PlanDigest plan;
		Dondoc__V1__HandOverDigest hand_over;
		Dondoc__V1__SettleDigest settle;
		Dondoc__V1__IssueReport issue;
		Dondoc__V1__ReceiveTask receive;
		Dondoc__V1__RequestRefusal request_refusal;
		Dondoc__V1__DecideRefusal decide_refusal;
		Dondoc__V1__RequestTransfer request_transfer;
		Dondoc__V1__DecideTransfer decide_transfer;
		Dondoc__V1__PauseTask pause;
		Dondoc__V1__ResumeTask resume;
		Dondoc__V1__CancelTask cancel;
		Dondoc__V1__RemoveTask remove;
		Dondoc__V1__PassOn pass_on;
		Dondoc__V1__ReportUnchanged unchanged;
		Dondoc__V1__ReportProduct product;
		Dondoc__V1__ExplainDelay explain;
		Dondoc__V1__DecideExplanation decide_explanation;
		Dondoc__V1__AskUnit ask_unit;
		Dondoc__V1__AnswerAsk answer;
		Dondoc__V1__CloseAsk close_ask;
		Dondoc__V1__Comment comment;
	} cmd;
	struct task_outcome out;
	struct dd_error err;
};

/* protobuf-c's texts are not const; these are only read from. */
static inline char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

/* --- events ---------------------------------------------------------------------------------- */

/* The next event of the view, under the stream at hand. */
static inline uint64_t happen_bytes(struct deciding *test, Dondoc__V1__EventHeader *header,
				    const uint8_t *body, size_t len)
{
	struct dd_position after = *view_position(test->view);
	Dondoc__V1__Cause cause = DONDOC__V1__CAUSE__INIT;
	struct view_stream stream = {.last_number = 0};

	view_stream(test->view, true, test->who.text, test->stream, &stream);
	cause.stream = (ProtobufCBinaryData){.data = test->stream, .len = sizeof(test->stream)};
	cause.number = stream.last_number + 1;
	cause.count = 1;
	header->cause = &cause;
	header->principal = test->who.text;
	header->record_us = test->now_us;
	after.sequence = ++test->sequence;
	view_batch_begin(test->view);
	if (view_apply(test->view, test->sequence, header, &(struct view_body){body, len, NULL},
		       &test->err) != DD_OK)
		fail_msg("%s", test->err.text);
	view_batch_commit(test->view, &after);
	return test->sequence;
}

static inline uint64_t happen(struct deciding *test, Dondoc__V1__EventHeader *header,
			      const ProtobufCMessage *message)
{
	size_t len = protobuf_c_message_get_packed_size(message);
	uint8_t *body = dd_alloc(len + 1);
	uint64_t sequence;

	protobuf_c_message_pack(message, body);
	sequence = happen_bytes(test, header, body, len);
	free(body);
	return sequence;
}

static inline void found_unit(struct deciding *test, const char *code)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;

	fields.code = text_of(code);
	fields.name = text_of(code);
	body.unit = &fields;
	header.type = EVENT(UNIT_SET);
	happen(test, &header, &body.base);
}

static inline void found_plan(struct deciding *test)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;

	fields.code = text_of("P");
	fields.title = text_of("Kế hoạch");
	fields.assigner_unit = text_of("HN");
	body.plan = &fields;
	header.type = EVENT(PLAN_SET);
	happen(test, &header, &body.base);
}

static inline uint64_t found_task(struct deciding *test, const char *code, int32_t due, bool group)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	Dondoc__V1__TaskAdded body = DONDOC__V1__TASK_ADDED__INIT;
	char *helper = text_of("U3");

	fields.plan = text_of("P");
	fields.code = text_of(code);
	fields.content = text_of("Rà soát thủ tục");
	fields.lead_unit = text_of("U1");
	fields.coordinating_units = &helper;
	fields.n_coordinating_units = 1;
	fields.due_day = due;
	fields.group = group;
	body.task = &fields;
	header.type = EVENT(TASK_ADDED);
	header.subject = test->sequence + 1;
	return happen(test, &header, &body.base);
}

/* --- commands -------------------------------------------------------------------------------- */

/* From now on commands come from this class of principal and this stream, for a unit's person. */
static inline void become(struct deciding *test, enum dd_principal_class cls, const char *unit,
			  char stream)
{
	memset(&test->who, 0, sizeof(test->who));
	test->who.cls = cls;
	if (cls == DD_PRINCIPAL_OFFICE)
		snprintf(test->who.unit, sizeof(test->who.unit), "%s", unit);
	snprintf(test->who.text, sizeof(test->who.text), "%s%c", dd_principal_class_name(cls),
		 stream);
	memset(test->stream, stream, sizeof(test->stream));
	dondoc__v1__actor__init(&test->actor);
	test->actor.unit = text_of(unit);
}

static inline void as_lead(struct deciding *test)
{
	become(test, DD_PRINCIPAL_OFFICE, "U1", 'a');
}

static inline void as_assigner(struct deciding *test)
{
	become(test, DD_PRINCIPAL_GATEWAY, "HN", 'g');
}

static inline void as_notification(struct deciding *test)
{
	become(test, DD_PRINCIPAL_NOTIFICATION, "", 'n');
}

/* An empty command of this kind; the client has seen everything. */
static inline void ask(struct deciding *test, Dondoc__V1__CommandBody__ActionCase action,
		       const ProtobufCMessageDescriptor *what)
{
	struct view_task task;

	dondoc__v1__command_body__init(&test->body);
	dondoc__v1__base__init(&test->base);
	dondoc__v1__document__init(&test->document);
	test->document.number = text_of("12/BC-U1");
	if (view_task(test->view, true, test->task, &task) == DD_OK)
		test->base.task_version = task.version;
	test->body.actor = &test->actor;
	test->body.based_on = &test->base;
	test->body.action_case = action;
	memset(&test->cmd, 0, sizeof(test->cmd));
	protobuf_c_message_init(what, &test->cmd);
	/* All members of the oneof are pointers in one place. */
	test->body.report_progress = &test->cmd.report;
}

static inline void decide(struct deciding *test)
{
	struct task_case c = {
		.view = test->view,
		.who = &test->who,
		.body = &test->body,
		.stream = test->stream,
		.record_us = test->now_us,
		.last_record_us = test->now_us - 5,
	};

	task_events_free(&test->out.effects); /* of the one before */
	task_rules_decide(&c, task_rules_kind(&test->body), &test->out);
}

/* A list of events was decided: all happen, each under a number of its own. */
static inline uint64_t taken_all(struct deciding *test)
{
	struct task_events events = test->out.effects;
	uint64_t sequence = 0;

	for (size_t i = 0; i < events.count; i++) {
		Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
		const struct task_event *event = &events.items[i];
		struct view_task task;

		header.type = (Dondoc__V1__EventType)event->type;
		header.actor = test->body.actor;
		header.unit = text_of(event->unit);
		header.other_unit = text_of(event->other_unit);
		header.subject = event->subject;
		if (view_task(test->view, true, event->subject, &task) == DD_OK)
			header.subject_previous = task.version;
		if (header.type == EVENT(TASK_ADDED))
			header.subject = test->sequence + 1;
		sequence = happen_bytes(test, &header, event->body, event->body_len);
	}
	task_events_free(&test->out.effects);
	return sequence;
}

/* What was decided is an event, or several, which now happen. */
static inline uint64_t taken(struct deciding *test)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;

	decide(test);
	header.actor = test->body.actor;
	if (test->out.effects.count > 0)
		return taken_all(test);
	if (test->out.type == EVENT(UNKNOWN))
		fail_msg("refused: %d %s %s", (int)test->out.refusal, test->out.arguments[0],
			 test->out.arguments[1]);
	header.type = test->out.type;
	header.subject = test->out.subject;
	header.subject_previous = test->out.previous;
	header.unit = test->out.unit;
	return happen(test, &header, test->out.message);
}

/* It is refused by this code; `first` is its first argument (NULL: whatever it is). */
static inline void refused(struct deciding *test, Dondoc__V1__RefusalCode code, const char *first)
{
	decide(test);
	assert_int_equal(test->out.type, EVENT(UNKNOWN));
	assert_int_equal(test->out.refusal, code);
	if (first == NULL)
		return;
	assert_true(test->out.argument_count > 0);
	assert_string_equal(test->out.arguments[0], first);
}

/* --- set-up ---------------------------------------------------------------------------------- */

static inline struct deciding *begin(void)
{
	struct deciding *test = dd_alloc(sizeof(*test));
	struct view_options options = {.map_bytes = UINT64_C(1) << 28, .inline_store = true};

	memset(test, 0, sizeof(*test));
	test->dir = test_tmpdir();
	options.dir = test->dir;
	test->now_us = dd_day_start_us(TODAY) + 8 * 3600 * DD_SECOND_US;
	assert_int_equal(view_open(&options, &test->view, &test->err), DD_OK);
	assert_int_equal(view_live(test->view, &test->err), DD_OK);
	become(test, DD_PRINCIPAL_OPERATOR, "", 'o');
	found_unit(test, "HN");
	found_unit(test, "U1");
	found_unit(test, "U2");
	found_unit(test, "U3");
	found_plan(test);
	test->task = found_task(test, "1", DUE, false);
	test->undated = found_task(test, "2", 0, false);
	test->heading = found_task(test, "I", 0, true);
	return test;
}

static inline void end(struct deciding *test)
{
	task_events_free(&test->out.effects);
	view_close(test->view);
	test_tmpdir_end(test->dir);
	free(test);
}

#endif
