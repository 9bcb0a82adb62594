/* xlsx_sheet.c - rows, cells and merged ranges of a sheet. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/base/xlsx_impl.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	const struct xlsx_book *book;
	struct dd_xlsx *xlsx;
	struct dd_buf value; /* owned: of the cell being read */
	struct xlsx_row row;
	struct xlsx_cell cell;
	char type[12];
	uint32_t style;
	uint32_t next_column; /* where a cell without a name stands */
	uint32_t last_number; /* of the row before */
	unsigned in_value;
	unsigned in_phonetic;
	bool in_cell;
	bool in_row;
};

/* "AB12": column 27, row 12. False: no such name. */
static bool parse_name(const char *name, uint32_t *column_out, uint32_t *row_out)
{
	uint32_t column = 0;
	uint32_t row = 0;

	for (; isupper((unsigned char)*name) && column < 100000; name++)
		column = column * 26 + (uint32_t)(*name - 'A') + 1;
	for (; isdigit((unsigned char)*name) && row < 100000000; name++)
		row = row * 10 + (uint32_t)(*name - '0');
	*column_out = column - 1;
	*row_out = row;
	return column > 0 && row > 0 && (*name == '\0' || *name == ':');
}

/* --- values ------------------------------------------------------------------------------------
 */

static void set_value(struct reading *reading, const char *text)
{
	dd_buf_clear(&reading->value);
	dd_buf_text(&reading->value, text);
}

/* Days since the last day of 1899, as spreadsheets count them. */
static bool date_of(const struct reading *reading, double number, struct dd_date *date_out)
{
	double days = floor(number) + (reading->book->from_1904 ? 1462 : 0);

	if (!(days >= 1 && days < 2958466)) /* the year 9999 */
		return false;
	*date_out = dd_day_to_date((int32_t)days - 25569);
	return true;
}

static void number_value(struct reading *reading)
{
	enum xlsx_style style = xlsx_style_of(reading->book, reading->style);
	char text[40];
	struct dd_date date;
	char *end;
	double number = strtod(dd_buf_cstr(&reading->value), &end);

	if (reading->value.len == 0 || *end != '\0')
		return;
	if (style == XLSX_DATE && date_of(reading, number, &date))
		(void)snprintf(text, sizeof(text), "%04d-%02d-%02d", date.year, date.month,
			       date.day);
	else if (style == XLSX_MONTH && date_of(reading, number, &date))
		(void)snprintf(text, sizeof(text), "%02d/%04d", date.month, date.year);
	else if (style == XLSX_PERCENT && fabs(number) < 1e12)
		(void)snprintf(text, sizeof(text), "%.12g%%", number * 100);
	else
		(void)snprintf(text, sizeof(text), "%.15g", number);
	set_value(reading, text);
}

/* "2026-03-31T00:00:00": some writers put dates so; of the time nothing is read. */
static void date_value(struct reading *reading)
{
	const char *text = dd_buf_cstr(&reading->value);
	const char *time = strchr(text, 'T');

	if (time)
		reading->value.len = (size_t)(time - text);
}

static void shared_value(struct xlsx_xml *xml, struct reading *reading)
{
	const char *digits = dd_buf_cstr(&reading->value);
	char *end;
	unsigned long number = strtoul(digits, &end, 10);
	const char *text = *digits && *end == '\0' && number <= UINT32_MAX
				   ? xlsx_string(reading->book, (uint32_t)number)
				   : NULL;

	if (text)
		set_value(reading, text);
	else
		xlsx_xml_stop(xml, "a cell names a text that is not there");
}

/* Spreadsheets write signs that XML cannot hold, and an underscore before what looks like one, as
 * _xHHHH_; a carriage return is half of a line break. */
