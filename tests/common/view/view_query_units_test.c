/* view_query_units_test.c - units as a list, and one with its life. */
#include "tests/common/view/scene.h"

/* UBND > SYT, STC; TTTT has ended and become SYT by a change; two tasks of SYT. */
static void set_scene(struct scene *s)
{
	Dondoc__V1__UnitAliasSet alias = DONDOC__V1__UNIT_ALIAS_SET__INIT;
	Dondoc__V1__UnitsChangePlanned planned = DONDOC__V1__UNITS_CHANGE_PLANNED__INIT;
	Dondoc__V1__UnitsChanged changed = DONDOC__V1__UNITS_CHANGED__INIT;
	Dondoc__V1__ChangeUnits said = DONDOC__V1__CHANGE_UNITS__INIT;
	Dondoc__V1__UnitFields heir = DONDOC__V1__UNIT_FIELDS__INIT, *heirs[] = {&heir};
	char *from[] = {lent("TTTT")};

	scene_begin(s);
	scene_unit(s, "UBND", "Ủy ban", "", 0);
	scene_unit(s, "SYT", "Sở Y tế", "UBND", 0);
	scene_unit(s, "STC", "Sở Tài chính", "UBND", 0);
	scene_unit(s, "TTTT", "Sở Thông tin", "UBND", 0);
	alias.unit = lent("SYT");
	alias.alias = lent("Y tế");
	(void)scene_say(s, EVENT(UNIT_ALIAS_SET), 0, &alias.base);
	heir.code = lent("SYT");
	said.kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED;
	said.day = SCENE_TODAY;
	said.from = from;
	said.n_from = 1;
	said.to = heirs;
	said.n_to = 1;
	planned.said = &said;
	changed.planned = scene_say(s, EVENT(UNITS_CHANGE_PLANNED), 0, &planned.base);
	changed.said = &said;
	(void)scene_say(s, EVENT(UNITS_CHANGED), 0, &changed.base);
	scene_unit(s, "TTTT", "Sở Thông tin", "UBND", SCENE_TODAY - 1);
	scene_plan(s, "P", "STC");
	(void)scene_task(s, "P", "1", "Việc một", "SYT");
	(void)scene_task(s, "P", "2", "Việc hai", "SYT");
}

/* The codes of a list in one text. */
static void listed(struct scene *s, const Dondoc__V1__ListUnits *list, const char *codes)
{
	Dondoc__V1__Answer *answer = scene_ask(s, ASK(LIST_UNITS), list);
	char text[256] = "";

	assert_non_null(answer);
	for (size_t i = 0; i < answer->units->n_rows; i++) {
		strcat(text, i ? " " : "");
		strcat(text, answer->units->rows[i]->unit->code);
	}
	assert_string_equal(text, codes);
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

static void units_are_listed_as_they_are_today_or_were_on_a_day(void **state)
{
	Dondoc__V1__ListUnits list = DONDOC__V1__LIST_UNITS__INIT;
	struct scene s;

	(void)state;
	set_scene(&s);
	listed(&s, &list, "STC SYT UBND");
	list.with_closed = true;
	listed(&s, &list, "STC SYT TTTT UBND");
	list.with_closed = false;
	list.as_of_day = SCENE_TODAY - 10;
	listed(&s, &list, "STC SYT TTTT UBND");
	list.as_of_day = 0;
	list.under = lent("SYT");
	listed(&s, &list, "SYT");
	list.under = lent("");
	list.text = lent("so tai");
	listed(&s, &list, "STC");
	list.text = lent("");
	list.kind = lent("xa");
	listed(&s, &list, "");
	scene_end(&s);
}

static void a_unit_shows_its_whole_life(void **state)
{
	Dondoc__V1__ShowUnit show = DONDOC__V1__SHOW_UNIT__INIT;
	Dondoc__V1__ChargeSet charge = DONDOC__V1__CHARGE_SET__INIT;
	Dondoc__V1__SetCharge said = DONDOC__V1__SET_CHARGE__INIT;
	const Dondoc__V1__UnitDetail *detail;
	Dondoc__V1__Answer *answer;
	struct scene s;

	(void)state;
	set_scene(&s);
	(void)scene_grant(&s, 'x', DD_PERSON_HEAD, "SYT", SCENE_TODAY - 1);
	(void)scene_grant(&s, 'h', DD_PERSON_HEAD, "SYT", 0);
	(void)scene_grant(&s, 'f', DD_PERSON_FOCAL, "SYT", 0);
	said.person = scene_person('l');
	charge.said = &said;
	(void)scene_say(&s, EVENT(CHARGE_SET), 0, &charge.base);
	show.unit = lent("SYT");
	answer = scene_ask(&s, ASK(SHOW_UNIT), &show);
	assert_non_null(answer);
	detail = answer->unit_detail;
	assert_string_equal(detail->unit->name, "Sở Y tế");
	assert_int_equal(detail->n_aliases, 1);
	assert_string_equal(detail->aliases[0], "Y tế");
	assert_int_equal(detail->open_tasks, 2);
	assert_int_equal(detail->n_predecessors, 1);
	assert_string_equal(detail->predecessors[0], "TTTT");
	assert_int_equal(detail->n_successors, 0);
	assert_int_equal(detail->n_changes, 1);
	assert_false(detail->changes[0]->planned);
	assert_memory_equal(detail->head_person.data, scene_person('h').data, 16);
	assert_memory_equal(detail->focal_person.data, scene_person('f').data, 16);
	assert_int_equal(detail->n_leaders, 1);
	dondoc__v1__answer__free_unpacked(answer, NULL);
	show.unit = lent("TTTT");
	answer = scene_ask(&s, ASK(SHOW_UNIT), &show);
	assert_non_null(answer);
	assert_int_equal(answer->unit_detail->n_successors, 1);
	assert_string_equal(answer->unit_detail->successors[0], "SYT");
	dondoc__v1__answer__free_unpacked(answer, NULL);
	show.unit = lent("UBND");
	answer = scene_ask(&s, ASK(SHOW_UNIT), &show);
	assert_non_null(answer);
	assert_int_equal(answer->unit_detail->n_children, 3);
	assert_string_equal(answer->unit_detail->children[0], "STC");
	dondoc__v1__answer__free_unpacked(answer, NULL);
	show.unit = lent("NOBODY");
	assert_null(scene_ask(&s, ASK(SHOW_UNIT), &show));
	assert_int_equal(s.err.code, DD_ERR_NOT_FOUND);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_are_listed_as_they_are_today_or_were_on_a_day),
		cmocka_unit_test(a_unit_shows_its_whole_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
