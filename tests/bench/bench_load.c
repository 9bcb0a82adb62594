/* bench_load.c - raw ZeroMQ, so that the client costs as little as a client can. */
#include "tests/bench/bench_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/net/envelope.h"

#define SOCKETS_MAX 4
#define STALL_US    (20 * DD_SECOND_US)

struct slot {
	uint8_t stream[16];
	uint64_t number;
	uint64_t seed;
	int64_t sent_us;
};

struct run {
	const struct bench_load *load;
	struct slot *slots;
	void *sockets[SOCKETS_MAX];
	int socket_count;
	struct bench_samples samples;
	uint64_t accepted, other, outstanding;
	struct dd_arena arena;
};

static void *open_socket(void *context, const struct bench_load *load)
{
	void *socket = zmq_socket(context, ZMQ_DEALER);
	int linger = 0;
	int hwm = 10000;

	zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger));
	zmq_setsockopt(socket, ZMQ_SNDHWM, &hwm, sizeof(hwm));
	zmq_setsockopt(socket, ZMQ_RCVHWM, &hwm, sizeof(hwm));
	if (load->key != NULL) {
		zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, load->server_public, 40);
		zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, load->key->public_key, 40);
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, load->key->secret_key, 40);
	}
	if (zmq_connect(socket, load->endpoint) != 0) {
		fprintf(stderr, "cannot connect to %s: %s\n", load->endpoint, zmq_strerror(errno));
		zmq_close(socket);
		return NULL;
	}
	return socket;
}

/* About 300 bytes of body: what an office writes about a task. Each slot reports on tasks of its
 * own. */
static size_t pack_report(struct run *run, int index, uint8_t *out)
{
	static const char note[] =
		"Đã hoàn thành dự thảo, lấy ý kiến 12 đơn vị; còn vướng mắc về kinh phí, đề nghị "
		"Sở Tài chính "
		"cho ý kiến trước ngày 20 để kịp trình Ủy ban nhân dân trong phiên họp tháng tới.";
	const struct bench_load *load = run->load;
	struct slot *slot = &run->slots[index];
	size_t own = load->task_count / (size_t)load->in_flight;
	size_t pick = (size_t)index +
		      (size_t)load->in_flight * (slot->seed++ * 7919 % (own > 0 ? own : 1));
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	uint8_t packed[1024];

	actor.person.data = slot->stream;
	actor.person.len = 16;
	actor.unit = (char *)load->unit;
	report.task = load->tasks[pick % load->task_count];
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = (uint32_t)(slot->number % 100);
	report.note = (char *)note;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &report;
	submit.stream.data = slot->stream;
	submit.stream.len = 16;
	submit.number = ++slot->number;
	submit.body.data = packed;
	submit.body.len = dondoc__v1__command_body__pack(&body, packed);
	request.version = 1;
	request.id = (uint64_t)index;
	request.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	request.submit = &submit;
	return dondoc__v1__request__pack(&request, out);
}

static void send_next(struct run *run, int index)
{
	uint8_t packed[2048];
	size_t len = pack_report(run, index, packed);

	run->slots[index].sent_us = dd_mono_us();
	if (zmq_send(run->sockets[index % run->socket_count], packed, len, 0) < 0)
		abort();
	run->outstanding++;
}

static void take_reply(struct run *run, const void *data, size_t len)
{
	Dondoc__V1__Reply *reply;
	int64_t now = dd_mono_us();
	struct slot *slot;
	int index;

	dd_arena_reset(&run->arena);
	reply = dd_reply_unpack(&run->arena, data, len);
	if (reply == NULL || reply->id >= (uint64_t)run->load->in_flight)
		abort();
	index = (int)reply->id;
	slot = &run->slots[index];
	run->outstanding--;
	if (reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT &&
	    reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		run->accepted++;
	else if (run->other++ == 0)
		fprintf(stderr, "unexpected answer: body %d outcome %d\n", (int)reply->body_case,
			reply->submit != NULL ? (int)reply->submit->outcome : -1);
	if (bench_samples_add(&run->samples, slot->sent_us, now))
		send_next(run, index);
}

static int drain(struct run *run)
{
	zmq_pollitem_t items[SOCKETS_MAX];
	int64_t last = dd_mono_us();
	char buffer[4096];

	for (int i = 0; i < run->socket_count; i++)
		items[i] = (zmq_pollitem_t){.socket = run->sockets[i], .events = ZMQ_POLLIN};
	while (run->outstanding > 0) {
		if (zmq_poll(items, run->socket_count, 1000) < 0)
			return -1;
		for (int i = 0; i < run->socket_count; i++) {
			int n;

			while ((n = zmq_recv(run->sockets[i], buffer, sizeof(buffer),
					     ZMQ_DONTWAIT)) >= 0) {
				take_reply(run, buffer, (size_t)n);
				last = dd_mono_us();
			}
		}
		if (dd_mono_us() - last > STALL_US) {
			fprintf(stderr, "no answer for 20 s, %llu outstanding\n",
				(unsigned long long)run->outstanding);
			return -1;
		}
	}
	return 0;
}

int bench_load_run(const struct bench_load *load, struct bench_result *result)
{
	void *context = zmq_ctx_new();
	struct run run = {.load = load};
	int r = -1;

	dd_arena_init(&run.arena, 65536);
	run.slots = dd_alloc((size_t)load->in_flight * sizeof(*run.slots));
	run.socket_count = load->in_flight < SOCKETS_MAX ? load->in_flight : SOCKETS_MAX;
	for (int i = 0; i < run.socket_count; i++) {
		run.sockets[i] = open_socket(context, load);
		if (run.sockets[i] == NULL)
			goto out;
	}
	bench_samples_open(&run.samples, load->warm_us, load->run_us);
	for (int i = 0; i < load->in_flight; i++) {
		dd_id_new(run.slots[i].stream);
		send_next(&run, i);
	}
	r = drain(&run);
	bench_samples_close(&run.samples, result);
	result->accepted_all = run.accepted;
	result->other = run.other;
out:
	for (int i = 0; i < run.socket_count; i++)
		if (run.sockets[i] != NULL)
			zmq_close(run.sockets[i]);
	zmq_ctx_term(context);
	free(run.slots);
	dd_arena_fini(&run.arena);
	return r;
}
