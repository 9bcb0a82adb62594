/* cli_evidence_test.c - which file of a task a word of the command line means. */
#include "services/cli/cli_evidence.h"
#include "tests/support/harness.h"
#include <string.h>

static void a_file_is_named_by_its_name_or_the_beginning_of_its_hash(void **state)
{
	uint8_t hashes[3][32] = {
		{0xab, 0xcd, 0xef, 1, 2, 3, 4}, {0xab, 0xcd, 0xef, 1, 2, 3, 5}, {9}};
	static const char *const names[] = {"a.pdf", "b.pdf", "a.pdf"};
	Dondoc__V1__FileRef files[3];
	Dondoc__V1__FileRow rows[3], *list[3];
	Dondoc__V1__FileList all = DONDOC__V1__FILE_LIST__INIT;
	static const struct {
		const char *word;
		int row; /* -1 = none, or not one alone */
	} cases[] = {
		{"b.pdf", 1},
		{"a.pdf", -1}, /* two have this name */
		{"abcdef010203", -1},
		{"abcdef01020304", 0},
		{"abcdef01020305", 1},
		{"090000000000", 2},
		{"0900", -1}, /* too short for a hash */
		{"", -1},
		{"c.pdf", -1},
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		dondoc__v1__file_ref__init(&files[i]);
		dondoc__v1__file_row__init(&rows[i]);
		files[i].hash = (ProtobufCBinaryData){.data = hashes[i], .len = 32};
		files[i].name = (char *)names[i];
		rows[i].file = &files[i];
		list[i] = &rows[i];
	}
	all.rows = list;
	all.n_rows = 3;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const Dondoc__V1__FileRow *found = cli_evidence_find(&all, cases[i].word);

		assert_ptr_equal(found, cases[i].row < 0 ? NULL : &rows[cases[i].row]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_named_by_its_name_or_the_beginning_of_its_hash),
	};

	return cmocka_run_group_tests_name("services.cli.cli_evidence", tests, NULL, NULL);
}
