/* ground.h - a station whose data is backed up and restored by `dondoc`, with all folders that it
 * takes. */
#ifndef TESTS_SYSTEM_GROUND_H
#define TESTS_SYSTEM_GROUND_H

#include "common/eventlog/eventlog.h"
#include "tests/system/branch.h"

/* Exit codes of dondoc. */
#define GROUND_DONE      0
#define GROUND_REFUSED   1
#define GROUND_NOT_FOUND 3
#define GROUND_DAMAGE    6

struct ground {
	struct station station;
	char *top;               /* owned; outside the station's folder */
	char base[STATION_PATH]; /* holds task/ */
	char set[STATION_PATH];
	char run_env[STATION_PATH + 16], state_env[STATION_PATH + 32];
	const char *env[3];
	uint64_t seed, random;
	int client;
};

/* A folder, a station with 20 tasks; ends the test program with words if it cannot be had. */
void ground_begin(struct ground *g, int port);
void ground_end(struct ground *g);
void ground_path(char out[STATION_PATH], const char *dir, const char *name);

/* `dondoc` with up to ten words; its exit code. */
int ground_dondoc(struct ground *g, const char *const words[]);
int ground_backup(struct ground *g);
int ground_verify(struct ground *g, const char *what);
int ground_restore(struct ground *g, const char *from, const char *to, bool drill);
/* Whether it has complained with these words since the beginning. */
bool ground_said(const struct ground *g, const char *what);

struct test_load *ground_load(struct ground *g, uint64_t ops);
/* So many reports, all answered. False: not in time. */
bool ground_report(struct ground *g, uint64_t ops);

/* The newest whole backup of the set; the position at which a backup ends; how many there are. */
bool ground_newest(const struct ground *g, char out[STATION_PATH]);
struct dd_position ground_position(const char *backup_dir);
int ground_count(const struct ground *g);

#endif
