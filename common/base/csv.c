/* csv.c - a CSV file as a table of cells. libcsv splits; here stand the bounds, the line numbers
 * and the words. The text is fed line by line, so that each row knows where it begins. */
#include "common/base/csv.h"

#include "common/base/alloc.h"
#include "common/base/text.h"
#include <assert.h>
#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CSV_MAX_BYTES   ((size_t)64 * 1024 * 1024)
#define CSV_MAX_ROWS    200000
#define CSV_MAX_COLUMNS 256
#define CSV_MAX_CELL    ((size_t)64 * 1024)

struct row {
	size_t first; /* index of its first cell */
	uint32_t line;
	uint32_t count;
};

struct dd_csv {
	struct dd_buf text;  /* owned: all cells, each with its NUL */
	struct dd_buf cells; /* owned: uint32_t offsets into text */
	struct dd_buf rows;  /* owned: struct row; the first is the header */
};

/* What the callbacks share. `rc` holds the first failure. */
struct reader {
	struct dd_csv *csv;
	struct dd_error *err;
	struct row row;     /* the one being read */
	size_t text_before; /* text.len when the row began */
	uint32_t line;
	bool in_row;
	bool filled; /* the row has a cell that is not empty */
	int rc;
};

static const struct row *row_at(const struct dd_csv *csv, size_t index)
{
	return (const struct row *)(const void *)csv->rows.data + index;
}

static const char *cell_at(const struct dd_csv *csv, size_t index)
{
	uint32_t offset;

	memcpy(&offset, csv->cells.data + index * sizeof(offset), sizeof(offset));
	return (const char *)csv->text.data + offset;
}

static size_t row_count(const struct dd_csv *csv)
{
	return csv->rows.len / sizeof(struct row);
}

static void refuse(struct reader *reader, const char *what)
{
	if (reader->rc != 0)
		return;
	reader->rc = dd_fail(reader->err, DD_ERR_INVALID, "line %u, column %u: %s",
			     reader->row.line, reader->row.count + 1, what);
}

static void on_field(void *data, size_t len, void *arg)
{
	struct reader *reader = arg;
	struct dd_csv *csv = reader->csv;
	uint32_t offset = (uint32_t)csv->text.len;
	char *cell;

	if (reader->rc != 0)
		return;
	if (len > CSV_MAX_CELL) {
		refuse(reader, "a cell is longer than 64 KiB");
		return;
	}
	if (reader->row.count == CSV_MAX_COLUMNS) {
		refuse(reader, "a row has more than 256 columns");
		return;
	}
	dd_buf_add(&csv->cells, &offset, sizeof(offset));
	reader->row.count++;
	cell = dd_text_nfc(len > 0 ? data : ""); /* NUL-terminated by CSV_APPEND_NULL */
	assert(cell != NULL);                    /* the whole file was checked */
	dd_buf_add(&csv->text, cell, strlen(cell) + 1);
	if (cell[0] != '\0')
		reader->filled = true;
	free(cell);
}

/* Cells beyond the header may be there if they are empty: nothing is dropped silently. */
static void check_width(struct reader *reader)
{
	uint32_t width;
	uint32_t i;

	if (row_count(reader->csv) == 0)
		return;
	width = row_at(reader->csv, 0)->count;
	for (i = width; i < reader->row.count; i++) {
		if (*cell_at(reader->csv, reader->row.first + i) == '\0')
			continue;
		reader->row.count = i;
		refuse(reader, "there is text beyond the last column of the header: is a cell with "
			       "a separator not quoted?");
		return;
	}
}

static void on_row(int terminator, void *arg)
{
	struct reader *reader = arg;
	struct dd_csv *csv = reader->csv;

	(void)terminator;
	reader->in_row = false;
	if (reader->rc != 0)
		return;
	if (!reader->filled) {
		csv->cells.len = reader->row.first * sizeof(uint32_t);
		csv->text.len = reader->text_before;
		return;
	}
	check_width(reader);
	if (row_count(csv) > CSV_MAX_ROWS)
		refuse(reader, "more than 200,000 rows");
	dd_buf_add(&csv->rows, &reader->row, sizeof(reader->row));
}

static void begin_row(struct reader *reader)
{
	reader->row.first = reader->csv->cells.len / sizeof(uint32_t);
	reader->row.line = reader->line;
	reader->row.count = 0;
	reader->text_before = reader->csv->text.len;
	reader->in_row = true;
	reader->filled = false;
}

static void refuse_quotes(struct reader *reader)
{
	refuse(reader, "a quote is not closed, or stands inside a cell without being doubled "
		       "(the row begins in this line)");
}

static void feed(struct reader *reader, struct csv_parser *parser, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end && reader->rc == 0) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t step = newline != NULL ? (size_t)(newline + 1 - text) : (size_t)(end - text);

		reader->line++;
		if (!reader->in_row && strspn(text, " \t\n") >= step) {
			text += step;
			continue;
		}
		if (!reader->in_row)
			begin_row(reader);
		if (csv_parse(parser, text, step, on_field, on_row, reader) != step)
			refuse_quotes(reader);
		text += step;
	}
	if (reader->rc == 0 && csv_fini(parser, on_field, on_row, reader) != 0)
		refuse_quotes(reader);
}

