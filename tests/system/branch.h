/* branch.h - a real dondoc-office of a station's unit, with its outbox in a folder of its own. */
#ifndef TESTS_SYSTEM_BRANCH_H
#define TESTS_SYSTEM_BRANCH_H

#include "tests/system/station.h"

struct branch {
	const struct station *centre; /* borrowed */
	char data[STATION_PATH];      /* office.data_dir */
	char config[STATION_PATH];
	char endpoint[STATION_PATH]; /* where people of the unit send reports */
	struct test_proc office;
};

/* A new key, admitted at the centre; settings. The centre must have a port. */
void branch_init(struct branch *branch, const struct station *centre);
void branch_fini(struct branch *branch);

/* Start and wait until it is ready; ends the test program with words if it does not. */
void branch_must_start(struct branch *branch);
/* What a load on this office has in common. */
struct test_load_options branch_load(struct branch *branch, struct station *centre, int client,
				     uint64_t seed);
/* Wait until nothing waits in the outbox any more. False: something does after `ms`. */
bool branch_drained(const struct branch *branch, int ms);
/* How many reports wait. */
uint32_t branch_waiting(const struct branch *branch);

/* Copy a folder with all in it; the new one must not exist. Ends the test program on failure. */
void system_copy(const struct station *station, const char *from, const char *to);
void system_remove(const struct station *station, const char *path);
/* A port of 127.0.0.1 that nobody uses just now. */
int system_free_port(void);

#endif
