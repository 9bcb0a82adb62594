/* office_core.c - inputs of the engine, pauses, and what is to be done next. */
#include "services/office/office_sender.h"

#include "common/base/log.h"
#include "common/net/envelope.h"
#include "services/office/office_check.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES   (1u << 20)
#define DEADLINE_MS   5000u
#define FLIGHT_FACTOR 4 /* how many outdated flights are remembered, per place of the window */

struct office_core *office_core_new(const struct office_core_options *options)
{
	struct office_core *core = dd_alloc(sizeof(*core));

	assert(options->window >= 1 && options->window <= OFFICE_WINDOW_MAX);
	assert(strlen(options->unit) < sizeof(core->unit));
	core->options = *options;
	memcpy(core->unit, options->unit, strlen(options->unit) + 1);
	core->options.unit = core->unit;
	core->random = options->seed | 1;
	core->link = DD_LINK_CONNECTING;
	core->flight_cap = (size_t)options->window * FLIGHT_FACTOR;
	core->flights = dd_alloc(core->flight_cap * sizeof(*core->flights));
	core->picked = dd_alloc(options->window * sizeof(*core->picked));
	core->picked_numbers = dd_alloc(options->window * sizeof(*core->picked_numbers));
	dd_arena_init(&core->arena, ARENA_BYTES);
	return core;
}

void office_core_free(struct office_core *core)
{
	if (core == NULL)
		return;
	dd_arena_fini(&core->arena);
	dd_buf_fini(&core->out);
	free(core->flights);
	free(core->picked);
	free(core->picked_numbers);
	free(core);
}

void office_core_time(struct office_core *core, int64_t wall_us, int64_t mono_us)
{
	core->wall_us = wall_us;
	core->mono_us = mono_us;
}

/* xorshift64: only for jitter. */
static uint64_t next_random(struct office_core *core)
{
	core->random ^= core->random << 13;
	core->random ^= core->random >> 7;
	core->random ^= core->random << 17;
	return core->random;
}

static void pause_for(struct office_core *core, uint64_t ms)
{
	const uint64_t us = ms * 1000;

	core->not_before_us = core->mono_us + (int64_t)(us / 2 + next_random(core) % (us / 2 + 1));
}

void office_core_pause(struct office_core *core, uint32_t at_least_ms)
{
	uint64_t ms = (uint64_t)core->options.retry_ms
		      << (core->failures < 16 ? core->failures : 16);

	if (ms > OFFICE_PAUSE_MAX_MS)
		ms = OFFICE_PAUSE_MAX_MS;
	if (at_least_ms > OFFICE_PAUSE_MAX_MS)
		at_least_ms = OFFICE_PAUSE_MAX_MS;
	core->failures++;
	pause_for(core, ms);
	if (core->not_before_us < core->mono_us + (int64_t)at_least_ms * 1000)
		core->not_before_us = core->mono_us + (int64_t)at_least_ms * 1000;
}

void office_core_pause_slow(struct office_core *core)
{
	core->failures++;
	pause_for(core, OFFICE_PAUSE_MAX_MS);
}

/* Said once, until there is space again. */
static void note_full(struct office_core *core)
{
	if (!core->disk_full)
		dd_log(DD_LOG_ERROR, "office.disk_full",
		       dd_f_text("remedy", "free space in office.data_dir"));
	core->disk_full = true;
}

int office_core_stored(struct office_core *core, int rc)
{
	if (rc == DD_ERR_FULL) {
		note_full(core);
		office_core_pause(core, 0);
		office_core_new_round(core);
		core->next = 1;
		return 0;
	}
	if (rc == 0)
		core->disk_full = false;
	return rc;
}

int office_core_write(struct office_core *core, struct dd_error *err)
{
	struct office_outbox *outbox = core->options.outbox;

	if (!office_outbox_unwritten(outbox))
		return 0;
	return office_core_stored(core, office_outbox_write(outbox, err));
}

void office_core_new_round(struct office_core *core)
{
	core->round++;
	core->in_round = 0;
}

void office_core_go_back(struct office_core *core, uint64_t number)
{
	if (number < core->next)
		core->next = number;
	office_core_new_round(core);
}

void office_core_ask(struct office_core *core, uint32_t ordinal)
{
	office_core_new_round(core);
	core->ordinal = ordinal;
	core->phase = OFFICE_ASK;
	core->asked = 0;
}

uint32_t office_core_deadline(const struct office_core *core)
{
	const uint32_t doublings = core->timeouts < 4 ? core->timeouts : 4;

	return DEADLINE_MS << doublings;
}

uint64_t office_core_limit(const struct office_core *core)
{
	const struct office_stream *stream =
		office_outbox_stream(core->options.outbox, core->ordinal);

	return stream->state == OFFICE_STREAM_RETIRING ? stream->resolve_to : stream->last_number;
}

