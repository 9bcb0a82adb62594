/* sheet_test.c - a sheet is made, filled in by other hands, and read again. */
#include "common/base/id.h"
#include "tests/common/sheet/sheet_made.h"

static void an_empty_sheet_says_nothing(void **state)
{
	struct made_grid grid;
	struct dd_sheet *sheet;
	struct dd_sheet_command commands[DD_SHEET_SAYS_MAX];

	(void)state;
	made_begin(&grid);
	sheet = made_read(&grid);
	assert_int_equal(sheet->count, 3);
	assert_string_equal(sheet->head->unit, "X01");
	assert_string_equal(sheet->head->period, "2026-11");
	for (size_t i = 0; i < sheet->count; i++) {
		assert_int_equal(sheet->rows[i].fate, DD_SHEET_UNTOUCHED);
		assert_int_equal(dd_sheet_commands(sheet, &sheet->rows[i], commands), 0);
	}
	dd_sheet_free(sheet);
	made_drop(&grid);
}

static void a_filled_row_becomes_the_commands_that_it_means(void **state)
{
	struct dd_sheet_command c[DD_SHEET_SAYS_MAX];
	struct made_grid grid;
	struct dd_sheet *sheet;
	size_t at, row;

	(void)state;
	made_begin(&grid);
	row = made_find(&grid, dd_sheet_words(DD_SHEET_VI, SHEET_FILLER), &at);
	free(grid.cell[row][at + 5]);
	grid.cell[row][at + 5] = dd_strdup("Chuyên viên  văn phòng ");
	made_put(&grid, "N01.1", DD_SHEET_STEP, "Đang");
	made_put(&grid, "N01.1", DD_SHEET_PERCENT, "=0.6");
	made_put(&grid, "N01.1", DD_SHEET_DONE, "Đã niêm yết 85 thủ tục");
	made_put(&grid, "N01.1", DD_SHEET_HINDER, "Thiếu máy in");
	made_put(&grid, "N01.1", DD_SHEET_NEW_DUE, "31/12/26");
	made_put(&grid, "N01.1", DD_SHEET_REASON, "Chưa có kinh phí");
	made_put(&grid, "N01.1", DD_SHEET_BASIS, "20/TTr-UBND");
	made_put(&grid, "N02.1", DD_SHEET_STEP, "Không thay đổi");
	made_put(&grid, "N03.1", DD_SHEET_STEP, "Xong");
	made_put(&grid, "N03.1", DD_SHEET_COMPLETE, "Có");
	made_put(&grid, "N03.1", DD_SHEET_DOC_NUMBER, "15/KH-UBND");
	made_put(&grid, "N03.1", DD_SHEET_DOC_DAY, "5/11/2026");
	sheet = made_read(&grid);
	assert_string_equal(sheet->filled_by, "Chuyên viên văn phòng");

	assert_int_equal(dd_sheet_commands(sheet, made_row(sheet, "N01.1"), c), 2);
	assert_int_equal(c[0].body.report_progress->percent, 60);
	assert_int_equal(c[0].body.report_progress->step, 1);
	assert_string_equal(c[0].body.report_progress->note,
			    "Đã niêm yết 85 thủ tục\nKhó khăn, kiến nghị: Thiếu máy in");
	assert_int_equal(c[0].body.report_progress->task, 11);
	assert_int_equal(c[0].body.based_on->task_version, 51);
	assert_int_equal(c[0].body.last_seen->sequence, 90);
	assert_memory_equal(c[0].body.sheet->sheet.data, sheet->id, 16);
	assert_string_equal(c[0].body.sheet->filled_by, sheet->filled_by);
	assert_string_equal(c[1].body.request_extension->basis->number, "20/TTr-UBND");
	assert_int_not_equal(memcmp(c[0].hash, c[1].hash, 16), 0);

	assert_int_equal(dd_sheet_commands(sheet, made_row(sheet, "N02.1"), c), 1);
	assert_int_equal(c[0].body.report_unchanged->tasks[0], 12);

	assert_int_equal(dd_sheet_commands(sheet, made_row(sheet, "N03.1"), c), 1);
	assert_string_equal(c[0].body.request_completion->evidence->number, "15/KH-UBND");
	dd_sheet_free(sheet);
	made_drop(&grid);
}

