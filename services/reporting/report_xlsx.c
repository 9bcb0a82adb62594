/* report_xlsx.c - the report as a workbook: totals, areas, units, and the lists. */
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/base/text.h"
#include "services/reporting/report_pdf_parts.h"
#include "services/reporting/report_render.h"
#include "services/reporting/report_text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define FILE_MAX_BYTES ((size_t)256 << 20)
#define CELL_MAX       32000 /* Excel takes 32,767 characters */
#define PAPER_A4       9

struct book {
	lxw_workbook *workbook;
	const struct report *report;
	lxw_format *title, *head, *text, *number, *day, *bold, *bold_number, *note;
};

/* --- formats ---------------------------------------------------------------------------------- */

static lxw_format *format(struct book *book, bool bold, bool bordered)
{
	lxw_format *f = workbook_add_format(book->workbook);

	format_set_font_name(f, "Times New Roman");
	format_set_font_size(f, 12);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	if (bold)
		format_set_bold(f);
	if (bordered) {
		format_set_border(f, LXW_BORDER_THIN);
		format_set_text_wrap(f);
	}
	return f;
}

static void add_formats(struct book *book)
{
	book->title = format(book, true, false);
	format_set_font_size(book->title, 14);
	book->note = format(book, false, false);
	format_set_italic(book->note);
	book->head = format(book, true, true);
	format_set_align(book->head, LXW_ALIGN_CENTER);
	format_set_align(book->head, LXW_ALIGN_VERTICAL_CENTER);
	format_set_bg_color(book->head, 0xDCE6F1);
	book->text = format(book, false, true);
	book->bold = format(book, true, true);
	book->number = format(book, false, true);
	book->bold_number = format(book, true, true);
	format_set_num_format(book->number, "#,##0");
	format_set_num_format(book->bold_number, "#,##0");
	book->day = format(book, false, true);
	format_set_num_format(book->day, "dd/mm/yyyy");
	format_set_align(book->day, LXW_ALIGN_CENTER);
}

/* --- cells ------------------------------------------------------------------------------------ */

/* Always a text, never a formula. */
static void put_text(lxw_worksheet *sheet, lxw_row_t row, int column, const char *text,
		     lxw_format *f)
{
	char cut[CELL_MAX + 1];
	size_t len = dd_text_cut(text, CELL_MAX);

	memcpy(cut, text, len);
	cut[len] = '\0';
	(void)worksheet_write_string(sheet, row, (lxw_col_t)column, cut, f);
}

static void put_number(lxw_worksheet *sheet, lxw_row_t row, int column, double number,
		       lxw_format *f)
{
	(void)worksheet_write_number(sheet, row, (lxw_col_t)column, number, f);
}

static void put_day(const struct book *book, lxw_worksheet *sheet, lxw_row_t row, int column,
		    int32_t day)
{
	const struct dd_date date = dd_day_to_date(day);
	lxw_datetime cell = {.year = date.year, .month = date.month, .day = date.day};

	if (day == 0)
		put_text(sheet, row, column, "", book->text);
	else
		(void)worksheet_write_datetime(sheet, row, (lxw_col_t)column, &cell, book->day);
}

/* --- sheets ----------------------------------------------------------------------------------- */

#define HEAD_ROW 3

static lxw_worksheet *add_sheet(struct book *book, const char *name, const char *title)
{
	lxw_worksheet *sheet = workbook_add_worksheet(book->workbook, name);
	char text[160], day[DD_DAY_TEXT];

	worksheet_set_paper(sheet, PAPER_A4);
	worksheet_set_landscape(sheet);
	worksheet_set_margins(sheet, 30 / 25.4, 15 / 25.4, 20 / 25.4, 20 / 25.4);
	worksheet_fit_to_pages(sheet, 1, 0);
	(void)worksheet_set_header(sheet, "&C&P");
	put_text(sheet, 0, 0, title, book->title);
	(void)snprintf(text, sizeof(text), "Số liệu chốt đến hết ngày %s%s",
		       dd_day_vn(book->report->ask.as_of_day, day),
		       book->report->ask.trial ? " – " REPORT_TRIAL_MARK : "");
	put_text(sheet, 1, 0, text, book->note);
	return sheet;
}

/* The head stays in sight, is repeated on every printed page, and filters what is under it. */
static void end_sheet(lxw_worksheet *sheet, lxw_row_t last, int columns)
{
	worksheet_freeze_panes(sheet, HEAD_ROW + 1, 0);
	(void)worksheet_repeat_rows(sheet, HEAD_ROW, HEAD_ROW);
	if (last > HEAD_ROW)
		(void)worksheet_autofilter(sheet, HEAD_ROW, 0, last, (lxw_col_t)(columns - 1));
}

static void put_heads(const struct book *book, lxw_worksheet *sheet, const char *const heads[],
		      const double widths[], int count)
{
	for (int i = 0; i < count; i++) {
		put_text(sheet, HEAD_ROW, i, heads[i], book->head);
		(void)worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
	}
}

