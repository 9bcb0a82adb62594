/* sim.h - one office engine on a bad network in virtual time. Only for tests. */
#ifndef TESTS_OFFICE_SIM_H
#define TESTS_OFFICE_SIM_H

#include "services/office/office_core.h"
#include "tests/services/office/fake_centre.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <unistd.h>

#define SIM_START INT64_C(1792000000000000)

struct sim_message {
	int64_t due_us;
	uint64_t id;
	bool to_centre;
	uint32_t life; /* of the office that sent it */
	uint8_t *data; /* owned */
	size_t len;
};

struct sim_pending {
	uint64_t id;
	int64_t deadline_us;
};

struct sim {
	struct centre *centre;
	struct office_outbox *outbox;
	struct office_core *core;
	char *dir;
	uint64_t random;
	int64_t now_us;
	uint64_t ids;
	uint32_t life;
	uint32_t window;
	bool bad_network;
	bool gathers;  /* several answers are told before the office is woken */
	int die_after; /* sends that still leave before the process is dead; -1 = alive */
	struct sim_message messages[4096];
	size_t message_count;
	struct sim_pending pending[4096];
	size_t pending_count;
	uint8_t client[DD_ID_LEN];
	uint64_t client_number; /* last one saved for certain */
};

/* The seed that runs; told after the test, so that one that failed can be run again alone:
 * DONDOC_SEED=n. */
static uint64_t sim_seed;

TEST_HELPER int sim_tell_seed(void **state)
{
	(void)state;
	(void)fprintf(stderr, "last seed %llu\n", (unsigned long long)sim_seed);
	return 0;
}

/* Kills are only played here, so nothing needs a disk: thousands of flushes cost nothing in memory.
 * $TMPDIR goes before. */
TEST_HELPER void sim_use_memory(void)
{
	if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
}

TEST_HELPER uint64_t sim_random(struct sim *sim, uint64_t below)
{
	sim->random ^= sim->random << 13;
	sim->random ^= sim->random >> 7;
	sim->random ^= sim->random << 17;
	return (sim->random >> 11) % below;
}

TEST_HELPER void sim_put(struct sim *sim, uint64_t id, bool to_centre, const uint8_t *data,
			 size_t len)
{
	const int copies = !sim->bad_network          ? 1
			   : sim_random(sim, 10) == 0 ? 0
			   : sim_random(sim, 10) == 0 ? 2
						      : 1;

	for (int i = 0; i < copies; i++) {
		struct sim_message *message = &sim->messages[sim->message_count++];
		int64_t delay = 1000;

		assert(sim->message_count < 4096);
		if (sim->bad_network)
			delay += (int64_t)sim_random(sim, 20) == 0
					 ? (int64_t)sim_random(sim, 30000000)
					 : (int64_t)sim_random(sim, 300000);
		message->due_us = sim->now_us + delay;
		message->id = id;
		message->to_centre = to_centre;
		message->life = sim->life;
		message->data = dd_memdup(data, len);
		message->len = len;
	}
}

TEST_HELPER uint64_t sim_next_id(void *arg)
{
	struct sim *sim = arg;

	return ++sim->ids;
}

TEST_HELPER int sim_send(void *arg, uint64_t id, const uint8_t *data, size_t len,
			 uint32_t deadline_ms)
{
	struct sim *sim = arg;

	if (sim->die_after == 0)
		return 0; /* dead already: nothing leaves */
	if (sim->die_after > 0)
		sim->die_after--;
	if (sim->bad_network && sim_random(sim, 50) == 0)
		return DD_ERR_RETRY;
	assert(sim->pending_count < 4096);
	sim->pending[sim->pending_count].id = id;
	sim->pending[sim->pending_count++].deadline_us = sim->now_us + (int64_t)deadline_ms * 1000;
	sim_put(sim, id, true, data, len);
	return 0;
}

TEST_HELPER void sim_time(struct sim *sim)
{
	office_core_time(sim->core, SIM_START + sim->now_us, sim->now_us);
}

TEST_HELPER void sim_link(struct sim *sim, enum dd_link link)
{
	struct dd_error err;

	sim_time(sim);
	assert_int_equal(office_core_link(sim->core, link, &err), 0);
}

TEST_HELPER void sim_start(struct sim *sim)
{
	struct office_core_options options = {.unit = "SYT",
					      .window = sim->window,
					      .retry_ms = 200,
					      .send = true,
					      .seed = sim->random,
					      .gathers = sim->gathers,
					      .next_id = sim_next_id,
					      .send_out = sim_send,
					      .arg = sim};
	struct dd_error err = {0};

	if (office_outbox_open(sim->dir, 64u << 20, SIM_START + sim->now_us, &sim->outbox, &err) !=
	    0)
		fail_msg("%s", err.text);
	options.outbox = sim->outbox;
	sim->core = office_core_new(&options);
	sim->die_after = -1;
	sim->life++;
	sim_link(sim, DD_LINK_UP);
}

/* kill -9: only what is in the store and on the wire stays. */
TEST_HELPER void sim_kill(struct sim *sim)
{
	office_core_free(sim->core);
	office_outbox_close(sim->outbox);
	sim->core = NULL;
	sim->outbox = NULL;
	sim->pending_count = 0;
}

