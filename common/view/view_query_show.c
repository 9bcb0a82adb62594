/* view_query_show.c - show_task: one task with its sub-tasks, what happened beside its work, and
 * its history. */
#include "common/view/sheet.h"
#include "common/view/view_blocked.h"
#include "common/view/view_evidence.h"
#include "common/view/view_row.h"
#include <inttypes.h>
#include <string.h>

#define HISTORY_DEFAULT 50
#define HISTORY_MOST    1000
#define CHILDREN_MOST   200

/* A code without its plan: fine as long as one plan has it. */
static int find_code(struct answering *answering, const char *code, uint64_t *id_out)
{
	char plans[200] = "";
	struct answer_walk walk;
	struct dd_key key;
	size_t found = 0, used = 0;
	int rc;

	view_key_text(&key, VIEW_CODE, code);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		const char *plan = (const char *)walk.key.data + walk.prefix.len;
		size_t len = walk.key.len - walk.prefix.len - 1;

		if (walk.val.len == sizeof(*id_out))
			memcpy(id_out, walk.val.data, sizeof(*id_out));
		if (used + len + 3 < sizeof(plans)) {
			memcpy(plans + used, found > 0 ? ", " : "", found > 0 ? 2 : 0);
			used += found > 0 ? 2 : 0;
			memcpy(plans + used, plan, len);
			used += len;
		}
		found++;
	}
	answer_walk_close(&walk);
	if (walk.rc != DD_OK)
		return walk.rc;
	if (found > 1)
		return dd_fail(answering->err, DD_ERR_CONFLICT,
			       "%zu plans have a task %.64s: %s; name the plan", found, code,
			       plans);
	return found == 1 ? DD_OK : DD_ERR_NOT_FOUND;
}

static int find_task(struct answering *answering, const Dondoc__V1__ShowTask *ask,
		     struct view_task *task_out)
{
	uint64_t id = ask->task;
	int rc = DD_OK;

	if (id == 0 && ask->plan[0] != '\0')
		rc = view_task_by_code(answering->view, false, ask->plan, ask->code, &id);
	else if (id == 0)
		rc = find_code(answering, ask->code, &id);
	if (rc == DD_OK)
		rc = view_task(answering->view, false, id, task_out);
	if (rc == DD_ERR_NOT_FOUND && ask->task != 0)
		return dd_fail(answering->err, rc, "there is no task %" PRIu64, ask->task);
	if (rc == DD_ERR_NOT_FOUND)
		return dd_fail(answering->err, rc, "there is no task %.64s%s%.40s", ask->code,
			       ask->plan[0] != '\0' ? " in plan " : "", ask->plan);
	return rc;
}

/* One step back along the task's list of events; `sequence` becomes the one before. An event of
 * another task is not found: where to go on is told by whoever asks. */
static int history_row(struct answering *answering, uint64_t task, uint64_t *sequence,
		       Dondoc__V1__HistoryRow **row_out)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__HistoryRow *row = pool_alloc(&answering->pool, sizeof(*row));
	const Dondoc__V1__EventHeader *header;
	struct dd_record record;
	const uint8_t *body;
	uint32_t body_len;

	if (!answering->context->record ||
	    answering->context->record(answering->context->arg, *sequence, &record) != DD_OK ||
	    record.kind == DD_RECORD_LEAF)
		return DD_ERR_NOT_FOUND;
	header = dondoc__v1__event_header__unpack(&allocator, record.header_len, record.header);
	if (!header || header->subject != task)
		return DD_ERR_NOT_FOUND;
	dondoc__v1__history_row__init(row);
	row->sequence = *sequence;
	row->header.len = record.header_len;
	row->header.data = pool_memdup(&answering->pool, record.header, record.header_len);
	row->redacted = record.kind == DD_RECORD_REDACTED;
	if (row->redacted)
		row->destroyed_by = view_destroyed_by(answering->view, false, *sequence);
	if (dd_record_body(&record, &body, &body_len)) {
		row->body.len = body_len;
		row->body.data = pool_memdup(&answering->pool, body, body_len);
	}
	/* The list only ever leads back; anything else would never end. */
	*sequence = header->subject_previous < *sequence ? header->subject_previous : 0;
	*row_out = row;
	return DD_OK;
}

/* `before` is a row of the history told earlier: the list goes on behind it. */
static uint64_t history_from(struct answering *answering, const Dondoc__V1__TaskDetail *detail,
			     uint64_t before)
{
	uint64_t sequence = before;
	Dondoc__V1__HistoryRow *row;

	if (before == 0)
		return detail->task->version;
	return history_row(answering, detail->task->id, &sequence, &row) == DD_OK ? sequence : 0;
}

static void add_history(struct answering *answering, Dondoc__V1__TaskDetail *detail,
			uint64_t before, uint32_t limit)
{
	uint64_t sequence = history_from(answering, detail, before);
	struct answer_rows rows = {0};
	Dondoc__V1__HistoryRow *row;
	size_t bytes = 0;

	while (sequence != 0 && rows.count < limit && bytes < ANSWER_BYTES_MAX &&
	       history_row(answering, detail->task->id, &sequence, &row) == DD_OK) {
		bytes += row->header.len + row->body.len;
		answer_rows_add(answering, &rows, row);
	}
	detail->history = (Dondoc__V1__HistoryRow **)rows.items;
	detail->n_history = rows.count;
	detail->history_cut = sequence != 0;
}

