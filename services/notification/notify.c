/* notify.c - opening and closing the service, following the log, and the heartbeat.
 *
 * Happy path: the view opens where it stopped, the follower brings what it lacks, at the head the
 * view goes live and the engine begins; whatever happens afterwards (a frame, an answer, a mail, a
 * second) gives the engine a turn. If the log is not the one that was followed, following stops for
 * good: nothing is told any more, and the service says so to whoever asks. */
#include "services/notification/notify.h"

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "services/notification/notify_door.h"
#include "services/notification/notify_texts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES    (1u << 20)
#define TICK_MS        1000
#define CONTACTS_US    (60 * DD_SECOND_US)
#define ENDPOINT_BYTES 256

struct notify_life *notify_life_begin(struct notify *notify)
{
	notify->life->refs++;
	return notify->life;
}

struct notify *notify_life_end(struct notify_life *life)
{
	struct notify *notify = life->notify;

	if (--life->refs == 0)
		free(life);
	return notify;
}

/* --- the engine ------------------------------------------------------------------------------ */

void notify_run(struct notify *notify)
{
	struct dd_error err = {0};

	if (!notify->live || notify->stopped)
		return;
	notify_engine_time(notify->engine, dd_wall_us(), dd_mono_us());
	if (notify_engine_turn(notify->engine, &err) != 0)
		dd_app_die("notification.engine_failed", &err);
}

static bool speaks_english(void *arg, const char *unit)
{
	const struct notify *notify = arg;

	return notify_contacts_english(notify->contacts, unit);
}

/* What can be used stays in use until the file can be used again. */
static void read_contacts(struct notify *notify)
{
	struct notify_contacts *contacts;
	struct dd_error err = {0};

	notify->contacts_us = dd_mono_us();
	if (notify_contacts_load(notify->config->contacts, &contacts, &err) == 0) {
		notify_contacts_free(notify->contacts);
		notify->contacts = contacts;
		notify->contacts_trouble[0] = '\0';
		return;
	}
	if (strncmp(notify->contacts_trouble, err.text, sizeof(notify->contacts_trouble) - 1) != 0)
		dd_log(DD_LOG_ERROR, "notification.contacts_unusable",
		       dd_f_text("reason", err.text));
	(void)snprintf(notify->contacts_trouble, sizeof(notify->contacts_trouble), "%.250s",
		       err.text);
}

static void on_tick(void *arg)
{
	struct notify *notify = arg;

	if (dd_mono_us() - notify->contacts_us >= CONTACTS_US)
		read_contacts(notify);
	notify_hooks_tick(notify->hooks);
	notify_run(notify);
}

/* --- the view -------------------------------------------------------------------------------- */

/* A full disk is told once; LMDB stays behind and is tried again. */
static void note_disk(struct notify *notify, bool full)
{
	if (full && !notify->disk_full)
		dd_log0(DD_LOG_ERROR, "notification.disk_full");
	notify->disk_full = full;
}

static void on_turn(void *arg)
{
	struct notify *notify = arg;
	struct dd_error err = {0};
	const int rc = view_turn(notify->view, &err);

	if (rc != 0 && rc != DD_ERR_FULL)
		dd_app_die("notification.view_failed", &err);
	note_disk(notify, view_store_full(notify->view));
}

static void wake_turn(void *arg)
{
	struct notify *notify = arg;

	dd_loop_post(notify->context.loop, on_turn, notify);
}

static int on_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
		    const struct dd_position *after, struct dd_error *err)
{
	struct notify *notify = arg;
	const int rc = view_replay(notify->view, frame, info, after, err);

	/* Full: more waits in memory than may; begun again from what is durable, with space. */
	if (rc == DD_ERR_IO || rc == DD_ERR_FULL)
		dd_app_die("notification.view_failed", err);
	note_disk(notify, view_store_full(notify->view));
	return rc;
}

