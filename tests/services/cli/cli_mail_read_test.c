/* cli_mail_read_test.c - headers, parts and dates of whole mails, also of broken ones. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "services/cli/cli_mail_read.h"
#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

static const char letter[] =
	"Return-Path: <nhac-viec@tinh.example>\r\n"
	"Delivered-To: <syt@tinh.example>\r\n"
	"Date: Wed, 14 Oct 2026 08:00:05 +0700\r\n"
	"Subject: =?UTF-8?Q?[Nh=E1=BA=AFc_vi=E1=BB=87c]_3_nhi=E1=BB=87m_v=E1=BB=A5?=\r\n"
	" =?UTF-8?Q?_s=E1=BA=AFp_=C4=91=E1=BA=BFn_h=E1=BA=A1n?=\r\n"
	"to:   =?utf-8?B?U+G7nyBZIHThur8=?= <syt@tinh.example>\r\n"
	"MIME-Version: 1.0\r\n"
	"Content-Type: multipart/alternative;\r\n"
	" boundary=\"----=_a b\"\r\n"
	"\r\n"
	"Subject: this is for nobody\r\n"
	"------=_a b\r\n"
	"Content-Type: text/plain; charset=UTF-8\r\n"
	"Content-Transfer-Encoding: quoted-printable\r\n"
	"\r\n"
	"K=C3=ADnh g=E1=BB=ADi=\r\n"
	" S=E1=BB=9F Y t=E1=BA=BF\r\n"
	"--not the boundary\r\n"
	"------=_a b\r\n"
	"Content-Type: TEXT/HTML; charset=\"utf-8\"\r\n"
	"Content-Transfer-Encoding: BASE64\r\n"
	"\r\n"
	"PHA+xJHDtG4gxJHh\r\n"
	"u5FjPC9wPg==\r\n"
	"------=_a b--\r\n"
	"Content-Type: text/csv\r\n\r\nafter the end\r\n";

static struct cli_span span(const char *text)
{
	return (struct cli_span){text, strlen(text)};
}

static void check_header(const char *name, const char *value)
{
	struct dd_buf out = {0};

	assert_int_equal(cli_mail_header(span(letter), name, &out), value != NULL);
	assert_string_equal(dd_buf_cstr(&out), value ? value : "");
	dd_buf_fini(&out);
}

static void a_header_is_found_by_its_name_unfolded_and_decoded(void **state)
{
	(void)state;
	check_header("Subject", "[Nhắc việc] 3 nhiệm vụ sắp đến hạn");
	check_header("To", "Sở Y tế <syt@tinh.example>");
	check_header("date", "Wed, 14 Oct 2026 08:00:05 +0700");
	check_header("Cc", NULL);
	check_header("Sub", NULL);
}

static void check_part(const char *mail, const char *type, const char *text)
{
	/* A copy without a NUL behind it, so that a read beyond the end is found. */
	size_t len = strlen(mail);
	char *copy = dd_memdup(mail, len);
	struct dd_buf out = {0};
	int rc = cli_mail_part((struct cli_span){copy, len}, type, &out);

	if (rc != (text ? 0 : DD_ERR_NOT_FOUND) || strcmp(dd_buf_cstr(&out), text ? text : "") != 0)
		fail_msg("%s of \"%s\": %d \"%s\"", type, mail, rc, dd_buf_cstr(&out));
	dd_buf_fini(&out);
	free(copy);
}

static void parts_are_found_by_their_type_and_decoded(void **state)
{
	(void)state;
	check_part(letter, "text/plain", "Kính gửi Sở Y tế\n--not the boundary");
	check_part(letter, "text/html", "<p>đôn đốc</p>");
	check_part(letter, "text/csv", NULL);
}

