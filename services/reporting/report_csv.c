/* report_csv.c - the numbers as one table, for machines and spreadsheets. */
#include "common/base/csv.h"
#include "services/reporting/report_render.h"
#include "services/reporting/report_text.h"
#include <inttypes.h>

static void put_field(struct dd_buf *out, const char *text)
{
	dd_buf_text(out, ",");
	dd_csv_write_field(out, text);
}

static void put_rate_fields(struct dd_buf *out, struct dd_rate rate)
{
	char text[DD_RATE_TEXT];

	dd_buf_printf(out, ",%u,%u", rate.numerator, rate.denominator);
	put_field(out, dd_rate_text(rate, text));
}

static void put_row(struct dd_buf *out, const char *part, const char *key, const char *name,
		    const struct dd_tally *tally)
{
	dd_csv_write_field(out, part);
	put_field(out, key);
	put_field(out, name);
	for (int i = 0; i < REPORT_TALLY_COLUMNS; i++)
		dd_buf_printf(out, ",%u", report_tally_cell(tally, i));
	put_rate_fields(out, dd_rate_of_fallen_due(tally));
	put_rate_fields(out, dd_rate_of_all(tally));
	dd_buf_printf(out, ",%u,%u,%u\r\n", dd_tally_late(tally), tally->late_excused,
		      tally->carried_over);
}

static void put_head(struct dd_buf *out)
{
	static const char *const rates[] = {"Hoàn thành trên số đến hạn: tử số",
					    "Hoàn thành trên số đến hạn: mẫu số",
					    "Hoàn thành trên số đến hạn: tỷ lệ",
					    "Hoàn thành trên tổng số: tử số",
					    "Hoàn thành trên tổng số: mẫu số",
					    "Hoàn thành trên tổng số: tỷ lệ",
					    "Quá hạn (đã và chưa hoàn thành)",
					    "Quá hạn đã giải trình được chấp nhận",
					    "Chuyển kỳ"};

	dd_buf_text(out, "\xEF\xBB\xBFPhần,Mã,Tên");
	for (int i = 0; i < REPORT_TALLY_COLUMNS; i++)
		put_field(out, report_tally_head(i));
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		put_field(out, rates[i]);
	dd_buf_text(out, "\r\n");
}

void report_csv(const struct report *report, struct dd_buf *out)
{
	char name[64];

	put_head(out);
	put_row(out, "Tổng số", report->ask.plan, report->ask.trial ? REPORT_TRIAL_MARK : "Tổng số",
		&report->all);
	put_row(out, "Nhiệm vụ ưu tiên", "", "Nhiệm vụ ưu tiên", &report->priority);
	put_row(out, "Chuyển từ kỳ trước", "", "Chuyển từ kỳ trước", &report->carried_in);
	for (size_t i = 0; i < report->area_count; i++)
		put_row(out, "Lĩnh vực", report->areas[i].key,
			report_area_name(&report->areas[i], name), &report->areas[i].tally);
	for (size_t i = 0; i < report->unit_count; i++)
		put_row(out, "Đơn vị", report->units[i].key, report->units[i].name,
			&report->units[i].tally);
	for (size_t i = 0; i < report->kind_count; i++)
		put_row(out, "Loại đơn vị", report->kinds[i].key, report->kinds[i].name,
			&report->kinds[i].tally);
}
