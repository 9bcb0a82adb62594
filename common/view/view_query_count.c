/* view_query_count.c - count_tasks: the official buckets, over all, by area, by unit and by kind of
 * unit; as things are, or as they were recorded by the end of a day that is over. */
#include "common/base/clock.h"
#include "common/view/view_answer.h"
#include "common/view/view_figures.h"
#include "common/view/view_fix.h"
#include "common/view/view_row.h"
#include "common/view/view_unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AREAS       256
#define UPDATE_DAYS 30 /* within which a unit with open tasks has reported, or has not */
#define HEIRS_STEPS 32

struct unit_tally {
	struct dd_tally tally;
	uint8_t reporting; /* it has something open */
	uint8_t updated;
	uint8_t reserved[2];
};

struct counting {
	struct answering *answering;
	const Dondoc__V1__CountTasks *query;
	int32_t as_of;
	int64_t updated_since_us;
	uint32_t fan_outs, parts;
	struct dd_tally all, priority, carried;
	struct dd_tally areas[AREAS];
	struct memtable *units;  /* owned; code -> struct unit_tally */
	struct memtable *within; /* owned; code -> whether its tasks are asked for */
	struct memtable *heirs;  /* owned; code -> its only heir of today, or itself */
};

/* Keys are texts with their NUL: a kind may be empty. */
static uint8_t *kept(struct memtable *table, const char *code, size_t size)
{
	size_t len = strlen(code) + 1;
	const struct memtable_entry *entry;

	if (memtable_get(table, memtable_hash(0, code, len), code, len, &entry) !=
		    MEMTABLE_PRESENT ||
	    entry->val_len != size)
		return NULL;
	return entry->val;
}

static void keep(struct memtable *table, const char *code, const void *val, size_t size)
{
	size_t len = strlen(code) + 1;

	memtable_put(table, memtable_hash(0, code, len), code, len, val, size);
}

/* --- units --------------------------------------------------------------------------------- */

/* Of each unit once: the way up the tree takes several look-ups. */
static bool unit_asked(struct counting *counting, const char *unit)
{
	const Dondoc__V1__CountTasks *query = counting->query;
	const uint8_t *known;
	uint8_t asked;

	if (query->unit[0] == '\0' || strcmp(query->unit, unit) == 0)
		return true;
	if (!query->with_subunits || unit[0] == '\0')
		return false;
	known = kept(counting->within, unit, sizeof(asked));
	if (known)
		return *known != 0;
	asked = view_unit_within(counting->answering->view, false, unit, query->unit);
	keep(counting->within, unit, &asked, sizeof(asked));
	return asked != 0;
}

/* The unit's heirs by today: none (it lives on, or was abolished), one (into `to`), or several. */
static int heirs_of(struct counting *counting, const char *unit, char to[32])
{
	struct view *view = counting->answering->view;
	int32_t today = counting->answering->context->today;
	struct view_unit record;
	struct view_heir heir;
	int found = 0;

	if (view_unit(view, false, unit, &record) == DD_OK &&
	    (record.valid_until == 0 || record.valid_until >= today))
		return 0;
	for (size_t i = 0; found < 2 && view_unit_heir(view, false, unit, i, &heir); i++) {
		if (heir.day > today || strcmp(heir.to, unit) == 0)
			continue;
		memcpy(to, heir.to, sizeof(heir.to));
		found++;
	}
	return found;
}

/* Into `unit` what it is today, as far as that is one unit. */
static void follow_heirs(struct counting *counting, char unit[32])
{
	char begin[32], to[32];
	const uint8_t *known = kept(counting->heirs, unit, sizeof(to));

	if (known) {
		memcpy(unit, known, sizeof(to));
		return;
	}
	memcpy(begin, unit, sizeof(begin));
	for (int i = 0; i < HEIRS_STEPS && heirs_of(counting, unit, to) == 1; i++)
		memcpy(unit, to, sizeof(to));
	keep(counting->heirs, begin, unit, sizeof(begin));
}

/* Whom the task belongs to in the units of today. Where a unit was split, its open tasks were given
 * to one of its heirs; what was closed before stays under the old name. */
static void todays_unit(struct counting *counting, uint64_t id, char unit[32])
{
	struct view_task task;
	char to[32];

	follow_heirs(counting, unit);
	if (heirs_of(counting, unit, to) > 1 &&
	    answer_task(counting->answering, id, &task) == DD_OK &&
	    view_unit_became(counting->answering->view, false, unit, task.lead_unit)) {
		memcpy(unit, task.lead_unit, sizeof(task.lead_unit));
		follow_heirs(counting, unit);
	}
}

