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

#define LINE_HEIGHT 16.0

/* How high a cell of that width must be to show all of the text: not every program finds out. */
static double height_of(const char *text, double width)
{
	double letters = 0;

	for (const char *at = text; *at != '\0'; at++)
		letters += ((unsigned char)*at & 0xC0) != 0x80;
	/* Lines are broken between words, and letters are not equally wide. */
	return LINE_HEIGHT * (double)(int)(1 + letters / (width * 1.05));
}

static void fit_row(lxw_worksheet *sheet, lxw_row_t row, const char *const texts[],
		    const double widths[], int count)
{
	double height = LINE_HEIGHT, one;

	for (int i = 0; i < count; i++) {
		one = height_of(texts[i], widths[i]);
		height = one > height ? one : height;
	}
	(void)worksheet_set_row(sheet, row, height < 400 ? height : 400, NULL);
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
	fit_row(sheet, HEAD_ROW, heads, widths, count);
}

#define LINE_COLUMNS (REPORT_TALLY_COLUMNS + 7)

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
	put_text(sheet, row, column++, dd_rate_text(fallen, rate), bold ? book->bold : book->text);
	put_number(sheet, row, column++, dd_tally_late(tally), f);
	put_number(sheet, row, column, tally->late_excused, f);
}

struct lines {
	const char *name, *title;
	const struct report_line *lines;
	size_t count;
	const struct dd_tally *sum;
	bool kinds;
};

static void add_lines(struct book *book, const struct lines *lines)
{
	const char *heads[LINE_COLUMNS] = {"Mã", "Tên"};
	double widths[LINE_COLUMNS] = {12, 44};
	lxw_worksheet *sheet = add_sheet(book, lines->name, lines->title);
	lxw_row_t row = HEAD_ROW;
	const char *label;
	char text[64];

	for (int i = 2; i < LINE_COLUMNS; i++)
		widths[i] = 12;
	for (int i = 0; i < REPORT_TALLY_COLUMNS; i++)
		heads[2 + i] = report_tally_head(i);
	heads[LINE_COLUMNS - 5] = "Đã hoàn thành (có thời hạn)";
	heads[LINE_COLUMNS - 4] = "Đã đến hạn";
	heads[LINE_COLUMNS - 3] = REPORT_RATE_HEAD;
	heads[LINE_COLUMNS - 2] = "Quá hạn (đã và chưa hoàn thành)";
	heads[LINE_COLUMNS - 1] = "Quá hạn đã giải trình, được chấp nhận";
	put_heads(book, sheet, heads, widths, LINE_COLUMNS);
	for (size_t i = 0; i < lines->count; i++) {
		const struct report_line *line = &lines->lines[i];

		row++;
		label = lines->kinds ? line->name : report_area_name(line, text);
		put_text(sheet, row, 0, line->key, book->text);
		put_text(sheet, row, 1, label, book->text);
		fit_row(sheet, row, &label, &widths[1], 1);
		put_tally(book, sheet, row, &line->tally, false);
	}
	end_sheet(sheet, row, LINE_COLUMNS);
	/* Behind the filter, so that sorting leaves the sum where it is. */
	row++;
	put_text(sheet, row, 0, "", book->bold);
	put_text(sheet, row, 1, "Tổng cộng", book->bold);
	put_tally(book, sheet, row, lines->sum, true);
}

static const double pair_widths[] = {62, 40};

static void put_pair(const struct book *book, lxw_worksheet *sheet, lxw_row_t row, const char *name,
		     const char *value)
{
	const char *texts[] = {name, value};

	fit_row(sheet, row, texts, pair_widths, 2);
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
	(void)snprintf(text, sizeof(text), "%" PRIu64, book->report->ask.known);
	put_pair(book, sheet, row++, "Đã trừ các bản ghi được đính chính đến bản ghi", text);
	put_pair(book, sheet, row++, "Mã băm chuỗi", dd_hex(position->chain, DD_HASH_LEN, text));
	put_pair(book, sheet, row, "Phần mềm", build);
}

static lxw_row_t put_some(const struct book *book, lxw_worksheet *sheet, lxw_row_t row,
			  const char *name, const struct dd_tally *some)
{
	struct dd_buf text = {0};
	char number[REPORT_NUMBER_TEXT];

	if (dd_tally_total(some) == 0)
		return row;
	dd_buf_text(&text, report_number(dd_tally_total(some), number));
	dd_buf_text(&text, "; hoàn thành ");
	report_rate(dd_rate_of_all(some), &text);
	dd_buf_text(&text, "; quá hạn ");
	dd_buf_text(&text, report_number(some->in[DD_BUCKET_OPEN_OVERDUE], number));
	put_pair(book, sheet, ++row, name, dd_buf_cstr(&text));
	dd_buf_fini(&text);
	return row;
}

