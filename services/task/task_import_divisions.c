/* task_import_divisions.c - which division (phòng) within the lead answers for a task. */
#include "common/base/alloc.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

enum { DIVISION_CODE, DIVISION_DIVISION };
const struct import_spec import_divisions_spec = {
	"divisions", {{"code", true}, {"division", true}, {NULL, false}}};

/* A task has one division: of several rows the first counts, the rest are told as unused. */
static void note_row(struct import *import, struct import_divisions *divisions, size_t row)
{
	struct import_entry *entry;
	bool is_new;
	char *code =
		import_cell_need(import, divisions->table, row, DIVISION_CODE, DD_TASK_CODE_MAX);

	if (!code) {
		divisions->used[row] = true; /* told already */
		return;
	}
	entry = import_map_add(&divisions->rows, code, &is_new);
	if (is_new)
		entry->number = (uint32_t)row;
	free(code);
}

void import_divisions_open(struct import *import, const struct import_table *table,
			   struct import_divisions *divisions_out)
{
	*divisions_out = (struct import_divisions){.table = table};
	divisions_out->used = dd_alloc(table->rows + 1);
	for (size_t row = 0; row < table->rows; row++) {
		if (import_table_blank(table, row))
			divisions_out->used[row] = true;
		else
			note_row(import, divisions_out, row);
	}
}

void import_division_of(struct import *import, struct import_divisions *divisions, const char *code,
			const char *lead, char division_out[32])
{
	const struct import_entry *entry = import_map_find(&divisions->rows, code);
	struct import_place place = {divisions->table, 0, DIVISION_DIVISION};
	struct view_unit unit;
	char *name;

	division_out[0] = '\0';
	if (!entry)
		return;
	place.row = entry->number;
	divisions->used[place.row] = true;
	name = import_cell_need(import, divisions->table, place.row, DIVISION_DIVISION, 255);
	if (!name)
		return;
	if (!import_unit_named(import, name, &unit))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_UNIT);
	else if (!*lead || !import_unit_within(import, unit.code, lead))
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_DIVISION_UNUSED);
	else
		memcpy(division_out, unit.code, sizeof(unit.code));
	free(name);
}

void import_divisions_close(struct import *import, struct import_divisions *divisions)
{
	struct import_place place = {divisions->table, 0, DIVISION_DIVISION};

	for (; place.row < divisions->table->rows; place.row++)
		if (!divisions->used[place.row])
			import_told(import, place, NULL,
				    DONDOC__V1__ROW_PROBLEM__ROW_DIVISION_UNUSED);
	import_map_fini(&divisions->rows);
	free(divisions->used);
}
