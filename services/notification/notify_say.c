/* notify_say.c - see notify_say.h. */
#include "services/notification/notify_say_impl.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/domain/notice_id.h"
#include "common/view/view_notice.h"
#include "services/notification/notify_agenda.h"
#include <stdlib.h>
#include <string.h>

#define SEND_DAYS 366 /* in so many steps two calendars meet, or they never do */

void notify_says_add(struct notify_says *says, const struct notify_say *say)
{
	if (says->count == says->cap) {
		says->cap = says->cap > 0 ? says->cap * 2 : 32;
		says->items = dd_realloc(says->items, says->cap * sizeof(*says->items));
	}
	says->items[says->count++] = *say;
}

void notify_says_fini(struct notify_says *says)
{
	free(says->items);
	memset(says, 0, sizeof(*says));
}

/* --- days ------------------------------------------------------------------------------------ */

int32_t notify_send_day(struct notify_scene *scene, const struct notify_unit *unit, int32_t day)
{
	const struct dd_calendar *for_all = view_calendars_of(scene->calendars, "");

	for (int tried = 0; tried < SEND_DAYS; tried++) {
		day = dd_calendar_add(for_all, day, 0);
		if (dd_calendar_working(unit->calendar, day))
			break;
		day = dd_calendar_add(unit->calendar, day, 0);
	}
	return day;
}

/* The day of the weekly digest that comes first from `day` on: that of a week whose day is free
 * falls on the next one that is worked. */
static int32_t weekly_day(struct notify_scene *scene, const struct notify_unit *unit, int32_t day)
{
	const int32_t back = (dd_day_weekday(day) - unit->weekday + 7) % 7;
	const int32_t sent = notify_send_day(scene, unit, day - back);

	return sent >= day ? sent : notify_send_day(scene, unit, day - back + 7);
}

int32_t notify_tell_day(struct notify_scene *scene, const struct notify_unit *unit, int32_t day,
			int32_t due_day)
{
	const int32_t first = notify_send_day(scene, unit, day);
	int32_t sent, due;

	if (!unit->weekly)
		return first;
	sent = weekly_day(scene, unit, first);
	if (due_day < first || due_day >= sent)
		return sent;
	due = notify_send_day(scene, unit, due_day);
	if (due != due_day) /* told afterwards, it would help nobody */
		due = dd_calendar_add(unit->calendar, due_day, -1);
	return due < first ? first : due;
}

/* --- recipients ------------------------------------------------------------------------------ */

/* For whom rules of a kind speak where they do not say it. */
static unsigned to_of(const struct dd_rule *rule)
{
	if (rule->to != 0)
		return rule->to;
	return DONDOC__V1__RULE_TO__RULE_TO_LEAD_UNIT;
}

const char *notify_say_recipient(const struct notify_say *say, char out[DD_RECIPIENT_TEXT])
{
	static const uint8_t nobody[16];
	const uint8_t *person = memcmp(say->deputy_for, nobody, sizeof(nobody)) != 0
					? say->deputy_for
					: say->person;

	return dd_recipient(say->to->code, memcmp(person, nobody, 16) != 0 ? person : NULL, out);
}

int notify_say_apart(const struct notify_say *a, const struct notify_say *b)
{
	const bool up = a->kind == DD_RULE_SUPERIOR;
	int order = (int)up - (int)(b->kind == DD_RULE_SUPERIOR);

	if (order == 0 && up)
		order = strcmp(a->plan, b->plan);
	if (order == 0)
		order = memcmp(a->person, b->person, sizeof(a->person));
	return order != 0 ? order : memcmp(a->deputy_for, b->deputy_for, sizeof(a->deputy_for));
}

static bool intent_free(const struct saying *saying, const struct notify_say *say)
{
	uint8_t id[DD_HASH_LEN];
	char to[DD_RECIPIENT_TEXT];
	bool unsaid = false;

	dd_intent_id(say->rule, say->task, say->anchor, say->step, notify_say_recipient(say, to),
		     id);
	return view_intent_free(saying->scene->view, false, id, &unsaid) == 0 && unsaid;
}

