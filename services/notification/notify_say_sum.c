/* notify_say_sum.c - summaries of what could not be told on its day: at the beginning of reminders,
 * at the end of a silence; and whether what was planned still holds when it is to be sent. */
#include "services/notification/notify_say_impl.h"

#include "common/view/view_life.h"
#include "common/view/view_notice.h"
#include "services/notification/notify_units.h"
#include <string.h>

#define LONG_AGO INT32_C(-1000000)

static bool open_work(enum dd_task_state state)
{
	return state == DD_TASK_ASSIGNED || state == DD_TASK_IN_PROGRESS ||
	       state == DD_TASK_RETURNED;
}

/* The rule of this kind as it is for the task; NULL: off. */
static const struct dd_rule *rule_of_kind(struct saying *saying, enum dd_rule_kind kind)
{
	for (size_t i = 0; i < notify_scene_rules(saying->scene); i++) {
		const struct dd_rule *rule = notify_scene_rule(saying->scene, saying->row, i);

		if (rule != NULL && rule->kind == kind)
			return rule;
	}
	return NULL;
}

/* --- the beginning --------------------------------------------------------------------------- */

/* Since which day the task would have been spoken of, had reminders begun before: as late, or as
 * due soon. 0: it would not. */
static int32_t would_have(struct saying *saying)
{
	struct dd_rule_facts facts = saying->facts;
	const int32_t started = facts.started_day;
	struct dd_rule_hit hit;
	const struct dd_rule *rule;

	if (facts.due_day == 0 || !open_work(facts.state))
		return 0;
	if (facts.due_day < started)
		return facts.due_day + 1;
	rule = rule_of_kind(saying, DD_RULE_BEFORE);
	facts.started_day = 1;
	if (rule == NULL ||
	    !dd_rule_latest(rule, &facts, saying->calendar, LONG_AGO, started - 1, &hit))
		return 0;
	return hit.day;
}

struct told {
	const char *unit;
	bool found;
};

static int is_told(void *arg, const struct view_digest *digest)
{
	struct told *told = arg;

	if (!digest->unsaid && strcmp(digest->unit, told->unit) == 0)
		told->found = true;
	return 0;
}

/* By what was sent before there were beginnings. */
static bool was_told(struct saying *saying, int32_t since)
{
	struct told told = {.unit = notify_scene_lead(saying->scene, saying->row)->code};
	struct dd_error err = {0};

	return view_task_digests(saying->scene->view, saying->row->id, since, is_told, &told,
				 &err) != 0 ||
	       told.found;
}

static bool say_first(struct saying *saying, int32_t floor)
{
	const struct dd_rule *rule = rule_of_kind(saying, DD_RULE_FIRST);
	const int32_t started = saying->facts.started_day;
	const struct dd_rule_hit hit = {.day = started, .anchor = saying->facts.due_day};
	int32_t since;

	if (rule == NULL || started > saying->scene->today || started <= floor)
		return false;
	saying_mute(saying, rule);
	if (saying->facts.muted_until >= saying->scene->today)
		return false;
	since = would_have(saying);
	if (since == 0 || was_told(saying, since))
		return false;
	say_hit(saying, rule, &hit);
	return true;
}

/* --- the end of a silence -------------------------------------------------------------------- */

/* What fell into a silence that is over, of any rule; the silence's last day, 0 = nothing did. */
static int32_t fell_into(struct saying *saying, int32_t floor)
{
	int32_t over = 0;

	for (size_t i = 0; i < notify_scene_rules(saying->scene); i++) {
		const struct dd_rule *rule = saying_rule(saying, i);
		struct dd_rule_hit hit;

		if (rule != NULL && saying->over > floor && saying->over > over &&
		    dd_rule_latest(rule, &saying->facts, saying->calendar, floor, saying->over,
				   &hit) &&
		    hit.day >= saying->over_from)
			over = saying->over;
	}
	return over;
}

