/* view_row.c - what a row tells of a task. */
#include "common/view/view_row.h"
#include "common/view/sheet_select.h"
#include "common/view/view_plan.h"
#include <inttypes.h>
#include <string.h>

char *row_borrow(const char *text)
{
	union {
		const char *in;
		char *out;
	} cast = {.in = text};

	return cast.out;
}

struct row_judging row_judging_now(struct answering *answering)
{
	const struct dd_policy *policy = view_policy(answering->view, false, "", "");

	return (struct row_judging){
		.as_of = answering->context->today,
		.near_days = ROW_NEAR_DEFAULT,
		.judge =
			{
				.credit_waiting = policy->value[DD_SETTING_JUDGE_WAITING] ==
						  DD_WAITING_CREDIT,
				.by_confirmation =
					policy->value[DD_SETTING_JUDGE_BY] == DD_BY_CONFIRMATION,
			},
	};
}

void row_buckets(Dondoc__V1__Buckets *out, const uint32_t in[DD_BUCKET_COUNT])
{
	dondoc__v1__buckets__init(out);
	out->completed_on_time = in[DD_BUCKET_DONE_ON_TIME];
	out->completed_late = in[DD_BUCKET_DONE_LATE];
	out->open_in_term = in[DD_BUCKET_OPEN_IN_TERM];
	out->open_overdue = in[DD_BUCKET_OPEN_OVERDUE];
	out->no_due_date = in[DD_BUCKET_NO_DUE];
	out->paused = in[DD_BUCKET_PAUSED];
	out->cancelled = in[DD_BUCKET_CANCELLED];
	for (int i = 0; i < DD_BUCKET_COUNT; i++)
		out->total += in[i];
}

static void fill_progress(Dondoc__V1__TaskRow *row, const struct view_task *task)
{
	row->id = task->id;
	row->state = (Dondoc__V1__TaskState)task->state;
	row->percent = task->percent;
	row->step = (Dondoc__V1__ProgressStep)task->step;
	row->version = task->version;
	row->updated_us = task->updated_us;
	row->conflicts = task->conflicts;
	row->receipt = (Dondoc__V1__ReceiptState)task->receipt;
	row->assigned_day = task->assigned_day;
	row->parent_task = task->parent;
	row->waited_days = task->waited_days;
	row->paused_days = task->paused_days;
}

static void fill_requests(Dondoc__V1__TaskRow *row, const struct view_task *task)
{
	row->extensions_granted = task->extensions_granted;
	row->pending_completion = task->pending_completion;
	row->pending_extension = task->pending_extension;
	row->proposed_due_day = task->proposed_due_day;
	if (task->pending_other_kind == DONDOC__V1__REQUEST_KIND__REQUEST_REFUSAL)
		row->pending_refusal = task->pending_other;
	if (task->pending_other_kind == DONDOC__V1__REQUEST_KIND__REQUEST_TRANSFER)
		row->pending_transfer = task->pending_other;
}

static void fill_times(Dondoc__V1__TaskRow *row, const struct view_task *task,
		       const struct row_judging *judging)
{
	struct dd_task_clock clock = {
		.state = (enum dd_task_state)task->state,
		.due_day = task->due_day,
		.submitted_day = task->submitted_day,
		.waited_days = task->waited_days,
	};
	int32_t late;

	row->first_due_day = task->first_due_day;
	row->due_day = task->due_day;
	row->submitted_day = task->submitted_day;
	if (task->group)
		return;
	if (task->due_day != 0 && dd_task_state_open(clock.state))
		row->days_left = task->due_day - judging->as_of;
	row->time_state = (Dondoc__V1__TimeState)sheet_time_of(&clock, &judging->judge,
							       judging->as_of, judging->near_days);
	late = dd_task_days_late(&clock, &judging->judge, judging->as_of);
	row->days_late = late > 0 ? (uint32_t)late : 0;
}

static void fill_beside(Dondoc__V1__TaskRow *row, const struct view_task *task,
			const struct row_beside *beside)
{
	const char *division = beside->life.division;

	row->flags = sheet_task_flags(task) | beside->flags;
	row->rolled_percent = beside->children > 0 ? beside->rolled_percent : task->percent;
	row->children = beside->children;
	row->carried_to = beside->life.carried_to;
	row->division = row_borrow(division[0] != '\0' ? division : row->fields->division);
}