/* Returns the last row written, as put_some. */
static lxw_row_t put_more(const struct book *book, lxw_worksheet *sheet, lxw_row_t row)
{
	const struct report *report = book->report;
	struct dd_buf text = {0};

	put_text(sheet, ++row, 0, "Quá hạn (đã và chưa hoàn thành)", book->text);
	put_number(sheet, row, 1, dd_tally_late(&report->all), book->number);
	put_text(sheet, ++row, 0, "Trong đó đã giải trình, được chấp nhận", book->text);
	put_number(sheet, row, 1, report->all.late_excused, book->number);
	if (report->updates.denominator > 0) {
		report_rate(report->updates, &text);
		put_pair(book, sheet, ++row,
			 "Đơn vị cập nhật tiến độ trong 30 ngày, trên số đơn vị còn nhiệm vụ",
			 dd_buf_cstr(&text));
	}
	row = put_some(book, sheet, row, "Nhiệm vụ ưu tiên", &report->priority);
	row = put_some(book, sheet, row, "Nhiệm vụ chuyển từ kỳ trước", &report->carried_in);
	dd_buf_clear(&text);
	report_rules(report, &text);
	put_pair(book, sheet, ++row, "Cách tính", dd_buf_cstr(&text));
	dd_buf_fini(&text);
	return row;
}

static void add_summary(struct book *book, const struct report_dress *dress)
{
	static const char *const heads[] = {"Chỉ tiêu", "Giá trị"};
	lxw_worksheet *sheet =
		add_sheet(book, "Tổng hợp", "TÌNH HÌNH THỰC HIỆN NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH");
	const struct dd_tally *all = &book->report->all;
	struct dd_buf text = {0};
	lxw_row_t row = HEAD_ROW;

	put_heads(book, sheet, heads, pair_widths, 2);
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
	row = put_more(book, sheet, row);
	put_source(book, sheet, row + 1, dress->build);
	worksheet_freeze_panes(sheet, HEAD_ROW + 1, 0);
	(void)worksheet_repeat_rows(sheet, HEAD_ROW, HEAD_ROW);
	dd_buf_fini(&text);
}

static void put_item(const struct book *book, lxw_worksheet *sheet, lxw_row_t row,
		     const struct report_item *item)
{
	static const double widths[] = {20, 60, 36, 30};
	const char *texts[] = {item->code, item->content, item->product, item->lead_name};

	fit_row(sheet, row, texts, widths, 4);
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
	put_text(sheet, row, 12, item->explained ? "Được chấp nhận" : "", book->text);
}

static void add_list(struct book *book, const char *name, enum report_list_kind kind)
{
	const char *heads[] = {"STT",
			       "Kế hoạch",
			       "Mã nhiệm vụ",
			       "Nội dung nhiệm vụ",
			       "Sản phẩm",
			       "Cơ quan, đơn vị chủ trì",
			       kind == REPORT_CARRIED ? "Thời hạn đầu tiên" : "Thời hạn ban đầu",
			       "Thời hạn hiện hành",
			       "Ngày đề nghị xác nhận",
			       "Số lần gia hạn",
			       report_list_days(kind),
			       "Trạng thái",
			       "Giải trình"};
	static const double widths[] = {6, 14, 20, 60, 36, 30, 13, 13, 13, 10, 10, 18, 18};
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

	const struct lines areas = {"Theo lĩnh vực", "Số nhiệm vụ theo lĩnh vực",
				    report->areas,   report->area_count,
				    &report->all,    false};
	const struct lines units = {"Theo đơn vị",      "Số nhiệm vụ theo cơ quan, đơn vị chủ trì",
				    report->units,      report->unit_count,
				    &report->units_sum, false};
	const struct lines kinds = {"Theo loại đơn vị", "Số nhiệm vụ theo loại cơ quan, đơn vị",
				    report->kinds,      report->kind_count,
				    &report->units_sum, true};

	if (!book.workbook)
		return LXW_ERROR_CREATING_XLSX_FILE;
	(void)workbook_set_properties(book.workbook, &about);
	add_formats(&book);
	add_summary(&book, dress);
	add_lines(&book, &areas);
	add_lines(&book, &units);
	add_lines(&book, &kinds);
	add_list(&book, "Quá hạn", REPORT_OVERDUE);
	add_list(&book, "Chờ xác nhận", REPORT_AWAITING);
	add_list(&book, "Gia hạn", REPORT_EXTENDED);
	add_list(&book, "Từ kỳ trước", REPORT_CARRIED);
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
