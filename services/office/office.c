/* office.c - the parts of the office service, held together: engine, centre, door, timers.
 *
 * Everything runs on the loop's thread. The engine is told the time, then an input; afterwards the
 * wake timer is set to when it wants to be called. The centre's log is followed in office_follow.c,
 * what it does not tell by itself is asked for in office_refresh.c. */
#include "services/office/office.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "services/office/office_door.h"
#include "services/office/office_evidence.h"
#include "services/office/office_follow.h"
#include "services/office/office_inbox.h"
#include "services/office/office_key.h"
#include "services/office/office_refresh.h"
#include "services/office/office_refresh_tasks.h"
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (16u << 20)
#define REPLY_MAX   (INT64_C(8) << 20)

/* --- the engine ------------------------------------------------------------------------------ */

struct office_life *office_life_begin(struct office *office)
{
	office->life->refs++;
	return office->life;
}

struct office *office_life_end(struct office_life *life)
{
	struct office *office = life->office;

	if (--life->refs == 0)
		free(life);
	return office;
}

void office_now(struct office *office)
{
	office_core_time(office->core, dd_wall_us(), dd_mono_us());
}

void office_after(struct office *office, int rc, const struct dd_error *err)
{
	int64_t due_us, wait_us;

	if (rc != 0)
		dd_app_die("office.store_failed", err);
	office_evidence_look(office->evidence);
	due_us = office_core_due(office->core);
	if (due_us == INT64_MAX) {
		dd_timer_stop(office->wake);
		return;
	}
	wait_us = due_us - dd_mono_us();
	dd_timer_start(office->wake, wait_us > 0 ? (uint64_t)wait_us / 1000 + 1 : 1, 0);
}

static void on_wake(void *arg)
{
	struct office *office = arg;
	struct dd_error err = {0};

	office_now(office);
	office_after(office, office_core_wake(office->core, &err), &err);
}

/* Behind the replies that one turn has brought. */
static void on_turn(void *arg)
{
	struct office *office = arg;

	if (office_core_stirred(office->core))
		on_wake(office);
}

static uint64_t next_id(void *arg)
{
	const struct office *office = arg;

	return dd_bus_client_next_id(office->centre);
}

struct call {
	struct office_life *life;
	uint64_t id;
};

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

static const char *link_name(enum dd_link link)
{
	switch (link) {
	case DD_LINK_CONNECTING:
		return "connecting";
	case DD_LINK_UP:
		return "up";
	case DD_LINK_DENIED:
		return "denied";
	}
	return "unknown";
}

static void on_link(void *arg, enum dd_link link)
{
	struct office *office = arg;
	struct dd_error err = {0};

	dd_log(link == DD_LINK_DENIED ? DD_LOG_ERROR : DD_LOG_INFO, "office.link",
	       dd_f_text("link", link_name(link)), dd_f_text("centre", office->config->centre));
	office_now(office);
	office_after(office, office_core_link(office->core, link, &err), &err);
	office_evidence_link(office->evidence, link);
	office_refresh_link(office, link);
	if (link == DD_LINK_UP)
		office_follow_link_up(office->follow);
}

static bool incarnation_at(void *arg, uint64_t sequence, uint32_t *incarnation_out)
{
	struct dd_position place;

	if (office_kept_place(arg, sequence - 1, &place) != 0)
		return false;
	*incarnation_out = place.incarnation;
	return true;
}

/* Some thousand a turn of the loop; a full disk waits for the next backup. */
static size_t free_some(struct office *office)
{
	struct office_kept *kept = office_replica_kept(office->replica);
	const struct office_backup backup = {.covered = office_kept_state(kept)->covered,
					     .incarnation_at = incarnation_at,
					     .arg = kept};
	struct dd_error err = {0};
	size_t freed = 0;
	int rc = 0;

	if (backup.covered.sequence != 0)
		rc = office_outbox_free(office->outbox, &backup, &freed, &err);
	if (rc != 0 && rc != DD_ERR_FULL)
		dd_app_die("office.outbox_failed", &err);
	if (freed > 0)
		dd_log(DD_LOG_INFO, "office.freed", dd_f_uint("reports", freed));
	return freed;
}

static void free_covered(void *arg)
{
	struct office *office = office_life_end(arg);

	if (office != NULL && free_some(office) > 0)
		dd_loop_post(office->context.loop, free_covered, office_life_begin(office));
}

void office_covered(struct office *office, const struct dd_position *position)
{
	office_evidence_covered(office->evidence, position);
	dd_loop_post(office->context.loop, free_covered, office_life_begin(office));
	dd_log(DD_LOG_INFO, "office.backup_covers", dd_f_uint("sequence", position->sequence));
}

/* --- life ------------------------------------------------------------------------------------ */

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
		return dd_fail_context(err, "office.data_dir %s", office->config->data_dir);
	dd_store_reader_check(office_outbox_store(office->outbox));
	rc = office_clock_load(&office->clock, office->outbox);
	if (rc != 0)
		return dd_fail(err, rc, "the outbox in %s cannot be read",
			       office->config->data_dir);
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
	int rc = dd_bus_client_open(&options, &office->centre, err);

	return rc != 0 ? dd_fail_context(err, "office.centre") : 0;
}

int office_open(const struct dd_app_context *context, void **service_out, struct dd_error *err)
{
	struct office *office = dd_alloc(sizeof(*office));
	struct office_counts counts;
	int rc;

	office->context = *context;
	office->config = context->settings;
	office->life = dd_alloc(sizeof(*office->life));
	office->life->office = office;
	office->life->refs = 1;
	dd_arena_init(&office->arena, ARENA_BYTES);
	*service_out = office;
	office->wake = dd_timer_open(context->loop, on_wake, office);
	office->refresh = dd_timer_open(context->loop, office_refresh, office);
	rc = office_config_check(office->config, &office->key, err);
	if (rc == 0)
		rc = open_store(office, err);
	if (rc != 0)
		return rc;
	start_engine(office);
	dd_loop_each_turn(context->loop, on_turn, office);
	office->tasks = office_tasks_new(office);
	rc = dd_access_open(NULL, &office->access, err);
	if (rc == 0)
		rc = open_centre(office, err);
	if (rc == 0)
		rc = office_evidence_open(office, &office->evidence, err);
	if (rc == 0)
		rc = office_follow_open(office, &office->follow, err);
	if (rc == 0)
		office->key_watch = office_key_open(office);
	if (rc == 0)
		rc = office_door_open(office, &office->door, err);
	if (rc == 0)
		office->inbox = office_inbox_open(office);
	if (rc == 0 && office_outbox_counts(office->outbox, &counts) == 0)
		dd_log(DD_LOG_INFO, "office.opened", dd_f_text("unit", office->config->unit),
		       dd_f_uint("waiting", counts.waiting), dd_f_uint("saved", counts.saved));
	return rc;
}

void office_close(void *service)
{
	struct office *office = service;

	if (office == NULL)
		return;
	dd_loop_each_turn_end(office->context.loop, on_turn, office);
	office->life->office = NULL;
	(void)office_life_end(office->life);
	office_evidence_close(office->evidence);
	office_inbox_close(office->inbox);
	office_door_close(office->door);
	office_key_close(office->key_watch);
	office_follow_close(office->follow);
	dd_bus_client_close(office->centre);
	dd_access_close(office->access);
	dd_timer_close(office->wake);
	dd_timer_close(office->refresh);
	office_core_free(office->core);
	office_tasks_free(office->tasks);
	office_replica_close(office->replica);
	office_outbox_close(office->outbox);
	dd_arena_fini(&office->arena);
	free(office);
}
