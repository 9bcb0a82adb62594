/* log_places_test.c - one connection has one place, and one office does not fill the house. */
#include "common/eventlog/log_places.h"

#include "tests/support/harness.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dd_bus_peer peer_of(unsigned number)
{
	struct dd_bus_peer peer = {.len = sizeof(number)};

	memcpy(peer.id, &number, sizeof(number));
	return peer;
}

static struct dd_principal office(const char *unit)
{
	struct dd_principal who = {.cls = DD_PRINCIPAL_OFFICE};

	snprintf(who.unit, sizeof(who.unit), "%s", unit);
	return who;
}

static void a_connection_keeps_its_place(void **state)
{
	struct follower *places = calloc(LOG_PLACES_MAX, sizeof(*places));
	const struct dd_principal who = office("SYT");
	struct dd_bus_peer peer = peer_of(1), other = peer_of(2);
	size_t count = 0;
	struct follower *place;

	(void)state;
	place = log_place(places, &count, &peer, &who);
	assert_non_null(place);
	place->request = 7;
	assert_ptr_equal(log_place(places, &count, &peer, &who), place);
	assert_int_equal(place->request, 7);
	assert_ptr_not_equal(log_place(places, &count, &other, &who), place);
	assert_int_equal(count, 2);
	free(places);
}

static void an_office_with_all_its_places_gives_up_its_oldest(void **state)
{
	struct follower *places = calloc(LOG_PLACES_MAX, sizeof(*places));
	const struct dd_principal who = office("SYT"), other = office("STC");
	struct follower *place;
	struct dd_bus_peer peer;
	size_t count = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		peer = peer_of(i);
		place = log_place(places, &count, &peer, &who);
		assert_non_null(place);
		place->seen_ms = i + 1;
	}
	assert_int_equal(count, LOG_PLACES_OF_ONE);
	for (size_t i = 0; i < count; i++)
		assert_true(places[i].seen_ms > 1000 - LOG_PLACES_OF_ONE);
	peer = peer_of(5000);
	assert_non_null(log_place(places, &count, &peer, &other));
	assert_int_equal(count, LOG_PLACES_OF_ONE + 1);
	free(places);
}

static void readers_on_this_machine_have_as_many_as_there_are(void **state)
{
	struct follower *places = calloc(LOG_PLACES_MAX, sizeof(*places));
	const struct dd_principal who = {.cls = DD_PRINCIPAL_REPORTING};
	struct dd_bus_peer peer;
	size_t count = 0;

	(void)state;
	for (unsigned i = 0; i < LOG_PLACES_MAX; i++) {
		peer = peer_of(i);
		assert_non_null(log_place(places, &count, &peer, &who));
	}
	peer = peer_of(LOG_PLACES_MAX);
	assert_null(log_place(places, &count, &peer, &who));
	free(places);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_keeps_its_place),
		cmocka_unit_test(an_office_with_all_its_places_gives_up_its_oldest),
		cmocka_unit_test(readers_on_this_machine_have_as_many_as_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