#define LINE_COLUMNS (REPORT_TALLY_COLUMNS + 5)

static void put_tally(const struct book *book, lxw_worksheet *sheet, lxw_row_t row,
		      const struct dd_tally *tally, bool bold)
{
	lxw_format *f = bold ? book->bold_number : book->number;
	const struct dd_rate fallen = dd_rate_of_fallen_due(tally);
	char rate[DD_RATE_TEXT];
	int column = 2;

	for (int i = 0; i < REPORT_TALLY_COLUMNS; i++)
		put_number(sheet, row, column++, report_tally_cell(tally, i), f);
	put_number(sheet, row, column++, fallen.numerator, f);
	put_number(sheet, row, column++, fallen.denominator, f);
	put_text(sheet, row, column, dd_rate_text(fallen, rate), bold ? book->bold : book->text);
}

static void add_lines(struct book *book, const char *name, const char *title,
		      const struct report_line *lines, size_t count)
{
	const char *heads[LINE_COLUMNS] = {"Mã", "Tên"};
	double widths[LINE_COLUMNS] = {12, 44};
	lxw_worksheet *sheet = add_sheet(book, name, title);
	lxw_row_t row = HEAD_ROW;
	char text[64];

	for (int i = 2; i < LINE_COLUMNS; i++)
		widths[i] = 12;
	for (int i = 0; i < REPORT_TALLY_COLUMNS; i++)
		heads[2 + i] = report_tally_head(i);
	heads[LINE_COLUMNS - 3] = "Đã hoàn thành (có thời hạn)";
	heads[LINE_COLUMNS - 2] = "Đã đến hạn";
	heads[LINE_COLUMNS - 1] = REPORT_RATE_HEAD;
	put_heads(book, sheet, heads, widths, LINE_COLUMNS);
	for (size_t i = 0; i < count; i++) {
		row++;
		put_text(sheet, row, 0, lines[i].key, book->text);
		put_text(sheet, row, 1, report_area_name(&lines[i], text), book->text);
		put_tally(book, sheet, row, &lines[i].tally, false);
	}
	end_sheet(sheet, row, LINE_COLUMNS);
	/* Behind the filter, so that sorting leaves the sum where it is. */
	row++;
	put_text(sheet, row, 0, "", book->bold);
	put_text(sheet, row, 1, "Tổng cộng", book->bold);
	put_tally(book, sheet, row, &book->report->all, true);
}

static void put_pair(const struct book *book, lxw_worksheet *sheet, lxw_row_t row, const char *name,
		     const char *value)
{
	put_text(sheet, row, 0, name, book->text);
	put_text(sheet, row, 1, value, book->text);
}

static void put_source(const struct book *book, lxw_worksheet *sheet, lxw_row_t row,
		       const char *build)
{
	const struct dd_position *position = &book->report->ask.position;
	char text[2 * DD_HASH_LEN + 1];

	put_pair(book, sheet, row++, "Nhật ký", dd_hex(position->log_id, DD_ID_LEN, text));
	(void)snprintf(text, sizeof(text), "%" PRIu64, position->sequence);
	put_pair(book, sheet, row++, "Bản ghi cuối", text);
	put_pair(book, sheet, row++, "Mã băm chuỗi", dd_hex(position->chain, DD_HASH_LEN, text));
	put_pair(book, sheet, row, "Phần mềm", build);
}

static void add_summary(struct book *book, const struct report_dress *dress)
{
	static const char *const heads[] = {"Chỉ tiêu", "Giá trị"};
	static const double widths[] = {62, 40};
	lxw_worksheet *sheet =
		add_sheet(book, "Tổng hợp", "TÌNH HÌNH THỰC HIỆN NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH");
	const struct dd_tally *all = &book->report->all;
	struct dd_buf text = {0};
	lxw_row_t row = HEAD_ROW;

	put_heads(book, sheet, heads, widths, 2);
	report_subject(book->report, &text);
	put_pair(book, sheet, ++row, "Kế hoạch", dd_buf_cstr(&text));
	put_pair(book, sheet, ++row, "Cơ quan lập", report_issuer(book->report, dress));
	for (int i = 0; i < REPORT_TALLY_COLUMNS; i++) {
		put_text(sheet, ++row, 0, report_tally_head(i), book->text);
		put_number(sheet, row, 1, report_tally_cell(all, i), book->number);
	}
	dd_buf_clear(&text);
	report_rate(dd_rate_of_fallen_due(all), &text);
	put_pair(book, sheet, ++row, REPORT_RATE_HEAD, dd_buf_cstr(&text));
	dd_buf_clear(&text);
	report_rate(dd_rate_of_all(all), &text);
	put_pair(book, sheet, ++row,
		 "Tỷ lệ hoàn thành trên tổng số (không kể thôi thực hiện, chuyển kỳ)",
		 dd_buf_cstr(&text));
	put_source(book, sheet, row + 1, dress->build);
	worksheet_freeze_panes(sheet, HEAD_ROW + 1, 0);
	(void)worksheet_repeat_rows(sheet, HEAD_ROW, HEAD_ROW);
	dd_buf_fini(&text);
}

