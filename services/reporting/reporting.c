/* reporting.c - the parts of the reporting service, held together.
 *
 * Everything runs on the loop's thread. A frame of the log goes into view and ledger in memory; at
 * the end of the loop's turn both become durable, the ledger first (report_ledger.h says why). The
 * schedule is looked at whenever the head of the log is reached, and every few seconds. */
#include "services/reporting/reporting.h"

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/net/envelope.h"
#include "services/reporting/report_files.h"
#include "services/reporting/reporting_door.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES   (4u << 20)
#define LOOK_MS       2000u
#define DEADLINE_MS   10000u
#define ENDPOINT_MAX  512
#define LOG_REPLY_MAX (INT64_C(16) << 20)

/* --- following the log ------------------------------------------------------------------------ */

void reporting_settle(struct reporting *reporting)
{
	struct dd_error err = {0};
	int rc = DD_OK;

	if (!reporting->dirty)
		return;
	reporting->dirty = false;
	rc = report_ledger_commit(reporting->ledger, &err);
	if (rc == DD_OK)
		rc = view_flush(reporting->view, &err);
	if (rc != DD_OK)
		dd_app_die("reporting.store_failed", &err);
}

static int on_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
		    const struct dd_position *after, struct dd_error *err)
{
	struct reporting *reporting = arg;
	int rc = view_replay(reporting->view, frame, info, after, err);

	if (rc == DD_OK)
		rc = report_ledger_note(reporting->ledger, reporting->view, frame, info, after,
					err);
	/* Begun again from what is durable, with space or on another machine. */
	if (rc == DD_ERR_FULL || rc == DD_ERR_IO)
		dd_app_die("reporting.store_failed", err);
	reporting->dirty = true;
	return rc;
}

static void on_stopped(void *arg, int rc, const struct dd_error *why)
{
	struct reporting *reporting = arg;

	reporting->stopped = *why;
	reporting->stopped.code = rc;
	dd_log(DD_LOG_ERROR, "reporting.follower_stopped", dd_f_text("kind", dd_err_name(rc)),
	       dd_f_text("reason", why->text));
}

static void look(struct reporting *reporting)
{
	if (!reporting->live || reporting->stopped.code != 0)
		return;
	reporting_settle(reporting);
	report_issuer_turn(reporting->issuer, dd_wall_us(), dd_mono_us());
}

static void on_caught_up(void *arg, const struct dd_position *head)
{
	struct reporting *reporting = arg;
	struct dd_error err = {0};

	reporting_settle(reporting);
	if (!reporting->live) {
		if (view_live(reporting->view, &err) != DD_OK)
			dd_app_die("reporting.store_failed", &err);
		dd_log(DD_LOG_INFO, "reporting.caught_up", dd_f_uint("sequence", head->sequence));
	}
	reporting->live = true;
	look(reporting);
}

static void on_look(void *arg)
{
	look(arg);
}

static void on_turn(void *arg)
{
	struct reporting *reporting = arg;
	struct dd_error err = {0};

	reporting_settle(reporting);
	if (view_turn(reporting->view, &err) == DD_ERR_IO)
		dd_app_die("reporting.store_failed", &err);
}

/* --- the task service ------------------------------------------------------------------------- */

static void take_reply(struct reporting *reporting, int result, const uint8_t *data, size_t len)
{
	const Dondoc__V1__SubmitReply *submit = NULL;
	Dondoc__V1__Reply *reply = NULL;

	dd_arena_reset(&reporting->arena);
	if (result == 0)
		reply = dd_reply_unpack(&reporting->arena, data, len);
	if (reply && reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT)
		submit = reply->submit;
	else if (reply && reply->body_case == DONDOC__V1__REPLY__BODY_ERROR)
		dd_log(DD_LOG_WARN, "reporting.not_taken", dd_f_text("reason", reply->error->text));
	report_issuer_answer(reporting->issuer, submit, dd_mono_us());
}

static void on_reply(void *arg, int result, const uint8_t *data, size_t len)
{
	struct reporting_call *call = arg;
	struct reporting *reporting = call->reporting;

	free(call);
	if (!reporting)
		return;
	reporting->call = NULL;
	take_reply(reporting, result, data, len);
}

static int send_submit(void *arg, const Dondoc__V1__Submit *submit)
{
	struct reporting *reporting = arg;
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	struct reporting_call *call = dd_alloc(sizeof(*call));
	Dondoc__V1__Submit copy = *submit;
	struct dd_buf out = {0};
	int rc;

	call->reporting = reporting;
	request.version = 1;
	request.id = dd_bus_client_next_id(reporting->task);
	request.deadline_ms = DEADLINE_MS;
	request.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	request.submit = &copy;
	out.len = dondoc__v1__request__pack(
		&request, dd_buf_reserve(&out, dondoc__v1__request__get_packed_size(&request)));
	rc = dd_bus_client_send(reporting->task, request.id, out.data, out.len, DEADLINE_MS,
				on_reply, call);
	dd_buf_fini(&out);
	if (rc != DD_OK)
		free(call);
	else
		reporting->call = call;
	return rc;
}

/* --- life ------------------------------------------------------------------------------------- */

bool reporting_trial(const struct reporting *reporting)
{
	return reporting->config->trial || dd_sys_trial() != 0;
}

struct report_dress reporting_dress(const struct reporting *reporting)
{
	return (struct report_dress){
		.superior = reporting->config->superior,
		.agency = reporting->config->agency,
		.place = reporting->config->place,
		.recipient = reporting->config->recipient,
		.build = reporting->context.build,
		.scratch = reporting->scratch,
	};
}

