/* rule_table.c - the rules as shipped, their words, and what each kind may have. */
#include "common/domain/rule.h"

#include <stdio.h>
#include <string.h>

/* --- as shipped ------------------------------------------------------------------------------ */

/* On: seven and three working days before, the day after, the period's report, a broken promise,
 * and the two summaries without which a beginning or an end would be a flood. A reader may turn off
 * what only tells him news. */
static const struct dd_rule shipped[] = {
	{.id = "before", .kind = DD_RULE_BEFORE, .on = true, .steps = {-7, -3}, .step_count = 2},
	{.id = "due", .kind = DD_RULE_DUE, .optional = true},
	{.id = "after", .kind = DD_RULE_AFTER, .on = true, .steps = {1}, .step_count = 1},
	{.id = "not-begun", .kind = DD_RULE_NOT_BEGUN, .percent = 33, .optional = true},
	{.id = "no-update", .kind = DD_RULE_NO_UPDATE, .days = 30},
	{.id = "behind", .kind = DD_RULE_BEHIND, .percent = 25, .optional = true},
	{.id = "waiting", .kind = DD_RULE_WAITING, .days = 15},
	{.id = "evidence", .kind = DD_RULE_EVIDENCE, .days = 3},
	{.id = "not-received", .kind = DD_RULE_NOT_RECEIVED, .days = 2},
	{.id = "promise", .kind = DD_RULE_PROMISE, .on = true},
	{.id = "period-report",
	 .kind = DD_RULE_PERIOD_REPORT,
	 .on = true,
	 .steps = {-3, 0},
	 .step_count = 2},
	{.id = "expected", .kind = DD_RULE_EXPECTED, .steps = {1}, .step_count = 1},
	{.id = "dissemination", .kind = DD_RULE_DISSEMINATION, .days = 5},
	{.id = "superior", .kind = DD_RULE_SUPERIOR, .rungs = {{2, 0}, {5, 1}}, .rung_count = 2},
	{.id = "first", .kind = DD_RULE_FIRST, .on = true},
	{.id = "silence-over", .kind = DD_RULE_SILENCE_OVER, .on = true},
	{.id = "assigned", .kind = DD_RULE_ASSIGNED, .optional = true},
	{.id = "returned", .kind = DD_RULE_RETURNED, .immediate = true, .optional = true},
	{.id = "decided", .kind = DD_RULE_DECIDED, .optional = true},
	{.id = "asked", .kind = DD_RULE_ASKED, .immediate = true, .optional = true},
	{.id = "mentioned", .kind = DD_RULE_MENTIONED, .optional = true},
};

#define SHIPPED (sizeof(shipped) / sizeof(shipped[0]))

const struct dd_rule *dd_rule_shipped(size_t index)
{
	return index < SHIPPED ? &shipped[index] : NULL;
}

const struct dd_rule *dd_rule_shipped_by_id(const char *id)
{
	for (size_t i = 0; i < SHIPPED; i++) {
		if (strcmp(shipped[i].id, id) == 0)
			return &shipped[i];
	}
	return NULL;
}

/* --- words ----------------------------------------------------------------------------------- */

static const char *const names[DD_RULE_KIND_COUNT][2] = {
	[DD_RULE_NONE] = {"", ""},
	[DD_RULE_BEFORE] = {"Sắp đến hạn", "Due soon"},
	[DD_RULE_DUE] = {"Đến hạn hôm nay", "Due today"},
	[DD_RULE_AFTER] = {"Quá hạn", "Overdue"},
	[DD_RULE_NOT_BEGUN] = {"Chưa bắt đầu", "Not begun"},
	[DD_RULE_NO_UPDATE] = {"Lâu chưa cập nhật", "Not updated for long"},
	[DD_RULE_BEHIND] = {"Tiến độ chậm so với thời gian", "Progress behind the time"},
	[DD_RULE_WAITING] = {"Chờ quyết định", "Waiting for a decision"},
	[DD_RULE_EVIDENCE] = {"Thiếu tài liệu kiểm chứng", "Evidence missing"},
	[DD_RULE_NOT_RECEIVED] = {"Chưa tiếp nhận", "Not received"},
	[DD_RULE_PROMISE] = {"Qua ngày đã hẹn", "Day promised has passed"},
	[DD_RULE_PERIOD_REPORT] = {"Đến kỳ báo cáo", "Period report due"},
	[DD_RULE_EXPECTED] = {"Chưa có cập nhật trong kỳ", "No update in the period"},
	[DD_RULE_DISSEMINATION] = {"Chưa xác nhận phổ biến", "Dissemination not confirmed"},
	[DD_RULE_SUPERIOR] = {"Báo cáo cấp trên", "Report to the superior"},
	[DD_RULE_FIRST] = {"Tổng hợp khi bắt đầu nhắc", "Summary when reminders begin"},
	[DD_RULE_SILENCE_OVER] = {"Tổng hợp khi hết tạm ngừng nhắc", "Summary when a silence ends"},
	[DD_RULE_ASSIGNED] = {"Được giao việc", "Assigned"},
	[DD_RULE_RETURNED] = {"Bị trả lại", "Returned"},
	[DD_RULE_DECIDED] = {"Có quyết định", "Decided"},
	[DD_RULE_ASKED] = {"Được hỏi", "Asked"},
	[DD_RULE_MENTIONED] = {"Được nhắc tên trong ý kiến", "Mentioned in a comment"},
};

const char *dd_rule_kind_name(enum dd_rule_kind kind, bool english)
{
	return (unsigned)kind < DD_RULE_KIND_COUNT ? names[kind][english] : "";
}

/* --- what a kind may have -------------------------------------------------------------------- */

