/* task_rules_units_test.c - units set by hand, and changed on a day. */
#include "tests/services/task/task_units_fixture.h"

/* --- units and aliases ----------------------------------------------------------------------- */

static void a_unit_is_set_with_its_validity_and_official_id(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__UnitFields fields = unit_named("P1", "Phòng Một", "U1");
	struct view_unit unit;
	char code[32];
	char *folded = dd_text_name_key("phòng một");

	(void)state;
	as_operator(test);
	fields.official_id = text_of("H29.3");
	fields.valid_from = TODAY;
	fields.valid_until = TODAY + 365;
	fields.focal_person = person_of('f');
	set_unit(test, &fields);
	unit = unit_now(test, "P1");
	assert_string_equal(unit.parent, "U1");
	assert_string_equal(unit.official_id, "H29.3");
	assert_int_equal(unit.valid_from, TODAY);
	assert_int_equal(unit.valid_until, TODAY + 365);
	assert_memory_equal(unit.focal_person, person_of('f').data, 16);
	assert_true(view_unit_within(test->view, true, "P1", "U1"));
	assert_int_equal(view_unit_by_name(test->view, true, folded, code), DD_OK);
	assert_string_equal(code, "P1");
	free(folded);
	end(test);
}

static void the_tree_of_units_has_no_circles(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__UnitFields child = unit_named("P1", "Phòng Một", "U1");
	Dondoc__V1__UnitFields root = unit_named("U1", "U1", "P1");
	Dondoc__V1__SetUnit cmd = DONDOC__V1__SET_UNIT__INIT;

	(void)state;
	as_operator(test);
	set_unit(test, &child);
	cmd.unit = &root;
	denied(test, COMMAND(SET_UNIT), &cmd, REFUSAL(CYCLE), "U1");
	end(test);
}

static void what_a_unit_cannot_be_is_refused(void **state)
{
	static const struct {
		const char *code, *name, *parent, *kind;
		int32_t from, until;
		Dondoc__V1__RefusalCode refusal;
	} cases[] = {
		{"A B", "x", "", "", 0, 0, REFUSAL(RANGE)},
		{"P1", "  ", "", "", 0, 0, REFUSAL(MISSING)},
		{"P1", "x", "NOBODY", "", 0, 0, REFUSAL(UNKNOWN_UNIT)},
		{"P1", "u2", "", "", 0, 0, REFUSAL(DUPLICATE)},
		{"P1", "x", "", "", 20, 10, REFUSAL(RANGE)},
		{"P1", "x", "", "a kind of more than thirty-one bytes", 0, 0, REFUSAL(TOO_LARGE)},
		{"U1", "U1", "", "", 0, 0, REFUSAL(NOTHING_TO_DO)},
	};
	struct deciding *test = begin();

	(void)state;
	as_operator(test);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__UnitFields fields =
			unit_named(cases[i].code, cases[i].name, cases[i].parent);
		Dondoc__V1__SetUnit cmd = DONDOC__V1__SET_UNIT__INIT;

		fields.kind = text_of(cases[i].kind);
		fields.valid_from = cases[i].from;
		fields.valid_until = cases[i].until;
		cmd.unit = &fields;
		denied(test, COMMAND(SET_UNIT), &cmd, cases[i].refusal, NULL);
	}
	end(test);
}

