/* file_type_test.c - files as they come, made here byte by byte: what they are, and which of them
 * are taken. */
#include "common/base/buf.h"
#include "common/domain/file_type.h"
#include "tests/support/harness.h"
#include <string.h>

static int read_bytes(void *arg, uint64_t offset, void *out, size_t len)
{
	const struct dd_buf *buf = arg;

	memcpy(out, buf->data + offset, len);
	return 0;
}

static int read_nothing(void *arg, uint64_t offset, void *out, size_t len)
{
	(void)arg;
	(void)offset;
	(void)out;
	(void)len;
	return -1;
}

static struct dd_file_type type_of(struct dd_buf *buf)
{
	struct dd_file_bytes file = {.size = buf->len, .read = read_bytes, .arg = buf};

	return dd_file_type(&file);
}

/* --- building -------------------------------------------------------------------------------- */

static void put16(struct dd_buf *buf, unsigned value)
{
	dd_buf_add(buf, (uint8_t[]){(uint8_t)value, (uint8_t)(value >> 8)}, 2);
}

static void put32(struct dd_buf *buf, size_t value)
{
	put16(buf, (unsigned)(value & 0xffff));
	put16(buf, (unsigned)(value >> 16));
}

static void zeros(struct dd_buf *buf, size_t count)
{
	memset(dd_buf_reserve(buf, count), 0, count);
	buf->len += count;
}

/* One entry, stored. */
static void zip_entry(struct dd_buf *zip, struct dd_buf *directory, const char *name,
		      const char *content, unsigned flags)
{
	size_t at = zip->len, len = strlen(content);

	dd_buf_add(zip, "PK\x03\x04\x14\0", 6);
	put16(zip, flags);
	zeros(zip, 10);
	put32(zip, len);
	put32(zip, len);
	put16(zip, (unsigned)strlen(name));
	put16(zip, 0);
	dd_buf_text(zip, name);
	dd_buf_text(zip, content);
	dd_buf_add(directory, "PK\x01\x02\x14\0\x14\0", 8);
	put16(directory, flags);
	zeros(directory, 10);
	put32(directory, len);
	put32(directory, len);
	put16(directory, (unsigned)strlen(name));
	zeros(directory, 12);
	put32(directory, at);
	dd_buf_text(directory, name);
}

static void zip_end(struct dd_buf *zip, struct dd_buf *directory, unsigned count)
{
	size_t at = zip->len;

	dd_buf_add(zip, directory->data, directory->len);
	dd_buf_add(zip, "PK\x05\x06\0\0\0\0", 8);
	put16(zip, count);
	put16(zip, count);
	put32(zip, directory->len);
	put32(zip, at);
	put16(zip, 0);
	dd_buf_fini(directory);
}

#define NAMES_MAX 6

static struct dd_buf zip_of(const char *const names[NAMES_MAX], const char *first, unsigned flags)
{
	struct dd_buf zip = {0}, directory = {0};
	unsigned count = 0;

	for (; count < NAMES_MAX && names[count]; count++)
		zip_entry(&zip, &directory, names[count], count == 0 ? first : "x", flags);
	zip_end(&zip, &directory, count);
	return zip;
}

static void ole_name(struct dd_buf *ole, const char *name)
{
	size_t begin = ole->len, len = strlen(name);

	zeros(ole, 128);
	for (size_t i = 0; i < len; i++)
		ole->data[begin + 2 * i] = (uint8_t)name[i];
	ole->data[begin + 64] = (uint8_t)(2 * (len + 1));
	ole->data[begin + 66] = 2;
}

/* The table is sector 0, the directory sector 1 and, if there are more than four names, 2. */
static struct dd_buf ole_of(const char *const names[NAMES_MAX])
{
	struct dd_buf ole = {0};
	size_t count = 0;