/* Bounds of what it counts with; both 0: it has none. */
struct need {
	int16_t step_min, step_max;
	int16_t days_max; /* from 1 */
	int16_t percent_max;
	bool gaps; /* instead of steps */
	bool rungs;
};

static const struct need needs[DD_RULE_KIND_COUNT] = {
	[DD_RULE_BEFORE] = {.step_min = -DD_RULE_STEP_MOST, .step_max = -1},
	[DD_RULE_AFTER] = {.step_min = 1, .step_max = DD_RULE_STEP_MOST, .gaps = true},
	[DD_RULE_NOT_BEGUN] = {.percent_max = 99},
	[DD_RULE_NO_UPDATE] = {.days_max = DD_RULE_DAYS_MOST},
	[DD_RULE_BEHIND] = {.percent_max = 99},
	[DD_RULE_WAITING] = {.days_max = DD_RULE_DAYS_MOST},
	[DD_RULE_EVIDENCE] = {.days_max = DD_RULE_STEP_MOST},
	[DD_RULE_NOT_RECEIVED] = {.days_max = DD_RULE_STEP_MOST},
	[DD_RULE_PERIOD_REPORT] = {.step_min = -DD_RULE_STEP_MOST, .step_max = DD_RULE_STEP_MOST},
	[DD_RULE_EXPECTED] = {.step_min = 0, .step_max = DD_RULE_STEP_MOST},
	[DD_RULE_DISSEMINATION] = {.days_max = DD_RULE_STEP_MOST},
	[DD_RULE_SUPERIOR] = {.rungs = true},
};

/* Always false, for the caller to return. */
static bool wrong(struct dd_rule_fault *fault, const char *field, const char *allowed)
{
	fault->field = field;
	snprintf(fault->allowed, sizeof(fault->allowed), "%s", allowed);
	return false;
}

static bool within(int32_t value, int32_t min, int32_t max, const char *field,
		   struct dd_rule_fault *fault)
{
	if (value >= min && value <= max)
		return true;
	fault->field = field;
	snprintf(fault->allowed, sizeof(fault->allowed), "%d..%d", min, max);
	return false;
}

static bool id_fits(const char *id, struct dd_rule_fault *fault)
{
	const size_t len = strlen(id);

	if (len == 0 || len > DD_RULE_ID_MAX ||
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != len || id[0] == '-')
		return wrong(fault, "rule", "a-z, 0-9, '-': 1..31");
	return true;
}

static bool number_fits(int32_t value, int32_t max, const char *field, struct dd_rule_fault *fault)
{
	if (max == 0)
		return value == 0 || wrong(fault, field, "none");
	return within(value, 1, max, field, fault);
}

static bool steps_fit(const struct dd_rule *rule, const struct need *need,
		      struct dd_rule_fault *fault)
{
	const bool wanted = need->step_min != 0 || need->step_max != 0;

	if (!wanted)
		return rule->step_count == 0 || wrong(fault, "steps", "none");
	if (need->gaps && rule->gap_count > 0)
		return rule->step_count == 0 || wrong(fault, "steps", "none: gaps");
	if (!within(rule->step_count, 1, DD_RULE_STEPS_MAX, "steps (count)", fault))
		return false;
	for (unsigned i = 0; i < rule->step_count; i++) {
		if (!within(rule->steps[i], need->step_min, need->step_max, "steps", fault))
			return false;
		if (i > 0 && rule->steps[i] <= rule->steps[i - 1])
			return wrong(fault, "steps", "ascending");
	}
	return true;
}

static bool gaps_fit(const struct dd_rule *rule, const struct need *need,
		     struct dd_rule_fault *fault)
{
	if (rule->gap_count == 0)
		return true;
	if (!need->gaps)
		return wrong(fault, "gaps", "none");
	if (!within(rule->gap_count, 1, DD_RULE_STEPS_MAX, "gaps (count)", fault))
		return false;
	for (unsigned i = 0; i < rule->gap_count; i++) {
		const bool ends = i > 0 && i + 1 == rule->gap_count;

		if (!within(rule->gaps[i], ends ? 0 : 1, DD_RULE_GAP_MOST, "gaps", fault))
			return false;
	}
	return true;
}

static bool rungs_fit(const struct dd_rule *rule, const struct need *need,
		      struct dd_rule_fault *fault)
{
	if (!need->rungs)
		return rule->rung_count == 0 || wrong(fault, "rungs", "none");
	if (!within(rule->rung_count, 1, DD_RULE_RUNGS_MAX, "rungs (count)", fault))
		return false;
	for (unsigned i = 0; i < rule->rung_count; i++) {
		if (!within(rule->rungs[i].days, 1, DD_RULE_STEP_MOST, "rungs.days", fault))
			return false;
		if (rule->rungs[i].to > 3)
			return wrong(fault, "rungs.to", "head|leader|parent|agency");
		if (i > 0 && rule->rungs[i].days <= rule->rungs[i - 1].days)
			return wrong(fault, "rungs.days", "ascending");
	}
	return true;
}

bool dd_rule_check(const struct dd_rule *rule, struct dd_rule_fault *fault_out)
{
	const struct need *need;

	if (!id_fits(rule->id, fault_out))
		return false;
	if (rule->kind <= DD_RULE_NONE || rule->kind >= DD_RULE_KIND_COUNT)
		return wrong(fault_out, "kind", "1..21");
	need = &needs[rule->kind];
	if (rule->to > DD_RULE_TO_ALL)
		return wrong(fault_out, "to", "0..7");
	return steps_fit(rule, need, fault_out) && gaps_fit(rule, need, fault_out) &&
	       number_fits(rule->days, need->days_max, "days", fault_out) &&
	       number_fits(rule->percent, need->percent_max, "percent", fault_out) &&
	       rungs_fit(rule, need, fault_out);
}
