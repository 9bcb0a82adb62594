/* view_at.c - members of a plan at a position, found by the contents kept from before; rows by
 * going through a task's own events. */
#include "common/view/view_at.h"
#include "common/base/clock.h"
#include "common/view/view_fix.h"
#include "common/view/view_plan.h"
#include "common/view/view_task.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- the position ----------------------------------------------------------------------------- */

/* Of the first record at or behind `sequence` that may be seen. */
static bool time_near(struct answering *answering, uint64_t sequence, uint64_t below,
		      int64_t *us_out)
{
	const struct view_query_context *context = answering->context;
	Dondoc__V1__EventHeader *header;
	struct dd_record record;

	for (; sequence < below; sequence++) {
		ProtobufCAllocator allocator = answer_allocator(answering);

		if (!context->record || context->record(context->arg, sequence, &record) != DD_OK ||
		    record.kind == DD_RECORD_LEAF)
			continue;
		header = dondoc__v1__event_header__unpack(&allocator, record.header_len,
							  record.header);
		if (header) {
			*us_out = header->record_us;
			return true;
		}
	}
	return false;
}

/* The last event recorded at or before the instant; record times never go back. */
static uint64_t at_time(struct answering *answering, int64_t us, uint64_t head)
{
	uint64_t low = 1, high = head + 1;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		int64_t found;

		if (time_near(answering, middle, high, &found) && found <= us)
			low = middle + 1;
		else
			high = middle;
	}
	return low - 1;
}

/* Within a group that ended later nothing of it had taken effect. */
static uint64_t before_open_group(struct answering *answering, uint64_t at)
{
	const struct view_query_context *context = answering->context;
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__EventHeader *header;
	struct view_group group;
	struct dd_record record;
	uint64_t opened;

	if (at == 0 || !context->record || context->record(context->arg, at, &record) != DD_OK ||
	    record.kind == DD_RECORD_LEAF)
		return at;
	header = dondoc__v1__event_header__unpack(&allocator, record.header_len, record.header);
	if (!header)
		return at;
	opened = header->type == DONDOC__V1__EVENT_TYPE__EVENT_GROUP_OPENED ? at : header->group;
	if (opened == 0 || opened > at ||
	    view_group_find(answering->view, false, opened, &group) != DD_OK || group.last <= at)
		return at;
	return opened - 1;
}

int at_resolve(struct answering *answering, const char *plan, const Dondoc__V1__PlanMoment *moment,
	       uint64_t *sequence_out)
{
	uint64_t head = answering->answer.view_sequence;
	struct view_baseline baseline;

	*sequence_out = head;
	if (!moment)
		return DD_OK;
	if (moment->baseline[0] != '\0') {
		if (view_baseline(answering->view, false, plan, moment->baseline, &baseline) !=
		    DD_OK)
			return dd_fail(answering->err, DD_ERR_NOT_FOUND,
				       "plan %.40s has no baseline %.64s", plan, moment->baseline);
		*sequence_out = baseline.at;
	} else if (moment->sequence != 0) {
		*sequence_out = moment->sequence;
	} else if (moment->us != 0) {
		*sequence_out = at_time(answering, moment->us, head);
	}
	if (*sequence_out > head)
		*sequence_out = head;
	if (*sequence_out < head)
		*sequence_out = before_open_group(answering, *sequence_out);
	return DD_OK;
}

/* --- members ---------------------------------------------------------------------------------- */

static const Dondoc__V1__TaskFields *unpack_fields(struct answering *answering,
						   const struct dd_val *val)
{
	ProtobufCAllocator allocator = answer_allocator(answering);

	return dondoc__v1__task_fields__unpack(&allocator, val->len, val->data);
}

/* The content that the first change after `at` replaced; *found_out false: none has since. */
static int content_before(struct answering *answering, uint64_t task, uint64_t at,
			  const Dondoc__V1__TaskFields **fields_out)
{
	struct answer_walk walk;
	struct dd_key from;
	int rc;

	*fields_out = NULL;
	view_key_fields_was(&from, task, at + 1);
	rc = answer_walk_from(answering, &from, 9, &walk);
	if (rc != DD_OK)
		return rc;
	if (answer_walk_next(&walk))
		*fields_out = unpack_fields(answering, &walk.val);
	answer_walk_close(&walk);
	return walk.rc;
}

static int add_member(struct answering *answering, const char *plan, uint64_t task, uint64_t at,
		      struct answer_rows *rows)
{
	struct at_member *member = pool_alloc(&answering->pool, sizeof(*member));
	const Dondoc__V1__TaskFields *before = NULL;
	struct view_task now;
	int rc = answer_task(answering, task, &now);

	if (rc == DD_OK)
		rc = content_before(answering, task, at, &before);
	if (rc != DD_OK)
		return rc;
	*member = (struct at_member){
		.task = task,
		.version = now.version,
		.position = before ? before->position : now.position,
		.there = task <= at && strcmp(before ? before->plan : now.plan, plan) == 0,
	};
	answer_rows_add(answering, rows, member);
	return DD_OK;
}