static void on_caught_up(void *arg, const struct dd_position *head)
{
	struct notify *notify = arg;
	struct dd_error err = {0};

	if (!notify->live) {
		if (view_live(notify->view, &err) != 0)
			dd_app_die("notification.view_failed", &err);
		note_disk(notify, view_store_full(notify->view));
		dd_log(DD_LOG_INFO, "notification.live", dd_f_uint("sequence", head->sequence));
		notify->live = true;
		if (notify_hooks_start(notify->hooks, notify->context.loop,
				       view_position(notify->view), &err) != 0)
			dd_app_die("notification.hooks_failed", &err);
	}
	notify_engine_moved(notify->engine);
	notify_run(notify);
}

static void on_stopped(void *arg, int code, const struct dd_error *why)
{
	struct notify *notify = arg;

	notify->stopped = true;
	if (code == DD_ERR_UNSUPPORTED)
		(void)snprintf(notify->trouble, sizeof(notify->trouble),
			       "The log holds what this build does not know: update "
			       "dondoc-notification. (%.120s)",
			       why->text);
	else
		(void)snprintf(notify->trouble, sizeof(notify->trouble),
			       "The log is not the one that was followed; if that is meant, stop "
			       "the service, delete data_dir/view and start it. (%.110s)",
			       why->text);
	dd_log(DD_LOG_ERROR, "notification.stopped_following", dd_f_text("kind", dd_err_name(code)),
	       dd_f_text("reason", notify->trouble));
}

/* --- opening --------------------------------------------------------------------------------- */

/* The half of the holder's name that stays with the data folder. */
static int read_family(const struct notify *notify, uint8_t out[NOTIFY_FAMILY],
		       struct dd_error *err)
{
	char *path = dd_path(notify->config->data_dir, "holder");
	struct dd_buf text = {0};
	char hex[2 * NOTIFY_FAMILY + 1];
	uint8_t fresh[DD_ID_LEN];
	int rc = dd_file_read(path, sizeof(hex), &text, err);

	if (rc == 0) {
		rc = dd_hex_parse(dd_buf_cstr(&text), out, NOTIFY_FAMILY);
		if (rc != 0)
			rc = dd_fail(err, DD_ERR_INVALID, "%s is damaged: delete it", path);
	} else if (rc == DD_ERR_NOT_FOUND) {
		dd_id_new(fresh);
		memcpy(out, fresh, NOTIFY_FAMILY);
		(void)dd_hex(out, NOTIFY_FAMILY, hex);
		rc = dd_file_write(path, hex, strlen(hex), 0600, err);
	}
	dd_buf_fini(&text);
	free(path);
	return rc;
}

static int open_view(struct notify *notify, struct dd_error *err)
{
	char *dir = dd_path(notify->config->data_dir, "view");
	const struct view_options options = {.dir = dir, .on_stored = wake_turn, .arg = notify};
	int rc = dd_dir_make(notify->config->data_dir, err);

	if (rc == 0)
		rc = view_open(&options, &notify->view, err);
	if (rc != 0)
		(void)dd_fail_context(err, "notification.data_dir %s", notify->config->data_dir);
	free(dir);
	return rc;
}

bool notify_is_trial(void)
{
	const char *trial = getenv("DONDOC_TRIAL");

	return dd_sys_trial() != 0 || (trial != NULL && strcmp(trial, "1") == 0);
}

static int open_engine(struct notify *notify, struct dd_error *err)
{
	struct notify_engine_options options = {.view = notify->view,
						.policy = &notify->policy,
						.trial = notify_is_trial(),
						.english = speaks_english,
						.templates = notify->templates,
						.console_url = notify->config->console_url,
						.submit = notify_task_submit,
						.fetch = notify_task_fetch,
						.ways = notify_post_ways,
						.allowed = notify_post_allowed,
						.send = notify_post_send,
						.arg = notify};
	int rc;

	dd_id_new(options.holder);
	rc = read_family(notify, options.holder, err);
	if (rc == 0)
		notify->engine = notify_engine_new(&options);
	return rc;
}

