/* bus_train.c - see bus_train.h. */
#include "common/net/bus_train.h"
#include <assert.h>
#include <string.h>

#define QUICK_MS 500
#define SLOW_MS  2000

void dd_bus_train_fini(struct dd_bus_train *train)
{
	dd_buf_fini(&train->parts);
}

static void empty(struct dd_bus_train *train)
{
	dd_buf_clear(&train->parts);
	train->count = 0;
}

static void shrink(struct dd_bus_train *train)
{
	train->bytes /= 2;
	if (train->bytes < DD_BUS_TRAIN_LEAST)
		train->bytes = DD_BUS_TRAIN_LEAST;
	train->timed = 0;
}

void dd_bus_train_takes(struct dd_bus_train *train, uint32_t takes)
{
	train->takes = takes < DD_TRAIN_MAX ? takes : DD_TRAIN_MAX;
	if (train->bytes == 0)
		train->bytes = DD_BUS_TRAIN_FIRST;
}

void dd_bus_train_lost(struct dd_bus_train *train)
{
	if (train->timed != 0 || train->count > 0)
		shrink(train);
	train->takes = 0;
	empty(train);
}

bool dd_bus_train_fits(const struct dd_bus_train *train, size_t len)
{
	return train->takes > 0 && len + DD_TRAIN_PART <= train->bytes;
}

bool dd_bus_train_full(const struct dd_bus_train *train, size_t len)
{
	return train->count >= train->takes ||
	       train->parts.len + len + DD_TRAIN_PART > train->bytes;
}

void dd_bus_train_add(struct dd_bus_train *train, uint64_t id, const void *data, size_t len)
{
	dd_train_add(&train->parts, data, len);
	train->count++;
	train->last = id;
}

/* A request that nobody is with goes as it always went. */
static void alone(const struct dd_bus_train *train, zmq_msg_t *message_out)
{
	struct dd_train only = {.at = train->parts.data,
				.end = train->parts.data + train->parts.len};
	const uint8_t *data = NULL;
	size_t len = 0;
	bool found = dd_train_next(&only, &data, &len);
	int rc = zmq_msg_init_size(message_out, len);

	assert(found && rc == 0);
	(void)found;
	if (len > 0)
		memcpy(zmq_msg_data(message_out), data, len);
}

static void together(const struct dd_bus_train *train, zmq_msg_t *message_out)
{
	uint8_t head[DD_TRAIN_HEAD];
	size_t head_len = dd_train_head(true, train->parts.len, head);
	int rc = zmq_msg_init_size(message_out, head_len + train->parts.len);
	uint8_t *to;

	assert(rc == 0);
	to = zmq_msg_data(message_out);
	memcpy(to, head, head_len);
	memcpy(to + head_len, train->parts.data, train->parts.len);
}

void dd_bus_train_message(const struct dd_bus_train *train, zmq_msg_t *message_out)
{
	assert(train->count > 0);
	if (train->count == 1)
		alone(train, message_out);
	else
		together(train, message_out);
}

void dd_bus_train_left(struct dd_bus_train *train, uint64_t now_ms)
{
	if (train->timed == 0 && train->count > 1 && train->parts.len > train->bytes / 2) {
		train->timed = train->last;
		train->timed_ms = now_ms;
	}
	empty(train);
}

void dd_bus_train_answered(struct dd_bus_train *train, uint64_t id, uint64_t now_ms)
{
	uint64_t took = now_ms - train->timed_ms;

	if (id != train->timed || id == 0)
		return;
	train->timed = 0;
	if (took > SLOW_MS)
		shrink(train);
	else if (took <= QUICK_MS && train->bytes < DD_BUS_TRAIN_MOST)
		train->bytes =
			train->bytes > DD_BUS_TRAIN_MOST / 2 ? DD_BUS_TRAIN_MOST : 2 * train->bytes;
}

void dd_bus_train_late(struct dd_bus_train *train, uint64_t id)
{
	if (id == train->timed && id != 0)
		shrink(train);
}
