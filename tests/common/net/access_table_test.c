#include "common/net/access_table.h"
#include "tests/common/net/net_support.h"

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void test_what_admits_whom(void **state)
{
	static const struct {
		const char *name[2];
		const char *text[2];
		const char *unit_a; /* of KEY_A; NULL = not admitted */
	} cases[] = {
		{{"x.office"}, {"unit SYT\npublic " KEY_A "\n"}, "SYT"},
		{{"x.office"}, {"public " KEY_A "\nunit SYT"}, "SYT"},
		{{"x.office.old"}, {"unit SYT\npublic " KEY_A "\n"}, NULL},
		{{".office"}, {"unit SYT\npublic " KEY_A "\n"}, NULL},
		{{"x.office"}, {"unit SYT\npublic " KEY_B "\n"}, NULL},
		{{"x.office"}, {"public " KEY_A "\n"}, NULL},
		{{"x.office"}, {"unit \npublic " KEY_A "\n"}, NULL},
		{{"x.office"}, {"unit S/Y\npublic " KEY_A "\n"}, NULL},
		{{"x.office"}, {"unit S Y\npublic " KEY_A "\n"}, NULL},
		{{"x.office"}, {"unit -S\npublic " KEY_A "\n"}, NULL},
		{{"x.office"}, {"unit A2345678901234567890123456789012\npublic " KEY_A "\n"}, NULL},
		{{"x.office"},
		 {"unit A234567890123456789012345678901\npublic " KEY_A "\n"},
		 "A234567890123456789012345678901"},
		/* The same key twice: fine when the files agree, refused when they do not. */
		{{"x.office", "y.office"},
		 {"unit SYT\npublic " KEY_A "\n", "unit SYT\npublic " KEY_A "\n"},
		 "SYT"},
		{{"x.office", "y.office"},
		 {"unit SYT\npublic " KEY_A "\n", "unit STC\npublic " KEY_A "\n"},
		 NULL},
		/* A file that is of no use does not disturb the others. */
		{{"x.office", "y.office"}, {"unit SYT\npublic " KEY_A "\n", "rubbish"}, "SYT"},
	};
	size_t i;
	int j;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *dir = test_tmpdir();
		struct dd_access_table table;
		const struct dd_admission *found;

		for (j = 0; j < 2 && cases[i].name[j]; j++) {
			char *path = dd_path(dir, cases[i].name[j]);

			test_write_file(path, cases[i].text[j], strlen(cases[i].text[j]));
			free(path);
		}
		assert_int_equal(dd_access_table_read(dir, &table, NULL), 0);
		found = dd_access_table_find(&table, KEY_A);
		if (cases[i].unit_a) {
			assert_non_null(found);
			assert_string_equal(found->unit, cases[i].unit_a);
		} else {
			assert_null(found);
		}
		dd_access_table_fini(&table);
		test_tmpdir_end(dir);
	}
}

static void test_a_folder_that_cannot_be_read_admits_nobody(void **state)
{
	struct dd_access_table table;

	(void)state;
	assert_int_equal(dd_access_table_read("/nonexistent/offices", &table, NULL), DD_ERR_IO);
	assert_int_equal(table.count, 0);
	assert_null(dd_access_table_find(&table, KEY_A));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_admits_whom),
		cmocka_unit_test(test_a_folder_that_cannot_be_read_admits_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
