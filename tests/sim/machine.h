/* machine.h - the centre's machine: its clocks, its randomness, and a disk that loses power, fills
 * up and fails. Put in force as the process's dd_sys. Paths outside the simulated folder (the LMDB
 * stores, which reach the kernel by themselves anyway) are the real machine's. */
#ifndef TESTS_SIM_MACHINE_H
#define TESTS_SIM_MACHINE_H

#include "common/base/sys.h"
#include "tests/crash/sim_disk.h"
#include <stdbool.h>

struct machine {
	struct sim_disk *disk; /* owned */
	struct dd_sys files;   /* the disk's table */
	struct dd_sys table;   /* in force */
	struct sim_random random;
	int64_t now_us;    /* true time since the world began; also the monotonic clock */
	int64_t offset_us; /* by how much the wall clock is wrong */
	bool full;         /* the disk */
	long dies_in;      /* changes of the disk until the process is killed; 0 = it lives */
	long dies_after;   /* the same, counted from when the next segment gets its name; 0 = not so
			    */
	bool dead;         /* it was killed */
};

#define MACHINE_START INT64_C(1772413200000000) /* 2026-03-02 08:00 local */

void machine_init(struct machine *machine, uint64_t seed, bool lying_disk);
void machine_fini(struct machine *machine);
/* The process is killed now; nothing it still does changes the disk. */
void machine_kill(struct machine *machine);
/* A new process may begin, on what the old one left in the page cache, or on what is on the platter
 * after a loss of power. */
void machine_restart(struct machine *machine, bool power_loss);

#endif