static int connect_to(struct notify *notify, const char *name, struct dd_bus_client **client_out,
		      struct dd_error *err)
{
	char endpoint[ENDPOINT_BYTES];
	const struct dd_bus_client_options options = {.loop = notify->context.loop,
						      .endpoint = endpoint};
	const int len = snprintf(endpoint, sizeof(endpoint), "ipc://%s/%s/notification/bus",
				 notify->config->run_dir, name);

	if (len < 0 || (size_t)len >= sizeof(endpoint))
		return dd_fail(err, DD_ERR_INVALID, "notification.run_dir is too long: '%s'",
			       notify->config->run_dir);
	return dd_bus_client_open(&options, client_out, err);
}

static int open_follower(struct notify *notify, struct dd_error *err)
{
	const struct dd_follower_options options = {.client = notify->log,
						    .from = *view_position(notify->view),
						    .on_frame = on_frame,
						    .on_stopped = on_stopped,
						    .on_caught_up = on_caught_up,
						    .arg = notify};

	return dd_follower_open(&options, &notify->follower, err);
}

static int open_parts(struct notify *notify, struct dd_error *err)
{
	int rc = notify_config_check(notify->config, &notify->policy, err);

	if (rc == 0)
		rc = open_view(notify, err);
	if (rc == 0)
		rc = notify_curl_open(dd_loop_uv(notify->context.loop), &notify->curl, err);
	if (rc == 0)
		rc = notify_smtp_open(notify->curl, notify->config, &notify->smtp, err);
	if (rc == 0)
		rc = notify_gateways_open(notify->curl, notify->config->gateways, &notify->gateways,
					  err);
	if (rc == 0)
		rc = notify_hooks_open(notify->config, notify->curl, &notify->hooks, err);
	if (rc == 0)
		rc = notify_texts_open(notify, err);
	if (rc == 0)
		rc = open_engine(notify, err);
	if (rc == 0)
		rc = dd_access_open(NULL, &notify->access, err);
	if (rc == 0)
		rc = connect_to(notify, "task", &notify->task, err);
	if (rc == 0)
		rc = connect_to(notify, "tasklog", &notify->log, err);
	if (rc == 0)
		rc = open_follower(notify, err);
	if (rc == 0)
		rc = notify_door_open(notify, &notify->door, err);
	return rc;
}

int notify_open(const struct dd_app_context *context, void **service_out, struct dd_error *err)
{
	struct notify *notify = dd_alloc(sizeof(*notify));
	int rc;

	notify->context = *context;
	notify->config = context->settings;
	notify->life = dd_alloc(sizeof(*notify->life));
	notify->life->notify = notify;
	notify->life->refs = 1;
	dd_arena_init(&notify->arena, ARENA_BYTES);
	*service_out = notify;
	rc = open_parts(notify, err);
	if (rc != 0)
		return rc;
	read_contacts(notify);
	dd_loop_each_turn(context->loop, on_turn, notify);
	notify->turning = true;
	notify->tick = dd_timer_open(context->loop, on_tick, notify);
	dd_timer_start(notify->tick, TICK_MS, TICK_MS);
	return 0;
}

void notify_close(void *service)
{
	struct notify *notify = service;

	if (notify == NULL)
		return;
	notify->life->notify = NULL;
	if (notify->turning)
		dd_loop_each_turn_end(notify->context.loop, on_turn, notify);
	dd_timer_close(notify->tick);
	notify_door_close(notify->door);
	dd_follower_close(notify->follower);
	notify_hooks_close(notify->hooks);
	notify_curl_close(notify->curl);
	notify_gateways_close(notify->gateways);
	notify_smtp_close(notify->smtp);
	if (notify->log != NULL)
		dd_bus_client_close(notify->log);
	if (notify->task != NULL)
		dd_bus_client_close(notify->task);
	dd_access_close(notify->access);
	notify_engine_free(notify->engine);
	view_close(notify->view);
	notify_texts_close(notify);
	notify_contacts_free(notify->contacts);
	dd_arena_fini(&notify->arena);
	(void)notify_life_end(notify->life);
	free(notify);
}
