/* notify_gateway_test.c - short messages through a gateway of the test's: what it is told, and what
 * follows from its answer. */
#include "services/notification/notify_gateway.h"

#include "common/base/clock.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"
#include <signal.h>

static char *dir;
static struct peer peer;
static int requests; /* so far */

struct outcome {
	struct notify_mailed mailed;
	int told;
};

static void on_sent(void *arg, const struct notify_mailed *mailed)
{
	struct outcome *outcome = arg;

	outcome->told++;
	outcome->mailed = *mailed;
}

static void write_settings(const char *text)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/sms.yaml", dir);
	test_write_file(path, text, strlen(text));
}

static void write_secret(const char *text, int mode)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/secret", dir);
	test_write_file(path, text, strlen(text));
	assert_int_equal(chmod(path, (mode_t)mode), 0);
}

/* `more` stands behind the address and the secret. */
static void set_gateway(const char *more)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
		       "gateway:\n  url: http://127.0.0.1:%d/send\n  secret_file: %s/secret\n"
		       "  template: T-17\n%s",
		       peer.port, dir, more);
	write_settings(text);
}

static int setup(void **state)
{
	(void)state;
	dir = test_tmpdir();
	peer_start(&peer, dir, "http_sink.py", NULL);
	write_secret("0123456789abcdef\n", 0600);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	peer_stop(&peer);
	test_tmpdir_end(dir);
	return 0;
}

static void send_short(const char *const *phones, size_t count, struct outcome *outcome)
{
	uint8_t digest[32] = {1, 2, 3};
	const struct notify_short message = {.digest = digest,
					     .phones = phones,
					     .phone_count = count,
					     .unit = "SYT",
					     .unit_name = "Sở \"Y tế\"",
					     .day = test_day("2026-10-14"),
					     .count = 3,
					     .subject = "[Nhắc việc] 3 nhiệm vụ & hạn"};
	struct notify_gateways *gateways;
	struct notify_curl *curl;
	struct dd_error err = {0};
	uv_loop_t loop;

	memset(outcome, 0, sizeof(*outcome));
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(notify_curl_open(&loop, &curl, &err), 0);
	if (notify_gateways_open(curl, dir, &gateways, &err) != 0)
		fail_msg("%s", err.text);
	assert_true(notify_gateways_have(gateways, NOTIFY_SMS));
	assert_false(notify_gateways_have(gateways, NOTIFY_ZALO));
	assert_int_equal(
		notify_gateway_send(gateways, NOTIFY_SMS, &message, on_sent, outcome, &err), 0);
	while (outcome->told == 0)
		(void)uv_run(&loop, UV_RUN_ONCE);
	notify_curl_close(curl);
	notify_gateways_close(gateways);
	while (uv_run(&loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&loop), 0);
}

static char *next_request(void)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "%d.req", ++requests);
	return peer_file(&peer, name);
}

static void a_number_gets_a_template_and_its_parameters(void **state)
{
	static const char *const phones[] = {"84901234567"};
	struct outcome outcome;
	char *request, *again;

	(void)state;
	set_gateway("  allow: 127.0.0.1\n");
	send_short(phones, 1, &outcome);
	assert_true(outcome.mailed.delivered);
	assert_int_equal(outcome.mailed.reached, 1);
	request = next_request();
	assert_non_null(strstr(request, "Authorization: Bearer 0123456789abcdef\n"));
	assert_non_null(strstr(request, "\"phone\":\"84901234567\",\"template_id\":\"T-17\""));
	assert_non_null(strstr(request, "\"unit\":\"Sở \\\"Y tế\\\"\",\"date\":\"14/10/2026\""));
	send_short(phones, 1, &outcome);
	again = next_request();
	assert_string_equal(request, again); /* the tracking id, too */
	free(request);
	free(again);
}

static void a_form_is_encoded_as_one(void **state)
{
	static const char *const phones[] = {"84901234567"};
	struct outcome outcome;
	char *request;

	(void)state;
	set_gateway("  allow: 127.0.0.1\n  type: application/x-www-form-urlencoded\n"
		    "  header: 'X-Key: {secret}'\n"
		    "  body: to={phone}&n={count}&s={subject}\n");
	send_short(phones, 1, &outcome);
	request = next_request();
	assert_non_null(strstr(request, "X-Key: 0123456789abcdef\n"));
	assert_non_null(strstr(request, "Content-Type: application/x-www-form-urlencoded\n"));
	assert_non_null(strstr(request, "\n\nto=84901234567&n=3&s=%5BNh%E1%BA%AFc%20vi%E1%BB%87c%"
					"5D%203%20nhi%E1%BB%87m%20v%E1%BB%A5%20%26%20h%E1%BA%A1n"));
	free(request);
}

