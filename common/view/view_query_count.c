/* view_query_count.c - count_tasks: the official buckets, over all, by area and by unit; as things
 * are, or as they were recorded by the end of a day that is over. */
#include "common/base/clock.h"
#include "common/domain/task_state.h"
#include "common/view/sheet.h"
#include "common/view/view_answer.h"
#include "common/view/view_fix.h"
#include "common/view/view_row.h"
#include "common/view/view_unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AREAS 256

struct tally {
	uint32_t in[DD_BUCKET_COUNT];
};

struct counting {
	struct answering *answering;
	const Dondoc__V1__CountTasks *query;
	int32_t as_of;
	struct dd_judge judge;
	uint32_t done_with_term, parts;
	struct tally all, priority;
	struct tally areas[AREAS];
	struct memtable *units;  /* owned; code -> struct tally */
	struct memtable *within; /* owned; code -> whether its tasks are asked for */
};

static void count_unit(struct counting *counting, const char *unit, enum dd_bucket bucket)
{
	size_t len = strlen(unit);
	uint32_t hash = memtable_hash(0, unit, len);
	const struct memtable_entry *entry;
	struct tally tally = {{0}};

	if (memtable_get(counting->units, hash, unit, len, &entry) == MEMTABLE_PRESENT)
		memcpy(&tally, entry->val, sizeof(tally));
	tally.in[bucket]++;
	memtable_put(counting->units, hash, unit, len, &tally, sizeof(tally));
}

/* Of each unit once: the way up the tree takes several look-ups. */
static bool unit_asked(struct counting *counting, const char *unit)
{
	const Dondoc__V1__CountTasks *query = counting->query;
	size_t len = strlen(unit);
	uint32_t hash = memtable_hash(0, unit, len);
	const struct memtable_entry *entry;
	uint8_t asked;

	if (query->unit[0] == '\0' || strcmp(query->unit, unit) == 0)
		return true;
	if (!query->with_subunits || len == 0)
		return false;
	if (memtable_get(counting->within, hash, unit, len, &entry) == MEMTABLE_PRESENT)
		return entry->val[0] != 0;
	asked = view_unit_within(counting->answering->view, false, unit, query->unit);
	memtable_put(counting->within, hash, unit, len, &asked, sizeof(asked));
	return asked != 0;
}

/* A fan-out has no state of its own: its parts are counted. */
static bool is_asked(struct counting *counting, const struct view_moment *task)
{
	if (task->group || task->removed || (task->flags & VIEW_MOMENT_FAN_OUT))
		return false;
	if (counting->query->priority_only && !(task->flags & VIEW_MOMENT_PRIORITY))
		return false;
	return unit_asked(counting, task->lead_unit);
}

static void count_one(struct counting *counting, const struct view_moment *task)
{
	const struct dd_task_clock clock = {
		.state = (enum dd_task_state)task->state,
		.due_day = task->due_day,
		.submitted_day = task->submitted_day,
		.waited_days = task->waited_days,
	};
	enum dd_bucket bucket;

	if (!is_asked(counting, task))
		return;
	bucket = dd_task_bucket_of(&clock, &counting->judge, counting->as_of);
	counting->all.in[bucket]++;
	if (task->flags & VIEW_MOMENT_PRIORITY)
		counting->priority.in[bucket]++;
	counting->parts += (task->flags & VIEW_MOMENT_PART) != 0;
	counting->areas[task->area].in[bucket]++;
	count_unit(counting, task->lead_unit, bucket);
	if (task->state == DD_TASK_COMPLETED && task->due_day != 0)
		counting->done_with_term++;
}

static struct view_moment moment_of_row(const struct sheet *sheet, const struct sheet_row *row)
{
	struct view_task task = {
		.due_day = row->due_day,
		.submitted_day = row->submitted_day,
		.waited_days = row->waited_days,
		.flags = row->flags,
		.state = row->state,
		.area = row->area,
		.group = row->group,
	};

	strcpy(task.lead_unit, sheet_text(sheet, row->lead)); /* came from such a field */
	return view_moment_of(&task, 0);
}

/* As of now, whatever the day by which terms are judged. A task that stands in two plans is counted
 * in its own. */
static int count_now(struct counting *counting)
{
	const struct sheet_place *places;
	struct view_moment moment;
	struct sheet *sheet;
	size_t count;
	int rc = answer_check_plan(counting->answering, counting->query->plan);

	if (rc == DD_OK)
		rc = sheet_of(counting->answering->view, &sheet, counting->answering->err);
	if (rc != DD_OK)
		return rc;
	places = sheet_places(sheet, counting->query->plan, &count);
	for (size_t i = 0; i < count; i++) {
		if (places[i].kind == SHEET_PLACE_GUEST)
			continue;
		moment = moment_of_row(sheet, &sheet_rows(sheet)[places[i].row]);
		count_one(counting, &moment);
	}
	return DD_OK;
}

/* What held at the end of the day: a task's last moment of those recorded by then that count. */
struct holding {
	uint64_t task;   /* 0 = none yet */
	uint64_t locked; /* the report that holds for the day; 0 = none */
	bool known;      /* it existed by then */
	struct view_moment moment;
	struct view_voids voids;
};

static void count_held(struct counting *counting, const struct holding *held)
{
	const char *plan = counting->query->plan;

	if (held->known && (plan[0] == '\0' || strcmp(plan, held->moment.plan) == 0))
		count_one(counting, &held->moment);
}

static int hold(struct counting *counting, const struct answer_walk *walk, int64_t until_us,
		struct holding *held)
{
	struct view_moment moment;
	uint64_t task, sequence;
	int rc = DD_OK;

