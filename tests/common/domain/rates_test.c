/* rates_test.c - both rates by tables, published figures among them. */
#include "common/domain/rates.h"
#include "tests/support/harness.h"

static void a_rate_is_cut_after_two_decimals_and_has_no_text_without_a_base(void **state)
{
	static const struct {
		struct dd_rate rate;
		const char *text;
	} rows[] = {
		{{0, 0}, ""},
		{{0, 7}, "0%"},
		{{7, 7}, "100%"},
		{{1, 2}, "50%"},
		{{1, 3}, "33,33%"},
		{{2, 3}, "66,66%"},
		{{1, 16}, "6,25%"},
		{{99999, 100000}, "99,99%"},
		{{1, 100000}, "0%"},
		{{101, 10000}, "1,01%"},
		{{UINT32_MAX, UINT32_MAX}, "100%"},
	};
	char text[DD_RATE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(dd_rate_text(rows[i].rate, text), rows[i].text);
}

/* 1270/BC-TCTTTg of 2017: 21,914 tasks; the report says 98,62 %. */
static void the_published_rate_of_report_1270_comes_out_of_its_counts(void **state)
{
	const struct dd_tally tally = {.in = {[DD_BUCKET_DONE_ON_TIME] = 14068,
					      [DD_BUCKET_DONE_LATE] = 1983,
					      [DD_BUCKET_OPEN_IN_TERM] = 5640,
					      [DD_BUCKET_OPEN_OVERDUE] = 223},
				       .done_with_term = 16051};
	char text[DD_RATE_TEXT];

	(void)state;
	assert_int_equal(dd_tally_total(&tally), 21914);
	assert_int_equal(dd_rate_of_fallen_due(&tally).denominator, 16274);
	assert_string_equal(dd_rate_text(dd_rate_of_fallen_due(&tally), text), "98,62%");
	assert_int_equal(dd_rate_of_all(&tally).denominator, 21914);
	assert_string_equal(dd_rate_text(dd_rate_of_all(&tally), text), "73,24%");
}

static void what_was_cancelled_is_no_base_and_what_had_no_term_never_fell_due(void **state)
{
	const struct dd_tally tally = {.in = {[DD_BUCKET_DONE_ON_TIME] = 3,
					      [DD_BUCKET_NO_DUE] = 4,
					      [DD_BUCKET_PAUSED] = 1,
					      [DD_BUCKET_CANCELLED] = 2},
				       .done_with_term = 1};

	(void)state;
	assert_int_equal(dd_rate_of_fallen_due(&tally).numerator, 1);
	assert_int_equal(dd_rate_of_fallen_due(&tally).denominator, 1);
	assert_int_equal(dd_rate_of_all(&tally).numerator, 3);
	assert_int_equal(dd_rate_of_all(&tally).denominator, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_is_cut_after_two_decimals_and_has_no_text_without_a_base),
		cmocka_unit_test(the_published_rate_of_report_1270_comes_out_of_its_counts),
		cmocka_unit_test(what_was_cancelled_is_no_base_and_what_had_no_term_never_fell_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
