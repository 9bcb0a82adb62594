/* cli_token_test.c - an invitation as text: whole, mistyped, cut, changed on purpose. */
#include "services/cli/cli_token.h"

#include "common/base/clock.h"
#include "common/paper/squares.h"
#include "services/cli/cli_qr.h"
#include "tests/support/harness.h"
#include <stdio.h>
#include <string.h>

static struct cli_token example(void)
{
	struct cli_token token = {.unit = "XA-01.B", .centre = "tcp://trungtam.tinh.gov.vn:7701"};

	memset(token.secret, 0x5a, sizeof(token.secret));
	memset(token.centre_key, 0xc3, sizeof(token.centre_key));
	token.valid_until_us = INT64_C(1795478400) * DD_SECOND_US;
	return token;
}

static void what_was_written_is_read(void **state)
{
	struct cli_token token = example(), read;
	char text[CLI_TOKEN_TEXT], wrapped[CLI_TOKEN_TEXT + 64];
	struct dd_error err;

	(void)state;
	for (int i = 0; i < 2; i++) {
		cli_token_write(&token, text);
		assert_true(strncmp(text, CLI_TOKEN_PREFIX, 8) == 0);
		assert_null(strpbrk(text, "+/= \n"));
		assert_int_equal(cli_token_read(text, &read, &err), 0);
		assert_memory_equal(&read, &token, sizeof(token));
		snprintf(token.log, sizeof(token.log), "tcp://[2001:db8::7]:7800");
	}
	/* Out of a letter: broken lines and blanks around. */
	snprintf(wrapped, sizeof(wrapped), "  %.40s\r\n   %s \n", text, text + 40);
	assert_int_equal(cli_token_read(wrapped, &read, &err), 0);
	assert_memory_equal(&read, &token, sizeof(token));
}

static void the_longest_fits(void **state)
{
	struct cli_token token = example(), read;
	char text[CLI_TOKEN_TEXT];
	struct dd_error err;

	(void)state;
	memset(token.unit, 'U', sizeof(token.unit) - 1);
	for (int i = 0; i < 2; i++) {
		char *address = i ? token.log : token.centre;

		memset(address, 'a', CLI_TOKEN_ADDRESS - 1);
		memcpy(address, "tcp://", 6);
		memcpy(address + CLI_TOKEN_ADDRESS - 1 - 6, ":65535", 7);
	}
	cli_token_write(&token, text);
	assert_int_equal(cli_token_read(text, &read, &err), 0);
	assert_memory_equal(&read, &token, sizeof(token));
}

/* Whatever single character is another, missing or doubled: it is noticed. */
static void a_typing_error_is_noticed(void **state)
{
	struct cli_token token = example(), read;
	char text[CLI_TOKEN_TEXT], bad[CLI_TOKEN_TEXT + 2];
	struct dd_error err;
	size_t len;

	(void)state;
	cli_token_write(&token, text);
	len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		memcpy(bad, text, len + 1);
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		if (cli_token_read(bad, &read, &err) == 0)
			assert_memory_equal(&read, &token,
					    sizeof(token)); /* bits that say nothing */
		memmove(bad + i, text + i + 1, len - i);
		assert_int_not_equal(cli_token_read(bad, &read, &err), 0);
		memcpy(bad, text, i + 1);
		memcpy(bad + i + 1, text + i, len - i + 1);
		assert_int_not_equal(cli_token_read(bad, &read, &err), 0);
		memcpy(bad, text, i);
		bad[i] = '\0';
		assert_int_not_equal(cli_token_read(bad, &read, &err), 0);
	}
}

static void what_is_no_invitation(void **state)
{
	static const char *const texts[] = {
		"",           "dondoc1:",     "dondoc2:AQAB",    "dondoc1:AQAB",
		"AQABAgMEBQ", "dondoc1:====", "dondoc1:\xff\xfe"};
	struct cli_token read;
	struct dd_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(cli_token_read(texts[i], &read, &err), DD_ERR_INVALID);
}

/* With a right sum, but with content that nobody should go by. */
static void content_that_cannot_be_is_refused(void **state)
{
	static const char *const addresses[] = {"ipc:///run/x",  "tcp://a",         "tcp://a:0",
						"tcp://a:65536", "tcp://:7701",     "tcp://a b:1",
						"tcp://a'b:1",   "tcp://a\nx: y:1", ""};
	struct cli_token token, read;
	char text[CLI_TOKEN_TEXT];
	struct dd_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		token = example();
		snprintf(token.centre, sizeof(token.centre), "%s", addresses[i]);
		cli_token_write(&token, text);
		assert_int_equal(cli_token_read(text, &read, &err), DD_ERR_INVALID);
	}
	token = example();
	snprintf(token.unit, sizeof(token.unit), "../etc");
	cli_token_write(&token, text);
	assert_int_equal(cli_token_read(text, &read, &err), DD_ERR_INVALID);
}

static void it_fits_into_a_code_for_cameras(void **state)
{
	struct cli_token token = example();
	char text[CLI_TOKEN_TEXT];
	struct dd_buf out = {0};
	struct cli_qr qr;
	struct dd_error err;

	(void)state;
	cli_token_write(&token, text);
	assert_int_equal(cli_qr_make(text, &qr, &err), 0);
	assert_in_range(qr.side, 21, 76); /* a terminal of 80 columns */
	/* The finder in the upper left corner: black, with a white ring. */
	assert_true(qr.dark[0] && qr.dark[6] && qr.dark[6 * qr.side]);
	assert_false(qr.dark[qr.side + 1]);
	cli_qr_terminal(&qr, &out);
	assert_non_null(strstr(dd_buf_cstr(&out), "\u2588"));
	dd_buf_clear(&out);
	assert_int_equal(dd_squares_png(qr.dark, qr.side, 4, &out, &err), 0);
	assert_memory_equal(out.data, "\x89PNG\r\n\x1a\n", 8);
	dd_buf_fini(&out);
	cli_qr_fini(&qr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(the_longest_fits),
		cmocka_unit_test(a_typing_error_is_noticed),
		cmocka_unit_test(what_is_no_invitation),
		cmocka_unit_test(content_that_cannot_be_is_refused),
		cmocka_unit_test(it_fits_into_a_code_for_cameras),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