static void the_same_content_has_the_same_hash_wherever_it_stands(void **state)
{
	struct dd_sheet_command before[DD_SHEET_SAYS_MAX], after[DD_SHEET_SAYS_MAX];
	struct made_grid grid;
	struct dd_sheet *first, *second, *third;
	size_t at, from, to;

	(void)state;
	made_begin(&grid);
	made_put(&grid, "N01.1", DD_SHEET_DONE, "Đã niêm yết");
	first = made_read(&grid);
	/* Sorted upside down, a row deleted, other spellings of the same text, a name filled in. */
	made_put(&grid, "N01.1", DD_SHEET_DONE, "  Đã niêm yết ");
	from = made_find(&grid, "N01.1", &at);
	to = made_find(&grid, "N03.1", &at);
	for (size_t c = 0; c < MADE_COLUMNS; c++) {
		char *swapped = grid.cell[from][c];

		grid.cell[from][c] = grid.cell[to][c];
		grid.cell[to][c] = swapped;
		free(grid.cell[from + 1][c]);
		grid.cell[from + 1][c] = NULL;
	}
	second = made_read(&grid);
	made_put(&grid, "N01.1", DD_SHEET_DONE, "Đã niêm yết 2");
	third = made_read(&grid);
	assert_int_equal(second->count, 2);
	assert_int_equal(dd_sheet_commands(first, made_row(first, "N01.1"), before), 1);
	assert_int_equal(dd_sheet_commands(second, made_row(second, "N01.1"), after), 1);
	assert_memory_equal(before[0].hash, after[0].hash, 16);
	assert_int_equal(dd_sheet_commands(third, made_row(third, "N01.1"), after), 1);
	assert_int_not_equal(memcmp(before[0].hash, after[0].hash, 16), 0);
	dd_sheet_free(first);
	dd_sheet_free(second);
	dd_sheet_free(third);
	made_drop(&grid);
}

