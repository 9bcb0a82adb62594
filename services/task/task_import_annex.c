/* task_import_annex.c - a file as the authority made it becomes the plain table: its header is
 * found by the names of its columns, cells that are empty, merged or "nt" take the row above, rows
 * with a text alone are headings, and numbers that begin anew become codes. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_grid.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_ROWS 40 /* among so many the header is looked for */

struct annex {
	struct import *import;
	const Dondoc__V1__ImportPlan *command;
	struct import_grid grid;
	int place[TASK_COLUMN_COUNT + 1]; /* column of each field; -1 = none */
	size_t header;
	char *above[TASK_COLUMN_COUNT]; /* owned; of fields that go on */
	struct import_sections sections;
	struct import_map numbers; /* bare numbers that were seen */
	struct dd_buf tasks;       /* owned: plain tables as CSV, and their lines */
	struct dd_buf task_lines;
	struct dd_buf groups;
	struct dd_buf group_lines;
};

/* --- the grid -----------------------------------------------------------------------------------
 */

void import_grid_fini(struct import_grid *grid)
{
	dd_xlsx_free(grid->xlsx);
	dd_csv_free(grid->csv);
}

/* The mark by which an export keeps a spreadsheet from running a text as a formula is no part of
 * it; it stays in a CSV file that was saved as a workbook. */
static const char *unmarked(const char *text)
{
	return *text == '\'' && dd_csv_formula(text + 1) ? text + 1 : text;
}

const char *import_grid_cell(const struct import_grid *grid, size_t row, size_t column)
{
	if (grid->xlsx)
		return unmarked(dd_xlsx_cell(grid->xlsx, row, column));
	return row == 0 ? dd_csv_header(grid->csv, column)
			: unmarked(dd_csv_cell(grid->csv, row - 1, (int)column));
}

uint32_t import_grid_line(const struct import_grid *grid, size_t row)
{
	if (grid->xlsx)
		return dd_xlsx_number(grid->xlsx, row);
	return row == 0 ? 1 : dd_csv_line(grid->csv, row - 1);
}

static const char *cell(const struct annex *annex, size_t row, int field)
{
	int column = annex->place[field];

	return column < 0 ? "" : import_grid_cell(&annex->grid, row, (size_t)column);
}

static bool blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

static void tell(struct annex *annex, size_t row, int field, const char *value,
		 Dondoc__V1__RowProblem problem, bool fault)
{
	uint32_t line = import_grid_line(&annex->grid, row);
	struct import_spot spot = {"tasks", line - import_grid_line(&annex->grid, annex->header),
				   line, import_tasks_spec.columns[field].name};

	import_report(annex->import, spot, value, problem, fault);
}

/* --- the header
 * ----------------------------------------------------------------------------------- */

/* How many fields the row names; their columns in place_out. Of two columns with one name the
 * first goes. */
static int match_header(const struct annex *annex, size_t row, int place_out[])
{
	int found = 0;

	for (int field = 0; field <= IMPORT_NUMBER_FIELD; field++)
		place_out[field] = -1;
	for (size_t column = 0; column < annex->grid.columns; column++) {
		int field = import_header_field(annex->command,
						import_grid_cell(&annex->grid, row, column));

		if (field < 0 || field > IMPORT_NUMBER_FIELD || place_out[field] >= 0)
			continue;
		place_out[field] = (int)column;
		found++;
	}
	return place_out[TASK_CONTENT] < 0 ? 0 : found;
}

static bool find_header(struct annex *annex)
{
	int place[TASK_COLUMN_COUNT + 1];
	int best = 0;

	for (size_t row = 0; row < annex->grid.rows && row < HEADER_ROWS; row++) {
		uint32_t wanted = annex->command->header_row;
		int found = wanted && import_grid_line(&annex->grid, row) != wanted
				    ? 0
				    : match_header(annex, row, place);

		if (found <= best)
			continue;
		best = found;
		annex->header = row;
		memcpy(annex->place, place, sizeof(place));
	}
	return best > (annex->command->header_row ? 0 : 1);
}

static void tell_unknown_columns(struct annex *annex)
{
	struct import_spot spot = {"tasks", 0, 0, ""};

	for (size_t column = 0; column < annex->grid.columns; column++) {
		const char *header = import_grid_cell(&annex->grid, annex->header, column);

		if (!blank(header) && import_header_field(annex->command, header) < 0)
			import_report(annex->import, spot, header,
				      DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_COLUMN, false);
	}
}

