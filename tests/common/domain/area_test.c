/* area_test.c - the areas that are there from the beginning. */
#include "common/domain/area.h"

#include "tests/support/harness.h"

static void six_areas_and_steering_are_shipped_in_both_languages(void **state)
{
	(void)state;
	for (uint32_t area = 0; area < DD_AREAS_SHIPPED; area++) {
		assert_true(dd_area_name(area)[0] != '\0');
		assert_true(dd_area_name_en(area)[0] != '\0');
	}
	assert_string_equal(dd_area_name(0), "Chỉ đạo, điều hành");
	assert_string_equal(dd_area_name_en(2), "Administrative procedure reform");
	assert_null(dd_area_name(7));
	assert_null(dd_area_name_en(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_areas_and_steering_are_shipped_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
