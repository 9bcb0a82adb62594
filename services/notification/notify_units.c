/* notify_units.c - see notify_units.h. */
#include "services/notification/notify_units.h"

#include "common/base/alloc.h"
#include "common/domain/notice_id.h"
#include "common/view/view_notice.h"
#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include "common/view/view_watch.h"
#include "services/notification/notify_scene_impl.h"
#include <stdlib.h>
#include <string.h>

#define VIEW_AHEAD_DAYS 400 /* by then every period that is going on is over */

bool notify_units_kind(enum dd_rule_kind kind)
{
	return kind == DD_RULE_PERIOD_REPORT || kind == DD_RULE_EXPECTED ||
	       kind == DD_RULE_DISSEMINATION;
}

bool notify_units_free(struct notify_scene *scene, const struct notify_say *say, const char *unit)
{
	uint8_t id[DD_HASH_LEN];
	bool unsaid = false;

	dd_intent_id(say->rule, say->task, say->anchor, say->step, unit, id);
	return view_intent_free(scene->view, false, id, &unsaid) == 0 && unsaid;
}

/* --- who is reminded at all ------------------------------------------------------------------ */

struct units_saying {
	struct notify_scene *scene;
	struct notify_says *says;
	uint8_t *leads; /* owned; a byte a name: it has open work in a plan whose reminders began */
	uint32_t names;
	int32_t floor;
	int32_t last_day; /* 0 = what has fallen; else what falls up to then */
	size_t index;     /* of the rule */
	bool *silent; /* by name: not heard from in the period that is going on; NULL = not asked */
};

static void find_leads(struct units_saying *saying)
{
	struct notify_scene *scene = saying->scene;
	const struct sheet_row *rows = sheet_rows(scene->sheet);
	const size_t count = sheet_count(scene->sheet);

	saying->names = sheet_names(scene->sheet);
	saying->leads = dd_alloc(saying->names + 1);
	for (size_t i = 0; i < count; i++) {
		const struct notify_plan *plan;

		if (rows[i].lead == SHEET_NONE || saying->leads[rows[i].lead] != 0 ||
		    !notify_scene_open(scene, &rows[i]))
			continue;
		plan = notify_scene_plan(scene, &rows[i]);
		saying->leads[rows[i].lead] =
			plan->started_day != 0 && plan->started_day <= scene->today;
	}
}

static bool leads(const struct units_saying *saying, const char *unit)
{
	const uint32_t name = sheet_name(saying->scene->sheet, unit);

	return name < saying->names && saying->leads[name] != 0;
}

/* --- saying it ------------------------------------------------------------------------------- */

static bool said_already(const struct notify_says *says, const struct notify_say *say)
{
	for (size_t i = 0; i < says->count; i++) {
		const struct notify_say *other = &says->items[i];

		if (other->to == say->to && other->task == say->task &&
		    other->anchor == say->anchor && other->step == say->step &&
		    strcmp(other->rule, say->rule) == 0)
			return true;
	}
	return false;
}

static void say_hit_to(struct units_saying *saying, const struct dd_rule *rule,
		       const struct notify_unit *unit, const struct dd_rule_hit *hit,
		       struct notify_say *say)
{
	struct notify_scene *scene = saying->scene;
	const bool periodic = rule->kind != DD_RULE_DISSEMINATION;

	say->kind = rule->kind;
	memcpy(say->rule, rule->id, sizeof(say->rule));
	say->anchor = hit->anchor;
	say->step = hit->step;
	say->day = hit->day;
	say->immediate = rule->immediate;
	say->to = unit;
	say->send_day = notify_tell_day(scene, unit, hit->day, periodic ? hit->anchor : 0);
	if (say->send_day < scene->today)
		say->send_day = notify_send_day(scene, unit, scene->today);
	if ((saying->last_day != 0 || !said_already(saying->says, say)) &&
	    notify_units_free(scene, say, unit->code))
		notify_says_add(saying->says, say);
}

/* What falls into a silence is told when it is over, unless something newer has fallen by then. */
static bool after_silence(struct notify_scene *scene, const struct dd_rule *rule,
			  const struct dd_rule_facts *facts, const struct view_place *place,
			  struct dd_rule_hit *hit)
{
	const struct dd_calendar *calendar = notify_scene_unit(scene, place->units[0])->calendar;
	const int32_t until = view_silent_until(scene->silences, rule->id, place, hit->day);
	struct dd_rule_hit next;

	if (until == 0)
		return true;
	if (until == INT32_MAX ||
	    (dd_rule_next(rule, facts, calendar, hit->day, &next) && next.day <= until + 1))
		return false;
	hit->day = until + 1;
	return true;
}

