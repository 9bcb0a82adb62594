/* bench_load.c - the loop, over few and cheap connections: plain sockets (bench_zmtp.h), and
 * libzmq's where there is a key, since its encryption is not ours to copy. */
#include "tests/bench/bench_load.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/net/envelope.h"
#include "common/net/train.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/bench_zmtp.h"

#define LINKS_MAX 4
#define STALL_US  (20 * DD_SECOND_US)
#define TRAIN_MAX                                                                                  \
	((size_t)60 << 10) /* bytes: what a tcp listener takes at once, and a little less */

struct slot {
	uint8_t stream[16];
	uint64_t number;
	uint64_t seed;
	int64_t sent_us;
};

/* What one step has for a connection. */
struct train {
	struct dd_buf parts;
	unsigned count;
};

struct run {
	const struct bench_load *load;
	size_t unit_len;
	struct slot *slots;
	struct bench_zmtp *peers[LINKS_MAX]; /* without a key */
	void *context;                       /* with one */
	void *sockets[LINKS_MAX];
	int link_count;
	struct train trains[LINKS_MAX];
	int64_t now_us, now_wall_us; /* when the last messages came */
	struct bench_samples samples;
	uint64_t accepted, other, outstanding;
	struct dd_arena arena;
};

/* --- reports and their answers ---------------------------------------------------------------- */

static void look_at_clocks(struct run *run)
{
	run->now_us = dd_mono_us();
	run->now_wall_us = dd_wall_us();
}

static void send_message(struct run *run, int link, const void *data, size_t len)
{
	if (run->context == NULL)
		bench_zmtp_add(run->peers[link], data, len);
	else if (zmq_send(run->sockets[link], data, len, 0) < 0)
		abort();
}

static void send_train(struct run *run, int link)
{
	struct train *train = &run->trains[link];
	struct dd_buf *parts = &train->parts;
	uint8_t head[DD_TRAIN_HEAD];
	size_t len;

	if (train->count == 0)
		return;
	len = dd_train_head(true, parts->len - DD_TRAIN_HEAD, head);
	/* Room was left before the parts. */
	memcpy(parts->data + DD_TRAIN_HEAD - len, head, len);
	send_message(run, link, parts->data + DD_TRAIN_HEAD - len,
		     parts->len - DD_TRAIN_HEAD + len);
	dd_buf_clear(parts);
	train->count = 0;
}

static void send_report(struct run *run, int link, const uint8_t *packed, size_t len)
{
	static const uint8_t room[DD_TRAIN_HEAD];
	struct train *train = &run->trains[link];

	if (run->load->alone) {
		send_message(run, link, packed, len);
		return;
	}
	if (train->count == DD_TRAIN_MAX || train->parts.len + len > TRAIN_MAX)
		send_train(run, link);
	if (train->count++ == 0)
		dd_buf_add(&train->parts, room, sizeof(room));
	dd_train_add(&train->parts, packed, len);
}

/* Each slot reports on tasks of its own. */
static void send_next(struct run *run, int index)
{
	const struct bench_load *load = run->load;
	struct slot *slot = &run->slots[index];
	size_t own = load->task_count / (size_t)load->in_flight;
	size_t pick = (size_t)index +
		      (size_t)load->in_flight * (slot->seed++ * 7919 % (own > 0 ? own : 1));
	struct bench_report report = {.id = (uint64_t)index,
				      .stream = slot->stream,
				      .unit = load->unit,
				      .unit_len = run->unit_len,
				      .number = slot->number + 1,
				      .fact_us = run->now_wall_us,
				      .seen = load->seen,
				      .task = load->tasks[pick % load->task_count],
				      .percent = (uint32_t)(slot->number % 100)};
	int link = index % run->link_count;
	uint8_t room[BENCH_REPORT_MAX];
	size_t len;
	const uint8_t *packed = bench_report_pack(&report, room, &len);

	slot->number++;
	slot->sent_us = run->now_us;
	send_report(run, link, packed, len);
	run->outstanding++;
}

