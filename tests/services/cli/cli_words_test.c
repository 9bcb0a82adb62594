/* cli_words_test.c - every value of every enum has a name in both languages; words come back. */
#include "common/base/clock.h"
#include "services/cli/cli_event.h"
#include "services/cli/cli_words.h"
#include "tests/support/harness.h"
#include <string.h>

typedef const char *name_of(enum cli_lang lang, int value);

static void check_name(const ProtobufCEnumValue *value, name_of *name)
{
	const char *vi = name(CLI_VI, value->value);
	const char *en = name(CLI_EN, value->value);

	if (!*vi || !*en || strcmp(vi, "?") == 0 || strcmp(en, "?") == 0)
		fail_msg("%s has no name", value->name);
}

static void every_enum_value_has_a_name_in_both_languages(void **state)
{
	static const struct {
		const ProtobufCEnumDescriptor *type;
		name_of *name;
	} enums[] = {
		{&dondoc__v1__task_state__descriptor, cli_name_state},
		{&dondoc__v1__progress_step__descriptor, cli_name_step},
		{&dondoc__v1__recurrence__descriptor, cli_name_recurrence},
		{&dondoc__v1__event_type__descriptor, cli_name_event},
		{&dondoc__v1__outbox_state__descriptor, cli_name_outbox},
		{&dondoc__v1__digest_state__descriptor, cli_name_digest},
		{&dondoc__v1__row_problem__descriptor, cli_name_row_problem},
		{&dondoc__v1__refusal_code__descriptor, cli_name_refusal},
		{&dondoc__v1__error_code__descriptor, cli_name_error},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(enums) / sizeof(enums[0]); i++) {
		for (unsigned k = 0; k < enums[i].type->n_values; k++)
			check_name(&enums[i].type->values[k], enums[i].name);
		assert_string_equal(enums[i].name(CLI_VI, 9999), "?");
		assert_string_equal(enums[i].name(CLI_EN, -1), "?");
	}
}

static void check_remedy(const ProtobufCEnumValue *problem)
{
	if (strlen(cli_row_remedy(CLI_VI, problem->value)) < 4 ||
	    strlen(cli_row_remedy(CLI_EN, problem->value)) < 4)
		fail_msg("%s has no remedy", problem->name);
}

static void every_problem_of_a_row_has_a_remedy(void **state)
{
	const ProtobufCEnumDescriptor *type = &dondoc__v1__row_problem__descriptor;

	(void)state;
	for (unsigned i = 0; i < type->n_values; i++) {
		if (type->values[i].value != DONDOC__V1__ROW_PROBLEM__ROW_OK)
			check_remedy(&type->values[i]);
	}
}

