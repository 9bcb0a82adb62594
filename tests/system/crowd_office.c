/* crowd_office.c - see crowd_impl.h. What services/office/office.c does, but for the access
 * control, of which a process has one, and for the reporting sheets' folder and the watch over the
 * key's file, which cost nothing at the centre. */
#include "common/base/clock.h"
#include "common/base/sys.h"
#include "services/office/office_door.h"
#include "services/office/office_evidence.h"
#include "services/office/office_follow.h"
#include "services/office/office_refresh.h"
#include "services/office/office_refresh_tasks.h"
#include "tests/support/load_message.h"
#include "tests/support/tmpdir.h"
#include "tests/system/crowd_impl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (16u << 20)
#define REPLY_MAX   (INT64_C(8) << 20)

void crowd_unit(size_t index, char unit_out[CROWD_UNIT])
{
	(void)snprintf(unit_out, CROWD_UNIT, "DV%04u", (unsigned)(index % 10000));
}

/* --- names, key, settings --------------------------------------------------------------------- */

static void set_paths(struct crowd_office *one, const struct crowd_options *options)
{
	const char *dir = options->dir != NULL ? options->dir : options->centre->dir;

	crowd_unit((size_t)one->index, one->unit);
	(void)snprintf(one->data, STATION_PATH, "%.400s/%s", dir, one->unit);
	(void)snprintf(one->key, STATION_PATH, "%.400s/%s.key", options->centre->dir, one->unit);
	(void)snprintf(one->centre, sizeof(one->centre), "tcp://127.0.0.1:%d",
		       options->centre->port);
}

static void admit(const struct crowd_office *one, const struct station *centre)
{
	struct dd_curve_key key;
	char path[STATION_PATH], text[256];
	struct dd_error err;
	int len;

	dd_curve_new(&key);
	if (dd_curve_save(one->key, &key, &err) != 0)
		system_die("%s", err.text);
	(void)snprintf(path, sizeof(path), "%.400s/offices/%s.office", centre->dir, one->unit);
	len = snprintf(text, sizeof(text), "unit %s\npublic %s\n", one->unit, key.public_key);
	test_write_file(path, text, (unsigned long)len);
}

void crowd_office_init(struct crowd_office *one, const struct crowd_options *options, size_t index)
{
	static char empty[] = "";

	one->index = (int)index;
	one->tasks = options->centre->tasks + index * options->tasks_each;
	one->task_count = options->tasks_each;
	dd_id_new(one->client);
	set_paths(one, options);
	admit(one, options->centre);
	one->config = (struct office_config){.data_dir = one->data,
					     .run_dir = options->centre->run,
					     .unit = one->unit,
					     .centre = one->centre,
					     .centre_log = empty,
					     .follow_anew = empty,
					     .centre_key = options->centre->public_key,
					     .key = one->key,
					     .window = 64,
					     .retry_ms = 1000,
					     .refresh_s = 60,
					     .inbox = empty,
					     .send = true,
					     .evidence_hours = empty};
}

/* --- the engine's way to the centre ----------------------------------------------------------- */

struct call {
	struct office_life *life;
	uint64_t id;
};

static uint64_t next_id(void *arg)
{
	const struct office *office = arg;

	return dd_bus_client_next_id(office->centre);
}

static void on_reply(void *arg, int result, const uint8_t *data, size_t len)
{
	struct call *call = arg;
	struct office *office = office_life_end(call->life);
	struct dd_error err = {0};

	if (office != NULL) {
		office_now(office);
		office_after(office,
			     office_core_reply(office->core, call->id, result, data, len, &err),
			     &err);
	}
	free(call);
}

static int send_out(void *arg, uint64_t id, const uint8_t *data, size_t len, uint32_t deadline_ms)
{
	struct office *office = arg;
	struct call *call = dd_alloc(sizeof(*call));
	int rc;

	call->id = id;
	rc = dd_bus_client_send(office->centre, id, data, len, deadline_ms, on_reply, call);
	if (rc != 0) {
		free(call);
		return rc;
	}
	call->life = office_life_begin(office);
	return 0;
}

static void on_link(void *arg, enum dd_link link)
{
	struct office *office = arg;
	struct dd_error err = {0};

	office_now(office);
	office_after(office, office_core_link(office->core, link, &err), &err);
	office_evidence_link(office->evidence, link);
	office_refresh_link(office, link);
}

static void on_wake(void *arg)
{
	struct office *office = arg;
	struct dd_error err = {0};

	office_now(office);
	office_after(office, office_core_wake(office->core, &err), &err);
}

static void on_turn(void *arg)
{
	struct office *office = arg;

	if (office_core_stirred(office->core))
		on_wake(office);
}

/* --- life ------------------------------------------------------------------------------------- */

