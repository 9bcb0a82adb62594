/* task_queue.c - an array of items and one buffer with their bodies; both begin anew when it runs
 * empty. */
#include "services/task/task_queue.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"

void task_queue_init(struct task_queue *queue)
{
	memset(queue, 0, sizeof(*queue));
	queue->cap = TASK_QUEUE_COMMANDS;
	queue->items = dd_alloc(queue->cap * sizeof(*queue->items));
}

void task_queue_fini(struct task_queue *queue)
{
	free(queue->items);
	dd_buf_fini(&queue->bytes);
	memset(queue, 0, sizeof(*queue));
}

/* Move what waits to the front of both, so that a queue that never runs empty does not grow. */
static void compact(struct task_queue *queue)
{
	size_t count = queue->tail - queue->head;
	size_t from = queue->items[queue->head].body_at;

	memmove(queue->items, queue->items + queue->head, count * sizeof(*queue->items));
	memmove(queue->bytes.data, queue->bytes.data + from, queue->bytes.len - from);
	queue->bytes.len -= from;
	for (size_t i = 0; i < count; i++)
		queue->items[i].body_at -= from;
	queue->head = 0;
	queue->tail = count;
}

void task_queue_push(struct task_queue *queue, const struct task_ticket *ticket,
		     const struct dd_principal *who, const Dondoc__V1__Submit *submit)
{
	struct task_queued *item;

	if (queue->tail == queue->cap && queue->head > queue->cap / 2)
		compact(queue);
	if (queue->tail == queue->cap) {
		queue->cap *= 2;
		queue->items = dd_realloc(queue->items, queue->cap * sizeof(*queue->items));
	}
	item = &queue->items[queue->tail++];
	item->ticket = *ticket;
	item->who = *who;
	item->stream_valid = submit->stream.len == sizeof(item->stream);
	if (item->stream_valid)
		memcpy(item->stream, submit->stream.data, sizeof(item->stream));
	item->number = submit->number;
	item->body_at = queue->bytes.len;
	item->body_len = submit->body.len;
	dd_buf_add(&queue->bytes, submit->body.data, submit->body.len);
}

const struct task_queued *task_queue_front(const struct task_queue *queue)
{
	return queue->head == queue->tail ? NULL : &queue->items[queue->head];
}

const uint8_t *task_queue_body(const struct task_queue *queue, const struct task_queued *item)
{
	return queue->bytes.data + item->body_at;
}

void task_queue_pop(struct task_queue *queue)
{
	if (++queue->head < queue->tail)
		return;
	queue->head = 0;
	queue->tail = 0;
	dd_buf_clear(&queue->bytes);
}

size_t task_queue_count(const struct task_queue *queue)
{
	return queue->tail - queue->head;
}

bool task_queue_full(const struct task_queue *queue)
{
	return task_queue_count(queue) >= TASK_QUEUE_COMMANDS ||
	       queue->bytes.len >= TASK_QUEUE_BYTES;
}
