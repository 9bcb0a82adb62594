/* view_query_tasks.c - list_tasks and show_task. */
#include "common/base/text.h"
#include "common/domain/task_state.h"
#include "common/view/view_answer.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT   100
#define LIMIT_MOST      1000
#define NEAR_DEFAULT    7
#define NEAR_MOST       3650
#define HISTORY_DEFAULT 100

/* --- rows --------------------------------------------------------------------------------- */

/* Of an open task; "any" for one that waits for nothing. It agrees with the buckets: what was
 * handed in is judged by the day on which it was. */
static Dondoc__V1__TimeState time_state(const struct view_task *task, int32_t as_of, int near_days)
{
	enum dd_task_state state = (enum dd_task_state)task->state;
	enum dd_time_state time;
	bool overdue;

	if (task->group || !dd_task_state_open(state))
		return DONDOC__V1__TIME_STATE__TIME_ANY;
	time = dd_time_state(task->due_day, as_of, near_days);
	overdue = dd_task_bucket(state, task->due_day, task->submitted_day, as_of) ==
		  DD_BUCKET_OPEN_OVERDUE;
	if (overdue)
		time = DD_TIME_OVERDUE;
	else if (time == DD_TIME_OVERDUE)
		time = DD_TIME_IN_TERM;
	return (Dondoc__V1__TimeState)time;
}

static void fill_row(Dondoc__V1__TaskRow *row, struct view_task *task, int32_t as_of)
{
	row->id = task->id;
	row->state = (Dondoc__V1__TaskState)task->state;
	row->percent = task->percent;
	row->step = (Dondoc__V1__ProgressStep)task->step;
	row->first_due_day = task->first_due_day;
	row->due_day = task->due_day;
	if (task->due_day != 0 && dd_task_state_open((enum dd_task_state)task->state))
		row->days_left = task->due_day - as_of;
	row->version = task->version;
	row->updated_us = task->updated_us;
	row->submitted_day = task->submitted_day;
	row->extensions_granted = task->extensions_granted;
	row->pending_completion = task->pending_completion;
	row->pending_extension = task->pending_extension;
	row->proposed_due_day = task->proposed_due_day;
	row->conflicts = task->conflicts;
	row->lead_unit = task->lead_unit;
}

/* `task` must live as long as the row. */
static Dondoc__V1__TaskRow *make_row(struct answering *answering, struct view_task *task,
				     const struct dd_val *fields, int32_t as_of, int near_days)
{
	Dondoc__V1__TaskRow *row = pool_alloc(&answering->pool, sizeof(*row));
	ProtobufCAllocator allocator = answer_allocator(answering);
	union {
		const char *in;
		char *out;
	} name = {.in = answer_unit_name(answering, task->lead_unit)};

	dondoc__v1__task_row__init(row);
	row->fields = dondoc__v1__task_fields__unpack(&allocator, fields->len, fields->data);
	if (!row->fields) {
		dd_fail(answering->err, DD_ERR_CORRUPT, "task %" PRIu64 " cannot be read",
			task->id);
		return NULL;
	}
	fill_row(row, task, as_of);
	row->time_state = time_state(task, as_of, near_days);
	row->lead_name = name.out;
	return row;
}

/* --- list_tasks --------------------------------------------------------------------------- */

struct listing {
	struct answering *answering;
	const Dondoc__V1__ListTasks *query;
	const char *text; /* folded; NULL = not asked for */
	uint32_t states;  /* a bit each */
	int32_t as_of;
	int near_days;
	uint32_t total;
	uint32_t limit;
	size_t bytes;
	struct answer_rows rows;
};

/* One bit a state, so that a question that names one a thousand times costs no more per task. */
static uint32_t states_asked(const Dondoc__V1__ListTasks *query)
{
	uint32_t states = query->n_states == 0 ? UINT32_MAX : 0;

	for (size_t i = 0; i < query->n_states; i++) {
		if ((unsigned)query->states[i] < 32)
			states |= UINT32_C(1) << (unsigned)query->states[i];
	}
	return states;
}

static bool text_found(const struct listing *listing, const struct view_task *task)
{
	struct dd_key key;
	struct dd_val val;

	if (!listing->text)
		return true;
	view_key_u64(&key, VIEW_SEARCH, task->id);
	if (answer_get(listing->answering, &key, &val) != DD_OK)
		return false;
	return memmem(val.data, val.len, listing->text, strlen(listing->text)) != NULL;
}

/* Headings have neither state nor lead nor dates: they are told only where nothing of that is
 * asked for. */
static bool heading_matches(const Dondoc__V1__ListTasks *query)
{
	return query->with_groups && query->unit[0] == '\0' && query->n_states == 0 &&
	       query->time_state == DONDOC__V1__TIME_STATE__TIME_ANY;
}

static bool matches(const struct listing *listing, const struct view_task *task)
{
	const Dondoc__V1__ListTasks *query = listing->query;

	if (task->group && !heading_matches(query))
		return false;
	if (query->has_area_case == DONDOC__V1__LIST_TASKS__HAS_AREA_AREA &&
	    query->area != task->area)
		return false;
	if (query->unit[0] != '\0' && strcmp(query->unit, task->lead_unit) != 0)
		return false;
	if (task->state >= 32 || !(listing->states & UINT32_C(1) << task->state))
		return false;
	if (query->time_state != DONDOC__V1__TIME_STATE__TIME_ANY &&
	    query->time_state != time_state(task, listing->as_of, listing->near_days))
		return false;
	return text_found(listing, task);
}

