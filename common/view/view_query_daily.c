/* view_query_daily.c - what the service was refused when it wanted to do its daily work. */
#include "common/view/view_answer.h"
#include "common/view/view_daily.h"
#include "common/view/view_evidence.h"
#include <string.h>

#define ROWS     100u
#define ROWS_MAX 1000u

/* Whether a page's rows are full, or the answer is. */
struct listing {
	struct answering *answering;
	struct answer_rows rows;
	uint32_t limit, open;
	bool all, cut;
};

/* Where it is about a task: plan, code, lead. */
static void add_task(struct answering *answering, uint64_t id, Dondoc__V1__DailyRow *row)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__TaskFields *fields;
	struct view_task task;
	const uint8_t *bytes;
	size_t len;

	if (view_task(answering->view, false, id, &task) != DD_OK)
		return;
	row->plan = pool_memdup(&answering->pool, task.plan, sizeof(task.plan));
	row->unit = pool_memdup(&answering->pool, task.lead_unit, sizeof(task.lead_unit));
	if (view_task_fields(answering->view, false, id, &bytes, &len) != DD_OK)
		return;
	fields = dondoc__v1__task_fields__unpack(&allocator, len, bytes);
	if (fields)
		row->code = fields->code;
}

static int add_row(struct listing *listing, const struct dd_val *val)
{
	struct answering *answering = listing->answering;
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__CommandRefused *refused = NULL;
	Dondoc__V1__CommandBody *body;
	Dondoc__V1__DailyRow *row;
	struct view_daily head;
	struct dd_val rest;
	bool open;

	if (view_head_split(val, &head, sizeof(head), &rest) == DD_OK)
		refused = dondoc__v1__command_refused__unpack(&allocator, rest.len, rest.data);
	if (!refused)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a refusal cannot be read");
	body = dondoc__v1__command_body__unpack(&allocator, refused->said.len, refused->said.data);
	open = body && view_daily_open(answering->view, head.action, body);
	listing->open += open ? 1u : 0u;
	if (!open && !listing->all)
		return DD_OK;
	if (listing->rows.count == listing->limit) {
		listing->cut = true;
		return DD_OK;
	}
	row = pool_alloc(&answering->pool, sizeof(*row));
	dondoc__v1__daily_row__init(row);
	row->sequence = head.sequence;
	row->refused_us = head.refused_us;
	row->action = head.action;
	row->said = refused->said;
	row->refusal = refused->refusal;
	row->open = open;
	if (body && body->action_case == DONDOC__V1__COMMAND_BODY__ACTION_MAKE_INSTANCES)
		add_task(answering, body->make_instances->task, row);
	answer_rows_add(answering, &listing->rows, row);
	return DD_OK;
}

int answer_list_daily(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ListDaily *asked = query->list_daily;
	struct listing listing = {.answering = answering,
				  .limit = asked->limit != 0 ? asked->limit : ROWS,
				  .all = asked->all};
	Dondoc__V1__DailyList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_walk walk;
	struct dd_key prefix;
	int rc;

	if (listing.limit > ROWS_MAX)
		listing.limit = ROWS_MAX;
	dd_key_begin(&prefix, VIEW_DAILY);
	rc = answer_walk_open(answering, &prefix, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		if (walk.key.len == VIEW_DAILY_ROW_KEY)
			rc = add_row(&listing, &walk.val);
	}
	answer_walk_close(&walk);
	if (rc == DD_OK)
		rc = walk.rc;
	if (rc != DD_OK)
		return rc;
	dondoc__v1__daily_list__init(list);
	list->rows = (Dondoc__V1__DailyRow **)listing.rows.items;
	list->n_rows = listing.rows.count;
	list->open = listing.open;
	list->rows_cut = listing.cut;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_DAILY;
	answering->answer.daily = list;
	return DD_OK;
}
