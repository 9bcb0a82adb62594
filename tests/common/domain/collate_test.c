/* collate_test.c - the Vietnamese order by a row of texts that stand in it. */
#include "common/domain/collate.h"
#include "tests/support/harness.h"
#include <string.h>

static const char *const row[] = {
	"",
	"1. Rà soát",
	"2. Rà soát",
	"10. Rà soát",
	"a",
	"A",
	"à",
	"ả",
	"ã",
	"á",
	"Á",
	"ạ",
	"an",
	"ă",
	"ằ",
	"ẳ",
	"ẵ",
	"ắ",
	"ặ",
	"â",
	"ầ",
	"ấ",
	"ậ",
	"ba",
	"cu",
	"Dũng",
	"đá",
	"Đắk Lắk",
	"Đồng Nai",
	"e",
	"ê",
	"gà",
	"i",
	"ma",
	"mà",
	"mả",
	"mã",
	"má",
	"mạ",
	"ma tuý",
	"ngang",
	"oan",
	"ô",
	"ơ",
	"Phòng 2",
	"Phòng 2a",
	"Phòng 010",
	"Phòng 11",
	"Phòng Nội vụ",
	"Sở Nội vụ",
	"Sở Tài chính",
	"Sở Xây dựng",
	"u",
	"ư",
	"ứ",
	"v",
	"y",
	"ỳ",
	"ý",
	"ж",
};

/* As whoever sorts by the keys sees it. */
static int compare(const char *left, const char *right)
{
	uint8_t left_key[3 * DD_COLLATE_LETTERS + 2], right_key[3 * DD_COLLATE_LETTERS + 2];
	size_t left_len = dd_collate_key(left, left_key, sizeof(left_key));
	size_t right_len = dd_collate_key(right, right_key, sizeof(right_key));
	int order = memcmp(left_key, right_key, left_len < right_len ? left_len : right_len);

	return order != 0 ? order : (left_len > right_len) - (left_len < right_len);
}

static void texts_stand_in_vietnamese_order(void **state)
{
	const size_t count = sizeof(row) / sizeof(row[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int order = compare(row[i], row[j]);

			if ((order > 0) - (order < 0) != (i > j) - (i < j))
				fail_msg("'%s' and '%s': %d", row[i], row[j], order);
		}
	}
}

static void composed_and_decomposed_letters_are_the_same(void **state)
{
	(void)state;
	assert_int_equal(compare("Đường", "Đu\xcc\x9bo\xcc\x9b\xcc\x80ng"), 0);
	assert_int_equal(compare("ấ", "a\xcc\x82\xcc\x81"), 0);
	assert_int_equal(compare("ặ", "a\xcc\xa3\xcc\x86"), 0);
}

static void a_key_ends_where_there_is_no_more_room(void **state)
{
	uint8_t small[5] = {0}, key[1300];
	char text[2000];
	size_t len;

	(void)state;
	assert_int_equal(dd_collate_key("Thủ tục", small, 5), 5);
	len = dd_collate_key("Thủ tục", key, sizeof(key));
	assert_true(len > 5);
	assert_memory_equal(small, key, 5);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(dd_collate_key(text, key, sizeof(key)), 3 * DD_COLLATE_LETTERS + 2);
	/* bytes that are no UTF-8 do no harm */
	assert_true(dd_collate_key("\xff\xc3", key, sizeof(key)) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_stand_in_vietnamese_order),
		cmocka_unit_test(composed_and_decomposed_letters_are_the_same),
		cmocka_unit_test(a_key_ends_where_there_is_no_more_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
