/* replay.h - what the disk may hold after a power loss: everything that was flushed, and of the
 * rest any part. Built from what rec.c wrote. */
#ifndef TESTS_SYSTEM_REPLAY_H
#define TESTS_SYSTEM_REPLAY_H

#include <stddef.h>
#include <stdint.h>

struct replay;

/* Read the recordings of processes that ran one after the other on one folder, which was empty at
 * first. A record cut off at a file's end (its process was killed) is as if the call had not
 * returned. Ends the program if a recording makes no sense. */
struct replay *replay_open(const char *const *paths, size_t count);
void replay_close(struct replay *replay);
/* A disk that lies: no flush of a file has any effect. Before the first crash. */
void replay_ignore_flushes(struct replay *replay);

size_t replay_count(const struct replay *replay);                /* records */
int64_t replay_time(const struct replay *replay, size_t record); /* monotonic, microseconds */
size_t replay_at_time(const struct replay *replay, int64_t us);  /* records not later */

/* The power goes after the first `upto` records; not less than the time before. Writes the folder's
 * files into `dir`, which is empty. Each 4 KiB page that was written and not flushed is there, is
 * not, or is torn at 512 bytes; of names changed since the folder's flush, either a beginning of
 * the changes or any choice of them. */
void replay_crash(struct replay *replay, size_t upto, uint64_t *random, const char *dir);

/* How many writes and changes of names were not flushed when the power went last. */
size_t replay_unsettled(const struct replay *replay);

#endif
