/* notify_mail_test.c - header lines, read back by a decoder of the test's own, and addresses and
 * values that must not break out of a header. */
#include "services/notification/notify_mail.h"

#include "common/base/id.h"
#include "common/base/text.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a decoder of RFC 2047, from the standard and not from the encoder ----------------------- */

static int digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One encoded word at `at`; returns what is behind it. Each word must be valid by itself. */
static const char *decode_word(const char *at, struct dd_buf *out)
{
	const char *end = strstr(at + 10, "?=");
	const size_t from = out->len;
	unsigned bits = 0, have = 0;

	assert_non_null(end);
	assert_true(end + 2 - at <= 75);
	for (const char *c = at + 10; c < end && *c != '='; c++) {
		assert_true(digit_of(*c) >= 0);
		bits = bits << 6 | (unsigned)digit_of(*c);
		have += 6;
		if (have >= 8) {
			const uint8_t byte = (uint8_t)(bits >> (have - 8));

			dd_buf_add(out, &byte, 1);
			have -= 8;
		}
	}
	assert_true(out->len - from <= 45);
	assert_true(dd_text_valid(out->data + from, out->len - from));
	return end + 2;
}

/* White space between two encoded words is no text. */
static char *decode(const char *text)
{
	struct dd_buf out = {0};
	bool word_before = false;

	while (*text != '\0') {
		const size_t space = strspn(text, " \r\n");
		const bool word = strncmp(text + space, "=?UTF-8?B?", 10) == 0;

		if (!(word && word_before) && space > 0)
			dd_buf_text(&out, " ");
		text += space;
		if (word) {
			text = decode_word(text, &out);
		} else if (*text != '\0') {
			dd_buf_add(&out, text, 1);
			text++;
		}
		word_before = word;
	}
	(void)dd_buf_cstr(&out);
	return (char *)out.data;
}

struct lines {
	char *items[16];
	size_t count;
};

static void keep(void *arg, const char *line)
{
	struct lines *lines = arg;

	assert_true(lines->count < 16);
	lines->items[lines->count++] = strdup(line);
}

static void forget(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->items[i]);
	lines->count = 0;
}

static struct notify_mail sample(void)
{
	return (struct notify_mail){.from = "nhacviec@mail.example",
				    .from_name = "Theo dõi, đôn đốc",
				    .to = {"skhcn@mail.example", "thutruong@mail.example"},
				    .to_count = 2,
				    .subject = "[Nhắc việc] 3 nhiệm vụ sắp đến hạn, 2 quá hạn – Sở "
					       "Khoa học và Công nghệ (14/10/2026)",
				    .text = "x",
				    .html = "<p>x",
				    .message_id = "00ff@mail.example",
				    .date_us = test_time("2026-10-14 08:10")};
}

/* --- tests ----------------------------------------------------------------------------------- */

static void a_mails_header_reads_as_it_was_written(void **state)
{
	struct notify_mail mail = sample();
	struct lines lines = {.count = 0};
	struct dd_error err = {0};
	char *subject, *from;

	(void)state;
	assert_int_equal(notify_mail_headers(&mail, keep, &lines, &err), 0);
	assert_int_equal(lines.count, 6);
	from = decode(lines.items[0]);
	assert_string_equal(from, "From: Theo dõi, đôn đốc <nhacviec@mail.example>");
	assert_string_equal(lines.items[1], "To: skhcn@mail.example,\r\n thutruong@mail.example");
	subject = decode(lines.items[2]);
	assert_string_equal(subject + strlen("Subject: "), mail.subject);
	assert_string_equal(lines.items[3], "Date: Wed, 14 Oct 2026 08:10:00 +0700");
	assert_string_equal(lines.items[4], "Message-ID: <00ff@mail.example>");
	assert_string_equal(lines.items[5], "Auto-Submitted: auto-generated");
	free(subject);
	free(from);
	forget(&lines);
}

static void every_line_keeps_its_bound_whatever_the_text(void **state)
{
	char text[400] = "";
	static const char *const letters[] = {"a", "ế", "đ", " ", "–", "😀", "Ự"};

	(void)state;
	for (unsigned seed = 1; seed < 400; seed++) {
		struct dd_buf out = {0};
		unsigned random = seed;
		char *back;
		size_t used = 0;

		text[0] = '\0';
		for (unsigned i = 0; i < seed % 90; i++) {
			const char *letter;

			random = random * 1103515245u + 12345u;
			letter = letters[(random >> 16) % 7];
			/* blanks at the ends of a value have no meaning in a header */
			if (letter[0] == ' ' && (i == 0 || i + 1 == seed % 90))
				letter = "x";
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", letter);
		}
		dd_buf_text(&out, "Subject: ");
		notify_mail_words(&out, text, 9);
		back = decode(dd_buf_cstr(&out) + 9);
		if (strstr((char *)out.data, "=?UTF-8?B?") != NULL)
			assert_string_equal(back, text);
		for (char *line = (char *)out.data; line != NULL;) {
			char *end = strstr(line, "\r\n");

			assert_true((end != NULL ? (size_t)(end - line) : strlen(line)) <= 76);
			line = end != NULL ? end + 2 : NULL;
		}
		free(back);
		dd_buf_fini(&out);
	}
}

