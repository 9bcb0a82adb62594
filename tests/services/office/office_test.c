/* office_test.c - the real dondoc-office: killed right after "saved", with the centre away, with
 * wrong settings, with a centre that comes back. */
#include "common/app/client.h"
#include "common/base/file.h"
#include "services/office/office_outbox.h"
#include "tests/services/office/centre_server.h"
#include "tests/support/harness.h"
#include "tests/support/proc.h"
#include "tests/support/tmpdir.h"

#include <libgen.h>
#include <limits.h>
#include <unistd.h>

#define KILLS     200
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

static void set(struct world *world, int at, const char *name, const char *value)
{
	(void)snprintf(world->settings[at], sizeof(world->settings[at]), "DONDOC_OFFICE_%s=%s",
		       name, value);
}

static void set_path(struct world *world, int at, const char *name, const char *file)
{
	char *path = dd_path(world->dir, file);

	set(world, at, name, path);
	free(path);
}

static void make_keys(struct world *world)
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

static void world_open(struct world *world, bool with_centre)
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

static bool start(struct world *world)
{
	const char *env[9] = {0};
	const char *argv[] = {program, NULL};

	for (int i = 0; i < 7; i++)
		env[i] = world->settings[i];
	assert_true(test_proc_start(&world->office, world->dir, "office", argv, env));
	return test_proc_wait_err(&world->office, "office.ready", READY_MS);
}

static void world_close(struct world *world)
{
	test_proc_kill(&world->office);
	test_proc_fini(&world->office);
	if (world->centre != NULL && strcmp(world->centre, UNUSED_AT) != 0)
		server_stop(&world->server);
	centre_fini(&world->server.centre);
	test_tmpdir_end(world->dir);
}

static struct dd_client *client_open(const struct world *world)
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
static int submit(struct dd_client *client, uint64_t number, const char *note)
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

static Dondoc__V1__Reply *ask(struct dd_client *client, Dondoc__V1__Query *query,
			      struct dd_error *err)
{
	Dondoc__V1__Reply *reply = NULL;

	return dd_client_query(client, query, 0, &reply, err) == 0 ? reply : NULL;
}

/* An answer that must be there. */
static Dondoc__V1__Reply *ask_for(struct dd_client *client, Dondoc__V1__Query *query)
{
	struct dd_error err = {0};
	Dondoc__V1__Reply *reply = ask(client, query, &err);

	if (reply != NULL)
		return reply;
	fail_msg("%s", err.text);
	abort();
}

static Dondoc__V1__Reply *ask_status(struct dd_client *client)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStatus status = DONDOC__V1__SHOW_STATUS__INIT;

	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STATUS;
	query.show_status = &status;
	return ask_for(client, &query);
}

static uint64_t ask_waiting(struct dd_client *client)
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

static void pause_ms(unsigned ms)
{
	(void)usleep(ms * 1000);
}

static void note_of(int i, char out[32])
{
	(void)snprintf(out, 32, "<kill-%04d>", i);
}

static void killed_right_after_saved_nothing_is_lost_and_nothing_is_double(void **state)
{
	static struct world world;
	struct dd_client *client;
	char note[32];
	size_t place = 0, before = 0;

	(void)state;
	world_open(&world, true);
	for (int i = 1; i <= KILLS; i++) {
		assert_true(start(&world));
		client = client_open(&world);
		note_of(i, note);
		assert_int_equal(submit(client, (uint64_t)i, note),
				 DONDOC__V1__OUTCOME__OUTCOME_SAVED);
		/* At once, or when it is just sending. */
		pause_ms((unsigned)(i % 4) * 3);
		test_proc_kill(&world.office);
		test_proc_fini(&world.office);
		dd_client_close(client);
	}
	assert_true(start(&world));
	client = client_open(&world);
	assert_int_equal(submit(client, KILLS, note), DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	for (int i = 0; i < 3000 && ask_waiting(client) > 0; i++)
		pause_ms(10);
	assert_int_equal(ask_waiting(client), 0);
	assert_int_equal(server_count(&world.server), KILLS);
	for (int i = 1; i <= KILLS; i++) {
		note_of(i, note);
		assert_int_equal(centre_count(&world.server.centre, note, &place), 1);
		assert_true(i == 1 || place > before);
		before = place;
	}
	dd_client_close(client);
	assert_int_equal(test_proc_stop(&world.office, READY_MS), 0);
	world_close(&world);
}

static void the_office_serves_while_the_centre_is_away(void **state)
{
	static struct world world;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	struct dd_error err = {0};

	(void)state;
	world_open(&world, false);
	assert_true(start(&world));
	client = client_open(&world);
	assert_int_equal(submit(client, 1, "<kept>"), DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	assert_int_equal(submit(client, 1, "<other>"), DONDOC__V1__OUTCOME__OUTCOME_CONFLICT);
	assert_int_equal(submit(client, 3, "<third>"), DONDOC__V1__OUTCOME__OUTCOME_GAP);
	assert_int_equal(ask_waiting(client), 1);
	reply = ask_status(client);
	assert_string_equal(reply->answer->status->service, "office");
	assert_string_equal(reply->answer->status->unit, "SYT");
	assert_string_equal(reply->answer->status->link, "connecting");
	assert_true(reply->answer->status->healthy);
	assert_null(reply->answer->status->head); /* the centre was never seen */
	dondoc__v1__reply__free_unpacked(reply, NULL);
	/* Nothing is known here yet, and that is said. */
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	dd_client_set_patience(client, 500);
	assert_null(ask(client, &query, &err));
	assert_int_equal(err.code, DD_ERR_RETRY);
	dd_client_close(client);
	assert_int_equal(test_proc_stop(&world.office, READY_MS), 0);
	world_close(&world);
}

static void a_wrong_setting_is_named_and_ends_the_program_for_good(void **state)
{
	static const struct {
		int at;
		const char *name;
		const char *value;
		const char *named;
	} wrong[] = {
		{2, "UNIT", "S YT", "office.unit"},
		{3, "CENTRE", "http://x", "office.centre"},
		{4, "CENTRE_KEY", "short", "office.centre_key"},
		{5, "KEY", "/does/not/exist", "office.key"},
		{6, "RETRY_MS", "0", "retry_ms"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		static struct world world;
		char *text;

		world_open(&world, false);
		set(&world, wrong[i].at, wrong[i].name, wrong[i].value);
		assert_false(start(&world));
		assert_int_equal(test_proc_wait(&world.office, READY_MS), 100);
		text = test_read_file(world.office.err_path, NULL);
		if (strstr(text, wrong[i].named) == NULL)
			fail_msg("%s is not named in: %s", wrong[i].named, text);
		free(text);
		world_close(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_setting_is_named_and_ends_the_program_for_good),
		cmocka_unit_test(the_office_serves_while_the_centre_is_away),
		cmocka_unit_test(killed_right_after_saved_nothing_is_lost_and_nothing_is_double),
	};
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert(len > 0);
	self[len] = '\0';
	(void)snprintf(program, sizeof(program), "%.4000s/dondoc-office", dirname(self));
	if (access(program, X_OK) != 0) {
		(void)fprintf(stderr, "%s is not built: nothing to test\n", program);
		return 77;
	}
	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
