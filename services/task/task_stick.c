/* task_stick.c - see task_stick.h. */
#include "services/task/task_stick.h"

#include <string.h>

#include "common/base/id.h"
#include "common/net/envelope.h"
#include "common/net/stick.h"
#include "services/task/task.h"

static void refuse(struct task *task, const struct dd_bus_peer *peer, uint64_t request,
		   const struct dd_error *why)
{
	(void)dd_reply_error(task->server, peer, request,
			     why->code == DD_ERR_REFUSED
				     ? DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED
				     : DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
			     why->text);
}

/* --- one record in --------------------------------------------------------------------------- */

/* Who sealed it: the office whose key it is, if that is still admitted. */
static int find_office(struct task *task, const Dondoc__V1__StickIn *in,
		       struct dd_principal *office, struct dd_error *err)
{
	char key[41];

	if (in->office.len != 32)
		return dd_fail(err, DD_ERR_INVALID, "the office's key has 32 bytes");
	if (!task->has_key)
		return dd_fail(err, DD_ERR_REFUSED,
			       "this task service has no key (task.server_key): offices cannot "
			       "write to it");
	dd_curve_text(in->office.data, key);
	if (!dd_access_of_key(task->access, key, office) || office->cls != DD_PRINCIPAL_OFFICE)
		return dd_fail(err, DD_ERR_REFUSED,
			       "the key %s is not that of an admitted office: see `dondoc office "
			       "list`",
			       key);
	return 0;
}

static int open_record(struct task *task, const Dondoc__V1__StickIn *in,
		       const struct dd_principal *office, Dondoc__V1__StickRequest **said_out,
		       struct dd_error *err)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&task->arena);
	struct dd_buf data = {0};
	int rc = dd_stick_open(&task->key, in->office.data, DD_STICK_TO_CENTRE, in->sealed.data,
			       in->sealed.len, &data, err);

	*said_out = NULL;
	if (rc == 0) {
		*said_out = dondoc__v1__stick_request__unpack(&allocator, data.len, data.data);
		if (*said_out == NULL || (*said_out)->batch.len != 16)
			rc = dd_fail(err, DD_ERR_INVALID, "the record cannot be read");
		else if (strcmp((*said_out)->unit, office->unit) != 0)
			rc = dd_fail(err, DD_ERR_REFUSED,
				     "the record says it is of unit %s, but its key is that of %s",
				     (*said_out)->unit, office->unit);
	}
	dd_buf_fini(&data);
	return rc;
}

static struct task_stick_waits *wait_for(struct task *task, const struct dd_bus_peer *peer,
					 uint64_t request, const Dondoc__V1__StickIn *in,
					 const Dondoc__V1__StickRequest *said)
{
	struct task_stick *stick = &task->stick;
	struct task_stick_waits *waits = &stick->waits[stick->next];

	stick->next = (stick->next + 1) % TASK_STICK_MAX;
	stick->count += waits->used ? 0 : 1;
	memset(waits, 0, sizeof(*waits));
	waits->used = true;
	waits->peer = *peer;
	waits->request = request;
	memcpy(waits->office, in->office.data, sizeof(waits->office));
	memcpy(waits->batch, said->batch.data, sizeof(waits->batch));
	waits->index = said->index;
	memcpy(waits->unit, said->unit, strlen(said->unit)); /* shorter: it is the office's */
	return waits;
}

/* --- the answer ------------------------------------------------------------------------------ */