	dd_buf_add(&ole, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	zeros(&ole, 1024 - 8);
	ole.data[30] = 9;
	ole.data[48] = 1;
	memset(ole.data + 76, 0, 4);
	for (; count < NAMES_MAX && names[count]; count++)
		ole_name(&ole, names[count]);
	zeros(&ole, (count > 4 ? 8 - count : 4 - count) * 128);
	memcpy(ole.data + 512 + 4, count > 4 ? "\2\0\0\0" : "\xfe\xff\xff\xff", 4);
	memcpy(ole.data + 512 + 8, "\xfe\xff\xff\xff", 4);
	return ole;
}

/* --- tests ----------------------------------------------------------------------------------- */

static void a_beginning_tells_what_a_file_is(void **state)
{
#define TEXT(bytes) bytes, sizeof(bytes) - 1
	static const struct {
		const char *bytes;
		size_t len;
		const char *type;
		bool taken;
	} cases[] = {
		{TEXT("%PDF-1.7\n%\xe2\xe3"), "application/pdf", true},
		{TEXT("\x89PNG\r\n\x1a\n...."), "image/png", true},
		{TEXT("\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg", true},
		{TEXT("II*\0\x08\0\0\0"), "image/tiff", true},
		{TEXT("MM\0*\0\0\0\x08"), "image/tiff", true},
		{TEXT("<?xml version=\"1.0\"?>\n<a/>"), "application/xml", true},
		{TEXT("\xef\xbb\xbf<?xml version=\"1.0\"?><a/>"), "application/xml", true},
		{TEXT("\x30\x82\x05\x10\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x82\x05\x01"
		      "\x30"),
		 "application/pkcs7-signature", true},
		{TEXT("-----BEGIN PKCS7-----\nMII"), "application/pkcs7-signature", true},
		{TEXT("mã;nội dung\n1;Rà soát thủ tục\n"), "text/plain", true},
		{TEXT("\xef\xbb\xbfmã,nội dung\r\n"), "text/plain", true},
		{TEXT("MZ\x90\0\x03"), "application/x-msdownload", false},
		{TEXT("\x7f"
		      "ELF\x02\x01\x01"),
		 "application/x-executable", false},
		{TEXT("#!/bin/sh\nrm -rf /\n"), "text/x-script", false},
		{TEXT("\xef\xbb\xbf#!/bin/sh\n"), "text/x-script", false},
		{TEXT("\n  <!DOCTYPE html><p>x"), "text/html", false},
		{TEXT("<?xml version=\"1.0\"?><svg onload='x'/>"), "text/html", false},
		{TEXT("{\\rtf1\\ansi"), "application/rtf", false},
		{TEXT("Rar!\x1a\x07\x01\0"), "application/vnd.rar", false},
		{TEXT("7z\xbc\xaf\x27\x1c"), "application/x-7z-compressed", false},
		{TEXT("\x1f\x8b\x08\0"), "application/gzip", false},
		{TEXT("chữ \xe1\xba"), "application/octet-stream", false},
		{TEXT("\x01\x02\x03\x04"), "application/octet-stream", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_buf buf = {0};
		struct dd_file_type found;

		dd_buf_add(&buf, cases[i].bytes, cases[i].len);
		found = type_of(&buf);
		assert_string_equal(found.type, cases[i].type);
		assert_int_equal(found.taken, cases[i].taken);
		dd_buf_fini(&buf);
	}
}

#define TYPES "[Content_Types].xml"
#define ODT   "application/vnd.oasis.opendocument.text"

static void a_package_is_what_its_parts_say(void **state)
{
	static const struct {
		const char *names[NAMES_MAX];
		const char *first;
		unsigned flags;
		const char *type;
		bool taken;
	} cases[] = {
		{{TYPES, "word/document.xml"},
		 "<x/>",
		 0,
		 "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		 true},
		{{TYPES, "xl/workbook.xml", "xl/printerSettings/printerSettings1.bin"},
		 "<x/>",
		 0,
		 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		 true},
		{{TYPES, "ppt/presentation.xml"},
		 "<x/>",
		 0,
		 "application/vnd.openxmlformats-officedocument.presentationml.presentation",
		 true},
		{{"mimetype", "content.xml"}, ODT, 0, ODT, true},
		{{TYPES, "word/document.xml", "word/vbaProject.bin"},
		 "<x/>",
		 0,
		 "application/vnd.ms-office; macros",
		 false},
		{{TYPES, "xl/workbook.xml", "xl/macrosheets/sheet1.xml"},
		 "<x/>",
		 0,
		 "application/vnd.ms-office; macros",
		 false},
		{{"mimetype", "content.xml", "Basic/Standard/Module1.xml"},
		 ODT,
		 0,
		 "application/vnd.ms-office; macros",
		 false},
		{{TYPES, "word/document.xml", "word/embeddings/oleObject1.bin"},
		 "<x/>",
		 0,
		 "application/vnd.ms-office; embedded program",
		 false},
		{{TYPES, "xl/workbook.xml", "xl/workbook.bin"},
		 "<x/>",
		 0,
		 "application/vnd.ms-office; embedded program",
		 false},
		{{TYPES, "word/document.xml"},
		 "<x/>",
		 1,
		 "application/octet-stream; encrypted",
		 false},
		{{"a.txt", "b.exe"}, "x", 0, "application/zip", false},
		{{"mimetype", "content.xml"}, "application/epub+zip", 0, "application/zip", false},
		{{"word/document.xml"}, "x", 0, "application/zip", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_buf zip = zip_of(cases[i].names, cases[i].first, cases[i].flags);
		struct dd_file_type found = type_of(&zip);

		assert_string_equal(found.type, cases[i].type);
		assert_int_equal(found.taken, cases[i].taken);
		dd_buf_fini(&zip);
	}
}

static void a_compound_file_is_what_its_streams_say(void **state)
{
	static const struct {
		const char *names[NAMES_MAX];
		const char *type;
		bool taken;
	} cases[] = {
		{{"Root Entry", "WordDocument"}, "application/msword", true},
		{{"Root Entry", "Workbook"}, "application/vnd.ms-excel", true},
		{{"Root Entry", "a", "b", "c", "PowerPoint Document"},
		 "application/vnd.ms-powerpoint",
		 true},
		{{"Root Entry", "WordDocument", "a", "b", "Macros"},
		 "application/vnd.ms-office; macros",
		 false},
		{{"Root Entry", "Workbook", "_VBA_PROJECT_CUR"},
		 "application/vnd.ms-office; macros",
		 false},
		{{"Root Entry", "WordDocument", "\001Ole10Native"},
		 "application/vnd.ms-office; embedded program",
		 false},
		{{"Root Entry", "EncryptedPackage"}, "application/octet-stream; encrypted", false},
		{{"Root Entry", "SummaryInformation"}, "application/x-ole-storage", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_buf ole = ole_of(cases[i].names);
		struct dd_file_type found = type_of(&ole);

		assert_string_equal(found.type, cases[i].type);
		assert_int_equal(found.taken, cases[i].taken);
		dd_buf_fini(&ole);
	}
}

static void a_macro_behind_the_first_sectors_of_a_circle_is_no_endless_walk(void **state)
{
	static const char *const names[NAMES_MAX] = {"Root Entry", "WordDocument"};
	struct dd_buf ole = ole_of(names);

	(void)state;
	memcpy(ole.data + 512 + 4, "\1\0\0\0", 4); /* the directory follows itself */
	assert_string_equal(type_of(&ole).type, "application/octet-stream; damaged");
	dd_buf_fini(&ole);
}

/* Cut at any byte, or with any byte of its frame changed, a package is never taken by mistake for
 * another kind and never read past its end. */
static void a_cut_or_changed_package_is_not_taken(void **state)
{
	static const char *const names[NAMES_MAX] = {TYPES, "word/document.xml",
						     "word/vbaProject.bin"};
	struct dd_buf zip = zip_of(names, "<x/>", 0);
	size_t len = zip.len;

	(void)state;
	for (zip.len = 0; zip.len < len; zip.len++)
		assert_false(type_of(&zip).taken && zip.len > 3);
	dd_buf_text(&zip, "appended");
	assert_false(type_of(&zip).taken);
	dd_buf_fini(&zip);
}

static void a_text_that_hides_bytes_at_its_end_is_no_text(void **state)
{
	struct dd_buf buf = {0};

	(void)state;
	for (int i = 0; i < 20000; i++)
		dd_buf_text(&buf, "dòng\n");
	assert_string_equal(type_of(&buf).type, "text/plain");
	dd_buf_add(&buf, "MZ\0\0", 4);
	assert_string_equal(type_of(&buf).type, "application/octet-stream");
	dd_buf_fini(&buf);
}

static void what_cannot_be_read_is_not_taken(void **state)
{
	struct dd_file_bytes unreadable = {.size = 10, .read = read_nothing};
	struct dd_file_bytes empty = {.size = 0, .read = read_nothing};

	(void)state;
	assert_false(dd_file_type(&unreadable).taken);
	assert_false(dd_file_type(&empty).taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_beginning_tells_what_a_file_is),
		cmocka_unit_test(a_package_is_what_its_parts_say),
		cmocka_unit_test(a_compound_file_is_what_its_streams_say),
		cmocka_unit_test(a_macro_behind_the_first_sectors_of_a_circle_is_no_endless_walk),
		cmocka_unit_test(a_cut_or_changed_package_is_not_taken),
		cmocka_unit_test(a_text_that_hides_bytes_at_its_end_is_no_text),
		cmocka_unit_test(what_cannot_be_read_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