static void unescape(struct reading *reading)
{
	static const struct {
		const char *escape, *sign;
	} known[] = {{"_x000D_\n", "\n"}, {"_x000d_\n", "\n"}, {"_x000D_", "\n"},
		     {"_x000d_", "\n"},   {"_x000A_", "\n"},   {"_x000a_", "\n"},
		     {"_x0009_", "\t"},   {"_x005F_", "_"},    {"_x005f_", "_"}};
	char *at = (char *)reading->value.data;
	char *to = at;

	while (*at) {
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) &&
		       strncmp(at, known[i].escape, strlen(known[i].escape)) != 0)
			i++;
		if (i < sizeof(known) / sizeof(known[0])) {
			*to++ = *known[i].sign;
			at += strlen(known[i].escape);
		} else {
			*to++ = *at++;
		}
	}
	*to = '\0';
}

/* --- cells
 * ---------------------------------------------------------------------------------------- */

static void keep_cell(struct xlsx_xml *xml, struct reading *reading)
{
	struct dd_xlsx *xlsx = reading->xlsx;
	char *text;

	if (strstr(dd_buf_cstr(&reading->value), "_x"))
		unescape(reading);
	text = dd_text_nfc(dd_buf_cstr(&reading->value));

	if (!text) {
		xlsx_xml_stop(xml, "a text that is not UTF-8");
	} else if (strlen(text) > XLSX_CELL_MAX) {
		xlsx_xml_stop(xml, "a cell of more than 64 KiB");
	} else if (xlsx->cells.len / sizeof(struct xlsx_cell) >= XLSX_CELLS_MAX ||
		   xlsx->text.len > ((size_t)1 << 30)) {
		xlsx_xml_stop(xml, "more cells than are read");
	} else if (*text) {
		reading->cell.text = (uint32_t)xlsx->text.len;
		dd_buf_add(&xlsx->text, text, strlen(text) + 1);
		dd_buf_add(&xlsx->cells, &reading->cell, sizeof(reading->cell));
		reading->row.count++;
		if (reading->cell.column >= xlsx->columns)
			xlsx->columns = (size_t)reading->cell.column + 1;
	}
	free(text);
}

static void begin_cell(struct xlsx_xml *xml, struct reading *reading, const char *const *attributes)
{
	const char *name = xlsx_attribute(attributes, "r");
	uint32_t column = reading->next_column;
	uint32_t row;

	if (!reading->in_row || reading->in_cell)
		xlsx_xml_stop(xml, "a cell that stands in no row, or in another");
	else if (*name && !parse_name(name, &column, &row))
		xlsx_xml_stop(xml, "a cell whose name is none");
	else if (column < reading->next_column)
		xlsx_xml_stop(xml, "cells out of order");
	reading->next_column = column + 1;
	(void)snprintf(reading->type, sizeof(reading->type), "%s", xlsx_attribute(attributes, "t"));
	reading->style = (uint32_t)strtoul(xlsx_attribute(attributes, "s"), NULL, 10);
	reading->cell = (struct xlsx_cell){.column = (uint16_t)column};
	/* what lies far to the right is decoration, unless it has a text */
	reading->in_cell = true;
	dd_buf_clear(&reading->value);
}

static void end_cell(struct xlsx_xml *xml, struct reading *reading)
{
	reading->in_cell = false;
	if (reading->value.len == 0)
		return;
	if (reading->next_column > XLSX_COLUMNS_MAX) {
		xlsx_xml_stop(xml, "more than 256 columns");
		return;
	}
	if (strcmp(reading->type, "s") == 0)
		shared_value(xml, reading);
	else if (strcmp(reading->type, "d") == 0)
		date_value(reading);
	else if (!*reading->type || strcmp(reading->type, "n") == 0)
		number_value(reading);
	keep_cell(xml, reading);
}

/* --- rows and merged ranges
 * ------------------------------------------------------------------------- */