static void the_answer_decides_whether_to_try_again(void **state)
{
	static const struct {
		const char *answer;
		bool delivered, permanent, unsure;
		const char *reply;
	} cases[] = {
		{"200\n\n{\"error\":0}", true, false, false, "HTTP 200"},
		{"200\n\n{\"error\":-118,\"phone\":\"84901234567\"}", false, false, false,
		 "###########"},
		{"400\n\nbad template", false, true, false, "HTTP 400 bad template"},
		{"401\n\nno", false, false, false, "HTTP 401"},
		{"429\n\nslow down", false, false, false, "HTTP 429"},
		{"503\n\n", false, false, false, "HTTP 503"},
		{"307\nLocation: http://127.0.0.1/\n\n", false, false, false, "HTTP 307"},
		{"0\n\n", false, false, true, ""},
	};
	static const char *const phones[] = {"84901234567"};

	(void)state;
	set_gateway("  allow: 127.0.0.1\n  ok: '\"error\":0'\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outcome outcome;

		peer_answer(&peer, cases[i].answer);
		send_short(phones, 1, &outcome);
		free(next_request());
		if (outcome.mailed.delivered != cases[i].delivered ||
		    outcome.mailed.permanent != cases[i].permanent ||
		    outcome.mailed.unsure != cases[i].unsure ||
		    strstr(outcome.mailed.reply, cases[i].reply) == NULL)
			fail_msg("case %zu: %d %d %d '%s'", i, outcome.mailed.delivered,
				 outcome.mailed.permanent, outcome.mailed.unsure,
				 outcome.mailed.reply);
		assert_null(strstr(outcome.mailed.reply, "84901234567"));
	}
	peer_answer(&peer, NULL);
}

static void several_numbers_are_one_message(void **state)
{
	static const char *const phones[] = {"84901234567", "84901234568", "84901234569"};
	struct outcome outcome;

	(void)state;
	set_gateway("  allow: 127.0.0.1\n");
	send_short(phones, 3, &outcome);
	assert_int_equal(outcome.told, 1);
	assert_int_equal(outcome.mailed.reached, 3);
	for (int i = 0; i < 3; i++)
		free(next_request());
}

static void a_private_gateway_must_be_listed(void **state)
{
	static const char *const phones[] = {"84901234567"};
	struct outcome outcome;

	(void)state;
	set_gateway("");
	send_short(phones, 1, &outcome);
	assert_false(outcome.mailed.delivered);
	assert_false(outcome.mailed.permanent);
	assert_non_null(strstr(outcome.mailed.reply, "allow"));
}

static void faulty_settings_are_refused_with_words(void **state)
{
	static const struct {
		const char *more, *words;
	} cases[] = {
		{"  allow: 0.0.0.0/0\n", "gateway.allow"},
		{"  body: '{phone} {email}'\n", "'{email}' is unknown"},
		{"  header: 'Bearer {secret}'\n", "gateway.header"},
		{"  header: 'X: {phone}'\n", "'{phone}' is unknown"},
		{"  type: text/plain\n", "gateway.type"},
		{"  colour: red\n", "unknown key 'colour'"},
	};
	struct notify_gateways *gateways;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_error err = {0};

		set_gateway(cases[i].more);
		assert_int_not_equal(notify_gateways_open(NULL, dir, &gateways, &err), 0);
		if (strstr(err.text, cases[i].words) == NULL ||
		    strstr(err.text, "sms.yaml") == NULL)
			fail_msg("case %zu: %s", i, err.text);
	}
	set_gateway("");
	write_secret("0123456789abcdef\n", 0644);
	{
		struct dd_error err = {0};

		assert_int_not_equal(notify_gateways_open(NULL, dir, &gateways, &err), 0);
		assert_non_null(strstr(err.text, "chmod 600"));
	}
	write_secret("0123456789abcdef\n", 0600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_gets_a_template_and_its_parameters),
		cmocka_unit_test(a_form_is_encoded_as_one),
		cmocka_unit_test(the_answer_decides_whether_to_try_again),
		cmocka_unit_test(several_numbers_are_one_message),
		cmocka_unit_test(a_private_gateway_must_be_listed),
		cmocka_unit_test(faulty_settings_are_refused_with_words),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, setup, teardown);
}
