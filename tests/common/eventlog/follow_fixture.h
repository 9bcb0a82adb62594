/* follow_fixture.h - a log with a server in front of it, and a client's loop. */
#ifndef TESTS_EVENTLOG_FOLLOW_FIXTURE_H
#define TESTS_EVENTLOG_FOLLOW_FIXTURE_H

#include "common/eventlog/log_server.h"
#include "common/eventlog/position.h"
#include "tests/common/eventlog/log_fixture.h"
#include "tests/common/net/net_support.h"

struct follow_world {
	char *dir;
	char *log_dir;
	char endpoint[256];
	struct dd_eventlog *log;
	struct dd_access *access;
	struct dd_log_server *server;
	struct dd_loop *loop;
	struct dd_bus_client *client;
	dd_log_visible *visible;
};

static inline void follow_connect(struct follow_world *world)
{
	struct dd_bus_client_options options = {.loop = world->loop, .endpoint = world->endpoint};

	assert_int_equal(dd_bus_client_open(&options, &world->client, NULL), 0);
}

/* Connects at the first time, when there is somebody to connect to. */
static inline void follow_server_up(struct follow_world *world)
{
	struct dd_bus_listen listen = {.endpoint = world->endpoint, .cls = DD_PRINCIPAL_REPORTING};
	struct dd_log_server_options options = {
		.log = world->log,
		.access = world->access,
		.listens = &listen,
		.listen_count = 1,
		.visible = world->visible,
		.arg = world,
	};

	assert_int_equal(dd_log_server_open(&options, &world->server, NULL), 0);
	if (!world->client)
		follow_connect(world);
}

static inline void follow_server_down(struct follow_world *world)
{
	dd_log_server_close(world->server);
	world->server = NULL;
}

static inline void follow_log_open(struct follow_world *world)
{
	struct dd_eventlog_options options = {.dir = world->log_dir,
					      .segment_bytes = 1 << 20,
					      .spares = 1,
					      .inline_commit = true,
					      .create = true};

	assert_int_equal(dd_eventlog_open(&options, &world->log, NULL), 0);
}

/* A log of `frames` frames with three records each; no server and no client yet. */
static inline void follow_open(struct follow_world *world, unsigned frames)
{
	memset(world, 0, sizeof(*world));
	dd_id_start();
	world->dir = test_tmpdir();
	world->log_dir = dd_path(world->dir, "log");
	snprintf(world->endpoint, sizeof(world->endpoint), "ipc://%s/bus/b", world->dir);
	follow_log_open(world);
	assert_int_equal(fx_append_ok(world->log, frames, 3), 0);
	assert_int_equal(dd_access_open(NULL, &world->access, NULL), 0);
	assert_int_equal(dd_loop_open(&world->loop, NULL), 0);
}

static inline void follow_close(struct follow_world *world)
{
	dd_bus_client_close(world->client);
	dd_loop_close(world->loop);
	dd_log_server_close(world->server);
	dd_access_close(world->access);
	dd_eventlog_close(world->log);
	assert_int_equal(dd_socket_count(), 0);
	dd_zmq_context_end();
	free(world->log_dir);
	test_tmpdir_end(world->dir);
}

#endif
