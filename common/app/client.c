/* client.c - typed requests over the blocking socket of common/net/sync_client.h. */
#include "common/app/client.h"
#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS    10000
#define BUSY_MS        200
#define BUSY_MAX_MS    5000
#define FILE_CHUNK     (256u << 10)
#define FILE_CHUNK_TCP (48u << 10) /* requests over tcp are bounded by 64 KiB */
#define IMPORT_TRY_MS                                                                              \
	20000 /* checking a whole plan takes a while; asking twice makes it slower                 \
	       */

struct dd_client {
	struct dd_sync_client *socket;
	int64_t patience_ms;
	int64_t attempt_ms;
	size_t file_chunk;
	uint64_t next_id;
	uint8_t stream[DD_ID_LEN];
	uint64_t last_number;
	struct dd_buf out;
	struct dd_buf in;
	Dondoc__V1__Reply *refusal; /* owned; the last Error reply */
};

int dd_client_open(const struct dd_client_options *options, struct dd_client **client_out,
		   struct dd_error *err)
{
	const struct dd_sync_options socket = {.endpoint = options->endpoint,
					       .key = options->key,
					       .server_public = options->server_public};
	struct dd_client *client = dd_alloc(sizeof(*client));
	int rc = dd_sync_open(&socket, &client->socket, err);

	if (rc != 0) {
		free(client);
		return rc;
	}
	dd_client_set_patience(client, options->patience_ms);
	client->attempt_ms = options->attempt_ms;
	client->file_chunk =
		strncmp(options->endpoint, "tcp://", 6) == 0 ? FILE_CHUNK_TCP : FILE_CHUNK;
	dd_id_new(client->stream);
	*client_out = client;
	return 0;
}

void dd_client_close(struct dd_client *client)
{
	if (!client)
		return;
	if (client->refusal)
		dondoc__v1__reply__free_unpacked(client->refusal, NULL);
	dd_buf_fini(&client->in);
	dd_buf_fini(&client->out);
	dd_sync_close(client->socket);
	free(client);
}

void dd_client_set_patience(struct dd_client *client, int64_t patience_ms)
{
	client->patience_ms = patience_ms ? patience_ms : PATIENCE_MS;
}

void dd_client_set_stream(struct dd_client *client, const uint8_t stream[16], uint64_t last_number)
{
	memcpy(client->stream, stream, DD_ID_LEN);
	client->last_number = last_number;
}

uint64_t dd_client_stream(const struct dd_client *client, uint8_t stream_out[16])
{
	memcpy(stream_out, client->stream, DD_ID_LEN);
	return client->last_number;
}

const Dondoc__V1__Error *dd_client_error(const struct dd_client *client)
{
	return client->refusal ? client->refusal->error : NULL;
}

enum dd_sync_silence dd_client_silence(const struct dd_client *client)
{
	return dd_sync_silence(client->socket);
}

static int64_t now_ms(void)
{
	return dd_mono_us() / 1000;
}

/* Wait before asking a busy server again; false when that would be past `end_ms`. */
static bool wait_busy(int64_t wait_ms, int64_t end_ms)
{
	struct timespec time = {.tv_sec = wait_ms / 1000, .tv_nsec = (wait_ms % 1000) * 1000000};

	if (now_ms() + wait_ms >= end_ms)
		return false;
	(void)nanosleep(&time, NULL);
	return true;
}

static int error_code(Dondoc__V1__ErrorCode code)
{
	switch (code) {
	case DONDOC__V1__ERROR_CODE__ERROR_MALFORMED:
	case DONDOC__V1__ERROR_CODE__ERROR_TOO_LARGE:
		return DD_ERR_INVALID;
	case DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED:
		return DD_ERR_REFUSED;
	case DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND:
	case DONDOC__V1__ERROR_CODE__ERROR_AMBIGUOUS:
		return DD_ERR_NOT_FOUND;
	case DONDOC__V1__ERROR_CODE__ERROR_BUSY:
		return DD_ERR_RETRY;
	case DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED:
		return DD_ERR_UNSUPPORTED;
	case DONDOC__V1__ERROR_CODE__ERROR_POSITION:
		return DD_ERR_CONFLICT;
	case DONDOC__V1__ERROR_CODE__ERROR_UNKNOWN:
	case DONDOC__V1__ERROR_CODE__ERROR_INTERNAL:
	case _DONDOC__V1__ERROR_CODE_IS_INT_SIZE:
		break;
	}
	return DD_ERR_IO;
}

