/* notify_scene.c - the scene: units, plans, settings; filled as they are asked for. */
#include "services/notification/notify_scene_impl.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/view/view_plan.h"
#include <stdlib.h>
#include <string.h>

/* --- which rules speak ----------------------------------------------------------------------- */

static void note_spoken(struct notify_scene *scene, uint32_t kind, bool on)
{
	if (on && kind < DD_RULE_KIND_COUNT)
		scene->spoken |= 1u << kind;
}

static void find_spoken(struct notify_scene *scene)
{
	Dondoc__V1__ReminderRuleList *list = view_rules_list(scene->view, false);
	const struct dd_rule *rule;

	for (size_t i = 0; (rule = dd_rule_shipped(i)) != NULL; i++)
		note_spoken(scene, rule->kind, rule->on);
	for (size_t i = 0; list != NULL && i < list->n_rows; i++)
		note_spoken(scene, list->rows[i]->rule->kind, list->rows[i]->rule->on);
	if (list != NULL)
		dondoc__v1__reminder_rule_list__free_unpacked(list, NULL);
}

bool notify_scene_speaks(const struct notify_scene *scene, enum dd_rule_kind kind)
{
	return (scene->spoken >> kind & 1u) != 0;
}

/* --- life ------------------------------------------------------------------------------------ */

int notify_scene_new(struct view *view, int32_t today, struct notify_scene **scene_out,
		     struct dd_error *err)
{
	struct notify_scene *scene = dd_alloc(sizeof(*scene));
	int rc;

	scene->view = view;
	scene->silences = view_silences(view, false);
	find_spoken(scene);
	scene->calendars = view_calendars_new(view, false);
	rc = view_calendars_failed(scene->calendars);
	if (rc != 0)
		rc = dd_fail(err, rc, "the calendar cannot be read from the view");
	if (rc == 0)
		rc = view_rules_load(view, false, &scene->rules, err);
	if (rc == 0)
		rc = notify_scene_promises(scene, err);
	if (rc == 0)
		rc = notify_scene_begin(scene, today, err);
	if (rc != 0) {
		notify_scene_free(scene);
		return rc;
	}
	*scene_out = scene;
	return 0;
}

static int minute_of(int32_t hhmm)
{
	return hhmm / 100 * 60 + hhmm % 100;
}

/* The hours of somebody are hours in which there may be work. */
static void widen(struct notify_scene *scene, int from, int until)
{
	if (scene->until_minute == 0 || from < scene->from_minute)
		scene->from_minute = from;
	if (until > scene->until_minute)
		scene->until_minute = until;
}

static void free_table(struct notify_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->items[i]);
	free(table->items);
	memset(table, 0, sizeof(*table));
}

void notify_scene_free(struct notify_scene *scene)
{
	if (scene == NULL)
		return;
	free_table(&scene->units);
	free_table(&scene->others);
	free_table(&scene->plans);
	free_table(&scene->codes);
	notify_says_fini(&scene->units_says);
	free(scene->promised);
	if (scene->silences != NULL)
		dondoc__v1__silence_list__free_unpacked(scene->silences, NULL);
	view_rules_free(scene->rules);
	view_calendars_free(scene->calendars);
	free(scene);
}

int notify_scene_begin(struct notify_scene *scene, int32_t today, struct dd_error *err)
{
	int rc = sheet_of(scene->view, &scene->sheet, err);

	if (rc != 0)
		return rc;
	scene->today = today;
	scene->policy = *view_policy(scene->view, false, "", "");
	scene->judge = (struct dd_judge){
		.credit_waiting =
			scene->policy.value[DD_SETTING_JUDGE_WAITING] == DD_WAITING_CREDIT,
		.by_confirmation = scene->policy.value[DD_SETTING_JUDGE_BY] == DD_BY_CONFIRMATION,
	};
	sheet_judge(scene->sheet, &scene->judge, today);
	widen(scene, minute_of(scene->policy.value[DD_SETTING_REMIND_FROM]),
	      minute_of(scene->policy.value[DD_SETTING_REMIND_UNTIL]));
	return 0;
}

bool notify_scene_in_time(struct notify_scene *scene, int32_t day, int minute)
{
	return dd_calendar_working(view_calendars_of(scene->calendars, ""), day) &&
	       minute >= scene->from_minute && minute < scene->until_minute;
}

