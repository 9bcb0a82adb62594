/* buf_test.c - the growing buffer. */
#include "common/base/buf.h"

#include "tests/support/harness.h"
#include <string.h>

static void an_empty_buffer_is_an_empty_text(void **state)
{
	struct dd_buf buf = {0};

	(void)state;
	assert_string_equal(dd_buf_cstr(&buf), "");
	assert_int_equal(buf.len, 0);
	dd_buf_fini(&buf);
	assert_null(buf.data);
	dd_buf_text(&buf, "again");
	assert_string_equal(dd_buf_cstr(&buf), "again");
	dd_buf_fini(&buf);
}

static void pieces_follow_one_another(void **state)
{
	struct dd_buf buf = {0};

	(void)state;
	dd_buf_text(&buf, "việc ");
	dd_buf_printf(&buf, "%d/%s", 12, "KH");
	dd_buf_add(&buf, "\0z", 2);
	dd_buf_add(&buf, NULL, 0);
	assert_int_equal(buf.len, strlen("việc 12/KH") + 2);
	assert_string_equal(dd_buf_cstr(&buf), "việc 12/KH");
	assert_int_equal(buf.data[buf.len - 1], 'z');
	dd_buf_clear(&buf);
	assert_int_equal(buf.len, 0);
	assert_string_equal(dd_buf_cstr(&buf), "");
	dd_buf_fini(&buf);
}

static void a_thousand_additions_of_all_lengths_are_kept(void **state)
{
	struct dd_buf buf = {0};
	uint8_t piece[300];
	size_t i;
	size_t at = 0;

	(void)state;
	for (i = 0; i < 1000; i++) {
		memset(piece, (int)(i % 251), sizeof(piece));
		dd_buf_add(&buf, piece, i % 300);
	}
	for (i = 0; i < 1000; i++) {
		size_t k;

		for (k = 0; k < i % 300; k++)
			assert_int_equal(buf.data[at++], i % 251);
	}
	assert_int_equal(at, buf.len);
	dd_buf_fini(&buf);
}

static void reserved_room_is_writable_and_not_yet_content(void **state)
{
	struct dd_buf buf = {0};

	(void)state;
	dd_buf_text(&buf, "ab");
	memset(dd_buf_reserve(&buf, 5000), 'x', 5000);
	assert_int_equal(buf.len, 2);
	assert_true(buf.cap >= 5002);
	buf.len += 5000;
	dd_buf_printf(&buf, "%s", "end");
	assert_memory_equal(buf.data + 4999, "xxxend", 6);
	dd_buf_fini(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_is_an_empty_text),
		cmocka_unit_test(pieces_follow_one_another),
		cmocka_unit_test(a_thousand_additions_of_all_lengths_are_kept),
		cmocka_unit_test(reserved_room_is_writable_and_not_yet_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
