/* task_requests.c - one request in: a command to the engine, a question to the view, a chunk to the
 * files. */
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/domain/file_type.h"
#include "common/domain/permission.h"
#include "common/net/envelope.h"
#include "common/view/view_evidence.h"
#include "services/task/task.h"
#include "services/task/task_daily_files.h"
#include "services/task/task_evidence.h"

#define WAITING_MAX 1024
#define DEADLINE_MS 5000u
#define CHUNK_MAX   (256u << 10)

struct waiting_question {
	struct dd_bus_peer peer;
	struct dd_principal who;
	int64_t until_us; /* monotonic */
	uint8_t *data;    /* owned: the packed Request */
	size_t len;
};

struct task_waiting {
	struct waiting_question items[WAITING_MAX];
	int count;
};

struct task_waiting *task_waiting_new(void)
{
	return dd_alloc(sizeof(struct task_waiting));
}

void task_waiting_free(struct task_waiting *waiting)
{
	if (waiting == NULL)
		return;
	for (int i = 0; i < waiting->count; i++)
		free(waiting->items[i].data);
	free(waiting);
}

void task_on_reply(void *arg, const struct task_ticket *ticket,
		   const Dondoc__V1__SubmitReply *reply)
{
	struct task *task = arg;
	Dondoc__V1__Reply envelope = DONDOC__V1__REPLY__INIT;

	if (ticket->peer.len == 0)
		return; /* the service's own command */
	envelope.id = ticket->request;
	envelope.body_case = DONDOC__V1__REPLY__BODY_SUBMIT;
	envelope.submit = (Dondoc__V1__SubmitReply *)reply;
	task_reply(task, &ticket->peer, &envelope);
}

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
static void send_answer(struct task *task, const struct dd_bus_peer *peer, uint64_t id)
{
	uint8_t head[2 + 2 * 10];
	uint8_t *end = head;
	uint8_t *out;

	*end++ = (1 << 3) | 0;
	end = put_varint(end, id);
	*end++ = (11 << 3) | 2;
	end = put_varint(end, task->answer.len);
	out = dd_bus_server_build(task->server, (size_t)(end - head) + task->answer.len);
	memcpy(out, head, (size_t)(end - head));
	memcpy(out + (end - head), task->answer.data, task->answer.len);
	dd_bus_server_send_built(task->server, peer);
}

static void answer_query(struct task *task, const struct dd_bus_peer *peer,
			 const struct dd_principal *who, const Dondoc__V1__Request *request)
{
	Dondoc__V1__ErrorCode code;
	struct dd_error err;

	if (request->query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_STATUS) {
		task_status(task, &task->answer);
	} else if (request->query->what_case == DONDOC__V1__QUERY__WHAT_LIST_OFFICE_KEYS &&
		   who->cls != DD_PRINCIPAL_OFFICE) {
		dd_buf_clear(&task->answer);
		task_admission_answer(&task->admission, request->query->list_office_keys,
				      &task->answer);
	} else if (request->query->what_case == DONDOC__V1__QUERY__WHAT_LIST_OFFICES &&
		   who->cls != DD_PRINCIPAL_OFFICE) {
		const struct task_contact_source source = {.admission = &task->admission,
							   .view = task->view,
							   .log = task->log,
							   .now_us = dd_wall_us()};

		task_contact_answer(task->contact, &source, request->query->list_offices,
				    &task->answer);
	} else if (task_query_answer(&task->source, who, request->query, &task->answer, &code,
				     &err) != DD_OK) {
		dd_reply_error(task->server, peer, request->id, code, err.text);
		return;
	}
	send_answer(task, peer, request->id);
}

/* What an office tells of itself beside its question. */
static void note_contact(struct task *task, const struct dd_principal *who,
			 const Dondoc__V1__Request *request)
{
	if (who->cls != DD_PRINCIPAL_OFFICE)
		return;
	task_contact_heard(task->contact, who, dd_wall_us());
	if (request->body_case == DONDOC__V1__REQUEST__BODY_QUERY &&
	    request->query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_STREAM &&
	    request->query->show_stream->tells != NULL)
		task_contact_told(task->contact, who, request->query->show_stream->tells);
}

