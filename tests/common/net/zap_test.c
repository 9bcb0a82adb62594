#include "common/net/zap.h"
#include "tests/common/net/net_support.h"
#include <unistd.h>
#include <zmq.h>

#define KEY "01234567890123456789012345678901"

static void set(struct dd_zap_request *request, enum dd_zap_frame at, const char *text)
{
	request->len[at] = (int)strlen(text);
	memcpy(request->frame[at], text, strlen(text) + 1);
}

static const struct {
	const char *domain;
	const char *address; /* %u is our uid */
	const char *mechanism;
	const char *key;
	enum dd_access_proof proof;
	const char *who;
} handshakes[] = {
	{"ipc/operator", "localhost:%u:0:77", "NULL", NULL, DD_ACCESS_CREDENTIALS, "operator"},
	{"ipc/gateway", "localhost:0:0:77", "NULL", NULL, DD_ACCESS_CREDENTIALS, "gateway"},
	{"ipc/gateway", "a:b:%u:5:77", "NULL", NULL, DD_ACCESS_CREDENTIALS, "gateway"},
	{"ipc/operator", "localhost:4000000:0:77", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"ipc/operator", "localhost:0", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"ipc/operator", "localhost:x:0:77", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"ipc/operator", "localhost:-1:0:77", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"ipc/operator", "", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"ipc/operator", "127.0.0.1", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"loopback/operator", "127.0.0.1", "NULL", NULL, DD_ACCESS_LOOPBACK, "operator"},
	{"loopback/operator", "::1", "NULL", NULL, DD_ACCESS_LOOPBACK, "operator"},
	{"loopback/operator", "127.0.0.2", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"loopback/operator", "10.0.0.1", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"loopback/operator", "localhost:%u:0:77", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"key/office", "10.0.0.1", "CURVE", KEY, DD_ACCESS_KEY, NULL},
	{"key/office", "127.0.0.1", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"key/office", "localhost:%u:0:77", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"key/office", "10.0.0.1", "CURVE", "short", DD_ACCESS_NOTHING, ""},
	{"key/office", "10.0.0.1", "CURVE", NULL, DD_ACCESS_NOTHING, ""},
	{"key/office", "10.0.0.1", "PLAIN", KEY, DD_ACCESS_NOTHING, ""},
	{"ipc/operator", "localhost:%u:0:77", "CURVE", KEY, DD_ACCESS_NOTHING, ""},
	{"", "127.0.0.1", "NULL", NULL, DD_ACCESS_NOTHING, ""},
	{"global", "127.0.0.1", "NULL", NULL, DD_ACCESS_NOTHING, ""},
};

static void test_what_a_handshake_proves(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(handshakes) / sizeof(handshakes[0]); i++) {
		struct dd_zap_request request = {.whole = true, .count = DD_ZAP_KEY};
		char who[DD_USER_TEXT] = "";
		char address[64];
		const char *place = strstr(handshakes[i].address, "%u");

		snprintf(address, sizeof(address), "%s", handshakes[i].address);
		if (place)
			snprintf(address + (place - handshakes[i].address),
				 sizeof(address) - (size_t)(place - handshakes[i].address), "%u%s",
				 geteuid(), place + 2);
		set(&request, DD_ZAP_VERSION, "1.0");
		set(&request, DD_ZAP_DOMAIN, handshakes[i].domain);
		set(&request, DD_ZAP_ADDRESS, address);
		set(&request, DD_ZAP_MECHANISM, handshakes[i].mechanism);
		if (handshakes[i].key) {
			set(&request, DD_ZAP_KEY, handshakes[i].key);
			request.count = DD_ZAP_FRAMES;
		}
		assert_int_equal(dd_zap_proof(&request, who), handshakes[i].proof);
		if (handshakes[i].who)
			assert_string_equal(who, handshakes[i].who);
		else
			assert_int_equal(strlen(who), 40);
		set(&request, DD_ZAP_VERSION, "2.0");
		assert_int_equal(dd_zap_proof(&request, who), DD_ACCESS_NOTHING);
		set(&request, DD_ZAP_VERSION, "1.0");
		request.whole = false;
		assert_int_equal(dd_zap_proof(&request, who), DD_ACCESS_NOTHING);
	}
}

static void test_a_request_that_is_cut_short_or_too_long_is_not_whole(void **state)
{
	static const struct {
		int frames;
		int size;
		bool whole;
	} cases[] = {{6, 10, true},  {7, 32, true},   {5, 10, false},
		     {1, 10, false}, {8, 10, false},  {20, 10, false},
		     {6, 255, true}, {6, 256, false}, {7, 5000, false}};
	char content[5000];
	void *zap;
	void *asker;
	size_t i;

	(void)state;
	memset(content, 'x', sizeof(content));
	assert_int_equal(dd_socket_open(ZMQ_REP, &zap, NULL), 0);
	assert_int_equal(dd_socket_open(ZMQ_REQ, &asker, NULL), 0);
	assert_int_equal(zmq_bind(zap, "inproc://zap-test"), 0);
	assert_int_equal(zmq_connect(asker, "inproc://zap-test"), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_zap_request request;
		char reply[64];
		int left;

		for (left = cases[i].frames; left > 0; left--)
			zmq_send(asker, content, (size_t)cases[i].size, left > 1 ? ZMQ_SNDMORE : 0);
		assert_int_equal(dd_zap_receive(zap, &request), 0);
		assert_int_equal(request.whole, cases[i].whole);
		dd_zap_reply(zap, &request, NULL);
		assert_int_equal(zmq_recv(asker, reply, sizeof(reply), 0), 3);
		while (zmq_recv(asker, reply, sizeof(reply), ZMQ_DONTWAIT) >= 0)
			;
	}
	dd_socket_close(asker);
	dd_socket_close(zap);
	dd_zmq_context_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_handshake_proves),
		cmocka_unit_test(test_a_request_that_is_cut_short_or_too_long_is_not_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
