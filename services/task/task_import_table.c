/* task_import_table.c - an uploaded CSV file as a table whose columns are known by name. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line that is not UTF-8: no character reaches over a line break. */
static unsigned bad_line(const uint8_t *data, size_t len)
{
	unsigned line = 1;
	size_t from = 0;

	while (from < len) {
		const uint8_t *end = memchr(data + from, '\n', len - from);
		size_t to = end ? (size_t)(end - data) : len;

		if (!dd_text_valid(data + from, to - from))
			break;
		from = to + 1;
		line++;
	}
	return line;
}

static void find_columns(struct import *import, struct import_table *table)
{
	const struct import_column *columns = table->spec->columns;
	struct import_place file = {table, IMPORT_NO_ROW, -1};
	bool complete = true;

	for (int i = 0; i < IMPORT_COLUMNS_MAX && columns[i].name; i++) {
		table->column[i] = dd_csv_column(table->csv, columns[i].name);
		if (table->column[i] >= 0 || !columns[i].required)
			continue;
		file.column = i;
		import_fault(import, file, "", DONDOC__V1__ROW_PROBLEM__ROW_MISSING_COLUMN);
		complete = false;
	}
	table->rows = complete ? dd_csv_rows(table->csv) : 0;
}

/* A column that we do not read may be a misspelt one that we would. */
static void tell_unknown_columns(struct import *import, const struct import_table *table)
{
	struct import_place file = {table, IMPORT_NO_ROW, -1};

	for (size_t place = 0; place < dd_csv_columns(table->csv); place++) {
		const char *header = dd_csv_header(table->csv, place);
		bool known = false;

		for (int i = 0; i < IMPORT_COLUMNS_MAX && table->spec->columns[i].name; i++)
			known = known || table->column[i] == (int)place;
		if (!known)
			import_told(import, file, header,
				    DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_COLUMN);
	}
}

void import_table_parse(struct import *import, struct import_table *table,
			const struct dd_buf *bytes)
{
	struct import_place file = {table, IMPORT_NO_ROW, -1};
	struct dd_error err = {0};
	char where[32];

	if (!dd_text_valid(bytes->data, bytes->len)) {
		(void)snprintf(where, sizeof(where), "line %u", bad_line(bytes->data, bytes->len));
		import_fault(import, file, where, DONDOC__V1__ROW_PROBLEM__ROW_NOT_UTF8);
		return;
	}
	if (dd_csv_parse(bytes->data, bytes->len, &table->csv, &err) != 0)
		import_fault(import, file, err.text, DONDOC__V1__ROW_PROBLEM__ROW_BAD_CSV);
}

void import_table_match(struct import *import, struct import_table *table)
{
	if (!table->csv)
		return;
	find_columns(import, table);
	tell_unknown_columns(import, table);
}

void import_table_init(struct import_table *table, const struct import_spec *spec)
{
	*table = (struct import_table){.spec = spec};
	for (int i = 0; i < IMPORT_COLUMNS_MAX; i++)
		table->column[i] = -1;
}

bool import_file_read(struct import *import, const char *name, const ProtobufCBinaryData *hash,
		      struct dd_buf *bytes, int *rc_out, struct dd_error *err)
{
	int rc;

	*rc_out = 0;
	if (hash->len == 0)
		return false;
	if (hash->len != 32) {
		import_refuse(import, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, name,
			      "the hash of a file has 32 bytes");
		return false;
	}
	rc = import->source->file(import->source->arg, hash->data, bytes);
	if (rc == DD_ERR_NOT_FOUND)
		import_refuse(import, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_FILE, name,
			      "the file is not on the server: upload it first");
	else if (rc != DD_OK)
		*rc_out = dd_fail(err, rc, "file of %s cannot be read", name);
	return rc == DD_OK;
}

int import_table_open(struct import *import, const struct import_spec *spec,
		      const ProtobufCBinaryData *hash, struct import_table *table_out,
		      struct dd_error *err)
{
	struct dd_buf bytes = {0};
	int rc;

	import_table_init(table_out, spec);
	if (import_file_read(import, spec->file, hash, &bytes, &rc, err))
		import_table_parse(import, table_out, &bytes);
	import_table_match(import, table_out);
	dd_buf_fini(&bytes);
	return rc;
}

void import_table_close(struct import_table *table)
{
	dd_csv_free(table->csv);
	free(table->lines);
	table->lines = NULL;
	table->csv = NULL;
	table->rows = 0;
}

bool import_table_blank(const struct import_table *table, size_t row)
{
	for (size_t i = 0; i < dd_csv_columns(table->csv); i++) {
		const char *cell = dd_csv_cell(table->csv, row, (int)i);

		if (cell[strspn(cell, " \t\r\n")] != '\0')
			return false;
	}
	return true;
}

bool import_table_exported(const struct import_table *table)
{
	return table->column[TASK_POSITION] >= 0;
}

const char *import_cell(const struct import_table *table, size_t row, int column)
{
	if (!table->csv || row == IMPORT_NO_ROW || column < 0 || table->column[column] < 0)
		return "";
	return dd_csv_cell(table->csv, row, table->column[column]);
}

char *import_cell_tidy(const struct import_table *table, size_t row, int column)
{
	char *text = dd_text_tidy(import_cell(table, row, column));

	assert(text); /* the whole file was checked to be UTF-8 */
	return text;
}

char *import_cell_need(struct import *import, const struct import_table *table, size_t row,
		       int column, size_t max)
{
	struct import_place place = {table, row, column};
	char *text = import_cell_tidy(table, row, column);

	if (*text && strlen(text) <= max)
		return text;
	import_fault(import, place, NULL,
		     *text ? DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG
			   : DONDOC__V1__ROW_PROBLEM__ROW_MISSING_VALUE);
	free(text);
	return NULL;
}