/* --- cells that go on
 * -------------------------------------------------------------------------------- */

/* "nt", "như trên", ditto marks. */
static bool ditto(const char *text)
{
	static const char *const words[] = {"nt", "-nt-", "- nt -", "như trên",
					    "\"", "''",   "-\"-",   "nt.",
					    "”",  "″",    "n.t",    "-như trên-"};
	char *key = dd_text_name_key(text);
	bool found = false;

	assert(key);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		found = found || strcmp(words[i], key) == 0;
	free(key);
	return found;
}

static bool merged(const struct annex *annex, size_t row, int field)
{
	return annex->grid.xlsx && annex->place[field] >= 0 &&
	       dd_xlsx_merged(annex->grid.xlsx, row, (size_t)annex->place[field]);
}

/* What an export leaves empty is empty. */
static bool told_by_silence(const struct annex *annex)
{
	return annex->command->inherit && annex->place[TASK_POSITION] < 0;
}

/* The text of a field that may stand for the one above it. */
static const char *inherited(struct annex *annex, size_t row, int field)
{
	const char *text = cell(annex, row, field);
	bool empty = blank(text);
	bool same = ditto(text);

	if (merged(annex, row, field)) {
		tell(annex, row, field, text, DONDOC__V1__ROW_PROBLEM__ROW_INHERITED, false);
	} else if (same || (empty && told_by_silence(annex))) {
		if (annex->above[field])
			tell(annex, row, field, annex->above[field],
			     DONDOC__V1__ROW_PROBLEM__ROW_INHERITED, false);
		else if (same)
			tell(annex, row, field, text, DONDOC__V1__ROW_PROBLEM__ROW_NOTHING_ABOVE,
			     true);
		return annex->above[field] ? annex->above[field] : "";
	}
	if (!blank(text)) {
		free(annex->above[field]);
		annex->above[field] = dd_strdup(text);
	}
	return text;
}

/* --- rows
 * --------------------------------------------------------------------------------------------- */

static void add_cell(struct dd_buf *out, const char *text, char behind)
{
	dd_buf_add(out, "\"", 1);
	for (const char *quote; (quote = strchr(text, '"')); text = quote + 1) {
		dd_buf_add(out, text, (size_t)(quote + 1 - text));
		dd_buf_add(out, "\"", 1);
	}
	dd_buf_text(out, text);
	dd_buf_printf(out, "\"%c", behind);
}

static void add_header(struct dd_buf *out)
{
	for (int field = 0; field < TASK_COLUMN_COUNT; field++)
		dd_buf_printf(out, "%s%c", import_tasks_spec.columns[field].name,
			      field + 1 < TASK_COLUMN_COUNT ? ',' : '\n');
}

static void add_line(struct annex *annex, struct dd_buf *lines, size_t row)
{
	uint32_t line = import_grid_line(&annex->grid, row);

	dd_buf_add(lines, &line, sizeof(line));
}

/* The number of the row: its code column, else STT; without the mark behind it. */
static void number_of(const struct annex *annex, size_t row, char out[DD_TASK_CODE_MAX + 1])
{
	char *text = dd_text_tidy(cell(annex, row, IMPORT_NUMBER_FIELD));
	size_t len;

	assert(text);
	len = strlen(text);
	while (len && strchr(".):/ ", text[len - 1]))
		text[--len] = '\0';
	out[0] = '\0';
	if (dd_task_code_valid(text)) /* else it is a heading that stands here */
		memcpy(out, text, len + 1);
	free(text);
}

/* A heading is a text alone: its number may stand before it in the same cell. */
static void add_group(struct annex *annex, size_t row, const char *content)
{
	char number[DD_TASK_CODE_MAX + 1];
	char *tidy = dd_text_tidy(content);
	const char *code = cell(annex, row, TASK_CODE);
	bool own = !blank(code);
	size_t skip = 0;

	assert(tidy);
	number_of(annex, row, number);
	if (!*number && !own)
		skip = import_section_number(tidy, number);
	if (tidy[skip + strspn(tidy + skip, " ")] == '\0')
		skip = 0;
	if (!own) {
		if (!*number)
			tell(annex, row, TASK_CODE, content, DONDOC__V1__ROW_PROBLEM__ROW_CODE_MADE,
			     false);
		code = import_section_open(&annex->sections, number);
	}
	for (int field = 0; field < TASK_COLUMN_COUNT; field++) {
		const char *text = cell(annex, row, field);

		if (field == TASK_CODE)
			text = code;
		else if (field == TASK_CONTENT)
			text = own ? content : tidy + skip + strspn(tidy + skip, " ");

		add_cell(&annex->groups, text, field + 1 < TASK_COLUMN_COUNT ? ',' : '\n');
	}
	add_line(annex, &annex->group_lines, row);
	free(tidy);
}

