/* notify_smtp_test.c - mails over real sockets to a mail server that behaves as told. */
#include "services/notification/notify_smtp.h"

#include "common/base/alloc.h"
#include "tests/services/notification/smtp_server.h"
#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include "tests/support/peer.h"
#include <signal.h>
#include <stdlib.h>

struct outcome {
	uv_loop_t *loop;
	struct notify_mailed mailed;
	int told;
};

static void on_mailed(void *arg, const struct notify_mailed *mailed)
{
	struct outcome *outcome = arg;

	outcome->mailed = *mailed;
	outcome->told++;
	uv_stop(outcome->loop);
}

static const char text_sent[] = "Kính gửi: Sở Y tế\n.dòng bắt đầu bằng dấu chấm\n\nHết.\n";
static const char html_sent[] = "<p>Kính gửi: <b>Sở Y tế</b></p>";

static struct notify_mail sample(void)
{
	return (struct notify_mail){.from = "nhacviec@mail.example",
				    .from_name = "Đôn đốc",
				    .to = {"mot@mail.example", "hai@mail.example"},
				    .to_count = 2,
				    .subject = "[Nhắc việc] – Sở Y tế",
				    .text = text_sent,
				    .html = html_sent,
				    .message_id = "00ff@mail.example",
				    .date_us = test_time("2026-10-14 08:10")};
}

/* One mail from beginning to end; `port` 0 = that of the server. */
static void send_one(int port, const char *tls, struct outcome *outcome)
{
	uv_loop_t loop;
	struct notify_curl *curl;
	struct notify_smtp *smtp;
	struct notify_config config = {.smtp_tls = (char *)tls,
				       .smtp_user = (char *)"",
				       .smtp_password_file = (char *)"",
				       .smtp_ca_file = (char *)""};
	const struct notify_mail mail = sample();
	struct dd_error err = {0};
	char url[64];

	(void)snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", port);
	config.smtp_url = url;
	memset(outcome, 0, sizeof(*outcome));
	outcome->loop = &loop;
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(notify_curl_open(&loop, &curl, &err), 0);
	assert_int_equal(notify_smtp_open(curl, &config, &smtp, &err), 0);
	assert_int_equal(notify_smtp_send(smtp, &mail, on_mailed, outcome, &err), 0);
	assert_int_equal(outcome->told, 0);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(outcome->told, 1);
	notify_curl_close(curl);
	notify_smtp_close(smtp);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	assert_int_equal(outcome->told, 1);
}

static size_t decode_base64(const char *at, char *out)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, have = 0;
	size_t len = 0;

	for (; *at != '\0' && *at != '-' && *at != '='; at++) {
		const char *digit = strchr(letters, *at);

		if (*at == '\r' || *at == '\n')
			continue;
		assert_non_null(digit);
		bits = bits << 6 | (unsigned)(digit - letters);
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		out[len++] = (char)(bits >> have);
	}
	out[len] = '\0';
	return len;
}

static void has_part(const char *heard, const char *type, const char *content)
{
	char decoded[4096];
	const char *part = strstr(heard, type);
	const char *body;

	assert_non_null(part);
	assert_non_null(strstr(part, "Content-Transfer-Encoding: base64"));
	body = strstr(part, "\r\n\r\n");
	assert_non_null(body);
	(void)decode_base64(body + 4, decoded);
	assert_string_equal(decoded, content);
}

static void a_mail_arrives_as_it_was_meant(void **state)
{
	static const struct smtp_rule rules[] = {{NULL, NULL}};
	static const char *const lines[] = {"MAIL FROM:<nhacviec@mail.example>",
					    "RCPT TO:<mot@mail.example>",
					    "RCPT TO:<hai@mail.example>",
					    "Message-ID: <00ff@mail.example>\r\n",
					    "Date: Wed, 14 Oct 2026 08:10:00 +0700\r\n",
					    "Auto-Submitted: auto-generated\r\n",
					    "multipart/alternative"};
	struct smtp_server *server = dd_alloc(sizeof(*server));
	struct outcome outcome;

	(void)state;
	smtp_start(server, rules);
	send_one(server->port, "none", &outcome);
	smtp_stop(server);
	assert_true(outcome.mailed.delivered);
	assert_string_equal(outcome.mailed.reply, "250 2.0.0 Ok");
	assert_int_equal(outcome.mailed.reached, 2);
	assert_int_equal(outcome.mailed.refused, 0);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_non_null(strstr(server->heard, lines[i]));
	has_part(server->heard, "Content-Type: text/plain; charset=utf-8", text_sent);
	has_part(server->heard, "Content-Type: text/html; charset=utf-8", html_sent);
	free(server);
}

/* It may have kept the mail. */
static bool hangs_up_at_the_end(const struct smtp_rule *rules)
{
	return rules[0].command != NULL && strcmp(rules[0].command, ".") == 0 &&
	       rules[0].answer[0] == '\0';
}

