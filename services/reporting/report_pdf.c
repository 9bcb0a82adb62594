/* report_pdf.c - the report as an administrative document after Nghị định 30/2020/NĐ-CP: a draft,
 * whose number, date and signature are left to the clerk. Annexes lie, with their head repeated. */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/paper/paper_table.h"
#include "services/reporting/report_chart.h"
#include "services/reporting/report_pdf_parts.h"
#include "services/reporting/report_render.h"
#include "services/reporting/report_text.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BODY      13.0
#define INDENT    (10.0 * DD_PAPER_MM)
#define TOP_UNITS 3 /* named as having most overdue */

static const struct dd_paper_paragraph body = {
	.font = {.size = BODY}, .justify = true, .indent = INDENT, .before = 6};
static const struct dd_paper_paragraph heading = {
	.font = {.size = BODY, .bold = true}, .indent = INDENT, .before = 8};
static const struct dd_paper_paragraph caption = {
	.font = {.size = 12, .bold = true}, .align = DD_PAPER_CENTER, .before = 10};

struct writing {
	const struct report *report;
	const struct report_dress *dress;
	struct dd_paper paper;
	struct dd_buf text;
	int chapter;
	int annex[REPORT_LISTS]; /* number of each list's annex; 0 = none */
};

static void say(struct writing *w)
{
	dd_paper_paragraph(&w->paper, &body, dd_buf_cstr(&w->text));
	dd_buf_clear(&w->text);
}

static void add_number(struct writing *w, int64_t number)
{
	char text[REPORT_NUMBER_TEXT];

	dd_buf_text(&w->text, report_number(number, text));
}

/* `behind` it must fit on the same page too. */
static void chapter(struct writing *w, const char *title, double behind)
{
	static const char *const numbers[] = {"I", "II", "III", "IV", "V"};

	/* Never a heading alone at the foot of a page. */
	dd_paper_need(&w->paper, behind > 0 ? 30 + behind : 60);
	dd_buf_printf(&w->text, "%s. %s", numbers[w->chapter++], title);
	dd_paper_paragraph(&w->paper, &heading, dd_buf_cstr(&w->text));
	dd_buf_clear(&w->text);
}

/* --- I ---------------------------------------------------------------------------------------- */

static void say_counts(struct writing *w)
{
	const uint32_t *in = w->report->all.in;

	dd_buf_text(&w->text, "1. Đã hoàn thành ");
	add_number(w, dd_tally_done(&w->report->all));
	dd_buf_text(&w->text, " nhiệm vụ, trong đó đúng hạn ");
	add_number(w, in[DD_BUCKET_DONE_ON_TIME]);
	dd_buf_text(&w->text, ", quá hạn ");
	add_number(w, in[DD_BUCKET_DONE_LATE]);
	dd_buf_text(&w->text, ".");
	say(w);
	dd_buf_text(&w->text, "2. Chưa hoàn thành, có thời hạn: ");
	add_number(w, (int64_t)in[DD_BUCKET_OPEN_IN_TERM] + in[DD_BUCKET_OPEN_OVERDUE]);
	dd_buf_text(&w->text, " nhiệm vụ, trong đó trong hạn ");
	add_number(w, in[DD_BUCKET_OPEN_IN_TERM]);
	dd_buf_text(&w->text, ", quá hạn ");
	add_number(w, in[DD_BUCKET_OPEN_OVERDUE]);
	dd_buf_text(&w->text, ".");
	say(w);
	dd_buf_text(&w->text, "3. Không có thời hạn cụ thể (thường xuyên, theo sự kiện): ");
	add_number(w, in[DD_BUCKET_NO_DUE]);
	dd_buf_text(&w->text, " nhiệm vụ; tạm dừng: ");
	add_number(w, in[DD_BUCKET_PAUSED]);
	dd_buf_text(&w->text, "; thôi thực hiện hoặc chuyển kỳ: ");
	add_number(w, in[DD_BUCKET_CANCELLED]);
	dd_buf_text(&w->text, ".");
	say(w);
}

