/* cli_mail_decode_test.c - encodings of mail, by examples of the RFCs and by broken ones. */
#include "services/cli/cli_mail_read.h"
#include "tests/support/harness.h"
#include <string.h>

struct example {
	const char *raw;
	const char *text;
};

static struct cli_span span(const char *text)
{
	return (struct cli_span){text, strlen(text)};
}

static void check(const struct example *example, struct dd_buf *out)
{
	if (strcmp(dd_buf_cstr(out), example->text) != 0)
		fail_msg("\"%s\" gives \"%s\", not \"%s\"", example->raw, dd_buf_cstr(out),
			 example->text);
	dd_buf_fini(out);
}

static void encoded_words_of_a_header_are_decoded(void **state)
{
	static const struct example examples[] = {
		{"", ""},
		{"plain text", "plain text"},
		{"=?UTF-8?Q?=C4=91=C3=B4n_=C4=91=E1=BB=91c?=", "đôn đốc"},
		{"=?utf-8?B?xJHDtG4gxJHhu5Fj?=", "đôn đốc"},
		{"a =?UTF-8?Q?=C4=91?= b", "a đ b"},
		/* RFC 2047 section 8: blanks between two words go, those beside text stay */
		{"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
		{"=?ISO-8859-1?Q?a?=   \t =?ISO-8859-1?Q?b?=", "ab"},
		{"=?ISO-8859-1?Q?a_?= =?ISO-8859-1?Q?b?=", "a b"},
		{"(=?ISO-8859-1?Q?a?= b)", "(a b)"},
		{"=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"},
		{"=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"},
		/* a character cut in two is whole again when the words are put together */
		{"=?UTF-8?Q?=E1=BB?= =?UTF-8?Q?=91?=", "ố"},
		/* what is no word stays */
		{"=?UTF-8?X?abc?=", "=?UTF-8?X?abc?="},
		{"=?UTF-8?Q?abc", "=?UTF-8?Q?abc"},
		{"=?UTF-8?Q?a b?=", "=?UTF-8?Q?a b?="},
		{"=?KOI8-R?Q?=C1?= =?UTF-8?Q?x?=", "=?KOI8-R?Q?=C1?= x"},
		{"=?", "=?"},
		{"1 = 2 =3", "1 = 2 =3"},
		{"=?UTF-8?Q?a?= = b", "a = b"},
		{"=?UTF-8?Q?=4G?=", "=4G"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct dd_buf out = {0};

		cli_mail_decode_words(examples[i].raw, &out);
		check(&examples[i], &out);
	}
}

static void quoted_printable_joins_soft_lines_and_drops_blanks_at_the_end(void **state)
{
	static const struct example examples[] = {
		{"", ""},
		{"a=3Db", "a=b"},
		{"long =\r\nline", "long line"},
		{"long =  \nline", "long line"},
		{"a  \r\nb\t\n", "a\nb\n"},
		{"=C4=91=c3=b4n", "đôn"},
		{"1=2\r\n", "1=2\n"},
		{"=4", "=4"},
		{"=", ""},
		{"\r\n\r\n", "\n\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct dd_buf out = {0};

		cli_mail_decode_quoted(span(examples[i].raw), &out);
		check(&examples[i], &out);
	}
}

static void base64_passes_over_what_is_not_of_its_alphabet(void **state)
{
	static const struct example examples[] = {
		{"", ""},           {"Zg==", "f"},      {"Zm8=", "fo"},
		{"Zm9v", "foo"},    {"Zm9vYg", "foob"}, {"Zm\r\n9v\r\nYmFy\r\n", "foobar"},
		{"Z*m!9-v", "foo"}, {"Zg==Zg==", "f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct dd_buf out = {0};

		cli_mail_decode_base64(span(examples[i].raw), &out);
		check(&examples[i], &out);
	}
}

static void what_is_no_utf8_becomes_the_sign_for_it_and_nothing_else_changes(void **state)
{
	static const struct example examples[] = {
		{"đôn đốc\n", "đôn đốc\n"},
		{"a\xff"
		 "b",
		 "a\xef\xbf\xbd"
		 "b"},
		{"\xe1\xbb", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\x9b[31m", "\xef\xbf\xbd[31m"},
	};
	struct dd_buf out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		cli_mail_scrub(span(examples[i].raw), &out);
		check(&examples[i], &out);
	}
	cli_mail_scrub((struct cli_span){"a\0b", 3}, &out);
	assert_string_equal(dd_buf_cstr(&out), "a\xef\xbf\xbd"
					       "b");
	dd_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encoded_words_of_a_header_are_decoded),
		cmocka_unit_test(quoted_printable_joins_soft_lines_and_drops_blanks_at_the_end),
		cmocka_unit_test(base64_passes_over_what_is_not_of_its_alphabet),
		cmocka_unit_test(what_is_no_utf8_becomes_the_sign_for_it_and_nothing_else_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
