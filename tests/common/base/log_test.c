/* log_test.c - lines of diagnostics. */
#include "common/base/log.h"

#include "tests/support/fake_clock.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* stderr goes into a file while a test logs. */
struct capture {
	char *dir;
	char path[300];
	int saved;
};

static int setup(void **state)
{
	struct capture *capture = calloc(1, sizeof(*capture));

	capture->dir = test_tmpdir();
	snprintf(capture->path, sizeof(capture->path), "%s/err", capture->dir);
	test_clock_start(test_time("2026-10-14T01:10:00.000007Z"));
	dd_log_start("task", DD_LOG_INFO);
	*state = capture;
	return 0;
}

static int teardown(void **state)
{
	struct capture *capture = *state;

	test_clock_end();
	test_tmpdir_end(capture->dir);
	free(capture);
	return 0;
}

static void begin(struct capture *capture)
{
	int fd = open(capture->path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);

	fflush(stderr);
	capture->saved = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static char *end(struct capture *capture)
{
	dup2(capture->saved, STDERR_FILENO);
	close(capture->saved);
	return test_read_file(capture->path, NULL);
}

static void a_line_has_time_level_service_event_and_fields(void **state)
{
	char *text;

	begin(*state);
	errno = 7;
	dd_log(DD_LOG_WARN, "log.recovered", dd_f_uint("sequence", UINT64_MAX),
	       dd_f_int("delta", INT64_MIN), dd_f_text("dir", "/var"), dd_f_bool("clean", 1),
	       dd_f_bool("dry", 0), dd_f_real("ms", 0.5));
	assert_int_equal(errno, 7);
	dd_log0(DD_LOG_ERROR, "task.gone");
	text = end(*state);
	assert_string_equal(
		text,
		"{\"time\":\"2026-10-14T01:10:00.000007Z\",\"level\":\"warn\",\"service\":\"task\","
		"\"event\":\"log.recovered\",\"sequence\":18446744073709551615,"
		"\"delta\":-9223372036854775808,\"dir\":\"/var\",\"clean\":true,\"dry\":false,"
		"\"ms\":0.5}\n"
		"{\"time\":\"2026-10-14T01:10:00.000007Z\",\"level\":\"error\",\"service\":"
		"\"task\","
		"\"event\":\"task.gone\"}\n");
	free(text);
}

static void lines_below_the_level_are_left_out(void **state)
{
	char *text;

	begin(*state);
	dd_log0(DD_LOG_DEBUG, "a");
	dd_log_start("task", DD_LOG_ERROR);
	dd_log0(DD_LOG_WARN, "b");
	dd_log_start("task", DD_LOG_DEBUG);
	dd_log0(DD_LOG_DEBUG, "c");
	text = end(*state);
	assert_non_null(strstr(text, "\"event\":\"c\""));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(text);
}

static void what_json_cannot_hold_is_escaped(void **state)
{
	char *text;

	begin(*state);
	dd_log(DD_LOG_INFO, "e", dd_f_text("a", "x\"\\\n\t\x01\x7f đ\xff\xe1\xba"),
	       dd_f_text("b", NULL), dd_f_real("c", NAN), dd_f_real("d", INFINITY));
	text = end(*state);
	assert_non_null(strstr(text, "\"a\":\"x\\\"\\\\\\u000a\\u0009\\u0001\\u007f "
				     "đ\\ufffd\\ufffd\\ufffd\",\"b\":null,\"c\":null,\"d\":null}"));
	free(text);
}

static void a_long_text_is_cut(void **state)
{
	char *much = calloc(1, 100001);
	char *text;

	memset(much, 'y', 100000);
	begin(*state);
	dd_log(DD_LOG_INFO, "e", dd_f_text("a", much), dd_f_int("z", 1));
	text = end(*state);
	assert_in_range(strlen(text), 1024, 1300);
	assert_non_null(strstr(text, "y\",\"z\":1}\n"));
	free(text);
	free(much);
}

static void *write_lines(void *arg)
{
	int i;

	for (i = 0; i < 500; i++)
		dd_log(DD_LOG_INFO, "thread.line", dd_f_text("who", arg));
	return NULL;
}

static void lines_of_several_threads_do_not_mix(void **state)
{
	pthread_t threads[4];
	static char names[4][20] = {"aaaa", "bbbbbbbb", "cccccccccccc", "dddddddddddddddd"};
	char *text;
	char *line;
	char *rest;
	int lines = 0;
	size_t i;

	begin(*state);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, write_lines, names[i]);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	text = end(*state);
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		assert_memory_equal(line, "{\"time\":", 8);
		assert_int_equal(line[strlen(line) - 1], '}');
		lines++;
	}
	assert_int_equal(lines, 2000);
	free(text);
}

#define WITH_CAPTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CAPTURE(a_line_has_time_level_service_event_and_fields),
		WITH_CAPTURE(lines_below_the_level_are_left_out),
		WITH_CAPTURE(what_json_cannot_hold_is_escaped),
		WITH_CAPTURE(a_long_text_is_cut),
		WITH_CAPTURE(lines_of_several_threads_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
