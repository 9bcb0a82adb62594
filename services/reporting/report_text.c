/* report_text.c - see report_text.h. */
#include "services/reporting/report_text.h"

#include "common/base/clock.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *report_bucket_name(enum dd_bucket bucket)
{
	static const char *const names[] = {
		[DD_BUCKET_DONE_ON_TIME] = "Hoàn thành đúng hạn",
		[DD_BUCKET_DONE_LATE] = "Hoàn thành quá hạn",
		[DD_BUCKET_OPEN_IN_TERM] = "Chưa hoàn thành, trong hạn",
		[DD_BUCKET_OPEN_OVERDUE] = "Chưa hoàn thành, quá hạn",
		[DD_BUCKET_NO_DUE] = "Không có thời hạn",
		[DD_BUCKET_PAUSED] = "Tạm dừng",
		[DD_BUCKET_CANCELLED] = "Thôi thực hiện, chuyển kỳ",
	};

	assert((unsigned)bucket < DD_BUCKET_COUNT);
	return names[bucket];
}

const char *report_state_name(enum dd_task_state state)
{
	static const char *const names[] = {
		[DD_TASK_ASSIGNED] = "Chưa thực hiện", [DD_TASK_IN_PROGRESS] = "Đang thực hiện",
		[DD_TASK_AWAITING] = "Chờ xác nhận",   [DD_TASK_COMPLETED] = "Hoàn thành",
		[DD_TASK_RETURNED] = "Trả lại",        [DD_TASK_PAUSED] = "Tạm dừng",
		[DD_TASK_CARRIED_OVER] = "Chuyển kỳ",  [DD_TASK_CANCELLED] = "Thôi thực hiện",
	};

	assert((unsigned)state < DD_TASK_STATE_COUNT);
	return names[state];
}

const char *report_area_name(const struct report_line *area, char out[64])
{
	if (area->name[0] != '\0')
		return area->name;
	if (strcmp(area->key, "0") == 0)
		(void)snprintf(out, 64, "Công tác chỉ đạo, điều hành");
	else
		(void)snprintf(out, 64, "Lĩnh vực %s", area->key);
	return out;
}

const char *report_number(int64_t number, char out[REPORT_NUMBER_TEXT])
{
	char digits[REPORT_NUMBER_TEXT];
	size_t len, at = 0;

	(void)snprintf(digits, sizeof(digits), "%" PRId64, number < 0 ? -number : number);
	len = strlen(digits);
	if (number < 0)
		out[at++] = '-';
	for (size_t i = 0; i < len && at + 2 < REPORT_NUMBER_TEXT; i++) {
		out[at++] = digits[i];
		if (i + 1 < len && (len - i - 1) % 3 == 0)
			out[at++] = '.';
	}
	out[at] = '\0';
	return out;
}

void report_rate(struct dd_rate rate, struct dd_buf *out)
{
	char part[REPORT_NUMBER_TEXT], whole[REPORT_NUMBER_TEXT], text[DD_RATE_TEXT];

	if (rate.denominator == 0)
		dd_buf_text(out, "không tính (chưa có nhiệm vụ nào)");
	else
		dd_buf_printf(out, "%s (%s/%s)", dd_rate_text(rate, text),
			      report_number(rate.numerator, part),
			      report_number(rate.denominator, whole));
}

static void put_count(struct dd_buf *out, const char *before, int64_t number)
{
	char text[REPORT_NUMBER_TEXT];

	dd_buf_printf(out, "%s%s", before, report_number(number, text));
}

void report_lateness(const struct report *report, struct dd_buf *out)
{
	const uint32_t late = dd_tally_late(&report->all), excused = report->all.late_excused;

	put_count(out, "Tổng số nhiệm vụ quá hạn (đã và chưa hoàn thành): ", late);
	put_count(out, "; trong đó đã giải trình và được chấp nhận: ", excused);
	put_count(out, "; không kể nhiệm vụ đã giải trình được chấp nhận, số quá hạn còn: ",
		  (int64_t)late - excused);
}