static void what_cannot_be_told_is_not_sent_and_says_what_helps(void **state)
{
	static const struct {
		enum dd_sheet_column column[3];
		const char *text[3];
		const char *says;
	} cases[] = {
		{{DD_SHEET_STEP}, {"chắc là xong"}, "Mức độ \"chắc là xong\""},
		{{DD_SHEET_PERCENT}, {"150"}, "Tỷ lệ \"150\""},
		{{DD_SHEET_STEP, DD_SHEET_PERCENT}, {"Không thay đổi", "40"}, "Xóa tỷ lệ"},
		{{DD_SHEET_COMPLETE}, {"Có"}, "phải kèm văn bản"},
		{{DD_SHEET_NEW_DUE}, {"31/12/2026"}, "đủ ba ô"},
		{{DD_SHEET_NEW_DUE, DD_SHEET_REASON, DD_SHEET_BASIS},
		 {"31/02/2026", "a", "b"},
		 "Ngày \"31/02/2026\""},
		{{DD_SHEET_MARK, DD_SHEET_DONE}, {"", "x"}, "Không nhận ra"},
		{{DD_SHEET_MARK, DD_SHEET_DONE}, {"CAsQMw", "x"}, "không khớp"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_sheet_command commands[DD_SHEET_SAYS_MAX];
		struct made_grid grid;
		struct dd_sheet *sheet;
		struct dd_sheet_row *row;

		made_begin(&grid);
		for (int k = 0; k < 3 && cases[i].text[k]; k++)
			made_put(&grid, "N01.1", cases[i].column[k], cases[i].text[k]);
		made_put(&grid, "N02.1", DD_SHEET_STEP, "Đang");
		sheet = made_read(&grid);
		row = made_row(sheet, "N01.1");
		assert_int_equal(row->fate, DD_SHEET_BAD);
		if (!strstr(dd_buf_cstr(&row->result), cases[i].says))
			fail_msg("case %zu: %s", i, dd_buf_cstr(&row->result));
		assert_int_equal(dd_sheet_commands(sheet, row, commands), 0);
		assert_int_equal(made_row(sheet, "N02.1")->fate, DD_SHEET_READY);
		dd_sheet_free(sheet);
		made_drop(&grid);
	}
}

static void a_row_that_slipped_to_another_task_is_not_taken_for_it(void **state)
{
	struct made_grid grid;
	struct dd_sheet *sheet;
	size_t a, b, at;

	(void)state;
	made_begin(&grid);
	made_put(&grid, "N01.1", DD_SHEET_DONE, "một");
	made_put(&grid, "N02.1", DD_SHEET_DONE, "hai");
	a = made_find(&grid, "N01.1", &at);
	b = made_find(&grid, "N02.1", &at);
	for (size_t c = 1; c < MADE_COLUMNS; c++) { /* all but the hidden first column is sorted */
		char *swapped = grid.cell[a][c];

		grid.cell[a][c] = grid.cell[b][c];
		grid.cell[b][c] = swapped;
	}
	sheet = made_read(&grid);
	assert_int_equal(made_row(sheet, "N01.1")->fate, DD_SHEET_BAD);
	assert_int_equal(made_row(sheet, "N02.1")->fate, DD_SHEET_BAD);
	dd_sheet_free(sheet);
	made_drop(&grid);
}

static void two_rows_of_one_task_must_agree(void **state)
{
	struct made_grid grid;
	struct dd_sheet *sheet;
	size_t row, at;

	(void)state;
	made_begin(&grid);
	made_put(&grid, "N03.1", DD_SHEET_DONE, "ba");
	row = made_find(&grid, "N03.1", &at);
	for (size_t c = 0; c < MADE_COLUMNS; c++)
		grid.cell[row + 1][c] = grid.cell[row][c] ? dd_strdup(grid.cell[row][c]) : NULL;
	sheet = made_read(&grid);
	assert_int_equal(sheet->rows[2].fate, DD_SHEET_READY);
	assert_int_equal(sheet->rows[3].fate, DD_SHEET_UNTOUCHED);
	dd_sheet_free(sheet);
	made_put(&grid, "N03.1", DD_SHEET_DONE, "bốn");
	sheet = made_read(&grid);
	assert_int_equal(sheet->rows[2].fate, DD_SHEET_BAD);
	assert_int_equal(sheet->rows[3].fate, DD_SHEET_BAD);
	dd_sheet_free(sheet);
	made_drop(&grid);
}

static void what_is_no_sheet_gets_a_remedy(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		const char *says;
	} cases[] = {
		{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1........", 16, "Excel Workbook (.xlsx)"},
		{"PK\3\4..........................mimetypeapplication/"
		 "vnd.oasis.opendocument.spreadsheet",
		 84, "LibreOffice"},
		{"STT;Mã;Mức độ\n", 18, "gửi đúng tệp phiếu"},
		{"", 0, "gửi đúng tệp phiếu"},
	};
	struct made_grid grid = {0};
	struct dd_buf file = {0};
	struct dd_sheet *sheet;
	struct dd_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			dd_sheet_read(cases[i].data, cases[i].len, DD_SHEET_VI, &sheet, &err),
			DD_ERR_INVALID);
		if (!strstr(err.text, cases[i].says))
			fail_msg("case %zu: %s", i, err.text);
	}
	grid.cell[3][3] = dd_strdup("Mã nhiệm vụ");
	made_pack(&grid, &file);
	assert_int_equal(dd_sheet_read(file.data, file.len, DD_SHEET_VI, &sheet, &err),
			 DD_ERR_INVALID);
	assert_non_null(strstr(err.text, "không phải phiếu báo cáo"));
	dd_buf_fini(&file);
	made_drop(&grid);
}