/* ';' only if the header, outside quotes, has more of them. */
static unsigned char find_separator(const char *text)
{
	size_t commas = 0;
	size_t semicolons = 0;
	bool quoted = false;

	for (; *text != '\0' && (quoted || *text != '\n'); text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (!quoted && *text == ',')
			commas++;
		else if (!quoted && *text == ';')
			semicolons++;
	}
	return semicolons > commas ? ';' : ',';
}

/* Copy with LF alone as line break, without BOM, NUL-terminated; refuse what is not UTF-8. */
static int clean(const char *data, size_t len, struct dd_buf *out, struct dd_error *err)
{
	uint32_t line = 1;

	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		data += 3;
		len -= 3;
	}
	dd_buf_reserve(out, len + 1);
	while (len > 0) {
		const char *end = memchr(data, '\n', len);
		const char *cr = memchr(data, '\r', end != NULL ? (size_t)(end - data) : len);
		size_t step;

		end = cr != NULL ? cr : end;
		step = end != NULL ? (size_t)(end - data) : len;
		if (!dd_text_valid(data, step))
			return dd_fail(err, DD_ERR_INVALID,
				       "line %u: not UTF-8 text: save the file as CSV UTF-8", line);
		dd_buf_add(out, data, step);
		if (end != NULL) {
			dd_buf_text(out, "\n");
			step += cr != NULL && step + 1 < len && cr[1] == '\n' ? 2 : 1;
		}
		line++;
		data += step;
		len -= step;
	}
	dd_buf_cstr(out);
	return 0;
}

static int check_header(const struct dd_csv *csv, struct dd_error *err)
{
	size_t columns = dd_csv_columns(csv);
	size_t i;

	if (row_count(csv) == 0)
		return dd_fail(err, DD_ERR_INVALID, "line 1: the file has no header");
	for (i = 0; i < columns; i++) {
		const char *name = dd_csv_header(csv, i);

		if (*name != '\0' && dd_csv_column(csv, name) != (int)i)
			return dd_fail(err, DD_ERR_INVALID,
				       "line %u, column %zu: the header has '%.64s' twice",
				       row_at(csv, 0)->line, i + 1, name);
	}
	return 0;
}

static int read_rows(struct dd_csv *csv, const char *text, size_t len, struct dd_error *err)
{
	struct reader reader = {.csv = csv, .err = err};
	struct csv_parser parser;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
		abort();
	csv_set_delim(&parser, find_separator(text));
	feed(&reader, &parser, text, len);
	csv_free(&parser);
	return reader.rc;
}

int dd_csv_parse(const void *data, size_t len, struct dd_csv **csv_out, struct dd_error *err)
{
	struct dd_csv *csv;
	struct dd_buf text = {0};
	int rc;

	*csv_out = NULL;
	if (len > CSV_MAX_BYTES)
		return dd_fail(err, DD_ERR_INVALID, "the file is larger than 64 MiB");
	csv = dd_alloc(sizeof(*csv));
	rc = clean(data, len, &text, err);
	if (rc == 0)
		rc = read_rows(csv, (const char *)text.data, text.len, err);
	if (rc == 0)
		rc = check_header(csv, err);
	dd_buf_fini(&text);
	if (rc != 0) {
		dd_csv_free(csv);
		return rc;
	}
	*csv_out = csv;
	return 0;
}

void dd_csv_free(struct dd_csv *csv)
{
	if (csv == NULL)
		return;
	dd_buf_fini(&csv->text);
	dd_buf_fini(&csv->cells);
	dd_buf_fini(&csv->rows);
	free(csv);
}

size_t dd_csv_rows(const struct dd_csv *csv)
{
	return row_count(csv) - 1;
}

size_t dd_csv_columns(const struct dd_csv *csv)
{
	return row_count(csv) > 0 ? row_at(csv, 0)->count : 0;
}

const char *dd_csv_header(const struct dd_csv *csv, size_t column)
{
	return column < dd_csv_columns(csv) ? cell_at(csv, column) : "";
}

int dd_csv_column(const struct dd_csv *csv, const char *name)
{
	size_t columns = dd_csv_columns(csv);
	size_t i;

	for (i = 0; i < columns; i++) {
		if (strcmp(cell_at(csv, i), name) == 0)
			return (int)i;
	}
	return -1;
}

const char *dd_csv_cell(const struct dd_csv *csv, size_t row, int column)
{
	const struct row *at;

	assert(row < dd_csv_rows(csv));
	at = row_at(csv, row + 1);
	if (column < 0 || (uint32_t)column >= at->count)
		return "";
	return cell_at(csv, at->first + (size_t)column);
}

uint32_t dd_csv_line(const struct dd_csv *csv, size_t row)
{
	assert(row < dd_csv_rows(csv));
	return row_at(csv, row + 1)->line;
}
