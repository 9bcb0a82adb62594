/* cli_report_file_test.c - issued reports as tables, which file is meant, and what is kept. */
#include "common/base/id.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_report.h"
#include "tests/services/cli/printed.h"
#include "tests/support/tmpdir.h"

struct reports {
	uint8_t hash[3][DD_HASH_LEN]; /* of the data, the pdf, the csv */
	Dondoc__V1__ReportFile files[2];
	Dondoc__V1__ReportFile *file_list[2];
	Dondoc__V1__IssueReport report;
	Dondoc__V1__ReportRow rows[2];
	Dondoc__V1__ReportRow *row_list[2];
	Dondoc__V1__ReportList list;
};

static void make_reports(struct reports *made)
{
	static const char *const formats[] = {"pdf", "csv"};

	for (int i = 0; i < 3; i++)
		memset(made->hash[i], 0xb0 + i, DD_HASH_LEN);
	dondoc__v1__issue_report__init(&made->report);
	for (int i = 0; i < 2; i++) {
		dondoc__v1__report_file__init(&made->files[i]);
		made->files[i].format = (char *)formats[i];
		made->files[i].hash.data = made->hash[i + 1];
		made->files[i].hash.len = DD_HASH_LEN;
		made->files[i].size = 1000;
		made->file_list[i] = &made->files[i];
		dondoc__v1__report_row__init(&made->rows[i]);
		made->row_list[i] = &made->rows[i];
	}
	made->report.schedule = (char *)"monthly";
	made->report.as_of_day = 20635; /* 2026-07-01 */
	made->report.sequence = 812;
	made->report.data_hash.data = made->hash[0];
	made->report.data_hash.len = DD_HASH_LEN;
	made->report.files = made->file_list;
	made->report.n_files = 2;
	made->rows[0].sequence = 813; /* a row without content, as of a newer server */
	made->rows[1].sequence = 900;
	made->rows[1].issued_us = INT64_C(1782865800000000);
	made->rows[1].report = &made->report;
	dondoc__v1__report_list__init(&made->list);
	made->list.rows = made->row_list;
	made->list.n_rows = 2;
}

static void issued_reports_are_listed_with_day_position_and_forms(void **state)
{
	struct printed printed;
	struct reports made;

	(void)state;
	make_reports(&made);
	printed_begin(&printed, CLI_EN, CLI_CSV);
	cli_print_reports(&printed.cli, &made.list);
	printed_is(&printed,
		   "\xef\xbb\xbf"
		   "Record,Issued,Plan,As of,Schedule,Position,Format\r\n"
		   "900,2026-07-01 07:30:00,all,2026-07-01,monthly,812,\"pdf, csv\"\r\n",
		   "");
}

static void a_report_is_shown_with_the_hashes_of_its_files(void **state)
{
	struct printed printed;
	struct reports made;

	(void)state;
	make_reports(&made);
	made.report.schedule = (char *)"";
	printed_begin(&printed, CLI_VI, CLI_TABLE);
	cli_print_report(&printed.cli, &made.rows[1]);
	printed_end(&printed);
	assert_non_null(strstr(printed.out, "Báo cáo:                900\n"));
	assert_non_null(strstr(printed.out, "Lịch:                   theo yêu cầu\n"));
	assert_non_null(strstr(printed.out, "Tính đến:               01/07/2026\n"));
	assert_non_null(strstr(printed.out, "pdf   1000  b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1"
					    "b1b1b1b1b1b1b1b1b1b1b1\n"));
	printed_fini(&printed);
}