void say_summaries(struct saying *saying, int32_t floor, int32_t newest)
{
	const struct dd_rule *rule;
	struct dd_rule_hit hit;
	int32_t over;

	/* Who waits for a decision has nothing to do. */
	if ((newest == 0 && say_first(saying, floor)) || saying->scene->silences == NULL ||
	    !open_work(saying->facts.state))
		return;
	over = fell_into(saying, floor);
	rule = rule_of_kind(saying, DD_RULE_SILENCE_OVER);
	if (over == 0 || over < newest || rule == NULL)
		return;
	hit = (struct dd_rule_hit){.day = over + 1, .anchor = over};
	say_hit(saying, rule, &hit);
}

/* --- the truth ------------------------------------------------------------------------------- */

static bool is_named(const struct saying *saying, const char *unit)
{
	const struct sheet *sheet = saying->scene->sheet;
	const uint32_t *names = sheet_coordinating(sheet, saying->row);

	for (uint16_t i = 0; i < saying->row->coordinating; i++)
		if (strcmp(sheet_text(sheet, names[i]), unit) == 0)
			return true;
	return strcmp(notify_scene_lead(saying->scene, saying->row)->code, unit) == 0 ||
	       strcmp(saying->plan->assigner, unit) == 0 ||
	       strcmp(saying->scene->decider, unit) == 0;
}

/* A report holds on a rung that was passed, too, as long as its reader stands there. */
static bool rung_holds(struct saying *saying, const struct dd_rule *rule,
		       const Dondoc__V1__Intent *intent, const struct view_digest *digest)
{
	for (unsigned i = 0; rule->kind == DD_RULE_SUPERIOR && i < rule->rung_count; i++)
		if (rule->rungs[i].days == intent->step)
			return superior_is(saying, rule->rungs[i].to, digest);
	return rule->kind != DD_RULE_SUPERIOR;
}

static bool rule_holds(struct saying *saying, const Dondoc__V1__Intent *intent,
		       const struct view_digest *digest)
{
	struct dd_rule_hit hit;

	for (size_t i = 0; i < notify_scene_rules(saying->scene); i++) {
		const struct dd_rule *rule = saying_rule(saying, i);

		if (rule == NULL || strcmp(rule->id, intent->rule) != 0)
			continue;
		return !(in_family(rule->kind) && saying_promised(saying)) &&
		       dd_rule_latest(rule, &saying->facts, saying->calendar, LONG_AGO,
				      saying->scene->today, &hit) &&
		       hit.anchor == intent->due_day && rung_holds(saying, rule, intent, digest);
	}
	return false;
}

/* A summary holds as long as the work is open and nobody has silenced it. */
static bool summary_holds(struct saying *saying, enum dd_rule_kind kind,
			  const Dondoc__V1__Intent *intent)
{
	const struct dd_rule *rule = rule_of_kind(saying, kind);

	if (rule == NULL)
		return false;
	saying_mute(saying, rule);
	return saying->facts.muted_until < saying->scene->today && open_work(saying->facts.state) &&
	       (kind != DD_RULE_FIRST || saying->facts.due_day == intent->due_day);
}

bool notify_say_true(struct notify_scene *scene, const Dondoc__V1__Intent *intent,
		     const struct view_digest *digest)
{
	const enum dd_rule_kind kind = view_rule_kind(scene->view, false, intent->rule);
	const uint32_t at = sheet_find(scene->sheet, intent->task);
	struct notify_says none = {0};
	struct saying saying;

	if (notify_units_kind(kind))
		return notify_units_true(scene, intent, digest->unit);
	if (at == SHEET_NONE || !saying_begin(&saying, scene, &sheet_rows(scene->sheet)[at], &none))
		return false;
	if (by_days(kind))
		return (kind == DD_RULE_SUPERIOR || is_named(&saying, digest->unit)) &&
		       rule_holds(&saying, intent, digest);
	if (kind == DD_RULE_FIRST || kind == DD_RULE_SILENCE_OVER)
		return is_named(&saying, digest->unit) && summary_holds(&saying, kind, intent);
	return news_holds(&saying, intent, digest);
}
