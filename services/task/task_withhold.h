/* task_withhold.h - from the moment two persons have agreed that words are to go, nobody who reads
 * the log gets them, although they lie in it until it is rewritten, which a full disk can delay. */
#ifndef TASK_WITHHOLD_H
#define TASK_WITHHOLD_H

#include "services/task/task_daily.h"

struct task_withhold {
	const struct task_daily *daily; /* borrowed: its view and its log; NULL = not begun */
	uint64_t seen;                  /* the last event about orders that the log knows of */
	bool again;                     /* the last try failed */
};

/* Tell the log, before anybody reads it. */
void task_withhold_begin(struct task_withhold *withhold, const struct task_daily *daily);
/* Once a turn: cheap where nothing has changed. Only what is durable counts. */
void task_withhold_turn(struct task_withhold *withhold);
/* Once a second: what failed, by a full disk, is tried again. */
void task_withhold_tick(struct task_withhold *withhold);

#endif
