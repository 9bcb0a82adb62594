/* report_sample.h - a report as it could be, made by hand: for tests of the renderings. */
#ifndef TESTS_SERVICES_REPORTING_REPORT_SAMPLE_H
#define TESTS_SERVICES_REPORTING_REPORT_SAMPLE_H

#include "common/base/clock.h"
#include "services/reporting/report_render.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include <stdio.h>
#include <string.h>

#define SAMPLE_AREAS 7
#define SAMPLE_UNITS 24

static inline const char *sample_content(size_t number)
{
	static const char *const contents[] = {
		"Rà soát, đơn giản hóa thủ tục hành chính nội bộ thuộc phạm vi quản lý, trình "
		"Chủ tịch Ủy ban nhân dân tỉnh phê duyệt phương án",
		"Kết nối, chia sẻ dữ liệu dân cư với Cổng Dịch vụ công quốc gia; tái sử dụng dữ "
		"liệu đã số hóa khi giải quyết hồ sơ",
		"Khảo sát mức độ hài lòng của người dân đối với sự phục vụ của cơ quan hành chính "
		"nhà nước",
		"Sắp xếp tổ chức bộ máy, tinh giản biên chế giai đoạn 2026 - 2030",
		"=SUM(A1:A9) & <b>không phải công thức</b>",
	};

	return contents[number % (sizeof(contents) / sizeof(contents[0]))];
}

static inline const char *sample_unit(size_t number)
{
	static const char *const names[] = {"Sở Nội vụ",
					    "Sở Tư pháp",
					    "Sở Tài chính",
					    "Sở Y tế",
					    "Sở Xây dựng",
					    "Văn phòng UBND tỉnh",
					    "Sở Giáo dục và Đào tạo",
					    "Thanh tra tỉnh",
					    "Sở Khoa học và Công nghệ",
					    "UBND xã Đăk Hà"};

	return names[number % (sizeof(names) / sizeof(names[0]))];
}

static inline struct report_list sample_list(struct report *report, size_t count, int32_t days)
{
	struct report_item *items =
		pool_zalloc(&report->pool, (count + 1) * sizeof(struct report_item));

	for (size_t i = 0; i < count; i++) {
		char code[32];

		(void)snprintf(code, sizeof(code), "NV.%zu.%zu", i / 10 + 1, i % 10 + 1);
		items[i] = (struct report_item){
			.id = 100 + i,
			.plan = "KH38",
			.code = pool_memdup(&report->pool, code, strlen(code) + 1),
			.content = sample_content(i),
			.product = "Báo cáo, văn bản",
			.lead_unit = "SNV",
			.lead_name = sample_unit(i),
			.first_due_day = report->ask.as_of_day - days - 30,
			.due_day = report->ask.as_of_day - days,
			.submitted_day = report->ask.as_of_day - days,
			.extensions = i % 3 == 0 ? 1 : 0,
			.position = (uint32_t)i,
			.state = i % 2 == 0 ? DD_TASK_IN_PROGRESS : DD_TASK_ASSIGNED,
			.days = days,
		};
	}
	return (struct report_list){.items = items, .count = count};
}

static inline void sample_tally(struct dd_tally *line, struct dd_tally *all, uint32_t overdue,
				uint32_t seed)
{
	const struct dd_tally tally = {.in = {[DD_BUCKET_DONE_ON_TIME] = 9 + seed * 5 % 11,
					      [DD_BUCKET_DONE_LATE] = seed % 4,
					      [DD_BUCKET_OPEN_IN_TERM] = 3 + seed * 7 % 9,
					      [DD_BUCKET_OPEN_OVERDUE] = overdue,
					      [DD_BUCKET_NO_DUE] = seed % 3,
					      [DD_BUCKET_PAUSED] = seed == 2,
					      [DD_BUCKET_CANCELLED] = seed == 4}};

	*line = tally;
	line->done_with_term = dd_tally_done(&tally);
	line->late_excused = overdue > 1 ? 1 : 0;
	dd_tally_sum(all, line);
}

