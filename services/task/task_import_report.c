/* task_import_report.c - what is wrong, where, and what helps. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 200 /* bytes of a cell that a report repeats */

/* The files in the order of their events. */
static const char *const files[] = {"days",   "units", "aliases",   "areas",
				    "groups", "tasks", "divisions", NULL};

struct remedy {
	Dondoc__V1__RowProblem problem;
	const char *text;
};

#define PROBLEM(name) DONDOC__V1__ROW_PROBLEM__ROW_##name
static const struct remedy remedies[] = {
	{PROBLEM(UNKNOWN_UNIT), "no unit has this name: register it as an alias in the aliases "
				"file, or add the unit to the units file"},
	{PROBLEM(UNKNOWN_AREA), "no such area: add it to the areas file, or use a number that is "
				"there"},
	{PROBLEM(BAD_DATE), "not a date: write yyyy-mm-dd or dd/mm/yyyy"},
	{PROBLEM(DUE_BEFORE_START), "it ends before it begins: correct start or due"},
	{PROBLEM(DUPLICATE_CODE), "the code stands for something else already: give each row a "
				  "code of its own"},
	{PROBLEM(MISSING_VALUE), "the cell is empty: fill it in"},
	{PROBLEM(BAD_RECURRENCE), "write once, continuous, weekly, monthly, quarterly, yearly, "
				  "event or milestones"},
	{PROBLEM(NOT_UTF8), "the file is not UTF-8: save it again as CSV UTF-8"},
	{PROBLEM(BAD_CSV), "the file cannot be read as CSV: save it again from the spreadsheet"},
	{PROBLEM(MISSING_COLUMN), "the file lacks this column: add it to the first row"},
	{PROBLEM(TOO_LONG), "the text is too long: shorten it"},
	{PROBLEM(UNKNOWN_PARENT), "there is no such parent: add it, or correct the code"},
	{PROBLEM(CYCLE), "it lies under itself, or too deep: correct the parent"},
	{PROBLEM(NO_MEMBERS),
	 "no unit of this collective one was there on the plan's day: register "
	 "its members, or leave the row as one task"},
	{PROBLEM(UNIT_CLOSED), "the unit had ended by the plan's day: write its successor"},
	{PROBLEM(BAD_VALUE), "not a value of this column: correct the cell"},
	{PROBLEM(BAD_CODE), "a code has letters, digits and . - _ only, without blanks or '/'"},
	{PROBLEM(NOTHING_ABOVE), "it takes the row above, but there is none: fill it in"},
	{PROBLEM(BAD_XLSX), "the workbook cannot be read: save it again as .xlsx or CSV UTF-8"},
	{PROBLEM(DUE_LOCKED), "the plan is published: name the document by which the date changes"},
	{PROBLEM(ALIAS_TAKEN), "the name belongs to another unit: use one that tells them apart"},
	{PROBLEM(UNKNOWN_KIND), "write holiday, compensatory, working_swap, working, ordinary or, "
				"for a unit, as_above"},
	{PROBLEM(TOO_MANY_DAYS), "one unit has room for 2,000 days: leave out those long past, or "
				 "take some back with as_above"},
};

static const char *remedy_of(Dondoc__V1__RowProblem problem)
{
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (remedies[i].problem == problem)
			return remedies[i].text;
	return "correct the row";
}

static Dondoc__V1__RowReport *next_row(struct import *import)
{
	struct task_import_result *result = import->result;
	Dondoc__V1__RowReport *row = dd_alloc(sizeof(*row));

	if (result->row_count == import->row_cap) {
		import->row_cap = import->row_cap ? 2 * import->row_cap : 64;
		result->rows = dd_realloc(result->rows, import->row_cap * sizeof(void *));
	}
	dondoc__v1__row_report__init(row);
	result->rows[result->row_count++] = row;
	return row;
}

