/* unit_life_test.c - the tree, heirs, and every way in which a change of units can be wrong. */
#include "common/domain/unit_life.h"

#include "tests/support/harness.h"
#include <string.h>

/* --- the tree --- */

static bool parent_of(void *arg, const char *unit, char parent_out[32])
{
	static const char *const pairs[][2] = {
		{"UBND", ""},       {"SYT", "UBND"},    {"P1", "SYT"},
		{"LOOP1", "LOOP2"}, {"LOOP2", "LOOP1"},
	};

	(void)arg;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (strcmp(pairs[i][0], unit) == 0) {
			strcpy(parent_out, pairs[i][1]);
			return true;
		}
	}
	return false;
}

static void a_unit_stands_within_itself_and_what_is_above_it(void **state)
{
	(void)state;
	assert_true(dd_unit_within("P1", "P1", parent_of, NULL));
	assert_true(dd_unit_within("P1", "UBND", parent_of, NULL));
	assert_false(dd_unit_within("UBND", "P1", parent_of, NULL));
	assert_false(dd_unit_within("NEW", "UBND", parent_of, NULL));
	assert_false(dd_unit_within("LOOP1", "UBND", parent_of, NULL)); /* and it ends */
}

static void a_circle_of_units_is_seen_before_it_is_made(void **state)
{
	(void)state;
	assert_false(dd_unit_makes_circle("NEW", "P1", parent_of, NULL));
	assert_false(dd_unit_makes_circle("SYT", "", parent_of, NULL));
	assert_true(dd_unit_makes_circle("SYT", "SYT", parent_of, NULL));
	assert_true(dd_unit_makes_circle("SYT", "P1", parent_of, NULL));
	assert_true(dd_unit_makes_circle("UBND", "P1", parent_of, NULL));
	assert_true(dd_unit_makes_circle("NEW", "LOOP1", parent_of, NULL)); /* too deep */
}

static void a_unit_is_valid_from_its_first_to_its_last_day(void **state)
{
	(void)state;
	assert_true(dd_unit_valid(0, 0, 5));
	assert_true(dd_unit_valid(5, 5, 5));
	assert_false(dd_unit_valid(6, 0, 5));
	assert_false(dd_unit_valid(0, 4, 5));
}

/* --- heirs --- */

static bool heirs_of(void *arg, const char *unit, size_t index, char heir_out[32])
{
	static const char *const pairs[][2] = {
		{"TTTT", "KHCN"},  {"KHCN0", "KHCN"}, {"KHCN", "KHCN"},
		{"KHCN", "KHCN2"}, {"H1", "X1"},      {"H1", "X2"},
	};

	(void)arg;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (strcmp(pairs[i][0], unit) == 0 && index-- == 0) {
			strcpy(heir_out, pairs[i][1]);
			return true;
		}
	}
	return false;
}

static void heirs_are_found_over_several_changes(void **state)
{
	(void)state;
	assert_true(dd_unit_became("TTTT", "KHCN", heirs_of, NULL));
	assert_true(dd_unit_became("TTTT", "KHCN2", heirs_of, NULL));
	assert_true(dd_unit_became("H1", "X2", heirs_of, NULL));
	assert_false(dd_unit_became("H1", "KHCN", heirs_of, NULL));
	assert_false(dd_unit_became("KHCN", "TTTT", heirs_of, NULL));
	assert_false(dd_unit_became("SYT", "SYT", heirs_of, NULL));
}

/* --- changes --- */

enum { TODAY = 20000, DAY = 20010 };

static bool life(void *arg, const char *unit, int32_t *from_out, int32_t *until_out)
{
	(void)arg;
	*from_out = *until_out = 0;
	if (strcmp(unit, "OLD") == 0)
		*until_out = DAY - 1;
	return strcmp(unit, "A") == 0 || strcmp(unit, "B") == 0 || strcmp(unit, "OLD") == 0 ||
	       strcmp(unit, "C") == 0;
}

static const uint64_t open_tasks[] = {3, 7, 9};

/* Lists end with NULL. */
struct change_case {
	enum dd_unit_change_kind kind;
	const char *from[4], *to[4];
	struct dd_unit_move moves[5];
	const char *default_to;
	int32_t day;
	enum dd_unit_fault fault;
};