/* Nothing of the stream waits and nothing of it is outstanding. */
static int stream_done(struct office_core *core, struct dd_error *err)
{
	struct office_outbox *outbox = core->options.outbox;
	const uint32_t ordinal = core->ordinal;
	int rc;

	if (office_outbox_stream(outbox, ordinal)->state == OFFICE_STREAM_RETIRING) {
		rc = office_core_stored(core,
					office_outbox_move(outbox, ordinal, core->wall_us, err));
		if (rc != 0 || core->disk_full)
			return rc;
		dd_log(DD_LOG_WARN, "office.stream_retired", dd_f_uint("stream", ordinal));
	}
	if (ordinal + 1 < office_outbox_stream_count(outbox)) {
		office_core_ask(core, ordinal + 1);
	} else if (core->mono_us >= core->check_us) {
		office_core_ask(core, 0);
	} else {
		core->settled = true;
	}
	return 0;
}

static bool may_send(const struct office_core *core)
{
	return core->options.send && core->link == DD_LINK_UP &&
	       core->mono_us >= core->not_before_us;
}

/* Whether there is nothing left to do about the stream: DD_OK or DD_ERR_NOT_FOUND (there is). */
static int anything_left(struct office_core *core)
{
	uint64_t number;
	int rc;

	if (core->in_round > 0)
		return DD_ERR_NOT_FOUND;
	rc = office_outbox_first_waiting(core->options.outbox, core->ordinal, 0, &number);
	if (rc == 0 && number <= office_core_limit(core)) {
		office_core_go_back(core, number);
		return DD_ERR_NOT_FOUND;
	}
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

/* Do what can be done now. Each pass either changes the phase or ends. */
static int advance(struct office_core *core, struct dd_error *err)
{
	int rc = office_core_write(core, err);

	core->stirred = false;

	for (int pass = 0; pass < 64 && rc == 0 && may_send(core); pass++) {
		if (core->phase == OFFICE_ASK)
			return office_send_ask(core);
		if (core->phase == OFFICE_ASKING)
			return 0;
		rc = office_send_waiting(core, err);
		if (rc != 0 || core->in_round > 0 || !may_send(core))
			return rc;
		rc = anything_left(core);
		if (rc == DD_ERR_NOT_FOUND) {
			rc = 0;
			continue;
		}
		if (rc == 0)
			rc = stream_done(core, err);
		else
			(void)dd_fail(err, rc, "the outbox cannot be read");
		if (core->phase == OFFICE_SENDING)
			return rc;
	}
	return rc;
}

int office_core_link(struct office_core *core, enum dd_link link, struct dd_error *err)
{
	core->link = link;
	core->settled = false;
	if (link != DD_LINK_UP)
		return 0;
	/* What was outstanding may be lost with the old connection. */
	core->not_before_us = core->mono_us;
	core->flight_count = 0;
	office_core_ask(core, 0);
	return advance(core, err);
}

/* Take the flight of a request out of the table. */
static bool take_flight(struct office_core *core, uint64_t id, struct office_flight *flight_out)
{
	for (size_t i = 0; i < core->flight_count; i++) {
		if (core->flights[i].request != id)
			continue;
		*flight_out = core->flights[i];
		core->flights[i] = core->flights[--core->flight_count];
		if (flight_out->round == core->round)
			core->in_round--;
		return true;
	}
	return false;
}

/* No answer came: whether the command arrived is unknown, so the same bytes go again. */
static void on_lost(struct office_core *core, const struct office_flight *flight, bool current)
{
	if (!current)
		return;
	core->timeouts++;
	office_core_go_back(core, flight->number);
	office_core_pause(core, 0);
}

int office_core_reply(struct office_core *core, uint64_t id, int result, const uint8_t *data,
		      size_t len, struct dd_error *err)
{
	Dondoc__V1__Reply *reply = NULL;
	struct office_flight flight;
	int rc = 0;

	dd_arena_reset(&core->arena);
	if (result == 0) {
		reply = dd_reply_unpack(&core->arena, data, len);
		core->timeouts = reply != NULL ? 0 : core->timeouts;
	}
	if (id != 0 && id == core->asked) {
		core->asked = 0;
		rc = office_core_write(core, err);
		if (rc == 0 && reply != NULL) {
			rc = office_on_asked(core, reply, err);
		} else if (rc == 0) {
			core->timeouts++;
			core->phase = OFFICE_ASK;
			office_core_pause(core, 0);
		}
	} else if (take_flight(core, id, &flight)) {
		if (reply != NULL)
			rc = office_on_flight(core, &flight, reply, err);
		else
			on_lost(core, &flight, flight.round == core->round);
	}
	core->stirred = true;
	return rc != 0 || core->options.gathers ? rc : advance(core, err);
}

bool office_core_stirred(const struct office_core *core)
{
	return core->stirred;
}

int office_core_settle(struct office_core *core, const uint8_t stream[DD_ID_LEN], uint64_t number,
		       const Dondoc__V1__Reply *reply, bool *settled_out, struct dd_error *err)
{
	struct office_flight flight = {.number = number, .round = core->round - 1};
	struct office_item item;
	int rc = office_core_write(core, err);

	*settled_out = false;
	if (rc != 0)
		return rc;
	rc = office_outbox_find(core->options.outbox, stream, number, &item);
	if (rc == 0 && item.state == OFFICE_SENT) {
		flight.item = item.id;
		flight.ordinal = item.ordinal;
		rc = office_on_flight(core, &flight, reply, err);
		if (rc == 0) /* what came of it is told: it is written first */
			rc = office_core_write(core, err);
		if (rc == 0)
			rc = office_outbox_find(core->options.outbox, stream, number, &item);
		*settled_out = rc == 0 && item.state != OFFICE_SENT;
	}
	if (rc == DD_ERR_NOT_FOUND)
		return 0; /* an old copy of the outbox: the line will tell */
	return rc != 0 ? rc : advance(core, err);
}

int office_core_wake(struct office_core *core, struct dd_error *err)
{
	return advance(core, err);
}

int64_t office_core_due(const struct office_core *core)
{
	if (core->stirred)
		return core->mono_us;
	if (!core->options.send || core->link != DD_LINK_UP)
		return INT64_MAX;
	if (core->not_before_us > core->mono_us)
		return core->not_before_us;
	/* What is outstanding ends by itself, with an answer or without. */
	return core->phase == OFFICE_SENDING && core->in_round == 0 ? core->check_us : INT64_MAX;
}

void office_core_status(const struct office_core *core, struct office_core_status *status_out)
{
	memset(status_out, 0, sizeof(*status_out));
	status_out->link = core->link;
	status_out->sending = core->options.send;
	status_out->denied = core->denied;
	status_out->disk_full = core->disk_full;
	status_out->on_way = core->in_round > 0 || core->phase == OFFICE_ASKING;
	status_out->settled = core->settled;
	status_out->failures = core->failures;
	memcpy(status_out->trouble, core->trouble, sizeof(core->trouble));
}

/* Words and arguments that the reply borrows. */
static void answer_denied(struct office_core *core, const struct office_verdict *verdict,
			  Dondoc__V1__SubmitReply *reply)
{
	dondoc__v1__refusal__init(&core->refusal);
	memcpy(core->text, verdict->text, sizeof(core->text));
	core->refusal.code = verdict->code;
	core->refusal.text = core->text;
	if (verdict->argument != NULL) {
		(void)strncpy(core->argument, verdict->argument, sizeof(core->argument) - 1);
		core->arguments[0] = core->argument;
		core->refusal.arguments = core->arguments;
		core->refusal.n_arguments = 1;
	}
	reply->outcome = DONDOC__V1__OUTCOME__OUTCOME_DENIED;
	reply->refusal = &core->refusal;
}

static int answer_full(struct office_core *core, struct dd_error *err)
{
	struct dd_error cause = *err;

	note_full(core);
	(void)dd_fail(err, DD_ERR_FULL,
		      "NOT saved: the office's disk is full; free space there, then send the same "
		      "report again (%s)",
		      cause.text);
	return 0;
}

int office_core_submit(struct office_core *core, const Dondoc__V1__Submit *submit,
		       Dondoc__V1__SubmitReply *reply, struct dd_error *err)
{
	struct office_command command;
	struct office_verdict verdict;
	enum office_save save = OFFICE_SAVE_NEW;
	uint64_t expected = 0;
	int rc;

	memset(err, 0, sizeof(*err));
	dondoc__v1__submit_reply__init(reply);
	dd_arena_reset(&core->arena);
	office_check(submit, core->unit, &core->arena, &command, &verdict);
	if (verdict.code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE) {
		answer_denied(core, &verdict, reply);
		return 0;
	}
	rc = office_outbox_save(core->options.outbox, &command, core->wall_us, &save, &expected,
				err);
	if (rc == DD_ERR_FULL)
		return answer_full(core, err);
	if (rc != 0)
		return rc;
	core->disk_full = save == OFFICE_SAVE_NEW ? false : core->disk_full;
	reply->outcome = DONDOC__V1__OUTCOME__OUTCOME_SAVED;
	if (save == OFFICE_SAVE_OTHER) {
		reply->outcome = DONDOC__V1__OUTCOME__OUTCOME_CONFLICT;
	} else if (save == OFFICE_SAVE_MISSING) {
		reply->outcome = DONDOC__V1__OUTCOME__OUTCOME_GAP;
		reply->expected = expected;
	}
	return save == OFFICE_SAVE_NEW ? advance(core, err) : 0;
}
