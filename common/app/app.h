/* app.h - the daemon skeleton: options, settings, logs, loop, readiness, signals, clean shutdown,
 * exit code. */
#ifndef DD_APP_APP_H
#define DD_APP_APP_H

#include "common/base/config.h"
#include "common/base/err.h"
#include "common/net/bus.h"
#include "common/net/loop.h"

#define DD_EXIT_DO_NOT_RESTART 100 /* settings or damage: a person must look */
#define DD_EXIT_RESTART        111 /* the machine failed: start me again */

struct dd_app_context {
	struct dd_loop *loop;
	const void *settings; /* the service's struct, filled from its table */
	const char *build;    /* version and commit */
	int64_t started_us;
};

struct dd_app {
	const char *name;                  /* "task" */
	const char *summary;               /* one line for --help */
	const struct dd_setting *settings; /* the table; ends with key NULL */
	size_t settings_size;
	/* Open everything; *service_out is the service's own struct. Ready when this returns 0. */
	int (*open)(const struct dd_app_context *context, void **service_out, struct dd_error *err);
	void (*close)(void *service); /* accepts NULL */
	/* What --check looks at beside the settings, told on stdout; may be NULL. */
	int (*check)(const void *settings, struct dd_error *err);
};

/* Options: --config FILE, --check (settings, and what the service looks at), --log-level L, --now
 * TIME (trial clock),
 * --version, --help. Writes {"event":"<name>.ready"} and tells systemd (sd_notify) when ready.
 * SIGTERM and SIGINT stop cleanly. Returns the exit code: 0, 100 or 111 by the kind of failure. */
int dd_app_main(const struct dd_app *app, int argc, char **argv);

/* A service that must end now, from inside (a flush failed): logs and _exit(111) without any
 * clean-up. */
void dd_app_die(const char *event, const struct dd_error *err) __attribute__((noreturn));

/* Build string "0.1.0+<commit>". */
const char *dd_app_build(void);
uint64_t dd_app_resident_bytes(void);

#endif
