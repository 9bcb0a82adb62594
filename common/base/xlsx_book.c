/* xlsx_book.c - the workbook around a sheet: which part it is, the shared texts, which formats are
 * dates. */
#include "common/base/text.h"
#include "common/base/xlsx_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- which part is the sheet ---------------------------------------------------------------------
 */

struct finder {
	struct xlsx_book *book;
	const char *wanted; /* name of the sheet; "" = the first that is shown */
	char id[128];       /* its relation; "" = not found yet */
	char target[256];   /* its part */
	unsigned sheets;
	bool hidden; /* the one found is only better than nothing */
};

static void book_start(struct xlsx_xml *xml, const char *name, const char *const *attributes)
{
	struct finder *finder = xlsx_xml_arg(xml);
	const char *date1904 = xlsx_attribute(attributes, "date1904");
	bool hidden;
	char *sheet;

	if (strcmp(name, "workbookPr") == 0)
		finder->book->from_1904 = *date1904 == '1' || *date1904 == 't';
	if (strcmp(name, "sheet") != 0)
		return;
	if (++finder->sheets > XLSX_SHEETS_MAX)
		xlsx_xml_stop(xml, "more sheets than are read");
	hidden = *xlsx_attribute(attributes, "state") && !*finder->wanted &&
		 strcmp(xlsx_attribute(attributes, "state"), "visible") != 0;
	sheet = dd_text_tidy(xlsx_attribute(attributes, "name"));
	if ((!*finder->id || (finder->hidden && !hidden)) &&
	    (!*finder->wanted || (sheet && strcmp(sheet, finder->wanted) == 0))) {
		(void)snprintf(finder->id, sizeof(finder->id), "%s",
			       xlsx_attribute(attributes, "id"));
		finder->hidden = hidden;
	}
	free(sheet);
}

static void rels_start(struct xlsx_xml *xml, const char *name, const char *const *attributes)
{
	struct finder *finder = xlsx_xml_arg(xml);
	const char *target = xlsx_attribute(attributes, "Target");

	if (strcmp(name, "Relationship") != 0 ||
	    strcmp(xlsx_attribute(attributes, "Id"), finder->id) != 0)
		return;
	/* from the folder xl, or from the top */
	(void)snprintf(finder->target, sizeof(finder->target), "%s%s", *target == '/' ? "" : "xl/",
		       target + (*target == '/'));
}

static void no_end(struct xlsx_xml *xml, const char *name)
{
	(void)xml;
	(void)name;
}

static void no_text(struct xlsx_xml *xml, const char *text, size_t len)
{
	(void)xml;
	(void)text;
	(void)len;
}

/* --- shared texts
 * ---------------------------------------------------------------------------------- */

struct strings {
	struct xlsx_book *book;
	unsigned in_text;
	unsigned in_phonetic; /* how to say it: no part of the text */
	uint32_t begin;
	uint32_t count;
};

static void strings_start(struct xlsx_xml *xml, const char *name, const char *const *attributes)
{
	struct strings *strings = xlsx_xml_arg(xml);

	(void)attributes;
	if (strcmp(name, "si") == 0) {
		strings->begin = (uint32_t)strings->book->strings.len;
		dd_buf_add(&strings->book->offsets, &strings->begin, sizeof(strings->begin));
		if (++strings->count > XLSX_STRINGS_MAX)
			xlsx_xml_stop(xml, "more texts than are read");
	}
	strings->in_text += strcmp(name, "t") == 0;
	strings->in_phonetic += strcmp(name, "rPh") == 0;
}

static void strings_end(struct xlsx_xml *xml, const char *name)
{
	struct strings *strings = xlsx_xml_arg(xml);

	if (strcmp(name, "si") == 0)
		dd_buf_add(&strings->book->strings, "", 1);
	strings->in_text -= strcmp(name, "t") == 0;
	strings->in_phonetic -= strcmp(name, "rPh") == 0;
}

static void strings_text(struct xlsx_xml *xml, const char *text, size_t len)
{
	struct strings *strings = xlsx_xml_arg(xml);

	if (strings->in_text == 0 || strings->in_phonetic > 0 || strings->count == 0)
		return;
	dd_buf_add(&strings->book->strings, text, len);
	if (strings->book->strings.len - strings->begin > XLSX_CELL_MAX)
		xlsx_xml_stop(xml, "a text of more than 64 KiB");
}

const char *xlsx_string(const struct xlsx_book *book, uint32_t number)
{
	uint32_t offset;

	if (number >= book->offsets.len / sizeof(offset))
		return NULL;
	memcpy(&offset, book->offsets.data + number * sizeof(offset), sizeof(offset));
	return (const char *)book->strings.data + offset;
}

/* --- formats
 * ------------------------------------------------------------------------------------------ */

enum { FORMATS_MAX = 4096 };
struct styles {
	struct xlsx_book *book;
	struct {
		uint32_t id;
		uint8_t style;
	} formats[FORMATS_MAX];
	size_t format_count;
	bool in_cells;
};

/* What a format of letters shows: a day, a month without its day, per cent, or a number. */
static enum xlsx_style style_of_code(const char *code)
{
	bool day = false;
	bool month = false;
	bool year = false;
	bool percent = false;
	char quote = '\0';

