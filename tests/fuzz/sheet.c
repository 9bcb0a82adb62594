/* sheet.c - arbitrary bytes as a filled reporting sheet. What begins with '<' is the sheet of a
 * sound package of ours, so that rows are judged without guessing a ZIP file and a secret; the rest
 * is a file. */
#include "common/base/id.h"
#include "common/base/xlsx_impl.h"
#include "common/sheet/sheet_impl.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void check(struct dd_sheet *sheet)
{
	struct dd_sheet_command commands[DD_SHEET_SAYS_MAX];

	assert(sheet->count <= DD_SHEET_ROWS_MAX);
	for (size_t i = 0; i < sheet->count; i++) {
		struct dd_sheet_row *row = &sheet->rows[i];
		size_t count = dd_sheet_commands(sheet, row, commands);

		assert(count <= DD_SHEET_SAYS_MAX);
		assert(row->fate != DD_SHEET_BAD || (count == 0 && row->result.len > 0));
		assert(row->fate != DD_SHEET_READY || row->task != 0);
		for (size_t k = 0; k < count; k++) {
			assert(commands[k].body.sheet && commands[k].body.based_on);
			dd_sheet_answer(sheet, row, &commands[k].body, NULL, false, 1);
		}
	}
}

static void read_rows(const uint8_t *data, size_t len)
{
	static uint8_t secret[16], log_id[16];
	Dondoc__V1__SheetHead head = DONDOC__V1__SHEET_HEAD__INIT;
	Dondoc__V1__Position seen = DONDOC__V1__POSITION__INIT;
	struct xlsx_book book = {0};
	struct dd_xlsx *xlsx = calloc(1, sizeof(*xlsx));
	struct dd_sheet *sheet;
	struct dd_error err;

	assert(xlsx);
	seen.log_id = (ProtobufCBinaryData){sizeof(log_id), log_id};
	head.made_at = &seen;
	head.secret = (ProtobufCBinaryData){sizeof(secret), secret};
	head.unit = (char *)"X";
	head.version = 1;
	dd_buf_add(&book.sheet, data, len);
	dd_buf_add(&book.styles, "\0\1\2\3", 4);
	if (xlsx_sheet_read(&book, xlsx, &err) == 0 &&
	    dd_sheet_read_cells(xlsx, DD_SHEET_VI, &head, &sheet, &err) == 0) {
		check(sheet);
		dd_sheet_free(sheet);
	}
	xlsx_book_close(&book);
	dd_xlsx_free(xlsx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dd_sheet *sheet;
	struct dd_error err;

	dd_id_start();
	if (len > 0 && *data == '<') {
		read_rows(data, len);
	} else if (len > 0 && *data == 'd') { /* a code line */
		char *text = calloc(1, len + 1);

		assert(text);
		memcpy(text, data, len);
		dondoc__v1__sheet_head__free_unpacked(dd_sheet_code_read(text), NULL);
		free(text);
	} else if (dd_sheet_read(data, len, DD_SHEET_VI, &sheet, &err) == 0) {
		check(sheet);
		dd_sheet_free(sheet);
	}
	return 0;
}
