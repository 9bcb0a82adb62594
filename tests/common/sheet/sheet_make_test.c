/* sheet_make_test.c - the workbook's parts as Excel 2010 and WPS read them: no extensions that came
 * later, no formulas, no macros, names and lists within their bounds. */
#include "tests/common/sheet/sheet_made.h"
#include <archive.h>
#include <archive_entry.h>

#define SHEET_NAME_MAX 31u  /* characters */
#define LIST_MAX       255u /* characters of a list of choices */

/* Every part, its name and text one after the other. */
static void unpack(const struct dd_buf *file, void (*on_part)(const char *name, const char *text))
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	size_t parts = 0;

	assert_int_equal(archive_read_support_format_zip(archive), ARCHIVE_OK);
	assert_int_equal(archive_read_open_memory(archive, file->data, file->len), ARCHIVE_OK);
	while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
		struct dd_buf text = {0};
		la_ssize_t got;

		do {
			uint8_t *room = dd_buf_reserve(&text, 4096);

			got = archive_read_data(archive, room, 4096);
			text.len += got > 0 ? (size_t)got : 0;
		} while (got > 0);
		assert_int_equal(got, 0);
		on_part(archive_entry_pathname(entry), dd_buf_cstr(&text));
		dd_buf_fini(&text);
		parts++;
	}
	assert_true(parts >= 8);
	archive_read_free(archive);
}

static void make(bool answers, void (*on_part)(const char *name, const char *text))
{
	struct dd_sheet *sheet = made_sheet();
	struct dd_buf file = {0};
	struct dd_error err;

	assert_int_equal(dd_sheet_write(sheet, answers, &file, &err), DD_OK);
	unpack(&file, on_part);
	dd_buf_fini(&file);
	dd_sheet_free(sheet);
}

static size_t characters(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xC0) != 0x80;
	return count;
}

/* Calls with each text between `from` and `to`. */
static size_t each(const char *text, const char *from, const char *to, size_t most)
{
	size_t count = 0;

	while ((text = strstr(text, from)) != NULL) {
		const char *end;

		text += strlen(from);
		end = strstr(text, to);
		assert_non_null(end);
		if (characters(text, (size_t)(end - text)) > most)
			fail_msg("longer than %zu: %.*s", most, (int)(end - text), text);
		count++;
	}
	return count;
}

static void check_no_extension(const char *name, const char *text)
{
	/* x14 came with 2010 but WPS and older ones drop it; x15, xr and dynamic arrays later. */
	static const char *const later[] = {"<extLst",      "xmlns:x14",   "xmlns:x15",
					    "xmlns:x16",    "xmlns:xr",    "mc:AlternateContent",
					    "mc:Ignorable", "_xlfn",       "_xlws",
					    "cm=\"1\"",     "metadata.xml"};
	static const char *const parts[] = {"vbaProject", "metadata", "externalLink",
					    "richData",   "threaded", "connections"};

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		if (strstr(text, later[i]) != NULL)
			fail_msg("%s has %s", name, later[i]);
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strstr(name, parts[i]) != NULL)
			fail_msg("a part %s", name);
	}
	if (strstr(name, "worksheets/") != NULL && strstr(text, "<f>") != NULL)
		fail_msg("%s has a formula", name);
}

static void check_bounds(const char *name, const char *text)
{
	if (strcmp(name, "xl/workbook.xml") == 0) {
		assert_int_equal(each(text, "<sheet name=\"", "\"", SHEET_NAME_MAX), 2);
		assert_null(strstr(text, "state=\"veryHidden\""));
	} else if (strcmp(name, "xl/worksheets/sheet1.xml") == 0) {
		/* Lists stand in the cell's own rule, not in another sheet: 2007 takes no more. */
		assert_true(each(text, "<formula1>\"", "\"</formula1>", LIST_MAX) >= 2);
		assert_null(strstr(text, "<formula1>'"));
		assert_true(each(text, " promptTitle=\"", "\"", 32) < 1000);
		assert_true(each(text, " prompt=\"", "\"", 255) < 1000);
		assert_true(each(text, " errorTitle=\"", "\"", 32) < 1000);
		assert_true(each(text, " error=\"", "\"", 225) < 1000);
		assert_non_null(strstr(text, "<sheetProtection "));
		assert_null(strstr(text, "password="));
		assert_null(strstr(text, "hashValue="));
		assert_non_null(strstr(text, "orientation=\"landscape\""));
		assert_non_null(strstr(text, "paperSize=\"9\""));
	}
}

static void nothing_in_it_came_after_excel_2010(void **state)
{
	(void)state;
	make(false, check_no_extension);
	make(true, check_no_extension);
}

static void names_lists_and_hints_keep_within_what_excel_2010_takes(void **state)
{
	(void)state;
	make(false, check_bounds);
	make(true, check_bounds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_in_it_came_after_excel_2010),
		cmocka_unit_test(names_lists_and_hints_keep_within_what_excel_2010_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
