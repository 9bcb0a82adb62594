/* report_render_test.c - the renderings read back with other programs: text in reading order, pages
 * and margins, the workbook's cells, the table; and the same bytes each time. */
#include "common/base/csv.h"
#include "common/paper/paper.h"
#include "services/reporting/report_text.h"
#include "tests/services/reporting/report_sample.h"
#include "tests/services/reporting/report_tools.h"

#define OVERDUE 40
#define MM      (72.0 / 25.4)

static char *dir;

static void render(size_t overdue, bool trial, const char *format, struct dd_buf *out)
{
	const struct report_dress dress = sample_dress(dir);
	struct dd_error err = {0};
	struct report report;

	sample_report(&report, overdue, trial);
	dd_buf_clear(out);
	if (report_render(&report, &dress, format, out, &err) != DD_OK)
		fail_msg("%s: %s", format, err.text);
	report_fini(&report);
}

static char *read_pdf(const char *option)
{
	char path[600];
	const char *argv[] = {"pdftotext", option, path, "-", NULL};

	snprintf(path, sizeof(path), "%s/r.pdf", dir);
	return tool(dir, argv);
}

/* --- bytes ------------------------------------------------------------------------------------ */

static void the_same_report_gives_the_same_bytes_in_every_format(void **state)
{
	struct dd_buf first = {0}, second = {0};

	(void)state;
	for (int i = 0; i < REPORT_FORMATS; i++) {
		render(OVERDUE, false, report_formats[i], &first);
		render(OVERDUE, false, report_formats[i], &second);
		assert_int_equal(first.len, second.len);
		assert_memory_equal(first.data, second.data, first.len);
		render(OVERDUE, true, report_formats[i], &second);
		assert_true(first.len != second.len ||
			    memcmp(first.data, second.data, first.len) != 0);
	}
	dd_buf_fini(&first);
	dd_buf_fini(&second);
}

static void a_format_that_there_is_not_is_told(void **state)
{
	const struct report_dress dress = sample_dress(dir);
	struct dd_error err = {0};
	struct dd_buf out = {0};
	struct report report;

	(void)state;
	sample_report(&report, 1, false);
	assert_int_equal(report_render(&report, &dress, "docx", &out, &err), DD_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.text, "pdf, xlsx, csv or json"));
	report_fini(&report);
	dd_buf_fini(&out);
}

/* --- pdf -------------------------------------------------------------------------------------- */

static void the_document_reads_in_order_and_leaves_number_date_and_signature_blank(void **state)
{
	static const char *const parts[] = {
		"UBND TỈNH QUẢNG NGÃI",
		"SỞ NỘI VỤ",
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
		"Độc lập - Tự do - Hạnh phúc",
		"/BC-………",
		"Quảng Ngãi, ngày …… tháng …… năm ………",
		"BÁO CÁO",
		"Tình hình thực hiện Kế hoạch cải cách hành chính nhà nước năm 2026",
		"Số liệu chốt đến hết ngày 30/09/2026",
		"Kính gửi: Ủy ban nhân dân tỉnh",
		"I. KẾT QUẢ CHUNG",
		"Tỷ lệ hoàn thành trên số nhiệm vụ đã đến hạn",
		"5. Tổng số nhiệm vụ quá hạn (đã và chưa hoàn thành): ",
		"được chấp nhận: 7;",
		"6. Tỷ lệ đơn vị cập nhật",
		"80,95% (17/21).",
		"7. Nhiệm vụ ưu tiên: ",
		"8. Nhiệm vụ chuyển từ kỳ trước",
		"II. KẾT QUẢ THEO LĨNH VỰC",
		"Bảng 1.",
		"Công tác chỉ đạo, điều",
		"Tổng cộng",
		"III. KẾT QUẢ THEO CƠ QUAN, ĐƠN VỊ CHỦ TRÌ",
		"Bảng 2.",
		"Văn phòng UBND tỉnh",
		"Bảng 3. So sánh theo loại cơ quan, đơn vị chủ trì",
		"IV. NHIỆM VỤ CẦN ĐÔN ĐỐC, XEM XÉT",
		"1. Nhiệm vụ quá hạn: 40 nhiệm vụ, lâu nhất 35 ngày (Phụ lục I kèm theo)",
		"Nơi nhận:",
		"4719",
		"giao chung",
		"Phụ lục I: Nhiệm vụ quá hạn",
		"NV.1.1",
		"NV.4.10",
		"Phụ lục II: Nhiệm vụ chờ xác nhận hoàn thành",
		"Phụ lục III: Nhiệm vụ đã được gia hạn",
		"Phụ lục IV: Nhiệm vụ chuyển từ kỳ trước"};
	struct dd_buf pdf = {0};
	char *text;

	(void)state;
	render(OVERDUE, false, "pdf", &pdf);
	keep_bytes(dir, "r.pdf", &pdf);
	dd_buf_fini(&pdf);
	/* As it was written: other orders are pdftotext's guess at what is a column. */
	text = read_pdf("-raw");
	if (!text)
		skip();
	assert_in_order(text, parts, sizeof(parts) / sizeof(parts[0]));
	assert_null(strstr(text, REPORT_TRIAL_MARK));
	/* Not read as markup: it stands as it was written. */
	assert_non_null(strstr(text, "=SUM(A1:A9) & <b>không phải"));
	free(text);
}

