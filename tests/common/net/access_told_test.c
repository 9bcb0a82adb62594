/* access_told_test.c - keys that somebody tells beside those of the folder: who wins, and how soon.
 */
#include "common/net/access_table.h"
#include "tests/common/net/net_support.h"

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct dd_admission told(const char *key, const char *unit, enum dd_principal_class cls)
{
	struct dd_admission at;

	memset(&at, 0, sizeof(at));
	memcpy(at.key, key, strlen(key));
	memcpy(at.unit, unit, strlen(unit));
	at.cls = (uint8_t)cls;
	return at;
}

static void a_file_and_what_is_told_of_the_same_key(void **state)
{
	static const struct {
		const char *file_unit; /* NULL = no file */
		const char *told_unit; /* NULL = nothing is told */
		enum dd_principal_class cls;
		const char *unit; /* NULL = admitted to nobody */
		enum dd_principal_class as;
	} cases[] = {
		{"SYT", NULL, 0, "SYT", DD_PRINCIPAL_OFFICE},
		{NULL, "SYT", DD_PRINCIPAL_OFFICE, "SYT", DD_PRINCIPAL_OFFICE},
		{NULL, "SYT", DD_PRINCIPAL_ENROL, "SYT", DD_PRINCIPAL_ENROL},
		{NULL, "SYT", DD_PRINCIPAL_NONE, NULL, 0},
		{"SYT", "SYT", DD_PRINCIPAL_OFFICE, "SYT", DD_PRINCIPAL_OFFICE},
		{"SYT", "SYT", DD_PRINCIPAL_NONE, NULL, 0}, /* revoked: no file opens it again */
		{"SYT", "STC", DD_PRINCIPAL_NONE, NULL, 0},
		{"SYT", "STC", DD_PRINCIPAL_OFFICE, NULL, 0}, /* nobody can tell which is meant */
		{"SYT", "SYT", DD_PRINCIPAL_ENROL, NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *dir = test_tmpdir();
		char *path = dd_path(dir, "x.office");
		struct dd_admission at =
			told(KEY_A, cases[i].told_unit ? cases[i].told_unit : "", cases[i].cls);
		struct dd_access_table files, both;
		const struct dd_admission *found;
		char text[128];

		if (cases[i].file_unit) {
			snprintf(text, sizeof(text), "unit %s\npublic " KEY_A "\n",
				 cases[i].file_unit);
			test_write_file(path, text, strlen(text));
		}
		assert_int_equal(dd_access_table_read(dir, &files, NULL), 0);
		dd_access_table_merge(&files, &at, cases[i].told_unit != NULL, &both);
		found = dd_access_table_find(&both, KEY_A);
		if (cases[i].unit) {
			assert_non_null(found);
			assert_string_equal(found->unit, cases[i].unit);
			assert_int_equal(found->cls, cases[i].as);
		} else {
			assert_null(found);
		}
		dd_access_table_fini(&files);
		dd_access_table_fini(&both);
		free(path);
		test_tmpdir_end(dir);
	}
}

/* --- a connection ---------------------------------------------------------------------------- */

struct world {
	struct dd_loop *loop;
	struct dd_curve_key server_key, key;
	struct net_server server;
	struct dd_bus_client *client;
};

static void world_open(struct world *world)
{
	struct dd_bus_listen listen = {.endpoint = "tcp://127.0.0.1:*", .cls = DD_PRINCIPAL_OFFICE};
	struct dd_bus_client_options options = {.arg = world};

	memset(world, 0, sizeof(*world));
	dd_curve_new(&world->server_key);
	dd_curve_new(&world->key);
	listen.key = &world->server_key;
	assert_int_equal(dd_access_open(NULL, &world->server.access, NULL), 0);
	assert_int_equal(dd_loop_open(&world->loop, NULL), 0);
	assert_int_equal(net_server_open(&world->server, world->loop, &listen, 1, NULL), 0);
	options.loop = world->loop;
	options.endpoint = dd_bus_server_endpoint(world->server.bus, 0);
	options.key = &world->key;
	options.server_public = world->server_key.public_key;
	assert_int_equal(dd_bus_client_open(&options, &world->client, NULL), 0);
}

static void world_close(struct world *world)
{
	dd_bus_client_close(world->client);
	dd_bus_server_close(world->server.bus);
	dd_loop_close(world->loop);
	dd_access_close(world->server.access);
	dd_zmq_context_end();
}

static void tell(struct world *world, const char *unit, enum dd_principal_class cls)
{
	struct dd_admission at = told(world->key.public_key, unit, cls);

	dd_access_tell(world->server.access, &at, 1);
}

/* Without any folder: an invitation, the same key as an office's, and its end, on one connection.
 */
static void what_is_told_holds_for_the_next_message(void **state)
{
	struct world world;
	struct dd_principal who;
	struct net_call call;
	uint64_t generation;
	int got;

	(void)state;
	world_open(&world);
	tell(&world, "SYT", DD_PRINCIPAL_ENROL);
	net_call_until_reply(world.loop, world.client, 5000);
	assert_int_equal(world.server.last.cls, DD_PRINCIPAL_ENROL);
	assert_string_equal(world.server.last.text, "enrol/SYT");
	who = world.server.last;
	assert_true(dd_access_admits(world.server.access, &who));
	tell(&world, "SYT", DD_PRINCIPAL_OFFICE);
	assert_false(dd_access_admits(world.server.access, &who)); /* as what it came it is over */
	net_call_until_reply(world.loop, world.client, 5000);
	assert_string_equal(world.server.last.text, "office/SYT");
	who = world.server.last;
	got = world.server.got;
	generation = dd_access_generation(world.server.access);
	tell(&world, "SYT", DD_PRINCIPAL_OFFICE); /* nothing new: nobody is looked at again */
	assert_int_equal(dd_access_generation(world.server.access), generation);
	tell(&world, "SYT", DD_PRINCIPAL_NONE);
	assert_true(dd_access_generation(world.server.access) > generation);
	assert_false(dd_access_admits(world.server.access, &who));
	assert_int_equal(net_send(world.client, &call, 300), 0);
	net_run_until(world.loop, net_flag, &call.ended);
	assert_int_equal(call.err, DD_ERR_RETRY);
	assert_int_equal(world.server.got, got);
	world_close(&world);
}

static bool of_key(struct dd_access *access, const char *key)
{
	struct dd_principal who;

	return dd_access_of_key(access, key, &who);
}

/* A file's key waits until who tells has seen it, however often the folder is read meanwhile. */
static void a_held_file_waits_for_who_tells(void **state)
{
	char *dir = test_tmpdir(), *path = dd_path(dir, "x.office");
	struct dd_admission *seen, over;
	struct dd_access *access;
	char text[128];

	(void)state;
	assert_int_equal(dd_access_open(dir, &access, NULL), 0);
	dd_access_files_hold(access);
	dd_access_tell(access, NULL, 0);
	assert_false(dd_access_files_wait(access));
	snprintf(text, sizeof(text), "unit SYT\npublic " KEY_A "\n");
	test_write_file(path, text, strlen(text));
	dd_access_reload(access);
	assert_true(dd_access_files_wait(access));
	assert_false(of_key(access, KEY_A));
	/* Told, but he had not looked: it still waits. */
	dd_access_tell(access, NULL, 0);
	assert_false(of_key(access, KEY_A));
	assert_true(dd_access_files_wait(access));
	assert_int_equal(dd_access_files_see(access, &seen), 1);
	assert_string_equal(seen[0].unit, "SYT");
	free(seen);
	assert_false(of_key(access, KEY_A)); /* seen is not told yet */
	dd_access_tell(access, NULL, 0);
	assert_true(of_key(access, KEY_A));
	assert_false(dd_access_files_wait(access));
	/* And one that he knows to be over. */
	assert_int_equal(dd_access_files_see(access, &seen), 1);
	free(seen);
	over = told(KEY_A, "SYT", DD_PRINCIPAL_NONE);
	dd_access_tell(access, &over, 1);
	assert_false(of_key(access, KEY_A));
	assert_false(dd_access_files_wait(access));
	dd_access_close(access);
	dd_zmq_context_end();
	free(path);
	test_tmpdir_end(dir);
}

static bool refused(void *arg)
{
	return dd_bus_client_link(arg) == DD_LINK_DENIED;
}

/* Denied with the old key, and long since pausing between its tries: the new one comes at once. */
static void a_client_goes_on_with_another_key(void **state)
{
	struct dd_curve_key fresh;
	struct dd_admission at;
	struct world world;

	(void)state;
	world_open(&world);
	net_run_until(world.loop, refused, world.client);
	net_run_ms(world.loop, 500);
	dd_curve_new(&fresh);
	at = told(fresh.public_key, "SYT", DD_PRINCIPAL_OFFICE);
	dd_access_tell(world.server.access, &at, 1);
	dd_bus_client_rekey(world.client, &fresh);
	net_call_until_reply(world.loop, world.client, 5000);
	assert_string_equal(world.server.last.text, "office/SYT");
	/* And from an open connection. */
	dd_curve_new(&fresh);
	at = told(fresh.public_key, "STC", DD_PRINCIPAL_OFFICE);
	dd_access_tell(world.server.access, &at, 1);
	dd_bus_client_rekey(world.client, &fresh);
	net_call_until_reply(world.loop, world.client, 5000);
	assert_string_equal(world.server.last.text, "office/STC");
	world_close(&world);
}

static void keys_in_short_and_in_full(void **state)
{
	static const uint8_t low[32];
	struct dd_curve_key key;
	char text[41], public_text[41];
	uint8_t bytes[32];
	struct dd_error err;

	(void)state;
	dd_curve_new(&key);
	assert_int_equal(dd_curve_bytes(key.public_key, bytes), 0);
	dd_curve_text(bytes, text);
	assert_string_equal(text, key.public_key);
	assert_true(dd_curve_sound(bytes));
	assert_false(dd_curve_sound(low));
	assert_int_equal(dd_curve_public(key.secret_key, public_text, &err), 0);
	assert_string_equal(public_text, key.public_key);
	assert_int_equal(dd_curve_public("short", public_text, &err), DD_ERR_INVALID);
	assert_int_equal(dd_curve_bytes("short", bytes), DD_ERR_INVALID);
	dd_zmq_context_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_and_what_is_told_of_the_same_key),
		cmocka_unit_test(what_is_told_holds_for_the_next_message),
		cmocka_unit_test(a_held_file_waits_for_who_tells),
		cmocka_unit_test(a_client_goes_on_with_another_key),
		cmocka_unit_test(keys_in_short_and_in_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
