/* nets.h - hosts of their own on this machine: network namespaces, each with a line to ours, and
 * what may go wrong with such a line. All of it ends with the test. */
#ifndef TESTS_SYSTEM_NETS_H
#define TESTS_SYSTEM_NETS_H

#include "tests/support/proc.h"
#include <stdbool.h>
#include <stdint.h>

struct nets_host {
	const char *dir; /* borrowed */
	int index;
	char pid[16];         /* of the holder */
	char centre[32];      /* our address as seen from there */
	const char *enter[7]; /* words that start a program there */
	struct test_proc holder;
};

enum nets_fault {
	NETS_LOSSY, /* of the packets of both ways some are lost */
	NETS_DEAF,  /* nothing reaches the host */
	NETS_MUTE,  /* nothing comes from there */
	NETS_CUT,   /* both */
	NETS_SLOW,  /* 64 kbit/s, both ways */
	NETS_DOWN,  /* the line's device is down */
	NETS_FAULTS
};

/* This process into a network of its own, before it has threads. False: the machine lacks what is
 * needed, words are on stderr. */
bool nets_open(const char *dir);

/* A host of that index, 1..250; ends the test program on failure. `dir` and the host stay where
 * they are. */
void nets_host_open(struct nets_host *host, const char *dir, int index);
void nets_host_close(struct nets_host *host);

/* One fault at a time; `percent` is for NETS_LOSSY. */
void nets_break(const struct nets_host *host, enum nets_fault fault, unsigned percent);
void nets_heal(const struct nets_host *host);
const char *nets_fault_name(enum nets_fault fault);

#endif
