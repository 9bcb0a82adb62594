/* office_evidence.c - see office_evidence.h. */
#include "services/office/office_evidence.h"

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/domain/file_name.h"
#include "common/files/files_worker.h"
#include "common/net/envelope.h"
#include <stdlib.h>
#include <string.h>

#define SWEEP_MS       (UINT64_C(600) * 1000)
#define SWEEP_FIRST_MS 5000u
#define QUIET_US       (INT64_C(3600) * 1000000)
#define FETCH_MAX      (256u << 10)

struct office_evidence {
	struct office *office; /* borrowed */
	struct dd_files *files;
	struct dd_files_worker *uploads;
	struct office_files *engine;
	struct dd_timer *wake;
	struct dd_timer *sweep;
	struct dd_bus_server *door; /* borrowed; where uploads came in */
	int32_t swept_day;
	int64_t opened_us;
};

/* --- the engine ------------------------------------------------------------------------------ */

static void now(struct office_evidence *evidence)
{
	office_files_time(evidence->engine, dd_wall_us(), dd_mono_us());
}

static void after(struct office_evidence *evidence, int rc, const struct dd_error *err)
{
	int64_t due_us, wait_us;

	if (rc != 0)
		dd_app_die("office.files_failed", err);
	due_us = office_files_due(evidence->engine);
	if (due_us == INT64_MAX) {
		dd_timer_stop(evidence->wake);
		return;
	}
	wait_us = due_us - dd_mono_us();
	dd_timer_start(evidence->wake, wait_us > 0 ? (uint64_t)wait_us / 1000 + 1 : 1, 0);
}

void office_evidence_look(struct office_evidence *evidence)
{
	struct dd_error err = {0};
	uint32_t incarnation;
	int rc;

	if (evidence == NULL)
		return;
	now(evidence);
	incarnation = office_replica_at(evidence->office->replica)->incarnation;
	rc = office_files_incarnation(evidence->engine, incarnation, &err);
	after(evidence, rc, &err);
}

static void on_wake(void *arg)
{
	office_evidence_look(arg);
}

void office_evidence_link(struct office_evidence *evidence, enum dd_link link)
{
	struct dd_error err = {0};

	if (evidence == NULL)
		return;
	now(evidence);
	after(evidence, office_files_link(evidence->engine, link, &err), &err);
}

void office_evidence_covered(struct office_evidence *evidence, const struct dd_position *position)
{
	struct dd_error err = {0};

	if (evidence == NULL || position->sequence == 0)
		return;
	now(evidence);
	after(evidence,
	      office_files_covered(evidence->engine, position->incarnation, position->sequence,
				   &err),
	      &err);
}

static bool reports_first(void *arg)
{
	const struct office_evidence *evidence = arg;
	struct office_core_status core;

	office_core_status(evidence->office->core, &core);
	return core.on_way;
}

static uint64_t next_id(void *arg)
{
	const struct office_evidence *evidence = arg;

	return dd_bus_client_next_id(evidence->office->centre);
}

struct call {
	struct office_life *life;
	uint64_t id;
};

static void on_reply(void *arg, int result, const uint8_t *data, size_t len)
{
	struct call *call = arg;
	struct office *office = office_life_end(call->life);
	struct dd_error err = {0};

	if (office != NULL && office->evidence != NULL) {
		now(office->evidence);
		after(office->evidence,
		      office_files_reply(office->evidence->engine, call->id, result, data, len,
					 &err),
		      &err);
	}
	free(call);
}

static int send_out(void *arg, uint64_t id, const uint8_t *data, size_t len, uint32_t deadline_ms)
{
	struct office_evidence *evidence = arg;
	struct call *call = dd_alloc(sizeof(*call));
	int rc;

	call->id = id;
	rc = dd_bus_client_send(evidence->office->centre, id, data, len, deadline_ms, on_reply,
				call);
	if (rc != 0) {
		free(call);
		return rc;
	}
	call->life = office_life_begin(evidence->office);
	return 0;
}

