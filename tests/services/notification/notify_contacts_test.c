/* notify_contacts_test.c - the contacts file: what it may hold, and words that name the line and
 * never an address. */
#include "services/notification/notify_contacts.h"

#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <string.h>

static char *dir;
static char path[256];

static int setup(void **state)
{
	(void)state;
	dir = test_tmpdir();
	(void)snprintf(path, sizeof(path), "%s/contacts.csv", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_tmpdir_end(dir);
	return 0;
}

static int load(const char *text, struct notify_contacts **contacts, struct dd_error *err)
{
	test_write_file(path, text, strlen(text));
	return notify_contacts_load(path, contacts, err);
}

static void a_unit_has_its_addresses_and_its_language(void **state)
{
	struct notify_contacts *contacts;
	const char *to[NOTIFY_MAIL_TO_MAX];
	struct dd_error err = {0};

	(void)state;
	assert_int_equal(load("\xef\xbb\xbfunit;email;lang\nSYT;a@x.vn;\nSTC;b@x.vn;en\n"
			      " SYT ;c@x.vn;vi\n",
			      &contacts, &err),
			 0);
	assert_int_equal(notify_contacts_count(contacts), 3);
	assert_int_equal(notify_contacts_find(contacts, "SYT", to), 2);
	assert_string_equal(to[0], "a@x.vn");
	assert_string_equal(to[1], "c@x.vn");
	assert_int_equal(notify_contacts_find(contacts, "KHONG", to), 0);
	assert_false(notify_contacts_english(contacts, "SYT"));
	assert_true(notify_contacts_english(contacts, "STC"));
	assert_int_equal(notify_contacts_find(NULL, "SYT", to), 0);
	notify_contacts_free(contacts);
}

static void a_faulty_file_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"unit,mail\nSYT,a@x\n", "mail"},
		{"unit\nSYT\n", "email"},
		{"unit,email\nSYT,a@x\nSTC,khong-phai\n", "line 3"},
		{"unit,email\nS Y,a@x\n", "line 2"},
		{"unit,email,lang\nSYT,a@x,fr\n", "lang 'fr'"},
		{"unit,email\nSYT,\"a@x\r\nBcc: b@x\"\n", "line 2"},
	};
	struct notify_contacts *contacts = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_error err = {0};

		assert_int_not_equal(load(cases[i].text, &contacts, &err), 0);
		assert_non_null(strstr(err.text, cases[i].words));
		assert_null(strstr(err.text, "khong-phai"));
	}
}

static void a_unit_may_have_twenty_addresses_and_not_one_more(void **state)
{
	struct notify_contacts *contacts;
	struct dd_error err = {0};
	char text[1024] = "unit,email\n";

	(void)state;
	for (int i = 0; i < NOTIFY_MAIL_TO_MAX; i++)
		(void)strcat(text, "SYT,a@x.vn\n");
	assert_int_equal(load(text, &contacts, &err), 0);
	notify_contacts_free(contacts);
	(void)strcat(text, "SYT,a@x.vn\n");
	assert_int_equal(load(text, &contacts, &err), DD_ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_has_its_addresses_and_its_language),
		cmocka_unit_test(a_faulty_file_is_refused_with_its_line),
		cmocka_unit_test(a_unit_may_have_twenty_addresses_and_not_one_more),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
