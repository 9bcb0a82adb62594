/* office_door.c - see office_door.h; questions about tasks and plans are in office_door_ask.c. */
#include "services/office/office_door_impl.h"

#include "common/base/clock.h"
#include "services/office/office_desk.h"
#include "services/office/office_evidence.h"
#include "services/office/office_evidence_list.h"
#include "services/office/office_follow.h"
#include "services/office/office_inbox.h"
#include "services/office/office_refresh_tasks.h"
#include "services/office/office_status.h"
#include "services/office/office_stick.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (16u << 20)

void office_door_error(struct office_door *door, const struct dd_bus_peer *peer, uint64_t id,
		       const struct dd_error *why)
{
	Dondoc__V1__ErrorCode code = DONDOC__V1__ERROR_CODE__ERROR_BUSY;

	if (why->code == DD_ERR_NOT_FOUND)
		code = DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND;
	else if (why->code == DD_ERR_CONFLICT)
		code = DONDOC__V1__ERROR_CODE__ERROR_AMBIGUOUS;
	else if (why->code == DD_ERR_INVALID)
		code = DONDOC__V1__ERROR_CODE__ERROR_MALFORMED;
	else if (why->code == DD_ERR_REFUSED)
		code = DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED;
	else if (why->code == DD_ERR_UNSUPPORTED)
		code = DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED;
	(void)dd_reply_error(door->server, peer, id, code, why->text);
}

void office_door_answer(struct office_door *door, const struct dd_bus_peer *peer, uint64_t id,
			Dondoc__V1__Answer *answer)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;

	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
	reply.answer = answer;
	(void)dd_reply_send(door->server, peer, &reply);
}

/* --- reports --------------------------------------------------------------------------------- */

static void on_submit(struct office_door *door, const struct office_asked *asked)
{
	struct office *office = door->office;
	Dondoc__V1__SubmitReply submit;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	struct dd_error err = {0};
	int rc;

	office_now(office);
	rc = office_core_submit(office->core, asked->request->submit, &submit, &err);
	if (rc == 0 && err.code == DD_ERR_INVALID) {
		(void)dd_reply_error(door->server, &asked->peer, asked->request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_TOO_LARGE, err.text);
	} else if (rc == 0 && err.code != 0) {
		office_door_error(door, &asked->peer, asked->request->id, &err);
	} else if (rc == 0) {
		reply.id = asked->request->id;
		reply.body_case = DONDOC__V1__REPLY__BODY_SUBMIT;
		reply.submit = &submit;
		(void)dd_reply_send(door->server, &asked->peer, &reply);
	}
	office_after(office, rc, &err);
}

/* --- questions about the office itself ------------------------------------------------------- */

static void on_show_status(struct office_door *door, const struct office_asked *asked)
{
	const struct office *office = door->office;
	const struct office_status_source source = {
		.outbox = office->outbox,
		.core = office->core,
		.replica = office->replica,
		.follow_trouble = office_follow_trouble(office->follow),
		.tasks_trouble = office_tasks_trouble(office->tasks),
		.files = office_evidence_files(office->evidence),
		.clock = &office->clock,
		.inbox_trouble = office_inbox_trouble(office->inbox),
		.inbox_waiting = office_inbox_waiting(office->inbox),
		.at_head = office_follow_at_head(office->follow),
		.unit = office->config->unit,
		.build = office->context.build,
		.started_us = office->context.started_us,
		.now_us = dd_wall_us()};
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	struct office_status status;

	if (office_status_fill(&source, &status) != 0) {
		(void)dd_reply_error(door->server, &asked->peer, asked->request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_INTERNAL,
				     "the outbox cannot be read");
		return;
	}
	answer.view_sequence = status.status.view_sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_STATUS;
	answer.status = &status.status;
	office_door_answer(door, &asked->peer, asked->request->id, &answer);
}

static void on_list_outbox(struct office_door *door, const struct office_asked *asked)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;

	answer.view_sequence = office_replica_at(door->office->replica)->sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_OUTBOX;
	answer.outbox = office_status_outbox(door->office->outbox,
					     asked->request->query->list_outbox, &door->arena);
	if (answer.outbox != NULL &&
	    office_evidence_list(office_evidence_files(door->office->evidence),
				 door->office->outbox, asked->request->query->list_outbox,
				 &door->arena, answer.outbox) == 0)
		office_door_answer(door, &asked->peer, asked->request->id, &answer);
	else
		(void)dd_reply_error(door->server, &asked->peer, asked->request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_INTERNAL,
				     "the outbox cannot be read");
}

/* --- drafts, and what is taken out by hand ---------------------------------------------------- */

/* What goes as a file, and what came back as one. */
static int by_stick(struct office_door *door, const Dondoc__V1__OfficeDo *asked,
		    Dondoc__V1__OfficeDone *done, struct dd_error *err)
{
	struct office *office = door->office;
	const struct office_stick stick = {.outbox = office->outbox,
					   .key = &office->key,
					   .centre_key = office->config->centre_key,
					   .unit = office->config->unit,
					   .build = office->context.build,
					   .files = office_evidence_store(office->evidence),
					   .engine = office_evidence_engine(office->evidence)};

	if (asked->what_case == DONDOC__V1__OFFICE_DO__WHAT_STICK_NEXT)
		return office_stick_next(&stick, asked->stick_next, dd_wall_us(), &door->arena,
					 &done->record, err);
	done->settled = dd_arena_alloc(&door->arena, sizeof(*done->settled));
	if (done->settled == NULL)
		return dd_fail(err, DD_ERR_INVALID, "the answer does not fit");
	return office_stick_settle(&stick, office->core, asked->stick_settle, &door->arena,
				   done->settled, err);
}