/* --- the local door -------------------------------------------------------------------------- */

static void send_state(struct office_evidence *evidence, const struct dd_bus_peer *peer,
		       uint64_t id, Dondoc__V1__FileState *state)
{
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;

	state->later = 1;
	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_FILE;
	reply.file = state;
	(void)dd_reply_send(evidence->door, peer, &reply);
}

static void send_refusal(struct office_evidence *evidence, const struct dd_bus_peer *peer,
			 uint64_t id, const Dondoc__V1__Refusal *refusal)
{
	Dondoc__V1__FileState state = DONDOC__V1__FILE_STATE__INIT;
	Dondoc__V1__Refusal copy = *refusal;

	state.refusal = &copy;
	send_state(evidence, peer, id, &state);
}

static bool refuse(Dondoc__V1__Refusal *refusal, Dondoc__V1__RefusalCode code, size_t arguments)
{
	refusal->code = code;
	refusal->n_arguments = arguments;
	return false;
}

/* What can be judged without the centre, by its own rules; the rest it judges when it is asked. */
static bool may_begin(const Dondoc__V1__FilePut *put, char *arguments[3],
		      Dondoc__V1__Refusal *refusal)
{
	refusal->arguments = arguments;
	arguments[0] = (char *)"file.name"; /* packed, not changed; so are all */
	switch (dd_file_name(put->name)) {
	case DD_FILE_NAME_GOOD:
		break;
	case DD_FILE_NAME_EMPTY:
		return refuse(refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, 1);
	case DD_FILE_NAME_LONG:
		arguments[1] = (char *)"255";
		return refuse(refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, 2);
	case DD_FILE_NAME_HIDDEN:
		arguments[1] = (char *)".";
		return refuse(refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, 2);
	case DD_FILE_NAME_SIGN:
		arguments[1] = (char *)"/ \\";
		return refuse(refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, 2);
	case DD_FILE_NAME_TEXT:
		arguments[1] = (char *)"UTF-8";
		return refuse(refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, 2);
	}
	if (!put->type_refused)
		return true;
	arguments[0] = put->name;
	arguments[1] = put->type;
	arguments[2] = (char *)DD_FILE_TYPES_TAKEN;
	return refuse(refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_FILE_TYPE, 3);
}

void office_evidence_put(struct office_evidence *evidence, struct dd_bus_server *server,
			 const struct dd_bus_peer *peer, const Dondoc__V1__Request *request)
{
	const Dondoc__V1__FilePut *put = request->file_put;
	const struct dd_files_ticket ticket = {.peer = *peer, .request = request->id};
	const struct dd_files_chunk chunk = {.hash = put->hash.data,
					     .size = put->size,
					     .offset = put->offset,
					     .data = put->chunk.data,
					     .len = put->chunk.len};
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	char *arguments[3];

	evidence->door = server;
	if (put->hash.len != DD_HASH_LEN || put->chunk.len > DD_FILES_CHUNK_MAX) {
		(void)dd_reply_error(server, peer, request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
				     "a chunk needs a 32-byte hash and at most 256 KiB");
		return;
	}
	if (put->offset == 0 && put->task != 0 && !may_begin(put, arguments, &refusal)) {
		send_refusal(evidence, peer, request->id, &refusal);
		return;
	}
	dd_files_worker_put(evidence->uploads, &ticket, &chunk);
}

