/* app_test.c - a small daemon is started in a child process and watched from outside: what it
 * prints, what it tells the supervisor, how it ends. */
#include "common/app/app.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include <assert.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the daemon under test ------------------------------------------------------------------- */

struct probe_settings {
	int64_t fail_with; /* enum dd_err that open returns */
	bool die;          /* a flush fails in a running service */
	bool broken_pipe;
};

static const struct dd_setting probe_table[] = {
	{.key = "probe.fail_with",
	 .type = DD_SETTING_INT,
	 .offset = offsetof(struct probe_settings, fail_with),
	 .min = -10,
	 .max = 0},
	{.key = "probe.die",
	 .type = DD_SETTING_BOOL,
	 .offset = offsetof(struct probe_settings, die)},
	{.key = "probe.broken_pipe",
	 .type = DD_SETTING_BOOL,
	 .offset = offsetof(struct probe_settings, broken_pipe)},
	{0},
};

static int probe_open(const struct dd_app_context *context, void **service_out,
		      struct dd_error *err)
{
	const struct probe_settings *settings = context->settings;
	struct dd_error failure;

	dd_log(DD_LOG_INFO, "probe.opened", dd_f_int("started_us", context->started_us));
	*service_out = dd_strdup("half built");
	if (settings->broken_pipe) {
		int ends[2];

		assert(pipe(ends) == 0);
		(void)close(ends[0]);
		assert(write(ends[1], "x", 1) < 0);
		(void)close(ends[1]);
		dd_log0(DD_LOG_INFO, "probe.alive");
	}
	if (settings->die) {
		(void)dd_fail(&failure, DD_ERR_IO, "flush of segment 7 failed");
		dd_app_die("probe.died", &failure);
	}
	if (settings->fail_with != 0)
		return dd_fail(err, (int)settings->fail_with, "the reason is here");
	return 0;
}

static void probe_close(void *service)
{
	dd_log(DD_LOG_INFO, "probe.closed", dd_f_text("service", service ? service : "none"));
	free(service);
}

static const struct dd_app probe_app = {
	.name = "probe",
	.summary = "A daemon to be watched.",
	.settings = probe_table,
	.settings_size = sizeof(struct probe_settings),
	.open = probe_open,
	.close = probe_close,
};

/* --- watching it ----------------------------------------------------------------------------- */

struct watched {
	pid_t pid;
	int output; /* stdout and stderr of the child */
	size_t len;
	char text[32768];
};

/* `environment` is "NAME=value" texts, `arguments` come behind the program's name; both end with
 * NULL. */
