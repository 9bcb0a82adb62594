/* view_query_at.c - show_plan_at: a plan with its tasks as of an instant, a position or a baseline.
 */
#include "common/view/view_at.h"
#include "common/view/view_records.h"
#include <string.h>

#define LIMIT_DEFAULT 200
#define LIMIT_MOST    1000
#define PAGE_MARK     12 /* bytes: position and task, from where the next page goes on */

static size_t first_behind(const struct at_member *members, size_t count,
			   const ProtobufCBinaryData *after)
{
	uint32_t position = dd_key_get_u32(after->data);
	uint64_t task = dd_key_get_u64(after->data + 4);
	size_t i = 0;

	while (i < count && (members[i].position < position ||
			     (members[i].position == position && members[i].task <= task)))
		i++;
	return i;
}

static void set_next(struct answering *answering, const struct at_member *last,
		     ProtobufCBinaryData *next_out)
{
	struct dd_key key;

	dd_key_begin(&key, '@');
	dd_key_u32(&key, last->position);
	dd_key_u64(&key, last->task);
	next_out->data = pool_memdup(&answering->pool, key.data + 1, PAGE_MARK);
	next_out->len = PAGE_MARK;
}

static int add_rows(struct answering *answering, const Dondoc__V1__ShowPlanAt *ask,
		    const struct at_member *members, size_t count, Dondoc__V1__PlanAt *out)
{
	struct view_past *past = view_past_new(answering);
	uint32_t limit = ask->limit != 0 ? ask->limit : LIMIT_DEFAULT;
	size_t i = ask->after.len == PAGE_MARK ? first_behind(members, count, &ask->after) : 0;
	struct answer_rows rows = {0};
	size_t bytes = 0;
	int rc = DD_OK;

	for (; i < count && rc == DD_OK; i++) {
		Dondoc__V1__TaskRow *row = NULL;

		if (rows.count >= (limit < LIMIT_MOST ? limit : LIMIT_MOST) ||
		    bytes >= ANSWER_BYTES_MAX) {
			set_next(answering, &members[i - 1], &out->next);
			break;
		}
		if (members[i].there)
			rc = at_row(answering, past, ask->plan, &members[i], out->sequence, &row);
		if (rc == DD_OK)
			rc = at_take_parts(answering, out->sequence, row);
		if (rc != DD_OK || !row)
			continue;
		bytes += dondoc__v1__task_row__get_packed_size(row);
		answer_rows_add(answering, &rows, row);
	}
	view_past_free(past);
	out->rows = (Dondoc__V1__TaskRow **)rows.items;
	out->n_rows = rows.count;
	return rc;
}

/* The plan's own words are today's; its state is told as far as its publication tells. */
static int set_plan(struct answering *answering, const char *code, Dondoc__V1__PlanAt *out)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct view_plan plan;
	const uint8_t *fields;
	struct dd_key key;
	struct dd_val val;
	size_t len;
	int rc;

	view_key_text(&key, VIEW_PLAN, code);
	rc = answer_get(answering, &key, &val);
	if (rc == DD_OK)
		rc = view_plan_split(&val, &plan, &fields, &len);
	if (rc != DD_OK)
		return dd_fail(answering->err, rc, "plan %.40s cannot be read", code);
	out->plan = dondoc__v1__plan_fields__unpack(&allocator, len, fields);
	out->state = (Dondoc__V1__PlanState)plan.state;
	if (out->sequence < answering->answer.view_sequence && out->sequence < plan.published)
		out->state = DONDOC__V1__PLAN_STATE__PLAN_DRAFT;
	return out->plan
		       ? DD_OK
		       : dd_fail(answering->err, DD_ERR_CORRUPT, "plan %.40s cannot be read", code);
}

int answer_show_plan_at(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ShowPlanAt *ask = query->show_plan_at;
	Dondoc__V1__PlanAt *out = pool_alloc(&answering->pool, sizeof(*out));
	struct at_member *members;
	size_t count;
	int rc = answer_check_plan(answering, ask->plan);

	dondoc__v1__plan_at__init(out);
	if (rc == DD_OK && ask->plan[0] == '\0')
		rc = dd_fail(answering->err, DD_ERR_INVALID, "no plan is named");
	if (rc == DD_OK)
		rc = at_resolve(answering, ask->plan, ask->at, &out->sequence);
	if (rc == DD_OK)
		rc = at_members(answering, ask->plan, out->sequence, &members, &count);
	if (rc == DD_OK)
		rc = set_plan(answering, ask->plan, out);
	if (rc == DD_OK)
		rc = add_rows(answering, ask, members, count, out);
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_PLAN_AT;
	answering->answer.plan_at = out;
	return rc;
}
