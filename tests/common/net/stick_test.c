/* stick_test.c - what is sealed opens for the other side alone and unchanged; a file that was cut
 * or changed is told. */
#include "common/net/stick.h"

#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

struct sides {
	struct dd_curve_key office, centre, stranger;
	uint8_t office_public[32], centre_public[32], stranger_public[32];
};

static struct sides make_sides(void)
{
	struct sides sides;

	dd_curve_new(&sides.office);
	dd_curve_new(&sides.centre);
	dd_curve_new(&sides.stranger);
	assert_int_equal(dd_curve_bytes(sides.office.public_key, sides.office_public), 0);
	assert_int_equal(dd_curve_bytes(sides.centre.public_key, sides.centre_public), 0);
	assert_int_equal(dd_curve_bytes(sides.stranger.public_key, sides.stranger_public), 0);
	return sides;
}

static void what_is_sealed_opens_for_the_other_side_alone(void **state)
{
	struct sides sides = make_sides();
	struct dd_buf said = {0}, sealed = {0}, got = {0};
	struct dd_error err;

	(void)state;
	dd_buf_text(&said, "báo cáo");
	assert_int_equal(dd_stick_seal(&sides.office, sides.centre_public, DD_STICK_TO_CENTRE,
				       &said, &sealed, &err),
			 0);
	assert_int_equal(dd_stick_open(&sides.centre, sides.office_public, DD_STICK_TO_CENTRE,
				       sealed.data, sealed.len, &got, &err),
			 0);
	assert_string_equal(dd_buf_cstr(&got), "báo cáo");
	assert_int_equal(dd_stick_open(&sides.stranger, sides.office_public, DD_STICK_TO_CENTRE,
				       sealed.data, sealed.len, &got, &err),
			 DD_ERR_REFUSED);
	assert_int_equal(dd_stick_open(&sides.centre, sides.stranger_public, DD_STICK_TO_CENTRE,
				       sealed.data, sealed.len, &got, &err),
			 DD_ERR_REFUSED);
	/* Both sides share one secret: it must not go back to the office as an answer. */
	assert_int_equal(dd_stick_open(&sides.office, sides.centre_public, DD_STICK_TO_OFFICE,
				       sealed.data, sealed.len, &got, &err),
			 DD_ERR_REFUSED);
	dd_buf_fini(&said);
	dd_buf_fini(&sealed);
	dd_buf_fini(&got);
}

static void no_bit_of_it_can_be_changed(void **state)
{
	struct sides sides = make_sides();
	struct dd_buf said = {0}, sealed = {0}, got = {0};
	struct dd_error err;

	(void)state;
	dd_buf_text(&said, "60 %");
	assert_int_equal(dd_stick_seal(&sides.office, sides.centre_public, DD_STICK_TO_CENTRE,
				       &said, &sealed, &err),
			 0);
	for (size_t i = 0; i < sealed.len; i++) {
		sealed.data[i] ^= 1;
		assert_int_equal(dd_stick_open(&sides.centre, sides.office_public,
					       DD_STICK_TO_CENTRE, sealed.data, sealed.len, &got,
					       &err),
				 DD_ERR_REFUSED);
		sealed.data[i] ^= 1;
	}
	for (size_t len = 0; len < sealed.len; len++)
		assert_int_equal(dd_stick_open(&sides.centre, sides.office_public,
					       DD_STICK_TO_CENTRE, sealed.data, len, &got, &err),
				 DD_ERR_REFUSED);
	dd_buf_fini(&said);
	dd_buf_fini(&sealed);
	dd_buf_fini(&got);
}

static void a_key_that_everybody_shares_seals_nothing(void **state)
{
	struct sides sides = make_sides();
	const uint8_t low[32] = {0};
	struct dd_buf said = {0}, sealed = {0};
	struct dd_error err;

	(void)state;
	dd_buf_text(&said, "60 %");
	assert_int_equal(
		dd_stick_seal(&sides.office, low, DD_STICK_TO_CENTRE, &said, &sealed, &err),
		DD_ERR_INVALID);
	dd_buf_fini(&said);
	dd_buf_fini(&sealed);
}

static void a_file_gives_its_records_in_order_and_tells_where_it_was_cut(void **state)
{
	struct dd_stick_reader reader;
	struct dd_buf file = {0}, part = {0};
	const uint8_t *record;
	struct dd_error err;
	size_t len;

	(void)state;
	dd_stick_begin(&file);
	dd_stick_add(&file, (const uint8_t *)"head", 4);
	dd_stick_add(&file, (const uint8_t *)"second", 6);
	assert_int_equal(dd_stick_reader(&file, &reader, &err), 0);
	assert_int_equal(dd_stick_next(&reader, &record, &len, &err), 0);
	assert_memory_equal(record, "head", 4);
	assert_int_equal(dd_stick_next(&reader, &record, &len, &err), 0);
	assert_int_equal(len, 6);
	assert_int_equal(dd_stick_next(&reader, &record, &len, &err), 0);
	assert_int_equal(len, 0);
	for (size_t cut = 17; cut < file.len; cut++) { /* within the second record */
		dd_buf_clear(&part);
		dd_buf_add(&part, file.data, cut);
		assert_int_equal(dd_stick_reader(&part, &reader, &err), 0);
		assert_int_equal(dd_stick_next(&reader, &record, &len, &err), 0);
		assert_int_equal(dd_stick_next(&reader, &record, &len, &err), DD_ERR_INVALID);
		assert_non_null(strstr(err.text, "record 1"));
	}
	file.data[8] = file.data[9] = file.data[10] = 0xff; /* a length that cannot be */
	assert_int_equal(dd_stick_reader(&file, &reader, &err), 0);
	assert_int_equal(dd_stick_next(&reader, &record, &len, &err), DD_ERR_INVALID);
	file.data[0] = 'X';
	assert_int_equal(dd_stick_reader(&file, &reader, &err), DD_ERR_INVALID);
	dd_buf_fini(&file);
	dd_buf_fini(&part);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sealed_opens_for_the_other_side_alone),
		cmocka_unit_test(no_bit_of_it_can_be_changed),
		cmocka_unit_test(a_key_that_everybody_shares_seals_nothing),
		cmocka_unit_test(a_file_gives_its_records_in_order_and_tells_where_it_was_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