/* --- counting ------------------------------------------------------------------------------ */

static void count_unit(struct counting *counting, const char *unit,
		       const struct view_figure *figure)
{
	uint8_t *known = kept(counting->units, unit, sizeof(struct unit_tally));
	struct unit_tally line = {.reporting = 0};

	if (known)
		memcpy(&line, known, sizeof(line));
	dd_tally_add(&line.tally, &figure->tallied);
	line.reporting |= dd_task_state_open(figure->state);
	/* What it reported on may be done since: it has reported (so reports count it, too). */
	line.updated |= figure->updated_us >= counting->updated_since_us;
	if (known)
		memcpy(known, &line, sizeof(line)); /* it stays where it is */
	else
		keep(counting->units, unit, &line, sizeof(line));
}

static void count_total(struct counting *counting, const struct view_figure *figure)
{
	const struct view_moment *moment = figure->moment;

	dd_tally_add(&counting->all, &figure->tallied);
	dd_tally_add(&counting->areas[moment->area], &figure->tallied);
	if (moment->flags & VIEW_MOMENT_PRIORITY)
		dd_tally_add(&counting->priority, &figure->tallied);
	if (moment->flags & VIEW_MOMENT_CARRIED)
		dd_tally_add(&counting->carried, &figure->tallied);
}

/* Of one unit, its parts of fan-outs are its tasks. */
static int on_figure(void *arg, const struct view_figure *figure)
{
	struct counting *counting = arg;
	bool of_unit = counting->query->unit[0] != '\0';
	char unit[32];

	if (counting->query->priority_only && !(figure->moment->flags & VIEW_MOMENT_PRIORITY))
		return DD_OK;
	memcpy(unit, figure->moment->lead_unit, sizeof(unit));
	if (counting->query->by_todays_units && unit[0] != '\0')
		todays_unit(counting, figure->task, unit);
	if (of_unit && (!figure->in_units || !unit_asked(counting, unit)))
		return DD_OK;
	if (figure->in_total || of_unit)
		count_total(counting, figure);
	if (figure->in_units)
		count_unit(counting, unit, figure);
	counting->fan_outs += !figure->in_units;
	counting->parts += !figure->in_total && !of_unit;
	return DD_OK;
}

static int count_all(struct counting *counting)
{
	struct answering *answering = counting->answering;
	const Dondoc__V1__CountTasks *query = counting->query;
	struct view_figures_ask ask = {
		.plan = query->plan,
		.as_of = counting->as_of,
		.now = counting->as_of >= answering->context->today,
		.count_parts = query->count_parts,
	};
	int rc = answer_check_plan(answering, query->plan);

	if (rc == DD_OK && !ask.now) {
		ask.until_us = dd_day_start_us(counting->as_of + 1);
		rc = view_locked_by(answering->view, query->plan, counting->as_of, &ask.known,
				    answering->err);
	}
	return rc == DD_OK
		       ? view_figures(answering->view, &ask, on_figure, counting, answering->err)
		       : rc;
}

/* --- the answer ---------------------------------------------------------------------------- */

static Dondoc__V1__Buckets *buckets(struct answering *answering, const struct dd_tally *tally)
{
	Dondoc__V1__Buckets *out = pool_alloc(&answering->pool, sizeof(*out));

	row_buckets(out, tally);
	return out;
}

static Dondoc__V1__CountRow *count_row(struct answering *answering, const char *key,
				       const struct dd_tally *tally)
{
	Dondoc__V1__CountRow *row = pool_alloc(&answering->pool, sizeof(*row));

	dondoc__v1__count_row__init(row);
	row->key = pool_memdup(&answering->pool, key, strlen(key) + 1);
	row->buckets = buckets(answering, tally);
	return row;
}

static void add_areas(struct counting *counting, Dondoc__V1__TaskCounts *counts)
{
	struct answering *answering = counting->answering;
	struct answer_rows rows = {0};

	for (uint32_t area = 0; area < AREAS; area++) {
		Dondoc__V1__CountRow *row;
		char key[16];

		snprintf(key, sizeof(key), "%u", area);
		if (dd_tally_total(&counting->areas[area]) == 0)
			continue;
		row = count_row(answering, key, &counting->areas[area]);
		row->name = row_borrow(answer_area_name(answering, area));
		answer_rows_add(answering, &rows, row);
	}
	counts->by_area = (Dondoc__V1__CountRow **)rows.items;
	counts->n_by_area = rows.count;
}

