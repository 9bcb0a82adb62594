/* watch.c - see watch.h. */
#include "common/domain/watch.h"
#include "common/base/clock.h"

#define DAY_FIRST (-700000) /* in the year 53: the months are counted from year 0 */

/* The last day of the period that ends in this month, months counted on from January of year 0. */
static int32_t end_in(int month_number, int32_t cut_day)
{
	struct dd_date date = {month_number / 12, month_number % 12 + 1, cut_day};

	if (cut_day != 0)
		return dd_day_from_date(date);
	date = (struct dd_date){(month_number + 1) / 12, (month_number + 1) % 12 + 1, 1};
	return dd_day_from_date(date) - 1;
}

/* `length` months, the last of which is divisible by it: quarters end in March, June ... */
static void months_around(const struct dd_watch_rule *rule, int length, int32_t day,
			  struct dd_watch_window *window)
{
	struct dd_date date = dd_day_to_date(day);
	int last = date.year * 12 + date.month - 1;

	last += length - 1 - last % length;
	if (end_in(last - length, rule->cut_day) >= day)
		last -= length;
	else if (end_in(last, rule->cut_day) < day)
		last += length;
	window->from = end_in(last - length, rule->cut_day) + 1;
	window->to = end_in(last, rule->cut_day);
}

static void period_around(const struct dd_watch_rule *rule, int32_t day,
			  struct dd_watch_window *window)
{
	if (rule->period == DD_WATCH_WEEK) {
		window->from = day - dd_day_weekday(day);
		window->to = window->from + 6;
		return;
	}
	months_around(rule, rule->period == DD_WATCH_QUARTER ? 3 : 1, day, window);
}

/* Without grace the day itself, working or not. */
static int32_t due_after(const struct dd_watch_rule *rule, int32_t last)
{
	return rule->grace_days == 0 ? last
				     : dd_calendar_add(rule->calendar, last, rule->grace_days);
}

bool dd_watch_window_at(const struct dd_watch_rule *rule, int32_t day,
			struct dd_watch_window *window_out)
{
	if (rule->period == DD_WATCH_NONE || day < DAY_FIRST)
		return false;
	period_around(rule, day, window_out);
	window_out->due = due_after(rule, window_out->to);
	window_out->opens = due_after(rule, window_out->from - 1) + 1;
	return true;
}

bool dd_watch_window_over(const struct dd_watch_rule *rule, int32_t day,
			  struct dd_watch_window *window_out)
{
	if (!dd_watch_window_at(rule, day, window_out))
		return false;
	while (window_out->due >= day)
		if (!dd_watch_window_at(rule, window_out->from - 1, window_out))
			return false;
	return true;
}
