/* sim_disk.h - a disk in memory that can lose power. A table for dd_sys whose files have two
 * contents: what the page cache shows, and what is on the platter.
 *
 * - A write changes the cache and marks pages of 4 KiB; a flush of the file brings them to the
 *   platter. Creating, renaming and removing wait for a flush of the folder.
 * - Losing power leaves the platter, and of each page, length or name that was not flushed: the old
 *   one, the new one, or of a page a mixture of sectors of 512 bytes.
 * - A flush that fails leaves, as Linux does, all pages marked clean; some of them have reached the
 *   platter, and the cache goes on to show them all. */
#ifndef TESTS_CRASH_SIM_DISK_H
#define TESTS_CRASH_SIM_DISK_H

#include "common/base/sys.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_disk;

struct sim_random {
	uint64_t state;
};
uint64_t sim_random(struct sim_random *random);
uint64_t sim_below(struct sim_random *random, uint64_t bound);

struct sim_disk *sim_new(void);
struct sim_disk *sim_clone(const struct sim_disk *disk); /* no file is open in the copy */
void sim_free(struct sim_disk *disk);

/* Put it in force; NULL = the real machine. Clock and randomness are the disk's own and follow from
 * `seed`. */
void sim_use(struct sim_disk *disk, uint64_t seed);
const struct dd_sys *sim_table(struct sim_disk *disk, uint64_t seed);

/* The process is gone: nothing it still does changes anything. Undone by sim_revive, after which no
 * file is open. */
void sim_kill(struct sim_disk *disk);
void sim_revive(struct sim_disk *disk);
void sim_power_loss(struct sim_disk *disk, struct sim_random *random);

/* Called before each change of the disk. */
void sim_on_change(struct sim_disk *disk, void (*on_change)(void *arg), void *arg);
/* The n-th flush of a file from now on (1 = the next) fails with EIO; 0 = none. */
void sim_fail_flush(struct sim_disk *disk, long n, struct sim_random *random);
/* Lie: flushes of files say success and do nothing. For the proof that the tests can see a loss. */
void sim_drop_flushes(struct sim_disk *disk, bool drop);

/* The files, in the order of their names. What the cache shows; a change is on the platter too. */
size_t sim_files(const struct sim_disk *disk);
const char *sim_name(const struct sim_disk *disk, size_t i);
uint8_t *sim_content(struct sim_disk *disk, size_t i, size_t *len_out);
void sim_damaged(struct sim_disk *disk, size_t i); /* content was changed: the platter follows */
void sim_truncate(struct sim_disk *disk, size_t i, size_t len);
void sim_remove(struct sim_disk *disk, size_t i);

#define SIM_DIR "/sim/log" /* the only folder there is */

#endif
