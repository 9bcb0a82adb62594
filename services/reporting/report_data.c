/* report_data.c - reads the ledger as of a position and puts the report together. */
#include "services/reporting/report_data.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An array in the pool that grows. */
struct growing {
	void *items;
	size_t count, room, size;
};

struct making {
	struct report *report;
	struct report_ledger *ledger;
	struct dd_error *err;
	struct growing areas, units, plans;
	struct growing overdue, awaiting, extended;
};

static void *add(struct making *making, struct growing *growing)
{
	struct pool *pool = &making->report->pool;
	void *larger;

	if (growing->count == growing->room) {
		growing->room = growing->room == 0 ? 32 : growing->room * 2;
		larger = pool_zalloc(pool, growing->room * growing->size);
		if (growing->count > 0)
			memcpy(larger, growing->items, growing->count * growing->size);
		growing->items = larger;
	}
	return (char *)growing->items + growing->size * growing->count++;
}

static const char *keep(struct making *making, const char *text)
{
	return pool_memdup(&making->report->pool, text, strlen(text) + 1);
}

static const char *keep_val(struct making *making, const struct dd_val *val)
{
	char *text = pool_zalloc(&making->report->pool, val->len + 1);

	memcpy(text, val->data, val->len);
	return text;
}

/* --- names ----------------------------------------------------------------------------------- */

/* The code itself where there is no such unit. */
static const char *unit_name(struct making *making, const char *code)
{
	struct dd_val val;

	return report_ledger_unit(making->ledger, code, &val) == DD_OK ? keep_val(making, &val)
								       : keep(making, code);
}

static const char *area_name(struct making *making, uint32_t area)
{
	struct dd_val val;

	return report_ledger_area(making->ledger, area, &val) == DD_OK ? keep_val(making, &val)
								       : "";
}

/* --- lines of the tables --------------------------------------------------------------------- */

/* Tens of lines: searching them is quick. */
static struct report_line *line_of(struct making *making, struct growing *lines, const char *key)
{
	struct report_line *line = lines->items;

	for (size_t i = 0; i < lines->count; i++) {
		if (strcmp(line[i].key, key) == 0)
			return &line[i];
	}
	line = add(making, lines);
	line->key = keep(making, key);
	return line;
}

static void tally(struct dd_tally *into, const struct report_version *task, enum dd_bucket bucket)
{
	into->in[bucket]++;
	if (task->state == DD_TASK_COMPLETED && task->due_day != 0)
		into->done_with_term++;
}

static void tally_everywhere(struct making *making, const struct report_version *task,
			     enum dd_bucket bucket)
{
	struct report_line *line;
	char area[16];

	(void)snprintf(area, sizeof(area), "%u", task->area);
	tally(&making->report->all, task, bucket);
	line = line_of(making, &making->areas, area);
	if (!line->name)
		line->name = area_name(making, task->area);
	tally(&line->tally, task, bucket);
	line = line_of(making, &making->units, task->lead_unit);
	if (!line->name)
		line->name = unit_name(making, task->lead_unit);
	tally(&line->tally, task, bucket);
}

/* --- lists ----------------------------------------------------------------------------------- */

/* The days for which the lead waited for decisions are not its own. */
static const struct dd_judge judge = {.credit_waiting = true};

static struct dd_task_clock clock_of(const struct report_version *task)
{
	return (struct dd_task_clock){
		.state = (enum dd_task_state)task->state,
		.due_day = task->due_day,
		.submitted_day = task->submitted_day,
		.waited_days = task->waited_days,
	};
}

static void put_item(struct making *making, struct growing *list, const struct report_version *task,
		     const Dondoc__V1__TaskFields *fields, int32_t days)
{
	struct report_item *item = add(making, list);

	*item = (struct report_item){
		.id = task->id,
		.plan = keep(making, task->plan),
		.code = keep(making, fields->code),
		.content = keep(making, fields->content),
		.product = keep(making, fields->product),
		.lead_unit = keep(making, task->lead_unit),
		.lead_name = unit_name(making, task->lead_unit),
		.first_due_day = task->first_due_day,
		.due_day = task->due_day,
		.submitted_day = task->submitted_day,
		.extensions = task->extensions,
		.position = task->position,
		.state = (enum dd_task_state)task->state,
		.days = days,
	};
}

