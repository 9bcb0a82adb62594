/* annex_words_test.c - what an export writes in one language is read back in any. */
#include "common/base/text.h"
#include "common/domain/annex_words.h"
#include "tests/support/harness.h"
#include <stdlib.h>

static void every_word_is_read_back(void **state)
{
	static const struct {
		enum dd_annex_list list;
		uint32_t count;
	} lists[] = {{DD_ANNEX_RECURRENCE, 10}, {DD_ANNEX_SOURCE, 5}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (uint32_t number = 0; number < 2 * lists[i].count; number++) {
			bool vietnamese = number >= lists[i].count;
			const char *word =
				dd_annex_word(lists[i].list, number % lists[i].count, vietnamese);
			char *key = dd_text_name_key(word);
			uint32_t back = 99;

			assert_true(dd_annex_number(lists[i].list, key, &back));
			assert_int_equal(back, number % lists[i].count);
			free(key);
		}
		assert_null(dd_annex_word(lists[i].list, lists[i].count, true));
	}
}

static void another_word_is_none(void **state)
{
	uint32_t number;

	(void)state;
	assert_false(dd_annex_number(DD_ANNEX_RECURRENCE, "", &number));
	assert_false(dd_annex_number(DD_ANNEX_RECURRENCE, "meeting", &number));
	assert_false(dd_annex_number(DD_ANNEX_SOURCE, "hằng năm", &number));
	assert_true(dd_annex_is_settled(dd_annex_settled(true)));
	assert_true(dd_annex_is_settled("settled"));
	assert_false(dd_annex_is_settled("x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_is_read_back),
		cmocka_unit_test(another_word_is_none),
	};

	return cmocka_run_group_tests_name("common.domain.annex_words", tests, NULL, NULL);
}