static void trial_data_says_so_on_every_page(void **state)
{
	struct dd_buf pdf = {0};
	char *text;

	(void)state;
	render(OVERDUE, true, "pdf", &pdf);
	keep_bytes(dir, "r.pdf", &pdf);
	dd_buf_fini(&pdf);
	text = read_pdf("-q");
	if (!text)
		skip();
	assert_int_equal(occurrences(text, REPORT_TRIAL_MARK), occurrences(text, "\f"));
	free(text);
}

struct page {
	double width, height;
	int number, words;
};

static double attribute(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	assert_non_null(at);
	return strtod(at + strlen(name), NULL);
}

/* In the top margin stands the page's number, in the middle, and nothing on the first. */
static void check_head(const struct page *page, const char *line)
{
	char number[16];
	double middle = (attribute(line, "xMin=\"") + attribute(line, "xMax=\"")) / 2;

	snprintf(number, sizeof(number), ">%d<", page->number);
	assert_true(page->number > 1);
	assert_non_null(strstr(line, number));
	assert_true(middle > page->width / 2 - 1 && middle < page->width / 2 + 1);
}

static void check_word(const struct page *page, const char *line)
{
	if (attribute(line, "yMax=\"") < 20 * MM) {
		check_head(page, line);
		return;
	}
	assert_true(attribute(line, "yMin=\"") > 20 * MM - 1);
	assert_true(attribute(line, "yMax=\"") < page->height - 20 * MM + 1);
	assert_true(attribute(line, "xMin=\"") > 30 * MM - 1);
	assert_true(attribute(line, "xMax=\"") < page->width - 15 * MM + 1);
}

static void check_page(struct page *page, const char *line, bool *lying)
{
	page->width = attribute(line, "width=\"");
	page->height = attribute(line, "height=\"");
	page->number++;
	/* A4 upright first, then lying to the end. */
	if (page->width > page->height)
		*lying = true;
	assert_true(*lying == (page->width > page->height));
	assert_true(page->width > (*lying ? 841 : 594) && page->width < (*lying ? 843 : 596));
}

/* Every word of r.pdf stands where it may. False: this machine has no program to tell. */
static bool check_places(struct page *page_out)
{
	struct page page = {.number = 0};
	char *text = read_pdf("-bbox"), *save = NULL;
	bool lying = false;

	if (!text)
		return false;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, "<page "))
			check_page(&page, line, &lying);
		if (strstr(line, "<word ")) {
			check_word(&page, line);
			page.words++;
		}
	}
	free(text);
	*page_out = page;
	return true;
}

static void no_word_stands_in_the_margins_but_the_pages_number(void **state)
{
	struct dd_buf pdf = {0};
	struct page last;

	(void)state;
	render(OVERDUE, false, "pdf", &pdf);
	keep_bytes(dir, "r.pdf", &pdf);
	dd_buf_fini(&pdf);
	if (!check_places(&last))
		skip();
	assert_true(last.number >= 7);
	assert_true(last.words > 1000);
	assert_true(last.width > last.height);
}

static void the_file_bears_the_date_of_the_cutoff_and_not_of_today(void **state)
{
	struct dd_buf pdf = {0};
	char path[600];
	const char *argv[] = {"pdfinfo", "-isodates", path, NULL};
	char *text;

	(void)state;
	snprintf(path, sizeof(path), "%s/r.pdf", dir);
	render(3, false, "pdf", &pdf);
	keep_bytes(dir, "r.pdf", &pdf);
	dd_buf_fini(&pdf);
	text = tool(dir, argv);
	if (!text)
		skip();
	assert_non_null(strstr(text, "CreationDate:    2026-09-30T"));
	assert_null(strstr(text, "ModDate"));
	assert_non_null(strstr(text, "dondoc 0.1.0+test"));
	free(text);
}