static void send_out(struct task *task, const struct task_stick_waits *waits,
		     Dondoc__V1__StickReply *said, Dondoc__V1__StickOut *out)
{
	Dondoc__V1__Reply envelope = DONDOC__V1__REPLY__INIT;
	struct dd_buf data = {0}, sealed = {0};
	struct dd_error err;
	uint8_t batch[16], stream[16], file[DD_HASH_LEN];
	int rc = 0;

	memcpy(batch, waits->batch, sizeof(batch));
	memcpy(stream, waits->stream, sizeof(stream));
	said->batch = (ProtobufCBinaryData){.data = batch, .len = sizeof(batch)};
	said->index = waits->index;
	if (waits->number != 0)
		said->stream = (ProtobufCBinaryData){.data = stream, .len = sizeof(stream)};
	said->number = waits->number;
	memcpy(file, waits->file, sizeof(file));
	if (waits->has_file)
		said->file = (ProtobufCBinaryData){.data = file, .len = sizeof(file)};
	out->file = said->file;
	(void)dd_buf_reserve(&data, dondoc__v1__stick_reply__get_packed_size(said));
	data.len = dondoc__v1__stick_reply__pack(said, data.data);
	if (!out->again)
		rc = dd_stick_seal(&task->key, waits->office, DD_STICK_TO_OFFICE, &data, &sealed,
				   &err);
	out->sealed = (ProtobufCBinaryData){.data = sealed.data, .len = sealed.len};
	out->unit = (char *)waits->unit; /* packed, not changed; so is the name */
	out->file_name = (char *)waits->file_name;
	out->number = waits->number;
	envelope.id = waits->request;
	envelope.body_case = DONDOC__V1__REPLY__BODY_STICK_OUT;
	envelope.stick_out = out;
	if (rc == 0)
		(void)dd_reply_send(task->server, &waits->peer, &envelope);
	else
		refuse(task, &waits->peer, waits->request, &err);
	dd_buf_fini(&data);
	dd_buf_fini(&sealed);
}

/* What the operator is told of it. */
static void tell_operator(const Dondoc__V1__Reply *reply, Dondoc__V1__StickOut *out)
{
	if (reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT) {
		out->outcome = reply->submit->outcome;
		out->expected = reply->submit->expected;
		out->refusal = reply->submit->refusal;
		out->again = out->outcome == DONDOC__V1__OUTCOME__OUTCOME_BUSY;
	} else if (reply->body_case == DONDOC__V1__REPLY__BODY_FILE) {
		out->refusal = reply->file->refusal;
		out->file_complete = reply->file->complete;
	} else if (reply->body_case == DONDOC__V1__REPLY__BODY_ERROR) {
		out->again = reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_BUSY;
		out->newer = reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED;
		if (!out->again)
			out->trouble = reply->error->text;
	}
}

static void answer_sealed(struct task *task, const struct task_stick_waits *waits,
			  const Dondoc__V1__Reply *reply)
{
	Dondoc__V1__StickReply said = DONDOC__V1__STICK_REPLY__INIT;
	Dondoc__V1__StickOut out = DONDOC__V1__STICK_OUT__INIT;
	struct dd_buf packed = {0};

	(void)dd_buf_reserve(&packed, dondoc__v1__reply__get_packed_size(reply));
	packed.len = dondoc__v1__reply__pack(reply, packed.data);
	said.what_case = DONDOC__V1__STICK_REPLY__WHAT_REPLY;
	said.reply = (ProtobufCBinaryData){.data = packed.data, .len = packed.len};
	tell_operator(reply, &out);
	send_out(task, waits, &said, &out);
	dd_buf_fini(&packed);
}

static bool same_peer(const struct dd_bus_peer *a, const struct dd_bus_peer *b)
{
	return a->listen == b->listen && a->len == b->len && memcmp(a->id, b->id, a->len) == 0;
}

/* The record whose answer this is; it waits no longer. */
static bool taken(struct task_stick *stick, const struct dd_bus_peer *peer, uint64_t request,
		  struct task_stick_waits *waits_out)
{
	for (size_t i = 0; i < TASK_STICK_MAX; i++) {
		struct task_stick_waits *waits = &stick->waits[i];

		if (!waits->used || waits->request != request || !same_peer(&waits->peer, peer))
			continue;
		*waits_out = *waits;
		waits->used = false;
		stick->count--;
		return true;
	}
	return false;
}

void task_reply(struct task *task, const struct dd_bus_peer *peer, const Dondoc__V1__Reply *reply)
{
	struct task_stick_waits waits;

	if (task->stick.count > 0 && taken(&task->stick, peer, reply->id, &waits))
		answer_sealed(task, &waits, reply);
	else
		(void)dd_reply_send(task->server, peer, reply);
}