TEST_HELPER void sim_open(struct sim *sim, struct centre *centre, uint64_t seed, char *dir)
{
	memset(sim, 0, sizeof(*sim));
	sim->centre = centre;
	sim->dir = dir;
	sim->random = seed * 0x9e3779b97f4a7c15u + 1;
	sim->window = 1 + (uint32_t)sim_random(sim, 8);
	memset(sim->client, 7, sizeof(sim->client));
	sim_start(sim);
}

TEST_HELPER void sim_drop_all(struct sim *sim)
{
	while (sim->message_count > 0)
		free(sim->messages[--sim->message_count].data);
}

TEST_HELPER void sim_close(struct sim *sim)
{
	sim_kill(sim);
	sim_drop_all(sim);
}

TEST_HELPER bool sim_take_pending(struct sim *sim, uint64_t id)
{
	for (size_t i = 0; i < sim->pending_count; i++) {
		if (sim->pending[i].id != id)
			continue;
		sim->pending[i] = sim->pending[--sim->pending_count];
		return true;
	}
	return false;
}

TEST_HELPER void sim_to_office(struct sim *sim, uint64_t id, int result, const uint8_t *data,
			       size_t len)
{
	struct dd_error err = {0};

	if (!sim_take_pending(sim, id))
		return;
	sim_time(sim);
	if (office_core_reply(sim->core, id, result, data, len, &err) != 0)
		fail_msg("%s", err.text);
}

TEST_HELPER void sim_deliver(struct sim *sim, size_t at)
{
	struct sim_message message = sim->messages[at];
	struct dd_buf out = {0};

	sim->messages[at] = sim->messages[--sim->message_count];
	if (message.to_centre) {
		centre_handle(sim->centre, message.data, message.len, &out);
		if (message.life == sim->life)
			sim_put(sim, message.id, false, out.data, out.len);
	} else if (message.life == sim->life) {
		sim_to_office(sim, message.id, 0, message.data, message.len);
	}
	dd_buf_fini(&out);
	free(message.data);
}

/* Go on to the next thing that happens, at most by `most_us`. False: nothing happened. */
TEST_HELPER bool sim_step(struct sim *sim, int64_t most_us)
{
	int64_t when = sim->now_us + most_us;
	size_t message = SIZE_MAX, pending = SIZE_MAX;
	struct dd_error err = {0};
	int64_t due = office_core_due(sim->core);

	if (office_core_stirred(sim->core) && sim->message_count > 0 && sim_random(sim, 4) > 0)
		due = INT64_MAX; /* more comes at once */
	for (size_t i = 0; i < sim->message_count; i++)
		if (sim->messages[i].due_us <= when) {
			when = sim->messages[i].due_us;
			message = i;
		}
	for (size_t i = 0; i < sim->pending_count; i++)
		if (sim->pending[i].deadline_us < when) {
			when = sim->pending[i].deadline_us;
			pending = i;
			message = SIZE_MAX;
		}
	if (due < when) {
		sim->now_us = due > sim->now_us ? due : sim->now_us;
		sim_time(sim);
		assert_int_equal(office_core_wake(sim->core, &err), 0);
		return true;
	}
	sim->now_us = when > sim->now_us ? when : sim->now_us;
	sim_time(sim);
	if (message != SIZE_MAX)
		sim_deliver(sim, message);
	else if (pending != SIZE_MAX)
		sim_to_office(sim, sim->pending[pending].id, DD_ERR_RETRY, NULL, 0);
	return message != SIZE_MAX || pending != SIZE_MAX;
}

/* The client's command `number` with the note; the outcome, or -1: not saved. */
TEST_HELPER int sim_submit(struct sim *sim, uint64_t number, const char *note)
{
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	Dondoc__V1__SubmitReply reply;
	struct dd_error err = {0};
	int rc;

	submit.stream.data = sim->client;
	submit.stream.len = DD_ID_LEN;
	submit.number = number;
	if (note != NULL)
		submit.body.data = centre_body("SYT", note, &submit.body.len);
	sim_time(sim);
	rc = office_core_submit(sim->core, &submit, &reply, &err);
	free(submit.body.data);
	assert_int_equal(rc, 0);
	return err.code != 0 ? -1 : (int)reply.outcome;
}

/* The client's next command; it must be saved. */
TEST_HELPER void sim_save(struct sim *sim, const char *note)
{
	assert_int_equal(sim_submit(sim, sim->client_number + 1, note),
			 DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	sim->client_number++;
}

TEST_HELPER uint64_t sim_waiting(struct sim *sim)
{
	struct office_counts counts;

	assert_int_equal(office_outbox_counts(sim->outbox, &counts), 0);
	return counts.waiting;
}

/* Let it run until nothing waits and every stream has been compared. */
TEST_HELPER void sim_settle(struct sim *sim)
{
	struct office_core_status status;
	int steps = 0;

	for (;; steps++) {
		office_core_status(sim->core, &status);
		if (status.settled && sim_waiting(sim) == 0 && sim->message_count == 0)
			return;
		if (steps > 200000)
			fail_msg("still %llu waiting after %d steps, stream count %u",
				 (unsigned long long)sim_waiting(sim), steps,
				 office_outbox_stream_count(sim->outbox));
		(void)sim_step(sim, 1000000);
	}
}

#endif