bool notify_scene_unit_in_time(struct notify_scene *scene, const char *code, int32_t day,
			       int minute)
{
	const struct notify_unit *unit = notify_scene_unit(scene, code);

	return dd_calendar_working(view_calendars_of(scene->calendars, ""), day) &&
	       dd_calendar_working(unit->calendar, day) && minute >= unit->from_minute &&
	       minute < unit->until_minute;
}

struct view *notify_scene_view(const struct notify_scene *scene)
{
	return scene->view;
}

struct sheet *notify_scene_sheet(const struct notify_scene *scene)
{
	return scene->sheet;
}

int32_t notify_scene_today(const struct notify_scene *scene)
{
	return scene->today;
}

/* --- tables by the sheet's numbers of names -------------------------------------------------- */

/* The place of a name; its text is kept with the item, as a sheet made anew numbers anew. */
static void **place_of(struct notify_table *table, uint32_t name)
{
	if (name >= table->count) {
		const size_t count = (size_t)name + 1 + table->count / 2;

		table->items = dd_realloc(table->items, count * sizeof(*table->items));
		memset(table->items + table->count, 0,
		       (count - table->count) * sizeof(*table->items));
		table->count = count;
	}
	return &table->items[name];
}

/* --- units ----------------------------------------------------------------------------------- */

/* Few different ones: units that have others below them. */
static const char *keep_code(struct notify_scene *scene, const char *code)
{
	struct notify_table *codes = &scene->codes;

	for (size_t i = 0; i < codes->count; i++)
		if (strcmp(codes->items[i], code) == 0)
			return codes->items[i];
	codes->items = dd_realloc(codes->items, (codes->count + 1) * sizeof(*codes->items));
	codes->items[codes->count] = dd_strdup(code);
	return codes->items[codes->count++];
}

static bool is_commune(const char *kind)
{
	return strcmp(kind, "commune") == 0 || strcmp(kind, "ward") == 0 || strcmp(kind, "xa") == 0;
}

/* The texts of those above it are kept with them. */
static void fill_chain(struct notify_scene *scene, struct notify_unit *unit, const char *parent)
{
	char code[32];

	unit->chain[unit->chain_count++] = unit->code;
	memcpy(code, parent, sizeof(code));
	while (code[0] != '\0' && unit->chain_count < NOTIFY_UNIT_DEPTH) {
		struct view_unit above;

		if (view_unit(scene->view, false, code, &above) != 0)
			return;
		unit->chain[unit->chain_count++] = keep_code(scene, code);
		memcpy(code, above.parent, sizeof(code));
	}
}

static void fill_unit(struct notify_scene *scene, const char *code, struct notify_unit *unit)
{
	const struct dd_policy *policy = view_policy(scene->view, false, "", code);
	const int32_t rhythm = policy->value[DD_SETTING_REMIND_RHYTHM];
	struct view_unit known;

	memset(unit, 0, sizeof(*unit));
	(void)strncpy(unit->code, code, sizeof(unit->code) - 1);
	unit->weekday = policy->value[DD_SETTING_REMIND_WEEKDAY] - 1;
	unit->from_minute = minute_of(policy->value[DD_SETTING_REMIND_FROM]);
	unit->until_minute = minute_of(policy->value[DD_SETTING_REMIND_UNTIL]);
	widen(scene, unit->from_minute, unit->until_minute);
	unit->immediate_max = policy->value[DD_SETTING_REMIND_IMMEDIATE];
	unit->weekly = rhythm == DD_RHYTHM_WEEKLY;
	unit->calendar = view_calendars_of(scene->calendars, code);
	if (view_unit(scene->view, false, code, &known) != 0)
		return;
	unit->known = true;
	fill_chain(scene, unit, known.parent);
	unit->collective = known.collective != 0;
	unit->weekly = unit->weekly || (rhythm == DD_RHYTHM_AUTO && is_commune(known.kind));
}

/* One that leads no task and coordinates none: few. */
static const struct notify_unit *other_unit(struct notify_scene *scene, const char *code)
{
	struct notify_table *others = &scene->others;

	for (size_t i = 0; i < others->count; i++) {
		const struct notify_unit *unit = others->items[i];

		if (strcmp(unit->code, code) == 0)
			return unit;
	}
	others->items = dd_realloc(others->items, (others->count + 1) * sizeof(*others->items));
	others->items[others->count] = dd_alloc(sizeof(struct notify_unit));
	fill_unit(scene, code, others->items[others->count]);
	return others->items[others->count++];
}

