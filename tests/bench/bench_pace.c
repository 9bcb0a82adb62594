/* bench_pace.c - see bench_pace.h. A thread with one plain connection. Each report has a place with
 * a stream of its own, so that none waits for another. */
#include "tests/bench/bench_pace.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/net/envelope.h"
#include "tests/bench/bench_zmtp.h"
#include "tests/support/load_message.h"

#define PLACES    512
#define AGAIN_US  20000
#define PATIENCE  (30 * DD_SECOND_US)
#define FOREVER   (3600 * DD_SECOND_US)
#define REQUEST_0 1 /* ids of requests begin here */

struct place {
	struct test_line line;
	int64_t due_us;   /* when the report should have gone; 0 = free */
	int64_t again_us; /* when it goes once more; 0 = it is under way */
	uint8_t body[TEST_BODY_MAX];
	size_t body_len;
};

struct bench_pace {
	struct bench_pace_options options;
	pthread_t thread;
	atomic_bool stop;
	int rc;
	struct bench_zmtp *peer;
	struct bench_samples samples;
	struct dd_arena arena;
	struct place places[PLACES];
	size_t next, open;
	uint64_t made, accepted, busy;
};

static void send_place(struct bench_pace *pace, struct place *place)
{
	const uint64_t id = REQUEST_0 + (uint64_t)(place - pace->places);
	uint8_t request[TEST_REQUEST_MAX];
	size_t len = test_submit_pack(id, &place->line.id, place->body, place->body_len, request);

	place->again_us = 0;
	place->line.kind = TEST_INVOKE;
	test_history_add(pace->options.history, &place->line);
	bench_zmtp_add(pace->peer, request, len);
}

/* False: all places wait for an answer. */
static bool send_new(struct bench_pace *pace, int64_t due_us)
{
	const struct bench_pace_options *options = &pace->options;
	struct place *place = &pace->places[pace->next % PLACES];
	struct test_report report = {.stream = place->line.id.stream,
				     .number = place->line.id.number + 1,
				     .task = options->tasks[pace->made % options->task_count],
				     .unit = options->unit,
				     .note_bytes = 200};

	if (place->due_us != 0)
		return false;
	place->line.id.number++;
	place->body_len = test_report_pack(&report, place->body, place->line.content);
	dd_hash(place->body, place->body_len, place->line.id.digest);
	place->due_us = due_us;
	pace->next++;
	pace->made++;
	pace->open++;
	send_place(pace, place);
	return true;
}

static int take_reply(struct bench_pace *pace, const uint8_t *data, size_t len)
{
	Dondoc__V1__Reply *reply;
	struct place *place;
	const int64_t now_us = dd_mono_us();

	dd_arena_reset(&pace->arena);
	reply = dd_reply_unpack(&pace->arena, data, len);
	if (reply == NULL || reply->id < REQUEST_0 || reply->id >= REQUEST_0 + PLACES)
		return -1;
	place = &pace->places[reply->id - REQUEST_0];
	if (reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT &&
	    reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED) {
		place->line.kind = TEST_OK;
		test_history_add(pace->options.history, &place->line);
		(void)bench_samples_add(&pace->samples, place->due_us, now_us);
		place->due_us = 0;
		pace->open--;
		pace->accepted++;
		return 0;
	}
	if ((reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT &&
	     reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_BUSY) ||
	    reply->body_case == DONDOC__V1__REPLY__BODY_ERROR) {
		pace->busy++;
		place->again_us = now_us + AGAIN_US;
		return 0;
	}
	fprintf(stderr, "unexpected answer to a report: body %d\n", (int)reply->body_case);
	return -1;
}

static int take_replies(struct bench_pace *pace)
{
	const uint8_t *data;
	size_t len;
	int rc = bench_zmtp_fill(pace->peer);

	while (rc == 0 && (rc = bench_zmtp_next(pace->peer, &data, &len)) == 1)
		rc = take_reply(pace, data, len);
	return rc;
}

static void send_again(struct bench_pace *pace)
{
	const int64_t now_us = dd_mono_us();

	for (size_t i = 0; i < PLACES; i++)
		if (pace->places[i].again_us != 0 && pace->places[i].again_us <= now_us)
			send_place(pace, &pace->places[i]);
}

/* Until `until_us`, or, where the reports have ended, until there is nothing to wait for. */
static int wait_until(struct bench_pace *pace, int64_t until_us, bool ended)
{
	struct pollfd poll_fd = {.fd = bench_zmtp_fd(pace->peer), .events = POLLIN};
	int64_t left_us;
	int rc = 0;

	while (rc == 0 && (left_us = until_us - dd_mono_us()) > 0 && !(ended && pace->open == 0)) {
		const struct timespec rest = {.tv_nsec =
						      left_us < 10000 ? left_us * 1000 : 10000000};

		send_again(pace);
		if (bench_zmtp_flush(pace->peer) != 0)
			return -1;
		if (ppoll(&poll_fd, 1, &rest, NULL) > 0)
			rc = take_replies(pace);
	}
	return rc;
}

static void *run(void *arg)
{
	struct bench_pace *pace = arg;
	const int64_t step_us = DD_SECOND_US / pace->options.per_second;
	int64_t due_us = dd_mono_us();

	while (pace->rc == 0 && !atomic_load(&pace->stop)) {
		if (due_us <= dd_mono_us() && send_new(pace, due_us))
			due_us += step_us;
		pace->rc = wait_until(pace, due_us > dd_mono_us() ? due_us : dd_mono_us() + 1000,
				      false);
	}
	if (pace->rc == 0)
		pace->rc = wait_until(pace, dd_mono_us() + PATIENCE, true);
	if (pace->open > 0) {
		fprintf(stderr, "%zu reports have no answer\n", pace->open);
		pace->rc = -1;
	}
	return NULL;
}

struct bench_pace *bench_pace_start(const struct bench_pace_options *options)
{
	struct bench_pace *pace = dd_alloc(sizeof(*pace));

	pace->options = *options;
	pace->peer = bench_zmtp_open(options->endpoint);
	if (pace->peer == NULL) {
		free(pace);
		return NULL;
	}
	dd_arena_init(&pace->arena, 65536);
	for (size_t i = 0; i < PLACES; i++)
		dd_id_new(pace->places[i].line.id.stream);
	bench_samples_open(&pace->samples, 0, FOREVER);
	if (pthread_create(&pace->thread, NULL, run, pace) != 0)
		abort();
	return pace;
}

int bench_pace_stop(struct bench_pace *pace, struct bench_result *result_out)
{
	int rc;

	atomic_store(&pace->stop, true);
	pthread_join(pace->thread, NULL);
	pace->samples.until_us = dd_mono_us();
	bench_samples_close(&pace->samples, result_out);
	result_out->accepted_all = pace->accepted;
	result_out->other = pace->busy;
	rc = pace->rc;
	bench_zmtp_close(pace->peer);
	dd_arena_fini(&pace->arena);
	free(pace);
	return rc;
}
