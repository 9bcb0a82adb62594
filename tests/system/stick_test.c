/* stick_test.c - an office without a line: drafts, reports taken out, the rest as a sealed file to
 * the centre, its answers back; and the line that comes back later finds nothing to do. Real
 * processes, by the command line as people use it. */
#include "tests/support/harness.h"

#include "common/app/client.h"
#include "tests/support/tmpdir.h"
#include "tests/system/branch.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_MS 20000
#define DRAIN_MS   20000
#define WORDS_MAX  12

struct cut_off {
	struct station centre;
	struct branch office;
	char *out; /* owned: what the last command said */
};

/* Runs `dondoc -e ENDPOINT ...`; the exit code. */
static int dondoc(struct cut_off *s, const char *endpoint, const char *first, ...)
{
	const char *argv[WORDS_MAX + 6] = {DONDOC_CLI, "--lang", "en", "-e", endpoint, first};
	char state[STATION_PATH + 32], path[STATION_PATH];
	const char *env[] = {state, NULL};
	size_t count = 6;
	va_list words;
	int code;

	va_start(words, first);
	while (count < WORDS_MAX + 5 && (argv[count] = va_arg(words, const char *)) != NULL)
		count++;
	va_end(words);
	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", s->centre.dir);
	code = test_proc_run(s->centre.dir, "cli", argv, env, COMMAND_MS);
	free(s->out);
	snprintf(path, sizeof(path), "%.400s/cli.out", s->centre.dir);
	s->out = test_read_file(path, NULL);
	if (code != 0) {
		snprintf(path, sizeof(path), "%.400s/cli.err", s->centre.dir);
		char *words_of = test_read_file(path, NULL);

		print_message("exit %d: %s", code, words_of != NULL ? words_of : "\n");
		free(words_of);
	}
	return code;
}

#define AT_OFFICE(s) ((s)->office.endpoint)
#define AT_CENTRE(s) ((s)->centre.endpoint)

/* Sending switched off is a line that is dead. */
static void set_sending(struct cut_off *s, bool sending)
{
	char *text = test_read_file(s->office.config, NULL);
	char *at = text != NULL ? strstr(text, "  send: ") : NULL;
	char whole[4096];

	if (at != NULL)
		*at = '\0';
	snprintf(whole, sizeof(whole), "%.3900s  send: %s\n", text != NULL ? text : "",
		 sending ? "true" : "false");
	test_write_file(s->office.config, whole, strlen(whole));
	free(text);
	branch_must_start(&s->office);
}

static void begin(struct cut_off *s)
{
	memset(s, 0, sizeof(*s));
	station_init(&s->centre, NULL, system_free_port());
	station_must_start(&s->centre);
	station_prepare(&s->centre, 3);
	branch_init(&s->office, &s->centre);
	set_sending(s, false);
	for (int i = 0; i < 500; i++) { /* until it knows the tasks */
		if (dondoc(s, AT_OFFICE(s), "task", "show", "N00002", NULL) == 0)
			break;
		system_rest_ms(20);
	}
}

static void end(struct cut_off *s)
{
	branch_fini(&s->office);
	station_fini(&s->centre);
	free(s->out);
}

static void path_of(const struct cut_off *s, const char *name, char out[STATION_PATH])
{
	snprintf(out, STATION_PATH, "%.400s/%s", s->centre.dir, name);
}

static uint64_t head(struct cut_off *s)
{
	uint64_t sequence = 0;

	station_settle(&s->centre);
	if (!station_head(&s->centre, COMMAND_MS, &sequence))
		system_die("the centre does not answer");
	return sequence;
}

static void report_three(struct cut_off *s)
{
	assert_int_equal(dondoc(s, AT_OFFICE(s), "task", "update", "N00000", "--step", "dang",
				"--note", "Đang lấy ý kiến", NULL),
			 0);
	assert_int_equal(
		dondoc(s, AT_OFFICE(s), "task", "update", "N00001", "--step", "dang", NULL), 0);
	assert_int_equal(
		dondoc(s, AT_OFFICE(s), "task", "update", "N00002", "--step", "datrinh", NULL), 0);
}