static void wait_for_view(struct task *task, const struct dd_bus_peer *peer,
			  const struct dd_principal *who, const Dondoc__V1__Request *request,
			  const uint8_t *data, size_t len)
{
	struct waiting_question *item;
	uint32_t deadline = request->deadline_ms != 0 ? request->deadline_ms : DEADLINE_MS;

	if (task->waiting->count == WAITING_MAX) {
		dd_reply_error(task->server, peer, request->id, DONDOC__V1__ERROR_CODE__ERROR_BUSY,
			       "too many questions wait for the store");
		return;
	}
	item = &task->waiting->items[task->waiting->count++];
	item->peer = *peer;
	item->who = *who;
	item->until_us = dd_mono_us() + (int64_t)(deadline > 60000 ? 60000 : deadline) * 1000;
	item->data = dd_memdup(data, len);
	item->len = len;
}

void task_waiting_run(struct task *task)
{
	struct task_waiting *waiting = task->waiting;
	int64_t now = dd_mono_us();
	int kept = 0;

	for (int i = 0; i < waiting->count; i++) {
		struct waiting_question item = waiting->items[i];
		Dondoc__V1__Request *request;

		dd_arena_reset(&task->arena);
		request = dd_request_unpack(&task->arena, item.data, item.len);
		if (!dd_access_admits(task->access, &item.who)) {
			/* Revoked while it waited: it gets no answer. */
		} else if (request != NULL && task_query_ready(&task->source, request)) {
			answer_query(task, &item.peer, &item.who, request);
		} else if (request != NULL && now < item.until_us) {
			waiting->items[kept++] = item;
			continue;
		} else if (request != NULL) {
			dd_reply_error(task->server, &item.peer, request->id,
				       DONDOC__V1__ERROR_CODE__ERROR_BUSY,
				       "the store has not reached that position yet");
		}
		free(item.data);
	}
	waiting->count = kept;
}

/* False: the sender has been told. */
static bool may_begin(struct task *task, const struct dd_bus_peer *peer,
		      const struct dd_principal *who, const Dondoc__V1__Request *request)
{
	const struct task_case c = {.view = task->view,
				    .log = task->log,
				    .files = task->files,
				    .who = who,
				    .record_us = dd_wall_us()};
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__FileState state = DONDOC__V1__FILE_STATE__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	char *arguments[3];
	struct task_outcome out;

	if (task_evidence_may_begin(&c, request->file_put, &out))
		return true;
	for (int i = 0; i < out.argument_count; i++)
		arguments[i] = out.arguments[i];
	refusal.code = out.refusal;
	refusal.arguments = arguments;
	refusal.n_arguments = (size_t)out.argument_count;
	state.refusal = &refusal;
	reply.id = request->id;
	reply.body_case = DONDOC__V1__REPLY__BODY_FILE;
	reply.file = &state;
	task_reply(task, peer, &reply);
	return false;
}

void task_put_file(struct task *task, const struct dd_bus_peer *peer,
		   const struct dd_principal *who, const Dondoc__V1__Request *request)
{
	const Dondoc__V1__FilePut *put = request->file_put;
	struct dd_files_ticket ticket = {.peer = *peer, .request = request->id};
	struct dd_files_chunk chunk = {.hash = put->hash.data,
				       .size = put->size,
				       .offset = put->offset,
				       .data = put->chunk.data,
				       .len = put->chunk.len};

	if (!dd_permission_principal(dd_principal_class_name(who->cls), DD_COMMAND_ATTACH_FILE)) {
		task_reply_error(task, peer, request->id,
				 DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED,
				 "this connection may not bring files");
		return;
	}
	if (put->hash.len != DD_HASH_LEN || put->chunk.len > CHUNK_MAX) {
		task_reply_error(task, peer, request->id, DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
				 "a chunk needs a 32-byte hash and at most 256 KiB");
		return;
	}
	if (put->offset == 0 && !may_begin(task, peer, who, request))
		return;
	dd_files_worker_put(task->uploads, &ticket, &chunk);
}

/* Whether an event has promised this file, and nobody has said yet that it came. */
static bool is_awaited(struct task *task, const uint8_t hash[DD_HASH_LEN],
		       struct view_awaited *awaited_out)
{
	struct view_file file;

	if (view_file(task->view, true, hash, &file) != DD_OK || file.promised == 0 ||
	    file.arrived != 0 || file.destroyed_by != 0)
		return false;
	memcpy(awaited_out->hash, hash, DD_HASH_LEN);
	awaited_out->promised = file.promised;
	return true;
}

/* The content turns out to be of a type that is not taken: its sender learns that now, for the file
 * does not stay. False: told. */
