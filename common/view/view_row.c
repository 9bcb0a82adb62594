/* view_row.c - what a row tells of a task. */
#include "common/view/view_row.h"
#include "common/view/sheet_select.h"
#include "common/view/view_blocked.h"
#include "common/view/view_evidence.h"
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

void row_buckets(Dondoc__V1__Buckets *out, const struct dd_tally *tally)
{
	dondoc__v1__buckets__init(out);
	out->completed_on_time = tally->in[DD_BUCKET_DONE_ON_TIME];
	out->completed_late = tally->in[DD_BUCKET_DONE_LATE];
	out->open_in_term = tally->in[DD_BUCKET_OPEN_IN_TERM];
	out->open_overdue = tally->in[DD_BUCKET_OPEN_OVERDUE];
	out->no_due_date = tally->in[DD_BUCKET_NO_DUE];
	out->paused = tally->in[DD_BUCKET_PAUSED];
	out->cancelled = tally->in[DD_BUCKET_CANCELLED];
	out->total = dd_tally_total(tally);
	out->carried_over = tally->carried_over;
	out->late_excused = tally->late_excused;
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
		.decided_day = task->decided_day,
		.waited_days = task->waited_days,
	};
	int32_t late;

	row->first_due_day = task->first_due_day;
	row->due_day = task->due_day;
	row->submitted_day = task->submitted_day;
	row->decided_day = task->decided_day;
	if (task->group)
		return;
	if (task->due_day != 0 && dd_task_state_open(clock.state))
		row->days_left = task->due_day - judging->as_of;
	row->time_state = (Dondoc__V1__TimeState)sheet_time_of(&clock, &judging->judge,
							       judging->as_of, judging->near_days);
	late = dd_task_days_late(&clock, &judging->judge, judging->as_of);
	row->days_late = late > 0 ? (uint32_t)late : 0;
}

static void fill_assigned(Dondoc__V1__TaskRow *row, struct view *view, const struct view_task *task)
{
	struct view_plan plan;

	row->assigned_day = task->assigned_day;
	if (view_plan(view, false, task->plan, &plan) == DD_OK)
		row->assigned_day = view_assigned_day(&plan, task->assigned_day);
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

/* The date within the unit is no other unit's matter. */
static void fill_internal(Dondoc__V1__TaskRow *row, const struct view_query_context *context,
			  const struct view_task *task, const struct view_life *life)
{
	static const char office[] = "office/";
	const char *who = context->principal;

	if (!who || strncmp(who, office, sizeof(office) - 1) != 0 ||
	    strcmp(who + sizeof(office) - 1, task->lead_unit) == 0)
		row->internal_due_day = life->internal_due_day;
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
	fill_assigned(row, answering->view, task);
	fill_internal(row, answering->context, task, &beside->life);
	row->products_open =
		products_open(beside->of ? beside->of : answering->view, task->id, row->fields);
	row->lead_unit = task->lead_unit;
	row->lead_name = row_borrow(answer_unit_name(answering, task->lead_unit));
	return row;
}

uint32_t row_files(struct answering *answering, uint64_t task)
{
	struct answer_walk walk;
	struct view_file_of file;
	struct dd_key prefix;
	uint32_t count = 0;

	view_key_u64(&prefix, VIEW_FILE_OF, task);
	if (answer_walk_open(answering, &prefix, &walk) != DD_OK)
		return 0;
	while (answer_walk_next(&walk)) {
		if (walk.val.len < sizeof(file))
			continue;
		memcpy(&file, walk.val.data, sizeof(file));
		count += file.detached == 0;
	}
	answer_walk_close(&walk);
	return count;
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

void row_take_parts(struct answering *answering, struct sheet *sheet, uint32_t at,
		    const struct row_judging *judging, Dondoc__V1__TaskRow *made)
{
	const struct sheet_row *fan_out = &sheet_rows(sheet)[at];
	struct dd_tally tally = {.in = {0}};

	if (!fan_out->from_parts)
		return;
	made->parts = pool_alloc(&answering->pool, sizeof(*made->parts));
	for (uint32_t i = 0; i < sheet_count(sheet); i++) {
		const struct sheet_row *row = &sheet_rows(sheet)[i];

		if (row->parent == fan_out->id &&
		    !(row->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED))
			dd_tally_add(&tally,
				     &(struct dd_tallied){
					     .bucket = sheet_bucket(row, &judging->judge,
								    judging->as_of),
					     .carried_over = row->state == DD_TASK_CARRIED_OVER,
					     .explained = sheet_explained(row)});
	}
	row_buckets(made->parts, &tally);
	made->state = (Dondoc__V1__TaskState)fan_out->state;
	made->submitted_day = fan_out->submitted_day;
	made->days_late = (uint32_t)fan_out->parts_late;
	made->days_left = 0;
	if (fan_out->parts_due_day != 0 && dd_task_state_open((enum dd_task_state)fan_out->state))
		made->days_left = fan_out->parts_due_day - judging->as_of;
	made->time_state = (Dondoc__V1__TimeState)sheet_time_state(
		fan_out, &judging->judge, judging->as_of, judging->near_days);
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
	if (view_blocked(answering->view, false, task))
		beside->flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_BLOCKED;
	made = row_make(answering, task, &fields, beside, judging);
	if (!made)
		return NULL;
	made->files = row_files(answering, row->id);
	row_take_parts(answering, sheet, place->row, judging, made);
	return made;
}
