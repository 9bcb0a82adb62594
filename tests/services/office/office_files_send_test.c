/* office_files_send_test.c - evidence over bad lines: what it costs, and that it arrives whatever
 * ends in the middle. */
#include "tests/services/office/evidence_line.h"
#include <unistd.h>

#define SEEDS 60

static void twenty_megabytes_over_a_line_cut_every_300_kb_cost_less_than_a_tenth_more(void **state)
{
	struct line line;
	struct line_file file = line_file(20u << 20, 1);

	(void)state;
	line_open(&line);
	line.cut_every = 300000;
	line_attach(&line, &file, 1);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_AT_CENTRE);
	print_message("sent %llu bytes of wire for %zu of content, %u breaks, x %.3f\n",
		      (unsigned long long)line.wire, file.len, line.breaks,
		      (double)line.wire / (double)file.len);
	assert_true(line.breaks > 60);
	assert_true(line.wire * 10 < file.len * 11);
	free(file.bytes);
	line_close(&line);
}

/* The rule does not know 300 kB: other lines cost no more than what is possible there. */
static void other_lines_cost_little_more_than_they_must(void **state)
{
	static const struct {
		uint64_t cut;
		double most;
	} lines[] = {{100000, 1.20}, {1000000, 1.06}, {30000, 1.45}, {0, 1.02}};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct line line;
		struct line_file file = line_file(3u << 20, 2 + i);

		line_open(&line);
		line.cut_every = lines[i].cut;
		line_attach(&line, &file, 1);
		line_run(&line, LINE_DAY);
		assert_true(line_arrived(&line, &file));
		print_message("cut every %llu: x %.3f\n", (unsigned long long)lines[i].cut,
			      (double)line.wire / (double)file.len);
		assert_true((double)line.wire < lines[i].most * (double)file.len);
		free(file.bytes);
		line_close(&line);
	}
}

static void even_a_line_that_breaks_every_few_kilobytes_brings_it(void **state)
{
	struct line line;
	struct line_file file = line_file(200000, 9);

	(void)state;
	line_open(&line);
	line.cut_every = LINE_CONNECT + 4000;
	line_attach(&line, &file, 1);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	free(file.bytes);
	line_close(&line);
}

/* --- anything ends in the middle -------------------------------------------------------------- */

/* The centre loses power: of its part the end is what was never written. */
static void lose_power(struct line *line, const struct line_file *file)
{
	char hex[2 * DD_HASH_LEN + 1], name[128];
	char *path;
	unsigned long len;
	char *bytes;

	(void)snprintf(name, sizeof(name), "centre/incoming/%s.part",
		       dd_hex(file->hash, DD_HASH_LEN, hex));
	path = dd_path(line->dir, name);
	bytes = test_read_file(path, &len);
	if (bytes != NULL && len > 0) {
		const unsigned long from = line_random(line, len);

		memset(bytes + from, 0, len - from);
		test_write_file(path, bytes, line_random(line, 2) == 0 ? len : from);
	}
	free(bytes);
	free(path);
	line_start_centre(line);
}

static void random_step(struct line *line, const struct line_file *files, size_t count)
{
	switch (line_random(line, 30)) {
	case 0: /* the office is killed, with a piece on its way or not */
		line_kill(line);
		line_start(line);
		return;
	case 1: /* so is the centre; nobody answers what was on its way */
		line_start_centre(line);
		line_link(line, DD_LINK_CONNECTING);
		line_link(line, DD_LINK_UP);
		return;
	case 2:
		lose_power(line, &files[line_random(line, count)]);
		return;
	case 3:
		line->busy = !line->busy;
		return;
	case 4:
		line_link(line, line_random(line, 2) == 0 ? DD_LINK_CONNECTING : DD_LINK_UP);
		return;
	case 5:
		line->busy_reports = !line->busy_reports;
		line_wake(line);
		return;
	default:
		(void)line_step(line);
	}
}

