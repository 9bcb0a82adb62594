/* task_requests.c - one request in: a command to the engine, a question to the view, a chunk to the
 * files. */
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/domain/permission.h"
#include "common/net/envelope.h"
#include "services/task/task.h"
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
	dd_reply_send(task->server, &ticket->peer, &envelope);
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
	} else if (task_query_answer(&task->source, who, request->query, &task->answer, &code,
				     &err) != DD_OK) {
		dd_reply_error(task->server, peer, request->id, code, err.text);
		return;
	}
	send_answer(task, peer, request->id);
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
		if (request != NULL && task_query_ready(&task->source, request)) {
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
	dd_reply_send(task->server, peer, &reply);
	return false;
}

static void put_file(struct task *task, const struct dd_bus_peer *peer,
		     const struct dd_principal *who, const Dondoc__V1__Request *request)
{
	const Dondoc__V1__FilePut *put = request->file_put;
	struct task_ticket ticket = {.peer = *peer, .request = request->id};
	struct task_files_chunk chunk = {.hash = put->hash.data,
					 .size = put->size,
					 .offset = put->offset,
					 .data = put->chunk.data,
					 .len = put->chunk.len};

	if (!dd_permission_principal(dd_principal_class_name(who->cls), DD_COMMAND_ATTACH_FILE)) {
		dd_reply_error(task->server, peer, request->id,
			       DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED,
			       "this connection may not bring files");
		return;
	}
	if (put->hash.len != DD_HASH_LEN || put->chunk.len > CHUNK_MAX) {
		dd_reply_error(task->server, peer, request->id,
			       DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
			       "a chunk needs a 32-byte hash and at most 256 KiB");
		return;
	}
	if (put->offset == 0 && !may_begin(task, peer, who, request))
		return;
	task_files_worker_put(task->uploads, &ticket, &chunk);
}

void task_on_upload(void *arg, const struct task_files_answer *answer)
{
	struct task *task = arg;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__FileState state = DONDOC__V1__FILE_STATE__INIT;
	int r = answer->rc;

	if (task->closed)
		return;
	if (r == DD_ERR_IO)
		dd_app_die("task.file_failed", &answer->why);
	if (r != DD_OK && r != DD_ERR_CONFLICT) {
		dd_reply_error(task->server, &answer->ticket.peer, answer->ticket.request,
			       r == DD_ERR_INVALID ? DONDOC__V1__ERROR_CODE__ERROR_MALFORMED
						   : DONDOC__V1__ERROR_CODE__ERROR_BUSY,
			       answer->why.text);
		return;
	}
	reply.id = answer->ticket.request;
	reply.body_case = DONDOC__V1__REPLY__BODY_FILE;
	reply.file = &state;
	state.stored = answer->stored;
	state.complete = r == DD_OK && answer->complete;
	dd_reply_send(task->server, &answer->ticket.peer, &reply);
}

static void pong(struct task *task, const struct dd_bus_peer *peer, uint64_t id)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__Pong body = DONDOC__V1__PONG__INIT;

	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_PONG;
	reply.pong = &body;
	body.now_us = dd_wall_us();
	dd_reply_send(task->server, peer, &reply);
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
		put_file(task, peer, who, request);
		return;
	case DONDOC__V1__REQUEST__BODY_PING:
		pong(task, peer, request->id);
		return;
	case DONDOC__V1__REQUEST__BODY_LOG_READ:
	case DONDOC__V1__REQUEST__BODY__NOT_SET:
	case _DONDOC__V1__REQUEST__BODY__CASE_IS_INT_SIZE:
		break;
	}
	dd_reply_error(
		task->server, peer, request->id, DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
		"this endpoint takes commands, queries, files and pings; the log has its own");
}