static void watch_start(struct watched *watched, const char *const *environment,
			const char *const *arguments)
{
	char *argv[16] = {(char *)"dondoc-probe"};
	int argc = 1;
	int ends[2];

	memset(watched, 0, sizeof(*watched));
	for (; arguments && arguments[argc - 1]; argc++)
		argv[argc] = (char *)arguments[argc - 1];
	assert_int_equal(pipe(ends), 0);
	watched->pid = fork();
	assert_true(watched->pid >= 0);
	if (watched->pid == 0) {
		int code;

		(void)dup2(ends[1], STDOUT_FILENO);
		(void)dup2(ends[1], STDERR_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		for (int i = 0; environment && environment[i]; i++)
			(void)putenv((char *)environment[i]);
		code = dd_app_main(&probe_app, argc, argv);
		(void)fflush(stdout);
		_exit(code);
	}
	(void)close(ends[1]);
	watched->output = ends[0];
}

/* Read until `needle` was printed, or to the end if it is NULL. */
static void watch_until(struct watched *watched, const char *needle)
{
	while (!needle || !strstr(watched->text, needle)) {
		const size_t room = sizeof(watched->text) - 1 - watched->len;
		const ssize_t got = read(watched->output, watched->text + watched->len, room);

		if (got <= 0)
			break;
		watched->len += (size_t)got;
	}
	if (needle && !strstr(watched->text, needle))
		fail_msg("no \"%s\" in: %s", needle, watched->text);
}

static int watch_end(struct watched *watched)
{
	int status = 0;

	watch_until(watched, NULL);
	(void)close(watched->output);
	assert_int_equal(waitpid(watched->pid, &status, 0), watched->pid);
	if (!WIFEXITED(status))
		fail_msg("ended by signal %d: %s", WTERMSIG(status), watched->text);
	return WEXITSTATUS(status);
}

static int run_to_end(struct watched *watched, const char *const *environment,
		      const char *const *arguments)
{
	watch_start(watched, environment, arguments);
	return watch_end(watched);
}

static void assert_said(const struct watched *watched, const char *needle)
{
	if (!strstr(watched->text, needle))
		fail_msg("no \"%s\" in: %s", needle, watched->text);
}

static void assert_not_said(const struct watched *watched, const char *needle)
{
	if (strstr(watched->text, needle))
		fail_msg("\"%s\" in: %s", needle, watched->text);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void a_signal_ends_a_ready_daemon_cleanly(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct watched watched;

		watch_start(&watched, NULL, NULL);
		watch_until(&watched, "\"probe.ready\"");
		assert_int_equal(kill(watched.pid, signals[i]), 0);
		assert_int_equal(watch_end(&watched), 0);
		assert_said(&watched, "\"probe.stopping\"");
		assert_said(&watched, "\"service\":\"half built\"");
		assert_said(&watched, "\"probe.stopped\"");
	}
}

static void the_kind_of_a_failure_decides_the_exit_code(void **state)
{
	static const struct {
		int err;
		int code;
	} cases[] = {
		{DD_ERR_RETRY, 111},       {DD_ERR_REFUSED, 100},  {DD_ERR_INVALID, 100},
		{DD_ERR_NOT_FOUND, 100},   {DD_ERR_CONFLICT, 100}, {DD_ERR_FULL, 111},
		{DD_ERR_CORRUPT, 100},     {DD_ERR_IO, 111},       {DD_ERR_CLOSED, 111},
		{DD_ERR_UNSUPPORTED, 100},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char setting[64];
		const char *environment[] = {setting, NULL};
		struct watched watched;

		(void)snprintf(setting, sizeof(setting), "DONDOC_PROBE_FAIL_WITH=%d", cases[i].err);
		assert_int_equal(run_to_end(&watched, environment, NULL), cases[i].code);
		assert_said(&watched, "\"probe.failed\"");
		assert_said(&watched, "the reason is here");
		assert_said(&watched, "\"probe.closed\"");
		assert_not_said(&watched, "\"probe.ready\"");
	}
}

static void wrong_settings_ask_for_a_person(void **state)
{
	const char *environment[] = {"DONDOC_PROBE_FAIL_WITH=seven", NULL};
	struct watched watched;

	(void)state;
	assert_int_equal(run_to_end(&watched, environment, NULL), DD_EXIT_DO_NOT_RESTART);
	assert_said(&watched, "probe.fail_with");
	assert_not_said(&watched, "\"probe.opened\"");
}

static void check_reads_the_settings_and_opens_nothing(void **state)
{
	const char *arguments[] = {"--check", NULL};
	const char *wrong[] = {"--check", "--config", "/nonexistent/task.yaml", NULL};
	struct watched watched;

	(void)state;
	assert_int_equal(run_to_end(&watched, NULL, arguments), 0);
	assert_said(&watched, "no fault found");
	assert_not_said(&watched, "\"probe.opened\"");
	assert_int_equal(run_to_end(&watched, NULL, wrong), DD_EXIT_DO_NOT_RESTART);
	assert_said(&watched, "/nonexistent/task.yaml");
}

static void a_wrong_command_line_ends_with_100(void **state)
{
	static const char *const lines[][4] = {
		{"--no-such-option", NULL},
		{"--log-level", "loud", NULL},
		{"stray", NULL},
		{"--now", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct watched watched;

		assert_int_equal(run_to_end(&watched, NULL, lines[i]), DD_EXIT_DO_NOT_RESTART);
		assert_not_said(&watched, "\"probe.opened\"");
	}
}

static void a_real_installation_refuses_the_trial_clock(void **state)
{
	const char *arguments[] = {"--now", "2026-10-14T08:05:00+07:00", NULL};
	const char *without[] = {"DONDOC_TRIAL=0", NULL};
	struct watched watched;

	(void)state;
	assert_int_equal(run_to_end(&watched, without, arguments), DD_EXIT_DO_NOT_RESTART);
	assert_said(&watched, "DONDOC_TRIAL");
	assert_not_said(&watched, "\"probe.opened\"");
}

static void the_trial_clock_begins_at_the_given_time(void **state)
{
	const char *arguments[] = {"--now", "2026-10-14T08:05:00+07:00", NULL};
	const char *trial[] = {"DONDOC_TRIAL=1", NULL};
	const char *found;
	struct watched watched;
	int64_t expected_us = 0;
	int64_t started_us;

	(void)state;
	assert_int_equal(dd_time_parse("2026-10-14T01:05:00Z", &expected_us), 0);
	watch_start(&watched, trial, arguments);
	watch_until(&watched, "\"probe.ready\"");
	assert_int_equal(kill(watched.pid, SIGTERM), 0);
	assert_int_equal(watch_end(&watched), 0);
	found = strstr(watched.text, "\"started_us\":");
	assert_non_null(found);
	started_us = strtoll(found + strlen("\"started_us\":"), NULL, 10);
	assert_in_range(started_us, expected_us, expected_us + DD_DAY_US);
}

static void a_time_that_is_none_is_refused(void **state)
{
	const char *arguments[] = {"--now", "tomorrow", NULL};
	const char *trial[] = {"DONDOC_TRIAL=1", NULL};
	struct watched watched;

	(void)state;
	assert_int_equal(run_to_end(&watched, trial, arguments), DD_EXIT_DO_NOT_RESTART);
	assert_said(&watched, "tomorrow");
}

/* One datagram of the supervisor's socket, as text. */
static void notice_next(int supervisor, char *text, size_t size)
{
	const ssize_t got = recv(supervisor, text, size - 1, 0);

	assert_true(got > 0);
	text[got] = '\0';
}

static void the_supervisor_is_told_ready_alive_and_stopping(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char dir[] = "/tmp/dondoc-app-XXXXXX";
	char socket_setting[160];
	const char *environment[] = {socket_setting, "WATCHDOG_USEC=20000", NULL};
	struct watched watched;
	char notice[256];
	int supervisor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", dir);
	(void)snprintf(socket_setting, sizeof(socket_setting), "NOTIFY_SOCKET=%s",
		       address.sun_path);
	assert_int_equal(bind(supervisor, (struct sockaddr *)&address, sizeof(address)), 0);
	watch_start(&watched, environment, NULL);
	notice_next(supervisor, notice, sizeof(notice));
	assert_non_null(strstr(notice, "READY=1"));
	notice_next(supervisor, notice, sizeof(notice));
	assert_string_equal(notice, "WATCHDOG=1");
	assert_int_equal(kill(watched.pid, SIGTERM), 0);
	do
		notice_next(supervisor, notice, sizeof(notice));
	while (strcmp(notice, "WATCHDOG=1") == 0);
	assert_string_equal(notice, "STOPPING=1");
	assert_int_equal(watch_end(&watched), 0);
	(void)close(supervisor);
	(void)unlink(address.sun_path);
	(void)rmdir(dir);
}

static void a_broken_pipe_does_not_end_the_process(void **state)
{
	const char *environment[] = {"DONDOC_PROBE_BROKEN_PIPE=true", NULL};
	struct watched watched;

	(void)state;
	watch_start(&watched, environment, NULL);
	watch_until(&watched, "\"probe.ready\"");
	assert_said(&watched, "\"probe.alive\"");
	assert_int_equal(kill(watched.pid, SIGTERM), 0);
	assert_int_equal(watch_end(&watched), 0);
}

static void a_service_that_must_die_does_so_without_closing(void **state)
{
	const char *environment[] = {"DONDOC_PROBE_DIE=true", NULL};
	struct watched watched;

	(void)state;
	assert_int_equal(run_to_end(&watched, environment, NULL), DD_EXIT_RESTART);
	assert_said(&watched, "\"probe.died\"");
	assert_said(&watched, "flush of segment 7 failed");
	assert_not_said(&watched, "\"probe.closed\"");
}

static void version_and_help_open_nothing(void **state)
{
	const char *version[] = {"--version", NULL};
	const char *help[] = {"--help", NULL};
	struct watched watched;

	(void)state;
	assert_int_equal(run_to_end(&watched, NULL, version), 0);
	assert_said(&watched, dd_app_build());
	assert_non_null(strchr(dd_app_build(), '+'));
	assert_int_equal(run_to_end(&watched, NULL, help), 0);
	assert_said(&watched, "A daemon to be watched.");
	assert_said(&watched, "111");
	assert_not_said(&watched, "\"probe.opened\"");
}

static void resident_memory_follows_what_is_touched(void **state)
{
	const size_t size = (size_t)64 << 20;
	const uint64_t before = dd_app_resident_bytes();
	volatile uint8_t *memory = dd_alloc(size);

	(void)state;
	for (size_t i = 0; i < size; i += 4096)
		memory[i] = 1;
	assert_true(before > 0);
	assert_true(dd_app_resident_bytes() >= before + size / 2);
	free((void *)memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_ends_a_ready_daemon_cleanly),
		cmocka_unit_test(the_kind_of_a_failure_decides_the_exit_code),
		cmocka_unit_test(wrong_settings_ask_for_a_person),
		cmocka_unit_test(check_reads_the_settings_and_opens_nothing),
		cmocka_unit_test(a_wrong_command_line_ends_with_100),
		cmocka_unit_test(a_real_installation_refuses_the_trial_clock),
		cmocka_unit_test(the_trial_clock_begins_at_the_given_time),
		cmocka_unit_test(a_time_that_is_none_is_refused),
		cmocka_unit_test(the_supervisor_is_told_ready_alive_and_stopping),
		cmocka_unit_test(a_broken_pipe_does_not_end_the_process),
		cmocka_unit_test(a_service_that_must_die_does_so_without_closing),
		cmocka_unit_test(version_and_help_open_nothing),
		cmocka_unit_test(resident_memory_follows_what_is_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
