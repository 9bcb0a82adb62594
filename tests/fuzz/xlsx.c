/* xlsx.c - arbitrary bytes as a workbook. What begins with '<' is the sheet of a sound package, so
 * that rows and cells are reached without guessing a ZIP file. */
#include "common/base/xlsx.h"
#include "common/base/xlsx_impl.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void check(const struct dd_xlsx *xlsx)
{
	uint32_t before = 0;

	assert(dd_xlsx_columns(xlsx) <= XLSX_COLUMNS_MAX);
	for (size_t row = 0; row < dd_xlsx_rows(xlsx); row++) {
		assert(dd_xlsx_number(xlsx, row) > before);
		before = dd_xlsx_number(xlsx, row);
		for (size_t column = 0; column < dd_xlsx_columns(xlsx); column++) {
			const char *text = dd_xlsx_cell(xlsx, row, column);

			assert(strlen(text) <= XLSX_CELL_MAX);
			(void)dd_xlsx_merged(xlsx, row, column);
		}
	}
}

static void read_sheet(const uint8_t *data, size_t len)
{
	struct xlsx_book book = {0};
	struct dd_xlsx *xlsx = calloc(1, sizeof(*xlsx));

	assert(xlsx);
	dd_buf_add(&book.sheet, data, len);
	dd_buf_add(&book.strings, "a\0b", 4);
	dd_buf_add(&book.offsets, (const uint32_t[]){0, 2}, 8);
	dd_buf_add(&book.styles, "\0\1\2", 3);
	if (xlsx_sheet_read(&book, xlsx, NULL) == 0)
		check(xlsx);
	xlsx_book_close(&book);
	dd_xlsx_free(xlsx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dd_xlsx *xlsx;

	if (len > 0 && *data == '<') {
		read_sheet(data, len);
		return 0;
	}
	if (dd_xlsx_read(data, len, "", &xlsx, NULL) == 0) {
		check(xlsx);
		dd_xlsx_free(xlsx);
	}
	return 0;
}