static void put_item(const struct book *book, lxw_worksheet *sheet, lxw_row_t row,
		     const struct report_item *item)
{
	put_number(sheet, row, 0, row - HEAD_ROW, book->number);
	put_text(sheet, row, 1, item->plan, book->text);
	put_text(sheet, row, 2, item->code, book->text);
	put_text(sheet, row, 3, item->content, book->text);
	put_text(sheet, row, 4, item->product, book->text);
	put_text(sheet, row, 5, item->lead_name, book->text);
	put_day(book, sheet, row, 6, item->first_due_day);
	put_day(book, sheet, row, 7, item->due_day);
	put_day(book, sheet, row, 8, item->submitted_day);
	put_number(sheet, row, 9, item->extensions, book->number);
	put_number(sheet, row, 10, item->days, book->number);
	put_text(sheet, row, 11, report_state_name(item->state), book->text);
}

static void add_list(struct book *book, const char *name, enum report_list_kind kind)
{
	const char *heads[] = {"STT",
			       "Kế hoạch",
			       "Mã nhiệm vụ",
			       "Nội dung nhiệm vụ",
			       "Sản phẩm",
			       "Cơ quan, đơn vị chủ trì",
			       "Thời hạn ban đầu",
			       "Thời hạn hiện hành",
			       "Ngày đề nghị xác nhận",
			       "Số lần gia hạn",
			       report_list_days(kind),
			       "Trạng thái"};
	static const double widths[] = {6, 14, 20, 60, 36, 30, 13, 13, 13, 10, 10, 18};
	const int count = (int)(sizeof(heads) / sizeof(heads[0]));
	const struct report_list *list = report_list(book->report, kind);
	lxw_worksheet *sheet = add_sheet(book, name, report_list_title(kind));

	put_heads(book, sheet, heads, widths, count);
	for (size_t i = 0; i < list->count; i++)
		put_item(book, sheet, (lxw_row_t)(HEAD_ROW + 1 + i), &list->items[i]);
	end_sheet(sheet, (lxw_row_t)(HEAD_ROW + list->count), count);
}

/* --- the file --------------------------------------------------------------------------------- */

/* The library's messages hold texts of its own memory that it only reads. */
static char *lend(const char *text)
{
	union {
		const char *in;
		char *out;
	} cast = {.in = text};

	return cast.out;
}

static lxw_error write_book(const struct report *report, const struct report_dress *dress,
			    const char *path)
{
	lxw_workbook_options options = {.constant_memory = LXW_FALSE,
					.tmpdir = lend(dress->scratch)};
	struct book book = {.workbook = workbook_new_opt(path, &options), .report = report};
	lxw_doc_properties about = {.title = lend("Báo cáo tình hình thực hiện nhiệm vụ"),
				    .author = lend(report_issuer(report, dress)),
				    .company = lend("dondoc"),
				    .comments = lend(dress->build),
				    .created = (time_t)(report_date_us(report) / DD_SECOND_US)};

	if (!book.workbook)
		return LXW_ERROR_CREATING_XLSX_FILE;
	(void)workbook_set_properties(book.workbook, &about);
	add_formats(&book);
	add_summary(&book, dress);
	add_lines(&book, "Theo lĩnh vực", "Số nhiệm vụ theo lĩnh vực", report->areas,
		  report->area_count);
	add_lines(&book, "Theo đơn vị", "Số nhiệm vụ theo cơ quan, đơn vị chủ trì", report->units,
		  report->unit_count);
	add_list(&book, "Quá hạn", REPORT_OVERDUE);
	add_list(&book, "Chờ xác nhận", REPORT_AWAITING);
	add_list(&book, "Gia hạn", REPORT_EXTENDED);
	return workbook_close(book.workbook);
}

int report_xlsx(const struct report *report, const struct report_dress *dress, struct dd_buf *out,
		struct dd_error *err)
{
	char *path = dd_path(dress->scratch, "report.xlsx");
	struct dd_buf file = {0};
	lxw_error status = write_book(report, dress, path);
	int rc = DD_OK;

	if (status != LXW_NO_ERROR)
		rc = dd_fail(err, DD_ERR_IO, "the workbook %s cannot be written: %s", path,
			     lxw_strerror(status));
	if (rc == DD_OK)
		rc = dd_file_read(path, FILE_MAX_BYTES, &file, err);
	if (rc == DD_OK)
		dd_buf_add(out, file.data, file.len);
	(void)dd_sys()->unlink(dd_sys()->ctx, path);
	dd_buf_fini(&file);
	free(path);
	return rc;
}
