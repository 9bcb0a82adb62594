/* notify_letter.c - see notify_letter.h. */
#include "services/notification/notify_letter.h"

#include <string.h>

static enum notify_section by_due_day(const struct notify_row *row, int32_t day)
{
	if (row->due_day == 0)
		return NOTIFY_NEWS;
	if (row->due_day > day)
		return NOTIFY_SOON;
	if (row->due_day == day)
		return NOTIFY_TODAY;
	return row->silent ? NOTIFY_OVERDUE_SILENT : NOTIFY_OVERDUE;
}

enum notify_section notify_row_section(const struct notify_row *row, int32_t day)
{
	/* 0 = by the due day; NOTIFY_SUPERIOR is 0 too and therefore stands apart. */
	static const enum notify_section sections[DD_RULE_KIND_COUNT] = {
		[DD_RULE_NOT_BEGUN] = NOTIFY_NOT_BEGUN,
		[DD_RULE_NO_UPDATE] = NOTIFY_NO_UPDATE,
		[DD_RULE_BEHIND] = NOTIFY_BEHIND,
		[DD_RULE_WAITING] = NOTIFY_WAITING,
		[DD_RULE_EVIDENCE] = NOTIFY_EVIDENCE,
		[DD_RULE_NOT_RECEIVED] = NOTIFY_NOT_RECEIVED,
		[DD_RULE_PROMISE] = NOTIFY_PROMISE,
		[DD_RULE_PERIOD_REPORT] = NOTIFY_REPORT,
		[DD_RULE_EXPECTED] = NOTIFY_REPORT,
		[DD_RULE_DISSEMINATION] = NOTIFY_DISSEMINATION,
		[DD_RULE_ASSIGNED] = NOTIFY_NEWS,
		[DD_RULE_RETURNED] = NOTIFY_RETURNED,
		[DD_RULE_DECIDED] = NOTIFY_NEWS,
		[DD_RULE_ASKED] = NOTIFY_ASKED,
		[DD_RULE_MENTIONED] = NOTIFY_NEWS,
	};

	if (row->rule == DD_RULE_SUPERIOR)
		return NOTIFY_SUPERIOR;
	if (row->rule < DD_RULE_KIND_COUNT && sections[row->rule] != NOTIFY_SUPERIOR)
		return sections[row->rule];
	return by_due_day(row, day);
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

int notify_row_compare(const struct notify_row *a, const struct notify_row *b, int32_t day)
{
	const enum notify_section x = notify_row_section(a, day), y = notify_row_section(b, day);
	int order;

	if (x != y)
		return x < y ? -1 : 1;
	if (a->due_day != b->due_day)
		return a->due_day < b->due_day ? -1 : 1;
	order = compare_texts(a->plan, b->plan);
	return order != 0 ? order : compare_texts(a->code, b->code);
}

void notify_link(struct dd_buf *out, const char *console_url, const char *unit)
{
	static const char place[] = "{unit}";
	const char *at = strstr(console_url, place);

	if (at == NULL) {
		dd_buf_text(out, console_url);
		return;
	}
	dd_buf_add(out, console_url, (size_t)(at - console_url));
	dd_buf_text(out, unit);
	dd_buf_text(out, at + strlen(place));
}
