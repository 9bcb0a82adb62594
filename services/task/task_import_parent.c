/* task_import_parent.c - what a row lies under: a heading by its code, or the heading or task that
 * its column names. */
#include "common/base/alloc.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16 /* levels of tasks, as for single tasks by hand */

static struct import_row *row_of(struct import_work *work, const char *code)
{
	const struct import_entry *entry = import_map_find(&work->places, code);

	return entry ? &work->tasks.list[entry->number] : NULL;
}

void import_parents_note(struct import_work *work, const struct import_table *table)
{
	bool is_new;

	for (size_t i = 0; i < work->tasks.count; i++) {
		struct import_entry *entry =
			import_map_add(&work->places, work->tasks.list[i].code, &is_new);

		if (is_new)
			entry->number = (uint32_t)i;
	}
	for (size_t i = 0; i < work->tasks.count; i++) {
		struct import_row *row = &work->tasks.list[i];
		char *parent = import_cell_tidy(table, row->row, TASK_PARENT);
		struct import_row *under = *parent ? row_of(work, parent) : NULL;

		row->under = under ? (size_t)(under - work->tasks.list) : IMPORT_NO_PARENT;
		if (under)
			under->has_parts = true;
		free(parent);
	}
}

/* --- by the code -------------------------------------------------------------------------------
 */

char *import_parent_by_code(struct import_work *work, const char *code)
{
	char *parent = dd_strdup(code);
	struct view_task task;
	char *dot;

	while ((dot = strrchr(parent, '.'))) {
		*dot = '\0';
		if (import_map_find(&work->groups, parent))
			return parent;
		if (import_in_view(work->import, parent, &task) && task.group)
			return parent;
	}
	*parent = '\0';
	return parent;
}

/* --- by name -----------------------------------------------------------------------------------
 */

/* One step up: by the file if it has the task, else as it is. "" = top, or a heading. */
static void step_up(struct import_work *work, char at[DD_TASK_CODE_MAX + 1])
{
	const struct import_row *row = row_of(work, at);
	Dondoc__V1__TaskFields *fields = NULL;
	struct view_task task;

	if (row && row->under != IMPORT_NO_PARENT) {
		memccpy(at, work->tasks.list[row->under].code, '\0', DD_TASK_CODE_MAX + 1);
		return;
	}
	if (!row && import_in_view(work->import, at, &task) && !task.group)
		fields = import_fields_of(work->import, task.id);
	at[0] = '\0';
	if (fields && strlen(fields->parent) <= DD_TASK_CODE_MAX)
		memccpy(at, fields->parent, '\0', DD_TASK_CODE_MAX + 1);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
}

/* Whether going up from `parent` comes back to `code`, or never ends. */
static bool circle(struct import_work *work, const char *code, const char *parent)
{
	char at[DD_TASK_CODE_MAX + 1];

	memccpy(at, parent, '\0', sizeof(at));
	for (int depth = 0; depth < DEPTH_MAX && *at; depth++) {
		if (strcmp(at, code) == 0)
			return true;
		step_up(work, at);
	}
	return *at != '\0';
}

static bool is_known(struct import_work *work, const char *code)
{
	struct view_task task;

	return strlen(code) <= DD_TASK_CODE_MAX &&
	       (import_map_find(&work->groups, code) || row_of(work, code) ||
		import_in_view(work->import, code, &task));
}

char *import_parent_of(struct import_work *work, const struct import_table *table, size_t row,
		       const char *code)
{
	struct import_place place = {table, row, TASK_PARENT};
	char *parent = import_cell_tidy(table, row, TASK_PARENT);

	if (*parent && !is_known(work, parent))
		import_fault(work->import, place, NULL,
			     DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_PARENT);
	else if (*parent && circle(work, code, parent))
		import_fault(work->import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_CYCLE);
	else if (*parent)
		return parent;
	free(parent);
	return import_parent_by_code(work, code);
}