static void put_lists(struct making *making, const struct report_version *task,
		      const Dondoc__V1__TaskFields *fields, enum dd_bucket bucket)
{
	int32_t as_of = making->report->ask.as_of_day;
	const struct dd_task_clock clock = clock_of(task);

	if (bucket == DD_BUCKET_OPEN_OVERDUE)
		put_item(making, &making->overdue, task, fields,
			 dd_task_days_late(&clock, &judge, as_of));
	if (task->state == DD_TASK_AWAITING)
		put_item(making, &making->awaiting, task, fields, as_of - task->submitted_day);
	if (task->extensions > 0)
		put_item(making, &making->extended, task, fields,
			 task->first_due_day != 0 ? task->due_day - task->first_due_day : 0);
}

static bool listed(const struct report_version *task, enum dd_bucket bucket)
{
	return bucket == DD_BUCKET_OPEN_OVERDUE || task->state == DD_TASK_AWAITING ||
	       task->extensions > 0;
}

/* --- plans ----------------------------------------------------------------------------------- */

static int read_plan(struct making *making, struct report_plan *plan)
{
	const Dondoc__V1__Document *source;
	Dondoc__V1__PlanFields *fields;
	struct dd_val val;
	int rc = report_ledger_plan(making->ledger, plan->code, &val);

	if (rc == DD_ERR_NOT_FOUND)
		return dd_fail(making->err, rc, "there was no plan %.40s by that day", plan->code);
	fields = rc == DD_OK ? dondoc__v1__plan_fields__unpack(NULL, val.len, val.data) : NULL;
	if (!fields)
		return dd_fail(making->err, DD_ERR_CORRUPT, "plan %.40s cannot be read",
			       plan->code);
	source = fields->source;
	plan->title = keep(making, fields->title);
	plan->source_number = keep(making, source ? source->number : "");
	plan->source_issuer = keep(making, source ? source->issuer : "");
	plan->source_day = source ? source->day : 0;
	plan->assigner_unit = keep(making, fields->assigner_unit);
	plan->assigner_name =
		fields->assigner_unit[0] != '\0' ? unit_name(making, fields->assigner_unit) : "";
	dondoc__v1__plan_fields__free_unpacked(fields, NULL);
	return DD_OK;
}

static int note_plan(struct making *making, const char *code)
{
	struct report_plan *plan = making->plans.items;

	for (size_t i = 0; i < making->plans.count; i++) {
		if (strcmp(plan[i].code, code) == 0)
			return DD_OK;
	}
	plan = add(making, &making->plans);
	plan->code = keep(making, code);
	return read_plan(making, plan);
}

/* --- putting it together --------------------------------------------------------------------- */

static int on_task(void *arg, const struct report_version *task, const uint8_t *packed, size_t len)
{
	struct making *making = arg;
	const struct report_ask *ask = &making->report->ask;
	const struct dd_task_clock clock = clock_of(task);
	Dondoc__V1__TaskFields *fields;
	enum dd_bucket bucket;
	int rc;

	if (task->group || task->removed ||
	    (ask->plan[0] != '\0' && strcmp(ask->plan, task->plan) != 0))
		return DD_OK;
	rc = note_plan(making, task->plan);
	if (rc != DD_OK)
		return rc;
	bucket = dd_task_bucket_of(&clock, &judge, ask->as_of_day);
	tally_everywhere(making, task, bucket);
	if (!listed(task, bucket))
		return DD_OK;
	fields = dondoc__v1__task_fields__unpack(NULL, len, packed);
	if (!fields)
		return DD_ERR_CORRUPT;
	put_lists(making, task, fields, bucket);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return DD_OK;
}

static int by_place(const void *left, const void *right)
{
	const struct report_item *a = left, *b = right;
	int order = strcmp(a->plan, b->plan);

	if (order == 0 && a->position != b->position)
		order = a->position < b->position ? -1 : 1;
	if (order == 0 && a->id != b->id)
		order = a->id < b->id ? -1 : 1;
	return order;
}