static void the_form_is_the_option_or_the_names_ending(void **state)
{
	static const struct {
		const char *format;
		const char *path;
		const char *found;
	} cases[] = {
		{"pdf", "x.csv", "pdf"},  {NULL, "a/x.PDF", "pdf"}, {NULL, "x.xlsx", "xlsx"},
		{NULL, "x.json", "json"}, {NULL, "x", NULL},        {NULL, "pdf", NULL},
		{NULL, "x.doc", NULL},    {"table", "x.pdf", NULL}, {"", "x.pdf", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *found = cli_report_format(cases[i].format, cases[i].path);

		assert_int_equal(found != NULL, cases[i].found != NULL);
		if (found)
			assert_string_equal(found, cases[i].found);
	}
}

static void check_found(struct reports *made, const char *word, const char *path, int file)
{
	const Dondoc__V1__ReportRow *row;
	const Dondoc__V1__ReportFile *found;
	struct cli_named named;

	assert_int_equal(cli_parse_named(word, &named), 0);
	row = cli_report_find(&made->list, &named);
	assert_ptr_equal(row, &made->rows[1]);
	found = cli_report_file(row->report, &named, path);
	assert_ptr_equal(found, file < 0 ? NULL : &made->files[file]);
}

static void a_report_is_found_by_record_or_hash_and_its_file_by_hash_or_ending(void **state)
{
	struct cli_named named;
	struct reports made;

	(void)state;
	make_reports(&made);
	check_found(&made, "900", "x.pdf", 0);
	check_found(&made, "900", "x.csv", 1);
	check_found(&made, "900", "x.xlsx", -1);
	check_found(&made, "900", "x", -1);
	check_found(&made, "b0b0b0b0b0b0", "x.csv", 1);
	check_found(&made, "B2B2B2B2B2B2B2", "x.pdf", 1); /* the hash says which file */
	made.report.n_files = 1;
	check_found(&made, "900", "x", 0);
	check_found(&made, "900", "x.csv", -1);
	assert_int_equal(cli_parse_named("813", &named), 0);
	assert_null(cli_report_find(&made.list, &named));
	assert_int_equal(cli_parse_named("b3b3b3b3b3b3", &named), 0);
	assert_null(cli_report_find(&made.list, &named));
}

/* --- keeping ---------------------------------------------------------------------------------- */

struct kept {
	uint8_t hash[DD_HASH_LEN];
	Dondoc__V1__ReportBytes bytes;
	ProtobufCBinaryData wanted;
};

static void make_bytes(struct kept *kept, const char *text)
{
	dondoc__v1__report_bytes__init(&kept->bytes);
	dd_hash(text, strlen(text), kept->hash);
	kept->bytes.data.data = (uint8_t *)text;
	kept->bytes.data.len = strlen(text);
	kept->bytes.hash.data = kept->hash;
	kept->bytes.hash.len = DD_HASH_LEN;
	kept->bytes.sequence = 812;
	kept->bytes.as_of_day = 20635;
	kept->wanted = kept->bytes.hash;
}

static void check_keep(const struct kept *kept, const char *path, const char *force, int rc,
		       const char *content)
{
	struct printed printed;
	char *found;

	printed_begin(&printed, CLI_EN, CLI_TABLE);
	printed.cli.target = (char *)"ipc://here";
	printed.cli.args.value[CLI_OPT_FORCE] = force;
	assert_int_equal(cli_report_keep(&printed.cli, &kept->bytes, &kept->wanted, path), rc);
	printed_end(&printed);
	assert_int_equal(strstr(printed.out, "position 812\n  BLAKE2b-256 ") != NULL, rc == 0);
	assert_int_equal(*printed.problems != '\0', rc != 0);
	printed_fini(&printed);
	found = test_read_file(path, NULL);
	assert_int_equal(found != NULL, content != NULL);
	if (found)
		assert_string_equal(found, content);
	free(found);
}

static void a_file_is_kept_only_with_its_hash_and_over_another_only_by_force(void **state)
{
	char *dir = test_tmpdir();
	struct kept kept, other;
	char path[300];

	(void)state;
	snprintf(path, sizeof(path), "%s/x.pdf", dir);
	make_bytes(&kept, "%PDF one");
	kept.hash[0] ^= 1;
	check_keep(&kept, path, NULL, CLI_DAMAGE, NULL);
	kept.hash[0] ^= 1;
	make_bytes(&other, "%PDF two");
	kept.wanted = other.bytes.hash;
	check_keep(&kept, path, NULL, CLI_DAMAGE, NULL);
	kept.wanted = kept.bytes.hash;
	kept.bytes.hash.len = 0;
	check_keep(&kept, path, NULL, CLI_DAMAGE, NULL);
	kept.bytes.hash.len = DD_HASH_LEN;
	check_keep(&kept, path, NULL, CLI_DONE, "%PDF one");
	check_keep(&other, path, NULL, CLI_CONFLICT, "%PDF one");
	check_keep(&other, path, "", CLI_DONE, "%PDF two");
	snprintf(path, sizeof(path), "%s/none/x.pdf", dir);
	check_keep(&kept, path, NULL, CLI_NOT_FOUND, NULL);
	test_tmpdir_end(dir);
}

static int start(void **state)
{
	(void)state;
	dd_id_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(issued_reports_are_listed_with_day_position_and_forms),
		cmocka_unit_test(a_report_is_shown_with_the_hashes_of_its_files),
		cmocka_unit_test(the_form_is_the_option_or_the_names_ending),
		cmocka_unit_test(
			a_report_is_found_by_record_or_hash_and_its_file_by_hash_or_ending),
		cmocka_unit_test(a_file_is_kept_only_with_its_hash_and_over_another_only_by_force),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