static void a_changed_code_line_is_no_code_line(void **state)
{
	struct dd_sheet *sheet = made_sheet();
	struct dd_buf code = {0};
	Dondoc__V1__SheetHead *head;

	(void)state;
	dd_sheet_code(sheet, &code);
	head = dd_sheet_code_read(dd_buf_cstr(&code));
	assert_non_null(head);
	dondoc__v1__sheet_head__free_unpacked(head, NULL);
	for (size_t i = 0; i < code.len; i++) {
		code.data[i] ^= 1;
		assert_null(dd_sheet_code_read(dd_buf_cstr(&code)));
		code.data[i] ^= 1;
	}
	dd_buf_fini(&code);
	dd_sheet_free(sheet);
}

/* An office may make one before it has followed the centre's log. */
static void a_sheet_without_a_position_is_a_sheet(void **state)
{
	struct dd_sheet *sheet = made_sheet();
	Dondoc__V1__Position *made_at = sheet->head->made_at;
	struct dd_buf code = {0};
	Dondoc__V1__SheetHead *head;

	(void)state;
	sheet->head->made_at = NULL;
	dd_sheet_code(sheet, &code);
	head = dd_sheet_code_read(dd_buf_cstr(&code));
	assert_non_null(head);
	assert_null(head->made_at);
	dondoc__v1__sheet_head__free_unpacked(head, NULL);
	sheet->head->made_at = made_at;
	dd_buf_fini(&code);
	dd_sheet_free(sheet);
}

/* --- answers ------------------------------------------------------------------------------------
 */

static void answer(struct dd_sheet *sheet, const char *code, Dondoc__V1__Outcome outcome,
		   Dondoc__V1__RefusalCode refused, const char *argument)
{
	struct dd_sheet_command commands[DD_SHEET_SAYS_MAX];
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	Dondoc__V1__Receipt receipt = DONDOC__V1__RECEIPT__INIT;
	char *arguments[1] = {(char *)argument};

	assert_true(dd_sheet_commands(sheet, made_row(sheet, code), commands) > 0);
	reply.outcome = outcome;
	receipt.sequence = 4711;
	reply.receipt = &receipt;
	refusal.code = refused;
	refusal.arguments = arguments;
	refusal.n_arguments = argument != NULL;
	if (refused != 0)
		reply.refusal = &refusal;
	dd_sheet_answer(sheet, made_row(sheet, code), &commands[0].body, &reply, false,
			dd_day_start_us(20782) + 55440 * DD_SECOND_US);
}

static void the_answer_is_a_sheet_that_can_be_corrected_and_handed_in_again(void **state)
{
	struct dd_sheet_command before[DD_SHEET_SAYS_MAX], after[DD_SHEET_SAYS_MAX];
	struct made_grid grid, answered;
	struct dd_sheet *sheet, *again;
	struct dd_buf file = {0};
	struct dd_error err;
	size_t row, at;

	(void)state;
	made_begin(&grid);
	made_put(&grid, "N01.1", DD_SHEET_STEP, "Đang");
	made_put(&grid, "N02.1", DD_SHEET_PERCENT, "20");
	made_put(&grid, "N03.1", DD_SHEET_DONE, "dòng một\ndòng hai & ba");
	sheet = made_read(&grid);
	answer(sheet, "N01.1", DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED, 0, NULL);
	answer(sheet, "N02.1", DONDOC__V1__OUTCOME__OUTCOME_REFUSED,
	       DONDOC__V1__REFUSAL_CODE__REFUSAL_PROGRESS_FELL, NULL);
	answer(sheet, "N03.1", DONDOC__V1__OUTCOME__OUTCOME_REFUSED,
	       DONDOC__V1__REFUSAL_CODE__REFUSAL_SHEET_ROW_KNOWN, "77");
	assert_string_equal(dd_buf_cstr(&made_row(sheet, "N01.1")->result),
			    "Đã nhận lúc 15:24 ngày 25/11/2026 (số 4711)");
	assert_non_null(
		strstr(dd_buf_cstr(&made_row(sheet, "N02.1")->result), "Cách sửa: ghi lý do"));
	assert_int_equal(made_row(sheet, "N03.1")->fate, DD_SHEET_KNOWN);
	assert_non_null(strstr(dd_buf_cstr(&made_row(sheet, "N03.1")->result), "(số 77)"));

	assert_int_equal(dd_sheet_write(sheet, true, &file, &err), DD_OK);
	made_take(&answered, &file);
	row = made_find(&answered, "N01.1", &at);
	(void)made_find(&answered, dd_sheet_column(DD_SHEET_VI, DD_SHEET_RESULT), &at);
	assert_non_null(strstr(answered.cell[row][at], "Đã nhận lúc"));
	again = made_read(&answered);
	assert_memory_equal(again->id, sheet->id, 16);
	for (int i = 1; i <= 3; i++) {
		char code[16];

		snprintf(code, sizeof(code), "N0%d.1", i);
		assert_int_equal(dd_sheet_commands(sheet, made_row(sheet, code), before), 1);
		assert_int_equal(dd_sheet_commands(again, made_row(again, code), after), 1);
		assert_memory_equal(before[0].hash, after[0].hash, 16);
	}
	dd_buf_fini(&file);
	dd_sheet_free(sheet);
	dd_sheet_free(again);
	made_drop(&grid);
	made_drop(&answered);
}

