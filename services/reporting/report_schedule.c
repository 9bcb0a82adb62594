/* report_schedule.c - see report_schedule.h. Months are counted from year 0. */
#include "services/reporting/report_schedule.h"

#include "common/base/clock.h"

static int month_of(int64_t wall_us)
{
	const struct dd_date date = dd_day_to_date(dd_day_of(wall_us));

	return date.year * 12 + date.month - 1;
}

static int32_t first_day(int month)
{
	return dd_day_from_date(
		(struct dd_date){.year = month / 12, .month = month % 12 + 1, .day = 1});
}

static int64_t run_us(const struct report_schedule *schedule, int month)
{
	const int32_t first = first_day(month), last = first_day(month + 1) - 1;
	const int32_t day = first + schedule->day - 1;

	return dd_day_start_us(day < last ? day : last) +
	       (int64_t)schedule->minutes * 60 * DD_SECOND_US;
}

int32_t report_schedule_cutoff(const struct report_schedule *schedule, int64_t wall_us, int back)
{
	int month = month_of(wall_us);

	if (run_us(schedule, month) > wall_us)
		month--;
	return first_day(month - back) - 1;
}

int64_t report_schedule_next_us(const struct report_schedule *schedule, int64_t wall_us)
{
	const int month = month_of(wall_us);
	const int64_t own = run_us(schedule, month);

	return own > wall_us ? own : run_us(schedule, month + 1);
}
