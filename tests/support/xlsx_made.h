/* xlsx_made.h - small workbooks for tests: parts zipped as they are given. */
#ifndef TESTS_SUPPORT_XLSX_MADE_H
#define TESTS_SUPPORT_XLSX_MADE_H

#include "common/base/buf.h"
#include "tests/support/harness.h"
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

struct made_part {
	const char *name;
	const void *content;
	size_t len; /* 0 = a text */
};

/* The package, appended to `out`; the row ends with {NULL}. */
static inline void made_package(const struct made_part *parts, struct dd_buf *out)
{
	struct archive *archive = archive_write_new();
	size_t room = 4 << 20;
	size_t used = 0;

	for (const struct made_part *part = parts; part->name; part++)
		room += part->len;
	assert_int_equal(archive_write_set_format_zip(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(archive, dd_buf_reserve(out, room), room, &used),
			 ARCHIVE_OK);
	for (const struct made_part *part = parts; part->name; part++) {
		struct archive_entry *entry = archive_entry_new();
		size_t len = part->len ? part->len : strlen(part->content);

		archive_entry_set_pathname(entry, part->name);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_entry_set_size(entry, (la_int64_t)len);
		assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
		assert_int_equal(archive_write_data(archive, part->content, len), len);
		archive_entry_free(entry);
	}
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
	out->len += used;
}

#define MADE_BOOK                                                                                  \
	"<workbook xmlns:r=\"http://r\"><sheets>"                                                  \
	"<sheet name=\"An\" sheetId=\"9\" state=\"hidden\" r:id=\"rId9\"/>"                        \
	"<sheet name=\"Phụ lục\" sheetId=\"1\" r:id=\"rId1\"/>"                                \
	"<sheet name=\"Hai\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>"
#define MADE_RELS                                                                                  \
	"<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"              \
	"<Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/>"                         \
	"<Relationship Id=\"rId9\" Target=\"worksheets/sheet9.xml\"/></Relationships>"
#define MADE_STYLES                                                                                \
	"<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"mm/yyyy\"/>"                   \
	"<numFmt numFmtId=\"165\" formatCode=\"[$-42A]dd/mm/yyyy;@\"/>"                            \
	"<numFmt numFmtId=\"166\" formatCode=\"0.00&quot;d m y&quot;\"/></numFmts>"                \
	"<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"                                       \
	"<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>"                 \
	"<xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"9\"/></cellXfs></styleSheet>"

/* A workbook whose first shown sheet has this <sheetData> and what follows it. */
static inline void made_workbook(const char *sheet, const char *strings, struct dd_buf *out)
{
	const struct made_part parts[] = {{"xl/workbook.xml", MADE_BOOK, 0},
					  {"xl/_rels/workbook.xml.rels", MADE_RELS, 0},
					  {"xl/styles.xml", MADE_STYLES, 0},
					  {"xl/worksheets/sheet1.xml", sheet, 0},
					  {strings ? "xl/sharedStrings.xml" : NULL, strings, 0},
					  {NULL, NULL, 0}};

	made_package(parts, out);
}

#endif
