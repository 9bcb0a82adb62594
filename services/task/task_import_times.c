/* task_import_times.c - dates from the words of the annex, where its columns have none. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "common/domain/annex_words.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Units may be new with this file. */
static bool parent_of(void *arg, const char *unit, char parent_out[32])
{
	struct view_unit found;

	if (!import_unit_find(arg, unit, &found))
		return false;
	memcpy(parent_out, found.parent, sizeof(found.parent));
	return true;
}

void import_times_open(struct import *import, const Dondoc__V1__ImportPlan *command)
{
	import->read_times = command->read_times;
	import->time.issued_day = command->issued_day;
	import->time.year = command->year;
	view_timing_of_plan(command->plan, &import->time.issued_day, &import->time.year);
	import->calendars = view_calendars_new(import->source->view, true);
	view_calendars_tree(import->calendars, parent_of, import);
}

static bool blank(const struct import_place *place, int column)
{
	const char *cell = import_cell(place->table, place->row, column);

	return cell[strspn(cell, " \t\r\n")] == '\0';
}

bool import_own_dates(const struct import_place *place)
{
	return !blank(place, TASK_START) || !blank(place, TASK_DUE) ||
	       !blank(place, TASK_RECURRENCE);
}

static bool same_dates(const struct dd_time_text *read, const Dondoc__V1__TaskFields *fields)
{
	return read->start_day == fields->start_day && read->due_day == fields->due_day &&
	       read->recurrence == fields->recurrence;
}

bool import_time_settled(const struct import_place *place)
{
	char *key = dd_text_name_key(import_cell(place->table, place->row, TASK_TIME_READ));
	bool settled;

	assert(key); /* the whole file was checked to be UTF-8 */
	settled = dd_annex_is_settled(key);
	free(key);
	return settled;
}

/* An export says whether the words were read; dates that came without it stand alone. */
static bool wanted(const struct import *import, const struct import_place *place)
{
	if (place->table->column[TASK_TIME_READ] < 0)
		return import->read_times;
	return import_marked(place->table, place->row, TASK_TIME_READ) ||
	       (import->read_times && !import_own_dates(place));
}

void import_times_read(struct import *import, struct import_place place, struct view_timing *timing,
		       Dondoc__V1__TaskFields *fields)
{
	place.column = TASK_TIME;
	if (fields->group || blank(&place, TASK_TIME) || !wanted(import, &place))
		return;
	import->time.calendar = view_calendars_of(import->calendars, fields->lead_unit);
	dd_time_text_read(fields->time_text, &import->time, &timing->read);
	if (!import_own_dates(&place)) {
		fields->start_day = timing->read.start_day;
		fields->due_day = timing->read.due_day;
		fields->recurrence = (Dondoc__V1__Recurrence)timing->read.recurrence;
	} else if (!same_dates(&timing->read, fields)) {
		timing->read.doubts |= (uint32_t)DONDOC__V1__TIME_DOUBT__DOUBT_OTHER_DATES;
		if (!import_time_settled(&place))
			import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TIME_DIFFERS);
	}
	if ((timing->read.doubts & ~(uint32_t)DONDOC__V1__TIME_DOUBT__DOUBT_OTHER_DATES) &&
	    !import_time_settled(&place))
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TIME_DOUBT);
	if (view_timing_make(timing))
		fields->timing = &timing->timing;
}

void import_times_part(struct import *import, struct import_place place,
		       Dondoc__V1__TaskFields *part)
{
	const struct dd_calendar *calendar;
	struct dd_time_text read;

	if (!import->read_times || import_own_dates(&place) || blank(&place, TASK_TIME))
		return;
	calendar = view_calendars_of(import->calendars, part->lead_unit);
	if (calendar == view_calendars_of(import->calendars, ""))
		return;
	import->time.calendar = calendar;
	dd_time_text_read(part->time_text, &import->time, &read);
	part->due_day = read.due_day;
}