void say_to(struct saying *saying, const struct notify_unit *unit, struct notify_say *say)
{
	struct notify_scene *scene = saying->scene;

	if (!unit->known || unit->collective ||
	    notify_scene_unsubscribed(scene, saying->rule, unit->code))
		return;
	say->to = unit;
	say->told = !intent_free(saying, say);
	if (say->told && !saying->future)
		return;
	say->send_day = say->kind == DD_RULE_FIRST || say->kind == DD_RULE_SILENCE_OVER ||
					say->kind == DD_RULE_SUPERIOR || say->immediate
				? notify_send_day(scene, unit, say->day)
				: notify_tell_day(scene, unit, say->day, saying->row->due_day);
	if (say->send_day < scene->today && !saying->future)
		say->send_day = notify_send_day(scene, unit, scene->today);
	notify_says_add(saying->says, say);
}

/* Each once, as an intent has one recipient. */
static void say_to_coordinating(struct saying *saying, struct notify_say *say)
{
	const struct sheet *sheet = saying->scene->sheet;
	const uint32_t *names = sheet_coordinating(sheet, saying->row);

	for (uint16_t i = 0; i < saying->row->coordinating; i++) {
		bool before = names[i] == saying->row->lead;

		for (uint16_t k = 0; k < i && !before; k++)
			before = names[k] == names[i];
		if (!before)
			say_to(saying,
			       notify_scene_unit(saying->scene, sheet_text(sheet, names[i])), say);
	}
}

void say_hit(struct saying *saying, const struct dd_rule *rule, const struct dd_rule_hit *hit)
{
	struct notify_scene *scene = saying->scene;
	const unsigned to = to_of(rule);
	struct notify_say say = {.kind = rule->kind,
				 .task = saying->row->id,
				 .anchor = hit->anchor,
				 .step = hit->step,
				 .day = hit->day,
				 .immediate = rule->immediate};

	memcpy(say.rule, rule->id, sizeof(say.rule));
	saying->rule = rule;
	if (rule->kind == DD_RULE_WAITING && rule->to == 0) {
		say_to(saying, notify_scene_unit(scene, scene->decider), &say);
		return;
	}
	if (rule->kind == DD_RULE_SUPERIOR) {
		say.immediate = false;
		say_superior(saying, rule->rungs[hit->rung].to, &say);
		return;
	}
	if (to & DONDOC__V1__RULE_TO__RULE_TO_LEAD_UNIT)
		say_to(saying, notify_scene_lead(scene, saying->row), &say);
	if (to & DONDOC__V1__RULE_TO__RULE_TO_COORDINATING)
		say_to_coordinating(saying, &say);
	if ((to & DONDOC__V1__RULE_TO__RULE_TO_ASSIGNER) &&
	    strcmp(saying->plan->assigner, notify_scene_lead(scene, saying->row)->code) != 0)
		say_to(saying, notify_scene_unit(scene, saying->plan->assigner), &say);
}

/* --- one task -------------------------------------------------------------------------------- */

bool saying_begin(struct saying *saying, struct notify_scene *scene, const struct sheet_row *row,
		  struct notify_says *says)
{
	*saying = (struct saying){.scene = scene, .row = row, .says = says};
	if (!notify_scene_facts(scene, row, &saying->facts))
		return false;
	saying->place = notify_scene_place(scene, row);
	saying->plan = notify_scene_plan(scene, row);
	saying->calendar = notify_scene_lead(scene, row)->calendar;
	return true;
}

void saying_mute(struct saying *saying, const struct dd_rule *rule)
{
	struct notify_scene *scene = saying->scene;

	saying->over = 0;
	if (scene->silences == NULL)
		return;
	saying->facts.muted_until = notify_scene_muted(scene, &saying->place, rule->id);
	saying->over = notify_scene_over(scene, &saying->place, rule->id, &saying->over_from);
}

