/* task_import_tasks.c - groups and tasks of a plan: their codes, their order, what has changed. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

/* Both files have the same columns, in the order of the enum. */
#define TASK_COLUMNS(needed)                                                                       \
	{"code", true}, {"area", false}, {"content", true}, {"product", false},                    \
		{"lead_unit", needed}, {"coordinating_units", false}, {"time_text", false},        \
		{"start", false}, {"due", needed}, {"recurrence", false}, {"target", false},       \
		{"notes", false}, {"parent", false}, {"heading", false}, {"position", false},      \
		{"fan_out", false}, {"priority", false}, {"labels", false}, {"plan", false},       \
		{"division", false}, {"products", false}, {"weight", false},                       \
		{"area_second", false}, {"time_read", false}, {"source_kind", false},              \
		{"source_number", false}, {"source_date", false}, {"source_issuer", false},        \
		{"source_title", false}, {"lead_parts", false}, {"period_from", false},            \
		{"period_to", false}, {"chain", false}, {"chain_due", false},                      \
		{"chain_slips", false}, {"waits_for", false},                                      \
	{                                                                                          \
		NULL, false                                                                        \
	}
const struct import_spec import_groups_spec = {"groups", {TASK_COLUMNS(false)}};
const struct import_spec import_tasks_spec = {"tasks", {TASK_COLUMNS(true)}};
const struct import_spec import_annex_groups_spec = {"tasks", {TASK_COLUMNS(false)}};

static void note_code(struct import_work *work, const struct import_table *table, size_t row,
		      struct import_rows *rows)
{
	struct import_place place = {table, row, TASK_CODE};
	char *code = import_cell_need(work->import, table, row, TASK_CODE, DD_TASK_CODE_MAX);
	Dondoc__V1__RowProblem problem = DONDOC__V1__ROW_PROBLEM__ROW_OK;
	bool is_new;

	if (!code)
		return;
	if (!dd_task_code_valid(code)) {
		problem = DONDOC__V1__ROW_PROBLEM__ROW_BAD_CODE;
	} else {
		(void)import_map_add(&work->codes, code, &is_new);
		if (!is_new)
			problem = DONDOC__V1__ROW_PROBLEM__ROW_DUPLICATE_CODE;
	}
	if (problem != DONDOC__V1__ROW_PROBLEM__ROW_OK)
		import_fault(work->import, place, NULL, problem);
	rows->list[rows->count++] = (struct import_row){.code = code, .row = row};
}

static void note_codes(struct import_work *work, const struct import_table *table,
		       struct import_rows *rows)
{
	rows->list = dd_alloc(table->rows * sizeof(*rows->list) + 1);
	for (size_t row = 0; row < table->rows; row++)
		if (!import_table_blank(table, row))
			note_code(work, table, row, rows);
}

