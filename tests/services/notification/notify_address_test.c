/* notify_address_test.c - which addresses may be reached, in whatever dress they come. */
#include "services/notification/notify_address.h"

#include "tests/support/harness.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static enum notify_reach reach(const char *text, const char *list)
{
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	struct notify_allow allow;
	struct dd_error err = {0};

	if (notify_allow_parse(list, &allow, &err) != 0)
		fail_msg("%s", err.text);
	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return notify_address_reach((const struct sockaddr *)&four, &allow);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return notify_address_reach((const struct sockaddr *)&six, &allow);
}

static void what_is_not_public_is_reached_only_if_it_is_listed(void **state)
{
	static const char *const private[] = {
		"127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255",
		"192.168.1.1", "100.64.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.9",
		"198.51.100.7", "::1", "fd12:3456::1", "fc00::1", "2001:db8::1",
		/* the same in other dress */
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::1",
		"::10.0.0.1"};
	static const char *const all = "127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12 192.168.0.0/16, "
				       "100.64.0.0/10, 198.18.0.0/15, 192.0.2.0/24, "
				       "203.0.113.0/24, 198.51.100.0/24, ::1, fc00::/16, "
				       "fd12::/16, 2001:db8::/32";

	(void)state;
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
		if (reach(private[i], "") != NOTIFY_REACH_NEVER)
			fail_msg("%s is open", private[i]);
		if (reach(private[i], "192.168.77.0/24") != NOTIFY_REACH_NEVER)
			fail_msg("%s is open by another's entry", private[i]);
		if (reach(private[i], all) != NOTIFY_REACH_LISTED)
			fail_msg("%s is shut though it is listed", private[i]);
	}
	assert_int_equal(reach("10.1.2.3", "10.1.2.3"), NOTIFY_REACH_LISTED);
	assert_int_equal(reach("10.1.2.4", "10.1.2.3"), NOTIFY_REACH_NEVER);
	assert_int_equal(reach("::ffff:10.1.2.3", "10.1.2.0/24"), NOTIFY_REACH_LISTED);
}

static void some_addresses_are_reached_never(void **state)
{
	static const char *const never[] = {"0.0.0.0",
					    "0.1.2.3",
					    "169.254.169.254",
					    "169.254.0.1",
					    "224.0.0.1",
					    "255.255.255.255",
					    "240.0.0.1",
					    "::",
					    "fe80::1",
					    "fec0::1",
					    "ff02::1",
					    "fd00:ec2::254",
					    "::ffff:169.254.169.254",
					    "64:ff9b::a9fe:a9fe",
					    "2002:a9fe:a9fe::1",
					    "64:ff9b:1::1",
					    "2001::1",
					    "100.100.100.200",
					    "::ffff:0.0.0.0",
					    "4000::1",
					    "::2:3"};

	(void)state;
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (reach(never[i], "10.0.0.0/8, 127.0.0.0/8, fd00::/16, 100.64.0.0/10") !=
		    NOTIFY_REACH_NEVER)
			fail_msg("%s is open", never[i]);
}

static void public_addresses_are_reached(void **state)
{
	static const char *const public[] = {
		"8.8.8.8",         "1.1.1.1",        "103.9.196.2",      "172.32.0.1",
		"2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"};

	(void)state;
	for (size_t i = 0; i < sizeof(public) / sizeof(public[0]); i++)
		if (reach(public[i], "") != NOTIFY_REACH_PUBLIC)
			fail_msg("%s is shut", public[i]);
}

static void a_list_that_opens_too_much_is_refused(void **state)
{
	static const struct {
		const char *list, *words;
	} cases[] = {
		{"0.0.0.0/0", "too wide"},  {"::/0", "too wide"},
		{"10.0.0.0/7", "too wide"}, {"169.254.169.254", "never be reached"},
		{"fe80::/16", "never be"},  {"intern.example", "no address"},
		{"10.0.0.0/33", "bits"},    {"10.0.0.0/x", "bits"},
		{"10.0.0.0/-1", "bits"},    {"127.1", "no address"},
	};
	struct notify_allow allow;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dd_error err = {0};

		assert_int_not_equal(notify_allow_parse(cases[i].list, &allow, &err), 0);
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("%s: %s", cases[i].list, err.text);
	}
}

static void what_is_no_address_of_the_net_is_not_reached(void **state)
{
	const struct sockaddr other = {.sa_family = AF_UNIX};

	(void)state;
	assert_int_equal(notify_address_reach(&other, NULL), NOTIFY_REACH_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_public_is_reached_only_if_it_is_listed),
		cmocka_unit_test(some_addresses_are_reached_never),
		cmocka_unit_test(public_addresses_are_reached),
		cmocka_unit_test(a_list_that_opens_too_much_is_refused),
		cmocka_unit_test(what_is_no_address_of_the_net_is_not_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
