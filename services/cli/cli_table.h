/* cli_table.h - rows of text in columns that fit the terminal, or as CSV. Knows how wide characters
 * are. */
#ifndef DD_SERVICES_CLI_TABLE_H
#define DD_SERVICES_CLI_TABLE_H

#include "common/base/buf.h"
#include <stdbool.h>
#include <stddef.h>

struct cli_column {
	const char *title; /* borrowed until the table is freed */
	bool flexible;     /* gives way first when the table is too wide */
	bool right;        /* numbers */
	int lines;         /* a cell is cut after so many lines; 0 = never */
};

struct cli_table;

struct cli_table *cli_table_new(const struct cli_column *columns, int count);
void cli_table_free(struct cli_table *table);

/* The next cell, row by row; copied. Line breaks and other control characters become blanks. */
void cli_table_cell(struct cli_table *table, const char *text);
void cli_table_number(struct cli_table *table, long long value);

/* Append the table to `out`; `width` columns of the terminal, 0 = as wide as it is. No line is
 * wider than `width` as long as every column can have 4. */
void cli_table_text(const struct cli_table *table, int width, struct dd_buf *out);
/* With a byte order mark, so that spreadsheets know it is UTF-8, and the titles as header. */
void cli_table_csv(const struct cli_table *table, struct dd_buf *out);

/* Control characters, which a terminal would obey, and line breaks become blanks, byte for byte. */
void cli_text_clean(char *text);

/* How many columns of a terminal the text takes. */
int cli_text_width(const char *text);
/* How many bytes of `text` go on a line of `width` columns: up to a blank if there is one, at least
 * one character. *used_out = their columns. */
size_t cli_text_take(const char *text, int width, int *used_out);

#endif