/* The answer to which request; whether it is the one that counts. */
static bool read_reply(struct run *run, const void *data, size_t len, uint64_t *id_out)
{
	Dondoc__V1__Reply *reply;

	if (bench_reply_accepted(data, len, id_out))
		return true;
	dd_arena_reset(&run->arena);
	reply = dd_reply_unpack(&run->arena, data, len);
	if (reply == NULL)
		abort();
	*id_out = reply->id;
	if (reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT &&
	    reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		return true;
	if (run->other == 0)
		fprintf(stderr, "unexpected answer: body %d outcome %d\n", (int)reply->body_case,
			reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT
				? (int)reply->submit->outcome
				: -1);
	return false;
}

static void take_reply(struct run *run, const void *data, size_t len)
{
	uint64_t id;
	bool accepted = read_reply(run, data, len, &id);

	if (id >= (uint64_t)run->load->in_flight)
		abort();
	run->outstanding--;
	if (accepted)
		run->accepted++;
	else
		run->other++;
	if (bench_samples_add(&run->samples, run->slots[id].sent_us, run->now_us))
		send_next(run, (int)id);
}

static void take_message(struct run *run, const void *data, size_t len)
{
	struct dd_train train;
	const uint8_t *part;

	if (dd_train_read(data, len, &train) != DD_TRAIN_WHOLE) {
		take_reply(run, data, len);
		return;
	}
	while (dd_train_next(&train, &part, &len))
		take_reply(run, part, len);
}

static int stalled(const struct run *run)
{
	if (dd_mono_us() - run->now_us <= STALL_US)
		return 0;
	fprintf(stderr, "no answer for 20 s, %llu outstanding\n",
		(unsigned long long)run->outstanding);
	return -1;
}

/* --- plain sockets ---------------------------------------------------------------------------- */

static int serve_peer(struct run *run, int link)
{
	struct bench_zmtp *peer = run->peers[link];
	const uint8_t *data;
	size_t len;
	int r;

	if (bench_zmtp_fill(peer) != 0)
		return -1;
	if ((r = bench_zmtp_next(peer, &data, &len)) == 1)
		look_at_clocks(run);
	while (r == 1) {
		take_message(run, data, len);
		r = bench_zmtp_next(peer, &data, &len);
	}
	send_train(run, link);
	return r == 0 ? bench_zmtp_flush(peer) : -1;
}

static int drive_peers(struct run *run)
{
	struct pollfd polls[LINKS_MAX];
	int count = run->link_count;

	for (int i = 0; i < count; i++)
		if (bench_zmtp_flush(run->peers[i]) != 0)
			return -1;
	while (run->outstanding > 0) {
		for (int i = 0; i < count; i++)
			polls[i] = (struct pollfd){.fd = bench_zmtp_fd(run->peers[i]),
						   .events = bench_zmtp_waits(run->peers[i])
								     ? POLLIN | POLLOUT
								     : POLLIN};
		if (poll(polls, (nfds_t)count, 1000) == 0 && stalled(run) != 0)
			return -1;
		for (int i = 0; i < count; i++)
			if (polls[i].revents != 0 && serve_peer(run, i) != 0)
				return -1;
	}
	return 0;
}

static int open_peers(struct run *run)
{
	for (int i = 0; i < run->link_count; i++) {
		run->peers[i] = bench_zmtp_open(run->load->endpoint);
		if (run->peers[i] == NULL)
			return -1;
	}
	return 0;
}

/* --- libzmq ----------------------------------------------------------------------------------- */

static void serve_socket(struct run *run, int link)
{
	zmq_msg_t message;

	zmq_msg_init(&message);
	while (zmq_msg_recv(&message, run->sockets[link], ZMQ_DONTWAIT) >= 0) {
		look_at_clocks(run);
		take_message(run, zmq_msg_data(&message), zmq_msg_size(&message));
	}
	zmq_msg_close(&message);
	send_train(run, link);
}

static int drive_sockets(struct run *run)
{
	zmq_pollitem_t items[LINKS_MAX];

	for (int i = 0; i < run->link_count; i++)
		items[i] = (zmq_pollitem_t){.socket = run->sockets[i], .events = ZMQ_POLLIN};
	while (run->outstanding > 0) {
		if (zmq_poll(items, run->link_count, 1000) < 0)
			return -1;
		for (int i = 0; i < run->link_count; i++)
			serve_socket(run, i);
		if (stalled(run) != 0)
			return -1;
	}
	return 0;
}

static void *open_socket(void *context, const struct bench_load *load)
{
	void *socket = zmq_socket(context, ZMQ_DEALER);
	int linger = 0;
	int hwm = 10000;

	zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger));
	zmq_setsockopt(socket, ZMQ_SNDHWM, &hwm, sizeof(hwm));
	zmq_setsockopt(socket, ZMQ_RCVHWM, &hwm, sizeof(hwm));
	zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, load->server_public, 40);
	zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, load->key->public_key, 40);
	zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, load->key->secret_key, 40);
	if (zmq_connect(socket, load->endpoint) != 0) {
		fprintf(stderr, "cannot connect to %s: %s\n", load->endpoint, zmq_strerror(errno));
		zmq_close(socket);
		return NULL;
	}
	return socket;
}

static int open_sockets(struct run *run)
{
	run->context = zmq_ctx_new();
	for (int i = 0; i < run->link_count; i++) {
		run->sockets[i] = open_socket(run->context, run->load);
		if (run->sockets[i] == NULL)
			return -1;
	}
	return 0;
}

/* --- a run ------------------------------------------------------------------------------------ */

static void close_links(struct run *run)
{
	for (int i = 0; i < run->link_count; i++) {
		dd_buf_fini(&run->trains[i].parts);
		bench_zmtp_close(run->peers[i]);
		if (run->sockets[i] != NULL)
			zmq_close(run->sockets[i]);
	}
	if (run->context != NULL)
		zmq_ctx_term(run->context);
}

int bench_load_run(const struct bench_load *load, struct bench_result *result)
{
	struct run run = {.load = load, .unit_len = strlen(load->unit)};
	int r;

	if (bench_report_check(load->unit) != 0)
		return -1;
	dd_arena_init(&run.arena, 65536);
	run.slots = dd_alloc((size_t)load->in_flight * sizeof(*run.slots));
	run.link_count = load->in_flight < LINKS_MAX ? load->in_flight : LINKS_MAX;
	r = load->key == NULL ? open_peers(&run) : open_sockets(&run);
	if (r != 0)
		goto out;
	bench_samples_open(&run.samples, load->warm_us, load->run_us);
	look_at_clocks(&run);
	for (int i = 0; i < load->in_flight; i++) {
		dd_id_new(run.slots[i].stream);
		send_next(&run, i);
	}
	for (int i = 0; i < run.link_count; i++)
		send_train(&run, i);
	r = load->key == NULL ? drive_peers(&run) : drive_sockets(&run);
	bench_samples_close(&run.samples, result);
	result->accepted_all = run.accepted;
	result->other = run.other;
out:
	close_links(&run);
	free(run.slots);
	dd_arena_fini(&run.arena);
	return r;
}