/* `facts` are those of the unit; `plan` may be "". */
static void say_unit(struct units_saying *saying, const char *code, const char *plan,
		     uint64_t event, struct dd_rule_facts *facts)
{
	struct notify_scene *scene = saying->scene;
	const struct notify_unit *unit = notify_scene_unit(scene, code);
	const struct dd_rule *rule = notify_scene_unit_rule(scene, saying->index, code, plan);
	const struct view_place place = {
		.plan = plan, .units = unit->chain, .unit_count = unit->chain_count};
	struct dd_rule_hit hit = {.day = scene->today};
	struct notify_say say = {.task = event};

	(void)strncpy(say.plan, plan, sizeof(say.plan) - 1);
	/* A plan is to be made known by whoever got it, a report is due from those who lead. */
	if (rule == NULL || !unit->known || unit->collective ||
	    (rule->kind != DD_RULE_DISSEMINATION && !leads(saying, code)) ||
	    notify_scene_unsubscribed(scene, rule, code))
		return;
	facts->muted_until = notify_scene_muted(scene, &place, rule->id);
	if (saying->last_day == 0) {
		if (dd_rule_latest(rule, facts, unit->calendar, saying->floor, scene->today, &hit))
			say_hit_to(saying, rule, unit, &hit, &say);
		return;
	}
	facts->muted_until = 0;
	while (dd_rule_next(rule, facts, unit->calendar, hit.day, &hit) &&
	       hit.day <= saying->last_day)
		if (after_silence(scene, rule, facts, &place, &hit))
			say_hit_to(saying, rule, unit, &hit, &say);
}

/* --- reports of a period, expected updates --------------------------------------------------- */

static int on_silent(void *arg, const struct view_silent *silent)
{
	struct dd_rule_facts facts = {.due_day = silent->window.due, .started_day = 1};

	say_unit(arg, silent->unit, "", 0, &facts);
	return 0;
}

/* Units of which nothing has come in the last period whose day is at most so many working days
 * ahead. */
static int say_silent(struct units_saying *saying, int ahead, struct dd_error *err)
{
	struct notify_scene *scene = saying->scene;
	const struct dd_calendar *calendar = view_calendars_of(scene->calendars, "");
	const struct view_silent_ask ask = {
		.day = (ahead > 0 ? dd_calendar_add(calendar, scene->today, ahead) : scene->today) +
		       1,
		.unit = "",
		.plan = ""};
	struct view_watched watched;

	return view_silent_units(scene->view, &ask, on_silent, saying, &watched, err);
}

/* Units differ in the steps: each that any version has is asked for. */
static int say_periods(struct units_saying *saying, const struct dd_rule *rule,
		       struct dd_error *err)
{
	int rc = 0;

	for (unsigned i = 0; i < rule->step_count && rc == 0; i++)
		if (rule->steps[i] < 0)
			rc = say_silent(saying, -rule->steps[i], err);
	return rc == 0 ? say_silent(saying, 0, err) : rc;
}

/* --- dissemination --------------------------------------------------------------------------- */

static bool has_confirmed(struct notify_scene *scene, const char *plan, uint64_t publication,
			  const char *unit)
{
	static const uint8_t own[16];
	struct dd_key key;
	struct dd_val val;

	view_key_ack(&key, plan, publication);
	dd_key_text(&key, unit);
	dd_key_bytes(&key, own, sizeof(own));
	return view_get(scene->view, false, &key, &val) == 0;
}

static void say_plan(struct units_saying *saying, const struct view_plan *plan)
{
	struct view *view = saying->scene->view;
	Dondoc__V1__PlanPublished *published = NULL;
	const uint8_t *bytes;
	size_t len;

	if (view_publication(view, false, plan->code, plan->published, &bytes, &len) == 0)
		published = dondoc__v1__plan_published__unpack(NULL, len, bytes);
	for (size_t i = 0; published != NULL && published->said != NULL && i < published->n_units;
	     i++) {
		struct dd_rule_facts facts = {.assigned_day = published->said->day != 0
								      ? published->said->day
								      : plan->published_day,
					      .started_day = 1};
		const char *unit = published->units[i];

		if (!has_confirmed(saying->scene, plan->code, plan->published, unit))
			say_unit(saying, unit, plan->code, plan->published, &facts);
	}
	if (published != NULL)
		dondoc__v1__plan_published__free_unpacked(published, NULL);
}