static void mails_of_every_make_are_read_as_far_as_they_go(void **state)
{
	(void)state;
	check_part("Subject: x\n\nhello\n", "text/plain", "hello\n");
	check_part("Subject: x\n\nhello\n", "text/html", NULL);
	check_part("", "text/plain", "");
	check_part("Subject: x", "text/plain", "");
	check_part("Content-Type: text/plainer\n\nx", "text/plain", NULL);
	check_part("Content-Type: text/plain; charset=iso-8859-1\n\n\xe9", "text/plain", "é");
	check_part("Content-Type: text/plain; charset=utf-8\n\n\xe9", "text/plain", "\xef\xbf\xbd");
	check_part("Content-Type: multipart/mixed\n\n--\ntext\n----\n", "text/plain", NULL);
	check_part("Content-Type: multipart/mixed; boundary=b\n\nno delimiter", "text/plain", NULL);
	check_part("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut short", "text/plain",
		   "cut short");
	check_part("Content-Type: multipart/mixed; x=1; Boundary=b\n\n--b \n\n--b--", "text/plain",
		   "");
	check_part("Content-Type: multipart/mixed; boundary=b\n\n--b", "text/plain", "");
	check_part("Content-Type: multipart/mixed; boundary=o\n\n--o\n"
		   "Content-Type: multipart/alternative; boundary=i\n\n--i\n"
		   "Content-Type: text/html\n\n<p>\n--i--\n--o--\n",
		   "text/html", "<p>");
}

/* Every level has the same boundary and holds itself: only the limit ends it. */
static void parts_within_parts_end_at_the_eighth_level(void **state)
{
	struct dd_buf mail = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		dd_buf_printf(&mail, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i,
			      i);
	dd_buf_text(&mail, "Content-Type: text/html\n\ndeep");
	check_part(dd_buf_cstr(&mail), "text/html", NULL);
	dd_buf_fini(&mail);
}

static void every_beginning_of_a_mail_is_read_without_harm(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(letter); len++) {
		char *copy = dd_memdup(letter, len ? len : 1);
		struct cli_span mail = {copy, len};
		struct dd_buf out = {0};

		(void)cli_mail_header(mail, "Subject", &out);
		(void)!cli_mail_part(mail, "text/html", &out);
		(void)!cli_mail_part(mail, "text/plain", &out);
		dd_buf_fini(&out);
		free(copy);
	}
}

static void dates_of_mails_are_read_with_their_zone(void **state)
{
	static const struct {
		const char *text;
		const char *local; /* NULL = refused */
	} cases[] = {
		{"Wed, 14 Oct 2026 08:00:05 +0700", "2026-10-14 08:00:05"},
		{"14 oct 2026 01:00:05 GMT", "2026-10-14 08:00:05"},
		{"Thu,  1 Jan 2026 00:30:00 -0130", "2026-01-01 09:00:00"},
		{"1 Jan 2026 00:30:00", "2026-01-01 07:30:00"},
		{"", NULL},
		{"Wed, 14 October", NULL},
		{"14 Oct 2026", NULL},
		{"14 Oct 2026 24:00:00 +0000", NULL},
		{"0 Oct 2026 10:00:00 +0000", NULL},
		{"14 Oct 20261 10:00:00 +0000", NULL},
		{"14 Xxx 2026 10:00:00 +0000", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[DD_TIME_TEXT];
		int64_t us = 0;
		int rc = cli_mail_date(cases[i].text, &us);

		assert_int_equal(rc, cases[i].local ? 0 : DD_ERR_INVALID);
		if (cases[i].local)
			assert_string_equal(dd_time_local(us, text), cases[i].local);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_is_found_by_its_name_unfolded_and_decoded),
		cmocka_unit_test(parts_are_found_by_their_type_and_decoded),
		cmocka_unit_test(mails_of_every_make_are_read_as_far_as_they_go),
		cmocka_unit_test(parts_within_parts_end_at_the_eighth_level),
		cmocka_unit_test(every_beginning_of_a_mail_is_read_without_harm),
		cmocka_unit_test(dates_of_mails_are_read_with_their_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
