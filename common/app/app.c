/* app.c - the daemon skeleton.
 *
 * The happy path: options, settings, loop, service open, signals, "ready", run until SIGTERM or
 * SIGINT, close in reverse, exit 0. A failure before "ready" is logged once, here, and its kind
 * decides the exit code. Until the service is open a signal ends the process at once: every store
 * survives that, and a long recovery must not make the process deaf. */
#include "common/app/app.h"

#include "common/app/app_options.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

struct app_run {
	const struct dd_app *app;
	struct dd_loop *loop; /* owned */
	void *settings;       /* owned */
	void *service;        /* owned */
	uv_signal_t term;
	uv_signal_t interrupt;
	struct dd_timer *watchdog; /* owned; NULL if nobody watches */
};

/* "task" and ".ready" make the stable name of a log line. */
static void app_log(const struct app_run *run, const char *what, const struct dd_field *fields,
		    int count)
{
	char event[64];

	(void)snprintf(event, sizeof(event), "%s.%s", run->app->name, what);
	dd_log_line(DD_LOG_INFO, event, fields, count);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct app_run *run = handle->data;
	const struct dd_field field = dd_f_int("signal", number);

	app_log(run, "stopping", &field, 1);
	(void)sd_notify(0, "STOPPING=1");
	dd_loop_stop(run->loop);
}

static void on_watchdog(void *arg)
{
	(void)arg;
	(void)sd_notify(0, "WATCHDOG=1");
}

static void app_signal_start(struct app_run *run, uv_signal_t *handle, int number)
{
	int rc = uv_signal_init(dd_loop_uv(run->loop), handle);

	assert(rc == 0);
	handle->data = run;
	rc = uv_signal_start(handle, on_signal, number);
	assert(rc == 0);
}

static void app_ready(struct app_run *run)
{
	const struct dd_field field = dd_f_text("build", dd_app_build());
	uint64_t watchdog_us = 0;

	app_signal_start(run, &run->term, SIGTERM);
	app_signal_start(run, &run->interrupt, SIGINT);
	if (sd_watchdog_enabled(0, &watchdog_us) > 0) {
		const uint64_t period_ms = watchdog_us / 2000 > 0 ? watchdog_us / 2000 : 1;

		run->watchdog = dd_timer_open(run->loop, on_watchdog, run);
		dd_timer_start(run->watchdog, period_ms, period_ms);
	}
	app_log(run, "ready", &field, 1);
	(void)sd_notify(0, "READY=1");
}

static void app_run_until_stopped(struct app_run *run)
{
	app_ready(run);
	dd_loop_run(run->loop);
	dd_timer_close(run->watchdog);
	uv_close((uv_handle_t *)&run->term, NULL);
	uv_close((uv_handle_t *)&run->interrupt, NULL);
}

static int app_exit_code(int err)
{
	switch ((enum dd_err)err) {
	case DD_OK:
		return EXIT_SUCCESS;
	case DD_ERR_RETRY:
	case DD_ERR_FULL:
	case DD_ERR_IO:
	case DD_ERR_CLOSED:
		return DD_EXIT_RESTART;
	case DD_ERR_REFUSED:
	case DD_ERR_INVALID:
	case DD_ERR_NOT_FOUND:
	case DD_ERR_CONFLICT:
	case DD_ERR_CORRUPT:
	case DD_ERR_UNSUPPORTED:
		return DD_EXIT_DO_NOT_RESTART;
	}
	return DD_EXIT_DO_NOT_RESTART;
}

/* Read the settings and the clock; 0 when there is something to run. */
static int app_prepare(struct app_run *run, const struct dd_app_options *options,
		       struct dd_error *err)
{
	int rc = dd_app_options_clock(options, err);

	if (rc != 0)
		return rc;
	run->settings = dd_alloc(run->app->settings_size);
	return dd_config_load(options->config, run->app->settings, run->settings, err);
}

static int app_serve(struct app_run *run, struct dd_error *err)
{
	struct dd_app_context context = {.settings = run->settings, .build = dd_app_build()};
	int rc = dd_loop_open(&run->loop, err);

	if (rc != 0)
		return rc;
	context.loop = run->loop;
	context.started_us = dd_wall_us();
	rc = run->app->open(&context, &run->service, err);
	if (rc == 0)
		app_run_until_stopped(run);
	run->app->close(run->service);
	dd_loop_close(run->loop);
	dd_zmq_context_end();
	return rc;
}

static void app_report(const struct app_run *run, const struct dd_error *err, int code)
{
	char event[64];

	(void)snprintf(event, sizeof(event), "%s.failed", run->app->name);
	dd_log(DD_LOG_ERROR, event, dd_f_text("kind", dd_err_name(err->code)),
	       dd_f_text("reason", err->text), dd_f_int("exit", code));
}

int dd_app_main(const struct dd_app *app, int argc, char **argv)
{
	struct app_run run = {.app = app};
	struct dd_app_options options;
	struct dd_error err = {0};
	int rc;

	dd_app_options_read(app, argc, argv, &options);
	dd_log_start(app->name, options.level);
	dd_id_start();
	/* A peer that went away is an error code of the write, not the end of the process. */
	(void)signal(SIGPIPE, SIG_IGN);

	rc = app_prepare(&run, &options, &err);
	if (rc == 0 && options.check && app->check)
		rc = app->check(run.settings, &err);
	else if (rc == 0 && options.check)
		printf("settings: no fault found\n");
	else if (rc == 0)
		rc = app_serve(&run, &err);
	if (rc != 0)
		app_report(&run, &err, app_exit_code(rc));
	else if (!options.check)
		app_log(&run, "stopped", NULL, 0);

	if (run.settings)
		dd_config_fini(app->settings, run.settings);
	free(run.settings);
	return app_exit_code(rc);
}
