/* view_query.c - a query finds its answer: the table, and the short answers. */
#include "common/view/view_query.h"
#include "common/domain/task_state.h"
#include "common/view/view_answer.h"
#include "common/view/view_records.h"
#include <string.h>

/* --- plans -------------------------------------------------------------------------------- */

static int plan_row(struct answering *answering, const struct dd_val *val,
		    Dondoc__V1__PlanRow **row_out)
{
	Dondoc__V1__PlanRow *row = pool_alloc(&answering->pool, sizeof(*row));
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct answer_walk walk;
	const uint8_t *fields;
	struct view_plan plan;
	struct dd_key key;
	size_t len;
	int rc = view_plan_split(val, &plan, &fields, &len);

	dondoc__v1__plan_row__init(row);
	*row_out = row;
	if (rc == DD_OK)
		row->plan = dondoc__v1__plan_fields__unpack(&allocator, len, fields);
	if (rc != DD_OK || !row->plan)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a plan cannot be read");
	view_key_text(&key, VIEW_ORDER, plan.code);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		if (walk.val.len == 1 && *(const uint8_t *)walk.val.data != 0)
			row->groups++;
		else
			row->tasks++;
	}
	rc = walk.rc;
	answer_walk_close(&walk);
	return rc;
}

static int answer_list_plans(struct answering *answering, const Dondoc__V1__Query *query)
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

/* --- units -------------------------------------------------------------------------------- */

/* How many open tasks each unit leads; a table from code to uint32_t. */
static int count_open(struct answering *answering, struct memtable *open)
{
	const struct memtable_entry *entry;
	struct view_task task;
	struct answer_walk walk;
	int rc = answer_tasks_open(answering, "", &walk);

	if (rc != DD_OK)
		return rc;
	while (answer_tasks_next(answering, &walk, &task)) {
		size_t len = strlen(task.lead_unit);
		uint32_t hash = memtable_hash(0, task.lead_unit, len), count = 0;

		if (task.group || !dd_task_state_open((enum dd_task_state)task.state))
			continue;
		if (memtable_get(open, hash, task.lead_unit, len, &entry) == MEMTABLE_PRESENT)
			memcpy(&count, entry->val, sizeof(count));
		count++;
		memtable_put(open, hash, task.lead_unit, len, &count, sizeof(count));
	}
	answer_walk_close(&walk);
	return walk.rc;
}

static int unit_aliases(struct answering *answering, const char *unit, Dondoc__V1__UnitRow *row)
{
	struct answer_rows rows = {0};
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_text(&key, VIEW_ALIAS, unit);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		char *alias = pool_zalloc(&answering->pool, walk.val.len + 1);

		memcpy(alias, walk.val.data, walk.val.len);
		answer_rows_add(answering, &rows, alias);
	}
	answer_walk_close(&walk);
	row->aliases = (char **)rows.items;
	row->n_aliases = rows.count;
	return walk.rc;
}

static Dondoc__V1__UnitRow *unit_row(struct answering *answering, const struct dd_val *val,
				     const struct memtable *open)
{
	Dondoc__V1__UnitRow *row = pool_alloc(&answering->pool, sizeof(*row));
	Dondoc__V1__UnitFields *fields = pool_alloc(&answering->pool, sizeof(*fields));
	struct view_unit *unit = pool_memdup(&answering->pool, val->data, val->len);
	const struct memtable_entry *entry;
	size_t len = strlen(unit->code);
	uint32_t hash = memtable_hash(0, unit->code, len);

	dondoc__v1__unit_row__init(row);
	dondoc__v1__unit_fields__init(fields);
	fields->code = unit->code;
	fields->name = unit->name;
	fields->kind = unit->kind;
	fields->parent = unit->parent;
	fields->collective = unit->collective;
	row->unit = fields;
	if (memtable_get(open, hash, unit->code, len, &entry) == MEMTABLE_PRESENT)
		memcpy(&row->open_tasks, entry->val, sizeof(row->open_tasks));
	return row;
}

static int unit_rows(struct answering *answering, bool with_aliases, const struct memtable *open,
		     struct answer_rows *rows)
{
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	dd_key_begin(&key, VIEW_UNIT);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		Dondoc__V1__UnitRow *row;

