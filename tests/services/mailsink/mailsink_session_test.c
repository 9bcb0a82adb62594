/* mailsink_session_test.c - SMTP conversations, line by line, also when they come byte by byte. */
#include "services/mailsink/mailsink_session.h"

#include "tests/support/harness.h"
#include <stdio.h>
#include <string.h>

struct box {
	char mail[4096];
	int kept;
	bool full;
	const char *control;
};

static int keep(void *arg, const struct dd_buf *mail)
{
	struct box *box = arg;

	if (box->full)
		return -1;
	assert_true(mail->len < sizeof(box->mail));
	memcpy(box->mail, mail->data, mail->len);
	box->mail[mail->len] = '\0';
	box->kept++;
	return 0;
}

static bool control(void *arg, char line_out[MAILSINK_REPLY_MAX])
{
	const struct box *box = arg;

	if (box->control == NULL)
		return false;
	(void)snprintf(line_out, MAILSINK_REPLY_MAX, "%s", box->control);
	return true;
}

/* Feed in pieces of `piece` bytes; the codes of all answers as "220 250 ". False: it was over. */
static bool talk(struct box *box, const char *said, size_t piece, char *codes, size_t size)
{
	const struct mailsink_hooks hooks = {.keep = keep, .control = control, .arg = box};
	struct dd_buf out = {0};
	struct mailsink_session *session = mailsink_session_new(&hooks, &out);
	bool on = true;
	size_t used = 0;

	for (size_t at = 0; on && at < strlen(said); at += piece) {
		const size_t left = strlen(said) - at;

		on = mailsink_session_feed(session, (const uint8_t *)said + at,
					   left < piece ? left : piece, &out);
	}
	codes[0] = '\0';
	for (const char *line = dd_buf_cstr(&out); *line != '\0'; line = strchr(line, '\n') + 1)
		if (line[3] == ' ')
			used += (size_t)snprintf(codes + used, size - used, "%.3s ", line);
	mailsink_session_free(session);
	dd_buf_fini(&out);
	return on;
}

#define HELLO "EHLO x\r\n"
#define FROM  HELLO "MAIL FROM:<a@b>\r\n"
#define TO    FROM "RCPT TO:<c@d>\r\n"

static void each_command_has_its_answer(void **state)
{
	static const struct {
		const char *said, *codes;
		int kept;
		bool on;
	} cases[] = {
		{"", "220 ", 0, true},
		{HELLO, "220 250 ", 0, true},
		{"MAIL FROM:<a@b>\r\n", "220 503 ", 0, true},
		{FROM "MAIL FROM:<a@b>\r\n", "220 250 250 503 ", 0, true},
		{HELLO "RCPT TO:<c@d>\r\n", "220 250 503 ", 0, true},
		{FROM "DATA\r\n", "220 250 250 503 ", 0, true},
		{TO "DATA\r\nx\r\n.\r\n", "220 250 250 250 354 250 ", 1, true},
		{TO "RSET\r\nDATA\r\n", "220 250 250 250 250 503 ", 0, true},
		{FROM "RCPT TO:<reject@d>\r\n", "220 250 250 550 ", 0, true},
		{FROM "RCPT TO:<later@d>\r\n", "220 250 250 451 ", 0, true},
		{FROM "RCPT TO:<hangup@d>\r\nDATA\r\nx\r\n.\r\n", "220 250 250 250 354 ", 1, false},
		{HELLO "MAIL FROM:<a@b> SIZE=99999999\r\n", "220 250 552 ", 0, true},
		{HELLO "MAIL FROM:a@b\r\n", "220 250 501 ", 0, true},
		{"NOOP\r\nFOO\r\nQUIT\r\nNOOP\r\n", "220 250 500 221 ", 0, false},
		{"noop\nnoopx\n", "220 250 500 ", 0, true},
	};
	static const size_t pieces[] = {1, 3, 10000};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t k = 0; k < 3; k++) {
			struct box box = {.kept = 0};
			char codes[256];

			assert_int_equal(talk(&box, cases[i].said, pieces[k], codes, sizeof(codes)),
					 cases[i].on);
			assert_string_equal(codes, cases[i].codes);
			assert_int_equal(box.kept, cases[i].kept);
		}
	}
}

static void a_mail_is_kept_without_the_doubled_dots(void **state)
{
	struct box box = {.kept = 0};
	char codes[256];

	(void)state;
	(void)talk(&box, TO "DATA\r\nS: x\r\n\r\n..\r\n..a\r\nb.\r\n.\r\n", 2, codes,
		   sizeof(codes));
	assert_string_equal(box.mail, "Return-Path: <a@b>\r\nDelivered-To: <c@d>\r\n"
				      "S: x\r\n\r\n.\r\n.a\r\nb.\r\n");
}

static void what_is_not_kept_is_told(void **state)
{
	struct box box = {.full = true};
	struct box closed = {.control = "451 4.3.2 not now"};
	char codes[256];

	(void)state;
	(void)talk(&box, TO "DATA\r\nx\r\n.\r\n", 5, codes, sizeof(codes));
	assert_string_equal(codes, "220 250 250 250 354 452 ");
	(void)talk(&closed, FROM, 5, codes, sizeof(codes));
	assert_string_equal(codes, "220 250 451 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_has_its_answer),
		cmocka_unit_test(a_mail_is_kept_without_the_doubled_dots),
		cmocka_unit_test(what_is_not_kept_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