static void only_plain_addresses_are_addresses(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} cases[] = {
		{"a@b", true},
		{"van.thu+1@so.gov.vn", true},
		{"", false},
		{"a", false},
		{"@b", false},
		{"a@", false},
		{"a@b@c", false},
		{"a b@c", false},
		{"a@b c", false},
		{"<a@b>", false},
		{"a@b>", false},
		{"\"a\"@b", false},
		{"a@b\r\nRCPT TO:<x@y>", false},
		{"a@b\n", false},
		{"-a@b", false},
		{"a@-b", false},
		{"a@b-", false},
		{"ă@b", false},
		{"a,c@b", false},
		{"a@[127.0.0.1]", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(notify_mail_address(cases[i].text), cases[i].is);
}

/* Every byte in every place of an address and of a header value. */
static void no_byte_breaks_out_of_a_header(void **state)
{
	(void)state;
	for (int c = 1; c < 256; c++) {
		for (int place = 0; place < 4; place++) {
			struct notify_mail mail = sample();
			struct lines lines = {.count = 0};
			struct dd_error err = {0};
			char value[] = "a.b@c.d";
			char words[] = "mot hai";

			value[place] = (char)c;
			words[place] = (char)c;
			mail.to[0] = value;
			mail.subject = words;
			mail.from_name = words;
			if (notify_mail_headers(&mail, keep, &lines, &err) != 0) {
				assert_int_equal(lines.count, 0);
				assert_true(strlen(err.text) > 0);
				continue;
			}
			for (size_t i = 0; i < lines.count; i++)
				for (char *at = lines.items[i]; (at = strpbrk(at, "\r\n")) != NULL;
				     at += 2)
					assert_memory_equal(at, "\r\n ", 3);
			forget(&lines);
		}
	}
}

static void what_would_break_a_header_is_refused(void **state)
{
	static const char *const bad[] = {"a\r\nBcc: x@y", "a\nb", "a\rb", "a\tb", "\x7f", "\xff"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct notify_mail mail = sample();
		struct lines lines = {.count = 0};
		struct dd_error err = {0};

		mail.subject = bad[i];
		assert_int_equal(notify_mail_headers(&mail, keep, &lines, &err), DD_ERR_INVALID);
		mail = sample();
		mail.from_name = bad[i];
		assert_int_equal(notify_mail_headers(&mail, keep, &lines, &err), DD_ERR_INVALID);
		mail = sample();
		mail.message_id = bad[i];
		assert_int_equal(notify_mail_headers(&mail, keep, &lines, &err), DD_ERR_INVALID);
		assert_int_equal(lines.count, 0);
	}
}

static void a_digests_message_id_is_its_hash_at_the_senders_domain(void **state)
{
	uint8_t digest[32];
	char id[NOTIFY_MESSAGE_ID];

	(void)state;
	memset(digest, 0xab, sizeof(digest));
	notify_mail_message_id(digest, "nhac@so.example", id);
	assert_int_equal(strlen(id), 64 + 11);
	assert_string_equal(id + 62, "ab@so.example");
	assert_true(notify_mail_address(id));
}

static void a_servers_words_are_recorded_without_addresses(void **state)
{
	static const struct {
		const char *reply, *recorded;
	} cases[] = {
		{"550 5.1.1 <a.b@c.vn>: no such mailbox", "550 5.1.1 <address> no such mailbox"},
		{"250 Ok queued", "250 Ok queued"},
		{"550 a@b c@d e", "550 <address> <address> e"},
		{"451 try\r\nlater", "451 try  later"},
		{"", ""},
	};
	char out[64], small[8];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		notify_mail_scrub(cases[i].reply, out, sizeof(out));
		assert_string_equal(out, cases[i].recorded);
	}
	notify_mail_scrub("550 đầy", out, sizeof(out));
	assert_memory_equal(out, "550 ?", 5);
	notify_mail_scrub("550 a@bcdefghijk", small, sizeof(small));
	assert_string_equal(small, "550 <ad");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mails_header_reads_as_it_was_written),
		cmocka_unit_test(every_line_keeps_its_bound_whatever_the_text),
		cmocka_unit_test(only_plain_addresses_are_addresses),
		cmocka_unit_test(no_byte_breaks_out_of_a_header),
		cmocka_unit_test(what_would_break_a_header_is_refused),
		cmocka_unit_test(a_digests_message_id_is_its_hash_at_the_senders_domain),
		cmocka_unit_test(a_servers_words_are_recorded_without_addresses),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
