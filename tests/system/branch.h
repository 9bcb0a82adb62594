/* branch.h - a real dondoc-office of a station's unit, with its outbox in a folder of its own. */
#ifndef TESTS_SYSTEM_BRANCH_H
#define TESTS_SYSTEM_BRANCH_H

#include "common/net/bus.h"
#include "tests/system/station.h"

struct branch {
	const struct station *centre; /* borrowed */
	char data[STATION_PATH];      /* office.data_dir */
	char config[STATION_PATH];
	char endpoint[STATION_PATH]; /* where people of the unit send reports */
	const char *unit, *name;     /* borrowed; its files begin with the name */
	struct dd_curve_key key;
	struct test_proc office;
	/* Of the next start: words before the program, ended by NULL (a way into another network, a
	 * fault), and its environment; NULL = none, ours. `now`: its clock begins there; "" = the
	 * machine's. */
	const char *const *before;
	const char *const *env;
	char now[40];
};

/* A new key, admitted at the centre; settings. The centre must have a port. */
void branch_init(struct branch *branch, const struct station *centre);
/* The same for another unit, the centre being at `address`: several offices of one centre have
 * different names. */
struct branch_place {
	const char *unit, *name, *address; /* borrowed */
};
void branch_init_at(struct branch *branch, const struct station *centre,
		    const struct branch_place *place);
void branch_fini(struct branch *branch);

/* Start and wait until it is ready; ends the test program with words if it does not. */
void branch_must_start(struct branch *branch);
/* False: it did not become ready, which the caller expects. */
bool branch_start(struct branch *branch);
/* What a load on this office has in common. */
struct test_load_options branch_load(struct branch *branch, struct station *centre, int client,
				     uint64_t seed);
/* Wait until nothing waits in the outbox any more. False: something does after `ms`. */
bool branch_drained(const struct branch *branch, int ms);
/* How many reports wait. */
uint32_t branch_waiting(const struct branch *branch);

/* What the outbox of an office that is down believes, and what the log says: each report is in the
 * log once under its number and with its bytes, in the order of its stream, with the receipt that
 * the outbox keeps, and none waits. Faults are added to the verdict; how many reports there are. */
size_t branch_check(const struct branch *branch, const struct test_log *log,
		    struct test_verdict *verdict);

/* Copy a folder with all in it; the new one must not exist. Ends the test program on failure. */
void system_copy(const struct station *station, const char *from, const char *to);
void system_remove(const struct station *station, const char *path);
/* A port of 127.0.0.1 that nobody uses just now, as the one behind it: there the log is read. */
int system_free_port(void);

#endif
