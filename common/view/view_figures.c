/* view_figures.c - see view_figures.h. Tasks come one by one, from the sheet or from their moments;
 * fan-outs and their parts wait until all are known. */
#include "common/view/view_figures.h"
#include "common/domain/fan_out.h"
#include "common/view/sheet.h"
#include "common/view/view_fix.h"
#include "common/view/view_plan.h"
#include "common/view/view_rules_was.h"
#include "common/view/view_walk.h"
#include <stdlib.h>
#include <string.h>

struct waiting {
	uint64_t task;
	int64_t updated_us;
	struct view_moment moment;
	struct dd_fan_out parts; /* of a fan-out */
	bool within;             /* of a part: it counts within its fan-out */
};

struct waiting_list {
	struct waiting *items; /* owned */
	size_t count, room;
};

struct figuring {
	struct view *view;
	const struct view_figures_ask *ask;
	struct view_rules_was *rules; /* owned */
	struct dd_judge judge;
	struct waiting_list fan_outs, parts;
	char plan[32]; /* whose kind was asked last */
	bool plan_known, plan_makes;
	view_figure_fn *fn;
	void *arg;
	struct dd_error *err;
};

static struct dd_task_clock clock_of(const struct view_moment *moment)
{
	return (struct dd_task_clock){
		.state = (enum dd_task_state)moment->state,
		.due_day = moment->due_day,
		.submitted_day = moment->submitted_day,
		.decided_day = moment->decided_day,
		.waited_days = moment->waited_days,
	};
}

/* --- one task --------------------------------------------------------------------------------- */

/* A task as it comes. */
struct coming {
	uint64_t task;
	int64_t updated_us;
	const struct view_moment *moment;
};

static int give(struct figuring *figuring, const struct coming *coming, bool in_total)
{
	const struct view_moment *moment = coming->moment;
	const struct dd_task_clock clock = clock_of(moment);
	int32_t as_of = figuring->ask->as_of;
	int32_t late = dd_task_days_late(&clock, &figuring->judge, as_of);
	const struct view_figure figure = {
		.task = coming->task,
		.moment = moment,
		.state = clock.state,
		.days_late = late > 0 ? late : 0,
		.updated_us = coming->updated_us,
		.tallied = {.bucket = dd_task_bucket_of(&clock, &figuring->judge, as_of),
			    .done_with_term =
				    clock.state == DD_TASK_COMPLETED && clock.due_day != 0,
			    .carried_over = clock.state == DD_TASK_CARRIED_OVER,
			    .explained = (moment->flags & VIEW_MOMENT_EXPLAINED) != 0},
		.in_total = in_total,
		.in_units = true,
	};

	return figuring->fn(figuring->arg, &figure);
}

static int give_fan_out(struct figuring *figuring, const struct waiting *fan_out)
{
	const struct dd_fan_out *parts = &fan_out->parts;
	const enum dd_task_state state = dd_fan_out_state(parts);
	const struct view_figure figure = {
		.task = fan_out->task,
		.moment = &fan_out->moment,
		.state = state,
		.days_late = dd_fan_out_days_late(parts),
		.tallied = {.bucket = dd_fan_out_bucket(parts),
			    .done_with_term = state == DD_TASK_COMPLETED && parts->done_with_term,
			    .carried_over = state == DD_TASK_CARRIED_OVER,
			    .explained = dd_fan_out_excused(parts)},
		.parts = parts,
		.in_total = true,
	};

	return figuring->fn(figuring->arg, &figure);
}

static void wait_in(struct waiting_list *list, const struct coming *coming)
{
	if (list->count == list->room) {
		list->room = list->room == 0 ? 64 : list->room * 2;
		list->items = dd_realloc(list->items, list->room * sizeof(*list->items));
	}
	list->items[list->count++] = (struct waiting){
		.task = coming->task, .updated_us = coming->updated_us, .moment = *coming->moment};
}

/* Whether tasks are made each period in this plan: in one of no kind nobody makes them, and what
 * would make them is all there is. */