static void an_annex_of_thousands_of_rows_has_its_head_on_every_page_and_all_rows(void **state)
{
	struct dd_buf pdf = {0};
	char *text;
	size_t pages;

	(void)state;
	render(2500, false, "pdf", &pdf);
	keep_bytes(dir, "r.pdf", &pdf);
	dd_buf_fini(&pdf);
	text = read_pdf("-q");
	if (!text)
		skip();
	pages = occurrences(text, "\f");
	assert_true(pages > 97);
	assert_in_range(occurrences(text, "Mã nhiệm vụ"), pages - 5, pages - 2);
	for (size_t i = 1; i <= 250; i++) {
		char code[32];

		snprintf(code, sizeof(code), "NV.%zu.10", i);
		assert_non_null(strstr(text, code));
	}
	free(text);
}

static void fonts_are_embedded_with_their_letters(void **state)
{
	struct dd_buf pdf = {0};
	char path[600];
	const char *argv[] = {"pdffonts", path, NULL};
	char *text;

	(void)state;
	snprintf(path, sizeof(path), "%s/r.pdf", dir);
	render(3, false, "pdf", &pdf);
	keep_bytes(dir, "r.pdf", &pdf);
	dd_buf_fini(&pdf);
	text = tool(dir, argv);
	if (!text)
		skip();
	assert_true(occurrences(text, "LiberationSerif") >= 3);
	assert_int_equal(occurrences(text, " yes yes yes "), occurrences(text, "TrueType"));
	free(text);
}

static void a_text_longer_than_a_page_is_cut_and_the_rest_goes_on(void **state)
{
	const struct report_dress dress = sample_dress(dir);
	struct dd_error err = {0};
	struct dd_buf pdf = {0};
	struct report report;
	char *text, *longest;
	struct page last;

	(void)state;
	sample_report(&report, 3, false);
	longest = pool_zalloc(&report.pool, 60001);
	for (size_t i = 0; i < 60000; i += 10)
		memcpy(longest + i, "dai dong; ", 10);
	report.overdue.items[0].content = longest;
	assert_int_equal(report_render(&report, &dress, "pdf", &pdf, &err), DD_OK);
	report_fini(&report);
	keep_bytes(dir, "r.pdf", &pdf);
	dd_buf_fini(&pdf);
	text = read_pdf("-q");
	if (!text)
		skip();
	assert_non_null(strstr(text, "NV.1.3"));
	assert_true(occurrences(text, "\f") < 12);
	free(text);
	assert_true(check_places(&last));
}

static void a_report_without_any_task_can_be_written(void **state)
{
	const struct report_dress dress = sample_dress(dir);
	struct report report = {.ask = {.plan = "", .as_of_day = 20700}, .authority = "UBND"};
	struct dd_error err = {0};
	struct dd_buf out = {0};

	(void)state;
	report.ask.position.sequence = 1;
	for (int i = 0; i < REPORT_FORMATS; i++)
		assert_int_equal(report_render(&report, &dress, report_formats[i], &out, &err),
				 DD_OK);
	dd_buf_fini(&out);
}

/* --- xlsx, csv -------------------------------------------------------------------------------- */

static char *read_part(const char *part)
{
	char path[600];
	const char *argv[] = {"unzip", "-p", path, part, NULL};

	snprintf(path, sizeof(path), "%s/r.xlsx", dir);
	return tool(dir, argv);
}

static void the_workbook_has_its_sheets_texts_and_no_formula(void **state)
{
	static const char *const sheets[] = {"Tổng hợp",      "Theo lĩnh vực", "Theo đơn vị",
					     "Theo loại đơn", "Quá hạn",       "Chờ xác nhận",
					     "Gia hạn",       "Từ kỳ trước"};
	struct dd_buf xlsx = {0};
	char *text;

	(void)state;
	render(OVERDUE, true, "xlsx", &xlsx);
	keep_bytes(dir, "r.xlsx", &xlsx);
	dd_buf_fini(&xlsx);
	text = read_part("xl/workbook.xml");
	if (!text)
		skip();
	assert_in_order(text, sheets, 8);
	assert_int_equal(occurrences(text, "_xlnm.Print_Titles"), 8);
	free(text);
	text = read_part("xl/worksheets/sheet5.xml");
	assert_non_null(strstr(text, "state=\"frozen\""));
	assert_non_null(strstr(text, "<autoFilter ref=\"A4:M44\""));
	assert_non_null(strstr(text, "orientation=\"landscape\""));
	assert_null(strstr(text, "<f>"));
	assert_int_equal(occurrences(text, "<row "), 3 + OVERDUE);
	free(text);
	text = read_part("xl/sharedStrings.xml");
	assert_non_null(strstr(text, "=SUM(A1:A9) &amp; &lt;b&gt;không phải công thức&lt;/b&gt;"));
	assert_non_null(strstr(text, REPORT_TRIAL_MARK));
	free(text);
	text = read_part("docProps/core.xml");
	assert_non_null(strstr(text, "2026-09-30T16:59:59Z</dcterms:created>"));
	free(text);
}