static void every_action_of_a_command_has_a_name(void **state)
{
	const ProtobufCMessageDescriptor *type = &dondoc__v1__command_body__descriptor;

	(void)state;
	for (unsigned i = 0; i < type->n_fields; i++) {
		if (!(type->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
			continue;
		if (strcmp(cli_name_action(CLI_VI, (int)type->fields[i].id), "?") == 0 ||
		    strcmp(cli_name_action(CLI_EN, (int)type->fields[i].id), "?") == 0)
			fail_msg("%s has no name", type->fields[i].name);
	}
}

static void every_event_type_has_a_body(void **state)
{
	const ProtobufCEnumDescriptor *type = &dondoc__v1__event_type__descriptor;

	(void)state;
	for (unsigned i = 0; i < type->n_values; i++) {
		if (type->values[i].value == DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN)
			continue;
		if (!cli_event_body(type->values[i].value))
			fail_msg("%s has no body", type->values[i].name);
	}
	assert_null(cli_event_body(9999));
}

static void steps_states_and_times_are_read_in_both_languages(void **state)
{
	Dondoc__V1__ProgressStep step;
	Dondoc__V1__TaskState task;
	Dondoc__V1__TimeState time;
	Dondoc__V1__DigestState digest;

	(void)state;
	assert_int_equal(cli_parse_digest_state("dagui", &digest), 0);
	assert_int_equal(digest, DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED);
	assert_int_equal(cli_parse_digest_state("failed", &digest), 0);
	assert_int_equal(digest, DONDOC__V1__DIGEST_STATE__DIGEST_FAILED);
	assert_int_equal(cli_parse_digest_state("unknown", &digest), DD_ERR_INVALID);
	assert_int_equal(cli_parse_step("datrinh", &step), 0);
	assert_int_equal(step, DONDOC__V1__PROGRESS_STEP__STEP_SUBMITTED);
	assert_int_equal(cli_parse_step("submitted", &step), 0);
	assert_int_equal(step, DONDOC__V1__PROGRESS_STEP__STEP_SUBMITTED);
	assert_int_equal(cli_parse_state("tralai", &task), 0);
	assert_int_equal(task, DONDOC__V1__TASK_STATE__TASK_RETURNED);
	assert_int_equal(cli_parse_state("carried-over", &task), 0);
	assert_int_equal(task, DONDOC__V1__TASK_STATE__TASK_CARRIED_OVER);
	assert_int_equal(cli_parse_time_state("no-due", &time), 0);
	assert_int_equal(time, DONDOC__V1__TIME_STATE__TIME_NO_DUE_DATE);
	assert_int_equal(cli_parse_time_state("quahan", &time), 0);
	assert_int_equal(time, DONDOC__V1__TIME_STATE__TIME_OVERDUE);
	assert_int_equal(cli_parse_step("", &step), DD_ERR_INVALID);
	assert_int_equal(cli_parse_state("Dang", &task), DD_ERR_INVALID);
	assert_int_equal(cli_parse_time_state("any", &time), DD_ERR_INVALID);
}

static void the_state_of_a_task_says_what_follows_from_its_dates(void **state)
{
	static const struct {
		Dondoc__V1__TaskState state;
		Dondoc__V1__TimeState time;
		int32_t days_left;
		uint32_t days_late;
		const char *vi;
		const char *en;
	} cases[] = {
		{DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS, DONDOC__V1__TIME_STATE__TIME_OVERDUE, -5,
		 5, "Đang thực hiện, quá hạn 5 ngày", "In progress, overdue by 5 days"},
		{DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION,
		 DONDOC__V1__TIME_STATE__TIME_OVERDUE, -9, 3, "Chờ xác nhận, quá hạn 3 ngày",
		 "Awaiting confirmation, overdue by 3 days"}, /* the wait does not count */
		{DONDOC__V1__TASK_STATE__TASK_ASSIGNED, DONDOC__V1__TIME_STATE__TIME_NEAR_DUE, 3, 0,
		 "Chưa thực hiện, sắp đến hạn, còn 3 ngày", "Not begun, due in 3 days"},
		{DONDOC__V1__TASK_STATE__TASK_RETURNED, DONDOC__V1__TIME_STATE__TIME_IN_TERM, 30, 0,
		 "Trả lại", "Returned"},
		{DONDOC__V1__TASK_STATE__TASK_COMPLETED, DONDOC__V1__TIME_STATE__TIME_ANY, 0, 0,
		 "Hoàn thành, đúng hạn", "Completed, in time"},
		{DONDOC__V1__TASK_STATE__TASK_COMPLETED, DONDOC__V1__TIME_STATE__TIME_ANY, 0, 1,
		 "Hoàn thành, quá hạn", "Completed, late"},
		{DONDOC__V1__TASK_STATE__TASK_CANCELLED, DONDOC__V1__TIME_STATE__TIME_ANY, 0, 0,
		 "Thôi thực hiện", "Cancelled"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
		struct dd_buf out = {0};

		task.state = cases[i].state;
		task.time_state = cases[i].time;
		task.days_left = cases[i].days_left;
		task.days_late = cases[i].days_late;
		cli_state_words(CLI_VI, &task, &out);
		assert_string_equal(dd_buf_cstr(&out), cases[i].vi);
		dd_buf_clear(&out);
		cli_state_words(CLI_EN, &task, &out);
		assert_string_equal(dd_buf_cstr(&out), cases[i].en);
		dd_buf_fini(&out);
	}
}

static void a_refusal_is_told_with_its_arguments_in_the_users_words(void **state)
{
	char *arguments[] = {(char *)"in_progress", (char *)"confirm"};
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	struct dd_buf out = {0};

	(void)state;
	refusal.code = DONDOC__V1__REFUSAL_CODE__REFUSAL_STATE;
	refusal.arguments = arguments;
	refusal.n_arguments = 2;
	cli_refusal_words(CLI_VI, &refusal, &out);
	assert_string_equal(dd_buf_cstr(&out),
			    "trạng thái hiện tại không cho phép (Đang thực hiện, "
			    "xác nhận hoàn thành)");
	dd_buf_clear(&out);
	refusal.code = (Dondoc__V1__RefusalCode)999;
	refusal.text = (char *)"of a newer server";
	cli_refusal_words(CLI_EN, &refusal, &out);
	assert_string_equal(dd_buf_cstr(&out), "of a newer server");
	dd_buf_fini(&out);
}

static void an_error_names_what_was_ambiguous(void **state)
{
	char *arguments[] = {(char *)"A/1", (char *)"B/1"};
	Dondoc__V1__Error error = DONDOC__V1__ERROR__INIT;
	struct dd_buf out = {0};

	(void)state;
	error.code = DONDOC__V1__ERROR_CODE__ERROR_AMBIGUOUS;
	error.arguments = arguments;
	error.n_arguments = 2;
	cli_error_words(CLI_EN, &error, &out);
	assert_string_equal(dd_buf_cstr(&out), "ambiguous; write PLAN/code (A/1, B/1)");
	dd_buf_fini(&out);
}

static void an_outboxs_own_names_become_words_and_the_rest_stays(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} cases[] = {
		{"report_progress", "report progress"},
		{"REFUSAL_PENDING", "such a request is pending already"},
		{"REFUSAL_PENDING: extension", "such a request is pending already: extension"},
		{"the link is down", "the link is down"},
		{"REFUSAL_OF_A_NEWER_SERVER", "REFUSAL_OF_A_NEWER_SERVER"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_buf out = {0};

		cli_outbox_words(CLI_EN, cases[i].text, &out);
		assert_string_equal(dd_buf_cstr(&out), cases[i].words);
		dd_buf_fini(&out);
	}
}

static void a_document_is_told_by_the_parts_it_has(void **state)
{
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;
	struct dd_buf out = {0};
	int32_t day;

	(void)state;
	cli_document_words(CLI_VI, NULL, &out);
	cli_document_words(CLI_VI, &document, &out);
	assert_int_equal(out.len, 0);
	document.title = (char *)"Kế hoạch";
	cli_document_words(CLI_VI, &document, &out);
	assert_string_equal(dd_buf_cstr(&out), "Kế hoạch");
	dd_buf_clear(&out);
	assert_int_equal(dd_day_parse("2026-01-30", &day), 0);
	document.day = day;
	document.number = (char *)"15/KH-UBND";
	document.issuer = (char *)"UBND";
	cli_document_words(CLI_VI, &document, &out);
	assert_string_equal(dd_buf_cstr(&out), "15/KH-UBND, 30/01/2026, UBND: Kế hoạch");
	dd_buf_clear(&out);
	cli_document_words(CLI_EN, &document, &out);
	assert_string_equal(dd_buf_cstr(&out), "15/KH-UBND, 2026-01-30, UBND: Kế hoạch");
	dd_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_enum_value_has_a_name_in_both_languages),
		cmocka_unit_test(every_problem_of_a_row_has_a_remedy),
		cmocka_unit_test(every_action_of_a_command_has_a_name),
		cmocka_unit_test(every_event_type_has_a_body),
		cmocka_unit_test(steps_states_and_times_are_read_in_both_languages),
		cmocka_unit_test(the_state_of_a_task_says_what_follows_from_its_dates),
		cmocka_unit_test(a_refusal_is_told_with_its_arguments_in_the_users_words),
		cmocka_unit_test(an_error_names_what_was_ambiguous),
		cmocka_unit_test(an_outboxs_own_names_become_words_and_the_rest_stays),
		cmocka_unit_test(a_document_is_told_by_the_parts_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
