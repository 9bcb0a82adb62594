/* report_pdf_parts.c - see report_pdf_parts.h. Sizes as in the Decree's annex I. */
#include "services/reporting/report_pdf_parts.h"

#include "common/base/clock.h"
#include "common/paper/paper_head.h"
#include "common/paper/paper_table.h"
#include <assert.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#define TITLE        14.0
#define BLANK_NUMBER "Số:          /BC-………"

const char *report_issuer(const struct report *report, const struct report_dress *dress)
{
	return dress->agency[0] != '\0' ? dress->agency : report->authority;
}

const char *report_annex_name(int number)
{
	static const char *const names[] = {"Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV"};

	assert(number >= 1 && number <= REPORT_LISTS);
	return names[number - 1];
}

/* --- head ------------------------------------------------------------------------------------- */

static void put_title(struct dd_paper *paper, const struct report *report)
{
	static const struct dd_paper_paragraph kind = {
		.font = {.size = TITLE, .bold = true}, .align = DD_PAPER_CENTER, .before = 18};
	static const struct dd_paper_paragraph about = {.font = {.size = TITLE, .bold = true},
							.align = DD_PAPER_CENTER};
	static const struct dd_paper_paragraph until = {.font = {.size = 13, .italic = true},
							.align = DD_PAPER_CENTER};
	struct dd_buf text = {0};
	char day[DD_DAY_TEXT];

	dd_paper_paragraph(paper, &kind, "BÁO CÁO");
	dd_buf_text(&text, "Tình hình thực hiện ");
	if (report->plan_count == 1)
		dd_buf_text(&text, report->plans[0].title[0] != '\0' ? report->plans[0].title
								     : report->plans[0].code);
	else
		dd_buf_text(&text, "các kế hoạch cải cách hành chính");
	dd_paper_paragraph(paper, &about, dd_buf_cstr(&text));
	dd_buf_clear(&text);
	dd_buf_printf(&text, "(Số liệu chốt đến hết ngày %s)",
		      dd_day_vn(report->ask.as_of_day, day));
	dd_paper_paragraph(paper, &until, dd_buf_cstr(&text));
	dd_paper_line(paper, (paper->left + paper->right) / 2 - 45, paper->y + 3, 90);
	paper->y += 12;
	dd_buf_fini(&text);
}

void report_head(struct dd_paper *paper, const struct report *report,
		 const struct report_dress *dress)
{
	static const struct dd_paper_paragraph to = {
		.font = {.size = 13}, .align = DD_PAPER_CENTER, .before = 4};
	char date[256], text[300];
	const struct dd_paper_head head = {.superior = dress->superior,
					   .issuer = report_issuer(report, dress),
					   .number = BLANK_NUMBER,
					   .date = date};

	(void)snprintf(date, sizeof(date), "%.180s, ngày …… tháng …… năm ………",
		       dress->place[0] != '\0' ? dress->place : "……………");
	dd_paper_head(paper, &head);
	put_title(paper, report);
	if (dress->recipient[0] == '\0')
		return;
	(void)snprintf(text, sizeof(text), "Kính gửi: %.250s", dress->recipient);
	dd_paper_paragraph(paper, &to, text);
}

/* --- signature -------------------------------------------------------------------------------- */

#define SIGNATURE_HEIGHT 110.0

static void put_line(struct dd_paper *paper, const struct dd_paper_font *font, const char *text)
{
	PangoLayout *layout = dd_paper_layout(paper, font, (paper->right - paper->left) * 0.45);

	pango_layout_set_text(layout, text, -1);
	dd_paper_show(paper, layout, paper->left, paper->y);
	paper->y += dd_layout_height(layout);
	g_object_unref(layout);
}

void report_signature(struct dd_paper *paper, const struct report_dress *dress)
{
	static const struct dd_paper_font to = {.size = 12, .bold = true, .italic = true};
	static const struct dd_paper_font list = {.size = 11};
	static const struct dd_paper_font office = {.size = 13, .bold = true};
	static const struct dd_paper_font hint = {.size = 12, .italic = true};
	const double width = paper->right - paper->left;
	struct dd_paper_block right = {.paper = paper};
	char text[300];

	dd_paper_need(paper, SIGNATURE_HEIGHT);
	paper->y += 10;
	right.x = paper->left + width * 0.5;
	right.width = width * 0.5;
	right.y = paper->y;
	put_line(paper, &to, "Nơi nhận:");
	(void)snprintf(text, sizeof(text), "- %.250s;",
		       dress->recipient[0] != '\0' ? "Như trên" : "……………………");
	put_line(paper, &list, text);
	put_line(paper, &list, "- Lưu: VT, ……….");
	(void)dd_paper_block_text(&right, &office, "CHỨC VỤ CỦA NGƯỜI KÝ");
	(void)dd_paper_block_text(&right, &hint, "(Chữ ký, dấu của cơ quan, họ và tên)");
	paper->y = (paper->y > right.y ? paper->y : right.y) + 40;
}