/* The code of a task: its own, or its number within the section. */
static void code_of(struct annex *annex, size_t row, char out[DD_TASK_CODE_MAX + 1])
{
	char number[DD_TASK_CODE_MAX + 1];
	bool is_new;

	number_of(annex, row, number);
	import_section_row(&annex->sections, number, out);
	if (!*number) {
		tell(annex, row, TASK_CODE, out, DONDOC__V1__ROW_PROBLEM__ROW_CODE_MADE, false);
		return;
	}
	(void)import_map_add(&annex->numbers, number, &is_new);
	if (!is_new)
		tell(annex, row, TASK_CODE, out, DONDOC__V1__ROW_PROBLEM__ROW_NUMBER_REUSED, false);
}

static void add_task(struct annex *annex, size_t row)
{
	char code[DD_TASK_CODE_MAX + 1];
	const char *own = cell(annex, row, TASK_CODE);

	if (blank(own)) {
		code_of(annex, row, code);
		own = code;
	}
	for (int field = 0; field < TASK_COLUMN_COUNT; field++) {
		const char *text = cell(annex, row, field);

		if (field == TASK_CODE)
			text = own;
		else if (field == TASK_LEAD || field == TASK_COORDINATING || field == TASK_TIME)
			text = inherited(annex, row, field);
		add_cell(&annex->tasks, text, field + 1 < TASK_COLUMN_COUNT ? ',' : '\n');
	}
	add_line(annex, &annex->task_lines, row);
}

/* The only text of the row, NULL if it has several or none. A number before it does not count. */
static const char *only_text(const struct annex *annex, size_t row)
{
	const char *found = NULL;

	for (size_t column = 0; column < annex->grid.columns; column++) {
		const char *text = import_grid_cell(&annex->grid, row, column);

		if (blank(text) || (int)column == annex->place[IMPORT_NUMBER_FIELD] ||
		    (int)column == annex->place[TASK_CODE])
			continue;
		if (found)
			return NULL;
		found = text;
	}
	if (!found && annex->place[IMPORT_NUMBER_FIELD] >= 0)
		found = cell(annex, row, IMPORT_NUMBER_FIELD);
	return found && !blank(found) ? found : NULL;
}

/* "(1) (2) (3)" below the header. */
static bool counts_columns(const struct annex *annex, size_t row)
{
	const char *text = cell(annex, row, TASK_CONTENT);

	text += strspn(text, " (");
	return *text && text[strspn(text, "0123456789 )")] == '\0';
}

/* Of an export over several plans only its own rows are the plan's. */
static bool of_other_plan(struct annex *annex, size_t row)
{
	const char *plan = cell(annex, row, TASK_PLAN);

	if (blank(plan) || !annex->command->plan || strcmp(plan, annex->command->plan->code) == 0)
		return false;
	tell(annex, row, TASK_PLAN, plan, DONDOC__V1__ROW_PROBLEM__ROW_OTHER_PLAN, false);
	return true;
}

static void add_row(struct annex *annex, size_t row)
{
	static const int of_tasks[] = {TASK_PRODUCT, TASK_LEAD,  TASK_COORDINATING,
				       TASK_TIME,    TASK_START, TASK_DUE};
	const char *alone = only_text(annex, row);
	bool told = annex->place[TASK_HEADING] >= 0;
	bool heading = true;
	bool formula = false;

	for (size_t i = 0; i < sizeof(of_tasks) / sizeof(of_tasks[0]); i++)
		heading = heading && blank(cell(annex, row, of_tasks[i]));
	for (size_t column = 0; annex->grid.xlsx && column < annex->grid.columns; column++)
		formula = formula || dd_xlsx_formula(annex->grid.xlsx, row, column);
	if (told)
		heading = !blank(cell(annex, row, TASK_HEADING));
	if (!told && row <= annex->header + 2 && counts_columns(annex, row))
		return;
	if (of_other_plan(annex, row))
		return;
	if (formula)
		tell(annex, row, TASK_CONTENT, cell(annex, row, TASK_CONTENT),
		     DONDOC__V1__ROW_PROBLEM__ROW_FORMULA, false);
	if (heading && !blank(cell(annex, row, TASK_CONTENT)))
		add_group(annex, row, cell(annex, row, TASK_CONTENT));
	else if (heading && alone)
		add_group(annex, row, alone);
	else
		add_task(annex, row);
}

