/* task_import_row.c - one row of groups or tasks: who, what, until when. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/domain/annex_words.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* NFC with its line breaks: as written. A break is one sign, whatever the file's system makes of
 * it, so that CSV and workbooks say the same. */
char *import_cell_written(const struct import_table *table, size_t row, int column)
{
	char *text = dd_text_nfc(import_cell(table, row, column));
	char *to;

	assert(text);
	to = text;
	for (const char *at = text; *at; at++) {
		if (at[0] == '\r' && at[1] == '\n')
			at++;
		*to++ = *at == '\r' ? '\n' : *at;
	}
	*to = '\0';
	return text;
}

static uint32_t read_area(struct import *import, struct import_place place)
{
	char *text;
	uint32_t area;

	place.column = TASK_AREA;
	text = import_cell_tidy(place.table, place.row, TASK_AREA);
	if (!import_area_known(import, text, &area))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_AREA);
	free(text);
	return area;
}

int32_t import_day_read(struct import *import, struct import_place place)
{
	char *text = import_cell_tidy(place.table, place.row, place.column);
	int32_t day = 0;

	if (*text && dd_day_parse(text, &day) != 0 && dd_day_parse_vn(text, &day) != 0) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_DATE);
		day = 0;
	}
	free(text);
	return day;
}

static void read_days(struct import *import, struct import_place place,
		      Dondoc__V1__TaskFields *fields)
{
	const char *due = import_cell(place.table, place.row, TASK_DUE);

	place.column = TASK_START;
	fields->start_day = import_day_read(import, place);
	place.column = TASK_DUE;
	fields->due_day = import_day_read(import, place);
	if (fields->start_day && fields->due_day && fields->start_day > fields->due_day)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_DUE_BEFORE_START);
	if (!fields->group && !import->read_times && due[strspn(due, " \t\r\n")] == '\0')
		import_told(import, place, import_cell(place.table, place.row, TASK_TIME),
			    DONDOC__V1__ROW_PROBLEM__ROW_NO_DUE_DATE);
}

static Dondoc__V1__Recurrence read_recurrence(struct import *import, struct import_place place)
{
	char *key = dd_text_name_key(import_cell(place.table, place.row, TASK_RECURRENCE));
	uint32_t found = DONDOC__V1__RECURRENCE__RECUR_ONCE;

	assert(key); /* the whole file was checked to be UTF-8 */
	place.column = TASK_RECURRENCE;
	if (*key && !dd_annex_number(DD_ANNEX_RECURRENCE, key, &found))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_RECURRENCE);
	free(key);
	return (Dondoc__V1__Recurrence)found;
}

/* Units given by hand have no text of their own: an export writes their codes. */
static char *coordinating_text(const struct import_place *place,
			       const Dondoc__V1__TaskFields *fields)
{
	char *text = import_cell_written(place->table, place->row, TASK_COORDINATING);
	struct dd_buf codes = {0};

	for (size_t i = 0; i < fields->n_coordinating_units; i++)
		dd_buf_printf(&codes, "%s%s", i ? "; " : "", fields->coordinating_units[i]);
	if (import_table_exported(place->table) && strcmp(text, dd_buf_cstr(&codes)) == 0)
		text[0] = '\0';
	dd_buf_fini(&codes);
	return text;
}

void import_row_read(struct import *import, struct import_place place, struct import_known *known,
		     struct view_timing *timing, Dondoc__V1__TaskFields *fields)
{
	const struct import_table *table = place.table;
	size_t row = place.row;

	place.column = TASK_CONTENT;
	fields->area = read_area(import, place);
	fields->content = import_cell_written(table, row, TASK_CONTENT);
	if (!*fields->content)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_MISSING_VALUE);
	fields->product = import_cell_written(table, row, TASK_PRODUCT);
	fields->target = import_cell_written(table, row, TASK_TARGET);
	fields->lead_text = import_cell_written(table, row, TASK_LEAD);
	fields->lead_unit = import_lead_read(import, place, known, fields);
	place.column = TASK_COORDINATING;
	import_unit_list(import, place, &fields->coordinating_units, &fields->n_coordinating_units);
	fields->coordinating_text = coordinating_text(&place, fields);
	fields->time_text = import_cell_written(table, row, TASK_TIME);
	read_days(import, place, fields);
	fields->recurrence = read_recurrence(import, place);
	import_times_read(import, place, timing, fields);
	if (import->read_times && !fields->group && fields->due_day == 0) {
		place.column = TASK_DUE;
		import_told(import, place, fields->time_text,
			    DONDOC__V1__ROW_PROBLEM__ROW_NO_DUE_DATE);
	}
	fields->note = import_cell_written(table, row, TASK_NOTES);
}

void import_row_free(Dondoc__V1__TaskFields *fields)
{
	free(fields->content);
	free(fields->product);
	free(fields->target);
	free(fields->lead_unit);
	free(fields->lead_text);
	for (size_t i = 0; i < fields->n_coordinating_units; i++)
		free(fields->coordinating_units[i]);
	free(fields->coordinating_units);
	for (size_t i = 0; i < fields->n_leads; i++)
		import_lead_free(fields->leads[i]);
	free(fields->leads);
	free(fields->coordinating_text);
	free(fields->time_text);
	free(fields->note);
}