static void reports_go_by_file_and_the_line_finds_nothing_to_do(void **state)
{
	char file[STATION_PATH], answer[STATION_PATH];
	struct cut_off s;
	uint64_t before, after;

	(void)state;
	begin(&s);
	report_three(&s);
	assert_int_equal(
		dondoc(&s, AT_OFFICE(&s), "office", "withdraw", "2", "--reason", "Nhầm", NULL), 0);
	path_of(&s, "donvi.stick", file);
	path_of(&s, "donvi.answer", answer);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "write", file, NULL), 0);
	before = head(&s);
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL),
			 0);
	after = head(&s);
	assert_int_equal(after, before + 3); /* one of them is only a number used up */
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "task", "show", "N00000", NULL), 0);
	assert_non_null(strstr(s.out, "Đang lấy ý kiến"));
	/* Once more, as somebody will. */
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL),
			 0);
	assert_int_equal(head(&s), after);
	assert_int_equal(branch_waiting(&s.office), 3);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "settle", answer, NULL), 0);
	assert_int_equal(branch_waiting(&s.office), 0);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "office", "queue", "--item", "2", NULL), 0);
	assert_non_null(strstr(s.out, "Nhầm"));
	set_sending(&s, true);
	assert_true(branch_drained(&s.office, DRAIN_MS));
	assert_int_equal(head(&s), after);
	end(&s);
}

static void the_network_copy_of_what_went_by_file_is_a_duplicate(void **state)
{
	char file[STATION_PATH], answer[STATION_PATH];
	struct cut_off s;
	uint64_t after;

	(void)state;
	begin(&s);
	report_three(&s);
	path_of(&s, "donvi.stick", file);
	path_of(&s, "donvi.answer", answer);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "write", file, NULL), 0);
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL),
			 0);
	after = head(&s);
	set_sending(&s, true); /* before the answers came back */
	assert_true(branch_drained(&s.office, DRAIN_MS));
	assert_int_equal(head(&s), after);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "settle", answer, NULL), 0);
	assert_int_equal(head(&s), after);
	end(&s);
}

/* A bit within the second sealed record. */
static void change_file(const char *path)
{
	unsigned long len;
	char *bytes = test_read_file(path, &len);

	bytes[len - 40] = (char)(bytes[len - 40] ^ 1);
	test_write_file(path, bytes, len);
	free(bytes);
}

static void a_file_that_was_changed_or_is_a_strangers_is_not_taken(void **state)
{
	char file[STATION_PATH], answer[STATION_PATH], offices[STATION_PATH];
	struct cut_off s;
	uint64_t before;

	(void)state;
	begin(&s);
	assert_int_equal(
		dondoc(&s, AT_OFFICE(&s), "task", "update", "N00000", "--step", "dang", NULL), 0);
	path_of(&s, "donvi.stick", file);
	path_of(&s, "donvi.answer", answer);
	before = head(&s);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "write", file, NULL), 0);
	change_file(file); /* its last record: the end */
	assert_int_not_equal(
		dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL), 0);
	assert_int_equal(head(&s), before + 1); /* the report itself was whole */
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "write", file, NULL), 0);
	snprintf(offices, sizeof(offices), "%.400s/offices/" STATION_UNIT ".office", s.centre.dir);
	system_remove(&s.centre, offices);
	for (int i = 0; i < 500; i++) {
		if (dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL) == 1)
			break;
		system_rest_ms(20);
	}
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL),
			 1);
	assert_int_equal(head(&s), before + 1);
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", s.office.config, "--answer",
				answer, NULL),
			 2);
	end(&s);
}

static void a_draft_outlives_a_restart_and_is_sent_once(void **state)
{
	char id[9] = "";
	struct cut_off s;
	const char *at;

	(void)state;
	begin(&s);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "task", "update", "N00001", "--step", "datrinh",
				"--note", "Trình lần một", "--draft", "new", NULL),
			 0);
	at = strstr(s.out, "Draft ");
	assert_non_null(at);
	memcpy(id, at + 6, 8);
	assert_int_equal(test_proc_stop(&s.office.office, COMMAND_MS), 0);
	set_sending(&s, true);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "draft", "show", id, NULL), 0);
	assert_non_null(strstr(s.out, "Trình lần một"));
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "draft", "send", id, NULL), 0);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "draft", "send", id, NULL), 3);
	assert_true(branch_drained(&s.office, DRAIN_MS));
	station_settle(&s.centre);
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "task", "show", "N00001", NULL), 0);
	assert_non_null(strstr(s.out, "Trình lần một"));
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_go_by_file_and_the_line_finds_nothing_to_do),
		cmocka_unit_test(the_network_copy_of_what_went_by_file_is_a_duplicate),
		cmocka_unit_test(a_file_that_was_changed_or_is_a_strangers_is_not_taken),
		cmocka_unit_test(a_draft_outlives_a_restart_and_is_sent_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