static size_t length(const char *const *list)
{
	size_t n = 0;

	while (n < 4 && list[n] != NULL)
		n++;
	return n;
}

static struct dd_unit_change change_of(const struct change_case *at)
{
	struct dd_unit_change change = {
		.kind = at->kind,
		.day = at->day,
		.from = at->from,
		.from_count = length(at->from),
		.to = at->to,
		.to_count = length(at->to),
		.moves = at->moves,
		.default_to = at->default_to,
	};

	while (change.move_count < 5 && at->moves[change.move_count].task != 0)
		change.move_count++;
	return change;
}

#define ALL_MOVES                                                                                  \
	{                                                                                          \
		{3, "N1"}, {7, "N2"},                                                              \
		{                                                                                  \
			9, "N1"                                                                    \
		}                                                                                  \
	}

static const struct change_case change_cases[] = {
	{DD_UNIT_RENAMED, {"A"}, {"A"}, {{0}}, "", DAY, DD_UNIT_FINE},
	{DD_UNIT_RENAMED, {"A"}, {"B"}, {{0}}, "", DAY, DD_UNIT_BAD_TO},
	{DD_UNIT_RENAMED, {"A", "B"}, {"A"}, {{0}}, "", DAY, DD_UNIT_BAD_FROM},
	{DD_UNIT_MERGED, {"A", "B"}, {"NEW"}, {{0}}, "", DAY, DD_UNIT_FINE},
	{DD_UNIT_MERGED, {"A", "B"}, {"B"}, {{0}}, "", DAY, DD_UNIT_FINE},
	{DD_UNIT_MERGED, {"B"}, {"B"}, {{0}}, "", DAY, DD_UNIT_SAME},
	{DD_UNIT_MERGED, {"A", "A"}, {"B"}, {{0}}, "", DAY, DD_UNIT_TWICE},
	{DD_UNIT_MERGED, {"A"}, {"N1", "N2"}, {{0}}, "", DAY, DD_UNIT_BAD_TO},
	{DD_UNIT_MERGED, {NULL}, {"B"}, {{0}}, "", DAY, DD_UNIT_BAD_FROM},
	{DD_UNIT_MERGED, {"X"}, {"B"}, {{0}}, "", DAY, DD_UNIT_UNKNOWN},
	{DD_UNIT_MERGED, {"OLD"}, {"B"}, {{0}}, "", DAY, DD_UNIT_CLOSED},
	{DD_UNIT_MERGED, {"A"}, {"OLD"}, {{0}}, "", DAY, DD_UNIT_CLOSED},
	{DD_UNIT_MERGED, {"A"}, {"B"}, {{0}}, "", 0, DD_UNIT_BAD_DAY},
	{DD_UNIT_MERGED, {"A"}, {"B"}, {{0}}, "", TODAY + 4000, DD_UNIT_BAD_DAY},
	{DD_UNIT_MERGED, {"A"}, {"B"}, {{3, "B"}}, "", DAY, DD_UNIT_FINE},
	{DD_UNIT_MERGED, {"A"}, {"B"}, {{4, "B"}}, "", DAY, DD_UNIT_MOVE_FOREIGN},
	{DD_UNIT_SPLIT, {"A"}, {"N1", "N2"}, ALL_MOVES, "N1", DAY, DD_UNIT_FINE},
	{DD_UNIT_SPLIT,
	 {"A"},
	 {"A", "N2"},
	 {{3, "A"}, {7, "N2"}, {9, "A"}},
	 "A",
	 DAY,
	 DD_UNIT_FINE},
	{DD_UNIT_SPLIT, {"A"}, {"N1", "N2"}, ALL_MOVES, "", DAY, DD_UNIT_NO_DEFAULT},
	{DD_UNIT_SPLIT, {"A"}, {"N1", "N2"}, ALL_MOVES, "C", DAY, DD_UNIT_MOVE_TO},
	{DD_UNIT_SPLIT, {"A"}, {"N1", "N2"}, {{3, "N1"}}, "N1", DAY, DD_UNIT_LEFT_OUT},
	{DD_UNIT_SPLIT, {"A"}, {"N1", "N2"}, {{3, "N1"}, {3, "N2"}}, "N1", DAY, DD_UNIT_MOVE_TWICE},
	{DD_UNIT_SPLIT, {"A"}, {"N1", "N2"}, {{3, "C"}}, "N1", DAY, DD_UNIT_MOVE_TO},
	{DD_UNIT_SPLIT, {"A"}, {"N1"}, {{0}}, "N1", DAY, DD_UNIT_BAD_TO},
	{DD_UNIT_ABOLISHED, {"A"}, {"B"}, {{0}}, "", DAY, DD_UNIT_FINE},
	{DD_UNIT_ABOLISHED, {"A"}, {NULL}, {{0}}, "C", DAY, DD_UNIT_LEFT_OUT},
	{DD_UNIT_ABOLISHED, {"A"}, {NULL}, {{3, "B"}, {7, "C"}, {9, "C"}}, "C", DAY, DD_UNIT_FINE},
	{DD_UNIT_ABOLISHED,
	 {"A"},
	 {NULL},
	 {{3, "A"}, {7, "C"}, {9, "C"}},
	 "C",
	 DAY,
	 DD_UNIT_MOVE_TO},
	{DD_UNIT_ABOLISHED, {"A"}, {NULL}, {{0}}, "", DAY, DD_UNIT_NO_DEFAULT},
	{DD_UNIT_CHANGE_NONE, {"A"}, {"B"}, {{0}}, "", DAY, DD_UNIT_BAD_KIND},
};