/* Shorter codes first, then the file's order: a group comes before what lies in it. */
static int by_depth(const void *left, const void *right)
{
	const struct import_row *a = left;
	const struct import_row *b = right;
	size_t a_len = strlen(a->code);
	size_t b_len = strlen(b->code);

	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

bool import_in_view(struct import *import, const char *code, struct view_task *task_out)
{
	struct view *view = import->source->view;
	uint64_t id;

	return import_found(import, view_task_by_code(view, true, import->plan, code, &id)) &&
	       import_found(import, view_task(view, true, id, task_out));
}

/* --- the order of the annex ------------------------------------------------------------------ */

/* Between two tasks there is room for the headings above the second, so that they stand where the
 * annex has them, and a tasks file alone gives the tasks the places they had. */
#define POSITION_STEP 64u

static void note_in_group(struct import_work *work, const char *code, const struct import_row *task)
{
	struct import_entry *group = import_map_find(&work->groups, code);

	if (group && group->number == 0)
		group->number = (uint32_t)task->row + 1;
}

static void note_groups_above(struct import_work *work, char *code, const struct import_row *task)
{
	char *dot;

	while ((dot = strrchr(code, '.'))) {
		*dot = '\0';
		note_in_group(work, code, task);
	}
}

static void note_first_task(struct import_work *work, const struct import_table *table,
			    const struct import_row *task)
{
	char *code = dd_strdup(task->code);
	char *parent = import_cell_tidy(table, task->row, TASK_PARENT);

	note_groups_above(work, code, task);
	note_in_group(work, parent, task);
	note_groups_above(work, parent, task);
	free(code);
	free(parent);
}

static uint32_t group_position(struct import_work *work, const struct import_row *group,
			       size_t tasks)
{
	uint32_t first = import_map_find(&work->groups, group->code)->number;
	uint32_t depth = 1;

	for (const char *at = group->code; *at; at++)
		depth += *at == '.';
	if (depth >= POSITION_STEP)
		depth = POSITION_STEP - 1;
	if (first == 0) /* headings without tasks: behind all */
		return (uint32_t)(tasks * POSITION_STEP + group->row + 1);
	return (first - 1) * POSITION_STEP + depth;
}

/* --- one row --------------------------------------------------------------------------------- */

static bool unchanged(struct import *import, uint64_t id, const Dondoc__V1__TaskFields *fields)
{
	const uint8_t *bytes;
	size_t len;

	return import_found(import,
			    view_task_fields(import->source->view, true, id, &bytes, &len)) &&
	       import_same(&fields->base, bytes, len);
}

static bool add_event(struct import *import, const struct view_task *old,
		      Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__TaskAdded added = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskChanged changed = DONDOC__V1__TASK_CHANGED__INIT;
	const char *unit = fields->group ? "" : fields->lead_unit;

	if (!old) {
		added.task = fields;
		return import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED, 0, unit,
				    &added.base);
	}
	changed.task = fields;
	changed.document = (Dondoc__V1__Document *)import->change; /* packed, not changed */
	changed.reason = (char *)import->reason;
	return import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_TASK_CHANGED, old->id,
			    old->lead_changed ? old->lead_unit : unit, &changed.base);
}

bool import_task_event(struct import *import, const struct view_task *old,
		       Dondoc__V1__TaskFields *fields)
{
	bool same = old && unchanged(import, old->id, fields);

	import_count(import, old != NULL, same);
	return same || add_event(import, old, fields);
}

static void list_task(struct import *import, struct import_place place,
		      const struct import_known *known, Dondoc__V1__TaskFields *fields)
{
	if (known->there && (known->task.group != 0) != (fields->group != 0)) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_DUPLICATE_CODE);
		return;
	}
	if (!import_task_event(import, known->there ? &known->task : NULL, fields)) {
		place.column = TASK_CONTENT;
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG);
	}
	if (fields->fan_out)
		import_parts(import, place, known, fields);
}

/* An export writes the place; 0 = the file does not say it. */
static uint32_t position_told(struct import *import, struct import_place place)
{
	char *text = import_cell_tidy(place.table, place.row, TASK_POSITION);
	size_t len = strlen(text);
	uint32_t told = 0;

	place.column = TASK_POSITION;
	if (len < 10 && strspn(text, "0123456789") == len)
		told = (uint32_t)strtoul(text, NULL, 10);
	else
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE);
	free(text);
	return told;
}

static struct import_known known_of(struct import *import, const struct import_row *row)
{
	struct import_known known = {.own_parts = row->has_parts};

	known.there = import_in_view(import, row->code, &known.task);
	if (known.there)
		known.fields = import_fields_of(import, known.task.id);
	known.there = known.fields != NULL;
	return known;
}

static void known_free(struct import_known *known)
{
	import_codes_free(&known->units);
	dondoc__v1__task_fields__free_unpacked(known->fields, NULL);
}

/* What the row makes of a task that is there. */
static void keep(struct import_work *work, struct import_place place,
		 const struct import_known *known, char division[32],
		 Dondoc__V1__TaskFields *fields)
{
	struct import *import = work->import;
	char none[32] = "";

	import_keep(known->fields, place, work->divisions.table->csv ? none : division, fields);
	place.column = TASK_DUE;
	if (import->due_locked && known->fields->due_day != fields->due_day)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_DUE_LOCKED);
	place.column = TASK_CONTENT;
	if (import_text_differs(known->fields->content, fields->content))
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TEXT_DIFFERS);
}