static void say_rates(struct writing *w)
{
	dd_buf_text(&w->text, "4. Tỷ lệ hoàn thành trên số nhiệm vụ đã đến hạn: ");
	report_rate(dd_rate_of_fallen_due(&w->report->all), &w->text);
	dd_buf_text(&w->text,
		    ". Tỷ lệ hoàn thành trên tổng số nhiệm vụ được giao, không kể nhiệm vụ "
		    "thôi thực hiện và chuyển kỳ: ");
	report_rate(dd_rate_of_all(&w->report->all), &w->text);
	dd_buf_text(&w->text, ".");
	say(w);
	dd_buf_text(&w->text, "5. ");
	report_lateness(w->report, &w->text);
	dd_buf_text(&w->text, ".");
	say(w);
	dd_buf_text(&w->text, "6. ");
	report_updates(w->report, &w->text);
	dd_buf_text(&w->text, ".");
	say(w);
}

/* "7. Nhiệm vụ ưu tiên: 12, đã hoàn thành 5, quá hạn 2." */
static void say_some(struct writing *w, int number, const char *title, const struct dd_tally *some)
{
	if (dd_tally_total(some) == 0)
		return;
	dd_buf_printf(&w->text, "%d. %s: ", number, title);
	add_number(w, dd_tally_total(some));
	dd_buf_text(&w->text, " nhiệm vụ, trong đó đã hoàn thành ");
	add_number(w, dd_tally_done(some));
	dd_buf_text(&w->text, ", chưa hoàn thành quá hạn ");
	add_number(w, some->in[DD_BUCKET_OPEN_OVERDUE]);
	dd_buf_text(&w->text, "; tỷ lệ hoàn thành trên tổng số ");
	report_rate(dd_rate_of_all(some), &w->text);
	dd_buf_text(&w->text, ".");
	say(w);
}

static void write_results(struct writing *w)
{
	char day[DD_DAY_TEXT];
	bool some;

	dd_buf_text(&w->text, "Thực hiện ");
	report_subject(w->report, &w->text);
	dd_buf_printf(&w->text,
		      ", tình hình thực hiện nhiệm vụ tính đến hết ngày %s được tổng hợp như sau:",
		      dd_day_vn(w->report->ask.as_of_day, day));
	say(w);
	chapter(w, "KẾT QUẢ CHUNG", 0);
	dd_buf_text(&w->text, "Tổng số nhiệm vụ được theo dõi: ");
	add_number(w, dd_tally_total(&w->report->all));
	dd_buf_text(&w->text, " nhiệm vụ, do ");
	add_number(w, (int64_t)w->report->unit_count);
	dd_buf_text(&w->text, " cơ quan, đơn vị chủ trì. Trong đó:");
	say(w);
	say_counts(w);
	say_rates(w);
	some = dd_tally_total(&w->report->priority) > 0;
	say_some(w, 7, "Nhiệm vụ ưu tiên", &w->report->priority);
	say_some(w, some ? 8 : 7, "Nhiệm vụ chuyển từ kỳ trước (mỗi nhiệm vụ tính một lần)",
		 &w->report->carried_in);
}

/* --- II, III ---------------------------------------------------------------------------------- */

/* "STT", the name, the total, seven buckets, the rate. */
#define LINE_COLUMNS (REPORT_TALLY_COLUMNS + 3)

static void tally_row(struct dd_paper_table *table, const char *number, const char *name,
		      const struct dd_tally *tally, bool bold)
{
	char cells[REPORT_TALLY_COLUMNS][REPORT_NUMBER_TEXT], rate[DD_RATE_TEXT];
	const char *texts[LINE_COLUMNS] = {number, name};

	for (int i = 0; i < REPORT_TALLY_COLUMNS; i++)
		texts[2 + i] = report_number(report_tally_cell(tally, i), cells[i]);
	texts[LINE_COLUMNS - 1] = dd_rate_text(dd_rate_of_fallen_due(tally), rate);
	if (rate[0] == '\0')
		texts[LINE_COLUMNS - 1] = "–";
	dd_paper_table_row(table, texts, bold);
}

struct lines {
	const char *title;
	const struct report_line *lines;
	size_t count;
	const struct dd_tally *sum;
	bool kinds;
};

