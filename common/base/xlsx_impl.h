/* xlsx_impl.h - what the files of the XLSX reader share. For them only. */
#ifndef DD_BASE_XLSX_IMPL_H
#define DD_BASE_XLSX_IMPL_H

#include "common/base/buf.h"
#include "common/base/xlsx.h"

enum {
	XLSX_ROWS_MAX = 200000,
	XLSX_COLUMNS_MAX = 256,
	XLSX_CELLS_MAX = 4000000,
	XLSX_CELL_MAX = 64 * 1024,
	XLSX_MERGES_MAX = 100000,
	XLSX_SHEETS_MAX = 256,
	XLSX_STRINGS_MAX = 2000000,
	XLSX_STYLES_MAX = 65536,
	XLSX_DEPTH_MAX = 64,
};

/* --- xlsx_zip.c: parts of the package --------------------------------------------------------- */

/* The content of the part named `name` appended to `out`. DD_ERR_NOT_FOUND, without words. */
int xlsx_part(const void *data, size_t len, const char *name, struct dd_buf *out,
	      struct dd_error *err) DD_MUST_CHECK;

/* --- xlsx_xml.c: elements -----------------------------------------------------------------------
 */

struct xlsx_xml;
struct xlsx_handlers {
	/* Names come without their prefix; attributes as name, value, …, NULL. */
	void (*start)(struct xlsx_xml *xml, const char *name, const char *const *attributes);
	void (*end)(struct xlsx_xml *xml, const char *name);
	void (*text)(struct xlsx_xml *xml, const char *text, size_t len); /* in pieces */
};
int xlsx_xml_parse(const struct dd_buf *bytes, const char *part,
		   const struct xlsx_handlers *handlers, void *arg,
		   struct dd_error *err) DD_MUST_CHECK;
void *xlsx_xml_arg(struct xlsx_xml *xml);
/* End the parse: DD_ERR_INVALID with these words. The first stays. */
void xlsx_xml_stop(struct xlsx_xml *xml, const char *words);
/* "" if there is none. */
const char *xlsx_attribute(const char *const *attributes, const char *name);

/* --- xlsx_book.c: what all sheets share
 * ------------------------------------------------------------ */

enum xlsx_style { XLSX_PLAIN, XLSX_DATE, XLSX_MONTH, XLSX_PERCENT };
struct xlsx_book {
	struct dd_buf strings; /* owned: all shared texts, each with its NUL */
	struct dd_buf offsets; /* owned: uint32_t of each */
	struct dd_buf styles;  /* owned: a byte of enum xlsx_style for each cell format */
	struct dd_buf sheet;   /* owned: content of the sheet's part */
	bool from_1904;
};
int xlsx_book_open(const void *data, size_t len, const char *sheet, struct xlsx_book *book,
		   struct dd_error *err) DD_MUST_CHECK;
void xlsx_book_close(struct xlsx_book *book);
/* NULL if there is none of this number. */
const char *xlsx_string(const struct xlsx_book *book, uint32_t number);
enum xlsx_style xlsx_style_of(const struct xlsx_book *book, uint32_t number);

/* --- xlsx_sheet.c: rows and cells
 * -------------------------------------------------------------------- */

struct xlsx_row {
	uint32_t number;
	uint32_t first; /* index of its first cell */
	uint32_t count;
};
struct xlsx_cell {
	uint32_t text; /* offset */
	uint16_t column;
	bool merged;
	bool formula;
};
struct xlsx_merge {
	uint32_t from_row, to_row; /* numbers of rows */
	uint16_t column;
};
struct dd_xlsx {
	struct dd_buf text;   /* owned */
	struct dd_buf rows;   /* owned: struct xlsx_row */
	struct dd_buf cells;  /* owned: struct xlsx_cell */
	struct dd_buf merges; /* owned: struct xlsx_merge, until they are spread */
	size_t columns;
};
int xlsx_sheet_read(const struct xlsx_book *book, struct dd_xlsx *xlsx,
		    struct dd_error *err) DD_MUST_CHECK;

#endif
