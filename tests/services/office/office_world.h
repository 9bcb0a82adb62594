/* office_world.h - the real dondoc-office as a process, with the fake centre or with none, and a
 * client at its door. Only for tests; each includes its own copy. */
#ifndef TESTS_OFFICE_WORLD_H
#define TESTS_OFFICE_WORLD_H

#include "common/app/client.h"
#include "common/base/file.h"
#include "tests/services/office/centre_server.h"
#include "tests/support/harness.h"
#include "tests/support/proc.h"
#include "tests/support/tmpdir.h"

#include <libgen.h>
#include <limits.h>
#include <unistd.h>

#define READY_MS  20000
#define UNUSED_AT "tcp://127.0.0.1:1" /* nobody listens there */

static char program[PATH_MAX];

/* libzmq 4.3.4 loses the message that it is decoding when a peer dies in the middle of one. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libzmq.so";
}

/* --- an office as a process ------------------------------------------------------------------ */

struct world {
	struct server server;
	struct test_proc office;
	char *dir;
	char endpoint[256];    /* of the office's door */
	char settings[8][300]; /* its environment */
	const char *centre;
};

TEST_HELPER void set(struct world *world, int at, const char *name, const char *value)
{
	(void)snprintf(world->settings[at], sizeof(world->settings[at]), "DONDOC_OFFICE_%s=%s",
		       name, value);
}

TEST_HELPER void set_path(struct world *world, int at, const char *name, const char *file)
{
	char *path = dd_path(world->dir, file);

	set(world, at, name, path);
	free(path);
}

TEST_HELPER void make_keys(struct world *world)
{
	struct dd_curve_key office;
	char path[PATH_MAX], text[256];
	struct dd_error err = {0};

	dd_curve_new(&office);
	dd_curve_new(&world->server.key);
	(void)snprintf(path, sizeof(path), "%s/office.key", world->dir);
	assert_int_equal(dd_curve_save(path, &office, &err), 0);
	(void)snprintf(path, sizeof(path), "%s/offices", world->dir);
	assert_int_equal(dd_dir_make(path, &err), 0);
	(void)snprintf(path, sizeof(path), "%s/offices/syt.office", world->dir);
	(void)snprintf(text, sizeof(text), "unit SYT\npublic %s\n", office.public_key);
	assert_int_equal(dd_file_write(path, text, strlen(text), 0600, &err), 0);
}

TEST_HELPER void world_open(struct world *world, bool with_centre)
{
	char offices[PATH_MAX];

	memset(world, 0, sizeof(*world));
	world->dir = test_tmpdir();
	centre_init(&world->server.centre);
	make_keys(world);
	(void)snprintf(offices, sizeof(offices), "%s/offices", world->dir);
	world->centre = UNUSED_AT;
	if (with_centre) {
		server_start(&world->server, offices);
		world->centre = world->server.endpoint;
	}
	set_path(world, 0, "DATA_DIR", "data");
	set_path(world, 1, "RUN_DIR", "run");
	set(world, 2, "UNIT", "SYT");
	set(world, 3, "CENTRE", world->centre);
	set(world, 4, "CENTRE_KEY", world->server.key.public_key);
	set_path(world, 5, "KEY", "office.key");
	set(world, 6, "RETRY_MS", "20");
	(void)snprintf(world->endpoint, sizeof(world->endpoint),
		       "ipc://%s/run/office-SYT/local/bus", world->dir);
}

TEST_HELPER bool start(struct world *world)
{
	const char *env[9] = {0};
	const char *argv[] = {program, NULL};

	for (int i = 0; i < 7; i++)
		env[i] = world->settings[i];
	assert_true(test_proc_start(&world->office, world->dir, "office", argv, env));
	return test_proc_wait_err(&world->office, "office.ready", READY_MS);
}

TEST_HELPER void world_close(struct world *world)
{
	test_proc_kill(&world->office);
	test_proc_fini(&world->office);
	if (world->centre != NULL && strcmp(world->centre, UNUSED_AT) != 0)
		server_stop(&world->server);
	centre_fini(&world->server.centre);
	test_tmpdir_end(world->dir);
}

TEST_HELPER struct dd_client *client_open(const struct world *world)
{
	const struct dd_client_options options = {.endpoint = world->endpoint,
						  .patience_ms = 20000};
	struct dd_client *client;
	struct dd_error err = {0};

	if (dd_client_open(&options, &client, &err) != 0)
		fail_msg("%s", err.text);
	return client;
}

/* Submit under an identity of the test's own; the outcome. */
TEST_HELPER int submit(struct dd_client *client, uint64_t number, const char *note)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Submit body = DONDOC__V1__SUBMIT__INIT;
	Dondoc__V1__Reply *reply = NULL;
	struct dd_error err = {0};
	uint8_t stream[DD_ID_LEN];
	int outcome;

	memset(stream, 5, sizeof(stream));
	body.stream.data = stream;
	body.stream.len = sizeof(stream);
	body.number = number;
	body.body.data = centre_body("SYT", note, &body.body.len);
	request.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	request.submit = &body;
	if (dd_client_request(client, &request, &reply, &err) != 0)
		fail_msg("%s", err.text);
	free(body.body.data);
	assert_int_equal(reply->body_case, DONDOC__V1__REPLY__BODY_SUBMIT);
	outcome = (int)reply->submit->outcome;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return outcome;
}

TEST_HELPER Dondoc__V1__Reply *ask(struct dd_client *client, Dondoc__V1__Query *query,
				   struct dd_error *err)
{
	Dondoc__V1__Reply *reply = NULL;

	return dd_client_query(client, query, 0, &reply, err) == 0 ? reply : NULL;
}

/* An answer that must be there. */
TEST_HELPER Dondoc__V1__Reply *ask_for(struct dd_client *client, Dondoc__V1__Query *query)
{
	struct dd_error err = {0};
	Dondoc__V1__Reply *reply = ask(client, query, &err);

	if (reply != NULL)
		return reply;
	fail_msg("%s", err.text);
	abort();
}

TEST_HELPER Dondoc__V1__Reply *ask_status(struct dd_client *client)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus status = DONDOC__V1__SHOW_STATUS__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &status;
	return ask_for(client, &query);
}

TEST_HELPER uint64_t ask_waiting(struct dd_client *client)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOutbox list = DONDOC__V1__LIST_OUTBOX__INIT;
	Dondoc__V1__Reply *reply;
	uint64_t waiting;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OUTBOX;
	query.list_outbox = &list;
	reply = ask_for(client, &query);
	waiting = reply->answer->outbox->waiting;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return waiting;
}

TEST_HELPER void pause_ms(unsigned ms)
{
	(void)usleep(ms * 1000);
}

/* Where the program lies; false, with words: nowhere. */
TEST_HELPER bool world_find_program(void)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert(len > 0);
	self[len] = '\0';
	(void)snprintf(program, sizeof(program), "%.4000s/dondoc-office", dirname(self));
	if (access(program, X_OK) == 0)
		return true;
	(void)fprintf(stderr, "%s is not built: nothing to test\n", program);
	return false;
}

#endif