static void write_lines(struct writing *w, const struct lines *lines)
{
	struct dd_paper_column columns[LINE_COLUMNS] = {
		{.head = "STT", .width = 26, .align = DD_PAPER_CENTER},
		{.head = lines->title, .align = DD_PAPER_LEFT},
	};
	struct dd_paper_table table;
	char number[24], name[64];

	for (int i = 0; i < REPORT_TALLY_COLUMNS; i++)
		columns[2 + i] = (struct dd_paper_column){
			.head = report_tally_head(i), .width = 36, .align = DD_PAPER_CENTER};
	columns[LINE_COLUMNS - 1] = (struct dd_paper_column){
		.head = REPORT_RATE_HEAD, .width = 44, .align = DD_PAPER_CENTER};
	w->paper.y += 6;
	dd_paper_table_begin(&table, &w->paper, columns, LINE_COLUMNS, 8.5, 11);
	for (size_t i = 0; i < lines->count; i++) {
		const struct report_line *line = &lines->lines[i];

		(void)snprintf(number, sizeof(number), "%zu", i + 1);
		tally_row(&table, number, lines->kinds ? line->name : report_area_name(line, name),
			  &line->tally, false);
	}
	tally_row(&table, "", "Tổng cộng", lines->sum, true);
	dd_paper_table_end(&table);
	w->paper.y += 4;
}

static void write_tables(struct writing *w)
{
	const struct report *report = w->report;
	const struct lines areas = {"Lĩnh vực", report->areas, report->area_count, &report->all,
				    false};
	const struct lines units = {"Cơ quan, đơn vị", report->units, report->unit_count,
				    &report->units_sum, false};
	const struct lines kinds = {"Loại cơ quan, đơn vị", report->kinds, report->kind_count,
				    &report->units_sum, true};

	chapter(w, "KẾT QUẢ THEO LĨNH VỰC", report_chart_height(report->areas, report->area_count));
	report_chart(&w->paper, "Tình hình thực hiện nhiệm vụ theo lĩnh vực (số nhiệm vụ)",
		     report->areas, report->area_count);
	dd_paper_need(&w->paper, 150); /* caption, head and some rows */
	dd_paper_paragraph(&w->paper, &caption, "Bảng 1. Số nhiệm vụ theo lĩnh vực");
	write_lines(w, &areas);
	chapter(w, "KẾT QUẢ THEO CƠ QUAN, ĐƠN VỊ CHỦ TRÌ", 150);
	dd_paper_paragraph(&w->paper, &caption, "Bảng 2. Số nhiệm vụ theo cơ quan, đơn vị chủ trì");
	write_lines(w, &units);
	dd_paper_need(&w->paper, 120);
	dd_paper_paragraph(&w->paper, &caption,
			   "Bảng 3. So sánh theo loại cơ quan, đơn vị chủ trì");
	write_lines(w, &kinds);
}

/* --- IV --------------------------------------------------------------------------------------- */

/* The unit with most overdue tasks of those that come after `after` in that order; ties as they
 * lie. */
static const struct report_line *next_overdue(const struct report *report,
					      const struct report_line *after)
{
	const uint32_t below = after ? after->tally.in[DD_BUCKET_OPEN_OVERDUE] : UINT32_MAX;
	const struct report_line *best = NULL;
	uint32_t most = 0, own;

	for (size_t i = 0; i < report->unit_count; i++) {
		const struct report_line *line = &report->units[i];

		own = line->tally.in[DD_BUCKET_OPEN_OVERDUE];
		if (own > most && (own < below || (own == below && line > after))) {
			most = own;
			best = line;
		}
	}
	return best;
}

static void say_worst(struct writing *w)
{
	const struct report_line *line = NULL;

	for (int i = 0; i < TOP_UNITS; i++) {
		line = next_overdue(w->report, line);
		if (!line)
			break;
		dd_buf_printf(&w->text, "%s%s (", i == 0 ? " Nhiều nhiệm vụ quá hạn nhất: " : ", ",
			      line->name);
		add_number(w, line->tally.in[DD_BUCKET_OPEN_OVERDUE]);
		dd_buf_text(&w->text, ")");
	}
	dd_buf_text(&w->text, ".");
}

