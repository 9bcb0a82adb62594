/* office_check_test.c - what an office takes from its own people for the centre, kind by kind, and
 * what it leaves to the centre. */
#include "services/office/office_check.h"

#include "common/base/alloc.h"
#include "common/base/id.h"
#include "common/domain/permission.h"
#include "dondoc/v1/command.pb-c.h"
#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

#define UNIT "SYT"

/* What the lead unit of a task may say and ask for, or one that was asked: by its own office too.
 */
static const enum dd_command_kind taken[] = {
	DD_COMMAND_REPORT,           DD_COMMAND_REQUEST_COMPLETION, DD_COMMAND_REQUEST_EXTENSION,
	DD_COMMAND_RECEIVE_TASK,     DD_COMMAND_REQUEST_REFUSAL,    DD_COMMAND_REQUEST_TRANSFER,
	DD_COMMAND_WITHDRAW_ENTRY,   DD_COMMAND_REPLACE_UPDATE,     DD_COMMAND_RESOLVE_CONFLICT,
	DD_COMMAND_PASS_ON,          DD_COMMAND_DECIDE_OUTGOING,    DD_COMMAND_REPORT_UNCHANGED,
	DD_COMMAND_REPORT_PRODUCT,   DD_COMMAND_EXPLAIN_DELAY,      DD_COMMAND_ASK_UNIT,
	DD_COMMAND_ANSWER_ASK,       DD_COMMAND_CLOSE_ASK,          DD_COMMAND_COMMENT,
	DD_COMMAND_ACKNOWLEDGE_PLAN, DD_COMMAND_ATTACH_FILE,
};

/* Decisions, plans, units, people and what the services say among themselves. */
static const enum dd_command_kind left[] = {
	DD_COMMAND_DECIDE_COMPLETION,   DD_COMMAND_DECIDE_EXTENSION,  DD_COMMAND_ASSIGN,
	DD_COMMAND_IMPORT_PLAN,         DD_COMMAND_DECIDE_REFUSAL,    DD_COMMAND_DECIDE_TRANSFER,
	DD_COMMAND_PAUSE_TASK,          DD_COMMAND_RESUME_TASK,       DD_COMMAND_CANCEL_TASK,
	DD_COMMAND_REMOVE_TASK,         DD_COMMAND_TAKE_BACK,         DD_COMMAND_UNDO_GROUP,
	DD_COMMAND_DECIDE_EXPLANATION,  DD_COMMAND_CHANGE_MANY,       DD_COMMAND_ADD_TASK,
	DD_COMMAND_CHANGE_TASK,         DD_COMMAND_PUBLISH_PLAN,      DD_COMMAND_CLOSE_PLAN,
	DD_COMMAND_DECIDE_YEAR_END,     DD_COMMAND_CHANGE_UNITS,      DD_COMMAND_GRANT_ROLE,
	DD_COMMAND_SET_SETTINGS,        DD_COMMAND_ORDER_DESTRUCTION, DD_COMMAND_MAKE_INSTANCES,
	DD_COMMAND_EFFECT_UNITS_CHANGE, DD_COMMAND_TAKE_LEASE,        DD_COMMAND_INVITE_OFFICE,
	DD_COMMAND_JOIN_OFFICE,         DD_COMMAND_REVOKE_OFFICE,     DD_COMMAND_ROTATE_OFFICE_KEY,
};

struct checking {
	struct dd_arena arena;
	struct office_command command;
	struct office_verdict verdict;
};

/* An empty command of the kind, about task 7 where it names one. */
static void check(struct checking *checking, enum dd_command_kind kind, const char *unit)
{
	Dondoc__V1__CommandBody *body = dd_alloc(sizeof(*body));
	Dondoc__V1__Actor *actor = dd_alloc(sizeof(*actor));
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
		&dondoc__v1__command_body__descriptor, (unsigned)kind);
	const ProtobufCMessageDescriptor *type = field->descriptor;
	const ProtobufCFieldDescriptor *task =
		protobuf_c_message_descriptor_get_field_by_name(type, "task");
	ProtobufCMessage *said = dd_alloc(type->sizeof_message);
	const uint64_t named = 7;
	uint8_t stream[DD_ID_LEN] = {1};
	uint8_t bytes[512];

	dondoc__v1__command_body__init(body);
	dondoc__v1__actor__init(actor);
	protobuf_c_message_init(type, said);
	if (task != NULL && task->type == PROTOBUF_C_TYPE_UINT64)
		memcpy((uint8_t *)said + task->offset, &named, sizeof(named));
	actor->unit = dd_strdup(unit);
	body->actor = actor;
	body->action_case = (Dondoc__V1__CommandBody__ActionCase)kind;
	memcpy((uint8_t *)body + field->offset, (void *)&said, sizeof(said));
	submit.stream = (ProtobufCBinaryData){.len = sizeof(stream), .data = stream};
	submit.number = 1;
	submit.body.len = dondoc__v1__command_body__pack(body, bytes);
	submit.body.data = bytes;
	dd_arena_reset(&checking->arena);
	office_check(&submit, UNIT, &checking->arena, &checking->command, &checking->verdict);
	dondoc__v1__command_body__free_unpacked(body, NULL);
}

static int set_up(void **state)
{
	struct checking *checking = dd_alloc(sizeof(*checking));

	dd_arena_init(&checking->arena, 4096);
	*state = checking;
	return 0;
}

static int tear_down(void **state)
{
	struct checking *checking = *state;

	dd_arena_fini(&checking->arena);
	free(checking);
	return 0;
}

static void what_a_unit_says_and_asks_for_is_taken(void **state)
{
	struct checking *checking = *state;

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		check(checking, taken[i], UNIT);
		if (checking->verdict.code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE)
			fail_msg("kind %d: %s", (int)taken[i], checking->verdict.text);
		assert_int_equal(checking->command.number, 1);
	}
}

static void what_is_decided_at_the_centre_is_refused_at_the_door(void **state)
{
	struct checking *checking = *state;

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		check(checking, left[i], UNIT);
		if (checking->verdict.code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED)
			fail_msg("kind %d is let through", (int)left[i]);
		assert_non_null(strstr(checking->verdict.text, "centre"));
	}
}

static void another_unit_does_not_speak_through_this_office(void **state)
{
	struct checking *checking = *state;

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		check(checking, taken[i], "STC");
		assert_int_equal(checking->verdict.code,
				 DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED);
		assert_string_equal(checking->verdict.argument, "actor.unit");
	}
}

static void the_task_that_a_command_names_is_found_whatever_its_kind(void **state)
{
	struct checking *checking = *state;

	check(checking, DD_COMMAND_PASS_ON, UNIT);
	assert_int_equal(checking->command.task, 7);
	check(checking, DD_COMMAND_ANSWER_ASK, UNIT);
	assert_int_equal(checking->command.task, 7);
	check(checking, DD_COMMAND_REPORT_UNCHANGED, UNIT); /* many tasks: none of them */
	assert_int_equal(checking->command.task, 0);
	check(checking, DD_COMMAND_ACKNOWLEDGE_PLAN, UNIT);
	assert_int_equal(checking->command.task, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_unit_says_and_asks_for_is_taken),
		TEST(what_is_decided_at_the_centre_is_refused_at_the_door),
		TEST(another_unit_does_not_speak_through_this_office),
		TEST(the_task_that_a_command_names_is_found_whatever_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