		if (walk.val.len != sizeof(struct view_unit)) {
			rc = dd_fail(answering->err, DD_ERR_CORRUPT, "a unit cannot be read");
			break;
		}
		row = unit_row(answering, &walk.val, open);
		if (with_aliases)
			rc = unit_aliases(answering, row->unit->code, row);
		answer_rows_add(answering, rows, row);
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

static int answer_list_units(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__UnitList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct memtable *open = memtable_new();
	struct answer_rows rows = {0};
	int rc = count_open(answering, open);

	if (rc == DD_OK)
		rc = unit_rows(answering, query->list_units->with_aliases, open, &rows);
	memtable_free(open);
	dondoc__v1__unit_list__init(list);
	list->rows = (Dondoc__V1__UnitRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_UNITS;
	answering->answer.units = list;
	return rc;
}

/* --- streams ------------------------------------------------------------------------------ */

/* The receipt's chain hash is the log's to tell; here it stays empty. */
static int answer_show_stream(struct answering *answering, const Dondoc__V1__Query *query)
{
	const ProtobufCBinaryData *id = &query->show_stream->stream;
	const char *principal = answering->context->principal;
	Dondoc__V1__StreamState *state = pool_alloc(&answering->pool, sizeof(*state));
	Dondoc__V1__Receipt *receipt = pool_alloc(&answering->pool, sizeof(*receipt));
	struct view_stream *stream = pool_alloc(&answering->pool, sizeof(*stream));
	int rc;

	if (!principal)
		return dd_fail(answering->err, DD_ERR_UNSUPPORTED, "no streams are told here");
	if (id->len != DD_ID_LEN)
		return dd_fail(answering->err, DD_ERR_INVALID, "a stream's id has 16 bytes");
	dondoc__v1__stream_state__init(state);
	dondoc__v1__receipt__init(receipt);
	rc = view_stream(answering->view, false, principal, id->data, stream);
	if (rc == DD_OK) {
		state->known = 1;
		state->last_number = stream->last_number;
		state->last_digest = (ProtobufCBinaryData){.data = stream->last_digest,
							   .len = sizeof(stream->last_digest)};
		receipt->incarnation = view_position(answering->view)->incarnation;
		receipt->sequence = stream->last_sequence;
		state->last_receipt = receipt;
	} else if (rc != DD_ERR_NOT_FOUND) {
		return dd_fail(answering->err, rc, "the stream cannot be read from the view");
	}
	answering->answer.view_sequence = view_position(answering->view)->sequence;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_STREAM;
	answering->answer.stream = state;
	return DD_OK;
}

/* --- the table ---------------------------------------------------------------------------- */

static answer_fn *const answers[] = {
	[DONDOC__V1__QUERY__WHAT_LIST_PLANS] = answer_list_plans,
	[DONDOC__V1__QUERY__WHAT_LIST_UNITS] = answer_list_units,
	[DONDOC__V1__QUERY__WHAT_LIST_TASKS] = answer_list_tasks,
	[DONDOC__V1__QUERY__WHAT_SHOW_TASK] = answer_show_task,
	[DONDOC__V1__QUERY__WHAT_COUNT_TASKS] = answer_count_tasks,
	[DONDOC__V1__QUERY__WHAT_SHOW_STREAM] = answer_show_stream,
	[DONDOC__V1__QUERY__WHAT_LIST_DIGESTS] = answer_list_digests,
	[DONDOC__V1__QUERY__WHAT_SHOW_DIGEST] = answer_show_digest,
	[DONDOC__V1__QUERY__WHAT_LIST_REPORTS] = answer_list_reports,
};

static int begin(struct answering *answering)
{
	struct dd_position cursor;
	bool partial;
	int rc = view_snapshot(answering->view, &answering->txn, answering->err);

	if (rc == DD_OK)
		rc = view_cursor_get(answering->txn, &cursor, &partial, answering->err);
	dondoc__v1__answer__init(&answering->answer);
	if (rc == DD_OK)
		answering->answer.view_sequence = cursor.sequence;
	return rc;
}

int view_query(const struct view_query_context *context, const Dondoc__V1__Query *query,
	       struct dd_buf *out, struct dd_error *err)
{
	struct dd_error own = {0};
	struct answering answering = {.context = context, .view = context->view, .err = &own};
	size_t kind = (size_t)query->what_case, size;
	int rc;

	if (kind >= sizeof(answers) / sizeof(answers[0]) || !answers[kind])
		return dd_fail(err, DD_ERR_UNSUPPORTED, "this query is not one for a view");
	rc = begin(&answering);
	if (rc == DD_OK)
		rc = answers[kind](&answering, query);
	if (rc == DD_OK) {
		size = dondoc__v1__answer__get_packed_size(&answering.answer);
		out->len += dondoc__v1__answer__pack(&answering.answer, dd_buf_reserve(out, size));
	}
	pool_fini(&answering.pool);
	if (rc != DD_OK)
		dd_fail(err, rc, "%s", own.text[0] ? own.text : "the view's store cannot be read");
	return rc;
}