static void say_list(struct writing *w, enum report_list_kind kind, int number)
{
	const struct report_list *list = report_list(w->report, kind);

	dd_buf_printf(&w->text, "%d. %s: ", number, report_list_title(kind));
	add_number(w, (int64_t)list->count);
	dd_buf_text(&w->text, " nhiệm vụ");
	if (kind == REPORT_OVERDUE && list->count > 0) {
		dd_buf_text(&w->text, ", lâu nhất ");
		add_number(w, list->items[0].days);
		dd_buf_text(&w->text, " ngày");
	}
	if (w->annex[kind] != 0)
		dd_buf_printf(&w->text, " (%s kèm theo)", report_annex_name(w->annex[kind]));
	dd_buf_text(&w->text, ".");
	if (kind == REPORT_OVERDUE && list->count > 0)
		say_worst(w);
	say(w);
}

static void write_attention(struct writing *w)
{
	char day[DD_DAY_TEXT];

	chapter(w, "NHIỆM VỤ CẦN ĐÔN ĐỐC, XEM XÉT", 0);
	for (int kind = 0; kind < REPORT_LISTS; kind++)
		say_list(w, (enum report_list_kind)kind, kind + 1);
	dd_buf_printf(&w->text,
		      "Trên đây là báo cáo tình hình thực hiện nhiệm vụ; số liệu chốt đến hết "
		      "ngày %s./.",
		      dd_day_vn(w->report->ask.as_of_day, day));
	say(w);
}

/* --- life ------------------------------------------------------------------------------------- */

/* Where the numbers come from, so that anybody can check them against the log. */
static void write_source(struct writing *w)
{
	static const struct dd_paper_paragraph small = {.font = {.size = 9, .italic = true},
							.before = 14};
	const struct dd_position *position = &w->report->ask.position;
	char log[2 * 4 + 1], chain[2 * 8 + 1];

	dd_buf_printf(&w->text,
		      "Số liệu được lập tự động từ nhật ký %s, đến bản ghi số %" PRIu64
		      " (mã băm %s…), bằng phần mềm dondoc %s.",
		      dd_hex(position->log_id, 4, log), position->sequence,
		      dd_hex(position->chain, 8, chain), w->dress->build);
	if (w->report->ask.known != position->sequence)
		dd_buf_printf(&w->text,
			      " Đã trừ các bản ghi được đính chính, thu hồi đến bản ghi số "
			      "%" PRIu64 ".",
			      w->report->ask.known);
	dd_buf_text(&w->text, " ");
	report_rules(w->report, &w->text);
	dd_paper_need(&w->paper, 60);
	dd_paper_paragraph(&w->paper, &small, dd_buf_cstr(&w->text));
	dd_buf_clear(&w->text);
}

static void number_annexes(struct writing *w)
{
	int number = 0;

	for (int kind = 0; kind < REPORT_LISTS; kind++) {
		if (report_list(w->report, (enum report_list_kind)kind)->count > 0)
			w->annex[kind] = ++number;
	}
}

static void write_all(struct writing *w)
{
	number_annexes(w);
	dd_paper_page(&w->paper, false);
	report_head(&w->paper, w->report, w->dress);
	write_results(w);
	write_tables(w);
	write_attention(w);
	report_signature(&w->paper, w->dress);
	write_source(w);
	for (int kind = 0; kind < REPORT_LISTS; kind++) {
		if (w->annex[kind] != 0)
			report_annex(&w->paper, w->report, (enum report_list_kind)kind,
				     w->annex[kind]);
	}
}

int report_pdf(const struct report *report, const struct report_dress *dress, struct dd_buf *out,
	       struct dd_error *err)
{
	struct writing w = {.report = report, .dress = dress};
	char date[48], iso[DD_DAY_TEXT], creator[96];
	struct dd_paper_about about = {
		.author = report_issuer(report, dress), .creator = creator, .date = date};
	int rc;

	(void)snprintf(date, sizeof(date), "%sT23:59:59+07:00",
		       dd_day_iso(report->ask.as_of_day, iso));
	(void)snprintf(creator, sizeof(creator), "dondoc %s", dress->build);
	dd_buf_text(&w.text, "Báo cáo tình hình thực hiện ");
	report_subject(report, &w.text);
	about.title = dd_buf_cstr(&w.text);
	dd_paper_open(&w.paper, out, &about, report->ask.trial ? REPORT_TRIAL_MARK : NULL);
	dd_buf_clear(&w.text);
	write_all(&w);
	rc = dd_paper_close(&w.paper, err);
	dd_buf_fini(&w.text);
	return rc;
}
