/* app_options.c - the command line of a daemon. */
#include "common/app/app_options.h"

#include "common/base/clock.h"
#include "common/base/sys.h"
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct argp_option app_options[] = {
	{"config", 'c', "FILE", 0, "Settings, a YAML file (default: built-in values)", 0},
	{"check", 'C', NULL, 0, "Read and check the settings, open nothing, and end", 0},
	{"log-level", 'l', "LEVEL", 0, "debug, info, warn or error (default: info)", 0},
	{"now", 'n', "TIME", 0,
	 "Trial clock: begin at TIME, as 2026-10-14T08:05:00+07:00 (only with DONDOC_TRIAL=1)", 0},
	{"version", 'V', NULL, 0, "Print version and commit, and end", -1},
	{0},
};

static const char app_exit_codes[] =
	"\vExit codes: 0 stopped as asked, 100 do not restart (settings or damage: a person must "
	"look), "
	"111 restart (the machine failed). Any setting may also come from the environment: "
	"log.segment_bytes is DONDOC_LOG_SEGMENT_BYTES, and goes before the file.";

static int app_level(const char *name, enum dd_log_level *level_out)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};

	for (int i = 0; i < 4; i++) {
		if (strcmp(names[i], name) == 0) {
			*level_out = (enum dd_log_level)i;
			return 0;
		}
	}
	return DD_ERR_INVALID;
}

static error_t app_on_option(int key, char *arg, struct argp_state *state)
{
	struct dd_app_options *options = state->input;

	switch (key) {
	case 'c':
		options->config = arg;
		return 0;
	case 'C':
		options->check = true;
		return 0;
	case 'l':
		if (app_level(arg, &options->level) != 0)
			argp_error(state, "log level '%s': use debug, info, warn or error", arg);
		return 0;
	case 'n':
		options->now = arg;
		return 0;
	case 'V':
		printf("%s %s\n", state->name, dd_app_build());
		exit(EXIT_SUCCESS);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void dd_app_options_read(const struct dd_app *app, int argc, char **argv,
			 struct dd_app_options *options_out)
{
	char doc[512];
	const struct argp argp = {.options = app_options, .parser = app_on_option, .doc = doc};

	(void)snprintf(doc, sizeof(doc), "%s%s", app->summary, app_exit_codes);
	*options_out = (struct dd_app_options){.level = DD_LOG_INFO};
	/* A supervisor must not start a wrong command line again and again. */
	argp_err_exit_status = DD_EXIT_DO_NOT_RESTART;
	(void)argp_parse(&argp, argc, argv, 0, NULL, options_out);
}

int dd_app_options_clock(const struct dd_app_options *options, struct dd_error *err)
{
	const char *trial = getenv("DONDOC_TRIAL");
	int64_t us;

	if (!options->now)
		return 0;
	if (!trial || strcmp(trial, "1") != 0)
		return dd_fail(
			err, DD_ERR_REFUSED,
			"--now is for trials only: leave it out, or set DONDOC_TRIAL=1 where "
			"nothing real is kept");
	if (dd_time_parse(options->now, &us) != 0)
		return dd_fail(err, DD_ERR_INVALID,
			       "--now '%s' is not a time: write it as 2026-10-14T08:05:00+07:00",
			       options->now);
	dd_sys_set_trial(us);
	return 0;
}
