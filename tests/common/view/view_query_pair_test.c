/* view_query_pair_test.c - tasks of two plans are pairs by code or by text, and by nothing else. */
#include "tests/common/view/scene.h"

static void only_equal_codes_and_equal_texts_are_pairs(void **state)
{
	static const struct {
		const char *code, *other;
		bool same_code, same_text;
	} want[] = {
		{"1", "1", true, false},
		{"2", "7", false, true},
		{"3", "3", true, true},
	};
	Dondoc__V1__PairPlans ask = DONDOC__V1__PAIR_PLANS__INIT;
	Dondoc__V1__Answer *answer;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_unit(&s, "U", "Đơn vị", "", 0);
	scene_plan(&s, "KT", "U");
	scene_plan(&s, "QN", "U");
	(void)scene_task(&s, "KT", "1", "Số hóa hồ sơ", "U");
	(void)scene_task(&s, "KT", "2", "Xây dựng  nền tảng dữ liệu", "U");
	(void)scene_task(&s, "KT", "3", "Báo cáo", "U");
	(void)scene_task(&s, "KT", "4", "Họp giao ban", "U");
	(void)scene_task(&s, "KT", "5", "Họp giao ban", "U"); /* twice: tells nothing */
	(void)scene_task(&s, "KT", "6", "Số hóa hồ sơ cấp xã", "U");
	(void)scene_task(&s, "QN", "1", "Quy chế", "U");
	(void)scene_task(&s, "QN", "7", "xây dựng nền tảng dữ liệu", "U");
	(void)scene_task(&s, "QN", "3", "Báo cáo", "U");
	(void)scene_task(&s, "QN", "8", "Họp giao ban", "U");
	(void)scene_task(&s, "QN", "9", "So hoa ho so cap xa", "U"); /* marks count */
	ask.plan = lent("KT");
	ask.other = lent("QN");
	answer = scene_ask(&s, ASK(PAIR_PLANS), &ask);
	assert_non_null(answer);
	assert_int_equal(answer->plan_pairs->n_rows, 3);
	for (size_t i = 0; i < 3; i++) {
		const Dondoc__V1__PlanPair *row = answer->plan_pairs->rows[i];

		assert_string_equal(row->code, want[i].code);
		assert_string_equal(row->other_code, want[i].other);
		assert_int_equal(row->same_code, want[i].same_code);
		assert_int_equal(row->same_text, want[i].same_text);
	}
	dondoc__v1__answer__free_unpacked(answer, NULL);
	ask.other = lent("NONE");
	assert_null(scene_ask(&s, ASK(PAIR_PLANS), &ask));
	assert_int_equal(s.err.code, DD_ERR_NOT_FOUND);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_equal_codes_and_equal_texts_are_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
