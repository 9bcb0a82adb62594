/* time_text.h - when a task is to be done, read from the words of an annex.
 *
 * "Trước 10/02/2026", "Quý II/2026", "100 ngày kể từ ngày ban hành Kế hoạch", "thường xuyên". What
 * is not understood is a doubt for a person; no day is ever guessed. */
#ifndef DD_DOMAIN_TIME_TEXT_H
#define DD_DOMAIN_TIME_TEXT_H

#include "common/domain/calendar.h"
#include <stdint.h>

enum {
	DD_TIME_MILESTONES_MAX = 8,
	DD_TIME_WORDS_MAX = 160, /* bytes of words kept, with the final NUL */
	DD_TIME_TEXT_MAX = 4096, /* bytes that are read; what lies behind is a doubt */
};

/* The numbers of Recurrence, SpanUnit and TimeDoubt in proto/dondoc/v1. */
enum dd_time_recurrence {
	DD_TIME_ONCE = 0,
	DD_TIME_CONTINUOUS,
	DD_TIME_WEEKLY,
	DD_TIME_MONTHLY,
	DD_TIME_QUARTERLY,
	DD_TIME_YEARLY,
	DD_TIME_EVENT,
	DD_TIME_MILESTONES,
	DD_TIME_HALF_YEARLY,
	DD_TIME_NINE_MONTHS,
};
enum dd_time_span {
	DD_SPAN_NONE = 0,
	DD_SPAN_DAYS,
	DD_SPAN_WORKING_DAYS,
	DD_SPAN_WEEKS,
	DD_SPAN_MONTHS,
	DD_SPAN_YEARS,
};
enum dd_time_doubt {
	DD_DOUBT_NOT_UNDERSTOOD = 1,
	DD_DOUBT_PART_LEFT = 2,
	DD_DOUBT_PROPOSAL = 4,
	DD_DOUBT_SEVERAL_UNITS = 8,
	DD_DOUBT_NO_YEAR = 16,
	DD_DOUBT_BARE_NUMBER = 32,
	DD_DOUBT_NO_EVENT = 64,
};

struct dd_time_context {
	int32_t issued_day;                 /* of the plan's own document; 0 = not known */
	int year;                           /* for dates without one; 0 = none */
	const struct dd_calendar *calendar; /* for working days; NULL = none */
};

struct dd_time_milestone {
	int32_t start_day;
	int32_t due_day; /* 0 = without a date */
	char what[DD_TIME_WORDS_MAX];
};

struct dd_time_after {
	uint32_t count;
	uint8_t span;                  /* a dd_time_span */
	char event[DD_TIME_WORDS_MAX]; /* as written */
};

struct dd_time_text {
	int32_t start_day; /* 0 = none */
	int32_t due_day;   /* 0 = none */
	uint16_t due_minute;
	uint8_t recurrence;   /* a dd_time_recurrence */
	uint8_t report_every; /* a dd_time_recurrence; 0 = not told */
	uint8_t weekday;      /* 1 = Monday .. 7; 0 = not told */
	uint8_t day_of_month; /* 0 = the last day of the period */
	uint8_t every_weeks;  /* 2 = every second week; 0 = every */
	struct dd_time_after after;
	struct dd_time_milestone milestones[DD_TIME_MILESTONES_MAX];
	int milestone_count;
	uint32_t doubts;              /* bits of dd_time_doubt; 0 = understood */
	char rest[DD_TIME_WORDS_MAX]; /* what was not understood */
};

/* Never fails: what cannot be read is a doubt. An empty text is once, without dates or doubt. */
void dd_time_text_read(const char *text, const struct dd_time_context *context,
		       struct dd_time_text *out);

/* `day` and so many days, weeks, months (the last of a shorter month) or years later. False: it is
 * so many working days and there is no calendar, or out of reason. */
bool dd_time_after(int32_t day, const struct dd_time_after *after,
		   const struct dd_calendar *calendar, int32_t *day_out);

#endif
