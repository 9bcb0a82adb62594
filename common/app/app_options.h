/* app_options.h - what a daemon is told on its command line. Private to the skeleton. */
#ifndef DD_APP_APP_OPTIONS_H
#define DD_APP_APP_OPTIONS_H

#include "common/app/app.h"
#include "common/base/log.h"
#include <stdbool.h>
#include <stdint.h>

struct dd_app_options {
	const char *config; /* borrowed from argv; NULL = defaults and environment only */
	bool check;         /* read the settings and end */
	enum dd_log_level level;
	const char *now; /* borrowed from argv; NULL = the machine's clock */
};

/* Read argv. Does not return after --help and --version (exit 0) or after an option that is wrong
 * (words on stderr, exit 100). */
void dd_app_options_read(const struct dd_app *app, int argc, char **argv,
			 struct dd_app_options *options_out);

/* Put the trial clock in force if --now asks for it. DD_ERR_REFUSED unless the environment says
 * DONDOC_TRIAL=1: a real installation never runs on an invented clock. */
int dd_app_options_clock(const struct dd_app_options *options, struct dd_error *err) DD_MUST_CHECK;

#endif