static int list_one(struct listing *listing, const struct view_task *task)
{
	struct answering *answering = listing->answering;
	Dondoc__V1__TaskRow *row;
	struct view_task *kept;
	struct dd_key key;
	struct dd_val fields;

	if (!matches(listing, task) || listing->total++ < listing->query->offset ||
	    listing->rows.count >= listing->limit || listing->bytes >= ANSWER_BYTES_MAX)
		return DD_OK;
	view_key_u64(&key, VIEW_FIELDS, task->id);
	if (answer_get(answering, &key, &fields) != DD_OK)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "task %" PRIu64 " has no content",
			       task->id);
	kept = pool_memdup(&answering->pool, task, sizeof(*task));
	row = make_row(answering, kept, &fields, listing->as_of, listing->near_days);
	if (!row)
		return DD_ERR_CORRUPT;
	listing->bytes += dondoc__v1__task_row__get_packed_size(row);
	answer_rows_add(answering, &listing->rows, row);
	return DD_OK;
}

static int list_all(struct listing *listing)
{
	struct answering *answering = listing->answering;
	struct view_task task;
	struct answer_walk walk;
	int rc = answer_tasks_open(answering, listing->query->plan, &walk);

	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_tasks_next(answering, &walk, &task))
		rc = list_one(listing, &task);
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

static void set_list(struct listing *listing)
{
	struct answering *answering = listing->answering;
	Dondoc__V1__TaskList *list = pool_alloc(&answering->pool, sizeof(*list));

	dondoc__v1__task_list__init(list);
	list->rows = (Dondoc__V1__TaskRow **)listing->rows.items;
	list->n_rows = listing->rows.count;
	list->total = listing->total;
	list->as_of_day = listing->as_of;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_TASKS;
	answering->answer.tasks = list;
}

int answer_list_tasks(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ListTasks *ask = query->list_tasks;
	uint32_t near_days = ask->near_days != 0 ? ask->near_days : NEAR_DEFAULT;
	struct listing listing = {
		.answering = answering,
		.query = ask,
		.states = states_asked(ask),
		.as_of = ask->as_of_day != 0 ? ask->as_of_day : answering->context->today,
		.near_days = (int)(near_days < NEAR_MOST ? near_days : NEAR_MOST),
		.limit = ask->limit != 0 ? ask->limit : LIMIT_DEFAULT,
	};
	char *tidy = dd_text_tidy(ask->text);
	char *folded = tidy ? dd_text_fold(tidy) : NULL;
	int rc;

	if (listing.limit > LIMIT_MOST)
		listing.limit = LIMIT_MOST;
	if (folded && folded[0] != '\0')
		listing.text = folded;
	if (folded)
		rc = list_all(&listing);
	else
		rc = dd_fail(answering->err, DD_ERR_INVALID, "the text to search is not UTF-8");
	free(folded);
	free(tidy);
	set_list(&listing);
	return rc;
}

/* --- show_task ---------------------------------------------------------------------------- */

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

/* One step back along the task's list of events; `sequence` becomes the one before. */
static int history_row(struct answering *answering, uint64_t *sequence,
		       Dondoc__V1__HistoryRow **row_out)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__HistoryRow *row = pool_alloc(&answering->pool, sizeof(*row));
	const Dondoc__V1__EventHeader *header;
	struct dd_record record;

	if (!answering->context->record ||
	    answering->context->record(answering->context->arg, *sequence, &record) != DD_OK ||
	    record.kind == DD_RECORD_LEAF)
		return DD_ERR_NOT_FOUND;
	header = dondoc__v1__event_header__unpack(&allocator, record.header_len, record.header);
	if (!header)
		return DD_ERR_NOT_FOUND;
	dondoc__v1__history_row__init(row);
	row->sequence = *sequence;
	row->header.len = record.header_len;
	row->header.data = pool_memdup(&answering->pool, record.header, record.header_len);
	row->redacted = record.kind == DD_RECORD_REDACTED;
	if (!row->redacted) {
		row->body.len = record.body_len;
		row->body.data = pool_memdup(&answering->pool, record.body, record.body_len);
	}
	/* The list only ever leads back; anything else would never end. */
	*sequence = header->subject_previous < *sequence ? header->subject_previous : 0;
	*row_out = row;
	return DD_OK;
}

static void add_history(struct answering *answering, Dondoc__V1__TaskDetail *detail, uint32_t limit)
{
	uint64_t sequence = detail->task->version;
	struct answer_rows rows = {0};
	Dondoc__V1__HistoryRow *row;
	size_t bytes = 0;

	while (sequence != 0 && rows.count < limit && bytes < ANSWER_BYTES_MAX &&
	       history_row(answering, &sequence, &row) == DD_OK) {
		bytes += row->header.len + row->body.len;
		answer_rows_add(answering, &rows, row);
	}
	detail->history = (Dondoc__V1__HistoryRow **)rows.items;
	detail->n_history = rows.count;
	detail->history_cut = sequence != 0;
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
	detail->task = make_row(answering, task, &fields, answering->context->today, NEAR_DEFAULT);
	if (!detail->task)
		return DD_ERR_CORRUPT;
	add_history(answering, detail, limit < LIMIT_MOST ? limit : LIMIT_MOST);
	answering->answer.view_sequence = view_position(answering->view)->sequence;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_TASK;
	answering->answer.task = detail;
	return DD_OK;
}
