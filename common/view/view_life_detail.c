/* view_life_detail.c - what a task's page shows beside the task's row: products, questions,
 * explanations, what waits, and how late it is by which rule. */
#include "common/domain/task_state.h"
#include "common/view/view_evidence.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_remind.h"
#include <string.h>

#define ROWS_MAX 200 /* of questions and of explanations, the newest */

/* A text of a struct, in the answer's memory. */
static char *kept(struct answering *answering, const char *text)
{
	return pool_memdup(&answering->pool, text, strlen(text) + 1);
}

/* The message behind a struct; NULL if it cannot be read. */
static ProtobufCMessage *said_in(struct answering *answering, const struct dd_val *val, size_t head,
				 const ProtobufCMessageDescriptor *type)
{
	ProtobufCAllocator allocator = answer_allocator(answering);

	if (val->len < head)
		return NULL;
	return protobuf_c_message_unpack(type, &allocator, val->len - head,
					 (const uint8_t *)val->data + head);
}

static void add_products(struct answering *answering, uint64_t task,
			 const Dondoc__V1__TaskFields *fields, Dondoc__V1__LifeDetail *detail)
{
	struct answer_rows rows = {0};

	for (size_t i = 0; i < fields->n_products; i++) {
		Dondoc__V1__ProductRow *row = pool_alloc(&answering->pool, sizeof(*row));
		const Dondoc__V1__ReportProduct *said = NULL;
		struct view_product product = {.state = 0};
		struct dd_key key;
		struct dd_val val;

		view_key_product(&key, task, fields->products[i]->number);
		if (view_get(answering->view, false, &key, &val) == DD_OK) {
			if (val.len >= sizeof(product))
				memcpy(&product, val.data, sizeof(product));
			said = (const Dondoc__V1__ReportProduct *)said_in(
				answering, &val, sizeof(product),
				&dondoc__v1__report_product__descriptor);
		}
		dondoc__v1__product_row__init(row);
		row->product = fields->products[i]->number;
		row->text = fields->products[i]->text;
		row->state = (Dondoc__V1__ProductState)product.state;
		row->sequence = product.sequence;
		if (said) {
			row->evidence = said->evidence;
			row->files = said->files;
			row->n_files = said->n_files;
		}
		answer_rows_add(answering, &rows, row);
	}
	detail->products = (Dondoc__V1__ProductRow **)rows.items;
	detail->n_products = rows.count;
}

/* The newest record of a chain is the first; each names the one before. */
static bool chain_get(struct answering *answering, enum view_table table, uint64_t task,
		      uint64_t at, struct dd_val *val_out)
{
	struct dd_key key;

	view_key_of_task(&key, table, task, at);
	return at != 0 && view_get(answering->view, false, &key, val_out) == DD_OK;
}

static int add_asks(struct answering *answering, uint64_t task, Dondoc__V1__LifeDetail *detail)
{
	struct answer_rows rows = {0};
	struct view_ask ask;
	struct dd_val val;
	uint64_t at = 0;
	int rc = view_newest_get(answering->view, false, VIEW_ASK, task, &at);

	for (; rows.count < ROWS_MAX && chain_get(answering, VIEW_ASK, task, at, &val);
	     at = ask.previous) {
		Dondoc__V1__AskRow *row = pool_alloc(&answering->pool, sizeof(*row));

		if (val.len < sizeof(ask))
			return DD_ERR_CORRUPT;
		memcpy(&ask, val.data, sizeof(ask));
		dondoc__v1__ask_row__init(row);
		row->ask = ask.sequence;
		row->said = (Dondoc__V1__AskUnit *)said_in(answering, &val, sizeof(ask),
							   &dondoc__v1__ask_unit__descriptor);
		row->state = (Dondoc__V1__AskState)ask.state;
		row->answered_day = ask.answered_day;
		row->days_late = ask.days_late;
		row->destroyed_by = view_destroyed_by(answering->view, false, at);
		answer_rows_add(answering, &rows, row);
	}
	detail->asks = (Dondoc__V1__AskRow **)rows.items;
	detail->n_asks = rows.count;
	return rc;
}

