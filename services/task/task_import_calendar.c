/* task_import_calendar.c - the days that are not as the weekday says, for all or for a unit and
 * those below it. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last two are for the people who read a list of days. */
enum { DAY_DATE, DAY_NAME, DAY_KIND, DAY_UNIT, DAY_WEEKDAY, DAY_UNIT_NAME };
const struct import_spec import_days_spec = {"days",
					     {{"date", true},
					      {"name", false},
					      {"kind", true},
					      {"unit", false},
					      {"weekday", false},
					      {"unit_name", false},
					      {NULL, false}}};

#define NAME_LEN_MAX 255

static const struct {
	const char *word;
	Dondoc__V1__DayKind kind;
} kinds[] = {
	{"holiday", DONDOC__V1__DAY_KIND__DAY_HOLIDAY},
	{"compensatory", DONDOC__V1__DAY_KIND__DAY_COMPENSATORY},
	{"working_swap", DONDOC__V1__DAY_KIND__DAY_WORKED},
	{"working", DONDOC__V1__DAY_KIND__DAY_WORKED},
	{"ordinary", DONDOC__V1__DAY_KIND__DAY_ORDINARY},
	{"as_above", DONDOC__V1__DAY_KIND__DAY_AS_ABOVE},
};

static bool kind_of(const char *word, Dondoc__V1__DayKind *kind_out)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(word, kinds[i].word) == 0) {
			*kind_out = kinds[i].kind;
			return true;
		}
	}
	return false;
}

/* One row of the file. */
struct day_row {
	int32_t day;
	Dondoc__V1__DayKind kind;
	char unit[32]; /* "" = for all */
};
/* What the file has said so far: days of units, and how many each then has. */
struct saying {
	struct import_map days;
	struct import_map counts;
};

/* Whether there is room for one more day of the unit, or for one less. */
static bool count_day(struct import *import, struct saying *saying, const char *unit, bool more)
{
	bool is_new;
	struct import_entry *entry = import_map_add(&saying->counts, unit, &is_new);

	if (is_new)
		entry->number = (uint32_t)view_calendar_days(import->source->view, true, unit);
	if (more && entry->number >= VIEW_CALENDAR_DAYS_MAX)
		return false;
	entry->number += more ? 1u : UINT32_MAX;
	return true;
}

static void list_day(struct import *import, struct import_place place, struct saying *saying,
		     const struct day_row *row, char *name)
{
	Dondoc__V1__CalendarDaySet body = DONDOC__V1__CALENDAR_DAY_SET__INIT;
	char old_name[256] = "";
	uint8_t old_kind = 0;
	bool gone = row->kind == DONDOC__V1__DAY_KIND__DAY_AS_ABOVE;
	bool was_there =
		import_found(import, view_calendar_day(import->source->view, true, row->unit,
						       row->day, &old_kind, old_name));
	bool same = was_there
			    ? !gone && old_kind == (uint8_t)row->kind && strcmp(old_name, name) == 0
			    : gone;

	if (was_there == gone && !same && !count_day(import, saying, row->unit, !gone)) {
		place.column = DAY_DATE;
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TOO_MANY_DAYS);
		return;
	}
	import_count(import, was_there || gone, same);
	if (same)
		return;
	body.day = row->day;
	body.kind = row->kind;
	body.name = name;
	body.unit = (char *)row->unit; /* packed, not changed */
	(void)import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_CALENDAR_DAY_SET, 0, "",
			   &body.base);
}

static bool read_date(struct import *import, struct import_place place, struct day_row *row)
{
	char *date = import_cell_need(import, place.table, place.row, DAY_DATE, 64);
	bool good = date &&
		    (dd_day_parse(date, &row->day) == 0 || dd_day_parse_vn(date, &row->day) == 0);

	place.column = DAY_DATE;
	if (date && !good)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_DATE);
	free(date);
	return good;
}

/* By code, exact name or registered alias; an empty cell, or no such column: for all. */
static bool read_unit(struct import *import, struct import_place place, struct day_row *row)
{
	char *text = import_cell_tidy(place.table, place.row, DAY_UNIT);
	struct view_unit unit = {.code = ""};
	bool known = !*text || import_unit_named(import, text, &unit);

	place.column = DAY_UNIT;
	if (!known)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_UNIT);
	else if (unit.collective)
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_COLLECTIVE_UNIT);
	memcpy(row->unit, unit.code, sizeof(row->unit));
	free(text);
	return known;
}

static bool read_kind(struct import *import, struct import_place place, struct day_row *row)
{
	char *word = import_cell_need(import, place.table, place.row, DAY_KIND, 64);
	bool good = word && kind_of(word, &row->kind);

	place.column = DAY_KIND;
	if (word && !good)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_KIND);
	free(word);
	return good;
}

/* Nothing is above what is said for all; and a day has one kind in one file. */
static bool fits(struct import *import, struct import_place place, struct saying *saying,
		 const struct day_row *row)
{
	char key[64];
	bool is_new;

	place.column = DAY_KIND;
	if (row->kind == DONDOC__V1__DAY_KIND__DAY_AS_ABOVE && !*row->unit) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE);
		return false;
	}
	(void)snprintf(key, sizeof(key), "%d %s", row->day, row->unit);
	(void)import_map_add(&saying->days, key, &is_new);
	place.column = DAY_DATE;
	if (!is_new)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_DUPLICATE_CODE);
	return is_new;
}

static void read_day(struct import *import, const struct import_table *table, size_t at,
		     struct saying *saying)
{
	struct import_place place = {table, at, DAY_NAME};
	struct day_row row = {0};
	char *name = import_cell_tidy(table, at, DAY_NAME);
	bool good = read_date(import, place, &row);

	good = read_kind(import, place, &row) && good;
	good = read_unit(import, place, &row) && good;
	good = good && fits(import, place, saying, &row);
	if (strlen(name) > NAME_LEN_MAX)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG);
	else if (good)
		list_day(import, place, saying, &row, name);
	free(name);
}

void import_days(struct import *import, const struct import_table *table)
{
	struct saying saying = {0};

	for (size_t row = 0; row < table->rows; row++)
		if (!import_table_blank(table, row))
			read_day(import, table, row, &saying);
	import_map_fini(&saying.days);
	import_map_fini(&saying.counts);
}