/* The view must not be ahead: then the ledger could not learn how things stood in between. */
static int check_projections(const struct reporting *reporting, struct dd_error *err)
{
	const uint64_t view = view_position(reporting->view)->sequence;
	const uint64_t ledger = report_ledger_position(reporting->ledger)->sequence;

	if (view <= ledger)
		return DD_OK;
	return dd_fail(err, DD_ERR_CORRUPT,
		       "the view is at event %" PRIu64 " and the ledger only at %" PRIu64
		       ": delete the folders 'view' and 'ledger' under %s, they are rebuilt",
		       view, ledger, reporting->config->data_dir);
}

static int open_projections(struct reporting *reporting, struct dd_error *err)
{
	const char *data_dir = reporting->config->data_dir;
	char *view_dir = dd_path(data_dir, "view"), *ledger_dir = dd_path(data_dir, "ledger");
	const struct view_options options = {.dir = view_dir, .inline_store = true};
	int rc = dd_dir_make(data_dir, err);

	reporting->files_dir = dd_path(data_dir, "files");
	reporting->scratch = dd_path(data_dir, "scratch");
	if (rc == DD_OK)
		rc = dd_dir_make(reporting->files_dir, err);
	if (rc == DD_OK)
		rc = dd_dir_make(reporting->scratch, err);
	if (rc == DD_OK)
		report_files_clean(reporting->files_dir);
	if (rc == DD_OK)
		rc = view_open(&options, &reporting->view, err);
	if (rc == DD_OK)
		rc = report_ledger_open(ledger_dir, 0, &reporting->ledger, err);
	if (rc == DD_OK)
		rc = check_projections(reporting, err);
	free(view_dir);
	free(ledger_dir);
	return rc;
}

static int open_client(struct reporting *reporting, const char *name, int64_t max_message,
		       struct dd_bus_client **client_out, struct dd_error *err)
{
	char endpoint[ENDPOINT_MAX];
	const struct dd_bus_client_options options = {
		.loop = reporting->context.loop, .endpoint = endpoint, .max_message = max_message};
	int len = snprintf(endpoint, sizeof(endpoint), "ipc://%s/%s/reporting/bus",
			   reporting->config->run_dir, name);

	if (len < 0 || (size_t)len >= sizeof(endpoint))
		return dd_fail(err, DD_ERR_INVALID, "reporting.run_dir is too long: '%s'",
			       reporting->config->run_dir);
	return dd_bus_client_open(&options, client_out, err);
}

static int open_follower(struct reporting *reporting, struct dd_error *err)
{
	struct dd_follower_options options = {.on_frame = on_frame,
					      .on_stopped = on_stopped,
					      .on_caught_up = on_caught_up,
					      .from = *view_position(reporting->view),
					      .arg = reporting};
	int rc = open_client(reporting, "tasklog", LOG_REPLY_MAX, &reporting->log, err);

	options.client = reporting->log;
	return rc == DD_OK ? dd_follower_open(&options, &reporting->follower, err) : rc;
}

static void start_issuer(struct reporting *reporting)
{
	const struct report_issuer_options options = {.ledger = reporting->ledger,
						      .view = reporting->view,
						      .files_dir = reporting->files_dir,
						      .dress = reporting_dress(reporting),
						      .schedule = reporting->schedule,
						      .plan = reporting->config->plan,
						      .trial = reporting_trial(reporting),
						      .send = send_submit,
						      .arg = reporting};

	reporting->issuer = report_issuer_new(&options);
	reporting->look = dd_timer_open(reporting->context.loop, on_look, reporting);
	dd_timer_start(reporting->look, LOOK_MS, LOOK_MS);
}

int reporting_open(const struct dd_app_context *context, void **service_out, struct dd_error *err)
{
	struct reporting *reporting = dd_alloc(sizeof(*reporting));
	int rc;

	reporting->context = *context;
	reporting->config = context->settings;
	dd_arena_init(&reporting->arena, ARENA_BYTES);
	*service_out = reporting;
	rc = reporting_config_check(reporting->config, &reporting->schedule, err);
	if (rc == DD_OK)
		rc = report_render_check(err);
	if (rc == DD_OK)
		rc = open_projections(reporting, err);
	if (rc != DD_OK)
		return rc;
	dd_loop_each_turn(context->loop, on_turn, reporting);
	start_issuer(reporting);
	rc = dd_access_open(NULL, &reporting->access, err);
	if (rc == DD_OK)
		rc = open_client(reporting, "task", 0, &reporting->task, err);
	if (rc == DD_OK)
		rc = open_follower(reporting, err);
	if (rc == DD_OK)
		rc = reporting_door_open(reporting, &reporting->door, err);
	return rc;
}

void reporting_close(void *service)
{
	struct reporting *reporting = service;

	if (!reporting)
		return;
	if (reporting->call)
		reporting->call->reporting = NULL;
	reporting_door_close(reporting->door);
	dd_follower_close(reporting->follower);
	dd_bus_client_close(reporting->log);
	dd_bus_client_close(reporting->task);
	dd_access_close(reporting->access);
	dd_timer_close(reporting->look);
	if (reporting->issuer)
		dd_loop_each_turn_end(reporting->context.loop, on_turn, reporting);
	report_issuer_free(reporting->issuer);
	if (reporting->dirty)
		reporting_settle(reporting);
	report_ledger_close(reporting->ledger);
	view_close(reporting->view);
	free(reporting->files_dir);
	free(reporting->scratch);
	dd_arena_fini(&reporting->arena);
	free(reporting);
}