/* --- sub-tasks ----------------------------------------------------------------------------------
 */

static int add_child(struct answering *answering, struct sheet *sheet, uint64_t id,
		     const struct row_judging *judging, struct answer_rows *rows)
{
	struct sheet_place place = {.task = id, .row = sheet_find(sheet, id)};
	Dondoc__V1__TaskRow *row;

	if (place.row == SHEET_NONE)
		return DD_OK;
	row = row_of_place(answering, sheet, &place, judging);
	if (!row)
		return DD_ERR_CORRUPT;
	answer_rows_add(answering, rows, row);
	return DD_OK;
}

/* What the sheet knows is only asked where there are sub-tasks: most tasks have none. */
static int open_sheet(struct answering *answering, const struct row_judging *judging,
		      struct sheet **sheet_out)
{
	int rc = sheet_of(answering->view, sheet_out, answering->err);

	if (rc == DD_OK)
		sheet_judge(*sheet_out, &judging->judge, judging->as_of);
	return rc;
}

static int add_children(struct answering *answering, Dondoc__V1__TaskDetail *detail,
			const struct row_judging *judging, struct row_beside *beside)
{
	struct answer_rows rows = {0};
	struct sheet *sheet = NULL;
	struct answer_walk walk;
	struct dd_key key;
	uint32_t row;
	int rc;

	view_key_u64(&key, VIEW_CHILD, detail->task->id);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && rows.count < CHILDREN_MOST && answer_walk_next(&walk)) {
		uint64_t id = dd_key_get_u64((const uint8_t *)walk.key.data + walk.key.len - 8);

		if (!sheet)
			rc = open_sheet(answering, judging, &sheet);
		if (rc == DD_OK)
			rc = add_child(answering, sheet, id, judging, &rows);
	}
	detail->children_cut = rows.count == CHILDREN_MOST && answer_walk_next(&walk);
	answer_walk_close(&walk);
	detail->children = (Dondoc__V1__TaskRow **)rows.items;
	detail->n_children = rows.count;
	row = sheet ? sheet_find(sheet, detail->task->id) : SHEET_NONE;
	if (row != SHEET_NONE) {
		beside->children = sheet_rows(sheet)[row].children;
		beside->rolled_percent = sheet_rolled(sheet)[row];
		row_take_parts(answering, sheet, row, judging, detail->task);
	}
	return rc == DD_OK ? walk.rc : rc;
}

static int show_row(struct answering *answering, struct view_task *task,
		    const struct dd_val *fields, Dondoc__V1__TaskDetail *detail)
{
	struct row_judging judging = row_judging_now(answering);
	struct row_beside *beside = pool_zalloc(&answering->pool, sizeof(*beside));
	struct dd_val kept = {.data = pool_memdup(&answering->pool, fields->data, fields->len),
			      .len = fields->len};
	int rc = DD_OK;

	(void)view_life_get(answering->view, false, task->id, &beside->life);
	if (view_blocked(answering->view, false, task))
		beside->flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_BLOCKED;
	detail->task = row_make(answering, task, &kept, beside, &judging);
	if (!detail->task)
		return DD_ERR_CORRUPT;
	detail->task->files = row_files(answering, task->id);
	rc = add_children(answering, detail, &judging, beside);
	detail->task->children = beside->children;
	if (beside->children > 0)
		detail->task->rolled_percent = beside->rolled_percent;
	if (rc == DD_OK)
		rc = view_life_detail(answering, task, detail->task->fields, &judging.judge,
				      judging.as_of, &detail->life);
	return rc;
}

int answer_show_task(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ShowTask *ask = query->show_task;
	Dondoc__V1__TaskDetail *detail = pool_alloc(&answering->pool, sizeof(*detail));
	struct view_task *task = pool_alloc(&answering->pool, sizeof(*task));
	uint32_t limit = ask->history_limit != 0 ? ask->history_limit : HISTORY_DEFAULT;
	const uint8_t *bytes;
	struct dd_val fields;
	int rc = find_task(answering, ask, task);

	if (rc != DD_OK)
		return rc;
	rc = view_task_fields(answering->view, false, task->id, &bytes, &fields.len);
	if (rc != DD_OK)
		return dd_fail(answering->err, rc, "task %" PRIu64 " has no content", task->id);
	fields.data = bytes;
	dondoc__v1__task_detail__init(detail);
	rc = show_row(answering, task, &fields, detail);
	if (rc != DD_OK)
		return rc;
	add_history(answering, detail, ask->history_before,
		    limit < HISTORY_MOST ? limit : HISTORY_MOST);
	answering->answer.view_sequence = view_position(answering->view)->sequence;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_TASK;
	answering->answer.task = detail;
	return DD_OK;
}