static bool makes_tasks(struct figuring *figuring, const char *plan)
{
	struct view_plan record;

	if (figuring->plan_known && strcmp(figuring->plan, plan) == 0)
		return figuring->plan_makes;
	figuring->plan_makes = view_plan(figuring->view, false, plan, &record) == DD_OK &&
			       record.kind != DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER;
	strcpy(figuring->plan, plan); /* from such a field */
	figuring->plan_known = true;
	return figuring->plan_makes;
}

static int take(struct figuring *figuring, const struct coming *coming)
{
	const struct view_moment *moment = coming->moment;
	const char *plan = figuring->ask->plan;

	if (moment->group || moment->removed ||
	    (plan[0] != '\0' && strcmp(plan, moment->plan) != 0))
		return DD_OK;
	if ((moment->flags & VIEW_MOMENT_TEMPLATE) && makes_tasks(figuring, moment->plan))
		return DD_OK;
	if (moment->flags & VIEW_MOMENT_FAN_OUT)
		wait_in(&figuring->fan_outs, coming);
	else if (moment->flags & VIEW_MOMENT_PART)
		wait_in(&figuring->parts, coming);
	else
		return give(figuring, coming, true);
	return DD_OK;
}

/* --- fan-outs --------------------------------------------------------------------------------- */

static int by_task(const void *left, const void *right)
{
	uint64_t a = ((const struct waiting *)left)->task;
	uint64_t b = ((const struct waiting *)right)->task;

	return (a > b) - (a < b);
}

/* They came in the order of their ids. */
static struct waiting *fan_out_of(struct figuring *figuring, uint64_t parent)
{
	const struct waiting wanted = {.task = parent};

	if (figuring->fan_outs.count == 0)
		return NULL;
	return bsearch(&wanted, figuring->fan_outs.items, figuring->fan_outs.count, sizeof(wanted),
		       by_task);
}

static void gather_parts(struct figuring *figuring)
{
	for (size_t i = 0; i < figuring->parts.count; i++) {
		struct waiting *part = &figuring->parts.items[i];
		struct waiting *fan_out = fan_out_of(figuring, part->moment.parent);
		const struct dd_task_clock clock = clock_of(&part->moment);

		if (!fan_out)
			continue;
		part->within = !figuring->ask->count_parts &&
			       view_rules_value(figuring->rules, DD_SETTING_COUNT_FAN_OUT,
						fan_out->moment.plan) == DD_FAN_OUT_PARENT;
		dd_fan_out_add(&fan_out->parts, &clock,
			       (part->moment.flags & VIEW_MOMENT_EXPLAINED) != 0, &figuring->judge,
			       figuring->ask->as_of);
	}
}

/* One that has no parts (they are hidden from us, or were removed) is no work. */
static int settle(struct figuring *figuring)
{
	int rc = DD_OK;

	gather_parts(figuring);
	for (size_t i = 0; rc == DD_OK && i < figuring->parts.count; i++) {
		const struct waiting *part = &figuring->parts.items[i];
		const struct coming coming = {part->task, part->updated_us, &part->moment};

		rc = give(figuring, &coming, !part->within);
	}
	for (size_t i = 0; rc == DD_OK && i < figuring->fan_outs.count; i++) {
		const struct waiting *fan_out = &figuring->fan_outs.items[i];

		if (fan_out->parts.parts > 0 && !figuring->ask->count_parts &&
		    view_rules_value(figuring->rules, DD_SETTING_COUNT_FAN_OUT,
				     fan_out->moment.plan) == DD_FAN_OUT_PARENT)
			rc = give_fan_out(figuring, fan_out);
	}
	return rc;
}

/* --- as things are -----------------------------------------------------------------------------
 */

static struct view_moment moment_of_row(const struct sheet *sheet, const struct sheet_row *row)
{
	struct view_moment moment = {
		.parent = row->parent,
		.due_day = row->due_day,
		.submitted_day = row->submitted_day,
		.decided_day = row->decided_day,
		.extensions = row->extensions,
		.waited_days =
			row->waited_days < UINT16_MAX ? (uint16_t)row->waited_days : UINT16_MAX,
		.state = row->state,
		.area = row->area,
		.removed = (row->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0,
		.flags = view_moment_flags(row->flags, row->recurrence),
	};

