/* notify_scene.h - the view as reminders need it: units with their calendars and rhythms, plans
 * with the day from which their units are reminded, the rules in force, and of each task the facts
 * that rules ask for. What many tasks share is looked up once and kept, until something of it
 * changes.
 *
 * LMDB alone: the owner has called view_flush. On the view's owner's thread. */
#ifndef NOTIFY_SCENE_H
#define NOTIFY_SCENE_H

#include "common/domain/rule.h"
#include "common/view/sheet.h"
#include "common/view/view.h"
#include "common/view/view_calendar.h"
#include "common/view/view_remind.h"
#include "common/view/view_rules.h"

#define NOTIFY_UNIT_DEPTH 8

struct notify_unit {
	char code[32];
	const struct dd_calendar *calendar;   /* the scene's */
	const char *chain[NOTIFY_UNIT_DEPTH]; /* itself, then those above it; the scene's */
	size_t chain_count;
	bool known;
	bool collective; /* "126 communes": has nobody who reads */
	bool weekly;
	int weekday;                   /* of the weekly digest, 0 = Monday */
	int from_minute, until_minute; /* of the day, between which it is told */
	int32_t immediate_max;
};

struct notify_plan {
	char code[32];
	int32_t started_day; /* 0 = its units are not reminded (yet, or any more) */
	bool open;           /* published and not closed */
	bool closed;         /* only tasks that were kept are worked on */
	bool makes_tasks;    /* each period, out of those that recur */
	bool percent;        /* is reported */
	int32_t silent_days;
	char assigner[32];
};

struct notify_scene;

/* As if the day were `today`. */
int notify_scene_new(struct view *view, int32_t today, struct notify_scene **scene_out,
		     struct dd_error *err) DD_MUST_CHECK;
void notify_scene_free(struct notify_scene *scene); /* NULL is fine */
/* Before each use: the sheet may have gone on, and the day. */
int notify_scene_begin(struct notify_scene *scene, int32_t today,
		       struct dd_error *err) DD_MUST_CHECK;

/* For a preview, before anything is asked: as if this rule had been set, or the reminders of this
 * plan had begun on that day. Refused with words that name what is wrong. */
int notify_scene_change(struct notify_scene *scene, const Dondoc__V1__ReminderRule *rule,
			struct dd_error *err) DD_MUST_CHECK;
int notify_scene_start(struct notify_scene *scene, const char *plan, int32_t day,
		       struct dd_error *err) DD_MUST_CHECK;

struct view *notify_scene_view(const struct notify_scene *scene);
struct sheet *notify_scene_sheet(const struct notify_scene *scene);
int32_t notify_scene_today(const struct notify_scene *scene);
/* Working time: of any unit that the scene has met, or of the unit. Nobody works on a day that is
 * free for all. */
bool notify_scene_in_time(struct notify_scene *scene, int32_t day, int minute);
bool notify_scene_unit_in_time(struct notify_scene *scene, const char *unit, int32_t day,
			       int minute);
/* Never NULL; kept by the scene. */
const struct notify_unit *notify_scene_unit(struct notify_scene *scene, const char *code);
const struct notify_unit *notify_scene_lead(struct notify_scene *scene,
					    const struct sheet_row *row);
const struct notify_plan *notify_scene_plan(struct notify_scene *scene,
					    const struct sheet_row *row);
/* How many rules there are, and number `index` as it is for this task, or for a unit and a plan.
 * NULL: off. */
size_t notify_scene_rules(const struct notify_scene *scene);
const struct dd_rule *notify_scene_rule(struct notify_scene *scene, const struct sheet_row *row,
					size_t index);
const struct dd_rule *notify_scene_unit_rule(struct notify_scene *scene, size_t index,
					     const char *unit, const char *plan);
/* Whether the unit has turned this rule off for itself, and may. */
bool notify_scene_unsubscribed(struct notify_scene *scene, const struct dd_rule *rule,
			       const char *unit);

/* Whether somebody works on it: no heading, in no draft, not over. */
bool notify_scene_open(struct notify_scene *scene, const struct sheet_row *row);
/* False: nobody is reminded of it: it is not open, the reminders of its plan have not begun, what
 * it is a part of is paused or over. */
bool notify_scene_facts(struct notify_scene *scene, const struct sheet_row *row,
			struct dd_rule_facts *facts_out);
/* What units are told of themselves is to be found out again. */
void notify_scene_units_again(struct notify_scene *scene);
/* The plan, or the day from which its units are reminded, has changed since the scene was made. */
void notify_scene_plan_again(struct notify_scene *scene, const char *code);
/* The silences have; returns the list as it was, the caller's to free, NULL = there were none. */
Dondoc__V1__SilenceList *notify_scene_silences_again(struct notify_scene *scene);
/* Whether the task stands under a silence that is in one of the lists and not, or not so, in the
 * other. Lists may be NULL. */
bool notify_scene_silenced_anew(struct notify_scene *scene, const struct sheet_row *row,
				const Dondoc__V1__SilenceList *before);
/* Something of the task has changed since the scene was made. */
void notify_scene_touch(struct notify_scene *scene, uint64_t task);
/* Overdue, and nothing was heard of it for "remind.silent_days". */
bool notify_scene_silent(struct notify_scene *scene, const struct sheet_row *row);

#endif
