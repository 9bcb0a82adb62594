/* office_door_ask.c - questions about tasks, plans, units: from the office's own view, whether the
 * centre can be reached or not.
 *
 *   the view has come so far    its answer, marked with what is only here yet
 *   not so far yet              wait for it, most of the time that the client has
 *   not for a view, no view,
 *   newer than this office      the centre's answer, which narrows it to the unit; else "busy"
 *
 * A question that goes on to the centre is kept as a `struct passed` until the bus client tells
 * what came of it, which it does once for each, also after the service was closed. */
#include "services/office/office_door_impl.h"

#include "common/base/clock.h"
#include "services/office/office_follow.h"
#include "services/office/office_mark.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINE_MS     5000u
#define DEADLINE_MAX_MS 30000u

/* --- the centre ---------------------------------------------------------------------------------
 */

struct passed {
	struct office_life *life;
	struct dd_bus_peer peer;
	uint64_t id; /* the client's */
	struct dd_error why;
};

/* Why the view did not answer; for a client that the centre did not answer either. */
static void answer_busy(struct office_door *door, const struct dd_bus_peer *peer, uint64_t id,
			const struct dd_error *why)
{
	struct dd_error err = {0};

	(void)dd_fail(&err, DD_ERR_RETRY, "%.400s, and the centre cannot be reached", why->text);
	office_door_error(door, peer, id, &err);
}

/* The centre's reply under the client's own id. */
static void on_passed(void *arg, int result, const uint8_t *data, size_t len)
{
	struct passed *passed = arg;
	struct office *office = office_life_end(passed->life);
	struct office_door *door = office != NULL ? office->door : NULL;
	Dondoc__V1__Reply *reply = NULL;

	if (door != NULL) {
		door->passed--;
		dd_arena_reset(&door->arena);
		if (result == 0)
			reply = dd_reply_unpack(&door->arena, data, len);
		if (reply != NULL) {
			reply->id = passed->id;
			(void)dd_reply_send(door->server, &passed->peer, reply);
		} else {
			answer_busy(door, &passed->peer, passed->id, &passed->why);
		}
	}
	free(passed);
}

static uint32_t deadline_of(const Dondoc__V1__Request *request)
{
	const uint32_t asked = request->deadline_ms != 0 ? request->deadline_ms : DEADLINE_MS;

	return asked < DEADLINE_MAX_MS ? asked : DEADLINE_MAX_MS;
}

static int send_on(struct office_door *door, Dondoc__V1__Request *request, struct passed *passed)
{
	struct dd_bus_client *centre = door->office->centre;
	struct dd_buf out = {0};
	int rc;

	request->id = dd_bus_client_next_id(centre);
	/* So that an answer from here still comes in time. */
	request->deadline_ms = deadline_of(request) - deadline_of(request) / 5;
	(void)dd_buf_reserve(&out, dondoc__v1__request__get_packed_size(request));
	out.len = dondoc__v1__request__pack(request, out.data);
	rc = dd_bus_client_send(centre, request->id, out.data, out.len, request->deadline_ms,
				on_passed, passed);
	request->id = passed->id;
	dd_buf_fini(&out);
	return rc;
}

/* `why` the view did not answer. */
static void pass_on(struct office_door *door, const struct office_asked *asked,
		    const struct dd_error *why)
{
	struct office_core_status core;
	struct passed *passed;

	office_core_status(door->office->core, &core);
	if (core.link != DD_LINK_UP || door->passed >= OFFICE_DOOR_WAITING) {
		answer_busy(door, &asked->peer, asked->request->id, why);
		return;
	}
	passed = dd_alloc(sizeof(*passed));
	passed->peer = asked->peer;
	passed->id = asked->request->id;
	passed->why = *why;
	if (send_on(door, asked->request, passed) != 0) {
		free(passed);
		answer_busy(door, &asked->peer, asked->request->id, why);
		return;
	}
	passed->life = office_life_begin(door->office);
	door->passed++;
}

/* --- the view -----------------------------------------------------------------------------------
 */

