/* load_send.c - what a load client sends, and when: new commands as the window allows, open ones
 * when they are due, and mischief. */
#include "common/base/clock.h"
#include "tests/support/load_impl.h"
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define ATTEMPT_MS 500

static uint64_t draw(struct test_load *load)
{
	uint64_t x = load->random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	load->random = x;
	return x;
}

static bool chance(struct test_load *load, int percent)
{
	return percent > 0 && (int)(draw(load) % 100) < percent;
}

/* --- out -------------------------------------------------------------------------------------- */

static void make_item(struct test_load *load, struct test_stream *stream, uint64_t number,
		      struct test_item *item)
{
	struct test_report report = {.stream = stream->id,
				     .number = number,
				     .unit = load->unit,
				     .note_bytes = load->options.note_bytes,
				     .salt = draw(load)};

	report.task = load->options.tasks[draw(load) % load->options.task_count];
	if (chance(load, load->options.hopeless))
		report.task = UINT64_C(1) << 40;
	memcpy(item->id.stream, stream->id, DD_ID_LEN);
	item->id.number = number;
	item->body_len = test_report_pack(&report, item->body, item->content);
	dd_hash(item->body, item->body_len, item->id.digest);
	item->open = true;
	item->unsent = true;
	item->due_us = 0;
}

static void send_item(struct test_load *load, int index, struct test_item *item, bool forged)
{
	const struct test_stream *stream = &load->streams[index];
	uint8_t packed[TEST_REQUEST_MAX];
	size_t len =
		test_submit_pack(load->next_id + 1, &item->id, item->body, item->body_len, packed);
	struct test_sending *sending = &load->sendings[++load->next_id % TEST_SENDINGS];

	if (sending->id != 0)
		test_load_give_up(load, sending);
	sending->id = load->next_id;
	sending->identity = item->id;
	sending->stream = index;
	sending->socket = stream->socket;
	sending->forged = forged;
	item->last_id = load->next_id;
	item->unsent = false;
	item->due_us =
		dd_mono_us() +
		1000 * (load->options.attempt_ms > 0 ? load->options.attempt_ms : ATTEMPT_MS);
	test_load_line(load, TEST_INVOKE, &item->id, item->content, NULL);
	if (zmq_send(load->sockets[stream->socket], packed, len, ZMQ_DONTWAIT) < 0)
		test_load_give_up(load, sending);
}

/* Other bytes under the number of a command that was accepted. */
static void send_forged(struct test_load *load, int index, const struct test_item *like)
{
	struct test_item *forged = dd_alloc(sizeof(*forged));

	make_item(load, &load->streams[index], like->id.number, forged);
	send_item(load, index, forged, true);
	free(forged);
}

/* An older command of the stream that is still remembered; NULL if there is none. */
static struct test_item *pick_old(struct test_load *load, int index)
{
	uint64_t next = load->streams[index].next;
	uint64_t count = next - 1 < TEST_MEMORY ? next - 1 : TEST_MEMORY;

	return count > 0 ? test_load_item(load, index, next - 1 - draw(load) % count) : NULL;
}

static void send_mischief(struct test_load *load, int index)
{
	struct test_item *old = pick_old(load, index);

	if (old == NULL)
		return;
	if (chance(load, load->options.replay)) {
		struct test_item copy = *old; /* its own schedule stays as it is */

		send_item(load, index, &copy, false);
	}
	if (!old->open && chance(load, load->options.forge))
		send_forged(load, index, old);
}

/* --- filling ---------------------------------------------------------------------------------- */

static bool may_make(struct test_load *load)
{
	const struct test_load_options *options = &load->options;
	int64_t now = dd_mono_us();

	if (atomic_load(&load->hold) || atomic_load(&load->stop) ||
	    (options->ops > 0 && load->made >= options->ops) || now < load->next_us)
		return false;
	load->next_us = now + options->pace_us;
	return true;
}

static uint64_t oldest_open(struct test_load *load, int index)
{
	const struct test_stream *stream = &load->streams[index];
	uint64_t from = stream->next > TEST_LOAD_WINDOW ? stream->next - TEST_LOAD_WINDOW : 1;

	for (uint64_t n = from; n < stream->next; n++) {
		const struct test_item *item = test_load_item(load, index, n);

		if (item != NULL && item->open)
			return n;
	}
	return stream->next;
}

static void fill_window(struct test_load *load, int index, uint64_t oldest)
{
	struct test_stream *stream = &load->streams[index];

	while (stream->next < oldest + (uint64_t)load->options.window && may_make(load)) {
		make_item(load, stream, stream->next, &stream->items[stream->next % TEST_MEMORY]);
		stream->next++;
		load->made++;
	}
}

static void send_due(struct test_load *load, int index, uint64_t number, int64_t now)
{
	struct test_item *item = test_load_item(load, index, number);

	if (item == NULL || !item->open || item->due_us > now)
		return;
	if (!item->unsent) { /* no answer in time */
		struct test_sending *sending = &load->sendings[item->last_id % TEST_SENDINGS];

		if (sending->id == item->last_id)
			test_load_give_up(load, sending);
	}
	send_item(load, index, item, false);
	if (chance(load, load->options.twice))
		send_item(load, index, item, false);
	send_mischief(load, index);
}

/* Whether something is still open. */
bool test_load_work(struct test_load *load, int index)
{
	struct test_stream *stream = &load->streams[index];
	uint64_t oldest = oldest_open(load, index);
	int64_t now = dd_mono_us();
	bool backwards = chance(load, load->options.shuffle);
	uint64_t count;

	fill_window(load, index, oldest);
	count = stream->next - oldest;
	for (uint64_t i = 0; i < count; i++)
		send_due(load, index, backwards ? stream->next - 1 - i : oldest + i, now);
	return count > 0;
}