static bool is_taken(struct task *task, const struct dd_files_answer *answer,
		     Dondoc__V1__Reply *reply)
{
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	char *arguments[3] = {(char *)"", NULL,
			      (char *)DD_FILE_TYPES_TAKEN}; /* packed, not changed */
	struct dd_files_look look;
	struct dd_error err;

	if (dd_files_look(task->files, answer->hash, &look, &err) != DD_OK || look.type.taken)
		return true;
	if (dd_files_remove(task->files, answer->hash, &err) == DD_ERR_IO)
		dd_app_die("task.file_failed", &err);
	refusal.code = DONDOC__V1__REFUSAL_CODE__REFUSAL_FILE_TYPE;
	arguments[1] = (char *)look.type.type;
	refusal.arguments = arguments;
	refusal.n_arguments = 3;
	reply->file->refusal = &refusal;
	task_reply(task, &answer->ticket.peer, reply);
	return false;
}

void task_on_upload(void *arg, const struct dd_files_answer *answer)
{
	struct task *task = arg;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__FileState state = DONDOC__V1__FILE_STATE__INIT;
	struct view_awaited promise = {0};
	bool awaited;
	int r = answer->rc;

	if (task->closed)
		return;
	if (r == DD_ERR_IO)
		dd_app_die("task.file_failed", &answer->why);
	if (r != DD_OK && r != DD_ERR_CONFLICT) {
		task_reply_error(task, &answer->ticket.peer, answer->ticket.request,
				 r == DD_ERR_INVALID ? DONDOC__V1__ERROR_CODE__ERROR_MALFORMED
						     : DONDOC__V1__ERROR_CODE__ERROR_BUSY,
				 answer->why.text);
		return;
	}
	reply.id = answer->ticket.request;
	reply.body_case = DONDOC__V1__REPLY__BODY_FILE;
	reply.file = &state;
	awaited = r == DD_OK && answer->complete && is_awaited(task, answer->hash, &promise);
	if (awaited && !is_taken(task, answer, &reply))
		return;
	state.stored = answer->stored;
	state.complete = r == DD_OK && answer->complete;
	if (state.complete) {
		const struct dd_position head = dd_eventlog_head(task->log);

		state.sequence = head.sequence;
		state.incarnation = head.incarnation;
	}
	task_reply(task, &answer->ticket.peer, &reply);
	if (awaited)
		task_daily_came(&task->daily, &promise);
}

void task_on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		     const uint8_t *data, size_t len)
{
	struct task *task = arg;
	struct task_ticket ticket = {.peer = *peer};
	Dondoc__V1__Request *request;

	dd_arena_reset(&task->arena);
	request = dd_request_unpack(&task->arena, data, len);
	if (request == NULL || request->version != 1) {
		task->malformed++;
		dd_reply_error(task->server, peer, dd_request_id(data, len),
			       DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
			       "not a request of version 1");
		return;
	}
	ticket.request = request->id;
	if (who->cls == DD_PRINCIPAL_ENROL &&
	    request->body_case != DONDOC__V1__REQUEST__BODY_SUBMIT &&
	    request->body_case != DONDOC__V1__REQUEST__BODY_PING) {
		dd_reply_error(task->server, peer, request->id,
			       DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED,
			       "with an invitation an office can register its key, nothing else");
		return;
	}
	note_contact(task, who, request);
	switch (request->body_case) {
	case DONDOC__V1__REQUEST__BODY_SUBMIT:
		task_engine_submit(task->engine, &ticket, who, request->submit);
		return;
	case DONDOC__V1__REQUEST__BODY_QUERY:
		if (task_query_ready(&task->source, request))
			answer_query(task, peer, who, request);
		else if (request->min_sequence > dd_eventlog_head(task->log).sequence)
			dd_reply_error(task->server, peer, request->id,
				       DONDOC__V1__ERROR_CODE__ERROR_POSITION,
				       "the log has not reached that position: ask with one that a "
				       "reply or a status named");
		else
			wait_for_view(task, peer, who, request, data, len);
		return;
	case DONDOC__V1__REQUEST__BODY_FILE_PUT:
		task_put_file(task, peer, who, request);
		return;
	case DONDOC__V1__REQUEST__BODY_STICK_IN:
		task_stick_in(task, peer, who, request);
		return;
	case DONDOC__V1__REQUEST__BODY_PING:
		(void)dd_reply_pong(task->server, peer, who, request->id);
		return;
	case DONDOC__V1__REQUEST__BODY_LOG_READ:
	case DONDOC__V1__REQUEST__BODY_OFFICE_DO:
	case DONDOC__V1__REQUEST__BODY_TRAIN:
	case DONDOC__V1__REQUEST__BODY__NOT_SET:
	case _DONDOC__V1__REQUEST__BODY__CASE_IS_INT_SIZE:
		break;
	}
	dd_reply_error(
		task->server, peer, request->id, DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
		"this endpoint takes commands, queries, files and pings; the log has its own");
}