/* --- annexes ---------------------------------------------------------------------------------- */

static void put_annex_title(struct dd_paper *paper, const struct report *report,
			    enum report_list_kind kind, int number)
{
	static const struct dd_paper_paragraph bold = {.font = {.size = 14, .bold = true},
						       .align = DD_PAPER_CENTER};
	static const struct dd_paper_paragraph slanted = {.font = {.size = 13, .italic = true},
							  .align = DD_PAPER_CENTER};
	char text[200], day[DD_DAY_TEXT];

	(void)snprintf(text, sizeof(text), "%s: %s", report_annex_name(number),
		       report_list_title(kind));
	dd_paper_paragraph(paper, &bold, text);
	(void)snprintf(text, sizeof(text),
		       "(Kèm theo Báo cáo số …… /BC-…… ngày …… tháng …… năm ………; số liệu đến hết "
		       "ngày %s)",
		       dd_day_vn(report->ask.as_of_day, day));
	dd_paper_paragraph(paper, &slanted, text);
	paper->y += 10;
}

static void put_item(struct dd_paper_table *table, const struct report_item *item, size_t number,
		     enum report_list_kind kind)
{
	char count[24], days[REPORT_NUMBER_TEXT], times[16];
	char first[DD_DAY_TEXT], due[DD_DAY_TEXT], submitted[DD_DAY_TEXT];
	const char *texts[] = {count,
			       item->code,
			       item->content,
			       item->lead_name,
			       dd_day_vn(item->first_due_day, first),
			       dd_day_vn(item->due_day, due),
			       report_number(item->days, days),
			       report_state_name(item->state)};

	(void)snprintf(count, sizeof(count), "%zu", number);
	(void)snprintf(times, sizeof(times), "%u", item->extensions);
	if (kind == REPORT_EXTENDED || kind == REPORT_CARRIED)
		texts[7] = times;
	if (kind == REPORT_OVERDUE && item->explained)
		texts[7] = "Đã giải trình, được chấp nhận";
	if (kind == REPORT_AWAITING)
		texts[7] = dd_day_vn(item->submitted_day, submitted);
	dd_paper_table_row(table, texts, false);
}

void report_annex(struct dd_paper *paper, const struct report *report, enum report_list_kind kind,
		  int number)
{
	static const char *const last[] = {[REPORT_OVERDUE] = "Trạng thái",
					   [REPORT_AWAITING] = "Ngày đề nghị",
					   [REPORT_EXTENDED] = "Số lần gia hạn",
					   [REPORT_CARRIED] = "Số lần gia hạn, cả kỳ trước"};
	const struct dd_paper_column columns[] = {
		{.head = "STT", .width = 30, .align = DD_PAPER_CENTER},
		{.head = "Mã nhiệm vụ", .width = 108, .align = DD_PAPER_LEFT},
		{.head = "Nội dung nhiệm vụ", .align = DD_PAPER_LEFT},
		{.head = "Cơ quan, đơn vị chủ trì", .width = 110, .align = DD_PAPER_LEFT},
		{.head = kind == REPORT_CARRIED ? "Thời hạn đầu tiên" : "Thời hạn ban đầu",
		 .width = 62,
		 .align = DD_PAPER_CENTER},
		{.head = "Thời hạn hiện hành", .width = 62, .align = DD_PAPER_CENTER},
		{.head = report_list_days(kind), .width = 48, .align = DD_PAPER_CENTER},
		{.head = last[kind], .width = 78, .align = DD_PAPER_CENTER},
	};
	const struct report_list *list = report_list(report, kind);
	struct dd_paper_table table;

	dd_paper_page(paper, true);
	put_annex_title(paper, report, kind, number);
	dd_paper_table_begin(&table, paper, columns, sizeof(columns) / sizeof(columns[0]), 11, 11);
	for (size_t i = 0; i < list->count; i++)
		put_item(&table, &list->items[i], i + 1, kind);
	dd_paper_table_end(&table);
}
