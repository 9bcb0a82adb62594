/* office_door.c - see office_door.h.
 *
 * A question that goes on to the centre is kept as a `struct passed` until the bus client tells
 * what came of it, which it does once for each, also after the service was closed. */
#include "services/office/office_door.h"

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/net/envelope.h"
#include "services/office/office_refresh.h"
#include "services/office/office_status.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES     (16u << 20)
#define PASSED_MAX      64
#define DEADLINE_MS     5000u
#define DEADLINE_MAX_MS 30000u

struct office_door {
	struct office *office;
	struct dd_bus_server *server; /* owned */
	struct dd_arena arena;        /* for one request and its answer */
	uint32_t passed;              /* questions at the centre */
	char endpoint[256];
};

/* A question that is at the centre. */
struct passed {
	struct office_life *life;
	struct dd_bus_peer peer;
	uint64_t id;      /* the client's */
	uint8_t *request; /* owned: as the client sent it */
	size_t len;
};

static void answer_error(struct office_door *door, const struct dd_bus_peer *peer, uint64_t id,
			 const struct dd_error *why)
{
	Dondoc__V1__ErrorCode code = DONDOC__V1__ERROR_CODE__ERROR_BUSY;

	if (why->code == DD_ERR_NOT_FOUND)
		code = DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND;
	else if (why->code == DD_ERR_CONFLICT)
		code = DONDOC__V1__ERROR_CODE__ERROR_AMBIGUOUS;
	else if (why->code == DD_ERR_INVALID)
		code = DONDOC__V1__ERROR_CODE__ERROR_TOO_LARGE;
	(void)dd_reply_error(door->server, peer, id, code, why->text);
}

static void send_answer(struct office_door *door, const struct dd_bus_peer *peer, uint64_t id,
			Dondoc__V1__Answer *answer)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;

	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
	reply.answer = answer;
	(void)dd_reply_send(door->server, peer, &reply);
}

/* --- reports --------------------------------------------------------------------------------- */

static void on_submit(struct office_door *door, const struct dd_bus_peer *peer,
		      const Dondoc__V1__Request *request)
{
	struct office *office = door->office;
	Dondoc__V1__SubmitReply submit;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	struct dd_error err = {0};
	int rc;

	office_now(office);
	rc = office_core_submit(office->core, request->submit, &submit, &err);
	if (rc == 0 && err.code != 0) {
		answer_error(door, peer, request->id, &err);
	} else if (rc == 0) {
		reply.id = request->id;
		reply.body_case = DONDOC__V1__REPLY__BODY_SUBMIT;
		reply.submit = &submit;
		(void)dd_reply_send(door->server, peer, &reply);
	}
	office_after(office, rc, &err);
}

/* --- questions about the office itself ------------------------------------------------------- */

static void on_show_status(struct office_door *door, const struct dd_bus_peer *peer,
			   const Dondoc__V1__Request *request)
{
	const struct office *office = door->office;
	const struct office_status_source source = {.outbox = office->outbox,
						    .core = office->core,
						    .replica = office->replica,
						    .unit = office->config->unit,
						    .build = office->context.build,
						    .started_us = office->context.started_us,
						    .now_us = dd_wall_us()};
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	struct office_status status;

	if (office_status_fill(&source, &status) != 0) {
		(void)dd_reply_error(door->server, peer, request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_INTERNAL,
				     "the outbox cannot be read");
		return;
	}
	answer.view_sequence = status.status.view_sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_STATUS;
	answer.status = &status.status;
	send_answer(door, peer, request->id, &answer);
}

static void on_list_outbox(struct office_door *door, const struct dd_bus_peer *peer,
			   const Dondoc__V1__Request *request)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;

	answer.view_sequence = office_replica_state(door->office->replica).view_sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_OUTBOX;
	answer.outbox = office_status_outbox(door->office->outbox, request->query->list_outbox,
					     &door->arena);
	if (answer.outbox != NULL)
		send_answer(door, peer, request->id, &answer);
	else
		(void)dd_reply_error(door->server, peer, request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_INTERNAL,
				     "the outbox cannot be read");
}

/* --- questions for the centre ---------------------------------------------------------------- */

static void answer_from_replica(struct office_door *door, const struct dd_bus_peer *peer,
				const Dondoc__V1__Request *request)
{
	const struct office_replica_query query = {.query = request->query,
						   .min_sequence = request->min_sequence,
						   .today = dd_day_of(dd_wall_us()),
						   .arena = &door->arena};
	Dondoc__V1__Answer answer;
	struct dd_error err = {0};

	if (office_replica_answer(door->office->replica, &query, &answer, &err) == 0)
		send_answer(door, peer, request->id, &answer);
	else
		answer_error(door, peer, request->id, &err);
}

/* The centre's reply under the client's own id; without one, what is known here. */
static void on_passed(void *arg, int result, const uint8_t *data, size_t len)
{
	struct passed *passed = arg;
	struct office *office = office_life_end(passed->life);
	struct office_door *door = office != NULL ? office->door : NULL;
	Dondoc__V1__Request *request;
	Dondoc__V1__Reply *reply = NULL;

	if (door == NULL)
		goto out;
	door->passed--;
	dd_arena_reset(&door->arena);
	if (result == 0)
		reply = dd_reply_unpack(&door->arena, data, len);
	if (reply != NULL) {
		reply->id = passed->id;
		if (reply->body_case == DONDOC__V1__REPLY__BODY_ANSWER &&
		    reply->answer->view_sequence >
			    office_replica_state(office->replica).view_sequence)
			office_refresh_soon(office);
		(void)dd_reply_send(door->server, &passed->peer, reply);
		goto out;
	}
	dd_arena_reset(&door->arena);
	request = dd_request_unpack(&door->arena, passed->request, passed->len);
	assert(request != NULL); /* it was read before */
	answer_from_replica(door, &passed->peer, request);
out:
	free(passed->request);
	free(passed);
}