/* --- entry
 * ---------------------------------------------------------------------------------------------- */

static void finish_table(struct annex *annex, struct import_table *table, struct dd_buf *text,
			 struct dd_buf *lines)
{
	import_table_parse(annex->import, table, text);
	import_table_match(annex->import, table);
	for (int field = TASK_PARENT; field < TASK_COLUMN_COUNT; field++)
		if (annex->place[field] < 0)
			table->column[field] = -1; /* not told, in place of told to be nothing */
	table->header_line = import_grid_line(&annex->grid, annex->header);
	dd_buf_reserve(lines, 1);
	table->lines = (void *)lines->data;
	*lines = (struct dd_buf){0};
	assert(table->rows == 0 || table->csv);
}

static void read_rows(struct annex *annex, struct import_table *tasks, struct import_table *groups)
{
	add_header(&annex->tasks);
	add_header(&annex->groups);
	for (size_t row = annex->header + 1; row < annex->grid.rows; row++)
		add_row(annex, row);
	finish_table(annex, tasks, &annex->tasks, &annex->task_lines);
	finish_table(annex, groups, &annex->groups, &annex->group_lines);
}

static bool open_grid(struct annex *annex, const struct dd_buf *bytes, struct import_table *tasks)
{
	struct import_grid *grid = &annex->grid;
	struct import_spot spot = {"tasks", 0, 0, ""};
	struct dd_error err = {0};

	if (annex->command->format != DONDOC__V1__FILE_FORMAT__FILE_XLSX) {
		grid->csv = tasks->csv;
		grid->rows = dd_csv_rows(grid->csv) + 1;
		grid->columns = dd_csv_columns(grid->csv);
		return true;
	}
	if (dd_xlsx_read(bytes->data, bytes->len, annex->command->sheet, &grid->xlsx, &err) != 0) {
		import_report(annex->import, spot, err.text, DONDOC__V1__ROW_PROBLEM__ROW_BAD_XLSX,
			      true);
		return false;
	}
	grid->rows = dd_xlsx_rows(grid->xlsx);
	grid->columns = dd_xlsx_columns(grid->xlsx);
	return true;
}

static void annex_fini(struct annex *annex)
{
	import_grid_fini(&annex->grid);
	for (int field = 0; field < TASK_COLUMN_COUNT; field++)
		free(annex->above[field]);
	import_map_fini(&annex->numbers);
	dd_buf_fini(&annex->tasks);
	dd_buf_fini(&annex->task_lines);
	dd_buf_fini(&annex->groups);
	dd_buf_fini(&annex->group_lines);
}

bool import_annex_wanted(const Dondoc__V1__ImportPlan *command, const struct import_table *tasks)
{
	if (command->format == DONDOC__V1__FILE_FORMAT__FILE_XLSX)
		return true;
	return tasks->csv && (command->inherit || command->read_times || command->n_columns > 0 ||
			      command->header_row > 0 || dd_csv_column(tasks->csv, "content") < 0 ||
			      dd_csv_column(tasks->csv, "heading") >= 0);
}

void import_annex_open(struct import *import, const Dondoc__V1__ImportPlan *command,
		       const struct dd_buf *bytes, struct import_table *tasks_out,
		       struct import_table *groups_out)
{
	struct import_spot spot = {"tasks", 0, 0, "content"};
	struct annex annex = {.import = import, .command = command};

	if (open_grid(&annex, bytes, tasks_out)) {
		import_table_init(tasks_out, &import_tasks_spec);
		import_table_init(groups_out, &import_annex_groups_spec);
		if (find_header(&annex)) {
			tell_unknown_columns(&annex);
			read_rows(&annex, tasks_out, groups_out);
		} else {
			import_report(import, spot, "", DONDOC__V1__ROW_PROBLEM__ROW_MISSING_COLUMN,
				      true);
		}
	}
	annex_fini(&annex);
}
