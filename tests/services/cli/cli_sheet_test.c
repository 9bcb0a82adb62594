/* cli_sheet_test.c - the name of the answer to a reporting sheet. */
#include "services/cli/cli_sheet.h"

#include "common/base/file.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>

static void the_answer_lies_beside_the_sheet_and_never_over_anything(void **state)
{
	static const struct {
		const char *sheet, *there, *answer;
	} cases[] = {
		{"phieu.xlsx", NULL, "phieu.ket-qua.xlsx"},
		{"Phieu (2).XLSX", NULL, "Phieu (2).ket-qua.xlsx"},
		{"phieu", NULL, "phieu.ket-qua.xlsx"},
		{"phieu-2026-11.xlsx", NULL, "phieu-2026-11.ket-qua.xlsx"},
		{"a.xlsx", "a.ket-qua.xlsx", "a.ket-qua-2.xlsx"},
		{"a.ket-qua.xlsx", "a.ket-qua.xlsx", "a.ket-qua-2.xlsx"},
		{"a.ket-qua-2.xlsx", "a.ket-qua-2.xlsx", "a.ket-qua-3.xlsx"},
	};
	char *dir = test_tmpdir();
	struct dd_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *sheet = dd_path(dir, cases[i].sheet);
		char *wanted = dd_path(dir, cases[i].answer);
		char *name;

		if (cases[i].there) {
			char *there = dd_path(dir, cases[i].there);

			assert_int_equal(dd_file_write(there, "x", 1, 0600, &err), DD_OK);
			free(there);
		}
		name = cli_sheet_answer_name(CLI_VI, sheet);
		assert_string_equal(name, wanted);
		free(name);
		free(sheet);
		free(wanted);
	}
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_answer_lies_beside_the_sheet_and_never_over_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
