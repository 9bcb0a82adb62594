/* sheet_made.h - a reporting sheet of three tasks, and a person who fills it in. */
#ifndef TESTS_COMMON_SHEET_SHEET_MADE_H
#define TESTS_COMMON_SHEET_SHEET_MADE_H

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/xlsx.h"
#include "common/sheet/sheet_impl.h"
#include "common/sheet/sheet_text.h"
#include "tests/support/harness.h"
#include "tests/support/xlsx_made.h"
#include <stdlib.h>
#include <string.h>

#define MADE_COLUMNS 32
#define MADE_ROWS    40

/* All texts of a workbook's first sheet, to be changed and packed again by another writer. */
struct made_grid {
	char *cell[MADE_ROWS][MADE_COLUMNS]; /* owned */
};

static inline struct dd_sheet *made_sheet(void)
{
	static const uint8_t log_id[16] = {7, 7, 7};
	Dondoc__V1__SheetHead head = DONDOC__V1__SHEET_HEAD__INIT;
	Dondoc__V1__Position seen = DONDOC__V1__POSITION__INIT;
	struct dd_sheet *sheet;

	dd_id_start();
	seen.log_id = (ProtobufCBinaryData){.len = 16, .data = (uint8_t *)log_id};
	seen.incarnation = 1;
	seen.sequence = 90;
	head.made_at = &seen;
	head.unit = (char *)"X01";
	head.unit_name = (char *)"UBND xã Đăk Hà";
	head.period = (char *)"2026-11";
	head.lang = (char *)"vi";
	head.authority = (char *)"UBND tỉnh";
	head.percent = true;
	sheet = dd_sheet_new(&head);
	for (uint64_t i = 1; i <= 3; i++) {
		Dondoc__V1__TaskRow task = DONDOC__V1__TASK_ROW__INIT;
		Dondoc__V1__TaskFields fields = DONDOC__V1__TASK_FIELDS__INIT;
		char code[16];

		snprintf(code, sizeof(code), "N0%d.1", (int)i);
		fields.code = code;
		fields.content = (char *)"Niêm yết thủ tục\nhành chính";
		fields.product = (char *)"Báo cáo";
		task.fields = &fields;
		task.id = 10 + i;
		task.version = 50 + i;
		task.due_day = 20800;
		task.days_left = 12;
		task.percent = 30;
		assert_true(dd_sheet_add(sheet, &task));
	}
	return sheet;
}

static inline void made_take(struct made_grid *grid, const struct dd_buf *file)
{
	struct dd_xlsx *xlsx;
	struct dd_error err;

	memset(grid, 0, sizeof(*grid));
	if (dd_xlsx_read(file->data, file->len, "", &xlsx, &err) != DD_OK)
		fail_msg("%s", err.text);
	for (size_t r = 0; r < dd_xlsx_rows(xlsx); r++) {
		size_t at = dd_xlsx_number(xlsx, r) - 1;

		assert_true(at < MADE_ROWS && dd_xlsx_columns(xlsx) <= MADE_COLUMNS);
		for (size_t c = 0; c < dd_xlsx_columns(xlsx); c++)
			grid->cell[at][c] = dd_strdup(dd_xlsx_cell(xlsx, r, c));
	}
	dd_xlsx_free(xlsx);
}

static inline void made_drop(struct made_grid *grid)
{
	for (size_t r = 0; r < MADE_ROWS; r++) {
		for (size_t c = 0; c < MADE_COLUMNS; c++)
			free(grid->cell[r][c]);
	}
}

/* The row in which this text stands in any column. */
static inline size_t made_find(const struct made_grid *grid, const char *text, size_t *column_out)
{
	for (size_t r = 0; r < MADE_ROWS; r++) {
		for (size_t c = 0; c < MADE_COLUMNS; c++) {
			if (grid->cell[r][c] && strcmp(grid->cell[r][c], text) == 0) {
				*column_out = c;
				return r;
			}
		}
	}
	fail_msg("'%s' stands nowhere", text);
	*column_out = 0;
	return 0;
}

static inline void made_put(struct made_grid *grid, const char *code, enum dd_sheet_column column,
			    const char *text)
{
	size_t at, unused;
	size_t row = made_find(grid, code, &unused);

	(void)made_find(grid, dd_sheet_column(DD_SHEET_VI, column), &at);
	free(grid->cell[row][at]);
	grid->cell[row][at] = dd_strdup(text);
}

static inline void made_escape(struct dd_buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&' || *text == '<')
			dd_buf_text(out, *text == '&' ? "&amp;" : "&lt;");
		else
			dd_buf_add(out, text, 1);
	}
}

/* A number where the text begins with '=': "=0.5". */
static inline void made_cell(struct dd_buf *out, const char *text, size_t row, size_t column)
{
	char name[16];

	snprintf(name, sizeof(name), "%c%zu", (int)('A' + column), row + 1);
	if (text[0] == '=') {
		dd_buf_printf(out, "<c r=\"%s\"><v>%s</v></c>", name, text + 1);
		return;
	}
	dd_buf_printf(out, "<c r=\"%s\" t=\"inlineStr\"><is><t>", name);
	made_escape(out, text);
	dd_buf_text(out, "</t></is></c>");
}

static inline void made_pack(const struct made_grid *grid, struct dd_buf *file)
{
	struct dd_buf xml = {0};

	dd_buf_text(&xml, "<worksheet><sheetData>");
	for (size_t r = 0; r < MADE_ROWS; r++) {
		dd_buf_printf(&xml, "<row r=\"%zu\">", r + 1);
		for (size_t c = 0; c < MADE_COLUMNS; c++) {
			if (grid->cell[r][c] && grid->cell[r][c][0])
				made_cell(&xml, grid->cell[r][c], r, c);
		}
		dd_buf_text(&xml, "</row>");
	}
	dd_buf_text(&xml, "</sheetData></worksheet>");
	made_workbook(dd_buf_cstr(&xml), NULL, file);
	dd_buf_fini(&xml);
}

static inline struct dd_sheet *made_read(const struct made_grid *grid)
{
	struct dd_sheet *sheet;
	struct dd_buf file = {0};
	struct dd_error err;

	made_pack(grid, &file);
	if (dd_sheet_read(file.data, file.len, DD_SHEET_VI, &sheet, &err) != DD_OK)
		fail_msg("%s", err.text);
	dd_buf_fini(&file);
	return sheet;
}

/* A fresh sheet as a grid. */
static inline void made_begin(struct made_grid *grid)
{
	struct dd_sheet *sheet = made_sheet();
	struct dd_buf file = {0};
	struct dd_error err;

	if (dd_sheet_write(sheet, false, &file, &err) != DD_OK)
		fail_msg("%s", err.text);
	made_take(grid, &file);
	dd_buf_fini(&file);
	dd_sheet_free(sheet);
}

static inline struct dd_sheet_row *made_row(const struct dd_sheet *sheet, const char *code)
{
	for (size_t i = 0; i < sheet->count; i++) {
		if (strcmp(sheet->rows[i].cell[DD_SHEET_CODE], code) == 0)
			return &sheet->rows[i];
	}
	fail_msg("no row %s", code);
	return &sheet->rows[0];
}

#endif
