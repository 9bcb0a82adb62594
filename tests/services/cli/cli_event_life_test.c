/* cli_event_life_test.c - what happened to a task beside its daily work, said in both languages. */
#include "dondoc/v1/event.pb-c.h"
#include "dondoc/v1/lifecycle.pb-c.h"
#include "services/cli/cli_event.h"
#include "services/cli/cli_life.h"
#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

static char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

static void says(int type, const ProtobufCMessage *message, const char *vi, const char *en)
{
	const char *const wanted[] = {vi, en};
	size_t len = protobuf_c_message_get_packed_size(message);
	uint8_t *body = malloc(len + 1);

	assert_non_null(body);
	protobuf_c_message_pack(message, body);
	for (int lang = CLI_VI; lang < CLI_LANG_COUNT; lang++) {
		struct dd_buf out = {0};

		cli_event_words((enum cli_lang)lang, type, body, len, &out);
		assert_string_equal(dd_buf_cstr(&out), wanted[lang]);
		dd_buf_fini(&out);
	}
	free(body);
}

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

static void a_granted_refusal_names_both_units_and_its_document(void **state)
{
	Dondoc__V1__RefusalDecided event = DONDOC__V1__REFUSAL_DECIDED__INIT;
	Dondoc__V1__DecideRefusal said = DONDOC__V1__DECIDE_REFUSAL__INIT;
	Dondoc__V1__Document document = DONDOC__V1__DOCUMENT__INIT;

	(void)state;
	document.number = text_of("15/TB");
	said.granted = 1;
	said.to_unit = text_of("STC");
	said.document = &document;
	event.said = &said;
	event.from_unit = text_of("SYT");
	says(TYPE(REFUSAL_DECIDED), &event.base, "đồng ý, SYT → STC [15/TB]",
	     "granted, SYT → STC [15/TB]");
	said.granted = 0;
	said.document = NULL;
	said.reason = text_of("đúng chức năng");
	says(TYPE(REFUSAL_DECIDED), &event.base, "không đồng ý: đúng chức năng",
	     "denied: đúng chức năng");
}

static void a_resumption_tells_the_days_and_the_new_date(void **state)
{
	Dondoc__V1__TaskResumed event = DONDOC__V1__TASK_RESUMED__INIT;
	Dondoc__V1__ResumeTask said = DONDOC__V1__RESUME_TASK__INIT;

	(void)state;
	said.reason = text_of("đã có Nghị định");
	event.said = &said;
	event.paused_days = 12;
	event.due_day = 20500;
	says(TYPE(TASK_RESUMED), &event.base,
	     "đã dừng 12 ngày, hạn mới 16/02/2026: đã có Nghị định",
	     "12 days paused, now due 2026-02-16: đã có Nghị định");
	event.due_day = 0;
	says(TYPE(TASK_RESUMED), &event.base, "đã dừng 12 ngày: đã có Nghị định",
	     "12 days paused: đã có Nghị định");
}

static void a_product_and_an_answer_tell_their_state_and_delay(void **state)
{
	Dondoc__V1__ProductReported product = DONDOC__V1__PRODUCT_REPORTED__INIT;
	Dondoc__V1__ReportProduct report = DONDOC__V1__REPORT_PRODUCT__INIT;
	Dondoc__V1__AskAnswered answered = DONDOC__V1__ASK_ANSWERED__INIT;
	Dondoc__V1__AnswerAsk answer = DONDOC__V1__ANSWER_ASK__INIT;

	(void)state;
	report.product = 2;
	report.state = DONDOC__V1__PRODUCT_STATE__PRODUCT_RETURNED;
	report.note = text_of("thiếu phụ lục");
	product.said = &report;
	says(TYPE(PRODUCT_REPORTED), &product.base, "sản phẩm 2: bị trả lại: thiếu phụ lục",
	     "product 2: returned: thiếu phụ lục");
	answer.ask = 812;
	answered.said = &answer;
	answered.days_late = 3;
	says(TYPE(ASK_ANSWERED), &answered.base, "#812, trả lời chậm 3 ngày",
	     "#812, answered 3 days late");
}

static void a_task_passed_to_no_division_goes_back_to_the_unit(void **state)
{
	Dondoc__V1__TaskPassedOn event = DONDOC__V1__TASK_PASSED_ON__INIT;
	Dondoc__V1__PassOn said = DONDOC__V1__PASS_ON__INIT;

	(void)state;
	event.said = &said;
	says(TYPE(TASK_PASSED_ON), &event.base, "về đơn vị", "back to the unit");
	said.division = text_of("SYT-P");
	said.internal_due_day = 20500;
	says(TYPE(TASK_PASSED_ON), &event.base, "SYT-P, đến 16/02/2026", "SYT-P, until 2026-02-16");
}

static void an_event_that_says_nothing_is_no_mishap(void **state)
{
	static const int types[] = {
		TYPE(TASK_RECEIVED),      TYPE(REFUSAL_REQUESTED),   TYPE(REFUSAL_DECIDED),
		TYPE(TRANSFER_REQUESTED), TYPE(TRANSFER_DECIDED),    TYPE(TASK_PAUSED),
		TYPE(TASK_RESUMED),       TYPE(TASK_CANCELLED),      TYPE(TASK_REMOVED),
		TYPE(TASK_PASSED_ON),     TYPE(UNCHANGED_REPORTED),  TYPE(PRODUCT_REPORTED),
		TYPE(DELAY_EXPLAINED),    TYPE(EXPLANATION_DECIDED), TYPE(UNIT_ASKED),
		TYPE(ASK_ANSWERED),       TYPE(ASK_CLOSED),          TYPE(COMMENTED)};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct dd_buf out = {0};

		cli_event_words(CLI_VI, types[i], "", 0, &out);
		assert_string_equal(dd_buf_cstr(&out), "");
		dd_buf_fini(&out);
	}
}

static void every_state_of_a_product_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i <= DONDOC__V1__PRODUCT_STATE__PRODUCT_RETURNED; i++)
		assert_string_not_equal(cli_name_product(CLI_VI, i), "?");
	assert_string_equal(cli_name_product(CLI_VI, -1), "?");
	assert_string_equal(
		cli_name_product(CLI_VI, DONDOC__V1__PRODUCT_STATE__PRODUCT_RETURNED + 1), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_granted_refusal_names_both_units_and_its_document),
		cmocka_unit_test(a_resumption_tells_the_days_and_the_new_date),
		cmocka_unit_test(a_product_and_an_answer_tell_their_state_and_delay),
		cmocka_unit_test(a_task_passed_to_no_division_goes_back_to_the_unit),
		cmocka_unit_test(an_event_that_says_nothing_is_no_mishap),
		cmocka_unit_test(every_state_of_a_product_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
