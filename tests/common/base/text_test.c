/* text_test.c - Vietnamese text in the forms in which it arrives. */
#include "common/base/text.h"

#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

struct pair {
	const char *in;
	const char *out;
};

static void check(char *(*make)(const char *), const struct pair *pairs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		char *out = make(pairs[i].in);

		if (pairs[i].out == NULL)
			assert_null(out);
		else
			assert_string_equal(out, pairs[i].out);
		free(out);
	}
}
#define CHECK(make, pairs) check(make, pairs, sizeof(pairs) / sizeof((pairs)[0]))

static void every_byte_of_a_long_text_is_looked_at(void **state)
{
	static const char bad[] = {'\0', '\x80', '\xff'};
	char text[40];

	(void)state;
	for (size_t len = 1; len <= sizeof(text); len++) {
		memset(text, 'a', sizeof(text));
		assert_true(dd_text_valid(text, len));
		for (size_t at = 0; at < len; at++) {
			for (size_t i = 0; i < sizeof(bad); i++) {
				text[at] = bad[i];
				assert_false(dd_text_valid(text, len));
			}
			text[at] = 'a';
		}
	}
}

static void only_utf8_without_nul_is_text(void **state)
{
	(void)state;
	assert_true(dd_text_valid("", 0));
	assert_true(dd_text_valid("Uỷ ban 👍", strlen("Uỷ ban 👍")));
	assert_false(dd_text_valid("a\0b", 3));
	assert_false(dd_text_valid("\xff", 1));
	assert_false(dd_text_valid("\xc0\x80", 2));         /* overlong NUL */
	assert_false(dd_text_valid("\xe0\x80\xaf", 3));     /* overlong '/' */
	assert_false(dd_text_valid("\xed\xa0\x80", 3));     /* a surrogate */
	assert_false(dd_text_valid("\xf4\x90\x80\x80", 4)); /* beyond U+10FFFF */
	assert_false(dd_text_valid("\xe1\xba", 2));         /* cut in the middle */
	assert_false(dd_text_valid("\x80", 1));
}

static void tidy_folds_white_space_and_composes(void **state)
{
	static const struct pair pairs[] = {
		{"", ""},
		{" \t\r\n ", ""},
		{"  Sở \t Nội\r\n vụ ", "Sở Nội vụ"},
		{"So\xcc\x9b\xcc\x89", "Sở"},                             /* decomposed */
		{"Sở\xc2\xa0Nội\xe2\x80\xaf\xe3\x80\x80vụ", "Sở Nội vụ"}, /* no-break, wide */
		{"a\xe2\x80\xa8\xe2\x80\xa9"
		 "b",
		 "a b"}, /* line separators */
		{"a\xff", NULL},
	};

	(void)state;
	CHECK(dd_text_tidy, pairs);
}

static void nfc_keeps_line_breaks_and_trims(void **state)
{
	static const struct pair pairs[] = {
		{"", ""},
		{"\n \n", ""},
		{"  a\r\nb\rc\n\nd \n", "a\nb\nc\n\nd"},
		{"a  b\tc", "a  b\tc"},
		{"\xc2\xa0Ti\xe1\xba\xbfn \xc4\x91\xe1\xbb\x99\xc2\xa0", "Tiến độ"},
		{"\r\n\r\nx", "x"},
		{"o\xcc\x82\xcc\x81", "ố"},
		{"\xe1\xba", NULL},
	};

	(void)state;
	CHECK(dd_text_nfc, pairs);
}

static void search_finds_without_diacritics_case_and_bar(void **state)
{
	static const struct pair pairs[] = {
		{"đôn đốc", "don doc"},
		{"ĐÔN ĐỐC", "don doc"},
		{"\xc4\x91o\xcc\x82n \xc4\x91o\xcc\x82\xcc\x81"
		 "c",
		 "don doc"},
		{"Uỷ ban Nhân dân xã Ước Mơ", "uy ban nhan dan xa uoc mo"},
		{"Uủ ƯỬ ơở", "uu uu oo"},
		{"１２ＫＨ", "12kh"}, /* full width */
		{"ﬁle", "file"},
		{"", ""},
		{"\xff", NULL},
	};

	(void)state;
	CHECK(dd_text_fold, pairs);
}

static void names_of_units_keep_their_diacritics(void **state)
{
	static const struct pair pairs[] = {
		{"  SỞ  Nội VỤ ", "sở nội vụ"},
		{"So\xcc\x9b\xcc\x89 n\xc3\xb4\xcc\xa3i v\x75\xcc\xa3", "sở nội vụ"},
		{"Đảng", "đảng"},
		{"\xff", NULL},
	};
	char *a = dd_text_name_key("Phường Hòa");
	char *b = dd_text_name_key("Phường Hoa");

	(void)state;
	CHECK(dd_text_name_key, pairs);
	assert_string_not_equal(a, b);
	free(a);
	free(b);
}

static void a_cut_never_splits_a_character(void **state)
{
	static const char text[] = "aệ👍"; /* 1 + 3 + 4 bytes */
	static const size_t lengths[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 8, 8};
	size_t max;

	(void)state;
	for (max = 0; max < sizeof(lengths) / sizeof(lengths[0]); max++)
		assert_int_equal(dd_text_cut(text, max), lengths[max]);
	assert_int_equal(dd_text_cut("", 5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_of_a_long_text_is_looked_at),
		cmocka_unit_test(only_utf8_without_nul_is_text),
		cmocka_unit_test(tidy_folds_white_space_and_composes),
		cmocka_unit_test(nfc_keeps_line_breaks_and_trims),
		cmocka_unit_test(search_finds_without_diacritics_case_and_bar),
		cmocka_unit_test(names_of_units_keep_their_diacritics),
		cmocka_unit_test(a_cut_never_splits_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