void task_reply_error(struct task *task, const struct dd_bus_peer *peer, uint64_t request,
		      Dondoc__V1__ErrorCode code, const char *text)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__Error error = DONDOC__V1__ERROR__INIT;

	error.code = code;
	error.text = (char *)text; /* packed, not changed */
	reply.id = request;
	reply.body_case = DONDOC__V1__REPLY__BODY_ERROR;
	reply.error = &error;
	task_reply(task, peer, &reply);
}

/* --- taking it as the office's ---------------------------------------------------------------- */

/* The file is at its end: that goes into the answers, too. */
static void end_batch(struct task *task, const struct task_stick_waits *waits,
		      const Dondoc__V1__StickRequest *end)
{
	Dondoc__V1__StickReply said = DONDOC__V1__STICK_REPLY__INIT;
	Dondoc__V1__StickOut out = DONDOC__V1__STICK_OUT__INIT;
	struct task_stick_waits done;

	if (!taken(&task->stick, &waits->peer, waits->request, &done))
		return;
	said.what_case = DONDOC__V1__STICK_REPLY__WHAT_END;
	said.end = end->end;
	out.end = end->end;
	send_out(task, &done, &said, &out);
}

/* So that operator and office are told which file an answer is about. */
static void note_file(struct task_stick_waits *waits, const Dondoc__V1__FilePut *put)
{
	if (put->hash.len != sizeof(waits->file))
		return;
	waits->has_file = true;
	memcpy(waits->file, put->hash.data, sizeof(waits->file));
	if (strlen(put->name) < sizeof(waits->file_name)) /* longer ones are refused */
		memcpy(waits->file_name, put->name, strlen(put->name) + 1);
}

static void hand_on(struct task *task, struct task_stick_waits *waits,
		    const struct dd_principal *office, const ProtobufCBinaryData *bytes)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&task->arena);
	Dondoc__V1__Request *request =
		dondoc__v1__request__unpack(&allocator, bytes->len, bytes->data);
	struct task_ticket ticket = {.peer = waits->peer, .request = waits->request};

	if (request == NULL || request->version != 1 ||
	    (request->body_case != DONDOC__V1__REQUEST__BODY_SUBMIT &&
	     request->body_case != DONDOC__V1__REQUEST__BODY_FILE_PUT)) {
		task_reply_error(task, &waits->peer, waits->request,
				 DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
				 "the record is no report and no evidence: it is of a newer "
				 "version; update dondoc here, then take the file again");
		return;
	}
	request->id = waits->request;
	if (request->body_case == DONDOC__V1__REQUEST__BODY_FILE_PUT) {
		note_file(waits, request->file_put);
		task_put_file(task, &waits->peer, office, request);
		return;
	}
	if (request->submit->stream.len == sizeof(waits->stream))
		memcpy(waits->stream, request->submit->stream.data, sizeof(waits->stream));
	waits->number = request->submit->number;
	task_engine_submit(task->engine, &ticket, office, request->submit);
}

void task_stick_in(struct task *task, const struct dd_bus_peer *peer,
		   const struct dd_principal *who, const Dondoc__V1__Request *request)
{
	Dondoc__V1__StickRequest *said;
	struct dd_principal office;
	struct task_stick_waits *waits;
	struct dd_error err;
	int rc;

	if (who->cls != DD_PRINCIPAL_OPERATOR)
		rc = dd_fail(&err, DD_ERR_REFUSED, "only an operator brings files of offices");
	else
		rc = find_office(task, request->stick_in, &office, &err);
	if (rc == 0)
		rc = open_record(task, request->stick_in, &office, &said, &err);
	if (rc != 0) {
		refuse(task, peer, request->id, &err);
		return;
	}
	waits = wait_for(task, peer, request->id, request->stick_in, said);
	if (said->what_case == DONDOC__V1__STICK_REQUEST__WHAT_END)
		end_batch(task, waits, said);
	else if (said->what_case == DONDOC__V1__STICK_REQUEST__WHAT_REQUEST)
		hand_on(task, waits, &office, &said->request);
	else
		task_reply_error(task, peer, request->id, DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
				 "the record is of a newer version: update dondoc here, then take "
				 "the file again");
}
