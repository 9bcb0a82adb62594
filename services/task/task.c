/* task.c - opening and closing the task service, and its heartbeat.
 *
 * Order at start: the view tells how far it has seen, the log opens with that as a witness, the
 * engine replays what the view lacks, the access control learns from the view who is admitted; only
 * then do the doors open: listeners, and the proof that the door is shut to strangers. Closing goes
 * the other way round. */
#include "services/task/task.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"

#define ARENA_BYTES  (2u << 20)
#define LISTENS_MAX  8
#define LOG_QUEUE    4 /* chunks for a follower that does not read: each may be a mebibyte */
#define ENDPOINT_MAX 160

/* --- heartbeat ---------------------------------------------------------------------------------
 */

static void store_step(struct task *task)
{
	struct dd_error err;
	int r = view_turn(task->view, &err);

	if (r == DD_ERR_FULL)
		dd_log(DD_LOG_WARN, "task.view_disk_full", dd_f_text("why", err.text));
	else if (r != DD_OK)
		dd_app_die("task.view_failed", &err);
}

static void on_turn(void *arg)
{
	struct task *task = arg;
	uint64_t before;
	bool full;

	do { /* a turn that has committed by itself is followed by what a commit is followed by */
		before = view_position(task->view)->sequence;
		store_step(task);
		task_engine_turn(task->engine);
		task_admission_turn(&task->admission);
		task_withhold_turn(&task->withhold);
	} while (view_position(task->view)->sequence != before);
	full = task_engine_full(task->engine);
	if (full != task->paused) {
		task->paused = full;
		dd_bus_server_pause(task->server, full);
	}
}

static void committed_on_loop(void *arg)
{
	struct task *task = arg;

	if (task->closed)
		return;
	task_engine_committed(task->engine);
	dd_bus_server_flush(task->server); /* the next commands must not make these answers wait */
	on_turn(task);
}

static void wake_committed(void *arg)
{
	struct task *task = arg;

	dd_loop_post(task->loop, committed_on_loop, task);
}

static void stored_on_loop(void *arg)
{
	struct task *task = arg;

	if (task->closed)
		return;
	on_turn(task);
	task_waiting_run(task);
}

static void wake_stored(void *arg)
{
	struct task *task = arg;

	dd_loop_post(task->loop, stored_on_loop, task);
}

static void on_tick(void *arg)
{
	struct task *task = arg;

	task_engine_watch_clock(task->engine);
	task_waiting_run(task);
	task_daily_tick(&task->daily);
	task_admission_tick(&task->admission);
	task_withhold_tick(&task->withhold);
	on_turn(task);
}

/* --- opening -----------------------------------------------------------------------------------
 */

static int open_stores(struct task *task, struct dd_error *err)
{
	char *log_dir = dd_path(task->config->data_dir, "log");
	char *view_dir = dd_path(task->config->data_dir, "view");
	char *files_dir = dd_path(task->config->data_dir, "files");
	struct view_options view = {.dir = view_dir, .on_stored = wake_stored, .arg = task};
	struct dd_eventlog_options log = {.dir = log_dir,
					  .segment_bytes = (uint64_t)task->config->segment_bytes,
					  .create = true};
	int r = dd_dir_make(task->config->data_dir, err);

	if (r == DD_OK)
		r = view_open(&view, &task->view, err);
	if (r == DD_OK) {
		log.expect = *view_position(task->view);
		r = dd_eventlog_open(&log, &task->log, err);
	}
	if (r == DD_OK)
		r = dd_files_open(files_dir, &task->files, err);
	if (r == DD_OK)
		r = dd_files_worker_open(task->files, task->loop, task_on_upload, task,
					 &task->uploads, err);
	free(log_dir);
	free(view_dir);
	free(files_dir);
	return r;
}

/* Whether the log was put back from a backup: *restored_out is then `mark`, unless its incarnation
 * has begun already and only the mark is left. */
