/* office_self_test_test.c - for whom the centre admits a key, as the self-test says it: a centre's
 * door with real keys, asked over a real connection. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/net/bus.h"
#include "common/net/envelope.h"
#include "common/net/loop.h"
#include "services/office/office_config.h"
#include "services/office/office_self_test.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct centre {
	pthread_t thread;
	struct dd_loop *loop;
	struct dd_access *access;
	struct dd_bus_server *bus;
	struct dd_curve_key key;
	bool old; /* it does not say whose the key is */
};

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct centre *centre = arg;

	if (centre->old) { /* as one of the first release: nothing but the time */
		Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
		Dondoc__V1__Pong pong = DONDOC__V1__PONG__INIT;

		reply.id = dd_request_id(data, len);
		reply.body_case = DONDOC__V1__REPLY__BODY_PONG;
		reply.pong = &pong;
		pong.now_us = dd_wall_us();
		(void)dd_reply_send(centre->bus, peer, &reply);
		return;
	}
	(void)dd_reply_pong(centre->bus, peer, who, dd_request_id(data, len));
}

static void *run(void *arg)
{
	struct centre *centre = arg;

	dd_loop_run(centre->loop);
	dd_bus_server_close(centre->bus);
	dd_loop_close(centre->loop);
	return NULL;
}

static void centre_start(struct centre *centre)
{
	const struct dd_bus_listen listen = {
		.endpoint = "tcp://127.0.0.1:*", .cls = DD_PRINCIPAL_OFFICE, .key = &centre->key};
	struct dd_bus_server_options options = {
		.listens = &listen, .listen_count = 1, .on_request = on_request, .arg = centre};
	struct dd_error err;

	dd_curve_new(&centre->key);
	assert_int_equal(dd_loop_open(&centre->loop, &err), 0);
	assert_int_equal(dd_access_open(NULL, &centre->access, &err), 0);
	options.loop = centre->loop;
	options.access = centre->access;
	assert_int_equal(dd_bus_server_open(&options, &centre->bus, &err), 0);
	assert_int_equal(pthread_create(&centre->thread, NULL, run, centre), 0);
}

static void centre_stop(struct centre *centre)
{
	dd_loop_stop(centre->loop);
	pthread_join(centre->thread, NULL);
	dd_access_close(centre->access);
	dd_zmq_context_end();
}

static void admit(struct centre *centre, const char *key, const char *unit,
		  enum dd_principal_class cls)
{
	struct dd_admission at;

	memset(&at, 0, sizeof(at));
	memcpy(at.key, key, strlen(key));
	memcpy(at.unit, unit, strlen(unit));
	at.cls = (uint8_t)cls;
	dd_access_tell(centre->access, &at, 1);
}

/* What the self-test of the office of unit SYT finds. */
static int check(struct centre *centre, const char *dir, struct dd_error *err)
{
	char *endpoint = dd_strdup(dd_bus_server_endpoint(centre->bus, 0));
	char *key = dd_path(dir, "office.key");
	char empty[] = "", unit[] = "SYT", folder[] = "/nonexistent/dondoc";
	struct office_config config = {.data_dir = folder,
				       .run_dir = folder,
				       .unit = unit,
				       .centre = endpoint,
				       .centre_log = empty,
				       .follow_anew = empty,
				       .centre_key = centre->key.public_key,
				       .key = key,
				       .inbox = empty,
				       .evidence_hours = empty};
	int rc = office_self_test(&config, err);

	free(endpoint);
	free(key);
	return rc;
}

static void the_self_test_says_for_whom_the_centre_takes_the_key(void **state)
{
	static const struct {
		const char *unit;
		enum dd_principal_class cls;
		bool old;
		const char *words; /* NULL = all is well */
	} cases[] = {
		{"SYT", DD_PRINCIPAL_OFFICE, false, NULL},
		{"STC", DD_PRINCIPAL_OFFICE, false,
		 "for unit STC (office), and office.unit is SYT"},
		{"SYT", DD_PRINCIPAL_ENROL, false, "key of an invitation for unit SYT"},
		{"STC", DD_PRINCIPAL_ENROL, false, "key of an invitation for unit STC"},
		{"STC", DD_PRINCIPAL_OFFICE, true, NULL}, /* it does not say, so nobody can tell */
	};
	struct centre centre = {.old = false};
	struct dd_curve_key key;
	char *dir = test_tmpdir(), *path = dd_path(dir, "office.key");
	struct dd_error err;

	(void)state;
	centre_start(&centre);
	dd_curve_new(&key);
	assert_int_equal(dd_curve_save(path, &key, &err), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		err.text[0] = '\0';
		centre.old = cases[i].old;
		admit(&centre, key.public_key, cases[i].unit, cases[i].cls);
		if (cases[i].words == NULL) {
			assert_int_equal(check(&centre, dir, &err), 0);
			continue;
		}
		assert_int_equal(check(&centre, dir, &err), DD_ERR_REFUSED);
		assert_non_null(strstr(err.text, cases[i].words));
	}
	dd_access_tell(centre.access, NULL, 0);
	assert_int_equal(check(&centre, dir, &err), DD_ERR_REFUSED);
	assert_non_null(strstr(err.text, "does not admit this key"));
	centre_stop(&centre);
	free(path);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_self_test_says_for_whom_the_centre_takes_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