/* It was published, is not over, and its reminders have begun. */
static bool is_reminded(struct notify_scene *scene, const struct view_plan *plan)
{
	const int32_t started = strcmp(scene->starting, plan->code) == 0
					? scene->starting_day
					: view_started_day(scene->view, false, plan->code);

	return plan->published != 0 && plan->state == DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED &&
	       started != 0 && started <= scene->today;
}

static int say_plans(struct units_saying *saying, struct dd_error *err)
{
	struct view *view = saying->scene->view;
	struct view_walk walk;
	struct dd_key prefix;
	int rc;

	dd_key_begin(&prefix, VIEW_PLAN);
	rc = view_walk_open(view, &prefix, &walk, err);
	if (rc != 0)
		return rc;
	while (view_walk_next(&walk)) {
		struct view_plan plan;

		if (walk.val.len < sizeof(plan))
			continue;
		memcpy(&plan, walk.val.data, sizeof(plan));
		if (is_reminded(saying->scene, &plan))
			say_plan(saying, &plan);
	}
	view_walk_close(&walk);
	return walk.rc == 0 ? 0 : dd_fail(err, walk.rc, "the view's store cannot be read");
}

/* --- all of it ------------------------------------------------------------------------------- */

static int say_all(struct units_saying *saying, struct dd_error *err)
{
	static const struct view_place nowhere = {.plan = ""};
	struct notify_scene *scene = saying->scene;
	int rc = 0;

	for (size_t i = 0; i < notify_scene_rules(scene) && rc == 0; i++) {
		const struct dd_rule *rule = view_rules_at(scene->rules, i, &nowhere);

		saying->index = i;
		if (rule == NULL || !notify_units_kind(rule->kind))
			continue;
		if (rule->kind == DD_RULE_DISSEMINATION)
			rc = say_plans(saying, err);
		else
			rc = say_periods(saying, rule, err);
	}
	return rc;
}

int notify_units_say(struct notify_scene *scene, int32_t after_day, struct notify_says *says,
		     struct dd_error *err)
{
	const int32_t oldest = scene->today - scene->policy.value[DD_SETTING_REMIND_MAX_AGE] - 1;
	struct units_saying saying = {
		.scene = scene, .says = says, .floor = after_day > oldest ? after_day : oldest};
	int rc;

	find_leads(&saying);
	rc = say_all(&saying, err);
	free(saying.leads);
	return rc;
}

int notify_units_now(struct notify_scene *scene, int minute, int32_t after_day,
		     const struct notify_says **says_out, struct dd_error *err)
{
	int rc = 0;

	if (!scene->units_known || scene->units_minute != minute ||
	    scene->units_day != scene->today) {
		scene->units_says.count = 0;
		rc = notify_units_say(scene, after_day, &scene->units_says, err);
		scene->units_known = rc == 0;
		scene->units_minute = minute;
		scene->units_day = scene->today;
	}
	*says_out = &scene->units_says;
	return rc;
}

/* --- what is to come -------------------------------------------------------------------------- */

static int mark_silent(void *arg, const struct view_silent *silent)
{
	struct units_saying *saying = arg;
	const uint32_t name = sheet_name(saying->scene->sheet, silent->unit);

	if (name < saying->names)
		saying->silent[name] = true;
	return 0;
}

static struct dd_watch_rule watch_of(struct notify_scene *scene, const struct notify_unit *unit)
{
	const struct dd_policy *policy = view_policy(scene->view, false, "", unit->code);

	return (struct dd_watch_rule){
		.period = (enum dd_watch_period)policy->value[DD_SETTING_WATCH_PERIOD],
		.cut_day = policy->value[DD_SETTING_WATCH_CUT_DAY],
		.grace_days = policy->value[DD_SETTING_WATCH_GRACE],
		.calendar = unit->calendar,
	};
}

/* Every period from the one that is going on to the last day asked for. */
static void say_windows(struct units_saying *saying, uint32_t name)
{
	struct notify_scene *scene = saying->scene;
	const char *code = sheet_text(scene->sheet, name);
	const struct dd_watch_rule watch = watch_of(scene, notify_scene_unit(scene, code));
	struct dd_watch_window window;
	int32_t within = scene->today;

	while (dd_watch_window_at(&watch, within, &window) && window.from <= saying->last_day) {
		struct dd_rule_facts facts = {.due_day = window.due, .started_day = 1};

		if (within != scene->today || saying->silent[name])
			say_unit(saying, code, "", 0, &facts);
		within = window.to + 1;
	}
}