	strcpy(moment.plan, sheet_text(sheet, row->plan)); /* both came from such fields */
	strcpy(moment.lead_unit, sheet_text(sheet, row->lead));
	return moment;
}

static int figures_now(struct figuring *figuring)
{
	struct view_moment moment;
	struct sheet *sheet;
	int rc = sheet_of(figuring->view, &sheet, figuring->err);

	for (size_t i = 0; rc == DD_OK && i < sheet_count(sheet); i++) {
		const struct sheet_row *row = &sheet_rows(sheet)[i];
		const struct coming coming = {row->id, row->reported_us, &moment};

		if (row->group)
			continue;
		moment = moment_of_row(sheet, row);
		rc = take(figuring, &coming);
	}
	return rc;
}

/* --- as things were ----------------------------------------------------------------------------
 */

/* What held: a task's last moment of those recorded by then that count. */
struct holding {
	uint64_t task; /* 0 = none yet */
	bool known;    /* it existed by then */
	struct view_moment moment;
	struct view_voids voids;
};

static bool recorded(const struct view_figures_ask *ask, const struct view_moment *moment,
		     uint64_t sequence)
{
	return (ask->until_us == 0 || moment->record_us < ask->until_us) &&
	       (ask->until == 0 || sequence <= ask->until);
}

static int take_held(struct figuring *figuring, const struct holding *held)
{
	const struct coming coming = {.task = held->task, .moment = &held->moment};

	return held->known ? take(figuring, &coming) : DD_OK;
}

static int hold(struct figuring *figuring, const struct view_walk *walk, struct dd_txn *txn,
		struct holding *held)
{
	const uint8_t *key = walk->key.data;
	struct view_moment moment;
	uint64_t task, sequence;
	int rc = DD_OK;

	if (walk->key.len != 1 + 2 * sizeof(task) || walk->val.len != sizeof(moment))
		return dd_fail(figuring->err, DD_ERR_CORRUPT,
			       "a task's past cannot be read from the view");
	task = dd_key_get_u64(key + 1);
	sequence = dd_key_get_u64(key + 1 + sizeof(task));
	memcpy(&moment, walk->val.data, sizeof(moment));
	if (task != held->task) {
		rc = take_held(figuring, held);
		held->task = task;
		held->known = false;
		if (rc == DD_OK)
			rc = view_voids_get(txn, task, &held->voids);
	}
	if (recorded(figuring->ask, &moment, sequence) &&
	    view_moment_counts(&held->voids, sequence, figuring->ask->known)) {
		held->known = true;
		held->moment = moment;
	}
	return rc;
}

static int figures_then(struct figuring *figuring)
{
	struct holding held = {.task = 0};
	struct view_walk walk;
	struct dd_txn *txn;
	struct dd_key key;
	int rc = view_snapshot(figuring->view, &txn, figuring->err);

	dd_key_begin(&key, VIEW_MOMENT);
	if (rc == DD_OK)
		rc = view_walk_open(figuring->view, &key, &walk, figuring->err);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && view_walk_next(&walk))
		rc = hold(figuring, &walk, txn, &held);
	view_walk_close(&walk);
	if (rc == DD_OK)
		rc = walk.rc;
	return rc == DD_OK ? take_held(figuring, &held) : rc;
}

int view_figures(struct view *view, const struct view_figures_ask *ask, view_figure_fn *fn,
		 void *arg, struct dd_error *err)
{
	struct figuring figuring = {
		.view = view,
		.ask = ask,
		.rules = dd_alloc(sizeof(*figuring.rules)),
		.fn = fn,
		.arg = arg,
		.err = err,
	};
	int rc = view_rules_was(view, ask->until_us, ask->until, figuring.rules, err);

	figuring.judge = view_rules_judge(figuring.rules);
	if (rc == DD_OK)
		rc = ask->now ? figures_now(&figuring) : figures_then(&figuring);
	if (rc == DD_OK)
		rc = settle(&figuring);
	free(figuring.fan_outs.items);
	free(figuring.parts.items);
	free(figuring.rules);
	return rc;
}
