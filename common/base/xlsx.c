/* xlsx.c - a sheet from its parts to rows of texts, merged cells among them. */
#include "common/base/xlsx.h"

#include "common/base/alloc.h"
#include "common/base/xlsx_impl.h"
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES ((size_t)64 << 20)

static const struct xlsx_row *row_at(const struct dd_xlsx *xlsx, size_t row)
{
	return (const struct xlsx_row *)(const void *)xlsx->rows.data + row;
}

static const struct xlsx_cell *cells_of(const struct dd_xlsx *xlsx, const struct xlsx_row *row)
{
	return (const struct xlsx_cell *)(const void *)xlsx->cells.data + row->first;
}

static const struct xlsx_cell *find_cell(const struct dd_xlsx *xlsx, size_t row, size_t column)
{
	const struct xlsx_row *at = row_at(xlsx, row);
	const struct xlsx_cell *cells = cells_of(xlsx, at);

	for (uint32_t i = 0; i < at->count; i++)
		if (cells[i].column == column)
			return &cells[i];
	return NULL;
}

/* The first row whose number is at least `number`. */
static size_t row_from(const struct dd_xlsx *xlsx, uint32_t number)
{
	size_t low = 0;
	size_t high = dd_xlsx_rows(xlsx);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (row_at(xlsx, middle)->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- merged cells -------------------------------------------------------------------------------
 */

/* A cell to be added to a row. */
struct extra {
	uint32_t row;
	struct xlsx_cell cell;
};

static int by_row(const void *left, const void *right)
{
	const struct extra *a = left;
	const struct extra *b = right;

	return (a->row > b->row) - (a->row < b->row);
}

/* Every row below the first of a range gets a cell with the text of the first. */
static int list_extras(const struct dd_xlsx *xlsx, struct dd_buf *extras, struct dd_error *err)
{
	const struct xlsx_merge *merge = (const void *)xlsx->merges.data;
	size_t count = xlsx->merges.len / sizeof(*merge);

	for (size_t i = 0; i < count; i++, merge++) {
		size_t row = row_from(xlsx, merge->from_row);
		const struct xlsx_cell *first =
			row < dd_xlsx_rows(xlsx) && row_at(xlsx, row)->number == merge->from_row
				? find_cell(xlsx, row, merge->column)
				: NULL;

		for (row++; first && row < dd_xlsx_rows(xlsx) &&
			    row_at(xlsx, row)->number <= merge->to_row;
		     row++) {
			struct extra extra = {(uint32_t)row, *first};

			extra.cell.merged = true;
			if (!find_cell(xlsx, row, merge->column))
				dd_buf_add(extras, &extra, sizeof(extra));
			if (extras->len / sizeof(extra) > XLSX_CELLS_MAX)
				return dd_fail(err, DD_ERR_INVALID,
					       "more merged cells than are read");
		}
	}
	return DD_OK;
}

static void add_extras(struct dd_xlsx *xlsx, const struct dd_buf *extras)
{
	const struct extra *extra = (const void *)extras->data;
	const struct extra *end = extra + extras->len / sizeof(*extra);
	struct xlsx_row *rows = (void *)xlsx->rows.data;
	struct dd_buf cells = {0};

	for (size_t row = 0; row < dd_xlsx_rows(xlsx); row++) {
		uint32_t first = (uint32_t)(cells.len / sizeof(struct xlsx_cell));

		dd_buf_add(&cells, cells_of(xlsx, &rows[row]),
			   rows[row].count * sizeof(struct xlsx_cell));
		for (; extra < end && extra->row == row; extra++) {
			dd_buf_add(&cells, &extra->cell, sizeof(extra->cell));
			rows[row].count++;
		}
		rows[row].first = first;
	}
	dd_buf_fini(&xlsx->cells);
	xlsx->cells = cells;
}

static int spread_merges(struct dd_xlsx *xlsx, struct dd_error *err)
{
	struct dd_buf extras = {0};
	int rc = list_extras(xlsx, &extras, err);

	if (rc == DD_OK && extras.len > 0) {
		qsort(extras.data, extras.len / sizeof(struct extra), sizeof(struct extra), by_row);
		add_extras(xlsx, &extras);
	}
	dd_buf_fini(&extras);
	return rc;
}

/* --- entry
 * ------------------------------------------------------------------------------------------ */

int dd_xlsx_read(const void *data, size_t len, const char *sheet, struct dd_xlsx **xlsx_out,
		 struct dd_error *err)
{
	struct dd_xlsx *xlsx = dd_alloc(sizeof(*xlsx));
	struct xlsx_book book = {0};
	int rc;

	*xlsx_out = NULL;
	if (len > FILE_MAX_BYTES)
		rc = dd_fail(err, DD_ERR_INVALID, "the workbook is over 64 MiB");
	else
		rc = xlsx_book_open(data, len, sheet, &book, err);
	if (rc == DD_OK)
		rc = xlsx_sheet_read(&book, xlsx, err);
	if (rc == DD_OK)
		rc = spread_merges(xlsx, err);
	xlsx_book_close(&book);
	if (rc == DD_OK)
		*xlsx_out = xlsx;
	else
		dd_xlsx_free(xlsx);
	return rc;
}

void dd_xlsx_free(struct dd_xlsx *xlsx)
{
	if (!xlsx)
		return;
	dd_buf_fini(&xlsx->text);
	dd_buf_fini(&xlsx->rows);
	dd_buf_fini(&xlsx->cells);
	dd_buf_fini(&xlsx->merges);
	free(xlsx);
}

size_t dd_xlsx_rows(const struct dd_xlsx *xlsx)
{
	return xlsx->rows.len / sizeof(struct xlsx_row);
}

size_t dd_xlsx_columns(const struct dd_xlsx *xlsx)
{
	return xlsx->columns;
}

uint32_t dd_xlsx_number(const struct dd_xlsx *xlsx, size_t row)
{
	return row_at(xlsx, row)->number;
}

const char *dd_xlsx_cell(const struct dd_xlsx *xlsx, size_t row, size_t column)
{
	const struct xlsx_cell *cell = find_cell(xlsx, row, column);

	return cell ? (const char *)xlsx->text.data + cell->text : "";
}

bool dd_xlsx_merged(const struct dd_xlsx *xlsx, size_t row, size_t column)
{
	const struct xlsx_cell *cell = find_cell(xlsx, row, column);

	return cell && cell->merged;
}

bool dd_xlsx_formula(const struct dd_xlsx *xlsx, size_t row, size_t column)
{
	const struct xlsx_cell *cell = find_cell(xlsx, row, column);

	return cell && cell->formula;
}
