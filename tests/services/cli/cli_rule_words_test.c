/* cli_rule_words_test.c - rules of reminders, and what happened to them, in both languages. */
#include "services/cli/cli_rules.h"

#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event.h"
#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

static char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

static void speaks(const Dondoc__V1__ReminderRule *rule, const char *vi, const char *en)
{
	const char *const wanted[] = {vi, en};

	for (int lang = CLI_VI; lang < CLI_LANG_COUNT; lang++) {
		struct dd_buf out = {0};

		cli_rule_when_words((enum cli_lang)lang, rule, &out);
		assert_string_equal(dd_buf_cstr(&out), wanted[lang]);
		dd_buf_fini(&out);
	}
}

#define KIND(name) DONDOC__V1__RULE_KIND__RULE_##name

static void when_a_rule_speaks_is_said_with_its_numbers(void **state)
{
	int32_t before[] = {-7, -3}, period[] = {-3, 0, 2};
	uint32_t gaps[] = {1, 1, 7}, ending[] = {1, 2, 0};
	Dondoc__V1__Rung head = DONDOC__V1__RUNG__INIT, *rungs[] = {&head};
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;

	(void)state;
	rule.kind = KIND(BEFORE);
	rule.steps = before;
	rule.n_steps = 2;
	speaks(&rule, "7, 3 ngày làm việc trước hạn", "7, 3 working days before the due day");
	rule.kind = KIND(PERIOD_REPORT);
	rule.steps = period;
	rule.n_steps = 3;
	speaks(&rule, "-3, 0, +2 ngày làm việc so với hạn báo cáo",
	       "-3, 0, +2 working days from the report's due day");
	rule.n_steps = 0;
	rule.kind = KIND(AFTER);
	rule.gaps = gaps;
	rule.n_gaps = 3;
	speaks(&rule, "sau hạn, cách nhau 1, 1, 7 ngày làm việc (lặp lại lần cuối)",
	       "after the due day, 1, 1, 7 working days apart (the last goes on)");
	rule.gaps = ending;
	speaks(&rule, "sau hạn, cách nhau 1, 2 ngày làm việc (rồi thôi)",
	       "after the due day, 1, 2 working days apart (then no more)");
	rule.n_gaps = 0;
	rule.kind = KIND(SUPERIOR);
	head.days = 2;
	rule.rungs = rungs;
	rule.n_rungs = 1;
	speaks(&rule, "quá hạn không phản hồi, sau số ngày làm việc: 2 thủ trưởng đơn vị",
	       "overdue without reaction, after working days: 2 head of the unit");
	rule.n_rungs = 0;
	rule.kind = KIND(NO_UPDATE);
	rule.days = 30;
	speaks(&rule, "30 ngày chưa cập nhật, rồi sau mỗi 30 ngày",
	       "30 days without an update, then every 30 days");
	rule.kind = (Dondoc__V1__RuleKind)99; /* of a newer server */
	speaks(&rule, "", "");
}

static void every_kind_has_words_for_when_it_speaks(void **state)
{
	const ProtobufCEnumDescriptor *kinds = &dondoc__v1__rule_kind__descriptor;
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;

	(void)state;
	for (unsigned i = 1; i < kinds->n_values; i++) {
		struct dd_buf out = {0};

		rule.kind = (Dondoc__V1__RuleKind)kinds->values[i].value;
		cli_rule_when_words(CLI_VI, &rule, &out);
		if (out.len == 0 || cli_rule_name(CLI_EN, &rule)[0] == '\0')
			fail_msg("%s", kinds->values[i].name);
		dd_buf_fini(&out);
	}
}

static void a_cause_is_known_by_its_word_and_has_a_name(void **state)
{
	static const char *const words[] = {"done", "not-ours", "date", "twice", "other"};

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(cli_dispute_parse(words[i]), i + 1);
		assert_string_not_equal(cli_dispute_words(CLI_VI, i + 1), "?");
	}
	assert_int_equal(cli_dispute_parse(""), -1);
	assert_int_equal(cli_dispute_parse("dones"), -1);
	assert_string_equal(cli_dispute_words(CLI_VI, 99), "?");
}

static void says(int type, const ProtobufCMessage *message, const char *vi)
{
	size_t len = protobuf_c_message_get_packed_size(message);
	uint8_t *body = malloc(len + 1);
	struct dd_buf out = {0};

	assert_non_null(body);
	protobuf_c_message_pack(message, body);
	cli_event_words(CLI_VI, type, body, len, &out);
	assert_string_equal(dd_buf_cstr(&out), vi);
	dd_buf_fini(&out);
	free(body);
}

static void events_say_for_whom_and_why(void **state)
{
	Dondoc__V1__SilenceSet set = DONDOC__V1__SILENCE_SET__INIT;
	Dondoc__V1__SetSilence silence = DONDOC__V1__SET_SILENCE__INIT;
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;
	Dondoc__V1__ReminderRuleSet changed = DONDOC__V1__REMINDER_RULE_SET__INIT;
	Dondoc__V1__SetReminderRule said = DONDOC__V1__SET_REMINDER_RULE__INIT;
	Dondoc__V1__ReminderRule rule = DONDOC__V1__REMINDER_RULE__INIT;

	(void)state;
	scope.unit = text_of("SYT");
	silence.scope = &scope;
	silence.from_day = 20515;
	silence.until_day = 20519;
	silence.reason = text_of("Chống dịch");
	set.said = &silence;
	says(DONDOC__V1__EVENT_TYPE__EVENT_SILENCE_SET, &set.base,
	     "SYT, 03/03/2026 - 07/03/2026: Chống dịch");
	rule.rule = text_of("due");
	rule.kind = KIND(DUE);
	said.rule = &rule;
	changed.said = &said;
	says(DONDOC__V1__EVENT_TYPE__EVENT_REMINDER_RULE_SET, &changed.base,
	     "due: tắt, tất cả, ngày đến hạn");
	said.removed = 1;
	said.reason = text_of("thử xong");
	says(DONDOC__V1__EVENT_TYPE__EVENT_REMINDER_RULE_SET, &changed.base,
	     "due: đã bỏ, tất cả: thử xong");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_a_rule_speaks_is_said_with_its_numbers),
		cmocka_unit_test(every_kind_has_words_for_when_it_speaks),
		cmocka_unit_test(a_cause_is_known_by_its_word_and_has_a_name),
		cmocka_unit_test(events_say_for_whom_and_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
