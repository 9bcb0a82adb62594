/* notify_contacts_test.c - the contacts file: what it may hold, and words that name the line and
 * never an address. */
#include "services/notification/notify_contacts.h"

#include "common/base/id.h"
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

/* Of a test's text; the last four stay valid. */
static const uint8_t *person_of(const char *hex)
{
	static uint8_t persons[4][DD_ID_LEN];
	static size_t next;
	uint8_t *person = persons[next++ % 4];

	assert_int_equal(dd_hex_parse(hex, person, DD_ID_LEN), 0);
	return person;
}

static size_t find(const struct notify_contacts *contacts, const char *unit, const char *person,
		   const struct notify_contact *out[NOTIFY_MAIL_TO_MAX])
{
	const struct notify_reader reader = {.unit = unit,
					     .person = person != NULL ? person_of(person) : NULL};

	return notify_contacts_find(contacts, &reader, out);
}

static void a_unit_has_its_addresses_and_its_language(void **state)
{
	struct notify_contacts *contacts;
	const struct notify_contact *to[NOTIFY_MAIL_TO_MAX];
	struct dd_error err = {0};

	(void)state;
	assert_int_equal(load("\xef\xbb\xbfunit;email;lang\nSYT;a@x.vn;\nSTC;b@x.vn;en\n"
			      " SYT ;c@x.vn;vi\n",
			      &contacts, &err),
			 0);
	assert_int_equal(notify_contacts_count(contacts), 3);
	assert_int_equal(find(contacts, "SYT", NULL, to), 2);
	assert_string_equal(to[0]->email, "a@x.vn");
	assert_string_equal(to[1]->email, "c@x.vn");
	assert_int_equal(to[0]->ways.count, 1);
	assert_int_equal(to[0]->ways.channel[0], NOTIFY_EMAIL);
	assert_int_equal(find(contacts, "KHONG", NULL, to), 0);
	assert_false(notify_contacts_english(contacts, "SYT"));
	assert_true(notify_contacts_english(contacts, "STC"));
	assert_int_equal(find(NULL, "SYT", NULL, to), 0);
	notify_contacts_free(contacts);
}

#define CHIEF "00112233445566778899aabbccddeeff"
#define OTHER "ffeeddccbbaa99887766554433221100"

/* A unit's mail does not go to a person's own box, and a person's not to the unit's. */
static void a_person_has_rows_of_his_own(void **state)
{
	static const char text[] = "unit,person,email,phone,channels,lang\n"
				   "SYT,,vanthu@x.vn,,,\n"
				   "SYT," CHIEF ",truong@x.vn,0901 234 567,zalo email sms,\n"
				   "STC," CHIEF ",,+84 901.234.568,,en\n"
				   "STC," OTHER ",kt@x.vn,,email,\n";
	const struct notify_contact *to[NOTIFY_MAIL_TO_MAX];
	const struct notify_reader chief = {.unit = "SYT", .person = person_of(CHIEF)};
	struct notify_contacts *contacts;
	struct notify_ways ways;
	struct dd_error err = {0};

	(void)state;
	if (load(text, &contacts, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(find(contacts, "SYT", NULL, to), 1);
	assert_string_equal(to[0]->email, "vanthu@x.vn");
	assert_int_equal(find(contacts, "SYT", CHIEF, to), 1);
	assert_string_equal(to[0]->phone, "84901234567");
	notify_contacts_ways(contacts, &chief, &ways);
	assert_int_equal(ways.count, 3);
	assert_int_equal(ways.channel[0], NOTIFY_ZALO);
	assert_int_equal(ways.channel[1], NOTIFY_EMAIL);
	assert_int_equal(ways.channel[2], NOTIFY_SMS);
	assert_int_equal(find(contacts, "STC", CHIEF, to), 1);
	assert_string_equal(to[0]->phone, "84901234568");
	assert_int_equal(to[0]->ways.channel[0], NOTIFY_SMS);
	/* of a unit without rows of its own: all; of a person in another unit: where he is known */
	assert_int_equal(find(contacts, "STC", NULL, to), 2);
	assert_int_equal(find(contacts, "SNV", OTHER, to), 1);
	assert_string_equal(to[0]->email, "kt@x.vn");
	assert_int_equal(find(contacts, "SNV", CHIEF, to), 2);
	assert_int_equal(find(contacts, "SYT", OTHER, to), 1);
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
		{"unit,email,person\nSYT,a@x,An\n", "person: 32"},
		{"unit,email,person\nSYT,a@x,00000000000000000000000000000000\n", "person: 32"},
		{"unit,email,phone\nSYT,,\n", "an email or a phone"},
		{"unit,phone\nSYT,98765\n", "phone number of unit SYT"},
		{"unit,phone\nSYT,0901234567x\n", "phone number of unit SYT"},
		{"unit,phone\nSYT,+849012345678901234\n", "phone number of unit SYT"},
		{"unit,email,channels\nSYT,a@x,fax\n", "channel 'fax'"},
		{"unit,email,channels\nSYT,a@x,email sms\n", "sms needs a phone"},
		{"unit,phone,channels\nSYT,0901234567,email\n", "email needs an email"},
	};
	struct notify_contacts *contacts = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_error err = {0};

		assert_int_not_equal(load(cases[i].text, &contacts, &err), 0);
		assert_non_null(strstr(err.text, cases[i].words));
		assert_null(strstr(err.text, "khong-phai"));
		assert_null(strstr(err.text, "98765"));
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
		cmocka_unit_test(a_person_has_rows_of_his_own),
		cmocka_unit_test(a_faulty_file_is_refused_with_its_line),
		cmocka_unit_test(a_unit_may_have_twenty_addresses_and_not_one_more),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