static int look_for_restore(struct task *task, struct dd_restore_mark *mark,
			    const struct dd_restore_mark **restored_out, struct dd_error *err)
{
	bool begun = false;
	int r = dd_restore_mark_read(task->config->data_dir, mark, err);

	*restored_out = NULL;
	if (r == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (r == DD_OK)
		r = dd_restore_mark_fits(mark, task->log, &begun, err);
	if (r == DD_OK && !begun)
		*restored_out = mark;
	return r == DD_OK && begun ? dd_restore_mark_remove(task->config->data_dir, err) : r;
}

static int open_engine(struct task *task, struct dd_error *err)
{
	struct dd_restore_mark mark;
	struct task_engine_options options = {.log = task->log,
					      .view = task->view,
					      .files = task->files,
					      .access = task->access,
					      .authority = task->config->authority,
					      .build = task->build,
					      .wake = wake_committed,
					      .reply = task_on_reply,
					      .arg = task};
	int64_t last = dd_eventlog_head_us(task->log);
	int r;

	/* A trial takes up its story where it left it: its clock never stands before the last
	 * record. */
	if (dd_sys_trial() && dd_wall_us() <= last)
		dd_sys_set_trial(last + DD_SECOND_US);
	task->source.view = task->view;
	task->source.log = task->log;
	task->source.files = task->files;
	r = look_for_restore(task, &mark, &options.restored, err);
	if (r == DD_OK)
		r = task_engine_open(&options, &task->engine, err);
	if (r == DD_OK && options.restored != NULL)
		r = dd_restore_mark_remove(task->config->data_dir, err);
	task->daily = (struct task_daily){.engine = task->engine,
					  .view = task->view,
					  .log = task->log,
					  .files = task->files,
					  .sweeps_us = dd_mono_us() + TASK_DAILY_SWEEP_AFTER_US};
	return r;
}

struct doors {
	char endpoints[LISTENS_MAX][ENDPOINT_MAX];
	struct dd_bus_listen listens[LISTENS_MAX];
	int count;
};

static void add_door(struct doors *doors, const char *endpoint, enum dd_principal_class cls,
		     const struct dd_curve_key *key)
{
	struct dd_bus_listen *listen = &doors->listens[doors->count];

	snprintf(doors->endpoints[doors->count], ENDPOINT_MAX, "%s", endpoint);
	listen->endpoint = doors->endpoints[doors->count];
	listen->cls = cls;
	listen->key = key;
	doors->count++;
}

/* One endpoint and folder for each class of principals on this machine. */
static void add_local_doors(struct doors *doors, const struct task *task, const char *name)
{
	static const enum dd_principal_class classes[] = {
		DD_PRINCIPAL_OPERATOR, DD_PRINCIPAL_GATEWAY, DD_PRINCIPAL_NOTIFICATION,
		DD_PRINCIPAL_REPORTING};
	char endpoint[ENDPOINT_MAX];

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		snprintf(endpoint, sizeof(endpoint), "ipc://%s/%s/%s/bus", task->config->run_dir,
			 name, dd_principal_class_name(classes[i]));
		add_door(doors, endpoint, classes[i], NULL);
	}
}

static void on_log_read(void *arg, const struct dd_principal *who, uint64_t after)
{
	task_contact_read(((struct task *)arg)->contact, who, after, dd_wall_us());
}

static int open_log_server(struct task *task, const struct dd_curve_key *key, struct dd_error *err)
{
	struct doors doors = {.count = 0};
	struct dd_log_server_options options = {.log = task->log,
						.listens = doors.listens,
						.visible = task_query_visible,
						.look = task_query_look,
						.access = task->access,
						.on_read = on_log_read,
						.on_read_arg = task};
	char endpoint[ENDPOINT_MAX];
	int r = task_config_log(task->config, endpoint, sizeof(endpoint), err);

	if (r == DD_OK)
		r = view_visible_reader_open(task->view, &task->reader, err);
	if (r != DD_OK)
		return r;
	options.arg = task->reader;
	add_local_doors(&doors, task, "tasklog");
	if (endpoint[0] != '\0')
		add_door(&doors, endpoint, DD_PRINCIPAL_OFFICE, key);
	for (int i = 0; i < doors.count; i++)
		doors.listens[i].queue = LOG_QUEUE;
	options.listen_count = doors.count;
	return dd_log_server_open(&options, &task->log_server, err);
}

static int open_server(struct task *task, const struct dd_curve_key *key, struct dd_error *err)
{
	struct doors doors = {.count = 0};
	struct dd_bus_server_options options = {.loop = task->loop,
						.listens = doors.listens,
						.access = task->access,
						.budget = 1024,
						.on_request = task_on_request,
						.arg = task};

	add_local_doors(&doors, task, "task");
	if (task->config->listen[0] != '\0')
		add_door(&doors, task->config->listen, DD_PRINCIPAL_OFFICE, key);
	if (task->config->bench_listen[0] != '\0') {
		const char *trial = getenv("DONDOC_TRIAL");

		if (trial == NULL || strcmp(trial, "1") != 0)
			return dd_fail(err, DD_ERR_REFUSED,
				       "task.bench_listen is for benchmarks only (DONDOC_TRIAL=1); "
				       "remove it");
		add_door(&doors, task->config->bench_listen, DD_PRINCIPAL_OPERATOR, NULL);
	}
	options.listen_count = doors.count;
	return dd_bus_server_open(&options, &task->server, err);
}

