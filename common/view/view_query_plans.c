/* view_query_plans.c - the list of plans: what each has, whether it is published, and how many of
 * those whom it concerns have not taken note of it. */
#include "common/view/view_answer.h"
#include "common/view/view_plan.h"
#include "common/view/view_records.h"
#include <string.h>

static int count_tasks(struct answering *answering, const char *plan, Dondoc__V1__PlanRow *row)
{
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_text(&key, VIEW_ORDER, plan);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		uint8_t kind = walk.val.len == 1 ? *(const uint8_t *)walk.val.data : 0;

		if (kind == VIEW_ORDER_GUEST)
			row->guests++;
		else if (kind != 0)
			row->groups++;
		else
			row->tasks++;
	}
	answer_walk_close(&walk);
	return walk.rc;
}

/* Whether anybody of the unit has taken note. */
static bool has_noted(struct answering *answering, const char *plan, uint64_t publication,
		      const char *unit)
{
	struct answer_walk walk;
	struct dd_key key;
	bool found;

	view_key_ack(&key, plan, publication);
	dd_key_text(&key, unit);
	if (answer_walk_open(answering, &key, &walk) != DD_OK)
		return false;
	found = answer_walk_next(&walk);
	answer_walk_close(&walk);
	return found;
}

static int count_notes(struct answering *answering, const struct view_plan *plan,
		       Dondoc__V1__PlanRow *row)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	const Dondoc__V1__PlanPublished *published;
	struct dd_key key;
	struct dd_val val;

	view_key_published(&key, plan->code, plan->published);
	if (plan->published == 0 || answer_get(answering, &key, &val) != DD_OK)
		return DD_OK;
	published = dondoc__v1__plan_published__unpack(&allocator, val.len, val.data);
	if (!published)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a publication cannot be read");
	for (size_t i = 0; i < published->n_units; i++) {
		if (!has_noted(answering, plan->code, plan->published, published->units[i]))
			row->not_acknowledged++;
	}
	return DD_OK;
}

static int plan_row(struct answering *answering, const struct dd_val *val,
		    Dondoc__V1__PlanRow **row_out)
{
	Dondoc__V1__PlanRow *row = pool_alloc(&answering->pool, sizeof(*row));
	ProtobufCAllocator allocator = answer_allocator(answering);
	const uint8_t *fields;
	struct view_plan plan;
	size_t len;
	int rc = view_plan_split(val, &plan, &fields, &len);

	dondoc__v1__plan_row__init(row);
	*row_out = row;
	if (rc == DD_OK)
		row->plan = dondoc__v1__plan_fields__unpack(&allocator, len, fields);
	if (rc != DD_OK || !row->plan)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a plan cannot be read");
	row->state = (Dondoc__V1__PlanState)plan.state;
	row->published = plan.published;
	rc = count_tasks(answering, plan.code, row);
	return rc == DD_OK ? count_notes(answering, &plan, row) : rc;
}

int answer_list_plans(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__PlanList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_rows rows = {0};
	Dondoc__V1__PlanRow *row;
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	(void)query;
	dd_key_begin(&key, VIEW_PLAN);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		rc = plan_row(answering, &walk.val, &row);
		if (rc == DD_OK)
			answer_rows_add(answering, &rows, row);
	}
	answer_walk_close(&walk);
	dondoc__v1__plan_list__init(list);
	list->rows = (Dondoc__V1__PlanRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_PLANS;
	answering->answer.plans = list;
	return rc == DD_OK ? walk.rc : rc;
}