static int fail_with(const Dondoc__V1__Error *error, struct dd_error *err)
{
	int code = error_code(error->code);
	struct dd_buf list = {0};

	for (size_t i = 0; i < error->n_arguments; i++)
		dd_buf_printf(&list, "%s%s", i ? ", " : ": ", error->arguments[i]);
	dd_fail(err, code, "%s%s", error->text[0] ? error->text : "the server says no",
		dd_buf_cstr(&list));
	dd_buf_fini(&list);
	return code;
}

/* How long one attempt lasts before the same bytes go out again; a long poll may use its time. */
static int64_t attempt_ms(const struct dd_client *client, Dondoc__V1__Request *request)
{
	if (request->body_case == DONDOC__V1__REQUEST__BODY_LOG_READ)
		request->deadline_ms = request->log_read->wait_ms + 2000;
	return request->deadline_ms ? request->deadline_ms : client->attempt_ms;
}

/* One round: pack, send until there is a reply, unpack. */
static int exchange(struct dd_client *client, Dondoc__V1__Request *request, int64_t patience_ms,
		    Dondoc__V1__Reply **reply_out, struct dd_error *err)
{
	struct dd_sync_call call = {.id = ++client->next_id,
				    .patience_ms = patience_ms,
				    .attempt_ms = attempt_ms(client, request)};
	int rc;

	request->version = 1;
	request->id = call.id;
	dd_buf_clear(&client->out);
	call.len = dondoc__v1__request__get_packed_size(request);
	call.data = dd_buf_reserve(&client->out, call.len);
	dondoc__v1__request__pack(request, client->out.data);
	rc = dd_sync_call(client->socket, &call, &client->in, err);
	if (rc != 0)
		return rc;
	*reply_out = dondoc__v1__reply__unpack(NULL, client->in.len, client->in.data);
	if (!*reply_out) {
		dd_fail(err, DD_ERR_INVALID, "the server's reply of %zu bytes is no Reply",
			client->in.len);
		return DD_ERR_INVALID;
	}
	return 0;
}

static bool is_busy(const Dondoc__V1__Reply *reply)
{
	return reply->body_case == DONDOC__V1__REPLY__BODY_ERROR &&
	       reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_BUSY;
}

int dd_client_request(struct dd_client *client, Dondoc__V1__Request *request,
		      Dondoc__V1__Reply **reply_out, struct dd_error *err)
{
	int64_t end_ms = now_ms() + client->patience_ms;
	int64_t wait_ms = BUSY_MS;
	Dondoc__V1__Reply *reply;
	int rc;

	if (client->refusal)
		dondoc__v1__reply__free_unpacked(client->refusal, NULL);
	client->refusal = NULL;
	if (request->body_case == DONDOC__V1__REQUEST__BODY_LOG_READ)
		end_ms += request->log_read->wait_ms;
	for (;;) {
		rc = exchange(client, request, end_ms - now_ms(), &reply, err);
		if (rc != 0)
			return rc;
		if (!is_busy(reply) || !wait_busy(wait_ms, end_ms))
			break;
		dondoc__v1__reply__free_unpacked(reply, NULL);
		wait_ms = wait_ms * 2 < BUSY_MAX_MS ? wait_ms * 2 : BUSY_MAX_MS;
	}
	if (reply->body_case != DONDOC__V1__REPLY__BODY_ERROR) {
		*reply_out = reply;
		return 0;
	}
	client->refusal = reply;
	return fail_with(reply->error, err);
}

static int expect(Dondoc__V1__Reply *reply, Dondoc__V1__Reply__BodyCase wanted,
		  struct dd_error *err)
{
	assert(reply);
	if (reply->body_case == wanted)
		return 0;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return dd_fail(err, DD_ERR_UNSUPPORTED,
		       "the reply is of another kind than the request; is the server newer?");
}