static uint32_t products_open(struct view *view, uint64_t task,
			      const Dondoc__V1__TaskFields *fields)
{
	uint32_t open = 0;

	for (size_t i = 0; i < fields->n_products; i++) {
		struct view_product product;

		if (view_product_get(view, false, task, fields->products[i]->number, &product) !=
			    DD_OK ||
		    product.state == DONDOC__V1__PRODUCT_STATE__PRODUCT_OPEN)
			open++;
	}
	return open;
}

Dondoc__V1__TaskRow *row_make(struct answering *answering, struct view_task *task,
			      const struct dd_val *fields, const struct row_beside *beside,
			      const struct row_judging *judging)
{
	Dondoc__V1__TaskRow *row = pool_alloc(&answering->pool, sizeof(*row));
	ProtobufCAllocator allocator = answer_allocator(answering);

	dondoc__v1__task_row__init(row);
	row->fields = dondoc__v1__task_fields__unpack(&allocator, fields->len, fields->data);
	if (!row->fields) {
		dd_fail(answering->err, DD_ERR_CORRUPT, "task %" PRIu64 " cannot be read",
			task->id);
		return NULL;
	}
	fill_progress(row, task);
	fill_requests(row, task);
	fill_times(row, task, judging);
	fill_beside(row, task, beside);
	row->products_open =
		products_open(beside->of ? beside->of : answering->view, task->id, row->fields);
	row->lead_unit = task->lead_unit;
	row->lead_name = row_borrow(answer_unit_name(answering, task->lead_unit));
	return row;
}

/* --- from the sheet -------------------------------------------------------------------------- */

static int read_life(struct answering *answering, uint64_t task, struct view_life *life_out)
{
	struct dd_key key;
	struct dd_val val;

	memset(life_out, 0, sizeof(*life_out));
	view_key_u64(&key, VIEW_LIFE, task);
	if (answer_get(answering, &key, &val) == DD_OK && val.len == sizeof(*life_out))
		memcpy(life_out, val.data, val.len);
	return DD_OK;
}

/* Of a fan-out: how its parts stand. */
static Dondoc__V1__Buckets *parts_of(struct answering *answering, struct sheet *sheet,
				     uint64_t task, const struct row_judging *judging)
{
	Dondoc__V1__Buckets *parts = pool_alloc(&answering->pool, sizeof(*parts));
	uint32_t in[DD_BUCKET_COUNT] = {0};

	for (uint32_t i = 0; i < sheet_count(sheet); i++) {
		const struct sheet_row *row = &sheet_rows(sheet)[i];

		if (row->parent == task && !(row->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED))
			in[sheet_bucket(row, &judging->judge, judging->as_of)]++;
	}
	row_buckets(parts, in);
	return parts;
}

Dondoc__V1__TaskRow *row_of_place(struct answering *answering, struct sheet *sheet,
				  const struct sheet_place *place,
				  const struct row_judging *judging)
{
	const struct sheet_row *row = &sheet_rows(sheet)[place->row];
	struct row_beside *beside = pool_zalloc(&answering->pool, sizeof(*beside));
	struct view_task *task = pool_alloc(&answering->pool, sizeof(*task));
	Dondoc__V1__TaskRow *made;
	struct dd_key key;
	struct dd_val fields;

	view_key_u64(&key, VIEW_FIELDS, row->id);
	if (answer_task(answering, row->id, task) != DD_OK)
		return NULL;
	if (answer_get(answering, &key, &fields) != DD_OK) {
		dd_fail(answering->err, DD_ERR_CORRUPT, "task %" PRIu64 " has no content", row->id);
		return NULL;
	}
	read_life(answering, row->id, &beside->life);
	beside->children = row->children;
	beside->rolled_percent = row->children > 0 ? sheet_rolled(sheet)[place->row] : 0;
	beside->flags = sheet_flags(row, place, judging->as_of);
	made = row_make(answering, task, &fields, beside, judging);
	if (made && row->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT && row->children > 0)
		made->parts = parts_of(answering, sheet, row->id, judging);
	return made;
}