static void the_table_is_read_back_and_its_lines_sum_to_the_total(void **state)
{
	struct dd_buf bytes = {0};
	struct dd_error err = {0};
	struct dd_csv *csv = NULL;
	long sum = 0;
	int total;

	(void)state;
	render(OVERDUE, false, "csv", &bytes);
	assert_memory_equal(bytes.data, "\xEF\xBB\xBF", 3);
	if (dd_csv_parse(bytes.data, bytes.len, &csv, &err) != DD_OK)
		fail_msg("%s", err.text);
	total = dd_csv_column(csv, "Tổng số");
	assert_true(total > 0);
	assert_int_equal(dd_csv_rows(csv), 3 + SAMPLE_AREAS + SAMPLE_UNITS + 2);
	for (size_t i = 3; i < 3 + SAMPLE_AREAS; i++)
		sum += strtol(dd_csv_cell(csv, i, total), NULL, 10);
	assert_int_equal(sum, strtol(dd_csv_cell(csv, 0, total), NULL, 10));
	assert_string_equal(
		dd_csv_cell(csv, 3, dd_csv_column(csv, "Hoàn thành trên số đến hạn: tỷ lệ")),
		"60%");
	dd_csv_free(csv);
	dd_buf_fini(&bytes);
}

/* --- words ------------------------------------------------------------------------------------ */

static void numbers_are_written_with_points_and_rates_with_their_base(void **state)
{
	static const struct {
		int64_t number;
		const char *text;
	} rows[] = {{0, "0"},          {999, "999"},           {1000, "1.000"},
		    {16274, "16.274"}, {1234567, "1.234.567"}, {-1000, "-1.000"}};
	char text[REPORT_NUMBER_TEXT];
	struct dd_buf out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(report_number(rows[i].number, text), rows[i].text);
	report_rate((struct dd_rate){16051, 16274}, &out);
	assert_string_equal(dd_buf_cstr(&out), "98,62% (16.051/16.274)");
	dd_buf_clear(&out);
	report_rate((struct dd_rate){0, 0}, &out);
	assert_string_equal(dd_buf_cstr(&out), "không tính (chưa có nhiệm vụ nào)");
	dd_buf_fini(&out);
}

static void the_font_of_the_documents_is_there(void **state)
{
	struct dd_error err = {0};

	(void)state;
	if (report_render_check(&err) != DD_OK)
		fail_msg("%s", err.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_font_of_the_documents_is_there),
		cmocka_unit_test(the_same_report_gives_the_same_bytes_in_every_format),
		cmocka_unit_test(a_format_that_there_is_not_is_told),
		cmocka_unit_test(
			the_document_reads_in_order_and_leaves_number_date_and_signature_blank),
		cmocka_unit_test(trial_data_says_so_on_every_page),
		cmocka_unit_test(no_word_stands_in_the_margins_but_the_pages_number),
		cmocka_unit_test(
			an_annex_of_thousands_of_rows_has_its_head_on_every_page_and_all_rows),
		cmocka_unit_test(the_file_bears_the_date_of_the_cutoff_and_not_of_today),
		cmocka_unit_test(fonts_are_embedded_with_their_letters),
		cmocka_unit_test(a_text_longer_than_a_page_is_cut_and_the_rest_goes_on),
		cmocka_unit_test(a_report_without_any_task_can_be_written),
		cmocka_unit_test(the_workbook_has_its_sheets_texts_and_no_formula),
		cmocka_unit_test(the_table_is_read_back_and_its_lines_sum_to_the_total),
		cmocka_unit_test(numbers_are_written_with_points_and_rates_with_their_base),
	};
	int failed;

	dir = test_tmpdir();
	pin_fonts(dir);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	test_tmpdir_end(dir);
	return failed;
}
