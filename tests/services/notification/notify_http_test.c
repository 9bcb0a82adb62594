/* notify_http_test.c - calls over real sockets: what is told of the answer, and what is never
 * reached, whatever a name resolves to. */
#include "services/notification/notify_http.h"

#include "tests/support/peer.h"
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <signal.h>

static char *dir;
static struct peer peer;

/* Names of this test resolve as it says: the first time to `first`, later to `later`. */
static struct {
	const char *first, *later;
	int asked;
} names;

/* In the place of the C library's; libcurl calls this one. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (node != NULL && strcmp(node, "hook.example") == 0)
		node = __atomic_fetch_add(&names.asked, 1, __ATOMIC_SEQ_CST) == 0 ? names.first
										  : names.later;
	return real(node, service, hints, out);
}

struct outcome {
	int status, told;
	bool unsure;
	char text[NOTIFY_HTTP_ANSWER_MAX];
};

static void on_answer(void *arg, const struct notify_http_answer *answer)
{
	struct outcome *outcome = arg;

	outcome->told++;
	outcome->status = answer->status;
	outcome->unsure = answer->unsure;
	(void)snprintf(outcome->text, sizeof(outcome->text), "%s", answer->text);
}

struct trying {
	uv_loop_t loop;
	struct notify_curl *curl;
	struct notify_allow allow;
	const char *ca_file;
};

static void trying_open(struct trying *trying, const char *allow)
{
	struct dd_error err = {0};

	memset(trying, 0, sizeof(*trying));
	trying->ca_file = "";
	assert_int_equal(notify_allow_parse(allow, &trying->allow, &err), 0);
	assert_int_equal(uv_loop_init(&trying->loop), 0);
	assert_int_equal(notify_curl_open(&trying->loop, &trying->curl, &err), 0);
}

static void trying_close(struct trying *trying)
{
	notify_curl_close(trying->curl);
	while (uv_run(&trying->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&trying->loop), 0);
}

static void call(struct trying *trying, const char *url, struct outcome *outcome)
{
	const struct notify_http_call http = {
		.url = url,
		.headers = {"Content-Type: application/json", "X-Test: 1"},
		.body = "{\"a\":1}",
		.body_len = 7,
		.allow = &trying->allow,
		.ca_file = trying->ca_file,
		.timeout_ms = 60000};
	struct dd_error err = {0};

	memset(outcome, 0, sizeof(*outcome));
	assert_int_equal(notify_http_post(trying->curl, &http, on_answer, outcome, &err), 0);
	assert_int_equal(outcome->told, 0);
	while (outcome->told == 0)
		(void)uv_run(&trying->loop, UV_RUN_ONCE);
}

static const char *url_of(const char *scheme, const char *host, int port)
{
	static char url[200];

	(void)snprintf(url, sizeof(url), "%s://%s:%d/path", scheme, host, port);
	return url;
}

static int setup(void **state)
{
	(void)state;
	dir = test_tmpdir();
	peer_start(&peer, dir, "http_sink.py", NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	peer_stop(&peer);
	test_tmpdir_end(dir);
	return 0;
}

static int count_requests(void)
{
	char name[32];
	int count = 0;

	do
		(void)snprintf(name, sizeof(name), "%d.req", ++count);
	while (peer_has(&peer, name));
	return count - 1;
}

static void a_call_arrives_and_its_answer_is_told(void **state)
{
	struct trying trying;
	struct outcome outcome;
	char *request;

	(void)state;
	trying_open(&trying, "127.0.0.1");
	peer_answer(&peer, "201\n\ncảm ơn");
	call(&trying, url_of("http", "127.0.0.1", peer.port), &outcome);
	assert_int_equal(outcome.status, 201);
	assert_string_equal(outcome.text, "cảm ơn");
	request = peer_file(&peer, "1.req");
	assert_non_null(strstr(request, "POST /path\n"));
	assert_non_null(strstr(request, "X-Test: 1\n"));
	assert_non_null(strstr(request, "\n\n{\"a\":1}"));
	free(request);
	peer_answer(&peer, "0\n\n");
	call(&trying, url_of("http", "127.0.0.1", peer.port), &outcome);
	assert_int_equal(outcome.status, 0);
	assert_true(outcome.unsure); /* it may have been read before the peer hung up */
	trying_close(&trying);
}

static void a_redirect_is_told_and_not_followed(void **state)
{
	struct trying trying;
	struct outcome outcome;
	char answer[200];
	const int before = count_requests();

	(void)state;
	trying_open(&trying, "127.0.0.1");
	(void)snprintf(answer, sizeof(answer), "307\nLocation: http://127.0.0.1:%d/other\n\n",
		       peer.port);
	peer_answer(&peer, answer);
	call(&trying, url_of("http", "127.0.0.1", peer.port), &outcome);
	assert_int_equal(outcome.status, 307);
	assert_int_equal(count_requests(), before + 1);
	peer_answer(&peer, NULL);
	trying_close(&trying);
}

