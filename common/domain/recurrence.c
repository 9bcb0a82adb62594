/* recurrence.c - see recurrence.h. */
#include "common/domain/recurrence.h"

#include <stdio.h>

#include "common/base/clock.h"

#define WEEK 7

static int32_t first_of_month(int year, int month)
{
	return dd_day_from_date((struct dd_date){year + (month - 1) / 12, (month - 1) % 12 + 1, 1});
}

static int32_t day_in_month(int year, int month, uint32_t day)
{
	int32_t first = first_of_month(year, month), last = first_of_month(year, month + 1) - 1;

	if (day == 0 || first + (int32_t)day - 1 > last)
		return last;
	return first + (int32_t)day - 1;
}

/* Months of the period that holds month 1..12: its first and its last. */
static void months_of(enum dd_recurrence recurrence, int month, int *first, int *last)
{
	int length = recurrence == DD_RECUR_MONTHLY       ? 1
		     : recurrence == DD_RECUR_QUARTERLY   ? 3
		     : recurrence == DD_RECUR_HALF_YEARLY ? 6
							  : 12;

	if (recurrence == DD_RECUR_NINE_MONTHS) {
		*first = month <= 6 ? 1 : month <= 9 ? 7 : 10;
		*last = month <= 6 ? 6 : month <= 9 ? 9 : 12;
		return;
	}
	*first = (month - 1) / length * length + 1;
	*last = *first + length - 1;
}

static void week_at(const struct dd_recurrence_rule *rule, int32_t day, struct dd_period *period)
{
	int32_t weeks = rule->every_weeks > 1 ? (int32_t)rule->every_weeks : 1;
	int32_t monday = day - dd_day_weekday(day);
	int32_t anchor = rule->start_day - dd_day_weekday(rule->start_day);
	int32_t passed = (monday - anchor) / WEEK % weeks;

	if (passed != 0)
		monday += (weeks - passed) * WEEK;
	period->from = monday;
	period->to = monday + WEEK - 1;
	period->due = rule->weekday >= 1 && rule->weekday <= WEEK
			      ? monday + (int32_t)rule->weekday - 1
			      : period->to;
}

bool dd_recurrence_periodic(enum dd_recurrence recurrence)
{
	return (recurrence >= DD_RECUR_WEEKLY && recurrence <= DD_RECUR_YEARLY) ||
	       recurrence == DD_RECUR_HALF_YEARLY || recurrence == DD_RECUR_NINE_MONTHS;
}

bool dd_recurrence_at(const struct dd_recurrence_rule *rule, int32_t day,
		      struct dd_period *period_out)
{
	struct dd_date date;
	int first, last;

	if (!dd_recurrence_periodic(rule->recurrence))
		return false;
	if (day < rule->start_day)
		day = rule->start_day;
	if (rule->recurrence == DD_RECUR_WEEKLY) {
		week_at(rule, day, period_out);
		return true;
	}
	date = dd_day_to_date(day);
	months_of(rule->recurrence, date.month, &first, &last);
	period_out->from = first_of_month(date.year, first);
	period_out->to = first_of_month(date.year, last + 1) - 1;
	period_out->due = day_in_month(date.year, last, rule->day_of_month);
	return true;
}

const char *dd_period_text(enum dd_recurrence recurrence, const struct dd_period *period,
			   char out[DD_PERIOD_TEXT])
{
	struct dd_date to = dd_day_to_date(period->to);
	char day[DD_DAY_TEXT];

	switch (recurrence) {
	case DD_RECUR_MONTHLY:
		snprintf(out, DD_PERIOD_TEXT, "%d-%02d", to.year, to.month);
		break;
	case DD_RECUR_QUARTERLY:
		snprintf(out, DD_PERIOD_TEXT, "%d-Q%d", to.year, to.month / 3);
		break;
	case DD_RECUR_HALF_YEARLY:
		snprintf(out, DD_PERIOD_TEXT, "%d-H%d", to.year, to.month / 6);
		break;
	case DD_RECUR_NINE_MONTHS:
		snprintf(out, DD_PERIOD_TEXT, "%d-%dT", to.year, to.month);
		break;
	case DD_RECUR_YEARLY:
		snprintf(out, DD_PERIOD_TEXT, "%d", to.year);
		break;
	default:
		snprintf(out, DD_PERIOD_TEXT, "%s", dd_day_iso(period->from, day));
		break;
	}
	return out;
}