/* `position` 0 = a task: its place in the file. */
static void take_row(struct import_work *work, const struct import_table *table,
		     const struct import_row *row, uint32_t position)
{
	struct import_place place = {table, row->row, TASK_CODE};
	Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
	struct import *import = work->import;
	struct import_known known = known_of(import, row);
	struct import_marks marks;
	struct import_links links;
	struct view_timing timing;
	char division[32];
	uint32_t told;

	fields.plan = import->plan;
	fields.code = row->code;
	fields.group = position != 0;
	fields.parent = position ? import_parent_by_code(work, row->code)
				 : import_parent_of(work, table, row->row, row->code);
	import_row_read(import, place, &known, &timing, &fields);
	told = position_told(import, place);
	fields.position = told       ? told
			  : position ? position
				     : (uint32_t)(row->row + 1) * POSITION_STEP;
	import_division_of(import, &work->divisions, row->code, fields.lead_unit, division);
	fields.division = division;
	if (known.there)
		keep(work, place, &known, division, &fields);
	fields.fan_out = known.fan_out;
	import_marks_read(import, place, &marks, &fields);
	import_links_read(import, place, &links, &fields);
	list_task(import, place, &known, &fields);
	import_links_free(&links);
	import_marks_free(&marks);
	free(fields.parent);
	import_row_free(&fields);
	known_free(&known);
}

/* A task comes after the one that it lies under. */
static void take_task(struct import_work *work, const struct import_table *table, size_t place)
{
	size_t path[32];
	size_t len = 0;

	while (place != IMPORT_NO_PARENT && !work->tasks.list[place].taken &&
	       len < sizeof(path) / sizeof(path[0])) {
		work->tasks.list[place].taken = true;
		path[len++] = place;
		place = work->tasks.list[place].under;
	}
	while (len > 0)
		take_row(work, table, &work->tasks.list[path[--len]], 0);
}

static void rows_free(struct import_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->list[i].code);
	free(rows->list);
}

static void note_rows(struct import_work *work, const struct import_table *groups,
		      const struct import_table *tasks, struct import_rows *group_rows)
{
	bool is_new;

	note_codes(work, groups, group_rows);
	note_codes(work, tasks, &work->tasks);
	for (size_t i = 0; i < group_rows->count; i++)
		(void)import_map_add(&work->groups, group_rows->list[i].code, &is_new);
	if (group_rows->count > 0)
		qsort(group_rows->list, group_rows->count, sizeof(struct import_row), by_depth);
	for (size_t i = 0; i < work->tasks.count; i++)
		note_first_task(work, tasks, &work->tasks.list[i]);
	import_parents_note(work, tasks);
}

void import_tasks(struct import *import, const struct import_table *groups,
		  const struct import_table *tasks, const struct import_table *divisions)
{
	struct import_work work = {.import = import};
	struct import_rows group_rows = {0};

	import_divisions_open(import, divisions, &work.divisions);
	import->divisions_told = divisions->csv != NULL;
	note_rows(&work, groups, tasks, &group_rows);
	for (size_t i = 0; i < group_rows.count; i++)
		take_row(&work, groups, &group_rows.list[i],
			 group_position(&work, &group_rows.list[i], tasks->rows));
	for (size_t i = 0; i < work.tasks.count; i++)
		take_task(&work, tasks, i);
	import_divisions_close(import, &work.divisions);
	import_waits(import, tasks, &work.tasks);
	if (work.tasks.count > 0)
		import_gone(import, &work.codes, group_rows.count > 0);
	import_map_fini(&work.codes);
	import_map_fini(&work.groups);
	import_map_fini(&work.places);
	rows_free(&group_rows);
	rows_free(&work.tasks);
}
