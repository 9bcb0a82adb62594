/* stick_test.c - an office without a line: drafts, reports taken out, the rest as a sealed file to
 * the centre, its answers back; and the line that comes back later finds nothing to do. Real
 * processes, by the command line as people use it. */
#include "tests/support/harness.h"

#include "common/app/client.h"
#include "common/net/stick.h"
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

/* A PDF of that many bytes, no two alike. */
static void write_pdf(const char *path, size_t len, char first)
{
	char *bytes = malloc(len);

	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(first + (char)(i % 61));
	memcpy(bytes, "%PDF-1.4\n", 9);
	test_write_file(path, bytes, len);
	free(bytes);
}

/* Until the line has brought it. */
static bool queue_says(struct cut_off *s, const char *words)
{
	for (int i = 0; i < 500; i++) {
		if (dondoc(s, AT_OFFICE(s), "evidence", "queue", "--all", NULL) == 0 &&
		    strstr(s->out, words) != NULL)
			return true;
		system_rest_ms(20);
	}
	return false;
}

static void attach_two(struct cut_off *s)
{
	char small[STATION_PATH], large[STATION_PATH];

	path_of(s, "small.pdf", small);
	path_of(s, "large.pdf", large);
	write_pdf(small, 200000, 'a');
	write_pdf(large, 3 << 20, 'b');
	assert_int_equal(dondoc(s, AT_OFFICE(s), "evidence", "attach", "N00000", large, NULL), 0);
	assert_int_equal(dondoc(s, AT_OFFICE(s), "evidence", "attach", "N00000", small, NULL), 0);
}

static void evidence_goes_along_as_far_as_there_is_room_and_the_line_brings_the_rest(void **state)
{
	char file[STATION_PATH], answer[STATION_PATH], fetched[STATION_PATH], small[STATION_PATH];
	unsigned long len_fetched = 0, len_small = 1;
	char *bytes_fetched, *bytes_small;
	struct cut_off s;
	uint64_t after;

	(void)state;
	begin(&s);
	attach_two(&s);
	path_of(&s, "donvi.stick", file);
	path_of(&s, "donvi.answer", answer);
	path_of(&s, "fetched.pdf", fetched);
	path_of(&s, "small.pdf", small);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "write", file, "--max", "1", NULL), 0);
	assert_non_null(strstr(s.out, "1 files of evidence go along (0.2 MiB)"));
	assert_non_null(strstr(s.out, "1 files of evidence (3.0 MiB) do not go along: large.pdf"));
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL),
			 0);
	assert_non_null(strstr(s.out, "2 reports, 2 accepted; 1 files of evidence"));
	station_settle(&s.centre);
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "evidence", "fetch", "N00000", "small.pdf",
				"--out", fetched, NULL),
			 0);
	bytes_fetched = test_read_file(fetched, &len_fetched);
	bytes_small = test_read_file(small, &len_small);
	assert_int_equal(len_fetched, len_small);
	assert_memory_equal(bytes_fetched, bytes_small, len_small);
	free(bytes_fetched);
	free(bytes_small);
	after = head(&s);
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL),
			 0);
	assert_int_equal(head(&s), after);
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "settle", answer, NULL), 0);
	if (strstr(s.out, "2 reports now have the centre's answer, 1 files of evidence") == NULL)
		fail_msg("%s", s.out);
	/* Nothing is to be written but the one that did not fit, and that fits into another. */
	assert_int_equal(dondoc(&s, AT_OFFICE(&s), "stick", "write", file, NULL), 0);
	assert_non_null(strstr(s.out, "0 reports are written"));
	assert_non_null(strstr(s.out, "1 files of evidence go along (3.0 MiB)"));
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL),
			 0);
	station_settle(&s.centre);
	after = head(&s);
	set_sending(&s, true);
	assert_true(queue_says(&s, "large.pdf"));
	assert_true(branch_drained(&s.office, DRAIN_MS));
	assert_int_equal(head(&s), after); /* the line found it there */
	end(&s);
}

/* What a later version of the office may write. */
static void write_newer(const struct cut_off *s, const char *path)
{
	static const uint8_t unknown[] = {0x9a, 0x06, 1, 'x'};
	Dondoc__V1__StickHead stick_head = DONDOC__V1__STICK_HEAD__INIT;
	Dondoc__V1__StickRequest said = DONDOC__V1__STICK_REQUEST__INIT;
	uint8_t office[32], centre[32], batch[16] = {1};
	struct dd_buf file = {0}, data = {0}, sealed = {0};
	struct dd_error err;

	assert_int_equal(dd_curve_bytes(s->office.key.public_key, office), 0);
	assert_int_equal(dd_curve_bytes(s->centre.public_key, centre), 0);
	stick_head.unit = said.unit = (char *)STATION_UNIT;
	stick_head.office = (ProtobufCBinaryData){sizeof(office), office};
	stick_head.centre = (ProtobufCBinaryData){sizeof(centre), centre};
	stick_head.batch = said.batch = (ProtobufCBinaryData){sizeof(batch), batch};
	dd_stick_begin(&file);
	(void)dd_buf_reserve(&data, dondoc__v1__stick_head__get_packed_size(&stick_head));
	dd_stick_add(&file, data.data, dondoc__v1__stick_head__pack(&stick_head, data.data));
	for (int i = 0; i < 2; i++) {
		dd_buf_clear(&data);
		dd_buf_clear(&sealed);
		said.index = (uint32_t)i;
		if (i == 1) {
			said.what_case = DONDOC__V1__STICK_REQUEST__WHAT_END;
			said.end = 1;
		}
		(void)dd_buf_reserve(&data, 128);
		data.len = dondoc__v1__stick_request__pack(&said, data.data);
		if (i == 0)
			dd_buf_add(&data, unknown, sizeof(unknown));
		assert_int_equal(dd_stick_seal(&s->office.key, centre, DD_STICK_TO_CENTRE, &data,
					       &sealed, &err),
				 0);
		dd_stick_add(&file, sealed.data, sealed.len);
	}
	test_write_file(path, (const char *)file.data, file.len);
	dd_buf_fini(&file);
	dd_buf_fini(&data);
	dd_buf_fini(&sealed);
}

static void records_of_a_newer_version_are_told(void **state)
{
	char file[STATION_PATH], answer[STATION_PATH];
	struct cut_off s;
	uint64_t before;

	(void)state;
	begin(&s);
	path_of(&s, "newer.stick", file);
	path_of(&s, "newer.answer", answer);
	write_newer(&s, file);
	before = head(&s);
	assert_int_equal(dondoc(&s, AT_CENTRE(&s), "stick", "take", file, "--answer", answer, NULL),
			 7);
	assert_non_null(strstr(s.out, "newer than the centre's"));
	assert_int_equal(head(&s), before);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_go_by_file_and_the_line_finds_nothing_to_do),
		cmocka_unit_test(the_network_copy_of_what_went_by_file_is_a_duplicate),
		cmocka_unit_test(a_file_that_was_changed_or_is_a_strangers_is_not_taken),
		cmocka_unit_test(
			evidence_goes_along_as_far_as_there_is_room_and_the_line_brings_the_rest),
		cmocka_unit_test(records_of_a_newer_version_are_told),
		cmocka_unit_test(a_draft_outlives_a_restart_and_is_sent_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