static const struct notify_unit *named_unit(struct notify_scene *scene, uint32_t name)
{
	const char *code = sheet_text(scene->sheet, name);
	void **place = place_of(&scene->units, name);
	struct notify_unit *unit = *place;

	if (unit == NULL)
		*place = unit = dd_alloc(sizeof(*unit));
	if (unit->calendar == NULL || strcmp(unit->code, code) != 0)
		fill_unit(scene, code, unit);
	return unit;
}

const struct notify_unit *notify_scene_unit(struct notify_scene *scene, const char *code)
{
	const uint32_t name = sheet_name(scene->sheet, code);

	return name == SHEET_NONE ? other_unit(scene, code) : named_unit(scene, name);
}

const struct notify_unit *notify_scene_lead(struct notify_scene *scene, const struct sheet_row *row)
{
	return named_unit(scene, row->lead);
}

/* --- plans ----------------------------------------------------------------------------------- */

static void fill_plan(struct notify_scene *scene, const char *code, struct notify_plan *plan)
{
	const struct dd_policy *policy;
	struct view_plan known;

	memset(plan, 0, sizeof(*plan));
	(void)strncpy(plan->code, code, sizeof(plan->code) - 1);
	policy = view_policy(scene->view, false, code, "");
	plan->silent_days = policy->value[DD_SETTING_REMIND_SILENT];
	plan->percent = policy->value[DD_SETTING_PERCENT] != 0;
	if (view_plan(scene->view, false, code, &known) != 0)
		return;
	plan->open = known.state == DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED;
	plan->closed = known.state == DONDOC__V1__PLAN_STATE__PLAN_CLOSED;
	memcpy(plan->assigner, known.assigner_unit, sizeof(plan->assigner));
	plan->makes_tasks = known.kind != DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER;
	plan->started_day = view_started_day(scene->view, false, code);
	if (strcmp(scene->starting, code) == 0)
		plan->started_day = scene->starting_day;
}

const struct notify_plan *notify_scene_plan(struct notify_scene *scene, const struct sheet_row *row)
{
	const char *code = sheet_text(scene->sheet, row->plan);
	void **place = place_of(&scene->plans, row->plan);
	struct notify_plan *plan = *place;

	if (plan == NULL) {
		*place = plan = dd_alloc(sizeof(*plan));
		fill_plan(scene, code, plan);
	} else if (strcmp(plan->code, code) != 0) {
		fill_plan(scene, code, plan);
	}
	return plan;
}

void notify_scene_units_again(struct notify_scene *scene)
{
	scene->units_known = false;
}

void notify_scene_plan_again(struct notify_scene *scene, const char *code)
{
	for (size_t i = 0; i < scene->plans.count; i++) {
		struct notify_plan *plan = scene->plans.items[i];

		if (plan != NULL && strcmp(plan->code, code) == 0)
			fill_plan(scene, code, plan);
	}
	scene->units_known = false;
}

int notify_scene_start(struct notify_scene *scene, const char *plan, int32_t day,
		       struct dd_error *err)
{
	struct view_plan known;

	if (view_plan(scene->view, false, plan, &known) != 0)
		return dd_fail(err, DD_ERR_INVALID, "there is no plan '%.40s'", plan);
	if (known.state != DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED)
		return dd_fail(err, DD_ERR_INVALID,
			       "the plan '%.40s' is a draft or closed: nobody is reminded of it",
			       plan);
	(void)strncpy(scene->starting, plan, sizeof(scene->starting) - 1);
	scene->starting_day = day;
	return 0;
}

int notify_scene_change(struct notify_scene *scene, const Dondoc__V1__ReminderRule *message,
			struct dd_error *err)
{
	struct dd_rule_fault fault;
	struct dd_rule rule;

	if (!view_rule_read(message, &rule, &fault))
		return dd_fail(err, DD_ERR_INVALID, "the rule '%.40s' cannot be so: %s: %s",
			       message->rule, fault.field, fault.allowed);
	view_rules_put(scene->rules, &rule, message->scope);
	note_spoken(scene, rule.kind, rule.on);
	return 0;
}