	for (; *code; code++) {
		if (quote) {
			quote = *code == quote ? '\0' : quote;
		} else if (*code == '"') {
			quote = '"';
		} else if (*code == '[') {
			quote = ']';
		} else if (*code == '\\') {
			code += code[1] != '\0';
		} else {
			day = day || *code == 'd' || *code == 'D';
			month = month || *code == 'm' || *code == 'M';
			year = year || *code == 'y' || *code == 'Y';
			percent = percent || *code == '%';
		}
	}
	if (day && (month || year))
		return XLSX_DATE;
	if (percent)
		return XLSX_PERCENT;
	return month && year ? XLSX_MONTH : XLSX_PLAIN;
}

static enum xlsx_style style_of_format(const struct styles *styles, uint32_t id)
{
	for (size_t i = 0; i < styles->format_count; i++)
		if (styles->formats[i].id == id)
			return styles->formats[i].style;
	if (id == 17)
		return XLSX_MONTH;
	if (id == 9 || id == 10)
		return XLSX_PERCENT;
	return (id >= 14 && id <= 16) || id == 22 || (id >= 27 && id <= 36) ||
			       (id >= 50 && id <= 58)
		       ? XLSX_DATE
		       : XLSX_PLAIN;
}

static void styles_start(struct xlsx_xml *xml, const char *name, const char *const *attributes)
{
	struct styles *styles = xlsx_xml_arg(xml);
	uint32_t id = (uint32_t)strtoul(xlsx_attribute(attributes, "numFmtId"), NULL, 10);
	uint8_t style;

	if (strcmp(name, "numFmt") == 0 && styles->format_count < FORMATS_MAX) {
		styles->formats[styles->format_count].id = id;
		styles->formats[styles->format_count++].style =
			(uint8_t)style_of_code(xlsx_attribute(attributes, "formatCode"));
	}
	styles->in_cells = styles->in_cells || strcmp(name, "cellXfs") == 0;
	if (!styles->in_cells || strcmp(name, "xf") != 0)
		return;
	style = (uint8_t)style_of_format(styles, id);
	dd_buf_add(&styles->book->styles, &style, 1);
	if (styles->book->styles.len > XLSX_STYLES_MAX)
		xlsx_xml_stop(xml, "more formats than are read");
}

static void styles_end(struct xlsx_xml *xml, const char *name)
{
	struct styles *styles = xlsx_xml_arg(xml);

	if (strcmp(name, "cellXfs") == 0)
		styles->in_cells = false;
}

enum xlsx_style xlsx_style_of(const struct xlsx_book *book, uint32_t number)
{
	return number < book->styles.len ? (enum xlsx_style)book->styles.data[number] : XLSX_PLAIN;
}

/* --- the book
 * -------------------------------------------------------------------------------------------- */

struct package {
	const void *data;
	size_t len;
};

/* A part that may be missing is as if it were empty. */
static int read_part(const struct package *package, const char *part, bool needed,
		     const struct xlsx_handlers *handlers, void *arg, struct dd_error *err)
{
	struct dd_buf bytes = {0};
	int rc = xlsx_part(package->data, package->len, part, &bytes, err);

	if (rc == DD_OK)
		rc = xlsx_xml_parse(&bytes, part, handlers, arg, err);
	else if (rc == DD_ERR_NOT_FOUND)
		rc = needed ? dd_fail(err, DD_ERR_INVALID,
				      "not an XLSX workbook: save it as .xlsx or CSV")
			    : DD_OK;
	dd_buf_fini(&bytes);
	return rc;
}

static int find_sheet(const struct package *package, struct finder *finder, struct dd_error *err)
{
	static const struct xlsx_handlers book = {book_start, no_end, no_text};
	static const struct xlsx_handlers rels = {rels_start, no_end, no_text};
	int rc = read_part(package, "xl/workbook.xml", true, &book, finder, err);

	if (rc == DD_OK && !*finder->id)
		rc = dd_fail(err, DD_ERR_INVALID, "no sheet is named '%.100s'", finder->wanted);
	if (rc == DD_OK)
		rc = read_part(package, "xl/_rels/workbook.xml.rels", true, &rels, finder, err);
	if (rc == DD_OK && !*finder->target)
		rc = dd_fail(err, DD_ERR_INVALID, "the workbook does not say where its sheet is");
	return rc;
}

int xlsx_book_open(const void *data, size_t len, const char *sheet, struct xlsx_book *book,
		   struct dd_error *err)
{
	static const struct xlsx_handlers texts = {strings_start, strings_end, strings_text};
	static const struct xlsx_handlers formats = {styles_start, styles_end, no_text};
	const struct package package = {data, len};
	struct finder finder = {.book = book, .wanted = sheet};
	struct strings strings = {.book = book};
	struct styles styles = {.book = book};
	int rc;

	*book = (struct xlsx_book){0};
	rc = find_sheet(&package, &finder, err);
	if (rc == DD_OK)
		rc = read_part(&package, "xl/sharedStrings.xml", false, &texts, &strings, err);
	if (rc == DD_OK)
		rc = read_part(&package, "xl/styles.xml", false, &formats, &styles, err);
	if (rc == DD_OK)
		rc = xlsx_part(data, len, finder.target, &book->sheet, err);
	if (rc == DD_ERR_NOT_FOUND)
		rc = dd_fail(err, DD_ERR_INVALID, "the part %s is missing: save the file again",
			     finder.target);
	return rc;
}

void xlsx_book_close(struct xlsx_book *book)
{
	dd_buf_fini(&book->strings);
	dd_buf_fini(&book->offsets);
	dd_buf_fini(&book->styles);
	dd_buf_fini(&book->sheet);
}
