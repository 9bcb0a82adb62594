/* branch.c - see branch.h. */
#include "tests/system/branch.h"

#include "common/app/client.h"
#include "tests/support/tmpdir.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define START_MS 20000
#define ARGV_MAX 32

static void admit(struct branch *branch, const char *key_path)
{
	struct dd_curve_key key;
	char path[STATION_PATH];
	char text[256];
	struct dd_error err;
	int len;

	dd_curve_new(&key);
	if (dd_curve_save(key_path, &key, &err) != 0)
		system_die("%s", err.text);
	snprintf(path, sizeof(path), "%.400s/offices/%s.office", branch->centre->dir, branch->unit);
	len = snprintf(text, sizeof(text), "unit %s\npublic %s\n", branch->unit, key.public_key);
	test_write_file(path, text, (unsigned long)len);
	branch->key = key;
}

void branch_init_at(struct branch *branch, const struct station *centre,
		    const struct branch_place *place)
{
	char key[STATION_PATH], text[4096];
	int len;

	memset(branch, 0, sizeof(*branch));
	branch->centre = centre;
	branch->unit = place->unit;
	branch->name = place->name;
	snprintf(key, sizeof(key), "%.400s/%s.key", centre->dir, place->name);
	snprintf(branch->data, STATION_PATH, "%.400s/%s", centre->dir, place->name);
	snprintf(branch->config, STATION_PATH, "%.400s/%s.yaml", centre->dir, place->name);
	snprintf(branch->endpoint, STATION_PATH, "ipc://%.400s/office-%s/local/bus", centre->run,
		 place->unit);
	admit(branch, key);
	len = snprintf(text, sizeof(text),
		       "office:\n  data_dir: %s\n  run_dir: %s\n  unit: %s\n"
		       "  centre: 'tcp://%s:%d'\n  centre_key: '%s'\n  key: %s\n"
		       "  retry_ms: 50\n  refresh_s: 1\n",
		       branch->data, centre->run, place->unit, place->address, centre->port,
		       centre->public_key, key);
	test_write_file(branch->config, text, (unsigned long)len);
}

void branch_init(struct branch *branch, const struct station *centre)
{
	const struct branch_place place = {
		.unit = STATION_UNIT, .name = "office", .address = "127.0.0.1"};

	branch_init_at(branch, centre, &place);
}

void branch_fini(struct branch *branch)
{
	test_proc_fini(&branch->office);
}

bool branch_start(struct branch *branch)
{
	const char *argv[ARGV_MAX];
	size_t count = 0;

	for (size_t i = 0; branch->before != NULL && branch->before[i] != NULL; i++) {
		argv[count++] = branch->before[i];
		if (count > ARGV_MAX - 6)
			system_die("too many words before dondoc-office");
	}
	argv[count++] = DONDOC_OFFICE;
	argv[count++] = "--config";
	argv[count++] = branch->config;
	if (branch->now[0] != '\0') {
		argv[count++] = "--now";
		argv[count++] = branch->now;
	}
	argv[count] = NULL;
	test_proc_fini(&branch->office);
	return test_proc_start(&branch->office, branch->centre->dir, branch->name, argv,
			       branch->env) &&
	       test_proc_wait_err(&branch->office, "\"office.ready\"", START_MS);
}

void branch_must_start(struct branch *branch)
{
	char *words;

	if (branch_start(branch))
		return;
	words = test_read_file(branch->office.err_path, NULL);
	system_die("dondoc-office does not start:\n%s", words != NULL ? words : "");
}

struct test_load_options branch_load(struct branch *branch, struct station *centre, int client,
				     uint64_t seed)
{
	struct test_load_options options = station_load(centre, client, seed);

	options.endpoint = branch->endpoint;
	options.unit = branch->unit;
	return options;
}

uint32_t branch_waiting(const struct branch *branch)
{
	const struct dd_client_options options = {.endpoint = branch->endpoint,
						  .patience_ms = 10000};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOutbox list = DONDOC__V1__LIST_OUTBOX__INIT;
	struct dd_client *client;
	Dondoc__V1__Reply *reply;
	struct dd_error err;
	uint32_t waiting;

	list.open_only = true;
	list.limit = 1;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OUTBOX;
	query.list_outbox = &list;
	if (dd_client_open(&options, &client, &err) != 0 ||
	    dd_client_query(client, &query, 0, &reply, &err) != 0)
		system_die("the outbox cannot be asked: %s", err.text);
	waiting = reply->answer->outbox->waiting;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	dd_client_close(client);
	return waiting;
}

bool branch_drained(const struct branch *branch, int ms)
{
	for (int waited = 0; waited < ms; waited += 20) {
		if (branch_waiting(branch) == 0)
			return true;
		system_rest_ms(20);
	}
	return false;
}

void system_copy(const struct station *station, const char *from, const char *to)
{
	const char *const argv[] = {"cp", "-a", "--sparse=always", from, to, NULL};

	if (test_proc_run(station->dir, "cp", argv, NULL, 30000) != 0)
		system_die("%s cannot be copied to %s", from, to);
}

void system_remove(const struct station *station, const char *path)
{
	const char *const argv[] = {"rm", "-rf", "--", path, NULL};

	if (test_proc_run(station->dir, "rm", argv, NULL, 30000) != 0)
		system_die("%s cannot be removed", path);
}

static bool port_free(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				      .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	if (fd >= 0)
		close(fd);
	return is;
}

static int some_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *any = (struct sockaddr *)&address;
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, any, len) != 0 || getsockname(fd, any, &len) != 0)
		system_die("no port to be had");
	close(fd);
	return ntohs(address.sin_port);
}

int system_free_port(void)
{
	for (int i = 0; i < 100; i++) {
		int port = some_port();

		if (port < 65535 && port_free(port + 1))
			return port;
	}
	system_die("no two ports side by side");
}