int dd_client_query(struct dd_client *client, const Dondoc__V1__Query *query, uint64_t min_sequence,
		    Dondoc__V1__Reply **reply_out, struct dd_error *err)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	int rc;

	request.min_sequence = min_sequence;
	request.body_case = DONDOC__V1__REQUEST__BODY_QUERY;
	request.query = (Dondoc__V1__Query *)query; /* packed, not changed */
	rc = dd_client_request(client, &request, reply_out, err);
	return rc != 0 ? rc : expect(*reply_out, DONDOC__V1__REPLY__BODY_ANSWER, err);
}

/* Send one Submit again and again while the server is busy and the patience lasts. */
static int submit(struct dd_client *client, Dondoc__V1__Request *request,
		  Dondoc__V1__Reply **reply_out, struct dd_error *err)
{
	int64_t end_ms = now_ms() + client->patience_ms;
	int64_t wait_ms = BUSY_MS;

	for (;;) {
		int rc = dd_client_request(client, request, reply_out, err);
		const Dondoc__V1__SubmitReply *reply;

		if (rc == 0)
			rc = expect(*reply_out, DONDOC__V1__REPLY__BODY_SUBMIT, err);
		if (rc != 0)
			return rc;
		reply = (*reply_out)->submit;
		if (reply->outcome != DONDOC__V1__OUTCOME__OUTCOME_BUSY)
			return 0;
		if (!wait_busy(reply->retry_after_ms ? reply->retry_after_ms : wait_ms, end_ms))
			return 0;
		dondoc__v1__reply__free_unpacked(*reply_out, NULL);
		wait_ms = wait_ms * 2 < BUSY_MAX_MS ? wait_ms * 2 : BUSY_MAX_MS;
	}
}

static bool uses_up_number(Dondoc__V1__Outcome outcome)
{
	return outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED ||
	       outcome == DONDOC__V1__OUTCOME__OUTCOME_SAVED ||
	       outcome == DONDOC__V1__OUTCOME__OUTCOME_REFUSED;
}

static bool is_import(const Dondoc__V1__CommandBody *body)
{
	return body->action_case == DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN ||
	       body->action_case == DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_CALENDAR;
}

/* Packed once, with a nonce unless the caller brings one. Caller frees. */
static uint8_t *pack_body(const Dondoc__V1__CommandBody *body, size_t *len_out)
{
	Dondoc__V1__CommandBody whole = *body;
	uint8_t nonce[DD_ID_LEN];
	uint8_t *packed;

	if (whole.nonce.len == 0) {
		dd_id_new(nonce);
		whole.nonce.data = nonce;
		whole.nonce.len = sizeof(nonce);
	}
	*len_out = dondoc__v1__command_body__get_packed_size(&whole);
	packed = dd_alloc(*len_out);
	dondoc__v1__command_body__pack(&whole, packed);
	return packed;
}

int dd_client_command(struct dd_client *client, const Dondoc__V1__CommandBody *body,
		      Dondoc__V1__Reply **reply_out, struct dd_error *err)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Submit command = DONDOC__V1__SUBMIT__INIT;
	int rc;

	command.stream.data = client->stream;
	command.stream.len = DD_ID_LEN;
	command.number = client->last_number + 1;
	command.body.data = pack_body(body, &command.body.len);
	request.deadline_ms = is_import(body) ? IMPORT_TRY_MS : 0;
	request.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	request.submit = &command;
	rc = submit(client, &request, reply_out, err);
	if (rc == DD_ERR_RETRY) {
		dd_id_new(client->stream);
		client->last_number = 0;
	} else if (rc == 0 && uses_up_number((*reply_out)->submit->outcome)) {
		client->last_number = command.number;
	}
	free(command.body.data);
	return rc;
}

/* An upload on its way. */
struct upload {
	Dondoc__V1__FilePut put;
	const uint8_t *data;
	uint64_t stored; /* what the server has of it */
	bool complete;
	bool later;                 /* it is kept at an office and follows */
	Dondoc__V1__Reply *refusal; /* owned; NULL = none */
};