/* Kinds are those of today. */
static void add_to_kind(struct counting *counting, struct memtable *kinds, const char *unit,
			const struct unit_tally *line)
{
	struct view_unit record = {.kind = ""};
	struct dd_tally sum = {.in = {0}};
	const uint8_t *known;

	(void)view_unit(counting->answering->view, false, unit, &record);
	known = kept(kinds, record.kind, sizeof(sum));
	if (known)
		memcpy(&sum, known, sizeof(sum));
	dd_tally_sum(&sum, &line->tally);
	keep(kinds, record.kind, &sum, sizeof(sum));
}

static void add_kinds(struct counting *counting, struct memtable *kinds,
		      Dondoc__V1__TaskCounts *counts)
{
	struct answer_rows rows = {0};
	size_t count;
	const struct memtable_entry **sorted = memtable_sorted(kinds, &count);

	for (size_t i = 0; i < count; i++) {
		struct dd_tally sum;

		memcpy(&sum, sorted[i]->val, sizeof(sum));
		answer_rows_add(counting->answering, &rows,
				count_row(counting->answering, (const char *)sorted[i]->key, &sum));
	}
	free(sorted);
	counts->by_kind = (Dondoc__V1__CountRow **)rows.items;
	counts->n_by_kind = rows.count;
}

static void add_units(struct counting *counting, Dondoc__V1__TaskCounts *counts)
{
	bool now = counting->as_of >= counting->answering->context->today;
	struct answering *answering = counting->answering;
	struct memtable *kinds = memtable_new();
	struct answer_rows rows = {0};
	size_t count;
	const struct memtable_entry **sorted = memtable_sorted(counting->units, &count);

	for (size_t i = 0; i < count; i++) {
		Dondoc__V1__CountRow *row;
		struct unit_tally line;

		memcpy(&line, sorted[i]->val, sizeof(line));
		/* On a task that another unit has now. */
		line.updated |=
			view_reported_us(answering->view, false, (const char *)sorted[i]->key,
					 counting->query->plan) >= counting->updated_since_us;
		row = count_row(answering, (const char *)sorted[i]->key, &line.tally);
		row->name = row_borrow(answer_unit_name(answering, row->key));
		answer_rows_add(answering, &rows, row);
		add_to_kind(counting, kinds, row->key, &line);
		counts->reporting_units += now && line.reporting != 0;
		counts->updated_units += now && line.reporting != 0 && line.updated != 0;
	}
	free(sorted);
	counts->by_unit = (Dondoc__V1__CountRow **)rows.items;
	counts->n_by_unit = rows.count;
	add_kinds(counting, kinds, counts);
	memtable_free(kinds);
}

static void set_counts(struct counting *counting)
{
	struct answering *answering = counting->answering;
	Dondoc__V1__TaskCounts *counts = pool_alloc(&answering->pool, sizeof(*counts));
	struct dd_rate fallen_due = dd_rate_of_fallen_due(&counting->all);

	dondoc__v1__task_counts__init(counts);
	counts->all = buckets(answering, &counting->all);
	counts->as_of_day = counting->as_of;
	counts->priority = buckets(answering, &counting->priority);
	counts->carried = buckets(answering, &counting->carried);
	counts->parts = counting->parts;
	counts->fan_outs = counting->fan_outs;
	counts->done_of_fallen_due = fallen_due.numerator;
	counts->fallen_due = fallen_due.denominator;
	counts->done = dd_tally_done(&counting->all);
	add_areas(counting, counts);
	add_units(counting, counts);
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_COUNTS;
	answering->answer.counts = counts;
}

int answer_count_tasks(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__CountTasks *ask = query->count_tasks;
	struct counting counting = {
		.answering = answering,
		.query = ask,
		.as_of = ask->as_of_day != 0 ? ask->as_of_day : answering->context->today,
		.units = memtable_new(),
		.within = memtable_new(),
		.heirs = memtable_new(),
	};
	int rc;

	counting.updated_since_us = dd_day_start_us(counting.as_of - UPDATE_DAYS + 1);
	rc = count_all(&counting);
	if (rc == DD_OK)
		set_counts(&counting);
	memtable_free(counting.units);
	memtable_free(counting.within);
	memtable_free(counting.heirs);
	return rc;
}
