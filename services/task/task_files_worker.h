/* task_files_worker.h - uploads without holding up the loop: a chunk is written at once, but hash
 * and flush of a file whose bytes are all here happen on threads of their own, and its answer goes
 * out afterwards. */
#ifndef DD_TASK_FILES_WORKER_H
#define DD_TASK_FILES_WORKER_H

#include "common/net/loop.h"
#include "services/task/task_engine.h"
#include "services/task/task_files.h"

struct task_files_worker;

/* What became of a chunk. rc as in task_files_put; DD_ERR_RETRY: too many wait for this file. */
struct task_files_answer {
	struct task_ticket ticket;
	int rc;
	uint64_t stored;
	bool complete;
	struct dd_error why;
};

/* Answers come on the loop's thread: within task_files_worker_put, or later. `files` is borrowed
 * and used by nobody else meanwhile but for reading. */
int task_files_worker_open(struct task_files *files, struct dd_loop *loop,
			   void (*answer)(void *arg, const struct task_files_answer *answer),
			   void *arg, struct task_files_worker **worker_out,
			   struct dd_error *err) DD_MUST_CHECK;
/* Waits for what is being flushed; nobody is answered any more. The memory goes with a later turn
 * of the loop. NULL is fine. */
void task_files_worker_close(struct task_files_worker *worker);

void task_files_worker_put(struct task_files_worker *worker, const struct task_ticket *ticket,
			   const struct task_files_chunk *chunk);

#endif