/* The content itself tells what it is: what the centre would not take is not kept here. */
static bool is_taken(struct office_evidence *evidence, const struct dd_files_answer *answer)
{
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	char *arguments[3] = {(char *)"", NULL, (char *)DD_FILE_TYPES_TAKEN};
	struct office_file file;
	struct dd_files_look look;
	struct dd_error err;

	if (dd_files_look(evidence->files, answer->hash, &look, &err) != 0 || look.type.taken ||
	    office_outbox_file(evidence->office->outbox, answer->hash, &file) == 0)
		return true;
	if (dd_files_remove(evidence->files, answer->hash, &err) == DD_ERR_IO)
		dd_app_die("office.files_failed", &err);
	arguments[1] = (char *)look.type.type;
	refusal.arguments = arguments;
	(void)refuse(&refusal, DONDOC__V1__REFUSAL_CODE__REFUSAL_FILE_TYPE, 3);
	send_refusal(evidence, &answer->ticket.peer, answer->ticket.request, &refusal);
	return false;
}

static void on_upload(void *arg, const struct dd_files_answer *answer)
{
	struct office_evidence *evidence = arg;
	Dondoc__V1__FileState state = DONDOC__V1__FILE_STATE__INIT;
	struct dd_error err = {0};

	if (answer->rc == DD_ERR_IO)
		dd_app_die("office.files_failed", &answer->why);
	if (answer->rc != 0 && answer->rc != DD_ERR_CONFLICT) {
		(void)dd_reply_error(evidence->door, &answer->ticket.peer, answer->ticket.request,
				     answer->rc == DD_ERR_INVALID
					     ? DONDOC__V1__ERROR_CODE__ERROR_MALFORMED
					     : DONDOC__V1__ERROR_CODE__ERROR_BUSY,
				     answer->why.text);
		return;
	}
	if (answer->complete && !is_taken(evidence, answer))
		return;
	state.stored = answer->stored;
	state.complete = answer->rc == 0 && answer->complete;
	send_state(evidence, &answer->ticket.peer, answer->ticket.request, &state);
	if (!state.complete)
		return;
	now(evidence);
	after(evidence, office_files_came(evidence->engine, answer->hash, &err), &err);
}

bool office_evidence_fetch(struct office_evidence *evidence, const Dondoc__V1__FetchFile *fetch,
			   struct dd_buf *data_out, Dondoc__V1__FileBytes *bytes_out)
{
	const size_t most =
		fetch->max_bytes > 0 && fetch->max_bytes < FETCH_MAX ? fetch->max_bytes : FETCH_MAX;
	struct dd_files_look look;
	struct office_file file;
	struct dd_error err;

	if (evidence == NULL || fetch->hash.len != DD_HASH_LEN ||
	    office_outbox_file(evidence->office->outbox, fetch->hash.data, &file) != 0 ||
	    dd_files_look(evidence->files, fetch->hash.data, &look, &err) != 0 ||
	    dd_files_piece(evidence->files, fetch->hash.data, fetch->offset, most, data_out,
			   &look.size, &err) != 0)
		return false;
	dondoc__v1__file_bytes__init(bytes_out);
	bytes_out->data = (ProtobufCBinaryData){.data = data_out->data, .len = data_out->len};
	bytes_out->offset = fetch->offset;
	bytes_out->size = look.size;
	bytes_out->type = (char *)look.type.type;
	return true;
}

/* --- life ------------------------------------------------------------------------------------ */

static bool on_noted(void *arg, const struct office_file *file)
{
	if (file->state != OFFICE_FILE_DESTROYED)
		dd_buf_add(arg, file->hash, DD_HASH_LEN);
	return true;
}

/* Files that two persons had destroyed at the centre do not stay here. */
static void heed_orders(struct office_evidence *evidence)
{
	struct office_outbox *outbox = evidence->office->outbox;
	struct dd_buf hashes = {0};
	struct dd_error err = {0};
	int rc = office_outbox_files(outbox, on_noted, &hashes);

	now(evidence);
	for (size_t at = 0; rc == 0 && at < hashes.len; at += DD_HASH_LEN) {
		if (!office_outbox_file_destroyed(outbox, hashes.data + at))
			continue;
		rc = office_files_destroyed(evidence->engine, hashes.data + at, &err);
		dd_log(DD_LOG_WARN, "office.file_destroyed");
	}
	dd_buf_fini(&hashes);
	after(evidence, rc, &err);
}