static void what_the_server_says_decides_whether_to_try_again(void **state)
{
	static const struct {
		struct smtp_rule rules[3];
		const char *tls;
		bool delivered, permanent;
		const char *reply; /* a part of it */
	} cases[] = {
		{{{"RCPT", "550 5.1.1 <x@y.vn>: nobody"}}, "none", false, true, "550 5.1.1"},
		{{{"RCPT", "451 4.2.0 later"}}, "none", false, false, "451 4.2.0 later"},
		{{{"RCPT TO:<mot", "550 5.1.1 no <mot@mail.example>"}},
		 "none",
		 true,
		 false,
		 "(but: 550 5.1.1 no <address>"},
		{{{"RCPT TO:<mot", "550 5.1.1 no"}, {"RCPT TO:<hai", "451 4.2.0 later"}},
		 "none",
		 false,
		 false,
		 "451"},
		{{{".", "554 5.7.1 spam"}}, "none", false, true, "554 5.7.1 spam"},
		{{{".", "451 4.3.0 full"}}, "none", false, false, "451"},
		{{{".", ""}}, "none", false, false, ""},
		{{{"MAIL", "530 5.7.0 log in first"}}, "none", false, false, "530"},
		{{{"GREETING", "554 5.7.1 not you"}}, "none", false, false, "554"},
		{{{NULL, NULL}}, "starttls", false, false, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct smtp_server *server = dd_alloc(sizeof(*server));
		struct outcome outcome;

		smtp_start(server, cases[i].rules);
		send_one(server->port, cases[i].tls, &outcome);
		smtp_stop(server);
		if (outcome.mailed.delivered != cases[i].delivered ||
		    outcome.mailed.permanent != cases[i].permanent ||
		    outcome.mailed.reached != (cases[i].delivered ? 1 : 0) ||
		    outcome.mailed.reached + outcome.mailed.refused != 2 ||
		    outcome.mailed.unsure != hangs_up_at_the_end(cases[i].rules) ||
		    strstr(outcome.mailed.reply, cases[i].reply) == NULL)
			fail_msg("case %zu: %d %d '%s'", i, outcome.mailed.delivered,
				 outcome.mailed.permanent, outcome.mailed.reply);
		assert_null(strchr(outcome.mailed.reply, '@'));
		assert_true(strlen(outcome.mailed.reply) > 0);
		/* without encryption nothing of the mail leaves */
		if (strcmp(cases[i].tls, "starttls") == 0)
			assert_null(strstr(server->heard, "MAIL"));
		free(server);
	}
}

static void a_server_that_is_not_there_is_tried_again_later(void **state)
{
	static const struct smtp_rule rules[] = {{NULL, NULL}};
	struct smtp_server *server = dd_alloc(sizeof(*server));
	struct outcome outcome;

	(void)state;
	smtp_start(server, rules);
	smtp_stop(server); /* its port is free now */
	send_one(server->port, "none", &outcome);
	assert_false(outcome.mailed.delivered);
	assert_false(outcome.mailed.permanent);
	assert_true(strlen(outcome.mailed.reply) > 0);
	free(server);
}

struct sender {
	uv_loop_t loop;
	struct notify_curl *curl;
	struct notify_smtp *smtp;
	struct notify_config config;
	char url[64];
};

static void sender_open(struct sender *sender, const char *scheme, int port)
{
	struct dd_error err = {0};

	(void)snprintf(sender->url, sizeof(sender->url), "%s://127.0.0.1:%d", scheme, port);
	sender->config.smtp_url = sender->url;
	assert_int_equal(uv_loop_init(&sender->loop), 0);
	assert_int_equal(notify_curl_open(&sender->loop, &sender->curl, &err), 0);
	if (notify_smtp_open(sender->curl, &sender->config, &sender->smtp, &err) != 0)
		fail_msg("%s", err.text);
}

static void sender_close(struct sender *sender)
{
	notify_curl_close(sender->curl);
	notify_smtp_close(sender->smtp);
	while (uv_run(&sender->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&sender->loop), 0);
}

static void sender_send(struct sender *sender, const struct notify_mail *mail,
			struct outcome *outcome)
{
	struct dd_error err = {0};

	memset(outcome, 0, sizeof(*outcome));
	outcome->loop = &sender->loop;
	assert_int_equal(notify_smtp_send(sender->smtp, mail, on_mailed, outcome, &err), 0);
	while (outcome->told == 0)
		(void)uv_run(&sender->loop, UV_RUN_ONCE);
}

static int count(const char *heard, const char *word)
{
	int found = 0;

	for (const char *at = strstr(heard, word); at != NULL; at = strstr(at + 1, word))
		found++;
	return found;
}

/* Where nobody is greeted again a refusal is about the mail all the same. */
static void mails_that_follow_each_other_share_a_connection(void **state)
{
	static const struct smtp_rule rules[] = {{"MAIL FROM:<khong", "550 5.7.1 not you"},
						 {NULL, NULL}};
	struct smtp_server *server = dd_alloc(sizeof(*server));
	struct sender sender = {.config = {.smtp_tls = (char *)"none",
					   .smtp_user = (char *)"",
					   .smtp_password_file = (char *)"",
					   .smtp_ca_file = (char *)""}};
	struct notify_mail mail = sample();
	struct outcome outcome;

	(void)state;
	smtp_start(server, rules);
	sender_open(&sender, "smtp", server->port);
	for (int i = 0; i < 5; i++) {
		sender_send(&sender, &mail, &outcome);
		assert_true(outcome.mailed.delivered);
	}
	assert_int_equal(count(server->heard, "EHLO"), 1);
	mail.from = "khong@mail.example";
	sender_send(&sender, &mail, &outcome);
	assert_false(outcome.mailed.delivered);
	assert_true(outcome.mailed.permanent);
	mail.from = "nhacviec@mail.example"; /* after a refusal on a fresh one */
	sender_send(&sender, &mail, &outcome);
	assert_true(outcome.mailed.delivered);
	sender_close(&sender);
	smtp_stop(server);
	assert_int_equal(count(server->heard, "EHLO"), 2);
	assert_int_equal(count(server->heard, "DATA"), 6);
	free(server);
}

/* With a certificate that is not trusted nothing leaves; with the wrong word nothing is sent. */
static void a_mail_goes_encrypted_and_with_a_log_in(void **state)
{
	char *dir = test_tmpdir();
	char cert[256], key[256], password[256];
	const char *arguments[4] = {cert, key, "nhacviec", "mat khau 1"};
	struct sender sender = {.config = {.smtp_tls = (char *)"starttls",
					   .smtp_user = (char *)"nhacviec",
					   .smtp_password_file = password,
					   .smtp_ca_file = (char *)""}};
	const struct notify_mail mail = sample();
	struct outcome outcome;
	struct peer peer;
	char *text;

	(void)state;
	(void)snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	(void)snprintf(key, sizeof(key), "%s/key.pem", dir);
	(void)snprintf(password, sizeof(password), "%s/password", dir);
	test_write_file(password, "sai\n", 4);
	assert_int_equal(chmod(password, 0600), 0);
	peer_certificate(dir);
	peer_start(&peer, dir, "smtp_tls.py", arguments);
	sender_open(&sender, "smtp", peer.port);
	sender_send(&sender, &mail, &outcome);
	assert_false(outcome.mailed.delivered);
	assert_false(outcome.mailed.permanent);
	assert_false(peer_has(&peer, "logins"));
	sender_close(&sender);
	sender.config.smtp_ca_file = cert;
	sender_open(&sender, "smtp", peer.port);
	sender_send(&sender, &mail, &outcome);
	assert_false(outcome.mailed.delivered);
	assert_false(outcome.mailed.permanent); /* our word is wrong, not the mail */
	assert_false(peer_has(&peer, "1.eml"));
	sender_close(&sender);
	test_write_file(password, "mat khau 1\n", 11);
	sender_open(&sender, "smtp", peer.port);
	sender_send(&sender, &mail, &outcome);
	sender_send(&sender, &mail, &outcome);
	if (!outcome.mailed.delivered)
		fail_msg("%s", outcome.mailed.reply);
	text = peer_file(&peer, "2.eml");
	assert_non_null(strstr(text, "Message-ID: <00ff@mail.example>"));
	free(text);
	text = peer_file(&peer, "logins"); /* the second mail went on under the first one's */
	assert_string_equal(text, "wrong\nright\n");
	free(text);
	sender_close(&sender);
	peer_stop(&peer);
	test_tmpdir_end(dir);
}

static void closing_tells_what_was_on_its_way(void **state)
{
	uv_loop_t loop;
	struct notify_curl *curl;
	struct notify_smtp *smtp;
	struct notify_config config = {.smtp_url = (char *)"smtp://127.0.0.1:1",
				       .smtp_tls = (char *)"none",
				       .smtp_user = (char *)"",
				       .smtp_password_file = (char *)"",
				       .smtp_ca_file = (char *)""};
	struct notify_mail mail = sample();
	struct outcome outcomes[3] = {{.loop = &loop}, {.loop = &loop}, {.loop = &loop}};
	struct dd_error err = {0};

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(notify_curl_open(&loop, &curl, &err), 0);
	assert_int_equal(notify_smtp_open(curl, &config, &smtp, &err), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(notify_smtp_send(smtp, &mail, on_mailed, &outcomes[i], &err), 0);
	mail.subject = "a\r\nb";
	assert_int_equal(notify_smtp_send(smtp, &mail, on_mailed, NULL, &err), DD_ERR_INVALID);
	notify_curl_close(curl);
	notify_smtp_close(smtp);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(outcomes[i].told, 1);
		assert_false(outcomes[i].mailed.delivered);
		assert_false(outcomes[i].mailed.permanent);
	}
	while (uv_run(&loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_arrives_as_it_was_meant),
		cmocka_unit_test(what_the_server_says_decides_whether_to_try_again),
		cmocka_unit_test(a_server_that_is_not_there_is_tried_again_later),
		cmocka_unit_test(mails_that_follow_each_other_share_a_connection),
		cmocka_unit_test(a_mail_goes_encrypted_and_with_a_log_in),
		cmocka_unit_test(closing_tells_what_was_on_its_way),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
