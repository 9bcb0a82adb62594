/* main.c - the mail sink: an SMTP server for trials and tests. */
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/net/loop.h"
#include "services/mailsink/mailsink.h"
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_SETTINGS 100 /* a person must look */

static const char usage[] =
	"usage: dondoc-mailsink [--listen 127.0.0.1:2525] --dir DIR\n"
	"Takes mail by SMTP on this machine alone and keeps it as DIR/1.eml, DIR/2.eml ...\n"
	"Recipients reject@, later@, hangup@ and the file DIR/control give other answers.\n";

struct options {
	const char *listen;
	const char *dir;
};

static void read_options(int argc, char **argv, struct options *options)
{
	for (int i = 1; i < argc; i++) {
		const bool more = i + 1 < argc;

		if (strcmp(argv[i], "--listen") == 0 && more) {
			options->listen = argv[++i];
		} else if (strcmp(argv[i], "--dir") == 0 && more) {
			options->dir = argv[++i];
		} else if (strcmp(argv[i], "--help") == 0) {
			(void)fputs(usage, stdout);
			exit(EXIT_SUCCESS);
		} else {
			(void)fprintf(stderr, "dondoc-mailsink: '%s'?\n%s", argv[i], usage);
			exit(EXIT_SETTINGS);
		}
	}
	if (options->dir == NULL) {
		(void)fputs(usage, stderr);
		exit(EXIT_SETTINGS);
	}
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	dd_loop_stop(handle->data);
}

static void run_until_stopped(struct dd_loop *loop)
{
	static const int numbers[] = {SIGTERM, SIGINT};
	uv_signal_t handles[2];

	for (size_t i = 0; i < 2; i++) {
		int rc = uv_signal_init(dd_loop_uv(loop), &handles[i]);

		assert(rc == 0);
		handles[i].data = loop;
		rc = uv_signal_start(&handles[i], on_signal, numbers[i]);
		assert(rc == 0);
	}
	dd_loop_run(loop);
	for (size_t i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&handles[i], NULL);
	/* The handles live on this stack: let their closing end here. */
	(void)uv_run(dd_loop_uv(loop), UV_RUN_NOWAIT);
}

int main(int argc, char **argv)
{
	struct options options = {.listen = "127.0.0.1:2525"};
	struct mailsink *sink = NULL;
	struct dd_loop *loop;
	struct dd_error err = {0};
	int rc;

	read_options(argc, argv, &options);
	dd_log_start("mailsink", DD_LOG_INFO);
	dd_id_start();
	(void)signal(SIGPIPE, SIG_IGN);
	rc = dd_loop_open(&loop, &err);
	if (rc == 0)
		rc = mailsink_open(dd_loop_uv(loop), options.listen, options.dir, &sink, &err);
	if (rc != 0) {
		dd_log(DD_LOG_ERROR, "mailsink.failed", dd_f_text("reason", err.text));
		return EXIT_SETTINGS;
	}
	dd_log(DD_LOG_INFO, "mailsink.ready", dd_f_int("port", mailsink_port(sink)));
	run_until_stopped(loop);
	mailsink_close(sink);
	dd_loop_close(loop);
	return EXIT_SUCCESS;
}