static uint32_t deadline_of(const Dondoc__V1__Request *request)
{
	const uint32_t asked = request->deadline_ms != 0 ? request->deadline_ms : DEADLINE_MS;
	const uint32_t most = asked < DEADLINE_MAX_MS ? asked : DEADLINE_MAX_MS;

	return most - most / 5; /* so that an answer from here still comes in time */
}

static int pass_on(struct office_door *door, const struct dd_bus_peer *peer,
		   Dondoc__V1__Request *request, const uint8_t *data, size_t len)
{
	struct dd_bus_client *centre = door->office->centre;
	const uint64_t id = request->id;
	struct passed *passed = dd_alloc(sizeof(*passed));
	struct dd_buf out = {0};
	int rc;

	passed->peer = *peer;
	passed->id = id;
	passed->request = dd_memdup(data, len);
	passed->len = len;
	request->id = dd_bus_client_next_id(centre);
	request->deadline_ms = deadline_of(request);
	(void)dd_buf_reserve(&out, dondoc__v1__request__get_packed_size(request));
	out.len = dondoc__v1__request__pack(request, out.data);
	rc = dd_bus_client_send(centre, request->id, out.data, out.len, request->deadline_ms,
				on_passed, passed);
	request->id = id;
	dd_buf_fini(&out);
	if (rc != 0) {
		free(passed->request);
		free(passed);
		return rc;
	}
	passed->life = office_life_begin(door->office);
	door->passed++;
	return 0;
}

static void on_query(struct office_door *door, const struct dd_bus_peer *peer,
		     Dondoc__V1__Request *request, const uint8_t *data, size_t len)
{
	const struct office *office = door->office;
	struct office_core_status core;

	office_core_status(office->core, &core);
	switch (request->query->what_case) {
	case DONDOC__V1__QUERY__WHAT_SHOW_STATUS:
		on_show_status(door, peer, request);
		return;
	case DONDOC__V1__QUERY__WHAT_LIST_OUTBOX:
		on_list_outbox(door, peer, request);
		return;
	case DONDOC__V1__QUERY__WHAT__NOT_SET:
		(void)dd_reply_error(door->server, peer, request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
				     "this dondoc-office does not know that question");
		return;
	default:
		break;
	}
	if (core.link != DD_LINK_UP || door->passed >= PASSED_MAX ||
	    pass_on(door, peer, request, data, len) != 0)
		answer_from_replica(door, peer, request);
}

/* --- requests -------------------------------------------------------------------------------- */

static void on_ping(struct office_door *door, const struct dd_bus_peer *peer,
		    const Dondoc__V1__Request *request)
{
	Dondoc__V1__Pong pong = DONDOC__V1__PONG__INIT;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;

	pong.now_us = dd_wall_us();
	reply.id = request->id;
	reply.body_case = DONDOC__V1__REPLY__BODY_PONG;
	reply.pong = &pong;
	(void)dd_reply_send(door->server, peer, &reply);
}

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct office_door *door = arg;
	Dondoc__V1__Request *request;

	assert(who->cls == DD_PRINCIPAL_LOCAL); /* the only class that can connect here */
	dd_arena_reset(&door->arena);
	request = dd_request_unpack(&door->arena, data, len);
	if (request == NULL || request->version != 1) {
		(void)dd_reply_error(door->server, peer, dd_request_id(data, len),
				     DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
				     request == NULL ? "the request cannot be read"
						     : "only requests of version 1");
		return;
	}
	if (request->body_case == DONDOC__V1__REQUEST__BODY_SUBMIT)
		on_submit(door, peer, request);
	else if (request->body_case == DONDOC__V1__REQUEST__BODY_QUERY)
		on_query(door, peer, request, data, len);
	else if (request->body_case == DONDOC__V1__REQUEST__BODY_PING)
		on_ping(door, peer, request);
	else
		(void)dd_reply_error(door->server, peer, request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
				     "an office takes reports and questions");
}

int office_door_open(struct office *office, struct office_door **door_out, struct dd_error *err)
{
	struct office_door *door = dd_alloc(sizeof(*door));
	struct dd_bus_listen listen = {.endpoint = door->endpoint, .cls = DD_PRINCIPAL_LOCAL};
	const struct dd_bus_server_options options = {.loop = office->context.loop,
						      .listens = &listen,
						      .listen_count = 1,
						      .access = office->access,
						      .on_request = on_request,
						      .arg = door};
	int len, rc;

	door->office = office;
	dd_arena_init(&door->arena, ARENA_BYTES);
	len = snprintf(door->endpoint, sizeof(door->endpoint), "ipc://%s/office-%s/local/bus",
		       office->config->run_dir, office->config->unit);
	if (len < 0 || (size_t)len >= sizeof(door->endpoint))
		rc = dd_fail(err, DD_ERR_INVALID, "office.run_dir is too long: '%s'",
			     office->config->run_dir);
	else
		rc = dd_bus_server_open(&options, &door->server, err);
	if (rc != 0) {
		office_door_close(door);
		return rc;
	}
	*door_out = door;
	return 0;
}

void office_door_close(struct office_door *door)
{
	if (door == NULL)
		return;
	if (door->server != NULL)
		dd_bus_server_close(door->server);
	dd_arena_fini(&door->arena);
	free(door);
}