static int by_days(const void *left, const void *right)
{
	const struct report_item *a = left, *b = right;

	if (a->days != b->days)
		return a->days > b->days ? -1 : 1;
	return by_place(left, right);
}

static int by_number(const void *left, const void *right)
{
	const struct report_line *a = left, *b = right;

	return atoi(a->key) - atoi(b->key); // NOLINT(cert-err34-c): written by snprintf above
}

static int by_key(const void *left, const void *right)
{
	return strcmp(((const struct report_line *)left)->key,
		      ((const struct report_line *)right)->key);
}

static int by_code(const void *left, const void *right)
{
	return strcmp(((const struct report_plan *)left)->code,
		      ((const struct report_plan *)right)->code);
}

static void *sorted(struct growing *growing, int (*order)(const void *, const void *),
		    size_t *count_out)
{
	if (growing->count > 1)
		qsort(growing->items, growing->count, growing->size, order);
	*count_out = growing->count;
	return growing->items;
}

static void hand_over(struct making *making)
{
	struct report *report = making->report;

	report->plans = sorted(&making->plans, by_code, &report->plan_count);
	report->areas = sorted(&making->areas, by_number, &report->area_count);
	report->units = sorted(&making->units, by_key, &report->unit_count);
	report->overdue.items = sorted(&making->overdue, by_days, &report->overdue.count);
	report->awaiting.items = sorted(&making->awaiting, by_days, &report->awaiting.count);
	report->extended.items = sorted(&making->extended, by_place, &report->extended.count);
}

static void check_sum(const struct dd_tally *all, const struct report_line *lines, size_t count)
{
	struct dd_tally sum = {.done_with_term = 0};

	for (size_t i = 0; i < count; i++) {
		for (int b = 0; b < DD_BUCKET_COUNT; b++)
			sum.in[b] += lines[i].tally.in[b];
		sum.done_with_term += lines[i].tally.done_with_term;
	}
	assert(memcmp(&sum, all, sizeof(sum)) == 0);
}

static int read_all(struct making *making)
{
	struct report *report = making->report;
	struct dd_buf name = {0};
	int rc;

	if (report_ledger_authority(making->ledger, &name) == DD_OK)
		report->authority = keep(making, dd_buf_cstr(&name));
	dd_buf_fini(&name);
	rc = report_ledger_look(making->ledger, report->ask.position.sequence, making->err);
	if (rc == DD_OK && report->ask.plan[0] != '\0')
		rc = note_plan(making, report->ask.plan);
	if (rc == DD_OK)
		rc = report_ledger_tasks(making->ledger, on_task, making, making->err);
	report_ledger_look_end(making->ledger);
	return rc;
}

int report_make(struct report_ledger *ledger, const struct report_ask *ask,
		struct report *report_out, struct dd_error *err)
{
	struct making making = {
		.report = report_out,
		.ledger = ledger,
		.err = err,
		.areas.size = sizeof(struct report_line),
		.units.size = sizeof(struct report_line),
		.plans.size = sizeof(struct report_plan),
		.overdue.size = sizeof(struct report_item),
		.awaiting.size = sizeof(struct report_item),
		.extended.size = sizeof(struct report_item),
	};
	int rc;

	assert(ask->as_of_day != 0 && ask->position.sequence != 0);
	*report_out = (struct report){.ask = *ask, .authority = ""};
	report_out->ask.plan = keep(&making, ask->plan);
	rc = read_all(&making);
	if (rc != DD_OK)
		return rc;
	hand_over(&making);
	check_sum(&report_out->all, report_out->areas, report_out->area_count);
	check_sum(&report_out->all, report_out->units, report_out->unit_count);
	assert(report_out->overdue.count == report_out->all.in[DD_BUCKET_OPEN_OVERDUE]);
	return DD_OK;
}

void report_fini(struct report *report)
{
	pool_fini(&report->pool);
}

int64_t report_date_us(const struct report *report)
{
	return dd_day_start_us(report->ask.as_of_day + 1) - 1;
}
