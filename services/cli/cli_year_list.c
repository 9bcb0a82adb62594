/* cli_year_list.c - decisions at the year's end for many tasks, from a file: all or none, and one
 * group that can be undone as one. */
#include "common/base/alloc.h"
#include "common/base/csv.h"
#include "common/base/file.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_year.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_BYTES_MAX (1u << 20)
#define ROWS_MAX       1000u

enum { COLUMN_TASK, COLUMN_KIND, COLUMN_CODE, COLUMN_INTO, COLUMN_UNTIL, COLUMN_REASON, COLUMNS };

struct year_list {
	struct dd_csv *csv; /* owned */
	int column[COLUMNS];
	Dondoc__V1__YearEndRow *items; /* owned */
	Dondoc__V1__YearEndRow **rows; /* owned */
	size_t count;
};

static int bad_row(const struct cli *cli, const struct year_list *list, size_t row,
		   const char *column)
{
	char line[16];

	snprintf(line, sizeof(line), "%" PRIu32, dd_csv_line(list->csv, row));
	cli_complain(cli, TEXT_YEAR_END_ROW, line, column, NULL);
	return CLI_FAULTS;
}

static int read_row(struct cli *cli, struct year_list *list, size_t row)
{
	Dondoc__V1__YearEndRow *item = &list->items[row];
	const char *cell[COLUMNS];

	for (int i = 0; i < COLUMNS; i++)
		cell[i] = dd_csv_cell(list->csv, row, list->column[i]);
	dondoc__v1__year_end_row__init(item);
	list->rows[row] = item;
	item->kind = cli_year_kind(cell[COLUMN_KIND]);
	item->code = (char *)cell[COLUMN_CODE]; /* packed, not changed */
	item->reason = (char *)cell[COLUMN_REASON];
	if (item->kind == DONDOC__V1__YEAR_END_KIND__YEAR_END_UNDECIDED)
		return bad_row(cli, list, row, "kind");
	if (cell[COLUMN_UNTIL][0] && cli_parse_day(cell[COLUMN_UNTIL], &item->due_day) != 0)
		return bad_row(cli, list, row, "until");
	if (cli_plan_task(cli, cell[COLUMN_TASK], &item->task) != 0)
		return bad_row(cli, list, row, "task");
	if (cell[COLUMN_INTO][0] && cli_plan_task(cli, cell[COLUMN_INTO], &item->into) != 0)
		return bad_row(cli, list, row, "into");
	return 0;
}

static int open_list(struct cli *cli, const char *path, struct year_list *list)
{
	static const char *const names[] = {"task", "kind", "code", "into", "until", "reason"};
	struct dd_buf text = {0};
	struct dd_error err;
	int rc = dd_file_read(path, FILE_BYTES_MAX, &text, &err);

	if (rc == 0)
		rc = dd_csv_parse(text.data, text.len, &list->csv, &err);
	dd_buf_fini(&text);
	if (rc != 0)
		return cli_failed(cli, &err);
	for (int i = 0; i < COLUMNS; i++)
		list->column[i] = dd_csv_column(list->csv, names[i]);
	list->count = dd_csv_rows(list->csv);
	if (list->column[COLUMN_TASK] < 0 || list->column[COLUMN_KIND] < 0 || list->count == 0 ||
	    list->count > ROWS_MAX)
		return cli_misused(cli, TEXT_YEAR_END_FILE, path, NULL);
	list->items = dd_alloc(list->count * sizeof(*list->items));
	list->rows = dd_alloc(list->count * sizeof(*list->rows));
	return 0;
}

int cli_plan_year_end_list(struct cli *cli)
{
	Dondoc__V1__DecideYearEnd decide = DONDOC__V1__DECIDE_YEAR_END__INIT;
	struct year_list list = {0};
	struct cli_work work = {0};
	int rc = open_list(cli, cli_word(cli, 1), &list);

	if (rc == 0)
		rc = cli_work_start(cli, &work);
	if (rc == 0)
		rc = cli_work_document(cli, &work, &decide.document);
	for (size_t i = 0; rc == 0 && i < list.count; i++)
		rc = read_row(cli, &list, i);
	decide.plan = (char *)cli_word(cli, 0);
	decide.next_plan = cli_option_text(cli, CLI_OPT_NEXT_PLAN);
	decide.rows = list.rows;
	decide.n_rows = list.count;
	work.body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_YEAR_END;
	work.body.decide_year_end = &decide;
	rc = cli_work_as_assigner(cli, &work, rc, decide.plan);
	free(list.items);
	free(list.rows);
	dd_csv_free(list.csv);
	return rc;
}