static void start_engine(struct office *office)
{
	const struct dd_sys *sys = dd_sys();
	struct office_core_options options = {.outbox = office->outbox,
					      .unit = office->config->unit,
					      .build = office->context.build,
					      .window = (uint32_t)office->config->window,
					      .retry_ms = (uint32_t)office->config->retry_ms,
					      .send = office->config->send,
					      .gathers = true,
					      .next_id = next_id,
					      .send_out = send_out,
					      .arg = office};

	sys->random(sys->ctx, &options.seed, sizeof(options.seed));
	office->core = office_core_new(&options);
	office_now(office);
}

static int open_store(struct office *office, struct dd_error *err)
{
	struct office_replica_options replica = {.data_dir = office->config->data_dir,
						 .unit = office->config->unit};
	int rc =
		office_outbox_open(office->config->data_dir, 0, dd_wall_us(), &office->outbox, err);

	if (rc != 0)
		return rc;
	replica.store = office_outbox_store(office->outbox);
	return office_replica_open(&replica, &office->replica, err);
}

static int open_centre(struct office *office, struct dd_error *err)
{
	const struct dd_bus_client_options options = {.loop = office->context.loop,
						      .endpoint = office->config->centre,
						      .key = &office->key,
						      .server_public = office->config->centre_key,
						      .max_message = REPLY_MAX,
						      .trains = true,
						      .on_link = on_link,
						      .arg = office};

	return dd_bus_client_open(&options, &office->centre, err);
}

static struct office *new_office(const struct crowd_office *one, struct dd_loop *loop,
				 struct dd_access *access)
{
	struct office *office = dd_alloc(sizeof(*office));

	office->context =
		(struct dd_app_context){.loop = loop, .settings = &one->config, .build = "crowd"};
	office->config = &one->config;
	office->access = access;
	office->life = dd_alloc(sizeof(*office->life));
	office->life->office = office;
	office->life->refs = 1;
	dd_arena_init(&office->arena, ARENA_BYTES);
	office->wake = dd_timer_open(loop, on_wake, office);
	office->refresh = dd_timer_open(loop, office_refresh, office);
	return office;
}

void crowd_office_open(struct crowd_office *one, struct dd_loop *loop, struct dd_access *access)
{
	struct office *office = new_office(one, loop, access);
	struct dd_error err = {0};
	int rc = office_config_check(office->config, &office->key, &err);

	if (rc == 0)
		rc = open_store(office, &err);
	if (rc == 0) {
		start_engine(office);
		dd_loop_each_turn(loop, on_turn, office);
		office->tasks = office_tasks_new(office);
		rc = open_centre(office, &err);
	}
	if (rc == 0)
		rc = office_evidence_open(office, &office->evidence, &err);
	if (rc == 0)
		rc = office_follow_open(office, &office->follow, &err);
	if (rc == 0)
		rc = office_door_open(office, &office->door, &err);
	if (rc != 0)
		system_die("office %s cannot be opened: %s", one->unit, err.text);
	one->office = office;
}

void crowd_office_close(struct crowd_office *one)
{
	struct office *office = one->office;

	if (office == NULL)
		return;
	dd_loop_each_turn_end(office->context.loop, on_turn, office);
	office->life->office = NULL;
	(void)office_life_end(office->life);
	office_evidence_close(office->evidence);
	office_door_close(office->door);
	office_follow_close(office->follow);
	dd_bus_client_close(office->centre);
	dd_timer_close(office->wake);
	dd_timer_close(office->refresh);
	office_core_free(office->core);
	office_tasks_free(office->tasks);
	office_replica_close(office->replica);
	office_outbox_close(office->outbox);
	dd_arena_fini(&office->arena);
	free(office);
	one->office = NULL;
}

/* --- a report --------------------------------------------------------------------------------- */

void crowd_office_save(struct crowd_office *one, struct test_history *history)
{
	struct office *office = one->office;
	struct test_report report = {.stream = one->client,
				     .number = ++one->number,
				     .task = one->tasks[one->number % one->task_count],
				     .unit = one->unit,
				     .note_bytes = 300};
	struct test_line line = {.kind = TEST_INVOKE, .client = one->index};
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	Dondoc__V1__SubmitReply reply;
	uint8_t body[TEST_BODY_MAX];
	struct dd_error err = {0};
	int rc;

	submit.stream.data = one->client;
	submit.stream.len = DD_ID_LEN;
	submit.number = report.number;
	submit.body.data = body;
	submit.body.len = test_report_pack(&report, body, line.content);
	memcpy(line.id.stream, one->client, DD_ID_LEN);
	line.id.number = report.number;
	dd_hash(body, submit.body.len, line.id.digest);
	test_history_add(history, &line);
	office_now(office);
	rc = office_core_submit(office->core, &submit, &reply, &err);
	if (rc != 0 || err.code != 0 || reply.outcome != DONDOC__V1__OUTCOME__OUTCOME_SAVED)
		system_die("office %s does not save report %llu: %s", one->unit,
			   (unsigned long long)report.number, err.text);
	office_after(office, 0, &err);
	line.kind = TEST_OK;
	test_history_add(history, &line);
}
