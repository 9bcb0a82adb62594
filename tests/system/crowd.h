/* crowd.h - many offices of one centre in one process: each has its own key, its own connections,
 * and on disk its own outbox and copy of the log, put together as services/office/office.c does it.
 * They are dealt over a few threads with a loop each. */
#ifndef TESTS_SYSTEM_CROWD_H
#define TESTS_SYSTEM_CROWD_H

#include "tests/system/station.h"

struct crowd;

struct crowd_options {
	struct station *centre; /* borrowed; has a port */
	size_t offices;
	size_t tasks_each; /* of crowd_plan */
	size_t threads;    /* at most CROWD_THREADS */
	const char *dir;   /* of the offices' data; NULL = the station's folder */
};
#define CROWD_THREADS 16
#define CROWD_UNIT    16 /* room for a unit's code */

/* The code of the office's unit, counted from 0. */
void crowd_unit(size_t index, char unit_out[CROWD_UNIT]);

/* Import a plan in which each of `units` units leads so many tasks; in place of station_prepare.
 * The tasks of a unit lie side by side in station->tasks. */
void crowd_plan(struct station *station, size_t units, size_t tasks_each);

/* Admit a key for each office and start them; the centre may be away. Whatever cannot be done ends
 * the test program with words, here and below. */
struct crowd *crowd_open(const struct crowd_options *options);
void crowd_close(struct crowd *crowd); /* NULL is fine */

/* Each office saves so many reports on its tasks, durably; written into the station's history. */
void crowd_save(struct crowd *crowd, size_t reports);

struct crowd_state {
	uint64_t waiting; /* reports in all outboxes without an answer */
	size_t settled;   /* offices that are connected and have compared their streams */
	size_t at_head;   /* offices whose copy of the log lacks nothing */
};
struct crowd_state crowd_look(struct crowd *crowd);
/* Wait until all are settled and at the head. False: not within `ms`. */
bool crowd_wait_ready(struct crowd *crowd, int ms);
bool crowd_wait_empty(struct crowd *crowd, int ms);

/* After crowd_close and the centre's end: every report that was saved, by whomever, is in the log
 * once; those of each office in the order in which they were saved, under the receipts that its
 * outbox keeps; nothing else is there; the log verifies. How many reports of offices there are. */
size_t crowd_check(const struct crowd_options *options, struct test_verdict *verdict_out);

#endif
