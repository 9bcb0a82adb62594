/* files_worker.h - uploads without holding up the loop: a chunk is written at once, but hash
 * and flush of a file whose bytes are all here happen on threads of their own, and its answer goes
 * out afterwards. */
#ifndef DD_FILES_WORKER_H
#define DD_FILES_WORKER_H

#include "common/files/files.h"
#include "common/net/bus.h"
#include "common/net/loop.h"

struct dd_files_worker;

/* Where an answer goes; copied. */
struct dd_files_ticket {
	struct dd_bus_peer peer;
	uint64_t request;
};

/* What became of a chunk. rc as of dd_files_take or dd_files_finish; DD_ERR_RETRY: too many wait
 * for this file. */
struct dd_files_answer {
	struct dd_files_ticket ticket;
	uint8_t hash[DD_HASH_LEN];
	int rc;
	uint64_t stored;
	bool complete;
	struct dd_error why;
};

/* Answers come on the loop's thread: within dd_files_worker_put, or later. `files` is borrowed
 * and used by nobody else meanwhile but for reading. */
int dd_files_worker_open(struct dd_files *files, struct dd_loop *loop,
			 void (*answer)(void *arg, const struct dd_files_answer *answer), void *arg,
			 struct dd_files_worker **worker_out, struct dd_error *err) DD_MUST_CHECK;
/* Waits for what is being flushed; nobody is answered any more. The memory goes with a later turn
 * of the loop. NULL is fine. */
void dd_files_worker_close(struct dd_files_worker *worker);

void dd_files_worker_put(struct dd_files_worker *worker, const struct dd_files_ticket *ticket,
			 const struct dd_files_chunk *chunk);

#endif
