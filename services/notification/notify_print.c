/* notify_print.c - see notify_print.h. */
#include "services/notification/notify_print.h"

#include "common/base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *keep(struct notify_printing *printing, struct dd_buf *text)
{
	const char *kept = pool_memdup(&printing->pool, dd_buf_cstr(text), text->len + 1);

	dd_buf_fini(text);
	return kept;
}

const char *notify_print_number(struct notify_printing *printing, size_t number)
{
	struct dd_buf text = {0};

	dd_buf_printf(&text, "%zu", number);
	return keep(printing, &text);
}

const char *notify_print_day(struct notify_printing *printing, int32_t day)
{
	char text[DD_DAY_TEXT];

	if (day == 0)
		return "";
	(void)dd_day_vn(day, text);
	return pool_memdup(&printing->pool, text, strlen(text) + 1);
}

/* --- why a row stands there ---------------------------------------------------------------------
 */

static void fill(struct dd_buf *out, const char *format, const char *text)
{
	const char *const texts[NOTIFY_PLACES] = {text};

	notify_words_fill(out, format, texts);
}

/* "còn 2 ngày làm việc" */
static void add_days(struct notify_printing *printing, const struct notify_row *row,
		     struct dd_buf *out)
{
	const struct notify_words *words = printing->words;
	const bool over = row->due_day < printing->day;
	const size_t days = (size_t)abs(row->days_left);

	if (row->due_day == printing->day || (!over && days == 0))
		dd_buf_text(out, words->today);
	else if (over && days == 0)
		dd_buf_text(out, words->over_none);
	else if (days == 1)
		dd_buf_text(out, over ? words->over_one : words->left_one);
	else
		fill(out, over ? words->over : words->left, notify_print_number(printing, days));
}

static void add_silence(struct notify_printing *printing, const struct notify_row *row,
			struct dd_buf *out)
{
	if (row->since_day == 0)
		dd_buf_text(out, printing->words->silent_all);
	else
		fill(out, printing->words->silent, notify_print_day(printing, row->since_day));
}

/* Whether the rule's own words say why, and not the days until or since the due day. */
static const char *reason_words(const struct notify_printing *printing,
				const struct notify_row *row)
{
	const struct notify_words *words = printing->words;

	if (row->rule >= DD_RULE_KIND_COUNT)
		return NULL;
	if (row->since_day == 0 && words->reasons_dayless[row->rule] != NULL)
		return words->reasons_dayless[row->rule];
	return words->reasons[row->rule];
}

static void add_rule_words(struct notify_printing *printing, const struct notify_row *row,
			   const char *format, struct dd_buf *out)
{
	const char *const texts[NOTIFY_PLACES] = {
		notify_print_day(printing, row->since_day),
		notify_print_number(printing, (size_t)abs(row->percent)),
		notify_print_number(printing, (size_t)abs(row->percent_time)),
		row->asker,
	};

	notify_words_fill(out, format, texts);
}

static const char *print_reason(struct notify_printing *printing, const struct notify_row *row)
{
	const char *format = reason_words(printing, row);
	struct dd_buf out = {0};

	if (format != NULL) {
		add_rule_words(printing, row, format, &out);
		return keep(printing, &out);
	}
	if (row->due_day != 0)
		add_days(printing, row, &out);
	if (row->silent && row->due_day != 0 && row->due_day < printing->day)
		add_silence(printing, row, &out);
	return keep(printing, &out);
}

static const char *print_due_words(struct notify_printing *printing, const struct notify_row *row)
{
	struct dd_buf out = {0};

	if (row->due_day == 0 || reason_words(printing, row) == NULL)
		return NULL;
	add_days(printing, row, &out);
	return keep(printing, &out);
}

/* --- rows ---------------------------------------------------------------------------------------
 */

static const char *print_content(struct notify_printing *printing, const char *content)
{
	struct dd_buf out = {0};

	if (content == NULL)
		return NULL;
	notify_escape(&out, content, printing->content_chars, false);
	return keep(printing, &out);
}

const struct notify_value *notify_print_row(struct notify_printing *printing,
					    const struct notify_row *row, size_t number)
{
	struct notify_value *values =
		pool_zalloc(&printing->pool, NOTIFY_IN_ROW_COUNT * sizeof(*values));
	const bool task = row->code != NULL && row->code[0] != '\0';

	values[NOTIFY_IN_NUMBER].text = notify_print_number(printing, number);
	values[NOTIFY_IN_CODE].text = row->code;
	values[NOTIFY_IN_OF_PLAN].text = printing->of_plan ? row->plan : NULL;
	values[NOTIFY_IN_CONTENT].text = print_content(printing, row->content);
	values[NOTIFY_IN_LEAD].text = row->lead;
	values[NOTIFY_IN_REASON].text = print_reason(printing, row);
	values[NOTIFY_IN_DUE].text = notify_print_day(printing, row->due_day);
	values[NOTIFY_IN_DUE_WORDS].text = print_due_words(printing, row);
	values[NOTIFY_IN_STATE].text = task && row->state < DD_TASK_STATE_COUNT
					       ? printing->words->states[row->state]
					       : NULL;
	return values;
}

bool notify_rows_of_plans(const struct notify_row *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (strcmp(rows[i].plan != NULL ? rows[i].plan : "",
			   rows[0].plan != NULL ? rows[0].plan : "") != 0)
			return true;
	return false;
}

/* --- counts -------------------------------------------------------------------------------------
 */

unsigned notify_sum_of(enum notify_section section)
{
	switch (section) {
	case NOTIFY_SUPERIOR:
	case NOTIFY_OVERDUE_SILENT:
	case NOTIFY_OVERDUE:
		return NOTIFY_SUM_OVERDUE;
	case NOTIFY_TODAY:
		return NOTIFY_SUM_TODAY;
	case NOTIFY_SOON:
		return NOTIFY_SUM_SOON;
	default:
		return NOTIFY_SUM_OTHER;
	}
}

const char *notify_print_summary(struct notify_printing *printing, const size_t sums[NOTIFY_SUMS])
{
	struct dd_buf out = {0};
	const char *format;

	for (size_t i = 0; i < NOTIFY_SUMS; i++) {
		if (sums[i] == 0)
			continue;
		format = out.len > 0 ? printing->words->summary[i]
				     : printing->words->summary_first[i];
		dd_buf_text(&out, out.len > 0 ? ", " : "");
		fill(&out, format, notify_print_number(printing, sums[i]));
	}
	return keep(printing, &out);
}