static void whatever_ends_in_the_middle_the_bytes_arrive(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct line_file files[3];
		struct line line;

		line_open(&line);
		line.random = seed * 0x9e3779b97f4a7c15u;
		line.cut_every = 60000;
		for (size_t i = 0; i < 3; i++) {
			files[i] = line_file(40000 + (size_t)line_random(&line, 200000),
					     seed * 10 + i);
			line_attach(&line, &files[i], 1 + i);
		}
		for (int i = 0; i < 250; i++)
			random_step(&line, files, 3);
		line.busy = false;
		line.busy_reports = false;
		line_link(&line, DD_LINK_UP);
		line_run(&line, line.now_us + LINE_DAY);
		for (size_t i = 0; i < 3; i++) {
			if (!line_arrived(&line, &files[i]))
				fail_msg("seed %llu file %zu", (unsigned long long)seed, i);
			assert_int_equal(line_look(&line, &files[i]).state, OFFICE_FILE_AT_CENTRE);
			free(files[i].bytes);
		}
		line_close(&line);
	}
}

static void a_part_with_bytes_that_were_never_written_begins_again(void **state)
{
	struct line line;
	struct line_file file = line_file(100000, 3);

	(void)state;
	line_open(&line);
	line_attach(&line, &file, 1);
	while (line_look(&line, &file).state != OFFICE_FILE_SENDING)
		assert_true(line_step(&line));
	for (int i = 0; i < 3; i++)
		(void)line_step(&line);
	line.random = 1234567;
	lose_power(&line, &file);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	free(file.bytes);
	line_close(&line);
}

/* --- what is kept here is damaged ------------------------------------------------------------- */

static void a_damaged_copy_is_parked_and_told_until_it_is_brought_again(void **state)
{
	char hex[2 * DD_HASH_LEN + 1], name[128];
	struct line_file bad = line_file(50000, 4), good = line_file(60000, 5);
	struct office_files_status status;
	struct line line;
	char *path;

	(void)state;
	line_open(&line);
	line.busy = true;
	line_attach(&line, &bad, 1);
	line_attach(&line, &good, 1);
	(void)snprintf(name, sizeof(name), "kept/%s", dd_hex(bad.hash, DD_HASH_LEN, hex));
	path = dd_path(line.dir, name);
	bad.bytes[30000] ^= 1;
	test_write_file(path, bad.bytes, bad.len);
	bad.bytes[30000] ^= 1;
	line.busy = false;
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &good)); /* it blocks nobody */
	assert_int_equal(line_look(&line, &bad).state, OFFICE_FILE_DAMAGED);
	office_files_status(line.engine, &status);
	assert_int_equal(status.parked, 1);
	line_bring(&line, &bad);
	line_run(&line, 2 * LINE_DAY);
	assert_true(line_arrived(&line, &bad));
	free(path);
	free(bad.bytes);
	free(good.bytes);
	line_close(&line);
}

/* A disk that fails for a while is no reason to delete the only copy. */
static void a_copy_that_cannot_be_read_for_a_while_is_not_deleted(void **state)
{
	char hex[2 * DD_HASH_LEN + 1], name[128];
	struct line_file file = line_file(50000, 6);
	struct line line;
	char *path, *away;

	(void)state;
	line_open(&line);
	line.busy = true;
	line_attach(&line, &file, 1);
	(void)snprintf(name, sizeof(name), "kept/%s", dd_hex(file.hash, DD_HASH_LEN, hex));
	path = dd_path(line.dir, name);
	away = dd_path(line.dir, "away");
	assert_int_equal(rename(path, away), 0);
	assert_int_equal(symlink(away, path), 0); /* opening it fails */
	line.busy = false;
	line_run(&line, 60 * (LINE_DAY / 86400));
	assert_int_equal(line_look(&line, &file).state, OFFICE_FILE_WAITING);
	assert_int_equal(rename(away, path), 0);
	line_run(&line, LINE_DAY);
	assert_true(line_arrived(&line, &file));
	free(away);
	free(path);
	free(file.bytes);
	line_close(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			twenty_megabytes_over_a_line_cut_every_300_kb_cost_less_than_a_tenth_more),
		cmocka_unit_test(other_lines_cost_little_more_than_they_must),
		cmocka_unit_test(even_a_line_that_breaks_every_few_kilobytes_brings_it),
		cmocka_unit_test(whatever_ends_in_the_middle_the_bytes_arrive),
		cmocka_unit_test(a_part_with_bytes_that_were_never_written_begins_again),
		cmocka_unit_test(a_damaged_copy_is_parked_and_told_until_it_is_brought_again),
		cmocka_unit_test(a_copy_that_cannot_be_read_for_a_while_is_not_deleted),
	};

	line_use_memory();
	return cmocka_run_group_tests_name("services.office.office_files_send", tests, NULL, NULL);
}