/* The rule number `index`, with the silences that hold it back in the facts. NULL: it is off, or
 * does not speak by days. */
const struct dd_rule *saying_rule(struct saying *saying, size_t index)
{
	struct notify_scene *scene = saying->scene;
	const struct dd_rule *rule = notify_scene_rule(scene, saying->row, index);

	if (rule == NULL || !by_days(rule->kind))
		return NULL;
	saying_mute(saying, rule);
	return rule;
}

/* What is older is not told any more. */
static int32_t floor_day(const struct notify_scene *scene, int32_t after_day)
{
	const int32_t oldest = scene->today - scene->policy.value[DD_SETTING_REMIND_MAX_AGE] - 1;

	return after_day > oldest ? after_day : oldest;
}

/* These speak of one day, the due day: of what has fallen only the last counts. */
bool in_family(enum dd_rule_kind kind)
{
	return kind == DD_RULE_BEFORE || kind == DD_RULE_DUE || kind == DD_RULE_AFTER;
}

/* Kinds that speak by a task's days alone. */
bool by_days(enum dd_rule_kind kind)
{
	switch (kind) {
	case DD_RULE_BEFORE:
	case DD_RULE_DUE:
	case DD_RULE_AFTER:
	case DD_RULE_NOT_BEGUN:
	case DD_RULE_NO_UPDATE:
	case DD_RULE_BEHIND:
	case DD_RULE_WAITING:
	case DD_RULE_EVIDENCE:
	case DD_RULE_NOT_RECEIVED:
	case DD_RULE_PROMISE:
	case DD_RULE_SUPERIOR:
		return true;
	default:
		return false;
	}
}

/* Missed for longer than until the next working day: with "skip" it is not caught up with. */
static bool skipped(const struct saying *saying, const struct dd_rule_hit *hit)
{
	struct notify_scene *scene = saying->scene;
	const struct notify_unit *lead = notify_scene_lead(scene, saying->row);

	if (scene->policy.value[DD_SETTING_REMIND_CATCH_UP] != DD_CATCH_UP_SKIP)
		return false;
	return notify_tell_day(scene, lead, hit->day, saying->row->due_day) <
	       dd_calendar_add(lead->calendar, scene->today, -1);
}

/* Every hit, not only the last: as if there had been no time without service. */
static void say_all(struct saying *saying, const struct dd_rule *rule, int32_t floor)
{
	struct dd_rule_hit hit = {.day = floor};

	if (floor < saying->facts.assigned_day - 1)
		hit.day = saying->facts.assigned_day - 1;
	while (dd_rule_next(rule, &saying->facts, saying->calendar, hit.day, &hit) &&
	       hit.day <= saying->scene->today)
		say_hit(saying, rule, &hit);
}

struct best {
	struct dd_rule rule;
	struct dd_rule_hit hit;
	bool found;
	bool all; /* each was told by itself */
};

static void take_best(struct best *best, const struct dd_rule *rule, const struct dd_rule_hit *hit)
{
	if (best->found && (hit->day < best->hit.day ||
			    (hit->day == best->hit.day && rule->kind < best->rule.kind)))
		return;
	best->rule = *rule;
	best->hit = *hit;
	best->found = true;
}

static void say_rule(struct saying *saying, const struct dd_rule *rule, int32_t floor,
		     struct best *best)
{
	const int32_t today = saying->scene->today;
	struct dd_rule_hit hit;

	/* What fell into a silence that is over is told by its summary. */
	if (saying->over > floor)
		floor = saying->over;
	if (!dd_rule_latest(rule, &saying->facts, saying->calendar, floor, today, &hit) ||
	    skipped(saying, &hit))
		return;
	if (in_family(rule->kind))
		take_best(best, rule, &hit);
	if (saying->scene->policy.value[DD_SETTING_REMIND_CATCH_UP] == DD_CATCH_UP_ALL &&
	    hit.day < today) {
		say_all(saying, rule, floor);
		best->all = best->all || in_family(rule->kind);
	} else if (!in_family(rule->kind)) {
		say_hit(saying, rule, &hit);
	}
}

