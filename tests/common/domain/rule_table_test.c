/* rule_table_test.c - the rules as shipped, and what a rule of each kind may have. */
#include "common/domain/rule.h"

#include "tests/support/harness.h"
#include <string.h>

static void what_ships_is_allowed_has_its_own_id_and_words_in_both_languages(void **state)
{
	struct dd_rule_fault fault;
	const struct dd_rule *rule;
	char on[256] = "";

	(void)state;
	for (size_t i = 0; (rule = dd_rule_shipped(i)) != NULL; i++) {
		assert_true(dd_rule_check(rule, &fault));
		assert_ptr_equal(dd_rule_shipped_by_id(rule->id), rule);
		assert_true(dd_rule_kind_name(rule->kind, false)[0] != '\0');
		assert_true(dd_rule_kind_name(rule->kind, true)[0] != '\0');
		if (rule->on)
			strcat(strcat(on, rule->id), " ");
	}
	assert_string_equal(on, "before after promise period-report first silence-over ");
	assert_null(dd_rule_shipped_by_id("before "));
	assert_string_equal(dd_rule_kind_name(DD_RULE_KIND_COUNT, true), "");
}

static void what_a_kind_cannot_have_is_named_with_what_is_allowed(void **state)
{
	static const struct {
		struct dd_rule rule;
		const char *field; /* NULL = it is allowed */
		const char *allowed;
	} rows[] = {
		{{.id = "", .kind = DD_RULE_DUE}, "rule", "a-z, 0-9, '-': 1..31"},
		{{.id = "Before", .kind = DD_RULE_DUE}, "rule", "a-z, 0-9, '-': 1..31"},
		{{.id = "a", .kind = DD_RULE_NONE}, "kind", "1..21"},
		{{.id = "a", .kind = DD_RULE_KIND_COUNT}, "kind", "1..21"},
		{{.id = "a", .kind = DD_RULE_DUE, .to = 8}, "to", "0..7"},
		{{.id = "a", .kind = DD_RULE_DUE}, NULL, NULL},
		{{.id = "a", .kind = DD_RULE_BEFORE}, "steps (count)", "1..16"},
		{{.id = "a", .kind = DD_RULE_BEFORE, .steps = {-3, 0}, .step_count = 2},
		 "steps",
		 "-250..-1"},
		{{.id = "a", .kind = DD_RULE_BEFORE, .steps = {-3, -7}, .step_count = 2},
		 "steps",
		 "ascending"},
		{{.id = "a", .kind = DD_RULE_BEFORE, .steps = {-7}, .step_count = 1, .days = 2},
		 "days",
		 "none"},
		{{.id = "a", .kind = DD_RULE_BEFORE, .gaps = {1}, .gap_count = 1},
		 "steps (count)",
		 "1..16"},
		{{.id = "a", .kind = DD_RULE_AFTER, .gaps = {1}, .gap_count = 1}, NULL, NULL},
		{{.id = "a", .kind = DD_RULE_AFTER, .gaps = {0}, .gap_count = 1}, "gaps", "1..250"},
		{{.id = "a", .kind = DD_RULE_AFTER, .gaps = {1, 0, 1}, .gap_count = 3},
		 "gaps",
		 "1..250"},
		{{.id = "a", .kind = DD_RULE_AFTER, .gaps = {1, 0}, .gap_count = 2}, NULL, NULL},
		{{.id = "a",
		  .kind = DD_RULE_AFTER,
		  .gaps = {1},
		  .gap_count = 1,
		  .steps = {1},
		  .step_count = 1},
		 "steps",
		 "none: gaps"},
		{{.id = "a", .kind = DD_RULE_EXPECTED, .gaps = {1}, .gap_count = 1},
		 "steps (count)",
		 "1..16"},
		{{.id = "a",
		  .kind = DD_RULE_EXPECTED,
		  .gaps = {1},
		  .gap_count = 1,
		  .steps = {0},
		  .step_count = 1},
		 "gaps",
		 "none"},
		{{.id = "a", .kind = DD_RULE_NO_UPDATE}, "days", "1..365"},
		{{.id = "a", .kind = DD_RULE_NO_UPDATE, .days = 366}, "days", "1..365"},
		{{.id = "a", .kind = DD_RULE_BEHIND, .percent = 100}, "percent", "1..99"},
		{{.id = "a", .kind = DD_RULE_DUE, .percent = 1}, "percent", "none"},
		{{.id = "a", .kind = DD_RULE_DUE, .rungs = {{1, 0}}, .rung_count = 1},
		 "rungs",
		 "none"},
		{{.id = "a", .kind = DD_RULE_SUPERIOR}, "rungs (count)", "1..6"},
		{{.id = "a", .kind = DD_RULE_SUPERIOR, .rungs = {{0, 0}}, .rung_count = 1},
		 "rungs.days",
		 "1..250"},
		{{.id = "a", .kind = DD_RULE_SUPERIOR, .rungs = {{1, 4}}, .rung_count = 1},
		 "rungs.to",
		 "head|leader|parent|agency"},
		{{.id = "a", .kind = DD_RULE_SUPERIOR, .rungs = {{2, 0}, {2, 1}}, .rung_count = 2},
		 "rungs.days",
		 "ascending"},
	};
	struct dd_rule_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool fits = dd_rule_check(&rows[i].rule, &fault);

		if (fits != (rows[i].field == NULL))
			fail_msg("row %zu", i);
		if (fits)
			continue;
		assert_string_equal(fault.field, rows[i].field);
		assert_string_equal(fault.allowed, rows[i].allowed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_ships_is_allowed_has_its_own_id_and_words_in_both_languages),
		cmocka_unit_test(what_a_kind_cannot_have_is_named_with_what_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
