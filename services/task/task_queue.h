/* task_queue.h - commands that wait for their batch; copied in, in order, bounded. */
#ifndef TASK_QUEUE_H
#define TASK_QUEUE_H

#include "common/base/buf.h"
#include "common/net/bus.h"
#include "dondoc/v1/command.pb-c.h"
#include "services/task/task_engine.h"

#define TASK_QUEUE_COMMANDS 4096u
#define TASK_QUEUE_BYTES    (16u << 20)

struct task_queued {
	struct task_ticket ticket;
	struct dd_principal who;
	uint8_t stream[16];
	bool stream_valid; /* exactly 16 bytes came */
	uint64_t number;
	size_t body_at; /* in the queue's bytes */
	size_t body_len;
};

struct task_queue {
	struct task_queued *items; /* owned */
	size_t head, tail, cap;    /* items[head..tail) wait */
	struct dd_buf bytes;
};

void task_queue_init(struct task_queue *queue);
void task_queue_fini(struct task_queue *queue);
void task_queue_push(struct task_queue *queue, const struct task_ticket *ticket,
		     const struct dd_principal *who, const Dondoc__V1__Submit *submit);
/* The oldest, or NULL. Valid until the next push or pop. */
const struct task_queued *task_queue_front(const struct task_queue *queue);
const uint8_t *task_queue_body(const struct task_queue *queue, const struct task_queued *item);
void task_queue_pop(struct task_queue *queue);
size_t task_queue_count(const struct task_queue *queue);
bool task_queue_full(const struct task_queue *queue);

#endif