static int say_to_come(struct units_saying *saying, struct dd_error *err)
{
	static const struct view_place nowhere = {.plan = ""};
	struct notify_scene *scene = saying->scene;
	const struct view_silent_ask ask = {.day = scene->today + VIEW_AHEAD_DAYS,
					    .within = scene->today,
					    .unit = "",
					    .plan = ""};
	struct view_watched watched;
	int rc = view_silent_units(scene->view, &ask, mark_silent, saying, &watched, err);

	for (size_t i = 0; i < notify_scene_rules(scene) && rc == 0; i++) {
		const struct dd_rule *rule = view_rules_at(scene->rules, i, &nowhere);

		saying->index = i;
		if (rule == NULL || !notify_units_kind(rule->kind))
			continue;
		if (rule->kind == DD_RULE_DISSEMINATION)
			rc = say_plans(saying, err);
		for (uint32_t name = 0; name < saying->names; name++)
			if (rule->kind != DD_RULE_DISSEMINATION && saying->leads[name] != 0)
				say_windows(saying, name);
	}
	return rc;
}

int notify_units_future(struct notify_scene *scene, int32_t last_day, struct notify_says *says,
			struct dd_error *err)
{
	struct units_saying saying = {.scene = scene, .says = says, .last_day = last_day};
	int rc;

	find_leads(&saying);
	saying.silent = dd_alloc((saying.names + 1) * sizeof(*saying.silent));
	rc = say_to_come(&saying, err);
	free(saying.silent);
	free(saying.leads);
	return rc;
}

/* --- the truth ------------------------------------------------------------------------------- */

/* The plan whose publication this is. */
static bool plan_of(struct notify_scene *scene, uint64_t publication, struct view_plan *plan_out)
{
	struct dd_error err = {0};
	struct view_walk walk;
	struct dd_key prefix;
	bool found = false;

	dd_key_begin(&prefix, VIEW_PLAN);
	if (view_walk_open(scene->view, &prefix, &walk, &err) != 0)
		return false;
	while (!found && view_walk_next(&walk)) {
		if (walk.val.len < sizeof(*plan_out))
			continue;
		memcpy(plan_out, walk.val.data, sizeof(*plan_out));
		found = plan_out->published == publication;
	}
	view_walk_close(&walk);
	return found;
}

/* Whether the rule speaks to the unit about the plan, and nobody has silenced it. */
static bool speaks_to(struct notify_scene *scene, const char *id, const char *code,
		      const char *plan)
{
	const struct notify_unit *unit = notify_scene_unit(scene, code);
	const struct view_place place = {
		.plan = plan, .units = unit->chain, .unit_count = unit->chain_count};

	for (size_t i = 0; i < notify_scene_rules(scene); i++) {
		const struct dd_rule *rule = notify_scene_unit_rule(scene, i, code, plan);

		if (rule != NULL && strcmp(rule->id, id) == 0)
			return notify_scene_muted(scene, &place, id) == 0 &&
			       !notify_scene_unsubscribed(scene, rule, code);
	}
	return false;
}

bool notify_units_true(struct notify_scene *scene, const Dondoc__V1__Intent *intent,
		       const char *unit)
{
	const struct dd_watch_rule watch = watch_of(scene, notify_scene_unit(scene, unit));
	struct dd_watch_window window;
	struct view_plan plan;

	if (view_rule_kind(scene->view, false, intent->rule) == DD_RULE_DISSEMINATION)
		return plan_of(scene, intent->task, &plan) && is_reminded(scene, &plan) &&
		       speaks_to(scene, intent->rule, unit, plan.code) &&
		       !has_confirmed(scene, plan.code, plan.published, unit);
	return speaks_to(scene, intent->rule, unit, "") &&
	       dd_watch_window_over(&watch, intent->due_day + 1, &window) &&
	       window.due == intent->due_day && !view_heard_in(scene->view, unit, &window);
}

/* --- rows ------------------------------------------------------------------------------------ */

void notify_units_row(struct notify_scene *scene, const struct notify_say *say, const char *unit,
		      struct notify_row *row)
{
	const struct notify_unit *reader = notify_scene_unit(scene, unit);
	struct view_plan plan;

	memset(row, 0, sizeof(*row));
	row->rule = say->kind;
	row->plan = dd_strdup(say->plan);
	row->code = dd_strdup("");
	row->content =
		dd_strdup(view_plan(scene->view, false, say->plan, &plan) == 0 ? plan.title : "");
	row->state = DD_TASK_IN_PROGRESS;
	if (say->kind == DD_RULE_DISSEMINATION) {
		row->since_day = say->anchor;
		return;
	}
	row->due_day = say->anchor;
	row->days_left = dd_calendar_between(reader->calendar, scene->today, say->anchor);
}