static void an_address_that_is_not_listed_is_not_reached(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost",  "[::ffff:127.0.0.1]",
					    "0.0.0.0",   "2130706433", "0x7f.1",
					    "127.1",     "[::1]",      "[::ffff:7f00:1]"};
	struct trying trying;
	struct outcome outcome;
	const int before = count_requests();

	(void)state;
	trying_open(&trying, "10.0.0.0/8");
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		call(&trying, url_of("http", hosts[i], peer.port), &outcome);
		if (outcome.status != 0 || outcome.unsure || strstr(outcome.text, "allow") == NULL)
			fail_msg("%s: %d %s", hosts[i], outcome.status, outcome.text);
	}
	assert_int_equal(count_requests(), before);
	trying_close(&trying);
}

/* The check is made where the connection is, and not on a name that was fine a moment ago. */
static void a_name_that_turns_to_another_address_is_not_followed(void **state)
{
	struct trying trying;
	struct outcome outcome;
	const int before = count_requests();

	(void)state;
	names.first = "127.0.0.1";
	names.later = "127.0.0.2";
	trying_open(&trying, "127.0.0.1/32");
	call(&trying, url_of("http", "hook.example", peer.port), &outcome);
	assert_int_equal(outcome.status, 200);
	trying_close(&trying);
	trying_open(&trying, "127.0.0.1/32"); /* the answer was cached by the former one */
	call(&trying, url_of("http", "hook.example", peer.port), &outcome);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(names.asked, 2);
	assert_int_equal(count_requests(), before + 1);
	trying_close(&trying);
}

/* One call's leave is not another's, though the first connection could still serve. */
static void what_one_may_reach_another_may_not(void **state)
{
	struct trying trying;
	struct outcome outcome;
	const int before = count_requests();

	(void)state;
	trying_open(&trying, "127.0.0.1");
	call(&trying, url_of("http", "127.0.0.1", peer.port), &outcome);
	assert_int_equal(outcome.status, 200);
	trying.allow.count = 0;
	call(&trying, url_of("http", "127.0.0.1", peer.port), &outcome);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(count_requests(), before + 1);
	trying_close(&trying);
}

static void a_certificate_must_be_trusted(void **state)
{
	char cert[256], key[256];
	const char *arguments[4] = {cert, key};
	struct trying trying;
	struct outcome outcome;
	struct peer secure;

	(void)state;
	peer_certificate(dir);
	(void)snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	(void)snprintf(key, sizeof(key), "%s/key.pem", dir);
	peer_start(&secure, dir, "http_sink.py", arguments);
	trying_open(&trying, "127.0.0.1");
	call(&trying, url_of("https", "127.0.0.1", secure.port), &outcome);
	assert_int_equal(outcome.status, 0);
	assert_false(outcome.unsure);
	assert_false(peer_has(&secure, "1.req"));
	trying.ca_file = cert;
	call(&trying, url_of("https", "127.0.0.1", secure.port), &outcome);
	assert_int_equal(outcome.status, 200);
	peer_stop(&secure);
	trying_close(&trying);
}

static void an_address_is_checked_when_it_is_set(void **state)
{
	static const struct {
		const char *url;
		bool fine;
	} cases[] = {
		{"https://hook.example/a?b=c", true},
		{"http://10.0.0.1:8080/", true},
		{"ftp://hook.example/", false},
		{"file:///etc/passwd", false},
		{"gopher://hook.example/", false},
		{"hook.example/a", false},
		{"https://user:secret@hook.example/", false},
		{"https://hook.example/#a", false},
		{"https://hook.example/\r\nX: y", false},
		{"https://hook.example/a b", false},
		{"https://", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_error err = {0};

		if ((notify_http_check(cases[i].url, &err) == 0) != cases[i].fine)
			fail_msg("%s: %s", cases[i].url, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_arrives_and_its_answer_is_told),
		cmocka_unit_test(a_redirect_is_told_and_not_followed),
		cmocka_unit_test(an_address_that_is_not_listed_is_not_reached),
		cmocka_unit_test(a_name_that_turns_to_another_address_is_not_followed),
		cmocka_unit_test(what_one_may_reach_another_may_not),
		cmocka_unit_test(a_certificate_must_be_trusted),
		cmocka_unit_test(an_address_is_checked_when_it_is_set),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, setup, teardown);
}