static void on_office_do(struct office_door *door, const struct office_asked *asked)
{
	const Dondoc__V1__OfficeDo *what = asked->request->office_do;
	struct office *office = door->office;
	Dondoc__V1__OfficeDone done = DONDOC__V1__OFFICE_DONE__INIT;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	struct dd_error err = {0};
	int rc;

	office_now(office);
	if (what->what_case == DONDOC__V1__OFFICE_DO__WHAT_STICK_NEXT ||
	    what->what_case == DONDOC__V1__OFFICE_DO__WHAT_STICK_SETTLE)
		rc = by_stick(door, what, &done, &err);
	else
		rc = office_desk_do(office->outbox, what, dd_wall_us(), &err);
	reply.id = asked->request->id;
	reply.body_case = DONDOC__V1__REPLY__BODY_OFFICE_DONE;
	reply.office_done = &done;
	if (rc == 0)
		(void)dd_reply_send(door->server, &asked->peer, &reply);
	else
		office_door_error(door, &asked->peer, asked->request->id, &err);
	if (rc == 0 || rc == DD_ERR_IO || rc == DD_ERR_CORRUPT)
		office_after(office, rc, &err);
}

static void on_list_drafts(struct office_door *door, const struct office_asked *asked)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;

	answer.view_sequence = office_replica_at(door->office->replica)->sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_DRAFTS;
	answer.drafts = office_desk_drafts(door->office->outbox, asked->request->query->list_drafts,
					   &door->arena);
	if (answer.drafts != NULL)
		office_door_answer(door, &asked->peer, asked->request->id, &answer);
	else
		(void)dd_reply_error(door->server, &asked->peer, asked->request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_INTERNAL,
				     "the drafts cannot be read");
}

/* A file that is kept here needs no link. */
static bool fetched_here(struct office_door *door, const struct office_asked *asked)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__FileBytes bytes;
	struct dd_buf data = {0};
	bool here = office_evidence_fetch(door->office->evidence, asked->request->query->fetch_file,
					  &data, &bytes);

	if (here) {
		answer.view_sequence = office_replica_at(door->office->replica)->sequence;
		answer.what_case = DONDOC__V1__ANSWER__WHAT_FILE_BYTES;
		answer.file_bytes = &bytes;
		office_door_answer(door, &asked->peer, asked->request->id, &answer);
	}
	dd_buf_fini(&data);
	return here;
}

static void on_query(struct office_door *door, const struct office_asked *asked)
{
	switch ((int)asked->request->query->what_case) {
	case DONDOC__V1__QUERY__WHAT_SHOW_STATUS:
		on_show_status(door, asked);
		return;
	case DONDOC__V1__QUERY__WHAT_LIST_OUTBOX:
		on_list_outbox(door, asked);
		return;
	case DONDOC__V1__QUERY__WHAT_LIST_DRAFTS:
		on_list_drafts(door, asked);
		return;
	case DONDOC__V1__QUERY__WHAT_FETCH_FILE:
		if (!fetched_here(door, asked))
			office_door_ask(door, asked);
		return;
	case DONDOC__V1__QUERY__WHAT__NOT_SET:
		if (dd_pb_unknown(&asked->request->query->base)) { /* of a newer client */
			office_door_ask(door, asked);
			return;
		}
		(void)dd_reply_error(door->server, &asked->peer, asked->request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
				     "the request asks nothing");
		return;
	default:
		office_door_ask(door, asked);
		return;
	}
}

/* --- requests -------------------------------------------------------------------------------- */

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct office_door *door = arg;
	struct office_asked asked = {.peer = *peer, .data = data, .len = len};

	assert(who->cls == DD_PRINCIPAL_LOCAL); /* the only class that can connect here */
	dd_arena_reset(&door->arena);
	asked.request = dd_request_unpack(&door->arena, data, len);
	if (asked.request == NULL || asked.request->version != 1) {
		(void)dd_reply_error(door->server, peer, dd_request_id(data, len),
				     DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
				     asked.request == NULL ? "the request cannot be read"
							   : "only requests of version 1");
		return;
	}
	switch ((int)asked.request->body_case) {
	case DONDOC__V1__REQUEST__BODY_SUBMIT:
		on_submit(door, &asked);
		break;
	case DONDOC__V1__REQUEST__BODY_QUERY:
		on_query(door, &asked);
		break;
	case DONDOC__V1__REQUEST__BODY_FILE_PUT:
		office_evidence_put(door->office->evidence, door->server, peer, asked.request);
		break;
	case DONDOC__V1__REQUEST__BODY_OFFICE_DO:
		on_office_do(door, &asked);
		break;
	case DONDOC__V1__REQUEST__BODY_PING:
		(void)dd_reply_pong(door->server, peer, who, asked.request->id);
		break;
	default:
		(void)dd_reply_error(door->server, peer, asked.request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
				     "an office takes reports, files and questions");
		break;
	}
}

static void on_timer(void *arg)
{
	office_door_look(arg);
}

void office_door_moved(struct office_door *door)
{
	if (door != NULL && door->waits > 0)
		dd_timer_start(door->timer, 0, 0);
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
	dd_arena_init(&door->marks, ARENA_BYTES);
	door->timer = dd_timer_open(office->context.loop, on_timer, door);
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
	dd_timer_close(door->timer);
	for (uint32_t i = 0; i < door->waits; i++)
		free(door->waiting[i].data);
	dd_buf_fini(&door->answer);
	dd_arena_fini(&door->arena);
	dd_arena_fini(&door->marks);
	free(door);
}