bool saying_promised(const struct saying *saying)
{
	return saying->facts.promised_day >= saying->scene->today &&
	       saying->facts.due_day < saying->scene->today;
}

void notify_say_pending(struct notify_scene *scene, const struct sheet_row *row, int32_t after_day,
			struct notify_says *says)
{
	const int32_t floor = floor_day(scene, after_day);
	struct best best = {.found = false};
	const struct dd_rule *rule;
	struct saying saying;

	if (!saying_begin(&saying, scene, row, says))
		return;
	for (size_t i = 0; i < notify_scene_rules(scene); i++) {
		rule = saying_rule(&saying, i);
		if (rule != NULL)
			say_rule(&saying, rule, floor, &best);
	}
	say_news(&saying, floor);
	say_summaries(&saying, floor, best.found ? best.hit.day : 0);
	if (best.found && !best.all && !saying_promised(&saying))
		say_hit(&saying, &best.rule, &best.hit);
}

/* --- looking ahead --------------------------------------------------------------------------- */

/* The day after the silence in force, of all rules or of the one asked for, if it is before `day`.
 */
static int32_t or_unmuted(const struct saying *saying, int32_t day)
{
	const int32_t until = saying->facts.muted_until;

	return until >= saying->scene->today && until < day - 1 ? until + 1 : day;
}

/* The first day after today on which something falls. */
static int32_t next_fall(struct saying *saying)
{
	const int32_t today = saying->scene->today;
	int32_t day = or_unmuted(saying, NOTIFY_NEVER);

	for (size_t i = 0; i < notify_scene_rules(saying->scene); i++) {
		const struct dd_rule *rule = notify_scene_rule(saying->scene, saying->row, i);
		struct dd_rule_hit hit;

		if (rule == NULL)
			continue;
		saying_mute(saying, rule);
		day = or_unmuted(saying, day);
		if (by_days(rule->kind) &&
		    dd_rule_next(rule, &saying->facts, saying->calendar, today, &hit) &&
		    hit.day < day)
			day = hit.day;
	}
	if (saying->facts.started_day > today && saying->facts.started_day < day)
		day = saying->facts.started_day;
	return day;
}

int32_t notify_say_next(struct notify_scene *scene, const struct sheet_row *row)
{
	struct notify_says none = {0};
	struct saying saying;

	return saying_begin(&saying, scene, row, &none) ? next_fall(&saying) : NOTIFY_NEVER;
}

int32_t notify_say_look(struct notify_scene *scene, const struct sheet_row *row, int32_t after_day)
{
	struct notify_says says = {0};
	struct saying saying;
	int32_t day;

	if (!saying_begin(&saying, scene, row, &says))
		return NOTIFY_NEVER;
	day = next_fall(&saying);
	notify_say_pending(scene, row, after_day, &says);
	for (size_t i = 0; i < says.count; i++)
		if (says.items[i].send_day < day)
			day = says.items[i].send_day;
	notify_says_fini(&says);
	return day;
}

void notify_say_future(struct notify_scene *scene, const struct sheet_row *row, int32_t last_day,
		       struct notify_says *says)
{
	struct saying saying;

	if (!saying_begin(&saying, scene, row, says))
		return;
	saying.future = true;
	for (size_t i = 0; i < notify_scene_rules(scene); i++) {
		const struct dd_rule *rule = saying_rule(&saying, i);
		struct dd_rule_hit hit = {.day = scene->today};

		if (rule == NULL)
			continue;
		while (dd_rule_next(rule, &saying.facts, saying.calendar, hit.day, &hit) &&
		       hit.day <= last_day)
			say_hit(&saying, rule, &hit);
	}
}