static int walk_members(struct answering *answering, const struct dd_key *prefix, const char *plan,
			uint64_t at, struct answer_rows *rows)
{
	struct answer_walk walk;
	int rc = answer_walk_open(answering, prefix, &walk);

	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		bool guest =
			walk.val.len == 1 && *(const uint8_t *)walk.val.data == VIEW_ORDER_GUEST;

		if (walk.key.len > 8 && !guest)
			rc = add_member(
				answering, plan,
				dd_key_get_u64((const uint8_t *)walk.key.data + walk.key.len - 8),
				at, rows);
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

static int by_place(const void *left, const void *right)
{
	const struct at_member *a = left, *b = right;

	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	return (a->task > b->task) - (a->task < b->task);
}

/* A task that left and came back stands in both lists. */
static size_t sort_members(struct at_member *members, size_t count)
{
	size_t n = 0;

	qsort(members, count, sizeof(*members), by_place);
	for (size_t i = 0; i < count; i++) {
		if (n == 0 || members[n - 1].task != members[i].task)
			members[n++] = members[i];
	}
	return n;
}

int at_members(struct answering *answering, const char *plan, uint64_t at,
	       struct at_member **members_out, size_t *count_out)
{
	struct answer_rows rows = {0};
	struct dd_key key;
	int rc = answer_check_plan(answering, plan);

	view_key_text(&key, VIEW_ORDER, plan);
	if (rc == DD_OK)
		rc = walk_members(answering, &key, plan, at, &rows);
	view_key_text(&key, VIEW_LEFT, plan);
	if (rc == DD_OK)
		rc = walk_members(answering, &key, plan, at, &rows);
	*members_out = pool_alloc(&answering->pool, (rows.count + 1) * sizeof(**members_out));
	for (size_t i = 0; i < rows.count; i++)
		(*members_out)[i] = *(const struct at_member *)rows.items[i];
	*count_out = sort_members(*members_out, rows.count);
	return rc;
}

/* --- rows ---------------------------------------------------------------------------------------
 */

struct row_judging at_judging(struct answering *answering, uint64_t at)
{
	struct row_judging judging = row_judging_now(answering);
	int64_t us;

	if (at < answering->answer.view_sequence && time_near(answering, at, at + 1, &us))
		judging.as_of = dd_day_of(us);
	return judging;
}

static Dondoc__V1__TaskRow *row_from(struct answering *answering, struct view *view,
				     struct view_task *task, struct dd_val *fields, uint64_t at)
{
	struct row_judging judging = at_judging(answering, at);
	struct row_beside *beside = pool_zalloc(&answering->pool, sizeof(*beside));

	beside->of = view;
	(void)view_life_get(view, false, task->id, &beside->life);
	fields->data = pool_memdup(&answering->pool, fields->data, fields->len);
	return row_make(answering, task, fields, beside, &judging);
}

/* As LMDB has it: the view's own look-ups may know more. */
static int row_now(struct answering *answering, struct view_task *task, uint64_t at,
		   Dondoc__V1__TaskRow **row_out)
{
	struct dd_key key;
	struct dd_val fields;

	if (task->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED)
		return DD_OK;
	view_key_u64(&key, VIEW_FIELDS, task->id);
	if (answer_get(answering, &key, &fields) != DD_OK)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "task %" PRIu64 " has no content",
			       task->id);
	*row_out = row_from(answering, answering->view, task, &fields, at);
	return *row_out ? DD_OK : DD_ERR_CORRUPT;
}

static int row_then(struct answering *answering, struct view_past *past,
		    const struct at_member *member, uint64_t at, struct view_task *task,
		    Dondoc__V1__TaskRow **row_out)
{
	struct dd_val fields;
	const uint8_t *bytes;
	int rc = view_past_task(past, member->task, member->version, at, task);

	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc == DD_OK)
		rc = view_task_fields(view_past_view(past), false, member->task, &bytes,
				      &fields.len);
	if (rc != DD_OK)
		return dd_fail(answering->err, rc, "the past of task %" PRIu64 " cannot be read",
			       member->task);
	fields.data = bytes;
	*row_out = row_from(answering, view_past_view(past), task, &fields, at);
	return *row_out ? DD_OK : DD_ERR_CORRUPT;
}

int at_row(struct answering *answering, struct view_past *past, const char *plan,
	   const struct at_member *member, uint64_t at, Dondoc__V1__TaskRow **row_out)
{
	struct view_task *task = pool_alloc(&answering->pool, sizeof(*task));
	int rc = DD_OK;

	*row_out = NULL;
	if (member->task > at)
		return DD_OK;
	if (member->version <= at) {
		rc = answer_task(answering, member->task, task);
		if (rc == DD_OK)
			rc = row_now(answering, task, at, row_out);
	} else {
		rc = row_then(answering, past, member, at, task, row_out);
	}
	if (*row_out && strcmp((*row_out)->fields->plan, plan) != 0)
		*row_out = NULL;
	return rc;
}