static void an_alias_leads_to_its_unit_until_it_is_taken_away(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetAlias cmd = DONDOC__V1__SET_ALIAS__INIT;
	char *folded = dd_text_name_key("Sở Một");
	char code[32];

	(void)state;
	as_operator(test);
	cmd.unit = text_of("U1");
	cmd.alias = text_of("Sở Một");
	(void)accepted(test, COMMAND(SET_ALIAS), &cmd);
	assert_int_equal(view_unit_by_name(test->view, true, folded, code), DD_OK);
	assert_string_equal(code, "U1");
	denied(test, COMMAND(SET_ALIAS), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	cmd.unit = text_of("U2");
	denied(test, COMMAND(SET_ALIAS), &cmd, REFUSAL(DUPLICATE), "Sở Một");
	cmd.unit = text_of("U1");
	cmd.removed = true;
	(void)accepted(test, COMMAND(SET_ALIAS), &cmd);
	assert_int_equal(view_unit_by_name(test->view, true, folded, code), DD_ERR_NOT_FOUND);
	denied(test, COMMAND(SET_ALIAS), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	free(folded);
	end(test);
}

/* --- changes on a day ------------------------------------------------------------------------ */

/* U1 and U2 become U9 in ten days. */
struct merger {
	Dondoc__V1__ChangeUnits cmd;
	Dondoc__V1__UnitFields heir;
	Dondoc__V1__UnitFields *heirs[1];
	Dondoc__V1__Document paper;
	char *from[2];
};

static void merge(struct merger *merger)
{
	memset(merger, 0, sizeof(*merger));
	dondoc__v1__change_units__init(&merger->cmd);
	merger->heir = unit_named("U9", "Sở Chín", "");
	merger->heirs[0] = &merger->heir;
	merger->paper = paper("12/NQ-HĐND");
	merger->from[0] = text_of("U1");
	merger->from[1] = text_of("U2");
	merger->cmd.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED;
	merger->cmd.day = TODAY + 10;
	merger->cmd.from = merger->from;
	merger->cmd.n_from = 2;
	merger->cmd.to = merger->heirs;
	merger->cmd.n_to = 1;
	merger->cmd.reason = text_of("Sắp xếp bộ máy");
	merger->cmd.document = &merger->paper;
}

static void a_merger_waits_for_its_day_and_then_moves_what_is_open(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__EffectUnitsChange early = DONDOC__V1__EFFECT_UNITS_CHANGE__INIT;
	struct merger merger;
	struct view_unit_change change;
	const uint8_t *bytes;
	uint64_t planned;
	size_t len;

	(void)state;
	as_operator(test);
	merge(&merger);
	planned = accepted(test, COMMAND(CHANGE_UNITS), &merger.cmd);
	assert_string_equal(task_now(test, test->task).lead_unit, "U1");
	become(test, DD_PRINCIPAL_TASK, "", 't');
	early.change = planned;
	denied(test, COMMAND(EFFECT_UNITS_CHANGE), &early, REFUSAL(RANGE), "day");
	tomorrow(test, 10);
	effect(test, planned);
	assert_string_equal(task_now(test, test->task).lead_unit, "U9");
	assert_int_equal(task_now(test, test->task).due_day, DUE);
	assert_int_equal(task_now(test, test->task).first_due_day, DUE);
	assert_int_equal(unit_now(test, "U1").valid_until, TODAY + 9);
	assert_int_equal(unit_now(test, "U2").valid_until, TODAY + 9);
	assert_int_equal(unit_now(test, "U9").valid_from, TODAY + 10);
	assert_true(view_unit_became(test->view, true, "U2", "U9"));
	assert_int_equal(view_unit_change(test->view, true, planned, &change, &bytes, &len), DD_OK);
	assert_int_not_equal(change.effected_by, 0);
	/* A second time there is nothing to do. */
	denied(test, COMMAND(EFFECT_UNITS_CHANGE), &early, REFUSAL(NOTHING_TO_DO), NULL);
	end(test);
}

static void a_dry_run_counts_and_changes_nothing(void **state)
{
	struct deciding *test = begin();
	struct merger merger;

	(void)state;
	as_operator(test);
	merge(&merger);
	merger.cmd.dry_run = true;
	denied(test, COMMAND(CHANGE_UNITS), &merger.cmd, REFUSAL(NOTHING_TO_DO), "dry_run");
	assert_string_equal(test->out.arguments[1], "2");
	merger.cmd.document = NULL;
	denied(test, COMMAND(CHANGE_UNITS), &merger.cmd, REFUSAL(MISSING), "document");
	end(test);
}

static void a_planned_change_can_be_withdrawn(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__WithdrawUnitsChange cmd = DONDOC__V1__WITHDRAW_UNITS_CHANGE__INIT;
	Dondoc__V1__EffectUnitsChange late = DONDOC__V1__EFFECT_UNITS_CHANGE__INIT;
	struct merger merger;

	(void)state;
	as_operator(test);
	merge(&merger);
	cmd.change = accepted(test, COMMAND(CHANGE_UNITS), &merger.cmd);
	denied(test, COMMAND(WITHDRAW_UNITS_CHANGE), &cmd, REFUSAL(MISSING), "reason");
	cmd.reason = text_of("Nghị quyết hoãn");
	(void)accepted(test, COMMAND(WITHDRAW_UNITS_CHANGE), &cmd);
	tomorrow(test, 10);
	become(test, DD_PRINCIPAL_TASK, "", 't');
	late.change = cmd.change;
	denied(test, COMMAND(EFFECT_UNITS_CHANGE), &late, REFUSAL(NOTHING_TO_DO), NULL);
	late.change = 999;
	denied(test, COMMAND(EFFECT_UNITS_CHANGE), &late, REFUSAL(UNKNOWN_ENTRY), "units_change");
	end(test);
}

static void a_split_needs_every_open_task_in_its_list(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__UnitFields a = unit_named("U1A", "Một A", ""),
			       b = unit_named("U1B", "Một B", "");
	Dondoc__V1__UnitFields *heirs[] = {&a, &b};
	Dondoc__V1__TaskMove first = DONDOC__V1__TASK_MOVE__INIT, second = first;
	Dondoc__V1__TaskMove *moves[] = {&first, &second};
	struct merger split;
	uint64_t planned, late;

	(void)state;
	as_operator(test);
	merge(&split);
	split.cmd.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_SPLIT;
	split.cmd.n_from = 1;
	split.cmd.to = heirs;
	split.cmd.n_to = 2;
	split.cmd.moves = moves;
	split.cmd.n_moves = 1;
	first.task = test->task;
	first.to_unit = text_of("U1B");
	split.cmd.default_to = text_of("U1A");
	denied(test, COMMAND(CHANGE_UNITS), &split.cmd, REFUSAL(NOT_COMPLETE_LIST), "1");
	second.task = test->undated;
	second.to_unit = text_of("U1A");
	split.cmd.n_moves = 2;
	planned = accepted(test, COMMAND(CHANGE_UNITS), &split.cmd);
	late = found_task(test, "9", 0, false); /* comes while the change waits */
	tomorrow(test, 10);
	effect(test, planned);
	assert_string_equal(task_now(test, test->task).lead_unit, "U1B");
	assert_string_equal(task_now(test, test->undated).lead_unit, "U1A");
	assert_string_equal(task_now(test, late).lead_unit, "U1A");
	end(test);
}

static void a_renamed_unit_keeps_its_code_its_tasks_and_its_old_name(void **state)
{
	struct deciding *test = begin();
	struct merger rename;
	char *before = dd_text_name_key("U1"), *after = dd_text_name_key("Sở Mới");
	char code[32];
	uint64_t planned;

	(void)state;
	as_operator(test);
	merge(&rename);
	rename.cmd.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_RENAMED;
	rename.cmd.n_from = 1;
	rename.heir = unit_named("U1", "Sở Mới", "");
	rename.cmd.day = TODAY;
	planned = accepted(test, COMMAND(CHANGE_UNITS), &rename.cmd);
	effect(test, planned);
	assert_string_equal(unit_now(test, "U1").name, "Sở Mới");
	assert_int_equal(unit_now(test, "U1").valid_until, 0);
	assert_string_equal(task_now(test, test->task).lead_unit, "U1");
	assert_int_equal(view_unit_by_name(test->view, true, before, code), DD_OK);
	assert_string_equal(code, "U1");
	assert_int_equal(view_unit_by_name(test->view, true, after, code), DD_OK);
	assert_string_equal(code, "U1");
	free(before);
	free(after);
	end(test);
}

static void what_stood_under_an_abolished_unit_and_its_plans_go_to_the_heir(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__UnitFields division = unit_named("HN1", "Phòng của HN", "HN");
	Dondoc__V1__UnitFields heir = unit_named("U2", "", "");
	Dondoc__V1__UnitFields *heirs[] = {&heir};
	struct merger abolish;
	struct view_plan plan;
	uint64_t planned;

	(void)state;
	as_operator(test);
	set_unit(test, &division);
	merge(&abolish);
	abolish.cmd.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_ABOLISHED;
	abolish.from[0] = text_of("HN");
	abolish.cmd.n_from = 1;
	abolish.cmd.to = heirs;
	abolish.cmd.day = TODAY;
	planned = accepted(test, COMMAND(CHANGE_UNITS), &abolish.cmd);
	effect(test, planned);
	assert_string_equal(unit_now(test, "HN1").parent, "U2");
	assert_string_equal(unit_now(test, "U2").name, "U2");
	assert_int_equal(view_plan(test->view, true, "P", &plan), DD_OK);
	assert_string_equal(plan.assigner_unit, "U2");
	assert_string_equal(plan.title, "Kế hoạch");
	end(test);
}

/* As an event, whatever the rules say about names that are taken. */
static void set_unit_anyway(struct deciding *test, Dondoc__V1__UnitFields *fields)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;

	body.unit = fields;
	header.type = EVENT(UNIT_SET);
	(void)happen(test, &header, &body.base);
}

static void an_heir_may_bear_the_name_of_what_ended(void **state)
{
	struct deciding *test = begin();
	char *folded = dd_text_name_key("U1");
	Dondoc__V1__UnitFields ended;
	struct merger merger;
	char code[32];

	(void)state;
	as_operator(test);
	merge(&merger);
	merger.heir = unit_named("U9", "U1", "");
	merger.cmd.day = TODAY;
	effect(test, accepted(test, COMMAND(CHANGE_UNITS), &merger.cmd));
	assert_int_equal(view_unit_by_name(test->view, true, folded, code), DD_OK);
	assert_string_equal(code, "U9");
	as_operator(test); /* and keeps it when the old one is touched again */
	ended = unit_named("U1", "U1", "");
	ended.valid_until = TODAY - 1;
	ended.kind = text_of("so");
	set_unit_anyway(test, &ended);
	assert_int_equal(view_unit_by_name(test->view, true, folded, code), DD_OK);
	assert_string_equal(code, "U9");
	free(folded);
	end(test);
}

static void what_waits_for_confirmation_goes_along_and_still_waits(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__CompletionRequested body = DONDOC__V1__COMPLETION_REQUESTED__INIT;
	struct merger merger;
	struct view_task task;
	uint64_t request;

	(void)state;
	as_operator(test);
	header.type = EVENT(COMPLETION_REQUESTED);
	header.subject = test->task;
	header.subject_previous = task_now(test, test->task).version;
	request = happen(test, &header, &body.base);
	merge(&merger);
	merger.cmd.day = TODAY;
	effect(test, accepted(test, COMMAND(CHANGE_UNITS), &merger.cmd));
	task = task_now(test, test->task);
	assert_string_equal(task.lead_unit, "U9");
	assert_int_equal(task.state, DD_TASK_AWAITING);
	assert_int_equal(task.pending_completion, request);
	end(test);
}

static void a_charge_goes_over_to_the_heir(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetCharge charge = DONDOC__V1__SET_CHARGE__INIT;
	char *units[] = {text_of("U1"), text_of("U2")};
	struct merger merger;
	struct view_task task;

	(void)state;
	as_operator(test);
	charge.person = person_of('l');
	charge.units = units;
	charge.n_units = 2;
	(void)accepted(test, COMMAND(SET_CHARGE), &charge);
	merge(&merger);
	merger.cmd.day = TODAY;
	effect(test, accepted(test, COMMAND(CHANGE_UNITS), &merger.cmd));
	task = task_now(test, test->task);
	assert_string_equal(task.lead_unit, "U9");
	assert_true(view_in_charge(test->view, true, person_of('l').data, &task, TODAY));
	end(test);
}

/* --- leaders in charge ----------------------------------------------------------------------- */

static void the_narrowest_charge_counts(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__SetCharge all = DONDOC__V1__SET_CHARGE__INIT, unit = all, removed = all;
	char *units[] = {text_of("U1")};
	struct view_task task;

	(void)state;
	as_operator(test);
	all.person = person_of('a');
	(void)accepted(test, COMMAND(SET_CHARGE), &all);
	task = task_now(test, test->task);
	assert_true(view_in_charge(test->view, true, person_of('a').data, &task, TODAY));
	unit.person = person_of('b');
	unit.units = units;
	unit.n_units = 1;
	unit.until_day = TODAY + 5;
	removed.charge = accepted(test, COMMAND(SET_CHARGE), &unit);
	assert_false(view_in_charge(test->view, true, person_of('a').data, &task, TODAY));
	assert_true(view_in_charge(test->view, true, person_of('b').data, &task, TODAY));
	assert_true(view_in_charge(test->view, true, person_of('a').data, &task, TODAY + 6));
	removed.removed = true;
	(void)accepted(test, COMMAND(SET_CHARGE), &removed);
	assert_true(view_in_charge(test->view, true, person_of('a').data, &task, TODAY));
	denied(test, COMMAND(SET_CHARGE), &removed, REFUSAL(UNKNOWN_ENTRY), "charge");
	units[0] = text_of("NOBODY");
	denied(test, COMMAND(SET_CHARGE), &unit, REFUSAL(UNKNOWN_UNIT), "NOBODY");
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_is_set_with_its_validity_and_official_id),
		cmocka_unit_test(the_tree_of_units_has_no_circles),
		cmocka_unit_test(what_a_unit_cannot_be_is_refused),
		cmocka_unit_test(an_alias_leads_to_its_unit_until_it_is_taken_away),
		cmocka_unit_test(a_merger_waits_for_its_day_and_then_moves_what_is_open),
		cmocka_unit_test(a_dry_run_counts_and_changes_nothing),
		cmocka_unit_test(a_planned_change_can_be_withdrawn),
		cmocka_unit_test(a_split_needs_every_open_task_in_its_list),
		cmocka_unit_test(a_renamed_unit_keeps_its_code_its_tasks_and_its_old_name),
		cmocka_unit_test(what_stood_under_an_abolished_unit_and_its_plans_go_to_the_heir),
		cmocka_unit_test(an_heir_may_bear_the_name_of_what_ended),
		cmocka_unit_test(what_waits_for_confirmation_goes_along_and_still_waits),
		cmocka_unit_test(a_charge_goes_over_to_the_heir),
		cmocka_unit_test(the_narrowest_charge_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