/* What somebody writes below the table, outside its columns, is no task. */
static void a_full_sheet_may_have_words_below(void **state)
{
	struct dd_sheet *sheet = made_sheet(), *back = NULL;
	struct dd_buf file = {0};
	struct dd_error err;

	(void)state;
	while (sheet->count < DD_SHEET_ROWS_MAX)
		dd_sheet_row_set(dd_sheet_row_add(sheet), DD_SHEET_CODE, "N09.1");
	for (int i = 0; i < 3; i++)
		dd_buf_text(&dd_sheet_row_add(sheet)->result, "xong");
	assert_int_equal(dd_sheet_write(sheet, true, &file, &err), DD_OK);
	if (dd_sheet_read(file.data, file.len, DD_SHEET_EN, &back, &err) != DD_OK)
		fail_msg("%s", err.text);
	assert_int_equal(back->count, DD_SHEET_ROWS_MAX);
	dd_sheet_free(back);
	dd_buf_clear(&file);
	dd_sheet_row_set(&sheet->rows[DD_SHEET_ROWS_MAX + 2], DD_SHEET_CODE, "N09.1");
	assert_int_equal(dd_sheet_write(sheet, true, &file, &err), DD_OK);
	assert_int_equal(dd_sheet_read(file.data, file.len, DD_SHEET_EN, &back, &err),
			 DD_ERR_INVALID);
	dd_buf_fini(&file);
	dd_sheet_free(sheet);
}

static void a_period_is_a_month_a_quarter_or_a_year(void **state)
{
	static const char *const right[] = {"2026-11", "2026-01", "2026-Q4", "2026"};
	static const char *const wrong[] = {"",        "2026-13",  "2026-Q5",    "11/2026",
					    "2026-1",  "26",       "2026-11-01", "2026- 1",
					    "2026-+1", "2026-Q 1", " 2026"};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		assert_true(dd_sheet_period_valid(right[i]));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (dd_sheet_period_valid(wrong[i]))
			fail_msg("'%s' is taken for a period", wrong[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_sheet_says_nothing),
		cmocka_unit_test(a_filled_row_becomes_the_commands_that_it_means),
		cmocka_unit_test(the_same_content_has_the_same_hash_wherever_it_stands),
		cmocka_unit_test(what_cannot_be_told_is_not_sent_and_says_what_helps),
		cmocka_unit_test(a_row_that_slipped_to_another_task_is_not_taken_for_it),
		cmocka_unit_test(two_rows_of_one_task_must_agree),
		cmocka_unit_test(what_is_no_sheet_gets_a_remedy),
		cmocka_unit_test(a_changed_code_line_is_no_code_line),
		cmocka_unit_test(a_sheet_without_a_position_is_a_sheet),
		cmocka_unit_test(the_answer_is_a_sheet_that_can_be_corrected_and_handed_in_again),
		cmocka_unit_test(a_full_sheet_may_have_words_below),
		cmocka_unit_test(a_period_is_a_month_a_quarter_or_a_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