	if (walk->key.len != 1 + 2 * sizeof(task) || walk->val.len != sizeof(moment))
		return dd_fail(counting->answering->err, DD_ERR_CORRUPT,
			       "a task's past cannot be read from the view");
	task = dd_key_get_u64((const uint8_t *)walk->key.data + 1);
	sequence = dd_key_get_u64((const uint8_t *)walk->key.data + 1 + sizeof(task));
	memcpy(&moment, walk->val.data, sizeof(moment));
	if (task != held->task) {
		count_held(counting, held);
		held->task = task;
		held->known = false;
		rc = view_voids_get(counting->answering->txn, task, &held->voids);
	}
	if (moment.record_us < until_us &&
	    view_moment_counts(&held->voids, sequence, held->locked)) {
		held->known = true;
		held->moment = moment;
	}
	return rc;
}

static int count_past(struct counting *counting)
{
	int64_t until_us = dd_day_start_us(counting->as_of + 1);
	struct holding held = {.task = 0};
	struct answer_walk walk;
	struct dd_key key;
	int rc = answer_check_plan(counting->answering, counting->query->plan);

	dd_key_begin(&key, VIEW_MOMENT);
	if (rc == DD_OK)
		rc = view_locked_by(counting->answering, counting->query->plan, counting->as_of,
				    &held.locked);
	if (rc == DD_OK)
		rc = answer_walk_open(counting->answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk))
		rc = hold(counting, &walk, until_us, &held);
	answer_walk_close(&walk);
	count_held(counting, &held);
	return rc == DD_OK ? walk.rc : rc;
}

static Dondoc__V1__Buckets *buckets(struct answering *answering, const struct tally *tally)
{
	Dondoc__V1__Buckets *out = pool_alloc(&answering->pool, sizeof(*out));

	dondoc__v1__buckets__init(out);
	out->completed_on_time = tally->in[DD_BUCKET_DONE_ON_TIME];
	out->completed_late = tally->in[DD_BUCKET_DONE_LATE];
	out->open_in_term = tally->in[DD_BUCKET_OPEN_IN_TERM];
	out->open_overdue = tally->in[DD_BUCKET_OPEN_OVERDUE];
	out->no_due_date = tally->in[DD_BUCKET_NO_DUE];
	out->paused = tally->in[DD_BUCKET_PAUSED];
	out->cancelled = tally->in[DD_BUCKET_CANCELLED];
	for (int i = 0; i < DD_BUCKET_COUNT; i++)
		out->total += tally->in[i];
	return out;
}

static Dondoc__V1__CountRow *count_row(struct answering *answering, const char *key, size_t key_len,
				       const struct tally *tally)
{
	Dondoc__V1__CountRow *row = pool_alloc(&answering->pool, sizeof(*row));

	dondoc__v1__count_row__init(row);
	row->key = pool_zalloc(&answering->pool, key_len + 1);
	memcpy(row->key, key, key_len);
	row->buckets = buckets(answering, tally);
	return row;
}

/* The message only reads its texts; protobuf-c calls them char * all the same. */
static char *borrow(const char *text)
{
	union {
		const char *in;
		char *out;
	} cast = {.in = text};

	return cast.out;
}

static void add_areas(struct counting *counting, Dondoc__V1__TaskCounts *counts)
{
	struct answering *answering = counting->answering;
	struct answer_rows rows = {0};

	for (uint32_t area = 0; area < AREAS; area++) {
		Dondoc__V1__CountRow *row;
		char key[16];
		int len = snprintf(key, sizeof(key), "%u", area);

		row = count_row(answering, key, (size_t)len, &counting->areas[area]);
		if (row->buckets->total == 0)
			continue;
		row->name = borrow(answer_area_name(answering, area));
		answer_rows_add(answering, &rows, row);
	}
	counts->by_area = (Dondoc__V1__CountRow **)rows.items;
	counts->n_by_area = rows.count;
}

static void add_units(struct counting *counting, Dondoc__V1__TaskCounts *counts)
{
	struct answering *answering = counting->answering;
	struct answer_rows rows = {0};
	size_t count;
	const struct memtable_entry **sorted = memtable_sorted(counting->units, &count);

	for (size_t i = 0; i < count; i++) {
		Dondoc__V1__CountRow *row;
		struct tally tally;

		memcpy(&tally, sorted[i]->val, sizeof(tally));
		row = count_row(answering, (const char *)sorted[i]->key, sorted[i]->key_len,
				&tally);
		row->name = borrow(answer_unit_name(answering, row->key));
		answer_rows_add(answering, &rows, row);
	}
	free(sorted);
	counts->by_unit = (Dondoc__V1__CountRow **)rows.items;
	counts->n_by_unit = rows.count;
}

/* "Fallen due" as the published reports count it: done (on time or late) and overdue; tasks still
 * in term have not fallen due. Only tasks with a due day. */
static void set_counts(struct counting *counting)
{
	struct answering *answering = counting->answering;
	Dondoc__V1__TaskCounts *counts = pool_alloc(&answering->pool, sizeof(*counts));

	dondoc__v1__task_counts__init(counts);
	counts->all = buckets(answering, &counting->all);
	counts->as_of_day = counting->as_of;
	counts->priority = buckets(answering, &counting->priority);
	counts->parts = counting->parts;
	counts->done_of_fallen_due = counting->done_with_term;
	counts->fallen_due = counting->done_with_term + counts->all->open_overdue;
	counts->done = counts->all->completed_on_time + counts->all->completed_late;
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
		.judge = row_judging_now(answering).judge,
		.units = memtable_new(),
		.within = memtable_new(),
	};
	int rc = counting.as_of < answering->context->today ? count_past(&counting)
							    : count_now(&counting);

	if (rc == DD_OK)
		set_counts(&counting);
	memtable_free(counting.units);
	memtable_free(counting.within);
	return rc;
}