void import_report(struct import *import, struct import_spot spot, const char *value,
		   Dondoc__V1__RowProblem problem, bool fault)
{
	size_t *kept = fault ? &import->faults_kept : &import->told_kept;
	Dondoc__V1__RowReport *row;

	import->result->fault_count += fault;
	if (*kept == TASK_IMPORT_ROWS_MAX) {
		import->result->rows_cut = true;
		return;
	}
	++*kept;
	row = next_row(import);
	row->file = dd_strdup(spot.file);
	row->row = spot.row;
	row->line = spot.line;
	row->column = dd_strdup(spot.column);
	row->value = dd_strdup(value);
	row->value[dd_text_cut(value, VALUE_MAX)] = '\0';
	row->problem = problem;
	row->fault = fault;
}

static void report(struct import *import, struct import_place place, const char *value,
		   Dondoc__V1__RowProblem problem, bool fault)
{
	const struct import_table *table = place.table;
	struct import_spot spot = {table->spec->file, 0, 0, ""};

	if (!value)
		value = import_cell(table, place.row, place.column);
	if (place.row != IMPORT_NO_ROW && table->lines) {
		spot.line = table->lines[place.row];
		spot.row = spot.line - table->header_line;
	} else if (place.row != IMPORT_NO_ROW) {
		spot.row = (uint32_t)place.row + 1;
		spot.line = dd_csv_line(table->csv, place.row);
	}
	if (place.column >= 0)
		spot.column = table->spec->columns[place.column].name;
	import_report(import, spot, value, problem, fault);
}

void import_fault(struct import *import, struct import_place place, const char *value,
		  Dondoc__V1__RowProblem problem)
{
	report(import, place, value, problem, true);
}

void import_told(struct import *import, struct import_place place, const char *value,
		 Dondoc__V1__RowProblem problem)
{
	report(import, place, value, problem, false);
}

void import_refuse(struct import *import, Dondoc__V1__RefusalCode code, const char *argument,
		   const char *text)
{
	struct task_import_result *result = import->result;

	if (result->refusal != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE)
		return;
	result->refusal = (uint32_t)code;
	result->argument = argument;
	(void)snprintf(result->text, sizeof(result->text), "%s: %s", argument, text);
}

static int file_rank(const char *file)
{
	int rank = 0;

	while (files[rank] && strcmp(files[rank], file) != 0)
		rank++;
	return rank;
}

/* By file, row and what is left, so that the same input gives the same list. */
static int by_place(const void *left, const void *right)
{
	const Dondoc__V1__RowReport *a = *(Dondoc__V1__RowReport *const *)left;
	const Dondoc__V1__RowReport *b = *(Dondoc__V1__RowReport *const *)right;
	int order = file_rank(a->file) - file_rank(b->file);

	if (order == 0)
		order = (a->row > b->row) - (a->row < b->row);
	if (order == 0)
		order = strcmp(a->column, b->column);
	if (order == 0)
		order = (int)a->problem - (int)b->problem;
	return order ? order : strcmp(a->value, b->value);
}

static const Dondoc__V1__RowReport *first_fault(const struct task_import_result *result)
{
	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i]->fault)
			return result->rows[i];
	return NULL;
}

static void refuse_faults(struct task_import_result *result)
{
	const Dondoc__V1__RowReport *row = first_fault(result);
	char *value;

	if (!row || result->refusal != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE)
		return;
	value = dd_text_tidy(row->value);
	assert(value); /* what is not UTF-8 came no further than the file */
	value[dd_text_cut(value, 60)] = '\0';
	result->refusal = DONDOC__V1__REFUSAL_CODE__REFUSAL_IMPORT_FAULTS;
	result->argument = files[file_rank(row->file)];
	(void)snprintf(result->text, sizeof(result->text),
		       "%u faults, the first in file %s row %u (line %u) column %s '%s': %s",
		       result->fault_count, row->file, row->row, row->line, row->column, value,
		       remedy_of(row->problem));
	free(value);
}

void import_conclude(struct import *import)
{
	struct task_import_result *result = import->result;

	if (result->row_count > 0)
		qsort(result->rows, result->row_count, sizeof(void *), by_place);
	refuse_faults(result);
	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i]->row == IMPORT_LAST_ROW)
			result->rows[i]->row = 0;
	if (result->refusal == DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE)
		return;
	for (size_t i = 0; i < result->event_count; i++)
		free(result->events[i].body);
	result->event_count = 0;
}
