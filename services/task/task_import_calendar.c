/* task_import_calendar.c - the days that are not as the weekday says. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_DATE, DAY_NAME, DAY_KIND };
const struct import_spec import_days_spec = {
	"days", {{"date", true}, {"name", false}, {"kind", true}, {NULL, false}}};

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

static void list_day(struct import *import, int32_t day, Dondoc__V1__DayKind kind, char *name)
{
	Dondoc__V1__CalendarDaySet body = DONDOC__V1__CALENDAR_DAY_SET__INIT;
	char old_name[256] = "";
	uint8_t old_kind = 0;
	bool was_there = import_found(
		import, view_calendar_day(import->source->view, true, day, &old_kind, old_name));
	bool same = was_there && old_kind == (uint8_t)kind && strcmp(old_name, name) == 0;

	import_count(import, was_there, same);
	if (same)
		return;
	body.day = day;
	body.kind = kind;
	body.name = name;
	(void)import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_CALENDAR_DAY_SET, 0, "",
			   &body.base);
}

/* The row's day, once in the file; 0 = told. */
static int32_t read_date(struct import *import, const struct import_table *table, size_t row,
			 struct import_map *seen)
{
	struct import_place place = {table, row, DAY_DATE};
	char *date = import_cell_need(import, table, row, DAY_DATE, 64);
	int32_t day = 0;
	bool is_new = true;

	if (!date)
		return 0;
	if (dd_day_parse(date, &day) != 0) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_DATE);
		day = 0;
	} else {
		(void)import_map_add(seen, date, &is_new);
	}
	if (!is_new) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_DUPLICATE_CODE);
		day = 0;
	}
	free(date);
	return day;
}

static void read_day(struct import *import, const struct import_table *table, size_t row,
		     struct import_map *seen)
{
	struct import_place place = {table, row, DAY_KIND};
	int32_t day = read_date(import, table, row, seen);
	char *word = import_cell_need(import, table, row, DAY_KIND, 64);
	char *name = import_cell_tidy(table, row, DAY_NAME);
	Dondoc__V1__DayKind kind;
	bool good = word && kind_of(word, &kind);

	if (word && !good)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_KIND);
	place.column = DAY_NAME;
	if (strlen(name) > NAME_LEN_MAX)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG);
	else if (good && day)
		list_day(import, day, kind, name);
	free(word);
	free(name);
}

void import_days(struct import *import, const struct import_table *table)
{
	struct import_map seen = {0};

	for (size_t row = 0; row < table->rows; row++)
		if (!import_table_blank(table, row))
			read_day(import, table, row, &seen);
	import_map_fini(&seen);
}