static void begin_row(struct xlsx_xml *xml, struct reading *reading, const char *const *attributes)
{
	const char *number = xlsx_attribute(attributes, "r");

	if (reading->in_row) {
		xlsx_xml_stop(xml, "a row within a row");
		return;
	}
	reading->in_row = true;
	reading->row = (struct xlsx_row){
		.number = *number ? (uint32_t)strtoul(number, NULL, 10) : reading->last_number + 1,
		.first = (uint32_t)(reading->xlsx->cells.len / sizeof(struct xlsx_cell)),
	};
	if (reading->row.number <= reading->last_number)
		xlsx_xml_stop(xml, "rows out of order");
	reading->last_number = reading->row.number;
	reading->next_column = 0;
}

static void end_row(struct xlsx_xml *xml, struct reading *reading)
{
	reading->in_row = false;
	if (reading->row.count == 0)
		return;
	dd_buf_add(&reading->xlsx->rows, &reading->row, sizeof(reading->row));
	if (dd_xlsx_rows(reading->xlsx) > XLSX_ROWS_MAX)
		xlsx_xml_stop(xml, "more than 200,000 rows");
}

static void note_merge(struct xlsx_xml *xml, struct reading *reading, const char *const *attributes)
{
	const char *from = xlsx_attribute(attributes, "ref");
	const char *to = strchr(from, ':');
	struct xlsx_merge merge;
	uint32_t column;
	uint32_t unused;

	if (!to || !parse_name(from, &column, &merge.from_row) ||
	    !parse_name(to + 1, &unused, &merge.to_row) || merge.to_row <= merge.from_row ||
	    column >= XLSX_COLUMNS_MAX)
		return;
	merge.column = (uint16_t)column;
	dd_buf_add(&reading->xlsx->merges, &merge, sizeof(merge));
	if (reading->xlsx->merges.len / sizeof(merge) > XLSX_MERGES_MAX)
		xlsx_xml_stop(xml, "more merged cells than are read");
}

static void sheet_start(struct xlsx_xml *xml, const char *name, const char *const *attributes)
{
	struct reading *reading = xlsx_xml_arg(xml);

	if (strcmp(name, "row") == 0)
		begin_row(xml, reading, attributes);
	else if (strcmp(name, "c") == 0)
		begin_cell(xml, reading, attributes);
	else if (strcmp(name, "f") == 0)
		reading->cell.formula = true;
	else if (strcmp(name, "mergeCell") == 0)
		note_merge(xml, reading, attributes);
	reading->in_value += strcmp(name, "v") == 0 || strcmp(name, "t") == 0;
	reading->in_phonetic += strcmp(name, "rPh") == 0;
}

static void sheet_end(struct xlsx_xml *xml, const char *name)
{
	struct reading *reading = xlsx_xml_arg(xml);

	if (strcmp(name, "row") == 0)
		end_row(xml, reading);
	else if (strcmp(name, "c") == 0)
		end_cell(xml, reading);
	reading->in_value -= strcmp(name, "v") == 0 || strcmp(name, "t") == 0;
	reading->in_phonetic -= strcmp(name, "rPh") == 0;
}

static void sheet_text(struct xlsx_xml *xml, const char *text, size_t len)
{
	struct reading *reading = xlsx_xml_arg(xml);

	if (!reading->in_cell || reading->in_value == 0 || reading->in_phonetic > 0)
		return;
	dd_buf_add(&reading->value, text, len);
	if (reading->value.len > XLSX_CELL_MAX)
		xlsx_xml_stop(xml, "a cell of more than 64 KiB");
}

int xlsx_sheet_read(const struct xlsx_book *book, struct dd_xlsx *xlsx, struct dd_error *err)
{
	static const struct xlsx_handlers handlers = {sheet_start, sheet_end, sheet_text};
	struct reading reading = {.book = book, .xlsx = xlsx};
	int rc = xlsx_xml_parse(&book->sheet, "the sheet", &handlers, &reading, err);

	dd_buf_fini(&reading.value);
	return rc;
}
