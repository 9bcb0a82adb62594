/* cutter.h - a line to a port of this machine that counts what it carries and breaks when a test
 * says: a TCP proxy on a thread of its own. */
#ifndef TESTS_SYSTEM_CUTTER_H
#define TESTS_SYSTEM_CUTTER_H

#include <stdint.h>

struct cutter;

/* Listens on a free port of 127.0.0.1 and connects on to `port` there. Ends the test program on
 * failure. */
struct cutter *cutter_open(int port);
void cutter_close(struct cutter *cutter);
int cutter_port(const struct cutter *cutter);

/* Break a connection when it has carried so many bytes, both ways together; 0 = it holds. */
void cutter_every(struct cutter *cutter, uint64_t bytes);
/* Break all connections, and take no new ones until told otherwise. */
void cutter_down(struct cutter *cutter, int down);

struct cutter_counts {
	uint64_t out;  /* bytes towards the port, whatever became of them behind it */
	uint64_t back; /* bytes from there */
	uint64_t cuts;
};
struct cutter_counts cutter_counts(struct cutter *cutter);

#endif