static int add_explanations(struct answering *answering, uint64_t task,
			    Dondoc__V1__LifeDetail *detail)
{
	struct answer_rows rows = {0};
	const Dondoc__V1__DelayExplained *said;
	struct view_explanation told;
	struct dd_val val;
	uint64_t at = 0;
	int rc = view_newest_get(answering->view, false, VIEW_EXPLAIN, task, &at);

	for (; rows.count < ROWS_MAX && chain_get(answering, VIEW_EXPLAIN, task, at, &val);
	     at = told.previous) {
		Dondoc__V1__ExplanationRow *row = pool_alloc(&answering->pool, sizeof(*row));

		if (val.len < sizeof(told))
			return DD_ERR_CORRUPT;
		memcpy(&told, val.data, sizeof(told));
		dondoc__v1__explanation_row__init(row);
		row->explanation = told.sequence;
		said = (const Dondoc__V1__DelayExplained *)said_in(
			answering, &val, sizeof(told), &dondoc__v1__delay_explained__descriptor);
		if (said) {
			row->said = said->said;
			row->cause_text = said->cause_text;
		}
		row->decided = told.decided_by != 0;
		row->accepted = told.accepted != 0;
		row->excused_days = told.excused_days;
		row->destroyed_by = view_destroyed_by(answering->view, false, at);
		answer_rows_add(answering, &rows, row);
	}
	detail->explanations = (Dondoc__V1__ExplanationRow **)rows.items;
	detail->n_explanations = rows.count;
	return rc;
}

static void add_pending(struct answering *answering, const struct view_task *task, int32_t today,
			Dondoc__V1__LifeDetail *detail)
{
	const uint64_t pending[] = {task->pending_completion, task->pending_extension,
				    task->pending_other};
	struct answer_rows rows = {0};

	for (size_t i = 0; i < sizeof(pending) / sizeof(pending[0]); i++) {
		Dondoc__V1__RequestRow *row;
		struct view_request request;

		if (view_request_get(answering->view, false, pending[i], &request) != DD_OK)
			continue;
		row = pool_alloc(&answering->pool, sizeof(*row));
		dondoc__v1__request_row__init(row);
		row->kind = (Dondoc__V1__RequestKind)request.kind;
		row->request = request.sequence;
		row->task = task->id;
		row->plan = kept(answering, request.plan);
		row->from_unit = kept(answering, request.from_unit);
		row->decider_unit = kept(answering, request.decider_unit);
		row->proposed_unit = kept(answering, request.proposed_unit);
		row->proposed_due_day = request.proposed_due_day;
		row->since_day = request.since_day;
		if (today > request.since_day)
			row->days_waiting = (uint32_t)(today - request.since_day);
		answer_rows_add(answering, &rows, row);
	}
	detail->pending = (Dondoc__V1__RequestRow **)rows.items;
	detail->n_pending = rows.count;
}

static void add_lateness(struct answering *answering, const struct view_task *task,
			 const struct dd_judge *judge, int32_t today,
			 Dondoc__V1__LifeDetail *detail)
{
	const struct dd_judge plain = {.credit_waiting = false};
	const struct dd_task_clock clock = {
		.state = (enum dd_task_state)task->state,
		.due_day = task->due_day,
		.submitted_day = task->submitted_day,
		.decided_day = task->decided_day,
		.waited_days = task->waited_days,
	};
	int32_t late = dd_task_days_late(&clock, judge, today);
	int32_t late_plain = dd_task_days_late(&clock, &plain, today);

	detail->days_late = late > 0 ? (uint32_t)late : 0;
	detail->days_late_plain = late_plain > 0 ? (uint32_t)late_plain : 0;
	if (judge->by_confirmation)
		detail->rule = kept(answering, judge->credit_waiting ? "confirmation, credit"
								     : "confirmation, none");
	else
		detail->rule = kept(answering, judge->credit_waiting ? "submission, credit"
								     : "submission, none");
}

static int add_promise(struct answering *answering, const struct view_task *task, int32_t today,
		       Dondoc__V1__LifeDetail *detail)
{
	struct view_promise promise;
	int rc = view_promise(answering->view, false, task, &promise);

	detail->promised_day = promise.day;
	detail->promise_said_day = promise.said_day;
	detail->promises_broken = view_promises_broken(&promise, task, today);
	return rc;
}

int view_life_detail(struct answering *answering, const struct view_task *task,
		     const Dondoc__V1__TaskFields *fields, const struct dd_judge *judge,
		     int32_t today, Dondoc__V1__LifeDetail **detail_out)
{
	Dondoc__V1__LifeDetail *detail = pool_alloc(&answering->pool, sizeof(*detail));
	struct view_life life;
	int rc = view_life_get(answering->view, false, task->id, &life);

	dondoc__v1__life_detail__init(detail);
	if (rc == DD_OK)
		rc = add_asks(answering, task->id, detail);
	if (rc == DD_OK)
		rc = add_explanations(answering, task->id, detail);
	if (rc == DD_OK)
		rc = add_promise(answering, task, today, detail);
	if (rc != DD_OK)
		return dd_fail(answering->err, rc, "what is known of the task's life is damaged");
	add_products(answering, task->id, fields, detail);
	add_pending(answering, task, today, detail);
	add_lateness(answering, task, judge, today, detail);
	detail->paused_days = task->paused_days;
	detail->waited_days = task->waited_days;
	detail->excused_days = life.excused_days;
	*detail_out = detail;
	return DD_OK;
}
