#include "common/net/bus.h"
#include "tests/common/net/net_support.h"
#include <sys/stat.h>

static void test_a_key_is_the_same_after_saving_and_loading(void **state)
{
	char *dir = test_tmpdir();
	char *path = dd_path(dir, "server.key");
	struct dd_curve_key key;
	struct dd_curve_key again;
	struct stat st;

	(void)state;
	dd_curve_new(&key);
	assert_int_equal(dd_curve_save(path, &key, NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(dd_curve_load(path, &again, NULL), 0);
	assert_string_equal(key.public_key, again.public_key);
	assert_string_equal(key.secret_key, again.secret_key);
	free(path);
	test_tmpdir_end(dir);
}

static void test_a_key_file_that_others_may_read_is_refused(void **state)
{
	static const mode_t modes[] = {0640, 0604, 0660, 0666, 0610};
	char *dir = test_tmpdir();
	char *path = dd_path(dir, "server.key");
	struct dd_curve_key key;
	struct dd_error err;
	size_t i;

	(void)state;
	dd_curve_new(&key);
	assert_int_equal(dd_curve_save(path, &key, NULL), 0);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		assert_int_equal(dd_curve_load(path, &key, &err), DD_ERR_REFUSED);
		assert_non_null(strstr(err.text, "chmod 600"));
	}
	free(path);
	test_tmpdir_end(dir);
}

#define GOOD "0123456789012345678901234567890123456789"

static void test_only_well_formed_key_files_are_loaded(void **state)
{
	static const struct {
		const char *text;
		int rc;
	} cases[] = {
		{"public " GOOD "\nsecret " GOOD "\n", 0},
		{"public " GOOD "\n", 0},
		{"# of the server\r\npublic " GOOD "\r\n", 0},
		{"secret " GOOD "\n", DD_ERR_INVALID},
		{"", DD_ERR_INVALID},
		{"public " GOOD "0\n", DD_ERR_INVALID},
		{"public 012345678901234567890123456789012345678\n", DD_ERR_INVALID},
		{"public 012345678901234567890123456789012345678~\n", DD_ERR_INVALID},
		{"public " GOOD "\npublic " GOOD "\n", DD_ERR_INVALID},
		{"public " GOOD "\nsecret x\n", DD_ERR_INVALID},
		{"public " GOOD "\nsecret " GOOD "\nsecret " GOOD "\n", DD_ERR_INVALID},
		{"publicly " GOOD "\n", DD_ERR_INVALID},
	};
	char *dir = test_tmpdir();
	char *path = dd_path(dir, "k");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_curve_key key = {.secret_key = ""};

		assert_int_equal(
			dd_file_write(path, cases[i].text, strlen(cases[i].text), 0600, NULL), 0);
		assert_int_equal(dd_curve_load(path, &key, NULL), cases[i].rc);
	}
	free(path);
	path = dd_path(dir, "absent");
	assert_int_equal(dd_curve_load(path, &(struct dd_curve_key){.secret_key = ""}, NULL),
			 DD_ERR_NOT_FOUND);
	free(path);
	test_tmpdir_end(dir);
}

static void test_class_names_and_classes_belong_to_each_other(void **state)
{
	int cls;

	(void)state;
	for (cls = DD_PRINCIPAL_NONE; cls <= DD_PRINCIPAL_LOCAL; cls++)
		assert_int_equal(dd_principal_class_of(
					 dd_principal_class_name((enum dd_principal_class)cls)),
				 cls);
	assert_int_equal(dd_principal_class_of("root"), DD_PRINCIPAL_NONE);
	assert_int_equal(dd_principal_class_of(""), DD_PRINCIPAL_NONE);
	assert_string_equal(dd_principal_class_name((enum dd_principal_class)99), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_is_the_same_after_saving_and_loading),
		cmocka_unit_test(test_a_key_file_that_others_may_read_is_refused),
		cmocka_unit_test(test_only_well_formed_key_files_are_loaded),
		cmocka_unit_test(test_class_names_and_classes_belong_to_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