/* One chunk from where the server is; `len` 0 only asks. */
static int put_chunk(struct dd_client *client, struct upload *upload, size_t len,
		     struct dd_error *err)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Reply *reply = NULL;
	int rc;

	upload->put.offset = upload->stored;
	upload->put.chunk.data = (uint8_t *)upload->data + upload->stored; /* packed, not changed */
	upload->put.chunk.len = len;
	request.body_case = DONDOC__V1__REQUEST__BODY_FILE_PUT;
	request.file_put = &upload->put;
	rc = dd_client_request(client, &request, &reply, err);
	if (rc == 0)
		rc = expect(reply, DONDOC__V1__REPLY__BODY_FILE, err);
	if (rc != 0)
		return dd_fail_context(err, "upload at byte %llu",
				       (unsigned long long)upload->put.offset);
	if (reply->file->refusal) {
		upload->refusal = reply;
		return dd_fail(err, DD_ERR_REFUSED, "the file is not taken");
	}
	upload->stored = reply->file->stored;
	upload->complete = reply->file->complete;
	upload->later = reply->file->later;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (upload->stored > upload->put.size)
		return dd_fail(
			err, DD_ERR_INVALID, "the server says it has %llu bytes of a file of %llu",
			(unsigned long long)upload->stored, (unsigned long long)upload->put.size);
	return 0;
}

static size_t next_len(const struct dd_client *client, const struct upload *upload)
{
	uint64_t left = upload->put.size - upload->stored;

	return left < client->file_chunk ? (size_t)left : client->file_chunk;
}

static int put_all(struct dd_client *client, struct upload *upload, struct dd_error *err)
{
	/* Twice the chunks that the file has is more than any resumed upload needs. */
	size_t left = 2 * ((size_t)upload->put.size / client->file_chunk + 2);
	int rc = 0;

	/* A large file may have come in part before: asking costs less than sending that again. */
	if (upload->put.task != 0 || upload->put.size > client->file_chunk)
		rc = put_chunk(client, upload, 0, err);
	while (rc == 0 && !upload->complete && left-- > 0)
		rc = put_chunk(client, upload, next_len(client, upload), err);
	if (rc == 0 && !upload->complete)
		rc = dd_fail(err, DD_ERR_INVALID,
			     "the server does not take the file: %llu of %llu bytes stored",
			     (unsigned long long)upload->stored,
			     (unsigned long long)upload->put.size);
	return rc;
}

static void begin_upload(struct upload *upload, const void *data, size_t len, uint8_t hash_out[32])
{
	memset(upload, 0, sizeof(*upload));
	dondoc__v1__file_put__init(&upload->put);
	dd_hash(data, len, hash_out);
	upload->put.hash = (ProtobufCBinaryData){.data = hash_out, .len = DD_HASH_LEN};
	upload->put.size = len;
	upload->data = data;
}

int dd_client_put_file(struct dd_client *client, const void *data, size_t len, uint8_t hash_out[32],
		       struct dd_error *err)
{
	struct upload upload;
	int rc;

	begin_upload(&upload, data, len, hash_out);
	rc = put_all(client, &upload, err);
	if (upload.refusal)
		dondoc__v1__reply__free_unpacked(upload.refusal, NULL);
	return rc;
}

int dd_client_put_evidence(struct dd_client *client, const struct dd_client_evidence *evidence,
			   uint8_t hash_out[32], bool *later_out, Dondoc__V1__Reply **refusal_out,
			   struct dd_error *err)
{
	struct upload upload;
	int rc;

	begin_upload(&upload, evidence->data, evidence->len, hash_out);
	upload.put.task = evidence->task;
	upload.put.name = (char *)evidence->name; /* packed, not changed */
	upload.put.type = (char *)evidence->type;
	upload.put.type_refused = evidence->type_refused;
	rc = put_all(client, &upload, err);
	*refusal_out = upload.refusal;
	*later_out = upload.later;
	return rc;
}