static inline void sample_areas(struct report *report, size_t overdue)
{
	static const char *const names[SAMPLE_AREAS] = {
		"",
		"Cải cách thể chế",
		"Cải cách thủ tục hành chính",
		"Cải cách tổ chức bộ máy hành chính nhà nước",
		"Cải cách chế độ công vụ",
		"Cải cách tài chính công",
		"Xây dựng, phát triển chính quyền điện tử, chính quyền số"};
	static const char *const keys[SAMPLE_AREAS] = {"0", "1", "2", "3", "4", "5", "6"};

	report->areas = pool_zalloc(&report->pool, SAMPLE_AREAS * sizeof(struct report_line));
	report->area_count = SAMPLE_AREAS;
	for (size_t i = 0; i < SAMPLE_AREAS; i++) {
		const size_t own = overdue / SAMPLE_AREAS + (i < overdue % SAMPLE_AREAS);

		report->areas[i].key = keys[i];
		report->areas[i].name = names[i];
		sample_tally(&report->areas[i].tally, &report->all, (uint32_t)own, (uint32_t)i);
	}
}

static inline void sample_units(struct report *report, size_t overdue)
{
	static const char *const kinds[2] = {"department", "commune"};

	report->kinds = pool_zalloc(&report->pool, 2 * sizeof(struct report_line));
	report->kind_count = 2;
	report->kinds[0].key = kinds[1];
	report->kinds[0].name = "Ủy ban nhân dân xã, phường";
	report->kinds[1].key = kinds[0];
	report->kinds[1].name = "Sở, ban, ngành";
	report->units = pool_zalloc(&report->pool, SAMPLE_UNITS * sizeof(struct report_line));
	report->unit_count = SAMPLE_UNITS;
	for (size_t i = 0; i < SAMPLE_UNITS; i++) {
		const size_t own = overdue / SAMPLE_UNITS + (i < overdue % SAMPLE_UNITS);

		report->units[i].key = "SNV";
		report->units[i].name = sample_unit(i);
		report->units[i].kind = kinds[i % 2];
		sample_tally(&report->units[i].tally, &report->units_sum, (uint32_t)own,
			     (uint32_t)i % 5);
		dd_tally_sum(&report->kinds[1 - i % 2].tally, &report->units[i].tally);
	}
}

/* `overdue` tasks in the first annex, a few in the others. report_fini. */
static inline void sample_report(struct report *report, size_t overdue, bool trial)
{
	memset(report, 0, sizeof(*report));
	report->ask = (struct report_ask){
		.plan = "KH38",
		.as_of_day = test_day("2026-09-30"),
		.position = {.incarnation = 1, .sequence = 4711, .log_id = {1, 2, 3}},
		.trial = trial,
	};
	memset(report->ask.position.chain, 0xAB, sizeof(report->ask.position.chain));
	report->authority = "UBND TỈNH QUẢNG NGÃI";
	report->plans = pool_zalloc(&report->pool, sizeof(struct report_plan));
	report->plans[0] =
		(struct report_plan){.code = "KH38",
				     .title = "Kế hoạch cải cách hành chính nhà nước năm 2026",
				     .source_number = "38/KH-UBND",
				     .source_issuer = "UBND tỉnh",
				     .source_day = test_day("2026-01-20"),
				     .assigner_unit = "SNV",
				     .assigner_name = "Sở Nội vụ"};
	report->plan_count = 1;
	sample_areas(report, overdue);
	sample_units(report, overdue);
	report->overdue = sample_list(report, overdue, 35);
	report->awaiting = sample_list(report, 3, 4);
	report->extended = sample_list(report, 5, 12);
	report->carried = sample_list(report, 4, 400);
	report->priority = report->areas[1].tally;
	report->carried_in = report->areas[2].tally;
	report->updates = (struct dd_rate){17, 21};
	report->judge.credit_waiting = true;
	report->fan_outs = 2;
	report->parts = 252;
	report->ask.known = report->ask.position.sequence + 8;
}

static inline struct report_dress sample_dress(const char *scratch)
{
	return (struct report_dress){.superior = "UBND TỈNH QUẢNG NGÃI",
				     .agency = "SỞ NỘI VỤ",
				     .place = "Quảng Ngãi",
				     .recipient = "Ủy ban nhân dân tỉnh",
				     .build = "0.1.0+test",
				     .scratch = scratch};
}

#endif