static void begin_admission(struct task *task, const struct dd_curve_key *key)
{
	const struct task_config *config = task->config;

	task_admission_begin(&task->admission, task->view, task->access);
	memcpy(task->admission.centre_key, key->public_key, sizeof(task->admission.centre_key));
	task->admission.address = config->address;
	task->admission.listen = config->listen;
	task->admission.listen_log = config->listen_log;
}

static int open_doors(struct task *task, struct dd_error *err)
{
	const struct task_config *config = task->config;
	bool tcp = config->listen[0] != '\0' || config->listen_log[0] != '\0';
	struct dd_curve_key key = {.public_key = ""};
	int r = DD_OK;

	if (tcp && config->server_key[0] == '\0')
		return dd_fail(
			err, DD_ERR_INVALID,
			"task.listen needs task.server_key: make one with `dondoc keygen FILE`");
	task->has_key = config->server_key[0] != '\0';
	if (task->has_key)
		r = dd_curve_load(config->server_key, &key, err);
	task->key = key;
	if (r == DD_OK) {
		begin_admission(task, &key);
		task_withhold_begin(&task->withhold, &task->daily);
	}
	if (r == DD_OK)
		r = open_server(task, &key, err);
	if (r == DD_OK)
		r = open_log_server(task, &key, err);
	if (r == DD_OK && config->listen[0] != '\0')
		r = dd_access_self_test(dd_bus_server_endpoint(task->server, 4), key.public_key,
					err);
	return r;
}

int task_service_open(const struct dd_app_context *context, void **service_out,
		      struct dd_error *err)
{
	struct task *task = dd_alloc(sizeof(*task));
	int r;

	task->config = context->settings;
	task->loop = context->loop;
	task->build = context->build;
	task->started_us = context->started_us;
	task->waiting = task_waiting_new();
	task->contact = task_contact_new(dd_wall_us());
	dd_arena_init(&task->arena, ARENA_BYTES);
	r = open_stores(task, err);
	if (r == DD_OK)
		r = dd_access_open(task->config->offices_dir[0] != '\0' ? task->config->offices_dir
									: NULL,
				   &task->access, err);
	if (r == DD_OK)
		r = open_engine(task, err);
	if (r == DD_OK)
		r = open_doors(task, err);
	if (r != DD_OK) {
		task_service_close(task);
		return r;
	}
	dd_loop_each_turn(task->loop, on_turn, task);
	task->turning = true;
	task->tick = dd_timer_open(task->loop, on_tick, task);
	dd_timer_start(task->tick, 1000, 1000);
	dd_log(DD_LOG_INFO, "task.open",
	       dd_f_uint("sequence", dd_eventlog_head(task->log).sequence),
	       dd_f_text("data_dir", task->config->data_dir));
	*service_out = task;
	return DD_OK;
}

static void release(void *arg)
{
	struct task *task = arg;

	task_waiting_free(task->waiting);
	task_contact_free(task->contact);
	dd_arena_fini(&task->arena);
	dd_buf_fini(&task->answer);
	dd_buf_fini(&task->source.frame);
	task_records_fini(&task->source.records);
	free(task);
}

void task_service_close(void *service)
{
	struct task *task = service;

	if (task == NULL)
		return;
	if (task->turning)
		dd_loop_each_turn_end(task->loop, on_turn, task);
	dd_timer_close(task->tick);
	dd_log_server_close(task->log_server);
	view_visible_reader_close(task->reader);
	task_engine_close(task->engine); /* its last answers still go out */
	dd_bus_server_close(task->server);
	dd_access_close(task->access);
	dd_files_worker_close(task->uploads);
	dd_files_close(task->files);
	view_close(task->view);
	dd_eventlog_close(task->log);
	/* The threads have ended, but what they posted is still in the loop's row, which runs in
	 * order: the memory goes behind it. */
	task->closed = true;
	dd_loop_post(task->loop, release, task);
}
