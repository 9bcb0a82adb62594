/* task_import_times.c - dates from the words of the annex, where its columns have none. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <string.h>

void import_times_open(struct import *import, const Dondoc__V1__ImportPlan *command)
{
	import->read_times = command->read_times;
	if (!command->read_times)
		return;
	import->time.issued_day = command->issued_day;
	import->time.year = command->year;
	view_timing_of_plan(command->plan, &import->time.issued_day, &import->time.year);
	import->calendar =
		view_timing_calendar(import->source->view, true, import->time.issued_day);
	import->time.calendar = import->calendar;
}

static bool blank(const struct import_place *place, int column)
{
	const char *cell = import_cell(place->table, place->row, column);

	return cell[strspn(cell, " \t\r\n")] == '\0';
}

/* Whether the file has dates of its own for the row; those stay. */
static bool own_dates(const struct import_place *place)
{
	return !blank(place, TASK_START) || !blank(place, TASK_DUE) ||
	       !blank(place, TASK_RECURRENCE);
}

static bool same_dates(const struct dd_time_text *read, const Dondoc__V1__TaskFields *fields)
{
	return read->start_day == fields->start_day && read->due_day == fields->due_day &&
	       read->recurrence == fields->recurrence;
}

void import_times_read(struct import *import, struct import_place place, struct view_timing *timing,
		       Dondoc__V1__TaskFields *fields)
{
	place.column = TASK_TIME;
	if (!import->read_times || fields->group || blank(&place, TASK_TIME))
		return;
	dd_time_text_read(fields->time_text, &import->time, &timing->read);
	if (!own_dates(&place)) {
		fields->start_day = timing->read.start_day;
		fields->due_day = timing->read.due_day;
		fields->recurrence = (Dondoc__V1__Recurrence)timing->read.recurrence;
	} else if (!same_dates(&timing->read, fields)) {
		timing->read.doubts |= (uint32_t)DONDOC__V1__TIME_DOUBT__DOUBT_OTHER_DATES;
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TIME_DIFFERS);
	}
	if (timing->read.doubts & ~(uint32_t)DONDOC__V1__TIME_DOUBT__DOUBT_OTHER_DATES)
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TIME_DOUBT);
	if (view_timing_make(timing))
		fields->timing = &timing->timing;
}