/* What was brought and never named goes after some days. */
static void on_sweep(void *arg)
{
	struct office_evidence *evidence = arg;
	const struct dd_files_claims claims = {.today = dd_day_of(dd_wall_us()),
					       .claimed = office_files_claimed,
					       .arg = evidence->engine};
	struct dd_error err;
	size_t removed = 0;
	int rc;

	heed_orders(evidence);
	if (claims.today == evidence->swept_day ||
	    dd_mono_us() - evidence->opened_us < QUIET_US) /* who was told "complete" comes yet */
		return;
	evidence->swept_day = claims.today;
	rc = dd_files_sweep(evidence->files, &claims, &removed, &err);
	if (rc == DD_ERR_IO)
		dd_app_die("office.files_failed", &err);
	if (removed > 0)
		dd_log(DD_LOG_INFO, "office.files_unclaimed", dd_f_uint("removed", removed));
}

static int open_engine(struct office_evidence *evidence, struct dd_error *err)
{
	const struct office_config *config = evidence->office->config;
	struct office_files_options options = {.outbox = evidence->office->outbox,
					       .files = evidence->files,
					       .kbps = (uint32_t)config->evidence_kbps,
					       .retry_ms = (uint32_t)config->retry_ms,
					       .send = config->send,
					       .keep = config->evidence_keep,
					       .reports_first = reports_first,
					       .next_id = next_id,
					       .send_out = send_out,
					       .arg = evidence};
	int rc = office_hours_parse(config->evidence_hours, &options.hours, err);

	if (rc != 0)
		return dd_fail_context(err, "office.evidence_hours");
	dd_sys()->random(dd_sys()->ctx, &options.seed, sizeof(options.seed));
	return office_files_open(&options, &evidence->engine, err);
}

int office_evidence_open(struct office *office, struct office_evidence **evidence_out,
			 struct dd_error *err)
{
	struct office_evidence *evidence = dd_alloc(sizeof(*evidence));
	struct dd_loop *loop = office->context.loop;
	char *dir = dd_path(office->config->data_dir, "files");
	int rc;

	evidence->office = office;
	evidence->opened_us = dd_mono_us();
	evidence->wake = dd_timer_open(loop, on_wake, evidence);
	evidence->sweep = dd_timer_open(loop, on_sweep, evidence);
	rc = dd_files_open(dir, &evidence->files, err);
	if (rc == 0)
		rc = open_engine(evidence, err);
	if (rc == 0)
		rc = dd_files_worker_open(evidence->files, loop, on_upload, evidence,
					  &evidence->uploads, err);
	free(dir);
	if (rc != 0) {
		office_evidence_close(evidence);
		return rc;
	}
	dd_timer_start(evidence->sweep, SWEEP_FIRST_MS, SWEEP_MS);
	*evidence_out = evidence;
	office_evidence_covered(evidence,
				&office_kept_state(office_replica_kept(office->replica))->covered);
	return 0;
}

void office_evidence_close(struct office_evidence *evidence)
{
	if (evidence == NULL)
		return;
	dd_files_worker_close(evidence->uploads);
	dd_timer_close(evidence->wake);
	dd_timer_close(evidence->sweep);
	office_files_close(evidence->engine);
	dd_files_close(evidence->files);
	free(evidence);
}

const struct office_files *office_evidence_files(const struct office_evidence *evidence)
{
	return evidence != NULL ? evidence->engine : NULL;
}

struct office_files *office_evidence_engine(struct office_evidence *evidence)
{
	if (evidence == NULL)
		return NULL;
	now(evidence);
	return evidence->engine;
}

const struct dd_files *office_evidence_store(const struct office_evidence *evidence)
{
	return evidence != NULL ? evidence->files : NULL;
}