static void every_fault_of_a_change_is_found(void **state)
{
	const struct dd_unit_facts facts = {
		.today = TODAY, .life = life, .open = open_tasks, .open_count = 3};

	(void)state;
	for (size_t i = 0; i < sizeof(change_cases) / sizeof(change_cases[0]); i++) {
		struct dd_unit_change change = change_of(&change_cases[i]);
		struct dd_unit_where where;

		if (dd_unit_change_check(&change, &facts, &where) != change_cases[i].fault)
			fail_msg("case %zu: %d instead of %d", i,
				 (int)dd_unit_change_check(&change, &facts, &where),
				 (int)change_cases[i].fault);
	}
}

static void what_a_list_leaves_out_is_counted_and_the_first_named(void **state)
{
	static const struct change_case at = {DD_UNIT_SPLIT, {"A"}, {"N1", "N2"},    {{3, "N1"}},
					      "N1",          DAY,   DD_UNIT_LEFT_OUT};
	const struct dd_unit_facts facts = {
		.today = TODAY, .life = life, .open = open_tasks, .open_count = 3};
	struct dd_unit_change change = change_of(&at);
	struct dd_unit_where where;

	(void)state;
	assert_int_equal(dd_unit_change_check(&change, &facts, &where), DD_UNIT_LEFT_OUT);
	assert_int_equal(where.count, 2);
	assert_int_equal(where.task, 7);
}

static void tasks_go_where_the_change_says(void **state)
{
	static const struct change_case merged = {
		DD_UNIT_MERGED, {"A", "B"}, {"B"}, {{0}}, "", DAY, 0};
	static const struct change_case split = {
		DD_UNIT_SPLIT, {"A"}, {"N1", "N2"}, {{7, "N2"}}, "N1", DAY, 0};
	static const struct change_case renamed = {
		DD_UNIT_RENAMED, {"A"}, {"A"}, {{0}}, "", DAY, 0};
	struct dd_unit_change change = change_of(&merged);

	(void)state;
	assert_string_equal(dd_unit_goal(&change, 3), "B");
	assert_true(dd_unit_ends(&change, "A"));
	assert_false(dd_unit_ends(&change, "B"));
	change = change_of(&split);
	assert_string_equal(dd_unit_goal(&change, 7), "N2");
	assert_string_equal(dd_unit_goal(&change, 8), "N1"); /* came later */
	assert_string_equal(dd_unit_heir(&change), "N1");
	change = change_of(&renamed);
	assert_null(dd_unit_goal(&change, 3));
	assert_false(dd_unit_ends(&change, "A"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_stands_within_itself_and_what_is_above_it),
		cmocka_unit_test(a_circle_of_units_is_seen_before_it_is_made),
		cmocka_unit_test(a_unit_is_valid_from_its_first_to_its_last_day),
		cmocka_unit_test(heirs_are_found_over_several_changes),
		cmocka_unit_test(every_fault_of_a_change_is_found),
		cmocka_unit_test(what_a_list_leaves_out_is_counted_and_the_first_named),
		cmocka_unit_test(tasks_go_where_the_change_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