static uint8_t *put_varint(uint8_t *at, uint64_t value)
{
	while (value > 0x7f) {
		*at++ = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	*at++ = (uint8_t)value;
	return at;
}

/* The Answer is packed already: only the envelope is written around it (Reply.id = 1, Reply.answer
 * = 11). */
static void send_packed(struct office_door *door, const struct dd_bus_peer *peer, uint64_t id)
{
	uint8_t head[2 + 2 * 10];
	uint8_t *end = head;
	uint8_t *out;

	*end++ = (1 << 3) | 0;
	end = put_varint(end, id);
	*end++ = (11 << 3) | 2;
	end = put_varint(end, door->answer.len);
	out = dd_bus_server_build(door->server, (size_t)(end - head) + door->answer.len);
	memcpy(out, head, (size_t)(end - head));
	memcpy(out + (end - head), door->answer.data, door->answer.len);
	(void)dd_bus_server_send_built(door->server, peer);
}

static void answer_from_view(struct office_door *door, const struct office_asked *asked)
{
	struct office *office = door->office;
	struct dd_error err = {0};
	int rc = office_replica_answer(office->replica, asked->request->query,
				       dd_day_of(office_clock_now(&office->clock)), &door->answer,
				       &err);

	if (rc == DD_ERR_IO)
		dd_app_die("office.store_failed", &err);
	if (rc == 0) {
		dd_arena_reset(&door->marks);
		office_mark(office->outbox, office_replica_at(office->replica)->sequence,
			    &door->marks, &door->answer);
		send_packed(door, &asked->peer, asked->request->id);
	} else if (rc == DD_ERR_RETRY || rc == DD_ERR_UNSUPPORTED || rc == DD_ERR_CORRUPT) {
		pass_on(door, asked, &err);
	} else {
		office_door_error(door, &asked->peer, asked->request->id, &err);
	}
}

/* What the centre alone has: the contents of files, and how far it has come with a stream. */
static bool only_there(const Dondoc__V1__Query *query)
{
	return query->what_case == DONDOC__V1__QUERY__WHAT_FETCH_FILE ||
	       query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_STREAM;
}

static bool far_enough(const struct office_door *door, uint64_t sequence)
{
	return office_replica_at(door->office->replica)->sequence >= sequence;
}

/* --- waiting ------------------------------------------------------------------------------------
 */

static void wait_for(struct office_door *door, const struct office_asked *asked)
{
	struct office_door_waiting *place = &door->waiting[door->waits++];
	const int64_t wait_us = (int64_t)deadline_of(asked->request) * 1000 * 2 / 5;

	place->peer = asked->peer;
	place->data = dd_memdup(asked->data, asked->len);
	place->len = asked->len;
	place->sequence = asked->request->min_sequence;
	place->until_us = dd_mono_us() + wait_us;
	office_follow_hurry(door->office->follow);
	office_door_look(door);
}

/* Answer it now, one way or the other. */
static void settle(struct office_door *door, const struct office_door_waiting *waiting)
{
	struct office_asked asked = {
		.peer = waiting->peer, .data = waiting->data, .len = waiting->len};
	struct dd_error err = {0};

	dd_arena_reset(&door->arena);
	asked.request = dd_request_unpack(&door->arena, asked.data, asked.len);
	assert(asked.request != NULL); /* it was read before */
	(void)dd_fail(&err, DD_ERR_RETRY,
		      "the copy kept here has not come so far yet (record %llu of %llu)",
		      (unsigned long long)office_replica_at(door->office->replica)->sequence,
		      (unsigned long long)waiting->sequence);
	if (far_enough(door, waiting->sequence))
		answer_from_view(door, &asked);
	else
		pass_on(door, &asked, &err);
}

void office_door_look(struct office_door *door)
{
	const int64_t now_us = dd_mono_us();
	int64_t next_us = INT64_MAX;
	uint32_t i = 0;

	while (i < door->waits) {
		struct office_door_waiting waiting = door->waiting[i];

		if (!far_enough(door, waiting.sequence) && waiting.until_us > now_us) {
			next_us = waiting.until_us < next_us ? waiting.until_us : next_us;
			i++;
			continue;
		}
		door->waiting[i] = door->waiting[--door->waits];
		settle(door, &waiting);
		free(waiting.data);
	}
	if (next_us != INT64_MAX)
		dd_timer_start(door->timer, (uint64_t)(next_us - now_us) / 1000 + 1, 0);
}

void office_door_ask(struct office_door *door, const struct office_asked *asked)
{
	struct dd_error err = {0};

	if (dd_pb_unknown(&asked->request->base)) {
		/* An answer without regard to them would be one to another question. */
		(void)dd_fail(&err, DD_ERR_RETRY,
			      "the question has parts that this dondoc-office does not know "
			      "(install a newer version)");
		pass_on(door, asked, &err);
	} else if (only_there(asked->request->query)) {
		(void)dd_fail(&err, DD_ERR_RETRY, "only the centre has that");
		pass_on(door, asked, &err);
	} else if (far_enough(door, asked->request->min_sequence)) {
		answer_from_view(door, asked);
	} else if (office_replica_ready(door->office->replica) &&
		   door->waits < OFFICE_DOOR_WAITING) {
		wait_for(door, asked);
	} else {
		(void)dd_fail(&err, DD_ERR_RETRY, "the copy kept here has not come so far yet");
		pass_on(door, asked, &err);
	}
}
