/* sheet.c - the sheet in memory, and a row for each task. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/sheet/sheet_impl.h"
#include "common/sheet/sheet_text.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAST_YEAR 2200

static Dondoc__V1__SheetHead *copy_head(const Dondoc__V1__SheetHead *head)
{
	size_t len = dondoc__v1__sheet_head__get_packed_size(head);
	uint8_t *bytes = dd_alloc(len + 1);
	Dondoc__V1__SheetHead *copy;

	dondoc__v1__sheet_head__pack(head, bytes);
	copy = dondoc__v1__sheet_head__unpack(NULL, len, bytes);
	assert(copy);
	free(bytes);
	return copy;
}

struct dd_sheet *dd_sheet_new(const Dondoc__V1__SheetHead *head)
{
	struct dd_sheet *sheet = dd_alloc(sizeof(*sheet));

	*sheet = (struct dd_sheet){.head = copy_head(head), .filled_by = dd_strdup("")};
	sheet->head->version = 1;
	if (sheet->head->secret.len != DD_ID_LEN) {
		free(sheet->head->secret.data);
		sheet->head->secret.data = dd_alloc(DD_ID_LEN);
		sheet->head->secret.len = DD_ID_LEN;
		dd_id_new(sheet->head->secret.data);
	}
	sheet->lang = strcmp(sheet->head->lang, "en") == 0 ? DD_SHEET_EN : DD_SHEET_VI;
	dd_sheet_id(sheet->head, sheet->id);
	return sheet;
}

void dd_sheet_free(struct dd_sheet *sheet)
{
	if (!sheet)
		return;
	for (size_t i = 0; i < sheet->count; i++) {
		for (int c = 0; c < DD_SHEET_COLUMNS; c++)
			free(sheet->rows[i].cell[c]);
		free(sheet->rows[i].note);
		dd_buf_fini(&sheet->rows[i].result);
	}
	free(sheet->rows);
	free(sheet->filled_by);
	dondoc__v1__sheet_head__free_unpacked(sheet->head, NULL);
	free(sheet);
}

struct dd_sheet_row *dd_sheet_row_add(struct dd_sheet *sheet)
{
	struct dd_sheet_row *row;

	if (sheet->count % 64 == 0)
		sheet->rows = dd_realloc(sheet->rows, (sheet->count + 64) * sizeof(*sheet->rows));
	row = &sheet->rows[sheet->count++];
	*row = (struct dd_sheet_row){.fate = DD_SHEET_UNTOUCHED};
	for (int c = 0; c < DD_SHEET_COLUMNS; c++)
		row->cell[c] = dd_strdup("");
	row->note = dd_strdup("");
	return row;
}

void dd_sheet_row_set(struct dd_sheet_row *row, enum dd_sheet_column column, const char *text)
{
	char *copy = dd_strdup(text);

	free(row->cell[column]);
	row->cell[column] = copy;
}

void dd_sheet_fill(struct dd_buf *out, const char *text, const char *argument)
{
	const char *hole = strstr(text, "{0}");

	if (!hole) {
		dd_buf_text(out, text);
		return;
	}
	dd_buf_add(out, text, (size_t)(hole - text));
	dd_buf_text(out, argument);
	dd_buf_text(out, hole + 3);
}

/* --- a task ------------------------------------------------------------------------------------
 */

static const char *day_words(enum dd_sheet_lang lang, int32_t day, char out[DD_DAY_TEXT])
{
	return lang == DD_SHEET_VI ? dd_day_vn(day, out) : dd_day_iso(day, out);
}

static void content_words(enum dd_sheet_lang lang, const Dondoc__V1__TaskFields *fields,
			  struct dd_buf *out)
{
	dd_buf_clear(out);
	dd_buf_text(out, fields->content);
	if (fields->product[0])
		dd_buf_printf(out, "\n%s%s", dd_sheet_words(lang, SHEET_PRODUCT), fields->product);
}

static void state_words(enum dd_sheet_lang lang, const Dondoc__V1__TaskRow *task,
			struct dd_buf *out)
{
	bool overdue = task->time_state == DONDOC__V1__TIME_STATE__TIME_OVERDUE;
	char days[16];

	dd_buf_clear(out);
	dd_buf_text(out, dd_sheet_state(lang, task->state));
	if (task->due_day == 0)
		return;
	snprintf(days, sizeof(days), "%" PRId32, overdue ? -task->days_left : task->days_left);
	dd_buf_text(out, ", ");
	dd_sheet_fill(out, dd_sheet_words(lang, overdue ? SHEET_OVERDUE : SHEET_DAYS_LEFT), days);
}

