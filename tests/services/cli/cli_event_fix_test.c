/* cli_event_fix_test.c - what a correction says in a history, in both languages; kinds of requests
 * have names. */
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event.h"
#include "services/cli/cli_fix.h"
#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* protobuf-c's texts are not const; these are only read from. */
static char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

static void says(enum cli_lang lang, int type, const ProtobufCMessage *body, const char *expected)
{
	size_t len = protobuf_c_message_get_packed_size(body);
	uint8_t *bytes = malloc(len + 1);
	struct dd_buf out = {0};

	assert_non_null(bytes);
	protobuf_c_message_pack(body, bytes);
	cli_event_words(lang, type, bytes, len, &out);
	assert_string_equal(dd_buf_cstr(&out), expected);
	dd_buf_fini(&out);
	free(bytes);
}

static void a_withdrawal_says_what_and_what_is_in_force(void **state)
{
	Dondoc__V1__EntryWithdrawn event = DONDOC__V1__ENTRY_WITHDRAWN__INIT;
	Dondoc__V1__WithdrawEntry said = DONDOC__V1__WITHDRAW_ENTRY__INIT;

	(void)state;
	said.entry = 12;
	said.reason = text_of("gửi nhầm");
	event.said = &said;
	says(CLI_VI, EVENT(ENTRY_WITHDRAWN), &event.base, "nội dung số 12: gửi nhầm");
	event.has_percent_case = DONDOC__V1__ENTRY_WITHDRAWN__HAS_PERCENT_PERCENT;
	event.percent = 40;
	says(CLI_EN, EVENT(ENTRY_WITHDRAWN), &event.base, "entry 12, 40%: gửi nhầm");
}

static void a_replacement_says_the_new_content_and_why(void **state)
{
	Dondoc__V1__UpdateReplaced event = DONDOC__V1__UPDATE_REPLACED__INIT;
	Dondoc__V1__ReplaceUpdate said = DONDOC__V1__REPLACE_UPDATE__INIT;

	(void)state;
	said.entry = 12;
	said.note = text_of("số đúng");
	said.reason = text_of("nhập sai");
	event.said = &said;
	event.has_percent_case = DONDOC__V1__UPDATE_REPLACED__HAS_PERCENT_PERCENT;
	event.percent = 60;
	says(CLI_EN, EVENT(UPDATE_REPLACED), &event.base, "entry 12, 60%: số đúng (nhập sai)");
}

static void a_decision_taken_back_says_how_the_task_stands_again(void **state)
{
	Dondoc__V1__DecisionTakenBack event = DONDOC__V1__DECISION_TAKEN_BACK__INIT;
	Dondoc__V1__TakeBack said = DONDOC__V1__TAKE_BACK__INIT;
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;

	(void)state;
	said.decision = 9;
	said.reason = text_of("sai ngày");
	document.number = text_of("12/TB");
	said.document = &document;
	event.said = &said;
	event.event_type = EVENT(EXTENSION_DECIDED);
	event.state = DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS;
	event.due_day = 20500;
	event.lead_unit = text_of("SYT");
	says(CLI_EN, EVENT(DECISION_TAKEN_BACK), &event.base,
	     "decision 9 (Extension decided): In progress, 2026-02-16, SYT: sai ngày [12/TB]");
	said.document = NULL;
	said.reason = text_of("");
	event.undo = true;
	says(CLI_VI, EVENT(DECISION_TAKEN_BACK), &event.base,
	     "quyết định số 9 (Quyết định về gia hạn): Đang thực hiện, 16/02/2026, SYT, hoàn tác "
	     "ngay");
}

static void a_group_undone_counts_what_was_left(void **state)
{
	Dondoc__V1__GroupUndone event = DONDOC__V1__GROUP_UNDONE__INIT;
	Dondoc__V1__UndoGroup said = DONDOC__V1__UNDO_GROUP__INIT;

	(void)state;
	said.group = 7;
	said.reason = text_of("nhầm tệp");
	event.said = &said;
	event.tasks = 48;
	event.left = 2;
	says(CLI_EN, EVENT(GROUP_UNDONE), &event.base,
	     "group 7: 48 tasks; 2 left, as something was done since: nhầm tệp");
}

static void a_conflict_resolved_says_which_values_hold(void **state)
{
	Dondoc__V1__ConflictResolved event = DONDOC__V1__CONFLICT_RESOLVED__INIT;
	Dondoc__V1__ResolveConflict said = DONDOC__V1__RESOLVE_CONFLICT__INIT;

	(void)state;
	said.entry = 12;
	event.said = &said;
	says(CLI_EN, EVENT(CONFLICT_RESOLVED), &event.base, "entry 12, the values in force kept");
	said.take = true;
	event.has_percent_case = DONDOC__V1__CONFLICT_RESOLVED__HAS_PERCENT_PERCENT;
	event.percent = 30;
	says(CLI_EN, EVENT(CONFLICT_RESOLVED), &event.base, "entry 12, its values taken, 30%");
}

static void every_kind_of_request_has_a_name_in_both_languages(void **state)
{
	const ProtobufCEnumDescriptor *type = &dondoc__v1__request_kind__descriptor;

	(void)state;
	for (unsigned i = 0; i < type->n_values; i++) {
		bool any = type->values[i].value == DONDOC__V1__REQUEST_KIND__REQUEST_ANY;

		assert_true((strcmp(cli_name_request(CLI_VI, type->values[i].value), "?") == 0) ==
			    any);
		assert_true((strcmp(cli_name_request(CLI_EN, type->values[i].value), "?") == 0) ==
			    any);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_withdrawal_says_what_and_what_is_in_force),
		cmocka_unit_test(a_replacement_says_the_new_content_and_why),
		cmocka_unit_test(a_decision_taken_back_says_how_the_task_stands_again),
		cmocka_unit_test(a_group_undone_counts_what_was_left),
		cmocka_unit_test(a_conflict_resolved_says_which_values_hold),
		cmocka_unit_test(every_kind_of_request_has_a_name_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
