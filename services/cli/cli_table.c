/* cli_table.c - layout: every column as wide as its widest cell; if that is too wide, the widest
 * flexible column gives way, one step at a time, then the widest of all. */
#include "services/cli/cli_table.h"
#include "common/base/alloc.h"
#include "common/base/csv.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define GAP          2
#define FLEXIBLE_MIN 16
#define COLUMN_MIN   4
#define ELLIPSIS     "\xe2\x80\xa6"

struct cli_table {
	const struct cli_column *columns;
	int count;
	char **cells; /* owned, each too */
	size_t len;
	size_t cap;
};

struct cli_table *cli_table_new(const struct cli_column *columns, int count)
{
	struct cli_table *table = dd_alloc(sizeof(*table));

	table->columns = columns;
	table->count = count;
	return table;
}

void cli_table_free(struct cli_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->len; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table);
}

void cli_text_clean(char *text)
{
	for (unsigned char *at = (unsigned char *)text; *at; at++) {
		if (*at < 0x20 || *at == 0x7f)
			*at = ' ';
		else if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0)
			at[0] = at[1] = ' '; /* the C1 controls */
	}
}

void cli_table_cell(struct cli_table *table, const char *text)
{
	char *cell = dd_strdup(text);

	cli_text_clean(cell);
	if (table->len == table->cap) {
		table->cap = table->cap ? 2 * table->cap : 64;
		table->cells = dd_realloc(table->cells, table->cap * sizeof(char *));
	}
	table->cells[table->len++] = cell;
}

void cli_table_number(struct cli_table *table, long long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", value);
	cli_table_cell(table, text);
}

/* One character: its bytes, and its columns. Bytes that are no UTF-8 count one each. */
static size_t next_character(const char *text, int *width_out)
{
	utf8proc_int32_t point;
	utf8proc_ssize_t n = utf8proc_iterate(
		(const utf8proc_uint8_t *)text,
		(utf8proc_ssize_t)strlen(text) < 4 ? (utf8proc_ssize_t)strlen(text) : 4, &point);

	*width_out = n < 1 ? 1 : utf8proc_charwidth(point);
	return n < 1 ? 1 : (size_t)n;
}

int cli_text_width(const char *text)
{
	int width = 0;

	while (*text) {
		int one;

		text += next_character(text, &one);
		width += one;
	}
	return width;
}

size_t cli_text_take(const char *text, int width, int *used_out)
{
	size_t at = 0, blank = 0;
	int used = 0, used_blank = 0;

	while (text[at]) {
		int one;
		size_t n = next_character(text + at, &one);

		if (text[at] == ' ') {
			blank = at;
			used_blank = used;
		}
		if (used + one > width && at > 0)
			break;
		used += one;
		at += n;
	}
	if (text[at] && blank > 0) {
		at = blank;
		used = used_blank;
	}
	*used_out = used;
	return at;
}

static int widest(const struct cli_table *table, int column)
{
	int width = cli_text_width(table->columns[column].title);

	for (size_t i = (size_t)column; i < table->len; i += (size_t)table->count) {
		int cell = cli_text_width(table->cells[i]);

		width = cell > width ? cell : width;
	}
	return width;
}

/* The column that gives way next; -1 if none can. */
static int widest_column(const struct cli_table *table, const int *widths, bool flexible_only)
{
	int least = flexible_only ? FLEXIBLE_MIN : COLUMN_MIN;
	int found = -1;

	for (int i = 0; i < table->count; i++) {
		if (flexible_only && !table->columns[i].flexible)
			continue;
		if (widths[i] > least && (found < 0 || widths[i] > widths[found]))
			found = i;
	}
	return found;
}

static void fit(const struct cli_table *table, int width, int *widths)
{
	int total = GAP * (table->count - 1);

	for (int i = 0; i < table->count; i++) {
		widths[i] = widest(table, i);
		total += widths[i];
	}
	while (width > 0 && total > width) {
		int victim = widest_column(table, widths, true);

		if (victim < 0)
			victim = widest_column(table, widths, false);
		if (victim < 0)
			return;
		widths[victim]--;
		total--;
	}
}

static void blanks(struct dd_buf *out, int count)
{
	for (int i = 0; i < count; i++)
		dd_buf_text(out, " ");
}

/* Print the next line of a cell and move *rest behind it. */
static void put_line(const struct cli_column *column, int width, int line, const char **rest,
		     struct dd_buf *out)
{
	bool last = column->lines > 0 && line + 1 >= column->lines;
	int used;
	size_t n = cli_text_take(*rest, width, &used);
	bool cut = last && (*rest)[n];

	if (cut) /* room for the sign that says so */
		n = cli_text_take(*rest, width - 1, &used);
	if (column->right)
		blanks(out, width - used);
	dd_buf_add(out, *rest, n);
	if (cut)
		dd_buf_text(out, ELLIPSIS);
	if (!column->right)
		blanks(out, width - used - (cut ? 1 : 0));
	*rest += n;
	while (**rest == ' ')
		(*rest)++;
	if (last)
		*rest = "";
}

static void trim_line(struct dd_buf *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->len--;
	dd_buf_text(out, "\n");
}

static void put_row(const struct cli_table *table, const int *widths, const char **rest,
		    struct dd_buf *out)
{
	bool more = true;

	for (int line = 0; more; line++) {
		more = false;
		for (int i = 0; i < table->count; i++) {
			if (i > 0)
				blanks(out, GAP);
			put_line(&table->columns[i], widths[i], line, &rest[i], out);
			more = more || *rest[i];
		}
		trim_line(out);
	}
}

static void put_rule(const struct cli_table *table, const int *widths, struct dd_buf *out)
{
	for (int i = 0; i < table->count; i++) {
		if (i > 0)
			blanks(out, GAP);
		for (int k = 0; k < widths[i]; k++)
			dd_buf_text(out, "\xe2\x94\x80");
	}
	dd_buf_text(out, "\n");
}

void cli_table_text(const struct cli_table *table, int width, struct dd_buf *out)
{
	int *widths = dd_alloc((size_t)table->count * sizeof(*widths));
	const char **rest = dd_alloc((size_t)table->count * sizeof(*rest));

	assert(table->len % (size_t)table->count == 0);
	fit(table, width, widths);
	for (int i = 0; i < table->count; i++)
		rest[i] = table->columns[i].title;
	put_row(table, widths, rest, out);
	put_rule(table, widths, out);
	for (size_t at = 0; at < table->len; at += (size_t)table->count) {
		memcpy(rest, table->cells + at, (size_t)table->count * sizeof(*rest));
		put_row(table, widths, rest, out);
	}
	free(rest);
	free(widths);
}

void cli_table_csv(const struct cli_table *table, struct dd_buf *out)
{
	dd_buf_text(out, "\xef\xbb\xbf");
	for (int i = 0; i < table->count; i++) {
		if (i > 0)
			dd_buf_text(out, ",");
		dd_csv_write_field(out, table->columns[i].title);
	}
	dd_buf_text(out, "\r\n");
	for (size_t i = 0; i < table->len; i++) {
		dd_csv_write_field(out, table->cells[i]);
		dd_buf_text(out, (i + 1) % (size_t)table->count ? "," : "\r\n");
	}
}