static void last_words(const struct dd_sheet *sheet, const Dondoc__V1__TaskRow *task,
		       struct dd_buf *out)
{
	char day[DD_DAY_TEXT];

	dd_buf_text(out, "\n");
	if (task->updated_us == 0) {
		dd_buf_text(out, dd_sheet_words(sheet->lang, SHEET_NEVER));
		return;
	}
	dd_sheet_fill(out, dd_sheet_words(sheet->lang, SHEET_LAST),
		      day_words(sheet->lang, dd_day_of(task->updated_us), day));
	dd_buf_text(out, dd_sheet_step(sheet->lang, task->step));
	if (sheet->head->percent)
		dd_buf_printf(out, ", %" PRIu32 "%%", task->percent);
}

bool dd_sheet_add(struct dd_sheet *sheet, const Dondoc__V1__TaskRow *task)
{
	const Dondoc__V1__TaskFields *fields = task->fields;
	struct dd_sheet_row *row;
	struct dd_buf words = {0};
	char day[DD_DAY_TEXT];

	if (sheet->count >= DD_SHEET_ROWS_MAX)
		return false;
	row = dd_sheet_row_add(sheet);
	row->task = task->id;
	row->version = task->version;
	dd_buf_printf(&words, "%zu", sheet->count);
	dd_sheet_row_set(row, DD_SHEET_NUMBER, dd_buf_cstr(&words));
	dd_sheet_row_set(row, DD_SHEET_CODE, fields->code);
	content_words(sheet->lang, fields, &words);
	dd_sheet_row_set(row, DD_SHEET_CONTENT, dd_buf_cstr(&words));
	dd_sheet_row_set(row, DD_SHEET_DUE,
			 task->due_day != 0 ? day_words(sheet->lang, task->due_day, day)
					    : dd_sheet_words(sheet->lang, SHEET_NO_DUE));
	state_words(sheet->lang, task, &words);
	last_words(sheet, task, &words);
	dd_sheet_row_set(row, DD_SHEET_STATE, dd_buf_cstr(&words));
	dd_buf_clear(&words);
	dd_sheet_mark(sheet->head, row, &words);
	dd_sheet_row_set(row, DD_SHEET_MARK, dd_buf_cstr(&words));
	dd_buf_fini(&words);
	return true;
}

/* --- periods -----------------------------------------------------------------------------------
 */

/* The year, and a month 1..12, a quarter as 21..24, or 0. */
static bool read_period(const char *period, int *year_out, int *part_out)
{
	int used = 0;

	*part_out = 0;
	if (strspn(period, "0123456789-Q") != strlen(period)) /* sscanf takes blanks and signs */
		return false;
	if (sscanf(period, "%4d%n", year_out, &used) != 1 || used != 4 || *year_out < 2000 ||
	    *year_out > LAST_YEAR)
		return false;
	period += used;
	if (*period == '\0')
		return true;
	used = 0;
	if (sscanf(period, "-Q%1d%n", part_out, &used) == 1 && period[used] == '\0') {
		bool valid = *part_out >= 1 && *part_out <= 4;

		*part_out += 20;
		return valid;
	}
	used = 0;
	return sscanf(period, "-%2d%n", part_out, &used) == 1 && period[used] == '\0' &&
	       used == 3 && *part_out >= 1 && *part_out <= 12;
}

bool dd_sheet_period_valid(const char *period)
{
	int year, part;

	return read_period(period, &year, &part);
}

void dd_sheet_period_words(const struct dd_sheet *sheet, struct dd_buf *out)
{
	static const char *const quarters[] = {"I", "II", "III", "IV"};
	bool vietnamese = sheet->lang == DD_SHEET_VI;
	int year, part;

	if (!read_period(sheet->head->period, &year, &part))
		dd_buf_text(out, sheet->head->period);
	else if (part > 20)
		dd_buf_printf(out, vietnamese ? "Quý %s năm %d" : "Quarter %s of %d",
			      quarters[part - 21], year);
	else if (part > 0)
		dd_buf_printf(out, vietnamese ? "Tháng %d năm %d" : "Month %d of %d", part, year);
	else
		dd_buf_printf(out, vietnamese ? "Năm %d" : "Year %d", year);
}
