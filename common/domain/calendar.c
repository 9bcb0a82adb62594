/* calendar.c - the days that differ from their weekday, sorted; everything else is arithmetic. */
#include "common/domain/calendar.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include <stdlib.h>
#include <string.h>

#define GIVE_UP_DAYS 3653 /* ten years */
#define STEPS_MAX    100000

struct entry {
	int32_t day;
	enum dd_day_kind kind;
};

struct dd_calendar {
	struct entry *entries; /* owned, by day */
	size_t count;
	size_t cap;
};

struct dd_calendar *dd_calendar_new(void)
{
	return dd_alloc(sizeof(struct dd_calendar));
}

struct dd_calendar *dd_calendar_copy(const struct dd_calendar *calendar)
{
	struct dd_calendar *copy = dd_calendar_new();

	copy->count = copy->cap = calendar->count;
	if (copy->count > 0)
		copy->entries = dd_memdup(calendar->entries, copy->count * sizeof(*copy->entries));
	return copy;
}

void dd_calendar_free(struct dd_calendar *calendar)
{
	if (calendar == NULL)
		return;
	free(calendar->entries);
	free(calendar);
}

/* The place of the first entry not before `day`. */
static size_t find(const struct dd_calendar *calendar, int32_t day)
{
	size_t low = 0;
	size_t high = calendar->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (calendar->entries[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct dd_calendar *calendar, size_t at, int32_t day)
{
	return at < calendar->count && calendar->entries[at].day == day;
}

static void remove_at(struct dd_calendar *calendar, size_t at)
{
	struct entry *place = calendar->entries + at;

	calendar->count--;
	memmove(place, place + 1, (calendar->count - at) * sizeof(*place));
}

static void insert_at(struct dd_calendar *calendar, size_t at, int32_t day, enum dd_day_kind kind)
{
	struct entry *place;

	if (calendar->count == calendar->cap) {
		calendar->cap = calendar->cap > 0 ? calendar->cap * 2 : 64;
		calendar->entries =
			dd_realloc(calendar->entries, calendar->cap * sizeof(*calendar->entries));
	}
	place = calendar->entries + at;
	memmove(place + 1, place, (calendar->count - at) * sizeof(*place));
	*place = (struct entry){day, kind};
	calendar->count++;
}

void dd_calendar_set(struct dd_calendar *calendar, int32_t day, enum dd_day_kind kind)
{
	size_t at = find(calendar, day);
	bool there = is_at(calendar, at, day);

	if (kind == DD_DAY_ORDINARY) {
		if (there)
			remove_at(calendar, at);
		return;
	}
	if (there)
		calendar->entries[at].kind = kind;
	else
		insert_at(calendar, at, day, kind);
}

static bool is_weekday(int32_t day)
{
	return dd_day_weekday(day) < 5;
}

bool dd_calendar_working(const struct dd_calendar *calendar, int32_t day)
{
	size_t at = find(calendar, day);

	if (is_at(calendar, at, day))
		return calendar->entries[at].kind == DD_DAY_WORKED;
	return is_weekday(day);
}

/* The nearest working day from `day` on in steps of `step`, `day` included; *found_out tells
 * whether it was found within ten years. */
static int32_t seek(const struct dd_calendar *calendar, int32_t day, int step, bool *found_out)
{
	int tried;

	for (tried = 0; tried < GIVE_UP_DAYS; tried++, day += step) {
		*found_out = dd_calendar_working(calendar, day);
		if (*found_out)
			return day;
	}
	return day;
}

int32_t dd_calendar_add(const struct dd_calendar *calendar, int32_t day, int n)
{
	int step = n < 0 ? -1 : 1;
	bool found = true;
	int left;

	if (n == 0)
		return seek(calendar, day, step, &found);
	left = n > STEPS_MAX || n < -STEPS_MAX ? STEPS_MAX : abs(n);
	for (; left > 0 && found; left--)
		day = seek(calendar, day + step, step, &found);
	return day;
}

/* How many days from Monday to Friday there are up to `day`, counted from some Monday. */
static int weekdays_until(int32_t day)
{
	int32_t week = (day + 3 - dd_day_weekday(day)) / 7;
	int of_week = dd_day_weekday(day) + 1;

	return week * 5 + (of_week < 5 ? of_week : 5);
}

int dd_calendar_between(const struct dd_calendar *calendar, int32_t from, int32_t to)
{
	int count;
	size_t i;

	if (to < from)
		return -dd_calendar_between(calendar, to, from);
	count = weekdays_until(to) - weekdays_until(from);
	for (i = find(calendar, from + 1); i < calendar->count; i++) {
		const struct entry *entry = &calendar->entries[i];

		if (entry->day > to)
			break;
		count += (entry->kind == DD_DAY_WORKED) - is_weekday(entry->day);
	}
	return count;
}