void report_updates(const struct report *report, struct dd_buf *out)
{
	dd_buf_printf(out,
		      "Tỷ lệ đơn vị cập nhật tiến độ trong %d ngày, trên số đơn vị còn nhiệm vụ "
		      "phải thực hiện: ",
		      REPORT_UPDATE_DAYS);
	if (report->updates.denominator == 0)
		dd_buf_text(out, "không tính (không còn đơn vị nào có nhiệm vụ phải thực hiện)");
	else
		report_rate(report->updates, out);
}

void report_rules(const struct report *report, struct dd_buf *out)
{
	const struct dd_judge *judge = &report->judge;

	dd_buf_printf(out, "Đúng hạn, quá hạn tính theo ngày %s; thời gian chờ xác nhận %s.",
		      judge->by_confirmation ? "xác nhận hoàn thành" : "đơn vị đề nghị xác nhận",
		      judge->credit_waiting ? "không tính cho đơn vị chủ trì"
					    : "tính cho đơn vị chủ trì");
	if (report->fan_outs == 0)
		return;
	put_count(out, " Nhiệm vụ giao chung cho nhiều đơn vị được tính một lần trong tổng số (",
		  report->fan_outs);
	put_count(out, " nhiệm vụ, gồm ", report->parts);
	dd_buf_text(out, " phần việc), và tính riêng cho từng đơn vị trong bảng theo đơn vị.");
}

static void put_plan(const struct report_plan *plan, struct dd_buf *out)
{
	char day[DD_DAY_TEXT];

	dd_buf_text(out, plan->title[0] != '\0' ? plan->title : plan->code);
	/* A title that bears its number needs no second mention of it. */
	if (plan->source_number[0] == '\0' || strstr(plan->title, plan->source_number) != NULL)
		return;
	dd_buf_printf(out, " (%s", plan->source_number);
	if (plan->source_day != 0)
		dd_buf_printf(out, " ngày %s", dd_day_vn(plan->source_day, day));
	dd_buf_text(out, ")");
}

void report_subject(const struct report *report, struct dd_buf *out)
{
	if (report->plan_count == 0)
		dd_buf_text(out, "các kế hoạch cải cách hành chính");
	for (size_t i = 0; i < report->plan_count; i++) {
		if (i > 0)
			dd_buf_text(out, "; ");
		put_plan(&report->plans[i], out);
	}
}

const char *report_tally_head(int column)
{
	return column == 0 ? "Tổng số" : report_bucket_name((enum dd_bucket)(column - 1));
}

uint32_t report_tally_cell(const struct dd_tally *tally, int column)
{
	return column == 0 ? dd_tally_total(tally) : tally->in[column - 1];
}

const struct report_list *report_list(const struct report *report, enum report_list_kind kind)
{
	switch (kind) {
	case REPORT_OVERDUE:
		return &report->overdue;
	case REPORT_AWAITING:
		return &report->awaiting;
	case REPORT_CARRIED:
		return &report->carried;
	case REPORT_EXTENDED:
	case REPORT_LISTS:
		break;
	}
	return &report->extended;
}

const char *report_list_title(enum report_list_kind kind)
{
	static const char *const titles[] = {[REPORT_OVERDUE] = "Nhiệm vụ quá hạn",
					     [REPORT_AWAITING] = "Nhiệm vụ chờ xác nhận hoàn thành",
					     [REPORT_EXTENDED] = "Nhiệm vụ đã được gia hạn",
					     [REPORT_CARRIED] = "Nhiệm vụ chuyển từ kỳ trước"};

	assert((unsigned)kind < REPORT_LISTS);
	return titles[kind];
}

const char *report_list_days(enum report_list_kind kind)
{
	static const char *const heads[] = {[REPORT_OVERDUE] = "Số ngày quá hạn",
					    [REPORT_AWAITING] = "Số ngày chờ",
					    [REPORT_EXTENDED] = "Số ngày lùi hạn",
					    [REPORT_CARRIED] = "Số ngày lùi hạn"};

	assert((unsigned)kind < REPORT_LISTS);
	return heads[kind];
}
